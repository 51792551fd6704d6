package qd

import (
	"math"
	"slices"
	"testing"

	"github.com/paretolab/paretolab/agents"
	"github.com/paretolab/paretolab/pareto"
)

// TestObservationsAreExplored: STAX explores environments that neither describe behaviour nor draw views
// by their observations. The table of archived policies has the vector, the descriptor, the area and the
// learned place of each; the policies of the front are what the vectors of all episodes allow.
func TestObservationsAreExplored(t *testing.T) {
	for _, c := range []struct {
		env        string
		objectives []string
		width      int // of observations
	}{
		{"deep-sea-treasure-v0", []string{"treasure", "time"}, 2},
		{"minecart-deterministic-v0", []string{"ore1", "ore2", "fuel"}, 7},
	} {
		t.Run(c.env, func(t *testing.T) {
			n, set := train(t, "stax", c.env, 2, 2, 600, small)
			if got := n.problem.Env.Spec.ObjectiveNames(); !slices.Equal(got, c.objectives) {
				t.Fatalf("objectives %v", got)
			}
			if n.column("trainings") < 2 {
				t.Errorf("%v trainings", n.column("trainings"))
			}
			behaviours := tableOf(t, set, "behaviours")
			column := func(name string) agents.Column {
				i := slices.IndexFunc(behaviours.Columns, func(c agents.Column) bool { return c.Name == name })
				if i < 0 {
					t.Fatalf("no column %s", name)
				}
				return behaviours.Columns[i]
			}
			for j := range c.width {
				column("x_" + string(rune('0'+j)))
			}
			column("latent_0")
			areas := column("area").Text
			archived := pareto.Front{M: len(c.objectives)}
			for i := range behaviours.Len() {
				for j, name := range c.objectives {
					x := column("return_" + name).Numbers[i]
					archived.X = append(archived.X, x)
					if areas[i] == name && !(x > 0) {
						t.Errorf("area %s with return %v", name, x)
					}
					if first := slices.Index(c.objectives, areas[i]); x > 0 && (first < 0 || first > j) {
						t.Errorf("area %q with %v in %s", areas[i], x, name)
					}
				}
				if c.env == "deep-sea-treasure-v0" && column("return_time").Numbers[i] != -column("length").Numbers[i] {
					t.Errorf("time is not −1 per step")
				}
			}
			// No member of the front is dominated by another or by an archived policy; and every archived
			// vector is reached by one.
			front := values(set)
			for i := range archived.Len() {
				reached := false
				for _, f := range front {
					if pareto.Dominates(archived.Row(i), f) {
						t.Errorf("%v of the front is dominated by %v of the archive", f, archived.Row(i))
					}
					reached = reached || weaklyAbove(f, archived.Row(i))
				}
				if !reached {
					t.Errorf("%v of the archive lies beyond the front %v", archived.Row(i), front)
				}
			}
		})
	}
}

// weaklyAbove tells whether f is at least x in every objective, but for rounding of sums.
func weaklyAbove(f, x []float64) bool {
	for j := range x {
		if f[j] < x[j]-1e-9*math.Max(1, math.Abs(x[j])) {
			return false
		}
	}
	return true
}
