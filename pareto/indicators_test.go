package pareto

import (
	"errors"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// TestIndicatorsOfGeneratedSets compares the indicators of the file that this package has.
func TestIndicatorsOfGeneratedSets(t *testing.T) {
	type expected struct{ Value *float64 } // null where an indicator is not defined
	type lattice struct {
		Partitions, Weights int
		Value               float64
	}
	var file struct {
		RelTol float64 `json:"rel_tol"`
		Cases  []struct {
			Points            shape
			Reference         shape `json:"reference_set"`
			Sense             string
			HVRef             []float64 `json:"hv_ref"`
			Kept              int
			KeptReference     int `json:"kept_reference"`
			HV                expected
			HVRatio           expected `json:"hv_ratio"`
			IGD               expected
			IGDPlus           expected `json:"igd_plus"`
			GD                expected
			GDPlus            expected `json:"gd_plus"`
			Hausdorff         expected `json:"hausdorff_avg_p1"`
			EpsAdditive       expected `json:"epsilon_additive"`
			EpsMultiplicative expected `json:"epsilon_multiplicative"`
			Sparsity          expected
			Spacing           expected `json:"spacing_schott"`
			SpacingPopulation expected `json:"spacing_population"`
			EUMLattice        lattice  `json:"eum_das_dennis"`
			MULLattice        lattice  `json:"mul_das_dennis"`
			EUM               struct {
				Weights shape
				Value   float64
			} `json:"eum_linear64"`
			Crowding struct{ Value []number } `json:"crowding_first8"`
		}
	}
	golden(t, "indicators.json", &file)
	for _, c := range file.Cases {
		t.Run(c.Points.String(), func(t *testing.T) {
			if c.Sense != "max" {
				t.Fatalf("sense %q", c.Sense)
			}
			filtered := func(s shape, kept int) Front {
				f := s.rows(t)
				idx, err := NonDominated(f)
				if err != nil || len(idx) != kept {
					t.Fatalf("%v: %d non-dominated rows, %v; want %d", s, len(idx), err, kept)
				}
				return f.Select(idx)
			}
			s, z := filtered(c.Points, c.Kept), filtered(c.Reference, c.KeptReference)
			// check accepts errors relative to the value or, if that is a difference, to its terms. A
			// value that is not defined has to be an error.
			check := func(name string, want *float64, terms float64) func(got float64, err error) {
				return func(got float64, err error) {
					t.Helper()
					switch {
					case want == nil && !errors.Is(err, ErrNotPositive):
						t.Errorf("%s: %v, %v; it is not defined", name, got, err)
					case want != nil && (err != nil || !(math.Abs(got-*want) <= file.RelTol*max(math.Abs(*want), terms))):
						t.Errorf("%s: %v, %v; want %v", name, got, err, *want)
					}
				}
			}
			check("hypervolume", c.HV.Value, 0)(Hypervolume(s, c.HVRef))
			check("hypervolume ratio", c.HVRatio.Value, 0)(HVRatio(s, z, c.HVRef))
			check("IGD", c.IGD.Value, 0)(IGD(s, z))
			check("IGD+", c.IGDPlus.Value, 0)(IGDPlus(s, z))
			check("GD", c.GD.Value, 0)(GD(s, z))
			check("GD+", c.GDPlus.Value, 0)(GDPlus(s, z))
			check("averaged Hausdorff", c.Hausdorff.Value, 0)(AveragedHausdorff(s, z))
			check("additive ε", c.EpsAdditive.Value, 0)(EpsAdditive(s, z))
			check("multiplicative ε", c.EpsMultiplicative.Value, 0)(EpsMultiplicative(s, z))
			check("sparsity", c.Sparsity.Value, 0)(Sparsity(s), nil)
			check("spacing", c.Spacing.Value, 0)(Spacing(s))
			check("spacing, divided by n", c.SpacingPopulation.Value, 0)(SpacingPopulation(s))

			w := Lattice(s.M, c.EUMLattice.Partitions)
			if len(w) != c.EUMLattice.Weights {
				t.Errorf("lattice of %d weights, want %d", len(w), c.EUMLattice.Weights)
			}
			check("expected utility on a lattice", &c.EUMLattice.Value, 0)(ExpectedUtility(s, w))
			check("maximal utility loss on a lattice", &c.MULLattice.Value, c.EUMLattice.Value)(MaxUtilityLoss(s, z, Lattice(s.M, c.MULLattice.Partitions)))
			check("expected utility", &c.EUM.Value, 0)(ExpectedUtility(s, c.EUM.Weights.rows(t).Rows()))

			crowding := Crowding(s)
			for i, want := range c.Crowding.Value {
				if !(relative(crowding[i], float64(want)) <= file.RelTol) {
					t.Errorf("crowding of row %d: %v, want %v", i, crowding[i], want)
				}
			}
		})
	}
}

func TestCrowding(t *testing.T) {
	inf, nan := math.Inf(1), math.NaN()
	for _, c := range []struct {
		name string
		rows [][]float64
		want []float64
	}{
		{"no rows", nil, []float64{}},
		{"one row", [][]float64{{1, 2}}, []float64{inf}},
		{"two rows", [][]float64{{1, 2}, {2, 1}}, []float64{inf, inf}},
		{"three rows", [][]float64{{0, 4}, {1, 3}, {4, 0}}, []float64{inf, 2, inf}},
		{"without range", [][]float64{{0, 7}, {1, 7}, {3, 7}, {4, 7}}, []float64{inf, 0.75, 0.75, inf}},
		{"all equal", [][]float64{{1, 1}, {1, 1}, {1, 1}}, []float64{inf, 0, inf}},
		{"equal values in order of index", [][]float64{{1}, {0}, {1}, {1}, {2}}, []float64{0.5, inf, 0, 0.5, inf}},
		{"range beyond float64", [][]float64{{-1.5e308}, {0}, {1.5e308}}, []float64{inf, 1, inf}},
		{"infinite values add nothing", [][]float64{{-inf, 0}, {0, 1}, {5, 2}, {inf, 4}}, []float64{inf, 0.5, 0.75, inf}},
		{"NaN adds nothing", [][]float64{{nan, 0}, {0, 1}, {5, 2}, {7, 4}}, []float64{inf, 0.5, 0.75, inf}},
	} {
		got := Crowding(mustFront(t, c.rows))
		if len(got) != len(c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
			continue
		}
		for i := range got {
			if got[i] != c.want[i] {
				t.Errorf("%s: %v, want %v", c.name, got, c.want)
				break
			}
		}
	}
}

func TestSparsity(t *testing.T) {
	for _, c := range []struct {
		name string
		rows [][]float64
		want float64
	}{
		{"no rows", nil, 0},
		{"one row", [][]float64{{1, 2}}, 0},
		{"copies", [][]float64{{1, 2}, {1, 2}}, 0},
		{"two rows", [][]float64{{0, 3}, {2, 0}}, 4 + 9},
		{"three rows in any order", [][]float64{{2, 1}, {0, 4}, {3, 0}}, (4 + 1 + 9 + 1) / 2.},
	} {
		if got := Sparsity(mustFront(t, c.rows)); got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

func TestUtilities(t *testing.T) {
	f := Front{2, []float64{4, 0, 0, 2}}
	z := Front{2, []float64{4, 4}}
	w := [][]float64{{1, 0}, {0.5, 0.5}, {0, 1}}
	for _, c := range []struct {
		name string
		got  func() (float64, error)
		want float64
	}{
		{"expected", func() (float64, error) { return ExpectedUtility(f, w) }, (4. + 2 + 2) / 3},
		{"smallest", func() (float64, error) { return MinUtility(f, w) }, 2},
		{"largest loss", func() (float64, error) { return MaxUtilityLoss(f, z, w) }, 2},
		{"a gain is a negative loss", func() (float64, error) { return MaxUtilityLoss(z, f, w) }, 0},
		{"mean loss", func() (float64, error) { return MeanUtilityLoss(f, z, w) }, (0. + 2 + 2) / 3},
		{"loss in shares of the range", func() (float64, error) { return MaxUtilityLossNormalized(f, z, w) }, 2. / 3},
		{"loss where all are equally good", func() (float64, error) { return MaxUtilityLossNormalized(f, f, [][]float64{{0, 0}}) }, 0},
		{"another utility", func() (float64, error) {
			return ExpectedUtility(z, [][]float64{{3}, {5}}, func(w, y []float64) float64 { return min(w[0], y[0]) })
		}, 3.5},
		{"a gain everywhere", func() (float64, error) { return MaxUtilityLoss(z, f, w[1:]) }, -2},
		{"negative returns", func() (float64, error) { return ExpectedUtility(Front{1, []float64{-3, -2}}, [][]float64{{1}}) }, -2},
	} {
		if got, err := c.got(); err != nil || got != c.want {
			t.Errorf("%s: %v, %v; want %v", c.name, got, err, c.want)
		}
	}
}

func TestEpsilonAndDistancesByHand(t *testing.T) {
	s := Front{2, []float64{1, 3, 3, 1}}
	z := Front{2, []float64{2, 4, 4, 2, 3, 3}}
	inf := math.Inf(1)
	for _, c := range []struct {
		name string
		got  func() (float64, error)
		want float64
	}{
		{"additive ε", func() (float64, error) { return EpsAdditive(s, z) }, 2},
		{"additive ε of a better set", func() (float64, error) { return EpsAdditive(z, s) }, -1},
		{"multiplicative ε", func() (float64, error) { return EpsMultiplicative(s, z) }, 3},
		{"multiplicative ε of a set twice as good", func() (float64, error) { return EpsMultiplicative(Front{1, []float64{4}}, Front{1, []float64{2}}) }, 0.5},
		{"multiplicative ε of costs twice as high", func() (float64, error) {
			return EpsMultiplicative(Front{2, []float64{4, 6, 2, 9}}, Front{2, []float64{2, 3}}, Options{Dir: []Direction{Minimise, Minimise}})
		}, 2},
		{"multiplicative ε of a return half and a cost thrice as high", func() (float64, error) {
			return EpsMultiplicative(Front{2, []float64{1, 6}}, Front{2, []float64{2, 2}}, Options{Dir: []Direction{Maximise, Minimise}})
		}, 3},
		{"GD", func() (float64, error) { return GD(s, z) }, math.Sqrt2},
		{"GD of 1998", func() (float64, error) { return GDVanVeldhuizen(s, z) }, 1},
		{"averaged Hausdorff", func() (float64, error) { return AveragedHausdorff(s, z) }, (2*math.Sqrt2 + 2) / 3},
		{"Hausdorff", func() (float64, error) { return AveragedHausdorff(s, z, inf) }, 2},
		{"GD of a part", func() (float64, error) { return GD(z.Select([]int{0}), z) }, 0},
		{"IGD", func() (float64, error) { return IGD(s, z) }, (2*math.Sqrt2 + 2) / 3},
		{"IGD, p = 1", func() (float64, error) { return IGD(s, z, 1) }, (2*math.Sqrt2 + 2) / 3},
		{"IGD, p = 2", func() (float64, error) { return IGD(s, z, 2) }, math.Sqrt(8. / 3)},
		{"IGD, p = 4", func() (float64, error) { return IGD(s, z, 4) }, math.Pow((4+4+16)/3., 0.25)},
		{"IGD, largest", func() (float64, error) { return IGD(s, z, inf) }, 2},
		{"IGD+ of a better set", func() (float64, error) { return IGDPlus(z, s) }, 0},
		{"GD+ of a better set", func() (float64, error) { return GDPlus(z, s) }, 0},
		{"GD+ counts only what is missing", func() (float64, error) { return GDPlus(Front{2, []float64{9, 1}}, Front{2, []float64{2, 4}}) }, 3},
		{"IGD+ counts only what is missing", func() (float64, error) { return IGDPlus(Front{2, []float64{9, 1}}, Front{2, []float64{2, 4}}) }, 3},
	} {
		if got, err := c.got(); err != nil || relative(got, c.want) > 1e-15 {
			t.Errorf("%s: %v, %v; want %v", c.name, got, err, c.want)
		}
	}
}

// TestIndicatorsAgreeWithDominance: a set that gains a row is never worse, and one that covers
// another is at least as good, by every indicator that promises it.
func TestIndicatorsAgreeWithDominance(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		worse := realFront(12, 5).Filter(func(f Front) bool { return f.Len() > 0 }).Draw(t, "front")
		better := worse.Append(rapid.SliceOfN(rapid.Float64Range(0.5, 2), worse.M, worse.M).Draw(t, "row"))
		for k := range better.X {
			better.X[k] += 0.25
		}
		z := better.Select([]int{0, better.Len() - 1})
		w := Lattice(z.M, 4)
		above := make([]float64, z.M)
		for j := range above {
			above[j] = 100
		}
		for _, c := range []struct {
			name    string
			measure func(s Front) (float64, error)
			sign    float64 // of what is better
		}{
			{"hypervolume", func(s Front) (float64, error) { return Hypervolume(s, make([]float64, s.M)) }, 1},
			{"expected utility", func(s Front) (float64, error) { return ExpectedUtility(s, w) }, 1},
			{"smallest utility", func(s Front) (float64, error) { return MinUtility(s, w) }, 1},
			{"utility loss", func(s Front) (float64, error) { return MaxUtilityLoss(s, z, w) }, -1},
			{"IGD+", func(s Front) (float64, error) { return IGDPlus(s, z) }, -1},
			{"mean utility loss", func(s Front) (float64, error) { return MeanUtilityLoss(s, z, w) }, -1},
			{"R2", func(s Front) (float64, error) { return R2(s, above, w) }, -1},
			{"R2 of sums", func(s Front) (float64, error) { return R2Sum(s, above, w) }, -1},
			{"logarithmic hypervolume", func(s Front) (float64, error) { return LogHypervolume(s, make([]float64, s.M), above, 0.01) }, 1},
			{"additive ε", func(s Front) (float64, error) { return EpsAdditive(s, z) }, -1},
		} {
			b, err := c.measure(better)
			if err != nil {
				t.Fatal(err)
			}
			a, err := c.measure(worse)
			if err != nil {
				t.Fatal(err)
			}
			if c.sign*(b-a) < -1e-12*math.Abs(a) {
				t.Fatalf("%s: %v for the better set, %v for the worse", c.name, b, a)
			}
		}
		// The least shift is enough, and a smaller one is not.
		eps, err := EpsAdditive(worse, z)
		if err != nil {
			t.Fatal(err)
		}
		for _, shift := range []float64{eps * (1 + 1e-9), eps * (1 - 1e-9)} {
			moved := Front{M: worse.M}
			for _, v := range worse.X {
				moved.X = append(moved.X, v+shift)
			}
			covered := true
			for i := range z.Len() {
				some := false
				for k := range moved.Len() {
					some = some || WeaklyDominates(moved.Row(k), z.Row(i))
				}
				covered = covered && some
			}
			if covered != (shift > eps) {
				t.Fatalf("ε %v: after a shift by %v covered is %v", eps, shift, covered)
			}
		}
	})
}

func TestIndicatorErrors(t *testing.T) {
	good := Front{2, []float64{1, 2}}
	three := Front{3, []float64{1, 2, 3}}
	bad := Front{2, []float64{1, 2, math.NaN(), 1}}
	weights := [][]float64{{0.5, 0.5}}
	pair := map[string]func(s, z Front) (float64, error){
		"IGD":            func(s, z Front) (float64, error) { return IGD(s, z) },
		"IGD+":           func(s, z Front) (float64, error) { return IGDPlus(s, z) },
		"GD":             func(s, z Front) (float64, error) { return GD(s, z) },
		"GD+":            func(s, z Front) (float64, error) { return GDPlus(s, z) },
		"additive":       EpsAdditive,
		"multiplicative": func(s, z Front) (float64, error) { return EpsMultiplicative(s, z) },
		"GD of 1998":     GDVanVeldhuizen,
		"Hausdorff":      func(s, z Front) (float64, error) { return AveragedHausdorff(s, z) },
		"spread":         Spread,
		"spread in m":    GeneralizedSpread,
		"loss":           func(s, z Front) (float64, error) { return MaxUtilityLoss(s, z, weights) },
		"mean loss":      func(s, z Front) (float64, error) { return MeanUtilityLoss(s, z, weights) },
		"relative loss":  func(s, z Front) (float64, error) { return MaxUtilityLossNormalized(s, z, weights) },
	}
	for name, f := range pair {
		for _, c := range []struct {
			name string
			s, z Front
			want error
		}{
			{"empty front", Front{}, good, ErrEmpty},
			{"empty reference set", good, Front{}, ErrEmpty},
			{"NaN in the front", bad, good, ErrNaN},
			{"NaN in the reference set", good, bad, ErrNaN},
			{"different objectives", good, three, ErrDimension},
			{"rows cut short", Front{2, []float64{1}}, good, ErrDimension},
		} {
			if v, err := f(c.s, c.z); !errors.Is(err, c.want) || v != 0 {
				t.Errorf("%s, %s: %v, %v; want %v", name, c.name, v, err, c.want)
			}
		}
	}
	for name, f := range map[string]func(w [][]float64) (float64, error){
		"expected": func(w [][]float64) (float64, error) { return ExpectedUtility(good, w) },
		"smallest": func(w [][]float64) (float64, error) { return MinUtility(good, w) },
		"loss":     func(w [][]float64) (float64, error) { return MaxUtilityLoss(good, good, w) },
		"quantile": func(w [][]float64) (float64, error) {
			q, err := UtilityQuantiles(good, w, []float64{0.5})
			return slices.Max(append(q, 0)), err
		},
	} {
		for _, c := range []struct {
			name string
			w    [][]float64
			want error
		}{
			{"no weights", nil, ErrEmpty},
			{"short weights", [][]float64{{0.5, 0.5}, {1}}, ErrDimension},
			{"NaN weight", [][]float64{{0.5, 0.5}, {1, math.NaN()}}, ErrNaN},
			{"infinite weight", [][]float64{{0.5, math.Inf(1)}}, ErrInf},
			{"utilities beyond float64", [][]float64{{1.7e308, 1.7e308}}, ErrInf},
		} {
			if v, err := f(c.w); !errors.Is(err, c.want) || v != 0 {
				t.Errorf("%s, %s: %v, %v; want %v", name, c.name, v, err, c.want)
			}
		}
	}
	if _, err := GD(good, good, 1, 2); !errors.Is(err, ErrRange) {
		t.Errorf("two exponents: error %v", err)
	}
	for _, p := range []float64{0, -1} {
		if _, err := GD(good, good, p); !errors.Is(err, ErrNotPositive) {
			t.Errorf("p = %v: error %v", p, err)
		}
	}
	if _, err := GD(good, good, math.NaN()); !errors.Is(err, ErrNaN) {
		t.Errorf("p = NaN: error %v", err)
	}
	_, err := EpsMultiplicative(good, Front{2, []float64{1, 1, 2, 0}})
	var at *InputError
	if !errors.Is(err, ErrNotPositive) || !errors.As(err, &at) || at.Row != 1 || at.Col != 1 || at.Input != "reference set" {
		t.Errorf("a zero in a ratio: %v", err)
	}
}

func TestReferencePoints(t *testing.T) {
	f := Front{2, []float64{0, 10, 20, 0, 10, 5}}
	for _, c := range []struct {
		name string
		got  func() ([]float64, error)
		want [2]float64
	}{
		{"ideal", func() ([]float64, error) { return Ideal(f) }, [2]float64{20, 10}},
		{"nadir", func() ([]float64, error) { return Nadir(f) }, [2]float64{0, 0}},
		{"reference", func() ([]float64, error) { return RefFromNadir(f, NadirFactor) }, [2]float64{-2, -1}},
		{"on the nadir", func() ([]float64, error) { return RefFromNadir(f, 0) }, [2]float64{0, 0}},
	} {
		if got, err := c.got(); err != nil || [2]float64(got) != c.want {
			t.Errorf("%s: %v, %v; want %v", c.name, got, err, c.want)
		}
	}
	for name, want := range map[*Front]error{{}: ErrEmpty, {2, []float64{1, math.NaN()}}: ErrNaN, {2, []float64{-1.7e308, 0, 1.7e308, 0}}: ErrInf} {
		if _, err := RefFromNadir(*name, NadirFactor); !errors.Is(err, want) {
			t.Errorf("%v: error %v, want %v", *name, err, want)
		}
	}
	if _, err := RefFromNadir(f, -1); !errors.Is(err, ErrNotPositive) {
		t.Errorf("negative factor: error %v", err)
	}
}
