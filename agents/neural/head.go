package neural

import "math/rand/v2"

// Real is the number type of network outputs, actions and their gradients: float32 in training,
// float64 where tests need the digits. Sums, exponentials and log-probabilities are float64 in both.
type Real interface{ float32 | float64 }

// A Head reads a row of network outputs as a distribution over actions: [Categorical] for discrete
// and multi-discrete actions, [Gaussian] for continuous ones. It holds one distribution at a time:
// Set it, then ask. Actions are rows of numbers; discrete ones are indices from 0. A head serves one
// goroutine and allocates only when it is made.
type Head[T Real] interface {
	// Outputs is the number of network outputs that the head reads.
	Outputs() int
	// Actions is the number of components of an action.
	Actions() int
	// Set makes the distribution that of a row of Outputs numbers. The head keeps the row and
	// reads it again, so it must not change while the distribution is in use.
	Set(row []T)
	// Sample draws an action.
	Sample(action []T, rng *rand.Rand)
	// Mode writes the most likely action, of equally likely ones that with the lowest indices.
	Mode(action []T)
	// LogProb is the logarithm of the action's probability, or density.
	LogProb(action []T) float64
	// Entropy is that of the whole action, in nats.
	Entropy() float64
	// AddGradient adds the gradient of dlogp·LogProb(action) + dentropy·Entropy by the network
	// outputs to d.
	AddGradient(d, action []T, dlogp, dentropy float64)
	// Divergence is the Kullback-Leibler divergence KL(this ‖ other), in nats, from another head of
	// the same kind and shape.
	Divergence(other Head[T]) float64
	// AddFisher adds scale·F·v to d, where F is the Fisher information of the distribution by the
	// network outputs: to second order, a change v of them makes a divergence of ½ v'Fv.
	AddFisher(d, v []T, scale float64)
}
