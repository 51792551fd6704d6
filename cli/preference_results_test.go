package cli

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// resultTable is a committed table of shares near-optimal, by "answers learner use pairs", and of the mean highest
// advantage where there is one.
func resultTable(t *testing.T, name string) (share, highest map[string]float64) {
	t.Helper()
	f, err := os.Open(filepath.Join("..", "experiments", "results", "preference", name, "table.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	share, highest = map[string]float64{}, map[string]float64{}
	for _, r := range rows[1:] {
		key := strings.Join(r[1:5], " ")
		if share[key], err = strconv.ParseFloat(r[6], 64); err != nil {
			t.Fatal(err)
		}
		if r[12] != "" {
			if highest[key], err = strconv.ParseFloat(r[12], 64); err != nil {
				t.Fatal(err)
			}
		}
	}
	return share, highest
}

// TestPreferenceResults: the committed tables show what the papers claim, with the margins of an independent
// implementation.
func TestPreferenceResults(t *testing.T) {
	least := func(what string, got, want float64) {
		if !(got >= want) {
			t.Errorf("%s: %.3f, want at least %v", what, got, want)
		}
	}
	// Knox et al., "Models of human preference for learning reward functions": 35 random grids.
	share, _ := resultTable(t, "regret")
	for _, mode := range []string{"noiseless", "stochastic"} {
		for _, n := range []string{"300", "3000"} {
			least("exact regret, "+mode+" "+n, share["regret-"+mode+" regret-exact plan "+n], 0.95)
		}
		least("regret by successor features, "+mode+" 300", share["regret-"+mode+" regret-sf plan 300"], 0.90)
		least("misfits of regret to answers by partial return, "+mode, 1-share["partial-return-"+mode+" regret-exact plan 3000"], 0.40)
	}
	least("gap between the right learners", share["regret-noiseless regret-exact plan 100"]-share["partial-return-noiseless partial-adam plan 100"], 0.08)
	// Knox et al., "Learning optimal advantage from preferences and mistaking it for reward": 30 random grids.
	share, highest := resultTable(t, "advantage")
	const with, without = "regret-noiseless advantage ", "regret-noiseless advantage-without "
	least("greedy, with", share[with+"greedy 10000"], 0.93)
	least("greedy, without", share[without+"greedy 10000"], 0.93)
	least("as reward, with", share[with+"as-reward 10000"], 0.70)
	least("failures as reward, without", 1-share[without+"as-reward 10000"], 0.80)
	least("highest advantage, with, less", -highest[with+"greedy 10000"], -1.5)
	least("highest advantage, without", highest[without+"greedy 10000"], 5)
	// Contrastive learning without a reward is no worse than a table of advantages, over the seeds 6 to 11.
	for _, mode := range []string{"noiseless", "stochastic"} {
		contrastive, advantage := 0.0, 0.0
		for seed := 6; seed <= 11; seed++ {
			share, _ := resultTable(t, filepath.Join("contrastive", "seed-"+strconv.Itoa(seed)))
			contrastive += share["regret-"+mode+" cpl greedy 3000"] / 6
			advantage += share["regret-"+mode+" advantage greedy 3000"] / 6
		}
		least("contrastive learning, "+mode, contrastive, advantage)
	}
}
