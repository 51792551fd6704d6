package preference

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/paretolab/paretolab/agents"
	"github.com/paretolab/paretolab/pareto"
)

// Direction is what a user wants as a unit vector of the objectives, of which components may be negative: less of
// this (Wang et al., "Arithmetic control of LLMs for diverse user preferences: directional preference alignment",
// ACL 2024; abstract only). The utility is v · y.
type Direction []float64

// NewDirection scales a vector to length 1. It is an error if that has no direction.
func NewDirection(v []float64) (Direction, error) {
	norm := math.Sqrt(dot(v, v))
	if !(norm > 0 && norm <= math.MaxFloat64) {
		return nil, fmt.Errorf("%v has no direction; give finite numbers that are not all 0", v)
	}
	d := make(Direction, len(v))
	for j, x := range v {
		d[j] = x / norm
	}
	return d, nil
}

// Angle is the direction (cos t, sin t) of two objectives, t in degrees.
func Angle(t float64) Direction {
	sin, cos := math.Sincos(t * math.Pi / 180)
	return Direction{cos, sin}
}

// Assign returns the row of a front with the largest v · y, of equal ones the first; −1 for an empty front.
func (d Direction) Assign(front pareto.Front) int {
	best, highest := -1, math.Inf(-1)
	for i := range front.Len() {
		if u := dot(d, front.Row(i)); u > highest {
			best, highest = i, u
		}
	}
	return best
}

// Near draws a direction uniformly from the cone round d of an angle in degrees.
func (d Direction) Near(angle float64, random *rand.Rand) Direction {
	m := len(d)
	if m < 2 {
		return d
	}
	// cos of the angle to d has the density (1 − c²)^((m−3)/2) on the sphere: drawn by rejection of tilted directions.
	limit := angle * math.Pi / 180
	most := math.Pow(math.Sin(min(limit, math.Pi/2)), float64(m-2))
	tilt := 0.0
	for {
		tilt = limit * random.Float64()
		if m == 2 || random.Float64()*most <= math.Pow(math.Sin(tilt), float64(m-2)) {
			break
		}
	}
	side := make(Direction, m)
	for {
		for j := range side {
			side[j] = random.NormFloat64()
		}
		along := dot(side, d)
		for j := range side {
			side[j] -= along * d[j]
		}
		if norm := math.Sqrt(dot(side, side)); norm > 1e-9 {
			sin, cos := math.Sincos(tilt)
			for j := range side {
				side[j] = cos*d[j] + sin*side[j]/norm
			}
			return side
		}
	}
}

// Selection is robust selection by neighbouring directions (Mishra et al., "Robust preference selection", 2025;
// abstract only): the policies for directions near the user's are evaluated, and the best of them for the user is
// taken.
type Selection struct {
	// Directions is J. Zero means 16.
	Directions int
	// Angle is θ, of the cone round the user's direction, in degrees. Zero means 20.
	Angle float64
	Seed  uint64
}

// Selected is the outcome of a selection.
type Selected struct {
	Policy int   // the winner
	Pool   []int // the policies that were evaluated, that of the user's own direction first
	// Utility is v · G of the winner in the evaluations that chose it, too good by the winner's curse, and Fresh
	// in new ones.
	Utility, Fresh float64
	// Baseline is v · G of the policy of the user's own direction, in the first evaluations.
	Baseline float64
}

// Select finds the policy for a direction v. assign returns the policy for a direction, and evaluate measures the
// value vector of a policy; fresh asks for other episodes than before. On the same evaluations the winner is
// never worse than the policy of v itself.
func (s Selection) Select(v Direction, assign func(Direction) int, evaluate func(policy int, fresh bool) ([]float64, error)) (*Selected, error) {
	count, angle := orDefault(s.Directions, 16), orDefault(s.Angle, 20)
	if count < 1 || !(angle > 0 && angle <= 180) {
		return nil, fmt.Errorf("%d directions within %v degrees; give at least 1 within at most 180", count, angle)
	}
	random := rand.New(agents.NewRand(s.Seed, "directions"))
	r := &Selected{Policy: -1}
	known := map[int]bool{}
	for k := range count + 1 {
		near := v
		if k > 0 {
			near = v.Near(angle, random)
		}
		policy := assign(near)
		if policy < 0 {
			return nil, errors.New("no policy for a direction; the set of policies is empty")
		}
		if known[policy] {
			continue
		}
		known[policy] = true
		r.Pool = append(r.Pool, policy)
		y, err := evaluate(policy, false)
		if err != nil {
			return nil, err
		}
		u := dot(v, y)
		if k == 0 {
			r.Baseline = u
		}
		if r.Policy < 0 || u > r.Utility {
			r.Policy, r.Utility = policy, u
		}
	}
	y, err := evaluate(r.Policy, true)
	if err != nil {
		return nil, err
	}
	r.Fresh = dot(v, y)
	return r, nil
}
