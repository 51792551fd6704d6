package stats

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
)

// The golden file: expected values of SciPy 1.x. Counts and tolerances come from the file, so that
// another of the same format can take its place.
type goldenFile struct {
	RelTol float64 `json:"rel_tol"`
	IQM    []struct {
		Values []float64
		IQM    float64
	}
	Tests []struct {
		A, B []float64
		MWU  struct {
			U           float64  `json:"U_a"`
			PAsymptotic float64  `json:"p_asymptotic"`
			PExact      *float64 `json:"p_exact"`
		}
		A12      float64 `json:"vargha_delaney_A12"`
		Delta    float64 `json:"cliffs_delta"`
		Wilcoxon *struct {
			W      float64
			PExact float64 `json:"p_exact"`
		}
	}
	Friedman []struct {
		Scores         [][]float64
		HigherIsBetter bool `json:"higher_is_better"`
		Chi2, P        float64
		MeanRanks      []float64 `json:"mean_ranks"`
		CD             float64   `json:"critical_difference"`
	}
	Bootstrap []struct {
		Values   []float64
		IQM      float64
		CI95     [2]float64 `json:"ci95_all_resamples"`
		MCAbsTol float64    `json:"mc_abs_tol"`
	}
}

func golden(t *testing.T) goldenFile {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", "stats.json"))
	if err != nil {
		t.Fatal(err)
	}
	var file goldenFile
	if err := json.Unmarshal(b, &file); err != nil {
		t.Fatal(err)
	}
	if len(file.IQM) == 0 || len(file.Tests) == 0 || len(file.Friedman) == 0 || len(file.Bootstrap) == 0 || file.RelTol <= 0 {
		t.Fatal("stats.json lacks cases or tolerance")
	}
	return file
}

// near reports got unless it is want to a relative tolerance, absolute below 1e-3.
func near(t *testing.T, what string, got, want, tol float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tol*max(math.Abs(want), 1e-3)) {
		t.Errorf("%s: got %.17g, want %.17g", what, got, want)
	}
}

// within reports got unless it is want to an absolute tolerance.
func within(t *testing.T, what string, got, want, tol float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tol) {
		t.Errorf("%s: got %.17g, want %.17g ± %g", what, got, want, tol)
	}
}

func one(values ...float64) Scores { return Scores{{Name: "task", Runs: values}} }

func TestGoldenIQM(t *testing.T) {
	file := golden(t)
	for _, c := range file.IQM {
		got, err := IQM.Of(one(c.Values...))
		if err != nil {
			t.Fatal(err)
		}
		near(t, "IQM", got, c.IQM, file.RelTol)
	}
}

func TestGoldenTests(t *testing.T) {
	file := golden(t)
	for _, c := range file.Tests {
		mw, err := MannWhitney(c.A, c.B)
		if err != nil {
			t.Fatal(err)
		}
		near(t, "U", mw.Statistic, c.MWU.U, file.RelTol)
		d := newDuel(c.A, c.B)
		near(t, "asymptotic p", mannWhitneyNormal(&d), c.MWU.PAsymptotic, file.RelTol)
		if c.MWU.PExact != nil {
			near(t, "exact p", mannWhitneyExact(mw.Statistic, len(c.A), len(c.B)), *c.MWU.PExact, file.RelTol)
			if mw.Exact {
				near(t, "p", mw.P, *c.MWU.PExact, file.RelTol)
			}
		}
		a12, err := A12(c.A, c.B)
		if err != nil {
			t.Fatal(err)
		}
		near(t, "A12", a12, c.A12, file.RelTol)
		delta, err := CliffsDelta(c.A, c.B)
		if err != nil {
			t.Fatal(err)
		}
		near(t, "Cliff's δ", delta, c.Delta, file.RelTol)
		if c.Wilcoxon != nil {
			w, err := Wilcoxon(c.A, c.B)
			if err != nil {
				t.Fatal(err)
			}
			near(t, "W", w.Statistic, c.Wilcoxon.W, file.RelTol)
			near(t, "Wilcoxon p", w.P, c.Wilcoxon.PExact, file.RelTol)
		}
	}
}

func TestGoldenFriedman(t *testing.T) {
	file := golden(t)
	for _, c := range file.Friedman {
		if !c.HigherIsBetter {
			for _, row := range c.Scores {
				for j := range row {
					row[j] = -row[j]
				}
			}
		}
		f, err := Friedman(c.Scores)
		if err != nil {
			t.Fatal(err)
		}
		near(t, "χ²", f.ChiSquared, c.Chi2, file.RelTol)
		near(t, "p", f.P, c.P, file.RelTol)
		for j, r := range c.MeanRanks {
			near(t, "mean rank", f.MeanRanks[j], r, file.RelTol)
		}
		cd, err := NemenyiCD(len(c.MeanRanks), len(c.Scores), 0.05)
		if err != nil {
			t.Fatal(err)
		}
		near(t, "critical difference", cd, c.CD, file.RelTol)
	}
}

func TestGoldenBootstrap(t *testing.T) {
	file := golden(t)
	for _, c := range file.Bootstrap {
		iv, err := BootstrapCI(one(c.Values...), IQM)
		if err != nil {
			t.Fatal(err)
		}
		near(t, "IQM", iv.Value, c.IQM, file.RelTol)
		if iv.Exact {
			near(t, "lower end", iv.Lo, c.CI95[0], file.RelTol)
			near(t, "upper end", iv.Hi, c.CI95[1], file.RelTol)
		}
		// The same at random.
		opt, err := option(nil, defaultResamples)
		if err != nil {
			t.Fatal(err)
		}
		p := newPool(one(c.Values...))
		r, err := replicate(opt, 1, func() sampler {
			r := newResample(p)
			return func(_ int, rng *rand.Rand, out []float64) {
				r.draw(rng)
				out[0] = IQM.of(r)
			}
		})
		if err != nil {
			t.Fatal(err)
		}
		mc, err := r.interval("IQM", iv.Value, 0)
		if err != nil {
			t.Fatal(err)
		}
		within(t, "lower end at random", mc.Lo, c.CI95[0], c.MCAbsTol)
		within(t, "upper end at random", mc.Hi, c.CI95[1], c.MCAbsTol)
	}
}

// upTo returns f of 0, 1, … n-1.
func upTo(n int, f func(i float64) float64) []float64 {
	x := make([]float64, n)
	for i := range x {
		x[i] = f(float64(i))
	}
	return x
}
