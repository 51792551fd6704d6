package mujoco

import "math"

// fluidForces computes the forces of a medium at rest on boxes with the bodies' inertia
// (mj_inertiaBoxFluidModel): viscous as on a sphere of their mean size, and drag on their faces.
func (m *Model) fluidForces(d *Data) {
	clear(d.QfrcFluid)
	density, viscosity := m.Option.Density, m.Option.Viscosity
	for b := 1; b < len(m.bodies); b++ {
		p := &m.bodies[b]
		if p.mass < minVal {
			continue
		}
		c := &d.com[p.root]
		arm := sub(&d.Xipos[b], c)
		v := &d.Cvel[b]
		w := Vec{v[0], v[1], v[2]}
		swing := cross(&w, &arm)
		lin := Vec{v[3] + swing[0], v[4] + swing[1], v[5] + swing[2]}
		r := mulMatMat(&d.Xmat[b], &p.principal)
		var torque, force Vec // along the principal axes
		box := &p.box
		size := (box[0] + box[1] + box[2]) / 3
		for i := range 3 {
			j, k := (i+1)%3, (i+2)%3
			wi := r[i]*w[0] + r[3+i]*w[1] + r[6+i]*w[2]
			vi := r[i]*lin[0] + r[3+i]*lin[1] + r[6+i]*lin[2]
			bj, bk := box[j]*box[j], box[k]*box[k]
			torque[i] = -math.Pi*size*size*size*viscosity*wi - density*box[i]*(bj*bj+bk*bk)*math.Abs(wi)*wi/64
			force[i] = -3*math.Pi*size*viscosity*vi - 0.5*density*box[j]*box[k]*math.Abs(vi)*vi
		}
		torque, force = mulMatVec(&r, &torque), mulMatVec(&r, &force)
		moment := cross(&arm, &force)
		f := [6]float64{torque[0] + moment[0], torque[1] + moment[1], torque[2] + moment[2], force[0], force[1], force[2]}
		if last := p.lastDof; last >= 0 {
			for _, i := range m.pattern.Row(last) {
				d.QfrcFluid[i] += dot6(&d.Cdof[i], &f)
			}
		}
	}
}

// inertiaBox returns the edges of the box of even density that has a mass and principal moments.
func inertiaBox(mass float64, moments Vec) (edges Vec) {
	for i := range moments {
		moments[i] = max(moments[i], minVal)
	}
	for i := range edges {
		j, k := (i+1)%3, (i+2)%3
		edges[i] = math.Sqrt(max(minVal, moments[j]+moments[k]-moments[i]) * 6 / mass)
	}
	return edges
}
