package curling

import (
	"math"
	"math/rand/v2"
	"testing"
)

// plainlyWanted is the definition of wanted.
func plainlyWanted(q, action [2]float64) [2]float64 {
	inside := func(q [2]float64) bool {
		a := place(q)
		return a.links[1].inside()
	}
	n := q
	for i := range n {
		n[i] = min(max(q[i]+float64(dt*min(max(action[i], -fastest), fastest)), -limits[i]), limits[i])
	}
	if inside(n) {
		return n
	}
	for k := 1; k <= 64; k++ {
		for _, sign := range [2]float64{-1, 1} {
			aside := [2]float64{n[0] + float64(float64(float64(k)*.002)*sign), n[1]}
			if math.Abs(aside[0]) <= shoulder && inside(aside) {
				return aside
			}
		}
	}
	n[1] = q[1]
	if !inside(n) {
		n[0] = q[0]
	}
	return n
}

// TestWantedIsItsDefinition on walks of the arm, which soon lean against the sides, to the last bit.
func TestWantedIsItsDefinition(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	yielded := 0
	for range 300 {
		q, action := [2]float64{}, [2]float64{}
		for step := range 500 {
			if step%50 == 0 {
				action = [2]float64{2 * r.NormFloat64(), 2 * r.NormFloat64()}
			}
			now := place(q)
			got, want := wanted(q, action, &now), plainlyWanted(q, action)
			if got != want {
				t.Fatalf("from %v by %v: %v, want %v", q, action, got, want)
			}
			for i := range want {
				if want[i] != min(max(q[i]+float64(dt*min(max(action[i], -fastest), fastest)), -limits[i]), limits[i]) {
					yielded++
				}
			}
			q = want
		}
	}
	if yielded < 1000 {
		t.Errorf("joints yielded %d times; the walks are to lean against the sides", yielded)
	}
}

// TestWantedAtTheSides: the doubtful cases, with a corner of link 1 within rounding of a side.
func TestWantedAtTheSides(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 300 {
		// The angle of the shoulder at which link 1 leaves the table, by halving.
		q := [2]float64{0, (2*r.Float64() - 1) * elbow}
		in, out := 0.0, math.Copysign(shoulder, q[1])
		on := func(x float64) bool {
			a := place([2]float64{x, q[1]})
			return a.links[1].inside()
		}
		if !on(in) || on(out) {
			continue
		}
		for range 60 {
			if middle := (in + out) / 2; on(middle) {
				in = middle
			} else {
				out = middle
			}
		}
		for k := -3; k <= 3; k++ {
			q[0] = in + float64(k)*1e-16
			for _, turn := range []float64{0, 1e-16, -1e-16, yieldStep / dt, -yieldStep / dt} {
				now := place(q)
				action := [2]float64{turn, 0}
				if got, want := wanted(q, action, &now), plainlyWanted(q, action); got != want {
					t.Fatalf("from %v by %v: %v, want %v", q, action, got, want)
				}
			}
		}
	}
}
