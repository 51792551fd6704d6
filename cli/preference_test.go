package cli

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/paretolab/paretolab/agents/preference"
)

// smallGrids is a file of two boards of one kind and one of another.
const smallGrids = `{"gamma": 0.999, "mdps": [
{"id": "random-1", "rows": ["..B", ".S.", "..G"], "weights": [-1, 10, -5, 1, -2, -1]},
{"id": "random-2", "rows": ["C..G", ".BB."], "weights": [-1, 5, -5, 1, -5, -1]},
{"id": "loop-1", "rows": [".G", ".."], "weights": [1, 5, -5, 0, 0, 0]}]}`

func preferenceFile(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestPreferenceTable: a table does not depend on the number of workers, goes on where it was stopped, and
// writes what it says.
func TestPreferenceTable(t *testing.T) {
	grids := preferenceFile(t, "grids.json", smallGrids)
	args := slices.Clip([]string{"preference", "table", "--grids", grids, "--learner", "regret-exact,partial-newton,advantage", "--answers", "regret", "--json"})
	code, one, errs := invoke(append(args, "--pairs", "3,40", "--workers", "1")...)
	if code != exitOK {
		t.Fatal(errs)
	}
	out := filepath.Join(t.TempDir(), "table")
	if code, _, errs := invoke(append(args, "--pairs", "3", "--out", out)...); code != exitOK {
		t.Fatal(errs)
	}
	code, eight, errs := invoke(append(args, "--pairs", "3,40", "--workers", "8", "--out", out)...)
	if code != exitOK {
		t.Fatal(errs)
	}
	var a, b tableInfo
	for text, to := range map[string]*tableInfo{one: &a, eight: &b} {
		if err := json.Unmarshal([]byte(text), to); err != nil {
			t.Fatal(err)
		}
	}
	for _, file := range b.Files {
		if _, err := os.Stat(file); err != nil {
			t.Error(err)
		}
	}
	b.Files = nil
	fits, err := os.ReadFile(filepath.Join(out, "fits.csv"))
	if err != nil {
		t.Fatal(err)
	}
	if code, _, errs := invoke(append(args, "--pairs", "3", "--out", out)...); code != exitOK {
		t.Fatal(errs)
	}
	if less, err := os.ReadFile(filepath.Join(out, "fits.csv")); err != nil || len(less) != len(fits) {
		t.Errorf("a smaller table has dropped fits of a larger one: %d bytes of %d, error %v", len(less), len(fits), err)
	}
	x, _ := json.Marshal(a)
	y, _ := json.Marshal(b)
	if string(x) != string(y) {
		t.Errorf("one worker:\n%s\neight, from what was there:\n%s", x, y)
	}
	// Two modes, three learners of which one is used in two ways, two numbers of pairs, two families.
	if want := 2 * 4 * 2 * 2; len(a.Cells) != want {
		t.Errorf("%d cells, want %d", len(a.Cells), want)
	}
	if c := a.Cells[1]; c.Family != "random" || c.Grids != 2 || c.Learner != "regret-exact" || c.Pairs != 40 || c.NearOptimal != 1 {
		t.Errorf("%+v", c)
	}
}

// onePair is an answer of a group a.
const onePair = `{"conditions": {"a": {"pairs": ["8,1:ULL|8,0:LLR|R"]}}}`

// TestPreferenceMistakes: what is wrong is said with its place, and is exit code 2.
func TestPreferenceMistakes(t *testing.T) {
	grids := preferenceFile(t, "grids.json", smallGrids)
	people := func(text string) string { return preferenceFile(t, "people.json", text) }
	for _, c := range []struct {
		name string
		args []string
		want string
	}{
		{"no boards", []string{"table"}, "--grids"},
		{"unknown learner", []string{"table", "--grids", grids, "--learner", "regret-exakt"}, `did you mean "regret-exact"`},
		{"unknown answers", []string{"table", "--grids", grids, "--answers", "advantage"}, "--answers has"},
		{"no pairs", []string{"table", "--grids", grids, "--pairs", "0"}, "--pairs has 0"},
		{"no such board", []string{"table", "--grids", grids, "--only", "delivery-*"}, "no board"},
		{"bad board", []string{"table", "--grids", preferenceFile(t, "x.json", `{"mdps": [{"id": "a", "rows": [".x"], "weights": [1,2,3,4,5,6]}]}`)}, "mdps[0] (a)"},
		{"too few weights", []string{"table", "--grids", preferenceFile(t, "x.json", `{"mdps": [{"id": "a", "rows": [".G"], "weights": [1]}]}`)}, "1 numbers"},
		{"no JSON", []string{"table", "--grids", preferenceFile(t, "x.json", "{\n\n]")}, "line 3"},
		{"off the board", []string{"fit", "--data", people(`{"conditions": {"a": {"pairs": ["10,2:ULL|8,0:LLR|R"]}}}`)}, "conditions.a.pairs[0]"},
		{"in a house", []string{"fit", "--data", people(`{"conditions": {"a": {"pairs": ["3,4:ULL|8,0:LLR|R"]}}}`)}, "in a house"},
		{"unknown answer", []string{"fit", "--data", people(`{"conditions": {"a": {"pairs": ["8,1:ULL|8,0:LLR|X"]}}}`)}, `answer "X"`},
		{"no answers", []string{"fit", "--data", people(`{"conditions": {"a": {}}}`)}, "neither pairs nor stats"},
		{"zero answers", []string{"fit", "--data", people(`{"conditions": {"a": {"stats": [[1,2,3,0,0,0]]}}}`)}, "no answers"},
		{"parts of nothing", []string{"parts"}, "--data"},
		{"parts without pairs", []string{"parts", "--data", people(`{"conditions": {"a": {"stats": [[1,2,3,4,0,0]]}}}`)}, "no group has pairs"},
		{"too many parts", []string{"parts", "--data", people(onePair), "--parts", "2"}, "--parts has 2; a has 1 answer"},
		{"unknown group", []string{"parts", "--data", people(onePair), "--parts", "1", "--group", "b"}, `no group "b"`},
		{"advantage of parts", []string{"parts", "--data", people(onePair), "--parts", "1", "--learner", "advantage"}, "unknown learner"},
		{"no policies", []string{"parts", "--data", people(onePair), "--parts", "1", "--policies", preferenceFile(t, "x.json", "{}")}, "no policies"},
		{"unknown key", []string{"parts", "--config", preferenceFile(t, "x.yaml", "dat: people.json")}, "dat"},
		{"a row of five", []string{"fit", "--data", people(`{"conditions": {"a": {"stats": [[1,2,3,4,5,6], [1,2,3,4,5]]}}}`)}, "conditions.a.stats[1]: give six numbers"},
		{"a row of seven", []string{"fit", "--data", people(`{"conditions": {"a": {"stats": [[1,2,3,4,5,6,7]]}}}`)}, "give six numbers"},
		{"a number left out", []string{"fit", "--data", people(`{"conditions": {"a": {"stats": [[1,2,3,null,5,6]]}}}`)}, "give six numbers"},
		{"a list", []string{"fit", "--data", people("\n[1, 2]")}, "line 2: this place holds a value of kind array, not an object"},
		{"ids of boards are texts", []string{"table", "--grids", preferenceFile(t, "x.json", `{"mdps": [{"id": 1}]}`)}, "mdps.id holds a value of kind number, not a text"},
		{"half an answer", []string{"fit", "--data", people(`{"conditions": {"a": {"stats": [[1,2,3,0.5,0,0]]}}}`)}, "whole numbers"},
	} {
		code, _, errs := invoke(append([]string{"preference"}, c.args...)...)
		if code != exitUsage || !strings.Contains(errs, c.want) {
			t.Errorf("%s: exit code %d, %s; want %q", c.name, code, errs, c.want)
		}
	}
}

// TestPreferenceFit: the answers of a group that always prefers the higher partial return, and one that
// contradicts itself.
func TestPreferenceFit(t *testing.T) {
	data := preferenceFile(t, "people.json", `{"conditions": {
		"torn": {"stats": [[2, 0, 0, 5, 0, 5]]},
		"sure": {"stats": [[1, 0, 0, 1, 0, 3], [-1, 0, 0, 3, 0, 1]]}}}`)
	code, text, errs := invoke("preference", "fit", "--data", data, "--json")
	if code != exitOK {
		t.Fatal(errs)
	}
	var info []groupInfo
	if err := json.Unmarshal([]byte(text), &info); err != nil {
		t.Fatal(err)
	}
	if len(info) != 2 || info[0].Group != "sure" || len(info[0].Fit) != len(preference.PeopleModels) {
		t.Fatalf("%+v", info)
	}
	// Three of four for the better one: β = ln 3; five of ten: β = 0.
	for k, want := range []float64{1.0986122886681098, 0} {
		if got := info[k].Fit["partial_return"].Beta[0]; got < want-1e-9 || got > want+1e-9 {
			t.Errorf("%s: β = %v, want %v", info[k].Group, got, want)
		}
	}
}

// TestPreferenceParts: a group that is sure, by the configuration and by flags, and what is written.
func TestPreferenceParts(t *testing.T) {
	data := preferenceFile(t, "people.json", `{"conditions": {"sure": {"pairs": ["7,9:DUU|7,9:LLL|L", "8,7:RRU|8,7:LUL|L"]}, "known": {"stats": [[1, 2, 3, 4, 0, 0]]}}}`)
	config := filepath.Join(filepath.Dir(data), "parts.yaml")
	if err := os.WriteFile(config, []byte("data: people.json\nparts: [1, 2]\nshuffles: 2\nlearners: [regret-exact]\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(t.TempDir(), "parts")
	code, text, errs := invoke("preference", "parts", "--config", config, "--out", out, "--json")
	if code != exitOK {
		t.Fatal(errs)
	}
	var info partsInfo
	if err := json.Unmarshal([]byte(text), &info); err != nil {
		t.Fatal(err)
	}
	if len(info.Cells) != 2 || info.Cells[0].Group != "sure" || info.Cells[0].Parts != 1 || info.Cells[1].Parts != 4 || info.Cells[1].Answers != 1 {
		t.Errorf("%+v", info.Cells)
	}
	for _, file := range info.Files {
		if _, err := os.Stat(file); err != nil {
			t.Error(err)
		}
	}
	code, same, errs := invoke("preference", "parts", "--data", data, "--parts", "2,1", "--shuffles", "2", "--learner", "regret-exact", "--json")
	var again partsInfo
	if err := json.Unmarshal([]byte(same), &again); code != exitOK || err != nil || !slices.Equal(again.Cells, info.Cells) {
		t.Errorf("by flags, exit code %d, %s: %+v, not %+v", code, errs, again.Cells, info.Cells)
	}
}
