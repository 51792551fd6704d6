package pareto

import (
	"fmt"
	"slices"
)

// SelectMethod says how [SelectHV] looks for the rows to keep.
type SelectMethod int8

const (
	// BackwardGreedy drops the row with the least contribution, again and again; of equal ones the
	// last.
	BackwardGreedy SelectMethod = iota
	// ForwardGreedy adds the row with the largest gain, again and again; of equal ones the first.
	// The hypervolume is at least 1 - 1/e of the best (Nemhauser, Wolsey & Fisher 1978).
	ForwardGreedy
	// ExactPlane finds the best rows of two objectives.
	ExactPlane
)

// String returns "backward", "forward" or "exact".
func (m SelectMethod) String() string {
	switch m {
	case BackwardGreedy:
		return "backward"
	case ForwardGreedy:
		return "forward"
	case ExactPlane:
		return "exact"
	}
	return fmt.Sprintf("SelectMethod(%d)", int8(m))
}

// SelectHV chooses k rows of f, all if there are fewer, so that the hypervolume of the chosen above
// ref is large. It returns their indices, ascending, and that hypervolume. Rows that are not better
// than ref in every objective are chosen last.
//
// The greedy methods are lazy: contributions only grow while rows are dropped, and gains only fall
// while rows are added, so that old values are bounds and most need not be computed again. ExactPlane
// is a dynamic programme over the non-dominated rows with the upper envelope of lines (Bringmann,
// Friedrich & Klitzke 2014): k·n time and memory, after sorting.
//
// Errors as [Hypervolume], ErrRange for a negative k, and ErrDimension for ExactPlane unless
// there are two objectives. Options.MaxWork bounds the boxes measured for all decisions together.
func SelectHV(f Front, ref []float64, k int, method SelectMethod, o ...Options) (rows []int, hypervolume float64, err error) {
	var w Workspace
	opt, err := option(o)
	if err != nil {
		return nil, 0, err
	}
	if k < 0 {
		return nil, 0, errRange("number of rows to select", k, "give at least 0")
	}
	if method < BackwardGreedy || method > ExactPlane {
		return nil, 0, errRange("method of selection", method, "choose one of the constants of SelectMethod")
	}
	if err := w.begin(f, "front", ref, &opt); err != nil {
		return nil, 0, err
	}
	if m := w.job.m; method == ExactPlane && m != 2 {
		return nil, 0, &InputError{Kind: ErrDimension, Input: "exact selection", Row: -1, Col: -1,
			Fault: "it is for 2 objectives, not " + fmt.Sprint(m), Remedy: "choose a greedy method"}
	}
	w.balance()
	var chosen []int32 // of the loaded rows
	switch {
	case len(w.index) <= k:
		for i := range w.index {
			chosen = append(chosen, int32(i))
		}
	case method == BackwardGreedy:
		chosen = w.selectBackward(k)
	case method == ForwardGreedy:
		chosen = w.selectForward(k)
	default:
		chosen = w.selectPlane(k)
	}
	if err := w.end(); err != nil {
		return nil, 0, err
	}
	keep := make([]bool, f.Len())
	for _, i := range chosen {
		keep[w.index[i]] = true
	}
	for i, left := 0, min(k, f.Len())-len(chosen); left > 0; i++ { // fill up
		if !keep[i] {
			keep[i] = true
			left--
		}
	}
	rows = make([]int, 0, min(k, f.Len()))
	for i, kept := range keep {
		if kept {
			rows = append(rows, i)
		}
	}
	opt.MaxWork = 0
	hypervolume, err = w.Hypervolume(f.Select(rows), ref, opt)
	if err != nil {
		return nil, 0, err
	}
	return rows, hypervolume, nil
}

// selectBackward drops rows until k are left.
func (w *Workspace) selectBackward(k int) []int32 {
	n := len(w.index)
	w.contribution = resize(w.contribution, int(w.index[n-1])+1)
	clear(w.contribution)
	w.contribute(&Options{CountDominated: true})
	w.pack(w.job.m)
	value := make([]float64, n)
	left := make([]int32, n)
	asOf := make([]int, n) // number of rows left when value was computed
	for i := range left {
		left[i], value[i], asOf[i] = int32(i), w.contribution[w.index[i]], n
	}
	for len(left) > k && !w.pause(len(left)) {
		least := 0
		for t, i := range left {
			if value[i] <= value[left[least]] {
				least = t
			}
		}
		if i := left[least]; asOf[i] > len(left) {
			value[i], asOf[i] = w.exclusive(int(i), left), len(left)
			continue
		}
		left = slices.Delete(left, least, least+1)
	}
	return left
}

// selectForward adds rows until there are k. Gains only shrink as rows are chosen, so that a row whose gain
// was computed for an earlier choice is computed anew only when it leads.
func (w *Workspace) selectForward(k int) []int32 {
	m, n := w.job.m, len(w.index)
	w.pack(m)
	q := gainQueue{gain: make([]float64, n), rows: make([]int32, n)}
	asOf := make([]int, n) // number of rows chosen when gain was computed
	for i := range q.rows {
		q.rows[i], q.gain[i] = int32(i), 1
		for j, v := range w.job.row(i) {
			q.gain[i] *= w.ref[j] - v
		}
	}
	for t := n/2 - 1; t >= 0; t-- {
		q.down(t)
	}
	var chosen []int32
	for len(chosen) < k && !w.pause(1+len(chosen)) {
		i := q.rows[0]
		if asOf[i] < len(chosen) {
			q.gain[i], asOf[i] = w.exclusive(int(i), chosen), len(chosen)
		} else {
			chosen = append(chosen, i)
			last := len(q.rows) - 1
			q.rows[0] = q.rows[last]
			q.rows = q.rows[:last]
		}
		q.down(0)
	}
	return chosen
}

// gainQueue is a heap of rows: the one of the largest gain first, of equal ones the one of the smallest
// index.
type gainQueue struct {
	gain []float64 // by row
	rows []int32
}

// before reports whether row a comes before row b.
func (q *gainQueue) before(a, b int32) bool {
	return q.gain[a] > q.gain[b] || q.gain[a] == q.gain[b] && a < b
}

// down moves the row at place t behind those that come before it.
func (q *gainQueue) down(t int) {
	for {
		first := t
		for c := 2*t + 1; c <= 2*t+2 && c < len(q.rows); c++ {
			if q.before(q.rows[c], q.rows[first]) {
				first = c
			}
		}
		if first == t {
			return
		}
		q.rows[t], q.rows[first] = q.rows[first], q.rows[t]
		t = first
	}
}

// line is a candidate of selectPlane: the best hypervolume with row l as the last is at·x + base
// where the next row begins at x.
type line struct {
	at, base float64
	row      int32 // of the front
}

// selectPlane chooses among the non-dominated rows. With the rows in order of x, the best hypervolume
// of j rows that end with i, as far as it lies left of x_i, is
//
//	F_j(i) = max over l < i of F_{j-1}(l) + (x_i - x_l)·(r_y - y_l),
//
// for each l a line in x_i; its slope grows with l, so that the upper envelope is a queue.
func (w *Workspace) selectPlane(k int) []int32 {
	w.sortRows()
	w.sortTies()
	var front []int32 // x ascending
	x := w.ref[0]
	for _, e := range w.order {
		if p := w.rows[2*e.row]; p < x {
			x = p
			front = append(front, e.row)
		}
	}
	slices.Reverse(front)
	n := len(front)
	if n <= k {
		return front
	}
	row := func(i int) (x, y float64) {
		if i == n {
			return w.ref[0], 0
		}
		return w.rows[2*front[i]], w.rows[2*front[i]+1]
	}
	best := make([]float64, n+1) // F of the layer, n being the reference point
	before := make([]int32, k*(n+1))
	for j := range k {
		var queue []line
		layer := make([]float64, n+1)
		from := before[j*(n+1):][:n+1]
		for i := j; i <= n; i++ { // F_{j+1}(i)
			if w.pause(1) {
				return nil
			}
			x, y := row(i)
			if i > j {
				for len(queue) > 1 && queue[1].at*x+queue[1].base >= queue[0].at*x+queue[0].base {
					queue = queue[1:]
				}
				layer[i] = queue[0].at*x + queue[0].base
				from[i] = queue[0].row
			}
			if i < n {
				at := w.ref[1] - y
				queue = appendLine(queue, line{at, best[i] - at*x, int32(i)})
			}
		}
		best = layer
	}
	chosen := make([]int32, k)
	at := int32(n)
	for j := k - 1; j >= 0; j-- {
		at = before[j*(n+1)+int(at)]
		chosen[j] = front[at]
	}
	return chosen
}

// appendLine adds a line of larger slope to an upper envelope.
func appendLine(queue []line, l line) []line {
	for len(queue) > 1 {
		p, q := queue[len(queue)-2], queue[len(queue)-1]
		// q is nowhere above both if l meets p before q does.
		if (p.base-l.base)*(q.at-p.at) > (p.base-q.base)*(l.at-p.at) {
			break
		}
		queue = queue[:len(queue)-1]
	}
	return append(queue, l)
}
