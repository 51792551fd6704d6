// Package exact computes true Pareto fronts, against which every learner can be measured.
//
// [Front] works on environments that offer a finite model ([envs.Model]) with deterministic
// transitions, by set-valued dynamic programming. For an environment without a model whose
// attainable front is documented ([envs.KnownFront]) it returns that, named as the lower bound
// that it is. [CCS] and [LinearLimit] say what of a front linear weights can find.
package exact
