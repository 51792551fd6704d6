// Package stats compares algorithms by the scores of their runs: point estimates with bootstrap
// intervals, tests, effect sizes and rankings.
//
// # Conventions
//
// A score is one number of one run on one task, for example the hypervolume ratio that a seed
// reached in an environment. More is better; negate costs. [Scores] are the scores of one
// algorithm: a matrix whose columns are named tasks and whose rows are runs. Functions of two
// algorithms want the same tasks in the same order, with any number of runs each. Functions that
// rank many algorithms take a table with one row per task and one column per algorithm.
//
// Invalid input is an error, never a number: NaN, infinities, shapes that do not fit, too few runs.
// The error is an [*InputError]; it names the place, counting from 0, and answers errors.Is to one
// of the Err… values. No function panics or modifies its input, and all are safe for concurrent use.
//
// Point estimates and effect sizes exist from one run on. Intervals and tests need [MinRuns],
// because fewer runs say nothing about their spread: that is [ErrTooFew]. Report the number of runs
// beside every figure.
//
// Random resamples depend on [Options].Seed alone: the same seed gives the same bits for any
// number of workers.
//
// # Which function answers which question
//
//	How good is the algorithm?                         IQM, Mean, Median, OptimalityGap (each .Of)
//	… and how sure is that?                            BootstrapCI
//	How often does it score above a threshold?         Profile, ProfileCI
//	How likely does a run of X beat one of Y?          ProbImprovement, ProbImprovementCI
//	By how much is X better than Y?                    DifferenceCI
//	Do runs of X and Y differ, on one task?            MannWhitney
//	Do paired scores differ?                           Wilcoxon
//	How large is the difference, in ranks?             A12, CliffsDelta
//	Which of many p-values count?                      Holm
//	Could any outcome be significant?                  SmallestP
//	Do k algorithms differ over many tasks?            Friedman
//	… and which of them?                               NemenyiCD, GroupsByCD, GroupsByWilcoxon
//	How to compare runs of different length?           CommonGrid, Align
//
// # What is not offered
//
// Student's and Welch's t-tests: returns of learned policies are seldom near normal, and a handful
// of runs cannot show that they are (Agarwal, Schwarzer, Castro, Courville & Bellemare 2021). The
// bias-corrected bootstrap: its correction is itself estimated, badly from few runs.
package stats
