package box2d

// The numbers are fixed, so that a world is a plain value: it can be copied, compared and saved.
const (
	Bodies   = 3
	Joints   = 2
	Edges    = 11
	Contacts = Edges * Bodies // at most
)

// Scene is what stays the same from step to step and world to world. The joints must connect all
// bodies: then they form one island, which sleeps and wakes as a whole.
type Scene struct {
	Gravity        Vec
	Bodies         [Bodies]BodyDef
	Joints         [Joints]JointDef
	GroundFriction [Edges]float32

	masses   [Bodies]massData
	friction [Edges][Bodies]float32 // of a contact
}

// BodyDef describes a body.
type BodyDef struct {
	Shape    Polygon
	Density  float32
	Friction float32
	Position Vec // of its origin, at the start
	Angle    float32
}

type massData struct {
	invMass, invInertia float32 // about the centre
	center              Vec     // in the body's frame
}

// Prepare derives masses and frictions; it is called once, when the scene is complete.
func (s *Scene) Prepare() {
	for i := range s.Bodies {
		d := &s.Bodies[i]
		mass, center, inertia := d.Shape.mass(d.Density)
		m := &s.masses[i]
		m.invMass = 1 / mass
		m.center = center.scale(mass).scale(m.invMass)
		m.invInertia = 1 / (inertia - float32(mass*dot(m.center, m.center)))
		for k, f := range s.GroundFriction {
			s.friction[k][i] = sqrt(f * d.Friction)
		}
	}
}

// World is the complete dynamic state. Contacts stand in the order of their creation.
type World struct {
	Ground      [Edges]Edge       `json:"ground"`
	Bodies      [Bodies]Body      `json:"bodies"`
	Joints      [Joints]Joint     `json:"joints"`
	NumContacts uint8             `json:"num_contacts"`
	Contacts    [Contacts]Contact `json:"contacts"`
	InvTimeStep float32           `json:"inv_time_step"` // of the last step; 0 before the first
}

// Body is a moving body.
type Body struct {
	Sweep
	Pose     Transform `json:"pose"` // of its origin
	Velocity Vec       `json:"velocity"`
	Spin     float32   `json:"spin"`
	Force    Vec       `json:"force"` // that the next step applies
	Torque   float32   `json:"torque"`
	Quiet    float32   `json:"quiet"` // time at rest
	Awake    bool      `json:"awake"`
	Moved    bool      `json:"moved"` // its fat box is new
	Fat      Box       `json:"fat"`
}

// Sweep is the motion of a centre of mass and an angle in a step, from the pose at Alpha0.
type Sweep struct {
	C0     Vec     `json:"c0"`
	C      Vec     `json:"c"`
	A0     float32 `json:"a0"`
	A      float32 `json:"a"`
	Alpha0 float32 `json:"alpha0"` // in [0, 1)
}

// at is the pose at fraction t of the rest of the sweep.
func (s *Sweep) at(t float32, local Vec) Transform {
	return placed(s.C0.scale(1-t).add(s.C.scale(t)), float32((1-t)*s.A0)+float32(t*s.A), local)
}

// advance moves the start to alpha.
func (s *Sweep) advance(alpha float32) {
	t := (alpha - s.Alpha0) / (1 - s.Alpha0)
	s.C0 = s.C0.scale(1 - t).add(s.C.scale(t))
	s.A0 = float32((1-t)*s.A0) + float32(t*s.A)
	s.Alpha0 = alpha
}

// Listener is told where shapes begin and cease to touch.
type Listener interface {
	BeginContact(body int)
	EndContact(body int)
}

// Engine steps worlds of one scene, one at a time; it holds scratch memory only.
type Engine struct {
	scene    *Scene
	world    *World
	listener Listener

	constraints [Contacts]contactConstraint
	joints      [Joints]jointConstraint
	positions   [Bodies]position
	now, saved  iterate // of the velocity iterations
	creep       [longestCycle][Joints]Vec
	island      struct {
		joints   int
		contacts int
		joint    [Joints]int
	}
	impacts [Contacts]impact
}

// position of a body while the solver works on it.
type position struct {
	c Vec
	a float32
}

// NewEngine returns an engine for a prepared scene.
func NewEngine(s *Scene) *Engine { return &Engine{scene: s} }

// Reset puts w at the start of the scene, above the given ground.
func (e *Engine) Reset(w *World, ground *[Edges]Edge) {
	*w = World{Ground: *ground}
	for i := range w.Bodies {
		d, b := &e.scene.Bodies[i], &w.Bodies[i]
		b.Pose = Transform{d.Position, rotation(d.Angle)}
		b.C = b.Pose.apply(e.scene.masses[i].center)
		b.A = d.Angle
		b.C0, b.A0 = b.C, b.A
		b.Awake, b.Moved = true, true
		b.Fat = d.Shape.bound(&b.Pose).grow(fatMargin)
	}
}

// ApplyForce adds a force at the centre of body i for the next step.
func (e *Engine) ApplyForce(w *World, i int, f Vec) {
	b := &w.Bodies[i]
	b.wake()
	b.Force = b.Force.add(f)
}

// ApplyTorque adds a torque on body i for the next step.
func (e *Engine) ApplyTorque(w *World, i int, t float32) {
	b := &w.Bodies[i]
	b.wake()
	b.Torque += t
}

// ApplyImpulse changes the velocity of body i by an impulse at a point of the world.
func (e *Engine) ApplyImpulse(w *World, i int, impulse, at Vec) {
	b, m := &w.Bodies[i], &e.scene.masses[i]
	b.wake()
	b.Velocity = b.Velocity.add(impulse.scale(m.invMass))
	b.Spin += float32(m.invInertia * cross(at.sub(b.C), impulse))
}

// Step advances w by dt with the given numbers of velocity and position iterations.
func (e *Engine) Step(w *World, dt float32, velocityIterations, positionIterations int, l Listener) {
	e.world, e.listener = w, l
	if w.InvTimeStep == 0 { // shapes are new
		e.findContacts()
	}
	e.updateContacts()
	e.solve(dt, velocityIterations, positionIterations)
	e.solveImpacts(dt, velocityIterations)
	w.InvTimeStep = 1 / dt
	for i := range w.Bodies {
		w.Bodies[i].Force, w.Bodies[i].Torque = Vec{}, 0
	}
}

func (b *Body) wake() {
	if !b.Awake {
		b.Awake, b.Quiet = true, 0
	}
}

func (b *Body) sleep() {
	b.Awake, b.Quiet = false, 0
	b.Velocity, b.Spin, b.Force, b.Torque = Vec{}, 0, Vec{}, 0
}

// place derives the pose of body i from its centre and angle.
func (e *Engine) place(i int) {
	b := &e.world.Bodies[i]
	b.Pose = placed(b.C, b.A, e.scene.masses[i].center)
}

// refresh gives body i a new fat box if its motion left the old one.
func (e *Engine) refresh(i int) {
	b, shape := &e.world.Bodies[i], &e.scene.Bodies[i].Shape
	start := placed(b.C0, b.A0, e.scene.masses[i].center)
	tight := shape.bound(&start).union(shape.bound(&b.Pose))
	if b.Fat.contains(tight) {
		return
	}
	d := b.Pose.P.sub(start.P).scale(fatMotion)
	b.Fat = tight.grow(fatMargin)
	b.Fat.Low = b.Fat.Low.add(lowest(d, Vec{}))
	b.Fat.High = b.Fat.High.add(highest(d, Vec{}))
	b.Moved = true
}
