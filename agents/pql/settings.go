package pql

import (
	"fmt"

	"github.com/paretolab/paretolab/agents"
	"github.com/paretolab/paretolab/agents/tabular"
	"github.com/paretolab/paretolab/envs"
)

// Settings of Pareto Q-learning.
type Settings struct {
	Gamma           float64 `key:"gamma" range:"(0,1]" symbol:"γ" doc:"discount of training" source:"the environment's"`
	Epsilon         float64 `key:"epsilon" range:"[0,1]" symbol:"ε" doc:"share of random actions at the start" source:"morl-baselines"`
	EpsilonFinal    float64 `key:"epsilon_final" range:"[0,1]" doc:"share of random actions after the decay" source:"morl-baselines"`
	EpsilonSteps    int     `key:"epsilon_steps" range:">=1" doc:"steps over which the share decays linearly, set anew with every episode" source:"morl-baselines"`
	Score           string  `key:"score" range:"hypervolume|cardinality" doc:"what the greedy action maximises: the hypervolume of its set of returns, or how many of them are on the front of the state" source:"Van Moffaert & Nowé 2014"`
	EvalEvery       int     `key:"eval_every" range:">=1" unit:"steps" doc:"steps between measurements of all policies on the front" source:"paretolab"`
	MaxSet          int     `key:"max_set" range:">=1" doc:"most returns of one state and action; more end the run with an error" source:"paretolab"`
	AllowStochastic bool    `key:"allow_stochastic" doc:"also learn where steps or starts are random, though sets then hold what the last successor promised" source:"paretolab"`
}

var _ agents.Algorithm = (*Settings)(nil)

func init() {
	agents.Register(agents.Definition{
		ID:       "pql",
		Summary:  "Pareto Q-learning: tables of all non-dominated returns, for deterministic environments with few states",
		Source:   "Van Moffaert & Nowé, JMLR 15, 2014",
		Revision: 1,
		Presets:  []agents.Preset{{Name: "recommended", Doc: "exploration as in morl-baselines, from 1 to 0.1 over 100 000 steps"}},
		New:      New,
	})
}

// New returns the settings of a preset, and its training steps.
func New(e *envs.Environment, preset string) (agents.Algorithm, int, error) {
	if preset != "" && preset != "recommended" {
		return nil, 0, fmt.Errorf("algorithm pql has no preset %q; it has recommended", preset)
	}
	return &Settings{
		Gamma: e.Spec.Reference.Discount, Epsilon: 1, EpsilonFinal: 0.1, EpsilonSteps: 100_000,
		Score: "hypervolume", EvalEvery: 10_000, MaxSet: 1000,
	}, 200_000, nil
}

// Check implements agents.Algorithm.
func (s *Settings) Check(e *envs.Environment, steps int) error {
	if err := tabular.Check(e); err != nil {
		return err
	}
	if !(s.Gamma > 0 && s.Gamma <= 1) {
		return fmt.Errorf("gamma is %v; give a number above 0, at most 1", s.Gamma)
	}
	if s.EvalEvery < 1 || s.EpsilonSteps < 1 || s.MaxSet < 1 {
		return fmt.Errorf("eval_every (%d), epsilon_steps (%d) and max_set (%d) must be at least 1", s.EvalEvery, s.EpsilonSteps, s.MaxSet)
	}
	if !s.AllowStochastic && !(e.Spec.DeterministicStart && e.Spec.DeterministicStep) {
		return fmt.Errorf("%s is random, and the sets of pql hold what the last successor promised; use mpmoq or cmorl, or set allow_stochastic", e.Spec.ID)
	}
	if steps < 1 {
		return fmt.Errorf("%d steps are too few; give at least 1", steps)
	}
	return nil
}

// MeasureEvery implements agents.Paced.
func (s *Settings) MeasureEvery(_ *envs.Environment, steps int) { s.EvalEvery = steps }
