package exact_test

import (
	"math"
	"path/filepath"
	"strings"
	"testing"

	"github.com/paretolab/paretolab/agents/exact"
	"github.com/paretolab/paretolab/envs"
)

// sameFront compares a front with points in ascending order.
func sameFront(t *testing.T, got exact.Result, err error, want [][]float64, tolerance float64) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	same := got.Exact && got.Points.Len() == len(want)
	for i := 0; same && i < len(want); i++ {
		for j, v := range got.Points.Row(i) {
			same = same && math.Abs(v-want[i][j]) <= tolerance
		}
	}
	if !same {
		t.Errorf("front %v, want %v", got.Points.Rows(), want)
	}
}

func world(t *testing.T, text string) *envs.Environment {
	t.Helper()
	e, err := envs.Make("gridworld", map[string]any{"world": text})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// The worlds that come with the program, by hand.
func TestFrontsOfWorlds(t *testing.T) {
	open := func(name string) *envs.Environment {
		e, err := envs.Open("", filepath.Join("../../experiments/configs/worlds", name), nil)
		if err != nil {
			t.Fatal(err)
		}
		return e
	}
	// Home over the purse in 3 steps; key, door, vault, home in 9; two more for the purse.
	got, err := exact.Front(open("keys.yaml"), 1)
	sameFront(t, got, err, [][]float64{{2, -3}, {20, -9}, {22, -11}}, 0)
	// Thin ice gives way in the second step of 4 with 0.4, thicker ice in the fourth of 8 with 0.1;
	// 12 steps lead around.
	got, err = exact.Front(open("ice.yaml"), 1)
	sameFront(t, got, err, [][]float64{{-0.4, -(2 + 0.6*2)}, {-0.1, -(4 + 0.9*4)}, {0, -12}}, 1e-12)
	// The coin and home in 6 steps; gold past the robber, met in the second step of 8 (0.2 of 2); both
	// without meeting him in 12.
	const g = 0.99
	time := func(steps float64) float64 { return -(1 - math.Pow(g, steps)) / (1 - g) }
	got, err = exact.Front(world(t, envs.Template()), g)
	sameFront(t, got, err, [][]float64{{math.Pow(g, 5), time(6)}, {5*math.Pow(g, 7) - 0.4*g, time(8)}, {6 * math.Pow(g, 11), time(12)}}, 1e-12)
}

// Where sides are walls, a move that slips with probability p stays in place: n cells take n/(1−p)
// steps on average.
func TestSlipsCostTime(t *testing.T) {
	for _, p := range []string{"0.25", "0.5"} {
		e := world(t, "objectives: [time]\nmap: [S..G]\nlegend: {G: {terminal: true}}\nstep: -1\nmax_steps: 400\nslip: "+p)
		want := map[string]float64{"0.25": -4, "0.5": -6}[p]
		got, err := exact.Front(e, 1)
		sameFront(t, got, err, [][]float64{{want}}, 1e-9)
		got, err = exact.CoverageSet(e, 1)
		sameFront(t, got, err, [][]float64{{want}}, 1e-9)
	}
}

// From either of two starts there is a choice of its own: values are means of all combinations.
func TestRandomStarts(t *testing.T) {
	e := world(t, "objectives: [a, b]\nmap: [xSy#zSx]\nlegend: {x: {terminal: true, reward: [4, 0]}, y: {terminal: true, reward: [0, 2]}, z: {terminal: true, reward: [2, 2]}}\nmax_steps: 1")
	// Left: (4, 0) or (0, 2). Right: (2, 2) or (4, 0).
	got, err := exact.Front(e, 1)
	sameFront(t, got, err, [][]float64{{1, 2}, {3, 1}, {4, 0}}, 1e-12)
	attained(t, e, got, 1)
	for i, p := range got.Policies {
		const episodes = 1000
		mean, err := exact.Simulate(e, p, 1, episodes, 5)
		if err != nil {
			t.Fatal(err)
		}
		x, err := exact.Evaluate(e, p, 1)
		if err != nil {
			t.Fatal(err)
		}
		for j, w := range x.HalfWidth(episodes, 1e-9) {
			if math.Abs(mean[j]-got.Points.Row(i)[j]) > w {
				t.Errorf("policy %d: mean %v, expected %v", i, mean, got.Points.Row(i))
			}
		}
	}
	got, err = exact.CoverageSet(e, 1)
	sameFront(t, got, err, [][]float64{{1, 2}, {3, 1}, {4, 0}}, 1e-9)
}

// Environments of the literature, described in a file, have the fronts of their implementations.
func TestWorldsOfTheLiterature(t *testing.T) {
	resource := `objectives: [survival, gold, gem]
map: |
  ..gE.
  ..E.d
  .....
  .....
  ..H..
legend:
  g: {item: gold, delivery: {gold: 1}}
  d: {item: gem, delivery: {gem: 1}}
  E: {hazard: {chance: 0.1, reward: {survival: -1}, effect: end}}
  H: {start: true, terminal: true}
`
	sea := `objectives: [treasure, time]
map: |
  S..........
  a..........
  #b.........
  ##c........
  ###def.....
  ######.....
  ######.....
  ######gh...
  ########...
  ########i..
  #########j.
legend:
  a: {terminal: true, reward: {treasure: 0.7}}
  b: {terminal: true, reward: {treasure: 8.2}}
  c: {terminal: true, reward: {treasure: 11.5}}
  d: {terminal: true, reward: {treasure: 14.0}}
  e: {terminal: true, reward: {treasure: 15.1}}
  f: {terminal: true, reward: {treasure: 16.1}}
  g: {terminal: true, reward: {treasure: 19.6}}
  h: {terminal: true, reward: {treasure: 20.3}}
  i: {terminal: true, reward: {treasure: 22.4}}
  j: {terminal: true, reward: {treasure: 23.7}}
step: {time: -1}
`
	for id, text := range map[string]string{"resource-gathering-v0": resource, "deep-sea-treasure-v0": sea} {
		e, err := envs.Make(id, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, compute := range []func(*envs.Environment, float64) (exact.Result, error){exact.Front, exact.CoverageSet} {
			want, err := compute(e, 0.9)
			if err != nil {
				if strings.HasPrefix(id, "resource") { // its whole front is too large
					continue
				}
				t.Fatal(err)
			}
			got, err := compute(world(t, text), 0.9)
			sameFront(t, got, err, want.Points.Rows(), 1e-9)
		}
	}
}
