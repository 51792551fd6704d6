package cmorl

import (
	"fmt"
	"strings"

	"github.com/paretolab/paretolab/agents"
	"github.com/paretolab/paretolab/agents/ppo"
	"github.com/paretolab/paretolab/envs"
)

var presets = []agents.Preset{
	{Name: "recommended", Doc: "per environment: deep-sea-treasure, fruit-tree, minecart, building; elsewhere the published constants with stage 1 at three quarters"},
	{Name: "short", Doc: "the same for a third of the steps or fewer: 200 000 on grids and trees, 400 000 on minecart; learning rates grow as the steps shrink"},
	{Name: "declared", Doc: "the published scripts' constants and budgets, for their ten tasks, with the paper's step: one objective per path, slack beta"},
	{Name: "as-run", Doc: "the same with the eightfold steps that the published code really takes, since it does not count its eight environments"},
}

// New returns the settings that a preset has for an environment, and its training steps.
func New(e *envs.Environment, preset string) (agents.Algorithm, int, error) {
	switch preset {
	case "", "recommended":
		s, steps := recommended(&e.Spec)
		return s, steps, nil
	case "short":
		s, steps := short(&e.Spec)
		return s, steps, nil
	case "declared":
		return published(&e.Spec, preset, 1)
	case "as-run":
		return published(&e.Spec, preset, 8)
	}
	return nil, 0, fmt.Errorf("algorithm cmorl has no preset %q; it has recommended, short, declared and as-run", preset)
}

// defaults are the published constants and, where experiments speak for it, our choices instead.
func defaults() *Settings {
	return &Settings{
		Mode:        "ipo",
		Stage1Share: 0.75, WeightMin: 0, WeightMax: 1, WeightDelta: 0.5, EvalEvery: 10, DecayStage1: "linear",
		NumSelect: 6, UpdateIter: 0, Selection: "crowding", EvalEveryStage2: 1, LearningRateStage2: 3e-4, RateStage2: "reset", DecayStage2: "linear",
		Directions: "mixed", Reach: 0.1, Slack: "random", Beta: 0.9, Alpha: 0.1, Barrier: 20, BarrierMean: true, TrustRegion: 0.01, Damping: 0.1,
		ArchiveSize: 200, Settings: ppo.Defaults(),
	}
}

// recommended returns what did best in experiments.
func recommended(spec *envs.Spec) (s *Settings, steps int) {
	s = defaults()
	s.Settings, steps = ppo.Recommended(spec)
	s.LearningRateStage2, s.EntropyStage2 = s.LearningRate, s.Entropy
	switch id := spec.ID; {
	case strings.HasPrefix(id, "deep-sea-treasure"):
		s.Stage1Share, s.WeightDelta, s.EvalEvery = 0.5, 0.25, 5
		s.NumSelect, s.UpdateIter = 5, 10
	case strings.HasPrefix(id, "resource-gathering"):
		s.Stage1Share, s.EvalEvery = 0.5, 5
		s.NumSelect, s.UpdateIter = 5, 10
	case strings.HasPrefix(id, "fruit-tree"):
		s.Stage1Share, s.WeightDelta, s.EvalEvery = 0.1, 1, 1
		s.NumSelect, s.UpdateIter = 6, 10
		s.DecayStage2, s.EntropyStage2 = "constant", 0.5
		// The front has isolated points only, and thresholds at the neighbours lead from one to the next.
		s.Directions, s.Slack = "objective", "spacing"
	case strings.HasPrefix(id, "minecart"):
		s.EvalEvery, s.EvalEveryStage2 = 5, 2
		s.NumSelect, s.UpdateIter = 2, 20
	case strings.HasPrefix(id, "building"):
		s.WeightDelta, s.EvalEveryStage2, s.UpdateIter = 1, 2, 20
		if spec.M() == 9 {
			// Few paths that are followed for long do better than many short ones.
			s.NumSelect, s.UpdateIter, s.LearningRateStage2 = 1, 20, 1e-3
		}
	case spec.M() > 3:
		s.WeightDelta = 1
	}
	return s, steps
}

// short returns the recommended settings, with those of the learner for fewer steps.
func short(spec *envs.Spec) (s *Settings, steps int) {
	s, _ = recommended(spec)
	before := s.LearningRate
	s.Settings, steps = ppo.Short(spec)
	s.LearningRateStage2 *= s.LearningRate / before
	if strings.HasPrefix(spec.ID, "minecart") {
		// Stage 1 needs steps until it mines, and what it then has is nearly all of the front.
		s.Stage1Share = 0.9
	}
	return s, steps
}

// script is what a published script sets for its task.
type script struct {
	family            string // begins the id of the environment
	objectives        int
	low, high, delta  float64
	selected          int     // N
	every             int     // E
	total, initialise float64 // declared steps, in millions
}

// scripts are those of github.com/RuohLiuq/C-MORL, commit 67473b5. Their robots are version 4 of
// mo-gymnasium's; later versions of the same tasks get the same settings.
var scripts = []script{
	{"minecart", 3, 0, 1, 0.5, 6, 1, 0.5, 0.2},
	{"mo-lunar-lander", 4, 0, 1, 1, 6, 1, 0.5, 0.2},
	{"fruit-tree", 6, 0, 1, 1, 6, 1, 0.5, 0.1},
	{"mo-hopper", 2, 0, 1, 0.2, 5, 10, 1.5, 1.0},
	{"mo-hopper", 3, 0.2, 0.8, 0.3, 6, 10, 2.0, 1.5},
	{"mo-ant", 2, 0, 1, 0.5, 5, 10, 1.5, 1.0},
	{"mo-ant", 3, 0.2, 0.8, 0.3, 6, 10, 2.0, 1.5},
	{"mo-humanoid", 2, 0, 1, 0.2, 5, 10, 1.5, 1.0},
	{"building-3d", 3, 0, 1, 0.5, 6, 10, 2.0, 1.5},
	{"building-9d", 9, 0, 1, 1, 6, 10, 2.5, 1.5},
}

// published returns the settings of a published script, with a multiple of its declared steps.
func published(spec *envs.Spec, preset string, multiple float64) (agents.Algorithm, int, error) {
	for _, x := range scripts {
		if !strings.HasPrefix(spec.ID, x.family) || spec.M() != x.objectives {
			continue
		}
		s := defaults()
		s.Stage1Share, s.EvalEvery = x.initialise/x.total, x.every
		s.WeightMin, s.WeightMax, s.WeightDelta = x.low, x.high, x.delta
		s.NumSelect, s.UpdateIter = x.selected, 20
		s.Directions, s.Slack, s.BarrierMean = "objective", "beta", false
		return s, int(x.total*multiple*1e6 + 0.5), nil
	}
	var names []string
	for _, x := range scripts {
		names = append(names, fmt.Sprintf("%s (%d objectives)", x.family, x.objectives))
	}
	return nil, 0, fmt.Errorf("preset %s of cmorl has constants for %s, not for %s; use preset recommended",
		preset, strings.Join(names, ", "), spec.ID)
}
