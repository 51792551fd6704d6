package explorer

import (
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/paretolab/paretolab/experiments"
	"github.com/paretolab/paretolab/pareto"
)

// loaded returns the front of a run as its files have it, with the names of the policies.
func loaded(t *testing.T, dir, path string) (*experiments.Run, pareto.Front, []string) {
	t.Helper()
	run, err := experiments.LoadRun(filepath.Join(dir, filepath.FromSlash(path)))
	if err != nil {
		t.Fatal(err)
	}
	var rows [][]float64
	var ids []string
	for _, a := range run.Front() {
		rows, ids = append(rows, a.Value), append(ids, a.Policy)
	}
	f, err := pareto.NewFront(rows)
	if err != nil {
		t.Fatal(err)
	}
	return run, f, ids
}

// TestReferencePoint: the winner for levels that are typed in, and dragged to, is the row with the largest achievement; the
// hypervolume in the list is that of the front.
func TestReferencePoint(t *testing.T) {
	dir := treasures(t)
	p := open(t, dir)
	id, _ := p.on("deep-sea-treasure-v0")
	path := pathOf(p, id)
	run, front, policies := loaded(t, dir, path)
	winner := func(r []float64) string {
		score, err := pareto.Achievements(front, r)
		if err != nil {
			t.Fatal(err)
		}
		best := 0
		for i, s := range score {
			if s > score[best] {
				best = i
			}
		}
		return policies[best]
	}
	p.goTo("#/front?runs=" + id)
	p.painted("main .plot", firstRun, 40)
	p.button("Add one")
	const field = `document.querySelector("[data-reference='0.%d']")`
	for k, level := range []string{"20", "-9"} {
		p.click(fmt.Sprintf(field, k))
		p.press("a", chromedp.KeyModifiers(chromedp.ModifierCtrl))
		p.press(level + kb.Enter)
		p.wait(fmt.Sprintf(`location.hash.includes("ref=") && decodeURIComponent(location.hash).split("ref=")[1].split(/[,;&]/)[%d] === %q`, k, level))
	}
	const named = `[...document.querySelectorAll("aside p")].find((e) => e.textContent.startsWith("Winner: "))?.textContent === %q`
	p.wait(fmt.Sprintf(named, "Winner: "+winner([]float64{20, -9})))

	// The cross is dragged to the levels 5 and -4.
	places := ask[[][2]float64](p, inWindow(0, "[view.at([20, -9]), view.at([5, -4])]"))
	p.drag(places[0], places[1])
	p.wait(`!decodeURIComponent(location.hash).includes("ref=20,-9")`)
	var r []float64
	for _, text := range strings.Split(ask[string](p, `new URLSearchParams(location.hash.split("?")[1]).get("ref")`), ",") {
		v, err := strconv.ParseFloat(text, 64)
		if err != nil {
			t.Fatal(err)
		}
		r = append(r, v)
	}
	if abs := func(a, b float64) bool { return a-b < 1 && b-a < 1 }; !abs(r[0], 5) || !abs(r[1], -4) {
		t.Errorf("the cross was dragged to %v, want 5, -4", r)
	}
	p.wait(fmt.Sprintf(named, "Winner: "+winner(r)))

	hv, err := pareto.Hypervolume(front, run.Info.Environment.Reference)
	if err != nil {
		t.Fatal(err)
	}
	p.goTo("#/runs")
	p.wait(fmt.Sprintf(`[...document.querySelectorAll("main td")].some((e) => e.textContent === %q)`, strconv.FormatFloat(hv, 'g', 4, 64)))
}

// pathOf is the path of a run below its folder.
func pathOf(p *tab, id string) string {
	p.t.Helper()
	for path, run := range p.runs() {
		if run == id {
			return path
		}
	}
	p.t.Fatalf("there is no run %s", id)
	return ""
}
