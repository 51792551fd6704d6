package report

import (
	"fmt"
	"testing"

	"github.com/paretolab/paretolab/experiments"
)

// BenchmarkReport writes the report of 60 runs (two algorithms, three environments, ten seeds) with its
// figures as PDF, SVG and PNG. The goal is less than 60 s.
func BenchmarkReport(b *testing.B) {
	var runs []*experiments.Run
	for _, environment := range []string{"sea-1", "sea-2", "sea-3"} {
		for _, label := range []string{"C-MORL", "PPO lattice"} {
			for seed := range uint64(10) {
				r := treasure(label, seed)
				r.Dir = fmt.Sprintf("%s/%s-%d", environment, label, seed)
				r.Info.Environment.ID = environment
				ratio := 0.9 - 0.01*float64(seed) - 0.002*float64(len(label))
				r.Result.Final.HVRatio, r.Result.Final.Hypervolume = &ratio, 1101.38443*ratio
				runs = append(runs, r)
			}
		}
	}
	files := 0
	for b.Loop() {
		names, err := Write(runs, b.TempDir(), Options{})
		if err != nil {
			b.Fatal(err)
		}
		files = len(names)
	}
	b.ReportMetric(b.Elapsed().Seconds()/float64(b.N), "s/report")
	b.ReportMetric(float64(files), "files")
}
