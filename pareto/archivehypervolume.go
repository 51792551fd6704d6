package pareto

import "slices"

// HypervolumeArchive keeps at most a number of non-dominated vectors, of largest hypervolume above a
// reference point as far as that goes: when it is full it drops the least contributor (see
// [Contributions]) after every insertion; of several the last inserted (the (μ+1) selection of
// SMS-EMOA: Emmerich, Beume & Naujoks 2005). Its hypervolume never falls. Vectors that are not better
// than the reference point contribute nothing, and stay only while there is room.
//
// An insertion into a full archive costs the contributions of all members.
type HypervolumeArchive struct {
	members
	capacity    int
	ref         []float64
	hypervolume float64
	updates     int // since the hypervolume was last computed as a whole
	workspace   Workspace
}

const maxHypervolumeUpdates = 1024

// NewHypervolumeArchive returns an empty archive of a capacity above a reference point. ErrRange if the
// capacity is below 1; ErrNaN, ErrInf and ErrDimension (also above 16 objectives) for the reference
// point; otherwise as [NewUnboundedArchive].
func NewHypervolumeArchive(capacity int, ref []float64, o ...ArchiveOptions) (*HypervolumeArchive, error) {
	if err := checkCapacity(capacity); err != nil {
		return nil, err
	}
	a := &HypervolumeArchive{capacity: capacity, ref: slices.Clone(ref)}
	if err := a.init(o); err != nil {
		return nil, err
	}
	// The hypervolume of nothing, for the sake of its errors.
	if _, err := a.workspace.Hypervolume(Front{}, ref, a.sense); err != nil {
		return nil, err
	}
	a.m = len(ref)
	return a, nil
}

// Hypervolume returns that of the members.
func (a *HypervolumeArchive) Hypervolume() float64 { return a.hypervolume }

// Insert implements [Archive]. ErrInf also if the hypervolume would exceed float64.
func (a *HypervolumeArchive) Insert(p []float64, payload any) (Result, error) {
	if err := a.accept(p); err != nil {
		return Result{}, err
	}
	if a.rejects(a.offered) {
		return Result{}, nil
	}
	if a.Len() == a.capacity && len(a.beaten) == 0 {
		return a.replace(p, payload)
	}
	gain, err := a.workspace.Exclusive(p, Front{M: a.m, X: a.x}, a.ref, a.sense)
	if err == nil {
		_, err = finite("hypervolume", a.hypervolume+gain)
	}
	if err != nil {
		return Result{}, err
	}
	r := a.insert(p, a.offered, payload)
	a.grow(gain)
	return r, nil
}

// replace adds p and drops the least contributor.
func (a *HypervolumeArchive) replace(p []float64, payload any) (Result, error) {
	n := a.Len()
	a.add(p, a.offered, payload)
	c, err := a.workspace.Contributions(Front{M: a.m, X: a.x}, a.ref, a.sense)
	if err != nil {
		a.remove([]int{n})
		return Result{}, err
	}
	least := n
	for i := n - 1; i >= 0; i-- {
		if c[i] < c[least] {
			least = i
		}
	}
	gain := c[n] - c[least] // not a small difference of large numbers
	removed := a.remove([]int{least})
	if least == n {
		return Result{}, nil
	}
	a.grow(gain)
	return Result{Added: true, Removed: removed}, nil
}

// grow adds to the hypervolume, and now and then computes it as a whole to get rid of rounding errors.
func (a *HypervolumeArchive) grow(gain float64) {
	a.hypervolume += gain
	if a.updates++; a.updates < maxHypervolumeUpdates {
		return
	}
	a.updates = 0
	if v, err := a.workspace.Hypervolume(Front{M: a.m, X: a.x}, a.ref, a.sense); err == nil {
		a.hypervolume = v
	}
}
