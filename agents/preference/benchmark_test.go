package preference

import (
	"context"
	"os"
	"strings"
	"testing"
)

// Fits of 3000 noiseless answers about the random boards of the golden file, one after the other: the mean of a fit.
func BenchmarkFit(b *testing.B) {
	f, err := os.Open("testdata/mdps.json")
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	grids, gamma, err := ReadGrids(f)
	if err != nil {
		b.Fatal(err)
	}
	c := TableConfig{Gamma: gamma, Length: 3}
	type problem struct {
		*gridWork
		answers *Dataset
	}
	var problems []problem
	for i := range grids {
		if !strings.HasPrefix(grids[i].ID, "random-") {
			continue
		}
		g, err := c.prepare(&grids[i])
		if err != nil {
			b.Fatal(err)
		}
		d, err := c.dataset(g, 3000, Answering{"regret", "noiseless"})
		if err != nil {
			b.Fatal(err)
		}
		if _, err := g.policies(); err != nil {
			b.Fatal(err)
		}
		problems = append(problems, problem{g, d})
	}
	for _, name := range []string{"partial-newton", "partial-adam", "regret-exact", "regret-sf", "advantage", "cpl"} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				for _, p := range problems {
					l, err := p.learner(name)
					if err != nil {
						b.Fatal(err)
					}
					if _, err := l.Fit(context.Background(), p.answers, nil); err != nil {
						b.Fatal(err)
					}
				}
			}
			b.ReportMetric(b.Elapsed().Seconds()*1e3/float64(b.N*len(problems)), "ms/fit")
		})
	}
}
