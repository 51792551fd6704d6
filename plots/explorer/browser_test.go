package explorer

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// The tests in the files page_*_test.go drive the page in Chromium, a flow a file. Without a browser they skip, unless
// PARETOLAB_REQUIRE_BROWSER is set, as it is in continuous integration. They wait for what the page shows, never for a time,
// and none passes if a script failed or the content security policy complained.

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

// patience is how long a test waits for the page, far longer than it needs on a machine that is not busy.
const patience = time.Minute

// chromium is one for all tests, which open tabs in it; closeBrowser ends it.
var (
	chromium     context.Context
	closeBrowser = func() {}
)

func startBrowser(t testing.TB) context.Context {
	t.Helper()
	path := browserPath(t)
	if chromium != nil {
		return chromium
	}
	options := append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]), chromedp.ExecPath(path), chromedp.WindowSize(1280, 900))
	if os.Getuid() == 0 {
		options = append(options, chromedp.NoSandbox)
	}
	allocator, stop := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, end := chromedp.NewContext(allocator)
	closeBrowser = func() { end(); stop() }
	if err := chromedp.Do(ctx); err != nil {
		t.Fatal(err)
	}
	chromium = ctx
	return ctx
}

// tab is an open page and what it complained about.
type tab struct {
	*client
	ctx context.Context

	lock     sync.Mutex
	problems []string
	expected []string // parts of complaints that a test provokes
}

// open serves some folders of runs and opens the page in a new tab, with cookies and settings of its own.
func open(t testing.TB, dirs ...string) *tab {
	t.Helper()
	startBrowser(t) // skips before anything is served
	return openAt(t, serve(t, nil, dirs...), "/?token=secret-of-the-test")
}

// openAt opens a path of a server in a new tab.
func openAt(t testing.TB, c *client, path string) *tab {
	t.Helper()
	p := &tab{client: c}
	ctx, cancel := context.WithTimeout(startBrowser(t), 5*time.Minute)
	var closeTab context.CancelFunc
	p.ctx, closeTab = chromedp.NewContext(ctx, chromedp.WithNewBrowserContext(), chromedp.WithListener(p.listen))
	t.Cleanup(func() {
		closeTab()
		cancel()
		p.lock.Lock()
		defer p.lock.Unlock()
		for _, problem := range p.problems {
			if !slices.ContainsFunc(p.expected, func(part string) bool { return strings.Contains(problem, part) }) {
				t.Error("the page: ", problem)
			}
		}
	})
	p.act(chromedp.EmulateViewport(1280, 900), chromedp.Navigate(c.base+path))
	return p
}

// expect allows complaints that hold a text.
func (p *tab) expect(part string) {
	p.lock.Lock()
	defer p.lock.Unlock()
	p.expected = append(p.expected, part)
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
			problem := "console.error"
			for _, a := range e.Args {
				problem += " " + string(a.Value) + " " + a.Description
			}
			p.problems = append(p.problems, problem)
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

// goTo opens a view of the page, such as #/runs, and waits until it stands in the place of the one before.
func (p *tab) goTo(address string) {
	p.t.Helper()
	ask[bool](p, fmt.Sprintf(`(() => {
		for (const e of document.querySelector("main").children) e.dataset.old = "";
		if (location.hash === %[1]s) window.dispatchEvent(new HashChangeEvent("hashchange"));
		else location.hash = %[1]s;
		return true;
	})()`, js(address)))
	p.wait(`document.querySelector("main > *") !== null && document.querySelector("main > [data-old], main > .skeleton") === null`)
}

// wait waits until an expression of JavaScript is true.
func (p *tab) wait(expression string) {
	p.t.Helper()
	if _, err := chromedp.Run(p.ctx, chromedp.Poll[bool](expression, chromedp.WithPollingTimeout(patience))); err != nil {
		text, _ := chromedp.Run(p.ctx, chromedp.Evaluate[string](`location.hash + "\n" + document.body.innerText`))
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
	p.wait(fmt.Sprintf("document.querySelector('main').innerText.includes(%s)", js(text)))
}

// js is a text as a literal of JavaScript.
func js(text string) string {
	b, _ := json.Marshal(text) // texts can be encoded
	return string(b)
}

// button clicks the button with a label.
func (p *tab) button(label string) {
	p.t.Helper()
	p.click(fmt.Sprintf(`[...document.querySelectorAll("button")].find((b) => b.textContent === %s && !b.disabled && b.checkVisibility())`, js(label)))
}

// click waits for an element, focuses and clicks it. What moves while the page loads is hit all the same.
func (p *tab) click(element string) {
	p.t.Helper()
	p.wait(fmt.Sprintf("Boolean(%s)", element))
	ask[bool](p, fmt.Sprintf(`(() => { const e = %s; e.focus(); e.click(); return true; })()`, element))
}

// mouse presses and releases the mouse over the middle of an element, once nothing lies over it.
func (p *tab) mouse(element string) {
	p.t.Helper()
	at := p.middle(element)
	p.act(chromedp.MouseClickXY(at[0], at[1]))
}

// middle waits until the middle of an element is in sight, rests and is covered by nothing else, and returns its place in the window.
func (p *tab) middle(element string) [2]float64 {
	p.t.Helper()
	p.wait(fmt.Sprintf(`(() => {
		const e = %s;
		if (!e) return false;
		e.scrollIntoView({ block: "center", behavior: "instant" });
		const r = e.getBoundingClientRect();
		const [x, y] = [r.left + r.width / 2, r.top + r.height / 2];
		const before = window.resting;
		window.resting = [x, y];
		return r.width > 0 && before?.[0] === x && before[1] === y && e.contains(document.elementFromPoint(x, y));
	})()`, element))
	return ask[[2]float64](p, "window.resting")
}

// drag moves the pressed mouse from one place of the window to another, in pixels.
func (p *tab) drag(from, to [2]float64) {
	p.t.Helper()
	const steps = 5
	mouse := func(kind input.DispatchMouseEventType, x, y float64) {
		p.act(chromedp.MouseEvent(kind, x, y, chromedp.ButtonLeft, func(e *input.DispatchMouseEventParams) { e.ClickCount, e.Buttons = 1, 1 }))
	}
	mouse(chromedp.MousePressed, from[0], from[1])
	for i := 1; i <= steps; i++ {
		f := float64(i) / steps
		mouse(chromedp.MouseMoved, from[0]+f*(to[0]-from[0]), from[1]+f*(to[1]-from[1]))
	}
	mouse(chromedp.MouseReleased, to[0], to[1])
}

// press presses keys one after the other.
func (p *tab) press(keys string, options ...chromedp.KeyOption) {
	p.t.Helper()
	p.act(chromedp.KeyEvent(keys, options...))
}

// prefer sets what the page may learn of the reader's wishes, such as prefers-reduced-motion: reduce.
func (p *tab) prefer(feature, value string) {
	p.t.Helper()
	p.act(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: feature, Value: value}}})
		return err
	}))
}

// Colours of what is drawn, by the palette of the light theme.
const (
	firstRun = "0072B2"
	sixth    = "D55E00"
)

// pixels is an expression of JavaScript for how many pixels of the canvases inside an element have nearly a colour #rrggbb.
func pixels(element, color string) string {
	return fmt.Sprintf(`[...document.querySelectorAll(%s)].flatMap((e) => [...e.querySelectorAll("canvas")]).reduce((sum, c) => {
		if (c.width === 0 || c.height === 0) return sum;
		const want = [0, 2, 4].map((k) => parseInt(%q.slice(k, k + 2), 16));
		const px = c.getContext("2d").getImageData(0, 0, c.width, c.height).data;
		let n = 0;
		for (let i = 0; i < px.length; i += 4) if (px[i+3] > 200 && want.every((v, k) => Math.abs(px[i+k] - v) < 40)) n++;
		return sum + n;
	}, 0)`, js(element), color)
}

// painted waits until the canvases inside an element show at least so many pixels of a colour.
func (p *tab) painted(element, color string, least int) {
	p.t.Helper()
	p.wait(fmt.Sprintf("%s >= %d", pixels(element, color), least))
}

// heard waits until the page complains about something.
func (p *tab) heard(part string) {
	p.t.Helper()
	for ctx, cancel := context.WithTimeout(p.ctx, patience); ; {
		p.lock.Lock()
		found := slices.ContainsFunc(p.problems, func(s string) bool { return strings.Contains(s, part) })
		p.lock.Unlock()
		if found {
			cancel()
			return
		}
		if ctx.Err() != nil {
			cancel()
			p.t.Fatalf("the page does not complain about %q, but about %v", part, p.problems)
		}
		ask[bool](p, "true") // events come between answers
	}
}
