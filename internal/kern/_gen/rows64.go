package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// columns64 emits code for n > 0 columns of a matrix: loops over 4·wide of them and over four, and the rest behind a mask.
// body gets a suffix for its labels, as many registers of columns as it is to handle, and how one of them is loaded and stored.
func columns64(n reg.GPVirtual, pointers []reg.GPVirtual, wide int, body func(suffix string, width int, load, store func(m Mem, v reg.VecVirtual))) {
	for _, width := range []int{wide, 1} {
		columns := label("%d", 4*width)
		Label("columns" + columns)
		CMPQ(n, U8(4*width))
		JLT(LabelRef("under" + columns))
		body(columns, width, func(m Mem, v reg.VecVirtual) { VMOVUPD(m, v) }, func(m Mem, v reg.VecVirtual) { VMOVUPD(v, m) })
		for _, p := range pointers {
			ADDQ(U32(32*width), p)
		}
		SUBQ(U8(4*width), n)
		JMP(LabelRef("columns" + columns))
		Label("under" + columns)
	}
	TESTQ(n, n)
	JZ(LabelRef("done"))
	table, mask := GP64(), YMM()
	LEAQ(masks64(), table)
	NEGQ(n)
	VMOVUPD(Mem{Base: table, Index: n, Scale: 8, Disp: 32}, mask)
	body("Rest", 1, func(m Mem, v reg.VecVirtual) { VMASKMOVPD(m, mask, v) }, func(m Mem, v reg.VecVirtual) { VMASKMOVPD(v, mask, m) })
	Label("done")
	end()
}

var masks Mem

// masks64 are four masks of all ones and four of zeros: from the k-th on, k lanes fewer than four are on.
func masks64() Mem {
	if masks.Symbol.Name == "" {
		masks = GLOBL("masks64", RODATA|NOPTR)
		for i := range 8 {
			DATA(8*i, U64(uint64(i/4)-1)) // 0 − 1, and 1 − 1
		}
	}
	return masks
}

func registers(n int) []reg.VecVirtual {
	v := make([]reg.VecVirtual, n)
	for i := range v {
		v[i] = YMM()
	}
	return v
}

// addRows64 emits y ← y + Σ alpha·row with y in registers, row by row, so that it rounds like one axpy after the other.
func addRows64() {
	TEXT("addRows64AVX2", NOSPLIT, "func(n, count, stride int, alpha, rows, y *float64)")
	Doc("addRows64AVX2 adds to n > 0 numbers y multiples of count > 0 rows that lie stride bytes apart.")
	Pragma("noescape")
	n, count, stride, alpha, rows, y := param("n"), param("count"), param("stride"), param("alpha"), param("rows"), param("y")
	columns64(n, []reg.GPVirtual{rows, y}, 8, func(suffix string, width int, load, store func(Mem, reg.VecVirtual)) {
		row, k, factor := GP64(), GP64(), GP64()
		MOVQ(rows, row)
		MOVQ(count, k)
		MOVQ(alpha, factor)
		sums := registers(width)
		for i, sum := range sums {
			load(at(y, 32*i), sum)
		}
		loop := "rows" + suffix
		Label(loop)
		a := YMM()
		VBROADCASTSD(at(factor, 0), a)
		for i, sum := range sums {
			v := YMM()
			load(at(row, 32*i), v)
			VMULPD(v, a, v)
			VADDPD(v, sum, sum)
		}
		ADDQ(U8(8), factor)
		ADDQ(stride, row)
		DECQ(k)
		JNZ(LabelRef(loop))
		for i, sum := range sums {
			store(at(y, 32*i), sum)
		}
	})
}

// rotations64 emits a chain of plane rotations of neighbouring rows, from the last row up; the row that two rotations share
// stays in registers.
func rotations64() {
	TEXT("rotations64AVX2", NOSPLIT, "func(n, count, stride int, turns, last *float64)")
	Doc("rotations64AVX2 turns n > 0 columns of count + 1 rows, count > 0, that lie stride bytes apart: see Rotations64.")
	Pragma("noescape")
	n, count, stride, turns, last := param("n"), param("count"), param("stride"), param("turns"), param("last")
	columns64(n, []reg.GPVirtual{last}, 4, func(suffix string, width int, load, store func(Mem, reg.VecVirtual)) {
		row, k, turn := GP64(), GP64(), GP64()
		MOVQ(last, row)
		MOVQ(count, k)
		MOVQ(turns, turn)
		carried := registers(width)
		for i, c := range carried {
			load(at(row, 32*i), c)
		}
		loop := "turns" + suffix
		Label(loop)
		above, cos, sin := GP64(), YMM(), YMM()
		MOVQ(row, above)
		SUBQ(stride, above)
		VBROADCASTSD(at(turn, 0), cos)
		VBROADCASTSD(at(turn, 8), sin)
		for i, y := range carried {
			x, sx, sy := YMM(), YMM(), YMM()
			load(at(above, 32*i), x)
			VMULPD(y, sin, sy)
			VMULPD(y, cos, y)
			VMULPD(x, sin, sx)
			VADDPD(y, sx, sx)
			store(at(row, 32*i), sx)
			VMULPD(x, cos, x)
			VSUBPD(sy, x, y)
		}
		MOVQ(above, row)
		ADDQ(U8(16), turn)
		DECQ(k)
		JNZ(LabelRef(loop))
		for i, c := range carried {
			store(at(row, 32*i), c)
		}
	})
}
