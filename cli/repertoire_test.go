package cli

import (
	"encoding/csv"
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/paretolab/paretolab/experiments"
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
