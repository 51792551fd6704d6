package mujoco

import "math"

// passiveForces computes the forces of springs, dampers and the medium (mj_passive).
func (m *Model) passiveForces(d *Data, qpos, qvel []float64) {
	for _, s := range m.springs {
		d.QfrcSpring[s.dof] = -s.stiffness * (qpos[s.qpos] - s.rest)
	}
	passive, spring, damper, qvel := d.QfrcPassive, d.QfrcSpring[:len(d.QfrcPassive)], d.QfrcDamper[:len(d.QfrcPassive)], qvel[:len(d.QfrcPassive)]
	for i, c := range m.damping[:len(passive)] {
		damper[i] = -c * qvel[i]
		passive[i] = spring[i] + damper[i]
	}
	if m.Option.Density > 0 || m.Option.Viscosity > 0 {
		m.fluidForces(d)
		for i, f := range d.QfrcFluid {
			d.QfrcPassive[i] += f
		}
	}
}

// spring is a spring of a slide or hinge.
type spring struct {
	qpos, dof       int
	stiffness, rest float64
}

// actuatorForces computes the forces of the motors. A control that is no number stops all of them.
func (m *Model) actuatorForces(d *Data, ctrl []float64) {
	clear(d.QfrcActuator)
	for _, u := range ctrl {
		if math.IsNaN(u) {
			return
		}
	}
	ctrl = ctrl[:len(m.motors)]
	for i := range m.motors {
		p, u := &m.motors[i], ctrl[i]
		if u < p.lo {
			u = p.lo
		} else if u > p.hi {
			u = p.hi
		}
		d.QfrcActuator[p.dof] += p.gear * u
	}
}

// motor is the motor of a hinge.
type motor struct {
	dof          int
	gear, lo, hi float64
}
