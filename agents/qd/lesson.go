package qd

import (
	"math"
	"slices"

	"github.com/paretolab/paretolab/pareto"
)

// lesson is what a training of the encoder came to.
type lesson struct {
	Evaluations int     // of the run before it
	Views       int     // trained on, those held back included
	Learning            // NaN where the encoder does not learn
	Error       float64 // mean squared error per pixel of the views of the archive and the population
	Correlation float64 // of the distances of pairs of individuals in the learned space and in the ground truth
}

// sample is the last view of an individual and what the encoder made of it.
type sample struct {
	Training    int
	ID          int
	Error       float64 // mean squared error per pixel
	View, Drawn []byte
}

const (
	sampledPairs = 64 // individuals whose distances are compared, each with each
	sampledViews = 6  // of a training
)

// examine measures the encoder that was trained last on individuals that it describes now, and keeps
// samples of its drawings: of the trainings 1, 2, 4, 8, … and of the last.
func (l *representation) examine(evaluations int, all []*Individual) {
	last := &l.Lessons[len(l.Lessons)-1]
	last.Evaluations = evaluations
	learned, truth := pairDistances(evenly(all, sampledPairs))
	last.Correlation = correlation(learned, truth)
	l.Samples = slices.DeleteFunc(slices.Clone(l.Samples), func(s sample) bool { return s.Training&(s.Training-1) != 0 })
	sum := 0.0
	for _, x := range all {
		sum += x.surprise / float64(len(x.Views)/l.pixels)
	}
	last.Error = sum / float64(len(all))
	for _, x := range evenly(all, sampledViews) {
		view := x.Views[len(x.Views)-l.pixels:]
		l.Samples = append(l.Samples, sample{l.Trainings, x.ID, l.failure([][]byte{view}), view, l.encoder().Draw(view)})
	}
}

// correlation is Pearson's; NaN if one of the lists is constant.
func correlation(x, y []float64) float64 {
	points := pareto.Front{M: 2}
	for i := range x {
		points.X = append(points.X, x[i], y[i])
	}
	if r, err := pareto.Correlation(points); err == nil {
		return r[0][1]
	}
	return math.NaN()
}

// evenly returns up to n individuals at equal distances in their list, the first and the last included.
func evenly(all []*Individual, n int) []*Individual {
	if len(all) <= n {
		return all
	}
	some := make([]*Individual, n)
	for i := range some {
		some[i] = all[i*(len(all)-1)/(n-1)]
	}
	return some
}

// pairDistances returns the distances of every pair in the learned space and in the ground truth.
func pairDistances(all []*Individual) (learned, truth []float64) {
	for i, x := range all {
		for _, y := range all[:i] {
			learned, truth = append(learned, distance(x.latent, y.latent)), append(truth, distance(x.Descriptor, y.Descriptor))
		}
	}
	return learned, truth
}
