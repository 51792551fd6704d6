package grid

import (
	"fmt"

	"github.com/paretolab/paretolab/envs"
)

const (
	resourceSide    = 5
	resourceHorizon = 100
	// resourceDeath is the probability that an enemy kills whoever ends a step on its cell.
	resourceDeath = 0.1
)

// resourceMap is the 5 × 5 world: g gold, d gem (a diamond), E an enemy, H home, where episodes
// begin.
var resourceMap = [resourceSide]string{
	"..gE.",
	"..E.d",
	".....",
	".....",
	"..H..",
}

// resourceLandings holds for every cell where the four moves lead.
var resourceLandings = func() (landings [resourceSide * resourceSide][len(moves)]resourceLanding) {
	for cell := range landings {
		row, col := int32(cell/resourceSide), int32(cell%resourceSide)
		for action, m := range moves {
			to := [2]int32{row + m[0], col + m[1]}
			if min(to[0], to[1]) < 0 || max(to[0], to[1]) >= resourceSide {
				to = [2]int32{row, col}
			}
			landings[cell][action] = resourceLanding{to, resourceMap[to[0]][to[1]]}
		}
	}
	return landings
}()

// resourceLanding is the cell in which a move ends, and what is there.
type resourceLanding struct {
	pos  [2]int32
	what byte
}

// resourceHome is where episodes begin and successful ones end.
var resourceHome = [2]int32{4, 2}

// ResourceGathering sends a gatherer out for gold and a gem, past two enemies, and back home.
//
// Actions 0 up, 1 down, 2 left, 3 right; a move off the map leaves the position unchanged. What
// counts is the cell where the step ends, also after bumping into the border: gold or gem are taken
// along; an enemy kills with probability 0.1; home ends the episode (bumping into the border below
// home in the first step, too, with nothing gained). Reward (survival, gold, gem): −1 on death, and
// what is brought home. Observation (row, column, gold, gem). Every step that ends on an enemy
// draws one uniform number.
//
// The front comes from the exact model. The pareto_front of MO-Gymnasium 1.3.2 is wrong: it
// discounts every return once too often, and it lacks the detour of 18 steps that brings both
// resources home and meets no enemy, worth (0, γ¹⁷, γ¹⁷). At discount 1 that detour dominates all
// three points listed there, (−0.1, 0.9, 0.9), (0, 0, 1) and (0, 1, 0).
//
// Source: Barrett & Narayanan, "Learning All Optimal Policies with Multiple Criteria", ICML 2008;
// rules of MO-Gymnasium 1.3.2.
type ResourceGathering struct{ state resourceState }

type resourceState struct {
	Pos  [2]int32 `json:"pos"`  // row, column
	Gold int32    `json:"gold"` // 1 if carried
	Gem  int32    `json:"gem"`  // 1 if carried
}

var (
	_ envs.Env          = (*ResourceGathering)(nil)
	_ envs.Model        = (*ResourceGathering)(nil)
	_ envs.StateIndexer = (*ResourceGathering)(nil)
	_ envs.StateChecker = (*ResourceGathering)(nil)
)

// Reset implements [envs.Env].
func (r *ResourceGathering) Reset(*envs.RNG) { r.state = resourceState{Pos: resourceHome} }

// Step implements [envs.Env].
func (r *ResourceGathering) Step(rng *envs.RNG, a envs.Action, reward []float64) bool {
	return r.step(rng, a.Index(), reward)
}

func (r *ResourceGathering) step(rng *envs.RNG, action int, reward []float64) bool {
	s := &r.state
	to := &resourceLandings[s.Pos[0]*resourceSide+s.Pos[1]][action]
	s.Pos = to.pos
	_ = reward[2]
	reward[0], reward[1], reward[2] = 0, 0, 0
	switch to.what {
	case 'g':
		s.Gold = 1
	case 'd':
		s.Gem = 1
	case 'E':
		if rng.Float64() < resourceDeath {
			reward[0] = -1
			return true
		}
	case 'H':
		reward[1], reward[2] = float64(s.Gold), float64(s.Gem)
		return true
	}
	return false
}

// Observe implements [envs.Env].
func (r *ResourceGathering) Observe(obs []float64) { observeResources(&r.state, obs) }

// StepIndex implements [envs.IndexStepper].
func (r *ResourceGathering) StepIndex(rng *envs.RNG, a int32, reward []float64, obs []float32) bool {
	terminated := r.step(rng, int(a), reward)
	observeResources(&r.state, obs)
	return terminated
}

func observeResources[T envs.Real](s *resourceState, obs []T) {
	_ = obs[3]
	obs[0], obs[1] = T(s.Pos[0]), T(s.Pos[1])
	obs[2], obs[3] = T(s.Gold), T(s.Gem)
}

// State implements [envs.Env].
func (r *ResourceGathering) State() any { return &r.state }

// CheckState implements [envs.StateChecker].
func (r *ResourceGathering) CheckState() error {
	s := &r.state
	switch {
	case min(s.Pos[0], s.Pos[1]) < 0 || max(s.Pos[0], s.Pos[1]) >= resourceSide:
		return fmt.Errorf("pos %v lies outside the map of %d rows and columns", s.Pos, resourceSide)
	case s.Gold < 0 || s.Gold > 1:
		return fmt.Errorf("gold %d is neither 0 nor 1", s.Gold)
	case s.Gem < 0 || s.Gem > 1:
		return fmt.Errorf("gem %d is neither 0 nor 1", s.Gem)
	}
	return nil
}

// index is the model's number of a state: ((row·5 + column)·2 + gold)·2 + gem.
func (s *resourceState) index() int {
	return int(((s.Pos[0]*resourceSide+s.Pos[1])*2+s.Gold)*2 + s.Gem)
}

// NumStates implements [envs.Model].
func (r *ResourceGathering) NumStates() int { return resourceSide * resourceSide * 2 * 2 }

// NumActions implements [envs.Model].
func (r *ResourceGathering) NumActions() int { return len(moves) }

// StartState implements [envs.Model].
func (r *ResourceGathering) StartState() int { return (&resourceState{Pos: resourceHome}).index() }

// StateIndex implements [envs.StateIndexer].
func (r *ResourceGathering) StateIndex() int { return r.state.index() }

// Outcomes implements [envs.Model].
func (r *ResourceGathering) Outcomes(s, a int, buf []envs.Outcome) []envs.Outcome {
	to := &resourceLandings[s/4][a]
	after := resourceState{to.pos, int32(s / 2 % 2), int32(s % 2)}
	o := envs.Outcome{P: 1, Reward: make([]float64, 3)}
	switch to.what {
	case 'g':
		after.Gold = 1
	case 'd':
		after.Gem = 1
	case 'E':
		buf = append(buf, envs.Outcome{P: resourceDeath, Next: after.index(), Reward: []float64{-1, 0, 0}, Terminal: true})
		o.P = 1 - resourceDeath
	case 'H':
		o.Reward[1], o.Reward[2], o.Terminal = float64(after.Gold), float64(after.Gem), true
	}
	o.Next = after.index()
	return append(buf, o)
}

func init() {
	envs.Register(envs.Definition{
		ID: "resource-gathering-v0",
		New: func(envs.Options) (*envs.Environment, error) {
			observation := envs.Box("int32", []float64{0, 0, 0, 0}, []float64{5, 5, 5, 5})
			observation.Names = []string{"row", "column", "gold", "gem"}
			return &envs.Environment{
				Spec: envs.Spec{
					Summary:     "Gatherer of gold and a gem: what is brought home against the risk of two enemies",
					Source:      "MO-Gymnasium 1.3.2, mo_gymnasium/envs/resource_gathering; Barrett & Narayanan, ICML 2008",
					Observation: observation,
					Action:      envs.Discrete(len(moves), "up", "down", "left", "right"),
					Objectives: []envs.Objective{
						{Name: "survival", Low: -1, High: 0},
						{Name: "gold", Low: 0, High: 1},
						{Name: "gem", Low: 0, High: 1},
					},
					Horizon: resourceHorizon,
					Reference: envs.Reference{
						Discount: 0.99, Point: []float64{-1, -1, -1}, Source: "paretolab; the literature's code has none",
					},
					DeterministicStart: true,
				},
				New: func() envs.Env { return &ResourceGathering{resourceState{Pos: resourceHome}} },
			}, nil
		},
	})
}
