package qd

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"testing"
)

// goldenFile is a file of schema qd-golden-v1; cases differ from file to file.
type goldenFile[T any] struct {
	Schema    string
	Tolerance json.RawMessage
	Cases     []T
	tolerance float64
}

func readGolden[T any](t *testing.T, name string) goldenFile[T] {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	var f goldenFile[T]
	if err := json.Unmarshal(b, &f); err != nil {
		t.Fatal(err)
	}
	if f.Schema != "qd-golden-v1" || len(f.Cases) == 0 {
		t.Fatalf("%s: schema %q, %d cases", name, f.Schema, len(f.Cases))
	}
	if json.Unmarshal(f.Tolerance, &f.tolerance) != nil {
		f.tolerance = 1e-9 // cma-es.json: "1e-9 relative"
	}
	return f
}

// infinite is a number, or the text inf or -inf.
type infinite float64

func (x *infinite) UnmarshalJSON(b []byte) error {
	switch string(b) {
	case `"inf"`:
		*x = infinite(math.Inf(1))
	case `"-inf"`:
		*x = infinite(math.Inf(-1))
	default:
		return json.Unmarshal(b, (*float64)(x))
	}
	return nil
}

// same compares lists within a tolerance.
func same(t *testing.T, what string, got, want []float64, tolerance float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%s: %d numbers, want %d", what, len(got), len(want))
		return
	}
	for i := range want {
		if got[i] != want[i] && !(math.Abs(got[i]-want[i]) <= tolerance) {
			t.Errorf("%s: number %d is %v, want %v", what, i, got[i], want[i])
			return
		}
	}
}
