package qd

import (
	"bytes"
	"encoding/gob"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"
)

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

// TestOneByOne: the emitter of which the fewest solutions entered proposes, of several the first; one of which
// none entered counts from 0 again.
func TestOneByOne(t *testing.T) {
	a := archives(t)["grid"]
	var emitters []Emitter
	for i := range 3 {
		emitters = append(emitters, &Gaussian{Batch: 2 + i, Start: make([]float64, 2), RNG: NewRandom(1, "emitter", i)})
	}
	s, err := NewScheduler(a, 2, 2, emitters...)
	if err != nil {
		t.Fatal(err)
	}
	s.OneByOne = true
	full := &Batch{Genes: 2, Width: 2}
	full.Resize(1)
	copy(full.Descriptors, []float64{-1, -1})
	if err := a.Add(full); err != nil {
		t.Fatal(err)
	}
	cell := 0
	for round, c := range []struct{ emitter, enter int }{
		{0, 2}, {1, 1}, {2, 4}, {1, 3}, {0, 1}, {0, 0}, {0, 1}, {0, 2}, {0, 2}, {1, 0},
	} {
		b := s.Ask()
		if b.Len() != 2+c.emitter {
			t.Fatalf("round %d: %d solutions, want those of emitter %d", round, b.Len(), c.emitter)
		}
		for i := range b.Len() {
			b.Objective[i] = -1 // enters an empty cell, not that of the member with 0
			x := b.Descriptor(i)
			x[0], x[1] = -1, -1
			if i < c.enter {
				cell++
				x[0], x[1] = float64(cell%7)*2/7-0.9, float64(cell/7)*2/5-0.9
			}
		}
		if err := s.Tell(); err != nil {
			t.Fatal(err)
		}
	}
	if !slices.Equal(s.Entered, []int{5, 0, 4}) {
		t.Errorf("%v solutions entered", s.Entered)
	}
}
