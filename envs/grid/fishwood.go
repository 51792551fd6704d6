package grid

import (
	"fmt"
	"math"

	"github.com/paretolab/paretolab/envs"
)

// Places of fishwood; the action is the place to go to.
const (
	fishing = iota
	woods
)

// fishwoodSteps is the length of every episode.
const fishwoodSteps = 200

// Fishwood divides 200 steps between fishing and gathering wood. It is meant for the expected
// scalarised return, such as min(fish, ⌊wood/2⌋), where what an episode yields counts and not the
// mean over episodes.
//
// Actions 0 fishing, 1 woods: the place of the next step; the first step is in the woods. Reward
// (fish, wood): 1 with the place's probability, at the place before the move. (The docstring of the
// original swaps the two.) Observation (place). Every step draws one uniform number. The process
// ends itself with step 200; like the original it reports truncation there, too.
//
// Source: Roijers, Steckelmacher & Nowé, "Multi-objective reinforcement learning for the expected
// utility of the return", ALA workshop 2018; rules of MO-Gymnasium 1.3.2.
type Fishwood struct {
	yield [2]float64 // probability of a reward at each place
	state fishwoodState
}

type fishwoodState struct {
	State int32 `json:"state"` // place
	T     int32 `json:"t"`     // steps taken
}

var (
	_ envs.Env          = (*Fishwood)(nil)
	_ envs.StateChecker = (*Fishwood)(nil)
	_ envs.Model        = (*Fishwood)(nil)
	_ envs.StateIndexer = (*Fishwood)(nil)
	_ envs.KnownFront   = (*Fishwood)(nil)
	_ envs.FrontPlans   = (*Fishwood)(nil)
)

// Reset implements [envs.Env].
func (f *Fishwood) Reset(*envs.RNG) { f.state = fishwoodState{State: woods} }

// Step implements [envs.Env].
func (f *Fishwood) Step(rng *envs.RNG, a envs.Action, reward []float64) bool {
	return f.step(rng, int32(a.Index()), reward)
}

func (f *Fishwood) step(rng *envs.RNG, action int32, reward []float64) bool {
	s := &f.state
	place := s.State & 1
	got := int32(0) // counted, since a branch on chance is hard to predict
	if rng.Float64() < f.yield[place] {
		got = 1
	}
	_ = reward[1]
	reward[1-place], reward[place] = 0, float64(got)
	s.State = action
	s.T++
	return s.T == fishwoodSteps
}

// StepIndex implements [envs.IndexStepper].
func (f *Fishwood) StepIndex(rng *envs.RNG, a int32, reward []float64, obs []float32) bool {
	terminated := f.step(rng, a, reward)
	obs[0] = float32(a)
	return terminated
}

// Observe implements [envs.Env].
func (f *Fishwood) Observe(obs []float64) { obs[0] = float64(f.state.State) }

// State implements [envs.Env].
func (f *Fishwood) State() any { return &f.state }

// CheckState implements [envs.StateChecker].
func (f *Fishwood) CheckState() error {
	switch s := &f.state; {
	case s.State != fishing && s.State != woods:
		return fmt.Errorf("state %d is neither %d (fishing) nor %d (woods)", s.State, fishing, woods)
	case s.T < 0 || s.T > fishwoodSteps:
		return fmt.Errorf("t %d is outside 0 to %d", s.T, fishwoodSteps)
	}
	return nil
}

// NumStates implements [envs.Model]: state 2t + place is a place after t steps.
func (f *Fishwood) NumStates() int { return 2 * (fishwoodSteps + 1) }

// NumActions implements [envs.Model].
func (f *Fishwood) NumActions() int { return 2 }

// StartState implements [envs.Model].
func (f *Fishwood) StartState() int { return woods }

// StateIndex implements [envs.StateIndexer].
func (f *Fishwood) StateIndex() int { return int(2*f.state.T + f.state.State) }

// Outcomes implements [envs.Model].
func (f *Fishwood) Outcomes(s, a int, buf []envs.Outcome) []envs.Outcome {
	place, after := s%2, min(s/2+1, fishwoodSteps)
	o := envs.Outcome{P: f.yield[place], Next: 2*after + a, Reward: make([]float64, 2), Terminal: after == fishwoodSteps}
	o.Reward[place] = 1
	buf = append(buf, o)
	o.P, o.Reward = 1-o.P, make([]float64, 2)
	return append(buf, o)
}

// KnownFront implements [envs.KnownFront] for discounts γ below 1, by the closed form: a policy that
// stays in the woods for n steps, n from 1 to 200, and then fishes is worth
// (p_f Σ_{t≥n} γᵗ, p_w Σ_{t<n} γᵗ). Every other order is Pareto-optimal, too: up to 2¹⁹⁹ points on the line
// through these, whose ends, woods throughout and fishing from the second step on, are the convex
// coverage set. At discount 1 all orders with the same n are worth the same, and the front has 200
// points, which the model gives.
func (f *Fishwood) KnownFront(gamma float64) (points [][]float64, source string, ok bool) {
	if gamma == 1 {
		return nil, "", false
	}
	between := func(from, to int) float64 { // Σ γᵗ, from ≤ t < to
		return (math.Pow(gamma, float64(from)) - math.Pow(gamma, float64(to))) / (1 - gamma)
	}
	for n := 1; n <= fishwoodSteps; n++ {
		points = append(points, []float64{f.yield[fishing] * between(n, fishwoodSteps), f.yield[woods] * between(0, n)})
	}
	return points, "closed form: wood first, then fish; other orders lie on the same line", true
}

// FrontPlans implements [envs.FrontPlans]: the policies behind [Fishwood.KnownFront]. An action
// chooses the place of the step after it, so that n−1 of them stay in the woods.
func (f *Fishwood) FrontPlans() [][]int32 {
	plans := make([][]int32, fishwoodSteps)
	for i := range plans {
		plans[i] = make([]int32, fishwoodSteps)
		for k := range i {
			plans[i][k] = woods
		}
	}
	return plans
}

func init() {
	envs.Register(envs.Definition{
		ID: "fishwood-v0",
		Options: []envs.Option{
			{Name: "fishproba", Default: 0.1, Min: 0, Max: 1, Doc: "probability of a fish in a step of fishing"},
			{Name: "woodproba", Default: 0.9, Min: 0, Max: 1, Doc: "probability of wood in a step in the woods"},
		},
		New: func(o envs.Options) (*envs.Environment, error) {
			start := Fishwood{yield: [2]float64{o.Float("fishproba"), o.Float("woodproba")}, state: fishwoodState{State: woods}}
			observation := envs.Box("int32", []float64{0}, []float64{1})
			observation.Names = []string{"place"}
			return &envs.Environment{
				Spec: envs.Spec{
					Summary:     "Two places, fish or wood by chance: how to divide 200 steps, for utilities of what an episode yields",
					Source:      "MO-Gymnasium 1.3.2, mo_gymnasium/envs/fishwood; Roijers et al., ALA workshop 2018",
					Observation: observation,
					Action:      envs.Discrete(2, "fishing", "woods"),
					Objectives:  []envs.Objective{{Name: "fish", Low: 0, High: 1}, {Name: "wood", Low: 0, High: 1}},
					Horizon:     fishwoodSteps,
					OwnLimit:    true,
					BothAtLimit: true,
					Reference: envs.Reference{
						Discount: 0.99, Point: []float64{-1, -1}, Source: "paretolab; morl-baselines takes a utility instead",
					},
					DeterministicStart: true,
				},
				New: func() envs.Env { fresh := start; return &fresh },
			}, nil
		},
	})
}
