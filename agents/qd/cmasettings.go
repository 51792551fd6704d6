package qd

import (
	"fmt"
	"math"
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

// scheduler returns the searches, each like the given one, over an empty grid.
func (s *CMASettings) scheduler(r *search, cells CellOptions, like CMAEmitter) (*Scheduler, error) {
	archive, err := r.newGrid(cells)
	if err != nil {
		return nil, err
	}
	emitters, err := s.emitters(r, like)
	if err != nil {
		return nil, err
	}
	return NewScheduler(archive, r.genes(), r.width(), emitters...)
}

// emitters returns the searches, each like the given one, from a random policy.
func (s *CMASettings) emitters(r *search, like CMAEmitter) ([]Emitter, error) {
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
		e := like
		e.ES, e.RNG = es, rng
		all = append(all, &e)
	}
	return all, nil
}
