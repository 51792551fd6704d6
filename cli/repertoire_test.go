package cli

import (
	"cmp"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/paretolab/paretolab/experiments"
	"github.com/paretolab/paretolab/pareto"
)

// TestArchivedPolicies: a search of behaviours leaves every archived policy with its run; each can be measured,
// exported and seen, and does what its row of behaviours.csv says, also after the run was stopped and resumed.
func TestArchivedPolicies(t *testing.T) {
	out := t.TempDir()
	config := writeConfig(t, `version: 1
name: archived
environment: point-v0
algorithm: {name: stax, settings: {evaluations: 600, population: 20, chunk: 100, report_every: 100, view_size: 12, views: 2, latent: 3}}
seeds: [1]
`)
	if code, _, errs := invoke("run", config, "--out", out, "--quiet"); code != exitOK {
		t.Fatal(errs)
	}
	dir := filepath.Join(out, "archived", "stax__point-v0__s1")
	if err := experiments.VerifyRun(dir); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(dir, "behaviours.csv"))
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(strings.NewReader(string(text))).ReadAll()
	if err != nil || len(rows) < 10 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	column := map[string]int{}
	for j, name := range rows[0] {
		column[name] = j
	}
	best := rows[1]
	reward := func(row []string) float64 { r, _ := strconv.ParseFloat(row[column["reward"]], 64); return r }
	for _, row := range rows[2:] {
		if reward(row) > reward(best) {
			best = row
		}
	}
	code, answer, errs := invoke("policy", "eval", dir, best[column["id"]], "--json")
	if code != exitOK {
		t.Fatal(errs)
	}
	var measured struct{ Return []float64 }
	if err := json.Unmarshal([]byte(answer), &measured); err != nil {
		t.Fatal(err)
	}
	for j, v := range measured.Return {
		if want := best[column["return_area_"+strconv.Itoa(j+1)]]; strconv.FormatFloat(v, 'g', -1, 64) != want {
			t.Errorf("objective %d: measured %v, the row says %s", j, v, want)
		}
	}
	strip := filepath.Join(out, "strip.svg")
	if code, _, errs := invoke("envs", "render", "point-v0", "--policy", filepath.Join(dir, "policies", best[column["id"]]), "--filmstrip", "-o", strip); code != exitOK {
		t.Error(errs)
	}
	if code, _, errs := invoke("policy", "eval", dir, "i999999"); code != exitUsage || !strings.Contains(errs, "none among the") {
		t.Errorf("code %d: %s", code, errs)
	}
	// A policy file with another genome is not taken for what the run wrote.
	policies, err := filepath.Glob(filepath.Join(dir, "policies", "i*.json"))
	if err != nil || len(policies) == 0 {
		t.Fatalf("%d policies, %v", len(policies), err)
	}
	if text, err = os.ReadFile(policies[0]); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(policies[0], []byte(strings.Replace(string(text), `"genome":[`, `"genome":[0.5,`, 1)), 0o666); err != nil {
		t.Fatal(err)
	}
	id := strings.TrimSuffix(filepath.Base(policies[0]), ".json")
	if code, _, errs := invoke("policy", "eval", dir, id); code != exitData || !strings.Contains(errs, id+".json") {
		t.Errorf("code %d: %s", code, errs)
	}
	if err := os.WriteFile(policies[0], text, 0o666); err != nil {
		t.Fatal(err)
	}
	// A damaged repertoire is told from an unknown name.
	repertoire := filepath.Join(dir, "policies", "repertoire.safetensors")
	if err := os.WriteFile(repertoire, []byte("rubbish"), 0o666); err != nil {
		t.Fatal(err)
	}
	if code, _, errs := invoke("policy", "eval", dir, best[column["id"]]); code == exitOK || !strings.Contains(errs, "repertoire.safetensors") {
		t.Errorf("code %d: %s", code, errs)
	}
}

// TestBadSearches: what a search of behaviours cannot do is said before it begins, with the remedy.
func TestBadSearches(t *testing.T) {
	for _, c := range []struct{ algorithm, more, say string }{
		{"{name: map-elites, settings: {evaluations: 3}}", "", "which takes 100; raise evaluations or lower population"},
		{"{name: cma-me, settings: {evaluations: 554}}", "", "which takes 555; raise evaluations or lower emitters"},
		{"{name: serene}", "budget: {episodes: 5}", "5 evaluations are too few"},
		{"{name: serene}", "budget: {steps: 10}", "10 steps are too few for the first generation of 100 episodes; one of point-v0 takes up to 50 steps, so raise the budget"},
		{"{name: stax, settings: {latent: 2000}}", "", "latent is 2000; give 1 to 1024"},
		{"{name: serene, settings: {gene_limit: .nan}}", "", `"gene_limit" of algorithm "serene" is .nan, not a finite number`},
		{"{name: serene, settings: {cells: 100000}}", "", "give at most 8192"},
		{"{name: mome, settings: {weights: [1]}}", "", "weights has 1 values for the 4 objectives of point-v0"},
		{"{name: mome}", "reference: {points: {point-v0: [0]}}", "1 numbers; the environment has 4 objectives"},
	} {
		config := writeConfig(t, "version: 1\nname: bad\nenvironment: point-v0\nalgorithm: "+c.algorithm+"\nseeds: [1]\n"+c.more+"\n")
		code, out, errs := invoke("run", config, "--out", t.TempDir())
		if code != exitUsage || out != "" || !strings.Contains(errs, c.say) {
			t.Errorf("%s %s: exit code %d, said %q, not %q", c.algorithm, c.more, code, errs, c.say)
		}
	}
}

// TestFilesOfFrontsAgree: what a run of MOME says of itself follows from the archive that it leaves on disk: the
// score of all cells, the cells, the distinct members, and the front of the run with its indicators.
func TestFilesOfFrontsAgree(t *testing.T) {
	out := t.TempDir()
	config := writeConfig(t, `version: 1
name: fronts
environment: {id: point-v0, options: {effort: true}}
algorithm: {name: mome, settings: {evaluations: 3000, population: 20, batch: 20, cells: 5, capacity: 1000, apart: 0.3, report_every: 1000}}
seeds: [1]
`)
	if code, _, errs := invoke("run", config, "--out", out, "--quiet"); code != exitOK {
		t.Fatal(errs)
	}
	run, err := experiments.LoadRun(filepath.Join(out, "fronts", "mome__point-v0__s1"))
	if err != nil {
		t.Fatal(err)
	}
	// Where the time went stands beside it, without a hash, and is no more than all.
	spent, parts := 0.0, map[string]bool{}
	for _, p := range run.Parts {
		spent += p.Seconds
		parts[p.Part] = p.Seconds >= 0
	}
	if all := run.Timing[len(run.Timing)-1].SecondsTotal; !parts["episodes"] || !parts["emitters"] || !parts["measurement"] || spent > all+0.01 || run.Result.Files["parts.csv"] != "" {
		t.Errorf("parts %v of %v s", run.Parts, all)
	}
	rows, err := run.Table("behaviours")
	if err != nil {
		t.Fatal(err)
	}
	returns, _ := rows.Series("return_")
	places, _ := rows.Series("x_")
	ref := run.Info.Environment.Reference
	m := len(returns)
	all, cells := pareto.Front{M: m}, map[[2]int]*pareto.Front{}
	for i := range rows.Len() {
		cell := [2]int{}
		for k, x := range places { // from −1 to 1, as the points move
			cell[k] = min(int((5*(x[i]+1)+1e-6)/2), 4)
		}
		if cells[cell] == nil {
			cells[cell] = &pareto.Front{M: m}
		}
		for _, f := range []*pareto.Front{&all, cells[cell]} {
			for _, r := range returns {
				f.X = append(f.X, r[i])
			}
		}
	}
	hypervolume := func(f pareto.Front) float64 {
		hv, err := pareto.Hypervolume(f, ref)
		if err != nil {
			t.Fatal(err)
		}
		return hv
	}
	moqd := 0.0
	for _, f := range cells {
		if index, err := pareto.NonDominated(*f); err != nil || len(index) != f.Len() {
			t.Errorf("%d of %d members of a cell are not dominated (%v)", len(index), f.Len(), err)
		}
		moqd += hypervolume(*f)
	}
	// The most contributing member of the front first, then what is 0.3 of the diagonal apart.
	index, err := pareto.NonDominated(all)
	if err != nil {
		t.Fatal(err)
	}
	front := all.Select(index)
	contribution, err := pareto.Contributions(front, ref)
	if err != nil {
		t.Fatal(err)
	}
	order := slices.SortedStableFunc(slices.Values(index), func(i, j int) int {
		return cmp.Compare(contribution[slices.Index(index, j)], contribution[slices.Index(index, i)])
	})
	var distinct []int
	for _, i := range order {
		if !slices.ContainsFunc(distinct, func(j int) bool {
			return math.Hypot(places[0][i]-places[0][j], places[1][i]-places[1][j]) < 0.3*math.Hypot(2, 2)
		}) {
			distinct = append(distinct, i)
		}
	}
	last := run.Metrics[len(run.Metrics)-1]
	for name, want := range map[string]float64{
		"moqd_score": moqd, "fronts": float64(len(cells)), "archive": float64(rows.Len()),
		"distinct": float64(len(distinct)), "distinct_hypervolume": hypervolume(all.Select(distinct)),
	} {
		if got := last.Columns["mome."+name]; math.Abs(got-want) > 1e-9*want {
			t.Errorf("%s is %v, the archive has %v", name, got, want)
		}
	}
	if len(cells) < 20 || len(distinct) < 2 || front.Len() < 5 {
		t.Errorf("%d cells, %d distinct members, a front of %d", len(cells), len(distinct), front.Len())
	}
	// The front of the run, read back, is that of the archive, each vector once.
	text, err := os.ReadFile(filepath.Join(run.Dir, "front.csv"))
	if err != nil {
		t.Fatal(err)
	}
	lines, err := csv.NewReader(strings.NewReader(string(text))).ReadAll()
	if err != nil || strings.Join(lines[0], ",") != "policy,area_1,area_2,area_3,area_4,effort,se_area_1,se_area_2,se_area_3,se_area_4,se_effort,episodes" {
		t.Fatalf("%v, %v", lines, err)
	}
	saved := pareto.Front{M: m}
	for _, line := range lines[1:] {
		for _, text := range line[1 : 1+m] {
			v, err := strconv.ParseFloat(text, 64)
			if err != nil {
				t.Fatal(err)
			}
			saved.X = append(saved.X, v)
		}
	}
	vectors := func(f pareto.Front) (v []string) {
		for i := range f.Len() {
			v = append(v, fmt.Sprint(f.Row(i)))
		}
		slices.Sort(v)
		return slices.Compact(v)
	}
	if got, want := vectors(saved), vectors(front); !slices.Equal(got, want) {
		t.Errorf("front.csv has %v, the archive %v", got, want)
	}
	for name, c := range map[string][2]float64{
		"hypervolume": {run.Result.Final.Hypervolume, hypervolume(saved)}, "sparsity": {run.Result.Final.Sparsity, pareto.Sparsity(saved)},
		"cardinality": {float64(run.Result.Final.Cardinality), float64(saved.Len())}, "hypervolume of the last row": {last.Hypervolume, hypervolume(saved)},
		"sparsity of the last row": {last.Sparsity, pareto.Sparsity(saved)},
	} {
		if math.Abs(c[0]-c[1]) > 1e-9*math.Max(1, c[1]) {
			t.Errorf("%s is %v, front.csv has %v", name, c[0], c[1])
		}
	}
}
