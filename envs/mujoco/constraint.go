package mujoco

import "math"

// Impedance values are kept between these bounds.
const (
	minImpedance = 0.0001
	maxImpedance = 0.9999
)

// impedance is how hard a constraint resists, from solref and solimp.
type impedance struct {
	d0, dw, width, mid, power float64
	stiffness, damping        float64 // K and B of the reference acceleration
}

// newImpedance clamps the parameters to what the original accepts.
func newImpedance(solref [2]float64, solimp [5]float64, timestep float64) impedance {
	clip := func(x float64) float64 { return min(max(x, minImpedance), maxImpedance) }
	p := impedance{
		d0: clip(solimp[0]), dw: clip(solimp[1]), width: max(0, solimp[2]), mid: clip(solimp[3]), power: max(1, solimp[4]),
	}
	if solref[0] > 0 {
		constant, ratio := max(solref[0], 2*timestep), solref[1]
		p.stiffness = 1 / max(minVal, p.dw*p.dw*constant*constant*ratio*ratio)
		p.damping = 2 / max(minVal, p.dw*constant)
	} else {
		p.stiffness = -solref[0] / max(minVal, p.dw*p.dw)
		p.damping = -solref[1] / max(minVal, p.dw)
	}
	return p
}

// at returns the impedance at a violation of the constraint, and its derivative.
func (p *impedance) at(violation float64) (value, slope float64) {
	if p.d0 == p.dw || p.width <= minVal {
		return 0.5 * (p.d0 + p.dw), 0
	}
	x, sign := violation/p.width, 1.0
	if x < 0 {
		x, sign = -x, -1
	}
	var y, dy float64
	switch {
	case x >= 1:
		return p.dw, 0
	case x == 0:
		return p.d0, 0
	case p.power == 1:
		y, dy = x, 1
	case x <= p.mid:
		a := 1 / raise(p.mid, p.power-1)
		y, dy = a*raise(x, p.power), p.power*a*raise(x, p.power-1)
	default:
		b := 1 / raise(1-p.mid, p.power-1)
		y, dy = 1-b*raise(1-x, p.power), p.power*b*raise(1-x, p.power-1)
	}
	return p.d0 + y*(p.dw-p.d0), sign * dy * (p.dw - p.d0) / p.width
}

// raise returns x to the power p.
func raise(x, p float64) float64 {
	switch p {
	case 1:
		return x
	case 2:
		return x * x
	}
	return math.Pow(x, p)
}

// block is a constraint: the row of a joint limit, or the rows of a contact.
type block struct {
	pair  *Pair // nil: a joint limit
	index int   // of the contact, or of the joint
	first int   // its first row in the order of the original
	row   int   // its first row in that of the solver, in which islands follow each other
	rows  int
	dof   int     // of a limit
	sign  float64 // of a limit: its only entry of J
	jac   int     // of a contact: where its rows of J begin
	basis int     // for projected Gauss-Seidel: its first basis row

	pos, margin                      float64
	impedance, slope, regularization float64 // I, P and R
	stiffness, damping               float64
	d                                float64 // 1/R
}

// violation is how far the constraint is from where it begins to act, below 0 where it acts.
func (b *block) violation() float64 { return b.pos - b.margin }

// makeConstraints lists the limits and contacts that act, with their rows of J (mj_makeConstraint). All
// rows of a contact are made of three: its normal n and tangents t₁, t₂; without friction, of n alone.
// The rows of the pyramid are n + μ₁t₁, n - μ₁t₁, n + μ₂t₂, n - μ₂t₂.
func (m *Model) makeConstraints(d *Data, qpos []float64) {
	d.blocks, d.jac, d.rows = d.blocks[:0], d.jac[:0], 0
	for i := range m.limits {
		p := &m.limits[i]
		q := qpos[p.qpos]
		if dist := q - p.lo; dist < p.margin {
			d.addLimit(p, dist, 1)
		}
		if dist := p.hi - q; dist < p.margin {
			d.addLimit(p, dist, -1)
		}
	}
	for i := range d.Contacts {
		c := &d.Contacts[i]
		if c.Dist >= c.Margin {
			continue
		}
		c.Row = d.rows
		p := c.Pair
		n := p.rows()
		d.blocks = append(d.blocks, block{
			pair: p, index: i, first: d.rows, row: d.rows, rows: n, jac: len(d.jac), pos: c.Dist, margin: p.Margin,
		})
		d.rows += n
		b := &d.blocks[len(d.blocks)-1]
		weight := p.weight
		if n == 1 {
			b.regularize(&p.impedance, weight, 1)
		} else {
			b.regularize(&p.impedance, weight+p.Friction[0]*p.Friction[0]*weight, 2*p.Mu*p.Mu)
		}
		m.contactJacobian(d, c)
	}
	m.findIslands(d)
	d.grow()
	for i := range d.blocks {
		b := &d.blocks[i]
		for k := b.row; k < b.row+b.rows; k++ {
			d.weight[k] = b.d
		}
	}
}

// addLimit adds the row of a joint limit.
func (d *Data) addLimit(p *limitPlan, dist, sign float64) {
	d.blocks = append(d.blocks, block{
		index: p.joint, first: d.rows, row: d.rows, rows: 1, dof: p.dof, sign: sign, pos: dist, margin: p.margin,
	})
	d.blocks[len(d.blocks)-1].regularize(&p.impedance, p.weight, 1)
	d.rows++
}

// regularize computes impedance and R of a constraint whose first row has the diagonal weight of
// J M⁻¹ Jᵀ; scale is what R is multiplied by after its bound.
func (b *block) regularize(p *impedance, weight, scale float64) {
	b.impedance, b.slope = p.at(b.violation())
	b.stiffness, b.damping = p.stiffness, p.damping
	b.regularization = scale * max(minVal, (1-b.impedance)/b.impedance*weight)
	b.d = 1 / b.regularization
}

// contactJacobian appends the rows n, t₁ and t₂ of a contact, each with one entry for each degree of
// freedom of the pair's support: how fast the second body's point moves against the first's.
func (m *Model) contactJacobian(d *Data, c *Contact) {
	p := c.Pair
	n, begin := len(p.support), len(d.jac)
	size := n
	if p.Dim > 1 {
		size = 3 * n
	}
	if begin+size > cap(d.jac) {
		d.jac = append(d.jac, make([]float64, size)...)
	}
	d.jac = d.jac[:begin+size]
	j := d.jac[begin:]
	f := &c.Frame
	root := -1
	var arm Vec
	for t, i := range p.support {
		q := &m.dofs[i]
		var v0, v1, v2 float64
		if p.moved[t] != 3 {
			if q.root != root {
				root = q.root
				arm = sub(&c.Pos, &d.com[root])
			}
			a := &d.Cdof[i]
			v0 = a[3] + a[1]*arm[2] - a[2]*arm[1]
			v1 = a[4] + a[2]*arm[0] - a[0]*arm[2]
			v2 = a[5] + a[0]*arm[1] - a[1]*arm[0]
			if p.moved[t] == 1 {
				v0, v1, v2 = -v0, -v1, -v2
			}
		}
		j[t] = f[0]*v0 + f[1]*v1 + f[2]*v2
		if size > n {
			j[n+t] = f[3]*v0 + f[4]*v1 + f[5]*v2
			j[2*n+t] = f[6]*v0 + f[7]*v1 + f[8]*v2
		}
	}
}

// island is a set of trees that constraints connect, to be solved by itself.
type island struct {
	blocks span // in the solver's order
	rows   span
	dofs   span // from its first to its last; those of others may lie between
	gaps   bool // they do
}

// findIslands orders the constraints by island.
func (m *Model) findIslands(d *Data) {
	d.islands = d.islands[:0]
	if len(d.blocks) == 0 {
		return
	}
	if m.Ntree == 1 {
		d.islands = append(d.islands, island{span{0, len(d.blocks)}, span{0, d.rows}, span{0, m.Nv}, false})
		return
	}
	// Each tree points towards the first tree of its island.
	first := d.first
	for t := range first {
		first[t] = t
	}
	find := func(t int) int {
		for first[t] != t {
			t = first[t]
		}
		return t
	}
	clear(d.constrained)
	for i := range d.blocks {
		b := &d.blocks[i]
		t1, t2 := m.treesOf(b)
		t1, t2 = find(t1), find(t2)
		first[max(t1, t2)] = min(t1, t2)
		d.constrained[min(t1, t2)] = true
	}
	for t := range first {
		first[t] = find(t)
		d.constrained[t] = d.constrained[t] && first[t] == t
	}
	d.unordered = append(d.unordered[:0], d.blocks...)
	d.blocks = d.blocks[:0]
	row := 0
	for t := range m.trees {
		if !d.constrained[t] {
			continue
		}
		s := island{blocks: span{lo: len(d.blocks)}, rows: span{lo: row}, dofs: m.trees[t]}
		for u := t + 1; u < len(m.trees); u++ {
			if first[u] == t {
				s.gaps = s.gaps || s.dofs.hi != m.trees[u].lo
				s.dofs.hi = m.trees[u].hi
			}
		}
		for _, b := range d.unordered {
			if t1, _ := m.treesOf(&b); first[t1] == t {
				b.row = row
				row += b.rows
				d.blocks = append(d.blocks, b)
			}
		}
		s.blocks.hi, s.rows.hi = len(d.blocks), row
		d.islands = append(d.islands, s)
	}
}

// treesOf returns the trees that a constraint acts on, the same twice if it is one.
func (m *Model) treesOf(b *block) (int, int) {
	if b.pair == nil {
		t := m.dofs[b.dof].tree
		return t, t
	}
	e := b.pair.ends
	if e[0] < 0 {
		e[0] = e[1]
	} else if e[1] < 0 {
		e[1] = e[0]
	}
	return m.dofs[e[0]].tree, m.dofs[e[1]].tree
}

// mulJ writes J v of some constraints.
func (d *Data) mulJ(blocks []block, out, v []float64) {
	for i := range blocks {
		b := &blocks[i]
		p := b.pair
		if p == nil {
			out[b.row] = b.sign * v[b.dof]
			continue
		}
		n := len(p.support)
		if b.rows == 1 {
			var s float64
			j := d.jac[b.jac:][:n]
			for t, k := range p.support {
				s += j[t] * v[k]
			}
			out[b.row] = s
			continue
		}
		jn, j1, j2 := d.jac[b.jac:][:n], d.jac[b.jac+n:][:n], d.jac[b.jac+2*n:][:n]
		var sn, s1, s2 float64
		for t, k := range p.support {
			x := v[k]
			sn += jn[t] * x
			s1 += j1[t] * x
			s2 += j2[t] * x
		}
		s1 *= p.Friction[0]
		s2 *= p.Friction[1]
		o := out[b.row:][:4]
		o[0], o[1], o[2], o[3] = sn+s1, sn-s1, sn+s2, sn-s2
	}
}

// addJT adds Jᵀ f of some constraints to out.
func (d *Data) addJT(blocks []block, out, f []float64) {
	for i := range blocks {
		b := &blocks[i]
		p := b.pair
		if p == nil {
			out[b.dof] += b.sign * f[b.row]
			continue
		}
		n := len(p.support)
		if b.rows == 1 {
			if x := f[b.row]; x != 0 {
				j := d.jac[b.jac:][:n]
				for t, k := range p.support {
					out[k] += j[t] * x
				}
			}
			continue
		}
		g := f[b.row:][:4]
		fn, f1, f2 := g[0]+g[1]+g[2]+g[3], (g[0]-g[1])*p.Friction[0], (g[2]-g[3])*p.Friction[1]
		if fn == 0 {
			continue // forces are not negative, so that all are zero
		}
		jn, j1, j2 := d.jac[b.jac:][:n], d.jac[b.jac+n:][:n], d.jac[b.jac+2*n:][:n]
		for t, k := range p.support {
			out[k] += jn[t]*fn + j1[t]*f1 + j2[t]*f2
		}
	}
}

// referenceAcceleration computes what acceleration the constraints ask for.
func (m *Model) referenceAcceleration(d *Data, qvel []float64) {
	d.mulJ(d.blocks, d.velocity, qvel)
	for i := range d.blocks {
		b := &d.blocks[i]
		push := b.stiffness * b.impedance * b.violation()
		for k := b.row; k < b.row+b.rows; k++ {
			d.reference[k] = -b.damping*d.velocity[k] - push
		}
	}
}
