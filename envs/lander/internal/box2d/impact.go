package box2d

import "math"

// impact is what continuous collision knows of a contact in the present step.
type impact struct {
	known    bool
	alpha    float32 // when the shapes first touch, 1: not in this step
	subSteps int
}

// solveImpacts finds the contacts that the step just solved jumped over or into, in the order of
// their time of impact, and solves a sub-step from each impact on.
func (e *Engine) solveImpacts(dt float32, velocityIterations int) {
	w := e.world
	for i := range w.Bodies {
		w.Bodies[i].Alpha0 = 0
	}
	clear(e.impacts[:])
	ground := float32(0) // to where the ground's own sweep, which does not move, is advanced
	for {
		first := -1
		alpha := float32(1)
		for k := int(w.NumContacts) - 1; k >= 0; k-- {
			c, im := &w.Contacts[k], &e.impacts[k]
			if !c.Enabled || im.subSteps > maxSubSteps {
				continue
			}
			if !im.known {
				b := &w.Bodies[c.Body]
				if !b.Awake {
					continue
				}
				if ground < b.Alpha0 {
					ground = b.Alpha0
				} else if b.Alpha0 < ground {
					b.advance(ground)
				}
				im.known, im.alpha = true, 1
				if t, ok := e.timeOfImpact(c); ok {
					im.alpha = min(ground+float32((1-ground)*t), 1)
				}
			}
			if im.alpha < alpha {
				first, alpha = k, im.alpha
			}
		}
		if first < 0 || alpha > 1-10*epsilon {
			return
		}
		if e.solveImpact(first, alpha, dt, velocityIterations) {
			ground = alpha
		}
	}
}

// solveImpact brings the body of contact k to the time alpha of its impact and solves the rest of
// the step for this body and the ground alone. It returns false, and changes nothing, if the
// shapes do not touch there.
func (e *Engine) solveImpact(k int, alpha, dt float32, velocityIterations int) bool {
	w, s := e.world, e.scene
	contact := &w.Contacts[k]
	i := int(contact.Body)
	b := &w.Bodies[i]
	backup := b.Sweep
	b.advance(alpha)
	b.C, b.A = b.C0, b.A0
	e.place(i)
	e.update(contact)
	e.impacts[k].known = false
	e.impacts[k].subSteps++
	if !contact.Touching {
		contact.Enabled = false
		b.Sweep = backup
		e.place(i)
		return false
	}
	b.wake()
	e.constraints[0] = newContactConstraint(s, contact)
	n := 1
	for j := int(w.NumContacts) - 1; j >= 0; j-- {
		c := &w.Contacts[j]
		if j == k || int(c.Body) != i {
			continue
		}
		e.update(c)
		if c.Touching {
			e.constraints[n] = newContactConstraint(s, c)
			n++
		}
	}
	e.island.contacts, e.island.joints = n, 0

	// Out of the ground first; the velocities then start without stored impulses.
	p := &e.positions[i]
	*p = position{b.C, b.A}
	for range impactPositionIterations {
		var least float32
		for k := range e.constraints[:n] {
			least = min(least, e.constraints[k].iteratePosition(p, impactBaumgarte))
		}
		if least >= -1.5*linearSlop {
			break
		}
	}
	b.C0, b.A0 = p.c, p.a
	e.now.velocities[i] = velocity{b.Velocity, b.Spin}
	for k := range e.constraints[:n] {
		e.constraints[k].prepare(p)
		e.now.contacts[k] = [2]Impulse{}
	}
	e.iterateVelocities(velocityIterations)
	e.integrate(i, float32((1-alpha)*dt))
	b.C, b.A = p.c, p.a
	b.Velocity, b.Spin = e.now.velocities[i].v, e.now.velocities[i].w
	e.place(i)

	e.refresh(i)
	for j := range w.Contacts[:w.NumContacts] {
		if int(w.Contacts[j].Body) == i {
			e.impacts[j].known = false
		}
	}
	e.findContacts()
	return true
}

const (
	impactTarget            = max(linearSlop, 2*skin-3*linearSlop)
	impactTolerance         = 0.25 * linearSlop
	maxImpactIterations     = 20
	maxPushBackIterations   = 16
	maxRootFinderIterations = 50
)

// timeOfImpact is the fraction of the rest of its sweep after which the body of c first touches the
// edge, by conservative advancement: find the axis that separates the cores best, move on to where
// it no longer does, and look for another. It returns false if the shapes overlap from the start,
// or do not meet.
func (e *Engine) timeOfImpact(c *Contact) (t float32, ok bool) {
	edge, polygon := &e.world.Ground[c.Edge], &e.scene.Bodies[c.Body].Shape
	local := e.scene.masses[c.Body].center
	sweep := e.world.Bodies[c.Body].Sweep
	const twoPi = 2 * pi
	turns := float32(twoPi * float32(math.Floor(float64(sweep.A0/twoPi))))
	sweep.A0 -= turns
	sweep.A -= turns

	var cache simplexCache
	t1 := float32(0)
	for range maxImpactIterations {
		xf := sweep.at(t1, local)
		d := distance(edge, polygon, &xf, &cache)
		if d <= 0 {
			return 0, false
		}
		if d < impactTarget+impactTolerance {
			return t1, true
		}
		f := newSeparator(edge, polygon, &xf, &cache)
		t2 := float32(1)
		for range maxPushBackIterations {
			xf = sweep.at(t2, local)
			s2 := f.smallest(&xf)
			if s2 > impactTarget+impactTolerance {
				return 0, false
			}
			if s2 > impactTarget-impactTolerance {
				t1 = t2
				break
			}
			xf = sweep.at(t1, local)
			s1 := f.separation(&xf)
			if s1 < impactTarget-impactTolerance {
				return 0, false
			}
			if s1 <= impactTarget+impactTolerance {
				return t1, true
			}
			a1, a2 := t1, t2
			for i := range maxRootFinderIterations {
				t := float32(0.5 * (a1 + a2)) // bisection
				if i%2 == 1 {                 // secant
					t = a1 + float32((impactTarget-s1)*(a2-a1))/(s2-s1)
				}
				xf = sweep.at(t, local)
				s := f.separation(&xf)
				if d := s - impactTarget; max(d, -d) < impactTolerance {
					t2 = t
					break
				}
				if s > impactTarget {
					a1, s1 = t, s
				} else {
					a2, s2 = t, s
				}
			}
		}
	}
	return 0, false
}

// separator measures how far an axis separates the cores of edge and polygon: between two points,
// from a face of the polygon, or from the edge.
type separator struct {
	edge    *Edge
	polygon *Polygon
	kind    separatorKind
	axis    Vec // of the points and the edge in the world, of a face in the polygon's frame
	origin  Vec // midpoint of the face or edge, likewise
	a, b    int // vertices that are compared
}

type separatorKind uint8

const (
	betweenPoints separatorKind = iota
	fromFace
	fromEdge
)

func newSeparator(edge *Edge, polygon *Polygon, xf *Transform, cache *simplexCache) separator {
	f := separator{edge: edge, polygon: polygon, a: cache.a[0], b: cache.b[0]}
	pa, pb := edge[f.a], polygon.vertices[f.b]
	switch {
	case cache.n == 1:
		f.axis = xf.apply(pb).sub(pa).unit()
		return f
	case cache.a[0] == cache.a[1]:
		f.kind = fromFace
		other := polygon.vertices[cache.b[1]]
		f.axis, f.origin = other.sub(pb).right().unit(), pb.add(other).scale(0.5)
	default:
		f.kind = fromEdge
		other := edge[cache.a[1]]
		f.axis, f.origin = other.sub(pa).right().unit(), pa.add(other).scale(0.5)
	}
	if f.separation(xf) < 0 {
		f.axis = f.axis.neg()
	}
	return f
}

// smallest is the separation with the polygon at xf; it chooses the vertices that are nearest.
func (f *separator) smallest(xf *Transform) float32 {
	vertices := f.polygon.vertices[:f.polygon.n]
	switch f.kind {
	case betweenPoints:
		f.a = support(f.edge[:], f.axis)
		f.b = support(vertices, xf.Q.invert(f.axis.neg()))
	case fromFace:
		f.a = support(f.edge[:], xf.Q.apply(f.axis).neg())
	default:
		f.b = support(vertices, xf.Q.invert(f.axis.neg()))
	}
	return f.separation(xf)
}

// separation is that of the vertices chosen before, with the polygon at xf.
func (f *separator) separation(xf *Transform) float32 {
	switch f.kind {
	case betweenPoints:
		return dot(xf.apply(f.polygon.vertices[f.b]).sub(f.edge[f.a]), f.axis)
	case fromFace:
		return dot(f.edge[f.a].sub(xf.apply(f.origin)), xf.Q.apply(f.axis))
	default:
		return dot(xf.apply(f.polygon.vertices[f.b]).sub(f.origin), f.axis)
	}
}
