package cmorl

import (
	"math"
	"math/rand/v2"
	"testing"
)

// TestExtensionsPromiseHypervolume: one member at (1, 4) above (0, 0), ranges 1 and 4. An end at
// (1 + r·u₁, 4 + 4r·u₂) adds 4r(u₁ + u₂) + 4r²u₁u₂, most where u₁ = u₂, that is for the preference
// ω ∝ (1, 1/4). A second path, whose start has that end above it, still adds most in between.
func TestExtensionsPromiseHypervolume(t *testing.T) {
	a := archiveOf(9, []float64{0, 0}, []float64{1, 4})
	chosen, err := extensions(a, []float64{1, 4}, 0.1, 1, rand.New(rand.NewPCG(1, 2)))
	if err != nil || len(chosen) != 1 || chosen[0].start != 0 {
		t.Fatalf("%v %v, want one path from the only member", chosen, err)
	}
	w := chosen[0].preference
	if math.Abs(w[0]-0.8) > 0.03 || math.Abs(w[0]+w[1]-1) > 1e-12 {
		t.Errorf("preference %v, want about 0.8, 0.2", w)
	}
}

// TestExtensionsSpread: two members whose gains are equal by symmetry. Once the end of the first path
// is in the front, the second path adds more from the other member.
func TestExtensionsSpread(t *testing.T) {
	a := archiveOf(9, []float64{0, 0}, []float64{1, 9}, []float64{9, 1})
	for seed := range uint64(20) {
		chosen, err := extensions(a, []float64{8, 8}, 0.1, 2, rand.New(rand.NewPCG(seed, 2)))
		if err != nil {
			t.Fatal(err)
		}
		if chosen[0].start == chosen[1].start {
			t.Errorf("seed %d: both paths start from member %d", seed, chosen[0].start)
		}
	}
}

// TestExtensionsOfAFlatObjective: an objective in which all members are equal has a range all the same.
func TestExtensionsOfAFlatObjective(t *testing.T) {
	a := archiveOf(9, []float64{0, 0}, []float64{100, 5})
	chosen, err := extensions(a, []float64{0, 5}, 0.1, 3, rand.New(rand.NewPCG(1, 2)))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range chosen {
		for _, w := range c.preference {
			if !(w >= 0 && w <= 1) {
				t.Errorf("preference %v", c.preference)
			}
		}
	}
}
