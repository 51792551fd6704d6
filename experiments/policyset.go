package experiments

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"slices"

	"github.com/paretolab/paretolab/agents"
	"github.com/paretolab/paretolab/envs"
)

// PolicySet is the result of a run, ready to act: policies with different trade-offs, non-dominated
// on fresh seeds, and the environment they were trained for.
type PolicySet struct {
	agents.PolicySet
	Env       *envs.Environment
	Reference envs.Reference // discount and reference point by which values were measured
	sampled   bool           // policies act by chance when they are measured, as the run did

	dir    string
	files  reader           // of dir; nil: it is opened when needed
	stored *repertoireEntry // nil: the run has no repertoire
}

// LoadPolicySet reads the policies of a complete run. The packages of the algorithms and
// environments that made it must be imported. Errors as [LoadRun]; a policy file that is missing or
// not the one that the run wrote is an ErrCorrupt. Files outside dir are never read.
func LoadPolicySet(dir string) (*PolicySet, error) {
	run, err := LoadRun(dir)
	if err != nil {
		return nil, err
	}
	set, err := newPolicySet(run)
	if err != nil {
		return nil, err
	}
	read, closed, err := readerBelow(dir)
	if err != nil {
		return nil, err
	}
	defer closed()
	index, err := read.policyIndex(dir)
	if err != nil {
		return nil, err
	}
	set.stored = index.Repertoire
	rows := run.rows()
	for _, e := range index.Policies {
		if !e.NonDominated {
			continue
		}
		m, err := read.member(dir, e, rows, &set.Env.Spec)
		if err != nil {
			return nil, err
		}
		set.Members = append(set.Members, *m)
	}
	if len(set.Members) == 0 {
		return nil, fmt.Errorf("%s: the run ended without policies above the reference point %v", dir, set.Reference.Point)
	}
	return set, nil
}

// newPolicySet returns the set of a complete run without its policies.
func newPolicySet(run *Run) (*PolicySet, error) {
	if run.Result == nil {
		return nil, fmt.Errorf("%s is not complete and has no policies yet; `paretolab resume %s` finishes it", run.Dir, run.Dir)
	}
	item, _, err := storedItem(run.Dir, run.Config)
	if err != nil {
		return nil, err
	}
	env, err := item.NewEnvironment()
	if err != nil {
		return nil, err
	}
	if h := specHash(&env.Spec); h != run.Info.Environment.SpecHash {
		return nil, fmt.Errorf("%s was made for another revision of %s: its spaces or objectives were changed since; run it again", run.Dir, env.Spec.ID)
	}
	return &PolicySet{Env: env, Reference: item.Fronts(), sampled: item.Evaluation.Policy == "sampled", dir: run.Dir}, nil
}

// readerBelow reads files at and below a directory, which no link leads out of.
func readerBelow(dir string) (read reader, closed func() error, err error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, nil, err
	}
	return func(path string) ([]byte, error) {
		name, err := filepath.Rel(dir, path)
		if err != nil {
			return nil, err
		}
		return root.ReadFile(name)
	}, root.Close, nil
}

// policyIndex reads the list of the policies of a run.
func (read reader) policyIndex(dir string) (*policyIndex, error) {
	path := filepath.Join(dir, dirPolicies, fileIndex)
	b, err := read(path)
	if err != nil {
		return nil, err
	}
	index := &policyIndex{}
	return index, decodeJSON(path, b, index)
}

// rows returns the rows of the archive by policy.
func (r *Run) rows() map[string]*ArchiveRow {
	rows := make(map[string]*ArchiveRow, len(r.Archive))
	for i := range r.Archive {
		rows[r.Archive[i].Policy] = &r.Archive[i]
	}
	return rows
}

// member reads a policy of a run and checks that it is the one that the run wrote.
func (read reader) member(dir string, e policyEntry, rows map[string]*ArchiveRow, spec *envs.Spec) (*agents.Member, error) {
	row, ok := rows[e.ID]
	if !ok {
		return nil, corrupt(filepath.Join(dir, dirPolicies, fileIndex), 0, "it names policy %q, which %s does not have", e.ID, fileArchive)
	}
	path, b, err := read.policyFile(dir, e.File, e.SHA256)
	if err != nil {
		return nil, err
	}
	policy, err := agents.DecodePolicy(e.Kind, b, spec)
	if err != nil {
		return nil, corrupt(path, 0, "%v", err)
	}
	return &agents.Member{
		ID: e.ID, Parent: e.Parent, Origin: e.Origin, Weight: e.Weight, Steps: row.StepsTrain, Policy: policy,
		Value: agents.Value{Return: row.Value, StdErr: row.StdErr, Episodes: row.Episodes},
	}, nil
}

// policyFile reads a file that the index names, and returns its path also.
func (read reader) policyFile(dir, name, hash string) (path string, b []byte, err error) {
	path = filepath.Join(dir, dirPolicies, filepath.FromSlash(name))
	b, err = read(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return path, nil, corrupt(path, 0, "it is missing, though %s names it", fileIndex)
	case err == nil && sha256Hex(b) != hash:
		return path, nil, corrupt(path, 0, "it was changed after the run: its SHA-256 is not the one in %s", fileIndex)
	}
	return path, b, err
}

// LoadRepertoire reads the policies of the run that are no members of the set, such as those of an archive
// of behaviours; nil if there are none. Errors as [LoadPolicySet].
func (s *PolicySet) LoadRepertoire() (agents.Repertoire, error) {
	if s.Repertoire != nil || s.stored == nil {
		return s.Repertoire, nil
	}
	read := s.files
	if read == nil {
		below, closed, err := readerBelow(s.dir)
		if err != nil {
			return nil, err
		}
		defer closed()
		read = below
	}
	path, b, err := read.policyFile(s.dir, s.stored.File, s.stored.SHA256)
	if err != nil {
		return nil, err
	}
	if s.Repertoire, err = agents.DecodeRepertoire(s.stored.Kind, b, &s.Env.Spec); err != nil {
		return nil, corrupt(path, 0, "%v", err)
	}
	return s.Repertoire, nil
}

// MoveTo makes the policies act in another environment, whose spaces and objectives must be the same.
func (s *PolicySet) MoveTo(env *envs.Environment) error {
	here, there := &s.Env.Spec, &env.Spec
	switch {
	case !reflect.DeepEqual(here.Observation, there.Observation):
		return fmt.Errorf("policies for %s cannot act in %s: its observations have another form; `paretolab envs show` prints both", here.ID, there.ID)
	case !reflect.DeepEqual(here.Action, there.Action):
		return fmt.Errorf("policies for %s cannot act in %s: its actions have another form; `paretolab envs show` prints both", here.ID, there.ID)
	case !slices.Equal(here.ObjectiveNames(), there.ObjectiveNames()):
		return fmt.Errorf("policies for %s (%v) cannot act in %s, whose objectives are %v", here.ID, here.ObjectiveNames(), there.ID, there.ObjectiveNames())
	}
	s.Env = env
	return nil
}

// Choose returns the policy with the largest utility w·G for a preference: one weight per
// objective, not negative, not all 0. They need not add up to 1.
func (s *PolicySet) Choose(preference []float64) (*agents.Member, error) {
	if len(preference) != s.Env.Spec.M() {
		return nil, fmt.Errorf("the preference has %d weights for the %d objectives of %s (%v)", len(preference), s.Env.Spec.M(), s.Env.Spec.ID, s.Env.Spec.ObjectiveNames())
	}
	sum := 0.0
	for j, w := range preference {
		if !(w >= 0) || math.IsInf(w, 0) {
			return nil, fmt.Errorf("weight %d of the preference is %v; give numbers of at least 0", j+1, w)
		}
		sum += w
	}
	if sum == 0 {
		return nil, errors.New("all weights of the preference are 0; give at least one above 0")
	}
	return &s.Members[s.Assign(preference)], nil
}

// Member returns the policy of that id, of the front or of the repertoire, whose members have no value.
func (s *PolicySet) Member(id string) (*agents.Member, error) {
	for i := range s.Members {
		if s.Members[i].ID == id {
			return &s.Members[i], nil
		}
	}
	r, err := s.LoadRepertoire()
	if err != nil {
		return nil, err
	}
	if r == nil {
		return nil, fmt.Errorf("no policy %q on the front of %d policies; front.csv of the run lists them", id, len(s.Members))
	}
	i := slices.Index(r.IDs(), id)
	if i < 0 {
		return nil, fmt.Errorf("no policy %q on the front of %d policies, which front.csv of the run lists, and none among the %d of its repertoire", id, len(s.Members), len(r.IDs()))
	}
	policy, err := r.Policy(i)
	if err != nil {
		return nil, err
	}
	return &agents.Member{ID: id, Origin: repertoire, Policy: policy}, nil
}

// Point returns the policy in row n of the run's front.csv, counted from 1: rows ascend in their values.
func (s *PolicySet) Point(n int) (*agents.Member, error) {
	if n < 1 || n > len(s.Members) {
		return nil, fmt.Errorf("no point %d on the front, which has points 1 to %d; front.csv of the run lists them", n, len(s.Members))
	}
	order := make([]*agents.Member, len(s.Members))
	for i := range order {
		order[i] = &s.Members[i]
	}
	slices.SortStableFunc(order, func(x, y *agents.Member) int { return slices.Compare(x.Value.Return, y.Value.Return) })
	return order[n-1], nil
}

// Measure runs a policy for a number of episodes that the seed determines, of which none is one of
// the run's own, and returns its mean discounted and undiscounted returns. Where all episodes are the
// same, one is run.
func (s *PolicySet) Measure(ctx context.Context, p agents.Policy, episodes int, seed uint64) (agents.Value, error) {
	return newEvaluator(s.Env, s.Reference.Discount, seed, "act", episodes, s.sampled).measure(ctx, p)
}
