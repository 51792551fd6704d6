package box2d

// Distance between the cores (without skin) of an edge and a polygon, by the algorithm of Gilbert,
// Johnson and Keerthi: the point nearest to the origin of the Minkowski difference.

const maxDistanceIterations = 20

// simplexVertex is a vertex of the Minkowski difference.
type simplexVertex struct {
	a, b   int     // vertex indices on edge and polygon
	wa, wb Vec     // in the world
	w      Vec     // wb − wa
	part   float32 // barycentric coordinate of the nearest point
}

type simplex struct {
	n int
	v [3]simplexVertex
}

// simplexCache starts a search from the result of the one before.
type simplexCache struct {
	n      int
	a, b   [3]int
	metric float32
}

func vertexPair(edge *Edge, polygon *Polygon, xf *Transform, a, b int) simplexVertex {
	wa, wb := edge[a], xf.apply(polygon.vertices[b])
	return simplexVertex{a: a, b: b, wa: wa, wb: wb, w: wb.sub(wa)}
}

// distance returns the distance with the polygon at xf; it reads and writes the cache.
func distance(edge *Edge, polygon *Polygon, xf *Transform, cache *simplexCache) float32 {
	var s simplex
	s.restore(edge, polygon, xf, cache)
	for range maxDistanceIterations {
		before := s
		switch s.n {
		case 2:
			s.reduce2()
		case 3:
			s.reduce3()
		}
		if s.n == 3 { // the origin is inside
			break
		}
		d := s.direction()
		if dot(d, d) < epsilon*epsilon {
			break
		}
		a := support(edge[:], d.neg())
		b := support(polygon.vertices[:polygon.n], xf.Q.invert(d))
		if before.holds(a, b) { // no progress
			break
		}
		s.v[s.n] = vertexPair(edge, polygon, xf, a, b)
		s.n++
	}
	*cache = simplexCache{n: s.n, metric: s.metric()}
	for i := range s.v[:s.n] {
		cache.a[i], cache.b[i] = s.v[i].a, s.v[i].b
	}
	pa, pb := s.nearest()
	return pa.sub(pb).length()
}

func (s *simplex) restore(edge *Edge, polygon *Polygon, xf *Transform, cache *simplexCache) {
	s.n = cache.n
	for i := range s.v[:s.n] {
		s.v[i] = vertexPair(edge, polygon, xf, cache.a[i], cache.b[i])
	}
	if s.n > 1 {
		if m := s.metric(); m < float32(0.5*cache.metric) || float32(2*cache.metric) < m || m < epsilon {
			s.n = 0
		}
	}
	if s.n == 0 {
		s.v[0] = vertexPair(edge, polygon, xf, 0, 0)
		s.n = 1
	}
}

func (s *simplex) holds(a, b int) bool {
	for i := range s.v[:s.n] {
		if s.v[i].a == a && s.v[i].b == b {
			return true
		}
	}
	return false
}

// metric is the size of the simplex, to recognise a cached one that has changed too much.
func (s *simplex) metric() float32 {
	switch s.n {
	case 2:
		return s.v[0].w.sub(s.v[1].w).length()
	case 3:
		return cross(s.v[1].w.sub(s.v[0].w), s.v[2].w.sub(s.v[0].w))
	}
	return 0
}

// direction leads from the simplex towards the origin.
func (s *simplex) direction() Vec {
	if s.n == 1 {
		return s.v[0].w.neg()
	}
	e := s.v[1].w.sub(s.v[0].w)
	if cross(e, s.v[0].w.neg()) > 0 {
		return e.right().neg()
	}
	return e.right()
}

// nearest returns the nearest points of edge and polygon.
func (s *simplex) nearest() (a, b Vec) {
	v := &s.v
	switch s.n {
	case 1:
		return v[0].wa, v[0].wb
	case 2:
		return v[0].wa.scale(v[0].part).add(v[1].wa.scale(v[1].part)), v[0].wb.scale(v[0].part).add(v[1].wb.scale(v[1].part))
	}
	a = v[0].wa.scale(v[0].part).add(v[1].wa.scale(v[1].part)).add(v[2].wa.scale(v[2].part))
	return a, a
}

// keep reduces the simplex to one vertex.
func (s *simplex) keep(v simplexVertex) {
	v.part = 1
	s.n, s.v[0] = 1, v
}

// keep2 reduces it to an edge, with the weights of its ends.
func (s *simplex) keep2(u, v simplexVertex, du, dv float32) {
	inv := 1 / (du + dv)
	u.part, v.part = float32(du*inv), float32(dv*inv)
	s.n, s.v[0], s.v[1] = 2, u, v
}

// reduce2 keeps the part of a segment that is nearest to the origin.
func (s *simplex) reduce2() {
	v1, v2 := s.v[0], s.v[1]
	e := v2.w.sub(v1.w)
	d2 := -dot(v1.w, e)
	if d2 <= 0 {
		s.keep(v1)
		return
	}
	d1 := dot(v2.w, e)
	if d1 <= 0 {
		s.keep(v2)
		return
	}
	s.keep2(v1, v2, d1, d2)
}

// reduce3 keeps the part of a triangle that is nearest to the origin.
func (s *simplex) reduce3() {
	v1, v2, v3 := s.v[0], s.v[1], s.v[2]
	e12, e13, e23 := v2.w.sub(v1.w), v3.w.sub(v1.w), v3.w.sub(v2.w)
	d12x1, d12x2 := dot(v2.w, e12), -dot(v1.w, e12)
	d13x1, d13x2 := dot(v3.w, e13), -dot(v1.w, e13)
	d23x1, d23x2 := dot(v3.w, e23), -dot(v2.w, e23)
	n := cross(e12, e13)
	d1 := float32(n * cross(v2.w, v3.w))
	d2 := float32(n * cross(v3.w, v1.w))
	d3 := float32(n * cross(v1.w, v2.w))
	switch {
	case d12x2 <= 0 && d13x2 <= 0:
		s.keep(v1)
	case d12x1 > 0 && d12x2 > 0 && d3 <= 0:
		s.keep2(v1, v2, d12x1, d12x2)
	case d13x1 > 0 && d13x2 > 0 && d2 <= 0:
		s.keep2(v1, v3, d13x1, d13x2)
	case d12x1 <= 0 && d23x2 <= 0:
		s.keep(v2)
	case d13x1 <= 0 && d23x1 <= 0:
		s.keep(v3)
	case d23x1 > 0 && d23x2 > 0 && d1 <= 0:
		s.keep2(v3, v2, d23x2, d23x1)
	default:
		inv := 1 / (d1 + d2 + d3)
		s.v[0].part, s.v[1].part, s.v[2].part = float32(d1*inv), float32(d2*inv), float32(d3*inv)
	}
}
