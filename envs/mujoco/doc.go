// Package mujoco computes how jointed bodies move, as MuJoCo does, in plain Go: the part of MuJoCo that
// the robots of Gymnasium and MO-Gymnasium need, with the original's order of operations, so that
// states agree with the original's to the last digits for as long as the mechanism remembers them. Of this
// program it needs the kernels of internal/kern alone, and may be imported alone.
//
//	m, err := mujoco.Load("ant")      // constants, shared by all
//	s, d := m.NewState(), m.NewData() // what moves; what is computed from it
//	s.Ctrl[0] = 0.5
//	m.Step(s, d)
//
// A [Model] never changes. A [State] is a few hundred bytes for each copy; saving and restoring is
// [State.CopyFrom]. A [Data] is the large area of one worker, for any number of states, one after the
// other. [Batch] spreads many states over workers. Nothing allocates after that.
//
// # Units and conventions
//
// Metres, kilograms, seconds, radians, newtons. Gravity is 9.81 along -z. A free joint has 7 coordinates,
// position and quaternion (w, x, y, z), and 6 velocities, linear in the world's axes and angular in the
// body's. Slides and hinges have one each. 6-vectors are (rotation, translation), of forces (torque,
// force), in the world's axes about the centre of mass of the body's tree. Matrices are stored by rows.
// Body 0 is the world.
//
// # The pipeline
//
// One forward evaluation ([Model.Forward]) computes, in this order, with the function of the original in
// parentheses:
//
//	kinematics.go  Xpos, Xquat, Xmat, Xipos           mj_kinematics
//	inertia.go     Cinert, Cdof                       mj_comPos
//	               M (MassMatrix) and LᵀDL = M        mj_crb, mj_factorM
//	collision.go   Contacts                           mj_collision
//	constraint.go  J, pos, margin, D, R, KBIP (Row)   mj_makeConstraint, mj_island
//	velocity.go    Cvel, CdofDot, QfrcBias            mj_comVel, mj_rne
//	passive.go     QfrcSpring, QfrcDamper             mj_passive
//	fluid.go       QfrcFluid                          mj_inertiaBoxFluidModel
//	passive.go     QfrcActuator                       mj_fwdActuation
//	forward.go     QfrcSmooth, QaccSmooth             mj_fwdAcceleration
//	constraint.go  vel, aref (Row)                    mj_referenceConstraint
//	newton.go      Qacc, QfrcConstraint, force (Row)  mj_solNewton
//	linesearch.go  the step along a direction         PrimalSearch
//	pgs.go         the same of projected Gauss-Seidel mj_solPGS
//
// [Model.Step] follows with integrate.go (mj_Euler, mj_RungeKutta): of [RK4], four evaluations. After a
// step the derived quantities are those of its last evaluation, not of the new state, as in the original.
// [Model.ContactForces] is what the original's mj_rnePostConstraint leaves in cfrc_ext.
//
// The equations are those of MuJoCo's documentation, chapter Computation; M is by Featherstone's
// composite-rigid-body algorithm, the bias by recursive Newton-Euler. Where the algorithms differ from
// the original's, they compute the same but for rounding: all matrices keep the pattern of the
// kinematic trees (internal/kern, Tree), the Hessian of Newton's method too, which is factored anew where the
// original updates it; rows of a friction pyramid are kept as a normal and two tangents.
//
// # The supported subset
//
// Joints free, slide and hinge with limits, springs, dampers and armature; geoms plane (fixed to the
// world), sphere, capsule, and cylinders that do not collide; contacts without friction or with pyramidal
// friction (condim 1 and 3), margin and gap; motors on slides and hinges; the inertia-box model of a
// medium; Newton's method and projected Gauss-Seidel; RK4 and Euler. Everything else of MuJoCo is refused:
// by compile.py or, with an error that names the place, by [Parse].
//
// # Adding a model
//
// Models are data: what MuJoCo's compiler makes of an MJCF file. With the Python package mujoco,
//
//	python compile.py robot.xml 5 > robot.json
//
// compiles one, 5 being the physics steps in a step of the environment. Read it with [Parse], or lay it
// into the folder models, from where [Load] knows it by the file's name. The file is one JSON object:
// "model" is the name, "frame_skip" the number above, and "compiled" holds the tables "option", "size",
// "body", "joint", "dof", "geom" and "actuator", a list for each column with one entry for each body and
// so on, and "meaninertia", "qpos0" and "qpos_spring". The fields of [Option], [Body], [Joint], [Dof],
// [Geom] and [Actuator] say what the columns mean. Package replay compares the engine with recordings.
//
// # Bad states
//
// A coordinate, velocity or acceleration that is no number or beyond 1e10 resets the state to the
// reference configuration, as in the original; [Model.Step] says so and [Data] counts it.
package mujoco
