package cli

import (
	"bytes"
	"flag"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// The full programme, of an hour and more on a busy machine, whose log is experiments/results/kills.txt:
//
//	go test ./cli -run TestKilledAtAnyMoment -kills 30 -kill-scale 10 -v -timeout 4h
var (
	killCount = flag.Int("kills", 5, "kills of each learner")
	killScale = flag.Int("kill-scale", 1, "multiplies the training steps of the killed runs")
)

// asProgram makes the test binary behave as the program, for tests that need another process.
const asProgram = "RUN_AS_PARETOLAB_IN_TESTS"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		os.Unsetenv(asProgram)
		os.Exit(Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
	}
	os.Exit(m.Run())
}

// program starts the program in a process of its own.
func program(t *testing.T, args ...string) (*exec.Cmd, *bytes.Buffer) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c := exec.Command(self, args...)
	c.Env = append(os.Environ(), asProgram+"=1")
	var said bytes.Buffer
	c.Stderr = &said
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	return c, &said
}

// deterministic reads the files of a run that may not depend on the day or on what ended processes.
func deterministic(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case e.IsDir() && e.Name() == "checkpoints":
			return filepath.SkipDir
		case e.IsDir() || slices.Contains([]string{"run.json", "timing.csv", "parts.csv", "log.jsonl"}, e.Name()):
			return nil
		}
		name, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		b, err := os.ReadFile(path)
		files[name] = string(b)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// TestKilledAtAnyMoment: a run killed with SIGKILL at random moments and resumed, as often as need be,
// ends with the files of a run that was left alone, for learners on policy, by weights, by tables, with a replay
// buffer, for a search with its archives and its encoder, and for one that begins with policies of an archive.
func TestKilledAtAnyMoment(t *testing.T) {
	if testing.Short() {
		t.Skip("several processes of some seconds each")
	}
	archive := t.TempDir()
	for i, learner := range []struct {
		algorithm string
		steps     int
		settings  string
		name      string
	}{
		{"cmorl", 200_000, "{}", "cmorl"},
		{"ppo-lattice", 120_000, "{}", "ppo-lattice"},
		{"pql", 150_000, "{}", "pql"},
		{"pcn", 8_000, "{}", "pcn"},
		{"stax", 150_000, "{}", "stax"},
		{"cmorl", 150_000, fmt.Sprintf("{candidates: %q, clone_updates: 4}", filepath.Join(archive, "archive", "mome__deep-sea-treasure-v0__s0")), "cmorl-candidates"},
	} {
		t.Run(learner.name, func(t *testing.T) {
			if strings.Contains(learner.settings, archive) {
				c, said := program(t, "run", writeConfig(t, "{version: 1, name: archive, environment: deep-sea-treasure-v0, algorithm: mome, budget: {episodes: 300}}"), "--out", archive, "--quiet")
				if err := c.Wait(); err != nil {
					t.Fatalf("%v: %s", err, said)
				}
			}
			config := writeConfig(t, fmt.Sprintf("version: 1\nname: kill\nenvironment: deep-sea-treasure-v0\nalgorithm: {name: %s, settings: %s}\nsteps: %d\n"+
				"output: {checkpoint_every: 50ms, episodes: true}\nresources: {workers: 2}\n", learner.algorithm, learner.settings, learner.steps**killScale))
			run := learner.algorithm + "__deep-sea-treasure-v0__s0"
			alone := t.TempDir()
			begun := time.Now()
			c, said := program(t, "run", config, "--out", alone, "--quiet")
			if err := c.Wait(); err != nil {
				t.Fatalf("%v: %s", err, said)
			}
			whole := time.Since(begun)
			want := deterministic(t, filepath.Join(alone, "kill", run))
			if len(want) < 8 {
				t.Fatalf("only %d files", len(want))
			}
			rng := rand.New(rand.NewPCG(uint64(i), 77))
			kills, runs := 0, 0
			for kills < *killCount {
				out, inThisRun := t.TempDir(), 0
				args := []string{"run", config, "--out", out, "--quiet"}
				for done := false; !done; {
					wait := time.Duration(rng.Float64() * float64(whole) * 0.7)
					if kills >= *killCount {
						wait = time.Hour
					}
					c, said := program(t, args...)
					timer := time.AfterFunc(wait, func() { c.Process.Kill() })
					err := c.Wait()
					killed := !timer.Stop() && err != nil
					switch {
					case killed:
						kills++
						inThisRun++
					case err != nil:
						t.Fatalf("%v after %d kills: %s", err, inThisRun, said)
					default:
						done = true
					}
				}
				runs++
				got := deterministic(t, filepath.Join(out, "kill", run))
				for name, text := range want {
					if got[name] != text {
						t.Errorf("after %d kills %s differs (%d bytes, %d without kills)", inThisRun, name, len(got[name]), len(text))
					}
				}
				for name := range got {
					if _, ok := want[name]; !ok && !strings.HasPrefix(filepath.Base(name), ".") {
						t.Errorf("after %d kills there is a further file %s", inThisRun, name)
					}
				}
			}
			t.Logf("%s: %.1f s alone; %d kills in %d runs, of each the same %d files", learner.name, whole.Seconds(), kills, runs, len(want))
		})
	}
}
