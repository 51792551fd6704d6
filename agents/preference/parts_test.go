package preference

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// TestParts: answers of a sure user in parts. Every part is learned from once, no answer is in two parts of a shuffle, and
// neither the number of workers nor the other groups matter.
func TestParts(t *testing.T) {
	w, weights := deliveryWorld(t, 0.999)
	d := drawn(t, w, 203, 3, &User{Statistic: RegretDet{optimum(t, w, weights)}, Noiseless: true, Round: true})
	groups := []People{{Name: "sure-1", Pairs: d.Pairs}, {Name: "sure-2", Pairs: d.Pairs[:20]}}
	c := PartsConfig{World: w, Weights: weights, Groups: groups, Parts: []int{1, 2, 10}, Shuffles: 2, Learners: []string{"regret-exact", "partial-newton"}}
	done := 0
	run := func(c PartsConfig) []TableCell {
		cells, err := c.Run(context.Background(), func() { done++ })
		if err != nil {
			t.Fatal(err)
		}
		return cells
	}
	cells := run(c)
	if want := 2 * 2 * (1 + 4 + 20); done != want || c.Work() != want {
		t.Errorf("%d fits, Work says %d, want %d", done, c.Work(), want)
	}
	var got []string
	for _, cell := range cells {
		got = append(got, fmt.Sprint(cell.Family, " ", cell.Learner, " ", cell.Pairs, "×", cell.Grids))
	}
	if want := []string{
		"sure-1 regret-exact 203×1", "sure-1 regret-exact 101×4", "sure-1 regret-exact 20×20",
		"sure-1 partial-newton 203×1", "sure-1 partial-newton 101×4", "sure-1 partial-newton 20×20",
		"sure-2 regret-exact 20×1", "sure-2 regret-exact 10×4", "sure-2 regret-exact 2×20",
		"sure-2 partial-newton 20×1", "sure-2 partial-newton 10×4", "sure-2 partial-newton 2×20",
	}; !slices.Equal(got, want) {
		t.Errorf("cells\n%v\nnot\n%v", got, want)
	}
	if cells[0].NearOptimal != 1 || cells[1].NearOptimal != 1 {
		t.Errorf("regret-exact with 203 and 101 answers: %+v, %+v; want near-optimal policies", cells[0], cells[1])
	}
	c.Workers, c.Groups = 3, groups[1:]
	if again := run(c); !reflect.DeepEqual(again, cells[6:]) {
		t.Errorf("three workers, one group: %+v, not %+v", again, cells[6:])
	}
	used := map[int]int{}
	for _, p := range c.parts() {
		if p.learner == "regret-exact" && len(p.answers) == 10 {
			for _, i := range p.answers {
				used[i]++
			}
		}
	}
	for i := range 20 {
		if used[i] != 2 {
			t.Errorf("answer %d is in %d parts of two shuffles, want 2", i, used[i])
		}
	}
}

// TestReadPolicies: the uniformly random policy of the delivery grid is worth −71.257383 on average.
func TestReadPolicies(t *testing.T) {
	w, weights := deliveryWorld(t, 0.999)
	uniform := strings.Repeat("f", w.States)
	set, err := w.ReadPolicies(strings.NewReader(`{"policies": ["` + strings.Repeat("1", w.States) + `", "` + uniform + `"]}`))
	if err != nil {
		t.Fatal(err)
	}
	v := make([]float64, w.States)
	for s := range v {
		v[s] = dot(weights, set.Psi[1][s*w.M:][:w.M])
	}
	near(t, "mean value", w.Mean(v), -71.257383, 1e-6)
	for text, want := range map[string]string{"{}": "no policies", `{"policies": ["123"]}`: "policies[0]", "{\n[": "line 2"} {
		if _, err := w.ReadPolicies(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want %q", text, err, want)
		}
	}
}
