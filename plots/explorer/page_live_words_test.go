package explorer

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/paretolab/paretolab/pareto/stats"
)

// training is three runs by hand of which each has a lock, so that they count as running; value is the hypervolume of seed s at an evaluation.
func training(t *testing.T, value func(s, eval int) float64) (dir string, grow func(eval int)) {
	t.Helper()
	dir = t.TempDir()
	host, err := os.Hostname()
	if err != nil {
		t.Fatal(err)
	}
	path := func(s int) string { return filepath.Join(dir, fmt.Sprintf("r%d", s)) }
	row := func(s, eval int) {
		f, err := os.OpenFile(filepath.Join(path(s), "metrics.csv"), os.O_APPEND|os.O_WRONLY, 0)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		if _, err := fmt.Fprintf(f, "%d,stage%d/x,%d,0,3,3,%v,,0.5,,,,,0,3,1,1,0\n", eval, 1+eval/5, 10*(eval+1), value(s, eval)); err != nil {
			t.Fatal(err)
		}
	}
	for s := range 3 {
		makeRun(t, path(s), made{m: 2, n: 4, evals: 0})
		info := filepath.Join(path(s), "run.json")
		b, err := os.ReadFile(info)
		if err != nil {
			t.Fatal(err)
		}
		for name, b := range map[string][]byte{"run.json": []byte(strings.Replace(string(b), `"seed": 7`, fmt.Sprintf(`"seed": %d`, s), 1)),
			"lock": fmt.Appendf(nil, `{"pid":%d,"host":%q}`, os.Getpid(), host)} {
			if err := os.WriteFile(filepath.Join(path(s), name), b, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		for eval := range 10 {
			row(s, eval)
		}
	}
	return dir, func(eval int) {
		for s := range 3 {
			row(s, eval)
		}
	}
}

// TestLiveInWords: three seeds are thin lines with the mean of their middle half and a band; the chart of them is also a sentence and a table;
// pausing holds it, a logarithm and other axes change it, and all of it by keys.
func TestLiveInWords(t *testing.T) {
	startBrowser(t)
	value := func(s, eval int) float64 { return float64((s + 1) * (s + 1) * (eval + 1)) }
	dir, grow := training(t, value)
	p := open(t, dir)
	ids := p.runs()
	p.goTo("#/live?runs=" + ids["r0"] + "," + ids["r1"] + "," + ids["r2"])
	const (
		figure = `[...document.querySelectorAll("main figure")].find((f) => f.querySelector("h2").textContent === "Hypervolume")`
		option = figure + `?.querySelector(".chart")?.chart?.getOption()`
		mean   = option + `?.series?.find((s) => s.name.endsWith("mean of the middle half"))?.data`
	)
	p.wait(mean + `?.length === 10`)
	p.painted("main .chart", firstRun, 50)
	want, err := stats.IQM.Of(stats.Scores{{Runs: []float64{value(0, 9), value(1, 9), value(2, 9)}}})
	if err != nil {
		t.Fatal(err)
	}
	if got := ask[[]float64](p, mean+`.at(-1)`); len(got) != 2 || got[0] != 100 || math.Abs(got[1]-want) > 1e-9 {
		t.Errorf("the mean of the middle half ends at %v, want %v", got, want)
	}
	if widths := ask[[]float64](p, option+`.series.filter((s) => /seed \d$/.test(s.name)).map((s) => s.lineStyle.width)`); len(widths) != 3 || widths[0] != 1 {
		t.Errorf("lines of seeds have widths %v", widths)
	}
	if marks := ask[[]string](p, option+`.series[0].markLine.data.map((m) => m.name)`); len(marks) != 1 || marks[0] != "stage 2" {
		t.Errorf("phases are marked %q", marks)
	}
	p.wait(figure + `.querySelector("p").textContent.startsWith("Last: ") && ` + figure + `.querySelector("p").textContent.includes("90")`)
	p.wait(figure + `.querySelector(".chart").getAttribute("aria-label").startsWith("Hypervolume. Last: ")`)

	p.tabTo(`e.textContent === "Pause"`)
	p.press(kb.Enter)
	p.wait(`document.activeElement.textContent === "Go on"`)
	p.tabTo(`e.tagName === "SELECT" && e.closest("label").textContent.startsWith("Over")`)
	p.press("e")
	p.wait(`location.hash.includes("against=eval")`)
	p.tabTo(`e.type === "checkbox"`)
	p.press(" ")
	p.wait(`location.hash.includes("log=1")`)
	watching := openAt(t, p.client, "/?token=secret-of-the-test"+ask[string](p, "location.hash"))
	grow(10)
	watching.wait(mean + `?.length === 11 && ` + option + `.yAxis[0].type === "log"`)
	watching.painted("main .chart", firstRun, 50)
	if n := ask[int](p, mean+".length"); n != 10 {
		t.Errorf("the chart that was paused went on to %d points", n)
	}
	p.act(chromedp.KeyEvent(kb.Tab, chromedp.KeyModifiers(chromedp.ModifierShift)), chromedp.KeyEvent(kb.Tab, chromedp.KeyModifiers(chromedp.ModifierShift)))
	p.wait(`document.activeElement.textContent === "Go on"`)
	p.press(kb.Enter)
	p.wait(mean + `?.length === 11 && ` + option + `.xAxis[0].name === "evaluation" && ` + option + `.yAxis[0].type === "log"`)

	p.tabTo(`e.classList.contains("chart") && e.closest("figure").querySelector("h2").textContent === "Hypervolume"`)
	p.press("t")
	p.wait(figure + `.querySelectorAll("tbody tr").length === 33`)
	if got := ask[[]string](p, `[...`+figure+`.querySelectorAll("tbody tr")].at(-1).innerText.split("\t")`); strings.Join(got, "|") != "made, seed 2|10|110|99" {
		t.Errorf("the last row of the table is %q", got)
	}
	p.tabTo(`e.tagName === "A" && e.textContent === "Front" && e.closest(".cards")`)
	p.press(kb.Enter)
	p.wait(`document.querySelector("main h1")?.textContent === "Front"`)
}

// TestLiveWithoutStream: a page that gets no stream asks for new rows, and its curve grows all the same.
func TestLiveWithoutStream(t *testing.T) {
	startBrowser(t)
	dir, grow := training(t, func(s, eval int) float64 { return float64(eval + s) })
	p := open(t, dir)
	p.expect("503")
	for range maxStreams {
		p.server.streams <- struct{}{}
	}
	p.goTo("#/live?runs=" + p.runs()["r1"])
	p.says("asking every two seconds")
	const points = `[...document.querySelectorAll("main figure")].find((f) => f.querySelector("h2").textContent === "Hypervolume")?.querySelector(".chart")?.chart?.getOption().series?.[0].data.length`
	p.wait(points + ` === 10`)
	p.painted("main .chart", firstRun, 20)
	grow(10)
	p.wait(points + ` === 11`)
}
