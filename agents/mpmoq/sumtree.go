package mpmoq

// sumTree holds weights that are not negative, finds one by chance in proportion to it, and changes one, each
// in O(log n). Inner nodes are computed anew from their children, so that no rounding errors add up.
type sumTree struct {
	leaves int       // a power of two
	sums   []float64 // node k has the children 2k and 2k+1; leaf i is node leaves+i
}

// set changes weight i and makes room for it.
func (t *sumTree) set(i int, weight float64) {
	if i >= t.leaves {
		t.grow(i + 1)
	}
	k := t.leaves + i
	t.sums[k] = weight
	for k /= 2; k > 0; k /= 2 {
		t.sums[k] = t.sums[2*k] + t.sums[2*k+1]
	}
}

func (t *sumTree) grow(n int) {
	leaves := max(1, t.leaves)
	for leaves < n {
		leaves *= 2
	}
	sums := make([]float64, 2*leaves)
	if t.leaves > 0 {
		copy(sums[leaves:], t.sums[t.leaves:])
	}
	for k := leaves - 1; k > 0; k-- {
		sums[k] = sums[2*k] + sums[2*k+1]
	}
	t.leaves, t.sums = leaves, sums
}

// find returns the weight in which the share x, in [0, 1), of the sum of all lies. One of them must be positive.
func (t *sumTree) find(x float64) int {
	k := 1
	for x *= t.sums[1]; k < t.leaves; {
		k *= 2
		if left := t.sums[k]; x >= left && t.sums[k+1] > 0 {
			x -= left
			k++
		}
	}
	return k - t.leaves
}
