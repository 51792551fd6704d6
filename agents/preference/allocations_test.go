package preference

import (
	"context"
	"math/rand/v2"
	"testing"
)

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

// TestCloningDoesNotAllocate: neither a step of an episode nor one of cloning allocates memory.
func TestCloningDoesNotAllocate(t *testing.T) {
	c := newCloning(&Rejection{Directions: 4, Rollouts: 2, Memory: 1, Epochs: 1, Rate: 0.01, Batch: 2, Gamma: 1, Explore: 0.1, Hidden: []int{8}}, fanEnvironment())
	v := Direction{1, 0}
	c.Draw = func(*rand.Rand) Direction { return v }
	round := func() {
		c.open(0)
		for range c.Directions {
			c.reject()
		}
		c.clone()
	}
	round()
	if allocations := testing.AllocsPerRun(20, round); allocations > 0 {
		t.Errorf("%v allocations in a round", allocations)
	}
}

// TestEpochsDoNotAllocate: a longer training makes no allocations for its further epochs; a few are those of the garbage collector.
func TestEpochsDoNotAllocate(t *testing.T) {
	d, _ := pluralUsers(2, 5, testRand(1))
	lists := []List{{Items: [][]float64{{1, 0}, {0, 1}, {0.5, 0.4}}, Order: []int{2, 0, 1}}}
	ctx := context.Background()
	for name, train := range map[string]func(epochs int) error{
		"plural users": func(n int) error { _, err := PAL{Epochs: n, Restarts: 1}.Fit(ctx, d, nil); return err },
		"plural users, clusters": func(n int) error {
			_, err := PAL{Epochs: n, Restarts: 1, Cluster: true}.Fit(ctx, d, nil)
			return err
		},
		"plural users, network": func(n int) error {
			_, err := PAL{Epochs: n, Restarts: 1, Map: NetworkMap}.Fit(ctx, d, nil)
			return err
		},
		"weights on the simplex": func(n int) error { _, err := MapSimplex{Epochs: n}.Fit(ctx, d, nil); return err },
		"Plackett-Luce":          func(n int) error { _, err := Lists{Epochs: n}.Fit(ctx, lists, nil); return err },
		"skip pairs":             func(n int) error { _, err := Lists{Epochs: n, Loss: SkipPairs}.Fit(ctx, lists, nil); return err },
	} {
		allocations := func(epochs int) float64 {
			return testing.AllocsPerRun(2, func() {
				if err := train(epochs); err != nil {
					t.Fatal(err)
				}
			})
		}
		if short, long := allocations(4), allocations(64); long >= short+60 { // 60 epochs more
			t.Errorf("%s: %v allocations in 4 epochs, %v in 64", name, short, long)
		}
	}
}
