package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/paretolab/paretolab/experiments"
)

// Whoever copies the template has an environment, with its front, that can be learned on.
func TestOwnWorld(t *testing.T) {
	code, template, errs := invoke("envs", "template")
	if code != exitOK || errs != "" || !strings.Contains(template, "map: |") {
		t.Fatalf("exit code %d\n%s\n%s", code, template, errs)
	}
	path := filepath.Join(t.TempDir(), "maze.yaml")
	if err := os.WriteFile(path, []byte(template), 0o666); err != nil {
		t.Fatal(err)
	}
	if code, out, errs := invoke("envs", "show", path); code != exitOK || !strings.Contains(out, "paretolab envs front "+path) || !strings.HasSuffix(out, template) {
		t.Errorf("show: exit code %d\n%s\n%s", code, out, errs)
	}
	var front struct{ Points [][]float64 }
	if jsonOf(t, &front, "envs", "front", path); len(front.Points) != 3 {
		t.Errorf("front %v", front.Points)
	}
	if code, out, errs := invoke("envs", "check", path, "--param", "one_hot=true"); code != exitOK {
		t.Errorf("check: exit code %d\n%s\n%s", code, out, errs)
	}
	if code, _, errs := invoke("envs", "show", path+".yml"); code != exitUsage || !strings.Contains(errs, "maze.yaml.yml") {
		t.Errorf("no such file: exit code %d\n%s", code, errs)
	}

	config := filepath.Join(filepath.Dir(path), "own.yaml")
	if err := os.WriteFile(config, []byte("version: 1\nname: own\nenvironment: maze.yaml\nalgorithm: cmorl\nsteps: 20_000\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	out := t.TempDir()
	if code, _, errs := invoke("run", config, "--out", out); code != exitOK {
		t.Fatalf("run: exit code %d\n%s", code, errs)
	}
	// What was run needs the file no longer.
	dir := filepath.Join(out, "own", "cmorl__maze__s0")
	for _, gone := range []string{path, filepath.Join(dir, "result.json")} {
		if err := os.Remove(gone); err != nil {
			t.Fatal(err)
		}
	}
	if code, _, errs := invoke("resume", filepath.Join(out, "own")); code != exitOK {
		t.Fatalf("resume: exit code %d\n%s", code, errs)
	}
	r, err := experiments.LoadRun(dir)
	if err != nil || r.Result == nil || r.Info.Environment.Label != "maze" || len(r.KnownFront) != 3 {
		t.Errorf("run %+v, error %v", r, err)
	}

	shipped, err := experiments.LoadConfig("../experiments/configs/own-worlds.yaml", experiments.Overrides{})
	if err != nil {
		t.Fatal(err)
	}
	if items, err := shipped.Items(); err != nil || len(items) != 2 || items[0].Dir != "cmorl__keys__s0" || items[1].Dir != "cmorl__lake__s0" {
		t.Errorf("items %+v, error %v", items, err)
	}
}
