// Package sincos computes sine and cosine rounded to the nearest float64, with exceptions too rare to
// have been seen in 160 000 values. An unstable process, such as a balanced pole, blows up the last bits
// of its state within seconds, so that a recording from another mathematics library can be followed only
// as far as both round alike.
package sincos

import (
	"math"
	"math/big"
)

// perUnit is the number of table steps in a unit of the argument.
const perUnit = 64

// direct is the argument up to which the table reaches, so that no multiple of π/2 has to be taken off.
const direct = 8

// entry holds sine and cosine of a multiple of 1/perUnit, each as the sum of two numbers.
type entry struct{ sin, sinLow, cos, cosLow float64 }

// table covers arguments from 0 to direct, rounded to the nearest step.
var table [perUnit*direct + 1]entry

func init() {
	number := func() *big.Float { return new(big.Float).SetPrec(192) }
	stepSin, stepCos := taylor(number().Quo(big.NewFloat(1), big.NewFloat(perUnit)))
	sin, cos := number(), number().SetInt64(1)
	var a, b, c, d big.Float
	for i := range table {
		e := &table[i]
		e.sin, e.sinLow = split(sin)
		e.cos, e.cosLow = split(cos)
		// The angles of the next entry are larger by a step.
		a.Mul(sin, stepCos)
		b.Mul(cos, stepSin)
		c.Mul(cos, stepCos)
		d.Mul(sin, stepSin)
		sin, cos = number().Add(&a, &b), number().Sub(&c, &d)
	}
}

// taylor sums the series of sine and cosine of x ≤ 1.
func taylor(x *big.Float) (sin, cos *big.Float) {
	sums := [2]*big.Float{new(big.Float).SetPrec(192), new(big.Float).SetPrec(192)} // of even, odd powers
	term := new(big.Float).SetPrec(192).SetInt64(1)
	for n := range 30 {
		if n%4 < 2 {
			sums[n%2].Add(sums[n%2], term)
		} else {
			sums[n%2].Sub(sums[n%2], term)
		}
		term.Mul(term, x)
		term.Quo(term, big.NewFloat(float64(n+1)))
	}
	return sums[1], sums[0]
}

// split returns x as the sum of its nearest float64 and the rest.
func split(x *big.Float) (hi, lo float64) {
	hi, _ = x.Float64()
	lo, _ = new(big.Float).Sub(x, big.NewFloat(hi)).Float64()
	return hi, lo
}

// π/2 in three parts; products of the first two with integers below 2²⁰ are exact.
const (
	halfPi1 = 0x1.921fb54400000p+0
	halfPi2 = 0x1.0b4611a600000p-34
	halfPi3 = 0x1.3198a2e037073p-69

	reducible = 1 << 19 // above this package math answers
)

// tiny results beyond the first octant need the digits of π: they are reduced.
const tiny = 1e-5

// Sincos returns sin x and cos x; NaN for NaN and the infinities.
func Sincos(x float64) (sin, cos float64) {
	a := math.Abs(x)
	if a < direct {
		sin, cos = octant(a, 0)
		if a < 1 || math.Abs(sin) > tiny && math.Abs(cos) > tiny {
			return math.Copysign(1, x) * sin, cos
		}
	}
	if !(a < reducible) {
		return math.Sincos(x)
	}
	r, low, quadrant := reduce(a)
	sin, cos = octant(math.Abs(r), math.Copysign(1, r)*low)
	sin = math.Copysign(sin, r)
	switch quadrant {
	case 1:
		sin, cos = cos, -sin
	case 2:
		sin, cos = -sin, -cos
	case 3:
		sin, cos = -cos, sin
	}
	if math.Signbit(x) {
		sin = -sin
	}
	return sin, cos
}

// Cos returns the cosine that Sincos returns, in less time.
func Cos(x float64) float64 {
	a := math.Abs(x)
	if a < direct {
		e, t, rise, drop := near(a, 0)
		if y := e.cosine(t, rise, drop); math.Abs(y) > tiny {
			return y
		}
	}
	if !(a < reducible) {
		return math.Cos(x)
	}
	r, low, quadrant := reduce(a)
	e, t, rise, drop := near(math.Abs(r), math.Copysign(1, r)*low)
	var y float64
	if quadrant&1 == 0 {
		y = e.cosine(t, rise, drop)
	} else {
		y = math.Copysign(e.sine(t, rise, drop), r)
	}
	if quadrant == 1 || quadrant == 2 {
		return -y
	}
	return y
}

// reduce returns a = n π/2 + r + low with |r| ≤ π/4, and n modulo 4.
func reduce(a float64) (r, low float64, quadrant int64) {
	n := math.RoundToEven(a * (2 / math.Pi))
	t := a - float64(n*halfPi1)
	u, v := t, float64(n*halfPi2)
	r = u - v
	low = (u - r) - v - float64(n*halfPi3)
	r, low = r+low, low-((r+low)-r)
	return r, low, int64(n) & 3
}

// octant returns sine and cosine of r + low, 0 ≤ r < direct: with r = c + t, c in the table and |t| ≤ 1/128,
//
//	sin r = sin c + cos c sin t + sin c (cos t − 1)
//	cos r = cos c − sin c sin t + cos c (cos t − 1)
//
// where only the products with t itself need their rounding errors.
func octant(r, low float64) (sin, cos float64) {
	e, t, rise, drop := near(r, low)
	return e.sine(t, rise, drop), e.cosine(t, rise, drop)
}

// near returns the entry of c, t, and with low in them sin t − t and cos t − 1.
func near(r, low float64) (e *entry, t, rise, drop float64) {
	i := int(float64(r*perUnit) + 0.5)
	t = r - float64(float64(i)*(1.0/perUnit)) // exact
	z := float64(t * t)
	rise = math.FMA(float64(t*z), math.FMA(z, math.FMA(z, -1.0/5040, 1.0/120), -1.0/6), low)
	drop = float64(z*math.FMA(z, math.FMA(z, -1.0/720, 1.0/24), -1.0/2)) - float64(t*low)
	return &table[i], t, rise, drop
}

// What rounding takes from the larger products and sums is kept and added last. Explicit conversions
// keep the compiler from fusing operations, so that every processor gives the same results.

func (e *entry) sine(t, rise, drop float64) float64 {
	p := float64(e.cos * t)
	sin := e.sin + p
	rest := (e.sin - sin) + p + math.FMA(e.cos, t, -p) + math.FMA(e.cosLow, t, e.sinLow)
	return sin + math.FMA(e.cos, rise, math.FMA(e.sin, drop, rest))
}

func (e *entry) cosine(t, rise, drop float64) float64 {
	q := float64(e.sin * t)
	cos := e.cos - q
	rest := (e.cos - cos) - q - math.FMA(e.sin, t, -q) + math.FMA(-e.sinLow, t, e.cosLow)
	return cos + math.FMA(e.cos, drop, math.FMA(-e.sin, rise, rest))
}
