package kern

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// forest draws trees in which most things are children of the one before, and as many groups as trees or fewer.
func forest(r *rand.Rand, n int) (parent, group []int) {
	first, number := 0, 0
	for i := range n {
		up := i - 1
		switch {
		case i == first:
			up = -1
		case r.IntN(4) == 0:
			up = first + r.IntN(i-first)
		case r.IntN(10) == 0:
			first, up = i, -1
			number += r.IntN(2)
		}
		parent, group = append(parent, up), append(group, number)
	}
	return parent, group
}

// drawTree returns a pattern, and a positive definite matrix on it both in its form and dense.
func drawTree(r *rand.Rand, n int) (t *Tree, group []int, a []float64, dense [][]float64) {
	parent, group := forest(r, n)
	t = NewTree(parent, group)
	a = make([]float64, t.Len())
	dense = make([][]float64, n)
	for i := range dense {
		dense[i] = make([]float64, n)
		for k, j := range t.Row(i) {
			v := r.NormFloat64()
			if i == j {
				v = 3 * float64(n)
			}
			a[t.Begin(i)+k], dense[i][j], dense[j][i] = v, v, v
		}
	}
	return t, group, a, dense
}

// entries returns what means something of a matrix.
func (t *Tree) entries(a []float64, diagonal bool) (all []float64) {
	for i := range t.n {
		n := t.off[i]
		if diagonal {
			n++
		}
		all = append(all, a[t.begin[i]:][:n]...)
	}
	return all
}

func draw6(r *rand.Rand, n int) (x [][6]float64) {
	for range n {
		var v [6]float64
		for k := range v {
			v[k] = r.NormFloat64()
		}
		x = append(x, v)
	}
	return x
}

// TestTreeIsTheDefinition against dense matrices.
func TestTreeIsTheDefinition(t *testing.T) {
	defer func() { active = started }()
	for _, path := range Paths() {
		use(t, path)
		r := rand.New(rand.NewPCG(3, 4))
		for _, n := range []int{1, 2, 5, 17, 23, 40} {
			tree, _, a, dense := drawTree(r, n)
			near := func(what string, got, want float64) {
				t.Helper()
				if !(math.Abs(got-want) <= 1e-12*(1+math.Abs(want))) {
					t.Errorf("%s, %d rows: %s is %v, want %v", path, n, what, got, want)
				}
			}
			x, product := make([]float64, n), make([]float64, n)
			for i := range x {
				x[i] = r.NormFloat64()
			}
			tree.Mul(product, a, x, 0, n)
			for i, row := range dense {
				want := 0.0
				for j, v := range row {
					want += v * x[j]
				}
				near("a row of the product", product[i], want)
				if at := tree.At(i, i); at != tree.Diagonal(i) || tree.At(n-1, i) < 0 != (dense[n-1][i] == 0) {
					t.Errorf("entry (%d, %d) is at %d", i, i, at)
				}
			}
			inverse := make([]float64, n)
			tree.Factor(a, inverse, 1e-15, 0, n)
			tree.Solve(a, inverse, product, 0, n)
			for i, v := range product {
				near("a solution", v, x[i])
			}
			u, v, diagonal := draw6(r, n), draw6(r, n), make([]float64, n)
			for i := range diagonal {
				diagonal[i] = float64(i)
			}
			b := make([]float64, tree.Len())
			tree.Products(a, b, u, v, diagonal)
			for i := range n {
				for k, j := range tree.Row(i) {
					want := 0.0
					for c := range 6 {
						want += u[j][c] * v[i][c]
					}
					if i == j {
						want += diagonal[i]
					}
					near("a product of vectors", a[tree.Begin(i)+k], want)
					near("its copy", b[tree.Begin(i)+k], want)
				}
			}
		}
	}
}

// TestTreeAgreesOnAllPaths: to the last bit, for whole groups, and within the operands.
func TestTreeAgreesOnAllPaths(t *testing.T) {
	defer func() { active = started }()
	rapid.Check(t, func(rt *rapid.T) {
		n := size(rt, "n", 30)
		if n == 0 {
			return
		}
		seed := rapid.Uint64().Draw(rt, "seed")
		lo, hi := 0, n
		var want [][]float64
		for _, path := range Paths() {
			use(t, path)
			r := rand.New(rand.NewPCG(seed, 0))
			tree, group, a, _ := drawTree(r, n)
			if r.IntN(2) == 0 {
				lo, _ = slices.BinarySearch(group, group[n-1])
			} else {
				hi, _ = slices.BinarySearch(group, group[0]+1)
			}
			// Operands in the midst of larger ones.
			guarded := func(x []float64) (whole, middle []float64) {
				whole = make([]float64, len(x)+2*guard)
				for i := range whole {
					whole[i] = math.Pi
				}
				copy(whole[guard:], x)
				return whole, whole[guard:][:len(x):len(x)]
			}
			x, diagonal := make([]float64, n), make([]float64, n)
			for i := range x {
				x[i], diagonal[i] = r.NormFloat64(), r.NormFloat64()
			}
			u, v := draw6(r, n), draw6(r, n)
			wholeA, a := guarded(a)
			wholeI, inverse := guarded(make([]float64, n))
			wholeX, x := guarded(x)
			wholeP, p := guarded(make([]float64, tree.Len()))
			wholeQ, q := guarded(make([]float64, tree.Len()))
			tree.Factor(a, inverse, 1e-15, lo, hi)
			tree.Solve(a, inverse, x, lo, hi)
			tree.Products(p, q, u, v, diagonal)
			for _, w := range [][]float64{wholeA, wholeI, wholeX, wholeP, wholeQ} {
				for i := range guard {
					if w[i] != math.Pi || w[len(w)-1-i] != math.Pi {
						rt.Fatalf("%s wrote beside an operand", path)
					}
				}
			}
			got := [][]float64{tree.entries(a, false), inverse, x, tree.entries(p, true), tree.entries(q, true)}
			if want == nil {
				want = got
				continue
			}
			for i := range got {
				if !slices.Equal(got[i], want[i]) {
					rt.Fatalf("%s: operand %d is %v, on %s %v", path, i, got[i], Paths()[0], want[i])
				}
			}
		}
	})
}

// TestSweepIsTheDefinition: on all paths to the last bit, and the residual stays that of the forces.
func TestSweepIsTheDefinition(t *testing.T) {
	defer func() { active = started }()
	rapid.Check(t, func(rt *rapid.T) {
		n := size(rt, "n", 30)
		seed := rapid.Uint64().Draw(rt, "seed")
		tooMuch := rapid.SampledFrom([]float64{1e-10, -0.01}).Draw(rt, "tooMuch") // the second refuses small steps
		var want []float64
		for _, path := range Paths() {
			use(t, path)
			r := rand.New(rand.NewPCG(seed, 0))
			stride := (n + 3) &^ 3
			y := draw6(r, n)
			full := func(i, j int) (sum float64) {
				for k := range 6 {
					sum += y[i][k] * y[j][k]
				}
				if i == j {
					sum += 0.1
				}
				return sum
			}
			a, f, res, diagonal := make([]float64, n*stride), make([]float64, n), make([]float64, stride), make([]float64, n)
			b, order := make([]float64, n), make([]uint16, n)
			for i := range n {
				diagonal[i], b[i], order[i] = full(i, i), r.NormFloat64(), uint16(i)
			}
			for i := range n {
				res[i] = b[i] / diagonal[i]
				for j := range n {
					a[i*stride+j] = full(j, i) / diagonal[j]
				}
			}
			cost := func() (sum float64) {
				for i := range n {
					sum += b[i] * f[i]
					for j := range n {
						sum += 0.5 * f[i] * full(i, j) * f[j]
					}
				}
				return sum
			}
			gain := 0.0
			for range 3 {
				r.Shuffle(n, func(i, j int) { order[i], order[j] = order[j], order[i] })
				gain += Sweep(order, f, res, diagonal, a, stride, tooMuch)
			}
			if got := -cost(); !(math.Abs(got-gain) <= 1e-10*(1+gain)) {
				rt.Fatalf("%s: the cost fell by %v, gain %v", path, got, gain)
			}
			for i := range n {
				x := b[i]
				for j := range n {
					x += full(i, j) * f[j]
				}
				if !(math.Abs(x/diagonal[i]-res[i]) <= 1e-10*(1+math.Abs(res[i]))) || f[i] < 0 {
					rt.Fatalf("%s: row %d has residual %v, want %v; force %v", path, i, res[i], x/diagonal[i], f[i])
				}
			}
			got := append(append([]float64{gain}, f...), res[:n]...)
			if want == nil {
				want = got
			} else if !slices.Equal(got, want) {
				rt.Fatalf("%s: %v, on %s %v", path, got, Paths()[0], want)
			}
		}
	})
}
