package qd

import (
	"context"
	"fmt"

	"github.com/paretolab/paretolab/agents"
	"github.com/paretolab/paretolab/envs"
)

// RandomSearch tries policies with random genes from N(0, 1), the baseline of all others.
type RandomSearch struct {
	Settings
	Population int `key:"population" symbol:"M" range:">=1" doc:"policies of a generation" source:"SERENE code"`
}

var _ agents.Algorithm = (*RandomSearch)(nil)

// Check implements [agents.Algorithm].
func (s *RandomSearch) Check(e *envs.Environment, steps int) error {
	if s.Population < 1 {
		return fmt.Errorf("population is %d; give at least 1", s.Population)
	}
	return s.Settings.check(e, steps, s.Population, "population")
}

// Train implements [agents.Algorithm].
func (s *RandomSearch) Train(ctx context.Context, p *agents.Problem, rec agents.Recorder) (*agents.PolicySet, error) {
	if err := s.Check(p.Env, p.Steps); err != nil {
		return nil, err
	}
	var rng *Random
	r, resumed, err := start(p, rec, "random-search", &s.Settings, &rng)
	if err != nil {
		return nil, err
	}
	if !resumed {
		rng = r.stream("random")
	}
	for r.more() {
		if _, err := r.evaluate(ctx, r.random(s.Population, rng), true); err != nil {
			return nil, err
		}
		if err := r.report(ctx, nil, func() any { return rng.clone() }); err != nil {
			return nil, err
		}
	}
	return r.result(ctx)
}

func init() {
	agents.Register(agents.Definition{
		ID: "random-search", Summary: "Random policies, the baseline of quality diversity", Source: "-", Revision: 2, Presets: presets,
		New: func(e *envs.Environment, preset string) (agents.Algorithm, int, error) {
			s, steps, err := fromPreset("random-search", e, preset)
			return &RandomSearch{s, 100}, steps, err
		},
	})
}
