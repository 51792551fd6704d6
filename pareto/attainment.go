package pareto

import (
	"math"
	"slices"
)

// AttainmentSurface returns the level k of the empirical attainment function of several sets, usually one
// per seed: the best vectors that at least k of the sets attain, where a set attains whatever one of its
// rows weakly dominates (Fonseca, Grunert da Fonseca & Paquete 2005). Level 1 is the best of all sets
// together, half their number the median, their number what every one attains. The rows are mutually
// non-dominated, ordered by the first objective, best first, then by the next; they need not be rows of
// any set. Dominated rows and copies change nothing. A set without rows attains nothing but counts; if
// fewer than k sets have rows the surface is empty.
//
// For two or three objectives; [AttainedCounts] answers for any number. Objectives are maximised unless
// Options.Dir says otherwise. Errors: ErrEmpty for no sets; ErrRange for k below 1 or above their number;
// ErrDimension for other numbers of objectives and for sets that differ in theirs; ErrNaN, ErrInf,
// Options.Ctx.
//
// For R sets with N rows in all O(N log N + N·R) with two objectives; with three, the level of the plane at
// each value of the third, O(N²·R) at worst, where 2000 rows take a fraction of a second.
func AttainmentSurface(sets []Front, k int, o ...Options) (Front, error) {
	opt, err := option(o)
	if err != nil {
		return Front{}, err
	}
	a, err := newAttainment(sets, &opt)
	if err != nil {
		return Front{}, err
	}
	if k < 1 || k > len(sets) {
		return Front{}, errRange("level", k, "give a number of sets, from 1 to all")
	}
	if err := a.sort(&opt); err != nil {
		return Front{}, err
	}
	surface, err := a.surface(k, &opt)
	return opt.minimisedFront(surface), err
}

// attainment is the rows of several sets, minimised.
type attainment struct {
	m, sets int
	rows    []attainedRow
	heights []float64 // per set, by level: the least second objective so far
	sorted  []float64 // heights, ascending
}

type attainedRow struct {
	set   int
	value []float64
}

// newAttainment returns the rows of the sets; m is 0 if there are none.
func newAttainment(sets []Front, opt *Options) (*attainment, error) {
	if len(sets) == 0 {
		return nil, &InputError{Kind: ErrEmpty, Input: "sets", Row: -1, Col: -1,
			Fault: "there are none", Remedy: "give at least one"}
	}
	m, err := checkSets(sets, opt)
	if err != nil {
		return nil, err
	}
	a := &attainment{m: m, sets: len(sets), heights: make([]float64, len(sets))}
	for s, set := range sets {
		set = opt.minimisedFront(set)
		if err := opt.cancelled(); err != nil {
			return nil, err
		}
		a.rows = slices.Grow(a.rows, set.Len())
		for i := range set.Len() {
			a.rows = append(a.rows, attainedRow{s, set.Row(i)})
		}
	}
	return a, nil
}

// sort orders the rows lexicographically.
func (a *attainment) sort(opt *Options) error {
	order, err := lexicographic(len(a.rows), a.m, opt, func(row, column int) float64 { return a.rows[row].value[column] })
	if err != nil {
		return err
	}
	sorted := make([]attainedRow, len(order))
	for i, k := range order {
		sorted[i] = a.rows[k]
	}
	a.rows = sorted
	return nil
}

// surface returns the surface of level k, minimised.
func (a *attainment) surface(k int, opt *Options) (Front, error) {
	s := Front{M: a.m}
	switch a.m {
	case 0:
	case 2:
		points, err := a.level(k, inf, nil, opt)
		if err != nil {
			return Front{}, err
		}
		for _, p := range points {
			s.X = append(s.X, p[:]...)
		}
	case 3:
		points, err := a.sweep(k, opt)
		if err != nil {
			return Front{}, err
		}
		order, err := lexicographic(len(points), 3, opt, func(row, column int) float64 { return points[row][column] })
		if err != nil {
			return Front{}, err
		}
		for _, i := range order {
			s.X = append(s.X, points[i][:]...)
		}
	default:
		return Front{}, &InputError{Kind: ErrDimension, Input: "sets", Row: -1, Col: -1,
			Fault:  "they have " + count(a.m, "objective") + " where two or three are supported",
			Remedy: "select some, or count the sets that attain given points"}
	}
	return s, nil
}

// level appends to points the surface of level k in the first two objectives, of the rows of which the
// third is at most z. The error is that of the context.
func (a *attainment) level(k int, z float64, points [][2]float64, opt *Options) ([][2]float64, error) {
	a.restart()
	last := inf
	for i, r := range a.rows {
		if err := cancelled(opt.Ctx, i); err != nil {
			return nil, err
		}
		if a.m < 3 || r.value[2] <= z {
			a.lower(r)
		}
		x := r.value[0]
		if i+1 < len(a.rows) && a.rows[i+1].value[0] == x {
			continue
		}
		if y := a.sorted[k-1]; y < last {
			last = y
			points = append(points, [2]float64{x, y})
		}
	}
	return points, nil
}

// restart forgets the heights.
func (a *attainment) restart() {
	for s := range a.heights {
		a.heights[s] = inf
	}
	a.sorted = append(a.sorted[:0], a.heights...)
}

// lower lowers the height of the row's set to its second objective.
func (a *attainment) lower(r attainedRow) {
	y, old := r.value[1], a.heights[r.set]
	if y >= old {
		return
	}
	a.heights[r.set] = y
	from, _ := slices.BinarySearch(a.sorted, old)
	to, _ := slices.BinarySearch(a.sorted, y)
	copy(a.sorted[to+1:from+1], a.sorted[to:from])
	a.sorted[to] = y
}

// sweep returns the surface of level k of three objectives: what is new in the plane at each value of the
// third. The attained region only grows, so that a corner seen before is attained earlier, and any other
// was not.
func (a *attainment) sweep(k int, opt *Options) ([][3]float64, error) {
	byHeight := indices(len(a.rows))
	height := func(row int) float64 { return a.rows[row].value[2] }
	if err := orderBy(byHeight, opt, height); err != nil {
		return nil, err
	}
	var surface [][3]float64
	var before, now [][2]float64
	for i, row := range byHeight {
		z := height(row)
		if i > 0 && z == height(byHeight[i-1]) {
			continue
		}
		level, err := a.level(k, z, before[:0], opt)
		if err != nil {
			return nil, err
		}
		before, now = now, level
		for i, p := range now {
			if err := cancelled(opt.Ctx, i); err != nil {
				return nil, err
			}
			_, seen := slices.BinarySearchFunc(before, p, func(a, b [2]float64) int { return slices.Compare(a[:], b[:]) })
			if !seen {
				surface = append(surface, [3]float64{p[0], p[1], z})
			}
		}
	}
	return surface, nil
}

// AttainedCounts returns, for each row of points, the number of sets that attain it: that have a row which
// weakly dominates it. Divided by the number of sets it is the empirical attainment function, the
// estimated probability that one more run attains the point; points on a grid give its picture. Any number of
// objectives, maximised unless Options.Dir says otherwise. No points give no counts.
//
// Errors: ErrEmpty for no sets; ErrDimension if points and sets differ in their objectives; ErrNaN,
// ErrInf, Options.Ctx. O(N·m) per point, for N rows in all.
func AttainedCounts(sets []Front, points Front, o ...Options) ([]int, error) {
	opt, err := option(o)
	if err != nil {
		return nil, err
	}
	a, err := newAttainment(sets, &opt)
	if err != nil {
		return nil, err
	}
	if err := points.validate("points"); err != nil {
		return nil, err
	}
	counts := make([]int, points.Len())
	if a.m == 0 || len(counts) == 0 {
		return counts, nil
	}
	if points.M != a.m {
		return nil, &InputError{Kind: ErrDimension, Input: "points", Row: -1, Col: -1,
			Fault: count(points.M, "objective") + " where the sets have another number", Remedy: "give one value per objective"}
	}
	points = opt.minimisedFront(points)
	attained := make([]bool, a.sets)
	for i := range counts {
		clear(attained)
		for k, r := range a.rows {
			if err := cancelled(opt.Ctx, k); err != nil {
				return nil, err
			}
			if !attained[r.set] && weaklyBelow(r.value, points.Row(i)) {
				attained[r.set] = true
				counts[i]++
			}
		}
	}
	return counts, nil
}

// AttainmentRectangle is a part of the plane in which two attainment functions differ by the same value.
type AttainmentRectangle struct {
	Min, Max   [2]float64 // opposite corners; infinite where the part goes on for ever
	Difference float64    // share of the first sets less share of the second that attain it, from -1 to 1
}

// AttainmentDifference returns where two collections of sets, usually the runs of two algorithms, differ
// in their empirical attainment functions, and by how much (López-Ibáñez, Paquete & Stützle 2010): disjoint
// rectangles that together are all of the plane where the difference is not 0. Each holds its boundary
// towards better values and not that towards worse ones. They are ordered by the first objective, best
// first, then by the second. Two objectives, maximised unless Options.Dir says otherwise.
//
// Errors: ErrEmpty if one has no sets, ErrDimension for another number of objectives, ErrNaN, ErrInf.
// O(N·R) for N rows in R sets, and as many rectangles at worst.
func AttainmentDifference(first, second []Front, o ...Options) ([]AttainmentRectangle, error) {
	opt, err := option(o)
	if err != nil {
		return nil, err
	}
	a, err := newAttainment(first, &opt)
	if err != nil {
		return nil, err
	}
	b, err := newAttainment(second, &opt)
	if err != nil {
		return nil, err
	}
	for _, side := range []*attainment{a, b} {
		if side.m != 0 && side.m != 2 {
			return nil, &InputError{Kind: ErrDimension, Input: "sets", Row: -1, Col: -1,
				Fault: "they have " + count(side.m, "objective") + " where two are needed", Remedy: "select two"}
		}
		if err := side.sort(&opt); err != nil {
			return nil, err
		}
		side.restart()
	}
	var done rectangles
	var open []AttainmentRectangle // of the strip before, by height
	for i, k := 0, 0; i < len(a.rows) || k < len(b.rows); {
		x := inf
		if i < len(a.rows) {
			x = a.rows[i].value[0]
		}
		if k < len(b.rows) {
			x = min(x, b.rows[k].value[0])
		}
		for ; i < len(a.rows) && a.rows[i].value[0] == x; i++ {
			a.lower(a.rows[i])
		}
		for ; k < len(b.rows) && b.rows[k].value[0] == x; k++ {
			b.lower(b.rows[k])
		}
		if err := opt.cancelled(); err != nil {
			return nil, err
		}
		// What is in this strip as in the one before goes on.
		strip := differences(a, b, x)
		for _, r := range open {
			at := slices.IndexFunc(strip, func(s AttainmentRectangle) bool {
				return s.Min[1] == r.Min[1] && s.Max[1] == r.Max[1] && s.Difference == r.Difference
			})
			if at >= 0 {
				strip[at].Min[0] = r.Min[0]
				continue
			}
			r.Max[0] = x
			done.add(r)
		}
		open = strip
	}
	for _, r := range open {
		done.add(r)
	}
	return done.ordered(&opt)
}

// rectangles are many rectangles in parts, so that no part ever moves: copying all of them would take
// longer than a context may have to wait.
type rectangles [][]AttainmentRectangle

const rectanglePart = 1 << 14

func (s *rectangles) add(r AttainmentRectangle) {
	if n := len(*s); n == 0 || len((*s)[n-1]) == rectanglePart {
		*s = append(*s, make([]AttainmentRectangle, 0, rectanglePart))
	}
	last := &(*s)[len(*s)-1]
	*last = append(*last, r)
}

func (s rectangles) at(i int) *AttainmentRectangle { return &s[i/rectanglePart][i%rectanglePart] }

// ordered returns the rectangles by their better corner, in the directions of the user. The error is that
// of the context.
func (s rectangles) ordered(opt *Options) ([]AttainmentRectangle, error) {
	if len(s) == 0 {
		return nil, nil
	}
	n := (len(s)-1)*rectanglePart + len(s[len(s)-1])
	order, err := lexicographic(n, 2, opt, func(row, column int) float64 { return s.at(row).Min[column] })
	if err != nil {
		return nil, err
	}
	all := make([]AttainmentRectangle, n)
	for i, k := range order {
		if err := cancelled(opt.Ctx, i); err != nil {
			return nil, err
		}
		from, to := s.at(int(k)), &all[i]
		to.Difference = from.Difference
		for j := range to.Min {
			lo, hi := opt.minimised(j, from.Min[j]), opt.minimised(j, from.Max[j])
			to.Min[j], to.Max[j] = min(lo, hi), max(lo, hi)
		}
	}
	return all, nil
}

// differences returns the rectangles of the strip to the right of x, by height, as if it went on for ever.
func differences(a, b *attainment, x float64) []AttainmentRectangle {
	var strip []AttainmentRectangle
	for i, k := 0, 0; ; {
		y := inf
		if i < a.sets {
			y = a.sorted[i]
		}
		if k < b.sets {
			y = min(y, b.sorted[k])
		}
		if len(strip) > 0 {
			strip[len(strip)-1].Max[1] = y
		}
		if y == inf {
			break
		}
		for ; i < a.sets && a.sorted[i] == y; i++ {
		}
		for ; k < b.sets && b.sorted[k] == y; k++ {
		}
		strip = append(strip, AttainmentRectangle{Min: [2]float64{x, y}, Max: [2]float64{inf, inf},
			Difference: float64(i)/float64(a.sets) - float64(k)/float64(b.sets)})
	}
	// Neighbours of the same value are one rectangle, of the value 0 none.
	joined := strip[:0]
	for _, r := range strip {
		if n := len(joined); n > 0 && joined[n-1].Difference == r.Difference {
			joined[n-1].Max[1] = r.Max[1]
			continue
		}
		joined = append(joined, r)
	}
	return slices.DeleteFunc(joined, func(r AttainmentRectangle) bool { return r.Difference == 0 })
}

// VorobevExpectation is the mean set of several sets, and how far they spread around it.
type VorobevExpectation struct {
	Level           int     // number of sets
	Threshold       float64 // Level as a share of all sets
	Surface         Front   // AttainmentSurface of Level
	Hypervolume     float64 // of Surface
	MeanHypervolume float64 // over the sets
	Deviation       float64 // mean hypervolume of the symmetric difference between a set and Surface
}

// Vorobev returns the Vorob'ev expectation of several sets of two or three objectives above the reference
// point ref (Chevalier, Ginsbourger, Bect & Molchanov 2013; Binois, Ginsbourger & Roustant 2015): the
// attainment surface of which the hypervolume is nearest to the mean hypervolume of the sets; of two as near
// that of the lower level. Equal sets have deviation 0 and give level 1. Rows outside ref, dominated
// rows and copies change nothing.
//
// Errors as [AttainmentSurface], and as [Hypervolume] for ref. The cost of up to R surfaces and
// 3·R hypervolumes for R sets.
func Vorobev(sets []Front, ref []float64, o ...Options) (VorobevExpectation, error) {
	opt, err := option(o)
	if err != nil {
		return VorobevExpectation{}, err
	}
	a, err := newAttainment(sets, &opt)
	if err != nil {
		return VorobevExpectation{}, err
	}
	var w Workspace
	volumes := make([]float64, len(sets))
	for s, set := range sets {
		if volumes[s], err = w.Hypervolume(set, ref, opt); err != nil {
			return VorobevExpectation{}, err
		}
	}
	if err := a.sort(&opt); err != nil {
		return VorobevExpectation{}, err
	}
	v := VorobevExpectation{}
	if v.MeanHypervolume, err = mean("hypervolume", volumes); err != nil {
		return VorobevExpectation{}, err
	}
	for k := 1; k <= len(sets); k++ {
		surface, err := a.surface(k, &opt)
		if err != nil {
			return VorobevExpectation{}, err
		}
		surface = opt.minimisedFront(surface)
		volume, err := w.Hypervolume(surface, ref, opt)
		if err != nil {
			return VorobevExpectation{}, err
		}
		if k == 1 || math.Abs(volume-v.MeanHypervolume) < math.Abs(v.Hypervolume-v.MeanHypervolume) {
			v.Level, v.Surface, v.Hypervolume = k, surface, volume
		}
		if volume < v.MeanHypervolume {
			break // it falls with the level
		}
	}
	v.Threshold = float64(v.Level) / float64(len(sets))
	var total neumaier
	for s, set := range sets {
		union := Front{M: a.m, X: slices.Concat(set.X, v.Surface.X)}
		both, err := w.Hypervolume(union, ref, opt)
		if err != nil {
			return VorobevExpectation{}, err
		}
		total.add((both - volumes[s]) + (both - v.Hypervolume))
	}
	v.Deviation = max(0, total.value()/float64(len(sets)))
	return v, nil
}
