package exact_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/paretolab/paretolab/pareto"
)

// The counter-examples to the fronts that MO-Gymnasium 1.3.2 publishes, as package exact lists them.
func TestPublishedFrontsAreBeaten(t *testing.T) {
	var resources struct {
		Library map[string][][]float64 `json:"library_pareto_front"`
	}
	readJSON(t, "resource-gathering.json", &resources)
	best := front(t, makeEnv(t, "resource-gathering-v0", nil), 1).Points.Rows()
	if len(best) != 1 || distance(best[0], []float64{0, 1, 1}) > 1e-12 {
		t.Fatalf("resource-gathering at discount 1: %v, want (0, 1, 1)", best)
	}
	for _, y := range resources.Library["1.0"] {
		if !pareto.Dominates(best[0], y) {
			t.Errorf("resource-gathering: (0, 1, 1) does not dominate the published %v", y)
		}
	}

	var carts struct {
		Library map[string][][]float64 `json:"library_pareto_front"`
		Hull    map[string][][]float64 `json:"library_convex_coverage_set"`
	}
	readJSON(t, "minecart.json", &carts)
	drives := front(t, makeEnv(t, "minecart-deterministic-v0", nil), 1).Points.Rows()
	beaten := map[string]bool{}
	for key, points := range carts.Library {
		if !strings.Contains(key, "deterministic") || !strings.HasSuffix(key, "gamma 1.0") && !strings.HasSuffix(key, "gamma 1") {
			continue
		}
		for _, y := range points {
			for _, x := range drives {
				if distance(x[:2], y[:2]) < 1e-9 && x[2] > y[2]+1e-9 {
					beaten[fmt.Sprintf("%.2f against %.2f", x, y)] = true
				}
			}
		}
	}
	for _, want := range []string{"[0.75 0.75 -0.86] against [0.75 0.75 -0.88]", "[1.50 0.00 -0.96] against [1.50 0.00 -1.00]"} {
		if !beaten[want] {
			t.Errorf("minecart: %s is not among %v", want, beaten)
		}
	}
	superfluous := 0
	for _, points := range carts.Hull {
		f, err := pareto.NewFront(points)
		if err != nil {
			t.Fatal(err)
		}
		chosen, err := pareto.ConvexCoverageSet(f)
		if err != nil {
			t.Fatal(err)
		}
		superfluous += len(points) - len(chosen)
	}
	if superfluous == 0 {
		t.Error("minecart: every point of the published coverage sets is chosen by some weights")
	}
}
