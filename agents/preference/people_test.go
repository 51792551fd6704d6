package preference

import (
	"context"
	"encoding/json"
	"math"
	"os"
	"slices"
	"strings"
	"testing"
)

func deliveryWorld(t testing.TB, gamma float64) (*World, []float64) {
	t.Helper()
	w, weights, err := NewDelivery(gamma)
	if err != nil {
		t.Fatal(err)
	}
	return w, weights
}

// TestPeople: the statistics of all pairs that people were asked, and the fits of every model.
func TestPeople(t *testing.T) {
	w, weights := deliveryWorld(t, 1)
	for _, name := range []string{"human.json", "human-privileged.json"} {
		b, err := os.ReadFile("testdata/" + name)
		if err != nil {
			t.Fatal(err)
		}
		groups, err := ReadPeople(strings.NewReader(string(b)), w, weights)
		if err != nil {
			t.Fatal(err)
		}
		var golden struct {
			Conditions map[string]struct {
				N   int
				Fit map[string]json.RawMessage
			}
		}
		readGolden(t, name, &golden)
		if len(groups) != len(golden.Conditions) {
			t.Fatalf("%d groups, want %d", len(groups), len(golden.Conditions))
		}
		for _, g := range groups {
			want := golden.Conditions[g.Name]
			if len(g.Y) != want.N || g.Mismatches != 0 {
				t.Errorf("%s: %d answers, %d that differ from the stored statistics; want %d and 0", g.Name, len(g.Y), g.Mismatches, want.N)
			}
			for _, m := range PeopleModels {
				var golden PeopleFit
				if err := json.Unmarshal(want.Fit[m.Name], &golden); err != nil {
					t.Fatal(err)
				}
				got, what := g.Fit(m.Columns), g.Name+", "+m.Name+": "
				for j := range golden.Beta {
					near(t, what+"β", got.Beta[j], golden.Beta[j], 1e-5)
				}
				near(t, what+"loss", got.Loss, golden.Loss, 1e-5)
				if g.Recomputed && golden.Validated != nil {
					// The stored order of the answers, of which the folds depend, is that of the pairs.
					near(t, what+"cross-validated loss", *got.Validated, *golden.Validated, 1e-5)
					if *got.LapseValid > *golden.LapseValid+1e-5 {
						t.Errorf("%scross-validated loss with lapses: %.9f, want %.9f or less", what, *got.LapseValid, *golden.LapseValid)
					}
				}
				// With lapses the problem is not convex; ours may find a better optimum.
				if got.LapseLoss > golden.LapseLoss+1e-5 {
					t.Errorf("%sloss with lapses: %.9f, want %.9f or less", what, got.LapseLoss, golden.LapseLoss)
				}
				if golden.Agreement != nil {
					near(t, what+"agreement", *got.Agreement, *golden.Agreement, 1e-4)
				}
				near(t, what+"exact match", got.ExactMatch, golden.ExactMatch, 1e-4)
				if golden.GridLoss != nil {
					near(t, what+"lowest loss of the grid", *got.GridLoss, *golden.GridLoss, 1e-5)
				}
			}
		}
	}
}

// TestScaleInClosedForm: k of n answers for the first with difference d give β = ln(k / (n − k)) / d.
func TestScaleInClosedForm(t *testing.T) {
	for _, c := range []struct{ k, n, d float64 }{{7, 10, 2}, {1, 40, -0.5}, {5, 10, 3}} {
		var a Answers
		for i := range int(c.n) {
			y := 0.0
			if float64(i) < c.k {
				y = 1
			}
			a.X, a.Y = append(a.X, []float64{c.d}), append(a.Y, y)
		}
		near(t, "β", FitScale(&a, false).Beta[0], math.Log(c.k/(c.n-c.k))/c.d, 1e-9)
	}
}

// TestWeightedRecoversItsCoefficients from exact probabilities.
func TestWeightedRecoversItsCoefficients(t *testing.T) {
	w, weights := deliveryWorld(t, 0.999)
	want := Weighted{optimum(t, w, weights), [3]float64{0.3, 0.28, 0.16}}
	pairs, err := w.DrawPairs(300, 3, testRand(1))
	if err != nil {
		t.Fatal(err)
	}
	var a Answers
	for i := range pairs {
		x, y := make([]float64, 3), make([]float64, 3)
		want.Grad(&pairs[i].A, x)
		want.Grad(&pairs[i].B, y)
		for j := range x {
			x[j] -= y[j]
		}
		a.X, a.Y = append(a.X, x), append(a.Y, prefers(want, &pairs[i].A, &pairs[i].B))
	}
	for j, b := range FitScale(&a, false).Beta {
		near(t, "coefficient", b, want.Coefficients[j], 1e-6)
	}
}

// TestRewardsOfPeople: what is learned from all answers of Question-Control, in which nothing is left to chance.
// Partial return finds a reward whose best policy is worse than random, both learners of regret one whose best
// policy is near-optimal.
func TestRewardsOfPeople(t *testing.T) {
	w, weights := deliveryWorld(t, 0.999)
	f, err := os.Open("testdata/human.json")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	groups, err := ReadPeople(f, w, weights)
	if err != nil {
		t.Fatal(err)
	}
	k := slices.IndexFunc(groups, func(g People) bool { return g.Name == "Question-Control" })
	if k < 0 {
		t.Skip("there is no such group")
	}
	d := &Dataset{Objectives: w.Objectives}
	if err := d.Add(groups[k].Pairs...); err != nil {
		t.Fatal(err)
	}
	var golden deliveryGolden
	readGolden(t, "delivery.json", &golden)
	var policies [][]float64
	for _, text := range golden.Policies {
		p, err := w.ParsePolicy(text)
		if err != nil {
			t.Fatal(err)
		}
		policies = append(policies, p)
	}
	scale, err := w.NewScale(weights)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name    string
		learner Learner
		near    bool
	}{
		{"partial return", Partial{Adam: true}, false},
		{"regret by successor features", RegretSF{Policies: w.NewSuccessors(policies...)}, true},
		{"exact regret", RegretExact{World: w, Prior: DeliveryPrior}, true},
	} {
		m, err := c.learner.Fit(context.Background(), d, nil)
		if err != nil {
			t.Fatal(err)
		}
		got, err := scale.Reward(m.Params())
		if err != nil {
			t.Fatal(err)
		}
		if c.near && got <= NearOptimal || !c.near && got >= 0 {
			t.Errorf("%s: scaled return %v; want above %v: %v, else below 0", c.name, got, NearOptimal, c.near)
		}
	}
}
