package mujoco

// sparsity is the pattern of a symmetric matrix over degrees of freedom that form trees: row i holds the
// ancestors of i in ascending order and then i itself, so that the entries of all rows, one after the
// other, are the lower triangle. A row begins like the row of each of its ancestors, hence elimination
// from the last row to the first fills nothing in.
type sparsity struct {
	begin  []int // row i has the entries begin[i] to begin[i+1]
	column []int
	// trunk is how many entries of each row, from the left and without the diagonal, have columns that
	// follow each other from that of the first.
	trunk []int
}

// newSparsity returns the pattern of trees given by parents, -1 for a root; parents precede children.
func newSparsity(parent []int) sparsity {
	p := sparsity{begin: make([]int, 1, len(parent)+1)}
	for i, up := range parent {
		if up >= 0 {
			p.column = append(p.column, p.column[p.begin[up]:p.begin[up+1]]...)
		}
		p.column = append(p.column, i)
		row := p.column[p.begin[i]:]
		n := 0
		for n < len(row)-1 && row[n] == row[0]+n {
			n++
		}
		p.trunk = append(p.trunk, n)
		p.begin = append(p.begin, len(p.column))
	}
	return p
}

// row returns the columns of row i.
func (p *sparsity) row(i int) []int { return p.column[p.begin[i]:p.begin[i+1]] }

// at returns where the entry (i, j) with j <= i is stored, -1 if it is zero by structure.
func (p *sparsity) at(i, j int) int {
	for k := p.begin[i]; k < p.begin[i+1]; k++ {
		if p.column[k] == j {
			return k
		}
	}
	return -1
}

// factor overwrites rows lo to hi of a by its factors LᵀDL, L unit lower triangular: off the diagonal
// by L, and writes the inverse of D to inverse. Pivots are at least minVal.
func (p *sparsity) factor(a, inverse []float64, lo, hi int) {
	for k := hi - 1; k >= lo; k-- {
		begin, end := p.begin[k], p.begin[k+1]-1
		row, column := a[begin:end], p.column[begin:end]
		inv := 1 / max(a[end], minVal)
		inverse[k] = inv
		// Rows of ancestors, two at a time.
		t := len(row) - 1
		for ; t > 0; t -= 2 {
			l1, l2 := row[t]*inv, row[t-1]*inv
			from := row[:t]
			to1, to2 := a[p.begin[column[t]]:][:t+1], a[p.begin[column[t-1]]:][:t]
			to1[t] -= l1 * row[t]
			to1, to2 = to1[:len(from)], to2[:len(from)]
			for j, v := range from {
				to1[j] -= l1 * v
				to2[j] -= l2 * v
			}
			row[t], row[t-1] = l1, l2
		}
		if t == 0 {
			l := row[0] * inv
			a[p.begin[column[0]]] -= l * row[0]
			row[0] = l
		}
	}
}

// solve overwrites entries lo to hi of x by the solution of a system whose matrix was factored.
func (p *sparsity) solve(l, inverse, x []float64, lo, hi int) {
	for k := hi - 1; k >= lo; k-- {
		v := x[k]
		if v == 0 {
			continue
		}
		row, column, trunk := p.split(l, x, k)
		for t, a := range row[:len(trunk)] {
			trunk[t] -= a * v
		}
		for t := len(trunk); t < len(row); t++ {
			x[column[t]] -= row[t] * v
		}
		x[k] = v * inverse[k]
	}
	for k := lo; k < hi; k++ {
		row, column, trunk := p.split(l, x, k)
		v := x[k]
		for t, a := range row[:len(trunk)] {
			v -= a * trunk[t]
		}
		for t := len(trunk); t < len(row); t++ {
			v -= row[t] * x[column[t]]
		}
		x[k] = v
	}
}

// split returns row k of a without its diagonal, the columns, and the part of x that the trunk meets.
func (p *sparsity) split(a, x []float64, k int) (row []float64, column []int, trunk []float64) {
	begin, end := p.begin[k], p.begin[k+1]-1
	column = p.column[begin : end+1]
	return a[begin:end], column, x[column[0]:][:p.trunk[k]]
}

// mul writes entries lo to hi of the product of a matrix that is not factored and x.
func (p *sparsity) mul(y, a, x []float64, lo, hi int) {
	for i := lo; i < hi; i++ {
		row, column, trunk := p.split(a, x, i)
		to := y[column[0]:][:len(trunk)]
		xi := x[i]
		sum := a[p.begin[i+1]-1] * xi
		for t, v := range row[:len(trunk)] {
			sum += v * trunk[t]
			to[t] += v * xi
		}
		for t := len(trunk); t < len(row); t++ {
			j := column[t]
			sum += row[t] * x[j]
			y[j] += row[t] * xi
		}
		y[i] = sum
	}
}
