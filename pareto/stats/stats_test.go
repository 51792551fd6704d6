package stats

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/bits"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// Values of scipy.stats 1.17.1, where the golden file has none: ties, zeros, large samples, small
// probabilities.

func upTo(n int, f func(i float64) float64) []float64 {
	x := make([]float64, n)
	for i := range x {
		x[i] = f(float64(i))
	}
	return x
}

func TestMannWhitneyLikeSciPy(t *testing.T) {
	for _, c := range []struct {
		name string
		x, y []float64
		want Test
	}{
		{"ties", []float64{1, 2, 2, 3, 5, 5, 8}, []float64{2, 4, 5, 6, 7, 9},
			Test{12, 0.21950194029990822, 13, false}},
		{"continuity correction beyond the mean", []float64{1, 1, 2, 1}, []float64{1, 3, 1, 1, 1},
			Test{10, 1, 9, false}},
		{"101 × 100 pairs are too many", upTo(101, func(i float64) float64 { return i }), upTo(100, func(i float64) float64 { return i + 20.5 }),
			Test{3240, 1.1415244115114265e-05, 201, false}},
		{"100 × 100 pairs are not", upTo(100, func(i float64) float64 { return i }), upTo(100, func(i float64) float64 { return i + 20.5 }),
			Test{3160, 5.206861771961773e-06, 200, true}},
		{"10 × 1000", upTo(10, func(i float64) float64 { return i }), upTo(1000, func(i float64) float64 { return i/100 + 2.003 }),
			Test{2800, 0.014962358109171814, 1010, true}},
		{"all equal", []float64{1, 1, 1}, []float64{1, 1, 1}, Test{4.5, 1, 6, false}},
	} {
		got, err := MannWhitney(c.x, c.y)
		if err != nil {
			t.Fatal(err)
		}
		near(t, c.name, got.P, c.want.P, 1e-9)
		got.P = c.want.P
		if got != c.want {
			t.Errorf("%s: got %+v, want %+v", c.name, got, c.want)
		}
	}
}

func TestWilcoxonLikeSciPy(t *testing.T) {
	everyThirdNegative := func(i float64) float64 {
		if math.Mod(i, 3) == 0 {
			return -i - 1
		}
		return i + 1
	}
	zero := func(float64) float64 { return 0 }
	for _, c := range []struct {
		name string
		x, y []float64
		want Test
	}{
		{"zeros and ties", []float64{7, 3, 5, 9, 4, 6, 8, 2, 11.5}, []float64{5, 4, 1, 2, 7.5, 5.5, 8, 9, 2},
			Test{12.5, 0.4406478971233142, 8, false}},
		{"50 pairs", upTo(50, everyThirdNegative), upTo(50, zero), Test{425, 0.03996834652842374, 50, true}},
		{"51 pairs", upTo(51, everyThirdNegative), upTo(51, zero), Test{425, 0.02568873999366418, 51, false}},
		{"all equal", []float64{1, 2, 3}, []float64{1, 2, 3}, Test{0, 1, 0, false}},
	} {
		got, err := Wilcoxon(c.x, c.y)
		if err != nil {
			t.Fatal(err)
		}
		near(t, c.name, got.P, c.want.P, 1e-9)
		got.P = c.want.P
		if got != c.want {
			t.Errorf("%s: got %+v, want %+v", c.name, got, c.want)
		}
	}
}

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

// Against all C(nx+ny, nx) ways to hand out the ranks.
func TestMannWhitneyIsTheDefinition(t *testing.T) {
	for nx := 1; nx <= 6; nx++ {
		for ny := 1; ny <= 6; ny++ {
			count := make([]float64, nx*ny+1)
			total := 0.0
			for set := range 1 << (nx + ny) {
				if bits.OnesCount(uint(set)) != nx {
					continue
				}
				u := 0
				for i := range nx + ny {
					if set>>i&1 == 1 {
						u += bits.OnesCount(uint(^set & (1<<i - 1)))
					}
				}
				count[u]++
				total++
			}
			for u := range count {
				lower, upper := 0.0, 0.0
				for v, c := range count {
					if v <= u {
						lower += c
					}
					if v >= u {
						upper += c
					}
				}
				near(t, fmt.Sprintf("%d × %d, U %d", nx, ny, u), mannWhitneyExact(float64(u), nx, ny),
					min(1, 2*min(lower, upper)/total), 1e-14)
			}
			smallest, err := SmallestP(nx, ny)
			if err != nil {
				t.Fatal(err)
			}
			near(t, "smallest p", smallest, mannWhitneyExact(0, nx, ny), 1e-14)
		}
	}
}

// Against all 2^n signs.
func TestWilcoxonIsTheDefinition(t *testing.T) {
	for n := 1; n <= 10; n++ {
		count := make([]float64, n*(n+1)/2+1)
		for signs := range 1 << n {
			w := 0
			for i := range n {
				w += (signs >> i & 1) * (i + 1)
			}
			count[w]++
		}
		lower := 0.0
		for w := 0; w <= (len(count)-1)/2; w++ {
			lower += count[w]
			near(t, fmt.Sprintf("n %d, W %d", n, w), wilcoxonExact(w, n), min(1, 2*lower/float64(int(1)<<n)), 1e-15)
		}
	}
}

func TestA12IsTheDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sample := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) float64 { return float64(rapid.IntRange(-4, 4).Draw(t, "v")) }), 1, 12)
		x, y := sample.Draw(t, "x"), sample.Draw(t, "y")
		wins := 0.0
		for _, a := range x {
			for _, b := range y {
				switch {
				case a > b:
					wins++
				case a == b:
					wins += 0.5
				}
			}
		}
		got, err := A12(x, y)
		if want := wins / float64(len(x)*len(y)); err != nil || got != want {
			t.Fatalf("got %v (%v), want %v", got, err, want)
		}
	})
}

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

func TestProbImprovementIsSymmetric(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x, y := scores(1).Draw(t, "x"), scores(1).Draw(t, "y")
		n := min(len(x), len(y))
		x, y = x[:n], y[:n]
		a, err := ProbImprovement(x, y)
		if err != nil {
			t.Fatal(err)
		}
		b, err := ProbImprovement(y, x)
		if err != nil {
			t.Fatal(err)
		}
		if math.Abs(a+b-1) > 1e-15*float64(n) {
			t.Fatalf("%v + %v is not 1", a, b)
		}
		want := 0.0
		for i := range x {
			a12, err := A12(x[i].Runs, y[i].Runs)
			if err != nil {
				t.Fatal(err)
			}
			want += a12 / float64(n)
		}
		if math.Abs(a-want) > 1e-15*float64(n) {
			t.Fatalf("%v is not the mean A12 %v", a, want)
		}
	})
}

func TestMannWhitneyIsSymmetric(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x, y := scores(MinRuns).Draw(t, "x")[0].Runs, scores(MinRuns).Draw(t, "y")[0].Runs
		a, err := MannWhitney(x, y)
		if err != nil {
			t.Fatal(err)
		}
		b, err := MannWhitney(y, x)
		if err != nil {
			t.Fatal(err)
		}
		if a.P != b.P || a.Statistic+b.Statistic != float64(len(x)*len(y)) || a.P < 0 || a.P > 1 {
			t.Fatalf("%+v and %+v", a, b)
		}
		smallest, err := SmallestP(len(x), len(y))
		if err != nil || a.Exact && a.P < smallest*(1-1e-12) {
			t.Fatalf("p %v is below the smallest %v", a.P, smallest)
		}
	})
}

func TestSmallestP(t *testing.T) {
	for _, c := range []struct {
		nx, ny int
		want   float64
	}{{3, 3, 0.1}, {4, 4, 2. / 70}, {5, 5, 2. / 252}, {10, 10, 2. / 184756}, {1, 1, 1}, {1, 9, 0.2}, {math.MaxInt, math.MaxInt, 0}} {
		got, err := SmallestP(c.nx, c.ny)
		if err != nil {
			t.Fatal(err)
		}
		near(t, fmt.Sprint(c.nx, " and ", c.ny), got, c.want, 1e-12)
	}
}

func TestHolm(t *testing.T) {
	// p.adjust(p, "holm") of R.
	got, err := Holm([]float64{0.01, 0.04, 0.03, 0.005})
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []float64{0.03, 0.06, 0.06, 0.02} {
		near(t, "adjusted", got[i], want, 1e-15)
	}
}

func TestHolmIsMonotone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := rapid.SliceOf(rapid.Float64Range(0, 1)).Draw(t, "p")
		adjusted, err := Holm(p)
		if err != nil || len(adjusted) != len(p) {
			t.Fatal(adjusted, err)
		}
		for i := range p {
			if adjusted[i] < p[i] || adjusted[i] > min(1, float64(len(p))*p[i]) {
				t.Fatalf("%v became %v of %d", p[i], adjusted[i], len(p))
			}
			for j := range p {
				if p[i] <= p[j] && adjusted[i] > adjusted[j] {
					t.Fatalf("%v ≤ %v, but %v > %v", p[i], p[j], adjusted[i], adjusted[j])
				}
			}
		}
	})
}

// The same bits for any number of workers, and others for another seed.
func TestWorkersDoNotMatter(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	draw := func(runs int, shift float64) Scores {
		s := Scores{{Name: "a"}, {Name: "b"}, {Name: "c"}}
		for i := range s {
			for range runs {
				s[i].Runs = append(s[i].Runs, shift+rng.NormFloat64())
			}
		}
		return s
	}
	x, y := draw(8, 0.3), draw(5, 0)
	for name, f := range map[string]func(o Options) ([]Interval, error){
		"IQM":    func(o Options) ([]Interval, error) { iv, err := BootstrapCI(x, IQM, o); return []Interval{iv}, err },
		"median": func(o Options) ([]Interval, error) { iv, err := BootstrapCI(x, Median, o); return []Interval{iv}, err },
		"one task": func(o Options) ([]Interval, error) {
			iv, err := BootstrapCI(y[:1], Mean, o)
			return []Interval{iv}, err
		},
		"difference":    func(o Options) ([]Interval, error) { iv, err := DifferenceCI(x, y, IQM, o); return []Interval{iv}, err },
		"improvement":   func(o Options) ([]Interval, error) { iv, err := ProbImprovementCI(x, y, o); return []Interval{iv}, err },
		"profile":       func(o Options) ([]Interval, error) { return ProfileCI(x, []float64{-1, 0, 1}, o) },
		"no thresholds": func(o Options) ([]Interval, error) { return ProfileCI(x, nil, o) },
	} {
		want, err := f(Options{Resamples: 3000, Seed: 7})
		if err != nil {
			t.Fatal(name, err)
		}
		for _, workers := range []int{-1, 1, 2, 7, 1000} {
			got, err := f(Options{Resamples: 3000, Seed: 7, Workers: workers})
			if err != nil || !slices.Equal(got, want) {
				t.Errorf("%s, %d workers: %v (%v), want %v", name, workers, got, err, want)
			}
		}
		// All resamples have no seed, none has no interval, and few levels can give the same twice.
		if name == "one task" || name == "no thresholds" || name == "improvement" || name == "profile" {
			continue
		}
		other, err := f(Options{Resamples: 3000, Seed: 8})
		if err != nil || slices.Equal(other, want) {
			t.Errorf("%s: seed 8 gives the interval of seed 7: %v (%v)", name, other, err)
		}
	}
}

// The bootstrap of a mean is known: standard deviation sqrt(Σ(x-mean)²)/n of the runs of each task.
func TestBootstrapSpread(t *testing.T) {
	s := Scores{{Name: "a", Runs: []float64{1, 4, 2, 8, 5, 7}}, {Name: "b", Runs: []float64{0, 1, 0, 1, 0, 9}}}
	variance := 0.0
	for _, task := range s {
		m := 0.0
		for _, v := range task.Runs {
			m += v / 6
		}
		for _, v := range task.Runs {
			variance += (v - m) * (v - m) / 36 / 4
		}
	}
	opt, err := option([]Options{{Seed: 3}}, defaultResamples)
	if err != nil {
		t.Fatal(err)
	}
	r, err := resamplePool(newPool(s), opt, 1, func(r *resample, out []float64) { out[0] = Mean.of(r) })
	if err != nil {
		t.Fatal(err)
	}
	mean, square := 0.0, 0.0
	for _, v := range r.x {
		mean += v / float64(r.n)
		square += v * v / float64(r.n)
	}
	// Five standard errors of 50,000 draws.
	want, err := Mean.Of(s)
	if err != nil {
		t.Fatal(err)
	}
	within(t, "mean of means", mean, want, 5*math.Sqrt(variance/float64(r.n)))
	within(t, "variance of means", (square-mean*mean)/variance, 1, 5*math.Sqrt(2/float64(r.n)))
}

// The 95 % interval of the mean of 60 normal scores covers the truth about as often as it says;
// that of 10 is known to fall short a little.
func TestBootstrapCoverage(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	const trials = 400
	covered := 0
	for trial := range trials {
		s := make(Scores, 6)
		for i := range s {
			for range 10 {
				s[i].Runs = append(s[i].Runs, float64(i)+rng.NormFloat64())
			}
		}
		iv, err := BootstrapCI(s, Mean, Options{Resamples: 400, Seed: uint64(trial)})
		if err != nil {
			t.Fatal(err)
		}
		if iv.Lo <= 2.5 && 2.5 <= iv.Hi {
			covered++
		}
	}
	if share := float64(covered) / trials; share < 0.88 || share > 0.985 {
		t.Errorf("%.3f of the intervals cover the truth", share)
	}
}

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

func TestGroups(t *testing.T) {
	for _, c := range []struct {
		name  string
		ranks []float64
		cd    float64
		want  [][]int
	}{
		// Demšar 2006, section 3.2.4, at levels 0.05 and 0.10.
		{"Demšar, 0.05", []float64{3.143, 2.000, 2.893, 1.964}, 1.25, [][]int{{3, 1, 2, 0}}},
		{"Demšar, 0.10", []float64{3.143, 2.000, 2.893, 1.964}, 1.12, [][]int{{3, 1, 2}, {2, 0}}},
		{"overlapping", []float64{1, 2, 3, 4}, 1.5, [][]int{{0, 1}, {1, 2}, {2, 3}}},
		{"two groups", []float64{4, 1.2, 3.9, 1}, 1, [][]int{{3, 1}, {2, 0}}},
		{"no groups", []float64{1, 2, 3}, 1, nil},
		{"one alone", []float64{1, 3, 3.1}, 1, [][]int{{1, 2}}},
		{"nobody", nil, 1, nil},
	} {
		got, err := GroupsByCD(c.ranks, c.cd)
		if err != nil || !slices.EqualFunc(got, c.want, slices.Equal) {
			t.Errorf("%s: got %v (%v), want %v", c.name, got, err, c.want)
		}
	}
}

// Groups are exactly the maximal runs of neighbours without a separated pair.
func TestGroupsAreMaximal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		k := rapid.IntRange(0, 7).Draw(t, "k")
		ranks := upTo(k, func(i float64) float64 { return i })
		apart := rapid.SliceOfN(rapid.Bool(), k*k, k*k).Draw(t, "separated")
		fits := func(first, end int) bool {
			for a := first; a < end; a++ {
				for b := a + 1; b < end; b++ {
					if apart[a*k+b] {
						return false
					}
				}
			}
			return true
		}
		var want [][]int
		for first := range k {
			for end := first + 2; end <= k; end++ {
				if fits(first, end) && (first == 0 || !fits(first-1, end)) && (end == k || !fits(first, end+1)) {
					var group []int
					for i := first; i < end; i++ {
						group = append(group, i)
					}
					want = append(want, group)
				}
			}
		}
		if got := groups(ranks, func(a, b int) bool { return apart[a*k+b] }); !slices.EqualFunc(got, want, slices.Equal) {
			t.Fatalf("got %v, want %v", got, want)
		}
	})
}

func TestGroupsByWilcoxon(t *testing.T) {
	// Algorithm 1 wins by 1 or more on all of 12 tasks; 0 and 2 take turns.
	var table [][]float64
	for i := range 12 {
		d := float64(i+1) / 100
		if i%2 == 1 {
			d = -d
		}
		table = append(table, []float64{d, 1.5 + 3*d, -d * 0.9})
	}
	got, err := GroupsByWilcoxon(table, 0.05)
	if want := [][]int{{0, 2}}; err != nil || len(got) != 1 || !slices.Equal(slices.Sorted(slices.Values(got[0])), want[0]) {
		t.Errorf("got %v (%v), want %v", got, err, want)
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
	// rounded, by up to 0.001 wrongly.
	for k, q := range map[int][2]float64{} {
		for i, alpha := range []float64{0.05, 0.10} {
			got, err := NemenyiCD(k, 6, alpha)
			if err != nil {
				t.Fatal(err)
			}
			within(t, fmt.Sprint(k, " algorithms, α ", alpha), got*6/math.Sqrt(float64(k*(k+1))), q[i], 1.5e-3)
		}
	}
}

func TestAlign(t *testing.T) {
	curves := []Curve{
		{Steps: []int{0, 10, 20, 30}, Values: []float64{0, 1, 2, 3}},
		{Steps: []int{5, 15, 25}, Values: []float64{50, 51, 52}},
	}
	grid, err := CommonGrid(curves)
	if want := []int{5, 10, 15, 20, 25}; err != nil || !slices.Equal(grid, want) {
		t.Fatalf("grid %v (%v), want %v", grid, err, want)
	}
	got, err := Align(curves, grid)
	want := [][]float64{{0, 50}, {1, 50}, {1, 51}, {2, 51}, {2, 52}}
	if err != nil || !slices.EqualFunc(got, want, slices.Equal) {
		t.Errorf("got %v (%v), want %v", got, err, want)
	}
	for _, step := range []int{4, 26, math.MinInt, math.MaxInt} {
		if _, err := Align(curves, []int{10, step}); !errors.Is(err, ErrExtrapolation) {
			t.Errorf("step %d: %v", step, err)
		}
	}
}

func TestBadInput(t *testing.T) {
	nan, inf, huge := math.NaN(), math.Inf(1), math.MaxFloat64
	good := Scores{{Name: "a", Runs: []float64{1, 2, 3}}, {Name: "b", Runs: []float64{1, 2, 3}}}
	three := []float64{1, 2, 3}
	cancelled, cancel := context.WithCancel(context.Background())
	cancel()
	for _, c := range []struct {
		name string
		do   func() error
		kind error
		text string // all of the error
	}{
		{"NaN score", func() error {
			_, err := IQM.Of(Scores{{Name: "minecart", Runs: []float64{1, nan}}})
			return err
		}, ErrNaN, `scores, task 0 "minecart", run 1 (counting from 0): it is NaN; leave the run out and say so, or repair what computed it`},
		{"infinite score", func() error { _, err := Profile(one(1, inf), nil); return err }, ErrInf, ""},
		{"no tasks", func() error { return Scores{}.Validate() }, ErrTooFew, ""},
		{"no runs", func() error { return Scores{{Name: "a"}}.Validate() }, ErrTooFew, ""},
		{"ragged", func() error {
			_, err := Mean.Of(Scores{{Name: "a", Runs: three}, {Name: "b", Runs: three[:2]}})
			return err
		}, ErrShape, `scores, task 1 "b" (counting from 0): it has 2 runs where task 0 has 3; give one Task per task, and in each one score per run`},
		{"two runs", func() error { _, err := BootstrapCI(one(1, 2), IQM); return err },
			ErrTooFew, "scores: n = 2 runs where at least 3 are needed; add runs"},
		{"two runs of y", func() error { _, err := ProbImprovementCI(one(1, 2, 3), one(1, 2)); return err }, ErrTooFew, ""},
		{"other tasks", func() error {
			_, err := DifferenceCI(good, Scores{{Name: "a", Runs: three}, {Name: "c", Runs: three}}, IQM)
			return err
		}, ErrShape, `scores y, task 1 (counting from 0): it is "c" where scores x have "b"; give both the same tasks in the same order`},
		{"fewer tasks", func() error { _, err := ProbImprovement(good, good[:1]); return err }, ErrShape, ""},
		{"target", func() error { _, err := OptimalityGap(nan).Of(good); return err }, ErrNaN, ""},
		{"target of an interval", func() error { _, err := BootstrapCI(good, OptimalityGap(inf)); return err }, ErrInf, ""},
		{"threshold", func() error { _, err := ProfileCI(good, []float64{0, nan}); return err }, ErrNaN, ""},
		{"overflow", func() error { _, err := Mean.Of(one(huge, huge)); return err }, ErrInf, ""},
		{"overflow of an interval", func() error { _, err := BootstrapCI(one(huge, -huge, huge), Mean); return err }, ErrInf, ""},
		{"overflow of a difference", func() error { _, err := Wilcoxon([]float64{huge, 1, 2}, []float64{-huge, 0, 0}); return err }, ErrInf, ""},
		{"two options", func() error { _, err := BootstrapCI(good, IQM, Options{}, Options{}); return err }, ErrRange, ""},
		{"resamples", func() error { _, err := BootstrapCI(good, IQM, Options{Resamples: -1}); return err }, ErrRange, ""},
		{"too many resamples", func() error { _, err := BootstrapCI(good, IQM, Options{Resamples: math.MaxInt}); return err }, ErrRange, ""},
		{"too many thresholds", func() error { _, err := ProfileCI(one(1, 2, 3, 4, 5, 6), make([]float64, 2000)); return err }, ErrRange, ""},
		{"confidence", func() error { _, err := BootstrapCI(good, IQM, Options{Confidence: nan}); return err }, ErrRange, ""},
		{"certainty", func() error { _, err := BootstrapCI(good, IQM, Options{Confidence: 1}); return err }, ErrRange, ""},
		{"cancelled", func() error { _, err := BootstrapCI(good, IQM, Options{Ctx: cancelled}); return err }, context.Canceled, ""},
		{"empty sample", func() error { _, err := A12(nil, three); return err }, ErrTooFew, ""},
		{"NaN value", func() error { _, err := CliffsDelta(three, []float64{nan}); return err }, ErrNaN, ""},
		{"two values", func() error { _, err := MannWhitney(three, three[:2]); return err },
			ErrTooFew, "y: n = 2 values where at least 3 are needed; add values"},
		{"no pairs", func() error { _, err := Wilcoxon(three, []float64{1, 2, 3, 4}); return err }, ErrShape, ""},
		{"p-value", func() error { _, err := Holm([]float64{0.5, 1.5}); return err }, ErrRange, ""},
		{"NaN p-value", func() error { _, err := Holm([]float64{nan}); return err }, ErrNaN, ""},
		{"no values", func() error { _, err := SmallestP(0, 3); return err }, ErrTooFew, ""},
		{"one task", func() error { _, err := Friedman([][]float64{{1, 2}}); return err }, ErrTooFew, ""},
		{"one algorithm", func() error { _, err := Friedman([][]float64{{1}, {2}}); return err }, ErrTooFew, ""},
		{"ragged table", func() error { _, err := Friedman([][]float64{{1, 2}, {2}}); return err }, ErrShape, ""},
		{"NaN in a table", func() error { _, err := GroupsByWilcoxon([][]float64{{1, 2}, {2, 3}, {nan, 1}}, 0.05); return err }, ErrNaN, ""},
		{"11 algorithms", func() error { _, err := NemenyiCD(11, 5, 0.05); return err }, ErrRange, ""},
		{"level", func() error { _, err := NemenyiCD(3, 5, 0.01); return err }, ErrRange, ""},
		{"critical difference", func() error { _, err := GroupsByCD(three, -1); return err }, ErrRange, ""},
		{"NaN critical difference", func() error { _, err := GroupsByCD(three, nan); return err }, ErrNaN, ""},
		{"no curves", func() error { _, err := CommonGrid(nil); return err }, ErrTooFew, ""},
		{"no steps", func() error { _, err := CommonGrid([]Curve{{}}); return err }, ErrTooFew, ""},
		{"steps without values", func() error { _, err := Align([]Curve{{Steps: []int{1}}}, nil); return err }, ErrShape, ""},
		{"steps back", func() error { _, err := CommonGrid([]Curve{{[]int{2, 2}, []float64{1, 1}}}); return err }, ErrShape, ""},
		{"disjoint curves", func() error {
			_, err := CommonGrid([]Curve{{[]int{1}, []float64{1}}, {[]int{2}, []float64{1}}})
			return err
		}, ErrExtrapolation, "curves: one begins at step 2, another ends at step 1; leave the short ones out"},
	} {
		err := c.do()
		if !errors.Is(err, c.kind) {
			t.Errorf("%s: got %v, want %v", c.name, err, c.kind)
		}
		if c.text != "" && err != nil && err.Error() != c.text {
			t.Errorf("%s: got\n%v\nwant\n%v", c.name, err, c.text)
		}
	}
}

// Whatever the input, there is a result or an error, and no result is NaN.
func TestNothingPanics(t *testing.T) {
	anything := rapid.OneOf(rapid.Float64(), rapid.SampledFrom([]float64{0, math.Copysign(0, -1), 1, math.NaN(), math.Inf(1), math.MaxFloat64, -math.MaxFloat64, math.SmallestNonzeroFloat64}))
	values := rapid.SliceOfN(anything, 0, 8)
	ints := rapid.SliceOfN(rapid.IntRange(-3, 9), 0, 5)
	rapid.Check(t, func(t *rapid.T) {
		drawScores := func() Scores {
			var s Scores
			for range rapid.IntRange(0, 3).Draw(t, "tasks") {
				s = append(s, Task{Runs: values.Draw(t, "runs")})
			}
			return s
		}
		x, y := drawScores(), drawScores()
		a, b := values.Draw(t, "a"), values.Draw(t, "b")
		table := [][]float64{values.Draw(t, "row"), values.Draw(t, "row"), values.Draw(t, "row")}
		v := anything.Draw(t, "v")
		o := Options{Resamples: rapid.IntRange(-1, 300).Draw(t, "B"), Confidence: anything.Draw(t, "confidence"), Workers: rapid.IntRange(-1, 3).Draw(t, "workers")}
		curves := []Curve{{ints.Draw(t, "steps"), a}, {ints.Draw(t, "steps"), b}}

		check := func(err error, results ...float64) {
			for _, r := range results {
				if err == nil && math.IsNaN(r) {
					t.Fatal("a result is NaN")
				}
			}
		}
		for _, f := range []Statistic{{}, {kind: 99}, Mean, Median, OptimalityGap(v)} {
			r, err := f.Of(x)
			check(err, r)
			iv, err := BootstrapCI(x, f, o)
			check(err, iv.Value, iv.Lo, iv.Hi)
			iv, err = DifferenceCI(x, y, f, o)
			check(err, iv.Value, iv.Lo, iv.Hi)
		}
		r, err := ProbImprovement(x, y)
		check(err, r)
		iv, err := ProbImprovementCI(x, y, o)
		check(err, iv.Value, iv.Lo, iv.Hi)
		rs, err := Profile(x, a)
		check(err, rs...)
		_, err = ProfileCI(x, a, o)
		check(err)
		test, err := MannWhitney(a, b)
		check(err, test.P)
		test, err = Wilcoxon(a, b)
		check(err, test.P)
		r, err = CliffsDelta(a, b)
		check(err, r)
		rs, err = Holm(a)
		check(err, rs...)
		f, err := Friedman(table)
		check(err, f.ChiSquared, f.P, f.F, f.PF)
		_, err = GroupsByCD(a, v)
		check(err)
		_, err = GroupsByWilcoxon(table, v)
		check(err)
		r, err = NemenyiCD(len(a), len(b), 0.05)
		check(err, r)
		r, err = SmallestP(len(a), len(b))
		check(err, r)
		_, err = CommonGrid(curves)
		check(err)
		_, err = Align(curves, ints.Draw(t, "grid"))
		check(err)
	})
}

// Memory does not grow with the resamples, but for the one number kept of each.
func TestBootstrapDoesNotAllocatePerResample(t *testing.T) {
	s := Scores{{Name: "a", Runs: []float64{1, 2, 3, 4, 5, 6, 7}}, {Name: "b", Runs: []float64{1, 2, 3, 4, 5, 6, 7}}}
	allocs := func(resamples int) float64 {
		return testing.AllocsPerRun(3, func() {
			if _, err := BootstrapCI(s, Median, Options{Resamples: resamples}); err != nil {
				t.Fatal(err)
			}
		})
	}
	if few, many := allocs(100), allocs(10_000); many > few {
		t.Errorf("%v allocations for 100 resamples, %v for 10,000", few, many)
	}
}
