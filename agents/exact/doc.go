// Package exact computes true Pareto fronts, against which every learner can be measured.
//
// [Front] works on environments that offer a finite model ([envs.Model]), by set-valued dynamic
// programming; [CoverageSet] finds what of it linear weights need, for stochastic models by
// optimistic linear support. For an environment without a model whose attainable front is documented
// ([envs.KnownFront]) they return that, named as the lower bound that it is. [CCS] and [LinearLimit]
// say what of a front linear weights can find.
package exact
