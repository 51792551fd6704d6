package mujoco

import "math"

// minMu is the smallest coefficient of friction.
const minMu = 1e-5

// Pair holds what is constant of the contacts of two geoms.
type Pair struct {
	Geom     [2]int     // the lower type first, of equal types the lower index
	Margin   float64    // a contact acts below this distance
	Gap      float64    // contacts are found up to Margin + Gap
	Dim      int        // 1 without friction, 3 with
	Friction [5]float64 // along the two tangents, spin, roll about the two tangents
	Solref   [2]float64
	Solimp   [5]float64
	Mu       float64 // friction of the regularised cone; 0 for Dim 1

	collide   func(m *Model, d *Data, p *Pair)
	bodies    [2]int
	radii     [2]float64
	halves    [2]float64 // half lengths, 0 for spheres
	impedance impedance
	weight    float64 // translational inverse weight of both bodies
	support   []int   // degrees of freedom that move either body, ascending
	moved     []uint8 // which of the two each moves: bit 0 and bit 1
	ends      [2]int  // last degree of freedom that moves each body, -1 if none
	entries   []int   // of the Hessian, for each two of support, the lower triangle by rows
}

// rows returns the number of constraint rows of a contact of the pair.
func (p *Pair) rows() int {
	if p.Dim == 1 {
		return 1
	}
	return 4
}

// Contact is a place where two geoms touch or come within their margin.
type Contact struct {
	*Pair
	Dist  float64    // between the surfaces, below 0 where they overlap
	Pos   Vec        // midway between them
	Frame [9]float64 // rows: normal from Geom[0] to Geom[1], two tangents
	// Row is the first constraint row, -1 if the contact was found but is too far to act.
	Row int
}

// nearTest tells cheaply that the geoms of a pair are too far from each other to touch.
type nearTest struct {
	first, second int32
	plane         bool    // the first is one
	reach         float64 // of the second's centre above the plane, or of the centres from each other
}

// far says whether the geoms are further from each other than they reach and an extra length.
func (t *nearTest) far(d *Data, extra float64) bool {
	a, b := &d.centre[t.first], &d.centre[t.second]
	x, y, z := b[0]-a[0], b[1]-a[1], b[2]-a[2]
	reach := t.reach + extra
	if t.plane {
		n := &d.zAxis[t.first]
		return x*n[0]+y*n[1]+z*n[2] > reach
	}
	return x*x+y*y+z*z > reach*reach
}

// wander is how far geoms may go, in metres, from where the list of pairs that are near was made. Planes are at rest.
const wander = 0.05

// collisions finds the contacts, in the order of the pairs (mj_collision).
func (m *Model) collisions(d *Data) {
	d.Contacts = d.Contacts[:0]
	wandered := false
	for i := range m.colliding {
		p := &m.colliding[i]
		if p.body > 0 {
			c := vectorAt(&d.Xpos[p.body]).plus(vectorAt(&p.pos).by(&d.Xmat[p.body]))
			c.store(&d.centre[p.geom])
			d.turned[p.geom] = false
			way := c.minus(vectorAt(&d.listed[p.geom]))
			wandered = wandered || !(way.dot(way) <= wander*wander)
		}
	}
	if wandered {
		copy(d.listed, d.centre)
		d.near = d.near[:0]
		for i := range m.near {
			if !m.near[i].far(d, 2*wander) {
				d.near = append(d.near, int32(i))
			}
		}
	}
	for _, i := range d.near {
		if t := &m.near[i]; !t.far(d, 0) {
			p := &m.pairs[i]
			p.collide(m, d, p)
		}
	}
}

// axisOf returns the z axis of a geom, which is computed when it is first asked for.
func (m *Model) axisOf(d *Data, geom int) *Vec {
	a := &d.zAxis[geom]
	if !d.turned[geom] {
		d.turned[geom] = true
		vectorAt(&m.zAxes[geom]).by(&d.Xmat[m.Geoms[geom].Body]).store(a)
	}
	return a
}

// add appends a contact; hint is the wanted direction of the first tangent, or zero.
func (d *Data) add(p *Pair, dist float64, pos, normal, hint *Vec) {
	n := len(d.Contacts)
	if n == cap(d.Contacts) {
		d.Contacts = append(d.Contacts, Contact{})
	}
	d.Contacts = d.Contacts[:n+1]
	c := &d.Contacts[n]
	c.Pair, c.Dist, c.Pos, c.Row = p, dist, *pos, -1
	x := *normal
	normalize(&x)
	y := *hint
	if dot3(&y, &y) < 0.25 {
		if math.Abs(x[1]) < 0.5 {
			y = Vec{0, 1, 0}
		} else {
			y = Vec{0, 0, 1}
		}
	}
	s := dot3(&x, &y)
	y[0] -= x[0] * s
	y[1] -= x[1] * s
	y[2] -= x[2] * s
	normalize(&y)
	z := cross(&x, &y)
	c.Frame = [9]float64{x[0], x[1], x[2], y[0], y[1], y[2], z[0], z[1], z[2]}
}

// noHint leaves the tangents of a contact to the normal.
var noHint Vec

func planeSphere(_ *Model, d *Data, p *Pair) {
	touchPlane(d, p, &d.centre[p.Geom[1]], &noHint)
}

func planeCapsule(m *Model, d *Data, p *Pair) {
	c, a := &d.centre[p.Geom[1]], m.axisOf(d, p.Geom[1])
	l := p.halves[1]
	e := Vec{l * a[0], l * a[1], l * a[2]}
	touchPlane(d, p, &Vec{c[0] + e[0], c[1] + e[1], c[2] + e[2]}, a)
	touchPlane(d, p, &Vec{c[0] - e[0], c[1] - e[1], c[2] - e[2]}, a)
}

// touchPlane tests a sphere at c against the pair's plane.
func touchPlane(d *Data, p *Pair, c, hint *Vec) {
	n, at := &d.zAxis[p.Geom[0]], &d.centre[p.Geom[0]]
	s := (c[0]-at[0])*n[0] + (c[1]-at[1])*n[1] + (c[2]-at[2])*n[2]
	r := p.radii[1]
	if s > p.Margin+p.Gap+r {
		return
	}
	dist := s - r
	k := dist/2 + r
	d.add(p, dist, &Vec{c[0] - n[0]*k, c[1] - n[1]*k, c[2] - n[2]*k}, n, hint)
}

func sphereSphere(m *Model, d *Data, p *Pair) {
	touchSpheres(m, d, p, &d.centre[p.Geom[0]], &d.centre[p.Geom[1]])
}

func sphereCapsule(m *Model, d *Data, p *Pair) {
	x, c, a := &d.centre[p.Geom[0]], &d.centre[p.Geom[1]], m.axisOf(d, p.Geom[1])
	l := p.halves[1]
	s := min(max((x[0]-c[0])*a[0]+(x[1]-c[1])*a[1]+(x[2]-c[2])*a[2], -l), l)
	touchSpheres(m, d, p, x, &Vec{c[0] + s*a[0], c[1] + s*a[1], c[2] + s*a[2]})
}

// capsuleCapsule tests the nearest points of two segments; of parallel ones, up to two pairs of points.
func capsuleCapsule(m *Model, d *Data, p *Pair) {
	x1, x2 := &d.centre[p.Geom[0]], &d.centre[p.Geom[1]]
	a1, a2 := m.axisOf(d, p.Geom[0]), m.axisOf(d, p.Geom[1])
	l1, l2 := p.halves[0], p.halves[1]
	e1, e2 := Vec{l1 * a1[0], l1 * a1[1], l1 * a1[2]}, Vec{l2 * a2[0], l2 * a2[1], l2 * a2[2]}
	diff := sub(x1, x2)
	a, b, c := dot3(&e1, &e1), -dot3(&e1, &e2), dot3(&e2, &e2)
	u, v := -dot3(&e1, &diff), dot3(&e2, &diff)
	test := func(t1, t2 float64) bool {
		return touchSpheres(m, d, p,
			&Vec{x1[0] + t1*e1[0], x1[1] + t1*e1[1], x1[2] + t1*e1[2]},
			&Vec{x2[0] + t2*e2[0], x2[1] + t2*e2[1], x2[2] + t2*e2[2]})
	}
	clip := func(t float64) float64 { return min(max(t, -1), 1) }
	if det := a*c - b*b; math.Abs(det) >= minVal {
		t1, t2 := (c*u-b*v)/det, (a*v-b*u)/det
		if t1 > 1 {
			t1, t2 = 1, (v-b)/c
		} else if t1 < -1 {
			t1, t2 = -1, (v+b)/c
		}
		if t2 > 1 {
			t1, t2 = clip((u-b)/a), 1
		} else if t2 < -1 {
			t1, t2 = clip((u+b)/a), -1
		}
		test(t1, t2)
		return
	}
	found := 0
	if test(1, clip((v-b)/c)) {
		found++
	}
	if test(-1, clip((v+b)/c)) {
		found++
	}
	if found < 2 && test(clip((u-b)/a), 1) {
		found++
	}
	if found < 2 {
		test(clip((u+b)/a), -1)
	}
}

// touchSpheres tests spheres at c1 and c2 with the pair's radii and says whether they make a contact.
func touchSpheres(m *Model, d *Data, p *Pair, c1, c2 *Vec) bool {
	n := sub(c2, c1)
	square := dot3(&n, &n)
	r1 := p.radii[0]
	reach := p.Margin + p.Gap + r1 + p.radii[1]
	if square > reach*reach {
		return false
	}
	dist := math.Sqrt(square) - r1 - p.radii[1]
	if normalize(&n) < minVal {
		n = cross(m.axisOf(d, p.Geom[0]), m.axisOf(d, p.Geom[1]))
		normalize(&n)
	}
	k := r1 + dist/2
	d.add(p, dist, &Vec{c1[0] + n[0]*k, c1[1] + n[1]*k, c1[2] + n[2]*k}, &n, &noHint)
	return true
}
