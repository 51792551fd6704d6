package qd

import (
	"context"

	"github.com/paretolab/paretolab/agents"
	"github.com/paretolab/paretolab/envs"
)

// NoveltyNSGA2 selects for new behaviour and for reward, as two objectives.
//
// Source: Mouret, "Novelty-based multiobjectivization", 2011, doi 10.1007/978-3-642-18272-3_10, with the
// constants of SERENE (Paolo et al., 2021, arXiv 2102.03140).
type NoveltyNSGA2 struct {
	Settings
	NoveltySettings
}

var _ agents.Algorithm = (*NoveltyNSGA2)(nil)

// Check implements [agents.Algorithm].
func (s *NoveltyNSGA2) Check(e *envs.Environment, steps int) error {
	if err := s.NoveltySettings.check(); err != nil {
		return err
	}
	return s.Settings.check(e, steps, s.Population, "population")
}

// Train implements [agents.Algorithm].
func (s *NoveltyNSGA2) Train(ctx context.Context, p *agents.Problem, rec agents.Recorder) (*agents.PolicySet, error) {
	if err := s.Check(p.Env, p.Steps); err != nil {
		return nil, err
	}
	return explore(ctx, p, rec, "nsga2-novelty", &s.Settings, &s.NoveltySettings, novelAndFit)
}

func init() {
	agents.Register(agents.Definition{
		ID: "nsga2-novelty", Summary: "NSGA-II on novelty and reward",
		Source: "Mouret, 2011, doi 10.1007/978-3-642-18272-3_10", Revision: 2, Presets: presets,
		New: func(e *envs.Environment, preset string) (agents.Algorithm, int, error) {
			s, steps, err := fromPreset("nsga2-novelty", e, preset)
			return &NoveltyNSGA2{s, noveltyDefaults()}, steps, err
		},
	})
}
