package explorer

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// TestLiveRunSurvivesARestart: the curve of a run that trains grows, and goes on growing when the server was ended and begins again.
func TestLiveRunSurvivesARestart(t *testing.T) {
	tool := program(t)
	dir := t.TempDir()
	config := filepath.Join(dir, "live.yaml")
	if err := os.WriteFile(config, []byte("version: 1\nname: live\nenvironment: deep-sea-treasure-v0\nalgorithm: cmorl\nseeds: [0]\nbudget: {steps: 20_000_000}\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	training := exec.Command(tool, "run", config, "--out", dir, "--workers", "1", "--quiet")
	if err := training.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		training.Process.Kill()
		training.Wait() // it was killed
	})
	c, end := serveAt(t, "127.0.0.1:0", dir)
	p := openAt(t, c, "/?token=secret-of-the-test")
	p.expect("net::ERR_") // while there is no server
	for len(p.runs()) == 0 {
		ask[bool](p, "true")
	}
	var id string
	for _, id = range p.runs() {
	}
	p.goTo("#/live?runs=" + id)
	const title = `[...document.querySelectorAll("main figure")].find((f) => f.querySelector("h2").textContent === "Hypervolume")`
	p.wait(`Boolean(` + title + `)`)
	p.painted("main .chart", firstRun, 10)
	p.grows("Hypervolume")
	end()
	p.wait(`[...document.querySelectorAll("main [role=status]")].some((e) => /again/.test(e.textContent))`)
	// steps is the number of training steps that the card of the run tells.
	const steps = `document.querySelector("main progress").value`
	before := ask[float64](p, steps)
	_, again := serveAt(t, strings.TrimPrefix(c.base, "http://"), dir)
	defer again()
	p.wait(fmt.Sprintf("%s > %v", steps, before))
	p.grows("Hypervolume")
	p.painted("main .chart", firstRun, 10)
	p.act(chromedp.Navigate("about:blank")) // ends the stream
}

// grows waits until the curve of a live run has more points, and its run more steps.
func (p *tab) grows(title string) {
	p.t.Helper()
	const steps = `document.querySelector("main progress").value`
	points := fmt.Sprintf(`([...document.querySelectorAll("main figure")].find((f) => f.querySelector("h2").textContent === %q)?.querySelector(".chart")?.chart?.getOption().series?.[0].data.length ?? 0)`, title)
	p.wait(points + " > 0")
	p.wait(fmt.Sprintf("%s > %v && %s > %v", points, ask[int](p, points), steps, ask[float64](p, steps)))
}

// serveAt serves a folder at an address until end is called, or the test ends.
func serveAt(t *testing.T, address, dir string) (c *client, end func()) {
	t.Helper()
	s, err := New(Options{Dirs: []string{dir}, Token: "secret-of-the-test"})
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", address)
	for tries := 0; err != nil && tries < 1000; tries++ { // the port may still be in use
		time.Sleep(time.Millisecond)
		l, err = net.Listen("tcp", address)
	}
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(ctx, []net.Listener{l}, "", "") }()
	_, port, _ := net.SplitHostPort(l.Addr().String())
	stopped := false
	end = func() {
		if stopped {
			return
		}
		stopped = true
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		s.Close()
	}
	t.Cleanup(end)
	return &client{t, s, "http://" + l.Addr().String(), "paretolab_explorer_" + port + "=secret-of-the-test"}, end
}
