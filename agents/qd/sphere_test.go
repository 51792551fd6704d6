package qd_test

import (
	"fmt"
	"testing"

	"github.com/paretolab/paretolab/agents/qd"
	"github.com/paretolab/paretolab/agents/qd/problems"
)

func sphere(t testing.TB, algorithm string, genes int) *problems.SphereSearch {
	t.Helper()
	s, err := problems.NewSphereSearch(algorithm, genes, 1)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func rounds(t testing.TB, s *problems.SphereSearch, n int) {
	t.Helper()
	for range n {
		if err := s.Round(); err != nil {
			t.Fatal(err)
		}
	}
}

// TestSphere: coverage grows as the peer's does after 100 of its rounds. Bounds are wide: the full table
// of 300 and 1000 rounds is in experiments/results/qd.
func TestSphere(t *testing.T) {
	for _, c := range []struct {
		algorithm     string
		coverage, max float64
	}{{"gaussian", .35, 99}, {"line", .45, 99}, {"cma-me", .5, 99}, {"cma-mae", .3, 98}} {
		s := sphere(t, c.algorithm, 20)
		rounds(t, s, 100)
		got := s.Elites.(*qd.GridArchive).Stats()
		t.Logf("%s: %+v", c.algorithm, got)
		if got.Coverage < c.coverage || got.Best < c.max {
			t.Errorf("%s: coverage %v and best %v after 100 rounds, want %v and %v", c.algorithm, got.Coverage, got.Best, c.coverage, c.max)
		}
	}
}

func TestSchedulerAllocatesNothing(t *testing.T) {
	for _, algorithm := range problems.SphereAlgorithms() {
		s := sphere(t, algorithm, 10)
		rounds(t, s, 60)
		for _, a := range []qd.Archive{s.Archive, s.Elites} { // room for all elites, so that growth does not count
			m := &a.(*qd.GridArchive).Cells
			m.Solutions, m.Objectives = append(make([]float64, 0, 10*10000), m.Solutions...), append(make([]float64, 0, 10000), m.Objectives...)
			m.Descriptors, m.Cell = append(make([]float64, 0, 20000), m.Descriptors...), append(make([]int32, 0, 10000), m.Cell...)
			m.IDs = append(make([]int, 0, 10000), m.IDs...)
		}
		if n := testing.AllocsPerRun(20, func() { rounds(t, s, 1) }); n > 0 {
			t.Errorf("%s: a round allocates %v times", algorithm, n)
		}
	}
}

func BenchmarkSphere(b *testing.B) {
	for _, algorithm := range problems.SphereAlgorithms() {
		for _, genes := range []int{20, 100} {
			b.Run(fmt.Sprintf("%s/%d", algorithm, genes), func(b *testing.B) {
				s := sphere(b, algorithm, genes)
				for b.Loop() {
					rounds(b, s, 1)
				}
				b.ReportMetric(float64(b.N*problems.SphereBatch)/b.Elapsed().Seconds(), "evaluations/s")
			})
		}
	}
}
