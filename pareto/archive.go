package pareto

import "slices"

// Archive keeps value vectors that no other one offered dominates, each with a payload: the policy
// behind it, or what identifies it.
//
//	UnboundedArchive    all of them
//	CrowdingArchive     a number of them; drops where crowding distance is smallest
//	DistanceArchive     a number of them; drops one of the closest pair
//	GridArchive         a number of them; drops from the fullest cell of a grid
//	HypervolumeArchive  a number of them; drops the least contributor
//	EpsilonArchive      one per box of a grid of given width
//	MultilevelArchive   a number of them; doubles that width when full
//	ReferenceArchive    the best one for each of a set of preferences
//
// Of those with a bound only [EpsilonArchive], [MultilevelArchive] and [HypervolumeArchive] cannot
// deteriorate. The others can drop a good row and later take a worse one, which the dropped one
// dominated: what they hold was never dominated by what they held at the time.
//
// After every call the members are mutually non-dominated, no two are equal (unless
// ArchiveOptions.KeepDuplicates), and there are no more than the capacity. They stand in the order of
// their insertion. The same calls give the same members on every machine. An archive must not be used
// by several goroutines at once.
type Archive interface {
	// Insert offers a value vector, which is copied. ErrNaN, ErrInf, and ErrDimension if its length
	// differs from that of the members; the archive is then as before.
	Insert(p []float64, payload any) (Result, error)

	// Len returns the number of members.
	Len() int

	// Points returns a copy of the members' vectors, as they were offered.
	Points() Front

	// Payload returns that of member i, or nil if there is no such member.
	Payload(i int) any
}

// Result says what became of a vector offered to an archive.
type Result struct {
	// Added is false if the vector was rejected: a member dominates it or equals it, or it was itself
	// the one to be dropped from a full archive.
	Added bool

	// Removed holds the members that had to leave, in order of their insertion.
	Removed []Member
}

// Member is a value vector with its payload.
type Member struct {
	Point   []float64
	Payload any
}

// ArchiveOptions are the settings common to all archives, an optional last argument of their
// constructors. The zero value is the default; more than one argument is ErrRange.
type ArchiveOptions struct {
	// Dir holds one direction per objective; nil maximises all. A wrong length is ErrDimension when
	// the first vector is inserted, a value that is not one of the constants ErrRange.
	Dir []Direction

	// KeepDuplicates admits copies of members. Archives of one row per box or preference ignore it.
	KeepDuplicates bool

	// Tolerance t ≥ 0 also rejects a vector p if some member is at most t worse than p in every
	// objective, and more than t better in one. A published code of multi-objective learning uses
	// 1e-5. Archives of one row per box or preference ignore it.
	Tolerance float64
}

var (
	_ Archive = (*UnboundedArchive)(nil)
	_ Archive = (*CrowdingArchive)(nil)
	_ Archive = (*DistanceArchive)(nil)
	_ Archive = (*GridArchive)(nil)
	_ Archive = (*HypervolumeArchive)(nil)
	_ Archive = (*EpsilonArchive)(nil)
	_ Archive = (*MultilevelArchive)(nil)
	_ Archive = (*ReferenceArchive)(nil)
)

// members are the rows of an archive in the order of their insertion.
type members struct {
	opt     ArchiveOptions
	sense   Options   // the directions of opt
	m       int       // 0 until the first insertion, unless something else fixes it
	x       []float64 // as offered, row-major
	keys    []float64 // what dominance is decided by, minimised: the values, or the boxes they are in
	payload []any

	// Masks of the keys rule out most comparisons.
	codes codedRows
	mask  []uint64
	coded int // members when the quantiles behind the masks were taken

	offered []float64 // the vector of the current call, minimised
	beaten  []int
}

func (a *members) init(o []ArchiveOptions) error {
	if len(o) > 1 {
		return errTooMany(len(o))
	}
	if len(o) == 1 {
		a.opt = o[0]
	}
	if err := checkDirections(a.opt.Dir); err != nil {
		return err
	}
	a.sense.Dir = a.opt.Dir
	t := a.opt.Tolerance
	if err := checkFinite("tolerance", -1, []float64{t}); err != nil {
		return err
	}
	if t < 0 {
		return errRange("tolerance", t, "give 0 or more")
	}
	return nil
}

// checkCapacity returns an error if an archive could hold nothing.
func checkCapacity(capacity int) error {
	if capacity < 1 {
		return errRange("capacity", capacity, "give at least 1")
	}
	return nil
}

// Len implements [Archive].
func (a *members) Len() int { return len(a.payload) }

// Points implements [Archive].
func (a *members) Points() Front { return Front{M: a.m, X: slices.Clone(a.x)} }

// Payload implements [Archive].
func (a *members) Payload(i int) any {
	if i < 0 || i >= len(a.payload) {
		return nil
	}
	return a.payload[i]
}

// accept checks a vector and sets offered to it.
func (a *members) accept(p []float64) error {
	if err := checkFinite("vector", -1, p); err != nil {
		return err
	}
	if len(p) == 0 {
		return &InputError{Kind: ErrDimension, Input: "vector", Row: -1, Col: -1,
			Fault: "it has no values", Remedy: "give one value per objective"}
	}
	m := a.m
	if m == 0 {
		m = len(p)
	}
	if err := checkLength("vector", -1, len(p), m); err != nil {
		return err
	}
	if err := checkMaxObjectives("vector", m, maxObjectives); err != nil {
		return err
	}
	if err := a.sense.checkDir(m); err != nil {
		return err
	}
	a.m = m
	a.offered = resize(a.offered, m)
	for j, v := range p {
		a.offered[j] = a.sense.minimised(j, v)
	}
	return nil
}

// key returns that of member i.
func (a *members) key(i int) []float64 { return a.keys[i*a.m : (i+1)*a.m : (i+1)*a.m] }

// insert adds p of given key unless a member keeps it out, and removes what it dominates.
func (a *members) insert(p, key []float64, payload any) Result {
	if a.rejects(key) {
		return Result{}
	}
	removed := a.remove(a.beaten)
	a.add(p, key, payload)
	return Result{Added: true, Removed: removed}
}

// insertCapped is insert for an archive of limited size: when it is exceeded, the member that worst
// returns has to leave.
func (a *members) insertCapped(p []float64, payload any, capacity int, worst func() (int, error)) (Result, error) {
	if err := a.accept(p); err != nil {
		return Result{}, err
	}
	r := a.insert(p, a.offered, payload)
	if a.Len() <= capacity {
		return r, nil
	}
	i, err := worst()
	if err != nil {
		a.remove([]int{a.Len() - 1})
		return Result{}, err
	}
	if i == a.Len()-1 {
		r.Added = false
	}
	if removed := a.remove([]int{i}); r.Added {
		r.Removed = removed // nothing else: p would have made room
	}
	return r, nil
}

// rejects reports whether a member keeps out a vector of given key. If not, beaten is set to the
// members that the vector dominates.
func (a *members) rejects(key []float64) bool {
	a.beaten = a.beaten[:0]
	if a.Len() == 0 {
		return false
	}
	if a.opt.Tolerance > 0 && a.tolerates(key) {
		return true
	}
	mask := a.codes.code(key)
	for i, have := range a.mask {
		switch {
		case have&^mask != 0 && mask&^have != 0: // nearly always
		case weaklyBelow(a.key(i), key):
			if !a.opt.KeepDuplicates || !slices.Equal(a.key(i), key) {
				return true
			}
		case weaklyBelow(key, a.key(i)):
			a.beaten = append(a.beaten, i)
		}
	}
	return false
}

// tolerates reports whether a member is within the tolerance of a key, and beyond it in one objective.
func (a *members) tolerates(key []float64) bool {
	for i := range a.Len() {
		if tolerated(a.key(i), key, a.opt.Tolerance) {
			return true
		}
	}
	return false
}

// tolerated reports whether a member's key is at most t above a key everywhere, and more than t below it in
// one objective.
func tolerated(member, key []float64, t float64) bool {
	beyond := false
	for j, v := range member {
		if v > key[j]+t {
			return false
		}
		beyond = beyond || v < key[j]-t
	}
	return beyond
}

// add appends a member.
func (a *members) add(p, key []float64, payload any) {
	a.x = append(a.x, p...)
	a.keys = append(a.keys, key...)
	a.payload = append(a.payload, payload)
	if n := a.Len(); n == 1 || n >= 2*a.coded {
		a.coded = n
		a.codes.reset(a.m, a.keys)
		a.mask = a.mask[:0]
		for i := range n {
			a.mask = append(a.mask, a.codes.code(a.key(i)))
		}
		return
	}
	a.mask = append(a.mask, a.codes.code(key))
}

// remove takes out the members of ascending indices, and returns them.
func (a *members) remove(idx []int) []Member {
	if len(idx) == 0 {
		return nil
	}
	removed := make([]Member, 0, len(idx))
	m, kept := a.m, idx[0]
	for i := idx[0]; i < a.Len(); i++ {
		if len(idx) > 0 && idx[0] == i {
			idx = idx[1:]
			removed = append(removed, Member{slices.Clone(a.x[i*m : (i+1)*m]), a.payload[i]})
			continue
		}
		copy(a.x[kept*m:], a.x[i*m:(i+1)*m])
		copy(a.keys[kept*m:], a.key(i))
		a.payload[kept], a.mask[kept] = a.payload[i], a.mask[i]
		kept++
	}
	clear(a.payload[kept:]) // for the garbage collector
	a.x, a.keys, a.payload, a.mask = a.x[:kept*m], a.keys[:kept*m], a.payload[:kept], a.mask[:kept]
	return removed
}

// clear removes all members.
func (a *members) clear() {
	clear(a.payload)
	a.x, a.keys, a.payload, a.mask = a.x[:0], a.keys[:0], a.payload[:0], a.mask[:0]
	a.coded = 0
}
