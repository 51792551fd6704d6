package cli

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"errors"
	"fmt"
	"maps"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/paretolab/paretolab/experiments"
	"github.com/paretolab/paretolab/internal/atomicfile"
	"github.com/paretolab/paretolab/internal/latex"
	"github.com/paretolab/paretolab/pareto"
)

// compareFormats maps the formats of comparisons to the extensions of their files.
var compareFormats = map[string]string{"table": ".txt", "csv": ".csv", "markdown": ".md", "latex": ".tex", "json": ".json"}

func (a *app) compareCommand() *cobra.Command {
	var o experiments.CompareOptions
	format, out := "table", ""
	var references []string
	c := &cobra.Command{
		Use:   "compare DIR...",
		Short: "Compare algorithms over runs: intervals, tests, fronts, ranks",
		Long: `Compare the variants of complete runs in and below directories, environment by environment: the
interquartile mean (IQM) over seeds with its stratified bootstrap interval, for every pair the probability
that one is better, the difference and a Mann-Whitney test, corrected by Holm over all pairs and
environments, and what the fronts of all runs together are to each other. Over five environments or more
also mean ranks with Friedman's test and the critical difference. --json prints all of it, with the
optimality gap, performance profiles, attainment surfaces and learning curves on common steps.

Values are those of the final evaluation on fresh seeds. hv_ratio is the share of the known front's
hypervolume; where none is known, of the front given with --reference, else of the union of all fronts
compared, which --out writes to reference_front.csv, so that later comparisons can be made against the
same. eum_norm is the expected utility from that of the random policy (0) to that of the known front (1).
Runs that differ in what they measure (discount, reference point, episodes, ...) are refused with the list
of differences. Runs that failed or are incomplete are listed; --include-incomplete compares all runs as they
were when the shortest ended. With fewer than three runs of a variant there are values only, and the exit
code is 6.`,
		Example: "  paretolab compare runs/quickstart runs/stage2-gain\n" +
			"  paretolab compare runs --metric eum --by algorithm --format latex --out tables\n" +
			"  paretolab compare runs/later --reference tables/reference_front.csv",
		Args: needs("a DIR that holds runs"),
		RunE: func(c *cobra.Command, args []string) error {
			if compareFormats[format] == "" {
				return usagef("--format is %q; it is one of table, json, csv, markdown, latex", format)
			}
			if format == "json" {
				a.json, format = true, "csv"
			}
			runs, err := a.loadRuns(c.Context(), args)
			if err != nil {
				return err
			}
			if o.References, err = referenceFronts(references, runs); err != nil {
				return err
			}
			o.Workers = runtime.NumCPU()
			comparison, err := experiments.Compare(c.Context(), runs, o)
			few := errors.Is(err, experiments.ErrFewRuns)
			switch {
			case c.Context().Err() != nil:
				return a.stopped()
			case errors.Is(err, experiments.ErrNoRuns):
				return withCode(exitNothing, err)
			case err != nil && !few:
				return withCode(exitUsage, err)
			}
			if err := a.printComparison(comparison, format, out); err != nil {
				return err
			}
			return withCode(exitStatistics, err)
		},
	}
	f := c.Flags()
	f.StringVar(&o.By, "by", "label", "what tells variants apart: label, algorithm or preset")
	f.StringVar(&o.Metric, "metric", "hv_ratio", "what is compared: "+strings.Join(experiments.ComparisonMetrics(), ", "))
	f.Float64Var(&o.Confidence, "ci", 0.95, "confidence of intervals; its complement is the level of tests")
	f.IntVar(&o.Resamples, "bootstrap", 50_000, "resamples of the bootstrap")
	f.Uint64Var(&o.Seed, "seed", 0, "seed of the bootstrap")
	f.IntVar(&o.MinRuns, "min-seeds", 3, "fewest runs of a variant for intervals and tests, at least 3")
	f.StringArrayVar(&references, "reference", nil, "CSV file of the front to measure against where none is known; ENVIRONMENT=FILE for one of several environments")
	f.BoolVar(&o.IncludeIncomplete, "include-incomplete", false, "compare all runs as they were when the shortest ended")
	f.BoolVar(&o.Force, "force", false, "compare runs that differ in what they measure, and say so")
	f.StringVar(&format, "format", format, "table, json (all figures, as --json), csv, markdown or latex; files of --out are csv with json")
	f.StringVar(&out, "out", "", "directory for the tables as files, in the format")
	completeWords(c, "by", "label", "algorithm", "preset")
	completeWords(c, "metric", experiments.ComparisonMetrics()...)
	completeWords(c, "format", "table", "json", "csv", "markdown", "latex")
	_ = c.MarkFlagDirname("out") // fails only for a flag that does not exist
	return c
}

// referenceFronts reads the fronts of --reference, by environment.
func referenceFronts(files []string, runs []*experiments.Run) (map[string]pareto.Front, error) {
	objectives := map[string][]string{}
	for _, r := range runs {
		var names []string
		for _, o := range r.Info.Environment.Objectives {
			names = append(names, o.Name)
		}
		objectives[cmp.Or(r.Info.Environment.Label, r.Info.Environment.ID)] = names
	}
	environments := slices.Sorted(maps.Keys(objectives))
	fronts := map[string]pareto.Front{}
	for _, f := range files {
		environment, path, named := strings.Cut(f, "=")
		switch {
		case !named && len(environments) == 1:
			environment, path = environments[0], f
		case !named:
			return nil, usagef("--reference %s does not say for which environment; give %s=%s, for instance", f, environments[0], f)
		case objectives[environment] == nil:
			return nil, usagef("--reference %s: no run is on %q; they are on %s", f, environment, strings.Join(environments, ", "))
		}
		if _, err := os.Stat(path); err != nil {
			return nil, usagef("--reference: %w", err)
		}
		front, err := experiments.ReadReferenceFront(path, objectives[environment])
		if err != nil {
			return nil, withCode(exitData, err)
		}
		fronts[environment] = front
	}
	return fronts, nil
}

// sheet is a table of a comparison.
type sheet struct {
	name, caption string
	head          []string
	rows          [][]string
}

// printComparison prints the tables, and writes them below a directory if one is given.
func (a *app) printComparison(c *experiments.Comparison, format, out string) error {
	sheets := comparisonSheets(c)
	if out != "" {
		texts := c.ReferenceFronts()
		for _, s := range sheets {
			texts[s.name+compareFormats[format]] = s.text(format)
		}
		var files []string
		for _, name := range slices.Sorted(maps.Keys(texts)) {
			files = append(files, filepath.Join(out, name))
			if err := atomicfile.WriteInto(files[len(files)-1], texts[name], 0o666); err != nil {
				return writing(out, err)
			}
		}
		if !a.quiet {
			fmt.Fprintln(a.err, "written:", strings.Join(files, ", "))
		}
	}
	var page bytes.Buffer
	for i, s := range sheets {
		if i > 0 {
			page.WriteByte('\n')
		}
		page.Write(s.text(format))
	}
	for _, n := range c.Notes {
		if format == "table" {
			fmt.Fprintf(&page, "\nnote: %s\n", n)
		} else if !a.quiet {
			fmt.Fprintf(a.err, "note: %s\n", n)
		}
	}
	return a.printAnswer(c, &page)
}

// comparisonSheets lays out a comparison.
func comparisonSheets(c *experiments.Comparison) []sheet {
	level := fmt.Sprintf("%g %% interval", c.Confidence*100)
	scores := sheet{
		name: "scores", caption: fmt.Sprintf("%s, %s is better; final evaluation on fresh seeds", c.Metric, c.Better),
		head: []string{"environment", "variant", "n", "IQM", level, "median", "mean", "gap", "HV", "points", "sparsity", "steps", "seconds"},
	}
	pairs := sheet{
		name: "pairs", caption: "A against B: probability that a run of A is better, difference of IQMs, A12, Mann-Whitney test (smallest: the least p that so many runs can give), corrected by Holm over all rows",
		head: []string{"environment", "A", "B", "P(A better)", level, "difference", level, "A12", "n", "p", "smallest", "p Holm", "verdict"},
	}
	fronts := sheet{
		name: "fronts", caption: "fronts of all runs together: share of A's points that B dominates, and covers; by how much A must rise in all objectives to cover B (additive epsilon), and B to cover A",
		head: []string{"environment", "A", "B", "dominated", "covered", "epsilon", "epsilon of B"},
	}
	for _, e := range c.Environments {
		scores.caption += fmt.Sprintf("; %s: reference point %v, discount %v, %s", e.Environment, e.Reference, e.Discount, counted(e.Episodes, "episode", "episodes"))
		if e.Against != "" {
			scores.caption += ", shares of: " + e.Against
		}
		if e.Random != nil {
			scores.caption += ", expected utility of the random policy " + short(*e.Random)
		}
		for _, s := range e.Scores {
			scores.rows = append(scores.rows, scoreRow(e.Environment, s))
		}
		for _, p := range e.Pairs {
			pairs.rows = append(pairs.rows, []string{
				e.Environment, p.A, p.B, rounded(p.Improvement.Value), ends(p.Improvement), short(p.Difference.Value), ends(p.Difference),
				rounded(p.A12), fmt.Sprintf("%d, %d", p.RunsA, p.RunsB), rounded(p.P), rounded(p.SmallestP), rounded(p.Holm), p.Verdict,
			})
		}
		for _, f := range e.Fronts {
			fronts.rows = append(fronts.rows, []string{e.Environment, f.A, f.B, rounded(f.Dominated), rounded(f.Covered), short(f.EpsilonToB), short(f.EpsilonFromB)})
		}
	}
	for _, s := range c.Overall {
		scores.rows = append(scores.rows, scoreRow("all", s))
	}
	sheets := []sheet{scores}
	for _, s := range []sheet{pairs, fronts} {
		if len(s.rows) > 0 {
			sheets = append(sheets, s)
		}
	}
	if r := c.Ranks; r != nil {
		s := sheet{name: "ranks", head: []string{"variant", "mean rank"}}
		s.caption = fmt.Sprintf("mean ranks over %s, 1 is best: Friedman p = %s, Iman-Davenport p = %s", counted(len(r.Environments), "environment", "environments"), rounded(r.P), rounded(r.PF))
		if r.CriticalDifference > 0 {
			s.caption += fmt.Sprintf("; ranks that differ by less than %s are not told apart (Nemenyi, 0.05)", rounded(r.CriticalDifference))
		}
		for i, v := range r.Variants {
			s.rows = append(s.rows, []string{v, rounded(r.MeanRanks[i])})
		}
		sheets = append(sheets, s)
	}
	return sheets
}

func scoreRow(environment string, s experiments.Score) []string {
	row := []string{environment, s.Variant, fmt.Sprint(s.Runs)}
	if s.IQM == nil {
		var values []string
		for _, v := range s.Values {
			values = append(values, short(v))
		}
		row = append(row, "too few runs", strings.Join(values, " "), "", "", "")
	} else {
		gap := "" // of metrics that are no share
		if s.Gap != nil {
			gap = rounded(s.Gap.Value)
		}
		row = append(row, short(s.IQM.Value), ends(s.IQM), short(s.Median.Value), short(s.Mean.Value), gap)
	}
	if s.Steps == 0 { // over all environments
		return append(row, "", "", "", "", "")
	}
	return append(row, short(s.Hypervolume), rounded(s.Cardinality), short(s.Sparsity), grouped(int(math.Round(s.Steps))), rounded(s.Seconds))
}

func ends(e *experiments.Estimate) string { return "[" + short(e.Low) + ", " + short(e.High) + "]" }

// rounded prints three significant digits.
func rounded(x float64) string { return strconv.FormatFloat(x, 'g', 3, 64) }

// text writes a table in a format.
func (s *sheet) text(format string) []byte {
	var b bytes.Buffer
	lines := slices.Concat([][]string{s.head}, s.rows)
	switch format {
	case "csv":
		_ = csv.NewWriter(&b).WriteAll(lines) // a buffer does not fail
	case "markdown":
		fmt.Fprintf(&b, "%s\n\n", s.caption)
		for i, r := range lines {
			for _, cell := range r {
				fmt.Fprintf(&b, "| %s ", strings.ReplaceAll(cell, "|", `\|`))
			}
			b.WriteString("|\n")
			if i == 0 {
				b.WriteString(strings.Repeat("| --- ", len(r)) + "|\n")
			}
		}
	case "latex":
		fmt.Fprintf(&b, "\\begin{table}\n\\caption{%s}\n\\label{tab:%s}\n\\begin{tabular}{%s}\n\\toprule\n", latex.Escape(s.caption), s.name, strings.Repeat("l", len(s.head)))
		for i, r := range lines {
			for k, cell := range r {
				if k > 0 {
					b.WriteString(" & ")
				}
				b.WriteString(latex.Escape(cell))
			}
			b.WriteString(" \\\\\n")
			if i == 0 {
				b.WriteString("\\midrule\n")
			}
		}
		b.WriteString("\\bottomrule\n\\end{tabular}\n\\end{table}\n")
	default:
		fmt.Fprintln(&b, strings.ReplaceAll(s.caption, "; ", "\n"))
		w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
		for _, r := range lines {
			fmt.Fprintln(w, strings.TrimRight(strings.Join(r, "\t"), "\t"))
		}
		_ = w.Flush() // a buffer does not fail
	}
	return b.Bytes()
}
