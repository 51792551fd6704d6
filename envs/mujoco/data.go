package mujoco

// Data holds what is computed from a state: one for each worker is enough, whatever the number of states.
// Everything in it belongs to the last forward evaluation: after a step by [Euler] to the state before
// it, after a step by [RK4] to the state of its fourth stage. Vectors are in the world's axes unless
// said; 6-vectors are (rotation, translation), about the centre of mass of the body's tree.
type Data struct {
	Xpos    []Vec         // positions of the bodies' frames
	Xquat   []Quat        // orientations of the bodies
	Xmat    [][9]float64  // the same as matrices, by rows
	Xipos   []Vec         // centres of mass of the bodies
	Cinert  [][10]float64 // inertia of the bodies: xx, yy, zz, xy, xz, yz, mass times (x, y, z), mass
	Cdof    [][6]float64  // motion of each degree of freedom
	CdofDot [][6]float64  // its time derivative
	Cvel    [][6]float64  // velocities of the bodies
	CfrcExt [][6]float64  // contact forces on the bodies, written by [Model.ContactForces] alone

	QfrcSpring, QfrcDamper, QfrcFluid []float64 // passive forces, length Nv like all below
	QfrcPassive                       []float64 // their sum
	QfrcBias                          []float64 // Coriolis, centrifugal and gravitational forces
	QfrcActuator                      []float64
	QfrcSmooth                        []float64 // passive - bias + actuator
	QaccSmooth                        []float64 // acceleration without constraints
	QfrcConstraint                    []float64
	Qacc                              []float64

	Contacts []Contact // in the order of the model's pairs
	// Iterations is the number of solver iterations in the first island.
	Iterations int
	// BadStates counts the states that were reset because they were no longer finite.
	BadStates int
}

// Contact is a place where two geoms touch or are within their margin.
type Contact struct {
	Geom     [2]int // of the lower type first
	Dist     float64
	Pos      Vec        // between the two surfaces
	Frame    [9]float64 // rows: normal from Geom[0] to Geom[1], two tangents
	Margin   float64    // the contact acts below this distance
	Dim      int        // 1 without friction, 3 with
	Friction [5]float64 // tangents, spin, rolls
	Solref   [2]float64
	Solimp   [5]float64
	Mu       float64 // friction of the regularised cone; 0 without
	Row      int     // first constraint row, -1 if none
}

// NewData returns an area for computations with the model.
func (m *Model) NewData() *Data {
	nb, nv := len(m.Bodies), m.Nv
	d := &Data{
		Xpos: make([]Vec, nb), Xquat: make([]Quat, nb), Xmat: make([][9]float64, nb), Xipos: make([]Vec, nb),
		Cinert: make([][10]float64, nb), Cvel: make([][6]float64, nb), CfrcExt: make([][6]float64, nb),
		Cdof: make([][6]float64, nv), CdofDot: make([][6]float64, nv),
	}
	for _, v := range []*[]float64{
		&d.QfrcSpring, &d.QfrcDamper, &d.QfrcFluid, &d.QfrcPassive, &d.QfrcBias, &d.QfrcActuator,
		&d.QfrcSmooth, &d.QaccSmooth, &d.QfrcConstraint, &d.Qacc,
	} {
		*v = make([]float64, nv)
	}
	return d
}
