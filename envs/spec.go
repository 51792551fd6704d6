package envs

import (
	"fmt"
	"math"
)

// Objective is one component of the reward vector. Every objective is maximised as rewarded: a
// cost appears with negative sign.
type Objective struct {
	Name string  // lower_snake_case; column name in every file
	Unit string  // "" if none
	Low  float64 // smallest reward of one step, may be -Inf
	High float64 // largest reward of one step, may be +Inf
}

// Reference is a discount together with the reference point that hypervolumes are measured from.
type Reference struct {
	Name     string    `json:"name"`     // "" for the default
	Discount float64   `json:"discount"` // of evaluation, in (0, 1]
	Point    []float64 `json:"point"`    // one number per objective
	Source   string    `json:"source"`   // where the two are used
}

// Spec is everything about a configured environment that does not change from step to step.
type Spec struct {
	ID          string
	Summary     string // one sentence for lists
	Source      string // original implementation or paper
	Observation Space
	Action      Space
	// ClipsActions says that a step takes any finite action and brings it into the action space
	// itself, perhaps at a cost, as some originals do.
	ClipsActions bool
	Objectives   []Objective
	// Horizon is the number of steps after which an episode is truncated; 0 means that the
	// environment always ends by itself.
	Horizon int
	// OwnLimit says that the original counts these steps itself, beside the limit of whoever makes it: an
	// episode can be made shorter, but not longer ([Spec.Limit]).
	OwnLimit bool
	// BothAtLimit says that the original reports termination together with truncation when its
	// own time is over. The environment reports what is true of it: termination if time is part of
	// the problem, else only truncation; recordings of the original may then differ.
	BothAtLimit bool
	// Reference is the default discount and reference point, Alternatives are other customary ones.
	Reference    Reference
	Alternatives []Reference
	// DeterministicStart and DeterministicStep say that resets, and steps, draw no random
	// numbers. If both hold, one evaluation episode of a deterministic policy is exact.
	DeterministicStart bool
	DeterministicStep  bool
}

// Limit truncates episodes after n steps instead of Horizon.
func (s *Spec) Limit(n int) {
	if s.OwnLimit && s.Horizon > 0 {
		n = min(n, s.Horizon)
	}
	s.Horizon = n
}

// M is the number of objectives.
func (s *Spec) M() int { return len(s.Objectives) }

// ObjectiveNames returns the names in order.
func (s *Spec) ObjectiveNames() []string {
	names := make([]string, len(s.Objectives))
	for i, o := range s.Objectives {
		names[i] = o.Name
	}
	return names
}

// CheckAction returns nil if a step takes the action, else an error that says why not. Infinite numbers are
// never taken, also where the space has no bound.
func (s *Spec) CheckAction(a []float64) error {
	err := s.Action.Check(a)
	if err != nil && (!s.ClipsActions || len(a) != s.Action.Len()) {
		return err
	}
	for i, x := range a {
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return fmt.Errorf("element %d is %v, not a finite number", i, x)
		}
	}
	return nil
}

// CheckActions is [Spec.CheckAction] for the actions of n copies, as steps of a batch take them. A batch
// itself does not look at the values: an action that a step does not take leads to a panic or anywhere.
func CheckActions[T Real](s *Spec, n int, act Actions[T]) error {
	width := s.Action.Len()
	discrete := s.Action.Kind == KindDiscrete
	given, other := len(act.Box), len(act.Discrete)
	if discrete {
		given, other = other, given
	}
	if given != n*width || other != 0 {
		return fmt.Errorf("%s: %d discrete and %d continuous numbers for %d copies with %d %s each", s.ID, len(act.Discrete), len(act.Box), n, width, s.Action.Kind)
	}
	a := make([]float64, width)
	for i := range n {
		for k := range a {
			if discrete {
				a[k] = float64(act.Discrete[i*width+k])
			} else {
				a[k] = float64(act.Box[i*width+k])
			}
		}
		if err := s.CheckAction(a); err != nil {
			return fmt.Errorf("%s: action of copy %d: %w", s.ID, i, err)
		}
	}
	return nil
}
