// Package preference learns what somebody wants from answers to the question which of two segments of
// behaviour is better.
//
// A [Dataset] holds answered questions, [Pair]. A [Statistic] is what is compared of two segments, and an [Answerer]
// simulates somebody who compares it. A [Learner] fits a [Model] to a data set.
//
// Rewards are linear: r = w · φ with the reward vector φ of an environment, so that the learned w is the user's
// weights of the objectives. A [World] is the exact model in which segments take place.
//
//   - [Partial] compares what segments gained; [RegretExact] and [RegretSF] what they lost against the best, with exact
//     values and with those of a set of policies; [Tabular] and [Networks] learn advantages without planning.
//   - [Laplace], [Particles] and [MapSimplex] say how sure they are, or keep weights on the simplex.
//   - [PAL] learns several users at once, [GPM] cyclic preferences, [Robust] from flipped answers, [Lists] from orders and
//     [CPL] a policy without a reward; [Rejection] trains one policy for every [Direction] of wishes, and [Selection]
//     chooses among neighbouring directions; [Tournament] finds the winner of votes that go round in circles.
//   - [User] answers without noise, with it, with lapses, flips and a threshold; [World.Teacher] are the users of B-Pref.
//   - [Reader], [Dataset.WriteJSONLines] and [Dataset.WriteCSV] are files of answers, version 1; [People] answers of
//     real people.
//   - [Scale] measures policies by exact planning; [TableConfig] compares learners over boards.
//
// Data sets that say little: repeated answers count as often as they are given, answers that contradict each other
// pull both ways, and what answers do not determine stays where the learner starts or, with regularisation, at 0.
// Weights are always finite.
//
// Sources: Knox, Hatgis-Kessell, Booth, Niekum, Stone & Allievi, "Models of human preference for learning
// reward functions", TMLR 2024 (regret against partial return); Knox et al., "Learning Optimal Advantage from
// Preferences and Mistaking it for Reward", AAAI 2024 (advantage).
package preference
