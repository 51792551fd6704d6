package agents

import (
	"context"
	"fmt"
	"sort"
	"sync"

	"github.com/paretolab/paretolab/envs"
	"github.com/paretolab/paretolab/internal/didyoumean"
)

// Algorithm is a learning algorithm: a pointer to its settings struct. Every setting is an
// exported field with the struct tags
//
//	key     name in config files, lower_snake_case
//	doc     what it means, one sentence
//	symbol  its symbol in the paper (optional)
//	range   what is legal: "[0,1]", "(0,inf)", ">=1", or "a|b|c" for text (optional)
//	source  where the default comes from (optional)
//	later   "true" if runs were made before there was the setting: at its zero value, which means what they
//	        did, it is no part of the identity of a run (optional)
//
// from which validation, help and the reference page are made.
type Algorithm interface {
	// Train learns until the step budget of the problem is spent and returns the policy set.
	// It stops early when ctx is cancelled, after handing the recorder what a resumed run needs,
	// and then returns the context's error.
	Train(ctx context.Context, p *Problem, rec Recorder) (*PolicySet, error)
	// Check reports settings that do not fit the environment, each other or the budget of steps.
	Check(e *envs.Environment, steps int) error
}

// Preset is a named set of defaults.
type Preset struct {
	Name string
	Doc  string
}

// Definition is what an algorithm registers.
type Definition struct {
	ID      string
	Summary string // one sentence
	Source  string // paper
	// Revision is raised when results for equal settings change; it is part of a run's identity.
	Revision int
	Presets  []Preset // the first is the default
	// New returns the settings with the defaults of the preset for this environment, and the
	// training steps that the preset recommends (0: none).
	New func(e *envs.Environment, preset string) (a Algorithm, steps int, err error)
}

// Problem is what is to be learned.
type Problem struct {
	Env       *envs.Environment
	Steps     int            // training budget: environment steps summed over all copies
	Seed      uint64         // root of all random streams
	Reference envs.Reference // discount and reference point by which value vectors are measured
	Pool      *Pool          // bounds how many tasks run at once
	// Candidates are policies of another run that the settings ask for, see [Candidates]: they act on the present
	// observation alone. Of their values the undiscounted returns are known, from the episode they were archived for.
	Candidates []Member
}

var registry = struct {
	sync.RWMutex
	m map[string]Definition
}{m: map[string]Definition{}}

// Register makes an algorithm available under its id; it panics if the id is taken.
func Register(d Definition) {
	registry.Lock()
	defer registry.Unlock()
	if d.ID == "" || d.New == nil || len(d.Presets) == 0 {
		panic("agents: Register needs an id, a preset and a constructor")
	}
	if _, taken := registry.m[d.ID]; taken {
		panic("agents: " + d.ID + " is registered twice")
	}
	registry.m[d.ID] = d
}

// IDs returns the registered ids, sorted.
func IDs() []string {
	registry.RLock()
	defer registry.RUnlock()
	ids := make([]string, 0, len(registry.m))
	for id := range registry.m {
		ids = append(ids, id)
	}
	sort.Strings(ids)
	return ids
}

// UnknownError is returned for an algorithm that no imported package registered.
type UnknownError struct {
	ID      string
	Nearest []string
}

func (e *UnknownError) Error() string {
	return fmt.Sprintf("unknown algorithm %q%s", e.ID, didyoumean.Question(e.Nearest, "`paretolab agents list` prints all"))
}

// Lookup returns the definition registered under id, or an *UnknownError.
func Lookup(id string) (Definition, error) {
	registry.RLock()
	d, ok := registry.m[id]
	registry.RUnlock()
	if !ok {
		return Definition{}, &UnknownError{ID: id, Nearest: didyoumean.Nearest(id, IDs())}
	}
	return d, nil
}
