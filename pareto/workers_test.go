package pareto

import (
	"fmt"
	"slices"
	"testing"
	"time"
)

func TestContributionsAreTheSameForAnyNumberOfWorkers(t *testing.T) {
	for _, s := range []shape{{"linear", 300, 4, 4}, {"ties", 300, 4, 5}, {"linear", 120, 5, 2}, {"morl", 60, 8, 1}, {"ties", 60, 7, 3}, {"morl", 24, 10, 1}} {
		f, ref := s.rows(t), make([]float64, s.M)
		for _, counted := range []bool{false, true} {
			var w Workspace
			c, err := w.Contributions(f, ref, Options{CountDominated: counted})
			if err != nil {
				t.Fatal(err)
			}
			want := bitsOf(c)
			for _, workers := range []int{1, 2, 7} {
				for range 2 {
					got, err := w.Contributions(f, ref, Options{CountDominated: counted, Workers: workers})
					if err != nil || !slices.Equal(bitsOf(got), want) {
						t.Errorf("%v, %d workers, dominated rows counted %v: other bits (%v)", s, workers, counted, err)
					}
				}
			}
		}
	}
}

// BenchmarkWorkers reports how many times faster two workers are than one, by the clock: the least times of calls
// that alternate, since other work on the machine only adds to them. It needs two free processors.
func BenchmarkWorkers(b *testing.B) {
	contributions := func(w *Workspace, f Front, ref []float64, o Options) error {
		_, err := w.Contributions(f, ref, o)
		return err
	}
	hypervolume := func(w *Workspace, f Front, ref []float64, o Options) error {
		_, err := w.Hypervolume(f, ref, o)
		return err
	}
	for _, c := range []struct {
		op   string
		call func(*Workspace, Front, []float64, Options) error
		shape
	}{
		{"hypervolume", hypervolume, shape{"linear", 8000, 4, 1}},
		{"hypervolume", hypervolume, shape{"linear", 10_900, 4, 1}}, // nearly the most that have ranks
		{"hypervolume", hypervolume, shape{"invconcave", 10_900, 4, 1}},
		{"hypervolume", hypervolume, shape{"linear", 12_000, 4, 1}},
		{"hypervolume", hypervolume, shape{"linear", 20_000, 4, 1}},
		{"hypervolume", hypervolume, shape{"linear", 5000, 5, 1}},
		{"hypervolume", hypervolume, shape{"linear", 8000, 5, 1}}, // nearly the most that have ranks
		{"hypervolume", hypervolume, shape{"linear", 9000, 5, 1}},
		{"hypervolume", hypervolume, shape{"linear", 1500, 6, 1}},
		{"hypervolume", hypervolume, shape{"linear", 500, 7, 1}},
		{"hypervolume", hypervolume, shape{"linear", 300, 8, 1}},
		{"hypervolume", hypervolume, shape{"linear", 150, 9, 1}},
		{"hypervolume", hypervolume, shape{"morl", 300, 9, 1}},
		{"hypervolume", hypervolume, shape{"morl", 130, 10, 1}},
		{"contributions", contributions, shape{"linear", 2500, 4, 1}},
		{"contributions", contributions, shape{"linear", 1200, 5, 1}},
		{"contributions", contributions, shape{"morl", 700, 6, 1}},
		{"contributions", contributions, shape{"linear", 70, 9, 1}},
		{"contributions", contributions, shape{"morl", 100, 9, 1}},
		{"contributions", contributions, shape{"morl", 65, 10, 1}},
	} {
		b.Run(fmt.Sprintf("%s/%s/m=%d/n=%d", c.op, c.Shape, c.M, c.N), func(b *testing.B) {
			f, ref := c.rows(b), make([]float64, c.M)
			var w Workspace
			least := [2]time.Duration{time.Hour, time.Hour}
			for b.Loop() {
				for k := range least {
					start := time.Now()
					if err := c.call(&w, f, ref, Options{Workers: k + 1}); err != nil {
						b.Fatal(err)
					}
					least[k] = min(least[k], time.Since(start))
				}
			}
			b.ReportMetric(least[0].Seconds()*1e3, "ms/one")
			b.ReportMetric(least[0].Seconds()/least[1].Seconds(), "times/two")
		})
	}
}
