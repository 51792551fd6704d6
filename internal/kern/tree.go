package kern

import (
	"fmt"
	"slices"
)

// Tree is the pattern of a symmetric matrix over things that form trees: row i of the lower triangle holds the
// ancestors of i in ascending order and then i itself. A row begins like the row of each of its ancestors, hence
// elimination of descendants before ancestors fills nothing in. The entries of all rows stand one after the other in a
// slice of [Tree.Len] numbers; rows begin at multiples of four, and what stands between them means nothing.
//
// Results are the same bits on every path.
type Tree struct {
	n int
	// rows tells of the rows in the order of elimination from the last to the first: within each group by depth, so
	// that those of different branches, which do not wait for each other, take turns. One more ends the list.
	rows    []treeRow
	begin   []int // of each row, and the end of the last one
	off     []int // entries of each row off the diagonal
	column  []int // of each entry, 0 in between
	deepest int   // the largest of off

	target []int // of each entry: the byte at which the row of its column begins
	vector []int // of each entry: the byte at which 6-vector number column begins
}

// treeRow is a row as the assembly reads it.
type treeRow struct {
	index, begin, off int
	// trunk is how many of its columns, from the left and without the diagonal, follow each other.
	trunk int
}

// NewTree returns the pattern of trees given by parents, -1 for a root, which precede their children. Rows fall into
// groups, whose numbers ascend: where an algorithm is given a range of rows, it consists of whole groups.
func NewTree(parent, group []int) *Tree {
	t := &Tree{n: len(parent), begin: []int{0}}
	first := 0 // of the group
	for i, up := range parent {
		if i > 0 && group[i] != group[i-1] {
			first = i
		}
		if up >= i || group[i] < group[first] {
			panic(fmt.Sprintf("kern: NewTree: the parent of %d is %d, its group %d", i, up, group[i]))
		}
		if up >= 0 {
			t.column = append(t.column, t.Row(up)...)
		}
		begin := t.begin[i]
		off := len(t.column) - begin
		t.column = append(t.column, i)
		r := treeRow{index: i, begin: begin, off: off}
		for row := t.column[begin:]; r.trunk < off && row[r.trunk] == row[0]+r.trunk; r.trunk++ {
		}
		t.off, t.rows, t.deepest = append(t.off, off), append(t.rows, r), max(t.deepest, off)
		slices.SortStableFunc(t.rows[first:], func(a, b treeRow) int { return a.off - b.off })
		for len(t.column)%4 != 0 {
			t.column = append(t.column, 0)
		}
		t.begin = append(t.begin, len(t.column))
	}
	t.rows = append(t.rows, treeRow{})
	for _, j := range t.column {
		t.target, t.vector = append(t.target, 8*t.begin[j]), append(t.vector, 6*8*j)
	}
	return t
}

// Len is the number of entries of a matrix with what stands between its rows.
func (t *Tree) Len() int { return len(t.column) }

// Rows returns where rows lo to hi begin and end.
func (t *Tree) Rows(lo, hi int) (begin, end int) { return t.begin[lo], t.begin[hi] }

// Begin returns where row i begins.
func (t *Tree) Begin(i int) int { return t.begin[i] }

// Row returns the columns of row i, that of the diagonal last.
func (t *Tree) Row(i int) []int { return t.column[t.begin[i]:][:t.off[i]+1] }

// Diagonal returns where the entry (i, i) is stored.
func (t *Tree) Diagonal(i int) int { return t.begin[i] + t.off[i] }

// At returns where the entry (i, j) with j <= i is stored, -1 if it is zero by structure.
func (t *Tree) At(i, j int) int {
	for k, c := range t.Row(i) {
		if c == j {
			return t.begin[i] + k
		}
	}
	return -1
}

// Factor overwrites rows lo to hi of a, whole groups, by its factors LᵀDL, L unit lower triangular: off the diagonal
// by L, on it by anything. It writes the inverse of D to inverse. Pivots are at least the least one.
func (t *Tree) Factor(a, inverse []float64, least float64, lo, hi int) {
	t.check("Factor", "a", len(a), t.Len())
	t.check("Factor", "inverse", len(inverse), t.n)
	if lo < hi {
		treeFactor(t, a, inverse, least, lo, hi)
	}
}

// Solve overwrites entries lo to hi of x, whole groups, by the solution of a system whose matrix has the factors l and
// inverse.
func (t *Tree) Solve(l, inverse, x []float64, lo, hi int) {
	t.check("Solve", "l", len(l), t.Len())
	t.check("Solve", "inverse", len(inverse), t.n)
	t.check("Solve", "x", len(x), t.n)
	if lo < hi {
		treeSolve(t, l, inverse, x, lo, hi)
	}
}

// Products overwrites the matrices a and b, both the same: entry (i, j) by the product of 6-vector j of x and 6-vector
// i of y, to which it adds diagonal[i] if i is j.
func (t *Tree) Products(a, b []float64, x, y [][6]float64, diagonal []float64) {
	t.check("Products", "a", len(a), t.Len())
	t.check("Products", "b", len(b), t.Len())
	t.check("Products", "x", len(x), t.n)
	t.check("Products", "y", len(y), t.n)
	t.check("Products", "diagonal", len(diagonal), t.n)
	if t.n > 0 {
		treeProducts(t, a, b, x, y, diagonal)
	}
}

func (t *Tree) check(kernel, operand string, got, want int) {
	if got < want {
		panic(fmt.Sprintf("kern: Tree.%s: len(%s)=%d, want %d", kernel, operand, got, want))
	}
}

// split returns row number i of elimination in a without its diagonal, the columns, and the part of x that the trunk
// meets.
func (t *Tree) split(a, x []float64, i int) (row []float64, column []int, trunk []float64) {
	r := &t.rows[i]
	column = t.column[r.begin:][:r.off+1]
	return a[r.begin:][:r.off], column, x[column[0]:][:r.trunk]
}

// Mul writes entries lo to hi, whole groups, of the product of a matrix that is not factored and x.
func (t *Tree) Mul(y, a, x []float64, lo, hi int) {
	t.check("Mul", "y", len(y), t.n)
	t.check("Mul", "a", len(a), t.Len())
	t.check("Mul", "x", len(x), t.n)
	treeMulGeneric(t, y, a, x, lo, hi)
}
