package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// The kernels of trees work on whole registers of four entries: rows are padded, and what they leave in the padding
// and in the diagonal of factors is never read. Their order of operations is that of the plain versions in ../tree.go.

// The size of a treeRow and where its fields stand, in bytes.
const (
	treeRowIndex = 8 * iota
	treeRowBegin
	treeRowOff
	treeRowTrunk
	treeRow
)

// element is element i of an array of eight-byte numbers.
func element(p, i reg.GPVirtual) Mem { return Mem{Base: p, Index: i, Scale: 8} }

// treeFactor emits the factorisation, with one loop for each number of registers that the beginning of a row takes.
func treeFactor() {
	function(avx2, "treeFactor", "n int, end *int, target *int, a, inverse *float64, least float64",
		"factors the n rows before end, n > 0, with up to 16 entries off the diagonal. target holds for every entry the byte at which the row of its column begins.")
	n, p, targets := param("n"), param("end"), param("target")
	a, inverse := param("a"), param("inverse")
	least, one := XMM(), XMM()
	MOVSD(argument("least"), least)
	MOVSD(ConstData("treeOne", F64(1)), one)

	Label("row")
	SUBQ(U8(treeRow), p)
	k, t, row, target := GP64(), GP64(), GP64(), GP64()
	MOVQ(at(p, treeRowIndex), k)
	MOVQ(at(p, treeRowBegin), row)
	LEAQ(element(targets, row), target)
	LEAQ(element(a, row), row)
	MOVQ(at(p, treeRowOff), t)
	pivot := XMM()
	VMAXSD(element(row, t), least, pivot)
	VDIVSD(pivot, one, pivot)
	VMOVSD(pivot, element(inverse, k))
	scale := YMM()
	VBROADCASTSD(pivot, scale)
	var entries [4]reg.VecVirtual
	for c := range entries {
		entries[c] = YMM()
	}
	// L, the entries over the pivot, takes the place of the row.
	for c, v := range entries {
		CMPQ(t, U8(4*c))
		JLE(LabelRef("scaled"))
		l := YMM()
		VMOVUPD(at(row, 32*c), v)
		VMULPD(scale, v, l)
		VMOVUPD(l, at(row, 32*c))
	}
	Label("scaled")
	DECQ(t)
	for registers := 4; registers > 0; registers-- {
		name, next := label("registers%d", registers), label("registers%d", registers-1)
		Label(name)
		CMPQ(t, U8(4*(registers-1)))
		JLT(LabelRef(next))
		to, l := GP64(), YMM()
		MOVQ(element(target, t), to)
		VBROADCASTSD(element(row, t), l)
		for c := range registers {
			change, sum := YMM(), YMM()
			VMULPD(entries[c], l, change)
			VMOVUPD(Mem{Base: a, Index: to, Scale: 1, Disp: 32 * c}, sum)
			VSUBPD(change, sum, sum)
			VMOVUPD(sum, Mem{Base: a, Index: to, Scale: 1, Disp: 32 * c})
		}
		DECQ(t)
		JMP(LabelRef(name))
	}
	Label("registers0")
	DECQ(n)
	JNZ(LabelRef("row"))
	end()
}

// treeProducts emits products of 6-vectors, four at a time.
func treeProducts() {
	function(avx2, "treeProducts", "n int, p *int, vector *int, x, y, diagonal, a, b *float64",
		"writes to entry (i, j) in a and b of the n rows from p on, n > 0, the product of 6-vector j of x and 6-vector i of y, and adds to those of the diagonal. vector holds for every entry the byte at which its vector of x begins.")
	n, p, vectors := param("n"), param("p"), param("vector")
	x, y, diagonal, a := param("x"), param("y"), param("diagonal"), param("a")
	other := param("b") // from a on
	SUBQ(a, other)
	Label("row")
	i, row, vector, left, own := GP64(), GP64(), GP64(), GP64(), GP64()
	MOVQ(at(p, treeRowIndex), i)
	MOVQ(at(p, treeRowBegin), row)
	LEAQ(element(vectors, row), vector)
	LEAQ(element(a, row), row)
	MOVQ(at(p, treeRowOff), left)
	IMUL3Q(U8(48), i, own)
	yLow, yHigh := YMM(), XMM()
	VMOVUPD(Mem{Base: y, Index: own, Scale: 1}, yLow)
	VMOVUPD(Mem{Base: y, Index: own, Scale: 1, Disp: 32}, yHigh)
	last := GP64()
	LEAQ(element(row, left), last)
	Label("four")
	var product [4]reg.VecVirtual
	for e := range product {
		j, high := GP64(), XMM()
		product[e] = YMM()
		MOVQ(at(vector, 8*e), j)
		VMULPD(Mem{Base: x, Index: j, Scale: 1}, yLow, product[e])
		VMULPD(Mem{Base: x, Index: j, Scale: 1, Disp: 32}, yHigh, high)
		VADDPD(high.AsY(), product[e], product[e])
	}
	VHADDPD(product[1], product[0], product[0])
	VHADDPD(product[3], product[2], product[2])
	high, low := YMM(), YMM()
	VPERM2F128(U8(0x21), product[2], product[0], high)
	VBLENDPD(U8(0xc), product[2], product[0], low)
	VADDPD(high, low, low)
	VMOVUPD(low, at(row, 0))
	VMOVUPD(low, Mem{Base: row, Index: other, Scale: 1})
	ADDQ(U8(32), row)
	ADDQ(U8(32), vector)
	SUBQ(U8(4), left)
	JGE(LabelRef("four"))
	sum := XMM()
	VMOVSD(at(last, 0), sum)
	VADDSD(element(diagonal, i), sum, sum)
	VMOVSD(sum, at(last, 0))
	VMOVSD(sum, Mem{Base: last, Index: other, Scale: 1})
	ADDQ(U8(treeRow), p)
	DECQ(n)
	JNZ(LabelRef("row"))
	end()
}

// treeSolve emits the two substitutions. Of the columns that follow each other, four at a time are taken at once.
func treeSolve() {
	function(avx2, "treeSolve", "n int, end *int, column *int, l, inverse, x *float64",
		"solves for the n rows before end, n > 0, of a factored matrix: x ← L⁻¹ D⁻¹ L⁻ᵀ x.")
	rows, p, columns := param("n"), param("end"), param("column")
	l, inverse, x := param("l"), param("inverse"), param("x")
	k, t, row, column := GP64(), GP64(), GP64(), GP64()
	// find points to a row, its columns, and where the first of them is in x; t counts from the first entry.
	to, whole, n := GP64(), GP64(), GP64()
	find := func() {
		MOVQ(at(p, treeRowIndex), k)
		MOVQ(at(p, treeRowBegin), row)
		LEAQ(element(columns, row), column)
		LEAQ(element(l, row), row)
		MOVQ(at(column, 0), to)
		LEAQ(element(x, to), to)
		MOVQ(at(p, treeRowTrunk), whole)
		SUBQ(U8(4), whole)
		MOVQ(at(p, treeRowOff), n)
		XORQ(t, t)
	}

	Label("up")
	SUBQ(U8(treeRow), p)
	find()
	v, many := XMM(), YMM()
	VMOVSD(element(x, k), v)
	CMPQ(n, U8(0))
	JEQ(LabelRef("upDone"))
	VBROADCASTSD(v, many)
	Label("upFour")
	CMPQ(t, whole)
	JGT(LabelRef("upOne"))
	change, sum := YMM(), YMM()
	VMULPD(element(row, t), many, change)
	VMOVUPD(element(to, t), sum)
	VSUBPD(change, sum, sum)
	VMOVUPD(sum, element(to, t))
	ADDQ(U8(4), t)
	JMP(LabelRef("upFour"))
	Label("upOne")
	CMPQ(t, n)
	JGE(LabelRef("upDone"))
	c, one, rest := GP64(), XMM(), XMM()
	MOVQ(element(column, t), c)
	VMULSD(element(row, t), v, one)
	VMOVSD(element(x, c), rest)
	VSUBSD(one, rest, rest)
	VMOVSD(rest, element(x, c))
	INCQ(t)
	JMP(LabelRef("upOne"))
	Label("upDone")
	VMULSD(element(inverse, k), v, v)
	VMOVSD(v, element(x, k))
	DECQ(rows)
	JNZ(LabelRef("up"))

	Load(Param("n"), rows)
	Label("down")
	find()
	VMOVSD(element(x, k), v)
	CMPQ(t, whole)
	JGT(LabelRef("downOne"))
	acc := YMM()
	VMOVUPD(element(to, t), acc)
	VMULPD(element(row, t), acc, acc)
	ADDQ(U8(4), t)
	Label("downFour")
	CMPQ(t, whole)
	JGT(LabelRef("downFold"))
	product := YMM()
	VMOVUPD(element(to, t), product)
	VMULPD(element(row, t), product, product)
	VADDPD(product, acc, acc)
	ADDQ(U8(4), t)
	JMP(LabelRef("downFour"))
	Label("downFold")
	half := XMM()
	VEXTRACTF128(U8(1), acc, half)
	VADDPD(half, acc.AsX(), half)
	VHADDPD(half, half, half)
	VSUBSD(half, v, v)
	Label("downOne")
	CMPQ(t, n)
	JGE(LabelRef("downDone"))
	MOVQ(element(column, t), c)
	VMOVSD(element(row, t), one)
	VMULSD(element(x, c), one, one)
	VSUBSD(one, v, v)
	INCQ(t)
	JMP(LabelRef("downOne"))
	Label("downDone")
	VMOVSD(v, element(x, k))
	ADDQ(U8(treeRow), p)
	DECQ(rows)
	JNZ(LabelRef("down"))
	end()
}
