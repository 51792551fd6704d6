package box2d

// contactConstraint is a touching contact prepared for the iterations of a step.
type contactConstraint struct {
	contact             *Contact
	body                int
	center              Vec // of mass, in the body's frame
	invMass, invInertia float32
	friction            float32

	n               int // points in the velocity iterations
	points          [2]pointConstraint
	normal, tangent Vec     // the normal from ground to body
	k11, k12, k22   float32 // velocities along the normal at the points from unit impulses there
	inv11, inv12    float32 // the inverse
	inv22           float32
}

type pointConstraint struct {
	r                       Vec // from the centre of mass
	normalMass, tangentMass float32
}

// newContactConstraint takes what does not depend on positions.
func newContactConstraint(s *Scene, contact *Contact) contactConstraint {
	i := int(contact.Body)
	m := &s.masses[i]
	return contactConstraint{
		contact: contact, body: i, center: m.center,
		friction: s.friction[contact.Edge][i], invMass: m.invMass, invInertia: m.invInertia,
	}
}

// prepare sets up the velocity iterations for the body at p.
func (c *contactConstraint) prepare(p *position) {
	xf := placed(p.c, p.a, c.center)
	var at [2]Vec
	at, c.normal = c.contact.Manifold.points(&xf)
	c.n = int(c.contact.Manifold.NumPoints)
	c.tangent = c.normal.right()
	for k := range c.points[:c.n] {
		q := &c.points[k]
		q.r = at[k].sub(p.c)
		q.normalMass = 1 / c.response(cross(q.r, c.normal), cross(q.r, c.normal))
		q.tangentMass = 1 / c.response(cross(q.r, c.tangent), cross(q.r, c.tangent))
	}
	if c.n < 2 {
		return
	}
	rn1, rn2 := cross(c.points[0].r, c.normal), cross(c.points[1].r, c.normal)
	k11, k12, k22 := c.response(rn1, rn1), c.response(rn1, rn2), c.response(rn2, rn2)
	if float32(k11*k11) >= float32(maxCondition*(float32(k11*k22)-float32(k12*k12))) {
		c.n = 1 // the points are too close to tell their impulses apart
		return
	}
	inv := inverse(float32(k11*k22) - float32(k12*k12))
	c.k11, c.k12, c.k22 = k11, k12, k22
	c.inv11, c.inv12, c.inv22 = float32(inv*k22), float32(-inv*k12), float32(inv*k11)
}

// response is the velocity at a point, of lever arm rn1, to a unit impulse at another of rn2.
func (c *contactConstraint) response(rn1, rn2 float32) float32 {
	return c.invMass + float32(float32(c.invInertia*rn1)*rn2)
}

// warmStart applies the impulses that are stored.
func (c *contactConstraint) warmStart(v *velocity, impulses *[2]Impulse) {
	for k := range c.points[:c.n] {
		j := impulses[k]
		p := c.normal.scale(j.Normal).add(c.tangent.scale(j.Tangent))
		v.w += float32(c.invInertia * cross(c.points[k].r, p))
		v.v = v.v.add(p.scale(c.invMass))
	}
}

// iterateVelocity is one velocity iteration: friction at each point, then the normals, two of them
// together as a linear complementarity problem.
func (c *contactConstraint) iterateVelocity(body *velocity, impulses *[2]Impulse) {
	v, w := body.v, body.w
	for k := range c.points[:c.n] {
		q, j := &c.points[k], &impulses[k]
		most := float32(c.friction * j.Normal)
		speed := dot(v.add(spin(w, q.r)), c.tangent)
		impulse := clamp(j.Tangent-float32(q.tangentMass*speed), -most, most)
		p := c.tangent.scale(impulse - j.Tangent)
		j.Tangent = impulse
		v = v.add(p.scale(c.invMass))
		w += float32(c.invInertia * cross(q.r, p))
	}
	if c.n == 1 {
		q, j := &c.points[0], &impulses[0]
		speed := dot(v.add(spin(w, q.r)), c.normal)
		impulse := max(j.Normal-float32(q.normalMass*speed), 0)
		p := c.normal.scale(impulse - j.Normal)
		j.Normal = impulse
		body.v = v.add(p.scale(c.invMass))
		body.w = w + float32(c.invInertia*cross(q.r, p))
		return
	}
	q1, q2 := &c.points[0], &c.points[1]
	j1, j2 := impulses[0].Normal, impulses[1].Normal
	b1 := dot(v.add(spin(w, q1.r)), c.normal) - (float32(c.k11*j1) + float32(c.k12*j2))
	b2 := dot(v.add(spin(w, q2.r)), c.normal) - (float32(c.k12*j1) + float32(c.k22*j2))
	x1, x2, ok := c.complement(b1, b2)
	if !ok {
		body.v, body.w = v, w
		return
	}
	p1, p2 := c.normal.scale(x1-j1), c.normal.scale(x2-j2)
	impulses[0].Normal, impulses[1].Normal = x1, x2
	body.v = v.add(p1.add(p2).scale(c.invMass))
	body.w = w + float32(c.invInertia*(cross(q1.r, p1)+cross(q2.r, p2)))
}

// complement finds impulses x >= 0 with velocities K x + b >= 0 of which one is zero at each point,
// trying in turn which points push.
func (c *contactConstraint) complement(b1, b2 float32) (x1, x2 float32, ok bool) {
	x1 = -(float32(c.inv11*b1) + float32(c.inv12*b2))
	x2 = -(float32(c.inv12*b1) + float32(c.inv22*b2))
	if x1 >= 0 && x2 >= 0 {
		return x1, x2, true
	}
	x1 = float32(-c.points[0].normalMass * b1)
	if x1 >= 0 && float32(c.k12*x1)+b2 >= 0 {
		return x1, 0, true
	}
	x2 = float32(-c.points[1].normalMass * b2)
	if x2 >= 0 && float32(c.k12*x2)+b1 >= 0 {
		return 0, x2, true
	}
	return 0, 0, b1 >= 0 && b2 >= 0
}

// iteratePosition pushes the body out of the ground by a share of the penetration, at all points of
// the manifold, and returns the smallest separation, at most 0.
func (c *contactConstraint) iteratePosition(p *position, share float32) float32 {
	var least float32
	m := &c.contact.Manifold
	for k := range m.Points[:m.NumPoints] {
		xf := placed(p.c, p.a, c.center)
		point, normal, separation := m.separation(&xf, k)
		r := point.sub(p.c)
		least = min(least, separation)
		correction := clamp(float32(share*(separation+linearSlop)), -maxCorrection, 0)
		rn := cross(r, normal)
		impulse := normal.scale(-correction / c.response(rn, rn))
		p.c = p.c.add(impulse.scale(c.invMass))
		p.a += float32(c.invInertia * cross(r, impulse))
	}
	return least
}
