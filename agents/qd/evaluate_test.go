package qd

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/paretolab/paretolab/agents"
)

// controllers are whole episodes that were recorded under a policy network.
type controllers struct {
	Tolerance   float64
	Controllers []struct {
		Genome     []float64
		Length     int
		End        []float64 // arm
		Descriptor []float64 // maze
		Final      []float64 // curling: the last observation
		Reward     float64
		Area       int
	}
}

// TestControllersGolden: whole episodes end where the originals do.
func TestControllersGolden(t *testing.T) {
	for _, c := range []struct {
		file, env string
		hidden    []int
	}{{"arm.json", "redundant-arm-v0", []int{5, 5}}, {"maze.json", "hard-maze-v0", []int{5, 5}}, {"curling.json", "curling-v0", []int{5, 5, 5}}} {
		b, err := os.ReadFile(filepath.Join("testdata", c.file))
		if err != nil {
			t.Fatal(err)
		}
		var file controllers
		if err := json.Unmarshal(b, &file); err != nil {
			t.Fatal(err)
		}
		if len(file.Controllers) == 0 {
			t.Fatalf("%s: no controllers", c.file)
		}
		e := environment(t, c.env)
		s := defaults(e, 1)
		if fmt.Sprint(s.Hidden) != fmt.Sprint(c.hidden) {
			t.Errorf("%s has hidden layers %v", c.env, s.Hidden)
		}
		v := NewEvaluator(&agents.Problem{Env: e, Pool: agents.NewPool(2)}, &s)
		var all []*Individual
		for i, want := range file.Controllers {
			if len(want.Genome) != v.Network.Genes() {
				t.Fatalf("%s: %d genes, want %d", c.env, v.Network.Genes(), len(want.Genome))
			}
			all = append(all, &Individual{ID: i, Genome: want.Genome})
		}
		if err := v.Evaluate(context.Background(), all); err != nil {
			t.Fatal(err)
		}
		for i, want := range file.Controllers {
			x := all[i]
			what := fmt.Sprintf("%s, controller %d: descriptor", c.file, i)
			switch {
			case want.End != nil:
				same(t, what, x.Descriptor, want.End, file.Tolerance)
				if x.Steps != want.Length {
					t.Errorf("%s, controller %d: %d steps, want %d", c.file, i, x.Steps, want.Length)
				}
			case want.Descriptor != nil:
				// The policy's exponential is that of another library: a last bit may differ.
				same(t, what, x.Descriptor, want.Descriptor, 1e-6)
			default:
				same(t, what, x.Descriptor, want.Final[:2], file.Tolerance)
			}
			if x.Area != want.Area || math.Abs(x.Fitness-want.Reward) > 1e-9 {
				t.Errorf("%s, controller %d: area %d pays %v, want %d and %v", c.file, i, x.Area, x.Fitness, want.Area, want.Reward)
			}
		}
	}
}

// TestStepsAllocateNothing: an episode allocates what it returns, its values, its descriptor and its views, however
// many steps it has.
func TestStepsAllocateNothing(t *testing.T) {
	for _, id := range []string{"point-v0", "redundant-arm-v0", "hard-maze-v0", "curling-v0", "deep-sea-treasure-v0", "minecart-v0"} {
		for _, views := range []int{0, 3} {
			e := environment(t, id)
			s := defaults(e, 1)
			v := NewEvaluator(&agents.Problem{Env: e, Pool: agents.NewPool(1)}, &s)
			v.Rounded = true
			w := v.workers[0]
			rng := NewRandom(1, "genomes")
			x := &Individual{Genome: make([]float64, v.Network.Genes())}
			for j := range x.Genome {
				x.Genome[j] = 0.01 * rng.NormFloat64() // the arm hardly moves, so that it does not run into itself
			}
			steps, allocations := map[int]int{}, map[int]float64{}
			for _, horizon := range []int{10, 90} {
				e.Spec.Horizon = horizon
				w.horizon = horizon
				if views > 0 {
					v.Look(views, 16, 2)
				}
				allocations[horizon] = testing.AllocsPerRun(20, func() {
					if err := w.run(v, x); err != nil {
						t.Fatal(err)
					}
				})
				steps[horizon] = x.Steps
			}
			want := 2.0
			if views > 0 {
				want = 3
			}
			if allocations[10] != want || allocations[90] != want || steps[90] <= steps[10] {
				t.Errorf("%s, %d views: %v allocations in %v steps", id, views, allocations, steps)
			}
		}
	}
}

// BenchmarkEvaluate tries random policies on one worker.
func BenchmarkEvaluate(b *testing.B) {
	for _, id := range []string{"point-v0", "redundant-arm-v0", "hard-maze-v0", "curling-v0"} {
		b.Run(id, func(b *testing.B) {
			e := environment(b, id)
			s := defaults(e, 1)
			v := NewEvaluator(&agents.Problem{Env: e, Pool: agents.NewPool(1)}, &s)
			rng := NewRandom(1, "genomes")
			var all []*Individual
			for i := range 20 {
				x := &Individual{ID: i, Genome: make([]float64, v.Network.Genes())}
				for j := range x.Genome {
					x.Genome[j] = rng.NormFloat64()
				}
				all = append(all, x)
			}
			for b.Loop() {
				if err := v.Evaluate(context.Background(), all); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(20*b.N)/b.Elapsed().Seconds(), "evaluations/s")
		})
	}
}
