package box2d

import (
	"math"
	"testing"
)

const px = 1.0 / 30

// Mass, centre and inertia of the lunar lander's hull and of one of its legs, as box2d-py gives them.
func TestMass(t *testing.T) {
	hull := NewPolygon(Vec{17 * px, -10 * px}, Vec{17 * px, 0}, Vec{14 * px, 17 * px}, Vec{-14 * px, 17 * px}, Vec{-17 * px, 0}, Vec{-17 * px, -10 * px})
	leg := NewBox(2*px, 8*px)
	for _, c := range []struct {
		name                 string
		shape                Polygon
		density              float32
		mass, height, moment float64
	}{
		{"hull", hull, 5, 4.8166666, 0.101307, 0.8333149},
		{"leg", leg, 1, 0.0711111, 0, 0.00179095},
	} {
		mass, center, inertia := c.shape.mass(c.density)
		for _, q := range []struct {
			name      string
			got, want float64
		}{
			{"mass", float64(mass), c.mass}, {"centre x", float64(center.X), 0}, {"centre y", float64(center.Y), c.height},
			{"inertia", float64(inertia), c.moment},
		} {
			if math.Abs(q.got-q.want) > 1e-6*max(1, q.want) {
				t.Errorf("%s of the %s is %v, want %v", q.name, c.name, q.got, q.want)
			}
		}
	}
}

// Sine and cosine are within one unit in the last place of the true ones, with and beyond reduction.
func TestSincos(t *testing.T) {
	for x := -200.0; x < 200; x += 0.0137 {
		a := float32(x)
		s, c := sincos(a)
		wantS, wantC := math.Sincos(float64(a))
		if math.Abs(float64(s)-wantS) > 1e-7 || math.Abs(float64(c)-wantC) > 1e-7 {
			t.Errorf("sincos(%v) = %v, %v, want %v, %v", a, s, c, wantS, wantC)
		}
	}
}

// The unit square and the edge y = 0, 0 <= x <= 4, at places where the distance is plain.
func TestDistance(t *testing.T) {
	edge, square := Edge{{0, 0}, {4, 0}}, NewBox(0.5, 0.5)
	for _, c := range []struct {
		name  string
		at    Vec
		angle float32
		want  float32
	}{
		{"face above the edge", Vec{2, 3}, 0, 2.5},
		{"below it", Vec{2, -1}, 0, 0.5},
		{"vertex above the edge", Vec{2, 3}, pi / 4, 3 - math.Sqrt2/2},
		{"vertex to end", Vec{7.5, 4.5}, 0, 5},
		{"face beside the end", Vec{5.25, 0.2}, 0, 0.75},
		{"overlap", Vec{2, 0.1}, 0, 0},
	} {
		xf := Transform{c.at, rotation(c.angle)}
		var cache simplexCache
		got := distance(&edge, &square, &xf, &cache)
		again := distance(&edge, &square, &xf, &cache)
		if d := got - c.want; max(d, -d) > 1e-6 || max(again-got, got-again) > 1e-6 {
			t.Errorf("%s: %v, and %v from the cache; want %v", c.name, got, again, c.want)
		}
	}
}

// A square above an edge touches with its lower vertices, and with one where the edge ends.
func TestManifold(t *testing.T) {
	square := NewBox(0.5, 0.5)
	for _, c := range []struct {
		name   string
		edge   Edge
		at     Vec
		points int
		normal Vec
	}{
		{"flat", Edge{{0, 0}, {4, 0}}, Vec{2, 0.51}, 2, Vec{0, 1}},
		{"flat, the edge backwards", Edge{{4, 0}, {0, 0}}, Vec{2, 0.51}, 2, Vec{0, 1}},
		{"from below", Edge{{0, 0}, {4, 0}}, Vec{2, -0.51}, 2, Vec{0, -1}},
		{"past the end", Edge{{0, 0}, {4, 0}}, Vec{4.2, 0.51}, 2, Vec{0, 1}},
		{"apart", Edge{{0, 0}, {4, 0}}, Vec{2, 0.53}, 0, Vec{}},
		{"on a post", Edge{{2, -3}, {2, 0}}, Vec{2.2, 0.49}, 1, Vec{0, 1}},
	} {
		xf := Transform{c.at, rotation(0)}
		var m Manifold
		m.collide(&c.edge, &square, &xf)
		if int(m.NumPoints) != c.points {
			t.Errorf("%s: %d points, want %d", c.name, m.NumPoints, c.points)
			continue
		}
		if c.points == 0 {
			continue
		}
		if _, normal := m.points(&xf); normal != c.normal {
			t.Errorf("%s: normal %v, want %v", c.name, normal, c.normal)
		}
	}
}
