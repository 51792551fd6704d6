package mujoco

import "math"

// minVal is the smallest denominator.
const minVal = 1e-15

func dot3(a, b *Vec) float64 { return a[0]*b[0] + a[1]*b[1] + a[2]*b[2] }

func norm(a *Vec) float64 { return math.Sqrt(dot3(a, a)) }

func sub(a, b *Vec) Vec { return Vec{a[0] - b[0], a[1] - b[1], a[2] - b[2]} }

func cross(a, b *Vec) Vec {
	return Vec{a[1]*b[2] - a[2]*b[1], a[2]*b[0] - a[0]*b[2], a[0]*b[1] - a[1]*b[0]}
}

// normalize scales a vector to length 1 and returns its former length; a vector too short to have a
// direction becomes the x axis.
func normalize(a *Vec) float64 {
	n := norm(a)
	if n < minVal {
		*a = Vec{1, 0, 0}
		return n
	}
	for i := range a {
		a[i] /= n
	}
	return n
}

// mulMatMat returns the product of two matrices by rows.
func mulMatMat(a, b *[9]float64) (c [9]float64) {
	for i := 0; i < 9; i += 3 {
		for j := range 3 {
			c[i+j] = a[i]*b[j] + a[i+1]*b[3+j] + a[i+2]*b[6+j]
		}
	}
	return c
}

// motionAt and storeMotion read and write a 6-vector as its two parts.

func motionAt(a *[6]float64) (w, v vector) {
	return vector{a[0], a[1], a[2]}, vector{a[3], a[4], a[5]}
}

func storeMotion(to *[6]float64, w, v vector) {
	to[0], to[1], to[2], to[3], to[4], to[5] = w.x, w.y, w.z, v.x, v.y, v.z
}

// mulInertia returns the force that a spatial inertia (10 numbers as in [Data.Cinert]) gives for a motion.
func mulInertia(i *[10]float64, w, v vector) (torque, force vector) {
	torque = vector{
		i[0]*w.x + i[3]*w.y + i[4]*w.z + i[7]*v.z - i[8]*v.y,
		i[3]*w.x + i[1]*w.y + i[5]*w.z + i[8]*v.x - i[6]*v.z,
		i[4]*w.x + i[5]*w.y + i[2]*w.z + i[6]*v.y - i[7]*v.x,
	}
	force = vector{
		i[9]*v.x - i[7]*w.z + i[8]*w.y,
		i[9]*v.y - i[8]*w.x + i[6]*w.z,
		i[9]*v.z - i[6]*w.y + i[7]*w.x,
	}
	return torque, force
}

func dot6(a, b *[6]float64) float64 {
	return a[0]*b[0] + a[1]*b[1] + a[2]*b[2] + a[3]*b[3] + a[4]*b[4] + a[5]*b[5]
}
