package pareto

import (
	"fmt"
	"testing"
)

func BenchmarkHypervolume(b *testing.B) {
	for _, s := range []shape{
		{"linear", 100, 2, 1}, {"linear", 10000, 2, 1},
		{"linear", 100, 3, 1}, {"linear", 1000, 3, 1}, {"linear", 100000, 3, 1},
		{"linear", 100, 4, 1}, {"morl", 100, 4, 1}, {"linear", 1000, 4, 1}, {"morl", 1000, 4, 1},
		{"linear", 100, 5, 1}, {"morl", 100, 5, 1}, {"linear", 200, 5, 1},
		{"morl", 64, 6, 1}, {"linear", 100, 6, 1}, {"morl", 100, 6, 1}, {"linear", 200, 6, 1}, {"morl", 200, 6, 1},
		{"linear", 100, 7, 1}, {"invconcave", 100, 7, 1}, {"morl", 100, 7, 1}, {"morl", 200, 7, 1},
		{"linear", 100, 8, 1}, {"morl", 100, 8, 1}, {"morl", 200, 8, 1},
		{"linear", 50, 9, 1}, {"morl", 50, 9, 1}, {"morl", 100, 9, 1}, {"invconcave", 100, 9, 1}, {"morl", 200, 9, 1},
	} {
		b.Run(fmt.Sprintf("%s/m=%d/n=%d", s.Shape, s.M, s.N), func(b *testing.B) {
			f := s.minimised(b)
			ref := make([]float64, s.M)
			if s.Shape != "morl" {
				for j := range ref {
					ref[j] = 1
				}
			}
			o := directions(b, "min", s.M)
			var w Workspace
			b.ReportAllocs()
			for b.Loop() {
				if _, err := w.Hypervolume(f, ref, o); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(s.N)*float64(b.N)/b.Elapsed().Seconds(), "points/s")
		})
	}
}

func BenchmarkNonDominated(b *testing.B) {
	for _, s := range []shape{
		{"linear", 200, 2, 1}, {"cube", 10000, 2, 1}, {"linear", 200, 3, 1}, {"linear", 10000, 3, 1}, {"cube", 10000, 3, 1},
		{"linear", 200, 4, 1}, {"linear", 10000, 4, 1}, {"cube", 10000, 4, 1},
		{"morl", 200, 6, 1}, {"linear", 10000, 6, 1}, {"cube", 10000, 6, 1},
		{"morl", 200, 9, 1}, {"linear", 10000, 9, 1}, {"cube", 10000, 9, 1},
	} {
		b.Run(fmt.Sprintf("%s/m=%d/n=%d", s.Shape, s.M, s.N), func(b *testing.B) {
			f, o := s.minimised(b), directions(b, "min", s.M)
			for b.Loop() {
				if _, err := NonDominated(f, o); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(s.N)*float64(b.N)/b.Elapsed().Seconds(), "points/s")
		})
	}
}

func BenchmarkIndicators(b *testing.B) {
	s, z := shape{"morl", 200, 3, 1}.rows(b), shape{"morl", 1000, 3, 2}.rows(b)
	w := Lattice(3, 20)
	for _, c := range []struct {
		name    string
		measure func() (float64, error)
	}{
		{"IGD", func() (float64, error) { return IGD(s, z) }},
		{"IGD+", func() (float64, error) { return IGDPlus(s, z) }},
		{"additive ε", func() (float64, error) { return EpsAdditive(s, z) }},
		{"expected utility", func() (float64, error) { return ExpectedUtility(s, w) }},
	} {
		b.Run(fmt.Sprintf("%s/m=%d/n=%d", c.name, s.M, s.Len()), func(b *testing.B) {
			for b.Loop() {
				if _, err := c.measure(); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(s.Len())*float64(b.N)/b.Elapsed().Seconds(), "points/s")
		})
	}
}
