package cmorl

import (
	"context"
	"fmt"

	"github.com/paretolab/paretolab/agents"
	"github.com/paretolab/paretolab/agents/ppo"
	"github.com/paretolab/paretolab/envs"
)

// Lattice is the baseline that any method for fronts has to beat: one policy for every preference of
// a simplex lattice, each by PPO on the weighted sum, with equal shares of the steps. It is stage 1 of
// C-MORL with the whole budget, and measured policies enter the same archive.
type Lattice struct {
	Divisions   int    `key:"divisions" range:">=1" doc:"steps of the lattice from 0 to 1 in every weight; d in n objectives are C(d+n-1, n-1) preferences" source:"paretolab: the fewest with six preferences"`
	EvalEvery   int    `key:"eval_every" range:">=1" doc:"updates between measurements of a policy" source:"C-MORL code, stage 1"`
	Decay       string `key:"decay" range:"linear|constant" doc:"learning rate over the updates" source:"C-MORL code, stage 1"`
	ArchiveSize int    `key:"archive_size" range:">=1" doc:"policies kept, those in sparse regions first" source:"C-MORL code"`

	ppo.Settings
}

var _ agents.Algorithm = (*Lattice)(nil)

func init() {
	agents.Register(agents.Definition{
		ID:       "ppo-lattice",
		Summary:  "weighted-sum PPO: one policy for every preference of a lattice, the baseline of every front",
		Source:   "stage 1 of Liu et al., ICLR 2025, arXiv 2410.02236, with the whole budget",
		Revision: 1,
		Presets: []agents.Preset{
			{Name: "recommended", Doc: "the learning constants of cmorl for the same environment; at least six preferences"},
			{Name: "short", Doc: "the same for fewer steps, as preset short of cmorl"},
		},
		New: newLattice,
	})
}

func newLattice(e *envs.Environment, preset string) (agents.Algorithm, int, error) {
	s, steps := recommended(&e.Spec)
	switch preset {
	case "", "recommended":
	case "short":
		s, steps = short(&e.Spec)
	default:
		return nil, 0, fmt.Errorf("algorithm ppo-lattice has no preset %q; it has recommended and short", preset)
	}
	l := &Lattice{Divisions: 1, EvalEvery: s.EvalEvery, Decay: s.DecayStage1, ArchiveSize: s.ArchiveSize, Settings: s.Settings}
	for n := e.Spec.M(); n > 1 && len(WeightGrid(n, 0, 1, 1/float64(l.Divisions))) < 6; {
		l.Divisions++
	}
	return l, steps, nil
}

// stage1 returns the settings of C-MORL that do the same.
func (l *Lattice) stage1() *Settings {
	s := defaults()
	s.Mode = "stage1-only"
	s.WeightMin, s.WeightMax, s.WeightDelta = 0, 1, 1/float64(l.Divisions)
	s.EvalEvery, s.DecayStage1, s.ArchiveSize, s.Settings = l.EvalEvery, l.Decay, l.ArchiveSize, l.Settings
	return s
}

// Check implements agents.Algorithm.
func (l *Lattice) Check(e *envs.Environment, steps int) error {
	if l.Divisions < 1 {
		return fmt.Errorf("divisions is %d; give at least 1", l.Divisions)
	}
	return l.stage1().Check(e, steps)
}

// Train implements agents.Algorithm.
func (l *Lattice) Train(ctx context.Context, problem *agents.Problem, rec agents.Recorder) (*agents.PolicySet, error) {
	if err := l.Check(problem.Env, problem.Steps); err != nil {
		return nil, err
	}
	return l.stage1().Train(ctx, problem, rec)
}

// MeasureEvery implements agents.Paced.
func (l *Lattice) MeasureEvery(e *envs.Environment, steps int) {
	s := l.stage1()
	s.MeasureEvery(e, steps)
	l.EvalEvery = s.EvalEvery
}
