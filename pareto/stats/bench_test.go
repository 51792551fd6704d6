package stats

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// benchScores are of 10 runs on 6 tasks.
func benchScores(seed uint64) Scores {
	rng := rand.New(rand.NewPCG(seed, 0))
	s := make(Scores, 6)
	for i := range s {
		s[i].Name = fmt.Sprint("task ", i)
		for range 10 {
			s[i].Runs = append(s[i].Runs, rng.Float64())
		}
	}
	return s
}

func BenchmarkBootstrap(b *testing.B) {
	x, y := benchScores(1), benchScores(2)
	for _, c := range []struct {
		name string
		do   func() (Interval, error)
	}{
		{"IQM", func() (Interval, error) { return BootstrapCI(x, IQM) }},
		{"mean", func() (Interval, error) { return BootstrapCI(x, Mean) }},
		{"median", func() (Interval, error) { return BootstrapCI(x, Median) }},
		{"optimality gap", func() (Interval, error) { return BootstrapCI(x, OptimalityGap(1)) }},
		{"difference of IQMs", func() (Interval, error) { return DifferenceCI(x, y, IQM) }},
		{"improvement", func() (Interval, error) { return ProbImprovementCI(x, y) }},
		{"IQM, 2 workers", func() (Interval, error) { return BootstrapCI(x, IQM, Options{Workers: 2}) }},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			resamples := 0
			for b.Loop() {
				iv, err := c.do()
				if err != nil {
					b.Fatal(err)
				}
				resamples += iv.Resamples
			}
			b.ReportMetric(float64(resamples)/b.Elapsed().Seconds(), "resamples/s")
		})
	}
}

func BenchmarkProfile(b *testing.B) {
	x, τ := benchScores(1), upTo(101, func(i float64) float64 { return i / 100 })
	for b.Loop() {
		if _, err := ProfileCI(x, τ); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(defaultProfileResamples*b.N)/b.Elapsed().Seconds(), "resamples/s")
}

// The largest exact test.
func BenchmarkMannWhitney(b *testing.B) {
	x, y := upTo(100, func(i float64) float64 { return i }), upTo(100, func(i float64) float64 { return i + 0.5 })
	for b.Loop() {
		if _, err := MannWhitney(x, y); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "tests/s")
}
