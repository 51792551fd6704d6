package report

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/paretolab/paretolab/agents"
	"github.com/paretolab/paretolab/experiments"
	"github.com/paretolab/paretolab/plots"
)

// TestWilson: 8 of 10 gives 0.490 to 0.943, as in Newcombe's tables of the method without correction.
func TestWilson(t *testing.T) {
	for _, c := range []struct {
		k, n      int
		low, high float64
	}{{8, 10, 0.4902, 0.9433}, {0, 10, 0, 0.2775}, {10, 10, 0.7225, 1}, {81, 263, 0.2553, 0.3662}} {
		if low, high := wilson(c.k, c.n); math.Abs(low-c.low) > 5e-5 || math.Abs(high-c.high) > 5e-5 {
			t.Errorf("%d of %d: %.4f to %.4f, want %v to %v", c.k, c.n, low, high, c.low, c.high)
		}
	}
}

// TestArchiveSection: a report of searches of behaviours has a section about them, others have none.
func TestArchiveSection(t *testing.T) {
	var runs []*experiments.Run
	for seed := range uint64(3) {
		r := treasure("STAX", seed)
		r.Info.Algorithm = "stax"
		r.Metrics[5].Columns = map[string]float64{
			"stax.evaluations": 5000, "stax.coverage": 0.5 + 0.01*float64(seed), "stax.reachable_coverage": 0.6 + 0.02*float64(seed), "stax.best_treasure": 0.8 + 0.1*float64(seed), "stax.first_hit_treasure": float64(100 * seed),
		}
		r.Parts = []agents.PartTime{{Part: "search", Seconds: 1 + float64(seed)}, {Part: "novelty", Seconds: 10 * float64(seed)}}
		runs = append(runs, r)
	}
	var s section
	archiveTables(&s, plots.ByEnvironment(runs)[0], newNames())
	if len(s.blocks) != 3 {
		t.Fatalf("%d blocks", len(s.blocks))
	}
	main, parts, areas := s.blocks[0].table, s.blocks[1].table, s.blocks[2].table
	if row := parts.rows[0]; len(parts.rows) != 1 || row[1].shown != "2.0 s" || row[2].exact != "10" || parts.columns[2].name != "novelty" {
		t.Errorf("parts %v: %v", parts.columns, row)
	}
	if got := fmt.Sprint(main.rows[0][3].shown, main.rows[0][4].shown); got != "0.51000.5000" {
		t.Errorf("median and smallest coverage %s", got)
	}
	if got := strings.Join(main.notes, ""); !strings.HasSuffix(got, "in reach, medians: STAX 0.6200.") {
		t.Errorf("notes %q", got)
	}
	if row := areas.rows[0]; row[2].exact != "0.9" || row[5].exact != "2" || row[6].exact != "150" || row[7].exact != "2" || !strings.HasPrefix(row[8].shown, "0.67 (0.21 to 0.94)") {
		t.Errorf("area %v", row)
	}
	var none section
	archiveTables(&none, plots.ByEnvironment([]*experiments.Run{treasure("C-MORL", 0)})[0], newNames())
	if len(none.blocks) != 0 {
		t.Errorf("%d blocks without archives", len(none.blocks))
	}
}
