package preference

import (
	"context"
	"fmt"
	"math"
)

// Partial learns a linear reward from the partial returns of the segments: z = w · (φ(σ₁) − φ(σ₂)). The loss is
// convex. Noiseless answers can be separated but for ties, so that without regularisation the optimum lies at
// infinity and the weights are those at which the optimiser stops. The zero value is Newton's method.
type Partial struct {
	// Adam takes gradient steps without regularisation, as the published scripts do, instead of Newton's method.
	Adam bool
	// L2 is l₂ of the term (l₂/2) |w|² that Newton's method adds to the loss. Zero means 0.01.
	L2 float64
	// Rate and Epochs of Adam. Zero means 2 and 30 000.
	Rate   float64
	Epochs int
	// Best returns the weights of the lowest loss instead of the last.
	Best bool
}

var _ Learner = Partial{}

// tolerance of the norm of the gradient.
const gradientTolerance = 1e-10

// Fit implements [Learner].
func (l Partial) Fit(ctx context.Context, d *Dataset, record Recorder) (Model, error) {
	r, err := newRows(d, false, 0)
	if err != nil {
		return nil, fmt.Errorf("partial return: %w", err)
	}
	if !l.Adam {
		return l.newton(r, record)
	}
	fit := descent{rate: orDefault(l.Rate, 2), epochs: orDefault(l.Epochs, 30000), last: !l.Best, start: make([]float64, r.m)}
	if err := fit.run(ctx, record, func(w, g []float64) float64 { return r.linearLoss(r.x, w, g) }); err != nil {
		return nil, err
	}
	return &Reward{PartialReturn{fit.w}, fit.w, fit.loss, fit.epochs}, nil
}

// newton is Newton's method with steps halved until the objective falls.
func (l Partial) newton(r *rows, record Recorder) (Model, error) {
	l2 := orDefault(l.L2, 0.01)
	m := r.m
	w, g, try := make([]float64, m), make([]float64, m), make([]float64, m)
	hessian := make([]float64, m*m)
	steps := 0
	for ; steps < 200; steps++ {
		loss := r.linearLoss(r.x, w, g)
		objective := loss + l2/2*dot(w, w)
		if record != nil {
			record(steps+1, loss)
		}
		for j := range g {
			g[j] += l2 * w[j]
		}
		if math.Sqrt(dot(g, g)) <= gradientTolerance {
			break
		}
		r.hessian(w, l2, hessian)
		copy(try, g)
		if err := solvePositive(hessian, try); err != nil {
			return nil, fmt.Errorf("partial return: %w", err)
		}
		step := append([]float64(nil), try...)
		decrease := dot(g, step)
		improved := false
		for t := 1.0; t > 1e-10; t /= 2 {
			for j := range try {
				try[j] = w[j] - t*step[j]
			}
			if r.linearLoss(r.x, try, g)+l2/2*dot(try, try) <= objective-1e-4*t*decrease {
				improved = true
				break
			}
		}
		if !improved {
			// Rounding hides the decrease: the full step is as good as any.
			for j := range try {
				try[j] = w[j] - step[j]
			}
			copy(w, try)
			break
		}
		copy(w, try)
	}
	return &Reward{PartialReturn{w}, w, r.linearLoss(r.x, w, g), steps}, nil
}

// hessian writes Σ count λ (1 − λ) x xᵀ + l₂ I.
func (r *rows) hessian(w []float64, l2 float64, h []float64) {
	m := r.m
	clear(h)
	for k := range r.count {
		row := r.x[k*m:][:m]
		lambda := Logistic(dot(row, w))
		c := r.count[k] * lambda * (1 - lambda)
		for i, a := range row {
			for j, b := range row[:i+1] {
				h[i*m+j] += c * a * b
			}
		}
	}
	for i := range m {
		h[i*m+i] += l2
		for j := range i {
			h[j*m+i] = h[i*m+j]
		}
	}
}

// solvePositive replaces b by A⁻¹ b for a symmetric positive definite A, n × n, by Cholesky's decomposition, which
// it leaves in the lower triangle of A.
func solvePositive(a, b []float64) error {
	n := len(b)
	for i := range n {
		for j := range i + 1 {
			sum := a[i*n+j]
			for k := range j {
				sum -= float64(a[i*n+k] * a[j*n+k])
			}
			if i != j {
				a[i*n+j] = sum / a[j*n+j]
				continue
			}
			if !(sum > 0) {
				return fmt.Errorf("the curvature of the loss is singular; regularise it")
			}
			a[i*n+i] = math.Sqrt(sum)
		}
	}
	for i := range n {
		for k := range i {
			b[i] -= float64(a[i*n+k] * b[k])
		}
		b[i] /= a[i*n+i]
	}
	for i := n - 1; i >= 0; i-- {
		for k := i + 1; k < n; k++ {
			b[i] -= float64(a[k*n+i] * b[k])
		}
		b[i] /= a[i*n+i]
	}
	return nil
}

// orDefault is x, or what zero stands for.
func orDefault[T comparable](x, usual T) T {
	var zero T
	if x == zero {
		return usual
	}
	return x
}

// descent takes steps of Adam on the whole data set from a start.
type descent struct {
	rate   float64
	epochs int
	last   bool // return the last weights instead of those of the lowest loss
	start  []float64

	w    []float64 // what is returned
	loss float64   // at w
}

// checkEvery is how many epochs pass between looks at the context.
const checkEvery = 64

// run descends. The loss is a function of the weights that also writes its gradient. Weights are taken before each step
// and, where the last are asked for, after all of them.
func (d *descent) run(ctx context.Context, record Recorder, loss func(w, gradient []float64) float64) error {
	w, g := append([]float64(nil), d.start...), make([]float64, len(d.start))
	optimiser := newAdam(len(w), d.rate)
	d.w, d.loss = make([]float64, len(w)), math.Inf(1)
	for epoch := range d.epochs {
		if epoch%checkEvery == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		value := loss(w, g)
		if record != nil {
			record(epoch+1, value)
		}
		if value < d.loss {
			d.loss = value
			copy(d.w, w)
		}
		optimiser.step(w, g)
	}
	if d.last || d.epochs == 0 {
		copy(d.w, w)
		d.loss = loss(w, g)
	}
	return nil
}
