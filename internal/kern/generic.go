package kern

import "math"

// This file is the plain Go version of every kernel. It is always compiled and
// always tested. Every product is written float32(x*y), or float64(x*y): the
// language then forbids fusing it with an addition, and results do not depend on
// the architecture.

// gemmGeneric goes through C row by row and takes eight rows of B at once.
func gemmGeneric(g *product) {
	b, ldb, cs := g.b, g.ldb, g.cs
	for i := range g.m {
		row := g.c[i*g.ldc:][:g.n]
		if g.init == nil {
			clear(row)
		} else {
			copy(row, g.init[i*g.ldi:][:g.n])
		}
		x := g.a[min(i*g.rs, len(g.a)):]
		p := 0
		for ; p+8 <= g.k; p += 8 {
			add8(row, b[p*ldb:], ldb, x[p*cs], x[(p+1)*cs], x[(p+2)*cs], x[(p+3)*cs],
				x[(p+4)*cs], x[(p+5)*cs], x[(p+6)*cs], x[(p+7)*cs])
		}
		for ; p+2 <= g.k; p += 2 {
			add2(row, b[p*ldb:], ldb, x[p*cs], x[(p+1)*cs])
		}
		if p < g.k {
			axpyGeneric(x[p*cs], b[p*ldb:], row)
		}
	}
}

// add8 adds eight multiples of rows of b to row. The eight products are summed
// as a balanced tree before the one addition into row: shorter dependency chains
// than one running sum, and an eighth of the traffic to row. As a function of
// its own it keeps all nine addresses in registers.
func add8(row, b []float32, ldb int, a0, a1, a2, a3, a4, a5, a6, a7 float32) {
	n := len(row)
	b0, b1, b2, b3 := b[:n], b[ldb:][:n], b[2*ldb:][:n], b[3*ldb:][:n]
	b4, b5, b6, b7 := b[4*ldb:][:n], b[5*ldb:][:n], b[6*ldb:][:n], b[7*ldb:][:n]
	for j := range row {
		row[j] += ((float32(a0*b0[j]) + float32(a1*b1[j])) + (float32(a2*b2[j]) + float32(a3*b3[j]))) +
			((float32(a4*b4[j]) + float32(a5*b5[j])) + (float32(a6*b6[j]) + float32(a7*b7[j])))
	}
}

func add2(row, b []float32, ldb int, a0, a1 float32) {
	b0, b1 := b[:len(row)], b[ldb:][:len(row)]
	for j := range row {
		row[j] += float32(a0*b0[j]) + float32(a1*b1[j])
	}
}

func colSumGeneric(dst, a []float32, rows, cols, lda int) {
	dst = dst[:cols]
	clear(dst)
	for i := range rows {
		row := a[i*lda:][:len(dst)]
		for j := range dst {
			dst[j] += row[j]
		}
	}
}

// transposeGeneric works through blocks of 8×8, so that the lines of dst which
// a block touches stay in the first-level cache.
func transposeGeneric(dst []float32, ldd int, src []float32, lds, rows, cols int) {
	const block = 8
	for i0 := 0; i0 < rows; i0 += block {
		i1 := min(i0+block, rows)
		for j0 := 0; j0 < cols; j0 += block {
			j1 := min(j0+block, cols)
			for i := i0; i < i1; i++ {
				for j, x := range src[i*lds+j0 : i*lds+j1] {
					dst[(j0+j)*ldd+i] = x
				}
			}
		}
	}
}

func tanhGeneric(x []float32) {
	for i, v := range x {
		if v < -tanhMax {
			v = -tanhMax
		}
		if v > tanhMax {
			v = tanhMax
		}
		s := float32(v * v)
		p := tanhP2 + float32(s*tanhP3)
		p = tanhP1 + float32(s*p)
		p = tanhP0 + float32(s*p)
		q := tanhQ3 + float32(s*tanhQ4)
		q = tanhQ2 + float32(s*q)
		q = tanhQ1 + float32(s*q)
		q = tanhQ0 + float32(s*q)
		x[i] = float32(v*p) / q
	}
}

func tanhGradGeneric(d, h []float32) {
	h = h[:len(d)]
	for i := range d {
		d[i] = float32(d[i] * (1 - float32(h[i]*h[i])))
	}
}

func reluGeneric(x []float32) {
	for i, v := range x {
		if v < 0 {
			x[i] = 0
		}
	}
}

func reluGradGeneric(d, h []float32) {
	h = h[:len(d)]
	for i := range d {
		if !(h[i] > 0) {
			d[i] = 0
		}
	}
}

func adamGeneric(p, g, m, v []float32, scale, beta1, beta2, alpha, eps float32) {
	g, m, v = g[:len(p)], m[:len(p)], v[:len(p)]
	for i := range p {
		gs := float32(scale * g[i])
		g2 := float32(gs * gs)
		mi := gs + float32(beta1*(m[i]-gs))
		vi := g2 + float32(beta2*(v[i]-g2))
		m[i], v[i] = mi, vi
		p[i] -= float32(alpha*mi) / (float32(math.Sqrt(float64(vi))) + eps)
	}
}

// dotGeneric sums the products of each of the 16 residue classes of the index
// separately, folds the classes in the order of the assembly, and adds the
// tail one by one. A product of two float32 is exact in float64.
func dotGeneric(x, y []float32) float64 {
	y = y[:len(x)]
	var lane [16]float64
	i := 0
	for ; i+16 <= len(x); i += 16 {
		xs, ys := (*[16]float32)(x[i:]), (*[16]float32)(y[i:])
		for l := range lane {
			lane[l] += float64(float64(xs[l]) * float64(ys[l]))
		}
	}
	return foldLanes(&lane) + dotTail(x[i:], y[i:])
}

// foldLanes adds the 16 partial sums of a reduction: halves until one is left.
func foldLanes(lane *[16]float64) float64 {
	for h := 8; h > 0; h /= 2 {
		for l := range h {
			lane[l] += lane[l+h]
		}
	}
	return lane[0]
}

// dotTail is the part of a reduction after the last whole block of 16.
func dotTail(x, y []float32) float64 {
	y = y[:len(x)]
	var sum float64
	for i := range x {
		sum += float64(float64(x[i]) * float64(y[i]))
	}
	return sum
}

func axpyGeneric(alpha float32, x, y []float32) {
	x = x[:len(y)]
	for i := range y {
		y[i] += float32(alpha * x[i])
	}
}

// maxSum is how many products enter into one sum of lanes: the rest is a sum of its own, added to it.
const maxSum = 16 * 256

func dot64Generic(x, y []float64) float64 {
	y = y[:len(x)]
	sum := 0.0
	for len(x) >= 16 {
		var lane [16]float64
		n := min(len(x)&^15, maxSum)
		for i := 0; i < n; i += 16 {
			xs, ys := (*[16]float64)(x[i:]), (*[16]float64)(y[i:])
			for l := range lane {
				lane[l] += float64(xs[l] * ys[l])
			}
		}
		sum += foldLanes(&lane)
		x, y = x[n:], y[n:]
	}
	return dot64Tail(sum, x, y)
}

// dot64Tail adds what whole blocks left over one by one.
func dot64Tail(sum float64, x, y []float64) float64 {
	y = y[:len(x)]
	for i, v := range x {
		sum += float64(v * y[i])
	}
	return sum
}

func axpy64Generic(alpha float64, x, y []float64) {
	x = x[:len(y)]
	for i := range y {
		y[i] += float64(alpha * x[i])
	}
}

func rotate64Generic(cos, sin float64, x, y []float64) {
	y = y[:len(x)]
	for i, v := range x {
		w := y[i]
		x[i], y[i] = float64(cos*v)-float64(sin*w), float64(sin*v)+float64(cos*w)
	}
}

func addRows64Generic(alpha, rows []float64, stride int, y []float64) {
	for i, a := range alpha {
		axpy64Generic(a, rows[i*stride:][:len(y)], y)
	}
}

func rotations64Generic(turns, a []float64, n int) {
	for end := len(a); len(turns) > 0; end -= n {
		rotate64Generic(turns[0], turns[1], a[end-2*n:end-n], a[end-n:end])
		turns = turns[2:]
	}
}

func symmetric64Generic(a []float64, stride int, x, y []float64) {
	for j, f := range x {
		row := a[j*stride:][:len(x)]
		y[j] += float64(row[j]*f) + dot64Generic(row[j+1:], x[j+1:])
		axpy64Generic(f, row[j+1:], y[j+1:])
	}
}

func rank2Upper64Generic(x, y, a []float64, stride int) {
	for j, f := range x {
		rank2Generic(f, y[j:], y[j], x[j:], a[j*stride:][j:len(x)])
	}
}

func reflect64Generic(a []float64, count, stride int, x, y []float64) {
	for j := range count {
		row := a[j*stride:][:len(x)]
		axpy64Generic(-dot64Generic(row, x), y, row)
	}
}

func distances64Generic(q, points []float64, worst float64, dst []float64) {
	width, i := len(q), 0
	// Four at a time, so that the sums do not wait for each other.
	for ; i+4 <= len(dst); i += 4 {
		a, b := points[i*width:][:width], points[(i+1)*width:][:width]
		c, d := points[(i+2)*width:][:width], points[(i+3)*width:][:width]
		var da, db, dc, dd float64
		for j, x := range q {
			xa, xb, xc, xd := x-a[j], x-b[j], x-c[j], x-d[j]
			da += float64(xa * xa)
			db += float64(xb * xb)
			dc += float64(xc * xc)
			dd += float64(xd * xd)
			if j%8 == 7 && min(da, db, dc, dd) > worst {
				break
			}
		}
		dst[i], dst[i+1], dst[i+2], dst[i+3] = da, db, dc, dd
	}
	for ; i < len(dst); i++ {
		sum := 0.0
		for j, p := range points[i*width:][:width] {
			x := q[j] - p
			sum += float64(x * x)
		}
		dst[i] = sum
	}
}

func rank2Generic(alpha float64, x []float64, beta float64, y, a []float64) {
	x, y = x[:len(a)], y[:len(a)]
	for i := range a {
		a[i] -= float64(alpha*x[i]) + float64(beta*y[i])
	}
}

// sink keeps the compiler from dropping the work of peakGeneric.
var sink float32

// peakGeneric has as many chains as stay in the registers beside x and y.
func peakGeneric(rounds int) int {
	x, y := sink, sink
	var s0, s1, s2, s3, s4, s5, s6, s7, s8, s9, s10, s11 float32
	for range rounds {
		s0, s1, s2, s3 = float32(s0*x)+y, float32(s1*x)+y, float32(s2*x)+y, float32(s3*x)+y
		s4, s5, s6, s7 = float32(s4*x)+y, float32(s5*x)+y, float32(s6*x)+y, float32(s7*x)+y
		s8, s9, s10, s11 = float32(s8*x)+y, float32(s9*x)+y, float32(s10*x)+y, float32(s11*x)+y
	}
	sink = s0 + s1 + s2 + s3 + s4 + s5 + s6 + s7 + s8 + s9 + s10 + s11
	return rounds * 12 * 2
}

func treeFactorGeneric(t *Tree, a, inverse []float64, least float64, lo, hi int) {
	for i := hi - 1; i >= lo; i-- {
		r := &t.rows[i]
		row, column := a[r.begin:][:r.off], t.column[r.begin:][:r.off]
		inv := 1 / max(a[r.begin+r.off], least)
		inverse[r.index] = inv
		// Rows of ancestors, two at a time.
		n := len(row) - 1
		for ; n > 0; n -= 2 {
			l1, l2 := float64(row[n]*inv), float64(row[n-1]*inv)
			from := row[:n]
			to1, to2 := a[t.begin[column[n]]:][:n+1], a[t.begin[column[n-1]]:][:n]
			to1[n] -= float64(l1 * row[n])
			to1, to2 = to1[:len(from)], to2[:len(from)]
			for j, v := range from {
				to1[j] -= float64(l1 * v)
				to2[j] -= float64(l2 * v)
			}
			row[n], row[n-1] = l1, l2
		}
		if n == 0 {
			l := float64(row[0] * inv)
			a[t.begin[column[0]]] -= float64(l * row[0])
			row[0] = l
		}
	}
}

func treeSolveGeneric(t *Tree, l, inverse, x []float64, lo, hi int) {
	for i := hi - 1; i >= lo; i-- {
		k := t.rows[i].index
		row, column, trunk := t.split(l, x, i)
		v := x[k]
		for n, a := range row[:len(trunk)] {
			trunk[n] -= float64(a * v)
		}
		for n := len(trunk); n < len(row); n++ {
			x[column[n]] -= float64(row[n] * v)
		}
		x[k] = float64(v * inverse[k])
	}
	for i := lo; i < hi; i++ {
		k := t.rows[i].index
		row, column, trunk := t.split(l, x, i)
		v := x[k]
		n := 0
		if len(trunk) >= 4 {
			// The sum of four lanes.
			var s0, s1, s2, s3 float64
			for ; n+4 <= len(trunk); n += 4 {
				a, b := row[n:][:4], trunk[n:][:4]
				s0 += float64(a[0] * b[0])
				s1 += float64(a[1] * b[1])
				s2 += float64(a[2] * b[2])
				s3 += float64(a[3] * b[3])
			}
			v -= (s0 + s2) + (s1 + s3)
		}
		for ; n < len(row); n++ {
			v -= float64(row[n] * x[column[n]])
		}
		x[k] = v
	}
}

func treeProductsGeneric(t *Tree, a, b []float64, x, y [][6]float64, diagonal []float64) {
	for i := range t.n {
		column := t.Row(i)
		row := a[t.begin[i]:][:len(column)]
		v := &y[i]
		for k, j := range column {
			u := &x[j]
			row[k] = float64(u[2]*v[2]) + float64(u[3]*v[3]) + // the lanes of the assembly
				(float64(u[0]*v[0]) + float64(u[4]*v[4]) + (float64(u[1]*v[1]) + float64(u[5]*v[5])))
		}
		row[len(row)-1] += diagonal[i]
		copy(b[t.begin[i]:], row)
	}
}

func treeMulGeneric(t *Tree, y, a, x []float64, lo, hi int) {
	for i := lo; i < hi; i++ {
		k := t.rows[i].index
		row, column, trunk := t.split(a, x, i)
		to := y[column[0]:][:len(trunk)]
		xk := x[k]
		sum := float64(a[t.Diagonal(k)] * xk)
		for n, v := range row[:len(trunk)] {
			sum += float64(v * trunk[n])
			to[n] += float64(v * xk)
		}
		for n := len(trunk); n < len(row); n++ {
			j := column[n]
			sum += float64(row[n] * x[j])
			y[j] += float64(row[n] * xk)
		}
		y[k] = sum
	}
}

func sweepGeneric(order []uint16, f, r, diagonal, a []float64, stride int, tooMuch float64) (gain float64) {
	n := len(order)
	f, diagonal = f[:n], diagonal[:n]
	for _, i := range order {
		old, x := f[i], r[i]
		now := old - x
		if now < 0 {
			now = 0
		}
		step := now - old
		change := float64(float64((float64(0.5*step)+x)*step) * diagonal[i])
		if change > tooMuch {
			continue
		}
		gain -= change
		f[i] = now
		if step == 0 {
			continue
		}
		column, to := a[int(i)*stride:][:n], r[:n]
		for j, v := range column {
			to[j] += float64(v * step)
		}
	}
	return gain
}

func layer64Generic(x, w, y []float64, n int) {
	y = y[:n]
	for j, bias := range y {
		sum := 0.0
		for k, v := range x {
			sum += float64(v * w[k*n+j])
		}
		y[j] = 2/(1+exp(-(sum+bias))) - 1
	}
}

// exp is e^t for |t| up to 700 and that of the bound beyond it, which 2/(1 + e^t) does not tell apart: the remainder of t after
// a multiple of ln 2 is divided by 16, a Taylor series gives e^s − 1 of it, and e^s is squared four times. It has the bits of
// math.Exp on amd64.
//
// Source: Shibata, "Efficient evaluation methods of elementary functions suitable for SIMD computation", 2010.
func exp(t float64) float64 {
	t = min(max(t, -700), 700)
	e := math.RoundToEven(float64(t * 1.4426950408889634073599246810018920))
	s := math.FMA(-e, 0.69314718055966295651160180568695068359375, t)
	s = math.FMA(-e, 0.28235290563031577122588448175013436025525412068e-12, s)
	s = float64(s * 0.0625)
	p := 2.4801587301587301587e-5
	for _, term := range [...]float64{
		1.9841269841269841270e-4, 1.3888888888888888889e-3, 8.3333333333333333333e-3,
		4.1666666666666666667e-2, 1.6666666666666666667e-1, 0.5, 1,
	} {
		p = math.FMA(p, s, term)
	}
	s = float64(s * p)
	for range 3 {
		s = float64(s * (s + 2))
	}
	return float64(math.FMA(s, s+2, 1) * math.Float64frombits(uint64(int64(e)+1023)<<52))
}
