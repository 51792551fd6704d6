// Package pareto measures sets of value vectors: which of them are worth having, and how good the
// set is as a whole.
//
// # Conventions
//
// A [Front] is n rows of M float64 values in one row-major slice. Objectives are maximised, as
// the returns of a policy are; [Options].Dir names those to minimise where a function takes
// options, and elsewhere their sign has to be flipped first. No function modifies its input.
//
// Invalid input is an error, never a number: NaN, infinities, wrong lengths and, where a mean or
// an extreme of no rows would be asked for, empty sets. The error is an [*InputError]; it names
// row and objective, counting from 0, and answers errors.Is to one of the Err… values. An empty
// front has hypervolume 0 and no non-dominated rows. [Crowding] and [Sparsity] return no error: they
// expect finite values. A violated precondition that only a program
// can cause, such as Dominates on vectors of different length, panics.
//
// There are no tolerances: values are compared as they are, -0 equals +0, and a copy does not
// dominate its original. The same input gives the same result, bit for bit, for any number of
// workers. Functions are safe for concurrent use; a [Workspace] is not.
//
// Indicators take the sets they are given. Those that dominated rows or copies can change,
// [Sparsity], [Crowding], [GD], [GDPlus] and [IGD], are usually reported of
//
//	idx, err := pareto.NonDominated(f)
//	f = f.Select(idx)
//
// # Which function answers which question
//
//	Is this vector better than that one?              Dominates, WeaklyDominates, StronglyDominates
//	Which rows are worth keeping?                     NonDominated
//	How much of the objective space is reached?       Hypervolume (reference point: RefFromNadir)
//	… as a share of what a known front reaches?       HVRatio
//	What does a user with a linear preference get?    ExpectedUtility, in the worst case MinUtility
//	… and lose against a known front?                 MaxUtilityLoss
//	Which preferences to ask?                         Lattice
//	How near is the set to a known front?             GDPlus, GD
//	How well does it cover a known front?             IGDPlus, IGD
//	By how much is it behind at its worst place?      EpsAdditive, EpsMultiplicative
//	How evenly is it spread, where is it thin?        Sparsity, Crowding
//	What is the range of each objective?              Ideal, Nadir
//
// If a set weakly dominates another, and every row is better than the reference point,
// [Hypervolume] and [HVRatio] are larger unless the sets reach equally far. [IGDPlus],
// [EpsAdditive], [EpsMultiplicative] and the utilities are never worse for the dominating set,
// but can be equal. [Sparsity], [Crowding], [GD], [GDPlus] and [IGD] can be worse.
package pareto
