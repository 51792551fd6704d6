package cli

import (
	"context"
	"math/rand/v2"

	"github.com/paretolab/paretolab/agents"
	"github.com/paretolab/paretolab/agents/qd"
	"github.com/paretolab/paretolab/agents/qd/problems"
)

// searchTask is a part of quality diversity whose speed is measured.
type searchTask struct {
	name, doc string
	unit      string  // evaluation, query or step
	goal      float64 // units per second of one core
	// begin prepares a sample on so many workers and returns its work, which tells how many units it did.
	begin  func(ctx context.Context, workers int) (work func() (int, error), err error)
	shared bool // workers share the work
}

// unitsOf are the plurals of units.
var unitsOf = map[string]string{"evaluation": "evaluations", "query": "queries", "step": "steps"}

var searchTasks = []searchTask{
	{"gaussian-20", "MAP-Elites on the sphere of 20 genes: grid, 15 × 37 mutations a round", "evaluation", 3e6, sphereWork("gaussian", 20, 1000), false},
	{"line-20", "the same with variation along lines", "evaluation", 2e6, sphereWork("line", 20, 1000), false},
	{"cma-me-20", "CMA-ME, 15 × 37 samples a round", "evaluation", 5e5, sphereWork("cma-me", 20, 300), false},
	{"cma-mae-20", "CMA-MAE", "evaluation", 5e5, sphereWork("cma-mae", 20, 300), false},
	{"gaussian-100", "MAP-Elites with 100 genes", "evaluation", 6e5, sphereWork("gaussian", 100, 1000), false},
	{"cma-me-100", "CMA-ME with 100 genes", "evaluation", 1e5, sphereWork("cma-me", 100, 300), false},
	{"cvt-20", "MAP-Elites in the cells of 10 000 centroids", "evaluation", 1e6, centroidsWork, false},
	{"neighbours-1000x2", "novelty by 15 nearest of 1000 points in 2 dimensions", "query", 3e5, neighboursWork(1000, 2), false},
	{"neighbours-6000x2", "of 6000 points in 2 dimensions", "query", 3e5, neighboursWork(6000, 2), false},
	{"neighbours-6000x10", "of 6000 points in 10 dimensions", "query", 4e4, neighboursWork(6000, 10), false},
	{"arm", "redundant-arm-v0 under random policies", "evaluation", 3e3, episodesWork("redundant-arm-v0", 1000, 0), true},
	{"arm-views", "the same with a view of 32 × 32 pixels each", "evaluation", 2e3, episodesWork("redundant-arm-v0", 1000, 32), true},
	{"maze", "hard-maze-v0 under random policies", "step", 1e6, episodesWork("hard-maze-v0", 200, 0), true},
	{"curling", "curling-v0 under random policies", "evaluation", 2e3, episodesWork("curling-v0", 400, 0), true},
}

// sphereWork is so many rounds of a search on the sphere, after three that warm it up.
func sphereWork(algorithm string, genes, rounds int) func(context.Context, int) (func() (int, error), error) {
	return func(ctx context.Context, _ int) (func() (int, error), error) {
		s, err := problems.NewSphereSearch(algorithm, genes, 1)
		if err != nil {
			return nil, err
		}
		return searchWork(ctx, s, rounds)
	}
}

// centroidsWork is the same among centroids.
func centroidsWork(ctx context.Context, _ int) (func() (int, error), error) {
	const genes, cells = 20, 10_000
	rng, reach := rand.New(rand.NewPCG(1, 0)), problems.SphereRange(genes)
	centroids := make([]float64, 2*cells)
	for i := range centroids {
		centroids[i] = reach * (2*rng.Float64() - 1)
	}
	s, err := problems.NewSphereCVTSearch(genes, centroids, 1)
	if err != nil {
		return nil, err
	}
	return searchWork(ctx, s, 1000)
}

func searchWork(ctx context.Context, s *problems.SphereSearch, rounds int) (func() (int, error), error) {
	for range 3 {
		if err := s.Round(); err != nil {
			return nil, err
		}
	}
	return func() (int, error) {
		for range rounds {
			if err := ctx.Err(); err != nil {
				return 0, err
			}
			if err := s.Round(); err != nil {
				return 0, err
			}
		}
		return rounds * problems.SphereBatch, nil
	}, nil
}

// neighboursWork measures the novelty of 6000 uniform points among others.
func neighboursWork(points, dimensions int) func(context.Context, int) (func() (int, error), error) {
	return func(context.Context, int) (func() (int, error), error) {
		const queries, k = 6000, 15
		rng := rand.New(rand.NewPCG(1, 0))
		draw := func(n int) []float64 {
			x := make([]float64, n*dimensions)
			for i := range x {
				x[i] = rng.Float64()
			}
			return x
		}
		s, asked := qd.NewNeighbours(draw(points), dimensions), draw(queries)
		near := make([]qd.Neighbour, 0, k+1)
		return func() (int, error) {
			for i := range queries {
				_, near = qd.Novelty(s, asked[i*dimensions:][:dimensions], k, false, near)
			}
			return queries, nil
		}, nil
	}
}

// episodesWork tries so many random policies in an environment, each viewed at the end if views have size
// pixels along each side. The maze counts steps.
func episodesWork(id string, individuals, size int) func(context.Context, int) (func() (int, error), error) {
	return func(ctx context.Context, workers int) (func() (int, error), error) {
		e, err := makeEnvironment(id, nil)
		if err != nil {
			return nil, err
		}
		settings := qd.Settings{Hidden: []int{5, 5}}
		if id == "curling-v0" {
			settings.Hidden = append(settings.Hidden, 5)
		}
		v := qd.NewEvaluator(&agents.Problem{Env: e, Pool: agents.NewPool(workers)}, &settings)
		v.Rounded = true
		if size > 0 {
			v.Look(1, size, 0)
		}
		rng, all := qd.NewRandom(1, "bench"), make([]*qd.Individual, individuals)
		for i := range all {
			all[i] = &qd.Individual{ID: i, Genome: make([]float64, v.Network.Genes())}
			for j := range all[i].Genome {
				all[i].Genome[j] = rng.NormFloat64()
			}
		}
		if err := v.Evaluate(ctx, all[:workers]); err != nil { // warms up
			return nil, err
		}
		return func() (int, error) {
			if err := v.Evaluate(ctx, all); err != nil {
				return 0, err
			}
			if id != "hard-maze-v0" {
				return len(all), nil
			}
			steps := 0
			for _, x := range all {
				steps += x.Steps
			}
			return steps, nil
		}, nil
	}
}
