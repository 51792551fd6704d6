package curling

import "math"

// vec is a vector of the plane.
type vec struct {
	X float64 `json:"x"`
	Y float64 `json:"y"`
}

func (a vec) add(b vec) vec           { return vec{a.X + b.X, a.Y + b.Y} }
func (a vec) sub(b vec) vec           { return vec{a.X - b.X, a.Y - b.Y} }
func (a vec) times(s float64) vec     { return vec{float64(a.X * s), float64(a.Y * s)} }
func (a vec) dot(b vec) float64       { return float64(a.X*b.X) + float64(a.Y*b.Y) }
func (a vec) cross(b vec) float64     { return float64(a.X*b.Y) - float64(a.Y*b.X) }
func turned(w float64, a vec) vec     { return vec{float64(-w * a.Y), float64(w * a.X)} } // w × a
func (c *contact) tangent() vec       { return vec{c.normal.Y, -c.normal.X} }
func (c *contact) relative(v vec) vec { return v.sub(c.surface) }

// friction is the coefficient of the contact.
func (c *contact) friction() float64 {
	if c.link < 0 {
		return wallGrip
	}
	return grip
}

// contact is what the ball touches or may touch: a wall or a link.
type contact struct {
	link    int // 0 or 1; −1 for a wall
	normal  vec // towards the ball
	gap     float64
	centre  vec // of the link
	surface vec // velocity of the surface
	jn, jt  float64
	target  float64 // normal speed after the contact
}

// Tolerances of contacts.
const (
	skin   = 0.01  // the ball is this much larger where it touches
	slop   = 0.005 // overlap that is left alone
	sweeps = 20
	yield  = 0.05 // speed into a contact that is accepted
)

// link is the place of a link: centre and angle from the vertical.
type link struct {
	centre   vec
	sin, cos float64
}

// arm is the place of the arm.
type arm struct {
	elbow vec
	links [2]link
}

// place returns where the arm is for joint angles.
func place(q [2]float64) (a arm) {
	sin0, cos0 := math.Sincos(q[0])
	sin1, cos1 := math.Sincos(q[0] + q[1])
	a.elbow = vec{half - float64(reachOf*sin0), float64(reachOf * cos0)}
	a.links[0] = link{vec{half - float64(halfLong*sin0), float64(halfLong * cos0)}, sin0, cos0}
	a.links[1] = link{a.elbow.add(vec{float64(-offset * sin1), float64(offset * cos1)}), sin1, cos1}
	return a
}

// base is where the arm is mounted, in world coordinates.
var base = vec{half, 0}

// untouched are the contacts of a new table: those of the walls differ in their gaps alone.
func untouched() (c [6]contact) {
	for i, normal := range [4]vec{{1, 0}, {-1, 0}, {0, 1}, {0, -1}} {
		c[i] = contact{link: -1, normal: normal}
	}
	c[5].link = 1
	return c
}

// find computes gaps, and the normals of links, for the ball at p.
func (e *Curling) find(p vec, a *arm) {
	const far = table - wall
	c := &e.contacts
	c[0].gap = p.X - wall - (radius + skin)
	c[1].gap = far - p.X - (radius + skin)
	c[2].gap = p.Y - wall - (radius + skin)
	c[3].gap = far - p.Y - (radius + skin)
	a.links[0].touch(p, &c[4])
	a.links[1].touch(p, &c[5])
}

// touch computes gap and normal of a contact of the link with the ball at p.
func (l *link) touch(p vec, c *contact) {
	d := p.sub(l.centre)
	// In the frame of the link, whose long axis is y.
	x := float64(d.X*l.cos) + float64(d.Y*l.sin)
	y := float64(d.Y*l.cos) - float64(d.X*l.sin)
	cx, cy := min(max(x, -halfWide), halfWide), min(max(y, -halfLong), halfLong)
	var nx, ny, distance float64
	if x != cx || y != cy {
		distance = math.Sqrt(float64((x-cx)*(x-cx)) + float64((y-cy)*(y-cy)))
		nx, ny = (x-cx)/distance, (y-cy)/distance
	} else {
		long, short := halfWide-math.Abs(x), halfLong-math.Abs(y)
		if long <= short {
			distance, nx = -long, math.Copysign(1, x)
		} else {
			distance, ny = -short, math.Copysign(1, y)
		}
	}
	c.normal = vec{float64(nx*l.cos) - float64(ny*l.sin), float64(nx*l.sin) + float64(ny*l.cos)}
	c.gap = distance - (radius + skin)
	c.centre = l.centre
}

// move sets the velocities of the surfaces for joint speeds w.
func (e *Curling) move(p, elbow vec, w [2]float64) {
	for i := range 2 {
		c := &e.contacts[4+i]
		at := p.sub(c.normal.times(radius))
		c.surface = turned(w[0], at.sub(base))
		if i == 1 {
			c.surface = c.surface.add(turned(w[1], at.sub(elbow)))
		}
	}
}

// solve changes velocity and spin of the ball by the impulses of the contacts that it has, and reports
// whether it then moves into none of them.
func (e *Curling) solve(v *vec, spin *float64) bool {
	var touching [6]*contact
	n := 0
	for i := range e.contacts {
		c := &e.contacts[i]
		if c.gap > 0 {
			continue
		}
		c.jn, c.jt, c.target = 0, 0, 0
		if vn := c.relative(*v).dot(c.normal); vn < -hard {
			c.target = -bounce * vn
		}
		touching[n] = c
		n++
	}
	for sweep, changed := 0, true; changed && sweep < sweeps; sweep++ {
		changed = false
		for _, c := range touching[:n] {
			if c.push(v, spin) {
				changed = true
			}
		}
	}
	for _, c := range touching[:n] {
		if c.relative(*v).dot(c.normal) < -yield {
			return false
		}
	}
	return true
}

// push applies the friction and then the normal impulse of a contact, and reports whether there were any.
func (c *contact) push(v *vec, spin *float64) bool {
	t, r := c.tangent(), c.normal.times(-radius)
	x := c.relative(v.add(turned(*spin, r))).dot(t)
	limit := c.friction() * c.jn
	jt := min(max(c.jt-float64(x*(mass/3)), -limit), limit)
	j := t.times(jt - c.jt)
	changed := jt != c.jt
	c.jt = jt
	*v = v.add(j.times(1 / mass))
	*spin += float64(r.cross(j) * (1 / inertia))
	jn := max(c.jn-float64(mass*(c.relative(*v).dot(c.normal)-c.target)), 0)
	*v = v.add(c.normal.times((jn - c.jn) * (1 / mass)))
	changed = changed || jn != c.jn
	c.jn = jn
	return changed
}
