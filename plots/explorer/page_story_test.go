package explorer

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestStory goes the whole way: a run is started from the command line and watched while it trains, its front is opened and brushed to two
// conditions, four questions are answered, the recommended policy is replayed and saved, and what was saved is measured by the command line
// to the value that the page shows.
func TestStory(t *testing.T) {
	tool := program(t)
	dir := t.TempDir()
	config := filepath.Join(dir, "story.yaml")
	if err := os.WriteFile(config, []byte("version: 1\nname: story\nenvironment: deep-sea-treasure-v0\nalgorithm: cmorl\nseeds: [0]\nbudget: {steps: 600_000}\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	runs := filepath.Join(dir, "runs")
	if err := os.Mkdir(runs, 0o777); err != nil {
		t.Fatal(err)
	}
	p := open(t, runs)
	p.says("There are no runs here yet")

	// It is started, appears in the list, and is watched.
	training := exec.Command(tool, "run", config, "--out", runs, "--workers", "1", "--quiet")
	var said strings.Builder
	training.Stderr = &said
	if err := training.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- training.Wait() }()
	t.Cleanup(func() { training.Process.Kill() })
	for len(p.runs()) == 0 {
		ask[bool](p, "true")
	}
	id := p.runs()["story/cmorl__deep-sea-treasure-v0__s0"]
	p.goTo("#/live?runs=" + id)
	p.wait(`[...document.querySelectorAll("main figure")].some((f) => f.querySelector("h2").textContent === "Hypervolume" && f.querySelector("p").textContent.startsWith("Last: "))`)
	p.painted("main .chart", firstRun, 10)
	p.grows("Hypervolume")
	if err := <-ended; err != nil {
		t.Fatalf("%v\n%s", err, said.String())
	}
	p.says("complete")

	// Its front is opened by the link beside the curve, and two conditions are brushed.
	p.click(`[...document.querySelectorAll("main .cards a")].find((a) => a.textContent === "Front")`)
	p.wait(`document.querySelector("main .plot")?.view !== undefined`)
	p.painted("main .plot", firstRun, 40)
	corners := ask[[][2]float64](p, inWindow(0, "[[5, -3], [18, -14]].map((v) => view.at(v))"))
	p.drag(corners[0], corners[1])
	p.wait(chips + ".length === 2")
	p.wait(`location.hash.includes("&c=")`)
	_, _, policies := loaded(t, runs, pathOf(p, id))
	var front frontAnswer
	p.json("/runs/"+id+"/front", "", &front)
	p.says(fmt.Sprintf("%d of %d policies selected", satisfying(front.Points, p.conditions()), len(policies)))

	// Four questions are answered by somebody who counts time as much as treasure.
	p.goTo("#/choose?runs=" + id)
	user := scripted{p: p, weights: []float64{0.5, 0.5}}
	p.says("Question 1")
	for range 4 {
		user.answer()
	}
	s := user.state()
	recommended := s.Items[s.Recommendation.Item]

	// The recommended policy is replayed …
	p.click(`[...document.querySelectorAll("a")].find((a) => a.textContent === "Replay it")`)
	p.says("About " + recommended.Policy)
	p.wait(`document.getElementById("live").textContent.startsWith("Replay ready")`)
	p.painted(".scene", firstRun, 50)
	start := ask[string](p, picture(0))
	p.button("Play")
	p.wait(picture(0) + " !== " + js(start))
	p.button("Pause")

	// … and saved, with the file that the browser got.
	p.goTo("#/export?runs=" + id + "&p=" + id + "." + recommended.Policy)
	file := p.saved("One policy", recommended.Policy+".safetensors")
	var measured struct {
		Policy       string
		Return       []float64
		Undiscounted []float64
	}
	out := shell(t, dir, fmt.Sprintf("paretolab policy eval runs/%s %s --file %s --json", pathOf(p, id), recommended.Policy, file))
	if err := json.Unmarshal([]byte(out), &measured); err != nil {
		t.Fatalf("%v in %s", err, out)
	}
	_, sum := returns(p, id, recommended.Policy)
	for j, v := range recommended.Value {
		if measured.Policy != recommended.Policy || measured.Return[j] != v || fmt.Sprintf("%.5g", measured.Undiscounted[j]) != fmt.Sprintf("%.5g", sum[j]) {
			t.Errorf("the exported policy is measured as %+v, the page shows %v and replays %v", measured, recommended.Value, sum)
		}
	}
}

// saved presses the button that saves a file on the export page, waits until the browser has it, and returns its path.
func (p *tab) saved(card, name string) string {
	p.t.Helper()
	dir := p.downloads()
	p.click(fmt.Sprintf(`[...document.querySelectorAll("section")].find((s) => s.firstChild.textContent === %q)?.querySelector("button.main:enabled")`, card))
	p.wait(fmt.Sprintf(`document.getElementById("live").textContent === "%s saved"`, name))
	return p.arrived(filepath.Join(dir, name))
}
