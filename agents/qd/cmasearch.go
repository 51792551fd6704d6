package qd

import (
	"context"
	"fmt"
	"math"

	"github.com/paretolab/paretolab/agents"
	"github.com/paretolab/paretolab/envs"
)

// CMASearch is policy search by one CMA-ES for the reward alone; when it has come to its end it begins
// anew at the best policy found.
//
// Source: Hansen, 2016, arXiv 1604.00772, as a baseline of SERENE (Paolo et al., 2021, arXiv 2102.03140).
type CMASearch struct {
	Settings
	Batch int     `key:"batch" symbol:"λ" range:">=2" doc:"policies tried in a generation" source:"STAX code"`
	Sigma float64 `key:"sigma" symbol:"σ0" range:"(0,inf)" doc:"standard deviation that a search begins with" source:"STAX code"`
}

var _ agents.Algorithm = (*CMASearch)(nil)

// Check implements [agents.Algorithm].
func (s *CMASearch) Check(e *envs.Environment, steps int) error {
	switch {
	case s.Batch < 2:
		return fmt.Errorf("batch is %d; give at least 2", s.Batch)
	case !(s.Sigma > 0) || math.IsInf(s.Sigma, 0):
		return fmt.Errorf("sigma is %v; give a positive number", s.Sigma)
	}
	return s.Settings.check(e, steps, s.Batch, "batch")
}

// policySearch is the state of CMASearch.
type policySearch struct {
	ES   *CMAES
	RNG  *Random
	Best *Individual
}

// Train implements [agents.Algorithm].
func (s *CMASearch) Train(ctx context.Context, p *agents.Problem, rec agents.Recorder) (*agents.PolicySet, error) {
	if err := s.Check(p.Env, p.Steps); err != nil {
		return nil, err
	}
	x := &policySearch{}
	r, resumed, err := start(p, rec, "cma-es", &s.Settings, x)
	if err != nil {
		return nil, err
	}
	if !resumed {
		x.RNG = r.stream("search")
		first := make([]float64, r.genes())
		for j := range first {
			first[j] = r.limit(x.RNG.NormFloat64())
		}
		if x.ES, err = NewCMAES(first, s.Sigma, s.Batch, r.genes() > diagonalAbove); err != nil {
			return nil, err
		}
		bounds := UniformBounds(r.genes(), -s.GeneLimit, s.GeneLimit)
		x.ES.Low, x.ES.High = bounds.Low, bounds.High
	}
	for r.more() {
		all := make([]*Individual, s.Batch)
		for i := range all {
			all[i] = &Individual{Genome: make([]float64, r.genes())}
			x.ES.Ask(x.RNG, all[i].Genome)
			r.name(all[i])
		}
		tried, err := r.evaluate(ctx, all, true)
		if err != nil {
			return nil, err
		}
		for _, y := range tried {
			if x.Best == nil || y.Fitness > x.Best.Fitness {
				x.Best = y
			}
		}
		if len(tried) == len(all) {
			x.ES.learn(all, rewards(all))
		}
		if x.ES.Stopped() {
			x.ES.Restart(x.Best.Genome)
		}
		snapshot := func() any { return &policySearch{x.ES.clone(), x.RNG.clone(), x.Best} }
		if err := r.report(ctx, nil, snapshot); err != nil {
			return nil, err
		}
	}
	return r.result(ctx)
}

func init() {
	agents.Register(agents.Definition{
		ID: "cma-es", Summary: "CMA-ES: policy search for the reward alone",
		Source: "Hansen, 2016, arXiv 1604.00772", Revision: 2, Presets: presets,
		New: func(e *envs.Environment, preset string) (agents.Algorithm, int, error) {
			s, steps, err := fromPreset("cma-es", e, preset)
			return &CMASearch{s, 6, 0.05}, steps, err
		},
	})
}
