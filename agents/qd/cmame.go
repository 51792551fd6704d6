package qd

import (
	"context"
	"fmt"

	"github.com/paretolab/paretolab/agents"
	"github.com/paretolab/paretolab/envs"
)

// CMAME runs searches by CMA-ES that are better the more they improve the archive: those of its
// solutions that enter are the parents, those that fill empty cells come first. A search from which
// nothing enters begins anew at a random elite.
//
// Source: Fontaine, Togelius, Nikolaidis and Hoover, "Covariance Matrix Adaptation for the Rapid
// Illumination of Behavior Space", 2020, arXiv 1912.02400.
type CMAME struct {
	Settings
	CMASettings
	Rank string `key:"rank" range:"improvement|objective|direction" doc:"by what solutions are ordered: improvement of the archive, reward, or a random direction of the space of behaviours" source:"Fontaine et al.: improvement"`
}

var _ agents.Algorithm = (*CMAME)(nil)

// Check implements [agents.Algorithm].
func (s *CMAME) Check(e *envs.Environment, steps int) error {
	if s.Rank != string(ByImprovement) && s.Rank != string(ByObjective) && s.Rank != string(ByDirection) {
		return fmt.Errorf("rank is %q; give improvement, objective or direction", s.Rank)
	}
	if err := s.CMASettings.check(); err != nil {
		return err
	}
	return s.Settings.check(e, steps, s.Emitters*s.Batch, "emitters")
}

// Train implements [agents.Algorithm].
func (s *CMAME) Train(ctx context.Context, p *agents.Problem, rec agents.Recorder) (*agents.PolicySet, error) {
	if err := s.Check(p.Env, p.Steps); err != nil {
		return nil, err
	}
	return illuminate(ctx, p, rec, "cma-me", &s.Settings, columns{}, func(r *search) (*Scheduler, error) {
		return s.scheduler(r, CellOptions{}, CMAEmitter{Rank: Ranking(s.Rank), Filter: true})
	})
}

func init() {
	agents.Register(agents.Definition{
		ID: "cma-me", Summary: "CMA-ME: MAP-Elites by CMA-ES that follows the improvement of the archive",
		Source: "Fontaine et al., 2020, arXiv 1912.02400", Revision: 2, Presets: presets,
		New: func(e *envs.Environment, preset string) (agents.Algorithm, int, error) {
			s, steps, err := fromPreset("cma-me", e, preset)
			return &CMAME{s, cmaDefaults(), string(ByImprovement)}, steps, err
		},
	})
}
