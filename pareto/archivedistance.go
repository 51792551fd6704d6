package pareto

// DistanceArchive keeps at most a number of non-dominated vectors. When it is full it takes the two
// members that are closest, in Euclidean distance with every objective divided by the range of the
// members, and drops the one that is closer to its next nearest; if that is no difference, the one
// inserted later (as the truncation of SPEA2: Zitzler, Laumanns & Thiele 2001).
//
// An insertion into a full archive costs m·n².
type DistanceArchive struct {
	members
	capacity int
	scaled   []float64
}

// NewDistanceArchive returns an empty archive of a capacity. Errors as [NewCrowdingArchive].
func NewDistanceArchive(capacity int, o ...ArchiveOptions) (*DistanceArchive, error) {
	if err := checkCapacity(capacity); err != nil {
		return nil, err
	}
	a := &DistanceArchive{capacity: capacity}
	return a, a.init(o)
}

// Insert implements [Archive].
func (a *DistanceArchive) Insert(p []float64, payload any) (Result, error) {
	return a.insertCapped(p, payload, a.capacity, func() (int, error) { return a.closest(), nil })
}

// closest returns the member to drop.
func (a *DistanceArchive) closest() int {
	n, m := a.Len(), a.m
	a.scaled = resize(a.scaled, n*m)
	for j := range m {
		low, high := a.keys[j], a.keys[j]
		for i := range n {
			low, high = min(low, a.key(i)[j]), max(high, a.key(i)[j])
		}
		extent := high/2 - low/2 // halves, so that no difference of finite values overflows
		for i := range n {
			a.scaled[i*m+j] = 0
			if extent > 0 {
				a.scaled[i*m+j] = (a.key(i)[j]/2 - low/2) / extent
			}
		}
	}
	row := func(i int) []float64 { return a.scaled[i*m : (i+1)*m] }
	first, second, least := 0, min(1, n-1), inf
	for i := range n {
		for k := i + 1; k < n; k++ {
			if d := squaredDistance(row(i), row(k)); d < least {
				first, second, least = i, k, d
			}
		}
	}
	next := func(i int) float64 { // to the nearest but for the other one
		d := inf
		for k := range n {
			if k != first && k != second {
				d = min(d, squaredDistance(row(i), row(k)))
			}
		}
		return d
	}
	if next(first) < next(second) {
		return first
	}
	return second
}
