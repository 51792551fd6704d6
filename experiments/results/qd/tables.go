package main

import (
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strings"

	"github.com/paretolab/paretolab/experiments/results/internal/page"
	"github.com/paretolab/paretolab/pareto/stats"
)

// study is an experiment and what its runs are compared with.
type study struct {
	name, title string
	base        string // label that the others are tested against
}

var studies = []study{
	{"arm-quick", "Redundant arm, 50 000 evaluations", "STAX"},
	{"arm-ablations", "Redundant arm, encoders and selection of STAX, 50 000 evaluations", "pca N U"},
	{"arm-fronts", "Redundant arm, reward against effort and time, 50 000 evaluations", "SERENE"},
	{"arm-full", "Redundant arm, 500 000 evaluations", "STAX"},
	{"maze", "Hard maze, 50 000 evaluations", "STAX"},
	{"maze-full", "Hard maze, 500 000 evaluations", "STAX"},
	{"curling", "Curling, 50 000 evaluations", "STAX"},
	{"curling-full", "Curling, 500 000 evaluations", "STAX"},
	{"point", "Point, 20 000 evaluations", "SERENE"},
}

// solved is the best reward from which on an area counts as solved.
const solved = 0.9

// writeTables replaces what stands between the markers of README.md by the tables.
func writeTables() error {
	body, err := tables()
	if err != nil {
		return err
	}
	return page.Replace(filepath.Join(folder, "README.md"), "tables", body)
}

// tables returns the tables of all experiments that have runs, as Markdown.
func tables() (string, error) {
	var b strings.Builder
	for _, s := range studies {
		r, err := readResults(s.name)
		if err != nil {
			return "", err
		}
		if len(r.rows) == 0 {
			continue
		}
		fmt.Fprintf(&b, "\n### %s (`%s.csv`)\n", s.title, s.name)
		if err := r.coverageTable(&b, s); err != nil {
			return "", err
		}
		r.rewardTable(&b)
		if err := r.frontTable(&b, s); err != nil {
			return "", err
		}
	}
	return b.String(), nil
}

// coverageTable has a row per label: median coverage on the way and at the end with the interval of the
// bootstrap, and the rank test against the base.
func (r *results) coverageTable(b *strings.Builder, s study) error {
	var ways []int
	for _, mark := range marks {
		if len(r.of(s.base, way(mark))) > 0 {
			ways = append(ways, mark)
		}
	}
	b.WriteString("\n| label | seeds |")
	for _, mark := range ways {
		fmt.Fprintf(b, " %dk |", mark/1000)
	}
	fmt.Fprintf(b, " end | interval | least | of cells in reach | uniformity | QD score | correlation | better than %s | p (Holm) |\n|---|---|%s---|---|---|---|---|---|---|---|---|\n",
		s.base, strings.Repeat("---|", len(ways)))
	labels := r.labels()
	chance, p, err := r.against(s.base, "coverage")
	if err != nil {
		return err
	}
	for i, label := range labels {
		final := r.of(label, "coverage")
		fmt.Fprintf(b, "| %s | %d |", label, len(final))
		for _, mark := range ways {
			fmt.Fprintf(b, " %s |", show(median(r.of(label, way(mark)))))
		}
		low, high, err := medianInterval(final)
		if err != nil {
			return err
		}
		fmt.Fprintf(b, " %s | %s to %s | %s | %s | %s | %s | %s |", show(median(final)), show(low), show(high), show(slices.Min(final)),
			show(median(r.of(label, "reachable_coverage"))), show(median(r.of(label, "uniformity"))), score(median(r.of(label, "qd_score"))),
			show(median(r.of(label, "correlation"))))
		if label == s.base {
			b.WriteString(" | |\n")
		} else {
			fmt.Fprintf(b, " %s | %s |\n", show(chance[i]), pvalue(p[i]))
		}
	}
	return nil
}

// rewardTable has a row per label: of each area the median of the best reward, in how many runs it is
// solved, the median evaluation of the first hit, and the share of the budget.
func (r *results) rewardTable(b *strings.Builder) {
	var areas []string
	for _, c := range r.columns {
		if area, ok := strings.CutPrefix(c, "best_"); ok {
			areas = append(areas, area)
		}
	}
	b.WriteString("\n| label |")
	for _, a := range areas {
		fmt.Fprintf(b, " %s: best | solved | first hit | budget |", strings.ReplaceAll(a, "_", " "))
	}
	fmt.Fprintf(b, " all solved | exploration |\n|---|%s---|---|\n", strings.Repeat("---|---|---|---|", len(areas)))
	for _, label := range r.labels() {
		fmt.Fprintf(b, "| %s |", label)
		n, all := 0, 0
		for _, x := range r.rows {
			if x.label != label {
				continue
			}
			n++
			every := true
			for _, a := range areas {
				every = every && x.values[slices.Index(r.columns, "best_"+a)] >= solved
			}
			if every {
				all++
			}
		}
		for _, a := range areas {
			best := r.of(label, "best_"+a)
			k := 0
			for _, v := range best {
				if v >= solved {
					k++
				}
			}
			hits := slices.DeleteFunc(r.of(label, "first_hit_"+a), func(at float64) bool { return at <= 0 })
			hit := ""
			if len(hits) > 0 {
				hit = fmt.Sprintf("%.0f", median(hits))
				if len(hits) < n {
					hit += fmt.Sprintf(" (%d of %d)", len(hits), n)
				}
			}
			fmt.Fprintf(b, " %s | %d | %s | %s |", show(median(best)), k, hit, show(median(r.of(label, "share_"+a))))
		}
		fmt.Fprintf(b, " %d of %d | %s |\n", all, n, show(median(r.of(label, "share_exploration"))))
	}
}

// frontTable has a row per label where areas are not the only objectives: medians of the hypervolume and the
// size of the front of all policies that were tried, and the rank test of the hypervolume against the base.
func (r *results) frontTable(b *strings.Builder, s study) error {
	if !slices.Contains(r.columns, "hypervolume") {
		return nil
	}
	chance, p, err := r.against(s.base, "hypervolume")
	if err != nil {
		return err
	}
	fmt.Fprintf(b, "\n| label | hypervolume | interval | least | policies on the front | better than %s | p (Holm) |\n|---|---|---|---|---|---|---|\n", s.base)
	for i, label := range r.labels() {
		hv := r.of(label, "hypervolume")
		low, high, err := medianInterval(hv)
		if err != nil {
			return err
		}
		fmt.Fprintf(b, "| %s | %s | %s to %s | %s | %.0f | %s | %s |\n", label, score(median(hv)), score(low), score(high), score(slices.Min(hv)),
			median(r.of(label, "front")), show(chance[i]), pvalue(p[i]))
	}
	return nil
}

// against compares the final value of a column of every label with that of the base: the probability that a run of
// the label reaches more, and the p-value of the rank test, corrected for the number of labels.
func (r *results) against(base, column string) (chance, p []float64, err error) {
	labels := r.labels()
	chance, p = make([]float64, len(labels)), make([]float64, len(labels))
	reference := r.of(base, column)
	var tested []int
	var raw []float64
	for i, label := range labels {
		chance[i], p[i] = math.NaN(), math.NaN()
		x := r.of(label, column)
		if label == base || len(x) < stats.MinRuns || len(reference) < stats.MinRuns {
			continue
		}
		test, err := stats.MannWhitney(x, reference)
		if err != nil {
			return nil, nil, err
		}
		if chance[i], err = stats.A12(x, reference); err != nil {
			return nil, nil, err
		}
		tested, raw = append(tested, i), append(raw, test.P)
	}
	if len(raw) == 0 {
		return chance, p, nil
	}
	corrected, err := stats.Holm(raw)
	if err != nil {
		return nil, nil, err
	}
	for k, i := range tested {
		p[i] = corrected[k]
	}
	return chance, p, nil
}

// way is the column of coverage at a number of evaluations.
func way(mark int) string { return fmt.Sprintf("coverage_%dk", mark/1000) }

// median of values; NaN of none.
func median(values []float64) float64 {
	n := len(values)
	if n == 0 {
		return math.NaN()
	}
	s := slices.Sorted(slices.Values(values))
	return (s[(n-1)/2] + s[n/2]) / 2
}

// medianInterval is the interval of the median between order statistics (Hahn & Meeker 1991) whose
// probability is at least 0.95, or all of the range where so few values have none.
func medianInterval(values []float64) (low, high float64, err error) {
	s := slices.Sorted(slices.Values(values))
	n := len(s)
	if n == 0 {
		return 0, 0, fmt.Errorf("no value")
	}
	tail, term, k := 0.0, math.Pow(0.5, float64(n)), 0 // tail: probability that fewer than k+1 values lie below the median
	for {
		if tail += term; 2*tail > 0.05 || k >= n/2 {
			break
		}
		term *= float64(n-k) / float64(k+1)
		k++
	}
	k = max(k-1, 0)
	return s[k], s[n-1-k], nil
}

func show(v float64) string {
	if math.IsNaN(v) {
		return ""
	}
	return fmt.Sprintf("%.3f", v)
}

func score(v float64) string {
	if math.IsNaN(v) {
		return ""
	}
	return fmt.Sprintf("%.1f", v)
}

func pvalue(p float64) string {
	switch {
	case math.IsNaN(p):
		return ""
	case p < 0.0001:
		return "< 0.0001"
	}
	return fmt.Sprintf("%.4f", p)
}
