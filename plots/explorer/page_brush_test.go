package explorer

import (
	"fmt"
	"math"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// sphere serves a front of 80 points on a sphere in three objectives and opens the page.
func sphere(t *testing.T) (p *tab, id string, points [][]float64) {
	t.Helper()
	startBrowser(t)
	dir := t.TempDir()
	makeRun(t, filepath.Join(dir, "sphere"), made{m: 3, n: 80, evals: 2, complete: true})
	p = open(t, dir)
	id = p.runs()["sphere"]
	var front frontAnswer
	p.json("/runs/"+id+"/front", "", &front)
	return p, id, front.Points
}

// inWindow is an expression for the place in the window of what a view draws at a place of its own, and brings the view into sight.
func inWindow(view int, place string) string {
	return fmt.Sprintf(`(() => {
		const host = document.querySelectorAll("main .plot")[%d];
		const view = host.view;
		host.scrollIntoView({ block: "center" });
		const r = host.getBoundingClientRect();
		return (%s).map(([x, y]) => [Math.round(r.left + x), Math.round(r.top + y)]);
	})()`, view, place)
}

// conditions reads the intervals of objectives from the address.
func (p *tab) conditions() map[int][2]float64 {
	p.t.Helper()
	found := map[int][2]float64{}
	for _, c := range strings.Split(ask[string](p, `new URLSearchParams(location.hash.split("?")[1]).get("c") ?? ""`), ";") {
		k, interval, _ := strings.Cut(c, ":")
		lo, hi, _ := strings.Cut(interval, "..")
		objective, err := strconv.Atoi(k)
		low, err1 := strconv.ParseFloat(lo, 64)
		high, err2 := strconv.ParseFloat(hi, 64)
		if err != nil || err1 != nil || err2 != nil {
			p.t.Fatalf("the condition is %q", c)
		}
		found[objective] = [2]float64{low, high}
	}
	return found
}

// satisfying counts the points within all intervals.
func satisfying(points [][]float64, conditions map[int][2]float64) (n int) {
	for _, v := range points {
		ok := true
		for k, c := range conditions {
			ok = ok && v[k] >= c[0] && v[k] <= c[1]
		}
		if ok {
			n++
		}
	}
	return n
}

// chips are the conditions as the page words them.
const chips = `[...document.querySelectorAll("[aria-label=Conditions] .chip")].map((c) => c.firstChild.textContent)`

// TestBrushing: in every view, what is brushed is what the chips say, and as many are selected as the front of the interface has of them; the
// other views show the same selection.
func TestBrushing(t *testing.T) {
	p, id, points := sphere(t)
	want := map[int][2]float64{0: {0.3, 0.8}, 2: {0.2, 0.7}} // far from the border of every view
	for _, x := range []struct {
		views string
		place string // of the corners of what is dragged
		axes  []int
		turns int // views that show the selection
	}{
		{"2d,parallel&x=0&y=2", "[view.at([0.3, 0, 0.7]), view.at([0.8, 0, 0.2])]", []int{0, 2}, 2},
		{"matrix,2d", `(() => { const { box: b } = view.panels.find((p) => p.i === 0 && p.j === 2); const [x, y] = [0, 2].map((k) => view.set.ranges[k]);
			return [[0.3, 0.7], [0.8, 0.2]].map(([u, v]) => [b.left + (u - x[0]) / (x[1] - x[0]) * b.width, b.top + (y[1] - v) / (y[1] - y[0]) * b.height]); })()`, []int{0, 2}, 2},
		{"parallel,2d", "[0.7, 0.2].map((v) => [view.xs[2], view.y(2, v)])", []int{2}, 2},
	} {
		p.goTo("#/front?color=run&runs=" + id + "&views=" + x.views)
		p.says("80 policies")
		for k := range x.turns {
			p.wait(fmt.Sprintf(`document.querySelectorAll("main .plot").length === %d && document.querySelectorAll("main .plot")[%d].view.layers.raster.drawn === true`, x.turns, k))
		}
		blue := pixels("main .plot", firstRun)
		p.painted("main .plot", firstRun, 500)
		all := ask[int](p, blue)
		corners := ask[[][2]float64](p, inWindow(0, x.place))
		p.drag(corners[0], corners[1])
		p.wait(`location.hash.includes("&c=")`)
		c := p.conditions()
		if len(c) != len(x.axes) {
			t.Fatalf("%s: conditions on %v, want on objectives %v", x.views, c, x.axes)
		}
		words := ask[[]string](p, chips)
		for n, k := range x.axes {
			for end := range 2 {
				if math.Abs(c[k][end]-want[k][end]) > 0.02 { // a few pixels
					t.Errorf("%s: objective %d is brushed to %v, want %v", x.views, k, c[k], want[k])
				}
			}
			if text := fmt.Sprintf("%.4g ≤ o%d ≤ %.4g", c[k][0], k, c[k][1]); n >= len(words) || words[n] != text {
				t.Errorf("%s: the chips are %q, want %q", x.views, words, text)
			}
		}
		n := satisfying(points, c)
		if n < 10 || n > 60 {
			t.Errorf("%s: %d points are a poor example", x.views, n)
		}
		p.says(fmt.Sprintf("%d of 80 policies selected", n))
		p.wait(fmt.Sprintf("%s < %d && %[1]s > %[3]d", blue, all, all/20))
		for left := len(words); left > 0; left-- {
			p.wait(fmt.Sprintf("%s.length === %d", chips, left))
			p.click(`document.querySelector("[aria-label^='Remove: ']")`)
		}
		p.says("80 policies")
		p.wait(fmt.Sprintf("%s === %d", blue, all))
	}
}

// TestBrushingInThreeDimensions: what lies in the rectangle on the screen is selected, by the matrix of the projection.
func TestBrushingInThreeDimensions(t *testing.T) {
	p, id, points := sphere(t)
	p.goTo("#/front?color=run&views=3d&runs=" + id)
	p.painted("main .plot", "0072B2", 200)
	p.click(`[...document.querySelectorAll(".segmented label")].find((l) => l.textContent === "Select")`)
	corners := ask[[][2]float64](p, inWindow(0, "[[0.3, 0.35], [0.62, 0.7]].map(([x, y]) => [x * view.layers.width, y * view.layers.height])"))
	frame := ask[[][2]float64](p, inWindow(0, "[[0, 0]]"))[0]
	p.drag(corners[0], corners[1])
	p.wait(chips + ".length === 1")
	m := ask[struct {
		A, B   map[string]float64
		Ax, By float64
	}](p, `(() => { const { a, b, ax, by } = document.querySelector("main .plot").view.p; return { a: { ...a }, b: { ...b }, ax, by }; })()`)
	n := 0
	for _, v := range points {
		x, y := m.Ax+frame[0], m.By+frame[1]
		for k := range v {
			x += m.A[strconv.Itoa(k)] * v[k]
			y += m.B[strconv.Itoa(k)] * v[k]
		}
		if x >= corners[0][0] && x <= corners[1][0] && y >= corners[0][1] && y <= corners[1][1] {
			n++
		}
	}
	if n < 5 || n > 75 {
		t.Errorf("%d points are a poor example", n)
	}
	p.says(fmt.Sprintf("%d of 80 policies selected", n))
	if words := ask[[]string](p, chips); words[0] != fmt.Sprintf("%d chosen by hand", n) {
		t.Errorf("the chip says %q", words[0])
	}
	before := ask[float64](p, `document.querySelector("main .plot").view.yaw`)
	p.click(`[...document.querySelectorAll(".segmented label")].find((l) => l.textContent === "Turn")`)
	p.drag(corners[0], corners[1])
	p.wait(fmt.Sprintf(`document.querySelector("main .plot").view.yaw !== %v`, before))
	p.says(fmt.Sprintf("%d of 80 policies selected", n))
}

// TestBrushingByKeys: B opens a brush that arrows move and size, in the plane and on an axis.
func TestBrushingByKeys(t *testing.T) {
	p, id, points := sphere(t)
	for _, x := range []struct {
		view string
		axes int
	}{{"2d", 2}, {"parallel", 1}, {"matrix", 2}} {
		p.goTo("#/front?color=run&runs=" + id + "&views=" + x.view)
		p.painted("main .plot", firstRun, 100)
		ask[bool](p, `document.querySelector("main .plot").focus() ?? true`)
		p.press("b")
		p.press(kb.ArrowUp)
		p.press(kb.ArrowUp, chromedp.KeyModifiers(chromedp.ModifierShift))
		p.press(kb.ArrowDown)
		p.press(kb.Enter)
		p.wait(`location.hash.includes("&c=")`)
		c := p.conditions()
		if len(c) != x.axes {
			t.Errorf("%s: B brushes %v, want conditions on %d objectives", x.view, c, x.axes)
		}
		p.says(fmt.Sprintf("%d of 80 policies selected", satisfying(points, c)))
		p.press(kb.Escape)
		p.says("80 policies")
		p.wait(chips + ".length === 0")
	}
}

// TestReducedMotion: R turns a view of three axes, unless the reader asks for less motion; then nothing else moves by itself either.
func TestReducedMotion(t *testing.T) {
	p, id, _ := sphere(t)
	turning := func() {
		p.goTo("#/front?views=3d&runs=" + id)
		p.painted("main .plot", "440154", 20)
		ask[bool](p, `document.querySelector("main .plot").focus() ?? true`)
		p.press("r")
	}
	const view = `document.querySelector("main .plot").view`
	turning()
	p.wait(view + ".turning && " + view + ".yaw > -0.6") // it began at -0.7
	p.prefer("prefers-reduced-motion", "reduce")
	turning()
	if ask[bool](p, view+".turning || "+view+".yaw !== -0.7") {
		t.Error("the view turns though less motion is asked for")
	}
	p.goTo("#/live?runs=" + id)
	p.wait(`document.querySelector("main .chart canvas")?.width > 0`)
	if n := ask[int](p, `document.getAnimations().filter((a) => a.playState === "running" && a.effect.getTiming().duration > 0).length`); n > 0 {
		t.Errorf("%d animations run", n)
	}
}
