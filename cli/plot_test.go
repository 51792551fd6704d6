package cli

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/paretolab/paretolab/plots"
)

// invoke runs the command line and returns what it printed.
func invoke(args ...string) (code int, out, errs string) {
	var o, e bytes.Buffer
	code = Main(args, strings.NewReader(""), &o, &e)
	return code, o.String(), e.String()
}

// unfinishedRun writes a run directory of two objectives that stopped after two evaluations.
func unfinishedRun(t *testing.T) string {
	t.Helper()
	root := t.TempDir()
	dir := filepath.Join(root, "cmorl__deep-sea-treasure-v0__s0")
	if err := os.Mkdir(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"run.json": `{"format": "paretolab-run/1", "item": "0123456789abcdef", "experiment": "test", "label": "cmorl", "algorithm": "cmorl",
			"environment": {"id": "deep-sea-treasure-v0", "reference": [0, -25], "gamma": 0.99,
			"objectives": [{"name": "treasure", "unit": "value", "sense": "max"}, {"name": "time", "unit": "steps", "sense": "max"}]},
			"seed": 0, "steps": 2000}`,
		"config.yaml": "version: 1\n",
		"metrics.csv": "eval,phase,steps_train,steps_eval,episodes,updates,hypervolume,hv_ratio,eum,eum_min,mul,igd_plus,eps_add,sparsity,cardinality,best_0,best_1\n" +
			"0,stage1,500,10,1,1,100,,1,,,,,0,1,1,-1\n1,stage1,1000,20,2,2,200,,2,,,,,5,2,11,-1\n",
		"fronts.jsonl": `{"eval":0,"steps_train":500,"points":[[1,-1]],"policies":["a"]}` + "\n" +
			`{"eval":1,"steps_train":1000,"points":[[1,-1],[11,-7]],"policies":["a","b"]}` + "\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

func TestPlot(t *testing.T) {
	root := unfinishedRun(t)
	code, out, errs := invoke("plot", "all", root, "--format", "svg", "--data")
	if code != exitOK {
		t.Fatalf("exit code %d: %s", code, errs)
	}
	var names []string
	for _, path := range strings.Fields(out) {
		if _, err := os.Stat(path); err != nil {
			t.Error(err)
		}
		rel, _ := filepath.Rel(root, path)
		names = append(names, filepath.ToSlash(rel))
	}
	want := "figures/deep-sea-treasure-v0-curves.svg figures/deep-sea-treasure-v0-curves.csv " +
		"figures/deep-sea-treasure-v0-front2d.svg figures/deep-sea-treasure-v0-front2d.csv " +
		"figures/deep-sea-treasure-v0-stages.svg figures/deep-sea-treasure-v0-stages.csv " +
		"figures/deep-sea-treasure-v0-weights.svg figures/deep-sea-treasure-v0-weights.csv"
	if got := strings.Join(names, " "); got != want {
		t.Errorf("wrote %s\nwant  %s", got, want)
	}
	if !strings.Contains(errs, "1 of 1 runs are incomplete") || !strings.Contains(errs, "paretolab resume") {
		t.Errorf("standard error does not say that the run is incomplete: %q", errs)
	}
}

func TestPlotAndReportJSON(t *testing.T) {
	root := unfinishedRun(t)
	for _, args := range [][]string{{"plot", "curves", root, "--json"}, {"report", root, "--json", "--out", filepath.Join(root, "elsewhere")}} {
		code, out, errs := invoke(args...)
		var doc struct{ Files []string }
		if err := json.Unmarshal([]byte(out), &doc); err != nil || code != exitOK {
			t.Fatalf("%v: exit code %d, %v, %s", args, code, err, errs)
		}
		for _, f := range doc.Files {
			if _, err := os.Stat(f); err != nil {
				t.Error(err)
			}
		}
		if len(doc.Files) == 0 {
			t.Errorf("%v names no file", args)
		}
	}
}

func TestPlotAndReportRefuse(t *testing.T) {
	root := unfinishedRun(t)
	run := filepath.Join(root, "cmorl__deep-sea-treasure-v0__s0")
	empty := t.TempDir()
	newer := unfinishedRun(t)
	os.WriteFile(filepath.Join(newer, "cmorl__deep-sea-treasure-v0__s0", "run.json"), []byte(`{"format": "paretolab-run/99"}`), 0o666)
	corrupt := unfinishedRun(t)
	os.WriteFile(filepath.Join(corrupt, "cmorl__deep-sea-treasure-v0__s0", "fronts.jsonl"), []byte("{\n{}\n"), 0o666)
	for _, c := range []struct {
		args []string
		code int
		say  string
	}{
		{[]string{"plot"}, exitUsage, "KIND"},
		{[]string{"plot", "front2d"}, exitUsage, "DIR"},
		{[]string{"plot", "front4d", root}, exitUsage, `no figure "front4d"`},
		{[]string{"plot", "gallery", root}, exitUsage, "takes no directory"},
		{[]string{"plot", "front2d", root, "--format", "eps"}, exitUsage, "pdf, svg, png"},
		{[]string{"plot", "front2d", root, "--width", "wide"}, exitUsage, "mm, cm, in or pt"},
		{[]string{"plot", "front2d", root, "--width", "NaN"}, exitUsage, "mm, cm, in or pt"},
		{[]string{"plot", "front2d", filepath.Join(root, "missing")}, exitUsage, filepath.Join(root, "missing")},
		{[]string{"plot", "front2d", filepath.Join(run, "run.json")}, exitUsage, "is a file"},
		{[]string{"plot", "front2d", empty}, exitNothing, "no run in or below " + empty},
		{[]string{"plot", "matrix", root}, exitNothing, "3 or more objectives"},
		{[]string{"plot", "front2d", newer}, exitData, "paretolab-run/99"},
		{[]string{"plot", "front2d", corrupt}, exitData, "fronts.jsonl"},
		{[]string{"plot", "front2d", root, "--out", filepath.Join(run, "run.json")}, exitUsage, "give a directory with --out"},
		{[]string{"report"}, exitUsage, "DIR"},
		{[]string{"report", root, "--out", filepath.Join(run, "run.json", "x")}, exitUsage, "give a directory with --out"},
		{[]string{"report", corrupt}, exitData, "fronts.jsonl"},
		{[]string{"report", filepath.Join(root, "missing")}, exitUsage, filepath.Join(root, "missing")},
		{[]string{"report", empty}, exitNothing, "run.json"},
		{[]string{"report", newer}, exitData, "paretolab-run/99"},
	} {
		code, out, errs := invoke(c.args...)
		if code != c.code || !strings.Contains(errs, c.say) {
			t.Errorf("%q: exit code %d, %q; want %d and %q", c.args, code, errs, c.code, c.say)
		}
		if out != "" {
			t.Errorf("%q printed %q on standard output", c.args, out)
		}
	}
}

func TestCompletionOfKinds(t *testing.T) {
	_, out, _ := invoke("__complete", "plot", "")
	for _, kind := range []string{"curves", "front2d", "stages", "matrix", "parallel", "all"} {
		if !strings.Contains(out, kind+"\t") {
			t.Errorf("completion does not offer %s: %q", kind, out)
		}
	}
}

// TestPlotGallery writes a page that shows every kind, in colour and in grey, and needs nothing else.
func TestPlotGallery(t *testing.T) {
	out := t.TempDir()
	code, text, errs := invoke("plot", "gallery", "--out", out, "--format", "svg")
	if code != exitOK {
		t.Fatal(errs)
	}
	page, err := os.ReadFile(filepath.Join(out, "index.html"))
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range plots.Kinds() {
		if !strings.Contains(string(page), "paretolab plot "+k.Name) {
			t.Errorf("the page does not show %s", k.Name)
		}
	}
	examples := len(plots.Examples())
	if n := strings.Count(string(page), "<svg"); n != 2*examples {
		t.Errorf("%d pictures in the page, want two of each of %d examples", n, examples)
	}
	if n := strings.Count(text, "\n"); n != examples+1 {
		t.Errorf("%d files named, want %d", n, examples+1)
	}
	if strings.Contains(string(page), "src=") || strings.Contains(string(page), "href=\"http") {
		t.Error("the page needs other files")
	}
}
