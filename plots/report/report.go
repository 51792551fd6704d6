package report

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"path/filepath"
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
	// Style of the figures.
	Style plots.Style
}

// Write makes the report of runs in the directory out, which is created if need be: index.html,
// report.md, figures, tables, data, the configurations and reproduce.sh. It returns the files in
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
	page, err := doc.html()
	if err != nil {
		return nil, err
	}
	w := writer{ctx: ctx, out: out}
	w.file("index.html", page, 0o666)
	w.file("report.md", doc.markdown(), 0o666)
	for _, f := range doc.figures() {
		w.figure(f, opt.Formats)
	}
	for _, t := range doc.tables() {
		w.file("tables/"+t.name+".csv", t.csv(), 0o666)
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
	if w.err = os.MkdirAll(filepath.Dir(path), 0o777); w.err != nil {
		w.err = fmt.Errorf("report: %w", w.err)
		return
	}
	if w.err = atomicfile.Write(path, data, perm); w.err != nil {
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
	var what, main, stage, curve, front, noise, settings, origin, again section
	names := newNames()
	whatWasRun(&what, groups, names)
	configs := configurations(groups, names)
	warnOfMixtures(&main, configs)
	for _, g := range groups {
		mainTable(&main, g, names)
		stageTable(&stage, g, names)
		taskTable(&stage, g, names)
		optimismTable(&noise, g, names)
	}
	for _, f := range figs["stages"] {
		stage.figure(f)
	}
	for _, f := range figs["curves"] {
		curve.figure(f)
	}
	for _, kind := range []string{"front2d", "matrix", "parallel"} {
		for _, f := range figs[kind] {
			front.figure(f)
		}
	}
	for _, g := range groups {
		frontTables(&front, g, names)
	}
	showSettings(&settings, groups, configs, names)
	provenance(&origin, groups, configs, names)
	repro := reproduce(configs)
	howToReproduce(&again, repro)

	doc.section("What was run", what)
	doc.section("Results", main)
	doc.section("C-MORL, stage by stage", stage)
	doc.section("Learning curves", curve)
	doc.section("Fronts", front)
	doc.section("Selection against fresh evaluation", noise)
	doc.section("Settings", settings)
	doc.section("Versions and provenance", origin)
	doc.section("How to reproduce", again)
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
