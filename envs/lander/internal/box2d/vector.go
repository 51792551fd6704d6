package box2d

import "math"

// Vec is a vector of the plane.
type Vec struct {
	X float32 `json:"x"`
	Y float32 `json:"y"`
}

func (a Vec) add(b Vec) Vec       { return Vec{a.X + b.X, a.Y + b.Y} }
func (a Vec) sub(b Vec) Vec       { return Vec{a.X - b.X, a.Y - b.Y} }
func (a Vec) neg() Vec            { return Vec{-a.X, -a.Y} }
func (a Vec) scale(s float32) Vec { return Vec{float32(s * a.X), float32(s * a.Y)} }
func (a Vec) right() Vec          { return Vec{a.Y, -a.X} } // turned by -90 degrees
func dot(a, b Vec) float32        { return float32(a.X*b.X) + float32(a.Y*b.Y) }
func cross(a, b Vec) float32      { return float32(a.X*b.Y) - float32(a.Y*b.X) }
func spin(w float32, r Vec) Vec   { return Vec{float32(-w * r.Y), float32(w * r.X)} } // velocity at r of a rotation w
func lowest(a, b Vec) Vec         { return Vec{min(a.X, b.X), min(a.Y, b.Y)} }
func highest(a, b Vec) Vec        { return Vec{max(a.X, b.X), max(a.Y, b.Y)} }
func sqrt(x float32) float32      { return float32(math.Sqrt(float64(x))) }
func (a Vec) length() float32     { return sqrt(dot(a, a)) }

// clamp brings x into [lo, hi]. (It is faster than the built-in min and max, which look after NaN.)
func clamp(x, lo, hi float32) float32 {
	if x < lo {
		return lo
	}
	if x > hi {
		return hi
	}
	return x
}

// unit returns the vector of length 1 in the direction of a, or a itself if it is too short.
func (a Vec) unit() Vec {
	l := a.length()
	if l < epsilon {
		return a
	}
	return a.scale(1 / l)
}

// Rotation by an angle.
type Rotation struct {
	Sin float32 `json:"sin"`
	Cos float32 `json:"cos"`
}

func rotation(angle float32) Rotation {
	s, c := sincos(angle)
	return Rotation{s, c}
}

func (q Rotation) apply(v Vec) Vec {
	return Vec{float32(q.Cos*v.X) - float32(q.Sin*v.Y), float32(q.Sin*v.X) + float32(q.Cos*v.Y)}
}

func (q Rotation) invert(v Vec) Vec {
	return Vec{float32(q.Cos*v.X) + float32(q.Sin*v.Y), float32(q.Cos*v.Y) - float32(q.Sin*v.X)}
}

// Transform takes points of a body to the world.
type Transform struct {
	P Vec      `json:"p"`
	Q Rotation `json:"q"`
}

func (t *Transform) apply(v Vec) Vec  { return t.Q.apply(v).add(t.P) }
func (t *Transform) invert(v Vec) Vec { return t.Q.invert(v.sub(t.P)) }

// placed is the transform of a body whose centre of mass, at local in its own frame, is at c.
func placed(c Vec, angle float32, local Vec) Transform {
	q := rotation(angle)
	return Transform{c.sub(q.apply(local)), q}
}

// sincos is sinf and cosf of the C library that the recordings were made with, which are not
// correctly rounded: polynomials in float64 after subtracting a multiple of π/2. Source: Arm
// Optimized Routines, math/sinf.c and cosf.c, as in glibc 2.28 and later.
func sincos(angle float32) (sin, cos float32) {
	const (
		halfPi     = 0x1.921FB54442D18p0   // rounded
		halfPiRest = 0x1.1A62633145C07p-54 // π/2 − halfPi
	)
	y := float64(angle)
	n := int32(0)
	switch size := math.Abs(y); {
	case size < 0x1p-12:
		return angle, 1
	case size < math.Pi/4:
	case size < 120:
		n = (int32(y*0x1.45F306DC9C883p+23) + 0x800000) >> 24 // 2/π, times 2^24
		y -= float64(float64(n) * halfPi)
	case size < 0x1p24: // here the library counts with more digits of π
		turns := math.Round(y / halfPi)
		n = int32(turns)
		y = math.FMA(-turns, halfPi, y) - float64(turns*halfPiRest)
	default:
		s, c := math.Sincos(y)
		return float32(s), float32(c)
	}
	s, c := sincosNearZero(y)
	switch n & 3 {
	case 1:
		s, c = c, -s
	case 2:
		s, c = -s, -c
	case 3:
		s, c = -c, s
	}
	return float32(s), float32(c)
}

// sincosNearZero is for |x| <= π/4.
func sincosNearZero(x float64) (sin, cos float64) {
	const (
		s1 = -0x1.555545995a603p-3
		s2 = 0x1.1107605230bc4p-7
		s3 = -0x1.994eb3774cf24p-13
		c1 = -0x1.ffffffd0c621cp-2
		c2 = 0x1.55553e1068f19p-5
		c3 = -0x1.6c087e89a359dp-10
		c4 = 0x1.99343027bf8c3p-16
	)
	q := float64(x * x)
	x3 := float64(x * q)
	sin = x + float64(x3*s1) + float64(float64(x3*q)*(s2+float64(q*s3)))
	x4 := float64(q * q)
	cos = 1 + float64(q*c1) + float64(x4*c2) + float64(float64(x4*q)*(c3+float64(q*c4)))
	return sin, cos
}
