package qd

import (
	"context"
	"fmt"
	"math"

	"github.com/paretolab/paretolab/agents"
	"github.com/paretolab/paretolab/envs"
)

// CMASettings are those of several searches by CMA-ES that share an archive.
type CMASettings struct {
	Emitters   int     `key:"emitters" range:">=1" doc:"searches side by side" source:"pyribs"`
	Batch      int     `key:"batch" symbol:"λ" range:">=2" doc:"policies that each tries in a generation" source:"pyribs"`
	Sigma      float64 `key:"sigma" symbol:"σ0" range:"(0,inf)" doc:"standard deviation that a search begins with" source:"SERENE code"`
	Covariance string  `key:"covariance" range:"auto|full|diagonal" doc:"covariance matrix that is learned; auto: diagonal for more than 100 genes"`
}

// diagonalAbove is the number of genes from which on a full covariance matrix costs more than it learns.
const diagonalAbove = 100

func cmaDefaults() CMASettings {
	return CMASettings{Emitters: 15, Batch: 37, Sigma: 0.5, Covariance: "auto"}
}

func (s *CMASettings) check() error {
	switch {
	case s.Emitters < 1:
		return fmt.Errorf("emitters is %d; give at least 1", s.Emitters)
	case s.Batch < 2:
		return fmt.Errorf("batch is %d; give at least 2", s.Batch)
	case !(s.Sigma > 0) || math.IsInf(s.Sigma, 0):
		return fmt.Errorf("sigma is %v; give a positive number", s.Sigma)
	case s.Covariance != "auto" && s.Covariance != "full" && s.Covariance != "diagonal":
		return fmt.Errorf("covariance is %q; give auto, full or diagonal", s.Covariance)
	}
	return nil
}

// emitters returns the searches, each from a random policy.
func (s *CMASettings) emitters(r *search, rank Ranking, filter, patient bool) ([]Emitter, error) {
	diagonal := s.Covariance == "diagonal" || s.Covariance == "auto" && r.genes() > diagonalAbove
	bounds := UniformBounds(r.genes(), -r.settings.GeneLimit, r.settings.GeneLimit)
	var all []Emitter
	for i := range s.Emitters {
		rng, start := r.stream("emitter", i), make([]float64, r.genes())
		for j := range start {
			start[j] = r.limit(rng.NormFloat64())
		}
		es, err := NewCMAES(start, s.Sigma, s.Batch, diagonal)
		if err != nil {
			return nil, err
		}
		es.Low, es.High = bounds.Low, bounds.High
		all = append(all, &CMAEmitter{Rank: rank, Filter: filter, Patient: patient, ES: es, RNG: rng})
	}
	return all, nil
}

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
	var scheduler *Scheduler
	r, resumed, err := start(p, rec, "cma-me", &s.Settings, &scheduler)
	if err != nil {
		return nil, err
	}
	if !resumed {
		archive, err := r.newGrid(CellOptions{})
		if err != nil {
			return nil, err
		}
		emitters, err := s.emitters(r, Ranking(s.Rank), true, false)
		if err != nil {
			return nil, err
		}
		if scheduler, err = NewScheduler(archive, r.genes(), r.width(), emitters...); err != nil {
			return nil, err
		}
	}
	return r.illuminate(ctx, scheduler)
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
