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
	_ envs.KnownFront   = (*Fishwood)(nil)
	_ envs.FrontPlans   = (*Fishwood)(nil)
)

// Reset implements [envs.Env].
func (f *Fishwood) Reset(*envs.RNG) { f.state = fishwoodState{State: woods} }

// Step implements [envs.Env].
func (f *Fishwood) Step(rng *envs.RNG, a envs.Action, reward []float64) bool {
	s := &f.state
	_ = reward[1]
	reward[0], reward[1] = 0, 0
	if rng.Float64() < f.yield[s.State&1] {
		reward[s.State&1] = 1
	}
	s.State = int32(a.Index())
	s.T++
	return s.T == fishwoodSteps
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

// KnownFront implements [envs.KnownFront] by the closed form: a policy that stays in the woods for
// n steps, n from 1 to 200, and then fishes is worth (p_f Σ_{t≥n} γᵗ, p_w Σ_{t<n} γᵗ). At discount 1 all
// orders with the same n are worth the same and this is the true front. Below 1 every order is
// Pareto-optimal, 2¹⁹⁹ points on the line through these: its ends, woods throughout and fishing
// from the second step on, are then the convex coverage set.
func (f *Fishwood) KnownFront(gamma float64) (points [][]float64, source string, ok bool) {
	geometric := func(n int) float64 { // Σ_{t<n} γᵗ
		if gamma == 1 {
			return float64(n)
		}
		return (1 - math.Pow(gamma, float64(n))) / (1 - gamma)
	}
	all := geometric(fishwoodSteps)
	for n := 1; n <= fishwoodSteps; n++ {
		points = append(points, []float64{f.yield[fishing] * (all - geometric(n)), f.yield[woods] * geometric(n)})
	}
	source = "closed form: wood first, then fish; other orders with discount below 1 lie on the same line"
	if gamma == 1 {
		source = "closed form, the complete front"
	}
	return points, source, true
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
