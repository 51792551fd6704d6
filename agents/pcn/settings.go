package pcn

import (
	"fmt"
	"math"
	"strings"

	"github.com/paretolab/paretolab/agents"
	"github.com/paretolab/paretolab/agents/ppo"
	"github.com/paretolab/paretolab/envs"
)

// Settings of Pareto Conditioned Networks.
type Settings struct {
	Scale        []float64 `key:"scale" range:"(0,inf)" doc:"what the desired return of each objective, and at last the horizon, are multiplied by before they enter the network, so that they are about 1" source:"morl-baselines, minecart: 1, 1, 0.1, 0.1"`
	MaxReturn    []float64 `key:"max_return" range:"(-inf,inf)" doc:"largest desired return of each objective; empty: no limit" source:"morl-baselines, minecart: 1.5, 1.5, 0"`
	Gamma        float64   `key:"gamma" range:"(0,1]" symbol:"γ" doc:"discount of returns" source:"the environment's; morl-baselines: 1"`
	Remainder    string    `key:"remainder" range:"discounted|reference" doc:"what is left of a desired return R after a reward r. discounted: (R - r)/γ, what the rest of the episode must return; reference: R - r, as the published code has it, the same without a discount" source:"paretolab"`
	Fill         int       `key:"fill" range:">=1" doc:"random episodes at the start" source:"morl-baselines"`
	Buffer       int       `key:"buffer" range:">=2" doc:"episodes kept" source:"morl-baselines"`
	Updates      int       `key:"updates" range:">=1" doc:"gradient steps between episodes" source:"morl-baselines"`
	Batch        int       `key:"batch" range:">=1" doc:"steps of episodes in a gradient step" source:"morl-baselines"`
	Episodes     int       `key:"episodes" range:">=1" doc:"episodes for a desired return" source:"morl-baselines"`
	Candidates   int       `key:"candidates" range:">=1" doc:"best episodes from whose non-dominated ones the desired return comes" source:"morl-baselines"`
	LearningRate float64   `key:"learning_rate" range:"(0,1]" doc:"step size of Adam" source:"morl-baselines"`
	Hidden       int       `key:"hidden" range:">=1" doc:"width of the embeddings and of the hidden layer" source:"morl-baselines"`
	Noise        float64   `key:"noise" range:">=0" doc:"standard deviation of exploration in each component of continuous actions" source:"morl-baselines, there one number for all components"`
	EvalEvery    int       `key:"eval_every" range:">=1" unit:"steps" doc:"steps between measurements of the network, for the return of every non-dominated episode" source:"paretolab"`
	ArchiveSize  int       `key:"archive_size" range:">=1" doc:"policies kept, those in sparse regions first" source:"as C-MORL"`
}

var _ agents.Algorithm = (*Settings)(nil)

func init() {
	agents.Register(agents.Definition{
		ID:       "pcn",
		Summary:  "Pareto Conditioned Networks: one network that is told the return to reach, for deterministic environments",
		Source:   "Reymond, Bargiacchi & Nowé, AAMAS 2022",
		Revision: 1,
		Presets:  []agents.Preset{{Name: "recommended", Doc: "the constants of morl-baselines, with scales for the environments that the program knows"}},
		New:      New,
	})
	agents.RegisterKind("conditioned", decodePolicy)
}

// New returns the settings of a preset, and its training steps. Where scales are not known they must
// be given.
func New(e *envs.Environment, preset string) (agents.Algorithm, int, error) {
	if preset != "" && preset != "recommended" {
		return nil, 0, fmt.Errorf("algorithm pcn has no preset %q; it has recommended", preset)
	}
	s := &Settings{
		Gamma: e.Spec.Reference.Discount, Remainder: "discounted", Fill: 20, Buffer: 100, Updates: 50, Batch: 256, Episodes: 10, Candidates: 20,
		LearningRate: 1e-3, Hidden: 64, Noise: 0.1, EvalEvery: 20_000, ArchiveSize: 200,
	}
	switch id := e.Spec.ID; {
	case strings.HasPrefix(id, "deep-sea-treasure"):
		s.Scale = []float64{0.1, 0.1, 0.01}
	case strings.HasPrefix(id, "fruit-tree"):
		s.Scale = []float64{0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1}
	case strings.HasPrefix(id, "minecart"):
		s.Scale, s.MaxReturn, s.Buffer = []float64{1, 1, 0.1, 0.1}, []float64{1.5, 1.5, 0}, 50
	case strings.HasPrefix(id, "resource-gathering"):
		s.Scale = []float64{1, 1, 1, 0.01}
	}
	_, steps := ppo.Recommended(&e.Spec)
	return s, steps, nil
}

// Check implements agents.Algorithm.
func (s *Settings) Check(e *envs.Environment, steps int) error {
	m := e.Spec.M()
	if len(s.Scale) != m+1 {
		return fmt.Errorf("scale has %d numbers; give one for each objective of %s (%v) and one for the horizon, such that returns and horizon times them are about 1",
			len(s.Scale), e.Spec.ID, e.Spec.ObjectiveNames())
	}
	for j, x := range s.Scale {
		if !(x > 0) || math.IsInf(x, 0) {
			return fmt.Errorf("scale %d is %v; give a number above 0", j+1, x)
		}
	}
	if n := len(s.MaxReturn); n != 0 && n != m {
		return fmt.Errorf("max_return has %d numbers for %d objectives", n, m)
	}
	for _, x := range []struct {
		key          string
		value, least int
	}{
		{"fill", s.Fill, 1}, {"buffer", s.Buffer, 2}, {"updates", s.Updates, 1}, {"batch", s.Batch, 1}, {"episodes", s.Episodes, 1},
		{"candidates", s.Candidates, 1}, {"hidden", s.Hidden, 1}, {"eval_every", s.EvalEvery, 1}, {"archive_size", s.ArchiveSize, 1},
	} {
		if x.value < x.least {
			return fmt.Errorf("%s is %d; give at least %d", x.key, x.value, x.least)
		}
	}
	if a := &e.Spec.Action; a.Kind == envs.KindDiscrete && a.Len() != 1 {
		return fmt.Errorf("%s has a multi-discrete action space, which pcn does not take", e.Spec.ID)
	}
	if steps < 1 {
		return fmt.Errorf("%d steps are too few; give at least 1", steps)
	}
	return nil
}

// MeasureEvery implements agents.Paced.
func (s *Settings) MeasureEvery(_ *envs.Environment, steps int) { s.EvalEvery = steps }
