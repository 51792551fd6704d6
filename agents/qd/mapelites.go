package qd

import (
	"context"
	"fmt"
	"math"

	"github.com/paretolab/paretolab/agents"
	"github.com/paretolab/paretolab/envs"
)

// MAPElites keeps the best policy for each cell of a grid of behaviours and mutates these.
//
// Source: Mouret and Clune, "Illuminating search spaces by mapping elites", 2015, arXiv 1504.04909; the
// variation along lines of Vassiliades and Mouret, 2018, arXiv 1804.03906.
type MAPElites struct {
	Settings
	Population int     `key:"population" symbol:"M" range:">=1" doc:"random policies that are the first elites" source:"SERENE code"`
	Variation  string  `key:"variation" range:"gaussian|line" doc:"noise on every gene, or also a step along the line to another elite"`
	Mutation   float64 `key:"mutation" symbol:"σ" range:"(0,inf)" doc:"standard deviation of the noise on every gene" source:"SERENE code; of line: Vassiliades and Mouret"`
	Line       float64 `key:"line" range:">=0" doc:"standard deviation of the step along the line, as a share of the distance" source:"Vassiliades and Mouret"`
	Archive    string  `key:"archive" range:"grid|cvt" doc:"how behaviours are divided: a grid, or the cells of centroids, for behaviours of many dimensions" source:"Mouret and Clune: grid; Vassiliades et al., 2018, arXiv 1610.05729: cvt"`
	Centroids  int     `key:"centroids" range:">=1" doc:"cells of cvt"`
	Batch      int     `key:"batch" range:">=1" doc:"policies tried in a generation" source:"SERENE code"`
}

var _ agents.Algorithm = (*MAPElites)(nil)

// Check implements [agents.Algorithm].
func (s *MAPElites) Check(e *envs.Environment, steps int) error {
	switch {
	case s.Population < 1:
		return fmt.Errorf("population is %d; give at least 1", s.Population)
	case s.Variation != "gaussian" && s.Variation != "line":
		return fmt.Errorf("variation is %q; give gaussian or line", s.Variation)
	case !(s.Mutation > 0) || math.IsInf(s.Mutation, 0):
		return fmt.Errorf("mutation is %v; give a positive number", s.Mutation)
	case !(s.Line >= 0) || math.IsInf(s.Line, 0):
		return fmt.Errorf("line is %v; give a number from 0", s.Line)
	case s.Batch < 1:
		return fmt.Errorf("batch is %d; give at least 1", s.Batch)
	case s.Archive != "grid" && s.Archive != "cvt":
		return fmt.Errorf("archive is %q; give grid or cvt", s.Archive)
	case s.Centroids < 1 || s.Centroids > 1<<16:
		return fmt.Errorf("centroids is %d; give 1 to %d", s.Centroids, 1<<16)
	}
	return s.Settings.check(e, steps, s.Population, "population")
}

// Train implements [agents.Algorithm].
func (s *MAPElites) Train(ctx context.Context, p *agents.Problem, rec agents.Recorder) (*agents.PolicySet, error) {
	if err := s.Check(p.Env, p.Steps); err != nil {
		return nil, err
	}
	return illuminate(ctx, p, rec, "map-elites", &s.Settings, columns{}, func(r *search) (*Scheduler, error) {
		archive, err := s.newArchive(r)
		if err != nil {
			return nil, err
		}
		// The first elites are random policies.
		if err := r.seed(ctx, archive, s.Population); err != nil {
			return nil, err
		}
		return NewScheduler(archive, r.genes(), r.width(), s.emitter(r))
	})
}

// newArchive returns the empty archive. Centroids are found with 25 samples for each.
func (s *MAPElites) newArchive(r *search) (Archive, error) {
	if s.Archive == "grid" {
		return r.newGrid(CellOptions{})
	}
	centroids, err := Centroids(s.Centroids, 25*s.Centroids, r.grid.Low, r.grid.High, r.stream("centroids"))
	if err != nil {
		return nil, err
	}
	return NewCVTArchive(r.genes(), r.width(), centroids, CellOptions{})
}

func (s *MAPElites) emitter(r *search) Emitter {
	zero, bounds, rng := make([]float64, r.genes()), UniformBounds(r.genes(), -s.GeneLimit, s.GeneLimit), r.stream("emitter")
	if s.Variation == "line" {
		return &IsoLine{Batch: s.Batch, Iso: s.Mutation, Line: s.Line, Start: zero, Bounds: bounds, RNG: rng}
	}
	return &Gaussian{Batch: s.Batch, Sigma: s.Mutation, Start: zero, Bounds: bounds, RNG: rng}
}

func init() {
	agents.Register(agents.Definition{
		ID: "map-elites", Summary: "MAP-Elites: the best policy for every cell of a grid of behaviours",
		Source: "Mouret and Clune, 2015, arXiv 1504.04909", Revision: 2, Presets: presets,
		New: func(e *envs.Environment, preset string) (agents.Algorithm, int, error) {
			s, steps, err := fromPreset("map-elites", e, preset)
			return &MAPElites{Settings: s, Population: 100, Variation: "gaussian", Mutation: 0.05, Line: 0.2, Archive: "grid", Centroids: 1024, Batch: 100}, steps, err
		},
	})
}
