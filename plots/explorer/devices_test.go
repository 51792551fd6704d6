//go:build unix

package explorer

import (
	"net/http"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// TestDevices: pipes that nobody writes to and links to devices are no files of a run, and no request waits for them.
func TestDevices(t *testing.T) {
	dir := t.TempDir()
	for _, x := range []struct{ run, file string }{{"log", "log.jsonl"}, {"metrics", "metrics.csv"}, {"fronts", "fronts.jsonl"}, {"info", "run.json"}} {
		path := filepath.Join(dir, x.run)
		makeRun(t, path, made{m: 2, n: 3, evals: 3})
		file := filepath.Join(path, x.file)
		_ = os.Remove(file)
		if err := syscall.Mkfifo(file, 0o666); err != nil {
			t.Skip("no pipes here: ", err)
		}
		device := filepath.Join(dir, x.run+"-device")
		makeRun(t, device, made{m: 2, n: 3, evals: 3})
		_ = os.Remove(filepath.Join(device, x.file))
		if err := os.Symlink("/dev/zero", filepath.Join(device, x.file)); err != nil {
			t.Fatal(err)
		}
	}
	c := serve(t, nil, dir)
	for name, id := range c.runs() {
		for _, route := range []string{"", "/log", "/metrics", "/front", "/lineage", "/config"} {
			if status, text := c.do("GET", "/api/v1/runs/"+id+route, ""); status == http.StatusInternalServerError || len(text) > 100_000 {
				t.Errorf("%s%s: %d %.200s", name, route, status, text)
			}
		}
	}
}
