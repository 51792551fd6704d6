package mujoco

import "math"

// passiveForces computes the forces of springs, dampers and the medium (mj_passive).
func (m *Model) passiveForces(d *Data, qpos, qvel []float64) {
	for _, s := range m.springs {
		d.QfrcSpring[s.dof] = -s.stiffness * (qpos[s.qpos] - s.rest)
	}
	for i := range m.dofs {
		d.QfrcDamper[i] = -m.dofs[i].damping * qvel[i]
		d.QfrcPassive[i] = d.QfrcSpring[i] + d.QfrcDamper[i]
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
	for i := range m.Actuators {
		a := &m.Actuators[i]
		u := min(max(ctrl[i], a.CtrlRange[0]), a.CtrlRange[1])
		d.QfrcActuator[m.Joints[a.Joint].DofAdr] += a.Gear * u
	}
}
