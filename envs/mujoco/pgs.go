package mujoco

import "math/bits"

// solvePGS finds the forces f >= 0 that minimise ½ fᵀ A f + fᵀ b, A = J M⁻¹ Jᵀ + diag R and
// b = J aₛ - aref, by projected Gauss-Seidel sweeps in random order with Nesterov's momentum
// (mj_solPGS). It stops well before the optimum, so that the order of operations decides the digits.
//
// Instead of A f, u = G Pᵀ f is kept up to date, G the products of the basis rows of the constraints and
// P what makes rows of them: A = P G Pᵀ + diag R. A row whose force does not change then costs nothing.
func (m *Model) solvePGS(d *Data, warm []float64) {
	n, basis := d.rows, m.products(d)
	f, b, u := d.forces[:n], d.start[:n], d.moved[:basis]
	edges, columns := d.edges[:n], d.columns[:n*basis]
	d.mulJ(d.blocks, b, d.QaccSmooth)
	d.subReference(b)

	x := d.residual[:n]
	d.mulJ(d.blocks, x, warm)
	d.subReference(x)
	clear(u)
	for i, v := range x {
		f[i] = 0
		if v < 0 {
			f[i] = -d.weight[i] * v
			addScaled(u, columns[i*basis:], f[i])
		}
	}
	cost := 0.0
	for i, v := range f {
		if v != 0 {
			cost += v * (b[i] + 0.5*edges[i].times(u, v))
		}
	}
	if cost > 0 {
		clear(f)
		clear(u)
	}

	before, pushed, movedBefore, order := d.before[:n], d.pushed[:n], d.movedBefore[:basis], d.order[:n]
	for i := range order {
		order[i] = i
	}
	scale := 1 / (m.MeanInertia * float64(m.Nv))
	random := pcg32{}
	random.next()
	momentum := 0
	d.Iterations = 0
	for d.Iterations < m.Option.Iterations {
		beta := 0.0
		if d.Iterations > 0 {
			beta = float64(momentum-1) / float64(momentum+2)
		}
		if beta > 0 {
			for i, v := range u {
				u[i], movedBefore[i] = v+beta*(v-movedBefore[i]), v
			}
			for i, v := range f {
				pushed := v + beta*(v-before[i])
				before[i] = v
				f[i] = pushed
				if pushed < 0 {
					addScaled(u, columns[i*basis:], -pushed)
					f[i] = 0
				}
			}
		} else {
			copy(before, f)
			copy(movedBefore, u)
		}
		copy(pushed, f)
		random.shuffle(order)
		improvement := 0.0
		for _, i := range order {
			e := &edges[i]
			old := f[i]
			residual := b[i] + e.times(u, old)
			if old == 0 && residual >= 0 {
				continue
			}
			now := old - residual*e.inverse
			if now < 0 {
				now = 0
			}
			delta := now - old
			change := delta * (0.5*delta*e.diagonal + residual)
			if change > 1e-10 {
				continue
			}
			f[i] = now
			addScaled(u, columns[i*basis:], delta)
			improvement -= change
		}
		improvement *= scale
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
	m.pattern.solve(d.l, d.inverse, d.Qacc, 0, m.Nv)
	for i, v := range d.QaccSmooth {
		d.Qacc[i] += v
	}
}

// edge is a row of P and what else a sweep needs of a constraint row: the row is basis row n plus
// slope times basis row t.
type edge struct {
	n, t                  int
	slope, regularization float64
	diagonal, inverse     float64 // of A
}

// times returns the row's entry of A f for u = G Pᵀ f and its force.
func (e *edge) times(u []float64, force float64) float64 {
	return u[e.n] + e.slope*u[e.t] + e.regularization*force
}

// addScaled adds s times the beginning of x to y.
func addScaled(y, x []float64, s float64) {
	x = x[:len(y)]
	for i := range y {
		y[i] += s * x[i]
	}
}

// products computes G = J M⁻¹ Jᵀ of the basis rows of all constraints, n, t₁ and t₂ of those with
// friction, and the columns of G Pᵀ. With M = Lᵀ D L and Y = J L⁻¹, G = Y D⁻¹ Yᵀ; rows of Y vanish
// outside of the support of their constraint. It returns the number of basis rows.
func (m *Model) products(d *Data) (basis int) {
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
		for r := range size {
			m.backward(d.l, y[r*k:][:k], support)
		}
		b.basis = basis
		basis += size
	}
	if n := basis * d.rows; n > len(d.columns) {
		d.gram, d.columns = make([]float64, n), make([]float64, n)
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
	for i := range d.blocks {
		b := &d.blocks[i]
		for r := range b.rows {
			e := edge{n: b.basis, t: b.basis, regularization: b.regularization}
			if b.rows == 4 {
				e.t = b.basis + 1 + r/2
				e.slope = b.pair.Friction[r/2]
				if r%2 == 1 {
					e.slope = -e.slope
				}
			}
			column := d.columns[(b.row+r)*basis:][:basis]
			gn, gt := d.gram[e.n*basis:][:basis], d.gram[e.t*basis:][:basis]
			for k := range column {
				column[k] = gn[k] + e.slope*gt[k]
			}
			e.diagonal = column[e.n] + e.slope*column[e.t] + e.regularization
			e.inverse = 1 / e.diagonal
			d.edges[b.row+r] = e
		}
	}
	return basis
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
		return m.pattern.row(b.dof)
	}
	return b.pair.support
}

// backward overwrites a row of J, compact over its support, by that of J L⁻¹.
func (m *Model) backward(l, y []float64, support []int) {
	support = support[:len(y)]
	for t := len(y) - 1; t > 0; t-- {
		v := y[t]
		if v == 0 {
			continue
		}
		i := support[t]
		row := l[m.pattern.begin[i] : m.pattern.begin[i+1]-1]
		if len(row) == t {
			// All below are ancestors.
			to := y[:len(row)]
			for u, a := range row {
				to[u] -= a * v
			}
			continue
		}
		column := m.pattern.row(i)
		u := 0
		for k, a := range row {
			for support[u] != column[k] {
				u++
			}
			y[u] -= a * v
		}
	}
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
func (p *pcg32) shuffle(list []int) {
	for i := len(list) - 1; i > 0; i-- {
		j := int(p.next() % uint32(i+1))
		list[i], list[j] = list[j], list[i]
	}
}
