package pgmorl

import (
	"fmt"

	"github.com/paretolab/paretolab/agents"
	"github.com/paretolab/paretolab/agents/cmorl"
	"github.com/paretolab/paretolab/agents/ppo"
	"github.com/paretolab/paretolab/envs"
)

// Settings of PGMORL.
type Settings struct {
	WarmupUpdates     int     `key:"warmup_updates" range:">=0" doc:"updates of each policy in the warm-up; 0 spends 15 % of the steps" source:"PGMORL code: 80 of 610"`
	GenerationUpdates int     `key:"generation_updates" range:">=1" doc:"updates of each task in a generation" source:"PGMORL code"`
	Tasks             int     `key:"tasks" range:">=1" symbol:"n" doc:"pairs of policy and preference that a generation trains" source:"PGMORL code"`
	WeightDelta       float64 `key:"weight_delta" range:"(0,1]" doc:"step of the lattice of warm-up preferences" source:"PGMORL code: 0.2"`
	Candidates        int     `key:"candidates" range:">=2" doc:"preferences that are considered for a policy, within 45 degrees of its last one" source:"PGMORL code"`
	Buffers           int     `key:"buffers" range:">=2" symbol:"P_num" doc:"directions of objective space whose best policies are kept; with three objectives, along each edge of their lattice" source:"PGMORL code: 100, with three objectives 20"`
	BufferSize        int     `key:"buffer_size" range:">=1" symbol:"P_size" doc:"policies kept per direction" source:"PGMORL code"`
	SparsityWeight    float64 `key:"sparsity_weight" range:">=0" symbol:"α" doc:"what a unit of sparsity costs in units of hypervolume" source:"PGMORL code: 1, with three objectives 1e6"`
	Selection         string  `key:"selection" range:"prediction|random" doc:"how tasks are chosen: by predicted gain, or any policy of the population with any preference" source:"paper: prediction; random is its ablation"`
	EvalEvery         int     `key:"eval_every" range:">=1" doc:"updates between measurements of a policy" source:"PGMORL code"`
	Decay             string  `key:"decay" range:"linear|constant" doc:"learning rate over the updates of the whole run" source:"PGMORL scripts"`
	ArchiveSize       int     `key:"archive_size" range:">=1" doc:"policies kept, those in sparse regions first" source:"as C-MORL; the PGMORL code keeps all"`

	ppo.Settings
}

var _ agents.Algorithm = (*Settings)(nil)

func init() {
	agents.Register(agents.Definition{
		ID:       "pgmorl",
		Summary:  "PGMORL: a population of policies evolves by the tasks whose predicted results add most to the front",
		Source:   "Xu et al., ICML 2020",
		Revision: 1,
		Presets: []agents.Preset{
			{Name: "recommended", Doc: "the published constants of the evolution, and the learning constants of cmorl for the same environment"},
		},
		New: New,
	})
}

// New returns the settings of a preset, and its training steps.
func New(e *envs.Environment, preset string) (agents.Algorithm, int, error) {
	if preset != "" && preset != "recommended" {
		return nil, 0, fmt.Errorf("algorithm pgmorl has no preset %q; it has recommended", preset)
	}
	s := &Settings{
		GenerationUpdates: 20, Tasks: 6, WeightDelta: 0.2, Candidates: 7,
		Buffers: 100, BufferSize: 2, SparsityWeight: 1, Selection: "prediction",
		EvalEvery: 1, Decay: "linear", ArchiveSize: 200,
	}
	var steps int
	s.Settings, steps = ppo.Recommended(&e.Spec)
	if e.Spec.M() > 2 {
		s.WeightDelta, s.Buffers = 0.5, 20
	}
	return s, steps, nil
}

// Check implements agents.Algorithm.
func (s *Settings) Check(e *envs.Environment, steps int) error {
	if err := s.Settings.Check(); err != nil {
		return err
	}
	if n := e.Spec.M(); n < 2 || n > 3 {
		return fmt.Errorf("%s has %d objectives; PGMORL is defined for two or three, cmorl for any number", e.Spec.ID, n)
	}
	for _, x := range []struct {
		key          string
		value, least int
	}{
		{"generation_updates", s.GenerationUpdates, 1},
		{"tasks", s.Tasks, 1},
		{"candidates", s.Candidates, 2},
		{"buffers", s.Buffers, 2},
		{"buffer_size", s.BufferSize, 1},
		{"eval_every", s.EvalEvery, 1},
		{"archive_size", s.ArchiveSize, 1},
	} {
		if x.value < x.least {
			return fmt.Errorf("%s is %d; give at least %d", x.key, x.value, x.least)
		}
	}
	lattice := len(s.preferences(e.Spec.M()))
	if lattice == 0 {
		return fmt.Errorf("weight_delta is %v; give a number above 0, at most 1", s.WeightDelta)
	}
	if least := lattice * s.StepsPerUpdate() * max(1, s.WarmupUpdates); s.warmup(e.Spec.M(), steps) < 1 || steps < least {
		return fmt.Errorf("%d steps are too few: the warm-up of %d policies alone takes %d", steps, lattice, least)
	}
	return nil
}

// preferences are those of the warm-up.
func (s *Settings) preferences(objectives int) [][]float64 {
	return cmorl.WeightGrid(objectives, 0, 1, s.WeightDelta)
}

// warmup is the number of updates of each warm-up policy.
func (s *Settings) warmup(objectives, steps int) int {
	if s.WarmupUpdates > 0 {
		return s.WarmupUpdates
	}
	return max(1, int(0.15*float64(steps))) / max(1, len(s.preferences(objectives))*s.StepsPerUpdate())
}

// MeasureEvery implements agents.Paced, for a generation with all its tasks.
func (s *Settings) MeasureEvery(_ *envs.Environment, steps int) {
	s.EvalEvery = agents.Intervals(steps, s.Tasks*s.StepsPerUpdate())
}
