package qd

import (
	"context"
	"fmt"
	"math"

	"github.com/paretolab/paretolab/agents"
	"github.com/paretolab/paretolab/envs"
)

// MOME is MAP-Elites for several objectives: every cell of behaviours keeps a front of returns instead of
// one elite. Returns are undiscounted; hypervolumes are measured from the reference point of the run.
//
// Besides mutation it offers searches by CMA-ES that follow the hypervolume which solutions add to the
// front of their cell.
//
// Source: Pierrot, Richard, Beguir and Cully, "Multi-Objective Quality Diversity Optimization", 2022,
// arXiv 2202.03057; drawing parents by crowding distance: Janmohamed, Pierrot and Cully, 2023,
// arXiv 2302.12668.
type MOME struct {
	Settings
	Population int     `key:"population" symbol:"M" range:">=1" doc:"random policies that are the first members"`
	Variation  string  `key:"variation" range:"gaussian|line|polynomial|cma" doc:"noise on every gene; also a step along the line to another member; polynomial mutation and crossover; or CMA-ES by hypervolume gain" source:"Pierrot et al.: line, polynomial"`
	Mutation   float64 `key:"mutation" symbol:"σ" range:"(0,inf)" doc:"standard deviation of the noise on every gene, and that with which CMA-ES begins"`
	Line       float64 `key:"line" range:">=0" doc:"standard deviation of the step along the line, as a share of the distance"`
	Archive    string  `key:"archive" range:"grid|cvt" doc:"how behaviours are divided: a grid, or the cells of centroids"`
	Centroids  int     `key:"centroids" range:">=1" doc:"cells of cvt"`
	Capacity   int     `key:"capacity" symbol:"P" range:">=1" doc:"members of a cell at most" source:"Pierrot et al."`
	Parents    string  `key:"parents" range:"uniform|crowding" doc:"how a member of a cell is drawn as a parent" source:"crowding: Janmohamed et al."`
	Batch      int     `key:"batch" range:">=2" doc:"policies tried in a generation"`
	Apart      float64 `key:"apart" range:">=0" doc:"distance from which on behaviours are distinct, in columns distinct and distinct_hypervolume, as a share of the diagonal of their space"`
}

var _ agents.Algorithm = (*MOME)(nil)

// Check implements [agents.Algorithm].
func (s *MOME) Check(e *envs.Environment, steps int) error {
	switch s.Variation {
	case "gaussian", "line", "polynomial", "cma":
	default:
		return fmt.Errorf("variation is %q; give gaussian, line, polynomial or cma", s.Variation)
	}
	if s.Capacity < 1 {
		return fmt.Errorf("capacity is %d; give at least 1", s.Capacity)
	}
	if s.Parents != "uniform" && s.Parents != "crowding" {
		return fmt.Errorf("parents is %q; give uniform or crowding", s.Parents)
	}
	if s.Batch < 2 {
		return fmt.Errorf("batch is %d; give at least 2", s.Batch)
	}
	if !(s.Apart >= 0) || math.IsInf(s.Apart, 0) {
		return fmt.Errorf("apart is %v; give a number from 0", s.Apart)
	}
	return s.elites().Check(e, steps)
}

// elites are the settings that MAP-Elites has too.
func (s *MOME) elites() *MAPElites {
	variation := s.Variation
	if variation != "line" {
		variation = "gaussian"
	}
	return &MAPElites{
		Settings: s.Settings, Population: s.Population, Variation: variation, Mutation: s.Mutation, Line: s.Line,
		Archive: s.Archive, Centroids: s.Centroids, Batch: s.Batch,
	}
}

// Train implements [agents.Algorithm].
func (s *MOME) Train(ctx context.Context, p *agents.Problem, rec agents.Recorder) (*agents.PolicySet, error) {
	if err := s.Check(p.Env, p.Steps); err != nil {
		return nil, err
	}
	own := columns{[]string{"moqd_score", "fronts", "distinct", "distinct_hypervolume"}, func(a Archive) ([]float64, error) {
		return a.(*FrontArchive).scores(s.Apart)
	}}
	return illuminate(ctx, p, rec, "mome", &s.Settings, own, func(r *search) (*Scheduler, error) {
		space, err := s.elites().newArchive(r)
		if err != nil {
			return nil, err
		}
		archive, err := NewFrontArchive(r.genes(), space, p.Reference.Point, s.Capacity)
		if err != nil {
			return nil, err
		}
		archive.Crowded = s.Parents == "crowding"
		if err := r.seed(ctx, archive, s.Population); err != nil {
			return nil, err
		}
		emitters, err := s.emitters(r)
		if err != nil {
			return nil, err
		}
		return NewScheduler(archive, r.genes(), r.width(), emitters...)
	})
}

func (s *MOME) emitters(r *search) ([]Emitter, error) {
	switch s.Variation {
	case "cma":
		cma := cmaDefaults()
		cma.Batch = min(cma.Batch, s.Batch)
		cma.Emitters, cma.Sigma = max(1, s.Batch/cma.Batch), s.Mutation
		return cma.emitters(r, CMAEmitter{Rank: ByImprovement, Filter: true})
	case "polynomial":
		return []Emitter{&Polynomial{
			Batch: s.Batch, Eta: 1, Share: 0.5, Crossed: 0.4, Bounds: UniformBounds(r.genes(), -s.GeneLimit, s.GeneLimit), RNG: r.stream("emitter"),
		}}, nil
	}
	return []Emitter{s.elites().emitter(r)}, nil
}

func init() {
	agents.Register(agents.Definition{
		ID: "mome", Summary: "MOME: a Pareto front for every cell of a grid of behaviours",
		Source: "Pierrot et al., 2022, arXiv 2202.03057", Revision: 2, Presets: presets,
		New: func(e *envs.Environment, preset string) (agents.Algorithm, int, error) {
			s, steps, err := fromPreset("mome", e, preset)
			return &MOME{
				Settings: s, Population: 100, Variation: "line", Mutation: 0.05, Line: 0.2, Archive: "grid", Centroids: 1024,
				Capacity: 50, Parents: "uniform", Batch: 100, Apart: 0.1,
			}, steps, err
		},
	})
}
