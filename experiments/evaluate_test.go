package experiments

import (
	"context"
	"math"
	"reflect"
	"sync"
	"testing"

	"github.com/paretolab/paretolab/agents"
	"github.com/paretolab/paretolab/envs"
)

func walking(t *testing.T, noise float64) *envs.Environment {
	t.Helper()
	e, err := envs.Make(testEnvironment, map[string]any{"noise": noise})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

var right = &linear{[]float32{0, 0, 1}}

func TestOneEpisodeSufficesWhereAllAreTheSame(t *testing.T) {
	e := newEvaluator(walking(t, 0), 0.5, 1, "eval", 100, false)
	v, err := e.measure(context.Background(), right)
	if err != nil {
		t.Fatal(err)
	}
	// Ten steps to the right, each worth 1: the sum of 0.5^t for t = 0..9.
	want := agents.Value{Return: []float64{2 - math.Pow(0.5, 9), 0}, StdErr: []float64{0, 0}, Undiscounted: []float64{10, 0}, UndiscountedErr: []float64{0, 0}, Episodes: 1, Length: 10, Steps: 10}
	if !reflect.DeepEqual(v, want) {
		t.Errorf("got %+v, want %+v", v, want)
	}
}

// The mean and its standard error, against episodes run one by one.
func TestMeasuringIsTheMeanOverSeededEpisodes(t *testing.T) {
	const gamma, seed, n = 0.9, 7, 75 // more than run side by side
	env := walking(t, 0.3)
	v, err := newEvaluator(env, gamma, seed, "final", n, false).measure(context.Background(), right)
	if err != nil {
		t.Fatal(err)
	}
	var sum, square float64
	steps := 0
	for k := range n {
		w := env.New()
		var rng envs.RNG
		rng.Seed(agents.Stream(seed, "final", k))
		w.Reset(&rng)
		g, discount := 0.0, 1.0
		for t := 0; t < 15; t++ {
			reward := []float64{0, 0}
			end := w.Step(&rng, envs.Action{Discrete: []int32{1}}, reward)
			g += discount * reward[0]
			discount *= gamma
			steps++
			if end {
				break
			}
		}
		sum += g
		square += g * g
	}
	mean := sum / n
	se := math.Sqrt((square - n*mean*mean) / (n - 1) / n)
	if math.Abs(v.Return[0]-mean) > 1e-12 || math.Abs(v.StdErr[0]-se) > 1e-12 || v.Steps != steps || v.Episodes != n {
		t.Errorf("got %v ± %v in %d steps, want %v ± %v in %d", v.Return[0], v.StdErr[0], v.Steps, mean, se, steps)
	}
}

func TestMeasuringDoesNotDependOnWhatElseIsMeasured(t *testing.T) {
	e := newEvaluator(walking(t, 0.3), 0.9, 1, "eval", 10, false)
	policies := []*linear{right, {[]float32{-1, 0, 0}}, {[]float32{0, 1, -0.5}}}
	want := make([]agents.Value, len(policies))
	for i, p := range policies {
		want[i], _ = newEvaluator(walking(t, 0.3), 0.9, 1, "eval", 10, false).measure(context.Background(), p)
	}
	var wg sync.WaitGroup
	for k := range 24 {
		wg.Go(func() {
			i := k % len(policies)
			if v, err := e.measure(context.Background(), policies[i]); err != nil || !reflect.DeepEqual(v, want[i]) {
				t.Errorf("policy %d measured as %+v, alone as %+v: %v", i, v, want[i], err)
			}
		})
	}
	wg.Wait()
}

func TestOneEpisodeOfManyHasNoStandardError(t *testing.T) {
	v, err := newEvaluator(walking(t, 0.3), 0.9, 1, "eval", 1, false).measure(context.Background(), right)
	if err != nil || !math.IsNaN(v.StdErr[0]) {
		t.Errorf("got %v, %v", v.StdErr, err)
	}
}

func TestEvaluationStepsAllocateNothing(t *testing.T) {
	e := newEvaluator(walking(t, 0.3), 0.9, 1, "eval", 8, false)
	v := e.take()
	v.begin(right)
	if n := testing.AllocsPerRun(12, v.step); n > 0 {
		t.Errorf("%v allocations per step", n)
	}
}

func TestEvaluationStopsWhenCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := newEvaluator(walking(t, 0.3), 0.9, 1, "eval", 8, false).measure(ctx, right); err == nil {
		t.Error("it went on")
	}
}

func BenchmarkEvaluation(b *testing.B) {
	env, err := envs.Make(testEnvironment, nil)
	if err != nil {
		b.Fatal(err)
	}
	e := newEvaluator(env, 0.9, 1, "eval", 32, false)
	steps := 0
	for b.Loop() {
		v, err := e.measure(context.Background(), right)
		if err != nil {
			b.Fatal(err)
		}
		steps += v.Steps
	}
	b.ReportMetric(float64(steps)/b.Elapsed().Seconds(), "steps/s")
}
