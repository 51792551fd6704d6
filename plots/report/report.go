package report

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/paretolab/paretolab/experiments"
	"github.com/paretolab/paretolab/internal/atomicfile"
	"github.com/paretolab/paretolab/plots"
)

// ErrNoRuns is returned when there is nothing to report.
var ErrNoRuns = errors.New("report: no runs")

// Options of a report. The zero value is what the command line uses without flags.
type Options struct {
	// Title of the report. "" means "Report" with the name of the experiment, if all runs have one.
	Title string
	// Formats of the figure files; nil means all of plots.Formats. The pages always hold SVG.
	Formats []string
	// NoHTML leaves out index.html.
	NoHTML bool
	// Style of the figures.
	Style plots.Style
}

// Write makes the report of runs in the directory out, which is created if need be: index.html,
// report.md, figures, tables as CSV and LaTeX, data, the configurations, reproduce.sh, and, where runs were
// measured against the union of their fronts, reference_front.csv. It returns the files in
// the order in which they were written, index.html first. Files are written whole; what an older
// report left under other names stays.
func Write(runs []*experiments.Run, out string, opt Options) ([]string, error) {
	return WriteContext(context.Background(), runs, out, opt)
}

// WriteContext is Write until ctx is done; then it returns the cause and the files written so far.
func WriteContext(ctx context.Context, runs []*experiments.Run, out string, opt Options) ([]string, error) {
	var present []*experiments.Run
	for _, r := range runs {
		if r != nil {
			present = append(present, r)
		}
	}
	if len(present) == 0 {
		return nil, ErrNoRuns
	}
	if len(opt.Formats) == 0 {
		opt.Formats = plots.Formats()
	}
	if opt.Style.Labels == nil {
		opt.Style.Labels = plots.Labels(present)
	}
	doc, repro, err := assemble(ctx, present, opt)
	if err != nil {
		return nil, err
	}
	w := writer{ctx: ctx, out: out}
	if !opt.NoHTML {
		page, err := doc.html()
		if err != nil {
			return nil, err
		}
		w.file("index.html", page, 0o666)
	}
	w.file("report.md", doc.markdown(), 0o666)
	for _, f := range doc.figures() {
		w.figure(f, opt.Formats)
	}
	for _, t := range doc.tables() {
		w.file("tables/"+t.name+".csv", t.csv(), 0o666)
		if len(t.rows) <= maxFrontRows {
			w.file("tables/"+t.name+".tex", t.tex(), 0o666)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(repro.fronts)) {
		w.file(name, repro.fronts[name], 0o666)
	}
	for _, f := range doc.figures() {
		w.file("data/"+f.Name+".csv", f.Data(), 0o666)
	}
	for _, c := range repro.configs {
		w.file("configs/"+c.name+".yaml", []byte(c.text), 0o666)
	}
	w.file("reproduce.sh", []byte(repro.script), 0o777)
	return w.files, w.err
}

// writer writes files below a directory until the first error.
type writer struct {
	ctx   context.Context
	out   string
	files []string
	err   error
}

func (w *writer) file(name string, data []byte, perm os.FileMode) {
	if w.err == nil {
		w.err = context.Cause(w.ctx)
	}
	if w.err != nil {
		return
	}
	path := filepath.Join(w.out, filepath.FromSlash(name))
	if w.err = atomicfile.WriteInto(path, data, perm); w.err != nil {
		w.err = fmt.Errorf("report: %w", w.err)
		return
	}
	w.files = append(w.files, path)
}

// figure writes the picture files; the pages refer to the SVG, which is therefore always there.
func (w *writer) figure(f *plots.Fig, formats []string) {
	svg := false
	for _, format := range formats {
		svg = svg || format == "svg"
	}
	if !svg {
		formats = append([]string{"svg"}, formats...)
	}
	for _, format := range formats {
		if w.err != nil {
			return
		}
		var b bytes.Buffer
		if w.err = f.Encode(&b, format); w.err != nil {
			return
		}
		w.file("figures/"+f.Name+"."+format, b.Bytes(), 0o666)
	}
}

// csv is the table with all digits.
func (t *table) csv() []byte {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	head := make([]string, len(t.columns))
	for i, c := range t.columns {
		head[i] = c.field
	}
	w.Write(head)
	for _, row := range t.rows {
		line := make([]string, len(row))
		for i, v := range row {
			line[i] = v.exact
		}
		w.Write(line)
	}
	w.Flush() // a bytes.Buffer does not fail
	return b.Bytes()
}

// assemble builds the document and what reproduces it.
func assemble(ctx context.Context, runs []*experiments.Run, opt Options) (*document, *reproduction, error) {
	groups := plots.ByEnvironment(runs)
	doc := &document{title: opt.Title, summary: summarise(groups), findings: findings(groups)}
	if doc.title == "" {
		doc.title = "Report"
		if e := experiment(runs); e != "" {
			doc.title += ": " + e
		}
	}
	compared, err := compare(ctx, runs)
	if err != nil {
		return nil, nil, err
	}
	opt.Style.Comparison = compared.Comparison
	figs := map[string][]*plots.Fig{}
	for _, k := range plots.Kinds() {
		if err := context.Cause(ctx); err != nil {
			return nil, nil, err
		}
		f, err := plots.Figures(k.Name, runs, opt.Style)
		if err != nil && !errors.Is(err, plots.ErrNotApplicable) {
			return nil, nil, err
		}
		figs[k.Name] = f
	}
	show := func(s *section, kinds ...string) {
		for _, k := range kinds {
			for _, f := range figs[k] {
				s.figure(f)
			}
		}
	}
	var what, settings, main, curve, front, statistics, stage, archive, noise, failed, origin, again section
	names := newNames()
	question(&what, runs)
	whatWasRun(&what, groups, names)
	configs := configurations(groups, names)
	showDifferences(&settings, groups, configs, names)
	warnOfMixtures(&main, configs)
	compared.comparisonTable(&main, names)
	for _, g := range groups {
		mainTable(&main, g, names)
		stageTable(&stage, g, names)
		taskTable(&stage, g, names)
		optimismTable(&noise, g, names)
	}
	show(&curve, "curves", "budget")
	show(&front, "front2d", "front3d", "eafdiff", "matrix", "parallel", "correlation", "weights")
	for _, g := range groups {
		frontTables(&front, g, names)
	}
	compared.say(&statistics)
	show(&statistics, "intervals", "profile", "improvement")
	compared.pairTables(&statistics, names)
	show(&statistics, "dominance", "cd")
	show(&stage, "stages")
	for _, g := range groups {
		archiveTables(&archive, g, names)
	}
	show(&archive, "exploration", "shares", "coverage", "reached", "novelty", "reconstructions", "distances")
	show(&noise, "noise")
	failures(&failed, groups, names)
	provenance(&origin, groups, configs, names)
	showSettings(&origin, configs)
	repro := reproduce(configs)
	howToReproduce(&again, repro)

	doc.section("Question and setting", what)
	doc.section("Algorithms and settings", settings)
	doc.section("Results", main)
	doc.section("Learning curves", curve)
	doc.section("Fronts and attainment", front)
	doc.section("Pairwise and rank statistics", statistics)
	doc.section("C-MORL, stage by stage", stage)
	doc.section("Archives of behaviours", archive)
	doc.section("Optimism and evaluation noise", noise)
	doc.section("Failures", failed)
	doc.section("Versions and provenance", origin)
	doc.section("How to reproduce", again)
	if compared.Comparison != nil {
		repro.fronts = compared.ReferenceFronts()
	}
	return doc, repro, nil
}

// experiment is the name that all runs share, "" if they do not.
func experiment(runs []*experiments.Run) string {
	name := runs[0].Info.Experiment
	for _, r := range runs {
		if r.Info.Experiment != name {
			return ""
		}
	}
	return name
}

// names makes the names of files unique and safe: [a-z0-9._-], not longer than file systems allow.
type names map[string]bool

func newNames() names { return names{} }

func (n names) file(parts ...string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(strings.Join(parts, "-")) {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9', r == '.', r == '_', r == '-':
			b.WriteRune(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
	}
	base := strings.Trim(b.String(), "-.")
	if base == "" {
		base = "unnamed"
	}
	base = base[:min(len(base), 120)]
	name := base
	for k := 2; n[name]; k++ {
		name = fmt.Sprintf("%s-%d", base, k)
	}
	n[name] = true
	return name
}
