package explorer

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"
)

// TestListIsFilteredAndARunOpens: the flow from the list of runs to the picture of a front.
func TestListIsFilteredAndARunOpens(t *testing.T) {
	p := open(t, treasures(t))
	p.says("2 runs")
	p.act(chromedp.SendKeys(chromedp.CSS(`input[type=search]`), "fruit"))
	p.says("1 run")
	p.wait(`document.querySelectorAll("main tbody tr").length === 1`)
	_, policies := p.on("fruit-tree-v0")
	p.click(`document.querySelector("main tbody tr a")`)
	p.says(fmt.Sprintf("%d policies", policies))
	p.wait(`document.querySelectorAll("main .plot").length === 2`)
	p.painted("main", "440154", 20) // the lowest value of the first objective
}

// TestComplaintsOfThePageFailTests: an exception, an error of the console, a refused script and a missing file are each heard.
func TestComplaintsOfThePageFailTests(t *testing.T) {
	p := open(t, t.TempDir())
	for _, script := range []string{
		`setTimeout(() => { throw new Error("thrown here") }), true`, `console.error("said here"), true`,
		`document.body.setAttribute("onclick", "refused()"), true`, `fetch("/static/missing.js").then(() => true), true`,
	} {
		ask[bool](p, script)
	}
	for _, part := range []string{"thrown here", "said here", "Content Security Policy", "404"} {
		p.expect(part)
		p.heard(part)
	}
}
