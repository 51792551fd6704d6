package cli

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestTopics: every topic is listed and explained, and names only commands and flags that there are.
func TestTopics(t *testing.T) {
	code, list, _ := invoke("help", "topics")
	if code != exitOK {
		t.Fatalf("exit code %d", code)
	}
	for _, name := range []string{"run-directory", "config", "preferences", "statistics", "scale-out"} {
		code, text, errs := invoke("help", name)
		if code != exitOK || len(text) < 800 || !strings.Contains(list, "  "+name+" ") {
			t.Errorf("topic %s: exit code %d, %d bytes: %s", name, code, len(text), errs)
		}
		for line := range strings.Lines(text) {
			command, args, ok := strings.Cut(strings.TrimSpace(line), " ")
			if !ok || command != "paretolab" || name == "config" {
				continue
			}
			words := strings.Fields(args)
			for len(words) > 0 && (strings.HasPrefix(words[0], "-") || strings.ToUpper(words[0]) == words[0]) {
				words = words[1:]
			}
			_, help, _ := invoke(words[0], "--help")
			for _, w := range words {
				if flag, _, _ := strings.Cut(w, "="); strings.HasPrefix(flag, "--") && !strings.Contains(help, flag+" ") {
					t.Errorf("topic %s: %s has no %s", name, words[0], flag)
				}
			}
		}
	}
}

// TestSlurmScript is a script that a shell reads, and requeues what stopped in time.
func TestSlurmScript(t *testing.T) {
	code, script, errs := invoke("config", "example", "--slurm")
	if code != exitOK {
		t.Fatal(errs)
	}
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("no bash here")
	}
	dir := t.TempDir()
	for name, text := range map[string]string{
		"paretolab": "#!/bin/sh\necho \"$@\" > called\nexit 75\n", "scontrol": "#!/bin/sh\necho \"$@\" > requeued\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o777); err != nil {
			t.Fatal(err)
		}
	}
	c := exec.Command(bash, "-c", script)
	c.Dir = dir
	c.Env = append(os.Environ(), "PATH="+dir+string(os.PathListSeparator)+os.Getenv("PATH"),
		"SLURM_ARRAY_TASK_ID=3", "SLURM_ARRAY_TASK_COUNT=40", "SLURM_CPUS_PER_TASK=2", "SLURM_JOB_ID=17")
	out, err := c.CombinedOutput()
	if c.ProcessState == nil || c.ProcessState.ExitCode() != exitStopped {
		t.Fatalf("%v: %s", err, out)
	}
	called, _ := os.ReadFile(filepath.Join(dir, "called"))
	requeued, _ := os.ReadFile(filepath.Join(dir, "requeued"))
	if !strings.Contains(string(called), "--shard 3/40") || string(requeued) != "requeue 17\n" {
		t.Errorf("called with %s, requeued %q", called, requeued)
	}
}

// TestManyItems: more than 10 000 runs are begun by intention only.
func TestManyItems(t *testing.T) {
	config, out := writeConfig(t, strings.Replace(tiny, "algorithms: [cmorl]", "algorithms: [cmorl]\n  seeds: 0..5000", 1)), t.TempDir()
	code, _, errs := invoke("run", config, "--out", out)
	if code != exitUsage || !strings.Contains(errs, "these are 10,002 runs") || !strings.Contains(errs, "--yes") {
		t.Errorf("exit code %d: %s", code, errs)
	}
	if files := filesBelow(t, out); len(files) > 0 {
		t.Errorf("it wrote %d files", len(files))
	}
}

// TestGlobals: colour by request only, and configurations from another folder.
func TestGlobals(t *testing.T) {
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "some.yaml"), []byte(tiny), 0o666); err != nil {
		t.Fatal(err)
	}
	if code, out, errs := invoke("config", "validate", "some.yaml", "--config-dir", folder); code != exitOK || !strings.Contains(out, "2 runs in runs/tiny") {
		t.Errorf("--config-dir: exit code %d: %s", code, errs)
	}
	for color, want := range map[string]string{"never": "paretolab: ", "auto": "paretolab: ", "always": "\x1b[1;31mparetolab:\x1b[0m "} {
		if code, _, errs := invoke("config", "validate", "other.yaml", "--color", color); code != exitUsage || !strings.HasPrefix(errs, want) {
			t.Errorf("--color %s: exit code %d: %q", color, code, errs)
		}
	}
	if code, _, errs := invoke("version", "--color", "red"); code != exitUsage || !strings.Contains(errs, "auto, always or never") {
		t.Errorf("--color red: exit code %d: %s", code, errs)
	}
}

// TestExtendedRuns: resume --steps trains on, beside the runs as they are.
func TestExtendedRuns(t *testing.T) {
	dir := small(t)
	before := fronts(t, dir)
	code, out, errs := invoke("resume", dir, "--steps", "6000", "--json", "--quiet")
	if code != exitOK || strings.Count(out, fmt.Sprintf("%q: 6000", "steps")) != 2 || strings.Count(out, "small-6000") < 2 {
		t.Fatalf("exit code %d: %s%s", code, out, errs)
	}
	for name, text := range fronts(t, dir) {
		if before[name] != text {
			t.Errorf("the front of %s has changed", name)
		}
	}
	if code, _, errs := invoke("resume", dir+"-6000", "--quiet"); code != exitOK {
		t.Errorf("resume of the extended runs: exit code %d: %s", code, errs)
	}
	for _, c := range []struct{ steps, want string }{{"4000", "has a budget of 4000 steps already"}, {"-1", "--steps is -1"}} {
		if code, _, errs := invoke("resume", dir, "--steps", c.steps); code != exitUsage || !strings.Contains(errs, c.want) {
			t.Errorf("--steps %s: exit code %d: %s", c.steps, code, errs)
		}
	}
}
