package report

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/paretolab/paretolab/experiments"
	"github.com/paretolab/paretolab/internal/latex/latextest"
)

// duel is five runs each of two labels that do not overlap, the worse one on an algorithm of its own, and
// of which the first failed once more.
func duel() []*experiments.Run {
	var runs []*experiments.Run
	for seed := range uint64(5) {
		good, poor := treasure("C-MORL", seed), treasure("PPO lattice", seed)
		poor.Info.Algorithm = "ppo-lattice"
		for i, r := range []*experiments.Run{good, poor} {
			ratio := 0.9 - 0.3*float64(i) + 0.01*float64(seed)
			r.Result.Final.HVRatio, r.Result.Final.Hypervolume = &ratio, 1101.38443*ratio
			r.Config = strings.Replace(r.Config, "version: 1\n", "version: 1\ndescription: does stage 2 pay\n", 1)
			r.Info.ConfigSHA256 = sum(r.Config)
		}
		runs = append(runs, good, poor)
	}
	return append(runs, unfinished())
}

// TestStatistics: exact p = 2/252 of five against five, one test, sentences from it alone, no word of where
// the runs lay.
func TestStatistics(t *testing.T) {
	_, files := writeAll(t, duel())
	for name, wants := range map[string][]string{
		"report.md": {
			"## Question and setting", "Does stage 2 pay.", "## Algorithms and settings", "## Results", "## Learning curves", "## Fronts and attainment",
			"## Pairwise and rank statistics", "## C-MORL, stage by stage", "## Optimism and evaluation noise", "## Failures", "## Versions and provenance",
			"- C-MORL beats PPO lattice on 1 of 1 environment after Holm's correction, p &lt; 0.05.", "| C-MORL | PPO lattice | 5, 5 |", "| 0.0079 | 0.0079 | 0.0079 | C-MORL is better |",
			"An archive that keeps the best of many noisy evaluations reports luck", "**0.9200 \\[", "HV lattice, whole budget", "n = 5.", "incomplete: failed: out of &lt;memory&gt;",
			"reference point (0, −25), discount 0.99, 100 fresh episodes per policy, seeds 0–4",
		},
		"tables/comparison.tex":                                {`\begin{tabular}{llr`, `\toprule`, `\textbf{0.9200 {[}`, `\label{tab:comparison}`, `\caption{Final archives over seeds`, "\\bottomrule"},
		"tables/comparison.csv":                                {"hv_ratio_iqm,hv_ratio_iqm_low,hv_ratio_iqm_high,optimality_gap"},
		"tables/dominance.csv":                                 {"environment,a,b,dominated,covered,eps_add_to_b,eps_add_to_a"},
		"tables/failures.csv":                                  {"out of <memory>"},
		"figures/deep-sea-treasure-concave-v0-improvement.svg": {"<svg"},
		"data/deep-sea-treasure-concave-v0-intervals.csv":      {"C-MORL,5,0.92"},
	} {
		for _, want := range wants {
			if !strings.Contains(files[name], want) {
				t.Errorf("%s does not say %q", name, want)
			}
		}
	}
	if page := files["index.html"]; !strings.Contains(page, "<b>0.9200 [") || len(page) > maxPage {
		t.Errorf("the page of %d bytes lacks the best in bold", len(page))
	}
	order := []string{"Question and setting", "Algorithms and settings", "Results", "Learning curves", "Fronts and attainment", "Pairwise and rank statistics", "C-MORL, stage by stage", "Optimism and evaluation noise", "Failures", "Versions and provenance"}
	at := 0
	for _, title := range order {
		i := strings.Index(files["report.md"], "\n## "+title+"\n")
		if i < at {
			t.Errorf("%q is not in its place", title)
		}
		at = i
	}
}

// TestRefusesToCompare runs of another discount, and says why.
func TestRefusesToCompare(t *testing.T) {
	runs := duel()
	runs[3].Info.Environment.Gamma = 1
	_, files := writeAll(t, runs)
	if md := files["report.md"]; !strings.Contains(md, "Nothing is compared here, since numbers of these runs mean different things:") || !strings.Contains(md, "discount: 0.99 and 1") {
		t.Error("the report does not refuse")
	}
	if _, there := files["tables/pairs.csv"]; there {
		t.Error("there is a table of tests all the same")
	}
}

// TestFewRuns have values without intervals.
func TestFewRuns(t *testing.T) {
	_, files := writeAll(t, duel()[:4])
	if md := files["report.md"]; !strings.Contains(md, "Fewer than 3 runs (PPO lattice on deep-sea-treasure-concave-v0 has 2)") || strings.Contains(md, "beats") {
		t.Error("the report does not say what is missing")
	}
	if _, there := files["tables/pairs.csv"]; there {
		t.Error("there is a table of tests all the same")
	}
}

// TestUnionOfFronts is written as a file where no front is known, with its hash under the table.
func TestUnionOfFronts(t *testing.T) {
	_, files := writeAll(t, []*experiments.Run{cart(0), cart(1), cart(2)})
	front := files["reference_front.csv"]
	if !strings.HasPrefix(front, "ore1,ore2,fuel\n") || !strings.Contains(files["report.md"], "SHA-256 "+sum(front)[:12]) {
		t.Errorf("the front is %q", front)
	}
}

// TestDecimals: three significant digits of the width.
func TestDecimals(t *testing.T) {
	for _, c := range []struct {
		value, low, high float64
		want             string
	}{
		{0.923456, 0.917123, 0.929456, "0.9235 [0.9171, 0.9295]"},
		{1234.567, 1200, 1300, "1235 [1200, 1300]"},
		{0.5, 0.5, 0.5, "0.5000 [0.5000, 0.5000]"},
		{0.15094655210118, 0.15094655210117, 0.15094655210118, "0.1509 [0.1509, 0.1509]"},
		{-2.5, -3, -2, "−2.50 [−3.00, −2.00]"},
	} {
		if got := estimate(&experiments.Estimate{Value: c.value, Low: c.low, High: c.high})[0].shown; got != c.want {
			t.Errorf("%v [%v, %v]: %s, want %s", c.value, c.low, c.high, got, c.want)
		}
	}
}

// TestVerdicts says what was tested, and of what no outcome could have counted.
func TestVerdicts(t *testing.T) {
	pair := func(verdict string) experiments.Pair {
		return experiments.Pair{A: "a", B: "b", SmallestP: 0.1, Verdict: verdict}
	}
	var environments []experiments.EnvironmentComparison
	for _, v := range []string{"a is better", "a is better", "b is better", "no difference shown", "cannot be significant with so few runs"} {
		environments = append(environments, experiments.EnvironmentComparison{Pairs: []experiments.Pair{pair(v)}})
	}
	c := comparison{Comparison: &experiments.Comparison{Confidence: 0.95, Environments: environments}}
	got := strings.Join(c.verdicts(), "\n")
	want := "a beats b on 2 of 5 environments after Holm's correction, p < 0.05.\nb beats a on 1 of 5 environments after Holm's correction, p < 0.05.\n1 of 5 tests showed no difference.\n" +
		"1 of 5 tests cannot be significant whatever the runs had given: with so few, p is 0.1 at best, which Holm multiplies by up to 5."
	if got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
}

// TestLargeReport stays below the size of a page: of long tables the rest is named by its file.
func TestLargeReport(t *testing.T) {
	var rows section
	for i := range 100 {
		front := &table{name: fmt.Sprintf("front-%d", i), columns: []column{{"policy", "policy", true}}, folded: true}
		for range maxFrontRows + 1 {
			front.add(word(strings.Repeat("stage2/r1/", 30)))
		}
		rows.table(front)
	}
	doc := &document{}
	doc.section("Fronts", rows)
	if all, err := doc.htmlWithin(math.MaxInt, maxFrontRows); err != nil || len(all) <= maxPage {
		t.Fatalf("all of it is %d bytes, too few to test anything: %v", len(all), err)
	}
	page, err := doc.html()
	if err != nil || len(page) > maxPage || !strings.Contains(string(page), "101 more rows are in tables/front-0.csv.") {
		t.Errorf("%d bytes, %v", len(page), err)
	}
}

// TestLaTeX prints what stands in a table as it stands.
func TestLaTeX(t *testing.T) {
	table := &table{name: "x", caption: "50 % & more", columns: []column{{"a_b", "a", true}, {"ε", "b", false}, {"", "c", false}}, hidden: map[string]bool{"c": true}}
	table.add(word("{x}"), value{shown: "−1.5", mark: tieMark}, word("hidden"))
	want := "\\begin{table}\n\\centering\n\\caption{50 \\% \\& more}\n\\label{tab:x}\n\\begin{tabular}{lr}\n\\toprule\na\\_b & $\\varepsilon$ \\\\\n\\midrule\n\\{x\\} & \\underline{$-$1.5} \\\\\n\\bottomrule\n\\end{tabular}\n\\end{table}\n"
	if got := string(table.tex()); got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
}

// TestLaTeXTables: every table of a report has the form that LaTeX reads, and compiles where LaTeX is.
func TestLaTeXTables(t *testing.T) {
	var tables []string
	for _, runs := range [][]*experiments.Run{fixture(), duel()} {
		_, files := write(t, runs, Options{NoHTML: true, Formats: []string{"svg"}})
		for _, name := range keysWith(files, "tables/") {
			if strings.HasSuffix(name, ".tex") {
				latextest.Table(t, name, files[name])
				tables = append(tables, files[name])
			}
		}
	}
	if len(tables) < 10 {
		t.Errorf("%d tables", len(tables))
	}
	latextest.Compile(t, tables...)
}
