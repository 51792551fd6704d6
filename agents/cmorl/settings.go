package cmorl

import (
	"fmt"
	"strings"

	"github.com/paretolab/paretolab/agents"
	"github.com/paretolab/paretolab/agents/ppo"
	"github.com/paretolab/paretolab/envs"
)

// Settings of C-MORL. [New] returns the preset of an environment.
type Settings struct {
	Mode string `key:"mode" range:"ipo|stage1-only" doc:"ipo extends the front by interior-point policy optimisation; stage1-only spends the whole budget on stage 1"`

	// Stage 1.
	Stage1Share float64 `key:"stage1_share" range:"(0,1]" doc:"share of the training steps that stage 1 gets"`
	WeightMin   float64 `key:"weight_min" range:"[0,1]" doc:"smallest weight of the grid of stage-1 preferences" source:"C-MORL code"`
	WeightMax   float64 `key:"weight_max" range:"[0,1]" doc:"largest weight of the grid" source:"C-MORL code"`
	WeightDelta float64 `key:"weight_delta" range:"(0,1]" doc:"step of the grid; 1/k gives the simplex lattice with k divisions, 1 the unit vectors" source:"C-MORL code"`
	EvalEvery   int     `key:"eval_every" range:">=1" symbol:"E" doc:"updates between measurements of a policy in stage 1"`
	DecayStage1 string  `key:"decay_stage1" range:"linear|constant" doc:"learning rate over the updates of a stage-1 task"`

	// Stage 2.
	NumSelect     int     `key:"num_select" range:">=1" symbol:"N" doc:"policies extended per round" source:"C-MORL code"`
	UpdateIter    int     `key:"update_iter" range:">=0" symbol:"K" doc:"constrained updates per path and round; 0 fits two rounds into the budget, between 5 and 20"`
	EvalEvery2    int     `key:"eval_every_stage2" range:">=1" doc:"updates between measurements of a policy in stage 2"`
	LearningRate2 float64 `key:"learning_rate_stage2" range:"(0,1]" doc:"step size of Adam in stage 2"`
	DecayStage2   string  `key:"decay_stage2" range:"linear|constant" doc:"learning rate over the updates of a path"`
	Entropy2      float64 `key:"entropy_stage2" range:">=0" doc:"weight of the entropy bonus in stage 2"`
	Directions    string  `key:"directions" range:"mixed|objective|preference" doc:"what the paths of a selected policy maximise: one objective each, random preferences, or two objectives and then preferences"`
	Slack         string  `key:"slack" range:"random|beta|range" doc:"how far a constrained objective may fall below its value at the start of a path"`
	Beta          float64 `key:"beta" range:"(0,1)" symbol:"β" doc:"with slack beta: share of its return that a constrained objective keeps" source:"paper"`
	Alpha         float64 `key:"slack_alpha" range:"(0,inf)" symbol:"α" doc:"with slack range: share of the archive's range that may be lost"`
	Barrier       float64 `key:"barrier" range:"(0,inf)" symbol:"t" doc:"sharpness of the logarithmic barrier" source:"C-MORL code"`
	BarrierMean   bool    `key:"barrier_mean" doc:"divide the barrier terms by the number of constraints, so that they do not grow with the objectives"`

	ArchiveSize int `key:"archive_size" range:">=1" symbol:"B" doc:"policies kept, those in sparse regions first" source:"C-MORL code"`

	ppo.Settings
}

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
		NumSelect: 6, UpdateIter: 0, EvalEvery2: 1, LearningRate2: 3e-4, DecayStage2: "linear",
		Directions: "mixed", Slack: "random", Beta: 0.9, Alpha: 0.1, Barrier: 20, BarrierMean: true,
		ArchiveSize: 200, Settings: ppo.Defaults(),
	}
	steps := 2_000_000
	switch id := e.Spec.ID; {
	case strings.HasPrefix(id, "deep-sea-treasure"):
		steps, s.Stage1Share, s.WeightDelta, s.EvalEvery = 600_000, 0.5, 0.25, 5
		s.Rollout, s.Entropy, s.Entropy2, s.UpdateIter, s.NumSelect = 64, 0.1, 0.1, 10, 5
	case strings.HasPrefix(id, "fruit-tree"):
		steps, s.Stage1Share, s.WeightDelta, s.EvalEvery = 500_000, 0.1, 1, 1
		s.Rollout, s.LearningRate, s.LearningRate2, s.DecayStage2 = 32, 1e-2, 1e-2, "constant"
		s.Entropy, s.Entropy2, s.UpdateIter = 0.1, 0.5, 10
	case strings.HasPrefix(id, "minecart"):
		steps, s.EvalEvery, s.EvalEvery2 = 3_960_000, 5, 2
		s.Rollout, s.Gamma, s.Entropy, s.Entropy2, s.UpdateIter = 256, 0.99, 0.05, 0.05, 10
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
	if e.Spec.M() < 2 {
		return fmt.Errorf("%s has one objective; C-MORL needs at least two", e.Spec.ID)
	}
	m := len(WeightGrid(e.Spec.M(), s.WeightMin, s.WeightMax, s.WeightDelta))
	if m == 0 {
		return fmt.Errorf("the grid of stage-1 weights from %v to %v by %v is empty for %d objectives", s.WeightMin, s.WeightMax, s.WeightDelta, e.Spec.M())
	}
	if b := s.budget(e.Spec.M(), steps); b.initial < 1 {
		least := float64(m*s.StepsPerUpdate()) / b.share
		return fmt.Errorf("%d steps are too few: stage 1 gets %v of them and one update of its %d policies takes %d; give at least %.0f",
			steps, b.share, m, m*s.StepsPerUpdate(), least)
	}
	return nil
}

// budget is how training steps are shared out.
type budget struct {
	share   float64 // of stage 1
	tasks   int     // stage-1 policies M
	initial int     // updates of each
	steps   int     // of stage 1
	iter    int     // K
}

func (s *Settings) budget(objectives, steps int) budget {
	b := budget{share: s.Stage1Share, tasks: len(WeightGrid(objectives, s.WeightMin, s.WeightMax, s.WeightDelta)), iter: s.UpdateIter}
	if s.Mode == "stage1-only" {
		b.share = 1
	}
	if b.tasks == 0 {
		return b
	}
	per := s.StepsPerUpdate()
	b.initial = int(b.share*float64(steps)+0.5) / b.tasks / per
	b.steps = b.initial * b.tasks * per
	if b.iter == 0 {
		// U_ext updates per path over all rounds; at least two rounds should fit.
		ext := (steps - b.steps) / (s.NumSelect * objectives * per)
		b.iter = min(max(ext/2, 5), 20)
	}
	return b
}
