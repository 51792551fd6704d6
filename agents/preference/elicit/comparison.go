package elicit

import (
	"math"

	"github.com/paretolab/paretolab/agents/preference"
)

// comparison is how a pair is answered, given the difference z = β (U₁ − U₂):
//
//	threshold d    P(first) = λ(z − d),  P(second) = λ(−z − d),  P(same) = the rest
//	ties ν > 0     P(first) : P(second) : P(same) = e^(z/2) : e^(−z/2) : ν
//
// The second is the model of Davidson, "On extending the Bradley-Terry model to accommodate ties in paired comparison
// experiments", JASA 65 (1970). With d = 0 and ν = 0 an answer "same" counts as half an answer each.
type comparison struct{ threshold, ties float64 }

// hasSame reports whether "same" is an answer with a probability of its own.
func (c comparison) hasSame() bool { return c.threshold > 0 || c.ties > 0 }

// first is P(first); P(second) is that of −z.
func (c comparison) first(z float64) float64 {
	if c.ties == 0 {
		return preference.Logistic(z - c.threshold)
	}
	if z < 0 {
		e := math.Exp(z / 2)
		return e * e / (1 + e*e + c.ties*e)
	}
	e := math.Exp(-z / 2)
	return 1 / (1 + e*e + c.ties*e)
}

// same is P(same).
func (c comparison) same(z float64) float64 {
	if !c.hasSame() {
		return 0
	}
	return max(0, 1-c.first(z)-c.first(-z))
}

// entropy is that of the answer, in nats.
func (c comparison) entropy(z float64) float64 {
	if !c.hasSame() {
		return preference.Softplus(z) - z*preference.Logistic(z)
	}
	return entropy3(c.first(z), c.first(-z))
}

// logLikelihood is that of a reply of a user with the utilities v, already multiplied by β.
func (c comparison) logLikelihood(r *reply, v []float64) float64 {
	if c.ties == 0 || len(v) != 2 {
		return r.logLikelihood(v, c.threshold)
	}
	z := v[0] - v[1]
	half := math.Abs(z) / 2
	e := math.Exp(-half)
	total := half + math.Log(1+e*e+c.ties*e) // ln(e^(z/2) + e^(−z/2) + ν)
	switch {
	case len(r.order) == 0:
		return math.Log(c.ties) - total
	case r.order[0] == 0:
		return z/2 - total
	}
	return -z/2 - total
}
