package export_test

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/paretolab/paretolab/experiments"
	"github.com/paretolab/paretolab/experiments/export"
)

// Foreign programs read the files: pandas finds the same in CSV and Parquet, TensorBoard the last
// numbers of every run. Skipped where python3 (or the interpreter that PYTHON names) lacks them:
//
//	python3 -m venv venv && venv/bin/pip install pandas pyarrow tensorboard
//	PYTHON=$PWD/venv/bin/python go test ./experiments/export -run Foreign -v
func TestForeignProgramsReadTheSame(t *testing.T) {
	python := os.Getenv("PYTHON")
	if python == "" {
		python = "python3"
	}
	if out, err := exec.Command(python, "-c", "import pandas, pyarrow, tensorboard").CombinedOutput(); err != nil {
		t.Skipf("NOT CHECKED: exports in foreign programs, since %s cannot import pandas, pyarrow and tensorboard: %v %s", python, err, bytes.TrimSpace(out))
	}
	runs, dir := twoRuns(t), t.TempDir()
	tables, logs := filepath.Join(dir, "tables"), filepath.Join(dir, "logs")
	for _, write := range []func() ([]string, error){
		func() ([]string, error) { return export.CSV(runs, tables) },
		func() ([]string, error) { return export.Parquet(runs, tables) },
		func() ([]string, error) { return export.TensorBoard(runs, logs) },
	} {
		if _, err := write(); err != nil {
			t.Fatal(err)
		}
	}
	var said bytes.Buffer
	c := exec.Command(python, "testdata/interop.py", tables, tables, logs)
	c.Stderr = &said
	out, err := c.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, said.Bytes())
	}
	var found struct {
		Tables   map[string]struct{ Rows, Differ, Columns int }
		Events   map[string]map[string][2]float64
		Versions string
	}
	if err := json.Unmarshal(out, &found); err != nil {
		t.Fatalf("%v in %s", err, out)
	}
	t.Log(found.Versions)
	if len(found.Tables) != 4 {
		t.Errorf("%d tables, want 4", len(found.Tables))
	}
	for name, x := range found.Tables {
		if x.Rows == 0 || x.Columns < 9 || x.Differ != 0 {
			t.Errorf("%s: %d rows, %d columns, %d cells differ between CSV and Parquet", name, x.Rows, x.Columns, x.Differ)
		}
	}
	for _, r := range runs {
		last := r.Metrics[len(r.Metrics)-1]
		got := found.Events[filepath.Base(r.Dir)]["hypervolume"]
		if got[0] != float64(last.StepsTrain) || float32(got[1]) != float32(last.Hypervolume) {
			t.Errorf("%s: TensorBoard has hypervolume %v at step %v, want %v at %d", r.Dir, got[1], got[0], last.Hypervolume, last.StepsTrain)
		}
	}
}

// TestReadmeLinesReadARun: the lines of Python in the description of run directories read one, with nothing
// but pandas.
func TestReadmeLinesReadARun(t *testing.T) {
	_, code, _ := strings.Cut(experiments.RunDirectory, "```python\n")
	code, _, ok := strings.Cut(code, "```")
	lines := strings.Split(strings.TrimSpace(code), "\n")
	if !ok || len(lines) != 6 || !strings.HasPrefix(lines[1], "run = ") {
		t.Fatalf("the description has no six lines of Python but\n%s", code)
	}
	python := os.Getenv("PYTHON")
	if python == "" {
		python = "python3"
	}
	if out, err := exec.Command(python, "-c", "import pandas").CombinedOutput(); err != nil {
		t.Skipf("NOT CHECKED: the lines of the description, since %s cannot import pandas: %v %s", python, err, bytes.TrimSpace(out))
	}
	run := twoRuns(t)[0]
	lines[1] = "run = " + strconv.Quote(run.Dir)
	out, err := exec.Command(python, "-c", strings.Join(lines, "\n")).CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	hypervolume := strconv.FormatFloat(run.Result.Final.Hypervolume, 'g', -1, 64)
	for _, want := range append([]string{"steps_train", "'hypervolume': " + hypervolume}, run.Front()[0].Policy) {
		if !strings.Contains(string(out), want) {
			t.Errorf("%q is missing in\n%s", want, out)
		}
	}
}
