package pareto

import (
	"context"
	"errors"
	"math"
	"testing"
)

// TestApproxIntervalCoversTheHypervolume in at least 90 of 100 seeds, where 95 are expected.
func TestApproxIntervalCoversTheHypervolume(t *testing.T) {
	box := Front{M: 5} // nearly
	for j := range 5 {
		row := []float64{0.9, 0.9, 0.9, 0.9, 0.9}
		row[j] = 1
		box = box.Append(row)
	}
	for _, c := range []struct {
		name  string
		f     Front
		polar bool
	}{
		{"box", box, false},
		{"linear, 3 objectives", shape{"linear", 20, 3, 1}.rows(t), true},
		{"morl, 5 objectives", shape{"morl", 20, 5, 2}.rows(t), true},
		{"invconcave, 6 objectives", shape{"invconcave", 20, 6, 4}.rows(t), true},
		{"morl, 9 objectives", shape{"morl", 20, 9, 3}.rows(t), true},
	} {
		f, ref := c.f, make([]float64, c.f.M)
		want := hv(t, f, ref)
		covered := 0
		for seed := range uint64(100) {
			a, err := HypervolumeApprox(f, ref, ApproxOptions{RelErr: 1e-9, MaxSamples: 4096, Seed: seed})
			if err != nil {
				t.Fatal(err)
			}
			if a.Samples != 4096 || a.Polar != c.polar || !(a.Lo <= a.Value && a.Value <= a.Hi && a.StdErr > 0) {
				t.Fatalf("%s, seed %d: %+v", c.name, seed, a)
			}
			if a.Lo <= want && want <= a.Hi {
				covered++
			}
		}
		if covered < 90 {
			t.Errorf("%s: %d of 100 intervals cover %v", c.name, covered, want)
		}
	}
}

func TestApproxKeepsItsPromise(t *testing.T) {
	f, ref := shape{"linear", 50, 7, 1}.rows(t), make([]float64, 7)
	want := hv(t, f, ref)
	a, err := HypervolumeApprox(f, ref, ApproxOptions{RelErr: 0.02, Seed: 3})
	if err != nil || a.Hi-a.Value > 0.02*a.Value*(1+1e-12) || relative(a.Value, want) > 0.04 {
		t.Errorf("%+v, %v; want %v within 2 %%", a, err, want)
	}
	for _, workers := range []int{1, 2, 7} {
		if b, err := HypervolumeApprox(f, ref, ApproxOptions{RelErr: 0.02, Seed: 3}, Options{Workers: workers}); err != nil || b != a {
			t.Errorf("%d workers: %+v, %v; want exactly %+v", workers, b, err, a)
		}
	}
	flipped, o := f.Select(nil), directions(t, "min", 7)
	for _, v := range f.X {
		flipped.X = append(flipped.X, -v)
	}
	if b, err := HypervolumeApprox(flipped, ref, ApproxOptions{RelErr: 0.02, Seed: 3}, o); err != nil || b != a {
		t.Errorf("minimised: %+v, %v; want exactly %+v", b, err, a)
	}
}

func TestApproxBoundaries(t *testing.T) {
	ref := []float64{0, 0}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	for _, c := range []struct {
		name string
		f    Front
		a    ApproxOptions
		o    Options
		want float64
		err  error
	}{
		{"no rows", Front{}, ApproxOptions{}, Options{}, 0, nil},
		{"no row counts", Front{2, []float64{0, 1}}, ApproxOptions{}, Options{}, 0, nil},
		{"one box", Front{2, []float64{2, 3}}, ApproxOptions{}, Options{}, 6, nil},
		{"NaN", Front{2, []float64{2, math.NaN()}}, ApproxOptions{}, Options{}, 0, ErrNaN},
		{"three objectives", Front{3, []float64{2, 3, 4}}, ApproxOptions{}, Options{}, 0, ErrDimension},
		{"negative error", Front{2, []float64{2, 3}}, ApproxOptions{RelErr: -1}, Options{}, 0, ErrRange},
		{"beyond float64", Front{2, []float64{1e200, 1e200}}, ApproxOptions{}, Options{}, 0, ErrInf},
		{"cancelled", Front{2, []float64{2, 3}}, ApproxOptions{}, Options{Ctx: ctx}, 0, context.Canceled},
	} {
		if a, err := HypervolumeApprox(c.f, ref, c.a, c.o); relative(a.Value, c.want) > 0.01 || !errors.Is(err, c.err) {
			t.Errorf("%s: %+v, %v; want %v, %v", c.name, a, err, c.want, c.err)
		}
	}
}

// TestFPRASKeepsItsPromise more often than it says.
func TestFPRASKeepsItsPromise(t *testing.T) {
	for _, s := range []shape{{"linear", 12, 4, 1}, {"morl", 12, 7, 2}} {
		f, ref := s.rows(t), make([]float64, s.M)
		want := hv(t, f, ref)
		within := 0
		for seed := range uint64(40) {
			v, err := HypervolumeFPRAS(f, ref, 0.2, 0.25, seed)
			if err != nil {
				t.Fatal(err)
			}
			if relative(v, want) <= 0.2 {
				within++
			}
		}
		if within < 30 {
			t.Errorf("%v: %d of 40 estimates within 20 %% of %v", s, within, want)
		}
	}
}

func TestFPRASErrors(t *testing.T) {
	f, ref := Front{2, []float64{2, 3}}, []float64{0, 0}
	for _, c := range []struct {
		name           string
		epsilon, delta float64
		o              Options
		want           error
	}{
		{"epsilon 0", 0, 0.1, Options{}, ErrRange},
		{"epsilon NaN", math.NaN(), 0.1, Options{}, ErrRange},
		{"delta 1", 0.1, 1, Options{}, ErrRange},
		{"a small budget", 0.001, 0.1, Options{MaxWork: 1000}, ErrBudget},
	} {
		if v, err := HypervolumeFPRAS(f, ref, c.epsilon, c.delta, 1, c.o); v != 0 || !errors.Is(err, c.want) {
			t.Errorf("%s: %v, %v; want %v", c.name, v, err, c.want)
		}
	}
	if v, err := HypervolumeFPRAS(Front{}, ref, 0.1, 0.1, 1); v != 0 || err != nil {
		t.Errorf("no rows: %v, %v", v, err)
	}
}
