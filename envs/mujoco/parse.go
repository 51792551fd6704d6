package mujoco

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
)

// modelFile is a model file; every column has one entry for each body, joint, and so on.
type modelFile struct {
	Model     string `json:"model"`
	FrameSkip int    `json:"frame_skip"`
	Compiled  *struct {
		Option struct {
			Timestep     float64 `json:"timestep"`
			ImpRatio     float64 `json:"impratio"`
			Tolerance    float64 `json:"tolerance"`
			LSTolerance  float64 `json:"ls_tolerance"`
			Density      float64 `json:"density"`
			Viscosity    float64 `json:"viscosity"`
			Iterations   int     `json:"iterations"`
			LSIterations int     `json:"ls_iterations"`
			Integrator   string  `json:"integrator"`
			Solver       string  `json:"solver"`
			Cone         string  `json:"cone"`
		} `json:"option"`
		Size struct {
			Nq    int `json:"nq"`
			Nv    int `json:"nv"`
			Nu    int `json:"nu"`
			Nbody int `json:"nbody"`
			Njnt  int `json:"njnt"`
			Ngeom int `json:"ngeom"`
			Ntree int `json:"ntree"`
		} `json:"size"`
		MeanInertia float64 `json:"meaninertia"`
		Body        struct {
			Name        []string `json:"name"`
			Parent      []int    `json:"parent"`
			Weld        []int    `json:"weld"`
			Root        []int    `json:"root"`
			Pos         []vec3   `json:"pos"`
			Quat        []vec4   `json:"quat"`
			Mass        []scalar `json:"mass"`
			Ipos        []vec3   `json:"ipos"`
			Iquat       []vec4   `json:"iquat"`
			Inertia     []vec3   `json:"inertia"`
			SubtreeMass []scalar `json:"subtreemass"`
			InvWeight   []vec2   `json:"invweight0"`
		} `json:"body"`
		Joint struct {
			Name      []string `json:"name"`
			Type      []string `json:"type"`
			Body      []int    `json:"body"`
			QposAdr   []int    `json:"qposadr"`
			DofAdr    []int    `json:"dofadr"`
			Pos       []vec3   `json:"pos"`
			Axis      []vec3   `json:"axis"`
			Limited   []int    `json:"limited"`
			Range     []vec2   `json:"range"`
			Margin    []scalar `json:"margin"`
			Stiffness []scalar `json:"stiffness"`
			Solref    []vec2   `json:"solref"`
			Solimp    []vec5   `json:"solimp"`
		} `json:"joint"`
		Dof struct {
			Body      []int    `json:"body"`
			Joint     []int    `json:"joint"`
			Parent    []int    `json:"parent"`
			Tree      []int    `json:"tree"`
			Armature  []scalar `json:"armature"`
			Damping   []scalar `json:"damping"`
			InvWeight []scalar `json:"invweight0"`
		} `json:"dof"`
		Geom struct {
			Name        []string `json:"name"`
			Type        []string `json:"type"`
			Body        []int    `json:"body"`
			Size        []vec3   `json:"size"`
			Pos         []vec3   `json:"pos"`
			Quat        []vec4   `json:"quat"`
			Contype     []int    `json:"contype"`
			Conaffinity []int    `json:"conaffinity"`
			Condim      []int    `json:"condim"`
			Friction    []vec3   `json:"friction"`
			Margin      []scalar `json:"margin"`
			Gap         []scalar `json:"gap"`
			Solref      []vec2   `json:"solref"`
			Solimp      []vec5   `json:"solimp"`
			Priority    []int    `json:"priority"`
			Solmix      []scalar `json:"solmix"`
		} `json:"geom"`
		Actuator struct {
			Name      []string `json:"name"`
			Joint     []int    `json:"joint"`
			Gear      []scalar `json:"gear"`
			CtrlRange []vec2   `json:"ctrlrange"`
		} `json:"actuator"`
		Qpos0      []scalar `json:"qpos0"`
		QposSpring []scalar `json:"qpos_spring"`
	} `json:"compiled"`
}

// Numbers and lists of them that must be there in full: the encoding of the standard library takes null
// for 0 and a list of any length for an array.
type (
	scalar float64
	vec2   [2]float64
	vec3   [3]float64
	vec4   [4]float64
	vec5   [5]float64
)

func (x *scalar) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		return errors.New("null stands in place of a number")
	}
	return json.Unmarshal(b, (*float64)(x))
}

func (v *vec2) UnmarshalJSON(b []byte) error { return unmarshalVector(b, v[:]) }
func (v *vec3) UnmarshalJSON(b []byte) error { return unmarshalVector(b, v[:]) }
func (v *vec4) UnmarshalJSON(b []byte) error { return unmarshalVector(b, v[:]) }
func (v *vec5) UnmarshalJSON(b []byte) error { return unmarshalVector(b, v[:]) }

func unmarshalVector(b []byte, v []float64) error {
	var list []scalar
	if err := json.Unmarshal(b, &list); err != nil {
		return err
	}
	if len(list) != len(v) {
		return fmt.Errorf("a list of %d numbers stands in place of one of %d", len(list), len(v))
	}
	for i, x := range list {
		v[i] = float64(x)
	}
	return nil
}

// Parse reads a compiled model: JSON with the keys "model" (its name), "frame_skip" (optional) and
// "compiled", whose parts the package comment describes. Other keys are ignored, so that a recording
// that begins with its model will do. The error names what is wrong or outside the supported subset.
func Parse(r io.Reader) (*Model, error) {
	var f modelFile
	if err := json.NewDecoder(r).Decode(&f); err != nil {
		return nil, fmt.Errorf("no compiled model: %w", err)
	}
	if f.Compiled == nil {
		return nil, errors.New(`no compiled model: there is no key "compiled"`)
	}
	m, err := f.model()
	if err != nil {
		return nil, err
	}
	if err := m.check(); err != nil {
		return nil, err
	}
	if err := m.prepare(); err != nil {
		return nil, err
	}
	return m, nil
}

// model turns columns into rows.
func (f *modelFile) model() (*Model, error) {
	c := f.Compiled
	size := &c.Size
	m := &Model{
		Name: f.Model, FrameSkip: max(1, f.FrameSkip), MeanInertia: c.MeanInertia,
		Nq: size.Nq, Nv: size.Nv, Nu: size.Nu, Ntree: size.Ntree,
		Option: Option{
			Timestep: c.Option.Timestep, ImpRatio: c.Option.ImpRatio,
			Tolerance: c.Option.Tolerance, LSTolerance: c.Option.LSTolerance,
			Density: c.Option.Density, Viscosity: c.Option.Viscosity,
			Iterations: c.Option.Iterations, LSIterations: c.Option.LSIterations,
		},
	}
	var ok bool
	if m.Option.Integrator, ok = integrators[c.Option.Integrator]; !ok {
		return nil, fmt.Errorf("option.integrator is %q; supported are RK4 and Euler", c.Option.Integrator)
	}
	if m.Option.Solver, ok = solvers[c.Option.Solver]; !ok {
		return nil, fmt.Errorf("option.solver is %q; supported are Newton and PGS", c.Option.Solver)
	}
	if c.Option.Cone != "pyramidal" {
		return nil, fmt.Errorf("option.cone is %q; supported is pyramidal", c.Option.Cone)
	}

	b, j, d, g, a := &c.Body, &c.Joint, &c.Dof, &c.Geom, &c.Actuator
	columns := lengths{}
	columns.want("body", size.Nbody, len(b.Name), len(b.Parent), len(b.Weld), len(b.Root), len(b.Pos), len(b.Quat), len(b.Mass),
		len(b.Ipos), len(b.Iquat), len(b.Inertia), len(b.SubtreeMass), len(b.InvWeight))
	columns.want("joint", size.Njnt, len(j.Name), len(j.Type), len(j.Body), len(j.QposAdr), len(j.DofAdr), len(j.Pos), len(j.Axis),
		len(j.Limited), len(j.Range), len(j.Margin), len(j.Stiffness), len(j.Solref), len(j.Solimp))
	columns.want("dof", size.Nv, len(d.Body), len(d.Joint), len(d.Parent), len(d.Tree), len(d.Armature), len(d.Damping), len(d.InvWeight))
	columns.want("geom", size.Ngeom, len(g.Name), len(g.Type), len(g.Body), len(g.Size), len(g.Pos), len(g.Quat), len(g.Contype),
		len(g.Conaffinity), len(g.Condim), len(g.Friction), len(g.Margin), len(g.Gap), len(g.Solref), len(g.Solimp), len(g.Priority), len(g.Solmix))
	columns.want("actuator", size.Nu, len(a.Name), len(a.Joint), len(a.Gear), len(a.CtrlRange))
	columns.want("qpos0 and qpos_spring", size.Nq, len(c.Qpos0), len(c.QposSpring))
	if columns.err != nil {
		return nil, columns.err
	}

	for i := range b.Name {
		m.Bodies = append(m.Bodies, Body{
			Name: b.Name[i], Parent: b.Parent[i], Weld: b.Weld[i], Root: b.Root[i],
			Pos: Vec(b.Pos[i]), Quat: Quat(b.Quat[i]), Mass: float64(b.Mass[i]),
			InertialPos: Vec(b.Ipos[i]), InertialQuat: Quat(b.Iquat[i]), Inertia: Vec(b.Inertia[i]),
			SubtreeMass: float64(b.SubtreeMass[i]), InvWeight: b.InvWeight[i],
		})
	}
	for i := range j.Name {
		kind, ok := jointTypes[j.Type[i]]
		if !ok {
			return nil, fmt.Errorf("joint %d (%q): type is %q; supported are free, slide and hinge", i, j.Name[i], j.Type[i])
		}
		m.Joints = append(m.Joints, Joint{
			Name: j.Name[i], Type: kind, Body: j.Body[i], QposAdr: j.QposAdr[i], DofAdr: j.DofAdr[i],
			Pos: Vec(j.Pos[i]), Axis: Vec(j.Axis[i]), Limited: j.Limited[i] != 0, Range: j.Range[i],
			Margin: float64(j.Margin[i]), Stiffness: float64(j.Stiffness[i]), Solref: j.Solref[i], Solimp: j.Solimp[i],
		})
	}
	for i := range d.Body {
		m.Dofs = append(m.Dofs, Dof{
			Body: d.Body[i], Joint: d.Joint[i], Parent: d.Parent[i], Tree: d.Tree[i],
			Armature: float64(d.Armature[i]), Damping: float64(d.Damping[i]), InvWeight: float64(d.InvWeight[i]),
		})
	}
	for i := range g.Name {
		kind, ok := geomTypes[g.Type[i]]
		if !ok {
			return nil, fmt.Errorf("geom %d (%q): type is %q; supported are plane, sphere, capsule and cylinder", i, g.Name[i], g.Type[i])
		}
		m.Geoms = append(m.Geoms, Geom{
			Name: g.Name[i], Type: kind, Body: g.Body[i], Size: Vec(g.Size[i]), Pos: Vec(g.Pos[i]), Quat: Quat(g.Quat[i]),
			Contype: g.Contype[i], Conaffinity: g.Conaffinity[i], Condim: g.Condim[i], Friction: Vec(g.Friction[i]),
			Margin: float64(g.Margin[i]), Gap: float64(g.Gap[i]), Solref: g.Solref[i], Solimp: g.Solimp[i],
			Priority: g.Priority[i], Solmix: float64(g.Solmix[i]),
		})
	}
	for i := range a.Name {
		m.Actuators = append(m.Actuators, Actuator{Name: a.Name[i], Joint: a.Joint[i], Gear: float64(a.Gear[i]), CtrlRange: a.CtrlRange[i]})
	}
	for i := range c.Qpos0 {
		m.Qpos0 = append(m.Qpos0, float64(c.Qpos0[i]))
		m.QposSpring = append(m.QposSpring, float64(c.QposSpring[i]))
	}
	return m, nil
}

var (
	integrators = map[string]Integrator{"RK4": RK4, "Euler": Euler}
	solvers     = map[string]Solver{"Newton": Newton, "PGS": PGS}
	jointTypes  = map[string]JointType{"free": Free, "slide": Slide, "hinge": Hinge}
	geomTypes   = map[string]GeomType{"plane": Plane, "sphere": Sphere, "capsule": Capsule, "cylinder": Cylinder}
)

// lengths compares lengths of columns and keeps the first fault.
type lengths struct{ err error }

func (l *lengths) want(what string, n int, columns ...int) {
	for _, got := range columns {
		if l.err == nil && got != n {
			l.err = fmt.Errorf("%s: a column has %d entries where \"size\" says %d", what, got, n)
		}
	}
}

// check finds what is not consistent or outside the supported subset.
func (m *Model) check() error {
	o := &m.Option
	switch {
	case !(o.Timestep > 0 && o.Timestep < 10):
		return fmt.Errorf("option.timestep is %v; give seconds above 0", o.Timestep)
	case !(o.ImpRatio > 0):
		return fmt.Errorf("option.impratio is %v; give a number above 0", o.ImpRatio)
	case !(o.Tolerance >= 0 && o.LSTolerance >= 0):
		return fmt.Errorf("option.tolerance is %v and option.ls_tolerance %v; give numbers of at least 0", o.Tolerance, o.LSTolerance)
	case o.Iterations < 0 || o.LSIterations < 1:
		return fmt.Errorf("option.iterations is %d and option.ls_iterations %d; give at least 0 and 1", o.Iterations, o.LSIterations)
	case !(o.Density >= 0 && o.Viscosity >= 0):
		return fmt.Errorf("option.density is %v and option.viscosity %v; give numbers of at least 0", o.Density, o.Viscosity)
	case len(m.Bodies) == 0:
		return errors.New("there is no body; body 0 is the world")
	case m.Nv == 0:
		return errors.New("nothing can move: there is no joint")
	case m.Nv > maxNv || len(m.Geoms) > maxGeoms || len(m.Bodies) > maxBodies:
		return fmt.Errorf("the model has %d degrees of freedom, %d geoms and %d bodies; supported are up to %d, %d and %d",
			m.Nv, len(m.Geoms), len(m.Bodies), maxNv, maxGeoms, maxBodies)
	case !(m.MeanInertia > 0):
		return fmt.Errorf("meaninertia is %v; give a number above 0", m.MeanInertia)
	}
	if err := m.checkBodies(); err != nil {
		return err
	}
	if err := m.checkJoints(); err != nil {
		return err
	}
	if err := m.checkDofs(); err != nil {
		return err
	}
	if err := m.checkGeoms(); err != nil {
		return err
	}
	for i := range m.Actuators {
		a := &m.Actuators[i]
		switch {
		case a.Joint < 0 || a.Joint >= len(m.Joints):
			return fmt.Errorf("actuator %d (%q): joint %d does not exist", i, a.Name, a.Joint)
		case m.Joints[a.Joint].Type == Free:
			return fmt.Errorf("actuator %d (%q) drives a free joint; supported are slide and hinge", i, a.Name)
		case !(a.CtrlRange[0] <= a.CtrlRange[1]):
			return fmt.Errorf("actuator %d (%q): ctrlrange is %v", i, a.Name, a.CtrlRange)
		}
	}
	return nil
}

// The largest models: larger ones would want sparser algorithms.
const (
	maxNv     = 200
	maxBodies = 200
	maxGeoms  = 200
)

func (m *Model) checkBodies() error {
	joints := make([]int, len(m.Bodies))
	for i := range m.Joints {
		if b := m.Joints[i].Body; b > 0 && b < len(m.Bodies) {
			joints[b]++
		}
	}
	mass := make([]float64, len(m.Bodies))
	for i := len(m.Bodies) - 1; i >= 0; i-- {
		b := &m.Bodies[i]
		fault := func(format string, v ...any) error {
			return fmt.Errorf("body %d (%q): %s", i, b.Name, fmt.Sprintf(format, v...))
		}
		weld, root := 0, 0
		if i > 0 {
			if b.Parent < 0 || b.Parent >= i {
				return fault("parent is %d; parents stand before their children, body 0 is the world", b.Parent)
			}
			weld, root = i, i
			if joints[i] == 0 {
				weld = m.Bodies[b.Parent].Weld
			}
			if b.Parent > 0 {
				root = m.Bodies[b.Parent].Root
			}
		}
		mass[i] += b.Mass
		if i > 0 {
			mass[b.Parent] += mass[i]
		}
		switch {
		case i == 0 && b.Parent != 0:
			return fault("the world's parent is %d, not itself", b.Parent)
		case b.Weld != weld:
			return fault("weld is %d, but its joints and parents say %d", b.Weld, weld)
		case b.Root != root:
			return fault("root is %d, but its parents say %d", b.Root, root)
		case !(b.Mass >= 0):
			return fault("mass is %v", b.Mass)
		case !(b.Inertia[0] >= 0 && b.Inertia[1] >= 0 && b.Inertia[2] >= 0):
			return fault("inertia is %v; give moments of at least 0", b.Inertia)
		case !unitQuat(b.Quat):
			return fault("quat %v is not of length 1", b.Quat)
		case !unitQuat(b.InertialQuat):
			return fault("iquat %v is not of length 1", b.InertialQuat)
		case !(math.Abs(mass[i]-b.SubtreeMass) <= 1e-6*max(1, mass[i])):
			return fault("subtreemass is %v, but the masses add up to %v", b.SubtreeMass, mass[i])
		case !(b.InvWeight[0] >= 0 && b.InvWeight[1] >= 0):
			return fault("invweight0 is %v; give numbers of at least 0", b.InvWeight)
		}
	}
	return nil
}

func (m *Model) checkJoints() error {
	qpos, dof, body := 0, 0, 0
	for i := range m.Joints {
		j := &m.Joints[i]
		fault := func(format string, v ...any) error {
			return fmt.Errorf("joint %d (%q): %s", i, j.Name, fmt.Sprintf(format, v...))
		}
		switch {
		case j.Body <= 0 || j.Body >= len(m.Bodies):
			return fault("body %d cannot move or does not exist", j.Body)
		case j.Body < body:
			return fault("it belongs to body %d, but stands behind a joint of body %d; joints stand in the order of their bodies", j.Body, body)
		case j.QposAdr != qpos || j.DofAdr != dof:
			return fault("qposadr is %d and dofadr %d, but the joints before it end at %d and %d", j.QposAdr, j.DofAdr, qpos, dof)
		case j.Type == Free && m.Bodies[j.Body].Parent != 0:
			return fault("a free joint must stand on a child of the world")
		case i > 0 && m.Joints[i-1].Body == j.Body && (j.Type == Free || m.Joints[i-1].Type == Free):
			return fault("a free joint must be the only joint of its body")
		case j.Type == Free && (j.Limited || j.Stiffness != 0):
			return fault("limits and springs of free joints are not supported")
		case j.Type != Free && !(math.Abs(norm(&j.Axis)-1) < 1e-6):
			return fault("axis %v is not of length 1", j.Axis)
		case j.Limited && !(j.Range[0] < j.Range[1]):
			return fault("range is %v; the lower end must be below the upper", j.Range)
		case !(j.Stiffness >= 0):
			return fault("stiffness is %v; give a number of at least 0", j.Stiffness)
		}
		if err := checkSolver(j.Solref, j.Solimp); err != nil {
			return fault("%v", err)
		}
		body = j.Body
		coordinates, velocities := j.Type.size()
		qpos += coordinates
		dof += velocities
	}
	if qpos != m.Nq || dof != m.Nv {
		return fmt.Errorf("the joints have %d coordinates and %d velocities where \"size\" says %d and %d", qpos, dof, m.Nq, m.Nv)
	}
	return nil
}

// size returns the numbers of coordinates and of velocities of a joint.
func (t JointType) size() (coordinates, velocities int) {
	if t == Free {
		return 7, 6
	}
	return 1, 1
}

func (m *Model) checkDofs() error {
	last := make([]int, len(m.Bodies)) // degree of freedom that moves the body and stands last
	for b := range last {
		last[b] = -1
	}
	tree, at, body := -1, 0, 0
	for i := range m.Joints {
		j := &m.Joints[i]
		for ; body < j.Body; body++ { // bodies without joints move with their parents
			last[body+1] = last[m.Bodies[body+1].Parent]
		}
		if last[j.Body] < 0 {
			tree++
		}
		_, velocities := j.Type.size()
		for range velocities {
			d := &m.Dofs[at]
			switch {
			case d.Joint != i:
				return fmt.Errorf("dof %d: joint is %d, but the joints say %d", at, d.Joint, i)
			case d.Body != j.Body:
				return fmt.Errorf("dof %d: body is %d, but its joint belongs to %d", at, d.Body, j.Body)
			case d.Parent != last[j.Body]:
				return fmt.Errorf("dof %d: parent is %d, but the joints before it say %d", at, d.Parent, last[j.Body])
			case !(d.Armature >= 0 && d.Damping >= 0 && d.InvWeight >= 0):
				return fmt.Errorf("dof %d: armature is %v, damping %v and invweight0 %v; give numbers of at least 0", at, d.Armature, d.Damping, d.InvWeight)
			case d.Parent >= 0 && m.Dofs[d.Parent].Tree != tree:
				return fmt.Errorf("dof %d: it belongs to tree %d, but stands behind tree %d; all of a tree stands together", at, m.Dofs[d.Parent].Tree, tree)
			case d.Tree != tree:
				return fmt.Errorf("dof %d: tree is %d; trees are counted from 0 in the order of their bodies", at, d.Tree)
			}
			last[j.Body] = at
			at++
		}
	}
	if tree+1 != m.Ntree {
		return fmt.Errorf("size.ntree is %d, but %d trees can move", m.Ntree, tree+1)
	}
	return nil
}

func (m *Model) checkGeoms() error {
	for i := range m.Geoms {
		g := &m.Geoms[i]
		fault := func(format string, v ...any) error {
			return fmt.Errorf("geom %d (%q): %s", i, g.Name, fmt.Sprintf(format, v...))
		}
		if g.Body < 0 || g.Body >= len(m.Bodies) {
			return fault("body %d does not exist", g.Body)
		}
		if !unitQuat(g.Quat) {
			return fault("quat %v is not of length 1", g.Quat)
		}
		collides := g.Contype != 0 || g.Conaffinity != 0
		switch {
		case g.Type != Plane && !(g.Size[0] > 0):
			return fault("radius is %v; give metres above 0", g.Size[0])
		case (g.Type == Capsule || g.Type == Cylinder) && !(g.Size[1] > 0):
			return fault("half length is %v; give metres above 0, or use a sphere", g.Size[1])
		case !collides:
			continue
		case g.Type == Plane && m.Bodies[g.Body].Weld != 0:
			return fault("a plane that moves and collides is not supported; attach it to the world or set contype and conaffinity to 0")
		case g.Condim != 1 && g.Condim != 3:
			return fault("condim is %d; supported are 1 and 3", g.Condim)
		case !(g.Friction[0] >= 0 && g.Friction[1] >= 0 && g.Friction[2] >= 0):
			return fault("friction is %v; give numbers of at least 0", g.Friction)
		case !(g.Gap >= 0):
			return fault("gap is %v; give metres of at least 0", g.Gap)
		case !(g.Solmix >= 0):
			return fault("solmix is %v; give a number of at least 0", g.Solmix)
		}
		if err := checkSolver(g.Solref, g.Solimp); err != nil {
			return fault("%v", err)
		}
	}
	return nil
}

// checkSolver checks the parameters of a limit or contact.
func checkSolver(solref [2]float64, solimp [5]float64) error {
	if (solref[0] > 0) != (solref[1] > 0) || solref[0] == 0 {
		return fmt.Errorf("solref is %v; give a time constant and a damping ratio above 0, or two numbers below 0", solref)
	}
	for _, x := range solimp[:4] {
		if !(x >= 0) {
			return fmt.Errorf("solimp is %v; give numbers of at least 0", solimp)
		}
	}
	return nil
}

func unitQuat(q Quat) bool {
	return math.Abs(math.Sqrt(q[0]*q[0]+q[1]*q[1]+q[2]*q[2]+q[3]*q[3])-1) < 1e-6
}
