package explorer

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/paretolab/paretolab/experiments"
)

// TestReplayByMouse presses the controls of a replay with the mouse: one step on and back, the slider, play and pause, the curve, a new seed.
func TestReplayByMouse(t *testing.T) {
	p := open(t, treasures(t))
	id, n := p.on("deep-sea-treasure-v0")
	var front frontAnswer
	p.json("/runs/"+id+"/front", "", &front)
	steps, _ := returns(p, id, front.Policies[n-1])
	p.goTo(fmt.Sprintf("#/policy?runs=%s&p=%[1]s.%[2]s&speed=0.25", id, front.Policies[n-1]))
	p.wait(`document.getElementById("live").textContent.startsWith("Replay ready")`)
	p.painted(".scene", firstRun, 50)
	start := ask[string](p, picture(0))
	at := func(step int) { p.t.Helper(); p.says(fmt.Sprintf("step %d of %d", step, steps)) }
	at(0)
	p.mouse(`document.querySelector("[aria-label='One step on']")`)
	at(1)
	p.wait(picture(0) + " !== " + js(start))
	p.mouse(`document.querySelector("[aria-label='One step back']")`)
	at(0)
	p.wait(picture(0) + " === " + js(start))

	slider := p.middle(`document.querySelector("[aria-label=Step]")`)
	width := ask[float64](p, `document.querySelector("[aria-label=Step]").getBoundingClientRect().width`)
	p.drag([2]float64{slider[0] - width/2 + 8, slider[1]}, [2]float64{slider[0] + width/2, slider[1]})
	at(steps)
	p.drag([2]float64{slider[0] + width/2 - 8, slider[1]}, [2]float64{slider[0] - width/2, slider[1]})
	at(0)

	button := func(label string) string {
		return fmt.Sprintf(`[...document.querySelectorAll("button")].find((b) => b.textContent === %q)`, label)
	}
	p.mouse(button("Play"))
	p.wait(`+document.querySelector("[aria-label=Step]").value > 0`)
	p.mouse(button("Pause"))
	p.wait("Boolean(" + button("Play") + ")")
	held := ask[string](p, `document.querySelector("[aria-label=Step]").value`)
	p.middle(button("Play")) // some frames later
	if now := ask[string](p, `document.querySelector("[aria-label=Step]").value`); now != held {
		t.Errorf("paused at step %s, now at %s", held, now)
	}

	p.mouse(`document.querySelector(".short")`) // the middle of a curve
	p.wait(fmt.Sprintf(`Math.abs(+document.querySelector("[aria-label=Step]").value - %d) <= 2`, steps/2))
	p.mouse(button("New seed"))
	p.wait(`location.hash.includes("seed=1")`)
	p.wait(`document.getElementById("live").textContent.startsWith("Replay ready")`)
	p.painted(".scene", firstRun, 50)
}

// TestUnfinishedRuns: the list tells what failed, by which words and how to go on, sorts by a column and groups by experiment.
func TestUnfinishedRuns(t *testing.T) {
	startBrowser(t)
	dir := t.TempDir()
	for k, name := range []string{"whole", "failed", "stopped"} {
		run := filepath.Join(dir, name)
		makeRun(t, run, made{m: 2, n: 3 + k, evals: 3 + 10*k, complete: name == "whole"})
		b, err := os.ReadFile(filepath.Join(run, "run.json"))
		if err != nil {
			t.Fatal(err)
		}
		b = []byte(strings.Replace(string(b), `"experiment": "made"`, fmt.Sprintf(`"experiment": "e%d"`, k/2), 1))
		if err := os.WriteFile(filepath.Join(run, "run.json"), b, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	failure := encodeIndented(t, experiments.Failure{Error: "the boat sank at row 3", Step: 20, Attempt: 1})
	if err := os.WriteFile(filepath.Join(dir, "failed", "failure.json"), failure, 0o644); err != nil {
		t.Fatal(err)
	}
	p := open(t, dir)
	p.says("3 runs")
	p.says("the boat sank at row 3")
	p.says("failed made on made-v0, seed 7")
	p.says("interrupted made on made-v0, seed 7")
	commands := ask[[]string](p, `[...document.querySelectorAll("main pre")].map((e) => e.textContent)`)
	for _, name := range []string{"failed", "stopped"} {
		if want := "paretolab resume " + filepath.Join(dir, name); !strings.Contains(strings.Join(commands, "\n"), want) {
			t.Errorf("nothing says %s but %q", want, commands)
		}
	}
	column := func(n int) string {
		return fmt.Sprintf(`[...document.querySelectorAll("main tbody tr")].map((r) => r.cells[%d].textContent).join()`, n)
	}
	head := ask[int](p, `[...document.querySelectorAll("main thead th")].findIndex((e) => e.textContent === "Policies")`)
	p.mouse(fmt.Sprintf(`document.querySelectorAll("main thead th")[%d].firstChild`, head))
	p.wait(column(head) + ` === "5,4,3"`)
	p.mouse(fmt.Sprintf(`document.querySelectorAll("main thead th")[%d].firstChild`, head))
	p.wait(column(head) + ` === "3,4,5"`)
	p.mouse(`[...document.querySelectorAll("main label.check")].find((e) => e.textContent === "Group by experiment")`)
	p.wait(`[...document.querySelectorAll("main section > h2")].map((e) => e.textContent).join().includes("e0 2 runs,e1 1 run")`)

	// By a facet, and a run that was removed while it stood in the list.
	p.click(`[...document.querySelectorAll("main label.field")].find((e) => e.textContent.startsWith("Status")).querySelector("select")`)
	p.press("f")
	p.says("1 run")
	if err := os.RemoveAll(filepath.Join(dir, "failed")); err != nil {
		t.Fatal(err)
	}
	p.says("No run fits")
}
