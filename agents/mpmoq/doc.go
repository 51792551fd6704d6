// Package mpmoq is multi-policy multi-objective Q-learning: an outer loop chooses weights, an inner one
// learns, by Q-learning on vectors (Van Moffaert, Drugan & Nowé: "Scalarized Multi-Objective Reinforcement
// Learning", ADPRL 2013), the policy that is best for them, beginning with the table of the best policy so
// far. Weights come from optimistic linear support (Roijers, Whiteson & Oliehoek 2015), from generalised
// policy improvement (Alegre, Bazzan, Roijers, Nowé & da Silva: "Sample-Efficient Multi-Objective Learning
// via Generalized Policy Improvement Prioritization", AAMAS 2023), or by chance.
//
// With Dyna, a table of what followed each step so far is learned from once more after every step: by chance, or
// first where the best of all tables would change most, with the priorities of the same paper.
//
// With linear weights it finds the convex coverage set of an environment with few states, however random:
// of a concave front the ends only.
package mpmoq
