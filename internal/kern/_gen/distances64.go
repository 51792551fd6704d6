package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// distances64 emits squared distances of eight points at a time. Four coordinates of four points are squared and transposed, so
// that every lane adds those of its point one after the other.
func distances64() {
	TEXT("distances64AVX2", NOSPLIT, "func(blocks, width int, q, points *float64, worst float64, dst *float64)")
	Doc("distances64AVX2 writes the squared distances of q from blocks > 0 times eight points: see Distances64.")
	Pragma("noescape")
	blocks, width, q, points, dst := param("blocks"), param("width"), param("q"), param("points"), param("dst")
	worst := YMM()
	VBROADCASTSD(argument("worst"), worst)
	stride, thrice := GP64(), GP64()
	MOVQ(width, stride)
	SHLQ(U8(3), stride)
	LEAQ(Mem{Base: stride, Index: stride, Scale: 2}, thrice)
	table := GP64()
	LEAQ(masks64(), table)

	Label("block")
	sums := registers(2)
	for _, s := range sums {
		VXORPD(s, s, s)
	}
	p, q4, left := copyOf(points), copyOf(q), copyOf(width)
	mask := YMM()
	add := func(load func(m Mem, v reg.VecVirtual)) {
		at4 := YMM()
		load(at(q4, 0), at4)
		base := p
		for g, sum := range sums {
			if g == 1 {
				base = GP64()
				LEAQ(Mem{Base: p, Index: stride, Scale: 4}, base)
			}
			d := registers(4)
			for i, m := range []Mem{{Base: base}, {Base: base, Index: stride, Scale: 1}, {Base: base, Index: stride, Scale: 2}, {Base: base, Index: thrice, Scale: 1}} {
				load(m, d[i])
				VSUBPD(d[i], at4, d[i])
				VMULPD(d[i], d[i], d[i])
			}
			t := registers(4)
			VUNPCKLPD(d[1], d[0], t[0])
			VUNPCKHPD(d[1], d[0], t[1])
			VUNPCKLPD(d[3], d[2], t[2])
			VUNPCKHPD(d[3], d[2], t[3])
			for i, from := range []uint8{0x20, 0x20, 0x31, 0x31} {
				v := YMM()
				VPERM2F128(U8(from), t[2+i%2], t[i%2], v)
				VADDPD(v, sum, sum)
			}
		}
	}
	Label("coordinates")
	SUBQ(U8(4), left)
	JLT(LabelRef("rest"))
	add(func(m Mem, v reg.VecVirtual) { VMOVUPD(m, v) })
	ADDQ(U8(32), p)
	ADDQ(U8(32), q4)
	const greater, all = 0x1e, 0xf
	beyond, bits := YMM(), GP32()
	VMINPD(sums[0], sums[1], beyond)
	VCMPPD(U8(greater), worst, beyond, beyond)
	VMOVMSKPD(beyond, bits)
	CMPL(bits, U8(all))
	JNE(LabelRef("coordinates"))
	JMP(LabelRef("store"))
	Label("rest")
	ADDQ(U8(4), left)
	JZ(LabelRef("store"))
	NEGQ(left)
	VMOVUPD(Mem{Base: table, Index: left, Scale: 8, Disp: 32}, mask)
	add(func(m Mem, v reg.VecVirtual) { VMASKMOVPD(m, mask, v) })
	Label("store")
	VMOVUPD(sums[0], at(dst, 0))
	VMOVUPD(sums[1], at(dst, 32))
	ADDQ(U8(64), dst)
	LEAQ(Mem{Base: points, Index: stride, Scale: 8}, points)
	DECQ(blocks)
	JNZ(LabelRef("block"))
	end()
}
