// Package mujoco computes the motion of jointed bodies as MuJoCo does, for the subset that the robots of
// Gymnasium and MO-Gymnasium need, in plain Go.
package mujoco
