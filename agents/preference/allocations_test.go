package preference

import "testing"

// TestStepsDoNotAllocate: neither the losses nor a step of Adam allocate memory.
func TestStepsDoNotAllocate(t *testing.T) {
	weights := []float64{-1, 10, -5, 1, -2, -2}
	w := boardWorld(t, []string{".BB.B.", "BSCBBB", "BCBBBm", "BBGBBB"}, weights, 0.999)
	d := drawn(t, w, 60, 3, &User{Statistic: RegretDet{optimum(t, w, weights)}, Noiseless: true})
	set, err := w.DrawSuccessors(BoardPrior, weights, testRand(6))
	if err != nil {
		t.Fatal(err)
	}
	r, err := newRows(d, true, w.States)
	if err != nil {
		t.Fatal(err)
	}
	table, err := Tabular{States: w.States, Actions: w.Actions}.rows(d)
	if err != nil {
		t.Fatal(err)
	}
	for name, loss := range map[string]func(w, g []float64) float64{
		"partial return":     func(w, g []float64) float64 { return r.linearLoss(r.x, w, g) },
		"successor features": newSoftLoss(r, set, 0.001).at,
		"exact regret":       newExactLoss(r, w).at,
		"tabular advantage":  table.loss,
	} {
		n := w.M
		if name == "tabular advantage" {
			n = w.States * w.Actions
		}
		x, g, optimiser := make([]float64, n), make([]float64, n), newAdam(n, 0.5)
		if allocations := testing.AllocsPerRun(50, func() {
			loss(x, g)
			optimiser.step(x, g)
		}); allocations > 0 {
			t.Errorf("%s: %v allocations in a step", name, allocations)
		}
	}
}
