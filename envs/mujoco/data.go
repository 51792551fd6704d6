package mujoco

import "math"

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

	// Position.
	axis, anchor []Vec // of the joint of each degree of freedom, in the world
	com          []Vec // centre of mass of the tree, at the index of the body that heads it
	crb          [][10]float64
	dofForce     [][6]float64 // what moves all below a degree of freedom with it
	m, l         []float64    // M and the factor of it, in the model's pattern
	inverse      []float64    // the diagonal of that factor, inverted
	centre       []Vec        // of the geoms that can collide
	zAxis        []Vec
	turned       []bool  // geoms whose zAxis is that of the present position
	near         []int32 // pairs that can touch while the centres are within wander of listed
	listed       []Vec
	inside       []bool // bodies of a subtree

	// Velocity.
	acc, force [][6]float64 // of the bodies, in the recursion for the bias forces

	// Constraints: values of each row have the solver's order.
	rows              int
	blocks, unordered []block
	islands           []island
	first             []int  // of each tree, the first one of its island
	constrained       []bool // trees that are the first one of an island
	jac               []float64
	weight            []float64 // D
	velocity          []float64 // J qvel
	reference         []float64 // aref
	forces            []float64
	residual, start   []float64 // J a - aref at the present acceleration and at the smooth one

	// Newton.
	active           []bool       // rows
	slope            []float64    // J p, p the search direction
	quadratic        [][3]float64 // of each row along p
	ma, mp           []float64    // M a, M p
	gradient, search []float64
	h, hInverse      []float64 // factor of the Hessian

	// Projected Gauss-Seidel.
	halves                    []float64 // rows of J L⁻¹
	gram, basisColumn         []float64 // G, and one column of G Pᵀ
	system                    []float64 // A by columns, each row over the diagonal entry
	diagonal, inverseDiagonal []float64 // of A
	scaled, scaledBefore      []float64 // A f + b, likewise over the diagonal, now and before a sweep
	spread, zeros             []float64
	before, pushed            []float64 // forces before a sweep, without momentum and with it
	order                     []uint16  // of rows in a sweep

	// Integration.
	stageQpos, stageQvel             []float64
	stageVelocity, stageAcceleration []float64
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
		&d.QfrcSmooth, &d.QaccSmooth, &d.QfrcConstraint, &d.Qacc, &d.inverse, &d.hInverse,
		&d.ma, &d.mp, &d.gradient, &d.search, &d.stageQvel, &d.stageVelocity, &d.stageAcceleration,
	} {
		*v = make([]float64, nv)
	}
	d.stageQpos = make([]float64, m.Nq)
	d.axis, d.anchor = make([]Vec, nv), make([]Vec, nv)
	d.com, d.inside = make([]Vec, nb), make([]bool, nb)
	d.crb, d.dofForce = make([][10]float64, nb), make([][6]float64, nv)
	d.acc, d.force = make([][6]float64, nb), make([][6]float64, nb)
	d.m, d.l = make([]float64, m.pattern.Len()), make([]float64, m.pattern.Len())
	d.h = make([]float64, m.hessian.Len())
	d.centre, d.zAxis, d.turned = make([]Vec, len(m.Geoms)), make([]Vec, len(m.Geoms)), make([]bool, len(m.Geoms))
	d.near, d.listed = make([]int32, 0, len(m.pairs)), make([]Vec, len(m.Geoms))
	for g := range d.listed {
		d.listed[g] = Vec{math.NaN()}
	}
	d.first, d.constrained = make([]int, m.Ntree), make([]bool, m.Ntree)
	d.spread, d.zeros = make([]float64, 3*nv), make([]float64, 3*nv)

	// What does not change.
	d.Xquat[0] = Quat{1, 0, 0, 0}
	d.Xmat[0] = [9]float64{1, 0, 0, 0, 1, 0, 0, 0, 1}
	for i := range m.dofs {
		if p := &m.dofs[i]; p.motion == alongAxis {
			d.Cdof[i][3+p.axis] = 1
		}
	}
	for g := range m.Geoms {
		if m.Geoms[g].Body == 0 {
			d.centre[g] = m.Geoms[g].Pos
			m.axisOf(d, g)
		}
	}
	// Room for as many rows as there can be, unless that is out of proportion.
	d.rows = min(m.maxRows, 500)
	d.blocks, d.unordered = make([]block, 0, d.rows), make([]block, 0, d.rows)
	d.Contacts = make([]Contact, 0, d.rows)
	d.jac = make([]float64, 0, 10*nv*min(d.rows, 40))
	if m.Option.Solver == PGS {
		d.halves = make([]float64, 0, cap(d.jac))
		n := d.rows * strideOf(d.rows)
		d.gram, d.system = make([]float64, n), make([]float64, n)
	}
	d.grow()
	d.rows = 0
	return d
}

// grow makes room for the present number of rows.
func (d *Data) grow() {
	if n := d.rows; n > len(d.weight) {
		for _, v := range []*[]float64{
			&d.weight, &d.velocity, &d.reference, &d.forces, &d.residual, &d.start, &d.slope, &d.before, &d.pushed,
			&d.basisColumn, &d.diagonal, &d.inverseDiagonal, &d.scaled, &d.scaledBefore,
		} {
			*v = make([]float64, strideOf(n))
		}
		d.active, d.order, d.quadratic = make([]bool, n), make([]uint16, n), make([][3]float64, n)
	}
}
