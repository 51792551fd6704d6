package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// block64 is the number of float64 values that one step of a float64 kernel takes: one AVX-512 register, two
// AVX2 registers. Products are rounded before they are added, as in plain Go.
const block64 = block / 2

// splat64 fills a register with copies of the float64 parameter.
func (s isa) splat64(name string) reg.VecVirtual {
	v := s.vec()
	VBROADCASTSD(argument(name), v)
	return v
}

func axpy64(s isa) {
	function(s, "axpy64", "n int, alpha float64, x, y *float64", "computes y ← y + alpha·x for n blocks of 8.")
	n, x, y := param("n"), param("x"), param("y")
	alpha := s.splat64("alpha")
	s.blocks(n, []reg.GPVirtual{x, y}, func(offset int) {
		v := s.vec()
		VMULPD(at(x, offset), alpha, v)
		VADDPD(at(y, offset), v, v)
		VMOVUPD(v, at(y, offset))
	})
}

func rotate64(s isa) {
	function(s, "rotate64", "n int, cos, sin float64, x, y *float64", "computes x ← cos·x − sin·y and y ← sin·x + cos·y for n blocks of 8.")
	n, x, y := param("n"), param("x"), param("y")
	cos, sin := s.splat64("cos"), s.splat64("sin")
	s.blocks(n, []reg.GPVirtual{x, y}, func(offset int) {
		xv, yv, cx, sx, cy, sy := s.vec(), s.vec(), s.vec(), s.vec(), s.vec(), s.vec()
		VMOVUPD(at(x, offset), xv)
		VMOVUPD(at(y, offset), yv)
		VMULPD(xv, cos, cx)
		VMULPD(yv, sin, sy)
		VMULPD(xv, sin, sx)
		VMULPD(yv, cos, cy)
		VSUBPD(sy, cx, cx)
		VADDPD(cy, sx, sx)
		VMOVUPD(cx, at(x, offset))
		VMOVUPD(sx, at(y, offset))
	})
}

func rank2(s isa) {
	function(s, "rank2", "n int, alpha float64, x *float64, beta float64, y, a *float64", "computes a ← a − (alpha·x + beta·y) for n blocks of 8.")
	n, x, y, a := param("n"), param("x"), param("y"), param("a")
	alpha, beta := s.splat64("alpha"), s.splat64("beta")
	s.blocks(n, []reg.GPVirtual{x, y, a}, func(offset int) {
		ax, by, v := s.vec(), s.vec(), s.vec()
		VMULPD(at(x, offset), alpha, ax)
		VMULPD(at(y, offset), beta, by)
		VADDPD(by, ax, ax)
		VMOVUPD(at(a, offset), v)
		VSUBPD(ax, v, v)
		VMOVUPD(v, at(a, offset))
	})
}

// dot64 emits a sum over 16 lanes, in two chains of AVX-512 or four of AVX2, and folds the lanes. With axpy
// it also adds multiples of x to z.
func dot64(s isa, axpy bool) {
	name, params, doc := "dot64", "n int, x, y *float64", "returns the sum of the products of n blocks of 16."
	if axpy {
		name, params = "dotAxpy64", "n int, x, y *float64, alpha float64, z *float64"
		doc = "returns the sum of the products of n blocks of 16 of x and y, and adds alpha·x to z."
	}
	function(s, name, params, doc, "sum float64")
	n, x, y := param("n"), param("x"), param("y")
	pointers := []reg.GPVirtual{x, y}
	var alpha reg.VecVirtual
	var z reg.GPVirtual
	if axpy {
		alpha, z = s.splat64("alpha"), param("z")
		pointers = append(pointers, z)
	}
	acc := make([]reg.VecVirtual, 2*block/s.lanes)
	for i := range acc {
		acc[i] = s.zero()
	}
	Label("loop")
	s.dotBlock(acc, x, y, alpha, z)
	for _, p := range pointers {
		ADDQ(U32(8*block), p)
	}
	DECQ(n)
	JNZ(LabelRef("loop"))
	Store(s.fold(acc), ReturnIndex(0))
	end()
}

// dotBlock emits 16 products of numbers at x and y, added to the lanes of acc. With alpha it also adds alpha·x to z.
func (s isa) dotBlock(acc []reg.VecVirtual, x, y reg.GPVirtual, alpha reg.VecVirtual, z reg.GPVirtual) {
	for i, sum := range acc {
		offset := i * 4 * s.lanes
		xi, v := s.vec(), s.vec()
		VMOVUPD(at(x, offset), xi)
		VMULPD(at(y, offset), xi, v)
		VADDPD(v, sum, sum)
		if alpha != nil {
			VMULPD(alpha, xi, xi)
			VADDPD(at(z, offset), xi, xi)
			VMOVUPD(xi, at(z, offset))
		}
	}
}

// fold emits the sum of 16 lanes: halves until one is left.
func (s isa) fold(acc []reg.VecVirtual) reg.VecVirtual {
	four := YMM()
	if s == avx512 {
		VADDPD(acc[1], acc[0], acc[0])
		VEXTRACTF64X4(U8(1), acc[0], four)
		VADDPD(four, acc[0].AsY(), four)
	} else {
		VADDPD(acc[2], acc[0], acc[0])
		VADDPD(acc[3], acc[1], acc[1])
		VADDPD(acc[1], acc[0], four)
	}
	two := XMM()
	VEXTRACTF128(U8(1), four, two)
	VADDPD(two, four.AsX(), two)
	one := XMM()
	VUNPCKHPD(two, two, one)
	VADDSD(one, two, two)
	return two
}
