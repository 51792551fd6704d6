package mujoco

import "math"

// solveNewton finds the accelerations that minimise
//
//	½ (a - aₛ)ᵀ M (a - aₛ) + Σᵢ ½ Dᵢ min(0, Jᵢ a - aref,ᵢ)²,
//
// aₛ the smooth acceleration, island by island, from the better of the warm start and aₛ
// (mj_solNewton). Constraint forces are -Dᵢ min(0, Jᵢ a - aref,ᵢ).
func (m *Model) solveNewton(d *Data, warm []float64) {
	rows := d.rows
	x, start := d.residual[:rows], d.start[:rows]
	d.mulJ(d.blocks, x, warm)
	d.mulJ(d.blocks, start, d.QaccSmooth)
	d.subReference(x)
	d.subReference(start)
	m.pattern.Mul(d.ma, d.m, warm, 0, m.Nv)
	cost := d.cost(x)
	for i, w := range warm {
		cost += 0.5 * (d.ma[i] - d.QfrcSmooth[i]) * (w - d.QaccSmooth[i])
	}
	if cost > d.cost(start) {
		copy(d.Qacc, d.QaccSmooth)
		copy(x, start)
		m.pattern.Mul(d.ma, d.m, d.Qacc, 0, m.Nv)
	} else {
		copy(d.Qacc, warm)
	}
	if len(m.trees) > 1 {
		m.freeTrees(d)
	}
	for i := range d.islands {
		n := m.solveIsland(d, &d.islands[i])
		if i == 0 {
			d.Iterations = n
		}
	}
}

// freeTrees gives the smooth acceleration to all trees that no constraint acts on.
func (m *Model) freeTrees(d *Data) {
	for t, s := range m.trees {
		if !d.constrained[d.first[t]] {
			copy(d.Qacc[s.lo:s.hi], d.QaccSmooth[s.lo:s.hi])
		}
	}
}

// subReference subtracts the reference accelerations.
func (d *Data) subReference(x []float64) {
	reference := d.reference[:len(x)]
	for i := range x {
		x[i] -= reference[i]
	}
}

// cost returns the cost of constraints with residuals x = J a - aref.
func (d *Data) cost(x []float64) (sum float64) {
	weight := d.weight[:len(x)]
	for i, v := range x {
		if v < 0 {
			sum += 0.5 * weight[i] * v * v
		}
	}
	return sum
}

// solveIsland minimises over one island and returns the number of iterations.
func (m *Model) solveIsland(d *Data, s *island) int {
	lo, hi := s.dofs.lo, s.dofs.hi
	trace := 0.0
	for i := lo; i < hi; i++ {
		if !s.gaps || m.inIsland(d, s, i) {
			trace += d.m[m.pattern.Diagonal(i)]
		}
	}
	scale := 1 / trace
	tolerance := m.Option.Tolerance
	a, ma, mp := d.Qacc[lo:hi], d.ma[lo:hi], d.mp[lo:hi]
	grad, p := d.gradient[lo:hi], d.search[lo:hi]
	x := d.residual[s.rows.lo:s.rows.hi]
	y := d.slope[s.rows.lo:s.rows.hi]

	d.updateForces(s)
	m.updateGradient(d, s)
	// decrement of the Newton step for a metric: half the scaled gradient times the preconditioned one
	if small := scale*length(grad) < tolerance; small {
		copy(p, grad)
		m.pattern.Solve(d.l, d.inverse, d.search, lo, hi)
		if max(0, 0.5*scale*dot(grad, p)) < tolerance {
			return 0
		}
		m.factorHessian(d, s)
		copy(p, grad)
		m.hessian.Solve(d.h, d.hInverse, d.search, lo, hi)
		if max(0, 0.5*scale*dot(grad, p)) < tolerance {
			return 0
		}
	} else {
		m.factorHessian(d, s)
		copy(p, grad)
		m.hessian.Solve(d.h, d.hInverse, d.search, lo, hi)
	}
	iterations := 0
	for iterations < m.Option.Iterations {
		for i := range p {
			p[i] = -p[i]
		}
		m.pattern.Mul(d.mp, d.m, d.search, lo, hi)
		d.mulJ(d.blocks[s.blocks.lo:s.blocks.hi], d.slope, d.search)
		alpha, gain := m.lineSearch(d, s, scale)
		if alpha == 0 {
			break
		}
		for i := range a {
			a[i] += alpha * p[i]
			ma[i] += alpha * mp[i]
		}
		for i := range x {
			x[i] += alpha * y[i]
		}
		changed := d.updateForces(s)
		m.updateGradient(d, s)
		iterations++
		if improvement := scale * gain; improvement > 0 && improvement < tolerance || scale*length(grad) < tolerance {
			break
		}
		if changed {
			m.factorHessian(d, s)
		}
		copy(p, grad)
		m.hessian.Solve(d.h, d.hInverse, d.search, lo, hi)
		if max(0, 0.5*scale*dot(grad, p)) < tolerance {
			break
		}
	}
	return iterations
}

// inIsland says whether a degree of freedom between the first and the last of an island belongs to it.
func (m *Model) inIsland(d *Data, s *island, dof int) bool {
	return d.first[m.dofs[dof].tree] == m.dofs[s.dofs.lo].tree
}

// updateForces computes an island's forces and says whether a row began or ceased to act.
func (d *Data) updateForces(s *island) (changed bool) {
	x := d.residual[s.rows.lo:s.rows.hi]
	f, weight := d.forces[s.rows.lo:s.rows.hi], d.weight[s.rows.lo:s.rows.hi]
	active := d.active[s.rows.lo:s.rows.hi]
	for i, v := range x {
		now := v < 0
		if now {
			f[i] = -weight[i] * v
		} else {
			f[i] = 0
		}
		if now != active[i] {
			active[i], changed = now, true
		}
	}
	return changed
}

// updateGradient computes an island's gradient M a - qfrc_smooth - Jᵀ f.
func (m *Model) updateGradient(d *Data, s *island) {
	lo, hi := s.dofs.lo, s.dofs.hi
	q := d.QfrcConstraint[lo:hi]
	clear(q)
	d.addJT(d.blocks[s.blocks.lo:s.blocks.hi], d.QfrcConstraint, d.forces)
	grad, ma, smooth := d.gradient[lo:hi], d.ma[lo:hi], d.QfrcSmooth[lo:hi]
	for i := range grad {
		grad[i] = ma[i] - smooth[i] - q[i]
	}
	if s.gaps {
		for i := range grad {
			if !m.inIsland(d, s, lo+i) {
				grad[i] = 0
			}
		}
	}
}

// factorHessian builds and factors H = M + Σ Dᵢ Jᵢᵀ Jᵢ over the acting rows of an island.
func (m *Model) factorHessian(d *Data, s *island) {
	lo, hi := s.dofs.lo, s.dofs.hi
	h := d.h
	if m.scatter == nil {
		begin, end := m.pattern.Rows(lo, hi)
		copy(h[begin:end], d.m[begin:end])
	} else {
		begin, end := m.hessian.Rows(lo, hi)
		clear(h[begin:end])
		for i := lo; i < hi; i++ {
			begin := m.pattern.Begin(i)
			for t := range m.pattern.Row(i) {
				h[m.scatter[begin+t]] = d.m[begin+t]
			}
		}
	}
	for i := s.blocks.lo; i < s.blocks.hi; i++ {
		b := &d.blocks[i]
		p := b.pair
		active := d.active[b.row:][:b.rows]
		switch {
		case p == nil:
			if active[0] {
				h[m.hessian.Diagonal(b.dof)] += b.d
			}
		case b.rows == 1:
			if active[0] {
				n := len(p.support)
				addSquare(h, p.entries, d.jac[b.jac:][:n], b.d)
			}
		default:
			d.addPyramid(b, active)
		}
	}
	m.hessian.Factor(h, d.hInverse, minVal, lo, hi)
}

// addSquare adds weight jᵀj to the entries of h.
func addSquare(h []float64, entries []int, j []float64, weight float64) {
	k := 0
	for t, v := range j {
		v *= weight
		for _, w := range j[:t+1] {
			h[entries[k]] += v * w
			k++
		}
	}
}

// addPyramid adds D Σ (n ± μ t)ᵀ (n ± μ t) over the acting rows of a contact to the Hessian: a quadratic
// form in n, t₁ and t₂.
func (d *Data) addPyramid(b *block, active []bool) {
	var on [4]float64
	for i, a := range active {
		if a {
			on[i] = b.d
		}
	}
	nn := on[0] + on[1] + on[2] + on[3]
	if nn == 0 {
		return
	}
	p := b.pair
	mu1, mu2 := p.Friction[0], p.Friction[1]
	n1, n2 := mu1*(on[0]-on[1]), mu2*(on[2]-on[3])
	t1, t2 := mu1*mu1*(on[0]+on[1]), mu2*mu2*(on[2]+on[3])
	n := len(p.support)
	jn, j1, j2 := d.jac[b.jac:][:n], d.jac[b.jac+n:][:n], d.jac[b.jac+2*n:][:n]
	h, entries := d.h, p.entries
	for t := range jn {
		a := nn*jn[t] + n1*j1[t] + n2*j2[t]
		b1 := n1*jn[t] + t1*j1[t]
		b2 := n2*jn[t] + t2*j2[t]
		row := entries[:t+1]
		entries = entries[t+1:]
		for u, at := range row {
			h[at] += a*jn[u] + b1*j1[u] + b2*j2[u]
		}
	}
}

func dot(a, b []float64) (sum float64) {
	b = b[:len(a)]
	for i, v := range a {
		sum += v * b[i]
	}
	return sum
}

func length(a []float64) float64 { return math.Sqrt(dot(a, a)) }
