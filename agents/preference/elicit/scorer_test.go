package elicit

import (
	"math"
	"testing"

	"github.com/paretolab/paretolab/pareto"
)

// sphere returns n random points of the positive part of the unit sphere in m dimensions.
func sphere(tb testing.TB, m, n int) *Items {
	tb.Helper()
	rows, err := pareto.UniformWeights(m, n, 7)
	if err != nil {
		tb.Fatal(err)
	}
	for _, r := range rows {
		norm := math.Sqrt(dot(r, r))
		for j := range r {
			r[j] /= norm
		}
	}
	return mustItems(tb, rows)
}

// A question costs no memory after the first.
func TestProposeDoesNotAllocate(t *testing.T) {
	items := sphere(t, 3, 30)
	for _, s := range []Settings{{Question: InfoGain}, {Question: EVOI}, {Question: EUBO}, {Question: Uncertain}, {Question: Volume},
		{Question: InfoGain, Choice: 4}, {Question: EVOI, Choice: 3}, {Question: EVOI, Same: 1}, {Question: Thompson}, {Question: Optimistic},
		{Question: SELM}, {Question: Random}, {Question: EVOI, Utility: "chebyshev"}, {Question: InfoGain, Pairs: 100}} {
		s.Users, s.Beta = 200, 10
		e := mustNew(t, items, s)
		e.Propose()
		if n := testing.AllocsPerRun(5, func() {
			e.prepared, e.proposed = false, nil // as after an answer
			e.Propose()
		}); n != 0 {
			t.Errorf("%+v: a question makes %v allocations", s, n)
		}
	}
}

// Questions to choose among 100 policies, 4950 pairs, with 2000 samples of a user; and among 200 policies with 5000
// of their pairs.
func BenchmarkPropose(b *testing.B) {
	for _, c := range []struct {
		name  string
		items int
		s     Settings
	}{
		{"info-gain/100", 100, Settings{Question: InfoGain}},
		{"evoi/100", 100, Settings{Question: EVOI}},
		{"evoi/100/chebyshev", 100, Settings{Question: EVOI, Utility: "chebyshev"}},
		{"info-gain/200", 200, Settings{Question: InfoGain}},
		{"evoi/200", 200, Settings{Question: EVOI}},
		{"choice-of-4/200", 200, Settings{Question: InfoGain, Choice: 4}},
		{"gp/200", 200, Settings{Question: InfoGain, Utility: "gp"}},
	} {
		b.Run(c.name, func(b *testing.B) {
			c.s.Beta = 10
			e := mustNew(b, sphere(b, 3, c.items), c.s)
			e.Propose()
			b.ReportAllocs()
			for b.Loop() {
				e.prepared, e.proposed = false, nil
				e.Propose()
			}
			b.ReportMetric(b.Elapsed().Seconds()*1e3/float64(b.N), "ms/question")
		})
	}
}

// An answer, the next question and the recommendation, with the reasons that a page shows.
func BenchmarkAnswer(b *testing.B) {
	items := sphere(b, 3, 200)
	w := []float64{0.5, 0.2, 0.3}
	user := NewSimulated(items, func(y []float64) float64 { return dot(w, y) }, 0, nil)
	e := mustNew(b, items, Settings{})
	session(b, e, user, 5)
	for b.Loop() {
		session(b, e, user, 1)
		e.Best()
		e.Undo()
	}
}
