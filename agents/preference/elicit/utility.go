package elicit

import (
	"math"
	"math/rand/v2"
)

// Family is a kind of utility u(y; θ) of scaled values y ∈ [0, 1]^m with parameters θ, which differ from
// user to user.
type Family struct {
	Name  string
	space space
	// Utility is u(y; θ).
	Utility func(theta, y []float64) float64
	// Where u = F(θ) · G(y) with few factors, sums over many θ are quick: so many factors for m objectives, F and G.
	rank    func(m int) int
	factor  func(theta, dst []float64)
	loading func(y, dst []float64)
}

// Families returns the families with parameters.
//
//	linear     u = w · y                     weights w on the simplex
//	chebyshev  u = −max_j w_j (1 − y_j)      the worst shortfall from the ideal point counts
//	ideal      u = −|y − q|²                 an ideal point q in the box of the front
//
// A linear user never wants a policy off the convex hull of the front; a Chebyshev user may.
func Families() []Family {
	return []Family{
		{Name: "linear", space: simplex{}, Utility: dot,
			rank:    func(m int) int { return m },
			factor:  func(theta, dst []float64) { copy(dst, theta) },
			loading: func(y, dst []float64) { copy(dst, y) }},
		{Name: "chebyshev", space: simplex{}, Utility: chebyshev},
		{Name: "ideal", space: cube{}, Utility: nearness,
			rank: func(m int) int { return m + 2 },
			factor: func(q, dst []float64) {
				dst[0], dst[1] = -dot(q, q), -1
				copy(dst[2:], q)
			},
			loading: func(y, dst []float64) {
				dst[0], dst[1] = 1, dot(y, y)
				for j, v := range y {
					dst[2+j] = 2 * v
				}
			}},
	}
}

// dot returns Σ a_j b_j.
func dot(a, b []float64) float64 {
	b = b[:len(a)]
	sum := 0.0
	for j, v := range a {
		sum += float64(v * b[j])
	}
	return sum
}

// chebyshev is −max_j w_j (1 − y_j).
func chebyshev(w, y []float64) float64 {
	worst := 0.0
	for j, v := range w {
		worst = max(worst, v*(1-y[j]))
	}
	return -worst
}

// nearness is −|y − q|².
func nearness(q, y []float64) float64 {
	sum := 0.0
	for j, v := range q {
		d := y[j] - v
		sum += float64(d * d)
	}
	return -sum
}

// space is where the parameters of a family lie, with coordinates in which they move freely.
type space interface {
	// free is the number of coordinates of m parameters.
	free(m int) int
	// draw fills θ from the prior.
	draw(random *rand.Rand, theta []float64)
	// coordinates maps parameters to coordinates, and parameters the other way.
	coordinates(theta, x []float64)
	parameters(x, theta []float64)
	// logPrior is the logarithm of the prior density over the coordinates, up to a constant, at θ.
	logPrior(theta []float64) float64
	// names are what the parameters mean.
	meaning() string
}

// simplex holds weights that add up to 1, uniform (Dirichlet(1)), with the log-ratios ln(w_j / w_m) as
// coordinates.
type simplex struct{}

func (simplex) free(m int) int { return m - 1 }

func (simplex) draw(random *rand.Rand, w []float64) {
	sum := 0.0
	for j := range w {
		w[j] = random.ExpFloat64() + math.SmallestNonzeroFloat64
		sum += w[j]
	}
	for j := range w {
		w[j] /= sum
	}
}

func (simplex) coordinates(w, x []float64) {
	last := math.Log(w[len(w)-1])
	for j := range x {
		x[j] = math.Log(w[j]) - last
	}
}

func (simplex) parameters(x, w []float64) {
	highest := 0.0
	for _, v := range x {
		highest = max(highest, v)
	}
	last := len(w) - 1
	w[last] = math.Exp(-highest)
	sum := w[last]
	for j, v := range x {
		w[j] = math.Exp(v - highest)
		sum += w[j]
	}
	for j := range w {
		w[j] = max(w[j]/sum, 1e-300) // so that its logarithm is finite
	}
}

// logPrior is Σ ln w_j: the volume of the simplex per volume of the log-ratios is Π w_j.
func (simplex) logPrior(w []float64) float64 {
	sum := 0.0
	for _, v := range w {
		sum += math.Log(v)
	}
	return sum
}

func (simplex) meaning() string { return "importance" }

// cube holds points of [0, 1]^m, uniform, with the log-odds as coordinates.
type cube struct{}

func (cube) free(m int) int { return m }

func (cube) draw(random *rand.Rand, q []float64) {
	for j := range q {
		q[j] = random.Float64()
	}
}

func (cube) coordinates(q, x []float64) {
	for j, v := range q {
		v = min(max(v, 1e-15), 1-1e-15)
		x[j] = math.Log(v / (1 - v))
	}
}

func (cube) parameters(x, q []float64) {
	for j, v := range x {
		q[j] = 1 / (1 + math.Exp(-v))
	}
}

func (cube) logPrior(q []float64) float64 {
	sum := 0.0
	for _, v := range q {
		v = min(max(v, 1e-15), 1-1e-15)
		sum += math.Log(v * (1 - v))
	}
	return sum
}

func (cube) meaning() string { return "ideal value" }
