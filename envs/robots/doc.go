// Package robots holds the robots of MO-Gymnasium and Gymnasium on the physics of package mujoco: hopper,
// half cheetah, walker, ant, humanoid, swimmer and the reacher with four targets, each in the versions v4
// and v5, hopper and ant also with two objectives. Importing it registers them.
//
// A step applies the action as control, advances the physics by the frame skip of the robot, and pays
//
//	velocity, height and energy E = Σ a² as single objectives, plus a reward H for being healthy
//
// in the combination that the type of each robot states. The velocity is the difference of positions over
// the step. Version 4 pays H also in the step in which the robot falls, version 5 does not. Actions are
// not clipped before the energy is counted; the motors clip them.
//
// A reset adds noise to the reference configuration, all coordinates first, then all velocities; the draws
// are those of the originals, so that a seed gives the same start.
//
// With the option reward=original, where there is one, an environment has a single objective: the reward
// of Gymnasium's robot of the same name and version, the method Original of its type.
//
// Ant, humanoid and reacher look at quantities of the last forward evaluation of the physics (see
// [mujoco.Data]), which for the Runge-Kutta rule belongs to its fourth stage, not to the state after the
// step. As in the originals, so do their velocities, contact forces and targets here; the states hold them.
//
// A state that explodes is put back to the reference configuration, at rest, in the middle of the step, as
// the original's engine does: the episode ends if that is not healthy, else it goes on with a jump. The
// number of times in the present episode is in the state (bad_states).
//
// Sources: MO-Gymnasium 1.3.2 and Gymnasium 1.4.0, folders envs/mujoco; the models are MuJoCo's and theirs.
package robots
