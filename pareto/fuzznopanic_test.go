package pareto

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"math"
	"slices"
	"testing"
)

// raw reads arguments of all kinds from bytes; when there are none left it reads zeros.
type raw []byte

func (r *raw) byte() byte {
	if len(*r) == 0 {
		return 0
	}
	b := (*r)[0]
	*r = (*r)[1:]
	return b
}

// value is a small whole number, an awkward one, or any pattern of bits.
func (r *raw) value() float64 {
	switch b := r.byte(); {
	case b < 128:
		return float64(int8(b<<1)) / 2
	case b < 192:
		awkward := []float64{math.Copysign(0, -1), 0x1p-1074, 1e-310, 1e-300, 1e308, -1e308, math.MaxFloat64, 1e154,
			0.1, 1 + 0x1p-52, math.NaN(), math.Inf(1), math.Inf(-1), 1. / 3, 0.5, 1}
		return awkward[b%16]
	}
	var bits [8]byte
	for i := range bits {
		bits[i] = r.byte()
	}
	return math.Float64frombits(binary.LittleEndian.Uint64(bits[:]))
}

func (r *raw) values(n int) []float64 {
	v := make([]float64, n)
	for i := range v {
		v[i] = r.value()
	}
	return v
}

// number is mostly small, sometimes far outside any range.
func (r *raw) number() int {
	b := r.byte()
	if b >= 240 {
		return []int{-1, math.MinInt, math.MaxInt, math.MaxInt - 1, 1 << 31, 1 << 40, 1 << 62, -1 << 40}[b%8]
	}
	return int(b % 32)
}

// front has up to 17 objectives and 12 rows, of which one may be ragged; sometimes M is nonsense.
func (r *raw) front() Front {
	b := r.byte()
	m := int(b % 18)
	f := Front{M: m, X: r.values(m * int(r.byte()%12))}
	switch {
	case b >= 250:
		f.M = r.number()
	case b >= 240:
		f.X = append(f.X, r.value())
	case b >= 230:
		f.X = nil
	}
	return f
}

// like returns a front that mostly has the objectives of f.
func (r *raw) like(f Front) Front {
	if b := r.byte(); b < 240 && f.M >= 0 && f.M < 18 {
		return Front{M: f.M, X: r.values(f.M * int(b%10))}
	}
	return r.front()
}

// point mostly has one value per objective of f.
func (r *raw) point(f Front) []float64 {
	switch b := r.byte(); {
	case b >= 250:
		return nil
	case b >= 240 || f.M < 0 || f.M > 17:
		return r.values(int(b % 18))
	}
	return r.values(f.M)
}

func (r *raw) points(f Front) [][]float64 {
	var rows [][]float64
	for range r.byte() % 6 {
		rows = append(rows, r.point(f))
	}
	return rows
}

func (r *raw) directions(m int) []Direction {
	b := r.byte()
	if b < 128 {
		return nil
	}
	if m < 0 || m > 17 || b >= 250 {
		m = int(b % 18)
	}
	dir := make([]Direction, m)
	for j := range dir {
		d := r.byte()
		dir[j] = Direction(d % 2)
		if d == 255 {
			dir[j] = Direction(r.byte())
		}
	}
	return dir
}

// options bound the work, so that each input takes little time.
func (r *raw) options(f Front) []Options {
	b := r.byte()
	o := Options{Dir: r.directions(f.M), KeepDuplicates: b&1 != 0, CountDominated: b&2 != 0,
		MaxFronts: r.number(), StopAfter: r.number(), MaxWork: 10_000, Workers: r.number()}
	if b&4 != 0 {
		ctx, cancel := context.WithCancel(context.Background())
		if b&8 != 0 {
			cancel()
		}
		context.AfterFunc(ctx, cancel)
		o.Ctx = ctx
	}
	switch {
	case b >= 250:
		return []Options{o, o}
	case b >= 240:
		return nil
	}
	return []Options{o}
}

// archive is one of each kind, of any settings; nil where those are refused.
func (r *raw) archive(kind byte, f Front) (Archive, error) {
	o := ArchiveOptions{Dir: r.directions(f.M), KeepDuplicates: r.byte()&1 != 0}
	if b := r.byte(); b >= 128 {
		o.Tolerance = r.value()
	}
	all := []ArchiveOptions{o}
	if r.byte() >= 250 {
		all = append(all, o)
	}
	capacity := r.number()
	switch kind % 8 {
	case 0:
		return NewUnboundedArchive(all...)
	case 1:
		return NewCrowdingArchive(capacity, all...)
	case 2:
		return NewDistanceArchive(capacity, all...)
	case 3:
		return NewGridArchive(capacity, r.number(), all...)
	case 4:
		return NewHypervolumeArchive(capacity, r.point(Front{M: f.M % 7}), all...)
	case 5:
		return NewEpsilonArchive(r.point(f), all...)
	case 6:
		return NewMultilevelArchive(capacity, r.point(f), all...)
	}
	var utopia []float64
	if r.byte() >= 128 {
		utopia = r.point(f)
	}
	return NewReferenceArchive(r.points(f), utopia, all...)
}

// use calls every method of an archive.
func (r *raw) use(t *testing.T, a Archive, f Front) {
	for i := range 8 {
		before := a.Len()
		switch result, err := a.Insert(r.point(f), i); {
		case err != nil && (result.Added || len(result.Removed) > 0 || a.Len() != before):
			t.Fatalf("%T: %+v and %v", a, result, err)
		case err == nil && !result.Added && len(result.Removed) == 0 && a.Len() != before:
			t.Fatalf("%T: %d members, then %d, after %+v", a, before, a.Len(), result)
		}
	}
	if n := a.Len(); a.Points().Len() != n || a.Payload(-1) != nil || a.Payload(n) != nil || a.Payload(math.MaxInt) != nil {
		t.Fatalf("%T: %d members, points %+v", a, n, a.Points())
	}
	switch a := a.(type) {
	case *CrowdingArchive:
		all := r.like(f)
		a.InsertAll(all, make([]any, all.Len()))
		a.InsertAll(all, make([]any, r.byte()%4))
	case *HypervolumeArchive:
		if v := a.Hypervolume(); !(v >= 0) || math.IsInf(v, 0) {
			t.Fatalf("hypervolume %v of an archive", v)
		}
	case *EpsilonArchive:
		a.Epsilon()
	case *MultilevelArchive:
		a.Epsilon()
	case *ReferenceArchive:
		a.Best(r.number())
		if k := a.Best(0); k >= a.Len() {
			t.Fatalf("best %d of %d", k, a.Len())
		}
	}
	var saved bytes.Buffer
	if err := SaveArchive(&saved, a, nil); err != nil {
		t.Fatalf("%T: %v", a, err)
	}
	if empty, err := NewUnboundedArchive(); err == nil {
		LoadArchive(&saved, empty, nil)
	}
}

// FuzzNoPanic: no exported function and no method panics or fails to return, whatever its arguments; an
// error is of a known kind and has a text. Only what no function can guard itself against is left out: nil
// pointers to an archive or a workspace, and callers' functions that panic.
func FuzzNoPanic(f *testing.F) {
	for m := range byte(18) {
		front := append([]byte{m, 5}, bytes.Repeat([]byte{2, 4, 1, 3, 200 - 70, 6, 5}, 5*int(m))...)
		f.Add(front, m)
		f.Add(append(front, bytes.Repeat([]byte{0, 131, 60, 7}, 60)...), m)
		f.Add(bytes.Repeat([]byte{m + 230, 250, 134, 3, 255, 1, 139, 240}, 40), m)
	}
	kinds := []error{ErrNaN, ErrInf, ErrDimension, ErrEmpty, ErrNotPositive, ErrRange, ErrBudget, context.Canceled, context.DeadlineExceeded}
	f.Fuzz(func(t *testing.T, data []byte, kind byte) {
		r := raw(data)
		front := r.front()
		s, z, ref, other, w, k := r.like(front), r.like(front), r.point(front), r.point(front), r.points(front), r.number()
		sets, o, p := []Front{s, z, front, {}}, r.options(front), r.value()
		seed := uint64(r.byte())
		known := func(name string, err error) {
			if err != nil && (err.Error() == "" || !slices.ContainsFunc(kinds, func(kind error) bool { return errors.Is(err, kind) })) {
				t.Errorf("%s: error of another kind: %v", name, err)
			}
		}
		for name, call := range map[string]func() error{
			"NewFront":      func() error { _, err := NewFront(w); return err },
			"Validate":      front.Validate,
			"DominatedBy":   func() error { _, err := DominatedBy(other, front, o...); return err },
			"NonDominated":  func() error { _, err := NonDominated(front, o...); return err },
			"Rank":          func() error { _, err := Rank(front, o...); return err },
			"FilterAgainst": func() error { _, err := FilterAgainst(s, z, o...); return err },
			"Coverage":      func() error { _, err := Coverage(s, z, o...); return err },
			"DominanceMatrix": func() error {
				_, err := DominanceMatrix(sets, o...)
				return err
			},
			"Hypervolume":      func() error { _, err := Hypervolume(front, ref, o...); return err },
			"Contributions":    func() error { _, err := Contributions(front, ref, o...); return err },
			"LeastContributor": func() error { _, _, err := LeastContributor(front, ref, o...); return err },
			"Exclusive":        func() error { _, err := Exclusive(other, front, ref, o...); return err },
			"HypervolumeWithin": func() error {
				lo, hi, err := HypervolumeWithin(front, ref, p, append(o, Options{MaxWork: 10_000})[:max(len(o), 1)]...)
				if !(lo <= hi) {
					t.Errorf("bounds %v and %v", lo, hi)
				}
				return err
			},
			"HypervolumeBracket": func() error {
				_, _, err := HypervolumeBracket(front, ref, p, o...)
				return err
			},
			"HypervolumeApprox": func() error {
				_, err := HypervolumeApprox(front, ref, ApproxOptions{RelErr: p, MaxSamples: min(k, 4096) | 1, Seed: seed}, o...)
				return err
			},
			"HypervolumeFPRAS": func() error {
				_, err := HypervolumeFPRAS(front, ref, p, 0.5, seed, append(o, Options{MaxWork: 10_000})[:max(len(o), 1)]...)
				return err
			},
			"SelectHV": func() error {
				_, _, err := SelectHV(front, ref, k, SelectMethod(kind), o...)
				return err
			},
			"HVRatio":              func() error { _, err := HVRatio(s, z, ref, o...); return err },
			"RelativeHypervolume":  func() error { _, err := RelativeHypervolume(s, z, ref, o...); return err },
			"LogHypervolume":       func() error { _, err := LogHypervolume(front, ref, other, p, o...); return err },
			"PublishedHypervolume": func() error { _, err := PublishedHypervolume(PGMORL, front, ref); return err },
			"Cardinality":          func() error { _, err := Cardinality(front, o...); return err },
			"CardinalityRatio":     func() error { _, err := CardinalityRatio(s, z, o...); return err },
			"Ideal":                func() error { _, err := Ideal(front); return err },
			"Nadir":                func() error { _, err := Nadir(front); return err },
			"Extent":               func() error { _, err := Extent(front); return err },
			"RefFromNadir":         func() error { _, err := RefFromNadir(front, p); return err },
			"GD":                   func() error { _, err := GD(s, z, p); return err },
			"IGD":                  func() error { _, err := IGD(s, z, other...); return err },
			"GDPlus":               func() error { _, err := GDPlus(s, z, p); return err },
			"IGDPlus":              func() error { _, err := IGDPlus(s, z); return err },
			"GDVanVeldhuizen":      func() error { _, err := GDVanVeldhuizen(s, z); return err },
			"AveragedHausdorff":    func() error { _, err := AveragedHausdorff(s, z, p); return err },
			"EpsAdditive":          func() error { _, err := EpsAdditive(s, z); return err },
			"EpsMultiplicative":    func() error { _, err := EpsMultiplicative(s, z, o...); return err },
			"ExpectedUtility":      func() error { _, err := ExpectedUtility(front, w); return err },
			"MinUtility":           func() error { _, err := MinUtility(front, w, nil); return err },
			"UtilityQuantiles":     func() error { _, err := UtilityQuantiles(front, w, other); return err },
			"MaxUtilityLoss":       func() error { _, err := MaxUtilityLoss(s, z, w); return err },
			"MeanUtilityLoss": func() error {
				_, err := MeanUtilityLoss(s, z, w, func(_, y []float64) float64 { return y[0] * p }, nil)
				return err
			},
			"MaxUtilityLossNormalized": func() error { _, err := MaxUtilityLossNormalized(s, z, w); return err },
			"R2":                       func() error { _, err := R2(front, ref, w); return err },
			"R2Sum":                    func() error { _, err := R2Sum(front, ref, w); return err },
			"R2Exact":                  func() error { _, err := R2Exact(front, ref); return err },
			"Spacing":                  func() error { _, err := Spacing(front); return err },
			"SpacingPopulation":        func() error { _, err := SpacingPopulation(front); return err },
			"Spread":                   func() error { _, err := Spread(s, z); return err },
			"GeneralizedSpread":        func() error { _, err := GeneralizedSpread(s, z); return err },
			"SparsityNormalized":       func() error { _, err := SparsityNormalized(front, other); return err },
			"ConvexCoverageSet":        func() error { _, err := ConvexCoverageSet(front, o...); return err },
			"WeaklySupported":          func() error { _, err := WeaklySupported(front, o...); return err },
			"SupportWeight":            func() error { _, _, err := SupportWeight(front, k, o...); return err },
			"CornerWeights":            func() error { _, err := CornerWeights(front, o...); return err },
			"WinShares":                func() error { _, err := WinShares(front, w); return err },
			"AttainmentSurface":        func() error { _, err := AttainmentSurface(sets, k, o...); return err },
			"AttainedCounts":           func() error { _, err := AttainedCounts(sets, front, o...); return err },
			"AttainmentDifference":     func() error { _, err := AttainmentDifference(sets, sets[:k&3], o...); return err },
			"Vorobev":                  func() error { _, err := Vorobev(sets, ref, o...); return err },
			"HyperplaneKnees": func() error {
				knees, err := HyperplaneKnees(front, o...)
				if top := knees.Top(k); len(top) > len(knees.Score) {
					t.Errorf("%d of %d knees", len(top), len(knees.Score))
				}
				return err
			},
			"MarginalUtilityKnees": func() error { _, err := MarginalUtilityKnees(front, w, o...); return err },
			"BendAngleKnees":       func() error { _, err := BendAngleKnees(front, o...); return err },
			"ExtremeRows":          func() error { _, err := ExtremeRows(front, o...); return err },
			"NearestToIdeal":       func() error { _, _, err := NearestToIdeal(front, p); return err },
			"IdealDistances":       func() error { _, err := IdealDistances(front, p); return err },
			"Achievements":         func() error { _, err := Achievements(front, ref); return err },
			"Representatives":      func() error { _, _, err := Representatives(front, k, o...); return err },
			"Tradeoffs":            func() error { _, err := Tradeoffs(front, k, k); return err },
			"Correlation":          func() error { _, err := Correlation(front); return err },
			"CMORLGrid":            func() error { _, err := CMORLGrid(k%9, max(p, 0.2)); return err },
			"TwoLayerLattice":      func() error { _, err := TwoLayerLattice(k%9, int(kind%6), k%6); return err },
			"ExtremaWeights":       func() error { _, err := ExtremaWeights(k); return err },
			"UniformWeights":       func() error { _, err := UniformWeights(k, int(kind), seed); return err },
			"GaussianWeights":      func() error { _, err := GaussianWeights(k, int(kind), seed); return err },
			"RieszWeights":         func() error { _, err := RieszWeights(k, int(kind%4), seed); return err },
			"Workspace": func() error {
				var memory Workspace
				for _, f := range []Front{s, front, z} {
					_, err := memory.Hypervolume(f, ref, o...)
					known("Workspace.Hypervolume", err)
					_, err = memory.Contributions(f, ref, o...)
					known("Workspace.Contributions", err)
					_, _, err = memory.LeastContributor(f, ref, o...)
					known("Workspace.LeastContributor", err)
					_, err = memory.Exclusive(other, f, ref, o...)
					known("Workspace.Exclusive", err)
					_, err = memory.NonDominated(f, o...)
					known("Workspace.NonDominated", err)
					_, err = memory.Rank(f, o...)
					known("Workspace.Rank", err)
				}
				return nil
			},
			"LinearSupport": func() error {
				support, err := NewLinearSupport(front.M, p)
				if err != nil {
					return err
				}
				for i := range 8 {
					weights, _, _ := support.Next()
					if i%2 == 1 {
						weights = other
					}
					_, err := support.Add(weights, r.point(front))
					known("LinearSupport.Add", err)
				}
				support.Corners()
				support.Front()
				return nil
			},
			"archives": func() error {
				a, err := r.archive(kind, front)
				if err == nil {
					r.use(t, a, front)
				}
				for _, a := range []Archive{new(UnboundedArchive), new(CrowdingArchive), new(DistanceArchive), new(GridArchive),
					new(HypervolumeArchive), new(EpsilonArchive), new(MultilevelArchive), new(ReferenceArchive)} {
					a.Insert(other, nil) // not made by a constructor
					SaveArchive(io.Discard, a, nil)
					LoadArchive(bytes.NewReader(data), a, nil)
				}
				return err
			},
			"no error": func() error {
				Dominates(other, ref)
				WeaklyDominates(other, ref)
				StronglyDominates(other, ref)
				Crowding(front)
				Sparsity(front)
				front.Len()
				front.Rows()
				front.Row(k)
				front.Select([]int{0, k}).Append(other)
				front.Append(other).Append(ref)
				LatticeSize(k, r.number())
				Lattice(k%7, r.number()%8)
				PublishedReference(CMORL, "minecart", k)
				_ = Direction(kind).String() + SelectMethod(kind).String() + (&InputError{Row: k}).Error()
				return new(InputError).Unwrap()
			},
		} {
			known(name, call())
		}
	})
}
