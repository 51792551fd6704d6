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
	Rank    string `key:"rank" range:"improvement|objective|direction" doc:"by what solutions are ordered: improvement of the archive, reward, or a random direction of the space of behaviours" source:"Fontaine et al.: improvement"`
	Parents string `key:"parents" range:"entered|half" doc:"from which solutions a search learns: those that entered the archive, or the better half" source:"Fontaine et al.: entered; STAX code: half"`
	Turns   string `key:"turns" range:"all|fewest" doc:"which searches try policies in a generation: all, or the one of which the fewest have entered the archive" source:"pyribs: all; STAX code: fewest"`
}

var _ agents.Algorithm = (*CMAME)(nil)

// Check implements [agents.Algorithm].
func (s *CMAME) Check(e *envs.Environment, steps int) error {
	if s.Rank != string(ByImprovement) && s.Rank != string(ByObjective) && s.Rank != string(ByDirection) {
		return fmt.Errorf("rank is %q; give improvement, objective or direction", s.Rank)
	}
	if s.Parents != "entered" && s.Parents != "half" {
		return fmt.Errorf("parents is %q; give entered or half", s.Parents)
	}
	if s.Turns != "all" && s.Turns != "fewest" {
		return fmt.Errorf("turns is %q; give all or fewest", s.Turns)
	}
	if err := s.CMASettings.check(); err != nil {
		return err
	}
	if s.Turns == "fewest" {
		return s.Settings.check(e, steps, s.Batch, "batch")
	}
	return s.Settings.check(e, steps, s.Emitters*s.Batch, "emitters")
}

// Train implements [agents.Algorithm].
func (s *CMAME) Train(ctx context.Context, p *agents.Problem, rec agents.Recorder) (*agents.PolicySet, error) {
	if err := s.Check(p.Env, p.Steps); err != nil {
		return nil, err
	}
	return illuminate(ctx, p, rec, "cma-me", &s.Settings, columns{}, func(r *search) (*Scheduler, error) {
		c, err := s.scheduler(r, CellOptions{}, CMAEmitter{Rank: Ranking(s.Rank), Filter: s.Parents == "entered"})
		if err == nil {
			c.OneByOne = s.Turns == "fewest"
		}
		return c, err
	})
}

// staxCode is the preset with the variant of CMA-ME that STAX was compared with.
const staxCode = "stax-code"

func init() {
	agents.Register(agents.Definition{
		ID: "cma-me", Summary: "CMA-ME: MAP-Elites by CMA-ES that follows the improvement of the archive",
		Source: "Fontaine et al., 2020, arXiv 1912.02400", Revision: 2,
		Presets: append(presets[:len(presets):len(presets)], agents.Preset{Name: staxCode, Doc: "500 000 evaluations of the baseline in the code of STAX: 100 searches by reward, of which one at a time tries 6 policies"}),
		New: func(e *envs.Environment, preset string) (agents.Algorithm, int, error) {
			if preset != staxCode {
				s, steps, err := fromPreset("cma-me", e, preset)
				return &CMAME{s, cmaDefaults(), string(ByImprovement), "entered", "all"}, steps, err
			}
			s, steps, err := fromPreset("cma-me", e, "full")
			c := cmaDefaults()
			c.Emitters, c.Batch = 100, 6
			return &CMAME{s, c, string(ByObjective), "half", "fewest"}, steps, err
		},
	})
}
