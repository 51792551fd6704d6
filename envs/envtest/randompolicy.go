package envtest

import (
	"encoding/json"
	"math"
	"os"
	"slices"
	"testing"

	"gonum.org/v1/gonum/stat"

	"github.com/paretolab/paretolab/envs"
)

// RunRandomPolicy compares the mean return of the uniform random policy with that recorded in the
// section random_policy of a golden-distributions-v1 file, for every environment there that is
// registered: within 5 standard errors, those of both sides counted. (A rare event that the
// recording missed shows in our deviation only.)
func RunRandomPolicy(t *testing.T, path string) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var data struct {
		RandomPolicy map[string]struct {
			Episodes int       `json:"episodes"`
			Mean     []float64 `json:"return_mean"`
			SD       []float64 `json:"return_sd"`
		} `json:"random_policy"`
	}
	if err := json.Unmarshal(b, &data); err != nil {
		t.Fatal(err)
	}
	compared := 0
	for id, want := range data.RandomPolicy {
		if !slices.Contains(envs.IDs(), id) {
			continue
		}
		compared++
		t.Run(id, func(t *testing.T) {
			e, err := envs.Make(id, nil)
			if err != nil {
				t.Fatal(err)
			}
			episodes := 10 * want.Episodes
			got, sd := randomReturns(e, episodes)
			for j, mean := range want.Mean {
				bound := 5 * math.Hypot(want.SD[j]/math.Sqrt(float64(want.Episodes)), sd[j]/math.Sqrt(float64(episodes)))
				if math.Abs(got[j]-mean) > bound {
					t.Errorf("mean return of %s is %v, recorded %v ± %v", e.Spec.Objectives[j].Name, got[j], mean, bound)
				}
			}
		})
	}
	if compared == 0 {
		t.Fatalf("%s names no registered environment", path)
	}
}

// randomReturns gives mean and standard deviation of the undiscounted returns of random episodes.
func randomReturns(e *envs.Environment, episodes int) (mean, sd []float64) {
	p := &probe{e: e, spec: &e.Spec}
	v, d := newVector[float64](p, 1, envs.SameStep), p.driver(1)
	v.reset(1)
	returns := make([][]float64, p.spec.M()) // per objective
	total := make([]float64, p.spec.M())
	for done := 0; done < episodes; {
		v.set(0, d.next())
		v.step()
		for j, r := range v.rew {
			total[j] += r
		}
		if v.term[0] || v.trunc[0] {
			for j, r := range total {
				returns[j] = append(returns[j], r)
			}
			clear(total)
			done++
		}
	}
	for _, r := range returns {
		m, s := stat.MeanStdDev(r, nil)
		mean, sd = append(mean, m), append(sd, s)
	}
	return mean, sd
}
