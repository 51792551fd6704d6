package mujoco

import "math"

// integratePositions advances coordinates by velocities over a time h.
func (m *Model) integratePositions(qpos, qvel []float64, h float64) {
	if m.Nq == m.Nv {
		qvel = qvel[:len(qpos)]
		for i := range qpos {
			qpos[i] += h * qvel[i]
		}
		return
	}
	for i := range m.Joints {
		j := &m.Joints[i]
		if j.Type != Free {
			qpos[j.QposAdr] += h * qvel[j.DofAdr]
			continue
		}
		q, v := qpos[j.QposAdr:][:7], qvel[j.DofAdr:][:6]
		for k := range 3 {
			q[k] += h * v[k]
		}
		quat := rotor{q[3], q[4], q[5], q[6]}.turnedBy(&Vec{v[3], v[4], v[5]}, h)
		q[3], q[4], q[5], q[6] = quat.w, quat.x, quat.y, quat.z
	}
}

// turnedBy turns an orientation by an angular velocity in the body's frame over a time h.
func (a rotor) turnedBy(w *Vec, h float64) rotor {
	axis := *w
	angle := h * normalize(&axis)
	a = a.normalized()
	if angle == 0 {
		return a
	}
	sin, cos := math.Sincos(0.5 * angle)
	return a.times(rotor{cos, sin * axis[0], sin * axis[1], sin * axis[2]})
}

// euler is the semi-implicit step: damping of joints acts at the end of the step (mj_Euler).
func (m *Model) euler(s *State, d *Data) {
	h := m.Option.Timestep
	a := d.Qacc
	if m.damped {
		// (M + h diag damping) a = qfrc_smooth + qfrc_constraint
		a = d.gradient
		for i := range a {
			a[i] = d.QfrcSmooth[i] + d.QfrcConstraint[i]
		}
		copy(d.h[:len(d.m)], d.m)
		for i := range m.dofs {
			d.h[m.pattern.Diagonal(i)] += h * m.damping[i]
		}
		m.pattern.Factor(d.h, d.hInverse, minVal, 0, m.Nv)
		m.pattern.Solve(d.h, d.hInverse, a, 0, m.Nv)
	}
	for i := range s.Qvel {
		s.Qvel[i] += h * a[i]
	}
	m.integratePositions(s.Qpos, s.Qvel, h)
	copy(s.QaccWarmstart, d.Qacc)
}

// rungeKutta is the classical step of fourth order (mj_RungeKutta); d holds the evaluation at the
// beginning. All stages have the same warm start.
func (m *Model) rungeKutta(s *State, d *Data) {
	h := m.Option.Timestep
	velocity, acceleration := d.stageVelocity, d.stageAcceleration // sums with the weights 1, 2, 2, 1
	copy(velocity, s.Qvel)
	copy(acceleration, d.Qacc)
	qpos, qvel := d.stageQpos, d.stageQvel
	copy(qvel, s.Qvel)
	for stage := range 3 {
		c, weight := 0.5*h, 2.0
		if stage == 2 {
			c, weight = h, 1
		}
		copy(qpos, s.Qpos)
		m.integratePositions(qpos, qvel, c)
		for i, v := range s.Qvel {
			qvel[i] = v + c*d.Qacc[i]
		}
		m.evaluate(d, qpos, qvel, s.Ctrl, s.QaccWarmstart)
		for i, v := range qvel {
			velocity[i] += weight * v
			acceleration[i] += weight * d.Qacc[i]
		}
	}
	for i := range velocity {
		velocity[i] /= 6
		s.Qvel[i] += h * (acceleration[i] / 6)
	}
	m.integratePositions(s.Qpos, velocity, h)
	copy(s.QaccWarmstart, d.Qacc)
}
