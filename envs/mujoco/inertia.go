package mujoco

// comPositions computes the centres of mass of the trees, the bodies' inertia and the motion of each
// degree of freedom about them (mj_comPos).
func (m *Model) comPositions(d *Data) {
	for b := 1; b < len(m.bodies); b++ {
		p := &m.bodies[b]
		com := &d.com[p.root]
		if p.root == b {
			*com = Vec{}
		}
		x := &d.Xipos[b]
		com[0] += p.mass * x[0]
		com[1] += p.mass * x[1]
		com[2] += p.mass * x[2]
	}
	for _, r := range m.roots {
		if total := m.bodies[r].subtreeMass; total < minVal {
			d.com[r] = d.Xipos[r]
		} else {
			com := &d.com[r]
			com[0] /= total
			com[1] /= total
			com[2] /= total
		}
	}
	for b := 1; b < len(m.bodies); b++ {
		p := &m.bodies[b]
		com := &d.com[p.root]
		p.spatialInertia(&d.Cinert[b], &d.Xmat[b], &d.Xipos[b], com)
	}
	for i := range m.dofs {
		p := &m.dofs[i]
		c := &d.Cdof[i]
		a := &d.axis[i]
		switch p.motion {
		case alongAxis: // constant
		case along:
			c[3], c[4], c[5] = a[0], a[1], a[2]
		case about:
			com, anchor := &d.com[p.root], &d.anchor[i]
			o0, o1, o2 := com[0]-anchor[0], com[1]-anchor[1], com[2]-anchor[2]
			c[0], c[1], c[2] = a[0], a[1], a[2]
			c[3] = a[1]*o2 - a[2]*o1
			c[4] = a[2]*o0 - a[0]*o2
			c[5] = a[0]*o1 - a[1]*o0
		}
	}
}

// spatialInertia writes the inertia of a body with orientation r and centre of mass x about c.
func (p *bodyPlan) spatialInertia(out *[10]float64, r *[9]float64, x, c *Vec) {
	d0, d1, d2 := x[0]-c[0], x[1]-c[1], x[2]-c[2]
	var xx, yy, zz, xy, xz, yz float64
	switch p.shape {
	case axial: // across·1 + (along - across) u uᵀ, u the axis of symmetry
		a := &p.symmetry
		u := Vec{r[0]*a[0] + r[1]*a[1] + r[2]*a[2], r[3]*a[0] + r[4]*a[1] + r[5]*a[2], r[6]*a[0] + r[7]*a[1] + r[8]*a[2]}
		k, s := p.moments[0], p.moments[2]-p.moments[0]
		xx, yy, zz = k+s*u[0]*u[0], k+s*u[1]*u[1], k+s*u[2]*u[2]
		xy, xz, yz = s*u[0]*u[1], s*u[0]*u[2], s*u[1]*u[2]
	case general: // R J Rᵀ
		j := &p.tensor
		a0, a1, a2 := r[0]*j[0]+r[1]*j[3]+r[2]*j[4], r[0]*j[3]+r[1]*j[1]+r[2]*j[5], r[0]*j[4]+r[1]*j[5]+r[2]*j[2]
		b0, b1, b2 := r[3]*j[0]+r[4]*j[3]+r[5]*j[4], r[3]*j[3]+r[4]*j[1]+r[5]*j[5], r[3]*j[4]+r[4]*j[5]+r[5]*j[2]
		c0, c1, c2 := r[6]*j[0]+r[7]*j[3]+r[8]*j[4], r[6]*j[3]+r[7]*j[1]+r[8]*j[5], r[6]*j[4]+r[7]*j[5]+r[8]*j[2]
		xx, xy, xz = a0*r[0]+a1*r[1]+a2*r[2], a0*r[3]+a1*r[4]+a2*r[5], a0*r[6]+a1*r[7]+a2*r[8]
		yy, yz = b0*r[3]+b1*r[4]+b2*r[5], b0*r[6]+b1*r[7]+b2*r[8]
		zz = c0*r[6] + c1*r[7] + c2*r[8]
	case round:
		xx, yy, zz = p.moments[0], p.moments[0], p.moments[0]
	}
	mass := p.mass
	m0, m1, m2 := mass*d0, mass*d1, mass*d2
	out[0] = xx + m1*d1 + m2*d2
	out[1] = yy + m0*d0 + m2*d2
	out[2] = zz + m0*d0 + m1*d1
	out[3] = xy - m0*d1
	out[4] = xz - m0*d2
	out[5] = yz - m1*d2
	out[6], out[7], out[8], out[9] = m0, m1, m2, mass
}

// inertiaMatrix computes the matrix M of the equations of motion by the composite-rigid-body algorithm
// (mj_crb) and factors it.
func (m *Model) inertiaMatrix(d *Data) {
	crb := d.crb
	copy(crb, d.Cinert)
	for b := len(m.bodies) - 1; b > 0; b-- {
		if up := m.bodies[b].parent; up > 0 {
			to, from := &crb[up], &crb[b]
			for i := range to {
				to[i] += from[i]
			}
		}
	}
	M := d.m
	for i := range m.dofs {
		p := &m.dofs[i]
		inertia := &crb[p.body]
		var f [6]float64
		if p.motion == alongAxis {
			// Only the motion along one axis: f = (m d × e, m e).
			mass := inertia[9]
			switch p.axis {
			case 0:
				f = [6]float64{0, inertia[8], -inertia[7], mass, 0, 0}
			case 1:
				f = [6]float64{-inertia[8], 0, inertia[6], 0, mass, 0}
			case 2:
				f = [6]float64{inertia[7], -inertia[6], 0, 0, 0, mass}
			}
		} else {
			mulInertia(&f, inertia, &d.Cdof[i])
		}
		begin, end := m.pattern.begin[i], m.pattern.begin[i+1]
		row, column := M[begin:end], m.pattern.column[begin:end]
		column = column[:len(row)]
		for t := range row {
			j := column[t]
			if t < p.axes {
				row[t] = f[3+m.dofs[j].axis]
				continue
			}
			row[t] = dot6(&d.Cdof[j], &f)
		}
		row[len(row)-1] += p.armature
	}
	copy(d.l, M)
	m.pattern.factor(d.l, d.inverse, 0, m.Nv)
}
