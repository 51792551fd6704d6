// Package pareto measures sets of value vectors: which of them are worth having, and how good the
// set is as a whole. It filters and ranks, computes hypervolumes exactly, keeps archives, has the
// indicators of the literature, and describes fronts across seeds. Package pareto/stats compares the
// numbers of several runs.
//
// # Conventions
//
// A [Front] is n rows of M float64 values in one row-major slice. Objectives are maximised, as
// the returns of a policy are; [Options].Dir names those to minimise where a function takes
// options, and elsewhere their sign has to be flipped first. No function modifies its input.
//
// Invalid input is an error, never a number: NaN, infinities, wrong lengths and, where a mean or
// an extreme of no rows would be asked for, empty sets. So is a result beyond float64. The error
// is an [*InputError]; it names row and objective, counting from 0, and answers errors.Is to one
// of the Err… values. An ended context gives its own error. An empty front has hypervolume 0 and no
// non-dominated rows. Up to 64 objectives; 16 for an exact hypervolume.
//
// Nothing panics, whatever the input. Functions with an error result return one; what the others
// do with input that makes no sense is part of their definition:
//
//	Dominates, WeaklyDominates, StronglyDominates    false for different lengths or NaN
//	Crowding, Sparsity                               see there for values that are not finite
//	Front.Row, Archive.Payload                       nil for an index of nothing
//	Front.Append, Front.Select                       a front that every check refuses, see Front
//	Lattice, LatticeSize                             no rows
//	PublishedReference                               nil
//	Knees.Top                                        as many as there are
//
// Beyond that only the rules of Go hold: the methods of a nil pointer to an archive or [Workspace]
// panic, a slice may be indexed within its length only, and a [Utility] may do what it likes.
//
// There are no tolerances: values are compared as they are, -0 equals +0, and a copy does not
// dominate its original. The same input gives the same result, bit for bit, for any number of
// workers; randomness comes from a seed. Functions are safe for concurrent use; a [Workspace] and an
// [Archive] are not.
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
//	… than all rows of a front?                       DominatedBy
//	Which rows are worth keeping?                     NonDominated, against another front FilterAgainst
//	… in which order?                                 Rank, within a rank Crowding
//	… while they arrive one by one?                   NewUnboundedArchive
//	… if there is room for so many?                   NewCrowdingArchive, NewDistanceArchive, NewGridArchive,
//	                                                  NewHypervolumeArchive, NewMultilevelArchive
//	… at a precision, or for given preferences?       NewEpsilonArchive, NewReferenceArchive
//	… across processes?                               SaveArchive, LoadArchive
//	How do I make a front?                            NewFront
//
//	How much of the objective space is reached?       Hypervolume (reference point: RefFromNadir)
//	… as a share of what a known front reaches?       HVRatio, RelativeHypervolume
//	… with objectives of very different scale?        LogHypervolume
//	… as published tables have it?                    PublishedHypervolume, PublishedReference
//	… exactly if time allows, else between bounds?    HypervolumeWithin
//	… if the exact value takes too long?              HypervolumeBracket (certain), HypervolumeApprox (an
//	                                                  interval), HypervolumeFPRAS (a proved bound)
//	What does each row add, which adds least?         Contributions, LeastContributor
//	What would a new row add?                         Exclusive
//	Which k rows keep most of it?                     SelectHV
//
//	What does a user with a linear preference get?    ExpectedUtility
//	… in the worst case, at the quantiles?            MinUtility, UtilityQuantiles
//	… and lose against a known front?                 MaxUtilityLoss, MeanUtilityLoss, MaxUtilityLossNormalized
//	How far behind the ideal point are users?         R2, R2Sum, for all weights at once R2Exact
//	Which preferences to ask?                         Lattice (LatticeSize), TwoLayerLattice, RieszWeights,
//	                                                  UniformWeights, GaussianWeights, ExtremaWeights, CMORLGrid
//	Which rows does some linear preference choose?    ConvexCoverageSet, in a tie WeaklySupported
//	… which preference, and how many of them?         SupportWeight, CornerWeights, NewLinearSupport,
//	                                                  WinShares
//
//	How near is the set to a known front?             GDPlus, GD, GDVanVeldhuizen
//	How well does it cover a known front?             IGDPlus, IGD, Coverage
//	… in both directions?                             AveragedHausdorff
//	By how much is it behind at its worst place?      EpsAdditive, EpsMultiplicative
//	How many different rows are there?                Cardinality, CardinalityRatio
//	How evenly is it spread, where is it thin?        Sparsity, SparsityNormalized, Spacing, SpacingPopulation,
//	                                                  Spread, GeneralizedSpread, Crowding
//	What is the range of each objective?              Ideal, Nadir, Extent
//	Which of several sets dominates which?            DominanceMatrix, Coverage
//
//	What does a run attain, usually or always?        AttainmentSurface, AttainedCounts
//	Where do two algorithms differ?                   AttainmentDifference
//	What is the mean front, and the spread about it?  Vorobev
//
//	Which rows are the best compromises?              HyperplaneKnees, MarginalUtilityKnees, BendAngleKnees
//	… the nearest to the ideal, the extremes?         NearestToIdeal, IdealDistances, ExtremeRows
//	… the nearest to what somebody aspires to?        Achievements
//	Which few rows stand for all?                     Representatives
//	What is given up for what?                        Tradeoffs, over all rows Correlation
//
// If a set weakly dominates another, and every row is better than the reference point,
// [Hypervolume] and [HVRatio] are larger unless the sets reach equally far. [IGDPlus],
// [EpsAdditive], [EpsMultiplicative] and the utilities are never worse for the dominating set,
// but can be equal. [Sparsity], [Crowding], [Spacing], [Spread], [GeneralizedSpread], [GD], [GDPlus] and
// [IGD] can be worse.
//
// # What it costs
//
// For n rows of m objectives; k rows are kept or fronts told apart, s rows survive, w weights, R sets.
//
//	function                         objectives  algorithm                         cost
//	NonDominated                     1 to 3      sort, sweep with a staircase      n log n
//	                                 4 to 6      k-d tree                          a little more than n log n
//	                                 from 7      sorted by sum, bit masks          n·s·m, most of it skipped
//	Rank                             1, 2        patience sorting                  n log n
//	                                 3           a staircase per front             n log n log k
//	                                 from 4      bisection with masks, k-d tree    up to n²·m, usually n log n
//	Hypervolume                      1, 2        sort, sweep                       n log n
//	                                 3           sweep with a staircase            n log n
//	                                 4           sweep of exclusive volumes        up to n², usually n^1.5
//	                                 5 to 16     recursion over clipped boxes      exponential in m
//	Contributions                    2, 3        sweep                             n log n, for a curve n²
//	                                 4 to 16     one clipped box per row           n small hypervolumes
//	Exclusive                        to 16       one clipped box                   a small hypervolume
//	SelectHV                         to 16       lazy greedy                       n·k scans, few boxes measured
//	                                 2           dynamic programme, exact          n log n + n·k
//	HypervolumeWithin                to 16       Hypervolume, then HypervolumeBracket  at most the work of both
//	HypervolumeBracket               to 16       splits the largest open box       until narrow enough
//	HypervolumeApprox                to 64       randomised quasi-Monte-Carlo      samples·n·m
//	HypervolumeFPRAS                 to 64       Karp, Luby & Madras               n/ε²·ln(1/δ)
//	GD, IGD, GDPlus, IGDPlus         any         k-d tree                          n log n, for many m n²·m
//	EpsMultiplicative                any         k-d tree                          n log n, for many m n²·m
//	EpsAdditive                      any         words of lanes, neighbours first  n times part of n
//	Spacing, GeneralizedSpread       any         k-d tree                          n log n, for many m n²·m
//	Crowding, Sparsity               any         sort                              m·n log n
//	ExpectedUtility, R2, WinShares   any         definition                        w·n·m
//	R2Exact, Spread                  2           sort, sweep                       n log n
//	Coverage, FilterAgainst          to 64       k-d tree                          a little more than n log n
//	DominanceMatrix                  any         definition                        (R·n)²·m
//	ConvexCoverageSet                2           monotone chain                    n log n
//	                                 from 3      a linear programme per row        n·(a few m)·(n·m + m²)
//	LinearSupport, a vector          to 16       a linear programme per corner     many for large m
//	AttainmentSurface                2           sweep                             n log n + n·R
//	                                 3           the plane at each height          up to n²·R
//	AttainedCounts                   any         definition                        n·m per point
//	Lattice, UniformWeights          any         definition                        m per row
//	RieszWeights                     any         Adam                              1000 steps of w²·m
//	UnboundedArchive, an insertion   to 64       k-d tree with masks               usually log n, for many m n
//	other archives, an insertion     to 64       bit masks                         n, and more when full
//
// Of a million rows of three objectives filter, ranks, crowding, hypervolume and contributions take at most
// about half a second each, the nearest neighbours of all of them two seconds, an archive that keeps them all
// about ten. The figures measured against other code stand in BENCHMARKS.md.
//
// # What it does not offer
//
//   - A default reference point: a hypervolume without the one it was measured from means nothing.
//   - Tolerances in comparisons, but for [ArchiveOptions]: with them dominance is not transitive.
//   - Exact hypervolumes above 16 objectives, where only estimates end in time.
//   - A convex hull: it needs rows in general position, and time exponential in m. [ConvexCoverageSet]
//     has what linear preferences choose, and [SupportWeight] the weights.
//   - Attainment surfaces of more than three objectives, which have too many corners; [AttainedCounts]
//     answers for given points.
//   - Normalisation behind the caller's back: those that need a scale, [SparsityNormalized] or
//     [LogHypervolume], take it as an argument, to be reported with the value.
//   - Optimisers: it says which vectors to keep, not how to find better ones.
package pareto
