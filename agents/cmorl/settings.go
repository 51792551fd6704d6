package cmorl

import (
	"fmt"
	"strings"

	"github.com/paretolab/paretolab/agents"
	"github.com/paretolab/paretolab/agents/ppo"
	"github.com/paretolab/paretolab/envs"
)

// Settings of C-MORL. [New] returns those that are recommended for an environment.
type Settings struct {
	Mode string `key:"mode" range:"ipo|stage1-only" doc:"ipo extends the front by interior-point policy optimisation; stage1-only spends the whole budget on stage 1" source:"paper; stage1-only is the ablation"`

	// Stage 1.
	Stage1Share float64 `key:"stage1_share" range:"(0,1]" doc:"share of the training steps that stage 1 gets" source:"paretolab, by experiment"`
	WeightMin   float64 `key:"weight_min" range:"[0,1]" doc:"smallest weight of the grid of stage-1 preferences" source:"C-MORL code"`
	WeightMax   float64 `key:"weight_max" range:"[0,1]" doc:"largest weight of the grid" source:"C-MORL code"`
	WeightDelta float64 `key:"weight_delta" range:"(0,1]" doc:"step of the grid; 1/k gives the simplex lattice with k divisions, 1 the unit vectors" source:"C-MORL code"`
	EvalEvery   int     `key:"eval_every" range:">=1" symbol:"E" doc:"updates between measurements of a policy in stage 1" source:"C-MORL code"`
	DecayStage1 string  `key:"decay_stage1" range:"linear|constant" doc:"learning rate over the updates of a stage-1 policy" source:"C-MORL code"`

	// Stage 2.
	NumSelect          int     `key:"num_select" range:">=1" symbol:"N" doc:"policies extended per round" source:"C-MORL code"`
	UpdateIter         int     `key:"update_iter" range:">=0" symbol:"K" doc:"constrained updates per path and round; 0 fits two rounds into the budget, between 5 and 20" source:"C-MORL code: 20"`
	EvalEveryStage2    int     `key:"eval_every_stage2" range:">=1" doc:"updates between measurements of a policy in stage 2" source:"C-MORL code"`
	LearningRateStage2 float64 `key:"learning_rate_stage2" range:"(0,1]" doc:"step size of Adam in stage 2" source:"paretolab; the C-MORL code goes on with the decayed one of stage 1"`
	DecayStage2        string  `key:"decay_stage2" range:"linear|constant" doc:"learning rate over the updates of a path" source:"paretolab; the C-MORL code has none"`
	EntropyStage2      float64 `key:"entropy_stage2" range:">=0" doc:"weight of the entropy bonus in stage 2, by which a converged policy leaves its place" source:"paretolab, by experiment; C-MORL code: 0"`
	Directions         string  `key:"directions" range:"mixed|objective|preference" doc:"what the paths of a selected policy maximise: one objective each, random preferences, or two objectives and then preferences" source:"paper: objective; paretolab: mixed, the same for two objectives"`
	Slack              string  `key:"slack" range:"random|beta|range" symbol:"s" doc:"how far a constrained objective may fall below its value at the start of a path: 0.02 to 0.52 of the archive's range, 1-β of the value, or α of the range" source:"paper: beta; paretolab: random"`
	Beta               float64 `key:"beta" range:"(0,1)" symbol:"β" doc:"with slack beta: share of its return that a constrained objective keeps" source:"paper"`
	Alpha              float64 `key:"slack_alpha" range:"(0,inf)" symbol:"α" doc:"with slack range: share of the archive's range that may be lost" source:"paretolab"`
	Barrier            float64 `key:"barrier" range:"(0,inf)" symbol:"t" doc:"sharpness of the logarithmic barrier" source:"C-MORL code"`
	BarrierMean        bool    `key:"barrier_mean" doc:"divide the barrier terms by the number of constraints, so that they do not grow with the objectives" source:"paretolab, by experiment"`

	ArchiveSize int `key:"archive_size" range:">=1" symbol:"B" doc:"policies kept, those in sparse regions first" source:"C-MORL code"`

	ppo.Settings
}

var _ agents.Algorithm = (*Settings)(nil)

func init() {
	agents.Register(agents.Definition{
		ID:       "cmorl",
		Summary:  "C-MORL: stage 1 trains policies for a few preferences, stage 2 extends the front by constrained updates",
		Source:   "Liu et al., ICLR 2025, arXiv 2410.02236",
		Revision: 1,
		Presets: []agents.Preset{
			{Name: "recommended", Doc: "per environment: deep-sea-treasure, fruit-tree, minecart; elsewhere the published constants with stage 1 at three quarters"},
		},
		New: New,
	})
}

// New returns the settings that a preset recommends for an environment, and its training steps.
func New(e *envs.Environment, preset string) (agents.Algorithm, int, error) {
	if preset != "" && preset != "recommended" {
		return nil, 0, fmt.Errorf("algorithm cmorl has no preset %q; it has recommended", preset)
	}
	s := &Settings{
		Mode:        "ipo",
		Stage1Share: 0.75, WeightMin: 0, WeightMax: 1, WeightDelta: 0.5, EvalEvery: 10, DecayStage1: "linear",
		NumSelect: 6, UpdateIter: 0, EvalEveryStage2: 1, LearningRateStage2: 3e-4, DecayStage2: "linear",
		Directions: "mixed", Slack: "random", Beta: 0.9, Alpha: 0.1, Barrier: 20, BarrierMean: true,
		ArchiveSize: 200, Settings: ppo.Defaults(),
	}
	steps := 2_000_000
	switch id := e.Spec.ID; {
	case strings.HasPrefix(id, "deep-sea-treasure"):
		steps = 600_000
		s.Stage1Share, s.WeightDelta, s.EvalEvery = 0.5, 0.25, 5
		s.NumSelect, s.UpdateIter = 5, 10
		s.Rollout, s.Entropy, s.EntropyStage2 = 64, 0.1, 0.1
	case strings.HasPrefix(id, "fruit-tree"):
		// Every leaf is an isolated point of the front: what counts is how far a path moves in its few
		// updates. Minibatches of 128, of which a rollout has two, cost 0.025 of the hypervolume.
		steps = 500_000
		s.Stage1Share, s.WeightDelta, s.EvalEvery = 0.1, 1, 1
		s.NumSelect, s.UpdateIter = 6, 10
		s.LearningRate, s.LearningRateStage2, s.DecayStage2 = 1e-2, 1e-2, "constant"
		s.Rollout, s.Minibatch, s.Entropy, s.EntropyStage2 = 32, 64, 0.1, 0.5
	case strings.HasPrefix(id, "minecart"):
		steps = 3_960_000
		s.EvalEvery, s.EvalEveryStage2 = 5, 2
		s.UpdateIter = 10
		s.Rollout, s.Minibatch, s.Gamma, s.Entropy, s.EntropyStage2 = 256, 64, 0.99, 0.05, 0.05
	case e.Spec.M() > 3:
		s.WeightDelta = 1
	}
	return s, steps, nil
}

// Check implements agents.Algorithm.
func (s *Settings) Check(e *envs.Environment, steps int) error {
	if err := s.Settings.Check(e); err != nil {
		return err
	}
	objectives := e.Spec.M()
	if objectives < 2 {
		return fmt.Errorf("%s has one objective; C-MORL needs at least two", e.Spec.ID)
	}
	for _, x := range []struct {
		key   string
		value int
	}{
		{"eval_every", s.EvalEvery}, {"eval_every_stage2", s.EvalEveryStage2},
		{"num_select", s.NumSelect}, {"archive_size", s.ArchiveSize},
	} {
		if x.value < 1 {
			return fmt.Errorf("%s is %d; give at least 1", x.key, x.value)
		}
	}
	tasks := len(s.preferences(objectives))
	if tasks == 0 {
		return fmt.Errorf("the grid of stage-1 weights from %v to %v by %v is empty for %d objectives", s.WeightMin, s.WeightMax, s.WeightDelta, objectives)
	}
	if s.budget(objectives, steps).initial < 1 {
		once := tasks * s.StepsPerUpdate()
		return fmt.Errorf("%d steps are too few: stage 1 gets %v of them and one update of its %d policies takes %d; give at least %.0f",
			steps, s.initialShare(), tasks, once, float64(once)/s.initialShare())
	}
	return nil
}
