package cmorl

import (
	"fmt"

	"github.com/paretolab/paretolab/agents"
	"github.com/paretolab/paretolab/agents/ppo"
	"github.com/paretolab/paretolab/envs"
)

// Settings of C-MORL. [New] returns those of a preset.
type Settings struct {
	Mode string `key:"mode" range:"ipo|cpo|projected|ipo-literal|reference-ipo|free-objective|warm-sum|stage1-only" doc:"how stage 2 extends the front. ipo: interior-point policy optimisation; cpo: constrained policy optimisation in a trust region; projected: PPO whose advantage is projected off objectives near their thresholds; ipo-literal: the barrier minibatch by minibatch, with slack beta; reference-ipo: the step of the published code; free-objective, warm-sum: plain PPO on one objective, on random weighted sums; stage1-only: no stage 2, stage 1 gets all steps" source:"paper: ipo and cpo; code: reference-ipo; paretolab: projected; the others are ablations"`

	// Stage 1.
	Stage1Share float64 `key:"stage1_share" range:"(0,1]" doc:"share of the training steps that stage 1 gets" source:"paretolab, by experiment"`
	WeightMin   float64 `key:"weight_min" range:"[0,1]" doc:"smallest weight of the grid of stage-1 preferences" source:"C-MORL code"`
	WeightMax   float64 `key:"weight_max" range:"[0,1]" doc:"largest weight of the grid" source:"C-MORL code"`
	WeightDelta float64 `key:"weight_delta" range:"(0,1]" doc:"step of the grid; 1/k gives the simplex lattice with k divisions, 1 the unit vectors" source:"C-MORL code"`
	EvalEvery   int     `key:"eval_every" range:">=1" symbol:"E" doc:"updates between measurements of a policy in stage 1" source:"C-MORL code"`
	DecayStage1 string  `key:"decay_stage1" range:"linear|constant" doc:"learning rate over the updates of a stage-1 policy" source:"C-MORL code"`

	// In the place of stage 1, with candidates.
	agents.Candidates
	CandidateLimit int `key:"candidate_limit" later:"true" range:">=0" doc:"with candidates: how many of them at most, those in sparse regions first; 0: 20" source:"paretolab"`
	CloneUpdates   int `key:"clone_updates" later:"true" range:">=0" doc:"with candidates: rollouts by which each is imitated; 0: 2" source:"paretolab"`
	CloneEpochs    int `key:"clone_epochs" later:"true" range:">=0" doc:"with candidates: passes over each of these rollouts; copies that are too sure of themselves hardly leave their place in stage 2; 0: 10" source:"paretolab"`

	// Stage 2.
	NumSelect          int     `key:"num_select" range:">=1" symbol:"N" doc:"policies extended per round" source:"C-MORL code"`
	UpdateIter         int     `key:"update_iter" range:">=0" symbol:"K" doc:"constrained updates per path and round; 0 fits two rounds into the budget, between 5 and 20" source:"C-MORL code: 20"`
	EvalEveryStage2    int     `key:"eval_every_stage2" range:">=1" doc:"updates between measurements of a policy in stage 2" source:"C-MORL code"`
	LearningRateStage2 float64 `key:"learning_rate_stage2" range:"(0,1]" doc:"step size of Adam in stage 2" source:"paretolab; the C-MORL code goes on with the decayed one of stage 1"`
	RateStage2         string  `key:"rate_stage2" range:"reset|inherit" doc:"learning rate of a path: learning_rate_stage2 with its decay, or without decay that at which the starting policy was trained last" source:"paretolab: reset; C-MORL code: inherit, which mode reference-ipo always does"`
	DecayStage2        string  `key:"decay_stage2" range:"linear|constant" doc:"learning rate over the updates of a path" source:"paretolab; the C-MORL code has none"`
	EntropyStage2      float64 `key:"entropy_stage2" range:">=0" doc:"weight of the entropy bonus in stage 2, by which a converged policy leaves its place" source:"paretolab, by experiment; C-MORL code: 0"`
	Selection          string  `key:"selection" range:"crowding|crowding-best-extremes|hv-contribution|random" doc:"which policies are extended: those with the largest crowding distance (infinite at both ends of every objective, or at the better end only), those with the largest hypervolume of their own, or any" source:"paper: crowding"`
	Directions         string  `key:"directions" range:"mixed|objective|preference|gain|hypervolume" doc:"what the paths of a selected policy maximise: one objective each, random preferences, two objectives and then preferences, preferences at which a bound on the utility lies farthest above the archive, or starts and preferences with the largest predicted gain of hypervolume" source:"paper: objective; paretolab: mixed, the same for two objectives"`
	Slack              string  `key:"slack" range:"random|beta|range|spacing" symbol:"s" doc:"how far a constrained objective may fall below its value at the start of a path: 0.02 to 0.52 of the archive's range, 1-β of the value, α of the range, or as far as the nearest neighbours in the archive" source:"paper: beta; paretolab: random"`
	Reach              float64 `key:"reach" range:"(0,inf)" doc:"with directions hypervolume: how far a path is predicted to lead, in ranges of the archive" source:"paretolab"`
	Beta               float64 `key:"beta" range:"(0,1)" symbol:"β" doc:"with slack beta: share of its return that a constrained objective keeps" source:"paper"`
	Alpha              float64 `key:"slack_alpha" range:"(0,inf)" symbol:"α" doc:"with slack range: share of the archive's range that may be lost" source:"paretolab"`
	Barrier            float64 `key:"barrier" range:"(0,inf)" symbol:"t" doc:"sharpness of the logarithmic barrier" source:"C-MORL code"`
	TrustRegion        float64 `key:"trust_region" range:"(0,inf)" symbol:"δ" doc:"in mode cpo: largest mean KL divergence of an update" source:"usual value; the paper's was not found"`
	Damping            float64 `key:"damping" range:"(0,inf)" doc:"in mode cpo: what is added to the diagonal of the Fisher information" source:"usual value; the paper's was not found"`
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
		Presets:  presets,
		New:      New,
	})
}

// Check implements agents.Algorithm.
func (s *Settings) Check(e *envs.Environment, steps int) error {
	if err := s.Settings.Check(); err != nil {
		return err
	}
	if err := s.checkCandidates(steps); err != nil {
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
	if s.Mode == "cpo" && !(s.TrustRegion > 0 && s.Damping > 0) {
		return fmt.Errorf("trust_region is %v and damping %v; mode cpo needs both above 0", s.TrustRegion, s.Damping)
	}
	if s.imitates() {
		return nil
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

// MeasureEvery implements agents.Paced: an update of all paths of a stage takes its share of the steps.
func (s *Settings) MeasureEvery(e *envs.Environment, steps int) {
	m, per := e.Spec.M(), s.StepsPerUpdate()
	s.EvalEvery = agents.Intervals(steps, len(s.preferences(m))*per)
	s.EvalEveryStage2 = agents.Intervals(steps, s.NumSelect*s.pathsPerPolicy(m)*per)
}
