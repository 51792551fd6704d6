package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestTablesAreThoseOfTheFiles: README.md shows what the committed rows say.
func TestTablesAreThoseOfTheFiles(t *testing.T) {
	t.Chdir(filepath.Join("..", "..", ".."))
	text, err := os.ReadFile(filepath.Join(folder, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	body, err := tables()
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(text), body) {
		t.Error("README.md has other tables; run `go run ./experiments/results/cmorl tables` in the root of the repository")
	}
}

// TestDifferenceIsOfTheSameSeeds: by hand; a variant without some seeds is compared on those it has.
func TestDifferenceIsOfTheSameSeeds(t *testing.T) {
	r := func(variant string, seed int, hv float64) row {
		x := row{Variant: variant, Seed: seed}
		x.Values[hypervolume] = hv
		return x
	}
	rows := []row{r("ipo", 1, 10), r("ipo", 2, 20), r("other", 1, 11), r("lone", 2, 10)}
	for variant, want := range map[string]float64{"ipo": 0, "other": 0.1, "lone": -0.5} {
		if got := against(rows, variant); got < want-1e-12 || got > want+1e-12 {
			t.Errorf("%s: %v, want %v", variant, got, want)
		}
	}
}
