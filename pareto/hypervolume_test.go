package pareto

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestHypervolumeOfGeneratedFronts(t *testing.T) {
	var file struct {
		Cases []struct {
			shape
			Sense  string
			Ref    []float64
			HV     float64
			RelTol float64 `json:"rel_tol"`
			Source string
		}
	}
	golden(t, "hv_generated.json", &file)
	worst := 0.0
	for _, c := range file.Cases {
		got, err := Hypervolume(c.inSense(t, c.Sense), c.Ref, directions(t, c.Sense, c.M))
		if err != nil {
			t.Errorf("%v: %v", c.shape, err)
			continue
		}
		d := relative(got, c.HV)
		if d > c.RelTol || d != d {
			t.Errorf("%v: %v, want %v (%s): relative error %.1e above %.0e", c.shape, got, c.HV, c.Source, d, c.RelTol)
		}
		if c.Source == "exact" {
			worst = max(worst, d)
		}
	}
	t.Logf("largest relative error against exact values: %.1e", worst)
}

func TestHypervolumeOfEdgeCases(t *testing.T) {
	var file struct {
		Cases []struct {
			Name   string
			Points [][]float64
			Ref    []float64
			Sense  string
			HV     float64
		}
	}
	golden(t, "hv_embedded.json", &file)
	for _, c := range file.Cases {
		t.Run(c.Name, func(t *testing.T) {
			got, err := Hypervolume(mustFront(t, c.Points), c.Ref, directions(t, c.Sense, len(c.Ref)))
			if err != nil || relative(got, c.HV) > 1e-12 {
				t.Errorf("%v, %v; want %v", got, err, c.HV)
			}
		})
	}
}

// The fronts of MO-Gymnasium's deep-sea-treasure, (treasure, time) without discount.
var deepSea = map[string][][2]float64{
	"convex":  {{0.7, -1}, {8.2, -3}, {11.5, -5}, {14, -7}, {15.1, -8}, {16.1, -9}, {19.6, -13}, {20.3, -14}, {22.4, -17}, {23.7, -19}},
	"concave": {{1, -1}, {2, -3}, {3, -5}, {5, -7}, {8, -8}, {16, -9}, {24, -13}, {50, -14}, {74, -17}, {124, -19}},
}

func TestHypervolumeOfDeepSeaTreasure(t *testing.T) {
	for _, c := range []struct {
		floor string
		gamma float64
		want  float64
	}{
		{"convex", 1, 401.79999999999995},
		{"concave", 1, 1155},
		{"convex", 0.99, 360.40094637581787},
		{"concave", 0.99, 1101.3844295193692},
	} {
		var f Front
		for _, p := range deepSea[c.floor] {
			treasure, time, discount := p[0], 0.0, 1.0
			for k := range int(-p[1]) {
				if k > 0 {
					discount *= c.gamma
				}
				time -= discount
			}
			f = f.Append([]float64{treasure * discount, time})
		}
		got, err := Hypervolume(f, []float64{0, -25})
		if err != nil || relative(got, c.want) > 1e-13 {
			t.Errorf("%s, γ %v: %v, %v; want %v", c.floor, c.gamma, got, err, c.want)
		}
	}
}

// TestHypervolumeOfFruitTree: the names say depth, reference point and discount; a leaf's reward
// comes after depth-1 discounts.
func TestHypervolumeOfFruitTree(t *testing.T) {
	var file struct {
		Leaves      map[string][][]float64
		Hypervolume map[string]float64
	}
	golden(t, "fruit-tree.json", &file)
	for name, want := range file.Hypervolume {
		var depth int
		var ref, gamma float64
		if _, err := fmt.Sscanf(strings.ReplaceAll(name, "_", " "), "depth%d ref%g gamma%g", &depth, &ref, &gamma); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		f := mustFront(t, file.Leaves[strconv.Itoa(depth)])
		for k := range f.X {
			f.X[k] *= math.Pow(gamma, float64(depth-1))
		}
		got, err := Hypervolume(f, slices.Repeat([]float64{ref}, f.M))
		if err != nil || relative(got, want) > 1e-12 {
			t.Errorf("%s: %v, %v; want %v", name, got, err, want)
		}
	}
}

// integerFront draws rows of small integers, for which every volume is an exact integer, and which
// are full of ties, copies and rows on or below the reference point 0.
func integerFront(maxRows, minM, maxM, largest int) *rapid.Generator[Front] {
	return rapid.Custom(func(t *rapid.T) Front {
		m := rapid.IntRange(minM, maxM).Draw(t, "m")
		n := rapid.IntRange(0, maxRows).Draw(t, "n")
		f := Front{M: m}
		for range n * m {
			f.X = append(f.X, float64(rapid.IntRange(-1, largest).Draw(t, "value")))
		}
		return f
	})
}

// realFront draws rows of one of the golden shapes, better than the reference point 0.
func realFront(maxRows, maxM int) *rapid.Generator[Front] {
	return rapid.Custom(func(t *rapid.T) Front {
		s := shape{
			Shape: rapid.SampledFrom([]string{"linear", "invlinear", "convex", "ties", "concave", "invconcave", "cube", "morl"}).Draw(t, "shape"),
			N:     rapid.IntRange(0, maxRows).Draw(t, "n"),
			M:     rapid.IntRange(2, maxM).Draw(t, "m"),
			Seed:  rapid.Uint64().Draw(t, "seed"),
		}
		f := Front{M: s.M}
		if s.N > 0 {
			f = s.rows(t)
		}
		return f
	})
}

func hv(t rapid.TB, f Front, ref []float64, o ...Options) float64 {
	t.Helper()
	v, err := Hypervolume(f, ref, o...)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// inclusionExclusion is the definition of the union's measure, above ref.
func inclusionExclusion(f Front, ref []float64) float64 {
	var total neumaier
	for set := 1; set < 1<<f.Len(); set++ {
		volume := -1.0
		for j, r := range ref {
			least := math.Inf(1)
			for i := range f.Len() {
				if set>>i&1 == 1 {
					least = min(least, f.Row(i)[j])
				}
			}
			volume *= max(0, least-r)
		}
		for i := range f.Len() {
			if set>>i&1 == 1 {
				volume = -volume
			}
		}
		total.add(volume)
	}
	return total.value()
}

func TestHypervolumeIsInclusionExclusion(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := integerFront(9, 1, 12, 6).Draw(t, "front")
		ref := make([]float64, f.M)
		if got, want := hv(t, f, ref), inclusionExclusion(f, ref); got != want {
			t.Fatalf("integers: %v, want exactly %v", got, want)
		}
		f = realFront(8, 9).Draw(t, "front")
		ref = make([]float64, f.M)
		if got, want := hv(t, f, ref), inclusionExclusion(f, ref); relative(got, want) > 1e-12 {
			t.Fatalf("reals: %v, want %v", got, want)
		}
	})
}

// countCells counts the unit cells of the grid 1…largest that some row weakly dominates.
func countCells(f Front, largest int) float64 {
	cells, all := 0, 1
	for range f.M {
		all *= largest
	}
	corner := make([]float64, f.M)
	for c := range all {
		for j := range corner {
			corner[j] = float64(1 + c%largest)
			c /= largest
		}
		for i := range f.Len() {
			if WeaklyDominates(f.Row(i), corner) {
				cells++
				break
			}
		}
	}
	return float64(cells)
}

func TestHypervolumeCountsCells(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const largest = 4
		f := integerFront(40, 1, 6, largest).Draw(t, "front")
		if got, want := hv(t, f, make([]float64, f.M)), countCells(f, largest); got != want {
			t.Fatalf("%v, want exactly %v", got, want)
		}
	})
}

func TestHypervolumeLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := realFront(40, 9).Draw(t, "front")
		n, m := f.Len(), f.M
		ref := make([]float64, m)
		v := hv(t, f, ref)
		random := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		same := func(law string, got, want float64) {
			if relative(got, want) > 1e-12 {
				t.Fatalf("%s: %v, want %v", law, got, want)
			}
		}

		same("the order of rows does not matter", hv(t, f.Select(random.Perm(n)), ref), v)

		permuted, columns := f.Select(nil), random.Perm(m)
		for i := range n {
			row := make([]float64, m)
			for j, c := range columns {
				row[j] = f.Row(i)[c]
			}
			permuted = permuted.Append(row)
		}
		same("the order of objectives does not matter", hv(t, permuted, ref), v)

		flipped, dir := f.Select(random.Perm(n)), make([]Direction, m)
		for j := range dir {
			if random.IntN(2) == 0 {
				continue
			}
			dir[j] = Minimise
			for i := range n {
				flipped.Row(i)[j] *= -1
			}
		}
		same("flipped objectives are minimised", hv(t, flipped, ref, Options{Dir: dir}), v)

		scaled, scaledRef := f.Rows(), slices.Clone(ref)
		j := random.IntN(m)
		for _, row := range scaled {
			row[j] *= 0x1p-7
		}
		scaledRef[j] *= 0x1p-7
		if n > 0 {
			if got := hv(t, mustFront(t, scaled), scaledRef); got != v*0x1p-7 {
				t.Fatalf("scaling by a power of two is exact: %v, want %v", got, v*0x1p-7)
			}
		}

		more := f.Select(random.Perm(n))
		for i := range n {
			dominated := slices.Clone(f.Row(i))
			for j := range dominated {
				dominated[j] *= random.Float64()
			}
			more = more.Append(dominated).Append(f.Row(i))
		}
		same("dominated rows and copies change nothing", hv(t, more, ref), v)

		if kept, err := NonDominated(f); err != nil {
			t.Fatal(err)
		} else {
			same("the non-dominated rows are enough", hv(t, f.Select(kept), ref), v)
		}

		row := make([]float64, m)
		for j := range row {
			row[j] = 2 * random.Float64()
		}
		if got := hv(t, f.Append(row), ref); got < v*(1-1e-12) {
			t.Fatalf("a row more never covers less: %v after %v", got, v)
		}

		if n > 0 {
			extended := Front{M: m + 1}
			for i := range n {
				extended = extended.Append(append([]float64{0.75}, f.Row(i)...))
			}
			same("a constant objective is a factor", hv(t, extended, append([]float64{0.5}, ref...)), v/4)
		}
	})
}

func TestHypervolumeIsTranslationInvariant(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := integerFront(20, 2, 7, 8).Draw(t, "front")
		ref := make([]float64, f.M)
		v := hv(t, f, ref)
		for j := range ref {
			shift := float64(rapid.IntRange(-1000, 1000).Draw(t, "shift"))
			ref[j] += shift
			for i := range f.Len() {
				f.Row(i)[j] += shift
			}
		}
		if got := hv(t, f, ref); got != v {
			t.Fatalf("%v, want exactly %v", got, v)
		}
	})
}

// TestHypervolumeFindsFactors compares the sweeps for two to four objectives with the recursion for
// many, which has to find out itself that the rows do not differ in the objectives added.
func TestHypervolumeFindsFactors(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := realFront(40, 4).Draw(t, "front")
		if f.Len() == 0 {
			return
		}
		wide := Front{M: f.M + 3}
		for i := range f.Len() {
			wide = wide.Append(append([]float64{1, 1, 1}, f.Row(i)...))
		}
		ref := make([]float64, wide.M)
		if got, want := hv(t, wide, ref), hv(t, f, ref[:f.M]); relative(got, want) > 1e-12 {
			t.Fatalf("%v, want %v", got, want)
		}
	})
}

// TestHypervolumeOfRowsTooManyForRanks compares the sweep for four objectives with the general
// recursion, to which a fifth objective is added that is the same for all rows, and both with the
// non-dominated rows, of which there are few enough.
func TestHypervolumeOfRowsTooManyForRanks(t *testing.T) {
	f := shape{"cube", laneTop / 3, 4, 1}.rows(t)
	wide := Front{M: 5}
	for i := range f.Len() {
		wide = wide.Append(append([]float64{1}, f.Row(i)...))
	}
	kept, err := NonDominated(f)
	if err != nil {
		t.Fatal(err)
	}
	ref := make([]float64, 5)
	want := hv(t, f.Select(kept), ref[:4])
	if got := hv(t, f, ref[:4]); relative(got, want) > 1e-12 {
		t.Errorf("four objectives: %v, want %v", got, want)
	}
	if got := hv(t, wide, ref); relative(got, want) > 1e-12 {
		t.Errorf("five objectives: %v, want %v", got, want)
	}
}

// TestHypervolumeOfRowsTooManyForNewRanks: no row covers more of the others' boxes than the last one, which lies
// below all of them in the fifth objective and above all in the others.
func TestHypervolumeOfRowsTooManyForNewRanks(t *testing.T) {
	f := shape{"linear", laneTop/4 + 300, 4, 1}.rows(t)
	wide := Front{M: 5}
	for i := range f.Len() {
		wide = wide.Append(append(slices.Clone(f.Row(i)), 0.875))
	}
	wide = wide.Append([]float64{1, 1, 1, 1, 0.125})
	ref := make([]float64, 5)
	want := hv(t, f, ref[:4])*0.75 + 0.125
	if got := hv(t, wide, ref); relative(got, want) > 1e-12 {
		t.Errorf("%v, want %v", got, want)
	}
}

func TestHypervolumeIsTheSameForAnyNumberOfWorkers(t *testing.T) {
	for _, s := range []shape{{"linear", 1500, 4, 4}, {"ties", 1500, 4, 5}, {"morl", 100, 8, 1}, {"linear", 700, 5, 2},
		{"ties", 8300, 5, 1}, {"ties", laneTop + 300, 5, 1}, {"ties", 160, 7, 3}, {"morl", 40, 10, 1}} {
		f := s.rows(t)
		ref := make([]float64, s.M)
		want := hv(t, f, ref)
		for _, workers := range []int{1, 2, 7} {
			var w Workspace
			for range 2 {
				got, err := w.Hypervolume(f, ref, Options{Workers: workers})
				if err != nil || got != want {
					t.Errorf("%v, %d workers: %v, %v; want exactly %v", s, workers, got, err, want)
				}
			}
		}
	}
}

// TestRowsPassedTogether: rows passed many at once leave the same rows, in the same order, as one at a time.
func TestRowsPassedTogether(t *testing.T) {
	for _, s := range []shape{{"linear", 1500, 4, 4}, {"ties", 1500, 4, 5}, {"cube", 1500, 4, 5}, {"linear", 700, 5, 2}, {"ties", 700, 5, 2}, {"ties", 8300, 5, 1}} {
		var one, many Workspace
		for _, w := range []*Workspace{&one, &many} {
			if err := w.begin(s.rows(t), "front", make([]float64, s.M), &Options{}); err != nil {
				t.Fatal(err)
			}
			w.sortRows()
			w.job.order = w.order
			w.pack(s.M - 1)
		}
		n := len(one.order)
		from := 0
		for _, to := range []int{n / 3, n/3 + 1, n/3 + 50, n} {
			for _, e := range one.order[from:to] {
				one.pass(int(e.row), one.job.packed)
			}
			many.passAll(many.order[from:to])
			from = to
			if !slices.Equal(many.passedWords, one.passedWords) || !slices.Equal(many.passed, one.passed) {
				t.Errorf("%v: after %d rows others are left", s, to)
			}
			if len(one.passedWords)+len(one.passed) == 0 {
				t.Errorf("%v: no row left", s)
			}
		}
	}
}

// weary is a context that is cancelled at its calls-th question.
type weary struct {
	context.Context
	calls int
}

func (c *weary) Err() error {
	if c.calls--; c.calls < 0 {
		return context.Canceled
	}
	return nil
}

func TestHypervolumeStopsWhenCancelled(t *testing.T) {
	for _, s := range []shape{{"linear", 60_000, 3, 1}, {"linear", 2000, 4, 1}, {"linear", 100, 9, 1}} {
		f, ref := s.rows(t), make([]float64, s.M)
		for _, calls := range []int{0, 1, 3} {
			ctx := &weary{context.Background(), calls}
			if _, err := Hypervolume(f, ref, Options{Ctx: ctx}); !errors.Is(err, context.Canceled) {
				t.Errorf("%v, cancelled at question %d: error %v", s, calls, err)
			}
		}
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		if _, err := Hypervolume(f, ref, Options{Ctx: ctx, Workers: 3}); !errors.Is(err, context.Canceled) {
			t.Errorf("%v, cancelled before: error %v", s, err)
		}
	}
}

func TestHypervolumeKeepsToItsBudget(t *testing.T) {
	s := shape{"linear", 60, 9, 1}
	f, ref := s.rows(t), make([]float64, s.M)
	var w Workspace
	want, err := w.Hypervolume(f, ref)
	if err != nil {
		t.Fatal(err)
	}
	needed := w.own.work.Load()
	for _, workers := range []int{1, 3} {
		if got, err := w.Hypervolume(f, ref, Options{MaxWork: needed, Workers: workers}); err != nil || got != want {
			t.Errorf("%d workers, just enough: %v, %v; want %v", workers, got, err, want)
		}
		for _, budget := range []int64{1, needed / 2, needed - 1} {
			if _, err := w.Hypervolume(f, ref, Options{MaxWork: budget, Workers: workers}); !errors.Is(err, ErrBudget) {
				t.Errorf("%d workers, budget %d of %d: error %v", workers, budget, needed, err)
			}
		}
	}
	if got, err := w.Hypervolume(f, ref); err != nil || got != want {
		t.Errorf("after an interrupted call: %v, %v; want %v", got, err, want)
	}
}

func TestWorkspaceRemembersNothing(t *testing.T) {
	var w Workspace
	rapid.Check(t, func(t *rapid.T) {
		f := realFront(60, 9).Draw(t, "front")
		ref := make([]float64, f.M)
		got, err := w.Hypervolume(f, ref)
		if want := hv(t, f, ref); err != nil || got != want {
			t.Fatalf("%v, %v; want exactly %v", got, err, want)
		}
	})
}

func TestWorkspaceAllocatesNothing(t *testing.T) {
	var w Workspace
	for _, s := range []shape{{"linear", 600, 2, 1}, {"linear", 600, 3, 1}, {"linear", 100, 4, 1}, {"morl", 60, 6, 1}, {"morl", 30, 9, 1}} {
		f, ref := s.rows(t), make([]float64, s.M)
		if got := testing.AllocsPerRun(5, func() { w.Hypervolume(f, ref) }); got != 0 {
			t.Errorf("%v: %v allocations a call", s, got)
		}
	}
	f, ref := Front{4, []float64{1e-300, 2e-300, 1e300, 1e300, 2e-300, 1e-300, 1e300, 1e300}}, make([]float64, 4)
	if got := testing.AllocsPerRun(5, func() { w.Hypervolume(f, ref); w.Exclusive(f.Row(0), f, ref); w.Contributions(f, ref) }); got != 0 {
		t.Errorf("extreme sides: %v allocations a call", got)
	}
}

func TestHypervolumeErrors(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	ones := func(m int) []float64 { return slices.Repeat([]float64{1}, m) }
	for _, c := range []struct {
		name     string
		f        Front
		ref      []float64
		o        Options
		want     error
		row, col int
	}{
		{"NaN in a row", Front{2, []float64{1, 2, 3, nan}}, ones(2), Options{}, ErrNaN, 1, 1},
		{"infinity in a row", Front{2, []float64{1, 2, inf, 3}}, ones(2), Options{}, ErrInf, 1, 0},
		{"negative infinity in a row", Front{2, []float64{1, -inf}}, ones(2), Options{}, ErrInf, 0, 1},
		{"NaN in the reference", Front{2, []float64{1, 2}}, []float64{0, nan}, Options{}, ErrNaN, -1, 1},
		{"NaN in the reference of no rows", Front{}, []float64{0, nan}, Options{}, ErrNaN, -1, 1},
		{"infinity in the reference", Front{2, []float64{1, 2}}, []float64{-inf, 0}, Options{}, ErrInf, -1, 0},
		{"short reference", Front{2, []float64{1, 2}}, ones(1), Options{}, ErrDimension, -1, -1},
		{"long reference", Front{2, []float64{1, 2}}, ones(3), Options{}, ErrDimension, -1, -1},
		{"no reference", Front{}, nil, Options{}, ErrDimension, -1, -1},
		{"rows cut short", Front{2, []float64{1, 2, 3}}, ones(2), Options{}, ErrDimension, -1, -1},
		{"no objectives", Front{0, []float64{1, 2, 3}}, ones(2), Options{}, ErrDimension, -1, -1},
		{"negative objectives", Front{-2, []float64{1, 2}}, ones(2), Options{}, ErrDimension, -1, -1},
		{"17 objectives", Front{17, ones(17)}, make([]float64, 17), Options{}, ErrDimension, -1, -1},
		{"directions", Front{2, []float64{1, 2}}, ones(2), Options{Dir: []Direction{Minimise}}, ErrDimension, -1, -1},
		{"a side beyond float64", Front{2, []float64{1e308, 1e308}}, []float64{-1e308, -1e308}, Options{}, ErrInf, -1, -1},
		{"an area beyond float64", Front{2, []float64{1e200, 1e200}}, []float64{0, 0}, Options{}, ErrInf, -1, -1},
		{"a volume beyond float64", Front{6, slices.Repeat([]float64{1e60}, 6)}, make([]float64, 6), Options{}, ErrInf, -1, -1},
	} {
		v, err := Hypervolume(c.f, c.ref, c.o)
		var at *InputError
		if !errors.Is(err, c.want) || !errors.As(err, &at) || at.Row != c.row || at.Col != c.col || v != 0 {
			t.Errorf("%s: %v, %v; want %v at row %d, objective %d", c.name, v, err, c.want, c.row, c.col)
		}
	}
}

func TestHypervolumeBoundaries(t *testing.T) {
	ones := func(m int) []float64 { return slices.Repeat([]float64{1}, m) }
	negativeZero := math.Copysign(0, -1)
	for _, c := range []struct {
		name string
		f    Front
		ref  []float64
		want float64
	}{
		{"no rows", Front{}, ones(3), 0},
		{"no rows of three objectives", Front{M: 3}, ones(3), 0},
		{"one objective", Front{1, []float64{3, 5, 4}}, ones(1), 4},
		{"one objective, below", Front{1, []float64{0}}, ones(1), 0},
		{"on the reference", Front{2, []float64{1, 5, 5, 1}}, ones(2), 0},
		{"negative zeros", Front{3, []float64{negativeZero, 1, 2, 0, 2, 1}}, []float64{-1, 0, negativeZero}, 3},
		{"16 objectives", Front{16, slices.Repeat([]float64{2}, 32)}, ones(16), 1},
		{"smallest numbers", Front{2, []float64{0x1p-1074, 1}}, []float64{0, 0}, 0x1p-1074},
	} {
		if got, err := Hypervolume(c.f, c.ref); err != nil || got != c.want {
			t.Errorf("%s: %v, %v; want %v", c.name, got, err, c.want)
		}
	}
}

func TestHypervolumeLeavesItsInputAlone(t *testing.T) {
	f := shape{"morl", 40, 6, 1}.rows(t)
	before, ref := slices.Clone(f.X), make([]float64, 6)
	hv(t, f, ref)
	if !slices.Equal(f.X, before) || slices.Max(ref) != 0 {
		t.Error("the front or the reference point was changed")
	}
}

func TestHVRatio(t *testing.T) {
	z := Front{2, []float64{2, 2}}
	ref := []float64{0, 0}
	for _, c := range []struct {
		name string
		s    Front
		want float64
	}{
		{"half", Front{2, []float64{1, 2}}, 0.5},
		{"more than the reference set", Front{2, []float64{4, 4}}, 4},
		{"empty", Front{}, 0},
	} {
		if got, err := HVRatio(c.s, z, ref); err != nil || got != c.want {
			t.Errorf("%s: %v, %v; want %v", c.name, got, err, c.want)
		}
	}
	if _, err := HVRatio(z, z, []float64{2, 2}); !errors.Is(err, ErrNotPositive) {
		t.Errorf("a reference set without volume: error %v", err)
	}
	if _, err := HVRatio(z, Front{3, []float64{1, 1, 1}}, ref); !errors.Is(err, ErrDimension) {
		t.Errorf("different objectives: error %v", err)
	}
}
