package mujoco

import (
	"math"
	"slices"
	"testing"
)

// TestHalfTurn against math.Sincos, within a turn and beyond.
func TestHalfTurn(t *testing.T) {
	for i := range 40001 {
		x := 7 * (float64(i)/20000 - 1)
		sin, cos := halfTurn(x)
		if s, c := math.Sincos(x / 2); math.Abs(sin-s) > 4.5e-16 || math.Abs(cos-c) > 4.5e-16 {
			t.Fatalf("of %v: %v and %v, want %v and %v", x, sin, cos, s, c)
		}
	}
	if sin, cos := halfTurn(math.NaN()); sin == sin || cos == cos {
		t.Errorf("of no number: %v, %v", sin, cos)
	}
}

// TestListedPairs: the contacts of a long way are those of a Data that has listed no pairs before.
func TestListedPairs(t *testing.T) {
	m := load(t, "humanoid")
	drill := NewDrill(m, 1, 1)
	defer drill.Close()
	used := m.NewData()
	found := 0
	for range 300 {
		drill.Step()
		fresh := m.NewData()
		m.Forward(&drill.batch.States[0], used)
		m.Forward(&drill.batch.States[0], fresh)
		found += len(fresh.Contacts)
		if !slices.Equal(used.Contacts, fresh.Contacts) || !slices.Equal(used.Qacc, fresh.Qacc) {
			t.Fatalf("%d contacts, with a list of pairs made here %d", len(used.Contacts), len(fresh.Contacts))
		}
	}
	if found == 0 {
		t.Error("nothing touched")
	}
}
