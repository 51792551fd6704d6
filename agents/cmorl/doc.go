// Package cmorl is C-MORL: the discovery of a Pareto front by two-stage constrained policy
// optimisation (Liu, Pan, Xu, Song, You, Chen, Bian: "C-MORL: Multi-Objective Reinforcement
// Learning through Efficient Discovery of Pareto Front", ICLR 2025, arXiv 2410.02236).
//
// Stage 1 trains a few policies, each for a fixed linear preference. Stage 2 extends the front they
// leave: it takes the policies in its sparsest regions and improves one objective of each at a
// time, while an interior-point barrier keeps the other objectives above thresholds. Every policy
// measured on the way may enter the archive; the archive is the answer, and for an unseen
// preference the member with the largest utility is used.
//
// The main loop is in cmorl.go and reads beside the paper's algorithm: initialise is stage 1,
// extend a round of stage 2. The constrained step is in path.go and barrier.go. Where the published
// code and the paper disagree, the doc comments say which is followed.
package cmorl
