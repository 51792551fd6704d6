package ppo

import (
	"bytes"
	"context"
	"encoding/gob"
	"fmt"
	"math"
	"regexp"
	"strings"

	"github.com/paretolab/paretolab/agents"
	"github.com/paretolab/paretolab/envs"
)

// PPO trains one policy for one utility, a weighted sum of the objectives. With one objective it is
// plain proximal policy optimisation.
type PPO struct {
	Weights   []float64 `key:"weights" range:"(-inf,inf)" doc:"weight of each objective in the utility that is learned; empty: equal weights that add up to 1" source:"paretolab"`
	EvalEvery int       `key:"eval_every" range:">=1" doc:"updates between measurements of the policy" source:"paretolab"`
	Decay     string    `key:"decay" range:"linear|constant" doc:"learning rate over the updates" source:"C-MORL code, stage 1"`
	Keep      string    `key:"keep" range:"best|last" doc:"which policy is the result: the measured one of the largest utility, or the one at the end of training" source:"paretolab"`

	Settings
}

var _ agents.Algorithm = (*PPO)(nil)

func init() {
	agents.Register(agents.Definition{
		ID:       "ppo",
		Summary:  "PPO: one policy for a weighted sum of the objectives",
		Source:   "Schulman et al., 2017, arXiv 1707.06347",
		Revision: 1,
		Presets: []agents.Preset{
			{Name: "recommended", Doc: "per environment: CartPole, Pendulum, LunarLander, the robots of MuJoCo; elsewhere the constants of C-MORL's stage 1"},
		},
		New: newPPO,
	})
	agents.RegisterKind("mlp", func(b []byte, spec *envs.Spec) (agents.Policy, error) { return DecodePolicy(b, spec) })
}

// robots are the ids of robots with continuous actions.
var robots = regexp.MustCompile(`^mo-(hopper|halfcheetah|walker2d|ant|swimmer|humanoid)-`)

func newPPO(e *envs.Environment, preset string) (agents.Algorithm, int, error) {
	if preset != "" && preset != "recommended" {
		return nil, 0, fmt.Errorf("algorithm ppo has no preset %q; it has recommended", preset)
	}
	s := &PPO{EvalEvery: 10, Decay: "linear", Keep: "best", Settings: Defaults()}
	steps := 1_000_000
	switch id := e.Spec.ID; {
	case id == "CartPole-v1":
		steps = 150_000
		s.EvalEvery, s.Rollout, s.Minibatch, s.Gamma = 5, 64, 64, 0.99
		s.LearningRate = 1e-3
	case id == "Pendulum-v1":
		steps = 400_000
		s.EvalEvery, s.Rollout, s.Minibatch, s.Gamma = 10, 256, 128, 0.95
		s.LearningRate = 1e-3
	case strings.HasPrefix(id, "LunarLander"):
		steps = 1_500_000
		s.EvalEvery, s.Envs, s.Rollout, s.Minibatch, s.Gamma = 10, 16, 256, 128, 0.999
		s.Lambda, s.Entropy, s.LearningRate = 0.98, 0.01, 1e-3
	case robots.MatchString(id):
		// CleanRL, ppo_continuous_action.py.
		s.EvalEvery, s.Envs, s.Rollout, s.Minibatch, s.Gamma = 16, 1, 2048, 64, 0.99
	}
	return s, steps, nil
}

// Check implements agents.Algorithm.
func (s *PPO) Check(e *envs.Environment, steps int) error {
	if err := s.Settings.Check(); err != nil {
		return err
	}
	if n := len(s.Weights); n != 0 && n != e.Spec.M() {
		return fmt.Errorf("weights has %d values for the %d objectives of %s (%v)", n, e.Spec.M(), e.Spec.ID, e.Spec.ObjectiveNames())
	}
	for j, w := range s.Weights {
		if math.IsNaN(w) || math.IsInf(w, 0) {
			return fmt.Errorf("weight %d is %v; give a finite number", j, w)
		}
	}
	if s.EvalEvery < 1 {
		return fmt.Errorf("eval_every is %d; give at least 1", s.EvalEvery)
	}
	if per := s.StepsPerUpdate(); steps < per {
		return fmt.Errorf("%d steps are too few for one update, which takes %d (envs %d × rollout %d)", steps, per, s.Envs, s.Rollout)
	}
	return nil
}

// utility returns the weights of the objectives.
func (s *PPO) utility(objectives int) []float64 {
	if len(s.Weights) > 0 {
		return s.Weights
	}
	w := make([]float64, objectives)
	for j := range w {
		w[j] = 1 / float64(objectives)
	}
	return w
}

// Train implements agents.Algorithm.
func (s *PPO) Train(ctx context.Context, problem *agents.Problem, rec agents.Recorder) (*agents.PolicySet, error) {
	if err := s.Check(problem.Env, problem.Steps); err != nil {
		return nil, err
	}
	t := &training{settings: s, problem: problem, weights: s.utility(problem.Env.Spec.M())}
	t.learner = New(problem.Env, s.Settings, problem.Reference.Discount, problem.Seed)
	rec.Columns("kl", "entropy", "return")
	if saved := rec.Restore(); saved != nil {
		if err := t.restore(saved); err != nil {
			return nil, err
		}
	}
	updates, sink := problem.Steps/s.StepsPerUpdate(), rec.EpisodeSink()
	work := func(ctx context.Context, _, round int) error {
		for ; t.Updates < min((round+1)*s.EvalEvery, updates); t.Updates++ {
			if err := ctx.Err(); err != nil {
				return err
			}
			t.learner.Report(sink, 0, 1, t.Updates*s.StepsPerUpdate())
			t.learner.Collect()
			t.last = t.learner.Update(Fixed(t.weights), Rate(s.LearningRate, s.Decay, t.Updates, updates), s.Entropy)
			rec.Step(s.StepsPerUpdate())
		}
		return t.measure(ctx, rec)
	}
	rounds := (updates + s.EvalEvery - 1) / s.EvalEvery
	commit := func(round int) error {
		state := t.checkpoint()
		e := agents.Evaluation{
			Phase: "train", Steps: t.Updates * s.StepsPerUpdate(), Updates: t.Updates,
			Policies: []agents.Member{t.newest}, Archive: []agents.Member{t.kept},
			Columns:  []float64{t.last.KL, t.last.Entropy, t.onPolicy()},
			StageEnd: round == rounds-1,
		}
		return rec.Record(e, state.encode)
	}
	for round := t.Updates / s.EvalEvery; t.Updates < updates; round++ {
		if err := problem.Pool.Lockstep(ctx, 1, round, round+1, work, commit); err != nil {
			return nil, err
		}
	}
	return &agents.PolicySet{Members: []agents.Member{t.kept}}, nil
}

// training is a run of the algorithm.
type training struct {
	settings *PPO
	problem  *agents.Problem
	weights  []float64
	learner  *Learner
	last     Stats
	newest   agents.Member // as measured last
	kept     agents.Member // the result so far
	Updates  int
}

// measure evaluates the present policy and keeps it if it is the result so far.
func (t *training) measure(ctx context.Context, rec agents.Recorder) error {
	policy := t.learner.Policy()
	value, err := rec.Evaluate(ctx, policy)
	if err != nil {
		return err
	}
	t.newest = agents.Member{
		ID: fmt.Sprintf("u%d", t.Updates), Origin: "train", Steps: t.Updates * t.settings.StepsPerUpdate(),
		Weight: t.weights, Value: value, Policy: policy,
	}
	if t.kept.Policy == nil || t.settings.Keep == "last" || t.gain(value) > t.gain(t.kept.Value) {
		t.kept = t.newest
	}
	return nil
}

// gain is the utility of a measured policy.
func (t *training) gain(v agents.Value) float64 {
	u := 0.0
	for j, w := range t.weights {
		u += w * v.Return[j]
	}
	return u
}

// onPolicy is the mean utility of the episodes that ended in the last rollout, NaN without any.
func (t *training) onPolicy() float64 {
	e := &t.learner.Episodes
	u := 0.0
	for j, w := range t.weights {
		u += w * e.Return[j]
	}
	return u / float64(e.N)
}

// Rate is the learning rate of update u of n.
func Rate(base float64, decay string, u, n int) float64 {
	if decay == "constant" {
		return base
	}
	return base * (1 - float64(u)/float64(n))
}

// checkpoint is everything that training goes on from.
type checkpoint struct {
	Updates int
	Learner *Snapshot
	Kept    agents.Member // without its policy
	Model   *Model        // of Kept
}

// checkpoint returns the present state, which further training leaves alone.
func (t *training) checkpoint() *checkpoint {
	c := &checkpoint{t.Updates, t.learner.Snapshot(), t.kept, t.kept.Policy.(*Policy).Model()}
	c.Kept.Policy = nil
	return c
}

func (c *checkpoint) encode() ([]byte, error) {
	var b bytes.Buffer
	if err := gob.NewEncoder(&b).Encode(c); err != nil {
		return nil, fmt.Errorf("ppo: checkpoint: %w", err)
	}
	return b.Bytes(), nil
}

func (t *training) restore(b []byte) error {
	var c checkpoint
	if err := gob.NewDecoder(bytes.NewReader(b)).Decode(&c); err != nil {
		return fmt.Errorf("ppo: checkpoint: %w", err)
	}
	if c.Learner == nil || c.Learner.Model == nil || c.Model == nil {
		return fmt.Errorf("ppo: checkpoint without a model")
	}
	t.Updates, t.kept = c.Updates, c.Kept
	t.kept.Policy = NewPolicy(c.Model, &t.problem.Env.Spec, &t.settings.Settings)
	return t.learner.Restore(c.Learner)
}

// MeasureEvery implements agents.Paced.
func (s *PPO) MeasureEvery(_ *envs.Environment, steps int) {
	s.EvalEvery = agents.Intervals(steps, s.StepsPerUpdate())
}
