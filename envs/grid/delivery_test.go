package grid

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/paretolab/paretolab/envs"
)

// TestDeliverySteps: what moves on the delivery grid yield, worked out by hand from its rules.
func TestDeliverySteps(t *testing.T) {
	e, err := envs.Make("delivery", map[string]any{"features": "raw"})
	if err != nil {
		t.Fatal(err)
	}
	model, _ := e.Model()
	if n := len(envs.Starts(model)); n != 92 {
		t.Errorf("%d start cells, want 92", n)
	}
	const up, down, left, right = 0, 1, 2, 3
	for _, c := range []struct {
		name             string
		row, col, action int
		toRow, toCol     int
		phi              [deliveryFeatures]float64
		ends             bool
	}{
		{"blank", 0, 0, right, 0, 1, [6]float64{1}, false},
		{"off the board", 0, 0, up, 0, 0, [6]float64{1}, false},
		{"roadblock", 0, 1, right, 0, 2, [6]float64{1, 0, 0, 0, 1}, false},
		{"off the board from a roadblock", 0, 2, up, 0, 2, [6]float64{1}, false},
		{"coin", 0, 4, down, 1, 4, [6]float64{1, 0, 0, 1}, false},
		{"into a house from a roadblock", 6, 4, right, 6, 4, [6]float64{1}, false},
		{"into a house from mud", 5, 0, down, 6, 0, [6]float64{0, 0, 0, 0, 0, 1}, false},
		{"house beside mud", 6, 0, right, 6, 0, [6]float64{0, 0, 0, 0, 0, 1}, false},
		{"mud and coin", 6, 7, down, 7, 7, [6]float64{0, 0, 0, 1, 0, 1}, false},
		{"sheep", 2, 1, right, 2, 2, [6]float64{0, 0, 1}, true},
		{"goal on mud", 8, 8, right, 8, 9, [6]float64{0, 1}, true},
		{"after the goal", 8, 9, left, 8, 9, [6]float64{}, true},
	} {
		got := model.Outcomes(c.row*10+c.col, c.action, nil)
		if len(got) != 1 || got[0].P != 1 || got[0].Next != c.toRow*10+c.toCol || !slices.Equal(got[0].Reward, c.phi[:]) || got[0].Terminal != c.ends {
			t.Errorf("%s: %+v, want cell (%d, %d), features %v, end %v", c.name, got, c.toRow, c.toCol, c.phi, c.ends)
		}
	}
}

// TestDrawnBoards: what is drawn has the sizes, things and weights of the published generator.
func TestDrawnBoards(t *testing.T) {
	sizes := map[[2]int32]bool{}
	for seed := range uint64(400) {
		var rng envs.RNG
		rng.Seed(seed)
		b, err := randomBoard(&rng)
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		sizes[[2]int32{b.rows, b.cols}] = true
		text := strings.Join(b.rowTexts(), "")
		if n := strings.Count(text, "G"); n != 1 {
			t.Errorf("seed %d: %d goals", seed, n)
		}
		for thing, shares := range map[string][]float64{"S": {0, 0.1, 0.3}, "B": {0, 0.1, 0.5, 0.8}, "C": {0, 0.1, 0.2}} {
			n := strings.Count(text, thing)
			if !slices.ContainsFunc(shares, func(x float64) bool {
				full := int(x * float64(len(text)))
				return n == full || n == full-1 // the goal lies on one
			}) {
				t.Errorf("seed %d: %d × %s on %d cells", seed, n, thing, len(text))
			}
		}
		for j, allowed := range [][]float64{{-1}, {0, 1, 5, 10, 50}, {-5, -10, -50, -100}, {1}, {-2, -5, -10}, {-1, -2, -3}} {
			if !slices.Contains(allowed, b.weights[j]) {
				t.Errorf("seed %d: weight %v of %s", seed, b.weights[j], deliveryNames[j])
			}
		}
	}
	if len(sizes) != 12 {
		t.Errorf("%d sizes were drawn, want 4 × 3", len(sizes))
	}
}

// TestTeleportsKeepTheOptimum: jumps change neither the values of the cells nor which actions are best, and
// the probabilities of every step add up to 1.
func TestTeleportsKeepTheOptimum(t *testing.T) {
	jumps := 0
	for seed := range 5 {
		var rng envs.RNG
		rng.Seed(uint64(seed))
		b, err := randomBoard(&rng)
		if err != nil {
			t.Fatal(err)
		}
		b.addTeleports(&rng)
		with := b.values()
		for cell := range b.chances {
			for action := range moves {
				sum := 0.0
				list := b.chances[cell][action]
				for _, o := range list {
					sum += o.p
				}
				if math.Abs(sum-1) > 1e-12 {
					t.Errorf("seed %d: probabilities of cell %d, action %d add up to %v", seed, cell, action, sum)
				}
				if list[0].p == jumpChance {
					jumps++
					if q := b.actionValue(with, int32(cell), action); q >= with[cell] {
						t.Errorf("seed %d: the jump of cell %d, action %d is worth %v, the best action %v", seed, cell, action, q, with[cell])
					}
				}
			}
		}
	}
	if jumps == 0 {
		t.Error("no jumps")
	}
}

// TestRiskySheep: half of the entries of a sheep are a win of the coin feature, and all end the episode.
func TestRiskySheep(t *testing.T) {
	e, err := envs.Make("random-grid-stochastic", map[string]any{"board": "S./.G", "weights": "-1,50,-50,60,0,0", "features": "raw"})
	if err != nil {
		t.Fatal(err)
	}
	model, _ := e.Model()
	got := model.Outcomes(1, 2, nil)
	if len(got) != 2 || got[0].P != 0.5 || got[1].P != 0.5 || !got[0].Terminal || !got[1].Terminal ||
		!slices.Equal(got[0].Reward, []float64{0, 0, 1, 0, 0, 0}) || !slices.Equal(got[1].Reward, []float64{0, 0, 0, 1, 0, 0}) {
		t.Errorf("into the sheep: %+v", got)
	}
	env := e.New()
	wins, reward := 0, make([]float64, deliveryFeatures)
	var rng envs.RNG
	rng.Seed(1)
	for range 10000 {
		env.(*Delivery).state.Pos = [2]int32{0, 1}
		env.Step(&rng, envs.Action{Discrete: []int32{2}}, reward)
		wins += int(reward[coinFeature])
	}
	if math.Abs(float64(wins)-5000) > 200 { // four standard deviations
		t.Errorf("%d wins of 10000", wins)
	}
}

// TestBoardMistakes: what is wrong with a board is said with its place.
func TestBoardMistakes(t *testing.T) {
	for _, c := range []struct{ board, weights, want string }{
		{"../.", "", "row 2 has 1 cells"},
		{".x/..", "", "row 1, column 2"},
		{"GS/HH", "", "no cell to start in"},
		{"", "1,2", "weights are given without a board"},
		{".G", "1,2", "2 numbers"},
		{".G", "1,2,3,4,5,x", "for mud"},
	} {
		if _, err := envs.Make("random-grid", map[string]any{"board": c.board, "weights": c.weights}); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("board %q, weights %q: %v, want %q", c.board, c.weights, err, c.want)
		}
	}
}
