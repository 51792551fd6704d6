// Package ppo trains one policy with a vector-valued critic by proximal policy optimisation
// (Schulman et al. 2017) in its multi-objective form: one advantage per objective, combined by
// weights at the moment of the update. Algorithms that search for a Pareto front, such as C-MORL,
// drive many such learners.
//
// Actions may be continuous, discrete or multi-discrete. An episode that a time limit cuts off is valued
// on by the critic at its final observation.
//
// Beside [Learner.Update] there are what constrained methods need: terms added to the objective of every
// minibatch ([Learner.UpdateWith]), and steps of the whole actor in a trust region ([TrustRegion]).
// A learner can also begin as a copy of another policy ([Learner.Demonstrate], [Learner.Imitate]).
//
// A [Learner] owns everything it touches: environments, buffers, optimiser, statistics and random
// streams. So learners run side by side without locks and give the same bits on any number of
// workers. A rollout step, a minibatch and an update allocate nothing.
package ppo
