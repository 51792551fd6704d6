package experiments

import (
	"encoding/json"
	"errors"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/paretolab/paretolab/agents"
	"github.com/paretolab/paretolab/envs"
)

func init() {
	agents.RegisterRepertoire("lines", func(b []byte, _ *envs.Spec) (agents.Repertoire, error) {
		l := &lines{}
		return l, json.Unmarshal(b, l)
	})
}

// TestTables: what a learner knows beside its policies comes back from its files, which the result vouches
// for.
func TestTables(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	run := complete(t, testJob(dir, 3, newClimber()), nil).Run
	if names := run.TableNames(); !slices.Equal(names, []string{"tasks"}) {
		t.Fatalf("tables %v", names)
	}
	table, err := run.Table("tasks")
	if err != nil || table.Len() == 0 || len(table.Numbers("value")) != table.Len() || table.Text("policy")[0] != "last0" {
		t.Fatalf("%v, %v", table, err)
	}
	if other, err := run.Table("behaviours"); other != nil || err != nil {
		t.Errorf("a table that is not there: %v, %v", other, err)
	}
	if err := os.WriteFile(filepath.Join(dir, "tasks.csv"), []byte("value,policy\n1\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	again, err := LoadRun(dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := again.Table("tasks"); !errors.Is(err, ErrCorrupt) || !strings.Contains(err.Error(), "tasks.csv:2") {
		t.Errorf("a damaged table: %v", err)
	}
}

// TestTableRoundTrip: numbers come back exactly, missing ones as NaN, and one word makes a column text.
func TestTableRoundTrip(t *testing.T) {
	in := &agents.Table{Name: "mixed"}
	in.Add("x", []float64{1.0 / 3, math.NaN(), math.Inf(-1)})
	in.AddText("word", []string{"1", "a, \"b\"", ""})
	path := filepath.Join(t.TempDir(), "mixed.csv")
	if err := os.WriteFile(path, encodeTable(in), 0o666); err != nil {
		t.Fatal(err)
	}
	out, err := reader(os.ReadFile).learnerTable(path, "mixed")
	if err != nil {
		t.Fatal(err)
	}
	x := out.Numbers("x")
	if x[0] != 1.0/3 || !math.IsNaN(x[1]) || !math.IsInf(x[2], -1) || !slices.Equal(out.Text("word"), in.Text("word")) {
		t.Errorf("%+v", out)
	}
}

// TestBadTables: names that are taken or that no file has, and columns of different lengths.
func TestBadTables(t *testing.T) {
	a := &attempt{dir: &runDir{hashes: map[string]string{}}}
	for say, table := range map[string]agents.Table{
		"name of another file": {Name: "metrics", Columns: []agents.Column{{Name: "x"}}},
		`the name "../x"`:      {Name: "../x", Columns: []agents.Column{{Name: "x"}}},
		"has no columns":       {Name: "x"},
		"two columns":          {Name: "x", Columns: []agents.Column{{Name: "y"}, {Name: "y"}}},
		"has 1 rows":           {Name: "x", Columns: []agents.Column{{Name: "y", Numbers: []float64{1, 2}}, {Name: "z", Text: []string{"a"}}}},
	} {
		if err := a.writeTables([]agents.Table{table}); err == nil || !strings.Contains(err.Error(), say) {
			t.Errorf("%v, want %q", err, say)
		}
	}
}
