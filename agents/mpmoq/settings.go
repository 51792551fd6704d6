package mpmoq

import (
	"errors"
	"fmt"
	"strings"

	"github.com/paretolab/paretolab/agents"
	"github.com/paretolab/paretolab/agents/tabular"
	"github.com/paretolab/paretolab/envs"
)

// Settings of multi-policy multi-objective Q-learning.
type Settings struct {
	Weights       string  `key:"weights" range:"ols|gpi-ls|random" doc:"where weights come from: the corner weights at which most can be gained if answers are exact, those at which most is gained by combining the policies so far, or drawn uniformly" source:"morl-baselines"`
	Utility       string  `key:"utility" range:"linear|chebyshev" doc:"what the greedy action maximises: w·Q, or the least weighted distance from the best values seen, which also leads to concave parts of a front" source:"Van Moffaert et al. 2013"`
	Tau           float64 `key:"tau" range:">=0" symbol:"τ" doc:"with utility chebyshev: how far the point to approach lies beyond the best values seen" source:"Van Moffaert et al. 2013: 4"`
	WeightSteps   int     `key:"weight_steps" range:">=1" unit:"steps" doc:"training steps for each weight vector" source:"paretolab; morl-baselines: 200 000"`
	Transfer      bool    `key:"transfer" doc:"begin with the table of the policy that is best for the weights so far" source:"morl-baselines"`
	GPI           bool    `key:"gpi" doc:"explore by generalised policy improvement: the best action by any table so far" source:"morl-baselines"`
	Dyna          string  `key:"dyna" range:"off|uniform|gpi-pd" doc:"steps that are learned from once more after every step: none, any of those so far, or first those by which the best of all tables so far would change most" source:"morl-baselines; Alegre et al. 2023"`
	DynaUpdates   int     `key:"dyna_updates" range:">=1" doc:"with dyna: remembered steps that are learned from after every step" source:"morl-baselines"`
	Alpha         float64 `key:"alpha" range:"(0,1]" symbol:"α" doc:"learning rate" source:"morl-baselines: 0.1, and 1 where nothing is random"`
	Gamma         float64 `key:"gamma" range:"(0,1]" symbol:"γ" doc:"discount of training" source:"the environment's"`
	Epsilon       float64 `key:"epsilon" range:"[0,1]" symbol:"ε" doc:"share of random actions when a weight vector begins" source:"morl-baselines"`
	EpsilonFinal  float64 `key:"epsilon_final" range:"[0,1]" doc:"share of random actions after the decay" source:"morl-baselines"`
	EpsilonSteps  int     `key:"epsilon_steps" range:">=1" doc:"steps of a weight vector over which the share decays linearly" source:"morl-baselines"`
	SupportMargin float64 `key:"support_margin" range:">=0" doc:"with weights ols: end when no utility can gain more than this" source:"Roijers et al. 2015"`
}

var _ agents.Algorithm = (*Settings)(nil)

func init() {
	agents.Register(agents.Definition{
		ID:       "mpmoq",
		Summary:  "multi-policy Q-learning: tables for the weights of optimistic linear support, for environments with few states",
		Source:   "Van Moffaert et al. 2013; Roijers et al. 2015; Alegre et al. 2023",
		Revision: 1,
		Presets: []agents.Preset{
			{Name: "recommended", Doc: "optimistic linear support, 40 000 steps per weight vector; learning rate 1 where nothing is random"},
			{Name: "short", Doc: "the same for 200 000 steps: 20 000 per weight vector, 2000 on fruit-tree, whose front needs many weights and whose episodes are short"},
			{Name: "gpi-ls", Doc: "the same with weights and exploration by generalised policy improvement"},
		},
		New: New,
	})
}

// New returns the settings of a preset, and its training steps.
func New(e *envs.Environment, preset string) (agents.Algorithm, int, error) {
	s := &Settings{
		Weights: "ols", Utility: "linear", Tau: 4, WeightSteps: 40_000, Transfer: true, Dyna: "off", DynaUpdates: 5,
		Alpha: 0.1, Gamma: e.Spec.Reference.Discount, Epsilon: 1, EpsilonFinal: 0.1, EpsilonSteps: 100_000,
	}
	if e.Spec.DeterministicStep {
		s.Alpha = 1
	}
	switch preset {
	case "", "recommended":
	case "short":
		s.WeightSteps = 20_000
		if strings.HasPrefix(e.Spec.ID, "fruit-tree") {
			s.WeightSteps = 2000
		}
		return s, 200_000, nil
	case "gpi-ls":
		s.Weights, s.GPI = "gpi-ls", true
	default:
		return nil, 0, fmt.Errorf("algorithm mpmoq has no preset %q; it has recommended, short and gpi-ls", preset)
	}
	return s, 800_000, nil
}

// remembers reports whether steps are learned from more than once.
func (s *Settings) remembers() bool { return s.Dyna == "uniform" || s.Dyna == "gpi-pd" }

// Check implements agents.Algorithm.
func (s *Settings) Check(e *envs.Environment, steps int) error {
	if err := tabular.Check(e); err != nil {
		return err
	}
	for _, x := range []struct {
		key   string
		value float64
	}{{"alpha", s.Alpha}, {"gamma", s.Gamma}} {
		if !(x.value > 0 && x.value <= 1) {
			return fmt.Errorf("%s is %v; give a number above 0, at most 1", x.key, x.value)
		}
	}
	if s.WeightSteps < 1 || s.EpsilonSteps < 1 {
		return fmt.Errorf("weight_steps (%d) and epsilon_steps (%d) must be at least 1", s.WeightSteps, s.EpsilonSteps)
	}
	if s.remembers() && s.DynaUpdates < 1 {
		return fmt.Errorf("dyna_updates is %d; give at least 1, or dyna: off", s.DynaUpdates)
	}
	if s.Dyna == "gpi-pd" && s.Utility == "chebyshev" {
		return errors.New("dyna: gpi-pd ranks steps by weighted sums, which utility: chebyshev does not follow; set dyna: uniform")
	}
	if steps < s.WeightSteps {
		return fmt.Errorf("%d steps are too few: one weight vector takes %d (weight_steps)", steps, s.WeightSteps)
	}
	if s.Weights != "random" && e.Spec.M() > 6 {
		return fmt.Errorf("%s has %d objectives, whose corner weights are too many; set weights: random", e.Spec.ID, e.Spec.M())
	}
	return nil
}
