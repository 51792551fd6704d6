package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// rowDot emits the sum of the products of count numbers at x and y, in the 16 lanes and the tail of dot64. With alpha it also
// adds alpha·x to z. It advances the pointers and leaves count at 0; suffix is for its labels.
func rowDot(suffix string, count, x, y reg.GPVirtual, alpha reg.VecVirtual, z reg.GPVirtual) (sum reg.VecVirtual) {
	pointers := []reg.GPVirtual{x, y}
	if alpha != nil {
		pointers = append(pointers, z)
	}
	acc := registers(4)
	for _, a := range acc {
		VXORPD(a, a, a)
	}
	Label("blocks" + suffix)
	SUBQ(U8(16), count)
	JLT(LabelRef("fold" + suffix))
	avx2.dotBlock(acc, x, y, alpha, z)
	for _, p := range pointers {
		ADDQ(U32(128), p)
	}
	JMP(LabelRef("blocks" + suffix))
	Label("fold" + suffix)
	two := avx2.fold(acc)
	ADDQ(U8(16), count)
	JZ(LabelRef("summed" + suffix))
	Label("tail" + suffix)
	xi, v := XMM(), XMM()
	VMOVSD(at(x, 0), xi)
	VMULSD(at(y, 0), xi, v)
	VADDSD(v, two, two)
	if alpha != nil {
		VMULSD(alpha.AsX(), xi, xi)
		VADDSD(at(z, 0), xi, xi)
		VMOVSD(xi, at(z, 0))
	}
	for _, p := range pointers {
		ADDQ(U8(8), p)
	}
	DECQ(count)
	JNZ(LabelRef("tail" + suffix))
	Label("summed" + suffix)
	return two
}

// fours emits a loop over count numbers, four at a time and then one by one: body gets four lanes or one.
func fours(suffix string, count reg.GPVirtual, pointers []reg.GPVirtual, body func(one bool)) {
	for _, step := range []int{4, 1} {
		name := label("by%d%s", step, suffix)
		Label(name)
		SUBQ(U8(step), count)
		JLT(LabelRef("end" + name))
		body(step == 1)
		for _, p := range pointers {
			ADDQ(U8(8*step), p)
		}
		JMP(LabelRef(name))
		Label("end" + name)
		ADDQ(U8(step), count)
	}
}

func copyOf(r reg.GPVirtual) reg.GPVirtual {
	c := GP64()
	MOVQ(r, c)
	return c
}

// symmetric64 emits the product of a symmetric matrix, of which the upper triangle is stored, with a vector.
func symmetric64() {
	TEXT("symmetric64AVX2", NOSPLIT, "func(n, stride int, a, x, y *float64)")
	Doc("symmetric64AVX2 adds to y the product of x with n > 0 rows that lie stride bytes apart: see Symmetric64.")
	Pragma("noescape")
	n, stride, a, x, y := param("n"), param("stride"), param("a"), param("x"), param("y")
	ADDQ(U8(8), stride) // from one element of the diagonal to the next
	Label("row")
	alpha, diagonal := YMM(), XMM()
	VBROADCASTSD(at(x, 0), alpha)
	VMULSD(at(a, 0), alpha.AsX(), diagonal)
	here := copyOf(y)
	row := copyOf(a)
	ADDQ(U8(8), row)
	ADDQ(U8(8), x)
	ADDQ(U8(8), y)
	count := copyOf(n)
	DECQ(count)
	sum := rowDot("", count, row, copyOf(x), alpha, copyOf(y))
	VADDSD(sum.AsX(), diagonal, diagonal)
	VADDSD(at(here, 0), diagonal, diagonal)
	VMOVSD(diagonal, at(here, 0))
	ADDQ(stride, a)
	DECQ(n)
	JNZ(LabelRef("row"))
	end()
}

// rank2Upper64 emits the subtraction of x·yᵀ + y·xᵀ from the upper triangle of a matrix.
func rank2Upper64() {
	TEXT("rank2Upper64AVX2", NOSPLIT, "func(n, stride int, a, x, y *float64)")
	Doc("rank2Upper64AVX2 subtracts x·yᵀ + y·xᵀ from n > 0 rows that lie stride bytes apart: see Rank2Upper64.")
	Pragma("noescape")
	n, stride, a, x, y := param("n"), param("stride"), param("a"), param("x"), param("y")
	ADDQ(U8(8), stride)
	Label("row")
	ax, ay := YMM(), YMM()
	VBROADCASTSD(at(x, 0), ax)
	VBROADCASTSD(at(y, 0), ay)
	row, xs, ys := copyOf(a), copyOf(x), copyOf(y)
	fours("", copyOf(n), []reg.GPVirtual{row, xs, ys}, func(one bool) {
		if one {
			v, w, z := XMM(), XMM(), XMM()
			VMULSD(at(ys, 0), ax.AsX(), v)
			VMULSD(at(xs, 0), ay.AsX(), w)
			VADDSD(w, v, v)
			VMOVSD(at(row, 0), z)
			VSUBSD(v, z, z)
			VMOVSD(z, at(row, 0))
			return
		}
		v, w, z := YMM(), YMM(), YMM()
		VMULPD(at(ys, 0), ax, v)
		VMULPD(at(xs, 0), ay, w)
		VADDPD(w, v, v)
		VMOVUPD(at(row, 0), z)
		VSUBPD(v, z, z)
		VMOVUPD(z, at(row, 0))
	})
	ADDQ(U8(8), x)
	ADDQ(U8(8), y)
	ADDQ(stride, a)
	DECQ(n)
	JNZ(LabelRef("row"))
	end()
}

// reflect64 emits a reflection of rows.
func reflect64() {
	TEXT("reflect64AVX2", NOSPLIT, "func(n, count, stride int, a, x, y *float64)")
	Doc("reflect64AVX2 subtracts from each of count > 0 rows of n > 0 numbers, stride bytes apart, its product with x, times y.")
	Pragma("noescape")
	n, count, stride, a, x, y := param("n"), param("count"), param("stride"), param("a"), param("x"), param("y")
	Label("row")
	sum := rowDot("", copyOf(n), copyOf(a), copyOf(x), nil, n)
	factor := YMM()
	VBROADCASTSD(sum.AsX(), factor)
	row, ys := copyOf(a), copyOf(y)
	fours("", copyOf(n), []reg.GPVirtual{row, ys}, func(one bool) {
		if one {
			v, z := XMM(), XMM()
			VMULSD(at(ys, 0), factor.AsX(), v)
			VMOVSD(at(row, 0), z)
			VSUBSD(v, z, z)
			VMOVSD(z, at(row, 0))
			return
		}
		v, z := YMM(), YMM()
		VMULPD(at(ys, 0), factor, v)
		VMOVUPD(at(row, 0), z)
		VSUBPD(v, z, z)
		VMOVUPD(z, at(row, 0))
	})
	ADDQ(stride, a)
	DECQ(count)
	JNZ(LabelRef("row"))
	end()
}
