// Package envtest checks that an environment, ours or a user's, keeps the contract of package
// envs: a suite to call from a test ([Run]) and the same as a function for tools ([Check]).
package envtest

import (
	"fmt"
	"testing"

	"github.com/paretolab/paretolab/envs"
)

// Law is one rule of the contract.
type Law struct {
	Name string // short, for tables
	Says string // one sentence
	hold func(p *probe) error
}

// Laws returns the rules in the order in which they are checked.
func Laws() []Law { return append([]Law(nil), laws...) }

var laws = []Law{
	{"specification", "spaces, objectives, references and horizon are complete and fit together", specification},
	{"names", "every action, or element of an action, has a name of its own, or none has", names},
	{"observations", "every element is written, finite, and inside the observation space", observations},
	{"rewards", "every objective is written, finite, and inside its bounds", rewards},
	{"actions", "a step leaves the action that it is given as it was", actions},
	{"determinism", "the same seed and actions give the same episodes, whatever was done before or beside", determinism},
	{"seeding", "resets and steps draw random numbers exactly where the specification says so", seeding},
	{"time limit", "episodes end by themselves or at the horizon, and reaching the horizon is no termination", timeLimit},
	{"state", "a state saved in the middle of an episode, as bytes or JSON, continues the same in any copy, also in a batch and under wrappers", state},
	{"misuse", "bad actions and states are refused, as are steps before a reset and after the end; what is accepted can be stepped", misuse},
	{"batch", "a batch of copies, in float32 and float64, does what single copies do", batch},
	{"allocations", "stepping and resetting allocate nothing", allocations},
	{"picture", "the picture, if it draws one, keeps the limits, changes nothing, and shows the state and the last action alone", picture},
	{"model", "the exact model, if there is one, predicts rewards and ends", model},
	{"known front", "the documented front, if there is one, is attained by its plans", knownFront},
}

// Finding is a law that does not hold.
type Finding struct {
	Law    string `json:"law"`
	Detail string `json:"detail"` // what was observed, with values
}

func (f Finding) String() string { return f.Law + ": " + f.Detail }

// Check tries the laws on e with random actions and returns those that it saw broken. A panic of
// the environment is a finding. An unsound specification is the only finding: the other laws are then
// not tried. It takes up to about 50 000 steps, and is the same every time.
func Check(e *envs.Environment) []Finding { return check(e, false) }

func check(e *envs.Environment, brief bool) []Finding {
	var found []Finding
	for _, law := range laws {
		if err := try(law, &probe{e: e, spec: &e.Spec, brief: brief}); err != nil {
			found = append(found, Finding{law.Name, err.Error()})
		}
		// Without a sound specification the others would only report the consequences.
		if law.Name == "specification" && len(found) > 0 {
			break
		}
	}
	return found
}

func try(law Law, p *probe) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v", r)
		}
	}()
	return law.hold(p)
}

// Run checks e and reports every broken law as an error of the test.
func Run(t testing.TB, e *envs.Environment) {
	t.Helper()
	report(t, e, Check(e))
}

// RunBriefly is Run with about an eighth of the steps, for environments whose steps are slow.
func RunBriefly(t testing.TB, e *envs.Environment) {
	t.Helper()
	report(t, e, check(e, true))
}

func report(t testing.TB, e *envs.Environment, found []Finding) {
	t.Helper()
	for _, f := range found {
		t.Errorf("%s breaks the law of %s", e.Spec.ID, f)
	}
}
