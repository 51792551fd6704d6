package explorer

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// dragged drags over a view in so many frames: a move of the pointer for each, along an ellipse in the middle of
// the view. It resolves to the times between frames, and to the time from the release of the button to the frame
// after the full picture, in milliseconds, and before them to how many different pictures were seen. x and y are the radii in
// shares of the view.
const dragged = `async ({ frames, x, y, left }) => {
	const host = document.querySelector("main .plot");
	const view = host.view;
	const r = host.getBoundingClientRect();
	const at = (k) => {
		const a = 2 * Math.PI * k / frames;
		const middle = left === undefined ? r.left + r.width / 2 : r.left + view.xs[left];
		return { clientX: middle + x * r.width * Math.cos(a), clientY: r.top + r.height / 2 + y * r.height * Math.sin(a), pointerId: 1, bubbles: true, button: 0 };
	};
	const send = (type, k) => host.dispatchEvent(new PointerEvent(type, at(k)));
	const frame = () => new Promise(requestAnimationFrame);
	host.setPointerCapture = () => {}; // knows real pointers only
	await frame();
	send("pointerdown", 0);
	const gaps = [];
	const states = new Set();
	let last = performance.now();
	for (let k = 1; k <= frames; k++) {
		send("pointermove", k);
		await frame();
		const now = performance.now();
		gaps.push(now - last);
		last = now;
		states.add([view.set.count, view.x?.[0]].join());
	}
	const [sampled, before] = [view.moving, view.full?.length];
	send("pointerup", frames);
	const released = performance.now();
	while (sampled && (view.moving || view.full.length === before) && performance.now() - released < 5000) await frame();
	await frame();
	return [states.size, ...gaps.slice(5), performance.now() - released];
}`

// timeDrag returns the median time of a frame and the time to the full picture after the release.
func (p *tab) timeDrag(settings string) (frame, full float64) {
	p.t.Helper()
	times := await[[]float64](p, "("+dragged+")("+settings+")")
	last := len(times) - 1
	if times[0] < 8 {
		p.t.Fatalf("the view showed %v different pictures while it was dragged", times[0])
	}
	return median(times[1:last]), times[last]
}

// await evaluates an expression of JavaScript that is a promise.
func await[T any](p *tab, expression string) T {
	p.t.Helper()
	v, err := chromedp.Run(p.ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		p.t.Fatalf("%s: %v", expression, err)
	}
	return v
}

func median(x []float64) float64 {
	x = slices.Sorted(slices.Values(x))
	return (x[(len(x)-1)/2] + x[len(x)/2]) / 2
}

// BenchmarkBrowser measures, in a browser that draws in software, what the page has to reach: frames while fronts of
// 100, 1,000 and 10,000 points are turned, moved and brushed, and the times until something is seen. Run it with -benchtime 1x.
func BenchmarkBrowser(b *testing.B) {
	dir := b.TempDir()
	for _, m := range []int{2, 3, 9} {
		for _, n := range []int{100, 1000, 10_000} {
			makeRun(b, filepath.Join(dir, fmt.Sprintf("m%d-n%d", m, n)), made{m: m, n: n, evals: 2, complete: true})
		}
	}
	b.Run("fronts", func(b *testing.B) { benchmarkFronts(b, dir) })
	b.Run("front-to-page", func(b *testing.B) {
		p := open(b, dir)
		p.says("9 runs")
		id := p.runs()["m9-n10000"]
		for b.Loop() {
			x := await[[]float64](p, fmt.Sprintf(`(async () => {
				const times = [];
				let bytes = 0;
				for (let k = 0; k < 9; k++) {
					const from = performance.now();
					bytes = (await (await fetch("/api/v1/runs/%s/front", { cache: "no-store", headers: { Accept: "application/octet-stream" } })).arrayBuffer()).byteLength;
					times.push(performance.now() - from);
				}
				return [bytes, times[0], times.sort((a, b) => a - b)[4]];
			})()`, id))
			b.ReportMetric(x[0], "B")
			b.ReportMetric(x[1], "ms-first")
			b.ReportMetric(x[2], "ms-median")
		}
		b.ReportMetric(0, "ns/op")
	})
	b.Run("list-of-100", func(b *testing.B) {
		dir := b.TempDir()
		for i := range 100 {
			makeRun(b, filepath.Join(dir, fmt.Sprintf("r%03d", i)), made{m: 2, n: 20, evals: 50, complete: true})
		}
		for b.Loop() {
			p := open(b, dir)
			p.wait(`document.querySelectorAll("main tbody tr").length >= 20 && performance.getEntriesByName("first-contentful-paint").length > 0`)
			b.ReportMetric(ask[float64](p, `performance.getEntriesByName("first-contentful-paint")[0].startTime`), "ms-first-paint")
			b.ReportMetric(ask[float64](p, `performance.now()`), "ms-rows")
		}
		b.ReportMetric(0, "ns/op")
	})
	b.Run("live", benchmarkLive)
}

func benchmarkFronts(b *testing.B, dir string) {
	p := open(b, dir)
	p.says("9 runs")
	ids := p.runs()
	for _, m := range []int{2, 3, 9} {
		for _, n := range []int{100, 1000, 10_000} {
			three := "2d,3d,parallel"
			if m == 2 {
				three = "2d,parallel,table"
			}
			for _, x := range []struct{ name, views, mode, settings string }{
				{"pan-2d", "2d", "move", `{frames: 60, x: 0.1, y: 0.1}`},
				{"rotate-3d", "3d", "move", `{frames: 60, x: 0.2, y: 0.1}`},
				{"brush-one-view", "2d", "brush", `{frames: 60, x: 0.3, y: 0.3}`},
				{"brush-three-views", three, "brush", `{frames: 60, x: 0.3, y: 0.3}`},
				{"parallel", "parallel", "", `{frames: 60, x: 0, y: 0.3, left: 1}`},
			} {
				if x.views == "3d" && m < 3 {
					continue
				}
				b.Run(fmt.Sprintf("objectives=%d/points=%d/%s", m, n, x.name), func(b *testing.B) {
					p.goTo("#/help")
					p.says("Words")
					p.goTo("#/front?runs=" + ids[fmt.Sprintf("m%d-n%d", m, n)] + "&views=" + x.views)
					plots := len(strings.Split(strings.TrimSuffix(x.views, ",table"), ","))
					p.wait(fmt.Sprintf(`[...document.querySelectorAll("main .plot")].filter((x) => x.view).length === %d`, plots))
					p.wait(inked)
					ask[bool](p, fmt.Sprintf(`(document.querySelector("main .plot").view.mode = %q, true)`, x.mode))
					time.Sleep(500 * time.Millisecond) // until measures and knees have come
					for b.Loop() {
						frame, full := p.timeDrag(x.settings)
						b.ReportMetric(frame, "ms/frame")
						b.ReportMetric(1000/frame, "frames/s")
						if x.views == "parallel" {
							b.ReportMetric(full, "ms-full")
						}
					}
					b.ReportMetric(0, "ns/op")
				})
			}
		}
	}
	b.Run("memory-of-page", func(b *testing.B) {
		for b.Loop() {
			heap, err := chromedp.Call(p.ctx, runtime.GetHeapUsage, cdp.Empty{})
			if err != nil {
				b.Fatal(err)
			}
			b.ReportMetric((heap.UsedSize+heap.EmbedderHeapUsedSize+heap.BackingStorageSize)/1e6, "MB")
		}
		b.ReportMetric(0, "ns/op")
	})
}

// inked is whether something is drawn on a canvas of the page.
const inked = `[...document.querySelectorAll("main .plot canvas")].some((c) => c.width > 0 && c.height > 0 &&
	c.getContext("2d").getImageData(0, 0, c.width, c.height).data.filter((v, i) => i % 4 === 3 && v > 100).length > 100)`

// benchmarkLive measures the time from a new row in the file to new pixels of the curve.
func benchmarkLive(b *testing.B) {
	dir := b.TempDir()
	makeRun(b, filepath.Join(dir, "live"), made{m: 2, n: 3, evals: 20})
	p := open(b, dir)
	p.goTo("#/live?runs=" + p.runs()["live"])
	const picture = `[...document.querySelectorAll("main figure canvas")].map((c) => c.toDataURL()).join()`
	p.wait(picture + `.length > 2000`)
	time.Sleep(2 * time.Second) // until transitions have ended
	var times []float64
	for b.Loop() {
		for k := range 5 {
			ask[bool](p, `(window.before = `+picture+`, window.seen = null, (function look() {
				if (`+picture+` !== window.before) window.seen = Date.now(); else setTimeout(look, 20);
			})(), true)`)
			f, err := os.OpenFile(filepath.Join(dir, "live", "metrics.csv"), os.O_APPEND|os.O_WRONLY, 0)
			if err != nil {
				b.Fatal(err)
			}
			from := time.Now()
			eval := 20 + len(times)
			fmt.Fprintf(f, "%d,train,%d,0,3,3,%d,,,,,,,0,3,1,1,0\n", eval, 10*(eval+1), 6+k)
			f.Close()
			p.wait(`window.seen !== null`)
			times = append(times, ask[float64](p, `window.seen`)-float64(from.UnixMilli()))
			time.Sleep(time.Second)
		}
	}
	b.ReportMetric(median(times), "ms-median")
	b.ReportMetric(slices.Max(times), "ms-slowest")
	b.ReportMetric(0, "ns/op")
}
