package preference

import (
	"math/rand/v2"
	"testing"
)

func testRand(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, seed)) }

// drawn is a data set of drawn questions with a user's answers.
func drawn(t testing.TB, w *World, n, length int, u Answerer) *Dataset {
	t.Helper()
	pairs, err := w.DrawPairs(n, length, testRand(11))
	if err != nil {
		t.Fatal(err)
	}
	d := &Dataset{Objectives: w.Objectives}
	if err := d.Add(Label(pairs, u)...); err != nil {
		t.Fatal(err)
	}
	return d
}
