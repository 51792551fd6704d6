package experiments

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"

	"github.com/paretolab/paretolab/agents"
)

// Keys of [agents.Candidates].
const (
	keyCandidates     = "candidates"
	keyCandidatesHash = "candidates_sha256"
)

// candidatesOf returns the settings by which an algorithm begins with another run; nil if it does not.
func candidatesOf(a agents.Algorithm) *agents.Candidates {
	if b, ok := a.(agents.Begun); ok && b.CandidateRun().Run != "" {
		return b.CandidateRun()
	}
	return nil
}

// fixCandidates writes into an item which run its candidates come from, and the hash of the archive there unless
// it is given. Those of other seeds and environments may come from other runs.
func (i *Item) fixCandidates() error {
	c := candidatesOf(i.Settings)
	c.Run = strings.NewReplacer("{seed}", strconv.FormatUint(i.Seed, 10), "{environment}", folderName(i.Environment.name())).Replace(c.Run)
	var err error
	if c.Run, err = filepath.Abs(c.Run); err != nil {
		return err
	}
	if c.SHA256 == "" {
		source, err := openCandidates(c.Run, &i.Environment)
		if err != nil {
			return err
		}
		c.SHA256 = source.hash
	}
	i.SettingsMap = maps.Clone(i.SettingsMap)
	i.SettingsMap[keyCandidates], i.SettingsMap[keyCandidatesHash] = c.Run, c.SHA256
	return nil
}

// loadCandidates returns the policies that an item begins with, none if it does not begin with any.
func (i *Item) loadCandidates() ([]agents.Member, error) {
	c := candidatesOf(i.Settings)
	if c == nil {
		return nil, nil
	}
	source, err := openCandidates(c.Run, &i.Environment)
	if err == nil && source.hash != c.SHA256 {
		err = fmt.Errorf("the archive there has the hash %s, not %s (%s): it is of another run; put the one that this run began with back, or start over with `paretolab run --force`", source.hash, c.SHA256, keyCandidatesHash)
	}
	var members []agents.Member
	if err == nil {
		members, err = source.members()
	}
	if err != nil {
		return nil, fmt.Errorf("setting %q is %s: %w", keyCandidates, c.Run, err)
	}
	return members, nil
}

// candidateSource is a complete run with an archive of behaviours.
type candidateSource struct {
	run  *Run
	set  *PolicySet
	hash string // of the archive
}

const tableBehaviours = "behaviours"

// openCandidates finds the archive of a run, which has to be one of an environment: with the same options, while
// its episodes may be longer or shorter.
func openCandidates(dir string, want *EnvironmentChoice) (*candidateSource, error) {
	run, err := LoadRun(dir)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, ErrNoRuns) {
		return nil, fmt.Errorf("%w; give the directory of a run that searched behaviours, such as one of map-elites or mome, and run that first", err)
	}
	if err != nil {
		return nil, err
	}
	set, err := newPolicySet(run)
	if err != nil {
		return nil, err
	}
	item, _, err := storedItem(run.Dir, run.Config)
	if err != nil {
		return nil, err
	}
	if here := &item.Environment; here.ID != want.ID || !reflect.DeepEqual(here.Options, want.Options) {
		return nil, fmt.Errorf("that run searched %s %v, this one is of %s %v; give a run of the same environment with the same options", here.ID, here.Options, want.ID, want.Options)
	}
	index, err := reader(os.ReadFile).policyIndex(dir)
	if err != nil {
		return nil, err
	}
	behaviours := run.Result.Files[tableBehaviours+tableExtension]
	if set.stored = index.Repertoire; set.stored == nil || behaviours == "" {
		return nil, fmt.Errorf("that run of algorithm %s left no archive of behaviours; give one of an algorithm that does, such as map-elites or mome", run.Info.Algorithm)
	}
	return &candidateSource{run, set, sha256Hex([]byte(set.stored.SHA256 + behaviours))}, nil
}

// members returns the policies of the archive with the returns that they were archived for.
func (s *candidateSource) members() ([]agents.Member, error) {
	path := filepath.Join(s.run.Dir, tableBehaviours+tableExtension)
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	if sha256Hex(text) != s.run.Result.Files[tableBehaviours+tableExtension] {
		return nil, corrupt(path, 0, "it was changed after the run: its SHA-256 is not the one in %s", fileResult)
	}
	table, err := s.run.Table(tableBehaviours)
	if err != nil {
		return nil, err
	}
	repertoire, err := s.set.LoadRepertoire()
	if err != nil {
		return nil, err
	}
	objectives := s.set.Env.Spec.ObjectiveNames()
	returns, names := table.Series("return_")
	at := map[string]int{}
	for i, id := range table.Text("id") {
		at[id] = i
	}
	var members []agents.Member
	for k, id := range repertoire.IDs() {
		i, known := at[id]
		if !known || len(names) != len(objectives) {
			return nil, corrupt(path, 0, "it does not have the returns %v of policy %s", objectives, id)
		}
		m := agents.Member{ID: id, Origin: s.run.Info.Algorithm, Value: agents.Value{Episodes: 1}}
		if m.Policy, err = repertoire.Policy(k); err != nil {
			return nil, err
		}
		for _, r := range returns {
			m.Value.Undiscounted = append(m.Value.Undiscounted, r[i])
		}
		members = append(members, m)
	}
	return members, nil
}
