package qd

import (
	"context"

	"github.com/paretolab/paretolab/agents"
	"github.com/paretolab/paretolab/envs"
)

// SERENE alternates between novelty search, which looks for behaviour that is rewarded, and emitters,
// which improve the rewards that it found.
//
// Source: Paolo, Coninx, Doncieux and Laflaquière, "Sparse Reward Exploration via Novelty Search and
// Emitters", 2021, arXiv 2102.03140.
type SERENE struct {
	Settings
	NoveltySettings
	ExploitSettings
}

var _ agents.Algorithm = (*SERENE)(nil)

// Check implements [agents.Algorithm].
func (s *SERENE) Check(e *envs.Environment, steps int) error {
	if err := s.NoveltySettings.check(); err != nil {
		return err
	}
	if err := s.ExploitSettings.check(s.Weights); err != nil {
		return err
	}
	return s.Settings.check(e, steps, s.Population, "population")
}

// Train implements [agents.Algorithm].
func (s *SERENE) Train(ctx context.Context, p *agents.Problem, rec agents.Recorder) (*agents.PolicySet, error) {
	if err := s.Check(p.Env, p.Steps); err != nil {
		return nil, err
	}
	x := &rewarded{Explorer: &explorer{}, settings: &s.ExploitSettings}
	r, resumed, err := start(p, rec, "serene", &s.Settings, x, x.columns(p, &s.Settings)...)
	if err != nil {
		return nil, err
	}
	x.Explorer.settings = &s.NoveltySettings
	x.begin(r, resumed)
	if !resumed {
		if err := x.Explorer.begin(ctx, r); err != nil {
			return nil, err
		}
		x.Spent[0] = r.Evaluations
	}
	for r.more() {
		if x.next(r) {
			err = x.explore(ctx, r, mostNovel)
		} else {
			err = x.exploit(ctx, r)
		}
		if err != nil {
			return nil, err
		}
		if err := x.count(r); err != nil {
			return nil, err
		}
		if err := r.report(ctx, individuals(x.Explorer.Archive), func() any { return x.clone() }); err != nil {
			return nil, err
		}
	}
	return r.result(ctx, x.archives()...)
}

func init() {
	agents.Register(agents.Definition{
		ID: "serene", Summary: "SERENE: novelty search finds rewarding behaviour, emitters improve it",
		Source: "Paolo et al., 2021, arXiv 2102.03140", Revision: 2, Presets: presets,
		New: func(e *envs.Environment, preset string) (agents.Algorithm, int, error) {
			s, steps, err := fromPreset("serene", e, preset)
			return &SERENE{s, noveltyDefaults(), exploitDefaults()}, steps, err
		},
	})
}
