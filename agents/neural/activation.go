package neural

import "github.com/paretolab/paretolab/internal/kern"

// Activation is the function between layers.
type Activation string

// The activations.
const (
	Tanh     Activation = "tanh"
	ReLU     Activation = "relu"
	Identity Activation = "identity" // the network is linear
)

func (a Activation) known() bool { return a == Tanh || a == ReLU || a == Identity }

// apply replaces z by the activation of z.
func (a Activation) apply(z []float32) {
	switch a {
	case Tanh:
		kern.Tanh(z)
	case ReLU:
		kern.ReLU(z)
	}
}

// gradient multiplies d by the derivative at the place where the activation's value is h.
func (a Activation) gradient(d, h []float32) {
	switch a {
	case Tanh:
		kern.TanhGrad(d, h)
	case ReLU:
		kern.ReLUGrad(d, h)
	}
}
