package main

import (
	"cmp"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/paretolab/paretolab/experiments/results/internal/page"
	"github.com/paretolab/paretolab/pareto/stats"
)

// task is an experiment with its goals.
type task struct {
	name, title string
	unit        float64 // of hypervolumes in tables
	format      string  // of hypervolumes in units
	goals       []goal
}

// goal is what preset recommended should reach.
type goal struct {
	experiment, variant, budget string
	mean, every                 float64 // hypervolume, of all seeds together and of each; 0 for none
	utility                     float64
}

const fruit = 46034.80 // hypervolume of the exact front of fruit-tree of depth 6 at discount 0.99

var tasks = []task{
	{"fruit-tree", "Fruit tree of depth 6, 0.5 M steps; hypervolume as share of the exact 46034.80", fruit, "%.4f", []goal{
		{"fruit-tree", "ipo", "0.5 M", 0.975 * fruit, 0.96 * fruit, 0},
		{"longer", "fruit-tree", "3.9 M", 0, 0.99 * fruit, 0},
	}},
	{"minecart", "Minecart, 2 M steps", 1, "%.1f", []goal{
		{"minecart", "ipo", "2 M", 675, 0, 0},
		{"longer", "minecart", "3.96 M", 685, 0, 0},
	}},
	{"building-3d", "Building-3d, 3 M steps; hypervolume / 1e12", 1e12, "%.4f", []goal{
		{"building-3d", "ipo", "3 M", 1.228e12, 0, 10390},
		{"longer", "building-3d", "8 M", 1.24e12, 0, 10410},
	}},
	{"building-9d", "Building-9d, 3 M steps; hypervolume / 1e31", 1e31, "%.3f", []goal{
		{"building-9d", "ipo", "3 M", 9.62e31, 0, 3596},
		{"longer", "building-9d", "8 M", 9.85e31, 0, 3605},
	}},
	{"building-9d-two", "Building-9d, 3 M steps, two policies per round (`num_select` 2, `update_iter` 10, `learning_rate_stage2` 5e-4); hypervolume / 1e31", 1e31, "%.3f", nil},
	{"lunar-lander", "Lunar lander (discrete), 2 M steps; hypervolume / 1e9", 1e9, "%.4f", nil},
}

// published are the figures of the re-run of the published code (TanmayAmbadkar/C-MORL, commit ad04cde), one
// seed, with the evaluations that training selected by: final hypervolume, its gain over stage 1, utility, size.
var published = map[string]string{
	"minecart":    "| published code, re-run, 3.96 M steps, as selected | 1 | 597.5 | | 592.0 | +0.9 % | 164 | 0.0049 | 0.2914 | | | | 932 |\n",
	"building-9d": "| published code, re-run, 20 M steps, as selected | 1 | ≥ 7.673 | | | | 200 | | ≥ 3503.1 | | | | 3310 |\n",
}

// writeTables replaces what stands between the markers of README.md by the tables.
func writeTables() error {
	body, err := tables()
	if err != nil {
		return err
	}
	return page.Replace(filepath.Join(folder, "README.md"), "tables", body)
}

// tables returns all tables as Markdown.
func tables() (string, error) {
	var b strings.Builder
	controllers, err := readRows("controllers")
	if err != nil {
		return "", err
	}
	for _, table := range []func(*strings.Builder) error{goalTable, budgetTable, constraintTable} {
		if err := table(&b); err != nil {
			return "", err
		}
	}
	for _, t := range tasks {
		if err := t.modes(&b, controllers); err != nil {
			return "", err
		}
	}
	return b.String(), nil
}

// goalTable compares preset recommended with what it should reach.
func goalTable(b *strings.Builder) error {
	b.WriteString("\n### Goals, preset `recommended`\n\n| task | steps | seeds | hypervolume: mean | least | goal | expected utility: mean | goal | reached |\n|---|---|---|---|---|---|---|---|---|\n")
	for _, t := range tasks {
		for _, g := range t.goals {
			rows, err := readRows(g.experiment)
			if err != nil {
				return err
			}
			hv, u := scores(rows, g.variant, hypervolume), scores(rows, g.variant, utility)
			if len(hv) == 0 {
				continue
			}
			show := func(v float64) string { return fmt.Sprintf(t.format, v/t.unit) }
			reached := mean(hv) >= g.mean && slices.Min(hv) >= g.every && mean(u) >= g.utility
			var wanted []string
			if g.mean > 0 {
				wanted = append(wanted, "mean ≥ "+show(g.mean))
			}
			if g.every > 0 {
				wanted = append(wanted, "each ≥ "+show(g.every))
			}
			wantedUtility := ""
			if g.utility > 0 {
				wantedUtility = fmt.Sprintf("≥ %g", g.utility)
			}
			fmt.Fprintf(b, "| %s | %s | %d | %s | %s | %s | %s | %s | %s |\n", t.name, g.budget, len(hv), show(mean(hv)), show(slices.Min(hv)),
				strings.Join(wanted, ", "), utilityText(mean(u)), wantedUtility, map[bool]string{true: "yes", false: "**no**"}[reached])
		}
	}
	return nil
}

// budgetTable shows what more steps buy on the buildings.
func budgetTable(b *strings.Builder) error {
	b.WriteString("\n### Buildings by budget, preset `recommended`\n\nDeclared by the paper, 3 M, 8 M, and as the published code runs.\n\n| task | steps | seeds | hypervolume | expected utility | size | seconds |\n|---|---|---|---|---|---|---|\n")
	for _, t := range tasks {
		if t.name != "building-3d" && t.name != "building-9d" {
			continue
		}
		for _, from := range [][2]string{{"budgets", t.name + "-declared"}, {t.name, "ipo"}, {"longer", t.name}, {"budgets", t.name + "-as-run"}} {
			rows, err := readRows(from[0])
			if err != nil {
				return err
			}
			of := func(column int) float64 { return mean(scores(rows, from[1], column)) }
			n := len(scores(rows, from[1], hypervolume))
			if n == 0 {
				continue
			}
			fmt.Fprintf(b, "| %s | %.1f M | %d | "+t.format+" | %s | %.0f | %.0f |\n", t.name, of(steps)/1e6, n, of(hypervolume)/t.unit, utilityText(of(utility)), of(size), of(seconds))
		}
	}
	return nil
}

// constraintTable answers whether a constraint adds hypervolume: how probable it is that a constrained step
// beats each of the two steps without one.
func constraintTable(b *strings.Builder) error {
	free := []string{"free-objective", "warm-sum"}
	b.WriteString("\n### Constrained steps against both free ones\n\nProbability of more hypervolume than `free-objective` and than `warm-sum`, at equal steps; both above 0.75 in bold.\n\n| variant |")
	var found [][]row
	var variants []string
	for _, t := range tasks {
		rows, err := readRows(t.name)
		if err != nil {
			return err
		}
		found = append(found, rows)
		for _, r := range rows {
			if !slices.Contains(variants, r.Variant) && !slices.Contains(free, r.Variant) && !strings.HasPrefix(r.Variant, "stage1") {
				variants = append(variants, r.Variant)
			}
		}
		fmt.Fprintf(b, " %s |", t.name)
	}
	b.WriteString("\n|---|" + strings.Repeat("---|", len(tasks)) + "\n")
	slices.Sort(variants)
	for _, v := range variants {
		fmt.Fprintf(b, "| %s |", v)
		for _, rows := range found {
			own := scores(rows, v, hypervolume)
			if len(own) < stats.MinRuns {
				b.WriteString(" |")
				continue
			}
			var p [2]float64
			for i, other := range free {
				var err error
				if p[i], err = stats.ProbImprovement(task1(own), task1(scores(rows, other, hypervolume))); err != nil {
					return err
				}
			}
			mark := ""
			if p[0] > 0.75 && p[1] > 0.75 {
				mark = "**"
			}
			fmt.Fprintf(b, " %s%.2f, %.2f%s |", mark, p[0], p[1], mark)
		}
		b.WriteString("\n")
	}
	return nil
}

// modes is the table of all variants on a task, the best in comparison with ipo first. Fewer runs than
// statistics need have no interval and no probability.
func (t *task) modes(b *strings.Builder, controllers []row) error {
	rows, err := readRows(t.name)
	if err != nil || len(rows) == 0 {
		return err
	}
	type line struct {
		variant string
		hv      stats.Interval
		against float64 // hypervolume relative to ipo's with the same seeds, less 1
	}
	var lines []line
	for _, r := range rows {
		if slices.ContainsFunc(lines, func(l line) bool { return l.variant == r.Variant }) {
			continue
		}
		hv := scores(rows, r.Variant, hypervolume)
		l := line{r.Variant, stats.Interval{Value: mean(hv)}, against(rows, r.Variant)}
		if len(hv) >= stats.MinRuns {
			if l.hv, err = stats.BootstrapCI(task1(hv), stats.IQM); err != nil {
				return err
			}
		}
		lines = append(lines, l)
	}
	slices.SortStableFunc(lines, func(x, y line) int { return cmp.Compare(y.against, x.against) })
	fmt.Fprintf(b, "\n### %s\n\n| variant | n | hypervolume, IQM [95 %%] | against ipo, same seeds | after stage 1 | gain | size | sparsity | expected utility | P(ipo better) | infeasible | violation | seconds |\n|---|---|---|---|---|---|---|---|---|---|---|---|---|\n", t.title)
	show := func(v float64) string { return fmt.Sprintf(t.format, v/t.unit) }
	ipo := scores(rows, "ipo", hypervolume)
	for _, l := range lines {
		of := func(column int) float64 { return mean(scores(rows, l.variant, column)) }
		n := len(scores(rows, l.variant, hypervolume))
		better, after, gain, adherence := "", "", "", "| | "
		interval := ""
		if n >= stats.MinRuns {
			interval = fmt.Sprintf(" [%s, %s]", show(l.hv.Lo), show(l.hv.Hi))
		}
		if l.variant != "ipo" && n >= stats.MinRuns && len(ipo) >= stats.MinRuns {
			p, err := stats.ProbImprovement(task1(ipo), task1(scores(rows, l.variant, hypervolume)))
			if err != nil {
				return err
			}
			better = fmt.Sprintf("%.2f", p)
		}
		if !strings.HasPrefix(l.variant, "stage1") {
			after, gain = show(of(stage1)), fmt.Sprintf("%+.2f %%", 100*(of(selected)/of(stage1)-1))
			adherence = fmt.Sprintf("| %.3f | %.3f ", of(infeasible), of(violation))
		}
		fmt.Fprintf(b, "| %s | %d | %s%s | %+.2f %% | %s | %s | %.0f | %.3g | %s | %s %s| %.0f |\n", l.variant, n, show(l.hv.Value), interval, 100*l.against,
			after, gain, of(size), of(sparsity), utilityText(of(utility)), better, adherence, of(seconds))
	}
	for _, r := range controllers {
		if name, ok := strings.CutPrefix(r.Variant, t.name+" "); ok {
			fmt.Fprintf(b, "| %s | | %s | | | | %.0f | %.3g | %s | | | | |\n", name, show(r.Values[hypervolume]), r.Values[size], r.Values[sparsity], utilityText(r.Values[utility]))
		}
	}
	b.WriteString(published[t.name])
	return nil
}

// against is the mean hypervolume of a variant relative to that of ipo with the same seeds, less 1.
func against(rows []row, variant string) float64 {
	var ratios []float64
	for _, x := range rows {
		for _, y := range rows {
			if x.Variant == variant && y.Variant == "ipo" && x.Seed == y.Seed {
				ratios = append(ratios, x.Values[hypervolume]/y.Values[hypervolume]-1)
			}
		}
	}
	return mean(ratios)
}

// utilityText has four digits behind the point where the utility is small.
func utilityText(u float64) string {
	if u < 1 {
		return fmt.Sprintf("%.4f", u)
	}
	if u < 100 {
		return fmt.Sprintf("%.3f", u)
	}
	return fmt.Sprintf("%.1f", u)
}

// scores returns a column of the rows of a variant.
func scores(rows []row, variant string, column int) (x []float64) {
	for _, r := range rows {
		if r.Variant == variant {
			x = append(x, r.Values[column])
		}
	}
	return x
}

// task1 is the scores of one task for the statistics.
func task1(runs []float64) stats.Scores { return stats.Scores{{Runs: runs}} }

func mean(x []float64) float64 {
	sum := 0.0
	for _, v := range x {
		sum += v
	}
	return sum / float64(len(x))
}
