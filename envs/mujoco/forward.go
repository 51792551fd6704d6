package mujoco

// Forward computes everything in d, but for CfrcExt, from the state s, which it does not change.
func (m *Model) Forward(s *State, d *Data) {
	m.evaluate(d, s.Qpos, s.Qvel, s.Ctrl, s.QaccWarmstart)
}

// evaluate is one forward evaluation (mj_forward).
func (m *Model) evaluate(d *Data, qpos, qvel, ctrl, warm []float64) {
	m.kinematics(d, qpos)
	m.comPositions(d)
	m.inertiaMatrix(d)
	m.collisions(d)
	m.makeConstraints(d, qpos)
	m.velocities(d, qvel)
	m.passiveForces(d, qpos, qvel)
	m.actuatorForces(d, ctrl)
	for i := range d.QfrcSmooth {
		f := d.QfrcPassive[i] - d.QfrcBias[i] + d.QfrcActuator[i]
		d.QfrcSmooth[i], d.QaccSmooth[i] = f, f
	}
	m.pattern.Solve(d.l, d.inverse, d.QaccSmooth, 0, m.Nv)
	if d.rows == 0 {
		copy(d.Qacc, d.QaccSmooth)
		clear(d.QfrcConstraint)
		d.Iterations = 0
		return
	}
	m.referenceAcceleration(d, qvel)
	if m.Option.Solver == PGS {
		m.solvePGS(d, warm)
	} else {
		m.solveNewton(d, warm)
	}
}

// Step advances s by one timestep. A state that has become bad, with a coordinate, velocity or
// acceleration that is no number or beyond 1e10, is first reset as by [Model.Reset], as the original does;
// Step then returns false and counts it in d.
func (m *Model) Step(s *State, d *Data) (ok bool) {
	ok = finite(s.Qpos) && finite(s.Qvel)
	if !ok {
		m.Reset(s)
	}
	m.Forward(s, d)
	if !finite(d.Qacc) {
		ok = false
		m.Reset(s)
		m.Forward(s, d)
	}
	if !ok {
		d.BadStates++
	}
	if m.Option.Integrator == RK4 {
		m.rungeKutta(s, d)
	} else {
		m.euler(s, d)
	}
	s.Time += m.Option.Timestep
	return ok
}

// finite says whether all numbers are between -1e10 and 1e10.
func finite(x []float64) bool {
	for _, v := range x {
		if !(v >= -1e10 && v <= 1e10) {
			return false
		}
	}
	return true
}

// ContactForces writes the forces of the contacts of the last forward evaluation on the bodies to
// d.CfrcExt: torque about the centre of mass of the body's tree, force. Joint limits do not enter.
func (m *Model) ContactForces(d *Data) {
	clear(d.CfrcExt)
	for i := range d.blocks {
		b := &d.blocks[i]
		p := b.pair
		if p == nil {
			continue
		}
		c := &d.Contacts[b.index]
		f := c.force(d.forces[b.row:][:b.rows])
		for side, body := range p.bodies {
			if body == 0 {
				continue
			}
			arm := sub(&c.Pos, &d.com[m.bodies[body].root])
			torque := cross(&arm, &f)
			sign := float64(2*side - 1)
			to := &d.CfrcExt[body]
			for k := range 3 {
				to[k] += sign * torque[k]
				to[3+k] += sign * f[k]
			}
		}
	}
}

// force returns the force on the second body, in the world's axes, from those of its rows.
func (c *Contact) force(rows []float64) (f Vec) {
	local := Vec{rows[0]}
	if len(rows) == 4 {
		local = Vec{rows[0] + rows[1] + rows[2] + rows[3], (rows[0] - rows[1]) * c.Friction[0], (rows[2] - rows[3]) * c.Friction[1]}
	}
	for k := range 3 {
		f[k] = c.Frame[k]*local[0] + c.Frame[3+k]*local[1] + c.Frame[6+k]*local[2]
	}
	return f
}

// Rows returns the number of constraint rows of the last forward evaluation.
func (d *Data) Rows() int { return d.rows }

// GeomPose returns the centre of a geom and its orientation as a matrix by rows, at the last forward
// evaluation.
func (m *Model) GeomPose(d *Data, geom int) (pos Vec, mat [9]float64) {
	g := &m.Geoms[geom]
	var r [9]float64
	rotorAt(&g.Quat).matrix(&r)
	vectorAt(&d.Xpos[g.Body]).plus(vectorAt(&g.Pos).by(&d.Xmat[g.Body])).store(&pos)
	return pos, mulMatMat(&d.Xmat[g.Body], &r)
}

// CenterOfMass returns the centre of mass of a body and all below it, at the last forward evaluation;
// of body 0, of everything.
func (m *Model) CenterOfMass(d *Data, body int) Vec {
	var sum Vec
	inside := d.inside
	for b := range m.bodies {
		inside[b] = b == body || b > body && inside[m.bodies[b].parent]
		if inside[b] {
			for k, x := range d.Xipos[b] {
				sum[k] += m.bodies[b].mass * x
			}
		}
	}
	total := m.bodies[body].subtreeMass
	if total < minVal {
		return d.Xipos[body]
	}
	for k := range sum {
		sum[k] /= total
	}
	return sum
}
