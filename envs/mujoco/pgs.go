package mujoco

import (
	"math/bits"

	"github.com/paretolab/paretolab/internal/kern"
)

// solvePGS finds the forces f >= 0 that minimise ½ fᵀ A f + fᵀ b, A = J M⁻¹ Jᵀ + diag R and
// b = J aₛ - aref, by projected Gauss-Seidel sweeps in random order with Nesterov's momentum
// (mj_solPGS). It stops well before the optimum, so that the order of operations decides the digits.
//
// r = A f + b is kept up to date, each row over its diagonal entry of A.
func (m *Model) solvePGS(d *Data, warm []float64) {
	n := d.rows
	m.products(d)
	stride := strideOf(n)
	f, b, r, diagonal := d.forces[:n], d.start[:n], d.scaled[:stride], d.diagonal[:n]
	d.mulJ(d.blocks, b, d.QaccSmooth)
	d.subReference(b)

	x := d.residual[:n]
	d.mulJ(d.blocks, x, warm)
	d.subReference(x)
	for i, v := range b {
		r[i] = v * d.inverseDiagonal[i]
	}
	for i, v := range x {
		f[i] = 0
		if v < 0 {
			f[i] = -d.weight[i] * v
			addScaled(r[:n], d.system[i*stride:], f[i])
		}
	}
	cost := 0.0
	for i, v := range f {
		cost += v * (b[i] + r[i]*diagonal[i])
	}
	if cost > 0 {
		clear(f)
		for i, v := range b {
			r[i] = v * d.inverseDiagonal[i]
		}
	}

	before, pushed, scaledBefore := d.before[:n], d.pushed[:n], d.scaledBefore[:n]
	orders := m.orders.begin(n, d.order)
	scale := 1 / (m.MeanInertia * float64(m.Nv))
	momentum := 0
	d.Iterations = 0
	for d.Iterations < m.Option.Iterations {
		beta := 0.0
		if d.Iterations > 0 {
			beta = float64(momentum-1) / float64(momentum+2)
		}
		if beta > 0 {
			for i, v := range r[:n] {
				r[i], scaledBefore[i] = v+beta*(v-scaledBefore[i]), v
			}
			for i, v := range f {
				pushed := v + beta*(v-before[i])
				before[i] = v
				f[i] = pushed
				if pushed < 0 {
					addScaled(r[:n], d.system[i*stride:], -pushed)
					f[i] = 0
				}
			}
		} else {
			copy(before, f)
			copy(scaledBefore, r)
		}
		copy(pushed, f)
		improvement := scale * kern.Sweep(orders.next(), f, r, diagonal, d.system, stride, 1e-10)
		along := 0.0
		for i, v := range f {
			along += (v - pushed[i]) * (pushed[i] - before[i])
		}
		if d.Iterations > 0 && along < 0 {
			momentum = 0
		} else {
			momentum++
		}
		d.Iterations++
		if improvement < m.Option.Tolerance {
			break
		}
	}

	clear(d.QfrcConstraint)
	d.addJT(d.blocks, d.QfrcConstraint, f)
	copy(d.Qacc, d.QfrcConstraint)
	m.pattern.Solve(d.l, d.inverse, d.Qacc, 0, m.Nv)
	for i, v := range d.QaccSmooth {
		d.Qacc[i] += v
	}
}

// strideOf returns how far the columns of a system of n rows are from each other.
func strideOf(n int) int { return (n + 3) &^ 3 }

// addScaled adds s times the beginning of x to y.
func addScaled(y, x []float64, s float64) {
	x = x[:len(y)]
	for i := range y {
		y[i] += s * x[i]
	}
}

// products computes G = J M⁻¹ Jᵀ of the basis rows of all constraints, n, t₁ and t₂ of those with
// friction, and from it A. With M = Lᵀ D L and Y = J L⁻¹, G = Y D⁻¹ Yᵀ; rows of Y vanish outside of
// the support of their constraint.
func (m *Model) products(d *Data) {
	basis := 0
	d.halves = d.halves[:0]
	for i := range d.blocks {
		b := &d.blocks[i]
		support, size := m.supportOf(b), b.size()
		begin, k := len(d.halves), len(support)
		d.halves = append(d.halves, d.zeros[:size*k]...)
		y := d.halves[begin:]
		if b.pair == nil {
			y[k-1] = b.sign
		} else {
			copy(y, d.jac[b.jac:][:size*k])
		}
		if size == 3 {
			m.backward3(d.l, y[:k], y[k:][:k], y[2*k:][:k], support)
		} else {
			m.backward(d.l, y, support)
		}
		b.basis = basis
		basis += size
	}
	if n := d.rows * strideOf(d.rows); n > len(d.system) {
		d.gram, d.system = make([]float64, n), make([]float64, n)
	}
	at := 0
	for i := range d.blocks {
		b := &d.blocks[i]
		support, size := m.supportOf(b), b.size()
		k := len(support)
		// Spread the block's rows of Y D⁻¹ over all degrees of freedom.
		for r := range size {
			spread := d.spread[r*m.Nv:][:m.Nv]
			for t, v := range d.halves[at+r*k:][:k] {
				spread[support[t]] = v * d.inverse[support[t]]
			}
		}
		to := at
		for j := i; j < len(d.blocks); j++ {
			to = m.multiply(d, b, &d.blocks[j], to, basis)
		}
		for r := range size {
			spread := d.spread[r*m.Nv:][:m.Nv]
			for _, t := range support {
				spread[t] = 0
			}
		}
		at += size * k
	}
	d.assemble(basis)
}

// assemble computes A from G, by columns, each row over the diagonal entry.
func (d *Data) assemble(basis int) {
	stride := strideOf(d.rows)
	at := func(i, j int) float64 { return d.gram[i*basis+j] }
	for i := range d.blocks {
		b := &d.blocks[i]
		n := b.basis
		for k := range b.rows {
			v := at(n, n) + b.regularization
			if b.rows == 4 {
				t, slope := b.edge(k)
				v += slope * (2*at(n, t) + slope*at(t, t))
			}
			d.diagonal[b.row+k], d.inverseDiagonal[b.row+k] = v, 1/v
		}
	}
	for i := range d.blocks {
		b := &d.blocks[i]
		for k := range b.rows {
			// The column of A before its rows are made of those of the basis.
			g := d.gram[b.basis*basis:][:basis]
			if b.rows == 4 {
				t, slope := b.edge(k)
				sum := d.basisColumn[:basis]
				tangent := d.gram[t*basis:][:basis]
				for j, v := range g {
					sum[j] = v + slope*tangent[j]
				}
				g = sum
			}
			column := d.system[(b.row+k)*stride:][:d.rows]
			inverse := d.inverseDiagonal[:len(column)]
			for j := range d.blocks {
				c := &d.blocks[j]
				v := g[c.basis]
				if c.rows == 1 {
					column[c.row] = v * inverse[c.row]
					continue
				}
				to, by := column[c.row:][:4], inverse[c.row:][:4]
				t1, t2 := c.pair.Friction[0]*g[c.basis+1], c.pair.Friction[1]*g[c.basis+2]
				to[0], to[1], to[2], to[3] = (v+t1)*by[0], (v-t1)*by[1], (v+t2)*by[2], (v-t2)*by[3]
			}
			column[b.row+k] = 1
		}
	}
}

// edge returns of row k of a contact with friction, n ± μ t, the basis row t and ± μ.
func (b *block) edge(k int) (t int, slope float64) {
	slope = b.pair.Friction[k/2]
	if k%2 == 1 {
		slope = -slope
	}
	return b.basis + 1 + k/2, slope
}

// size returns how many rows the rows of a constraint are made of.
func (b *block) size() int {
	if b.rows == 4 {
		return 3
	}
	return 1
}

// supportOf returns the degrees of freedom at which rows of Y do not vanish.
func (m *Model) supportOf(b *block) []int {
	if b.pair == nil {
		return m.pattern.Row(b.dof)
	}
	return b.pair.support
}

// backward overwrites a row of J, compact over its support, by that of J L⁻¹.
func (m *Model) backward(l, y []float64, support []int) {
	support = support[:len(y)]
	for t := len(y) - 1; t > 0; t-- {
		v := y[t]
		row, column := m.lowerRow(l, support[t])
		if len(row) == t {
			// All below are ancestors.
			to := y[:len(row)]
			for u, a := range row {
				to[u] -= a * v
			}
			continue
		}
		u := 0
		for k, a := range row {
			for support[u] != column[k] {
				u++
			}
			y[u] -= a * v
		}
	}
}

// backward3 does the same for three rows.
func (m *Model) backward3(l, y0, y1, y2 []float64, support []int) {
	support, y1, y2 = support[:len(y0)], y1[:len(y0)], y2[:len(y0)]
	for t := len(y0) - 1; t > 0; t-- {
		v0, v1, v2 := y0[t], y1[t], y2[t]
		row, column := m.lowerRow(l, support[t])
		if len(row) == t {
			to0, to1, to2 := y0[:len(row)], y1[:len(row)], y2[:len(row)]
			for u, a := range row {
				to0[u] -= a * v0
				to1[u] -= a * v1
				to2[u] -= a * v2
			}
			continue
		}
		u := 0
		for k, a := range row {
			for support[u] != column[k] {
				u++
			}
			y0[u] -= a * v0
			y1[u] -= a * v1
			y2[u] -= a * v2
		}
	}
}

// lowerRow returns row i of L and its columns.
func (m *Model) lowerRow(l []float64, i int) (row []float64, column []int) {
	column = m.pattern.Row(i)
	return l[m.pattern.Begin(i):][:len(column)-1], column
}

// multiply writes the products of the basis rows of b, spread, with those of c, whose rows of Y begin
// at from; and the mirror image. It returns where the rows of Y of the next constraint begin.
func (m *Model) multiply(d *Data, b, c *block, from, basis int) (next int) {
	support := m.supportOf(c)
	k, size := len(support), c.size()
	s0, s1, s2 := d.spread[:m.Nv], d.spread[m.Nv:][:m.Nv], d.spread[2*m.Nv:][:m.Nv]
	for r := range size {
		y := d.halves[from+r*k:][:k]
		row := c.basis + r
		if b.rows != 4 {
			sum := 0.0
			for t, i := range support {
				sum += y[t] * s0[i]
			}
			d.gram[row*basis+b.basis] = sum
			d.gram[b.basis*basis+row] = sum
			continue
		}
		var sum0, sum1, sum2 float64
		for t, i := range support {
			v := y[t]
			sum0 += v * s0[i]
			sum1 += v * s1[i]
			sum2 += v * s2[i]
		}
		to := d.gram[row*basis+b.basis:][:3]
		to[0], to[1], to[2] = sum0, sum1, sum2
		d.gram[b.basis*basis+row] = sum0
		d.gram[(b.basis+1)*basis+row] = sum1
		d.gram[(b.basis+2)*basis+row] = sum2
	}
	return from + size*k
}

// combine turns values of the rows n, t₁ and t₂ of a constraint into those of its rows.
func (b *block) combine(n, t1, t2 float64) [4]float64 {
	if b.rows == 1 {
		return [4]float64{n}
	}
	t1 *= b.pair.Friction[0]
	t2 *= b.pair.Friction[1]
	return [4]float64{n + t1, n - t1, n + t2, n - t2}
}

// pcg32 is O'Neill's generator of that name with increment 1.
type pcg32 struct{ state uint64 }

func (p *pcg32) next() uint32 {
	old := p.state
	p.state = old*6364136223846793005 + 1
	return bits.RotateLeft32(uint32((old>>18^old)>>27), -int(old>>59))
}

// shuffle permutes a list.
func (p *pcg32) shuffle(list []uint16) {
	for i := len(list) - 1; i > 0; i-- {
		j := int(p.next() % uint32(i+1))
		list[i], list[j] = list[j], list[i]
	}
}

// orders holds the orders in which sweeps visit their rows. Every solution begins with the same random numbers, so
// that they depend on the number of rows alone: for few rows they are known beforehand, one sweep after the other.
type orders [][]uint16

// Known are the orders of up to fewRows rows in all sweeps, unless those are more than fewSweeps.
const (
	fewRows   = 40
	fewSweeps = 100
)

// newOrders returns the orders for up to so many sweeps.
func newOrders(sweeps int) orders {
	if sweeps > fewSweeps {
		return nil
	}
	o := make(orders, fewRows+1)
	list := make([]uint16, fewRows)
	for n := range o {
		visits := orders(nil).begin(n, list)
		for range sweeps {
			o[n] = append(o[n], visits.next()...)
		}
	}
	return o
}

// visits tells the order of one sweep after the other.
type visits struct {
	n      int
	known  []uint16 // orders of the sweeps to come, or nil
	list   []uint16
	random pcg32
}

// begin returns the orders of sweeps of n rows; list is memory for one.
func (o orders) begin(n int, list []uint16) visits {
	if n < len(o) {
		return visits{n: n, known: o[n]}
	}
	v := visits{n: n, list: list[:n]}
	for i := range v.list {
		v.list[i] = uint16(i)
	}
	v.random.next()
	return v
}

// next returns the order of the next sweep. It stands until the next call.
func (v *visits) next() []uint16 {
	if v.list != nil {
		v.random.shuffle(v.list)
		return v.list
	}
	order := v.known[:v.n]
	v.known = v.known[v.n:]
	return order
}
