package stats

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// The pointwise band is the interval of the share, which for one threshold is that of the mean of
// zeros and ones.
func TestProfileIsAMean(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := scores(MinRuns).Draw(t, "scores")
		thresholds := append(rapid.SliceOfN(rapid.Float64Range(-11, 11), 0, 4).Draw(t, "τ"), s[0].Runs[0], math.Inf(1), math.Inf(-1))
		o := Options{Resamples: 200}
		band, err := ProfileCI(s, thresholds, o)
		if err != nil {
			t.Fatal(err)
		}
		share, err := Profile(s, thresholds)
		if err != nil {
			t.Fatal(err)
		}
		for j, τ := range thresholds {
			above := make(Scores, len(s))
			for i, task := range s {
				for _, v := range task.Runs {
					is := 0.0
					if v > τ {
						is = 1
					}
					above[i].Runs = append(above[i].Runs, is)
				}
			}
			want, err := BootstrapCI(above, Mean, o)
			if err != nil {
				t.Fatal(err)
			}
			if share[j] != want.Value || band[j] != want {
				t.Fatalf("τ %v: %v, %+v, want %+v", τ, share[j], band[j], want)
			}
		}
	})
}
