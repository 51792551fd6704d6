package qd

import (
	"bytes"
	"encoding/gob"
	"fmt"
	"math"
	"reflect"
	"strings"
	"testing"
)

// evaluateSphere is the linear projection benchmark: f = 100·(1 − Σ(x − 2.048)²/w) with w the worst
// value of the box ±5.12, and as descriptor the sums over the two halves of the genes, of which x is
// 5.12/x outside the box.
func evaluateSphere(b *Batch) {
	n := b.Genes
	worst := float64(n) * (5.12 + 2.048) * (5.12 + 2.048)
	for i := range b.Len() {
		d := b.Descriptor(i)
		d[0], d[1] = 0, 0
		sum := 0.0
		for j, x := range b.Solution(i) {
			sum += (x - 2.048) * (x - 2.048)
			if math.Abs(x) > 5.12 {
				x = 5.12 / x
			}
			d[min(2*j/n, 1)] += x
		}
		b.Objective[i] = 100 * (1 - sum/worst)
	}
}

// sphereRun is a run of the benchmark: 15 emitters with a batch of 37 on a grid of 100 × 100.
func sphereRun(t testing.TB, kind string, n int, seed uint64) *Scheduler {
	t.Helper()
	half := 2.56 * float64(n)
	o := CellOptions{}
	if kind == "cma-mae" {
		o.LearningRate = 0.01
	}
	a, err := NewGridArchive(n, []int{100, 100}, []float64{-half, -half}, []float64{half, half}, o)
	if err != nil {
		t.Fatal(err)
	}
	var emitters []Emitter
	for i := range 15 {
		rng, start := NewRandom(seed, "emitter", i), make([]float64, n)
		switch kind {
		case "gaussian":
			emitters = append(emitters, &Gaussian{Batch: 37, Sigma: 0.5, Start: start, RNG: rng})
		case "line":
			emitters = append(emitters, &IsoLine{Batch: 37, Iso: 0.1, Line: 0.2, Start: start, RNG: rng})
		default:
			es, err := NewCMAES(start, 0.5, 37, false)
			if err != nil {
				t.Fatal(err)
			}
			e := &CMAEmitter{Rank: ByImprovement, Filter: true, ES: es, RNG: rng}
			if kind == "cma-mae" {
				e.Rank, e.Filter, e.Patient = ByValue, false, true
			}
			emitters = append(emitters, e)
		}
	}
	s, err := NewScheduler(a, n, 2, emitters...)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func rounds(t testing.TB, s *Scheduler, n int) {
	t.Helper()
	for range n {
		evaluateSphere(s.Ask())
		if err := s.Tell(); err != nil {
			t.Fatal(err)
		}
	}
}

// TestSphere: coverage grows as the peer's does after 100 of its rounds. Bounds are wide: the full table
// of 300 and 1000 rounds is an experiment.
func TestSphere(t *testing.T) {
	for _, c := range []struct {
		kind          string
		coverage, max float64
	}{{"gaussian", .35, 99}, {"line", .45, 99}, {"cma-me", .5, 99}, {"cma-mae", .3, 98}} {
		s := sphereRun(t, c.kind, 20, 1)
		rounds(t, s, 100)
		got := s.Archive.(*GridArchive).Stats()
		t.Logf("%s: %+v", c.kind, got)
		if got.Coverage < c.coverage || got.Best < c.max {
			t.Errorf("%s: coverage %v and best %v after 100 rounds, want %v and %v", c.kind, got.Coverage, got.Best, c.coverage, c.max)
		}
	}
}

// TestAnyEmitterWithAnyArchive, and a saved pair goes on the same.
func TestAnyEmitterWithAnyArchive(t *testing.T) {
	for name := range archives(t) {
		for _, kind := range []string{"gaussian", "line", "improvement", "value", "objective", "direction", "novelty"} {
			a := archives(t)[name]
			rng := NewRandom(1, "emitter")
			var e Emitter
			switch kind {
			case "gaussian":
				e = &Gaussian{Batch: 10, Sigma: 0.1, Start: make([]float64, 2), Bounds: UniformBounds(2, -1, 1), RNG: rng}
			case "line":
				e = &IsoLine{Batch: 10, Iso: 0.05, Line: 0.2, Start: make([]float64, 2), Bounds: UniformBounds(2, -1, 1), RNG: rng}
			default:
				es, err := NewCMAES(make([]float64, 2), 0.2, 10, false)
				if err != nil {
					t.Fatal(err)
				}
				es.Low, es.High = []float64{-1, -1}, []float64{1, 1}
				e = &CMAEmitter{Rank: Ranking(kind), Filter: kind == "improvement", ES: es, RNG: rng}
			}
			s, err := NewScheduler(a, 2, 2, e)
			if kind == "novelty" && name != "threshold" {
				if err == nil || !strings.Contains(err.Error(), "novelty") {
					t.Errorf("%s with %s: error %v", kind, name, err)
				}
				continue
			}
			if err != nil {
				t.Fatal(err)
			}
			run := func(s *Scheduler, n int) {
				for range n {
					b := s.Ask()
					for i := range b.Len() {
						for _, x := range b.Solution(i) {
							if !(math.Abs(x) <= 1) {
								t.Fatalf("%s with %s: gene %v is outside its bounds", kind, name, x)
							}
						}
						copy(b.Descriptor(i), b.Solution(i))
						b.Objective[i] = -dot(b.Solution(i), b.Solution(i))
					}
					if err := s.Tell(); err != nil {
						t.Fatal(err)
					}
				}
			}
			run(s, 30)
			if a.Len() < 2 {
				t.Errorf("%s with %s: %d members", kind, name, a.Len())
			}
			var saved bytes.Buffer
			if err := gob.NewEncoder(&saved).Encode(s); err != nil {
				t.Fatal(err)
			}
			var again Scheduler
			if err := gob.NewDecoder(&saved).Decode(&again); err != nil {
				t.Fatal(err)
			}
			run(s, 10)
			run(&again, 10)
			if !reflect.DeepEqual(s.Batch, again.Batch) || a.Len() != again.Archive.Len() {
				t.Errorf("%s with %s: a saved scheduler goes on otherwise", kind, name)
			}
		}
	}
}

func TestBadEmitters(t *testing.T) {
	a := archives(t)["grid"]
	es, err := NewCMAES(make([]float64, 3), 1, 0, false)
	if err != nil {
		t.Fatal(err)
	}
	rng := NewRandom(1, "e")
	for _, c := range []struct {
		e   Emitter
		say string
	}{
		{&Gaussian{Start: make([]float64, 2)}, "batch of 0"},
		{&Gaussian{Batch: 1, Start: make([]float64, 3)}, "begins with 3 genes"},
		{&Gaussian{Batch: 1, Start: make([]float64, 2), Sigma: math.NaN()}, "standard deviation NaN"},
		{&IsoLine{Batch: 1, Start: make([]float64, 2), Bounds: UniformBounds(2, 1, -1)}, "the smaller first"},
		{&CMAEmitter{Rank: ByValue, ES: es, RNG: rng}, "of 3 genes"},
		{&CMAEmitter{}, "needs a strategy"},
	} {
		if _, err := NewScheduler(a, 2, 2, c.e); err == nil || !strings.Contains(err.Error(), c.say) {
			t.Errorf("error %v, want %q", err, c.say)
		}
	}
	if _, err := NewScheduler(a, 2, 2); err == nil {
		t.Error("no emitters are taken")
	}
}

func TestSchedulerAllocatesNothing(t *testing.T) {
	for _, kind := range []string{"gaussian", "line", "cma-me", "cma-mae"} {
		s := sphereRun(t, kind, 10, 1)
		rounds(t, s, 60)
		// Room for all elites, so that growth does not count.
		m := &s.Archive.(*GridArchive).Cells
		m.Solutions, m.Objectives = append(make([]float64, 0, 10*10000), m.Solutions...), append(make([]float64, 0, 10000), m.Objectives...)
		m.Descriptors, m.Cell = append(make([]float64, 0, 20000), m.Descriptors...), append(make([]int32, 0, 10000), m.Cell...)
		if n := testing.AllocsPerRun(20, func() { rounds(t, s, 1) }); n > 0 {
			t.Errorf("%s: a round allocates %v times", kind, n)
		}
	}
}

func BenchmarkSphere(b *testing.B) {
	for _, kind := range []string{"gaussian", "line", "cma-me", "cma-mae"} {
		for _, n := range []int{20, 100} {
			b.Run(fmt.Sprintf("%s/%d", kind, n), func(b *testing.B) {
				s := sphereRun(b, kind, n, 1)
				for b.Loop() {
					rounds(b, s, 1)
				}
				b.ReportMetric(float64(b.N*555)/b.Elapsed().Seconds(), "evaluations/s")
			})
		}
	}
}
