package explorer

import (
	"fmt"
	"math"
	"path/filepath"
	"testing"

	"github.com/paretolab/paretolab/pareto"
)

// TestComparedRuns: two runs ticked in the list are drawn in two colours, and the matrices are those of package pareto.
func TestComparedRuns(t *testing.T) {
	startBrowser(t)
	dir := filepath.Join(trainedRuns(t), "small")
	p := open(t, dir)
	p.says("2 runs")
	for n := range 2 {
		p.click(fmt.Sprintf(`document.querySelectorAll("main tbody input[type=checkbox]")[%d]`, n))
	}
	p.says("2 runs ticked")
	p.button("Compare")
	p.says("Additive ε")
	p.painted("main .plot", firstRun, 30)
	p.painted("main .plot", "E69F00", 10)
	p.wait(`document.querySelector("main .chart canvas")?.width > 0`) // of the statistics

	var fronts []pareto.Front
	for _, id := range ask[[]string](p, `new URLSearchParams(location.hash.split("?")[1]).get("runs").split(",")`) {
		_, f, _ := loaded(t, dir, pathOf(p, id))
		fronts = append(fronts, f)
	}
	dominates, err := pareto.DominanceMatrix(fronts, pareto.Options{KeepDuplicates: true})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string][2]string{}
	for a := range 2 {
		b := 1 - a
		covers, err := pareto.Coverage(fronts[a], fronts[b], pareto.Options{KeepDuplicates: true})
		if err != nil {
			t.Fatal(err)
		}
		eps, err := pareto.EpsAdditive(fronts[a], fronts[b])
		if err != nil {
			t.Fatal(err)
		}
		for title, text := range map[string]string{"Dominated": percent(dominates[b][a]), "Covered": percent(covers), "Additive ε": fmt.Sprintf("%.3g", eps)} {
			cells := want[title]
			cells[a] = text
			want[title] = cells
		}
	}
	for title, cells := range want {
		got := ask[[]string](p, fmt.Sprintf(`(() => { const t = [...document.querySelectorAll("main table")].find((t) => t.caption?.textContent === %q);
			return [t.rows[1].cells[2].textContent, t.rows[2].cells[1].textContent].map((v) => v.replace("−", "-").replace("\u00a0", " ")); })()`, title))
		if got[0] != cells[0] || got[1] != cells[1] {
			t.Errorf("%s: the page has %q, want %q", title, got, cells)
		}
	}
}

// percent is a share as the page writes it.
func percent(share float64) string {
	if v := 100 * share; v > 0 && v < 10 {
		return fmt.Sprintf("%.1f %%", v)
	}
	return fmt.Sprintf("%v %%", math.Round(100*share))
}
