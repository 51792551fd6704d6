package maze

import "math"

// sincos is sinf and cosf of the C library that the original ran with, which are not correctly
// rounded: polynomials in float64 after subtracting a multiple of π/2. |angle| is below 120.
// Source: Arm Optimized Routines, math/sinf.c and cosf.c, as in glibc 2.28 and later.
func sincos(angle float32) (sin, cos float32) {
	y := float64(angle)
	n := int32(0)
	switch size := math.Abs(y); {
	case size < 0x1p-12:
		return angle, 1
	case size >= math.Pi/4:
		n = (int32(y*0x1.45F306DC9C883p+23) + 0x800000) >> 24 // 2/π, times 2^24
		y -= float64(float64(n) * 0x1.921FB54442D18p0)
	}
	const (
		s1 = -0x1.555545995a603p-3
		s2 = 0x1.1107605230bc4p-7
		s3 = -0x1.994eb3774cf24p-13
		c1 = -0x1.ffffffd0c621cp-2
		c2 = 0x1.55553e1068f19p-5
		c3 = -0x1.6c087e89a359dp-10
		c4 = 0x1.99343027bf8c3p-16
	)
	q := float64(y * y)
	y3 := float64(y * q)
	s := y + float64(y3*s1) + float64(float64(y3*q)*(s2+float64(q*s3)))
	y4 := float64(q * q)
	c := 1 + float64(q*c1) + float64(y4*c2) + float64(float64(y4*q)*(c3+float64(q*c4)))
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
