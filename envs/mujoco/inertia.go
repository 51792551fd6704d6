package mujoco

// comPositions computes the centres of mass of the trees, the bodies' inertia and the motion of each
// degree of freedom about them (mj_comPos).
func (m *Model) comPositions(d *Data) {
	bodies := m.bodies
	xipos, cinert, xmat := d.Xipos[:len(bodies)], d.Cinert[:len(bodies)], d.Xmat[:len(bodies)]
	for b := 1; b < len(bodies); b++ {
		p := &bodies[b]
		com := &d.com[p.root]
		sum := vectorAt(&xipos[b]).scaled(p.mass)
		if p.root != b {
			sum = sum.plus(vectorAt(com))
		}
		sum.store(com)
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
	for b := 1; b < len(bodies); b++ {
		p := &bodies[b]
		p.spatialInertia(&cinert[b], &xmat[b], vectorAt(&xipos[b]).minus(vectorAt(&d.com[p.root])))
	}
	dofs := m.dofs
	cdof, axes, anchors := d.Cdof[:len(dofs)], d.axis[:len(dofs)], d.anchor[:len(dofs)]
	for i := range dofs {
		switch p := &dofs[i]; p.motion {
		case alongAxis: // constant
		case along:
			storeMotion(&cdof[i], vector{}, vectorAt(&axes[i]))
		case about:
			axis := vectorAt(&axes[i])
			storeMotion(&cdof[i], axis, axis.cross(vectorAt(&d.com[p.root]).minus(vectorAt(&anchors[i]))))
		}
	}
}

// spatialInertia writes the inertia of a body with orientation r and centre of mass at d.
func (p *bodyPlan) spatialInertia(out *[10]float64, r *[9]float64, d vector) {
	var xx, yy, zz, xy, xz, yz float64
	switch p.shape {
	case axial: // across·1 + (along - across) u uᵀ, u the axis of symmetry
		u := vectorAt(&p.symmetry).by(r)
		k, s := p.moments[0], p.moments[2]-p.moments[0]
		xx, yy, zz = k+s*u.x*u.x, k+s*u.y*u.y, k+s*u.z*u.z
		xy, xz, yz = s*u.x*u.y, s*u.x*u.z, s*u.y*u.z
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
	m := d.scaled(p.mass)
	out[0] = xx + m.y*d.y + m.z*d.z
	out[1] = yy + m.x*d.x + m.z*d.z
	out[2] = zz + m.x*d.x + m.y*d.y
	out[3] = xy - m.x*d.y
	out[4] = xz - m.x*d.z
	out[5] = yz - m.y*d.z
	out[6], out[7], out[8], out[9] = m.x, m.y, m.z, p.mass
}

// inertiaMatrix computes the matrix M of the equations of motion by the composite-rigid-body algorithm
// (mj_crb) and factors it.
func (m *Model) inertiaMatrix(d *Data) {
	bodies := m.bodies
	crb := d.crb[:len(bodies)]
	copy(crb, d.Cinert)
	for b := len(bodies) - 1; b > 0; b-- {
		if up := bodies[b].parent; up > 0 {
			to, from := &crb[up], &crb[b]
			for i := range to {
				to[i] += from[i]
			}
		}
	}
	dofs := m.dofs
	cdof, dofForce := d.Cdof[:len(dofs)], d.dofForce[:len(dofs)]
	for i := range dofs {
		w, v := motionAt(&cdof[i])
		torque, force := mulInertia(&crb[dofs[i].body], w, v)
		storeMotion(&dofForce[i], torque, force)
	}
	m.pattern.Products(d.m, d.l, d.Cdof, d.dofForce, m.armature)
	m.pattern.Factor(d.l, d.inverse, minVal, 0, m.Nv)
}
