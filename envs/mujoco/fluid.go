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
		arm := vectorAt(&d.Xipos[b]).minus(vectorAt(&d.com[p.root]))
		w, v := motionAt(&d.Cvel[b])
		v = v.plus(w.cross(arm))
		r := mulMatMat(&d.Xmat[b], &p.principal)
		var torque, force Vec // along the principal axes
		box := &p.box
		size := (box[0] + box[1] + box[2]) / 3
		for i := range 3 {
			j, k := (i+1)%3, (i+2)%3
			wi := r[i]*w.x + r[3+i]*w.y + r[6+i]*w.z
			vi := r[i]*v.x + r[3+i]*v.y + r[6+i]*v.z
			bj, bk := box[j]*box[j], box[k]*box[k]
			torque[i] = -math.Pi*size*size*size*viscosity*wi - density*box[i]*(bj*bj+bk*bk)*math.Abs(wi)*wi/64
			force[i] = -3*math.Pi*size*viscosity*vi - 0.5*density*box[j]*box[k]*math.Abs(vi)*vi
		}
		push := vectorAt(&force).by(&r)
		var f [6]float64
		storeMotion(&f, vectorAt(&torque).by(&r).plus(arm.cross(push)), push)
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
