package stats

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// The same bits for any number of workers, and others for another seed.
func TestWorkersDoNotMatter(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	draw := func(runs int, shift float64) Scores {
		s := Scores{{Name: "a"}, {Name: "b"}, {Name: "c"}}
		for i := range s {
			for range runs {
				s[i].Runs = append(s[i].Runs, shift+rng.NormFloat64())
			}
		}
		return s
	}
	x, y := draw(8, 0.3), draw(5, 0)
	for name, f := range map[string]func(o Options) ([]Interval, error){
		"IQM":    func(o Options) ([]Interval, error) { iv, err := BootstrapCI(x, IQM, o); return []Interval{iv}, err },
		"median": func(o Options) ([]Interval, error) { iv, err := BootstrapCI(x, Median, o); return []Interval{iv}, err },
		"one task": func(o Options) ([]Interval, error) {
			iv, err := BootstrapCI(y[:1], Mean, o)
			return []Interval{iv}, err
		},
		"difference":    func(o Options) ([]Interval, error) { iv, err := DifferenceCI(x, y, IQM, o); return []Interval{iv}, err },
		"improvement":   func(o Options) ([]Interval, error) { iv, err := ProbImprovementCI(x, y, o); return []Interval{iv}, err },
		"profile":       func(o Options) ([]Interval, error) { return ProfileCI(x, []float64{-1, 0, 1}, o) },
		"no thresholds": func(o Options) ([]Interval, error) { return ProfileCI(x, nil, o) },
	} {
		want, err := f(Options{Resamples: 3000, Seed: 7})
		if err != nil {
			t.Fatal(name, err)
		}
		for _, workers := range []int{-1, 1, 2, 7, 1000} {
			got, err := f(Options{Resamples: 3000, Seed: 7, Workers: workers})
			if err != nil || !slices.Equal(got, want) {
				t.Errorf("%s, %d workers: %v (%v), want %v", name, workers, got, err, want)
			}
		}
		// All resamples have no seed, none has no interval, and few levels can give the same twice.
		if name == "one task" || name == "no thresholds" || name == "improvement" || name == "profile" {
			continue
		}
		other, err := f(Options{Resamples: 3000, Seed: 8})
		if err != nil || slices.Equal(other, want) {
			t.Errorf("%s: seed 8 gives the interval of seed 7: %v (%v)", name, other, err)
		}
	}
}

// The bootstrap of a mean is known: standard deviation sqrt(Σ(x-mean)²)/n of the runs of each task.
func TestBootstrapSpread(t *testing.T) {
	s := Scores{{Name: "a", Runs: []float64{1, 4, 2, 8, 5, 7}}, {Name: "b", Runs: []float64{0, 1, 0, 1, 0, 9}}}
	variance := 0.0
	for _, task := range s {
		m := 0.0
		for _, v := range task.Runs {
			m += v / 6
		}
		for _, v := range task.Runs {
			variance += (v - m) * (v - m) / 36 / 4
		}
	}
	opt, err := option([]Options{{Seed: 3}}, defaultResamples)
	if err != nil {
		t.Fatal(err)
	}
	r, err := resamplePool(newPool(s), opt, 1, func(r *resample, out []float64) { out[0] = Mean.of(r) })
	if err != nil {
		t.Fatal(err)
	}
	mean, square := 0.0, 0.0
	for _, v := range r.x {
		mean += v / float64(r.n)
		square += v * v / float64(r.n)
	}
	// Five standard errors of 50,000 draws.
	want, err := Mean.Of(s)
	if err != nil {
		t.Fatal(err)
	}
	within(t, "mean of means", mean, want, 5*math.Sqrt(variance/float64(r.n)))
	within(t, "variance of means", (square-mean*mean)/variance, 1, 5*math.Sqrt(2/float64(r.n)))
}

// The 95 % interval of the mean of 60 normal scores covers the truth about as often as it says;
// that of 10 is known to fall short a little.
func TestBootstrapCoverage(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	const trials = 400
	covered := 0
	for trial := range trials {
		s := make(Scores, 6)
		for i := range s {
			for range 10 {
				s[i].Runs = append(s[i].Runs, float64(i)+rng.NormFloat64())
			}
		}
		iv, err := BootstrapCI(s, Mean, Options{Resamples: 400, Seed: uint64(trial)})
		if err != nil {
			t.Fatal(err)
		}
		if iv.Lo <= 2.5 && 2.5 <= iv.Hi {
			covered++
		}
	}
	if share := float64(covered) / trials; share < 0.88 || share > 0.985 {
		t.Errorf("%.3f of the intervals cover the truth", share)
	}
}

// Memory does not grow with the resamples, but for the one number kept of each.
func TestBootstrapDoesNotAllocatePerResample(t *testing.T) {
	s := Scores{{Name: "a", Runs: []float64{1, 2, 3, 4, 5, 6, 7}}, {Name: "b", Runs: []float64{1, 2, 3, 4, 5, 6, 7}}}
	allocs := func(resamples int) float64 {
		return testing.AllocsPerRun(3, func() {
			if _, err := BootstrapCI(s, Median, Options{Resamples: resamples}); err != nil {
				t.Fatal(err)
			}
		})
	}
	// The counter is of the whole process; the runtime may add a few of its own.
	if few, many := allocs(100), allocs(10_000); many > few+20 {
		t.Errorf("%v allocations for 100 resamples, %v for 10,000", few, many)
	}
}
