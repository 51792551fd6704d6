package explorer

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// TestSelectionTravels: what is selected on the front, by conditions or by hand, is in the address: it is there again after the page was
// loaded anew and in the browser of a colleague, and it is what the page of weights ranks and that of exports saves.
func TestSelectionTravels(t *testing.T) {
	p, id, points := sphere(t)
	const inWords = `document.querySelector("[aria-label=Conditions]").innerText`

	p.goTo("#/front?color=run&views=2d,parallel&x=0&y=2&runs=" + id)
	p.painted("main .plot", firstRun, 500)
	corners := ask[[][2]float64](p, inWindow(0, "[view.at([0.3, 0, 0.7]), view.at([0.8, 0, 0.2])]"))
	p.drag(corners[0], corners[1])
	p.wait(`location.hash.includes("&c=")`)
	n := satisfying(points, p.conditions())
	p.says(fmt.Sprintf("%d of 80 policies selected", n))
	place := ask[[][2]float64](p, inWindow(0, "[[...view.set.selection()].map((i) => [view.x[i], view.y[i]])[0]]"))[0]
	p.drag(place, place) // a click
	p.wait(`location.hash.includes("pick=")`)
	picked := ask[string](p, `new URLSearchParams(location.hash.split("?")[1]).get("pick").split(".").slice(1).join(".")`)
	p.says(picked)

	p.page("Weights")
	p.says(picked + ", which you picked, is number ")
	p.page("Export")
	p.says(fmt.Sprintf("%d policies selected on the Front page by", n))
	table, err := os.ReadFile(p.saved("Front", "sphere-front.csv"))
	if err != nil {
		t.Fatal(err)
	}
	if rows := strings.Count(string(table), "\n") - 1; rows != n {
		t.Errorf("%d of the %d selected rows are saved:\n%s", rows, n, table)
	}
	p.page("Front")
	p.says(fmt.Sprintf("%d of 80 policies selected", n))
	p.painted("main .plot", firstRun, 100)

	// By hand, where no conditions say it.
	p.goTo("#/front?color=run&views=3d&runs=" + id)
	p.painted("main .plot", firstRun, 200)
	p.click(`[...document.querySelectorAll(".segmented label")].find((l) => l.textContent === "Select")`)
	corners = ask[[][2]float64](p, inWindow(0, "[[0.3, 0.35], [0.62, 0.7]].map(([x, y]) => [x * view.layers.width, y * view.layers.height])"))
	p.drag(corners[0], corners[1])
	p.wait(`location.hash.includes("sel=")`)
	words := ask[string](p, inWords)
	p.act(chromedp.Reload())
	p.wait(fmt.Sprintf(`document.querySelector("[aria-label=Conditions]") !== null && %s === %s`, inWords, js(words)))
	p.painted("main .plot", firstRun, 50)

	colleague := openAt(t, p.client, "/?token=secret-of-the-test"+ask[string](p, "location.hash"))
	colleague.wait(fmt.Sprintf(`document.querySelector("[aria-label=Conditions]") !== null && %s === %s`, inWords, js(words)))
	colleague.painted("main .plot", firstRun, 50)
}

// page follows a link of the bar at the top, by mouse.
func (p *tab) page(name string) {
	p.t.Helper()
	p.mouse(fmt.Sprintf(`[...document.querySelectorAll("#pages a")].find((a) => a.textContent === %s)`, js(name)))
	p.wait(fmt.Sprintf(`document.querySelector("main h1")?.textContent === %s && document.querySelector("main > .skeleton") === null`, js(name)))
}
