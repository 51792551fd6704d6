// Package kernbench lists what is timed of package kern, for `go test -bench` and for the command
// `paretolab bench kernels`, with the rates that are to be reached.
package kernbench

import (
	"fmt"
	"math/rand/v2"

	"github.com/paretolab/paretolab/internal/kern"
)

// Case is a kernel at one shape.
type Case struct {
	Kernel string // name of the function
	Shape  string
	Unit   Unit
	FLOP   int             // floating-point operations of a run, of a product; else 0
	Values int             // values that a run handles, if they are counted
	Goals  map[string]Goal // by kernel path
	Run    func()          // on operands that stay in the cache
}

// Unit is what the speed of a case is told in.
type Unit string

const (
	Rate  Unit = "GFLOP/s"
	Call  Unit = "ns"
	Value Unit = "ns/value"
)

// Figure tells the time of a run, in ns, in the unit of the case.
func (c *Case) Figure(ns float64) float64 {
	switch c.Unit {
	case Rate:
		return float64(c.FLOP) / ns
	case Value:
		return ns / float64(c.Values)
	}
	return ns
}

// Goal is the speed that a case is to reach on one core: a least rate, a most time, or a least share of
// the peak rate of the path.
type Goal struct {
	Bound  float64 // in the unit of the case; or a share
	OfPeak bool    // Bound is a share of the peak, from 0 to 1
}

// Met reports whether a figure in the unit of the case, of a given share of the peak, reaches the goal.
func (g Goal) Met(unit Unit, figure, share float64) bool {
	switch {
	case g.OfPeak:
		return share >= g.Bound
	case unit == Rate:
		return figure >= g.Bound
	}
	return figure <= g.Bound
}

// Shares are goals by the share of the peak, from 0 to 1, on the two assembly paths.
func Shares(avx2, avx512 float64) map[string]Goal {
	return map[string]Goal{"avx2": {avx2, true}, "avx512": {avx512, true}}
}

// bounds are goals in the unit of the case on the two assembly paths.
func bounds(avx2, avx512 float64) map[string]Goal {
	return map[string]Goal{"avx2": {avx2, false}, "avx512": {avx512, false}}
}

// Cases returns all cases. They share no operands.
func Cases() []Case {
	var all []Case
	// Forward passes, with a bias: batch × width × inputs.
	for _, s := range [][3]int{
		{1, 64, 64},              // a single action
		{8, 64, 11}, {8, 64, 64}, // a step of eight environments
		{64, 64, 11}, {64, 64, 64}, {64, 16, 64}, // first layer, hidden layer, head
		{256, 64, 11}, {256, 64, 64}, {256, 16, 64},
		{2048, 64, 64},
		{256, 256, 256},
	} {
		m, n, k := s[0], s[1], s[2]
		c := product("Gemm", m, n, k, k, 1, normal(n))
		switch {
		case m == 1:
			c.Unit, c.Goals = Call, bounds(120, 85)
		case m == 8 && k == 64:
			c.Goals = Shares(0.75, 0.85)
		case m >= 64 && n >= 64:
			c.Goals = Shares(0.90, 0.88)
		}
		if m == 256 && n == 64 && k == 64 {
			c.Goals["generic"] = Goal{9, false}
		}
		all = append(all, c)
	}
	// Weight gradients, A transposed: inputs × width × batch.
	for _, s := range [][3]int{{11, 64, 64}, {64, 64, 64}, {11, 64, 256}, {64, 64, 256}, {64, 16, 256}, {64, 64, 2048}, {256, 256, 256}} {
		m, n, k := s[0], s[1], s[2]
		c := product("Gemm of the transpose", m, n, k, 1, m, nil)
		if n >= 64 {
			c.Goals = Shares(0.90, 0.88)
		}
		all = append(all, c)
	}
	perValue := func(kernel, shape string, values int, goals map[string]Goal, run func()) {
		all = append(all, Case{Kernel: kernel, Shape: shape, Unit: Value, Values: values, Goals: goals, Run: run})
	}
	const rows, cols = 256, 64
	a, sums := normal(rows*cols), make([]float32, cols)
	perValue("ColSum", "256x64", rows*cols, nil, func() { kern.ColSum(sums, a, rows, cols, cols) })
	for _, n := range []int{64, 256} {
		src, dst := normal(n*n), make([]float32, n*n)
		perValue("Transpose", fmt.Sprintf("%dx%d", n, n), n*n, nil, func() { kern.Transpose(dst, n, src, n, n, n) })
	}
	vector := func(kernel string, goals map[string]Goal, run func(x, y []float32)) {
		const n = 4096
		x, y := normal(n), normal(n)
		perValue(kernel, "4096", n, goals, func() { run(x, y) })
	}
	vector("Tanh", bounds(0.25, 0.15), func(x, _ []float32) { kern.Tanh(x) })
	vector("TanhGrad", nil, func(x, _ []float32) { kern.TanhGrad(x, zeros) })
	vector("ReLU", nil, func(x, _ []float32) { kern.ReLU(x) })
	vector("ReLUGrad", nil, func(x, y []float32) { kern.ReLUGrad(x, y) })
	vector("SumSq", nil, func(x, _ []float32) { kern.SumSq(x) })
	vector("Dot", nil, func(x, y []float32) { kern.Dot(x, y) })
	vector("Axpy", nil, func(x, y []float32) { kern.Axpy(1e-9, x, y) })
	n := kern.Pad(9000) // two networks 11-64-64-3 and 11-64-64-2, without padding
	p, g, m, v := normal(n), normal(n), make([]float32, n), make([]float32, n)
	perValue("Adam", fmt.Sprint(n), n, bounds(0.35, 0.22), func() { kern.Adam(p, g, m, v, 1, 0.9, 0.999, 1e-4, 1e-8) })
	return all
}

// zeros keeps a gradient that is multiplied in place, over and over, from vanishing.
var zeros = make([]float32, 4096)

func product(name string, m, n, k, rs, cs int, bias []float32) Case {
	x, y, z := normal(m*k), normal(k*n), make([]float32, m*n)
	return Case{
		Kernel: name, Shape: fmt.Sprintf("%dx%dx%d", m, n, k), Unit: Rate, FLOP: 2 * m * n * k,
		Run: func() { kern.Gemm(m, n, k, x, rs, cs, y, n, z, n, bias, 0) },
	}
}

// normal returns n normal variates, the same on every call.
func normal(n int) []float32 {
	r := rand.New(rand.NewPCG(1, 2))
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(r.NormFloat64())
	}
	return x
}
