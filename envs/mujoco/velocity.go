package mujoco

// velocities computes the bodies' velocities, the change of the degrees of freedom's motions (mj_comVel)
// and the bias forces by recursive Newton-Euler without joint acceleration (mj_rne).
func (m *Model) velocities(d *Data, qvel []float64) {
	bodies, dofs := m.bodies, m.dofs
	cvel, acc, forces, cinert := d.Cvel[:len(bodies)], d.acc[:len(bodies)], d.force[:len(bodies)], d.Cinert[:len(bodies)]
	cdof, cdofDot, bias, qvel := d.Cdof[:len(dofs)], d.CdofDot[:len(dofs)], d.QfrcBias[:len(dofs)], qvel[:len(dofs)]
	acc[0] = [6]float64{0, 0, 0, 0, 0, gravity}
	for b := 1; b < len(bodies); b++ {
		p := &bodies[b]
		w, v := motionAt(&cvel[p.parent])
		accW, accV := motionAt(&acc[p.parent])
		for i := p.dof; i < p.dofEnd; i++ {
			q := qvel[i]
			switch dofs[i].motion {
			case alongAxis: // nothing has turned yet
				switch dofs[i].axis {
				case 0:
					v.x += q
				case 1:
					v.y += q
				default:
					v.z += q
				}
			case along:
				_, c := motionAt(&cdof[i])
				dot := w.cross(c)
				storeMotion(&cdofDot[i], vector{}, dot)
				v, accV = v.plus(c.scaled(q)), accV.plus(dot.scaled(q))
			case about:
				n := 1
				if p.free {
					n = 3 // the three rotations act at once
				}
				fromW, fromV := w, v
				for k := i; k < i+n; k++ {
					q := qvel[k]
					cw, cv := motionAt(&cdof[k])
					dotW, dotV := fromW.cross(cw), fromW.cross(cv).plus(fromV.cross(cw))
					storeMotion(&cdofDot[k], dotW, dotV)
					accW, accV = accW.plus(dotW.scaled(q)), accV.plus(dotV.scaled(q))
					w, v = w.plus(cw.scaled(q)), v.plus(cv.scaled(q))
				}
				i += n - 1
			}
		}
		storeMotion(&cvel[b], w, v)
		storeMotion(&acc[b], accW, accV)

		// f = I acc + v ×* (I v)
		inertia := &cinert[b]
		torque, force := mulInertia(inertia, w, v)
		accTorque, accForce := mulInertia(inertia, accW, accV)
		storeMotion(&forces[b], accTorque.plus(w.cross(torque)).plus(v.cross(force)), accForce.plus(w.cross(force)))
	}
	for b := len(bodies) - 1; b > 0; b-- {
		p := &bodies[b]
		f := &forces[b]
		for i := p.dof; i < p.dofEnd; i++ {
			bias[i] = dot6(&cdof[i], f)
		}
		if p.parent > 0 {
			to := &forces[p.parent]
			for t := range to {
				to[t] += f[t]
			}
		}
	}
}

// gravity is the acceleration of a body at rest against free fall, along z, m/s².
const gravity = 9.81
