package preference

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/paretolab/paretolab/envs"
	_ "github.com/paretolab/paretolab/envs/grid"
)

// Golden values from an independent reference in NumPy (float64, policy iteration with exact linear
// solves). Any file of the same format may stand in testdata.

func readGolden(t testing.TB, name string, to any) {
	t.Helper()
	b, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, to); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
}

// boardWorld is the world of a board with raw features.
func boardWorld(t testing.TB, rows []string, weights []float64, gamma float64) *World {
	t.Helper()
	text := make([]string, len(weights))
	for j, w := range weights {
		text[j] = fmt.Sprint(w)
	}
	e, err := envs.Make("random-grid", map[string]any{"board": strings.Join(rows, "/"), "weights": strings.Join(text, ","), "features": "raw"})
	if err != nil {
		t.Fatal(err)
	}
	w, err := NewWorld(e, gamma)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func optimum(t testing.TB, w *World, weights []float64) *Optimum {
	t.Helper()
	o, err := w.Optimum(weights)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance) {
		t.Errorf("%s: %.9f, want %.9f", what, got, want)
	}
}

type goldenSegment struct {
	Seg           string
	Features      []float64
	End           [2]int
	PartialReturn float64 `json:"partial_return"`
	RegretD       float64 `json:"regret_d"`
	Regret        float64
}

func TestGoldenGrids(t *testing.T) {
	var golden struct {
		Gamma float64
		MDPs  []struct {
			ID       string
			Rows     []string
			Weights  []float64
			Starts   int
			VStar    []float64 `json:"v_star"`
			MeanBest float64   `json:"mean_v_star"`
			MeanUnif float64   `json:"mean_v_uniform"`
			Pairs    []struct {
				A, B     goldenSegment
				PPartial float64 `json:"p_a_partial_return"`
				PRegretD float64 `json:"p_a_regret_d"`
				PRegret  float64 `json:"p_a_regret"`
			}
		}
	}
	readGolden(t, "mdps.json", &golden)
	if len(golden.MDPs) == 0 {
		t.Fatal("no grids")
	}
	for _, m := range golden.MDPs {
		w := boardWorld(t, m.Rows, m.Weights, golden.Gamma)
		o := optimum(t, w, m.Weights)
		if len(w.starts) != m.Starts {
			t.Errorf("%s: %d starts, want %d", m.ID, len(w.starts), m.Starts)
		}
		for s, v := range m.VStar {
			near(t, fmt.Sprintf("%s: V*(%d)", m.ID, s), o.V[s], v, 1e-5)
		}
		near(t, m.ID+": mean V*", w.Mean(o.V), m.MeanBest, 1e-5)
		near(t, m.ID+": mean V of the uniform policy", w.Mean(w.Evaluate(w.Uniform(), m.Weights)), m.MeanUnif, 1e-5)
		partial, det, regret := PartialReturn{m.Weights}, RegretDet{o}, Regret{o}
		for i, p := range m.Pairs {
			var segments [2]Segment
			for k, g := range []goldenSegment{p.A, p.B} {
				name := fmt.Sprintf("%s, pair %d, %s", m.ID, i, g.Seg)
				s, err := w.Parse(g.Seg)
				if err != nil {
					t.Fatal(err)
				}
				if !slices.Equal(s.Features, g.Features) || int(s.End) != g.End[0]*w.cols+g.End[1] {
					t.Errorf("%s: features %v, end %d; want %v, %v", name, s.Features, s.End, g.Features, g.End)
				}
				if text := w.Format(&s); len(text) != len(g.Seg) {
					t.Errorf("%s is written %s", name, text)
				}
				near(t, name+": partial return", partial.Value(&s), g.PartialReturn, 1e-9)
				near(t, name+": regret_d", -det.Value(&s), g.RegretD, 1e-5)
				near(t, name+": regret", -regret.Value(&s), g.Regret, 1e-5)
				segments[k] = s
			}
			// The probabilities of the file come from its statistics, which are rounded to six decimals.
			for _, c := range []struct {
				name    string
				f       Statistic
				rounded float64
				want    float64
			}{
				{"partial return", partial, p.A.PartialReturn - p.B.PartialReturn, p.PPartial},
				{"regret_d", det, p.B.RegretD - p.A.RegretD, p.PRegretD},
				{"regret", regret, p.B.Regret - p.A.Regret, p.PRegret},
			} {
				user := User{Statistic: c.f}
				name := fmt.Sprintf("%s, pair %d: P by %s", m.ID, i, c.name)
				first, _, _ := user.Probabilities(c.rounded)
				near(t, name, first, c.want, 1e-8)
				first, _, _ = user.Probabilities(user.Difference(&segments[0], &segments[1]))
				near(t, name+", not rounded", first, c.want, 5e-7)
			}
		}
	}
}

// deliveryGolden is delivery.json.
type deliveryGolden struct {
	Rows     []string
	Weights  []float64
	Starts   int
	Gamma    float64
	MeanBest float64     `json:"mean_v_star"`
	MeanUnif float64     `json:"mean_v_uniform"`
	VStar    []float64   `json:"v_star"`
	QStar    [][]float64 `json:"q_star"`
	VUniform []float64   `json:"v_uniform"`
	VStar1   []float64   `json:"v_star_gamma1"`
	Optimal  []string    `json:"optimal_actions"`
	Policies []string
}

func TestGoldenDelivery(t *testing.T) {
	var golden deliveryGolden
	readGolden(t, "delivery.json", &golden)
	e, err := envs.Make("delivery", map[string]any{"features": "raw"})
	if err != nil {
		t.Fatal(err)
	}
	w, err := NewWorld(e, golden.Gamma)
	if err != nil {
		t.Fatal(err)
	}
	if rows, weights := w.model.(board).Board(); !slices.Equal(rows, golden.Rows) || !slices.Equal(weights, golden.Weights) {
		t.Errorf("board %v, weights %v", rows, weights)
	}
	if len(w.starts) != golden.Starts {
		t.Errorf("%d starts, want %d", len(w.starts), golden.Starts)
	}
	o := optimum(t, w, golden.Weights)
	uniform := w.Evaluate(w.Uniform(), golden.Weights)
	q := w.QValues(golden.Weights, o.V, nil)
	best := w.Greedy(q, 1e-8)
	for s := range golden.VStar {
		near(t, fmt.Sprintf("V*(%d)", s), o.V[s], golden.VStar[s], 1e-5)
		near(t, fmt.Sprintf("V of the uniform policy(%d)", s), uniform[s], golden.VUniform[s], 1e-5)
		actions := ""
		for a := range w.Actions {
			near(t, fmt.Sprintf("Q*(%d, %d)", s, a), q[s*w.Actions+a], golden.QStar[s][a], 1e-5)
			if best[s*w.Actions+a] > 0 {
				actions += boardActions[a : a+1]
			}
		}
		if !w.idle[s] && actions != golden.Optimal[s] {
			t.Errorf("best actions in cell %d: %s, want %s", s, actions, golden.Optimal[s])
		}
	}
	near(t, "mean V*", w.Mean(o.V), golden.MeanBest, 1e-5)
	near(t, "mean V of the uniform policy", w.Mean(uniform), golden.MeanUnif, 1e-5)

	undiscounted, err := NewWorld(e, 1)
	if err != nil {
		t.Fatal(err)
	}
	for s, v := range optimum(t, undiscounted, golden.Weights).V {
		near(t, fmt.Sprintf("V*(%d), discount 1", s), v, golden.VStar1[s], 1e-9)
	}

	// Each of the published policies is worth no more than the best, and in every cell one is worth as much.
	most := slices.Repeat([]float64{math.Inf(-1)}, w.States)
	for i, text := range golden.Policies {
		policy, err := w.ParsePolicy(text)
		if err != nil {
			t.Fatal(err)
		}
		for s, v := range w.Evaluate(policy, golden.Weights) {
			if v > o.V[s]+1e-9 {
				t.Errorf("policy %d is worth %v in cell %d, the best %v", i, v, s, o.V[s])
			}
			most[s] = max(most[s], v)
		}
	}
	for s, v := range most {
		near(t, fmt.Sprintf("the best of the policies in cell %d", s), v, o.V[s], 1e-9)
	}
}
