package pareto

import (
	"encoding/binary"
	"errors"
	"math"
	"slices"
	"testing"
)

// fuzzedFront reads a front of m objectives and a reference point from bytes: exotic says that
// every byte picks one of a few awkward values, otherwise eight bytes are a float64.
func fuzzedFront(data []byte, m int, exotic bool) (f Front, ref []float64) {
	awkward := []float64{0, math.Copysign(0, -1), 1, -1, 2, 3, 0.1, 1 + 0x1p-52, 1e-310, 0x1p-1074, 1e308, -1e308, 1e154, math.NaN(), math.Inf(1), math.Inf(-1)}
	var values []float64
	if exotic {
		for _, b := range data {
			values = append(values, awkward[int(b)%len(awkward)])
		}
	} else {
		for ; len(data) >= 8; data = data[8:] {
			values = append(values, math.Float64frombits(binary.LittleEndian.Uint64(data)))
		}
	}
	values = values[:min(len(values), 24*m)]
	if len(values) < m {
		return Front{M: m}, make([]float64, m)
	}
	ref, values = values[:m], values[m:]
	return Front{M: m, X: values[:len(values)/m*m]}, ref
}

func seeds(f *testing.F) {
	for m := byte(1); m <= 17; m++ {
		f.Add([]byte("\x00\x02\x04\x05\x06\x04\x02\x04\x05\x06\x07\x08\x09\x02\x04\x05\x02\x05\x04"), m, true)
		f.Add([]byte("0123456789abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnopqrstuvwxyz"), m, false)
	}
	f.Add([]byte("\x0b\x0b\x0a\x0a"), byte(2), true)
	f.Add([]byte("\x00\x00\x0d\x01"), byte(2), true)
	f.Add([]byte{}, byte(3), true)
}

// FuzzHypervolume: whatever the input, an error of a known kind or a finite hypervolume that is not
// negative and at least that of every single row; and the input stays as it is.
func FuzzHypervolume(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, data []byte, m byte, exotic bool) {
		front, ref := fuzzedFront(data, 1+int(m-1)%17, exotic)
		before := bitsOf(front.X)
		v, err := Hypervolume(front, ref, Options{MaxWork: 100_000})
		if !slices.Equal(bitsOf(front.X), before) {
			t.Fatal("the input was changed")
		}
		if err != nil {
			var at *InputError
			if v != 0 || !errors.As(err, &at) || err.Error() == "" {
				t.Fatalf("%v, %v", v, err)
			}
			for _, kind := range []error{ErrNaN, ErrInf, ErrDimension, ErrBudget} {
				if errors.Is(err, kind) {
					return
				}
			}
			t.Fatalf("error of another kind: %v", err)
		}
		if !(v >= 0 && v <= math.MaxFloat64) {
			t.Fatalf("hypervolume %v", v)
		}
		spread, box := sidesOf(front, ref)
		for i := range front.Len() {
			one, err := Hypervolume(front.Select([]int{i}), ref)
			if errors.Is(err, ErrInf) {
				continue // a distance beyond float64, which other rows had cut down
			}
			if spread > 1827 && math.Log2(one) < box-830 {
				continue // the volume may be lost
			}
			if err != nil || v < one*(1-1e-9)-1e-300 {
				t.Fatalf("%v of all, %v of row %d alone (%v)", v, one, i, err)
			}
		}
	})
}

// sidesOf returns two logarithms to base two: of the ratios of longest and shortest distance from ref,
// multiplied over all objectives, and of the box between ideal and reference point.
func sidesOf(f Front, ref []float64) (spread, box float64) {
	longest, shortest := slices.Repeat([]float64{-inf}, f.M), slices.Repeat([]float64{inf}, f.M)
	for i := range f.Len() {
		if !StronglyDominates(f.Row(i), ref) {
			continue
		}
		for j, v := range f.Row(i) {
			side := min(math.Log2(v-ref[j]), 1025)
			longest[j], shortest[j] = max(longest[j], side), min(shortest[j], side)
		}
	}
	for j := range longest {
		spread += longest[j] - shortest[j]
		box += longest[j]
	}
	return spread, box
}

// FuzzNonDominated: whatever the input, an error or the rows, and the ranks, of the definition.
func FuzzNonDominated(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, data []byte, m byte, exotic bool) {
		front, _ := fuzzedFront(data, 1+int(m-1)%17, exotic)
		got, err := NonDominated(front)
		if invalid := front.Validate(); (err == nil) != (invalid == nil) {
			t.Fatalf("error %v of a front with error %v", err, invalid)
		}
		if want := byDefinition(front, false); err == nil && !slices.Equal(got, want) {
			t.Fatalf("%v, want %v", got, want)
		}
		ranks, rankErr := Rank(front)
		if (err == nil) != (rankErr == nil) {
			t.Fatalf("error %v of the filter, %v of the ranks", err, rankErr)
		}
		if err != nil {
			return
		}
		if want := ranksByDefinition(front); !slices.Equal(ranks, want) {
			t.Fatalf("ranks %v, want %v", ranks, want)
		}
	})
}

func bitsOf(values []float64) []uint64 {
	b := make([]uint64, len(values))
	for i, v := range values {
		b[i] = math.Float64bits(v)
	}
	return b
}
