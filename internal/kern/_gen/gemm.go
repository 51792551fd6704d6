package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// gemm emits the product kernels for a panel of cols columns, with one branch
// for each number of rows in a register tile up to maxRows.
//
// Every element is one chain of fused multiply-adds with k ascending, then one
// addition of Init. So the shape of the tile does not enter into the result.
func gemm(s isa, cols, maxRows int) {
	function(s, label("gemm%d", cols),
		"panels, rows, tiles, k int, a *float32, rs, cs int, b *float32, ldb int, c *float32, ldc int, init *float32, ldi, pi int",
		label("computes C = Init + A·B for panels·%d columns and tiles·rows rows, rows from 1 to %d. Strides are in bytes; pi is that of Init from panel to panel. It overwrites its arguments.", cols, maxRows))
	rows := param("rows")
	for r := maxRows; r > 1; r-- {
		CMPQ(rows, U8(r))
		JEQ(LabelRef(label("panel%d", r)))
	}
	for r := 1; r <= maxRows; r++ {
		panel(s, r, cols)
	}
}

// panel emits a loop over panels, and in it one over tiles of rows × cols of C.
func panel(s isa, rows, cols int) {
	name := label("panel%d", rows)
	Label(name)
	tile(s, rows, cols/s.lanes, label("rows%d", rows))

	// What the next panel starts from is kept in the arguments, since registers are short.
	advance := func(pointer string, by Op) {
		ADDQ(by, argument(pointer))
	}
	advance("b", U32(uint32(4*cols)))
	advance("c", U32(uint32(4*cols)))
	advance("init", param("pi"))
	DECQ(argument("panels"))
	JNZ(LabelRef(name))
	end()
}

// tile emits a loop over tiles of rows × vecs registers of C.
func tile(s isa, rows, vecs int, name string) {
	tiles, a, rs, cs := param("tiles"), param("a"), param("rs"), param("cs")
	ldb := param("ldb")
	c, init := param("c"), param("init")
	Label(name)
	acc := make([][]reg.VecVirtual, rows)
	for i := range acc {
		acc[i] = make([]reg.VecVirtual, vecs)
		for j := range acc[i] {
			acc[i][j] = s.zero()
		}
	}

	// One pointer into A serves three rows: p, p+rs, p+2rs.
	p := make([]reg.GPVirtual, (rows+2)/3)
	for i := range p {
		p[i] = GP64()
		if i == 0 {
			MOVQ(a, p[i])
			continue
		}
		LEAQ(Mem{Base: p[i-1], Index: rs, Scale: 2}, p[i])
		ADDQ(rs, p[i])
	}
	// The next tile starts where the row after the last one would.
	switch rows % 3 {
	case 0:
		LEAQ(Mem{Base: p[len(p)-1], Index: rs, Scale: 2}, a)
		ADDQ(rs, a)
	default:
		LEAQ(Mem{Base: p[len(p)-1], Index: rs, Scale: uint8(rows % 3)}, a)
	}

	b, k := param("b"), param("k")
	step := func() {
		bv := make([]reg.VecVirtual, vecs)
		loadB := func(j int) {
			bv[j] = s.vec()
			VMOVUPS(at(b, j*4*s.lanes), bv[j])
		}
		if rows > 1 {
			for j := range bv {
				loadB(j)
			}
		}
		for i := range rows {
			m := Mem{Base: p[i/3]}
			if i%3 > 0 {
				m.Index, m.Scale = rs, uint8(i%3)
			}
			if s == avx512 && vecs == 1 && rows > 1 {
				// One use does not pay for a broadcast of its own.
				VFMADD231PS_BCST(m, bv[0], acc[i][0])
				continue
			}
			ai := s.vec()
			VBROADCASTSS(m, ai)
			for j := range bv {
				if rows == 1 {
					loadB(j)
				}
				VFMADD231PS(ai, bv[j], acc[i][j])
			}
		}
		for i := range p {
			ADDQ(cs, p[i])
		}
		ADDQ(ldb, b)
	}
	SUBQ(U8(2), k)
	JLT(LabelRef(name + "odd"))
	Label(name + "pair")
	step()
	step()
	SUBQ(U8(2), k)
	JGE(LabelRef(name + "pair"))
	Label(name + "odd")
	ADDQ(U8(1), k)
	JNZ(LabelRef(name + "store"))
	step()

	Label(name + "store")
	ldc, ldi := param("ldc"), param("ldi")
	for i := range rows {
		for j := range vecs {
			VADDPS(at(init, j*4*s.lanes), acc[i][j], acc[i][j])
			VMOVUPS(acc[i][j], at(c, j*4*s.lanes))
		}
		ADDQ(ldi, init)
		ADDQ(ldc, c)
	}
	DECQ(tiles)
	JNZ(LabelRef(name))
}

// transpose emits the transposition of a row of 8×8 tiles: transpose pairs of
// rows, pairs of pairs, then the two halves of the registers.
func transpose() {
	s := avx2
	function(s, "transpose8", "tiles int, dst *float32, ldd int, src *float32, lds int",
		"transposes 8 rows of 8·tiles columns. Strides are in bytes.")
	tiles, dst, ldd, src, lds := param("tiles"), param("dst"), param("ldd"), param("src"), param("lds")
	row := func(p, p3, p6, ld reg.GPVirtual, i int) Mem {
		m := Mem{Base: []reg.GPVirtual{p, p3, p6}[i/3]}
		if i%3 > 0 {
			m.Index, m.Scale = ld, uint8(i%3)
		}
		return m
	}
	triple := func(p, ld reg.GPVirtual) (p3, p6 reg.GPVirtual) {
		p3, p6 = GP64(), GP64()
		LEAQ(Mem{Base: p, Index: ld, Scale: 2}, p3)
		ADDQ(ld, p3)
		LEAQ(Mem{Base: p3, Index: ld, Scale: 2}, p6)
		ADDQ(ld, p6)
		return p3, p6
	}

	Label("loop")
	src3, src6 := triple(src, lds)
	dst3, dst6 := triple(dst, ldd)
	var x, pairs, quads [8]reg.VecVirtual
	for i := range x {
		x[i] = s.vec()
		VMOVUPS(row(src, src3, src6, lds, i), x[i])
	}
	for i := 0; i < 8; i += 2 {
		pairs[i], pairs[i+1] = s.vec(), s.vec()
		VUNPCKLPS(x[i+1], x[i], pairs[i])
		VUNPCKHPS(x[i+1], x[i], pairs[i+1])
	}
	for i := 0; i < 8; i += 4 {
		for j := range 2 {
			quads[i+2*j], quads[i+2*j+1] = s.vec(), s.vec()
			VUNPCKLPD(pairs[i+2+j], pairs[i+j], quads[i+2*j])
			VUNPCKHPD(pairs[i+2+j], pairs[i+j], quads[i+2*j+1])
		}
	}
	for i := range 8 {
		y := s.vec()
		if i < 4 {
			VPERM2F128(U8(0x20), quads[i+4], quads[i], y)
		} else {
			VPERM2F128(U8(0x31), quads[i], quads[i-4], y)
		}
		VMOVUPS(y, row(dst, dst3, dst6, ldd, i))
	}
	ADDQ(U8(32), src)
	LEAQ(Mem{Base: dst, Index: ldd, Scale: 8}, dst)
	DECQ(tiles)
	JNZ(LabelRef("loop"))
	end()
}
