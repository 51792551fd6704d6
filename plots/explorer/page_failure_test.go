package explorer

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestFailedReplay: a replay that fails says which policy failed, how far it came and what the server answered, and goes on when the cause is gone.
func TestFailedReplay(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "runs")
	if err := os.CopyFS(dir, os.DirFS(treasures(t))); err != nil {
		t.Fatal(err)
	}
	p := open(t, dir)
	id, n := p.on("deep-sea-treasure-v0")
	var front frontAnswer
	p.json("/runs/"+id+"/front", "", &front)
	one, other := front.Policies[0], front.Policies[n-1]
	const (
		ready  = `document.getElementById("live").textContent.startsWith("Replay ready")`
		alerts = `[...document.querySelectorAll("main [role=alert]")].map((e) => e.innerText)`
	)
	failed := func(words ...string) {
		t.Helper()
		for _, w := range words {
			p.wait(fmt.Sprintf("%s.some((s) => s.includes(%s))", alerts, js(w)))
		}
	}
	again := func() {
		t.Helper()
		p.button("Try again")
		p.wait(alerts + ".length === 0")
		p.wait(ready)
		p.painted(".scene", firstRun, 50)
	}
	address := fmt.Sprintf("#/policy?runs=%s&p=%[1]s.%[2]s,%[1]s.%[3]s", id, one, other)
	p.goTo(address)
	p.wait(ready)
	p.painted(".scene", firstRun, 50)

	// All players of the server are taken.
	p.expect("429")
	for range maxRollouts {
		p.server.rollouts <- struct{}{}
	}
	p.button("New seed")
	failed(one+" of ", other+" of ", "was not replayed, seed 1", fmt.Sprintf("The server answered 429: %d policies are acting already", maxRollouts), "wait for one to end")
	p.says("failed")
	for range maxRollouts {
		<-p.server.rollouts
	}
	again()

	// The file of one policy is damaged: the other one is replayed.
	file := filepath.Join(dir, filepath.FromSlash(pathOf(p, id)), "policies", one+".safetensors")
	whole, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, whole[:len(whole)/2], 0o666); err != nil {
		t.Fatal(err)
	}
	status, text := p.do("POST", "/api/v1/runs/"+id+"/policies/"+one+"/rollout", "{}")
	var answer struct {
		Error struct{ Message, Hint string }
	}
	if err := json.Unmarshal([]byte(text), &answer); err != nil || status < 400 || answer.Error.Hint == "" || !strings.Contains(answer.Error.Message, one) {
		t.Fatalf("a damaged policy: %d %s", status, text)
	}
	p.expect(fmt.Sprint(status))
	p.button("New seed")
	failed(fmt.Sprintf("%s of ", one), "seed 2", fmt.Sprintf("The server answered %d: %s", status, answer.Error.Message), answer.Error.Hint)
	p.painted(".scene", firstRun, 50) // the other one
	if n := ask[int](p, alerts+".length"); n != 1 {
		t.Errorf("%d replays failed, want 1", n)
	}
	if err := os.WriteFile(file, whole, 0o666); err != nil {
		t.Fatal(err)
	}
	again()

	// An answer that fails or ends in the midst keeps the steps before.
	for _, x := range []struct{ line, want string }{
		{`{"type":"error","error":{"code":"internal","message":"step 3: the action is NaN","hint":""}}` + "\n", "The server answered: step 3: the action is NaN"},
		{`{"t":3,"r":[`, "The answer of the server ends before the episode does"},
	} {
		p.goTo(address)
		p.wait(ready)
		ask[bool](p, `(() => { window.real = fetch; window.fetch = async (u, i) => {
			const r = await real(u, i);
			return String(u).endsWith("/rollout") ? new Response((await r.text()).split("\n").slice(0, 3).join("\n") + "\n" + `+js(x.line)+`) : r;
		}; return true; })()`)
		p.button("New seed")
		failed(other+" of ", "was not replayed beyond step 2", x.want) // the other episode is over before
		p.painted(".scene", firstRun, 50)
		p.button("Play")
		p.says("step 2 of 2")
		p.says("then it failed")
		p.wait(`[...document.querySelectorAll("button")].some((b) => b.textContent === "Play")`) // it does not wait for more
		ask[bool](p, `(window.fetch = real) !== null`)
		again()
	}
}
