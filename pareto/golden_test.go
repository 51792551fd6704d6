package pareto

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"

	"pgregory.net/rapid"
)

// golden reads a file of testdata; counts, tolerances and names come from the file, so that
// another of the same format can take its place.
func golden(t rapid.TB, name string, into any) {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, into); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
}

// number is a float64 in a file; infinity is the string "inf".
type number float64

func (n *number) UnmarshalJSON(b []byte) error {
	switch string(b) {
	case `"inf"`:
		*n = number(math.Inf(1))
		return nil
	case `"-inf"`:
		*n = number(math.Inf(-1))
		return nil
	}
	return json.Unmarshal(b, (*float64)(n))
}

// directions returns the options of a file's "sense".
func directions(t rapid.TB, sense string, m int) Options {
	switch sense {
	case "max":
		return Options{}
	case "min":
		dir := make([]Direction, m)
		for j := range dir {
			dir[j] = Minimise
		}
		return Options{Dir: dir}
	}
	t.Fatalf("unknown sense %q", sense)
	return Options{}
}

// relative returns |got-want|/|want|, or |got| if want is 0.
func relative(got, want float64) float64 {
	if got == want {
		return 0
	}
	d := math.Abs(got - want)
	if want != 0 {
		d /= math.Abs(want)
	}
	return d
}

func mustFront(t rapid.TB, rows [][]float64) Front {
	t.Helper()
	f, err := NewFront(rows)
	if err != nil {
		t.Fatal(err)
	}
	return f
}
