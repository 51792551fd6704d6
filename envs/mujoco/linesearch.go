package mujoco

import "math"

// point is the cost along a search direction, relative to that at 0, with its derivatives.
type point struct{ alpha, cost, slope, curvature float64 }

// newton returns where the quadratic through p has its minimum.
func (p *point) newton() float64 { return p.alpha - p.slope/p.curvature }

// line is the cost of an island along a search direction p, piecewise quadratic.
type line struct {
	linear, square float64 // of the Gauss part
	x, y           []float64
	q              [][3]float64 // ½Dx², Dxy, ½Dy² of each row
	evaluations    int
}

// at evaluates the cost at a + αp.
func (l *line) at(alpha float64) point {
	l.evaluations++
	var c0 float64
	c1, c2 := l.linear, l.square
	y, q := l.y[:len(l.x)], l.q[:len(l.x)]
	for i, x := range l.x {
		r := &q[i]
		if x+alpha*y[i] < 0 {
			c1 += r[1]
			c2 += r[2]
			if !(x < 0) {
				c0 += r[0]
			}
		} else if x < 0 {
			c0 -= r[0]
		}
	}
	return point{alpha, c0 + alpha*c1 + alpha*alpha*c2, c1 + 2*alpha*c2, 2 * c2}
}

// lineSearch finds the minimum along an island's search direction: by Newton's method from one side,
// then between two brackets (PrimalSearch). It returns the step, 0 if there is no descent, and what it gains.
func (m *Model) lineSearch(d *Data, s *island, scale float64) (alpha, gain float64) {
	lo, hi := s.dofs.lo, s.dofs.hi
	p := d.search[lo:hi]
	size := length(p)
	if size < minVal {
		return 0, 0
	}
	tolerance := m.Option.Tolerance * m.Option.LSTolerance * size / scale
	limit := m.Option.LSIterations
	l := line{
		linear: dot(p, d.ma[lo:hi]) - dot(p, d.QfrcSmooth[lo:hi]), square: 0.5 * dot(p, d.mp[lo:hi]),
		x: d.residual[s.rows.lo:s.rows.hi], y: d.slope[s.rows.lo:s.rows.hi], q: d.quadratic[s.rows.lo:s.rows.hi],
	}
	weight := d.weight[s.rows.lo:s.rows.hi]
	for i := range l.q {
		dx := weight[i] * l.x[i]
		l.q[i] = [3]float64{0.5 * dx * l.x[i], dx * l.y[i], 0.5 * weight[i] * l.y[i] * l.y[i]}
	}
	done := func(p *point) (float64, float64) { return p.alpha, -p.cost }
	flat := func(p *point) bool { return math.Abs(p.slope) < tolerance }

	p0 := l.at(0)
	p1 := l.at(p0.newton())
	if flat(&p1) && (p1.alpha == 0 || p1.cost < 0) {
		return done(&p1)
	}
	direction := -1.0
	if p1.slope < 0 {
		direction = 1
	}
	p2 := p0
	for p1.slope*direction <= -tolerance && l.evaluations < limit {
		p2 = p1
		p1 = l.at(p1.newton())
		if flat(&p1) && p1.cost < 0 {
			return done(&p1)
		}
	}
	if l.evaluations >= limit {
		return done(&p1)
	}
	next2 := p1
	next1 := l.at(p1.newton())
	for l.evaluations < limit {
		middle := l.at(0.5 * (p1.alpha + p2.alpha))
		candidates := [3]point{next1, next2, middle}
		best := -1
		for i := range candidates {
			if c := &candidates[i]; flat(c) && (best < 0 || c.cost < candidates[best].cost) {
				best = i
			}
		}
		if best >= 0 {
			return done(&candidates[best])
		}
		moved1 := p1.approach(&candidates)
		if moved1 {
			next1 = l.at(p1.newton())
		}
		moved2 := p2.approach(&candidates)
		if moved2 {
			next2 = l.at(p2.newton())
		}
		if !moved1 && !moved2 {
			return done(&middle)
		}
	}
	if p2.cost < p1.cost {
		p1 = p2
	}
	if p1.cost < 0 {
		return done(&p1)
	}
	return 0, 0
}

// approach moves a bracket to the candidate on its side of the minimum that is nearest to it, if any is
// nearer, and says whether it did.
func (p *point) approach(candidates *[3]point) (moved bool) {
	for i := range candidates {
		c := &candidates[i]
		if p.slope < 0 && c.slope < 0 && c.slope > p.slope || p.slope > 0 && c.slope > 0 && c.slope < p.slope {
			*p, moved = *c, true
		}
	}
	return moved
}
