package mujoco

// velocities computes the bodies' velocities, the change of the degrees of freedom's motions (mj_comVel)
// and the bias forces by recursive Newton-Euler without joint acceleration (mj_rne).
func (m *Model) velocities(d *Data, qvel []float64) {
	d.acc[0] = [6]float64{0, 0, 0, 0, 0, gravity}
	for b := 1; b < len(m.bodies); b++ {
		p := &m.bodies[b]
		v, acc := d.Cvel[p.parent], d.acc[p.parent]
		for i := p.dof; i < p.dofEnd; i++ {
			q := qvel[i]
			c := &d.Cdof[i]
			switch m.dofs[i].motion {
			case alongAxis: // nothing has turned yet
				v[3+m.dofs[i].axis] += q
			case along:
				dot := &d.CdofDot[i]
				dot[3] = v[1]*c[5] - v[2]*c[4]
				dot[4] = v[2]*c[3] - v[0]*c[5]
				dot[5] = v[0]*c[4] - v[1]*c[3]
				v[3] += c[3] * q
				v[4] += c[4] * q
				v[5] += c[5] * q
				acc[3] += dot[3] * q
				acc[4] += dot[4] * q
				acc[5] += dot[5] * q
			case about:
				if p.free {
					// The three rotations act at once.
					for k := i; k < i+3; k++ {
						d.addRotation(k, &v, nil, &acc, qvel[k])
					}
					for k := i; k < i+3; k++ {
						c, q := &d.Cdof[k], qvel[k]
						for t := range v {
							v[t] += c[t] * q
						}
					}
					i += 2
					continue
				}
				d.addRotation(i, &v, &v, &acc, q)
			}
		}
		d.Cvel[b], d.acc[b] = v, acc

		// f = I acc + v ×* (I v)
		f := &d.force[b]
		var h [6]float64
		mulInertia(&h, &d.Cinert[b], &v)
		mulInertia(f, &d.Cinert[b], &acc)
		f[0] += v[1]*h[2] - v[2]*h[1] + v[4]*h[5] - v[5]*h[4]
		f[1] += v[2]*h[0] - v[0]*h[2] + v[5]*h[3] - v[3]*h[5]
		f[2] += v[0]*h[1] - v[1]*h[0] + v[3]*h[4] - v[4]*h[3]
		f[3] += v[1]*h[5] - v[2]*h[4]
		f[4] += v[2]*h[3] - v[0]*h[5]
		f[5] += v[0]*h[4] - v[1]*h[3]
	}
	for b := len(m.bodies) - 1; b > 0; b-- {
		p := &m.bodies[b]
		f := &d.force[b]
		for i := p.dof; i < p.dofEnd; i++ {
			if m.dofs[i].motion == alongAxis {
				d.QfrcBias[i] = f[3+m.dofs[i].axis]
			} else {
				d.QfrcBias[i] = dot6(&d.Cdof[i], f)
			}
		}
		if p.parent > 0 {
			to := &d.force[p.parent]
			for t := range to {
				to[t] += f[t]
			}
		}
	}
}

// gravity is the acceleration of a body at rest against free fall, along z, m/s².
const gravity = 9.81

// addRotation adds rotation i at rate q to the acceleration acc, and to the velocity sum unless it is nil;
// v is the velocity before it.
func (d *Data) addRotation(i int, v, sum, acc *[6]float64, q float64) {
	c, dot := &d.Cdof[i], &d.CdofDot[i]
	dot[0] = v[1]*c[2] - v[2]*c[1]
	dot[1] = v[2]*c[0] - v[0]*c[2]
	dot[2] = v[0]*c[1] - v[1]*c[0]
	dot[3] = v[1]*c[5] - v[2]*c[4] + v[4]*c[2] - v[5]*c[1]
	dot[4] = v[2]*c[3] - v[0]*c[5] + v[5]*c[0] - v[3]*c[2]
	dot[5] = v[0]*c[4] - v[1]*c[3] + v[3]*c[1] - v[4]*c[0]
	for t := range acc {
		acc[t] += dot[t] * q
	}
	if sum != nil {
		for t := range sum {
			sum[t] += c[t] * q
		}
	}
}
