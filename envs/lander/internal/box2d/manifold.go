package box2d

import "math"

// Manifold says where an edge and a polygon touch: up to two points, and the face that they are
// measured from.
type Manifold struct {
	NumPoints uint8            `json:"num_points"`
	OnPolygon bool             `json:"on_polygon"` // the reference face is the polygon's, not the edge
	Normal    Vec              `json:"normal"`     // of the reference face, in its own frame
	Plane     Vec              `json:"plane"`      // a point of the reference face, likewise
	Points    [2]ManifoldPoint `json:"points"`
}

// ManifoldPoint is a contact point.
type ManifoldPoint struct {
	Local   Vec     `json:"local"` // in the frame that the reference face is not in
	Impulse Impulse `json:"impulse"`
	Feature Feature `json:"feature"`
}

// Impulse of a contact point, along the normal and the tangent.
type Impulse struct {
	Normal  float32 `json:"normal"`
	Tangent float32 `json:"tangent"`
}

// Feature names the features of edge and polygon that make a point, to find it again in the next step.
type Feature struct {
	IndexA  uint8 `json:"index_a"`
	IndexB  uint8 `json:"index_b"`
	VertexA bool  `json:"vertex_a"` // else a face
	VertexB bool  `json:"vertex_b"`
}

// clipVertex is an end of the segment that is being clipped.
type clipVertex struct {
	v       Vec
	feature Feature
}

// collide finds the contact points of an edge and a polygon at xf; their impulses are zero.
func (m *Manifold) collide(edge *Edge, polygon *Polygon, xf *Transform) {
	*m = Manifold{}
	const radius = 2 * skin
	v1, v2 := edge[0], edge[1]
	normal1 := v2.sub(v1).unit().right()
	front := dot(normal1, xf.apply(polygon.centroid).sub(v1)) >= 0
	normal := normal1
	if !front {
		normal = normal1.neg()
	}
	n := polygon.n
	var vertices, normals [maxVertices]Vec
	for i := range n {
		vertices[i], normals[i] = xf.apply(polygon.vertices[i]), xf.Q.apply(polygon.normals[i])
	}

	// Separating axes: the edge's normal, then those of the polygon.
	edgeSeparation := float32(math.MaxFloat32)
	for _, v := range vertices[:n] {
		edgeSeparation = min(edgeSeparation, dot(normal, v.sub(v1)))
	}
	if edgeSeparation > radius {
		return
	}
	face, faceSeparation := 0, float32(-math.MaxFloat32)
	for i := range n {
		axis := normals[i].neg()
		s := min(dot(axis, vertices[i].sub(v1)), dot(axis, vertices[i].sub(v2)))
		if s > radius {
			return
		}
		if s > faceSeparation {
			face, faceSeparation = i, s
		}
	}

	// The face with the larger separation is the reference, with a preference for the edge against
	// flipping. The other's most anti-parallel face is clipped to its sides.
	m.OnPolygon = faceSeparation > float32(0.98*edgeSeparation)+0.001
	var incident [2]clipVertex
	var i1, i2 int
	var ref1, ref2, refNormal Vec
	if m.OnPolygon {
		f := Feature{IndexB: uint8(face), VertexA: true}
		incident = [2]clipVertex{{v1, f}, {v2, f}}
		i1, i2 = face, (face+1)%n
		ref1, ref2, refNormal = vertices[i1], vertices[i2], normals[i1]
		m.Normal, m.Plane = polygon.normals[i1], polygon.vertices[i1]
	} else {
		best, least := 0, dot(normal, normals[0])
		for i := 1; i < n; i++ {
			if d := dot(normal, normals[i]); d < least {
				best, least = i, d
			}
		}
		for k, i := range [2]int{best, (best + 1) % n} {
			incident[k] = clipVertex{vertices[i], Feature{IndexB: uint8(i), VertexB: true}}
		}
		i1, i2, ref1, ref2, refNormal = 0, 1, v1, v2, normal1
		if !front {
			i1, i2, ref1, ref2, refNormal = 1, 0, v2, v1, normal
		}
		m.Normal, m.Plane = refNormal, ref1
	}
	side := refNormal.right()
	if !clip(&incident, side, dot(side, ref1), i1) || !clip(&incident, side.neg(), dot(side.neg(), ref2), i2) {
		return
	}
	for _, in := range incident {
		if dot(refNormal, in.v.sub(ref1)) > radius {
			continue
		}
		p := &m.Points[m.NumPoints]
		m.NumPoints++
		if m.OnPolygon {
			f := in.feature
			*p = ManifoldPoint{Local: in.v, Feature: Feature{f.IndexB, f.IndexA, f.VertexB, f.VertexA}}
		} else {
			*p = ManifoldPoint{Local: xf.invert(in.v), Feature: in.feature}
		}
	}
}

// clip keeps the part of the segment on the inner side of a line, which goes through vertex index
// of the reference face. It reports whether two points are left.
func clip(s *[2]clipVertex, normal Vec, offset float32, index int) bool {
	var out [2]clipVertex
	n := 0
	d0, d1 := dot(normal, s[0].v)-offset, dot(normal, s[1].v)-offset
	if d0 <= 0 {
		out[n] = s[0]
		n++
	}
	if d1 <= 0 {
		out[n] = s[1]
		n++
	}
	if float32(d0*d1) < 0 {
		t := d0 / (d0 - d1)
		out[n] = clipVertex{
			s[0].v.add(s[1].v.sub(s[0].v).scale(t)),
			Feature{IndexA: uint8(index), IndexB: s[0].feature.IndexB, VertexA: true},
		}
		n++
	}
	*s = out
	return n == 2
}

// separation measures point k with the body at xf: where it is, how far the skins are apart, and
// the normal from ground to body.
func (m *Manifold) separation(xf *Transform, k int) (point, normal Vec, s float32) {
	if m.OnPolygon {
		normal = xf.Q.apply(m.Normal)
		point = m.Points[k].Local
		s = dot(point.sub(xf.apply(m.Plane)), normal) - skin - skin
		return point, normal.neg(), s
	}
	point = xf.apply(m.Points[k].Local)
	return point, m.Normal, dot(point.sub(m.Plane), m.Normal) - skin - skin
}

// points returns the contact points in the world, midway between the skins, and the normal from
// ground to body.
func (m *Manifold) points(xf *Transform) (points [2]Vec, normal Vec) {
	normal = m.Normal
	plane := m.Plane
	if m.OnPolygon {
		normal = xf.Q.apply(normal)
		plane = xf.apply(plane)
	}
	for k := range m.Points[:m.NumPoints] {
		p := m.Points[k].Local
		if !m.OnPolygon {
			p = xf.apply(p)
		}
		onFace := p.add(normal.scale(skin - dot(p.sub(plane), normal)))
		onOther := p.sub(normal.scale(skin))
		points[k] = onFace.add(onOther).scale(0.5)
	}
	if m.OnPolygon {
		normal = normal.neg()
	}
	return points, normal
}
