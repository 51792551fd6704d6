package explorer_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	_ "github.com/paretolab/paretolab/agents/cmorl"
	_ "github.com/paretolab/paretolab/envs/grid"
	"github.com/paretolab/paretolab/experiments"
	"github.com/paretolab/paretolab/plots/explorer"
)

// The tests of this file drive the page in Chromium. Without a browser they skip, unless PARETOLAB_REQUIRE_BROWSER
// is set, as it is in continuous integration.

// browserPath finds a Chromium: the one that PARETOLAB_BROWSER names, else one on the path.
func browserPath(t *testing.T) string {
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
	t   *testing.T
	ctx context.Context
	url string

	lock     sync.Mutex
	problems []string
}

// open serves some folders of runs and opens the page in a new tab of a new browser.
func open(t *testing.T, dirs ...string) *tab {
	path := browserPath(t)
	server, err := explorer.New(explorer.Options{Dirs: dirs, Token: "secret", Version: "test"})
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	served := make(chan error, 1)
	go func() { served <- server.Serve(ctx, []net.Listener{listener}, "", "") }()

	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.WindowSize(1280, 900))
	if os.Getuid() == 0 {
		options = append(options, chromedp.NoSandbox)
	}
	allocator, stop := chromedp.NewExecAllocator(ctx, options...)
	p := &tab{t: t, url: "http://" + listener.Addr().String()}
	var closeTab context.CancelFunc
	p.ctx, closeTab = chromedp.NewContext(allocator, chromedp.WithListener(p.listen))
	t.Cleanup(func() {
		closeTab()
		stop()
		cancel()
		<-served
		server.Close()
		for _, problem := range p.problems {
			t.Error("the page: ", problem)
		}
	})
	p.do(chromedp.Navigate(p.url + "/?token=secret"))
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

func (p *tab) do(actions ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	if err := chromedp.Do(p.ctx, actions...); err != nil {
		p.t.Fatal(err)
	}
}

// goTo opens a view of the page.
func (p *tab) goTo(address string) {
	p.t.Helper()
	p.do(chromedp.Navigate(p.url + "/" + address))
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
	p.wait(fmt.Sprintf("document.querySelector('main').innerText.replaceAll('\\u2212', '-').includes(%q)", text))
}

// painted waits until a canvas shows at least so many pixels of the colour of the first run, and says how many.
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

// get asks the server itself, with the token in a cookie.
func (p *tab) get(path string, to any) {
	p.t.Helper()
	r, err := http.NewRequest(http.MethodGet, p.url+"/api/v1"+path, nil)
	if err != nil {
		p.t.Fatal(err)
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	first, err := client.Get(p.url + "/?token=secret")
	if err != nil {
		p.t.Fatal(err)
	}
	first.Body.Close()
	for _, c := range first.Cookies() {
		r.AddCookie(c)
	}
	answer, err := client.Do(r)
	if err != nil {
		p.t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	if answer.StatusCode != http.StatusOK {
		p.t.Fatalf("%s %s: %s %s", r.Method, r.URL.Path, answer.Status, text)
	}
	if err := json.Unmarshal(text, to); err != nil {
		p.t.Fatal(err)
	}
}

var trained struct {
	sync.Once
	dir string
	err error
}

// TestMain removes the runs that the tests of the page share.
func TestMain(m *testing.M) {
	code := m.Run()
	if trained.dir != "" {
		os.RemoveAll(trained.dir)
	}
	explorer.RemoveTrained()
	os.Exit(code)
}

// treasures trains on two maps of deep-sea treasure and a fruit tree, once for all tests, and returns the folder
// of the runs.
func treasures(t *testing.T) string {
	trained.Do(func() {
		if trained.dir, trained.err = os.MkdirTemp("", "explorer"); trained.err != nil {
			return
		}
		var c *experiments.Config
		c, trained.err = experiments.ParseConfig("seas.yaml", []byte(`
version: 1
name: seas
grid:
  environments: [deep-sea-treasure-v0, deep-sea-treasure-concave-v0, {id: fruit-tree-v0, options: {depth: 5}}]
  algorithms: [cmorl]
  seeds: [0]
budget: {steps: 300_000}
`), "yaml", experiments.Overrides{Out: trained.dir})
		if trained.err == nil {
			_, trained.err = c.Run(context.Background())
		}
	})
	if trained.err != nil {
		t.Fatal(trained.err)
	}
	return trained.dir
}

// listed is what the tests need of GET /runs.
type listed struct {
	Runs []struct {
		ID          string `json:"id"`
		Environment string `json:"environment"`
		FrontSize   int    `json:"front_size"`
	} `json:"runs"`
}

// run returns the id and the number of policies of the run on an environment.
func (p *tab) run(environment string) (id string, policies int) {
	p.t.Helper()
	var l listed
	p.get("/runs", &l)
	for _, r := range l.Runs {
		if r.Environment == environment {
			return r.ID, r.FrontSize
		}
	}
	p.t.Fatalf("no run on %s among %v", environment, l.Runs)
	return "", 0
}

// TestListIsFilteredAndARunOpens: the flow from the list of runs to the picture of a front.
func TestListIsFilteredAndARunOpens(t *testing.T) {
	p := open(t, treasures(t))
	p.says("3 runs")
	p.do(chromedp.SendKeys(chromedp.CSS(`input[type=search]`), "concave"))
	p.says("1 run")
	if rows := ask[int](p, `document.querySelectorAll("main tbody tr").length`); rows != 1 {
		t.Errorf("%d rows fit the word concave, want 1", rows)
	}
	id, policies := p.run("deep-sea-treasure-concave-v0")
	p.goTo("#/front?runs=" + id)
	p.says(fmt.Sprintf("%d policies", policies))
	p.painted(40)
}

// TestEveryPageFits draws every page in both themes, wide and narrow: nothing sticks out at the right, nothing fails.
// PARETOLAB_SCREENSHOTS names a folder for pictures of them.
func TestEveryPageFits(t *testing.T) {
	p := open(t, treasures(t))
	two, _ := p.run("deep-sea-treasure-concave-v0")
	six, _ := p.run("fruit-tree-v0")
	pages := map[string]string{
		"runs": "#/runs", "front": "#/front?runs=" + two, "front-matrix": "#/front?runs=" + six + "&view=matrix",
		"front-parallel": "#/front?runs=" + six + "&view=parallel", "policy": "#/policy?runs=" + two, "weights": "#/weights?runs=" + two,
		"choose": "#/choose?runs=" + two, "live": "#/live?runs=" + two, "compare": "#/compare?runs=" + two, "lineage": "#/lineage?runs=" + two,
		"archive": "#/archive?runs=" + two, "export": "#/export?runs=" + two, "help": "#/help",
	}
	for _, width := range []int64{1280, 400} {
		p.do(chromedp.EmulateViewport(width, 900))
		for _, theme := range []string{"light", "dark"} {
			p.do(chromedp.Navigate(p.url))
			ask[bool](p, fmt.Sprintf(`localStorage.setItem("paretolab-theme", %q) ?? true`, theme))
			p.do(chromedp.Reload())
			p.wait(fmt.Sprintf(`document.documentElement.dataset.theme === %q`, theme))
			for name, address := range pages {
				ask[string](p, fmt.Sprintf(`document.querySelector("main h1")?.remove(), location.hash = %q`, address))
				p.wait(`document.querySelector("main h1") !== null && document.querySelector("main").innerText.length > 40`)
				if out := ask[int](p, `document.documentElement.scrollWidth - window.innerWidth`); out > 0 {
					t.Errorf("%s at %d pixels, %s: %d pixels stick out at the right", name, width, theme, out)
				}
				if dir := os.Getenv("PARETOLAB_SCREENSHOTS"); dir != "" {
					if err := os.MkdirAll(dir, 0o777); err != nil {
						t.Fatal(err)
					}
					time.Sleep(time.Second) // transitions
					picture, err := chromedp.Run(p.ctx, chromedp.FullScreenshot(100))
					if err != nil {
						t.Fatal(err)
					}
					if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%s-%d-%s.png", name, width, theme)), picture, 0o666); err != nil {
						t.Fatal(err)
					}
				}
			}
		}
	}
}

// TestWeightsNameTheBestPolicy: what the page recommends for a weight is the maximum computed here.
func TestWeightsNameTheBestPolicy(t *testing.T) {
	p := open(t, treasures(t))
	id, _ := p.run("deep-sea-treasure-v0")
	run := p.front(id)
	for _, w := range [][2]float64{{0.9, 0.1}, {0.5, 0.5}, {0.1, 0.9}} {
		best := 0
		for i, v := range run.Values {
			if utility(w, v) > utility(w, run.Values[best]) {
				best = i
			}
		}
		p.goTo(fmt.Sprintf("#/weights?runs=%s&w=%v,%v&scaled=0", id, w[0], w[1]))
		p.wait(fmt.Sprintf(`document.querySelector("main .title")?.innerText === %q`, run.Policies[best]))
	}
}

// front is what the tests need of GET /runs/{id}/front.
type front struct {
	Policies []string     `json:"policies"`
	Values   [][2]float64 `json:"points"`
}

func (p *tab) front(id string) (f front) {
	p.t.Helper()
	p.get("/runs/"+id+"/front", &f)
	if len(f.Policies) == 0 || len(f.Values) != len(f.Policies) {
		p.t.Fatalf("a front of %d policies with %d values", len(f.Policies), len(f.Values))
	}
	return f
}

func utility(w, v [2]float64) float64 { return w[0]*v[0] + w[1]*v[1] }
