// Package pgmorl is prediction-guided multi-objective reinforcement learning (Xu, Tian, Ma, Rus,
// Sueda, Matusik: "Prediction-Guided Multi-Objective Reinforcement Learning for Continuous Robot
// Control", ICML 2020), the evolutionary baseline for Pareto fronts of two or three objectives.
//
// A warm-up trains one policy for every preference of a lattice. Then generations follow: a
// population keeps the best policies in every direction of objective space; from what training with a
// preference has changed so far, near where a policy is, it is predicted what each policy would become
// with each of several preferences; the pairs of policy and preference whose predictions add most to
// the front are trained.
//
// The main loop is in pgmorl.go. Three things differ from the published code
// (github.com/mit-gfx/PGMORL, commit 71fd9ac): directions and relative distances are measured from the
// reference point, not from 0, so that objectives may be negative; the budget counts the steps of all
// tasks, there of one; and every minute a checkpoint can be saved.
package pgmorl
