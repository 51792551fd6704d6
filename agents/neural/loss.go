package neural

// The loss terms of proximal policy optimisation (Schulman et al. 2017), one sample at a time in
// float64, each with its derivative. With the gradients of the heads they are all that is
// differentiated by hand above the network outputs.

// Surrogate is the clipped objective, to be maximised,
//
//	min(ρA, clip(ρ, 1-c, 1+c) A)
//
// of the probability ratio ρ = p(a)/p_old(a) and the advantage A, and its derivative by ln p(a).
func Surrogate(ratio, advantage, clip float64) (value, dlogp float64) {
	free := ratio * advantage
	clipped := min(max(ratio, 1-clip), 1+clip) * advantage
	if free <= clipped {
		return free, free
	}
	return clipped, 0
}

// ClippedValue is the value loss, to be minimised,
//
//	½ max((V - R)², (V_old + clip(V - V_old, -c, c) - R)²)
//
// of the value V, the value old = V_old at the time of the rollout and the target R, and its
// derivative by V.
func ClippedValue(v, old, target, clip float64) (loss, dv float64) {
	e := v - target
	step := min(max(v-old, -clip), clip)
	clipped := old + step - target
	switch {
	case e*e >= clipped*clipped:
		return 0.5 * e * e, e
	case step == v-old: // not clipped, but rounded otherwise
		return 0.5 * clipped * clipped, clipped
	}
	return 0.5 * clipped * clipped, 0
}
