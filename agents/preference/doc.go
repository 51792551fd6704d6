// Package preference learns what somebody wants from answers to the question which of two segments of
// behaviour is better.
//
// A [Dataset] holds answered questions, [Pair]. A [Statistic] is what is compared of two segments, and an [Answerer]
// simulates somebody who compares it. A [Learner] fits a [Model] to a data set.
//
// Rewards are linear: r = w · φ with the reward vector φ of an environment, so that the learned w is the user's
// weights of the objectives.
//
// Sources: Knox, Hatgis-Kessell, Booth, Niekum, Stone & Allievi, "Models of human preference for learning
// reward functions", TMLR 2024 (regret against partial return); Knox et al., "Learning Optimal Advantage from
// Preferences and Mistaking it for Reward", AAAI 2024 (advantage).
package preference
