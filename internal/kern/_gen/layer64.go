package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
)

// layer64 emits a small layer of a policy network, four units at a time: a layer has few units, so wider registers
// would stay empty. The exponential function is that of Layer64's plain version, operation by operation.
func layer64() {
	four := func(name string, x float64) Mem {
		m := GLOBL("layer64"+name, RODATA|NOPTR)
		for i := range 4 {
			DATA(8*i, F64(x))
		}
		return m
	}
	whole := func(name string, x ...uint64) Mem {
		m := GLOBL("layer64"+name, RODATA|NOPTR)
		for i, v := range x {
			DATA(8*i, U64(v))
		}
		return m
	}
	const sign, bias = 1 << 63, 1023
	signs, biases := whole("Signs", sign, sign, sign, sign), whole("Biases", bias, bias, bias, bias)
	least, most := four("Least", -700), four("Most", 700)
	log2e := four("Log2e", 1.4426950408889634073599246810018920)
	ln2 := []Mem{four("Ln2High", 0.69314718055966295651160180568695068359375), four("Ln2Low", 0.28235290563031577122588448175013436025525412068e-12)}
	sixteenth, one, two := four("Sixteenth", 0.0625), four("One", 1), four("Two", 2)
	half := four("Half", 0.5)
	series := []Mem{
		four("Term6", 1.9841269841269841270e-4), four("Term5", 1.3888888888888888889e-3), four("Term4", 8.3333333333333333333e-3),
		four("Term3", 4.1666666666666666667e-2), four("Term2", 1.6666666666666666667e-1), half, one,
	}
	first := four("Term7", 2.4801587301587301587e-5)

	TEXT("layer64AVX2", NOSPLIT, "func(in, out int, x, w, y *float64)")
	Doc("layer64AVX2 computes a layer of in > 0 inputs and out > 0 units: see Layer64. It writes out, rounded up to 4, numbers.")
	Pragma("noescape")
	in, n, x, w, y := param("in"), param("out"), param("x"), param("w"), param("y")
	stride, table := GP64(), GP64()
	MOVQ(n, stride)
	SHLQ(U8(3), stride)
	LEAQ(masks64(), table)
	zero := GP64()
	XORQ(zero, zero)

	Label("four")
	// The units after the last are masked.
	skip := GP64()
	MOVQ(U32(4), skip)
	SUBQ(n, skip)
	CMOVQLT(zero, skip)
	mask := YMM()
	VMOVUPD(Mem{Base: table, Index: skip, Scale: 8}, mask)
	sum := YMM()
	VXORPD(sum, sum, sum)
	xk, wk, k := GP64(), GP64(), GP64()
	MOVQ(x, xk)
	MOVQ(w, wk)
	MOVQ(in, k)
	Label("input")
	v, row := YMM(), YMM()
	VBROADCASTSD(at(xk, 0), v)
	VMASKMOVPD(at(wk, 0), mask, row)
	VMULPD(row, v, v)
	VADDPD(v, sum, sum)
	ADDQ(U8(8), xk)
	ADDQ(stride, wk)
	DECQ(k)
	JNZ(LabelRef("input"))
	VADDPD(at(y, 0), sum, sum)

	VXORPD(signs, sum, sum)
	bound := func(limit Mem, clip func(...Op)) {
		l := YMM()
		VMOVUPD(limit, l)
		clip(sum, l, sum) // a NaN in the first operand is handed on
	}
	bound(least, VMAXPD)
	bound(most, VMINPD)
	e, exponent := YMM(), XMM()
	VMULPD(log2e, sum, e)
	VCVTPD2DQY(e, exponent)
	VCVTDQ2PD(exponent, e)
	for _, part := range ln2 {
		VFNMADD231PD(part, e, sum)
	}
	VMULPD(sixteenth, sum, sum)
	p := YMM()
	VMOVUPD(first, p)
	for _, term := range series {
		VFMADD213PD(term, sum, p)
	}
	VMULPD(p, sum, sum)
	// (1 + s)² = 1 + s·(s + 2), four times for the sixteenth.
	for range 3 {
		VADDPD(two, sum, p)
		VMULPD(p, sum, sum)
	}
	VADDPD(two, sum, p)
	VFMADD213PD(one, p, sum)
	power := YMM()
	VPMOVSXDQ(exponent, power)
	VPADDQ(biases, power, power)
	VPSLLQ(U8(52), power, power)
	VMULPD(power, sum, sum)
	VADDPD(one, sum, sum)
	q := YMM()
	VMOVUPD(two, q)
	VDIVPD(sum, q, q)
	VSUBPD(one, q, q)
	VMOVUPD(q, at(y, 0))
	ADDQ(U8(32), y)
	ADDQ(U8(32), w)
	SUBQ(U8(4), n)
	JG(LabelRef("four"))
	end()
}
