package pareto

import (
	"math"
	"slices"
)

// EpsilonArchive divides the space into boxes of width ε_j in each objective and keeps one vector per
// box, of the boxes that no other one dominates (ε-dominance: Laumanns, Thiele, Deb & Zitzler 2002). Of
// two vectors in one box the dominating one stays, else the one nearer to the box's best corner, in
// units of ε.
//
// For every vector ever offered there is a member at most ε_j worse in each objective. The number of
// members is bounded by the range of the vectors over ε, in all objectives but one. An insertion costs
// a pass over one word per member.
type EpsilonArchive struct {
	members
	epsilon []float64
	box     []float64 // of the vector of the current call
}

// NewEpsilonArchive returns an empty archive for objectives with these widths. ErrNotPositive, ErrNaN
// and ErrInf for a width, ErrDimension for none; otherwise as [NewUnboundedArchive].
func NewEpsilonArchive(epsilon []float64, o ...ArchiveOptions) (*EpsilonArchive, error) {
	a := new(EpsilonArchive)
	return a, a.begin(epsilon, o)
}

func (a *EpsilonArchive) begin(epsilon []float64, o []ArchiveOptions) error {
	if len(epsilon) == 0 {
		return &InputError{Kind: ErrDimension, Input: "box widths", Row: -1, Col: -1,
			Fault: "there are none", Remedy: "give one per objective"}
	}
	if err := checkFinite("box widths", -1, epsilon); err != nil {
		return err
	}
	for j, e := range epsilon {
		if e <= 0 {
			return errNotPositive("box widths", -1, j, e, "give the difference that does not matter")
		}
	}
	a.epsilon = slices.Clone(epsilon)
	if err := a.init(o); err != nil {
		return err
	}
	a.m = len(epsilon)
	a.opt.KeepDuplicates, a.opt.Tolerance = false, 0
	return nil
}

// Epsilon returns the widths of the boxes.
func (a *EpsilonArchive) Epsilon() []float64 { return slices.Clone(a.epsilon) }

// Insert implements [Archive]. ErrInf also if a value is too large to be divided by ε.
func (a *EpsilonArchive) Insert(p []float64, payload any) (Result, error) {
	if err := a.accept(p); err != nil {
		return Result{}, err
	}
	if err := a.setBox(); err != nil {
		return Result{}, err
	}
	return a.insertBoxed(p, payload), nil
}

// setBox sets box to that of the offered vector.
func (a *EpsilonArchive) setBox() error {
	if err := checkLength("box widths", -1, len(a.epsilon), a.m); err != nil { // not made by a constructor
		return err
	}
	a.box = resize(a.box, a.m)
	for j, v := range a.offered {
		a.box[j] = math.Floor(v/a.epsilon[j]) + 0
		if math.IsInf(a.box[j], 0) {
			return &InputError{Kind: ErrInf, Input: "vector", Row: -1, Col: j,
				Fault: "the value exceeds float64 in units of the box width", Remedy: "give a larger width"}
		}
	}
	return nil
}

// insertBoxed inserts the offered vector, of which the box is known.
func (a *EpsilonArchive) insertBoxed(p []float64, payload any) Result {
	for i := range a.Len() {
		if !slices.Equal(a.key(i), a.box) {
			continue
		}
		if !a.better(i) {
			return Result{}
		}
		removed := a.remove([]int{i})
		a.add(p, a.box, payload) // as good as the box was before
		return Result{Added: true, Removed: removed}
	}
	return a.insert(p, a.box, payload)
}

// better reports whether the offered vector is to replace member i, in the same box.
func (a *EpsilonArchive) better(i int) bool {
	below, above := true, true
	here, there := 0.0, 0.0 // squared distances from the corner
	for j, v := range a.offered {
		u := a.sense.minimised(j, a.x[i*a.m+j])
		below = below && v <= u
		above = above && v >= u
		d, e := v/a.epsilon[j]-a.box[j], u/a.epsilon[j]-a.box[j]
		here += float64(d * d)
		there += float64(e * e)
	}
	if below != above {
		return below
	}
	return here < there
}

// MultilevelArchive is an [EpsilonArchive] of limited size: when it is full, all ε_j are doubled until
// it is not. For every vector ever offered there is a member at most the present ε_j worse in each
// objective.
//
// Doubling does not go on for ever: once ε exceeds all values it becomes infinite, and there is one
// box.
type MultilevelArchive struct {
	EpsilonArchive
	capacity int
}

// NewMultilevelArchive returns an empty archive of a capacity, with widths to begin with. ErrRange if
// the capacity is below 1; otherwise as [NewEpsilonArchive].
func NewMultilevelArchive(capacity int, epsilon []float64, o ...ArchiveOptions) (*MultilevelArchive, error) {
	if err := checkCapacity(capacity); err != nil {
		return nil, err
	}
	a := &MultilevelArchive{capacity: capacity}
	return a, a.begin(epsilon, o)
}

// Insert implements [Archive]. ErrInf also if a value is too large to be divided by ε.
func (a *MultilevelArchive) Insert(p []float64, payload any) (Result, error) {
	r, err := a.EpsilonArchive.Insert(p, payload)
	if err != nil || a.Len() <= a.capacity {
		return r, err
	}
	all := make([]Member, a.Len()) // p is the last one
	for i := range all {
		all[i] = Member{slices.Clone(a.x[i*a.m : (i+1)*a.m]), a.payload[i]}
	}
	for a.Len() > a.capacity {
		a.widen()
		a.clear()
		for i, member := range all {
			if err := a.accept(member.Point); err != nil {
				return Result{}, err
			}
			if err := a.setBox(); err != nil {
				return Result{}, err
			}
			a.insertBoxed(member.Point, batched{i, member.Payload})
		}
	}
	next := 0 // of all
	for i, payload := range a.payload {
		b := payload.(batched)
		r.Removed = append(r.Removed, all[next:b.row]...)
		a.payload[i], next = b.payload, b.row+1
	}
	r.Removed = append(r.Removed, all[next:]...)
	if next < len(all) {
		r.Added = false
		r.Removed = r.Removed[:len(r.Removed)-1]
	}
	return r, nil
}

// widen doubles ε, or makes it infinite if no two boxes would become one any more.
func (a *MultilevelArchive) widen() {
	useful := false
	for _, v := range a.keys { // the boxes
		useful = useful || v != 0 && v != -1
	}
	for j := range a.epsilon {
		a.epsilon[j] = min(2*a.epsilon[j], math.MaxFloat64)
		if !useful {
			a.epsilon[j] = inf
		}
	}
}
