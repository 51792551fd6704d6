package preference

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// pluralUsers are two groups of users with ideal points 1 apart: answers about random items with β = 10.
func pluralUsers(perGroup, answers int, random *rand.Rand) (d *Dataset, ideal [][]float64) {
	ideal = [][]float64{{0.25, 0.5}, {0.85, 1.3}} // distance 1
	d = &Dataset{Objectives: []string{"x", "y"}}
	for h := range 2 * perGroup {
		d.Users = append(d.Users, fmt.Sprint(h))
		d.Pairs = append(d.Pairs, answersOf(ideal[h/perGroup], h, answers, random)...)
	}
	return d, ideal
}

// answersOf are random questions that a user answers.
func answersOf(q []float64, user, n int, random *rand.Rand) (pairs []Pair) {
	draw := func() Segment { return Item([]float64{2*random.Float64() - 0.5, 2 * random.Float64()}) }
	for range n {
		p := Pair{A: draw(), B: draw(), User: user}
		if random.Float64() < Logistic(10*(squaredDistance(p.B.Features, q)-squaredDistance(p.A.Features, q))) {
			p.Y = 1
		}
		pairs = append(pairs, p)
	}
	return pairs
}

// Two groups of 20 users with 30 answers each: every user is found on the right side, a new user of three answers is
// predicted better by 5 points than by one common ideal point, and so for all kinds of f.
func TestPAL(t *testing.T) {
	for _, l := range []PAL{{Beta: 10}, {Beta: 10, Cluster: true}, {Map: LinearMap, Restarts: 1}, {Map: NetworkMap, Epochs: 500, Restarts: 1}} {
		l.Epochs = orDefault(l.Epochs, 200)
		l.Restarts = orDefault(l.Restarts, 2)
		l.Rate = 0.02
		random := testRand(21)
		d, ideal := pluralUsers(20, 30, random)
		m := fit[*IdealPoints](t, l, d)
		side := 0
		if m.Mixture[0][1] > 0.5 {
			side = 1
		}
		wrong := 0
		for h, a := range m.Mixture {
			if k := (side + h/20) % 2; a[k] <= 0.5 {
				wrong++
			}
		}
		one := l
		one.Prototypes, one.Restarts = 1, 1
		common := fit[*IdealPoints](t, one, d)
		personal, shared, n := 0.0, 0.0, 0.0
		for k := range 40 {
			q := ideal[k%2]
			few := &Dataset{Objectives: d.Objectives, Pairs: answersOf(q, 0, 3, random)}
			user, err := m.AddUser(context.Background(), few)
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range answersOf(q, 0, 100, random) {
				n++
				if m.POf(user, &p.A, &p.B) > 0.5 == (p.Y > 0.5) {
					personal++
				}
				if common.P(&p.A, &p.B) > 0.5 == (p.Y > 0.5) {
					shared++
				}
			}
		}
		t.Logf("map %d, clusters %v: %d of 40 users on the wrong side; new users %.1f %%, one ideal point %.1f %%", l.Map, l.Cluster, wrong, 100*personal/n, 100*shared/n)
		if wrong > 0 {
			t.Errorf("map %d, clusters %v: %d users on the wrong side", l.Map, l.Cluster, wrong)
		}
		if personal-shared < 0.05*n {
			t.Errorf("map %d, clusters %v: a new user is predicted to %.1f %%, by one ideal point to %.1f %%", l.Map, l.Cluster, 100*personal/n, 100*shared/n)
		}
	}
}

// The gradients are those of difference quotients.
func TestPALGradient(t *testing.T) {
	for _, kind := range []PointMap{IdentityMap, LinearMap, NetworkMap} {
		d, _ := pluralUsers(2, 5, testRand(3))
		f, err := PAL{Prototypes: 3, Map: kind, Hidden: 4, Width: 3, Beta: 2}.begin(context.Background(), d, nil)
		if err != nil {
			t.Fatal(err)
		}
		random := testRand(4)
		x := make([]float64, f.mapSize()+f.Prototypes*f.width+f.users*f.Prototypes)
		for j := range x {
			x[j] = random.NormFloat64()
		}
		s := f.newScratch()
		gradient := make([]float64, len(x))
		f.loss(x, gradient, s)
		for j := range x {
			const h = 1e-5
			x[j] += h
			up := f.loss(x, make([]float64, len(x)), s)
			x[j] -= 2 * h
			down := f.loss(x, make([]float64, len(x)), s)
			x[j] += h
			if q := (up - down) / (2 * h); math.Abs(q-gradient[j]) > 1e-6*(1+math.Abs(q)) {
				t.Errorf("map %d, parameter %d: gradient %v, difference quotient %v", kind, j, gradient[j], q)
			}
		}
	}
}
