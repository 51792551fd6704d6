package envs

import (
	"math"
	"strconv"
)

// Role is the meaning of a colour in a [Scene]. Whoever draws maps the sixteen roles to a palette.
type Role uint8

// The roles. Object1 to Object8 are for things that need telling apart.
const (
	Background Role = iota
	Agent
	Goal
	Hazard
	Wall
	Object1
	Object2
	Object3
	Object4
	Object5
	Object6
	Object7
	Object8
	Trace
	Target
	Ink // text
	NumRoles
)

// Shape is the kind of an [Item]; P of each is given here, in world units.
type Shape uint8

// The shapes. Width 0 fills a polygon, circle, rectangle or capsule.
const (
	LineShape      Shape = iota // x0 y0 x1 y1
	PolylineShape               // x y of each point
	PolygonShape                // x y of each corner
	CircleShape                 // x y radius
	RectangleShape              // x0 y0 x1 y1
	CapsuleShape                // x0 y0 x1 y1 radius
	ArrowShape                  // x0 y0 x1 y1, the tip last
)

// Item is one drawing primitive. Width is that of the line in world units.
type Item struct {
	Shape Shape
	Color Role
	Width float32
	P     []float32
}

// Text is what a [Label] says; bytes, so that storage can be reused. In JSON it is a string.
type Text []byte

// MarshalText implements encoding.TextMarshaler.
func (t Text) MarshalText() ([]byte, error) { return t, nil }

// Label is a text centred on (X, Y), Size world units high.
type Label struct {
	X, Y, Size float32
	Color      Role
	Text       Text
}

// Most items and labels of a scene.
const (
	MaxItems  = 2000
	MaxLabels = 50
)

// Scene is a picture as a list of primitives in painter's order. Its methods append to it; after
// [Scene.Clear] they reuse the storage, so that a scene allocates nothing once it was as large.
type Scene struct {
	View  [4]float64 // x0, y0, x1, y1 in world units, y up
	Items []Item
	Text  []Label
}

// Renderer is the optional capability of an [Env] to be seen.
type Renderer interface {
	// Scene sets the view and appends what the present state looks like.
	Scene(dst *Scene)
}

// StaticRenderer is the optional companion of [Renderer] for what stays the same in an episode,
// such as a map. It lies below what Scene draws.
type StaticRenderer interface{ StaticScene(dst *Scene) }

// DrawScene puts a picture of e's present state into dst: its own, or else the automatic view, a bar
// for every number of the observation.
func DrawScene(e Env, spec *Spec, observation []float64, dst *Scene) {
	dst.Clear()
	r, ok := e.(Renderer)
	if !ok {
		dst.bars(&spec.Observation, observation)
		return
	}
	if s, ok := e.(StaticRenderer); ok {
		s.StaticScene(dst)
	}
	r.Scene(dst)
}

// Clear empties the scene and keeps its storage.
func (s *Scene) Clear() { s.View, s.Items, s.Text = [4]float64{}, s.Items[:0], s.Text[:0] }

func (s *Scene) add(shape Shape, c Role, width float64, p ...float64) *Item {
	n := len(s.Items)
	if n < cap(s.Items) {
		s.Items = s.Items[:n+1]
	} else {
		s.Items = append(s.Items, Item{})
	}
	it := &s.Items[n]
	it.Shape, it.Color, it.Width, it.P = shape, c, float32(width), it.P[:0]
	for _, x := range p {
		it.P = append(it.P, float32(x))
	}
	return it
}

// Line appends a line.
func (s *Scene) Line(c Role, width, x0, y0, x1, y1 float64) {
	s.add(LineShape, c, width, x0, y0, x1, y1)
}

// Polyline appends a line through points x, y, x, y, ….
func (s *Scene) Polyline(c Role, width float64, p ...float64) { s.add(PolylineShape, c, width, p...) }

// Polygon appends a filled polygon with corners x, y, x, y, ….
func (s *Scene) Polygon(c Role, p ...float64) { s.add(PolygonShape, c, 0, p...) }

// Circle appends a filled circle.
func (s *Scene) Circle(c Role, x, y, radius float64) { s.add(CircleShape, c, 0, x, y, radius) }

// Ring appends a circle's outline.
func (s *Scene) Ring(c Role, width, x, y, radius float64) {
	s.add(CircleShape, c, width, x, y, radius)
}

// Rectangle appends a filled rectangle between two corners.
func (s *Scene) Rectangle(c Role, x0, y0, x1, y1 float64) {
	s.add(RectangleShape, c, 0, x0, y0, x1, y1)
}

// Frame appends a rectangle's outline.
func (s *Scene) Frame(c Role, width, x0, y0, x1, y1 float64) {
	s.add(RectangleShape, c, width, x0, y0, x1, y1)
}

// Capsule appends a filled thick line with round ends.
func (s *Scene) Capsule(c Role, x0, y0, x1, y1, radius float64) {
	s.add(CapsuleShape, c, 0, x0, y0, x1, y1, radius)
}

// Arrow appends an arrow to (x1, y1).
func (s *Scene) Arrow(c Role, width, x0, y0, x1, y1 float64) {
	s.add(ArrowShape, c, width, x0, y0, x1, y1)
}

func (s *Scene) label(c Role, x, y, size float64) *Label {
	n := len(s.Text)
	if n < cap(s.Text) {
		s.Text = s.Text[:n+1]
	} else {
		s.Text = append(s.Text, Label{})
	}
	l := &s.Text[n]
	l.X, l.Y, l.Size, l.Color, l.Text = float32(x), float32(y), float32(size), c, l.Text[:0]
	return l
}

// Label appends a text centred on (x, y).
func (s *Scene) Label(c Role, x, y, size float64, text string) {
	l := s.label(c, x, y, size)
	l.Text = append(l.Text, text...)
}

// Number appends a number centred on (x, y), with the decimals given or, at −1, as few as needed.
func (s *Scene) Number(c Role, x, y, size, v float64, decimals int) {
	l := s.label(c, x, y, size)
	l.Text = strconv.AppendFloat(l.Text, v, 'f', decimals, 64)
}

// bars is the automatic view: a bar for each number x, from the middle to the right if positive.
// Its length is x within finite bounds of the space, else x/(1+|x|). The first numbers have their
// names; there is room for 40 of them, and for 500 bars.
func (s *Scene) bars(space *Space, observation []float64) {
	n := min(len(observation), 500)
	s.View = [4]float64{0, 0, 24, float64(max(n, 4))}
	const left, middle, right = 9.0, 16.0, 23.0
	top := s.View[3]
	for i, x := range observation[:n] {
		y := top - float64(i) - 0.5
		length := x / (1 + math.Abs(x))
		if i < len(space.Low) {
			if bound := max(math.Abs(space.Low[i]), math.Abs(space.High[i])); bound > 0 && !math.IsInf(bound, 0) {
				length = x / bound
			}
		}
		if math.IsNaN(length) {
			length = 0
		}
		length = min(max(length, -1), 1)
		s.Rectangle(Object1, middle, y-0.35, middle+length*(right-middle), y+0.35)
		if i < 40 && i < len(space.Names) {
			s.Label(Ink, left/2, y, 0.6, space.Names[i])
		}
	}
	s.Line(Wall, 0.08, middle, 0, middle, top)
}
