package mujoco

// Vec is a vector (x, y, z); Quat is a quaternion (w, x, y, z).
type (
	Vec  = [3]float64
	Quat = [4]float64
)

// JointType says how a joint moves its body.
type JointType uint8

// The joints of the supported subset.
const (
	Free  JointType = iota // 7 coordinates (position, quaternion), 6 velocities (linear in the world's axes, angular in the body's)
	Slide                  // 1 coordinate, metres along the axis
	Hinge                  // 1 coordinate, radians about the axis
)

// GeomType is the shape of a geom.
type GeomType uint8

// The shapes of the supported subset, in the order in which the two of a contact stand. A cylinder can
// only be looked at: it collides with nothing.
const (
	Plane    GeomType = iota // at z = 0 of its frame, its normal the z axis
	Sphere                   // Size[0] the radius
	Capsule                  // Size[0] the radius, Size[1] half the length of the axis along z
	Cylinder                 // Size as of a capsule
)

// Integrator is a rule that advances the state over a timestep.
type Integrator uint8

// The integrators of the supported subset.
const (
	RK4   Integrator = iota // Runge-Kutta of fourth order: four forward evaluations
	Euler                   // semi-implicit, with implicit joint damping
)

// Solver is an algorithm that finds the constraint forces.
type Solver uint8

// The solvers of the supported subset.
const (
	Newton Solver = iota // on the accelerations, with an exact line search
	PGS                  // projected Gauss-Seidel on the forces
)

// Option holds what is global to a model.
type Option struct {
	Timestep     float64 // seconds
	ImpRatio     float64 // ratio of the impedances of friction and normal force
	Tolerance    float64 // of the solver, relative to the model's scale
	LSTolerance  float64 // of its line search, relative to Tolerance
	Density      float64 // of the medium, kg/m³
	Viscosity    float64 // of the medium, Pa·s
	Iterations   int     // of the solver, at most
	LSIterations int     // evaluations of one line search, at most
	Integrator   Integrator
	Solver       Solver
}

// Body is a rigid body. Bodies stand in an order in which parents come first; body 0 is the world.
type Body struct {
	Name        string
	Parent      int
	Weld        int     // topmost body that it is rigidly attached to; itself if it has joints
	Root        int     // child of the world that heads its tree
	Pos         Vec     // of its frame in the parent's
	Quat        Quat    // of its frame in the parent's
	Mass        float64 // kg
	InertialPos Vec     // centre of mass in the body's frame
	// InertialQuat turns the principal axes of inertia into the body's frame.
	InertialQuat Quat
	Inertia      Vec     // principal moments, kg m²
	SubtreeMass  float64 // of the body and all below it
	// InvWeight is the inverse weight (translational, rotational) at Qpos0, to which contacts scale.
	InvWeight [2]float64
}

// Joint lets a body move relative to its parent. The joints of a body are consecutive and act in order.
type Joint struct {
	Name      string
	Type      JointType
	Body      int
	QposAdr   int // first coordinate in qpos
	DofAdr    int // first velocity in qvel
	Pos, Axis Vec // in the body's frame; the axis has length 1
	Limited   bool
	Range     [2]float64 // of the coordinate, if Limited
	Margin    float64    // the limit acts from this distance on
	Stiffness float64    // of a spring towards QposSpring
	Solref    [2]float64 // time constant (s) and damping ratio of the limit
	Solimp    [5]float64 // impedance: d0, dwidth, width, midpoint, power
}

// Dof is a degree of freedom: one entry of qvel.
type Dof struct {
	Body, Joint int
	Parent      int // previous degree of freedom on the path to the world, -1 at the root
	Tree        int
	Armature    float64 // inertia added to the diagonal of M
	Damping     float64
	InvWeight   float64 // at Qpos0, to which joint limits scale
}

// Geom is a shape fixed to a body.
type Geom struct {
	Name                 string
	Type                 GeomType
	Body                 int
	Size                 Vec
	Pos                  Vec  // in the body's frame
	Quat                 Quat // in the body's frame
	Contype, Conaffinity int  // bit masks: two geoms collide where one's type meets the other's affinity
	Condim               int  // 1 without friction, 3 with
	Friction             Vec  // slide, spin, roll
	Margin, Gap          float64
	Solref               [2]float64
	Solimp               [5]float64
	Priority             int
	Solmix               float64
}

// Actuator is a motor: its control, clipped to CtrlRange, times Gear is the force on its joint.
type Actuator struct {
	Name      string
	Joint     int
	Gear      float64
	CtrlRange [2]float64
}

// Model holds the constants of a mechanism. It is not changed after [Load] or [Parse] and may be shared
// by any number of goroutines; what moves is a [State], what is computed from it a [Data].
type Model struct {
	Name        string
	FrameSkip   int // physics steps in a step of the environment that the model was made for; 1 if not known
	Option      Option
	Nq, Nv, Nu  int     // numbers of coordinates, velocities and controls
	Ntree       int     // number of kinematic trees that can move
	MeanInertia float64 // mean of the diagonal of M at Qpos0
	Bodies      []Body
	Joints      []Joint
	Dofs        []Dof
	Geoms       []Geom
	Actuators   []Actuator
	Qpos0       []float64 // reference configuration: initial state, and where joint transforms are the identity
	QposSpring  []float64 // where springs are at rest

	plan
}
