// Package cmorl is C-MORL: the discovery of a Pareto front by two-stage constrained policy
// optimisation (Liu, Pan, Xu, Song, You, Chen, Bian: "C-MORL: Multi-Objective Reinforcement
// Learning through Efficient Discovery of Pareto Front", ICLR 2025, arXiv 2410.02236).
//
// Stage 1 trains a few policies, each for a fixed linear preference. Stage 2 extends the front they
// leave: it takes the policies in its sparsest regions and improves one objective of each at a
// time, while the other objectives stay above thresholds. Every policy measured on the way may enter
// the archive; the archive is the answer, and for an unseen preference the member with the largest
// utility is used.
//
// The main loop is in cmorl.go and reads beside the paper's algorithm: initialise is stage 1,
// extend a round of stage 2. What an update of stage 2 does is a step, and every mode has its own.
//
// # Modes
//
// The paper has two steps, of interior-point (IPO) and of constrained policy optimisation (CPO). The
// published code (github.com/RuohLiuq/C-MORL, commit 67473b5) has another one.
//
//	ipo             the paper's IPO: barrier.go, path.go. Thresholds are slacks below the on-policy return at
//	                the start of a path, so that they also hold for returns that are not positive. The code's
//	                barrier is on the probability ratio.
//	cpo             the paper's CPO: cpo.go, for any number of constraints. The code has one for two
//	                objectives, which it never calls: its CPO runs are IPO runs.
//	reference-ipo   the step of the published code: step.go. It compares with no threshold, vanishes for
//	                negative returns, leaves out a sample in place of the objective, chains the paths of a
//	                policy, draws the same noise in every path and inherits learning rates that are near 0. As
//	                in the code, all of it; but steps are counted, time limits bootstrapped, starts fresh and
//	                evaluations on seeds of their own, as everywhere here.
//	ipo-literal     the barrier written down minibatch by minibatch: step.go. An ablation.
//	projected       no barrier: the advantage is projected off objectives that come near their thresholds.
//	                Not in the paper: projected.go.
//	free-objective  stage 2 by plain PPO on one objective, thresholds watched and not enforced. An ablation.
//	warm-sum        the same on random weighted sums. An ablation.
//	stage1-only     the whole budget for stage 1. An ablation; ppo-lattice is the same as a baseline of its own.
//
// The columns infeasible and violation of a run tell for every mode how many updates of stage 2 began with
// an objective below its threshold, and by how many slacks the worst one lay below in the mean over all
// updates.
//
// # Deviations from the published code
//
// These hold for every mode. All steps of all environment copies count (the code's budgets are an eighth of
// what it takes: preset as-run). An episode that a time limit ends is valued on, where the code drops the
// transition. Training starts are fresh, where the code restarts every copy from one seed; evaluation has
// other ones, and the result is measured again on seeds that selection never saw. Of equal value vectors the
// archive keeps one. When every member of the archive was extended once, selection begins anew. Stage-1
// learning rates, networks, normalisation, advantages in raw units and the cut of the archive are the code's.
//
// Beside the paper's one path per objective there are paths for preferences (setting directions), and beside
// its slack β other forms (slack): direction.go. Directions by gain choose preferences by a bound on what the
// archive may lack (gain.go); slacks by spacing put thresholds where the nearest neighbours are.
package cmorl
