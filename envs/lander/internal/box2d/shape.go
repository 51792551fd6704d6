package box2d

import "fmt"

// maxVertices of a polygon.
const maxVertices = 6

// Polygon is a convex body shape, its vertices counter-clockwise.
type Polygon struct {
	n        int
	vertices [maxVertices]Vec
	normals  [maxVertices]Vec // of the edge from a vertex to the next, outwards
	centroid Vec
}

// NewPolygon returns the polygon of the given vertices. They are counter-clockwise and begin, as
// after Box2D's search for the hull, with the rightmost (of several the lowest).
func NewPolygon(vertices ...Vec) Polygon {
	if len(vertices) < 3 || len(vertices) > maxVertices {
		panic(fmt.Sprintf("box2d: a polygon of %d vertices", len(vertices)))
	}
	p := Polygon{n: len(vertices)}
	copy(p.vertices[:], vertices)
	var area float32
	for i, u := range vertices {
		v := vertices[(i+1)%p.n]
		p.normals[i] = v.sub(u).right().unit()
		triangle := float32(0.5 * cross(u, v))
		area += triangle
		p.centroid = p.centroid.add(u.add(v).scale(triangle * third))
	}
	p.centroid = p.centroid.scale(1 / area)
	return p
}

// NewBox returns the box of the given half sizes around the origin.
func NewBox(hx, hy float32) Polygon {
	return Polygon{
		n:        4,
		vertices: [maxVertices]Vec{{-hx, -hy}, {hx, -hy}, {hx, hy}, {-hx, hy}},
		normals:  [maxVertices]Vec{{0, -1}, {1, 0}, {0, 1}, {-1, 0}},
	}
}

const third float32 = 1.0 / 3.0

// mass returns the mass of the polygon at the given density, its centre, and the moment of inertia
// about the origin.
func (p *Polygon) mass(density float32) (mass float32, center Vec, inertia float32) {
	var s Vec // mean of the vertices
	for _, u := range p.vertices[:p.n] {
		s = s.add(u)
	}
	s = s.scale(1 / float32(p.n))
	var area float32
	for i, u := range p.vertices[:p.n] {
		e1, e2 := u.sub(s), p.vertices[(i+1)%p.n].sub(s)
		d := cross(e1, e2)
		triangle := float32(0.5 * d)
		area += triangle
		center = center.add(e1.add(e2).scale(triangle * third))
		x2 := float32(e1.X*e1.X) + float32(e2.X*e1.X) + float32(e2.X*e2.X)
		y2 := float32(e1.Y*e1.Y) + float32(e2.Y*e1.Y) + float32(e2.Y*e2.Y)
		inertia += float32(float32(0.25*third*d) * (x2 + y2))
	}
	mass = density * area
	center = center.scale(1 / area)
	about := center.add(s)
	inertia = float32(density*inertia) + float32(mass*(dot(about, about)-dot(center, center)))
	return mass, about, inertia
}

// Edge is a segment of the ground.
type Edge [2]Vec

// support is the index of the vertex farthest in direction d.
func support(vertices []Vec, d Vec) int {
	best, most := 0, dot(vertices[0], d)
	for i := 1; i < len(vertices); i++ {
		if v := dot(vertices[i], d); v > most {
			best, most = i, v
		}
	}
	return best
}

// Box is an axis-aligned box.
type Box struct {
	Low  Vec `json:"low"`
	High Vec `json:"high"`
}

func bound(vertices []Vec) Box {
	b := Box{vertices[0], vertices[0]}
	for _, v := range vertices[1:] {
		b = Box{lowest(b.Low, v), highest(b.High, v)}
	}
	return b
}

// bound is the box of the polygon at t, with its skin.
func (p *Polygon) bound(t *Transform) Box {
	var at [maxVertices]Vec
	for i, v := range p.vertices[:p.n] {
		at[i] = t.apply(v)
	}
	return bound(at[:p.n]).grow(skin)
}

func (b Box) grow(r float32) Box {
	return Box{Vec{b.Low.X - r, b.Low.Y - r}, Vec{b.High.X + r, b.High.Y + r}}
}

func (b Box) union(c Box) Box { return Box{lowest(b.Low, c.Low), highest(b.High, c.High)} }

func (b Box) contains(c Box) bool {
	return b.Low.X <= c.Low.X && b.Low.Y <= c.Low.Y && c.High.X <= b.High.X && c.High.Y <= b.High.Y
}

func (b Box) overlaps(c Box) bool {
	return b.Low.X <= c.High.X && b.Low.Y <= c.High.Y && c.Low.X <= b.High.X && c.Low.Y <= b.High.Y
}
