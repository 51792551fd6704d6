package explorer

import (
	"bufio"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"
)

// returns reads the return of a policy from the interface: its steps and the sum of its rewards.
func returns(p *tab, id, policy string) (steps int, sum []float64) {
	p.t.Helper()
	status, text := p.do("POST", "/api/v1/runs/"+id+"/policies/"+policy+"/rollout", "{}")
	var end struct {
		Type   string
		Steps  int
		Return []float64
	}
	for lines := bufio.NewScanner(strings.NewReader(text)); lines.Scan(); {
		if err := json.Unmarshal(lines.Bytes(), &end); err != nil {
			p.t.Fatal(err)
		}
	}
	if status != 200 || end.Type != "end" {
		p.t.Fatalf("the rollout of %s: %d %.300s", policy, status, text)
	}
	return end.Steps, end.Return
}

// picture is an expression for what the n-th replay shows, as text.
func picture(n int) string {
	return fmt.Sprintf(`document.querySelectorAll(".scene canvas")[%d].toDataURL()`, n)
}

// TestReplaySideBySide: two policies act beside each other; scrubbing, stepping and playing move both, and the returns are those of the interface.
func TestReplaySideBySide(t *testing.T) {
	p := open(t, treasures(t))
	id, n := p.on("deep-sea-treasure-v0")
	var front frontAnswer
	p.json("/runs/"+id+"/front", "", &front)
	names := []string{front.Policies[0], front.Policies[n-1]}
	p.goTo(fmt.Sprintf("#/policy?runs=%s&p=%[1]s.%[2]s,%[1]s.%[3]s", id, names[0], names[1]))
	p.wait(`document.getElementById("live").textContent.startsWith("Replay ready")`)
	p.wait(`[...document.querySelectorAll(".scene canvas")].length === 2 && [...document.querySelectorAll(".scene canvas")].every((c) => c.width > 100 && c.height > 50)`)
	p.painted(".scene", firstRun, 50) // the submarine
	start := []string{ask[string](p, picture(0)), ask[string](p, picture(1))}
	if start[0] != start[1] {
		t.Error("the same seed begins with two pictures")
	}
	longest := 0
	for k, name := range names {
		steps, sum := returns(p, id, name)
		longest = max(longest, steps)
		ask[bool](p, `(() => { const s = document.querySelector("[aria-label=Step]"); s.value = s.max; s.dispatchEvent(new Event("input")); return true; })()`)
		p.wait(fmt.Sprintf(`document.querySelectorAll("[aria-label^=Player] .sheet")[%d].innerText.includes("step %d of %[2]d")`, k, steps))
		cells := ask[[]string](p, fmt.Sprintf(`[...document.querySelectorAll("[aria-label^=Player] .sheet")[%d].querySelectorAll("tbody tr")].map((r) => r.cells[2].textContent.replace("−", "-"))`, k))
		for j, v := range sum {
			if want := fmt.Sprintf("%.4g", v); cells[j] != want {
				t.Errorf("the return of %s is %q, want %s", name, cells, want)
			}
		}
	}
	end := []string{ask[string](p, picture(0)), ask[string](p, picture(1))}
	if end[0] == start[0] || end[1] == start[1] || end[0] == end[1] {
		t.Error("scrubbing to the end does not change the pictures, or policies that differ end alike")
	}
	p.click(`document.querySelector("[aria-label='One step back']")`)
	p.says(fmt.Sprintf("step %d of %d", longest-1, longest))
	ask[bool](p, `document.querySelector("[aria-label^=Player]").focus() ?? true`)
	p.press(kb.Home)
	p.says(fmt.Sprintf("step 0 of %d", longest))
	p.wait(picture(0) + " === " + js(start[0]))
	p.press(" ")
	p.wait(fmt.Sprintf(`document.querySelector("[aria-label=Step]").value === "%d" && [...document.querySelectorAll("button")].some((b) => b.textContent === "Play")`, longest)) // it plays to the end and stops
	p.wait(`document.querySelectorAll(".short polyline").length === 4 && document.querySelector(".short polyline").points.length > 1`)
}
