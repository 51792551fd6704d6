package explorer

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// faint lists texts of the page whose contrast with the ground below them is less than 4.5, as WCAG 2.2 defines it.
const faint = `(() => {
	const channel = (v) => { v /= 255; return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; };
	const luminance = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
	const color = (text) => { const v = (text.match(/[\d.]+/g) ?? [0, 0, 0, 0]).map(Number); return [v[0], v[1], v[2], v[3] ?? 1]; };
	const over = (a, b) => [0, 1, 2].map((k) => a[3] * a[k] + (1 - a[3]) * b[k]);
	const ground = (e) => {
		const layers = [];
		for (; e; e = e.parentElement) {
			const c = color(getComputedStyle(e).backgroundColor);
			if (c[3] > 0) layers.push(c);
			if (c[3] === 1) break;
		}
		return layers.reverse().reduce((below, c) => over(c, below), [255, 255, 255]);
	};
	const found = [];
	for (let walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), node = walk.nextNode(); node; node = walk.nextNode()) {
		const e = node.parentElement;
		if (!node.data.trim() || !e.checkVisibility() || e.closest(".hidden, :disabled, option, script, .scene")) continue;
		const below = ground(e);
		const style = getComputedStyle(e);
		const front = over(color(e instanceof SVGElement ? style.fill : style.color), below);
		const [a, b] = [luminance(front), luminance(below)];
		const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
		if (ratio < 4.5) found.push(node.data.trim().slice(0, 40) + ": " + ratio.toFixed(2));
	}
	return found;
})()`

// TestReadable: on every page text stands out from its ground in both themes, nothing sticks out at 360 pixels and at 200 % of 1280, and every
// chart has a summary in words and its data as a table, one key away.
func TestReadable(t *testing.T) {
	p := open(t, treasures(t), behaviours(t))
	two, _ := p.on("deep-sea-treasure-v0")
	six, _ := p.on("fruit-tree-v0")
	cells, _ := p.on("point-v0")
	pages := []string{
		"#/runs", "#/front?runs=" + two, "#/front?views=matrix,parallel&runs=" + six, "#/weights?runs=" + two, "#/choose?runs=" + two, "#/live?runs=" + two,
		"#/compare?runs=" + two, "#/lineage?runs=" + two, "#/archive?runs=" + cells, "#/export?runs=" + two, "#/help",
	}
	for _, x := range []struct {
		width int64
		scale float64
		theme string
	}{{1280, 1, "light"}, {1280, 1, "dark"}, {640, 2, "light"}, {360, 1, "light"}} {
		p.act(chromedp.EmulateViewport(x.width, 900, chromedp.EmulateScale(x.scale)))
		p.prefer("prefers-color-scheme", x.theme)
		p.wait(fmt.Sprintf(`document.documentElement.dataset.theme === %q`, x.theme))
		for _, page := range pages {
			p.goTo(page)
			p.wait(`document.querySelector("main").innerText.length > 100`)
			if texts := ask[[]string](p, faint); len(texts) > 0 {
				t.Errorf("%s, %s: faint texts %q", page, x.theme, texts)
			}
			if out := ask[int](p, `document.documentElement.scrollWidth - window.innerWidth`); out > 0 {
				t.Errorf("%s at %d pixels: %d pixels stick out at the right", page, x.width, out)
			}
			if x.width != 1280 || x.theme != "light" || strings.HasPrefix(page, "#/live") {
				continue
			}
			figures := ask[int](p, `(window.figures = [...document.querySelectorAll("main figure")]).length`)
			for n := range figures {
				figure := fmt.Sprintf("window.figures[%d]", n) // others may come before it
				p.wait(figure + `.querySelector("figcaption p").textContent.length > 5`)
				ask[bool](p, figure+`.querySelector("[tabindex]").focus() ?? true`)
				if !ask[bool](p, "Boolean("+figure+`.querySelector("[aria-keyshortcuts=t]"))`) {
					continue
				}
				p.press("t")
				p.wait(figure + `.querySelector("table tbody tr") !== null`)
			}
		}
	}
}

// tabTo presses Tab until the focus is on what an expression of the focused element e asks for.
func (p *tab) tabTo(is string) {
	p.t.Helper()
	const most = 150
	for range most {
		p.press(kb.Tab)
		if ask[bool](p, `((e) => Boolean(`+is+`))(document.activeElement)`) {
			return
		}
	}
	p.t.Fatalf("%d times Tab do not lead to %s", most, is)
}

// TestKeyboardAlone goes from the list of runs to a front, picks and compares points, replays them, answers a question, moves a weight and
// reads the list of keys, without a mouse and by the order of the page.
func TestKeyboardAlone(t *testing.T) {
	p := open(t, treasures(t))
	p.says("2 runs")
	p.press("/")
	p.wait(`document.activeElement.type === "search"`)
	p.press(kb.Backspace) // the driver types the character even though the page has used its key
	p.press("treasure")
	p.says("1 run")
	p.wait(`document.querySelectorAll("main tbody tr").length === 1`)
	p.tabTo(`e.tagName === "A" && e.closest("tbody")`)
	p.press(kb.Enter)
	p.wait(`document.querySelector("main .plot")?.view !== undefined`)
	p.painted("main .plot", firstRun, 40)
	p.tabTo(`e.classList.contains("plot")`)
	p.press(kb.ArrowRight)
	p.press(" ")
	first := ask[int](p, `document.activeElement.view.set.picked`)
	p.press(kb.ArrowRight + kb.ArrowRight)
	p.press(" ")
	p.wait(fmt.Sprintf(`document.activeElement.view.set.picked !== %d && document.activeElement.view.set.compared.length === 2`, first))
	p.tabTo(`e.textContent === "Replay side by side"`)
	p.press(kb.Enter)
	p.wait(`document.querySelectorAll(".scene canvas").length === 2`)
	p.wait(`document.getElementById("live").textContent.startsWith("Replay ready")`)
	p.painted(".scene", firstRun, 50)
	p.tabTo(`e.ariaLabel?.startsWith("Player")`)
	start := ask[string](p, picture(1))
	p.press(kb.ArrowRight)
	p.wait(picture(1) + " !== " + js(start))

	for _, x := range []struct {
		page, control, key, then string
	}{
		{"Choose", `e.textContent === "The left one"`, kb.Enter, `document.querySelector("main").innerText.includes("1 answer")`},
		{"", "", "u", `document.querySelector("main").innerText.includes("0 answers")`},
		{"Weights", `e.type === "range"`, kb.ArrowRight, `location.hash.includes("w=")`},
		{"C-MORL", `e.type === "range"`, kb.ArrowLeft, `location.hash.includes("round=")`},
		{"Compare", `e.tagName === "FIGURE" || e.classList.contains("plot")`, "t", `document.querySelector("main figure tbody tr") !== null`},
		{"Export", `e.textContent === "Save the file"`, "", `document.querySelector("main pre") !== null`},
	} {
		if x.page != "" {
			p.tabTo(fmt.Sprintf(`e.closest("nav") && e.textContent === %q`, x.page))
			p.press(kb.Enter)
			p.wait(fmt.Sprintf(`document.querySelector("main h1")?.textContent === %q && document.querySelector("main > .skeleton") === null`, x.page))
			p.tabTo(x.control)
		}
		p.press(x.key)
		p.wait(x.then)
	}
	p.press("?")
	p.wait(`document.getElementById("dialog").open && document.getElementById("dialog").innerText.includes("brush")`)
	p.press(kb.Escape)
	p.wait(`!document.getElementById("dialog").open`)
}
