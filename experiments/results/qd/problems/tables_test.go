package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestTablesAreThoseOfTheFiles: README.md shows what the committed rows say.
func TestTablesAreThoseOfTheFiles(t *testing.T) {
	t.Chdir(filepath.Join("..", "..", "..", ".."))
	text, err := os.ReadFile(filepath.Join(folder, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, table := range []func() (string, error){sphereTable, rastriginTable} {
		body, err := table()
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(text), body) {
			t.Error("README.md has other tables; run `go run ./experiments/results/qd/problems tables` in the root of the repository")
		}
	}
}

// TestInterval by hand: of ten values the second and the ninth.
func TestInterval(t *testing.T) {
	x := []float64{10, 1, 9, 2, 8, 3, 7, 4, 6, 5}
	if got := interval(x, "%.1f"); got != "5.5 [2.0, 9.0]" || x[0] != 10 {
		t.Errorf("%s", got)
	}
	if m := median([]float64{3, 1, 2}); m != 2 {
		t.Errorf("median %v", m)
	}
}
