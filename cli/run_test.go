package cli

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/paretolab/paretolab/pareto"
)

// tiny is an experiment of a moment: two maps, a few updates of every policy.
const tiny = `version: 1
name: tiny
grid:
  environments: [deep-sea-treasure-v0, deep-sea-treasure-concave-v0]
  algorithms: [cmorl]
budget: {steps: 8_000}
`

// writeConfig writes a configuration and returns its path.
func writeConfig(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "config.yaml")
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	return path
}

// runTiny runs the tiny experiment and returns its folder and what --json printed.
func runTiny(t *testing.T) (dir string, runs []map[string]any) {
	t.Helper()
	out := t.TempDir()
	code, text, errs := invoke("run", writeConfig(t, tiny), "--out", out, "--json", "--quiet")
	if code != exitOK || errs != "" {
		t.Fatalf("exit code %d: %s", code, errs)
	}
	if err := json.Unmarshal([]byte(text), &runs); err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	return filepath.Join(out, "tiny"), runs
}

// fronts reads the bytes of every front.csv below a folder.
func fronts(t *testing.T, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.Name() != "front.csv" {
			return err
		}
		b, err := os.ReadFile(path)
		out[filepath.Base(filepath.Dir(path))] = string(b)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestRunJSON: the fields are a contract, and the hypervolume is that of front.csv.
func TestRunJSON(t *testing.T) {
	_, runs := runTiny(t)
	if len(runs) != 2 {
		t.Fatalf("%d runs, want 2", len(runs))
	}
	for _, r := range runs {
		for _, field := range []string{"run_dir", "environment", "algorithm", "seed", "front_size", "reference_point", "hypervolume",
			"hypervolume_exact", "expected_utility", "sparsity", "steps", "wall_seconds", "front", "figures", "report"} {
			if r[field] == nil {
				t.Errorf("%s: no %s", r["environment"], field)
			}
		}
		for _, path := range append(r["figures"].([]any), r["front"], r["report"]) {
			if _, err := os.Stat(path.(string)); err != nil {
				t.Error(err)
			}
		}
		if steps := r["steps"].(float64); steps <= 0 || steps > 8_000 {
			t.Errorf("%v training steps of a budget of 8000", steps)
		}
		f, err := os.Open(filepath.Join(r["run_dir"].(string), "front.csv"))
		if err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(f).ReadAll()
		f.Close()
		if err != nil {
			t.Fatal(err)
		}
		if want := []string{"policy", "treasure", "time", "se_treasure", "se_time", "episodes"}; !slices.Equal(rows[0], want) {
			t.Errorf("front.csv has the columns %v, want %v", rows[0], want)
		}
		var points [][]float64
		for _, row := range rows[1:] {
			var p [2]float64
			for j := range p {
				if err := json.Unmarshal([]byte(row[1+j]), &p[j]); err != nil {
					t.Fatal(err)
				}
			}
			points = append(points, p[:])
		}
		front, err := pareto.NewFront(points)
		if err != nil {
			t.Fatal(err)
		}
		if hv, err := pareto.Hypervolume(front, []float64{0, -25}); err != nil || hv != r["hypervolume"] || float64(len(points)) != r["front_size"] {
			t.Errorf("hypervolume %v of %d points (%v), printed %v of %v", hv, len(points), err, r["hypervolume"], r["front_size"])
		}
	}
}

// TestRunAgain: what is complete is not run again, other settings do not overwrite it, and --force
// starts over with the same result.
func TestRunAgain(t *testing.T) {
	dir, _ := runTiny(t)
	out, config, before := filepath.Dir(dir), writeConfig(t, tiny), fronts(t, dir)
	if code, _, errs := invoke("run", config, "--out", out); code != exitOK || strings.Count(errs, "was complete before") != 2 {
		t.Errorf("again: exit code %d: %s", code, errs)
	}
	if code, text, _ := invoke("run", config, "--out", out, "--dry-run"); code != exitOK || strings.Count(text, " complete ") != 2 || !strings.Contains(text, "2 items, 0 training steps to go") {
		t.Errorf("dry run: exit code %d:\n%s", code, text)
	}
	if code, _, errs := invoke("run", config, "--out", out, "--steps", "9000"); code != exitUsage || !strings.Contains(errs, "--force") {
		t.Errorf("other steps in the same folder: exit code %d: %s", code, errs)
	}
	if code, _, errs := invoke("run", config, "--out", out, "--force", "--quiet", "--workers", "7"); code != exitOK {
		t.Errorf("--force: exit code %d: %s", code, errs)
	}
	for name, text := range fronts(t, dir) {
		if text != before[name] {
			t.Errorf("%s differs after --force with another number of workers", name)
		}
	}
}

// TestStopAndResume: a stop saves and says how to go on, and the result is that of a run without it.
func TestStopAndResume(t *testing.T) {
	whole, _ := runTiny(t)
	config, out := writeConfig(t, tiny), t.TempDir()
	a := &app{in: strings.NewReader(""), out: &bytes.Buffer{}, err: &bytes.Buffer{}}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	root := a.root()
	root.SetArgs([]string{"run", config, "--out", out, "--workers", "1"})
	go func() { // stops the first run in the middle
		defer cancel()
		for range 5000 {
			if b, _ := os.ReadFile(filepath.Join(out, "tiny", "cmorl__deep-sea-treasure-v0__s0", "metrics.csv")); bytes.Count(b, []byte("\n")) > 2 {
				return
			}
			time.Sleep(time.Millisecond)
		}
	}()
	if code := a.finish(root.ExecuteContext(ctx)); code != exitInterrupted {
		t.Fatalf("exit code %d: %s", code, a.err)
	}
	want := "resume with: paretolab resume " + filepath.Join(out, "tiny")
	if said := a.err.(*bytes.Buffer).String(); !strings.Contains(said, want) {
		t.Errorf("it said %q, not %q", said, want)
	}
	if code, _, errs := invoke("resume", out, "--quiet"); code != exitOK {
		t.Fatalf("resume: exit code %d: %s", code, errs)
	}
	got, reference := fronts(t, out), fronts(t, whole)
	if len(got) != 2 {
		t.Errorf("%d fronts, want 2: also the run that was never begun", len(got))
	}
	for name, text := range got {
		if text != reference[name] {
			t.Errorf("%s after a stop:\n%s\nwithout:\n%s", name, text, reference[name])
		}
	}
	if code, _, errs := invoke("resume", filepath.Join(out, "tiny", "cmorl__deep-sea-treasure-v0__s0"), "--quiet"); code != exitOK {
		t.Errorf("resume of a complete run: exit code %d: %s", code, errs)
	}
}

// TestSignals: the exit code names the signal that stopped the program.
func TestSignals(t *testing.T) {
	for signal, want := range map[os.Signal]int{os.Interrupt: exitInterrupted, syscall.SIGTERM: exitTerminated, syscall.SIGHUP: exitStopped, schedulerSignal: exitStopped} {
		a := &app{stop: signal, err: &bytes.Buffer{}}
		if code := a.finish(a.stopped()); code != want {
			t.Errorf("%v: exit code %d, want %d", signal, code, want)
		}
	}
}

// TestBadRuns: mistakes end with the right exit code and a message that names the thing.
func TestBadRuns(t *testing.T) {
	dir, _ := runTiny(t)
	run := filepath.Join(dir, "cmorl__deep-sea-treasure-v0__s0")
	other := func(name, old, new string) string { // a copy of the experiment with a change in one file
		root := t.TempDir()
		if err := os.CopyFS(root, os.DirFS(dir)); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(root, filepath.Base(run), name)
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, bytes.Replace(b, []byte(old), []byte(new), 1), 0o666); err != nil {
			t.Fatal(err)
		}
		return root
	}
	for _, x := range []struct {
		name string
		args []string
		code int
		say  string
	}{
		{"missing file", []string{"run", "none.yaml"}, exitUsage, "none.yaml: cannot be read: no such file"},
		{"empty file", []string{"run", writeConfig(t, "")}, exitUsage, "the configuration is empty"},
		{"unknown key", []string{"run", writeConfig(t, tiny+"algoritm: cmorl\n")}, exitUsage, `:7:1: unknown key "algoritm"; did you mean "algorithm"?`},
		{"text for a number", []string{"run", writeConfig(t, tiny), "--set", "budget.steps=many"}, exitUsage, `budget.steps is "many", not an integer (int >= 1)`},
		{"negative budget", []string{"run", writeConfig(t, tiny), "--steps", "-5"}, exitUsage, "--steps: steps is -5, out of range (int >= 1)"},
		{"unknown environment", []string{"run", writeConfig(t, strings.Replace(tiny, "treasure-v0", "tresure-v0", 1))}, exitUsage, `did you mean "deep-sea-treasure-v0"`},
		{"unknown setting", []string{"run", writeConfig(t, tiny), "--set", "grid.algorithms.0.settings.updte_iter=3"}, exitUsage,
			`algorithm "cmorl" has no setting "updte_iter"; did you mean "update_iter"?`},
		{"budget below one update", []string{"run", writeConfig(t, tiny), "--steps", "10"}, exitUsage, "10 steps"},
		{"two mistakes at once", []string{"run", "none.yaml", "neither.yaml"}, exitUsage, "neither.yaml"},
		{"bad workers", []string{"run", "--workers", "-1"}, exitUsage, "--workers is -1"},
		{"bad progress", []string{"run", "--progress", "loud"}, exitUsage, "--progress is \"loud\""},
		{"unknown flag", []string{"run", "--sed", "1"}, exitUsage, "unknown flag: --sed"},
		{"unknown command", []string{"rnu"}, exitUsage, "rnu"},
		{"compare without a folder", []string{"compare"}, exitUsage, "compare needs a DIR that holds runs; see `paretolab compare --help`"},
		{"validate without a file", []string{"config", "validate"}, exitUsage, "config validate needs a CONFIG; see `paretolab config validate --help`"},
		{"no algorithm", []string{"agents", "show"}, exitUsage, "agents show needs the NAME of an algorithm (`paretolab agents list` prints all)"},
		{"text that is none", []string{"run", writeConfig(t, tiny), "--set", "description=\xff"}, exitUsage, "byte 0xff: this is not text in UTF-8"},
		{"resume without a folder", []string{"resume"}, exitUsage, "resume needs a DIR"},
		{"resume of a missing folder", []string{"resume", "none"}, exitUsage, "there is no directory none"},
		{"resume of a file", []string{"resume", filepath.Join(run, "run.json")}, exitUsage, "is a file"},
		{"resume of nothing", []string{"resume", t.TempDir()}, exitNothing, "nothing to resume"},
		{"report of nothing", []string{"report", t.TempDir()}, exitNothing, "no run in or below"},
		{"plot of nothing", []string{"plot", "all", t.TempDir()}, exitNothing, "no run in or below"},
		{"newer format", []string{"report", other("run.json", "paretolab-run/1", "paretolab-run/2")}, exitData, "paretolab-run/2"},
		{"resume of a newer format", []string{"resume", other("run.json", "paretolab-run/1", "paretolab-run/2")}, exitData, "paretolab-run/2"},
		{"damaged result", []string{"report", other("result.json", `"complete"`, `"complote"`)}, exitData, "result.json"},
		{"torn table", []string{"report", other("archive.csv", "\n", "\nx,y\n")}, exitData, "archive.csv"},
	} {
		code, out, errs := invoke(x.args...)
		if code != x.code || !strings.Contains(errs, x.say) || strings.Contains(errs, "goroutine ") {
			t.Errorf("%s: exit code %d, want %d; said %q, not %q", x.name, code, x.code, errs, x.say)
		}
		if out != "" {
			t.Errorf("%s: printed %q", x.name, out)
		}
	}
}

// TestNamesOfAnyBytes: folders and files may have names that are not UTF-8, from run to report.
func TestNamesOfAnyBytes(t *testing.T) {
	root := filepath.Join(t.TempDir(), "d\xff\xe9 'x'")
	if err := os.Mkdir(root, 0o777); err != nil {
		t.Skip("this file system has no such names: ", err)
	}
	config, out := filepath.Join(root, "\xfe.yaml"), filepath.Join(root, "out")
	if err := os.WriteFile(config, []byte(tiny), 0o666); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{
		{"config", "validate", config}, {"run", config, "--out", out, "--max-time", "1ms"}, {"resume", out}, {"run", config, "--out", out},
		{"report", out, "--out", filepath.Join(root, "report")}, {"plot", "front2d", out, "--out", filepath.Join(root, "figures")}, {"doctor", out}, {"export", out, "--format", "csv", "--out", filepath.Join(root, "csv")},
		{"act", "--run", filepath.Join(out, "tiny", "cmorl__deep-sea-treasure-v0__s0"), "--preference", "1,0"},
	} {
		if code, _, errs := invoke(append(args, "--json")...); code != exitOK && !(code == exitStopped && args[0] == "run") {
			t.Errorf("%q: exit code %d: %s", args, code, errs)
		}
	}
	if len(fronts(t, out)) != 2 {
		t.Error("there are not two fronts")
	}
}

// TestOutputClosedEarly: a reader that has enough, as with `| head -1`, costs text, never a run.
func TestOutputClosedEarly(t *testing.T) {
	out := t.TempDir()
	var errs bytes.Buffer
	if code := Main([]string{"run", writeConfig(t, tiny), "--out", out}, strings.NewReader(""), closedPipe{}, &errs); code != exitOK {
		t.Errorf("exit code %d: %s", code, errs.String())
	}
	if len(fronts(t, out)) != 2 {
		t.Error("the runs were lost")
	}
	if code := Main([]string{"run", writeConfig(t, tiny), "--out", t.TempDir()}, strings.NewReader(""), &bytes.Buffer{}, closedPipe{}); code != exitOK {
		t.Errorf("messages to nobody: exit code %d", code)
	}
}

type closedPipe struct{}

func (closedPipe) Write([]byte) (int, error) { return 0, syscall.EPIPE }

// TestNoWritePermission: where nothing can be written, that is said with the path, and nothing runs.
func TestNoWritePermission(t *testing.T) {
	blocked := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(blocked, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	code, _, errs := invoke("run", writeConfig(t, tiny), "--out", filepath.Join(blocked, "runs"))
	if code == exitOK || !strings.Contains(errs, blocked) {
		t.Errorf("exit code %d: %s", code, errs)
	}
}

// TestVersionAndAgents: what machines read.
func TestVersionAndAgents(t *testing.T) {
	for _, args := range [][]string{{"version"}, {"agents", "list"}, {"agents", "show", "cmorl", "--env", "minecart-v0"}} {
		code, text, errs := invoke(append(args, "--json")...)
		if code != exitOK || errs != "" || !json.Valid([]byte(text)) {
			t.Errorf("%v: exit code %d: %s\n%s", args, code, errs, text)
		}
		if code, text, _ := invoke(args...); code != exitOK || text == "" {
			t.Errorf("%v for people: exit code %d", args, code)
		}
	}
	if code, _, errs := invoke("agents", "show", "cmrl"); code != exitUsage || !strings.Contains(errs, `did you mean "cmorl"`) {
		t.Errorf("exit code %d: %s", code, errs)
	}
}
