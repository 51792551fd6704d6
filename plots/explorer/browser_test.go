package explorer

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"github.com/paretolab/paretolab/experiments"
)

// The tests of this file drive the page in Chromium. Without a browser they skip, unless PARETOLAB_REQUIRE_BROWSER
// is set, as it is in continuous integration.

// browserPath finds a Chromium: the one that PARETOLAB_BROWSER names, else one on the path.
func browserPath(t testing.TB) string {
	for _, name := range []string{os.Getenv("PARETOLAB_BROWSER"), "chromium", "chromium-headless-shell", "google-chrome"} {
		if name == "" {
			continue
		}
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	const missing = "no browser: install Debian's package chromium, or name one in PARETOLAB_BROWSER"
	if os.Getenv("PARETOLAB_REQUIRE_BROWSER") != "" {
		t.Fatal(missing)
	}
	t.Skip(missing)
	return ""
}

// tab is an open page and what it complained about.
type tab struct {
	*client
	ctx context.Context

	lock     sync.Mutex
	problems []string
}

// open serves some folders of runs and opens the page in a new tab of a new browser.
func open(t testing.TB, dirs ...string) *tab {
	path := browserPath(t)
	var token string
	p := &tab{client: serve(t, func(o *Options, _ *Server) { token = o.Token }, dirs...)}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	options := append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]), chromedp.ExecPath(path), chromedp.WindowSize(1280, 900))
	if os.Getuid() == 0 {
		options = append(options, chromedp.NoSandbox)
	}
	allocator, stop := chromedp.NewExecAllocator(ctx, options...)
	var closeTab context.CancelFunc
	p.ctx, closeTab = chromedp.NewContext(allocator, chromedp.WithListener(p.listen))
	t.Cleanup(func() {
		closeTab()
		stop()
		cancel()
		for _, problem := range p.problems {
			t.Error("the page: ", problem)
		}
	})
	p.act(chromedp.Navigate(p.base + "/?token=" + token))
	return p
}

// listen collects errors of scripts and of the content security policy.
func (p *tab) listen(event any) {
	p.lock.Lock()
	defer p.lock.Unlock()
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		p.problems = append(p.problems, fmt.Sprint(e.ExceptionDetails.Text, " ", e.ExceptionDetails.Exception))
	case *runtime.EventConsoleAPICalled:
		if e.Type == "error" {
			p.problems = append(p.problems, fmt.Sprint("console.error ", e.Args))
		}
	case *log.EventEntryAdded:
		if e.Entry.Level == "error" {
			p.problems = append(p.problems, e.Entry.Text+" "+e.Entry.URL)
		}
	}
}

// act takes actions in the tab.
func (p *tab) act(actions ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	if err := chromedp.Do(p.ctx, actions...); err != nil {
		p.t.Fatal(err)
	}
}

// goTo opens a view of the page.
func (p *tab) goTo(address string) {
	p.t.Helper()
	p.act(chromedp.Navigate(p.base + "/" + address))
}

// wait waits until an expression of JavaScript is true.
func (p *tab) wait(expression string) {
	p.t.Helper()
	if _, err := chromedp.Run(p.ctx, chromedp.Poll[bool](expression, chromedp.WithPollingTimeout(30*time.Second))); err != nil {
		text, _ := chromedp.Run(p.ctx, chromedp.Evaluate[string](`document.body.innerText`))
		p.t.Fatalf("%s: %v; the page says\n%s", expression, err, text)
	}
}

// ask evaluates an expression of JavaScript.
func ask[T any](p *tab, expression string) T {
	p.t.Helper()
	v, err := chromedp.Run(p.ctx, chromedp.Evaluate[T](expression))
	if err != nil {
		p.t.Fatalf("%s: %v", expression, err)
	}
	return v
}

// says waits until the page shows a text.
func (p *tab) says(text string) {
	p.t.Helper()
	p.wait(fmt.Sprintf("document.querySelector('main').innerText.includes(%q)", text))
}

// painted waits until the canvases show at least so many blue pixels, the colour of the first run.
func (p *tab) painted(least int) {
	p.t.Helper()
	p.wait(fmt.Sprintf(`[...document.querySelectorAll("main canvas")].reduce((sum, c) => {
		if (c.width === 0 || c.height === 0) return sum;
		const px = c.getContext("2d").getImageData(0, 0, c.width, c.height).data;
		let n = 0;
		for (let i = 0; i < px.length; i += 4) if (px[i+3] > 200 && px[i+2] - px[i] > 80) n++;
		return sum + n;
	}, 0) >= %d`, least))
}

// treasures trains on two maps of deep-sea treasure and a fruit tree, once for all tests, and returns the folder
// of the runs.
func treasures(t *testing.T) string {
	t.Helper()
	trainedRuns(t) // makes the folder that is removed in the end
	dir, err := seas()
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

var seas = sync.OnceValues(func() (string, error) {
	dir := filepath.Join(trainedDir, "seas")
	c, err := experiments.ParseConfig("seas.yaml", []byte(`version: 1
name: seas
grid:
  environments: [deep-sea-treasure-v0, deep-sea-treasure-concave-v0, {id: fruit-tree-v0, options: {depth: 5}}]
  algorithms: [cmorl]
  seeds: [0]
budget: {steps: 300_000}
`), "yaml", experiments.Overrides{Out: dir})
	if err != nil {
		return "", err
	}
	_, err = c.Run(context.Background())
	return dir, err
})

// on returns the id and the number of policies of the run on an environment.
func (p *tab) on(environment string) (id string, policies int) {
	p.t.Helper()
	var list struct{ Runs []row }
	p.json("/runs", "", &list)
	for _, r := range list.Runs {
		if r.Environment == environment {
			var f struct{ Count int }
			p.json("/runs/"+r.ID+"/front", "", &f)
			return r.ID, f.Count
		}
	}
	p.t.Fatalf("no run on %s among %v", environment, list.Runs)
	return "", 0
}

// TestListIsFilteredAndARunOpens: the flow from the list of runs to the picture of a front.
func TestListIsFilteredAndARunOpens(t *testing.T) {
	p := open(t, treasures(t))
	p.says("3 runs")
	p.act(chromedp.SendKeys(chromedp.CSS(`input[type=search]`), "concave"))
	p.says("1 run")
	if rows := ask[int](p, `document.querySelectorAll("main tbody tr").length`); rows != 1 {
		t.Errorf("%d rows fit the word concave, want 1", rows)
	}
	id, policies := p.on("deep-sea-treasure-concave-v0")
	p.goTo("#/front?runs=" + id)
	p.says(fmt.Sprintf("%d policies", policies))
	p.painted(40)
}

// TestEveryPageFits draws every page in both themes, wide and narrow: nothing sticks out at the right, nothing fails.
// PARETOLAB_SCREENSHOTS names a folder for pictures of them.
func TestEveryPageFits(t *testing.T) {
	p := open(t, treasures(t))
	two, _ := p.on("deep-sea-treasure-concave-v0")
	six, _ := p.on("fruit-tree-v0")
	pages := [][2]string{
		{"runs", "#/runs"}, {"front", "#/front?runs=" + two}, {"front-matrix", "#/front?runs=" + six + "&views=matrix"},
		{"front-parallel", "#/front?runs=" + six + "&views=parallel"}, {"policy", "#/policy?runs=" + two}, {"weights", "#/weights?runs=" + two},
		{"choose", "#/choose?runs=" + two}, {"live", "#/live?runs=" + two}, {"compare", "#/compare?runs=" + two}, {"lineage", "#/lineage?runs=" + two},
		{"archive", "#/archive?runs=" + two}, {"export", "#/export?runs=" + two}, {"help", "#/help"},
	}
	for _, width := range []int64{1280, 400} {
		p.act(chromedp.EmulateViewport(width, 900))
		for _, theme := range []string{"light", "dark"} {
			p.goTo("")
			ask[bool](p, fmt.Sprintf(`localStorage.setItem("paretolab-theme", %q) ?? true`, theme))
			p.act(chromedp.Reload())
			p.wait(fmt.Sprintf(`document.documentElement.dataset.theme === %q`, theme))
			for _, page := range pages {
				ask[string](p, fmt.Sprintf(`document.querySelector("main h1")?.remove(), location.hash = %q`, page[1]))
				p.wait(`document.querySelector("main h1") !== null && document.querySelector("main").innerText.length > 40`)
				if out := ask[int](p, `document.documentElement.scrollWidth - window.innerWidth`); out > 0 {
					t.Errorf("%s at %d pixels, %s: %d pixels stick out at the right", page[0], width, theme, out)
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

// TestWeightsNameTheBestPolicy: what the page recommends for a weight is the maximum computed here.
func TestWeightsNameTheBestPolicy(t *testing.T) {
	p := open(t, treasures(t))
	id, _ := p.on("deep-sea-treasure-v0")
	var front struct {
		Policies []string
		Points   [][2]float64
	}
	p.json("/runs/"+id+"/front", "", &front)
	for _, w := range [][2]float64{{0.9, 0.1}, {0.5, 0.5}, {0.1, 0.9}} {
		utility := func(i int) float64 { return w[0]*front.Points[i][0] + w[1]*front.Points[i][1] }
		best := 0
		for i := range front.Points {
			if utility(i) > utility(best) {
				best = i
			}
		}
		p.goTo(fmt.Sprintf("#/weights?runs=%s&w=%v,%v&scaled=0", id, w[0], w[1]))
		p.wait(fmt.Sprintf(`document.querySelector("main .title")?.innerText === %q`, front.Policies[best]))
	}
}
