package mujoco

import "math/bits"

// solvePGS finds the forces f >= 0 that minimise ½ fᵀ A f + fᵀ b, A = J M⁻¹ Jᵀ + diag R and
// b = J aₛ - aref, by projected Gauss-Seidel sweeps in random order with Nesterov's momentum
// (mj_solPGS). It stops well before the optimum, so that the order of operations decides the digits.
func (m *Model) solvePGS(d *Data, warm []float64) {
	n := d.rows
	m.delassus(d)
	a, f, b := d.delassus[:n*n], d.forces[:n], d.start[:n]
	d.mulJ(d.blocks, b, d.QaccSmooth)
	d.subReference(b)

	x := d.residual[:n]
	d.mulJ(d.blocks, x, warm)
	d.subReference(x)
	cost := 0.0
	for i, v := range x {
		f[i] = 0
		if v < 0 {
			f[i] = -d.weight[i] * v
		}
	}
	for i, v := range f {
		if v != 0 {
			cost += v * (b[i] + 0.5*dot(a[i*n:][:n], f))
		}
	}
	if cost > 0 {
		clear(f)
	}

	before, pushed, order := d.before[:n], d.pushed[:n], d.order[:n]
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
			for i, v := range f {
				f[i] = max(0, v+beta*(v-before[i]))
				before[i] = v
			}
		} else {
			copy(before, f)
		}
		copy(pushed, f)
		random.shuffle(order)
		improvement := 0.0
		for _, i := range order {
			row := a[i*n:][:n]
			residual := b[i] + dot(row, f)
			old := f[i]
			f[i] = max(0, old-residual/row[i])
			delta := f[i] - old
			change := delta * (0.5*delta*row[i] + residual)
			if change > 1e-10 {
				f[i], change = old, 0
			}
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

// delassus computes A = J M⁻¹ Jᵀ + diag R. With M = Lᵀ D L and Y = J L⁻¹, J M⁻¹ Jᵀ = Y D⁻¹ Yᵀ; rows of Y
// vanish outside of the support of their constraint. As all rows of a contact are combinations of three,
// only those are multiplied with each other.
func (m *Model) delassus(d *Data) {
	n := d.rows
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
	}
	if len(d.delassus) < n*n {
		d.delassus = make([]float64, n*n)
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
			c := &d.blocks[j]
			to = m.gram(d, b, c, to)
		}
		for r := range size {
			spread := d.spread[r*m.Nv:][:m.Nv]
			for _, t := range support {
				spread[t] = 0
			}
		}
		at += size * k
		for r := b.row; r < b.row+b.rows; r++ {
			d.delassus[r*n+r] += b.regularization
		}
	}
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

// gram writes the block of A for the rows of b, spread, and those of c, whose rows of Y begin at from;
// and its mirror image. It returns where the rows of Y of the next constraint begin.
func (m *Model) gram(d *Data, b, c *block, from int) (next int) {
	support := m.supportOf(c)
	k, n := len(support), d.rows
	var g [3][3]float64 // products of basis rows: of c, of b
	sizeB, sizeC := b.size(), c.size()
	for r := range sizeC {
		y := d.halves[from+r*k:][:k]
		if sizeB == 1 {
			s := d.spread[:m.Nv]
			sum := 0.0
			for t, i := range support {
				sum += y[t] * s[i]
			}
			g[r][0] = sum
			continue
		}
		s0, s1, s2 := d.spread[:m.Nv], d.spread[m.Nv:][:m.Nv], d.spread[2*m.Nv:][:m.Nv]
		var sum0, sum1, sum2 float64
		for t, i := range support {
			v := y[t]
			sum0 += v * s0[i]
			sum1 += v * s1[i]
			sum2 += v * s2[i]
		}
		g[r] = [3]float64{sum0, sum1, sum2}
	}
	var half [3][4]float64 // basis rows of c, rows of b
	for r := range sizeC {
		half[r] = b.combine(g[r][0], g[r][1], g[r][2])
	}
	for q := range b.rows {
		column := c.combine(half[0][q], half[1][q], half[2][q])
		for r := range c.rows {
			d.delassus[(c.row+r)*n+b.row+q] = column[r]
			d.delassus[(b.row+q)*n+c.row+r] = column[r]
		}
	}
	return from + sizeC*k
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
