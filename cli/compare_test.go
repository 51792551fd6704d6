package cli

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/paretolab/paretolab/experiments"
	"github.com/paretolab/paretolab/internal/latex/latextest"
)

// TestCompare of two algorithms, in every format.
func TestCompare(t *testing.T) {
	out := t.TempDir()
	code, _, errs := invoke("run", writeConfig(t, `version: 1
name: duel
grid:
  environments: [deep-sea-treasure-v0]
  algorithms: [pql, {name: mpmoq, settings: {weight_steps: 5000}}]
  seeds: 0..3
budget: {steps: 20_000}
`), "--out", out, "--quiet")
	if code != exitOK {
		t.Fatal(errs)
	}
	dir := filepath.Join(out, "duel")
	code, text, errs := invoke("compare", dir, "--json", "--bootstrap", "500")
	var c experiments.Comparison
	if err := json.Unmarshal([]byte(text), &c); err != nil || code != exitOK {
		t.Fatalf("exit code %d %s: %v", code, errs, err)
	}
	if e := c.Environments[0]; len(e.Scores) != 2 || e.Scores[0].Runs != 4 || len(e.Pairs) != 1 || e.Pairs[0].A != "mpmoq" {
		t.Errorf("%+v", c)
	}
	tables := t.TempDir()
	for format, want := range map[string]string{
		"table": "environment           variant", "csv": "environment,variant,n,IQM", "markdown": "| environment | variant |", "latex": `hv\_ratio, larger is better`,
	} {
		code, text, errs := invoke("compare", dir, "--format", format, "--bootstrap", "500", "--out", tables)
		if code != exitOK || !strings.Contains(text, want) || !strings.Contains(text, "pql") {
			t.Errorf("%s: exit code %d %s\n%s", format, code, errs, text)
		}
		if b, err := os.ReadFile(filepath.Join(tables, "pairs"+compareFormats[format])); err != nil || !strings.Contains(string(b), "mpmoq") {
			t.Errorf("%s: %v %s", format, err, b)
		}
		for _, name := range []string{"scores.tex", "pairs.tex", "fronts.tex"} {
			if format == "latex" {
				latextest.Table(t, name, string(must(os.ReadFile(filepath.Join(tables, name)))))
			}
		}
	}
	for _, x := range []struct {
		args []string
		code int
		want string
	}{
		{[]string{dir, "--format", "word"}, exitUsage, `"word"`},
		{[]string{dir, "--metric", "hvratio"}, exitUsage, "hv_ratio"},
		{[]string{dir, "--metric", "sparsity"}, exitUsage, "sparsity alone says nothing"},
		{[]string{dir, "--reference", "nowhere.csv"}, exitUsage, "nowhere.csv"},
		{[]string{dir, "--reference", "minecart-v0=x.csv"}, exitUsage, "no run is on \"minecart-v0\""},
		{[]string{dir, "--reference", filepath.Join(tables, "pairs.csv")}, exitData, "treasure"},
		{[]string{dir, "--by", "colour"}, exitUsage, "colour"},
		{[]string{dir, "--ci", "95"}, exitUsage, "95"},
		{[]string{dir, "--min-seeds", "5", "--bootstrap", "500"}, exitStatistics, "too few runs"},
		{[]string{t.TempDir()}, exitNothing, "no run"},
	} {
		code, _, errs := invoke(append([]string{"compare"}, x.args...)...)
		if code != x.code || !strings.Contains(errs, x.want) {
			t.Errorf("compare %v: exit code %d, %q, want %d with %q", x.args, code, errs, x.code, x.want)
		}
	}
}
