package explorer

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// TestArchiveByKeys walks over the map of an archive, reads it as a table, plays what a cell does and opens one of its policies, without a mouse.
func TestArchiveByKeys(t *testing.T) {
	p := open(t, behaviours(t))
	id, _ := p.on("point-v0")
	p.goTo("#/archive?runs=" + id)
	p.says(" of 25 cells reached")
	p.painted("main .plot", "440154", 200) // cells without reward
	p.tabTo(`e.tagName === "SELECT" && e.closest("label").textContent.startsWith("Colour by")`)
	p.press("v")
	p.wait(`location.hash.includes("color=visits")`)
	p.says("Colour: visits from ")
	p.tabTo(`e.classList.contains("plot")`)
	p.press(kb.ArrowRight)
	p.wait(`location.hash.includes("cell=0")`)
	first := ask[string](p, `document.querySelector("aside, .two > section").innerText`)
	for _, arrow := range []string{kb.ArrowUp, kb.ArrowRight, kb.ArrowRight, kb.ArrowDown} {
		p.press(arrow)
	}
	p.wait(`document.querySelector("aside, .two > section").innerText !== ` + js(first))
	at := ask[[]int](p, `(() => { const v = document.activeElement.view; return v.cells[v.picked].index; })()`)
	if from := ask[[]int](p, `document.activeElement.view.cells[0].index`); at[0] != from[0]+2 || at[1] != from[1] {
		t.Errorf("up, right, right and down lead from %v to %v", from, at)
	}
	p.wait(`document.getElementById("live").textContent.includes("x ") || document.getElementById("live").textContent.startsWith("Replay ready")`)
	p.press("t")
	p.wait(`document.querySelectorAll("main figure tbody tr").length === 25`)
	if heads := ask[[]string](p, `[...document.querySelectorAll("main figure thead th")].map((e) => e.textContent)`); heads[0] != "x" || heads[1] != "y" {
		t.Errorf("the table begins with the columns %q", heads)
	}
	p.press("t")

	// On to a cell of which somebody is kept, whose behaviour is drawn.
	p.tabTo(`e.classList.contains("plot")`)
	for range 25 {
		if ask[bool](p, `document.activeElement.view.cells[document.activeElement.view.picked].policy !== null`) {
			break
		}
		p.press(kb.ArrowRight)
		if ask[bool](p, `document.activeElement.view.cells[document.activeElement.view.picked].index[0] === 4`) {
			p.press(kb.ArrowUp)
		}
	}
	p.wait(`document.getElementById("live").textContent.startsWith("Replay ready")`)
	p.painted(".scene", firstRun, 10)
	start := ask[string](p, picture(0))
	p.tabTo(`e.ariaLabel?.startsWith("Player")`)
	p.press(kb.End)
	p.wait(picture(0) + " !== " + js(start))
	p.goTo(ask[string](p, "location.hash")) // where the order of the page begins anew
	p.wait(`document.querySelector("main table a") !== null`)
	p.tabTo(`e.tagName === "A" && e.closest("table")`)
	policy := ask[string](p, "document.activeElement.textContent")
	p.press(kb.Enter)
	p.wait(`document.querySelector("main h1")?.textContent === "Policy"`)
	p.says("About " + policy)
}

// TestExportByKeys chooses a format and saves a file without a mouse; the file is the one of the interface.
func TestExportByKeys(t *testing.T) {
	p := open(t, treasures(t))
	id, _ := p.on("deep-sea-treasure-v0")
	p.goTo("#/front?runs=" + id)
	p.painted("main .plot", firstRun, 40)
	p.tabTo(`e.closest("nav") && e.textContent === "Export"`)
	p.press(kb.Enter)
	p.wait(`document.querySelector("main h1")?.textContent === "Export" && document.querySelector("main pre") !== null`)
	p.tabTo(`e.tagName === "SELECT" && e.closest("section").firstChild.textContent === "Front"`)
	p.press(kb.ArrowDown)
	p.wait(`document.activeElement.closest("section").querySelector("pre")?.textContent.endsWith("--format json")`)
	dir := p.downloads()
	p.tabTo(`e.textContent === "Save the file"`)
	p.press(kb.Enter)
	const name = "cmorl__deep-sea-treasure-v0__s0-front.json"
	p.wait(fmt.Sprintf(`document.getElementById("live").textContent === "%s saved"`, name))
	got, err := os.ReadFile(p.arrived(filepath.Join(dir, name)))
	if err != nil {
		t.Fatal(err)
	}
	if _, want := p.do("POST", "/api/v1/export", `{"what":"front","format":"json","runs":["`+id+`"]}`); string(got) != want {
		t.Errorf("saved was\n%.300s\nthe interface has\n%.300s", got, want)
	}
	p.tabTo(`e.textContent === "Copy"`)
}

// downloads makes the browser save files in a new folder.
func (p *tab) downloads() (dir string) {
	p.t.Helper()
	dir = p.t.TempDir()
	c := chromedp.FromContext(p.ctx)
	p.act(chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
		_, err := cdp.Call(ctx, c.Browser, browser.SetDownloadBehavior, browser.SetDownloadBehaviorParams{
			Behavior: browser.SetDownloadBehaviorBehaviorAllow, BrowserContextID: c.BrowserContextID, DownloadPath: dir,
		})
		return err
	}))
	return dir
}

// arrived waits until the browser has saved a file, which has its name once it is complete.
func (p *tab) arrived(path string) string {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	for ctx.Err() == nil {
		if _, err := os.Stat(path); err == nil {
			return path
		}
		ask[bool](p, "true")
	}
	p.t.Fatalf("the browser did not save %s", filepath.Base(path))
	return ""
}
