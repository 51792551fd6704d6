package pareto

import (
	"errors"
	"math"
	"slices"
	"testing"
)

// FuzzIndicators: whatever the input, every function returns, changes nothing, and either gives an error
// of a known kind or numbers that are not NaN; and the laws of fuzzlaws_test.go hold.
func FuzzIndicators(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, data []byte, m byte, exotic bool) {
		front, ref := fuzzedFront(data, 1+int(m-1)%6, exotic)
		half := front.Len() / 2 * front.M
		s, z := Front{front.M, front.X[:half]}, Front{front.M, front.X[half:]}
		weights := append(z.Rows(), ref)
		sets := []Front{s, z, front}
		before := bitsOf(front.X)
		number := func(v float64, err error) ([]float64, error) { return []float64{v}, err }
		indices := func(idx []int, err error) ([]float64, error) { return nil, err }
		rows := func(w [][]float64, err error) ([]float64, error) { return slices.Concat(w...), err }
		for name, call := range map[string]func() ([]float64, error){
			"Ideal":                    func() ([]float64, error) { return Ideal(front) },
			"Extent":                   func() ([]float64, error) { return Extent(front) },
			"RefFromNadir":             func() ([]float64, error) { return RefFromNadir(front, 0.1) },
			"GD":                       func() ([]float64, error) { return number(GD(s, z)) },
			"IGD":                      func() ([]float64, error) { return number(IGD(s, z, 3)) },
			"GDPlus":                   func() ([]float64, error) { return number(GDPlus(s, z)) },
			"IGDPlus":                  func() ([]float64, error) { return number(IGDPlus(s, z, 1e-300)) },
			"GDVanVeldhuizen":          func() ([]float64, error) { return number(GDVanVeldhuizen(s, z)) },
			"AveragedHausdorff":        func() ([]float64, error) { return number(AveragedHausdorff(s, z, math.Inf(1))) },
			"EpsAdditive":              func() ([]float64, error) { return number(EpsAdditive(s, z)) },
			"EpsMultiplicative":        func() ([]float64, error) { return number(EpsMultiplicative(s, z)) },
			"ExpectedUtility":          func() ([]float64, error) { return number(ExpectedUtility(s, weights)) },
			"UtilityQuantiles":         func() ([]float64, error) { return UtilityQuantiles(s, weights, []float64{0, 0.5, 1}) },
			"MaxUtilityLoss":           func() ([]float64, error) { return number(MaxUtilityLoss(s, z, weights)) },
			"MeanUtilityLoss":          func() ([]float64, error) { return number(MeanUtilityLoss(s, z, weights)) },
			"MaxUtilityLossNormalized": func() ([]float64, error) { return number(MaxUtilityLossNormalized(s, z, weights)) },
			"RelativeHypervolume":      func() ([]float64, error) { return number(RelativeHypervolume(s, z, ref)) },
			"LogHypervolume":           func() ([]float64, error) { return number(LogHypervolume(s, ref, ref, 0.1)) },
			"PublishedHypervolume":     func() ([]float64, error) { return number(PublishedHypervolume(PGMORL, s, nil)) },
			"R2":                       func() ([]float64, error) { return number(R2(s, ref, weights)) },
			"R2Sum":                    func() ([]float64, error) { return number(R2Sum(s, ref, weights)) },
			"R2Exact":                  func() ([]float64, error) { return number(R2Exact(s, ref)) },
			"Spacing":                  func() ([]float64, error) { return number(Spacing(front)) },
			"Spread":                   func() ([]float64, error) { return number(Spread(s, z)) },
			"GeneralizedSpread":        func() ([]float64, error) { return number(GeneralizedSpread(s, z)) },
			"SparsityNormalized":       func() ([]float64, error) { return number(SparsityNormalized(s, ref)) },
			"CardinalityRatio":         func() ([]float64, error) { return number(CardinalityRatio(s, z)) },
			"DominanceMatrix":          func() ([]float64, error) { return rows(DominanceMatrix(sets)) },
			"ConvexCoverageSet":        func() ([]float64, error) { return indices(ConvexCoverageSet(front)) },
			"WeaklySupported":          func() ([]float64, error) { return indices(WeaklySupported(front)) },
			"SupportWeight": func() ([]float64, error) {
				w, margin, err := SupportWeight(front, front.Len()/2)
				return append(w, margin), err
			},
			"CornerWeights": func() ([]float64, error) { return rows(CornerWeights(front)) },
			"WinShares":     func() ([]float64, error) { return WinShares(front, weights) },
			"AttainmentSurface": func() ([]float64, error) {
				f, err := AttainmentSurface(sets, 2)
				return f.X, err
			},
			"AttainedCounts": func() ([]float64, error) { return indices(AttainedCounts(sets, front)) },
			"AttainmentDifference": func() ([]float64, error) {
				r, err := AttainmentDifference(sets, sets[:1])
				var v []float64
				for _, r := range r {
					v = append(v, r.Difference)
				}
				return v, err
			},
			"Vorobev": func() ([]float64, error) {
				v, err := Vorobev(sets, ref)
				return []float64{v.Deviation, v.MeanHypervolume}, err
			},
			"HyperplaneKnees":      func() ([]float64, error) { k, err := HyperplaneKnees(front); return k.Score, err },
			"MarginalUtilityKnees": func() ([]float64, error) { k, err := MarginalUtilityKnees(front, weights); return k.Score, err },
			"BendAngleKnees":       func() ([]float64, error) { k, err := BendAngleKnees(front); return k.Score, err },
			"ExtremeRows":          func() ([]float64, error) { return indices(ExtremeRows(front)) },
			"NearestToIdeal":       func() ([]float64, error) { _, d, err := NearestToIdeal(front); return []float64{d}, err },
			"IdealDistances":       func() ([]float64, error) { return IdealDistances(front) },
			"Representatives":      func() ([]float64, error) { _, r, err := Representatives(front, 3); return []float64{r}, err },
			"Tradeoffs": func() ([]float64, error) {
				trades, err := Tradeoffs(front, 0, 3)
				var v []float64
				for _, t := range trades {
					v = append(v, slices.Concat(t.Rate...)...)
				}
				return v, err
			},
			"Correlation": func() ([]float64, error) { return rows(Correlation(front)) },
			"CMORLGrid":   func() ([]float64, error) { return rows(CMORLGrid(front.M, max(ref[0], 0.2))) },
		} {
			values, err := call()
			if !slices.Equal(bitsOf(front.X), before) {
				t.Fatalf("%s changed its input", name)
			}
			if err != nil {
				var at *InputError
				kinds := []error{ErrNaN, ErrInf, ErrDimension, ErrEmpty, ErrNotPositive, ErrRange}
				if !errors.As(err, &at) || err.Error() == "" || !slices.Contains(kinds, at.Kind) {
					t.Fatalf("%s: error of another kind: %v", name, err)
				}
				continue
			}
			for _, v := range values {
				if math.IsNaN(v) {
					t.Fatalf("%s: %v of %v", name, values, front)
				}
			}
		}
		checkLaws(t, s, z)
	})
}
