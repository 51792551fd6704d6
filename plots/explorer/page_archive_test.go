package explorer

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/paretolab/paretolab/experiments"
)

// TestArchive: a click on a cell of the map shows its local front, as the files have it, and how its best individual behaves.
func TestArchive(t *testing.T) {
	dir := behaviours(t)
	p := open(t, dir)
	id, _ := p.on("point-v0")
	run, err := experiments.LoadRun(filepath.Join(dir, filepath.FromSlash(pathOf(p, id))))
	if err != nil {
		t.Fatal(err)
	}
	fronts, centres := localFronts(t, run)
	var at [2]int // the cell with most individuals
	for cell := range fronts {
		if n, most := len(fronts[cell]), len(fronts[at]); n > most || n == most && slices.Compare(cell[:], at[:]) < 0 {
			at = cell
		}
	}
	if len(fronts[at]) < 2 {
		t.Fatalf("no cell has a front: %v", fronts)
	}

	p.goTo("#/archive?runs=" + id)
	p.says(" of 25 cells reached")
	p.wait(`document.querySelector("main .plot").view?.p !== undefined`)
	p.painted("main .plot", "440154", 200) // cells without reward
	const texts = `[...document.querySelectorAll("main .plot text")].map((e) => e.textContent)`
	p.wait(texts + `.includes("x →") && ` + texts + `.includes("↑ y")`) // as space.csv names them
	const old = `import("/static/page/archives.js").then((m) => m.readArchive({ tables: {
		space: { rows: 1, columns: [{ name: "low", numbers: [0] }, { name: "high", numbers: [1] }, { name: "cells", numbers: [2] }] },
		cells: { rows: 1, columns: [{ name: "cell_0", numbers: [1] }, { name: "visits", numbers: [1] }, { name: "best", numbers: [0] }] } } }, ["a"]).names[0])`
	if name, err := chromedp.Run(p.ctx, chromedp.Evaluate[string](old, chromedp.EvalAwaitPromise)); err != nil || name != "behaviour 1" {
		t.Errorf("the number of a space without names is called %q: %v", name, err)
	}
	c := centres(at)
	place := ask[[][2]float64](p, inWindow(0, fmt.Sprintf("[[view.p.ax + view.p.a[0] * %v, view.p.by + view.p.b[1] * %v]]", c[0], c[1])))
	p.drag(place[0], place[0]) // a click
	const kept = `[...document.querySelectorAll("table")].find((t) => t.caption?.textContent === "Individuals of the cell")`
	p.wait(fmt.Sprintf("%s?.tBodies[0].rows.length === %d", kept, len(fronts[at])))
	shown := ask[[]string](p, `[...`+kept+`.tBodies[0].rows].map((r) => r.cells[0].textContent)`)
	if slices.Sort(shown); !slices.Equal(shown, fronts[at]) {
		t.Errorf("the cell %v shows %v, want %v", at, shown, fronts[at])
	}
	p.wait(`document.querySelector(".scene canvas")?.width > 100`)
	p.wait(`document.getElementById("live").textContent.startsWith("Replay ready")`)
	p.painted(".scene", firstRun, 10) // the point
	start := ask[string](p, picture(0))
	ask[bool](p, `document.querySelector("[aria-label^=Player]").focus() ?? true`)
	p.press(kb.End)
	p.wait(picture(0) + " !== " + js(start))
	if !strings.Contains(ask[string](p, "location.hash"), "cell=") {
		t.Error("the address does not name the cell")
	}
}

// localFronts sorts the individuals of a run into its cells by their behaviour; the second result is the centre of a cell.
func localFronts(t *testing.T, run *experiments.Run) (fronts map[[2]int][]string, centre func(cell [2]int) [2]float64) {
	t.Helper()
	space, err := run.Table("space")
	if err != nil || space == nil {
		t.Fatal("the run has no space of behaviours: ", err)
	}
	people, err := run.Table("behaviours")
	if err != nil || people == nil {
		t.Fatal("the run has no individuals: ", err)
	}
	low, high, cells := space.Numbers("low"), space.Numbers("high"), space.Numbers("cells")
	x, _ := people.Series("x_")
	fronts = map[[2]int][]string{}
	for i, id := range people.Text("id") {
		var at [2]int
		for k := range at {
			at[k] = min(int(cells[k])-1, max(0, int(cells[k]*(x[k][i]-low[k])/(high[k]-low[k]))))
		}
		fronts[at] = append(fronts[at], id)
	}
	for _, ids := range fronts {
		slices.Sort(ids)
	}
	return fronts, func(cell [2]int) (c [2]float64) {
		for k := range c {
			c[k] = low[k] + (float64(cell[k])+0.5)/cells[k]*(high[k]-low[k])
		}
		return c
	}
}
