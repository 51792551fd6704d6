package pareto

import (
	"math"
	"slices"
)

// memberTree is a k-d tree of rows that come and go, minimised, to find those that weakly dominate a
// point or that it dominates. A node is passed over if its bounding box, or what its masks have in
// common (see codedRows), says that it has neither.
//
// It is kept balanced by building a subtree anew when there have been as many insertions as it was
// built from: n insertions cost n log² n at most.
type memberTree struct {
	m     int
	keys  []float64 // of all rows, row-major
	mask  []uint64  // per row
	codes codedRows
	width []float64 // of the objectives, when the root was built

	nodes []treeNode // the first is the root
	boxes []float64  // per node: the least values of its rows, then the largest
	free  []int32    // nodes not in use
	below []int32    // rows of the subtree being built

	// Of a search.
	point   []float64
	code    uint64
	options *ArchiveOptions
	beaten  []int32 // the rows that the point dominates
}

type treeNode struct {
	left, right int32 // children; 0 in a leaf
	axis        int32 // the left one has the rows whose value of this objective is below cut
	spare       int32 // insertions before it is built anew
	cut         float64
	every       uint64 // bits that all masks have
	some        uint64 // bits that any mask has
	rows        []int32
	masks       []uint64 // of rows
}

// memberLeaf is the largest number of rows in a leaf when it is built, unless all are equal.
const memberLeaf = 24

// search reports whether no row keeps out the point. If so, beaten is set to those it dominates.
func (t *memberTree) search(point []float64, o *ArchiveOptions) bool {
	t.beaten = t.beaten[:0]
	if len(t.nodes) == 0 {
		return true
	}
	t.point, t.options = point, o
	if o.Tolerance > 0 && t.tolerates(0) {
		return false
	}
	t.code = t.codes.code(point)
	return !t.rejects(0)
}

// rejects reports whether a row of the node keeps out the point. If not, those that the point
// dominates are added to beaten.
func (t *memberTree) rejects(node int32) bool {
	n := &t.nodes[node]
	below, above := n.every&^t.code == 0, t.code&^n.some == 0
	if !below && !above {
		return false
	}
	least, largest := t.box(node)
	for j, v := range t.point {
		below, above = below && least[j] <= v, above && v <= largest[j]
		if !below && !above {
			return false
		}
	}
	if n.left != 0 {
		right := n.right
		return t.rejects(n.left) || t.rejects(right)
	}
	for k, have := range n.masks {
		if have&^t.code != 0 && t.code&^have != 0 { // nearly always
			continue
		}
		switch key := t.key(n.rows[k]); {
		case weaklyBelow(key, t.point):
			if !t.options.KeepDuplicates || !slices.Equal(key, t.point) {
				return true
			}
		case weaklyBelow(t.point, key):
			t.beaten = append(t.beaten, n.rows[k])
		}
	}
	return false
}

// tolerates reports whether a row of the node is within the tolerance of the point, and beyond it in
// one objective.
func (t *memberTree) tolerates(node int32) bool {
	n, tolerance := &t.nodes[node], t.options.Tolerance
	least, _ := t.box(node)
	for j, v := range t.point {
		if least[j] > v+tolerance {
			return false
		}
	}
	if n.left != 0 {
		return t.tolerates(n.left) || t.tolerates(n.right)
	}
	return slices.ContainsFunc(n.rows, func(i int32) bool { return tolerated(t.key(i), t.point, tolerance) })
}

// full reports whether the next insertion builds all anew.
func (t *memberTree) full() bool { return len(t.nodes) == 0 || t.nodes[0].spare == 0 }

// insert adds the last row of keys. If the tree is full, none of the rows may have been removed.
func (t *memberTree) insert() {
	i := int32(len(t.mask))
	if t.full() {
		t.buildAll()
		return
	}
	key := t.key(i)
	mask := t.codes.code(key)
	t.mask = append(t.mask, mask)
	for node := int32(0); ; {
		n := &t.nodes[node]
		if n.spare == 0 {
			t.below = t.below[:0]
			t.collect(node)
			t.below = append(t.below, i)
			t.build(node, t.below)
			return
		}
		n.spare--
		n.every &= mask
		n.some |= mask
		t.widen(node, key)
		switch {
		case n.left == 0:
			n.rows, n.masks = append(n.rows, i), append(n.masks, mask)
			return
		case key[n.axis] < n.cut:
			node = n.left
		default:
			node = n.right
		}
	}
}

// remove takes out a row. Boxes and masks of nodes stay as they are: they rule out less than they could.
func (t *memberTree) remove(i int32) {
	key := t.key(i)
	n := &t.nodes[0]
	for n.left != 0 {
		if key[n.axis] < n.cut {
			n = &t.nodes[n.left]
		} else {
			n = &t.nodes[n.right]
		}
	}
	k, last := slices.Index(n.rows, i), len(n.rows)-1
	n.rows[k], n.masks[k] = n.rows[last], n.masks[last]
	n.rows, n.masks = n.rows[:last], n.masks[:last]
}

// renumber gives the rows new numbers, in the same order.
func (t *memberTree) renumber(to []int32) {
	kept := 0
	for k := range t.nodes {
		n := &t.nodes[k]
		for r, i := range n.rows {
			n.rows[r] = to[i]
		}
		kept += len(n.rows)
	}
	for k := range t.nodes {
		for r, i := range t.nodes[k].rows {
			t.mask[i] = t.nodes[k].masks[r]
		}
	}
	t.mask = t.mask[:kept]
}

// buildAll makes the tree of all rows, with quantiles taken from them.
func (t *memberTree) buildAll() {
	n := len(t.keys) / t.m
	t.codes.reset(t.m, t.keys)
	t.mask, t.below = t.mask[:0], t.below[:0]
	for i := range n {
		t.mask = append(t.mask, t.codes.code(t.key(int32(i))))
		t.below = append(t.below, int32(i))
	}
	t.free = t.free[:0]
	for k := range t.nodes {
		t.nodes[k].empty()
		t.free = append(t.free, int32(k))
	}
	slices.Reverse(t.free) // the root first
	t.width = resize(t.width, t.m)
	for j := range t.width {
		low, high := t.keys[j], t.keys[j]
		for k := j; k < len(t.keys); k += t.m {
			low, high = min(low, t.keys[k]), max(high, t.keys[k])
		}
		t.width[j] = high/2 - low/2
	}
	t.build(t.add(), t.below)
}

// collect adds the rows of the node to below, and frees its children.
func (t *memberTree) collect(node int32) {
	n := &t.nodes[node]
	if left, right := n.left, n.right; left != 0 {
		t.collect(left)
		t.collect(right)
		t.free = append(t.free, left, right)
	}
	t.below = append(t.below, n.rows...)
	n.empty()
}

// build makes the node, which is empty, that of the rows.
func (t *memberTree) build(node int32, rows []int32) {
	least, largest := t.box(node)
	for j := range least {
		least[j], largest[j] = inf, -inf
	}
	n := &t.nodes[node]
	n.every, n.some, n.spare = math.MaxUint64, 0, int32(max(len(rows), memberLeaf))
	for _, i := range rows {
		n.every &= t.mask[i]
		n.some |= t.mask[i]
		t.widen(node, t.key(i))
	}
	axis, widest := -1, 0.0
	if len(rows) > memberLeaf {
		for j, w := range t.width {
			if share := (largest[j]/2 - least[j]/2) / w; share > widest {
				axis, widest = j, share
			}
		}
	}
	if axis < 0 {
		for _, i := range rows {
			n.rows, n.masks = append(n.rows, i), append(n.masks, t.mask[i])
		}
		return
	}
	value := func(i int32) float64 { return t.keys[int(i)*t.m+axis] }
	middle := len(rows) / 2
	partition(rows, middle, value)
	cut := value(rows[middle])
	if cut == least[axis] { // so that it has rows on both sides
		cut = largest[axis]
		for _, i := range rows {
			if v := value(i); v > least[axis] {
				cut = min(cut, v)
			}
		}
	}
	split := 0
	for k, i := range rows {
		if value(i) < cut {
			rows[split], rows[k] = rows[k], rows[split]
			split++
		}
	}
	left, right := t.add(), t.add()
	n = &t.nodes[node]
	n.axis, n.cut, n.left, n.right = int32(axis), cut, left, right
	t.build(left, rows[:split])
	t.build(right, rows[split:])
}

// add returns an empty node.
func (t *memberTree) add() int32 {
	if k := len(t.free) - 1; k >= 0 {
		node := t.free[k]
		t.free = t.free[:k]
		return node
	}
	t.nodes = append(t.nodes, treeNode{})
	t.boxes = append(t.boxes, make([]float64, 2*t.m)...)
	return int32(len(t.nodes) - 1)
}

func (n *treeNode) empty() {
	n.left, n.right, n.rows, n.masks = 0, 0, n.rows[:0], n.masks[:0]
}

func (t *memberTree) key(i int32) []float64 { return t.keys[int(i)*t.m:][:t.m] }

// box returns the least and the largest values of the rows of a node, and maybe of rows that were in it.
func (t *memberTree) box(node int32) (least, largest []float64) {
	b := t.boxes[int(node)*2*t.m:][:2*t.m]
	return b[:t.m], b[t.m:]
}

// widen makes the box hold a key.
func (t *memberTree) widen(node int32, key []float64) {
	least, largest := t.box(node)
	for j, v := range key {
		if v < least[j] {
			least[j] = v
		}
		if v > largest[j] {
			largest[j] = v
		}
	}
}
