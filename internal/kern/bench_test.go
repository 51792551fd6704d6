package kern_test

import (
	"strings"
	"testing"

	"github.com/paretolab/paretolab/internal/kern"
	"github.com/paretolab/paretolab/internal/kern/kernbench"
)

// Rates are those of a busy machine if it is shared: run with -cpu 1 -count 10, compare medians, and
// read a product's GFLOP/s as a share of BenchmarkPeak's.

func BenchmarkPeak(b *testing.B) {
	const rounds = 1000
	eachPath(b, func(b *testing.B) {
		operations := 0
		for b.Loop() {
			operations = kern.Peak(rounds)
		}
		b.ReportMetric(float64(operations)*float64(b.N)/b.Elapsed().Seconds()/1e9, "GFLOP/s")
	})
}

func BenchmarkKernel(b *testing.B) {
	for _, c := range kernbench.Cases() {
		b.Run(strings.ReplaceAll(c.Kernel, " ", "-")+"/shape="+c.Shape, func(b *testing.B) {
			eachPath(b, func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					c.Run()
				}
				b.ReportMetric(c.Figure(float64(b.Elapsed().Nanoseconds())/float64(b.N)), string(c.Unit))
			})
		})
	}
}

// eachPath runs f on every path that this machine has.
func eachPath(b *testing.B, f func(b *testing.B)) {
	before := kern.Path()
	for _, path := range kern.Paths() {
		if err := kern.Select(path); err != nil {
			b.Fatal(err)
		}
		b.Run("kernel="+path, f)
	}
	if err := kern.Select(before); err != nil {
		b.Fatal(err)
	}
}
