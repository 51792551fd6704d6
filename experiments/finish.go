package experiments

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/paretolab/paretolab/agents"
	"github.com/paretolab/paretolab/envs"
	"github.com/paretolab/paretolab/pareto"
)

// policyIndex is policies/index.json.
type policyIndex struct {
	Environment string        `json:"environment"`
	Observation envs.Space    `json:"observation"`
	Action      envs.Space    `json:"action"`
	Policies    []policyEntry `json:"policies"`
	// Repertoire are policies that are no members of the set, nil if there are none.
	Repertoire *repertoireEntry `json:"repertoire,omitempty"`
}

type repertoireEntry struct {
	File     string `json:"file"`
	SHA256   string `json:"sha256"`
	Kind     string `json:"kind"`
	Policies int    `json:"policies"`
}

type policyEntry struct {
	ID           string    `json:"id"`
	File         string    `json:"file"`
	SHA256       string    `json:"sha256"`
	Kind         string    `json:"kind"`
	Conditioning string    `json:"conditioning"` // what else than the observation it acts on: "none"
	Parent       string    `json:"parent,omitempty"`
	Origin       string    `json:"origin,omitempty"`
	Weight       []float64 `json:"weight,omitempty"` // preference trained for
	Value        []float64 `json:"value"`            // on fresh seeds
	NonDominated bool      `json:"nondominated"`
}

// finish measures the policies again, on seeds that selection never saw, and writes the result:
// what an archive keeps is the best of many noisy measurements, and they flatter it.
func (a *attempt) finish(ctx context.Context, set *agents.PolicySet) error {
	if err := checkMembers(set.Members); err != nil {
		return err
	}
	fresh, err := a.measureAgain(ctx, set.Members)
	if err != nil {
		return err
	}
	rows, err := archiveRows(&a.item.Evaluation, set.Members, fresh)
	if err != nil {
		return err
	}
	if err := a.dir.files[fileTiming].write(a.rec.timingLine(a.rec.Evals)); err != nil {
		return err
	}
	if len(set.Parts) > 0 {
		if err := writeRenamed(a.dir.disk, a.dir.in(fileParts), partsText(set.Parts)); err != nil {
			return err
		}
	}
	if err := a.writePolicies(set, rows); err != nil {
		return err
	}
	if err := a.writeTables(set.Tables); err != nil {
		return err
	}
	if err := a.writeArchive(rows); err != nil {
		return err
	}
	result, err := a.result(set.Members, fresh, rows)
	if err != nil {
		return err
	}
	marks, err := a.dir.sync()
	if err != nil {
		return err
	}
	if err := a.dir.close(); err != nil {
		return err
	}
	result.Files = a.dir.hashes
	for name, m := range marks {
		if name != fileTiming {
			result.Files[name] = m.SHA256
		}
	}
	b, err := result.seal()
	if err != nil {
		return err
	}
	return writeWhole(a.dir.disk, a.dir.in(fileResult), b)
}

// checkMembers refuses what cannot be measured and ids that cannot be file names.
func checkMembers(members []agents.Member) error {
	seen := map[string]bool{}
	for _, m := range members {
		switch {
		case m.Policy == nil:
			return fmt.Errorf("the learner returned %q without its policy", m.ID)
		case m.ID == "" || strings.Trim(m.ID, "abcdefghijklmnopqrstuvwxyz0123456789.-_") != "" || strings.HasPrefix(m.ID, "."):
			return fmt.Errorf("the learner returned a policy with id %q; ids consist of a-z, 0-9, '.', '-' and '_'", m.ID)
		case m.ID == repertoire:
			return fmt.Errorf("the learner returned a policy with id %q, which is the name of another file", m.ID)
		case seen[m.ID]:
			return fmt.Errorf("the learner returned two policies with id %q", m.ID)
		}
		seen[m.ID] = true
	}
	return nil
}

// measureAgain returns the members with values from fresh seeds.
func (a *attempt) measureAgain(ctx context.Context, members []agents.Member) ([]agents.Member, error) {
	e := a.newEvaluator("final", a.item.FinalEpisodes)
	fresh := slices.Clone(members)
	a.rec.busy.enter()
	defer a.rec.busy.leave()
	err := a.pool.Run(ctx, len(members), func(ctx context.Context, i int) (err error) {
		fresh[i].Value, err = e.measure(ctx, members[i].Policy)
		return err
	})
	return fresh, err
}

// archiveRows judges the members by their fresh values. Of equal ones the first counts.
func archiveRows(by *Evaluation, members, fresh []agents.Member) ([]ArchiveRow, error) {
	var f pareto.Front
	rows := make([]ArchiveRow, len(fresh))
	for i, m := range fresh {
		selected, _ := by.of(&members[i].Value)
		value, stdErr := by.of(&m.Value)
		rows[i] = ArchiveRow{
			Policy: m.ID, Selected: selected, Value: value, StdErr: stdErr,
			Episodes: m.Value.Episodes, Origin: m.Origin, StepsTrain: m.Steps,
		}
		f = f.Append(value)
	}
	keep, err := pareto.NonDominated(f)
	if err != nil {
		return nil, fmt.Errorf("final evaluation: %w", err)
	}
	crowding := pareto.Crowding(f.Select(keep))
	for k, i := range keep {
		rows[i].NonDominated, rows[i].Crowding = true, crowding[k]
	}
	return rows, nil
}

// writePolicies writes one file per member, one with the repertoire, and their index.
func (a *attempt) writePolicies(set *agents.PolicySet, rows []ArchiveRow) error {
	index := policyIndex{
		Environment: a.item.Environment.ID, Observation: a.env.Spec.Observation, Action: a.env.Spec.Action, Policies: []policyEntry{},
	}
	save := func(name string, b []byte) (file, hash string, err error) {
		file, hash = name+PolicyExtension(b), sha256Hex(b)
		path := filepath.Join(dirPolicies, file)
		a.dir.hashes[filepath.ToSlash(path)] = hash
		return file, hash, writeRenamed(a.dir.disk, a.dir.in(path), b)
	}
	for i, m := range set.Members {
		b, err := m.Policy.Encode()
		if err != nil {
			return fmt.Errorf("policy %s: %w", m.ID, err)
		}
		entry := policyEntry{
			ID: m.ID, Kind: m.Policy.Kind(), Conditioning: "none",
			Parent: m.Parent, Origin: m.Origin, Weight: m.Weight, Value: rows[i].Value, NonDominated: rows[i].NonDominated,
		}
		if entry.File, entry.SHA256, err = save(m.ID, b); err != nil {
			return err
		}
		index.Policies = append(index.Policies, entry)
	}
	if r := set.Repertoire; r != nil {
		b, err := r.Encode()
		if err != nil {
			return fmt.Errorf("repertoire: %w", err)
		}
		index.Repertoire = &repertoireEntry{Kind: r.Kind(), Policies: len(r.IDs())}
		if index.Repertoire.File, index.Repertoire.SHA256, err = save(repertoire, b); err != nil {
			return err
		}
	}
	b, err := marshal(index)
	if err != nil {
		return err
	}
	return a.dir.write(filepath.Join(dirPolicies, fileIndex), b) // makes all of them durable
}

// PolicyExtension is the extension of a policy file: most are safetensors, which begin with a length in eight bytes, some JSON.
func PolicyExtension(file []byte) string {
	if json.Valid(file) {
		return ".json"
	}
	return ".safetensors"
}

// writeTables writes one file for each table of the learner.
func (a *attempt) writeTables(tables []agents.Table) error {
	for i := range tables {
		t := &tables[i]
		if err := t.Check(); err != nil {
			return fmt.Errorf("the learner returned what cannot be saved: %w", err)
		}
		name := t.Name + tableExtension
		if _, taken := a.dir.hashes[name]; taken || slices.Contains(ownTables, name) {
			return fmt.Errorf("the learner returned a table %q, which is the name of another file of the run", t.Name)
		}
		if err := a.dir.write(name, encodeTable(t)); err != nil {
			return err
		}
	}
	return nil
}

// writeArchive writes archive.csv and front.csv. The front is sorted by its objectives.
func (a *attempt) writeArchive(rows []ArchiveRow) error {
	archive := archiveHeader(a.env.Spec.M()).line()
	var front []*ArchiveRow
	for i := range rows {
		archive = append(archive, rows[i].cells(a.env.Spec.M()).line()...)
		if rows[i].NonDominated {
			front = append(front, &rows[i])
		}
	}
	slices.SortStableFunc(front, func(x, y *ArchiveRow) int { return slices.Compare(x.Value, y.Value) })
	text := frontHeader(a.env.Spec.ObjectiveNames()).line()
	for _, r := range front {
		text = append(text, r.frontCells().line()...)
	}
	if err := a.dir.write(fileArchive, archive); err != nil {
		return err
	}
	return a.dir.write(fileFront, text)
}

// result sums the run up, but for the hashes.
func (a *attempt) result(members, fresh []agents.Member, rows []ArchiveRow) (*Result, error) {
	r := &Result{
		Status: "complete", StepsTrain: a.rec.StepsTrain, StepsEval: a.rec.StepsEval, Evaluations: a.rec.Evals,
		Reference: a.item.Reference.Point, KnownFront: a.known.method, HypervolumeExact: a.known.hv, HypervolumeLinear: a.known.linear,
		Weights: a.item.WeightsName(), Notes: a.rec.Notes,
	}
	for i, m := range fresh {
		r.StepsEval += m.Value.Steps
		if rows[i].NonDominated {
			r.FrontSize++
		}
	}
	var errFinal, errSelected error
	r.Final, errFinal = a.rec.yardstick.measure(fresh)
	r.FinalSelected, errSelected = a.rec.yardstick.measure(members)
	return r, errors.Join(errFinal, errSelected)
}
