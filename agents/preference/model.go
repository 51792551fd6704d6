package preference

import (
	"context"
	"math"
)

// Model is a fitted preference model.
type Model interface {
	// Utility is f(σ): of two segments, that of higher utility is preferred more often.
	Utility(s *Segment) float64
	// P is the probability that a is preferred to b.
	P(a, b *Segment) float64
	// Params are the fitted parameters; for a linear reward its weights, one per objective.
	Params() []float64
}

// Posterior is the optional capability of a [Model] to say how sure it is.
type Posterior interface {
	// Mean and covariance (m × m, row-major) of the parameters.
	Mean() []float64
	Covariance() []float64
}

// Recorder is told the loss of each epoch of a fit, before its step. It may be nil.
type Recorder func(epoch int, loss float64)

// Learner fits a model to answers.
type Learner interface {
	// Fit returns the model of a data set. It returns the context's error when that ends, and an error that says why
	// if the answers do not determine a model.
	Fit(ctx context.Context, d *Dataset, record Recorder) (Model, error)
}

// Logistic is λ(z) = 1 / (1 + e^−z).
func Logistic(z float64) float64 {
	if z >= 0 {
		return 1 / (1 + math.Exp(-z))
	}
	e := math.Exp(z)
	return e / (1 + e)
}

// Softplus is ln(1 + e^z), without overflow.
func Softplus(z float64) float64 {
	if z > 0 {
		return z + math.Log1p(math.Exp(-z))
	}
	return math.Log1p(math.Exp(z))
}

// CrossEntropy is the loss of an answer y ∈ [0, 1] whose log-odds are z: softplus(z) − y z, in nats. Its
// derivative is λ(z) − y.
func CrossEntropy(z, y float64) float64 { return Softplus(z) - float64(y*z) }
