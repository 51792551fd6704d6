package exact

import "math"

// maxDense is the number of states up to which the equations of a chain with chance are solved by elimination;
// above, by sweeps.
const maxDense = 600

// resolvent solves X = R + γ P X for a chain P of n states and m right-hand sides.
type resolvent struct {
	n, m   int
	matrix []float64 // n × n, made when it is needed
	mark   []int32   // when a state was met: 0 never, else its visit
	path   []int32
	scale  []float64
}

func newResolvent(n, m int) *resolvent {
	return &resolvent{n: n, m: m, mark: make([]int32, n), path: make([]int32, 0, n), scale: make([]float64, m)}
}

// solve replaces r, n × m, by the solution. The branches of state s are to[first[s]:first[s+1]].
func (r *resolvent) solve(first []int32, to []branch, gamma float64, x []float64) {
	for s := range r.n {
		if k := first[s+1] - first[s]; k > 1 || k == 1 && to[first[s]].p != 1 {
			if r.n <= maxDense {
				r.eliminate(first, to, gamma, x)
			} else {
				r.sweep(first, to, gamma, x)
			}
			return
		}
	}
	r.follow(first, to, gamma, x)
}

// follow solves chains without chance: every state leads to the end or into a circle, whose sum is
// geometric. Time grows with n · m.
func (r *resolvent) follow(first []int32, to []branch, gamma float64, x []float64) {
	const solved = -1
	clear(r.mark)
	next := func(s int32) int32 {
		if first[s] == first[s+1] {
			return -1
		}
		return to[first[s]].next
	}
	for start := range int32(r.n) {
		path := r.path[:0]
		s := start
		for s >= 0 && r.mark[s] == 0 {
			path = append(path, s)
			r.mark[s] = int32(len(path))
			s = next(s)
		}
		if s >= 0 && r.mark[s] > 0 {
			// A new circle: path[from:]. What its first state gains on one round, over 1 − γ^length.
			from := int(r.mark[s]) - 1
			clear(r.scale)
			discount := 1.0
			for _, c := range path[from:] {
				for j := range r.scale {
					r.scale[j] += float64(discount * x[int(c)*r.m+j])
				}
				discount *= gamma
			}
			for j := range r.scale {
				if r.scale[j] != 0 {
					r.scale[j] /= 1 - discount
				}
				x[int(s)*r.m+j] = r.scale[j]
			}
			r.mark[s] = solved
		}
		for i := len(path) - 1; i >= 0; i-- {
			c := path[i]
			if r.mark[c] == solved {
				continue
			}
			r.mark[c] = solved
			if after := next(c); after >= 0 {
				for j := range r.m {
					x[int(c)*r.m+j] += float64(gamma * x[int(after)*r.m+j])
				}
			}
		}
	}
}

// eliminate solves by Gaussian elimination with row pivots.
func (r *resolvent) eliminate(first []int32, to []branch, gamma float64, x []float64) {
	n, m := r.n, r.m
	if r.matrix == nil {
		r.matrix = make([]float64, n*n)
	}
	a := r.matrix
	clear(a)
	for s := range n {
		a[s*n+s] = 1
		for _, b := range to[first[s]:first[s+1]] {
			a[s*n+int(b.next)] -= gamma * b.p
		}
	}
	for k := range n {
		pivot := k
		for i := k + 1; i < n; i++ {
			if math.Abs(a[i*n+k]) > math.Abs(a[pivot*n+k]) {
				pivot = i
			}
		}
		if pivot != k {
			for j := k; j < n; j++ {
				a[k*n+j], a[pivot*n+j] = a[pivot*n+j], a[k*n+j]
			}
			for j := range m {
				x[k*m+j], x[pivot*m+j] = x[pivot*m+j], x[k*m+j]
			}
		}
		upper := a[k*n+k+1 : (k+1)*n]
		for i := k + 1; i < n; i++ {
			if a[i*n+k] == 0 {
				continue
			}
			f := a[i*n+k] / a[k*n+k]
			row := a[i*n+k+1 : (i+1)*n]
			for j, u := range upper {
				row[j] -= float64(f * u)
			}
			for j := range m {
				x[i*m+j] -= float64(f * x[k*m+j])
			}
		}
	}
	for k := n - 1; k >= 0; k-- {
		for j := range m {
			sum := x[k*m+j]
			for i := k + 1; i < n; i++ {
				if u := a[k*n+i]; u != 0 {
					sum -= float64(u * x[i*m+j])
				}
			}
			x[k*m+j] = sum / a[k*n+k]
		}
	}
}

// sweep solves by Gauss-Seidel sweeps in alternating order until nothing changes by more than rounding.
func (r *resolvent) sweep(first []int32, to []branch, gamma float64, x []float64) {
	right := append([]float64(nil), x...)
	for k := range 1 << 20 {
		change, most := 0.0, 0.0
		for i := range r.n {
			s := i
			if k%2 == 1 {
				s = r.n - 1 - i
			}
			for j := range r.m {
				sum := right[s*r.m+j]
				for _, b := range to[first[s]:first[s+1]] {
					sum += float64(gamma * float64(b.p*x[int(b.next)*r.m+j]))
				}
				change = max(change, math.Abs(sum-x[s*r.m+j]))
				most = max(most, math.Abs(sum))
				x[s*r.m+j] = sum
			}
		}
		if change <= 1e-14*max(1, most) {
			return
		}
	}
}
