package mujoco

// Forward computes everything in d from the state s, which it does not change.
func (m *Model) Forward(s *State, d *Data) {
}

// Step advances s by one timestep. A state that has become bad, with a coordinate, velocity or
// acceleration that is no number or beyond 1e10, is first reset as by [Model.Reset], as the original does;
// Step then returns false and counts it in d.
func (m *Model) Step(s *State, d *Data) (ok bool) {
	return true
}

// ContactForces writes the forces of the contacts of the last forward evaluation on the bodies to
// d.CfrcExt. Joint limits do not enter.
func (m *Model) ContactForces(d *Data) {
}

// GeomPose returns the centre of a geom and its orientation as a matrix by rows.
func (m *Model) GeomPose(d *Data, geom int) (pos Vec, mat [9]float64) {
	g := &m.Geoms[geom]
	_ = g
	return pos, mat
}

// CenterOfMass returns the centre of mass of a body and all below it; of body 0, of everything.
func (m *Model) CenterOfMass(d *Data, body int) Vec {
	return Vec{}
}
