// Package exact computes true Pareto fronts, against which every learner can be measured, and policies
// that attain their points.
//
// On the finite model of an environment ([envs.Model]) there are
//
//   - set-valued dynamic programming with dominance pruning: [Front], for any problem, and
//     [FrontWithin], to a tolerance, for those whose front is too large;
//   - scalarised dynamic programming, value iteration for given linear weights: [Scalarised];
//   - optimistic linear support over it: [CoverageSet], which also serves where chance makes the front
//     too large, and [LinearSupport] for any other solver of scalarised problems;
//   - linear programs for the convex coverage set of a list of points: [CCS], and [LinearLimit], which
//     says what of a front linear weights can find;
//   - breadth-first search, where sooner is better: [BreadthFirst];
//   - shortest paths, where all steps only cost: [ShortestPath].
//
// For a problem without a model whose attainable front is documented ([envs.KnownFront]) Front and
// CoverageSet return that, named as the lower bound that it is: minecart, whose drives come from a
// shortest-path search in the simulator, and four-room, whose tours come from optimistic linear support
// over states of collected items.
//
// A point comes with a [Policy]. [Replay] plays it, [Evaluate] works out its value on the model and
// [Simulate] estimates it.
//
// # Fronts published elsewhere
//
// The fronts that MO-Gymnasium 1.3.2 returns from pareto_front and convex_coverage_set differ:
//
//   - resource-gathering: all values are one factor γ too small, since the first reward is discounted;
//     and the tour of 18 steps that brings both resources home without risk, (0, γ¹⁷, γ¹⁷), is missing. At
//     discount 1 it is worth (0, 1, 1), which dominates everything listed.
//   - minecart: a heuristic from idealised drives, neither an upper nor a lower bound. Real drives reach
//     (0.75, 0.75, −0.86) where it has −0.88, and (1.5, 0, −0.96) where it has −1.00; its (0, 0, −0.26)
//     cannot be reached, the best is −0.30. For random yields it takes means of draws above 0, where the
//     environment counts those below as 0, which doubles the ore of mean 0. Its coverage set is a convex
//     hull with points that no weights w ≥ 0 choose.
//   - deep-sea-treasure: not filtered for dominance at discounts below 1; at 0.9 three of ten points
//     remain.
package exact
