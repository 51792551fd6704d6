package explorer

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"slices"

	"github.com/paretolab/paretolab/agents"
	"github.com/paretolab/paretolab/pareto"
)

// policyFile is what is stored of a policy.
type policyFile struct {
	Name       string `json:"name"`
	Kind       string `json:"kind"`
	SHA256     string `json:"sha256"`
	Bytes      int64  `json:"bytes"`
	Parameters *int   `json:"parameters"` // nil: not known
}

// sized is the optional capability of a policy to tell how many parameters it has.
type sized interface{ Parameters() int }

// showPolicy describes a policy of a run.
func (s *Server) showPolicy(w http.ResponseWriter, r *http.Request) (any, error) {
	x, err := s.runOf(r)
	if err != nil {
		return nil, err
	}
	if unchanged(w, r, runID(x.files.Stamp("archive.csv", "result.json", "evaluations.csv", "fronts.jsonl"))) {
		return nil, nil
	}
	id := r.PathValue("pid")
	evaluations, err := s.index.evaluations(x)
	if err != nil {
		return nil, err
	}
	f, err := s.index.frontOf(x, r.URL.Query().Get("at"))
	if err != nil {
		return nil, err
	}
	e, row := evaluations[id], f.row(id)
	if e == nil && row < 0 {
		return nil, notFound("the front of the run lists them", "run %s has no policy %q", x.id, id)
	}
	d := map[string]any{
		"run": x.id, "policy": id, "row": nil, "parent": "", "children": []string{}, "origin": "", "steps": nil, "value": nil, "stderr": nil, "selected": nil,
		"undiscounted": nil, "episodes": nil, "length": nil, "nondominated": false, "weight": nil, "supported": false, "support_weight": nil, "support_margin": nil,
		"neighbours": []exchange{}, "file": nil, "replayable": false, "modes": []string{}, "command": nil, "objectives": f.names(),
	}
	if e != nil {
		d["parent"], d["origin"], d["steps"], d["value"], d["stderr"], d["undiscounted"] = e.Parent, e.Origin, e.StepsTrain, e.Value, e.StdErr, e.Undiscounted
		d["episodes"], d["length"], d["weight"] = e.Episodes, e.Length, e.Weight
	}
	children := []string{}
	for child, e := range evaluations {
		if e.Parent == id && child != id {
			children = append(children, child)
		}
	}
	slices.Sort(children)
	d["children"] = children
	if row >= 0 {
		if err := f.describe(r.Context(), row, d); err != nil {
			return nil, err
		}
	}
	if err := describeFile(x, id, d); err != nil {
		return nil, err
	}
	return d, nil
}

// describe adds what a front says of one of its rows.
func (f *front) describe(ctx context.Context, row int, d map[string]any) error {
	d["row"], d["value"], d["nondominated"], d["origin"] = row, f.values.Row(row), f.nondominated[row], f.origins[row]
	d["stderr"] = f.stderr[row]
	if f.selected != nil {
		d["selected"], d["episodes"], d["steps"] = f.selected[row], f.episodes[row], f.policySteps[row]
	}
	c := &choice{fronts: []*front{f}, names: f.names()}
	at := -1
	for i, ok := range f.nondominated {
		if ok || i == row {
			if i == row {
				at = len(c.at)
			}
			c.values, c.at = c.values.Append(f.values.Row(i)), append(c.at, place{0, i})
		}
	}
	scaled, err := c.scaled()
	if err != nil {
		return err
	}
	w, margin, err := pareto.SupportWeight(scaled, at, pareto.Options{Ctx: ctx})
	if err != nil {
		return err
	}
	d["supported"], d["support_weight"], d["support_margin"] = margin > 0 || c.values.Len() == 1, w, margin
	d["neighbours"], err = c.exchanges(at, 4)
	return err
}

// describeFile adds what is stored of a policy of a complete run, and how it can act.
func describeFile(x *run, id string, d map[string]any) error {
	if x.present().Status != statusComplete {
		return nil
	}
	file, err := x.files.PolicyFile(id)
	if errors.Is(err, fs.ErrNotExist) {
		return nil // it did not stay in the archive
	}
	if err != nil {
		return err
	}
	stored := policyFile{Name: file.File, Kind: file.Kind, SHA256: file.SHA256, Bytes: file.Bytes}
	d["command"] = fmt.Sprintf("paretolab policy eval %s %s", shellWord(x.files.Dir()), shellWord(id))
	if _, m, err := x.files.Policy(id); err == nil {
		modes := []string{"deterministic"}
		if _, ok := m.Policy.(agents.Sampler); ok {
			modes = append(modes, "sampled")
		}
		d["replayable"], d["modes"] = true, modes
		if p, ok := m.Policy.(sized); ok {
			n := p.Parameters()
			stored.Parameters = &n
		}
	} else {
		d["why_not"] = err.Error()
	}
	d["file"] = stored
	return nil
}
