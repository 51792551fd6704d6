package pareto

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"
)

// asked is a context that notes the longest time in which nobody asks whether it has ended, and ends when
// it has been asked a number of times.
type asked struct {
	context.Context
	sync.Mutex
	last    time.Time
	longest time.Duration
	times   int
	left    int
}

func (c *asked) Err() error {
	c.Lock()
	defer c.Unlock()
	now := time.Now()
	c.longest = max(c.longest, now.Sub(c.last))
	c.last = now
	c.times++
	if c.left--; c.left < 0 {
		return context.Canceled
	}
	return nil
}

// cancellable are calls of every function that takes a context, on inputs of a size.
func cancellable(t *testing.T, size int) map[string]func(Options) error {
	rows := func(shape_ string, n, m int) Front { return shape{shape_, n * size, m, 1}.rows(t) }
	shifted := func(f Front) Front { // positive, and a little worse
		g := f.Select(nil)
		for _, v := range f.X {
			g.X = append(g.X, v*0.9+1)
		}
		return g
	}
	plane, space, four, five := rows("linear", 40_000, 2), rows("linear", 20_000, 3), rows("linear", 2_000, 4), rows("linear", 400, 5)
	nine, many, wide := rows("linear", 4_000, 9), rows("linear", 30_000, 6), shape{"linear", 60, 9, 1}.rows(t)
	ref := make([]float64, 9)
	sets := func(n, m int) []Front {
		var s []Front
		for i := range 5 {
			s = append(s, shape{"concave", n, m, uint64(i)}.rows(t))
		}
		return s
	}
	flat, deep := sets(4_000*size, 2), sets(60, 3)
	return map[string]func(Options) error{
		"NonDominated, plane": func(o Options) error { _, err := NonDominated(plane, o); return err },
		"NonDominated, space": func(o Options) error { _, err := NonDominated(space, o); return err },
		"NonDominated, 6":     func(o Options) error { _, err := NonDominated(many, o); return err },
		"NonDominated, 9":     func(o Options) error { _, err := NonDominated(nine, o); return err },
		"Rank, plane":         func(o Options) error { _, err := Rank(plane, o); return err },
		"Rank, space":         func(o Options) error { _, err := Rank(space, o); return err },
		"Rank, 6":             func(o Options) error { _, err := Rank(many, o); return err },
		"Rank, 9":             func(o Options) error { _, err := Rank(nine, o); return err },
		"DominatedBy":         func(o Options) error { _, err := DominatedBy(many.Row(0), many, o); return err },
		"FilterAgainst":       func(o Options) error { _, err := FilterAgainst(many, many, o); return err },
		"Coverage":            func(o Options) error { _, err := Coverage(many, many, o); return err },
		"DominanceMatrix":     func(o Options) error { _, err := DominanceMatrix([]Front{four, four, four}, o); return err },
		"Cardinality":         func(o Options) error { _, err := Cardinality(nine, o); return err },
		"CardinalityRatio":    func(o Options) error { _, err := CardinalityRatio(nine, many.Select([]int{0}), o); return err },
		"Hypervolume, plane":  func(o Options) error { _, err := Hypervolume(plane, ref[:2], o); return err },
		"Hypervolume, space":  func(o Options) error { _, err := Hypervolume(space, ref[:3], o); return err },
		"Hypervolume, 4":      func(o Options) error { _, err := Hypervolume(four, ref[:4], o); return err },
		"Hypervolume, 9":      func(o Options) error { _, err := Hypervolume(wide, ref, o); return err },
		"HVRatio":             func(o Options) error { _, err := HVRatio(wide, wide, ref, o); return err },
		"RelativeHypervolume": func(o Options) error { _, err := RelativeHypervolume(wide, wide, ref, o); return err },
		"LogHypervolume": func(o Options) error {
			_, err := LogHypervolume(shifted(five), ref[:5], []float64{1, 1, 1, 1, 1}, 0.01, o)
			return err
		},
		"Contributions, plane": func(o Options) error { _, err := Contributions(plane, ref[:2], o); return err },
		"Contributions, space": func(o Options) error { _, err := Contributions(space, ref[:3], o); return err },
		"Contributions, 4":     func(o Options) error { _, err := Contributions(four, ref[:4], o); return err },
		"LeastContributor":     func(o Options) error { _, _, err := LeastContributor(five, ref[:5], o); return err },
		"Exclusive":            func(o Options) error { _, err := Exclusive(slices.Repeat([]float64{0.3}, 9), wide, ref, o); return err },
		"HypervolumeBracket":   func(o Options) error { _, _, err := HypervolumeBracket(wide, ref, 1e-3, o); return err },
		"HypervolumeWithin":    func(o Options) error { _, _, err := HypervolumeWithin(wide, ref, 1e-3, o); return err },
		"HypervolumeApprox": func(o Options) error {
			_, err := HypervolumeApprox(nine, ref, ApproxOptions{RelErr: 1e-9, MaxSamples: 5000}, o)
			return err
		},
		"HypervolumeFPRAS":   func(o Options) error { _, err := HypervolumeFPRAS(wide, ref, 0.05, 0.5, 1, o); return err },
		"SelectHV, backward": func(o Options) error { _, _, err := SelectHV(five, ref[:5], 10, BackwardGreedy, o); return err },
		"SelectHV, forward":  func(o Options) error { _, _, err := SelectHV(five, ref[:5], 100, ForwardGreedy, o); return err },
		"SelectHV, exact":    func(o Options) error { _, _, err := SelectHV(plane, ref[:2], 20, ExactPlane, o); return err },
		"EpsMultiplicative":  func(o Options) error { _, err := EpsMultiplicative(shifted(nine), shifted(nine), o); return err },
		"ConvexCoverageSet":  func(o Options) error { _, err := ConvexCoverageSet(five, o); return err },
		"WeaklySupported":    func(o Options) error { _, err := WeaklySupported(five, o); return err },
		"SupportWeight":      func(o Options) error { _, _, err := SupportWeight(many, 0, o); return err },
		"CornerWeights":      func(o Options) error { _, err := CornerWeights(plane, o); return err },
		"AttainmentSurface, plane": func(o Options) error {
			_, err := AttainmentSurface(flat, 3, o)
			return err
		},
		"AttainmentSurface, space": func(o Options) error { _, err := AttainmentSurface(deep, 3, o); return err },
		"AttainedCounts":           func(o Options) error { _, err := AttainedCounts(deep, space, o); return err },
		"AttainmentDifference":     func(o Options) error { _, err := AttainmentDifference(flat, flat[:2], o); return err },
		"Vorobev":                  func(o Options) error { _, err := Vorobev(flat, ref[:2], o); return err },
		"HyperplaneKnees":          func(o Options) error { _, err := HyperplaneKnees(many, o); return err },
		"MarginalUtilityKnees":     func(o Options) error { _, err := MarginalUtilityKnees(many, Lattice(6, 3), o); return err },
		"BendAngleKnees":           func(o Options) error { _, err := BendAngleKnees(plane, o); return err },
		"ExtremeRows":              func(o Options) error { _, err := ExtremeRows(many, o); return err },
		"Representatives":          func(o Options) error { _, _, err := Representatives(many, 30, o); return err },
	}
}

// TestEveryFunctionStopsWithin50ms: no function goes on for longer without asking its context, and each
// returns the context's error, whenever that ends. Of several runs the quietest counts, as others may
// use the machine.
func TestEveryFunctionStopsWithin50ms(t *testing.T) {
	if testing.Short() {
		t.Skip("measures time")
	}
	random := rand.New(rand.NewPCG(1, 1))
	for name, call := range cancellable(t, 1) {
		longest, times := time.Hour, 0
		for attempt := 0; attempt < 5 && longest > 50*time.Millisecond; attempt++ {
			ctx := &asked{Context: context.Background(), last: time.Now(), left: math.MaxInt}
			if err := call(Options{Ctx: ctx}); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			ctx.Err() // for the time since the last question
			longest, times = min(longest, ctx.longest), ctx.times-1
		}
		if longest > 50*time.Millisecond {
			t.Errorf("%s: %v without a question", name, longest)
		}
		moments := []int{0, times / 2, times - 1}
		for range 3 {
			moments = append(moments, random.IntN(times))
		}
		for _, left := range moments {
			ctx := &asked{Context: context.Background(), left: left}
			if err := call(Options{Ctx: ctx}); !errors.Is(err, context.Canceled) {
				t.Errorf("%s: %v from a context that ends when asked for the %dth of %d times", name, err, left+1, times)
			}
		}
	}
}

// BenchmarkLongestSilence measures the longest time without a question of what sorts or searches a million
// rows, in milliseconds.
func BenchmarkLongestSilence(b *testing.B) {
	plane := shape{"linear", 1_000_000, 2, 1}.rows(b)
	skewed := plane.Select(indices(plane.Len())) // all but one row in one bucket of a sort
	skewed.X[1] = -1e300
	positive := plane.Select(indices(plane.Len()))
	for k := range positive.X {
		positive.X[k]++
	}
	six := shape{"linear", 400_000, 6, 1}.rows(b)
	half, other := Front{6, six.X[:len(six.X)/2]}, Front{6, six.X[len(six.X)/2:]}
	var runs []Front
	for i := range 5 {
		runs = append(runs, shape{"concave", 100_000, 2, uint64(i)}.rows(b))
	}
	for _, c := range []struct {
		name string
		call func(Options) error
	}{
		{"NonDominated", func(o Options) error { _, err := NonDominated(plane, o); return err }},
		{"NonDominated/skewed", func(o Options) error { _, err := NonDominated(skewed, o); return err }},
		{"Rank", func(o Options) error { _, err := Rank(plane, o); return err }},
		{"Coverage", func(o Options) error { _, err := Coverage(half, other, o); return err }},
		{"CornerWeights", func(o Options) error { _, err := CornerWeights(plane, o); return err }},
		{"SupportWeight", func(o Options) error { _, _, err := SupportWeight(six, 0, o); return err }},
		{"EpsMultiplicative", func(o Options) error { _, err := EpsMultiplicative(positive, positive, o); return err }},
		{"BendAngleKnees", func(o Options) error { _, err := BendAngleKnees(plane, o); return err }},
		{"AttainmentSurface", func(o Options) error { _, err := AttainmentSurface(runs, 3, o); return err }},
		{"AttainmentDifference", func(o Options) error { _, err := AttainmentDifference(runs, runs[:2], o); return err }},
	} {
		b.Run(c.name, func(b *testing.B) {
			longest := time.Hour
			for b.Loop() {
				ctx := &asked{Context: context.Background(), last: time.Now(), left: math.MaxInt}
				if err := c.call(Options{Ctx: ctx}); err != nil {
					b.Fatal(err)
				}
				ctx.Err()
				longest = min(longest, ctx.longest)
			}
			b.ReportMetric(longest.Seconds()*1e3, "silent-ms")
		})
	}
}
