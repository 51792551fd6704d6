package cli

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
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
)

// compareFormats maps the formats of comparisons to the extensions of their files.
var compareFormats = map[string]string{"table": ".txt", "csv": ".csv", "markdown": ".md", "latex": ".tex"}

func (a *app) compareCommand() *cobra.Command {
	var o experiments.CompareOptions
	format, out := "table", ""
	c := &cobra.Command{
		Use:   "compare DIR...",
		Short: "Compare algorithms over runs: intervals, tests, fronts, ranks",
		Long: `Compare the variants of complete runs in and below directories, environment by environment: the
interquartile mean (IQM) over seeds with its stratified bootstrap interval, for every pair the probability
that one is better, the difference and a Mann-Whitney test, corrected by Holm over all pairs and
environments, and what the fronts of all runs together are to each other. Over five environments or more
also mean ranks with Friedman's test and the critical difference.

Values are those of the final evaluation on fresh seeds. hv_ratio is the share of the known front's
hypervolume; where none is known, of the union of all fronts compared. Runs that differ in what they
measure (discount, reference point, episodes, ...) are refused. With fewer than three runs of a variant
there are values only, and the exit code is 6.`,
		Example: "  paretolab compare runs/quickstart runs/stage2-gain\n" +
			"  paretolab compare runs --metric eum --by algorithm --format latex --out tables",
		Args: cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if compareFormats[format] == "" {
				return usagef("--format is %q; it is one of table, csv, markdown, latex", format)
			}
			runs, err := a.loadRuns(c.Context(), args)
			if err != nil {
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
	f.BoolVar(&o.Force, "force", false, "compare runs that differ in what they measure, and say so")
	f.StringVar(&format, "format", format, "table, csv, markdown or latex; --json for all figures")
	f.StringVar(&out, "out", "", "directory for the tables as files, in the format")
	completeWords(c, "by", "label", "algorithm", "preset")
	completeWords(c, "metric", experiments.ComparisonMetrics()...)
	completeWords(c, "format", "table", "csv", "markdown", "latex")
	_ = c.MarkFlagDirname("out") // fails only for a flag that does not exist
	return c
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
		if err := os.MkdirAll(out, 0o777); err != nil {
			return withCode(exitIO, err)
		}
		var files []string
		for _, s := range sheets {
			files = append(files, filepath.Join(out, s.name+compareFormats[format]))
			if err := os.WriteFile(files[len(files)-1], s.text(format), 0o666); err != nil {
				return withCode(exitIO, err)
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
		head: []string{"environment", "variant", "runs", "IQM", level, "median", "mean", "steps", "seconds"},
	}
	pairs := sheet{
		name: "pairs", caption: "A against B: probability that a run of A is better, difference of IQMs, Mann-Whitney test, corrected by Holm over all rows",
		head: []string{"environment", "A", "B", "P(A better)", level, "difference", level, "p", "p Holm", "verdict"},
	}
	fronts := sheet{
		name: "fronts", caption: "fronts of all runs together: share of A's points that B dominates, and covers; by how much A must rise in all objectives to cover B",
		head: []string{"environment", "A", "B", "dominated", "covered", "additive epsilon"},
	}
	for _, e := range c.Environments {
		scores.caption += fmt.Sprintf("; %s: reference point %v, discount %v, %s", e.Environment, e.Reference, e.Discount, counted(e.Episodes, "episode", "episodes"))
		if e.Against != "" {
			scores.caption += ", shares of: " + e.Against
		}
		for _, s := range e.Scores {
			scores.rows = append(scores.rows, scoreRow(e.Environment, s))
		}
		for _, p := range e.Pairs {
			pairs.rows = append(pairs.rows, []string{
				e.Environment, p.A, p.B, rounded(p.Improvement.Value), ends(p.Improvement), short(p.Difference.Value), ends(p.Difference),
				rounded(p.P), rounded(p.Holm), p.Verdict,
			})
		}
		for _, f := range e.Fronts {
			fronts.rows = append(fronts.rows, []string{e.Environment, f.A, f.B, rounded(f.Dominated), rounded(f.Covered), short(f.EpsilonToB)})
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
		s.caption = fmt.Sprintf("mean ranks over %s, 1 is best: Friedman p = %s, Iman-Davenport p = %s", counted(len(c.Environments), "environment", "environments"), rounded(r.P), rounded(r.PF))
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
		row = append(row, "too few runs", strings.Join(values, " "), "", "")
	} else {
		row = append(row, short(s.IQM.Value), ends(s.IQM), short(s.Median.Value), short(s.Mean.Value))
	}
	if s.Steps == 0 { // over all environments
		return append(row, "", "")
	}
	return append(row, grouped(int(math.Round(s.Steps))), rounded(s.Seconds))
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
		fmt.Fprintf(&b, "\\begin{table}\n\\caption{%s}\n\\label{tab:%s}\n\\begin{tabular}{%s}\n\\toprule\n", latex(s.caption), s.name, strings.Repeat("l", len(s.head)))
		for i, r := range lines {
			for k, cell := range r {
				if k > 0 {
					b.WriteString(" & ")
				}
				b.WriteString(latex(cell))
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

var latexEscapes = strings.NewReplacer(`\`, `\textbackslash{}`, "&", `\&`, "%", `\%`, "$", `\$`, "#", `\#`, "_", `\_`, "{", `\{`, "}", `\}`, "~", `\textasciitilde{}`, "^", `\textasciicircum{}`)

func latex(s string) string { return latexEscapes.Replace(s) }
