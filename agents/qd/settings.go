package qd

import (
	"fmt"
	"math"

	"github.com/paretolab/paretolab/agents"
	"github.com/paretolab/paretolab/envs"
)

// Settings are common to all algorithms of the package.
type Settings struct {
	Evaluations int       `key:"evaluations" range:">=1" doc:"budget of episodes; the budget of environment steps holds as well"`
	Hidden      []int     `key:"hidden" doc:"units of each hidden layer of the policy network" source:"SERENE code"`
	PerUnit     bool      `key:"bias_per_unit" doc:"every unit of the policy network has a bias of its own, else a layer shares one"`
	GeneLimit   float64   `key:"gene_limit" range:"(0,inf)" doc:"genes are clipped to plus or minus this" source:"SERENE code"`
	Weights     []float64 `key:"weights" doc:"weight of each objective in the reward that is searched for; empty: 1 for those that are never negative if there are any, else 1 for all"`
	Cells       int       `key:"cells" range:">=1" doc:"cells of the grid of descriptors along each dimension" source:"SERENE code"`
	ReportEvery int       `key:"report_every" range:">=1" doc:"evaluations between reports"`
}

// defaults returns the settings for an environment and a number of evaluations.
func defaults(e *envs.Environment, evaluations int) Settings {
	s := Settings{Evaluations: evaluations, Hidden: []int{5, 5}, GeneLimit: 5, ReportEvery: 1000}
	// As many cells as a grid of 50 × 50 has, in any number of dimensions.
	low, _ := describer(e.New(), &e.Spec).DescriptorBounds()
	s.Cells = max(1, int(math.Pow(2500, 1/float64(len(low)))+1e-9))
	if e.Spec.ID == "curling-v0" {
		s.Hidden = []int{5, 5, 5}
	}
	return s
}

// presets are those of every algorithm, which differ in the budget.
var presets = []agents.Preset{
	{Name: "quick", Doc: "50 000 evaluations"},
	{Name: "full", Doc: "500 000 evaluations, as in the literature"},
}

// fromPreset returns the settings of a preset and the steps that its evaluations take at most.
func fromPreset(id string, e *envs.Environment, preset string) (Settings, int, error) {
	evaluations := 50_000
	switch preset {
	case "", "quick":
	case "full":
		evaluations = 500_000
	default:
		return Settings{}, 0, fmt.Errorf("algorithm %s has no preset %q; it has quick and full", id, preset)
	}
	return defaults(e, evaluations), evaluations * max(e.Spec.Horizon, 1), nil
}

// check reports settings that do not fit the environment or the budget, of which the first generation
// takes so many evaluations: the value of the setting key.
func (s *Settings) check(e *envs.Environment, steps, first int, key string) error {
	for _, n := range []struct {
		key   string
		value int
	}{{"evaluations", s.Evaluations}, {"cells", s.Cells}, {"report_every", s.ReportEvery}} {
		if n.value < 1 {
			return fmt.Errorf("%s is %d; give at least 1", n.key, n.value)
		}
	}
	low, high := describer(e.New(), &e.Spec).DescriptorBounds()
	for j := range low {
		if !(low[j] < high[j]) || math.IsInf(high[j]-low[j], 0) {
			return fmt.Errorf("%s describes behaviour from %v to %v in dimension %d; its bounds must be finite, the smaller first", e.Spec.ID, low[j], high[j], j)
		}
	}
	if math.Pow(float64(s.Cells), float64(len(low))) > maxCells {
		return fmt.Errorf("cells is %d; in the %d dimensions of behaviour in %s that makes more than %d cells; give at most %d",
			s.Cells, len(low), e.Spec.ID, maxCells, int(math.Pow(maxCells, 1/float64(len(low)))))
	}
	for i, n := range s.Hidden {
		if n < 1 || n > 1<<16 {
			return fmt.Errorf("hidden layer %d has %d units; give 1 to %d", i, n, 1<<16)
		}
	}
	if !(s.GeneLimit > 0) || math.IsInf(s.GeneLimit, 0) {
		return fmt.Errorf("gene_limit is %v; give a positive number", s.GeneLimit)
	}
	if n := len(s.Weights); n != 0 && n != e.Spec.M() {
		return fmt.Errorf("weights has %d values for the %d objectives of %s (%v); give one each, or none", n, e.Spec.M(), e.Spec.ID, e.Spec.ObjectiveNames())
	}
	for j, w := range s.Weights {
		if math.IsNaN(w) || math.IsInf(w, 0) {
			return fmt.Errorf("weight %d is %v; give a finite number", j, w)
		}
	}
	if s.Evaluations < first {
		return fmt.Errorf("%d evaluations are too few for the first generation, which takes %d; raise evaluations or lower %s", s.Evaluations, first, key)
	}
	if steps < first {
		return fmt.Errorf("%d steps are too few for the first generation of %d episodes; one of %s takes up to %d steps, so raise the budget", steps, first, e.Spec.ID, e.Spec.Horizon)
	}
	return nil
}

// weights returns the weight of each objective in the reward.
func (s *Settings) weights(spec *envs.Spec) []float64 {
	if len(s.Weights) > 0 {
		return s.Weights
	}
	w := make([]float64, spec.M())
	any := false
	for j, o := range spec.Objectives {
		if o.Low >= 0 {
			w[j], any = 1, true
		}
	}
	if !any {
		for j := range w {
			w[j] = 1
		}
	}
	return w
}

// MeasureEvery implements agents.Paced, for episodes of full length.
func (s *Settings) MeasureEvery(e *envs.Environment, steps int) {
	s.ReportEvery = agents.Intervals(steps, e.Spec.Horizon)
}

// BudgetUnit implements agents.Budgeted: an evaluation is an episode.
func (s *Settings) BudgetUnit() string { return "episodes" }

// SetBudget implements agents.Budgeted.
func (s *Settings) SetBudget(e *envs.Environment, n int) int {
	s.Evaluations = n
	return n * max(e.Spec.Horizon, 1)
}
