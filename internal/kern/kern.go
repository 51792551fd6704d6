// Package kern holds the float32 kernels under every network of the project:
// matrix products, activations, the Adam step and a few vector operations; a few
// of the latter for float64; and what takes the time of mechanisms: matrices
// over trees ([Tree]) and sweeps of projected Gauss-Seidel ([Sweep]). It is the
// only package with assembly.
//
// # Paths
//
// Three implementations stand behind one set of functions: "avx512" and
// "avx2", generated assembly, and "generic", plain Go. One is chosen when the
// program starts: the one that the environment variable [Variable] names, else
// the fastest that the CPU and the operating system support. [Select] forces
// another. The build tag purego leaves the assembly out.
//
// The two assembly paths give bit-identical results and form the class "simd":
// each element of a product is one chain of fused multiply-adds with the inner
// index ascending, whatever the shape of the register tile; division and
// square root are the IEEE operations, not estimates; tails of vectors go
// through the same instructions as whole blocks. So a run with a fixed seed
// repeats to the last bit on every amd64 CPU with AVX2 and FMA. The generic
// path rounds each product (Go has no float32 fused multiply-add) and is
// deterministic by itself: its products are written float32(x*y), which forbids
// the compiler to fuse them on arm64 or under GOAMD64=v3, so that it gives the
// same bits on every architecture.
//
// # Conventions
//
// Matrices are row-major slices with a leading dimension, in elements. Widths
// are padded with zero columns to a multiple of [Width], so that no kernel has
// code for ragged columns. Every function checks the lengths of its operands
// once per call and panics with the shapes if one is too short, because the
// assembly does not check. Operands that are written must not overlap others,
// except where the function says so. Nothing here allocates.
package kern

import (
	"fmt"
	"os"
	"slices"
	"strings"
)

// Width is the number of float32 values to a multiple of which row widths are
// padded: one AVX-512 register, two AVX2 registers.
const Width = 16

// Pad returns n rounded up to a multiple of [Width].
func Pad(n int) int { return (n + Width - 1) &^ (Width - 1) }

// The paths, in ascending order of preference.
const (
	generic = iota
	avx2
	avx512
)

var pathNames = [...]string{generic: "generic", avx2: "avx2", avx512: "avx512"}

// Variable names the environment variable that is read when the program starts:
// auto, generic, avx2 or avx512, see [Select].
const Variable = "PARETOLAB_KERNEL"

// started is the path that the program began with.
var started, startError = start(os.Getenv(Variable))

// active is the path in use. It is written by initialisation and by Select
// only, so kernels read it without synchronisation.
var active = started

// start returns the path to begin with: the one that the variable names, or the
// fastest if it is empty, is auto, or names a path that cannot be had, of which
// the error tells.
func start(variable string) (int, error) {
	if variable == "" || variable == "auto" {
		return best(), nil
	}
	path, err := lookup(variable)
	if err != nil {
		return best(), fmt.Errorf("environment variable %s: %w", Variable, err)
	}
	return path, nil
}

// StartError returns why the program did not start with the path that [Variable]
// names, or nil if it did. A program should report it before it computes.
func StartError() error { return startError }

// Paths returns the paths that this CPU and this build have, in ascending order
// of preference, "generic" first.
func Paths() []string {
	var paths []string
	for p, name := range pathNames {
		if supported(p) == nil {
			paths = append(paths, name)
		}
	}
	return paths
}

// Path returns the path in use: "avx512", "avx2" or "generic".
func Path() string { return pathNames[active] }

// Class returns "simd" if the path in use is one of the assembly paths and
// "generic" otherwise. Results of one class are bit-identical on every machine;
// store it beside results that are to be repeated exactly.
func Class() string {
	if active == generic {
		return "generic"
	}
	return "simd"
}

// Select chooses the path: "generic", "avx2", "avx512", or "auto" for the one
// that the program started with. If the path is unknown, or the CPU or the build
// lacks it, Select changes nothing and returns an error which names the choices.
//
// Select is for the start of a program and for tests: it must not run at the
// same time as any other function of this package.
func Select(path string) error {
	if path == "auto" {
		active = started
		return nil
	}
	p, err := lookup(path)
	if err != nil {
		return err
	}
	active = p
	return nil
}

// lookup returns the path of that name if this CPU and this build have it.
func lookup(name string) (int, error) {
	p := slices.Index(pathNames[:], name)
	if p < 0 {
		return 0, fmt.Errorf("unknown kernel path %q: use auto, generic, avx2 or avx512", name)
	}
	if err := supported(p); err != nil {
		return 0, fmt.Errorf("%w: use %s", err, strings.Join(append([]string{"auto"}, Paths()...), " or "))
	}
	return p, nil
}

// Peak executes rounds of independent multiply-adds that touch nothing but
// registers, by the path in use, and returns the number of floating-point
// operations this took. Divided by the time, measured by the caller, that is the
// bound on the rate of any kernel of the path, of which [Gemm] is to reach nine
// tenths. A round takes a few nanoseconds.
func Peak(rounds int) (operations int) {
	if rounds <= 0 {
		return 0
	}
	return peak(rounds)
}
