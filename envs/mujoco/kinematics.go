package mujoco

// kinematics computes positions and orientations of bodies, and axes and anchors of joints, from the
// coordinates (mj_kinematics).
func (m *Model) kinematics(d *Data, qpos []float64) {
	bodies := m.bodies
	xpos, xquat, xmat, xipos := d.Xpos[:len(bodies)], d.Xquat[:len(bodies)], d.Xmat[:len(bodies)], d.Xipos[:len(bodies)]
	for b := 1; b < len(bodies); b++ {
		p := &bodies[b]
		mat := &xmat[b]
		var pos vector
		var quat rotor
		switch {
		case p.free:
			q := qpos[p.qpos:][:7]
			pos = vector{q[0], q[1], q[2]}
			quat = rotor{q[3], q[4], q[5], q[6]}.normalized()
			quat.matrix(mat)
			for k := range 3 {
				vector{mat[k], mat[3+k], mat[6+k]}.store(&d.axis[p.dof+3+k])
				pos.store(&d.anchor[p.dof+3+k])
			}
		default:
			pos, quat = vectorAt(&p.pos), rotorAt(&p.quat)
			if p.parent > 0 {
				pos = vectorAt(&xpos[p.parent]).plus(pos.by(&xmat[p.parent]))
				up := rotorAt(&xquat[p.parent])
				if p.turned {
					quat = up.times(quat)
				} else {
					quat = up
				}
			}
			for i := range p.joints {
				j := &p.joints[i]
				pos, quat = j.move(pos, quat, d, qpos[j.qpos]-j.qpos0)
			}
			if len(p.joints) > 0 || p.turned || p.parent == 0 {
				if s := quat.w*quat.w + quat.x*quat.x + quat.y*quat.y + quat.z*quat.z - 1; s > 2*minVal || s < -2*minVal {
					quat = quat.normalized()
				}
				quat.matrix(mat)
			} else {
				*mat = xmat[p.parent]
			}
		}
		pos.store(&xpos[b])
		quat.store(&xquat[b])
		if !p.centred {
			pos = pos.plus(vectorAt(&p.inertialPos).by(mat))
		}
		pos.store(&xipos[b])
	}
}

// jointPlan is a slide or a hinge.
type jointPlan struct {
	qpos, dof int
	qpos0     float64
	hinge     bool
	fixed     bool // the axis is the same in all states
	coaxis    int  // the axis is along this axis of the body's frame, else -1
	sign      float64
	pos, axis Vec
	worldAxis Vec  // if fixed
	offset    bool // pos is not zero
	keep      bool // the anchor is that of the joint before it
	kept      bool // the joint after it has the same anchor
}

// move returns where a body stands after it has moved by x along or about the joint's axis. It writes axis
// and anchor in the world before that motion.
func (j *jointPlan) move(pos vector, quat rotor, d *Data, x float64) (vector, rotor) {
	var axis vector
	switch {
	case j.fixed:
		axis = vectorAt(&j.worldAxis)
	case j.coaxis == 0:
		axis = quat.xAxis().scaled(j.sign)
	case j.coaxis == 1:
		axis = quat.yAxis().scaled(j.sign)
	case j.coaxis == 2:
		axis = quat.zAxis().scaled(j.sign)
	default:
		axis = quat.rotate(vectorAt(&j.axis))
	}
	axis.store(&d.axis[j.dof])
	anchor := pos
	switch {
	case j.keep:
		anchor = vectorAt(&d.anchor[j.dof-1])
	case j.offset:
		anchor = pos.plus(quat.rotate(vectorAt(&j.pos)))
	}
	anchor.store(&d.anchor[j.dof])
	if !j.hinge {
		return pos.plus(axis.scaled(x)), quat
	}
	sin, cos := halfTurn(x)
	w, a, b, c := quat.w, quat.x, quat.y, quat.z
	switch j.coaxis {
	case 0:
		sin *= j.sign
		quat = rotor{w*cos - a*sin, w*sin + a*cos, b*cos + c*sin, c*cos - b*sin}
	case 1:
		sin *= j.sign
		quat = rotor{w*cos - b*sin, a*cos - c*sin, w*sin + b*cos, c*cos + a*sin}
	case 2:
		sin *= j.sign
		quat = rotor{w*cos - c*sin, a*cos + b*sin, b*cos - a*sin, w*sin + c*cos}
	default:
		quat = quat.times(rotor{cos, sin * j.axis[0], sin * j.axis[1], sin * j.axis[2]})
	}
	if j.offset && !j.kept {
		pos = anchor.minus(quat.rotate(vectorAt(&j.pos)))
	}
	return pos, quat
}
