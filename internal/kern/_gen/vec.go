package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// tanh emits the clamped rational approximation x·P(x²)/Q(x²), see vec.go of
// package kern.
func tanh(s isa) {
	function(s, "tanh", "n int, x *float32", "replaces n blocks of 16 by their hyperbolic tangents.")
	n, x := param("n"), param("x")
	lo, hi := s.constant("tanhMin", -8), s.constant("tanhMax", 8)
	p := []reg.VecVirtual{
		s.constant("tanhP0", 0.9999998807907104),
		s.constant("tanhP1", 0.12925663590431213),
		s.constant("tanhP2", 0.002951023867353797),
		s.constant("tanhP3", 1.1428425750636961e-05),
	}
	q := []reg.VecVirtual{
		s.constant("tanhQ0", 1),
		s.constant("tanhQ1", 0.4625887870788574),
		s.constant("tanhQ2", 0.02381555549800396),
		s.constant("tanhQ3", 0.00023866920673754066),
		s.constant("tanhQ4", 2.4592117142674397e-07),
	}
	horner := func(c []reg.VecVirtual, x reg.VecVirtual) reg.VecVirtual {
		sum := s.vec()
		VMOVAPS(c[len(c)-1], sum)
		for i := len(c) - 2; i >= 0; i-- {
			VFMADD213PS(c[i], x, sum)
		}
		return sum
	}
	s.blocks(n, []reg.GPVirtual{x}, func(offset int) {
		v, sq := s.vec(), s.vec()
		VMAXPS(at(x, offset), lo, v) // a NaN in the first operand is handed on
		VMINPS(v, hi, v)
		VMULPS(v, v, sq)
		num, den := horner(p, sq), horner(q, sq)
		VMULPS(num, v, num)
		VDIVPS(den, num, num)
		VMOVUPS(num, at(x, offset))
	})
}

func tanhGrad(s isa) {
	function(s, "tanhGrad", "n int, d, h *float32", "computes d ← d·(1−h²) for n blocks of 16.")
	n, d, h := param("n"), param("d"), param("h")
	one := s.constant("one", 1)
	s.blocks(n, []reg.GPVirtual{d, h}, func(offset int) {
		v, t := s.vec(), s.vec()
		VMOVUPS(at(h, offset), v)
		VMOVAPS(one, t)
		VFNMADD231PS(v, v, t)
		VMULPS(at(d, offset), t, t)
		VMOVUPS(t, at(d, offset))
	})
}

func relu(s isa) {
	function(s, "relu", "n int, x *float32", "computes x ← max(x, 0) for n blocks of 16.")
	n, x := param("n"), param("x")
	zero := s.zero()
	s.blocks(n, []reg.GPVirtual{x}, func(offset int) {
		v := s.vec()
		VMAXPS(at(x, offset), zero, v) // hands on NaN and −0
		VMOVUPS(v, at(x, offset))
	})
}

func reluGrad(s isa) {
	function(s, "reluGrad", "n int, d, h *float32", "sets d to zero where h > 0 does not hold, for n blocks of 16.")
	n, d, h := param("n"), param("d"), param("h")
	const less = 0x11 // LT_OQ: false for NaN
	zero := s.zero()
	s.blocks(n, []reg.GPVirtual{d, h}, func(offset int) {
		v := s.vec()
		if s == avx512 {
			positive := K()
			VCMPPS(U8(less), at(h, offset), zero, positive)
			VMOVUPS_Z(at(d, offset), positive, v)
		} else {
			VCMPPS(U8(less), at(h, offset), zero, v)
			VANDPS(at(d, offset), v, v)
		}
		VMOVUPS(v, at(d, offset))
	})
}

func adam(s isa) {
	function(s, "adam", "n int, p, grad, m, v *float32, scale, beta1, beta2, alpha, eps float32", "takes a step of Adam for n blocks of 16.")
	n, p, grad, m, v := param("n"), param("p"), param("grad"), param("m"), param("v")
	scale, beta1, beta2 := s.splat("scale"), s.splat("beta1"), s.splat("beta2")
	alpha, eps := s.splat("alpha"), s.splat("eps")
	s.blocks(n, []reg.GPVirtual{p, grad, m, v}, func(offset int) {
		// All loads stand before all stores: where the four slices have equal
		// addresses modulo a page, a load behind a store to another of them may wait.
		g, g2, mi, vi, pi := s.vec(), s.vec(), s.vec(), s.vec(), s.vec()
		VMULPS(at(grad, offset), scale, g)
		VMOVUPS(at(m, offset), mi)
		VMOVUPS(at(v, offset), vi)
		VMOVUPS(at(p, offset), pi)

		VMULPS(g, g, g2)
		VSUBPS(g, mi, mi)
		VFMADD213PS(g, beta1, mi)
		VSUBPS(g2, vi, vi)
		VFMADD213PS(g2, beta2, vi)

		root, step := s.vec(), s.vec()
		VSQRTPS(vi, root)
		VADDPS(eps, root, root)
		VMULPS(alpha, mi, step)
		VDIVPS(root, step, step)
		VSUBPS(step, pi, pi)

		VMOVUPS(mi, at(m, offset))
		VMOVUPS(vi, at(v, offset))
		VMOVUPS(pi, at(p, offset))
	})
}

// dot emits a sum over 16 lanes of float64, in four chains of additions. Products
// of two float32 are exact in float64. Two chains of AVX-512 would be as long, and
// the time is that of the chains, so one version serves both sets.
func dot() {
	s := avx2
	function(s, "dot", "n int, x, y *float32, lane *[16]float64", "adds the products of n blocks of 16 to the 16 lanes.")
	n, x, y, lane := param("n"), param("x"), param("y"), param("lane")
	var acc []reg.VecVirtual
	for i := range 2 * block / s.lanes {
		acc = append(acc, s.vec())
		VMOVUPD(at(lane, i*4*s.lanes), acc[i])
	}
	Label("loop")
	for i := range acc {
		xi, yi := s.vec(), s.vec()
		VCVTPS2PD(at(x, i*2*s.lanes), xi)
		VCVTPS2PD(at(y, i*2*s.lanes), yi)
		VFMADD231PD(yi, xi, acc[i])
	}
	ADDQ(U8(4*block), x)
	ADDQ(U8(4*block), y)
	DECQ(n)
	JNZ(LabelRef("loop"))
	for i := range acc {
		VMOVUPD(acc[i], at(lane, i*4*s.lanes))
	}
	end()
}

func axpy(s isa) {
	function(s, "axpy", "n int, alpha float32, x, y *float32", "computes y ← y + alpha·x for n blocks of 16.")
	n, x, y := param("n"), param("x"), param("y")
	alpha := s.splat("alpha")
	s.blocks(n, []reg.GPVirtual{x, y}, func(offset int) {
		v := s.vec()
		VMOVUPS(at(y, offset), v)
		VFMADD231PS(at(x, offset), alpha, v)
		VMOVUPS(v, at(y, offset))
	})
}

// peak emits independent multiply-adds between registers: as many chains as the
// largest tile of a product has, and nothing else.
func peak(s isa) {
	chains := 12
	if s == avx512 {
		chains = 16
	}
	function(s, "peak", "n int", label("executes n rounds of %d fused multiply-adds of registers of %d.", chains, s.lanes))
	n := param("n")
	x := s.zero()
	acc := make([]reg.VecVirtual, chains)
	for i := range acc {
		acc[i] = s.zero()
	}
	Label("loop")
	for i := range acc {
		VFMADD231PS(x, x, acc[i])
	}
	DECQ(n)
	JNZ(LabelRef("loop"))
	end()
}
