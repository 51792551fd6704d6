package qd

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/paretolab/paretolab/agents"
	"github.com/paretolab/paretolab/envs"
	"github.com/paretolab/paretolab/pareto"
)

// paid is an individual with these returns, of which those of areas are its reward.
func paid(id int, areas int, returns ...float64) *Individual {
	x := &Individual{ID: id, Area: -1, Return: returns}
	for j, r := range returns[:areas] {
		x.Fitness += r
		if x.Area < 0 && r > 0 {
			x.Area = j
		}
	}
	return x
}

// TestAreaFronts by hand: two areas and time, from the reference point (−1, −1, −10).
func TestAreaFronts(t *testing.T) {
	a := &areaFronts{Members: make([][]*Individual, 3), capacity: 10, reference: []float64{-1, -1, -10}}
	for i, c := range []struct {
		returns []float64
		gain    float64
		ids     []int // of the first area
	}{
		{[]float64{1, 0, -5}, 2 * 1 * 5, []int{1}},
		{[]float64{0.5, 0, -3}, 1.5 * 1 * 2, []int{1, 2}},
		{[]float64{0.4, 0, -3}, 0, []int{1, 2}},
		{[]float64{0.5, 0, -3}, 0, []int{1, 2}},
		{[]float64{0, 0, -1}, 0, []int{1, 2}}, // nothing pays it
		{[]float64{0, 1, -9}, 1 * 2 * 1, []int{1, 2}},
		{[]float64{0.2, 0, -1}, 1.2 * 1 * 2, []int{1, 2, 7}},
		{[]float64{2, 0, -2}, 3*1*8 - 1.2*1*8 - (10 + 3 - 1.2*1*7), []int{7, 8}}, // dominates 1 and 2
	} {
		gain, err := a.offer(paid(i+1, 2, c.returns...))
		if err != nil || math.Abs(gain-c.gain) > 1e-12 {
			t.Errorf("%v gains %v, want %v (%v)", c.returns, gain, c.gain, err)
		}
		if got := ids(a.Members[0]); !slices.Equal(got, c.ids) {
			t.Errorf("after %v the front is %v, want %v", c.returns, got, c.ids)
		}
	}
	for area, want := range []float64{3*1*8 + 1.2*1*1, 2, 0} {
		if hv, err := a.hypervolume(area); err != nil || math.Abs(hv-want) > 1e-12 {
			t.Errorf("hypervolume %v of area %d, want %v (%v)", hv, area, want, err)
		}
	}
	// What each adds to the others: 8 more than 7 (1.2·1·1), then the second area; the rest by reward.
	all := []*Individual{paid(10, 2, 0.1, 0, -9), a.Members[0][0], paid(11, 2, 1.5, 0, -9), a.Members[1][0], a.Members[0][1]}
	if score, err := a.rank(all); err != nil || !slices.Equal(score, []float64{1, 3, 2, 4, 5}) {
		t.Errorf("scores %v (%v)", score, err)
	}
}

func ids(all []*Individual) []int {
	n := make([]int, len(all))
	for i, x := range all {
		n[i] = x.ID
	}
	return n
}

// TestFullAreaFrontIsAHypervolumeArchive: members are those of the archive of the package pareto, and what they
// gained adds up to its hypervolume, which never falls.
func TestFullAreaFrontIsAHypervolumeArchive(t *testing.T) {
	ref := []float64{-0.5, -0.5, -0.5}
	want, err := pareto.NewHypervolumeArchive(6, ref)
	if err != nil {
		t.Fatal(err)
	}
	a, rng := &areaFronts{Members: make([][]*Individual, 3), capacity: 6, reference: ref}, NewRandom(4, "test")
	sum, before := 0.0, 0.0
	for id := 1; id <= 600; id++ {
		v := []float64{1 + rng.NormFloat64(), rng.NormFloat64(), rng.NormFloat64()}
		for j := range v {
			v[j] = math.Abs(v[j]) / 4
		}
		gain, err := a.offer(paid(id, 1, v...))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := want.Insert(v, id); err != nil {
			t.Fatal(err)
		}
		sum += gain
		got := ids(a.Members[0])
		for i := range want.Len() {
			if want.Len() != len(got) || want.Payload(i) != got[i] {
				t.Fatalf("after %d members are %v, those of the archive otherwise", id, got)
			}
		}
		hv, err := a.hypervolume(0)
		if err != nil || math.Abs(hv-sum) > 1e-9 || math.Abs(hv-want.Hypervolume()) > 1e-9 || hv < before-1e-12 {
			t.Fatalf("hypervolume %v after %v, gained %v, the archive has %v (%v)", hv, before, sum, want.Hypervolume(), err)
		}
		before = hv
	}
}

// costly is the arm that counts effort and time.
func costly(t testing.TB, id string, change func(s *ExploitSettings)) (agents.Algorithm, *agents.Problem) {
	t.Helper()
	a, p := prepare(t, id, "redundant-arm-v0", 1, 2, 1500, func(a agents.Algorithm) {
		small(a)
		switch s := a.(type) {
		case *SERENE:
			s.Fronts = 5
			change(&s.ExploitSettings)
		case *STAX:
			s.Fronts, s.ViewSize, s.Views = 5, 12, 2
			change(&s.ExploitSettings)
		}
	})
	e, err := envs.Make("redundant-arm-v0", map[string]any{"effort": true, "time": true})
	if err != nil {
		t.Fatal(err)
	}
	p.Env, p.Reference = e, e.Spec.Reference
	return a, p
}

// TestEmittersFollowAreaFronts: the reward archive that a run writes is, for every area, a front within its
// capacity, with the hypervolume that the last report says; it never fell; emitters put members there; and a run that is killed and goes on with other workers ends the same.
func TestEmittersFollowAreaFronts(t *testing.T) {
	for _, c := range []struct{ id, kind string }{{"serene", "reward"}, {"serene", "cma-es"}, {"serene", "novelty"}, {"stax", "reward"}} {
		t.Run(c.id+" "+c.kind, func(t *testing.T) {
			change := func(s *ExploitSettings) { s.Emitter = c.kind }
			a, p := costly(t, c.id, change)
			n := &notebook{problem: p}
			set, err := a.Train(context.Background(), p, n)
			if err != nil {
				t.Fatal(err)
			}
			rows := tableOf(t, set, "behaviours")
			returns, _ := rows.Series("return_")
			emitted := 0
			for area := range 3 {
				name := fmt.Sprintf("area_%d", area+1)
				front := pareto.Front{M: 5}
				for i, in := range rows.Text("archive") {
					if in == "novelty" || rows.Text("area")[i] != name {
						continue
					}
					if rows.Text("origin")[i] == "emitter" {
						emitted++
					}
					for j := range 5 {
						front.X = append(front.X, returns[j][i])
					}
				}
				index, err := pareto.NonDominated(front)
				if err != nil || len(index) != front.Len() || front.Len() > 5 {
					t.Errorf("area %d: %d of %d members are not dominated (%v)", area+1, len(index), front.Len(), err)
				}
				hv, err := pareto.Hypervolume(front, p.Reference.Point)
				if got := n.column("front_hypervolume_" + name); err != nil || math.Abs(got-hv) > 1e-9 {
					t.Errorf("area %d: hypervolume %v, the report says %v (%v)", area+1, hv, got, err)
				}
				before := 0.0
				at := slices.Index(n.columns, "front_hypervolume_"+name)
				for _, r := range n.records {
					if r.Columns[at] < before {
						t.Errorf("area %d: hypervolume falls from %v to %v", area+1, before, r.Columns[at])
					}
					before = r.Columns[at]
				}
			}
			if emitted == 0 && c.kind != "novelty" { // which does not look for any
				t.Error("no member comes from an emitter")
			}
			state, err := n.states[2]()
			if err != nil {
				t.Fatal(err)
			}
			a, p = costly(t, c.id, change)
			p.Pool = agents.NewPool(5)
			rest := &notebook{problem: p, from: state}
			again, err := a.Train(context.Background(), p, rest)
			if err != nil {
				t.Fatal(err)
			}
			rest.records = append(n.records[:3:3], rest.records...)
			if describe(t, rest) != describe(t, n) || found(t, again) != found(t, set) {
				t.Error("a resumed run ends otherwise")
			}
		})
	}
}

// TestAreaFrontOfTreasures: of one objective that pays, treasure, the front is that of all policies which found
// some, for all that the search tried.
func TestAreaFrontOfTreasures(t *testing.T) {
	n, set := train(t, "stax", "deep-sea-treasure-v0", 2, 2, 1500, func(a agents.Algorithm) {
		small(a)
		a.(*STAX).Fronts = 50
	})
	var want, got []string
	for _, v := range values(set) {
		if v[0] > 0 {
			want = append(want, fmt.Sprintf("%.4f %.0f", v[0], v[1]))
		}
	}
	rows := tableOf(t, set, "behaviours")
	for i, in := range rows.Text("archive") {
		if in != "novelty" {
			got = append(got, fmt.Sprintf("%.4f %.0f", rows.Numbers("return_treasure")[i], rows.Numbers("return_time")[i]))
		}
	}
	slices.Sort(want)
	slices.Sort(got)
	if len(want) < 2 || !slices.Equal(got, want) {
		t.Errorf("front %v, want %v", got, want)
	}
	if hv := n.column("front_hypervolume_treasure"); !(hv > 0) || slices.Contains(n.columns, "front_hypervolume_time") {
		t.Errorf("hypervolume %v, columns %v", hv, n.columns)
	}
}

func TestBadAreaFronts(t *testing.T) {
	for _, c := range []struct {
		change func(s *SERENE)
		say    string
	}{
		{func(s *SERENE) { s.Fronts = -1 }, "front_capacity is -1"},
		{func(s *SERENE) { s.Fronts, s.Weights = 5, []float64{1, -1, 1, 1} }, "weight 1 is -1"},
	} {
		a, p := prepare(t, "serene", "point-v0", 1, 1, 100, nil)
		c.change(a.(*SERENE))
		if err := a.Check(p.Env, p.Steps); err == nil || !strings.Contains(err.Error(), c.say) {
			t.Errorf("error %v, want %q", err, c.say)
		}
	}
}
