// Package pql is Pareto Q-learning (Van Moffaert & Nowé: "Multi-Objective Reinforcement Learning using
// Sets of Pareto Dominating Policies", Journal of Machine Learning Research 15, 2014): a table that
// holds, for every state and action, the set of all non-dominated returns from there. It learns the
// whole Pareto front of a deterministic environment with few states at once, concave parts included.
//
// Learned sets are turned into policies by tracking: a policy remembers the return it still has to
// reach, and takes the action whose set comes nearest.
package pql
