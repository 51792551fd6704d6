package grid

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"sync"

	"github.com/paretolab/paretolab/envs"
)

const nutrients = 6

// fruitTreeLeaves holds the reward vectors of the leaves for each depth, from left to right, with
// the eight decimals of the original. Every one has Euclidean norm 10.
//
//go:embed fruittree_leaves.json
var fruitTreeLeaves []byte

// FruitTree is a full binary tree whose leaves carry the six nutrients of a fruit: one decision
// per level, and all leaves are Pareto-optimal. It tests how many trade-offs a learner can hold.
//
// Actions 0 left, 1 right. In state (level, index) action a leads to (level+1, 2·index+a). Reward
// zero on inner nodes and the leaf's vector at level = depth, where the episode ends. Observation
// (level, index). Nothing is random and there is no time limit.
//
// Source: Yang, Sun & Narasimhan, "A Generalized Algorithm for Multi-Objective Reinforcement
// Learning and Policy Adaptation", NeurIPS 2019; leaves of MO-Gymnasium 1.3.2.
type FruitTree struct {
	depth  int32
	leaves [][]float64 // 2^depth rows
	state  fruitTreeState
}

type fruitTreeState struct {
	Pos [2]int32 `json:"pos"` // level, index within the level
}

var (
	_ envs.Env          = (*FruitTree)(nil)
	_ envs.Model        = (*FruitTree)(nil)
	_ envs.StateIndexer = (*FruitTree)(nil)
	_ envs.StateChecker = (*FruitTree)(nil)
)

var noNutrients [nutrients]float64

// Reset implements [envs.Env].
func (f *FruitTree) Reset(*envs.RNG) { f.state.Pos = [2]int32{} }

// Step implements [envs.Env]. On a leaf, where nothing can be done, it stays there.
func (f *FruitTree) Step(_ *envs.RNG, a envs.Action, reward []float64) bool {
	return f.step(int32(a.Index()), reward)
}

func (f *FruitTree) step(action int32, reward []float64) bool {
	p := &f.state.Pos
	clear(reward)
	if p[0] == f.depth {
		return true
	}
	p[0], p[1] = p[0]+1, 2*p[1]+action
	if p[0] < f.depth {
		return false
	}
	copy(reward, f.leaves[p[1]])
	return true
}

// Observe implements [envs.Env].
func (f *FruitTree) Observe(obs []float64) {
	obs[0], obs[1] = float64(f.state.Pos[0]), float64(f.state.Pos[1])
}

// StepIndex implements [envs.IndexStepper].
func (f *FruitTree) StepIndex(_ *envs.RNG, a int32, reward []float64, obs []float32) bool {
	terminated := f.step(a, reward)
	obs[0], obs[1] = float32(f.state.Pos[0]), float32(f.state.Pos[1])
	return terminated
}

// State implements [envs.Env].
func (f *FruitTree) State() any { return &f.state }

// CheckState implements [envs.StateChecker].
func (f *FruitTree) CheckState() error {
	p := f.state.Pos
	if p[0] < 0 || p[0] > f.depth || p[1] < 0 || p[1] >= 1<<p[0] {
		return fmt.Errorf("pos %v is no node of a tree of depth %d", p, f.depth)
	}
	return nil
}

// NumStates implements [envs.Model]: node (level, index) is state 2^level − 1 + index.
func (f *FruitTree) NumStates() int { return 2<<f.depth - 1 }

// NumActions implements [envs.Model].
func (f *FruitTree) NumActions() int { return 2 }

// StartState implements [envs.Model].
func (f *FruitTree) StartState() int { return 0 }

// StateIndex implements [envs.StateIndexer].
func (f *FruitTree) StateIndex() int { return 1<<f.state.Pos[0] - 1 + int(f.state.Pos[1]) }

// Outcomes implements [envs.Model]. Leaves, where nothing can be done, lead to themselves.
func (f *FruitTree) Outcomes(s, a int, buf []envs.Outcome) []envs.Outcome {
	next := 2*s + 1 + a
	firstLeaf := 1<<f.depth - 1
	switch {
	case s >= firstLeaf:
		return append(buf, envs.Outcome{P: 1, Next: s, Reward: noNutrients[:], Terminal: true})
	case next < firstLeaf:
		return append(buf, envs.Outcome{P: 1, Next: next, Reward: noNutrients[:]})
	}
	return append(buf, envs.Outcome{P: 1, Next: next, Reward: f.leaves[next-firstLeaf], Terminal: true})
}

// readFruitTreeLeaves parses the embedded tables once.
var readFruitTreeLeaves = sync.OnceValues(func() (map[int][][]float64, error) {
	var leaves map[int][][]float64
	err := json.Unmarshal(fruitTreeLeaves, &leaves)
	return leaves, err
})

func init() {
	envs.Register(envs.Definition{
		ID: "fruit-tree-v0",
		Options: []envs.Option{
			{Name: "depth", Default: 6, Min: 5, Max: 7, Doc: "levels of the tree: 32, 64 or 128 fruits"},
		},
		New: func(o envs.Options) (*envs.Environment, error) { return newFruitTree(o.Int("depth")) },
	})
}

func newFruitTree(depth int) (*envs.Environment, error) {
	tables, err := readFruitTreeLeaves()
	if err != nil {
		return nil, fmt.Errorf("embedded leaves: %w", err)
	}
	leaves := tables[depth]
	if len(leaves) != 1<<depth {
		return nil, fmt.Errorf("embedded leaves: %d for depth %d", len(leaves), depth)
	}
	last := float64(int(1)<<depth - 1)
	observation := envs.Box("int32", []float64{0, 0}, []float64{last, last})
	observation.Names = []string{"level", "index"}
	spec := envs.Spec{
		Summary:     "Binary tree with a fruit of six nutrients on every leaf; all leaves are Pareto-optimal",
		Source:      "MO-Gymnasium 1.3.2, mo_gymnasium/envs/fruit_tree; Yang et al., NeurIPS 2019",
		Observation: observation,
		Action:      envs.Discrete(2, "left", "right"),
		Reference: envs.Reference{
			Discount: 0.99, Point: []float64{-1, -1, -1, -1, -1, -1}, Source: "C-MORL (commit 67473b5), scripts",
		},
		Alternatives: []envs.Reference{{
			Name: "morl-baselines", Discount: 1, Point: make([]float64, nutrients),
			Source: "morl-baselines (commit a8acdbb), examples",
		}},
		DeterministicStart: true, DeterministicStep: true,
	}
	for _, name := range [nutrients]string{"protein", "carbs", "fats", "vitamins", "minerals", "water"} {
		spec.Objectives = append(spec.Objectives, envs.Objective{Name: name, Low: 0, High: 10})
	}
	return &envs.Environment{
		Spec: spec,
		New:  func() envs.Env { return &FruitTree{depth: int32(depth), leaves: leaves} },
	}, nil
}
