// Command gen writes the AVX2 and AVX-512 kernels of package kern: the assembly
// and its Go stubs. It has its own module, so that avo and the tools under it
// stay out of the module of the project. Package kern runs it by go generate.
//
// Both instruction sets come from the same functions, which differ in nothing
// but the width of a register. That keeps the two bit-identical, down to which
// operand of an instruction hands on its NaN: do not reorder operands in one of
// them alone. Operands are in the order of Go's assembler: sources reversed,
// target last.
package main

import (
	"fmt"
	"math"
	"strings"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// isa is one of the two instruction sets.
type isa struct {
	name  string // suffix of the functions
	lanes int    // float32 values of a register
}

var (
	avx2   = isa{"AVX2", 8}
	avx512 = isa{"AVX512", 16}
)

// vec returns a fresh register.
func (s isa) vec() reg.VecVirtual {
	if s == avx512 {
		return ZMM()
	}
	return YMM()
}

// block is the number of float32 values that one step of the vector kernels
// takes: one AVX-512 register, two AVX2 registers.
const block = 16

func main() {
	ConstraintExpr("!purego")

	// 12 accumulators and what feeds them take 15 of the 16 AVX2 registers. Of the
	// 32 of AVX-512, 16 accumulators are enough to keep the multipliers busy.
	gemm(avx2, 16, 6)
	gemm(avx2, 64, 1)
	gemm(avx512, 16, 8)
	gemm(avx512, 32, 8)
	gemm(avx512, 64, 1)
	transpose()
	dot()
	treeFactor()
	treeProducts()
	treeSolve()
	sweep()
	layer64()
	addRows64()
	rotations64()
	symmetric64()
	rank2Upper64()
	reflect64()
	distances64()
	for _, s := range []isa{avx2, avx512} {
		tanh(s)
		tanhGrad(s)
		relu(s)
		reluGrad(s)
		adam(s)
		axpy(s)
		axpy64(s)
		rotate64(s)
		rank2(s)
		dot64(s, false)
		dot64(s, true)
		peak(s)
	}
	Generate()
}

// function starts an assembly function whose name ends in that of the set.
func function(s isa, name, params, doc string, results ...string) {
	TEXT(name+s.name, NOSPLIT, label("func(%s) (%s)", params, strings.Join(results, ", ")))
	Doc(name + s.name + " " + doc)
	Pragma("noescape")
}

// end leaves the function in the state which code without AVX expects.
func end() {
	VZEROUPPER()
	RET()
}

// param loads an integer or pointer parameter.
func param(name string) reg.GPVirtual {
	r := GP64()
	Load(Param(name), r)
	return r
}

// argument is the place of an integer or pointer parameter in memory.
func argument(name string) Mem {
	b, err := Param(name).Resolve()
	if err != nil {
		panic(err)
	}
	return b.Addr
}

// splat fills a register with copies of the float32 parameter.
func (s isa) splat(name string) reg.VecVirtual {
	v := s.vec()
	VBROADCASTSS(argument(name), v)
	return v
}

// constant fills a register with copies of x.
func (s isa) constant(name string, x float32) reg.VecVirtual {
	v := s.vec()
	VBROADCASTSS(ConstData(name+s.name, U32(math.Float32bits(x))), v)
	return v
}

func (s isa) zero() reg.VecVirtual {
	v := s.vec()
	if s == avx512 {
		VPXORD(v, v, v)
	} else {
		VXORPS(v, v, v)
	}
	return v
}

// blocks emits a loop over n blocks: body gets the byte offset of each register
// of a block; then the pointers advance.
func (s isa) blocks(n reg.GPVirtual, pointers []reg.GPVirtual, body func(offset int)) {
	Label("loop")
	for offset := 0; offset < 4*block; offset += 4 * s.lanes {
		body(offset)
	}
	for _, p := range pointers {
		ADDQ(U8(4*block), p)
	}
	DECQ(n)
	JNZ(LabelRef("loop"))
	end()
}

func at(p reg.GPVirtual, offset int) Mem { return Mem{Base: p, Disp: offset} }

func label(format string, args ...any) string { return fmt.Sprintf(format, args...) }
