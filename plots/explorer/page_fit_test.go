package explorer

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// TestEveryPageFits draws every page in both themes, wide and narrow: nothing sticks out at the right, nothing fails.
// PARETOLAB_SCREENSHOTS names a folder for pictures of them.
func TestEveryPageFits(t *testing.T) {
	p := open(t, treasures(t), behaviours(t))
	two, n := p.on("deep-sea-treasure-v0")
	six, _ := p.on("fruit-tree-v0")
	cells, _ := p.on("point-v0")
	var front frontAnswer
	p.json("/runs/"+two+"/front", "", &front)
	best := []string{two + "." + front.Policies[n-1], two + "." + front.Policies[n/2]}
	pages := [][2]string{
		{"runs", "#/runs"}, {"front", "#/front?runs=" + two}, {"front-matrix", "#/front?runs=" + six + "&views=matrix"},
		{"front-parallel", "#/front?runs=" + six + "&views=parallel"}, {"policies", "#/policy?runs=" + two}, {"policy", "#/policy?runs=" + two + "&p=" + best[0]},
		{"replay", "#/policy?runs=" + two + "&p=" + best[0] + "," + best[1]}, {"weights", "#/weights?runs=" + two},
		{"choose", "#/choose?runs=" + two}, {"live", "#/live?runs=" + two}, {"compare", "#/compare?runs=" + two}, {"lineage", "#/lineage?runs=" + two},
		{"archive", "#/archive?cell=7&runs=" + cells}, {"export", "#/export?runs=" + two}, {"help", "#/help"},
	}
	for _, width := range []int64{1280, 400} {
		p.act(chromedp.EmulateViewport(width, 900))
		for _, theme := range []string{"light", "dark"} {
			p.goTo("#/runs")
			ask[bool](p, fmt.Sprintf(`localStorage.setItem("paretolab-theme", %q) ?? true`, theme))
			p.act(chromedp.Reload())
			p.wait(fmt.Sprintf(`document.documentElement.dataset.theme === %q`, theme))
			for _, page := range pages {
				p.goTo(page[1])
				p.wait(`document.querySelector("main h1") !== null && document.querySelector("main").innerText.length > 40`)
				if out := ask[int](p, `document.documentElement.scrollWidth - window.innerWidth`); out > 0 {
					t.Errorf("%s at %d pixels, %s: %d pixels stick out at the right", page[0], width, theme, out)
				}
				if cut := ask[int](p, `[...document.querySelectorAll("main .scroll")].filter((e) => e.scrollWidth > e.clientWidth + 1).length`); cut > 0 && width == 1280 {
					t.Errorf("%s at %d pixels, %s: columns of %d tables are cut off", page[0], width, theme, cut)
				}
				if dir := os.Getenv("PARETOLAB_SCREENSHOTS"); dir != "" {
					p.photograph(filepath.Join(dir, fmt.Sprintf("%s-%d-%s.png", page[0], width, theme)))
				}
			}
		}
	}
}

// photograph writes a picture of the whole page.
func (p *tab) photograph(name string) {
	p.t.Helper()
	time.Sleep(time.Second) // until transitions have ended
	picture, err := chromedp.Run(p.ctx, chromedp.FullScreenshot(100))
	if err != nil {
		p.t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		p.t.Fatal(err)
	}
	if err := os.WriteFile(name, picture, 0o666); err != nil {
		p.t.Fatal(err)
	}
}
