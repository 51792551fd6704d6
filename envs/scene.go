package envs

import (
	"fmt"
	"math"
	"slices"
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

// Anchor says which end of a text its place is.
type Anchor uint8

// The anchors.
const (
	Middle Anchor = iota
	Start
	End
)

// Label is a text whose anchor is at (X, Y), at half its height, Size world units high.
type Label struct {
	X, Y, Size float32
	Color      Role
	Anchor     Anchor
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

// ActionRenderer is the optional companion of [Renderer] for what the last action does, such as the
// flame of an engine. It lies above what Scene draws. Since the action is handed in, no step needs to
// remember it, and a state that was set looks like one that was reached.
type ActionRenderer interface {
	// ActionScene appends what a, which led to the present state, looks like.
	ActionScene(dst *Scene, a Action)
}

// Timed is the optional capability of an [Env] whose steps last a known time.
type Timed interface {
	// StepTime is the duration of a step in seconds, simulated ones if its model has seconds.
	StepTime() float64
}

// defaultStepTime is for environments whose steps have no duration: the eye can follow.
const defaultStepTime = 0.2

// StepTime is how many seconds of a moving picture a step of e lasts.
func StepTime(e Env) float64 {
	if t, ok := e.(Timed); ok {
		return t.StepTime()
	}
	return defaultStepTime
}

// DrawScene puts a picture of e's present state into dst: its own, or else the automatic view, a bar
// for every number of the observation. The last action is the zero Action where there was none. What
// exceeds MaxItems or MaxLabels is left out.
func DrawScene(e Env, spec *Spec, observation []float64, last Action, dst *Scene) {
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
	if a, ok := e.(ActionRenderer); ok && (last.Discrete != nil || last.Box != nil) {
		a.ActionScene(dst, last)
	}
	dst.Items = dst.Items[:min(len(dst.Items), MaxItems)]
	dst.Text = dst.Text[:min(len(dst.Text), MaxLabels)]
}

// Check returns an error if the scene breaks a limit that those who draw rely on: a view of positive
// size, known shapes and roles, as many numbers as the shape has, all of them finite and within ten
// times the view, and labels inside it.
func (s *Scene) Check() error {
	v := s.View
	w, h := v[2]-v[0], v[3]-v[1]
	if !(w > 0 && h > 0) || math.IsInf(w, 0) || math.IsInf(h, 0) {
		return fmt.Errorf("the view is %v", v)
	}
	if len(s.Items) > MaxItems || len(s.Text) > MaxLabels {
		return fmt.Errorf("%d items and %d labels; at most %d and %d are drawn", len(s.Items), len(s.Text), MaxItems, MaxLabels)
	}
	inside := func(x, y float32, times float64) bool {
		return math.Abs(float64(x)-(v[0]+v[2])/2) <= times*w/2 && math.Abs(float64(y)-(v[1]+v[3])/2) <= times*h/2
	}
	for i := range s.Items {
		it := &s.Items[i]
		if it.Color >= NumRoles {
			return fmt.Errorf("item %d has colour %d; there are %d", i, it.Color, NumRoles)
		}
		points, size, ok := it.shape()
		if !ok {
			return fmt.Errorf("item %d of shape %d has %d numbers", i, it.Shape, len(it.P))
		}
		for k := 0; k < 2*points; k += 2 {
			if !inside(it.P[k], it.P[k+1], 10) {
				return fmt.Errorf("item %d has the point (%v, %v); the view is %v", i, it.P[k], it.P[k+1], v)
			}
		}
		for _, x := range [2]float32{size, it.Width} {
			if !(x >= 0 && float64(x) <= 10*max(w, h)) {
				return fmt.Errorf("item %d has size %v; the view is %v", i, x, v)
			}
		}
	}
	for i := range s.Text {
		switch l := &s.Text[i]; {
		case l.Color >= NumRoles || l.Anchor > End:
			return fmt.Errorf("label %q has colour %d and anchor %d", l.Text, l.Color, l.Anchor)
		case !inside(l.X, l.Y, 1):
			return fmt.Errorf("label %q is at (%v, %v); the view is %v", l.Text, l.X, l.Y, v)
		case !(l.Size > 0 && float64(l.Size) <= h):
			return fmt.Errorf("label %q is %v high; the view is %v", l.Text, l.Size, v)
		}
	}
	return nil
}

// shape returns the number of points at the beginning of P and the radius after them, and whether P
// is as long as the shape demands.
func (it *Item) shape() (points int, radius float32, ok bool) {
	n := len(it.P)
	switch it.Shape {
	case LineShape, RectangleShape, ArrowShape:
		return 2, 0, n == 4
	case PolylineShape:
		return n / 2, 0, n >= 4 && n%2 == 0
	case PolygonShape:
		return n / 2, 0, n >= 6 && n%2 == 0
	case CircleShape:
		if n == 3 {
			return 1, it.P[2], true
		}
	case CapsuleShape:
		if n == 5 {
			return 2, it.P[4], true
		}
	}
	return 0, 0, false
}

// Equal reports whether two scenes show the same.
func (s *Scene) Equal(t *Scene) bool {
	return s.View == t.View &&
		slices.EqualFunc(s.Items, t.Items, func(a, b Item) bool {
			return a.Shape == b.Shape && a.Color == b.Color && a.Width == b.Width && slices.Equal(a.P, b.P)
		}) &&
		slices.EqualFunc(s.Text, t.Text, func(a, b Label) bool {
			return a.X == b.X && a.Y == b.Y && a.Size == b.Size && a.Color == b.Color && a.Anchor == b.Anchor && string(a.Text) == string(b.Text)
		})
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

// label appends a label without text, anchored in its middle.
func (s *Scene) label(c Role, x, y, size float64) *Label {
	n := len(s.Text)
	if n < cap(s.Text) {
		s.Text = s.Text[:n+1]
	} else {
		s.Text = append(s.Text, Label{})
	}
	l := &s.Text[n]
	l.X, l.Y, l.Size, l.Color, l.Anchor, l.Text = float32(x), float32(y), float32(size), c, Middle, l.Text[:0]
	return l
}

// Anchor anchors the label added last.
func (s *Scene) Anchor(a Anchor) { s.Text[len(s.Text)-1].Anchor = a }

// Label appends a text centred on (x, y).
func (s *Scene) Label(c Role, x, y, size float64, text string) {
	l := s.label(c, x, y, size)
	l.Text = append(l.Text, text...)
}

// Number appends a number centred on (x, y), with the decimals given or, at −1, as few as needed.
func (s *Scene) Number(c Role, x, y, size, v float64, decimals int) {
	l := s.label(c, x, y, size)
	if v < 0 {
		l.Text = append(l.Text, "−"...)
	}
	l.Text = strconv.AppendFloat(l.Text, math.Abs(v), 'f', decimals, 64)
}

// bars is the automatic view: a bar for each number x, from the middle to the right if positive.
// Its length is x within finite bounds of the space, else x/(1+|x|). The first numbers have their
// names; there is room for 48 of them, and for 500 bars.
func (s *Scene) bars(space *Space, observation []float64) {
	n := min(len(observation), 500)
	s.View = [4]float64{0, 0, 24, float64(max(n, 4))}
	const names, left, middle, right = 8.6, 9.0, 16.0, 23.0
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
		s.Rectangle(Trace, left, y-0.4, right, y+0.4)
		s.Rectangle(Object1, middle, y-0.35, middle+length*(right-middle), y+0.35)
		if i < 48 && i < len(space.Names) {
			s.Label(Ink, names, y, 0.6, space.Names[i])
			s.Anchor(End)
		}
	}
	s.Line(Wall, 0.08, middle, 0, middle, top)
}
