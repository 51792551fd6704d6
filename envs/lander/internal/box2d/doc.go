// Package box2d is the part of Box2D 2.3.0 that a jointed vehicle above fixed ground needs, written
// anew and equal to it bit for bit: fixed edges, bodies of one convex polygon each, revolute joints
// with motor and limits that connect all of them, friction, sleeping and continuous collision; no
// restitution, damping, sensors or bullets, and no collisions of the bodies with each other.
//
// Everything is float32, with the operations in Box2D's order. Each product is converted to float32
// before it is added, so that no processor fuses the two and all give the same bits. What is
// exactly zero for fixed ground (its velocity, its inverse mass) is left out: adding it changes no
// bit.
//
// Source: Erin Catto, Box2D 2.3.0 (zlib licence), as bundled with box2d-py, commit b273568. The
// algorithms are those of his talks at the Game Developers Conference: "Iterative Dynamics with
// Temporal Coherence" (2005), "Computing Distance" (2010), "Continuous Collision" (2013).
package box2d

// Tolerances, in metres and radians.
const (
	pi             float32 = 3.14159265359
	epsilon        float32 = 1.1920929e-7 // of float32
	linearSlop     float32 = 0.005
	degrees2       float32 = float32(2.0/180.0) * pi
	angularSlop            = degrees2
	skin                   = 2 * linearSlop // thickness around every shape
	fatMargin      float32 = 0.1            // of the boxes of the broad phase
	fatMotion      float32 = 2              // displacements that these extend ahead
	maxTranslation float32 = 2              // per step
	maxRotation            = 0.5 * pi       // per step

	baumgarte       float32 = 0.2  // share of a penetration that a position iteration resolves
	impactBaumgarte float32 = 0.75 // the same in a sub-step of continuous collision
	maxCorrection   float32 = 0.2
	maxTurnBack             = float32(8.0/180.0) * pi

	timeToSleep  float32 = 0.5 // seconds
	sleepSpeed   float32 = 0.01
	sleepSpin            = degrees2
	maxCondition float32 = 1000 // of the matrix of two contact points solved together

	maxSubSteps              = 8  // per contact and step
	impactPositionIterations = 20 // per sub-step
)
