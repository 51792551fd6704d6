package random

import (
	"fmt"
	"math"

	"github.com/paretolab/paretolab/agents"
	"github.com/paretolab/paretolab/agents/ppo"
	"github.com/paretolab/paretolab/envs"
)

// Settings of random policies.
type Settings struct {
	Hidden      []int   `key:"hidden" range:">=1" doc:"widths of the hidden layers of the policy networks" source:"paretolab"`
	Scale       float64 `key:"scale" range:"(0,inf)" doc:"standard deviation of biases, and of weights times the root of a layer's inputs: the larger, the more the action changes from place to place" source:"paretolab"`
	EvalEvery   int     `key:"eval_every" range:">=1" unit:"steps" doc:"steps between measurements of the policies whose episodes were best" source:"paretolab"`
	ArchiveSize int     `key:"archive_size" range:">=1" doc:"policies kept, those in sparse regions first" source:"as C-MORL"`
}

var _ agents.Algorithm = (*Settings)(nil)

func init() {
	agents.Register(agents.Definition{
		ID:       "random",
		Summary:  "Random policies: networks with random weights, of which the best are kept; what learning must beat",
		Source:   "-",
		Revision: 1,
		Presets:  []agents.Preset{{Name: "recommended", Doc: "networks with two hidden layers of 16 units"}},
		New:      New,
	})
}

// New returns the settings of a preset, and its training steps: those that learners of fronts get.
func New(e *envs.Environment, preset string) (agents.Algorithm, int, error) {
	if preset != "" && preset != "recommended" {
		return nil, 0, fmt.Errorf("algorithm random has no preset %q; it has recommended", preset)
	}
	_, steps := ppo.Recommended(&e.Spec)
	return &Settings{Hidden: []int{16, 16}, Scale: 3, EvalEvery: 20_000, ArchiveSize: 200}, steps, nil
}

// widest is the largest width of a hidden layer.
const widest = 1 << 16

// Check implements agents.Algorithm.
func (s *Settings) Check(_ *envs.Environment, steps int) error {
	if len(s.Hidden) == 0 {
		return fmt.Errorf("hidden is empty; give the width of at least one layer")
	}
	for i, n := range s.Hidden {
		if n < 1 || n > widest {
			return fmt.Errorf("hidden layer %d has %d units; give 1 to %d", i+1, n, widest)
		}
	}
	if !(s.Scale > 0) || math.IsInf(s.Scale, 0) {
		return fmt.Errorf("scale is %v; give a number above 0", s.Scale)
	}
	if s.EvalEvery < 1 || s.ArchiveSize < 1 {
		return fmt.Errorf("eval_every (%d) and archive_size (%d) must be at least 1", s.EvalEvery, s.ArchiveSize)
	}
	if steps < 1 {
		return fmt.Errorf("%d steps are too few; give at least 1", steps)
	}
	return nil
}
