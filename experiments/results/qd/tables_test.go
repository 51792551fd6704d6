package main

import (
	"math"
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
	if body == "" || !strings.Contains(string(text), body) {
		t.Error("README.md has other tables; run `go run ./experiments/results/qd tables` in the root of the repository")
	}
}

// TestMedianInterval: by the table of the binomial distribution. Of ten values the second and the ninth
// enclose the median with probability 0.979, of fifteen the fourth and the twelfth with 0.965; five have none.
func TestMedianInterval(t *testing.T) {
	for n, want := range map[int][2]float64{1: {1, 1}, 5: {1, 5}, 6: {1, 6}, 10: {2, 9}, 15: {4, 12}} {
		values := make([]float64, n)
		for i := range values {
			values[n-1-i] = float64(i + 1)
		}
		low, high, err := medianInterval(values)
		if err != nil || low != want[0] || high != want[1] {
			t.Errorf("of %d values: %v to %v, %v; want %v", n, low, high, err, want)
		}
	}
	if _, _, err := medianInterval(nil); err == nil {
		t.Error("no value has an interval")
	}
}

// TestRowsComeBack: what is written is read again; a value that a run does not have is an empty cell.
func TestRowsComeBack(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.MkdirAll(folder, 0o777); err != nil {
		t.Fatal(err)
	}
	r := &results{columns: []string{"coverage", "trainings"}, rows: []row{{"NS", 0, []float64{0.5, math.NaN()}}, {"STAX", 3, []float64{0.25, 9}}}}
	if err := r.write("x"); err != nil {
		t.Fatal(err)
	}
	back, err := readResults("x")
	if err != nil {
		t.Fatal(err)
	}
	if got := back.of("STAX", "trainings"); len(got) != 1 || got[0] != 9 {
		t.Errorf("trainings %v", got)
	}
	if got := back.of("NS", "trainings"); len(got) != 0 {
		t.Errorf("NS has trainings %v", got)
	}
	if got := back.labels(); len(got) != 2 || got[0] != "NS" || back.rows[1].seed != 3 {
		t.Errorf("rows %v", back.rows)
	}
}
