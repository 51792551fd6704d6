package box2d

// velocity of a body while the solver works on it.
type velocity struct {
	v Vec
	w float32
}

// iterate is all that a velocity iteration depends on and changes.
type iterate struct {
	velocities [Bodies]velocity
	joints     [Joints]Angular
	contacts   [Contacts][2]Impulse
}

// equal compares up to the sign of zeros, which nothing depends on.
func (a *iterate) equal(b *iterate, contacts int) bool {
	if a.velocities != b.velocities || a.joints != b.joints {
		return false
	}
	for i := range contacts {
		if a.contacts[i] != b.contacts[i] {
			return false
		}
	}
	return true
}

func (a *iterate) copyFrom(b *iterate, contacts int) {
	a.velocities, a.joints = b.velocities, b.joints
	copy(a.contacts[:contacts], b.contacts[:contacts])
}

// solve advances the island of all bodies, if one is awake.
func (e *Engine) solve(dt float32, velocityIterations, positionIterations int) {
	w, s := e.world, e.scene
	if !e.gather() {
		return
	}
	for i := range w.Bodies {
		b, m := &w.Bodies[i], &s.masses[i]
		b.C0, b.A0 = b.C, b.A
		e.positions[i] = position{b.C, b.A}
		e.now.velocities[i] = velocity{
			b.Velocity.add(s.Gravity.add(b.Force.scale(m.invMass)).scale(dt)),
			b.Spin + float32(float32(dt*m.invInertia)*b.Torque),
		}
	}
	warm := float32(w.InvTimeStep * dt)
	n := e.island.contacts
	for k := range e.constraints[:n] {
		c := &e.constraints[k]
		c.prepare(&e.positions[c.body])
		for i := range e.now.contacts[k] {
			j := c.contact.Manifold.Points[i].Impulse
			e.now.contacts[k][i] = Impulse{float32(warm * j.Normal), float32(warm * j.Tangent)}
		}
		c.warmStart(&e.now.velocities[c.body], &e.now.contacts[k])
	}
	for _, j := range e.island.joint[:e.island.joints] {
		e.joints[j].prepare(s, j, &w.Joints[j], &e.positions, &e.now, dt, warm)
	}
	e.iterateVelocities(velocityIterations)
	for k := range e.constraints[:n] {
		c := &e.constraints[k]
		for i := range c.n {
			c.contact.Manifold.Points[i].Impulse = e.now.contacts[k][i]
		}
	}
	for i := range w.Bodies {
		e.integrate(i, dt)
	}
	for j := range w.Joints {
		w.Joints[j].Impulse.Angular = e.now.joints[j]
	}
	solved := e.iteratePositions(positionIterations)
	for i := range w.Bodies {
		b := &w.Bodies[i]
		b.C, b.A = e.positions[i].c, e.positions[i].a
		b.Velocity, b.Spin = e.now.velocities[i].v, e.now.velocities[i].w
		e.place(i)
	}
	e.rest(dt, solved)
	for i := range w.Bodies {
		e.refresh(i)
	}
	e.findContacts()
}

// gather finds the island: its joints and touching contacts, in the order of a depth-first search
// from the newest body awake, newest contacts and joints first. It wakes all bodies and reports
// whether one was awake.
func (e *Engine) gather() bool {
	w, s := e.world, e.scene
	var stack [Bodies]int
	var seen [Bodies]bool
	var joined [Joints]bool
	n := 0
	for i := Bodies - 1; i >= 0 && n == 0; i-- {
		if w.Bodies[i].Awake {
			stack[0], seen[i], n = i, true, 1
		}
	}
	awake := n > 0
	is := &e.island
	is.joints, is.contacts = 0, 0
	for n > 0 {
		n--
		i := stack[n]
		w.Bodies[i].wake()
		for k := int(w.NumContacts) - 1; k >= 0; k-- {
			if c := &w.Contacts[k]; int(c.Body) == i && c.Enabled && c.Touching {
				e.constraints[is.contacts] = newContactConstraint(s, c)
				is.contacts++
			}
		}
		for j := Joints - 1; j >= 0; j-- {
			d := &s.Joints[j]
			if joined[j] || d.A != i && d.B != i {
				continue
			}
			joined[j] = true
			is.joint[is.joints] = j
			is.joints++
			if other := d.A + d.B - i; !seen[other] {
				seen[other] = true
				stack[n] = other
				n++
			}
		}
	}
	return awake
}

// longestCycle of velocity iterations that is recognised.
const longestCycle = 64

// iterateVelocities runs the velocity iterations over joints and contacts of the island.
//
// They are a deterministic map that often, as soon as motors are at their limit, goes round in a
// short cycle of last bits; only the sums of the linear impulses at the joints, which nothing
// depends on, keep creeping. Once a cycle is found, by Brent's method (compare with a saved iterate;
// save anew after 1, 2, 4, ... iterations), the rounds left need these sums alone. All bits stay
// the same.
func (e *Engine) iterateVelocities(iterations int) {
	is, now := &e.island, &e.now
	n := is.contacts
	e.saved.copyFrom(now, n)
	for left, since, span := iterations, 0, 1; left > 0; {
		for k, j := range is.joint[:is.joints] {
			c := &e.joints[j]
			d := c.iterateVelocity(&now.velocities[c.a], &now.velocities[c.b], &now.joints[j])
			p := &e.world.Joints[j].Impulse
			p.Linear = p.Linear.add(d)
			e.creep[since][k] = d
		}
		for k := range e.constraints[:n] {
			c := &e.constraints[k]
			c.iterateVelocity(&now.velocities[c.body], &now.contacts[k])
		}
		left--
		since++
		switch {
		case now.equal(&e.saved, n):
			for range left / since {
				e.repeat(since)
			}
			left %= since
			since = 0
		case since == span:
			e.saved.copyFrom(now, n)
			since, span = 0, min(2*span, longestCycle)
		}
	}
}

// repeat adds once more what the last iterations added to the linear impulses.
func (e *Engine) repeat(iterations int) {
	for k, j := range e.island.joint[:e.island.joints] {
		p := &e.world.Joints[j].Impulse
		for i := range iterations {
			p.Linear = p.Linear.add(e.creep[i][k])
		}
	}
}

// integrate moves the position of body i by its velocity, which is bounded.
func (e *Engine) integrate(i int, dt float32) {
	p, v := &e.positions[i], &e.now.velocities[i]
	if d := v.v.scale(dt); dot(d, d) > maxTranslation*maxTranslation {
		v.v = v.v.scale(maxTranslation / d.length())
	}
	if turn := float32(dt * v.w); float32(turn*turn) > maxRotation*maxRotation {
		v.w *= maxRotation / max(turn, -turn)
	}
	p.c = p.c.add(v.v.scale(dt))
	p.a += float32(dt * v.w)
}

// iteratePositions reports whether contacts and joints became close enough.
func (e *Engine) iteratePositions(iterations int) bool {
	for range iterations {
		var least float32
		for k := range e.constraints[:e.island.contacts] {
			c := &e.constraints[k]
			least = min(least, c.iteratePosition(&e.positions[c.body], baumgarte))
		}
		solved := least >= -3*linearSlop
		for _, j := range e.island.joint[:e.island.joints] {
			ok := e.joints[j].iteratePosition(e.scene, j, &e.positions)
			solved = solved && ok
		}
		if solved {
			return true
		}
	}
	return false
}

// rest puts all bodies to sleep when all have been slow for long.
func (e *Engine) rest(dt float32, solved bool) {
	w := e.world
	quiet := timeToSleep
	for i := range w.Bodies {
		b := &w.Bodies[i]
		if float32(b.Spin*b.Spin) > sleepSpin*sleepSpin || dot(b.Velocity, b.Velocity) > sleepSpeed*sleepSpeed {
			b.Quiet = 0
		} else {
			b.Quiet += dt
		}
		quiet = min(quiet, b.Quiet)
	}
	if quiet >= timeToSleep && solved {
		for i := range w.Bodies {
			w.Bodies[i].sleep()
		}
	}
}
