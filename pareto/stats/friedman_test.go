package stats

import (
	"fmt"
	"math"
	"testing"
)

// Values of scipy.stats 1.17.1 where the golden file has none: ties, F, tiny probabilities.
func TestFriedmanLikeSciPy(t *testing.T) {
	distinct := make([][]float64, 25)
	for i := range distinct {
		for j := range 6 {
			v := float64(i%7)*0.01 + float64(j)
			if i*j%5 == 4 {
				v += 1.2 * float64(1-2*(i%2))
			}
			distinct[i] = append(distinct[i], v)
		}
	}
	for _, c := range []struct {
		name           string
		table          [][]float64
		chi2, p, f, pf float64
	}{
		{"ties", [][]float64{{3, 3, 1, 2}, {4, 1, 1, 1}, {2, 5, 3, 5}, {9, 9, 9, 9}, {1, 2, 3, 4}},
			1.3235294117646934, 0.7235535124411407, 0.3870967741935444, 0.7643519635256578},
		{"far out", distinct, 113.8914285714286, 6.162182106709716e-23, 246.06172839506254, 2.644347760054393e-61},
		{"all equal", [][]float64{{1, 1}, {2, 2}}, 0, 1, 0, 1},
		{"balanced", [][]float64{{1, 2}, {2, 1}}, 0, 1, 0, 1},
		{"unanimous", [][]float64{{1, 2, 3}, {1, 2, 3}, {4, 5, 6}}, 6, math.Exp(-3), math.Inf(1), 0},
	} {
		got, err := Friedman(c.table)
		if err != nil {
			t.Fatal(err)
		}
		near(t, c.name+": χ²", got.ChiSquared, c.chi2, 1e-9)
		if got.F != c.f { // infinite
			near(t, c.name+": F", got.F, c.f, 1e-9)
		}
		// Relative also where they are tiny.
		if math.Abs(got.P-c.p) > 1e-9*c.p || math.Abs(got.PF-c.pf) > 1e-9*c.pf {
			t.Errorf("%s: p %v and %v, want %v and %v", c.name, got.P, got.PF, c.p, c.pf)
		}
	}
}

func TestNemenyiCD(t *testing.T) {
	// The example of Demšar 2006, section 3.2.4: 4 algorithms on 14 data sets, two decimals.
	for _, c := range []struct{ alpha, want float64 }{{0.05, 1.25}, {0.10, 1.12}} {
		got, err := NemenyiCD(4, 14, c.alpha)
		if err != nil {
			t.Fatal(err)
		}
		within(t, fmt.Sprint("α ", c.alpha), got, c.want, 5e-3)
	}
	// The quantiles of the studentised range of scipy.stats 1.17.1, over √2: the printed ones are
	// off by up to 0.001.
	for k, q := range map[int][2]float64{
		2:  {1.9599639845, 1.6448536270},
		3:  {2.3437005864, 2.0522927305},
		4:  {2.5690317725, 2.2913414969},
		5:  {2.7277743709, 2.4595157643},
		6:  {2.8497054196, 2.5885206019},
		7:  {2.9483200175, 2.6927321010},
		8:  {3.0308784496, 2.7798836082},
		9:  {3.1017303413, 2.8546064312},
		10: {3.1636835771, 2.9198888401},
	} {
		for i, alpha := range []float64{0.05, 0.10} {
			got, err := NemenyiCD(k, 6, alpha)
			if err != nil {
				t.Fatal(err)
			}
			within(t, fmt.Sprint(k, " algorithms, α ", alpha), got*6/math.Sqrt(float64(k*(k+1))), q[i], 1e-3)
		}
	}
}
