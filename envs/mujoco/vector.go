package mujoco

import "math"

// vector and rotor are a [Vec] and a [Quat] at work: the compiler keeps structs in registers, but not arrays.
type (
	vector struct{ x, y, z float64 }
	rotor  struct{ w, x, y, z float64 }
)

func vectorAt(v *Vec) vector           { return vector{v[0], v[1], v[2]} }
func (a vector) store(to *Vec)         { to[0], to[1], to[2] = a.x, a.y, a.z }
func (a vector) plus(b vector) vector  { return vector{a.x + b.x, a.y + b.y, a.z + b.z} }
func (a vector) minus(b vector) vector { return vector{a.x - b.x, a.y - b.y, a.z - b.z} }

func (a vector) scaled(s float64) vector { return vector{s * a.x, s * a.y, s * a.z} }

func (a vector) dot(b vector) float64 { return a.x*b.x + a.y*b.y + a.z*b.z }

func (a vector) cross(b vector) vector {
	return vector{a.y*b.z - a.z*b.y, a.z*b.x - a.x*b.z, a.x*b.y - a.y*b.x}
}

// by returns the product of a matrix by rows and the vector.
func (a vector) by(r *[9]float64) vector {
	return vector{
		r[0]*a.x + r[1]*a.y + r[2]*a.z,
		r[3]*a.x + r[4]*a.y + r[5]*a.z,
		r[6]*a.x + r[7]*a.y + r[8]*a.z,
	}
}

func rotorAt(q *Quat) rotor { return rotor{q[0], q[1], q[2], q[3]} }

func (a rotor) store(to *Quat) { to[0], to[1], to[2], to[3] = a.w, a.x, a.y, a.z }

// times returns Hamilton's product.
func (a rotor) times(b rotor) rotor {
	return rotor{
		a.w*b.w - a.x*b.x - a.y*b.y - a.z*b.z,
		a.w*b.x + a.x*b.w + a.y*b.z - a.z*b.y,
		a.w*b.y - a.x*b.z + a.y*b.w + a.z*b.x,
		a.w*b.z + a.x*b.y - a.y*b.x + a.z*b.w,
	}
}

// rotate turns a vector by a rotor of length 1.
func (a rotor) rotate(v vector) vector {
	u := vector{a.x, a.y, a.z}
	t := u.cross(v).plus(v.scaled(a.w))
	return v.plus(u.cross(t).scaled(2))
}

// normalized returns the rotor scaled to length 1; one too short to have a direction becomes the identity.
func (a rotor) normalized() rotor {
	n := math.Sqrt(a.w*a.w + a.x*a.x + a.y*a.y + a.z*a.z)
	switch {
	case n < minVal:
		return rotor{1, 0, 0, 0}
	case math.Abs(n-1) > minVal:
		return rotor{a.w / n, a.x / n, a.y / n, a.z / n}
	}
	return a
}

// xAxis, yAxis and zAxis are where a rotor of length 1 turns the axes: the columns of its matrix.

func (a rotor) xAxis() vector {
	return vector{a.w*a.w + a.x*a.x - a.y*a.y - a.z*a.z, 2 * (a.x*a.y + a.w*a.z), 2 * (a.x*a.z - a.w*a.y)}
}

func (a rotor) yAxis() vector {
	return vector{2 * (a.x*a.y - a.w*a.z), a.w*a.w - a.x*a.x + a.y*a.y - a.z*a.z, 2 * (a.y*a.z + a.w*a.x)}
}

func (a rotor) zAxis() vector {
	return vector{2 * (a.x*a.z + a.w*a.y), 2 * (a.y*a.z - a.w*a.x), a.w*a.w - a.x*a.x - a.y*a.y + a.z*a.z}
}

// matrix writes the matrix, by rows, of a rotor of length 1.
func (a rotor) matrix(r *[9]float64) {
	w, x, y, z := a.w, a.x, a.y, a.z
	ww, xx, yy, zz := w*w, x*x, y*y, z*z
	wx, wy, wz, xy, xz, yz := w*x, w*y, w*z, x*y, x*z, y*z
	r[0], r[1], r[2] = ww+xx-yy-zz, 2*(xy-wz), 2*(xz+wy)
	r[3], r[4], r[5] = 2*(xy+wz), ww-xx+yy-zz, 2*(yz-wx)
	r[6], r[7], r[8] = 2*(xz-wy), 2*(yz+wx), ww-xx-yy+zz
}
