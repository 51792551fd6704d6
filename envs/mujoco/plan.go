package mujoco

import (
	"fmt"
	"math"
	"slices"

	"github.com/paretolab/paretolab/internal/kern"
)

// plan holds what follows from the constants of a model and saves work in every step.
type plan struct {
	bodies    []bodyPlan
	dofs      []dofPlan
	roots     []int // bodies that head a tree
	springs   []spring
	limits    []limitPlan
	pairs     []Pair
	near      []nearTest // of each pair
	colliding []posePlan // geoms of the pairs
	zAxes     []Vec      // of all geoms, in the body's frame
	motors    []motor
	damping   []float64 // of each degree of freedom
	armature  []float64 // likewise
	damped    bool

	pattern *kern.Tree // of M
	hessian *kern.Tree // of M + JᵀDJ
	// scatter tells for each entry of M where it stands in the Hessian; nil if the patterns are the same.
	scatter []int
	orders  orders // of projected Gauss-Seidel
	trees   []span // degrees of freedom of each tree
	maxRows int    // constraint rows there can be
}

// span is the range of degrees of freedom from lo to hi, hi not included.
type span struct{ lo, hi int }

// shape says how a body's inertia looks.
type shape uint8

const (
	general shape = iota
	axial         // two principal moments are equal
	round         // all are
)

// bodyPlan is a body as the algorithms see it.
type bodyPlan struct {
	parent, root      int
	free              bool
	qpos              int // of a free joint
	dof, dofEnd       int // degrees of freedom between the body and its parent
	lastDof           int // the last one that moves the body, -1 if none
	joints            []jointPlan
	pos               Vec
	quat              Quat
	turned            bool // quat is not the identity
	inertialPos       Vec
	centred           bool // inertialPos is zero
	mass, subtreeMass float64
	shape             shape
	tensor            [6]float64 // of inertia in the body's frame: xx, yy, zz, xy, xz, yz
	moments           Vec        // of an axial or round shape: across, across, along
	symmetry          Vec        // axis of an axial shape in the body's frame
	principal         [9]float64 // principal axes in the body's frame
	box               Vec        // edges of the box that the medium acts on
}

// motion says how a degree of freedom moves its body.
type motion uint8

const (
	along     motion = iota // an axis
	about                   // an axis
	alongAxis               // an axis of the world, before anything has turned
)

// dofPlan is a degree of freedom as the algorithms see it.
type dofPlan struct {
	body, root, tree int
	motion           motion
	axis             int // of the world, if the motion is along it
}

// limitPlan is a joint with a limit.
type limitPlan struct {
	joint, qpos, dof int
	lo, hi, margin   float64
	weight           float64
	impedance        impedance
}

// posePlan is a geom whose place is needed for collisions.
type posePlan struct {
	geom, body int
	pos        Vec // in the body's frame
}

// prepare works out the plan.
func (m *Model) prepare() error {
	m.planBodies()
	m.planDofs()
	if err := m.planPairs(); err != nil {
		return err
	}
	m.planHessian()
	if m.Option.Solver == PGS {
		m.orders = newOrders(m.Option.Iterations)
	}
	d := m.NewData()
	s := m.NewState()
	m.kinematics(d, s.Qpos)
	m.comPositions(d)
	m.inertiaMatrix(d)
	for i, inv := range d.inverse {
		if !(inv > 0 && inv < 0.1/minVal) {
			return fmt.Errorf("dof %d: nothing resists its motion; give its body mass or the joint armature", i)
		}
	}
	return nil
}

func (m *Model) planBodies() {
	m.bodies = make([]bodyPlan, len(m.Bodies))
	for i := range m.Bodies {
		b, p := &m.Bodies[i], &m.bodies[i]
		*p = bodyPlan{
			parent: b.Parent, root: b.Root, lastDof: -1,
			pos: b.Pos, quat: b.Quat, turned: b.Quat != Quat{1, 0, 0, 0},
			inertialPos: b.InertialPos, centred: b.InertialPos == Vec{},
			mass: b.Mass, subtreeMass: b.SubtreeMass,
		}
		if i > 0 {
			p.lastDof = m.bodies[b.Parent].lastDof
			if b.Root == i {
				m.roots = append(m.roots, i)
			}
		}
		p.planInertia(b)
		if m.Option.Density > 0 || m.Option.Viscosity > 0 {
			p.box = inertiaBox(b.Mass, b.Inertia)
		}
	}
	for i := range m.Joints {
		j := &m.Joints[i]
		p := &m.bodies[j.Body]
		_, n := j.Type.size()
		if p.dofEnd == 0 {
			p.dof = j.DofAdr
		}
		p.dofEnd = j.DofAdr + n
		p.lastDof = p.dofEnd - 1
		switch {
		case j.Type == Free:
			p.free, p.qpos = true, j.QposAdr
		default:
			p.joints = append(p.joints, m.planJoint(j, p))
		}
		if j.Type != Free && j.Stiffness > 0 {
			m.springs = append(m.springs, spring{j.QposAdr, j.DofAdr, j.Stiffness, m.QposSpring[j.QposAdr]})
		}
		if j.Limited {
			m.limits = append(m.limits, limitPlan{
				joint: i, qpos: j.QposAdr, dof: j.DofAdr, lo: j.Range[0], hi: j.Range[1], margin: j.Margin,
				weight: m.Dofs[j.DofAdr].InvWeight, impedance: newImpedance(j.Solref, j.Solimp, m.Option.Timestep),
			})
		}
	}
	// Bodies stand after their parents, but joints were given to bodies after their children were seen.
	for i := 1; i < len(m.bodies); i++ {
		p := &m.bodies[i]
		if p.dofEnd == 0 {
			p.lastDof = m.bodies[p.parent].lastDof
		}
	}
}

// planInertia finds out how simple a body's inertia is.
func (p *bodyPlan) planInertia(b *Body) {
	rotorAt(&b.InertialQuat).matrix(&p.principal)
	r, j := &p.principal, &b.Inertia
	entry := func(i, k int) float64 {
		return r[3*i]*j[0]*r[3*k] + r[3*i+1]*j[1]*r[3*k+1] + r[3*i+2]*j[2]*r[3*k+2]
	}
	p.tensor = [6]float64{entry(0, 0), entry(1, 1), entry(2, 2), entry(0, 1), entry(0, 2), entry(1, 2)}
	same := func(a, b float64) bool { return math.Abs(a-b) <= 4e-16*math.Max(a, b) }
	switch {
	case same(j[0], j[1]) && same(j[1], j[2]):
		p.shape, p.moments = round, Vec{j[0], j[0], j[0]}
	default:
		for k := range 3 {
			if across := j[(k+1)%3]; same(across, j[(k+2)%3]) {
				p.shape, p.moments = axial, Vec{across, across, j[k]}
				p.symmetry = Vec{r[k], r[3+k], r[6+k]}
				return
			}
		}
	}
}

// planJoint prepares a slide or hinge that follows the joints that p has.
func (m *Model) planJoint(j *Joint, p *bodyPlan) jointPlan {
	q := jointPlan{
		qpos: j.QposAdr, dof: j.DofAdr, qpos0: m.Qpos0[j.QposAdr], hinge: j.Type == Hinge,
		coaxis: -1, pos: j.Pos, axis: j.Axis, offset: j.Pos != Vec{},
	}
	for k := range 3 {
		if math.Abs(j.Axis[k]) == 1 && j.Axis[(k+1)%3] == 0 && j.Axis[(k+2)%3] == 0 {
			q.coaxis, q.sign = k, j.Axis[k]
		}
	}
	if p.parent == 0 && !slices.ContainsFunc(p.joints, func(o jointPlan) bool { return o.hinge }) {
		q.fixed = true
		rotorAt(&p.quat).rotate(vectorAt(&j.Axis)).store(&q.worldAxis)
	}
	if n := len(p.joints); n > 0 && q.offset {
		if last := &p.joints[n-1]; last.hinge && q.hinge && last.pos == q.pos {
			q.keep, last.kept = true, true
		}
	}
	return q
}

func (m *Model) planDofs() {
	parents := make([]int, m.Nv)
	m.dofs = make([]dofPlan, m.Nv)
	for i := range m.Dofs {
		d := &m.Dofs[i]
		parents[i] = d.Parent
		m.dofs[i] = dofPlan{
			body: d.Body, root: m.Bodies[d.Body].Root, tree: d.Tree, motion: about,
		}
		m.damping, m.armature = append(m.damping, d.Damping), append(m.armature, d.Armature)
		m.damped = m.damped || d.Damping > 0
		if d.Parent < 0 {
			m.trees = append(m.trees, span{i, i})
		}
		m.trees[d.Tree].hi = i + 1
	}
	for b := range m.bodies {
		p := &m.bodies[b]
		if p.free {
			for k := range 3 {
				m.dofs[p.dof+k].motion, m.dofs[p.dof+k].axis = alongAxis, k
			}
		}
		for _, j := range p.joints {
			d := &m.dofs[j.dof]
			if j.hinge {
				continue
			}
			d.motion = along
			for k := range 3 {
				if j.fixed && j.worldAxis[k] == 1 && j.worldAxis[(k+1)%3] == 0 && j.worldAxis[(k+2)%3] == 0 {
					d.motion, d.axis = alongAxis, k
				}
			}
		}
	}
	for i := range m.Actuators {
		a := &m.Actuators[i]
		m.motors = append(m.motors, motor{m.Joints[a.Joint].DofAdr, a.Gear, a.CtrlRange[0], a.CtrlRange[1]})
	}
	m.pattern = kern.NewTree(parents, m.treeOfDof())
}

// treeOfDof returns the number of the tree of each degree of freedom.
func (m *Model) treeOfDof() []int {
	trees := make([]int, m.Nv)
	for i := range trees {
		trees[i] = m.Dofs[i].Tree
	}
	return trees
}

// planPairs lists the pairs of geoms that can collide, in the order of the original.
func (m *Model) planPairs() error {
	byBody := make([][]int, len(m.Bodies))
	for i := range m.Geoms {
		byBody[m.Geoms[i].Body] = append(byBody[m.Geoms[i].Body], i)
	}
	collides := map[int]bool{}
	for b1 := range m.Bodies {
		for b2 := b1 + 1; b2 < len(m.Bodies); b2++ {
			if !m.bodiesCollide(b1, b2) {
				continue
			}
			first := len(m.pairs)
			for _, g1 := range byBody[b1] {
				for _, g2 := range byBody[b2] {
					a, b := &m.Geoms[g1], &m.Geoms[g2]
					if a.Contype&b.Conaffinity == 0 && b.Contype&a.Conaffinity == 0 {
						continue
					}
					p, err := m.newPair(g1, g2)
					if err != nil {
						return err
					}
					m.pairs = append(m.pairs, p)
				}
			}
			slices.SortStableFunc(m.pairs[first:], func(p, q Pair) int { return slices.Compare(p.Geom[:], q.Geom[:]) })
		}
	}
	if len(m.pairs) > maxPairs {
		return fmt.Errorf("%d pairs of geoms can collide; supported are up to %d: use contype and conaffinity", len(m.pairs), maxPairs)
	}
	m.maxRows = 2 * len(m.limits)
	for i := range m.pairs {
		p := &m.pairs[i]
		m.near = append(m.near, m.nearTest(p))
		for _, g := range p.Geom {
			collides[g] = true
		}
		contacts := 1
		if m.Geoms[p.Geom[1]].Type == Capsule && m.Geoms[p.Geom[0]].Type != Sphere {
			contacts = 2
		}
		m.maxRows += contacts * p.rows()
	}
	for g := range m.Geoms {
		q := &m.Geoms[g]
		var z Vec
		rotorAt(&q.Quat).zAxis().store(&z)
		m.zAxes = append(m.zAxes, z)
		if collides[g] {
			m.colliding = append(m.colliding, posePlan{g, q.Body, q.Pos})
		}
	}
	return nil
}

const maxPairs = 5000

// bodiesCollide says whether the original looks at geoms of two bodies at all.
func (m *Model) bodiesCollide(b1, b2 int) bool {
	w1, w2 := m.Bodies[b1].Weld, m.Bodies[b2].Weld
	if w1 == w2 || m.bodies[b1].lastDof < 0 && m.bodies[b2].lastDof < 0 {
		return false
	}
	p1, p2 := m.Bodies[m.Bodies[w1].Parent].Weld, m.Bodies[m.Bodies[w2].Parent].Weld
	return w1 == 0 || w2 == 0 || w1 != p2 && w2 != p1
}

// newPair works out the constants of a pair of geoms.
func (m *Model) newPair(g1, g2 int) (Pair, error) {
	a, b := &m.Geoms[g1], &m.Geoms[g2]
	if a.Type > b.Type || a.Type == b.Type && g1 > g2 {
		g1, g2, a, b = g2, g1, b, a
	}
	fault := func(text string) error {
		return fmt.Errorf("geoms %d (%q) and %d (%q): %s", g1, a.Name, g2, b.Name, text)
	}
	switch {
	case b.Type == Cylinder:
		return Pair{}, fault("collisions of cylinders are not supported; set contype and conaffinity to 0 or use a capsule")
	case b.Type == Plane:
		return Pair{}, fault("collisions of two planes are not supported; set contype and conaffinity of one to 0")
	case a.Priority != b.Priority:
		return Pair{}, fault("geoms of different priority are not supported")
	}
	p := Pair{
		Geom: [2]int{g1, g2}, Margin: a.Margin + b.Margin, Gap: a.Gap + b.Gap, Dim: max(a.Condim, b.Condim),
		bodies: [2]int{a.Body, b.Body},
		radii:  [2]float64{a.Size[0], b.Size[0]}, halves: [2]float64{a.Size[1], b.Size[1]},
	}
	switch {
	case a.Type == Plane && b.Type == Sphere:
		p.collide = planeSphere
	case a.Type == Plane:
		p.collide = planeCapsule
	case b.Type == Sphere:
		p.collide = sphereSphere
	case a.Type == Sphere:
		p.collide = sphereCapsule
	default:
		p.collide = capsuleCapsule
	}
	for i, g := range []*Geom{a, b} {
		if g.Type != Capsule {
			p.halves[i] = 0
		}
	}
	mix := 0.5
	if sum := a.Solmix + b.Solmix; sum >= minVal {
		mix = a.Solmix / sum
	}
	for i := range p.Solref {
		if a.Solref[0] > 0 && b.Solref[0] > 0 {
			p.Solref[i] = mix*a.Solref[i] + (1-mix)*b.Solref[i]
		} else {
			p.Solref[i] = min(a.Solref[i], b.Solref[i])
		}
	}
	for i := range p.Solimp {
		p.Solimp[i] = mix*a.Solimp[i] + (1-mix)*b.Solimp[i]
	}
	for i, k := range [5]int{0, 0, 1, 2, 2} {
		p.Friction[i] = max(a.Friction[k], b.Friction[k], minMu)
	}
	if p.Dim > 1 {
		p.Mu = p.Friction[0] * math.Sqrt(1/m.Option.ImpRatio)
	}
	p.impedance = newImpedance(p.Solref, p.Solimp, m.Option.Timestep)
	p.weight = m.Bodies[a.Body].InvWeight[0] + m.Bodies[b.Body].InvWeight[0]

	// The degrees of freedom that move either body.
	for side, g := range []*Geom{a, b} {
		if last := m.bodies[g.Body].lastDof; last >= 0 {
			for _, i := range m.pattern.Row(last) {
				if !slices.Contains(p.support, i) {
					p.support = append(p.support, i)
				}
			}
			p.ends[side] = last
		} else {
			p.ends[side] = -1
		}
	}
	slices.Sort(p.support)
	p.moved = make([]uint8, len(p.support))
	for t, i := range p.support {
		for side, end := range p.ends {
			if end >= 0 && slices.Contains(m.pattern.Row(end), i) {
				p.moved[t] |= 1 << side
			}
		}
	}
	return p, nil
}

// nearTest returns the cheap test of the pair, never stricter than the exact one.
func (m *Model) nearTest(p *Pair) nearTest {
	t := nearTest{first: int32(p.Geom[0]), second: int32(p.Geom[1]), plane: m.Geoms[p.Geom[0]].Type == Plane}
	t.reach = (p.Margin+p.Gap+p.radii[1]+p.halves[1])*(1+1e-9) + 1e-9
	if !t.plane {
		t.reach = max(0, t.reach+p.radii[0]+p.halves[0])
	}
	return t
}

// planHessian finds the pattern of M + JᵀDJ: trees again, in which all degrees of freedom that a contact
// moves stand on one path to the root.
func (m *Model) planHessian() {
	below := make([]map[int]bool, m.Nv) // columns of each row, left of the diagonal
	for i := range below {
		below[i] = map[int]bool{}
		row := m.pattern.Row(i)
		for _, j := range row[:len(row)-1] {
			below[i][j] = true
		}
	}
	for _, p := range m.pairs {
		for t, i := range p.support {
			for _, j := range p.support[:t] {
				below[i][j] = true
			}
		}
	}
	up, parents := make([]int, m.Nv), make([]int, m.Nv) // in the pattern of M, and in that of the Hessian
	for i := m.Nv - 1; i >= 0; i-- {
		up[i], parents[i] = m.Dofs[i].Parent, -1
		for j := range below[i] {
			parents[i] = max(parents[i], j)
		}
		for j := range below[i] {
			if j != parents[i] {
				below[parents[i]][j] = true
			}
		}
	}
	m.hessian = kern.NewTree(parents, m.treeOfDof())
	if !slices.Equal(parents, up) {
		m.scatter = make([]int, m.pattern.Len())
		for i := range m.Nv {
			for t, j := range m.pattern.Row(i) {
				m.scatter[m.pattern.Begin(i)+t] = m.hessian.At(i, j)
			}
		}
	}
	for n := range m.pairs {
		p := &m.pairs[n]
		for t, i := range p.support {
			for _, j := range p.support[:t+1] {
				p.entries = append(p.entries, m.hessian.At(i, j))
			}
		}
	}
}
