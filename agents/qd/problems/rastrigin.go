package problems

import (
	"fmt"
	"math"

	"github.com/paretolab/paretolab/agents/qd"
)

// The box of solutions of [Rastrigin], and the optima of its two objectives along every gene.
const (
	rastriginLow, rastriginHigh = -2.0, 4.0
	rastriginNear, rastriginFar = 0.0, 2.2
)

// Rastrigin writes two objectives to be maximised, −(10·n + Σ((x − o)² − 10·cos 2π(x − o))) with the optima
// o = 0 and 2.2 along all n genes, which lie in [−2, 4], and the descriptor: the first two genes.
//
// Source: the example of MOME in QDax (Pierrot, Richard, Beguir and Cully, 2022, arXiv 2202.03057).
func Rastrigin(x, values, descriptor []float64) {
	for j, optimum := range [2]float64{rastriginNear, rastriginFar} {
		sum := 10 * float64(len(x))
		for _, v := range x {
			d := v - optimum
			sum += d*d - 10*math.Cos(2*math.Pi*d)
		}
		values[j] = -sum
	}
	copy(descriptor, x[:2])
}

// RastriginSearch is MOME on [Rastrigin] with the settings of the example in QDax: batches of 100 of which a share
// comes from crossover, the rest from polynomial mutation (η 1), both of half of the genes, in cells of 50 members.
// The first round is random.
//
// The reference point of the example, (−150, −150), is of no use with 100 genes, where random solutions
// have about −1400 in both objectives; no value is below −3770, so that (−4000, −4000) lies below all.
type RastriginSearch struct {
	*qd.Scheduler
	Fronts *qd.FrontArchive
}

// NewRastriginSearch returns a search with so many cells around centroids of the first two genes. crossed is the
// share of crossover: the example takes 1, whereby no gene ever gets a value that the first round has not drawn.
func NewRastriginSearch(genes, cells int, crossed float64, seed uint64) (*RastriginSearch, error) {
	if genes < 2 {
		return nil, fmt.Errorf("problems: Rastrigin's functions of %d genes; give at least 2, which are the descriptor", genes)
	}
	low, high := []float64{rastriginLow, rastriginLow}, []float64{rastriginHigh, rastriginHigh}
	centroids, err := qd.Centroids(cells, 400*cells, low, high, qd.NewRandom(seed, "centroids"))
	if err != nil {
		return nil, err
	}
	space, err := qd.NewCVTArchive(genes, 2, centroids, qd.CellOptions{})
	if err != nil {
		return nil, err
	}
	fronts, err := qd.NewFrontArchive(genes, space, []float64{-4000, -4000}, 50)
	if err != nil {
		return nil, err
	}
	s, err := qd.NewScheduler(fronts, genes, 2, &qd.Polynomial{
		Batch: 100, Eta: 1, Share: 0.5, Crossed: crossed, Bounds: qd.UniformBounds(genes, rastriginLow, rastriginHigh), RNG: qd.NewRandom(seed, "emitter"),
	})
	if err != nil {
		return nil, err
	}
	return &RastriginSearch{s, fronts}, nil
}

// Round asks for a batch, evaluates it and tells what came out.
func (s *RastriginSearch) Round() error {
	b := s.Ask()
	for i := range b.Len() {
		Rastrigin(b.Solution(i), b.Values[i*b.M:][:b.M], b.Descriptor(i))
		b.Objective[i] = b.Values[i*b.M]
	}
	return s.Tell()
}
