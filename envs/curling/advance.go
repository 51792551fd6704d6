package curling

// advance moves arm and ball by one step of wanted joint speeds.
func (e *Curling) advance(action [2]float64) {
	s := &e.state
	p := s.Ball.add(vec{half, half})
	q := s.Angles
	if q != e.posed {
		e.arm, e.posed = place(q), q
	}
	now := e.arm
	n := wanted(q, action, &now)
	w := [2]float64{(n[0] - q[0]) / dt, (n[1] - q[1]) / dt}

	v, spin := s.Velocity.times(linear), s.Spin*angular
	e.find(p, &now)
	// The joints stop where the ball would be crushed.
	for k, try := range [4][2]float64{w, {0, w[1]}, {w[0], 0}, {}} {
		e.move(p, now.elbow, try)
		triedV, triedSpin := v, spin
		if e.solve(&triedV, &triedSpin) || k == 3 {
			if w = try; k > 0 {
				triedV, triedSpin = vec{}, 0
			}
			v, spin = triedV, triedSpin
			break
		}
	}
	n = [2]float64{q[0] + float64(dt*w[0]), q[1] + float64(dt*w[1])}

	next := place(n)
	e.arm, e.posed = next, n
	p, v, free := e.fly(p, v, q, w, &next)
	p = e.separate(p, &next, free)
	const least, most = wall + radius, table - wall - radius
	p = vec{min(max(p.X, least), most), min(max(p.Y, least), most)}
	s.Ball, s.Angles, s.Speeds, s.Velocity, s.Spin = p.sub(vec{half, half}), n, w, v, spin
}

// fly moves the ball from p with velocity v for a step in which the joints go from q on with speeds w
// and the arm is at next in the end, and bounces it off the first contact that it would pass through. If there is
// none the flight is free, and the contacts are those at its end.
func (e *Curling) fly(p, v vec, q, w [2]float64, next *arm) (at, velocity vec, free bool) {
	var before [6]float64
	for i := range e.contacts {
		before[i] = e.contacts[i].gap
	}
	end := p.add(v.times(dt))
	e.find(end, next)
	first, share := -1, 2.0
	for i := range e.contacts {
		if after := e.contacts[i].gap; before[i] > 0 && after < -3*slop {
			if tau := (before[i] + 3*slop) / (before[i] - after); tau < share {
				first, share = i, tau
			}
		}
	}
	if first < 0 {
		return end, v, true
	}
	p = p.add(v.times(share * dt))
	then := place([2]float64{q[0] + float64(share*dt*w[0]), q[1] + float64(share*dt*w[1])})
	e.find(p, &then)
	e.move(p, then.elbow, w)
	c := &e.contacts[first]
	vn := c.relative(v).dot(c.normal)
	if vn >= 0 {
		return end, v, false
	}
	gain := 1.0
	if vn < -hard {
		gain = 1 + bounce
	}
	inverse := 1 / mass
	if c.link >= 0 {
		// The struck link counts as free.
		m := [2]float64{.5, .1}[c.link]
		lever := p.sub(c.normal.times(radius)).sub(c.centre).cross(c.normal)
		inverse += 1/m + float64(lever*lever)/(m*1.01/12)
	}
	v = v.add(c.normal.times(gain * -vn / inverse / mass))
	return p.add(v.times((1 - share) * dt)), v, false
}

// separate pushes the ball out of what it overlaps, a few times. found says that the contacts are those at p.
func (e *Curling) separate(p vec, a *arm, found bool) vec {
	for k := range 4 {
		if k > 0 || !found {
			e.find(p, a)
		}
		overlaps := false
		for i := range e.contacts {
			if c := &e.contacts[i]; c.gap+slop < 0 {
				p = p.sub(c.normal.times((c.gap + slop) / 2))
				overlaps = true
			}
		}
		if !overlaps {
			break
		}
	}
	return p
}
