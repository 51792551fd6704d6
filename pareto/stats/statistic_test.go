package stats

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// scores draws scores, with ties if coarse.
func scores(minRuns int) *rapid.Generator[Scores] {
	return rapid.Custom(func(t *rapid.T) Scores {
		s := make(Scores, rapid.IntRange(1, 5).Draw(t, "tasks"))
		runs := rapid.IntRange(minRuns, 12).Draw(t, "runs")
		coarse := rapid.Bool().Draw(t, "coarse")
		for i := range s {
			s[i].Name = fmt.Sprint("task ", i)
			for range runs {
				v := rapid.Float64Range(-10, 10).Draw(t, "score")
				if coarse {
					v = math.Round(v / 4)
				}
				s[i].Runs = append(s[i].Runs, v)
			}
		}
		return s
	})
}

// Each statistic against its definition on sorted copies.
func TestStatisticsAreTheirDefinitions(t *testing.T) {
	mean := func(x []float64) float64 {
		sum := 0.0
		for _, v := range x {
			sum += v
		}
		return sum / float64(len(x))
	}
	rapid.Check(t, func(t *rapid.T) {
		s := scores(1).Draw(t, "scores")
		target := rapid.Float64Range(-5, 5).Draw(t, "target")
		var all, means, capped []float64
		for _, task := range s {
			all = append(all, task.Runs...)
			means = append(means, mean(task.Runs))
		}
		slices.Sort(all)
		slices.Sort(means)
		for _, v := range all {
			capped = append(capped, min(v, target))
		}
		drop := int(0.25 * float64(len(all)))
		for _, c := range []struct {
			statistic Statistic
			want      float64
		}{
			{IQM, mean(all[drop : len(all)-drop])},
			{Mean, mean(all)},
			{Median, (means[len(means)/2] + means[(len(means)-1)/2]) / 2},
			{OptimalityGap(target), target - mean(capped)},
		} {
			got, err := c.statistic.Of(s)
			if err != nil || math.Abs(got-c.want) > 1e-12 {
				t.Fatalf("%v: got %v (%v), want %v", c.statistic, got, err, c.want)
			}
		}
	})
}

func TestIQMMovesWithTheScores(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := scores(MinRuns).Draw(t, "scores")
		shift, scale := rapid.Float64Range(-100, 100).Draw(t, "shift"), rapid.Float64Range(0.1, 10).Draw(t, "scale")
		moved := make(Scores, len(s))
		for i, task := range s {
			for _, v := range task.Runs {
				moved[i].Runs = append(moved[i].Runs, shift+scale*v)
			}
		}
		o := Options{Resamples: 300, Seed: 1}
		a, err := BootstrapCI(s, IQM, o)
		if err != nil {
			t.Fatal(err)
		}
		b, err := BootstrapCI(moved, IQM, o)
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range [][2]float64{{a.Value, b.Value}, {a.Lo, b.Lo}, {a.Hi, b.Hi}} {
			if want := shift + scale*v[0]; math.Abs(v[1]-want) > 1e-10 {
				t.Fatalf("%v moved to %v, want %v", v[0], v[1], want)
			}
		}
	})
}
