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
	// A damaged repertoire is told from an unknown name.
	repertoire := filepath.Join(dir, "policies", "repertoire.safetensors")
	if err := os.WriteFile(repertoire, []byte("rubbish"), 0o666); err != nil {
		t.Fatal(err)
	}
	if code, _, errs := invoke("policy", "eval", dir, best[column["id"]]); code == exitOK || !strings.Contains(errs, "repertoire.safetensors") {
		t.Errorf("code %d: %s", code, errs)
	}
}
