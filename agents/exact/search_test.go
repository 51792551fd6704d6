package exact_test

import (
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/paretolab/paretolab/agents/exact"
	"github.com/paretolab/paretolab/envs"
	"github.com/paretolab/paretolab/pareto"
)

// Where sooner is better the fewest steps to every end give the front that the dynamic programme gives.
func TestBreadthFirstFindsTheSameFronts(t *testing.T) {
	for _, c := range []struct {
		id     string
		gamma  float64
		points int
	}{
		{"deep-sea-treasure-v0", 1, 10},
		{"deep-sea-treasure-v0", 0.9, 3},
		{"deep-sea-treasure-concave-v0", 0.99, 10},
		{"deep-sea-treasure-mirrored-v0", 1, 10},
		{"fruit-tree-v0", 0.99, 64},
	} {
		e := makeEnv(t, c.id, nil)
		r, err := exact.BreadthFirst(e, c.gamma)
		if err != nil {
			t.Fatal(err)
		}
		if r.Points.Len() != c.points {
			t.Errorf("%s, discount %v: %d points, want %d", c.id, c.gamma, r.Points.Len(), c.points)
		}
		samePoints(t, r.Points, front(t, e, c.gamma).Points)
		attained(t, e, r, c.gamma)
	}
}

// Mud costs 8, every other step 2: to the prize the way around through sand, 4 steps for 8, is cheaper
// than the 2 steps through mud for 10. The coin lies next to the start.
func TestShortestPathAvoidsTheMud(t *testing.T) {
	e := world(t, `objectives: [prize, fuel]
map: |
  cSmG
  #sss
legend:
  S: {start: true, reward: {fuel: -2}}
  c: {terminal: true, reward: {prize: 1, fuel: -2}}
  m: {reward: {fuel: -8}}
  s: {reward: {fuel: -2}}
  G: {terminal: true, reward: {prize: 9, fuel: -2}}
bump: {fuel: -2}
max_steps: 50
`)
	r, err := exact.ShortestPath(e, 1)
	if err != nil {
		t.Fatal(err)
	}
	want, _ := pareto.NewFront([][]float64{{1, -2}, {9, -8}})
	samePoints(t, r.Points, want)
	attained(t, e, r, 1)

	sea := makeEnv(t, "deep-sea-treasure-v0", nil)
	r, err = exact.ShortestPath(sea, 1)
	if err != nil {
		t.Fatal(err)
	}
	samePoints(t, r.Points, front(t, sea, 1).Points)
}

func TestSearchesRefuseWhatTheyCannotAnswer(t *testing.T) {
	sea, resources, cart := makeEnv(t, "deep-sea-treasure-v0", nil), makeEnv(t, "resource-gathering-v0", nil), makeEnv(t, "minecart-v0", nil)
	fire := world(t, "objectives: [a, b]\nmap: [S.f]\nlegend: {f: {terminal: true, reward: {a: -5}}}\nmax_steps: 9")
	items := world(t, "objectives: [a, b]\nmap: [Si.g]\nlegend: {i: {reward: {a: 1}}, g: {terminal: true}}\nmax_steps: 9")
	breadth := func(gamma float64) func(*envs.Environment) error {
		return func(e *envs.Environment) error { _, err := exact.BreadthFirst(e, gamma); return err }
	}
	path := func(cost int) func(*envs.Environment) error {
		return func(e *envs.Environment) error { _, err := exact.ShortestPath(e, cost); return err }
	}
	best := func(w ...float64) func(*envs.Environment) error {
		return func(e *envs.Environment) error { _, _, err := exact.Scalarised(e, 0.9, w); return err }
	}
	for _, c := range []struct {
		name string
		e    *envs.Environment
		ask  func(*envs.Environment) error
		want error
		say  string
	}{
		{"breadth first, chance", resources, breadth(1), exact.ErrNotShortest, "stochastic"},
		{"breadth first, no model", cart, breadth(1), exact.ErrNoModel, "minecart-v0"},
		{"breadth first, discount", sea, breadth(2), nil, "discount 2"},
		{"breadth first, a loss that is better later", fire, breadth(0.9), exact.ErrNotShortest, "better later"},
		{"breadth first, a loss that need not be", fire, breadth(1), exact.ErrNotShortest, "cut by the time limit"},
		{"breadth first, gains on the way", items, breadth(1), exact.ErrNotShortest, "not the last"},
		{"shortest path, objective", sea, path(2), nil, "objective 2 of 2"},
		{"shortest path, gains", sea, path(0), exact.ErrNotShortest, "of time"},
		{"shortest path, gains on the way", items, path(1), exact.ErrNotShortest, "not the last"},
		{"shortest path, time limit", makeEnv(t, "deep-sea-treasure-v0", map[string]any{"max_episode_steps": 18}), path(1), exact.ErrNotShortest, "takes 19 steps"},
		{"weights, number", sea, best(1), nil, "1 weights for 2"},
		{"weights, sign", sea, best(1, -1), nil, "weight 2 is -1"},
		{"weights, no number", sea, best(1, math.NaN()), nil, "NaN"},
		{"weights, no model", cart, best(1, 1, 1), exact.ErrNoModel, ""},
	} {
		err := c.ask(c.e)
		if err == nil || c.want != nil && !errors.Is(err, c.want) || !strings.Contains(err.Error(), c.say) {
			t.Errorf("%s: error %v", c.name, err)
		}
	}
}

// Carrying one bottle at a time takes 18 steps; two at a time 12.27 are expected, and a bottle is left
// behind with probability 0.271: weights change their mind at 5.734444 / 0.271 = 21.16.
func TestScalarisedPolicies(t *testing.T) {
	e := makeEnv(t, "breakable-bottles-v0", nil)
	for _, c := range []struct{ w, want []float64 }{
		{[]float64{1, 1, 0}, []float64{-12.265556, 50, -0.271}},
		{[]float64{1, 1, 21}, []float64{-12.265556, 50, -0.271}},
		{[]float64{1, 1, 22}, []float64{-18, 50, 0}},
	} {
		got, p, err := exact.Scalarised(e, 1, c.w)
		if err != nil {
			t.Fatal(err)
		}
		if distance(got, c.want) > 1e-6 {
			t.Errorf("weights %v: value %v, want %v", c.w, got, c.want)
		}
		r, err := exact.Evaluate(e, p, 1)
		if err != nil || distance(r.Mean, got) > 1e-12 {
			t.Errorf("weights %v: the policy is worth %v, %v; want %v", c.w, r.Mean, err, got)
		}
	}
}

func TestLinearSupportAsksAtCorners(t *testing.T) {
	points := [][]float64{{0, 1}, {0.7, 0.7}, {1, 0}, {0.4, 0.8}}
	asked := 0
	found, weights, err := exact.LinearSupport(2, func(w []float64) []float64 {
		asked++
		best := points[0]
		for _, p := range points {
			if w[0]*p[0]+w[1]*p[1] > w[0]*best[0]+w[1]*best[1] {
				best = p
			}
		}
		return best
	})
	if err != nil {
		t.Fatal(err)
	}
	if found.Len() != 3 || len(weights) != 3 || contains(found.Rows(), points[3], 0) {
		t.Errorf("found %v", found.Rows())
	}
	// Two ends; where they meet; the two corners that the middle makes.
	if asked != 5 {
		t.Errorf("asked %d times, want 5", asked)
	}
}
