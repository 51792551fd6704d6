package experiments

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/paretolab/paretolab/agents"
)

// cells is one line of a table being written. Numbers are written in the shortest form that reads
// back exactly, infinities as +Inf and -Inf, missing values as nothing.
type cells []string

func (c *cells) text(s ...string) {
	for _, s := range s {
		// One row is one line, so that a torn one can be told.
		*c = append(*c, strings.Map(func(r rune) rune {
			if r < ' ' {
				return ' '
			}
			return r
		}, s))
	}
}

func (c *cells) ints(n ...int) {
	for _, n := range n {
		*c = append(*c, strconv.Itoa(n))
	}
}

func (c *cells) floats(x ...float64) {
	for _, x := range x {
		*c = append(*c, formatFloat(x))
	}
}

func (c *cells) optional(x ...*float64) {
	for _, x := range x {
		if x == nil {
			*c = append(*c, "")
			continue
		}
		*c = append(*c, formatFloat(*x))
	}
}

// vector writes the numbers of x and leaves what is missing to m cells empty.
func (c *cells) vector(m int, x []float64) {
	c.floats(x...)
	*c = append(*c, make([]string, m-len(x))...)
}

// formatFloat is the shortest text that reads back as x.
func formatFloat(x float64) string { return strconv.FormatFloat(x, 'g', -1, 64) }

// line is the row as it stands in the file.
func (c cells) line() []byte {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.Write(c) // to memory: cannot fail
	w.Flush()
	return b.Bytes()
}

// numbered appends prefix0, prefix1, ... to a header.
func (c *cells) numbered(prefix string, m int) {
	for j := range m {
		*c = append(*c, prefix+strconv.Itoa(j))
	}
}

// table is a CSV file read back: rows of cells under named columns.
type table struct {
	path    string
	header  []string
	columns map[string]int
	rows    [][]string
	lines   []int // line number of each row
}

// table reads a CSV file. A torn last line is left out; a file that does not exist has no rows.
func (read reader) table(path string) (*table, error) {
	text, err := read(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	return parseTable(path, wholeLines(text))
}

// parseTable reads the lines of a CSV file.
func parseTable(path string, text []byte) (*table, error) {
	t := &table{path: path, columns: map[string]int{}}
	r := csv.NewReader(bytes.NewReader(text))
	r.FieldsPerRecord = -1
	for {
		row, err := r.Read()
		if err == io.EOF {
			return t, nil
		}
		var bad *csv.ParseError
		if errors.As(err, &bad) {
			return nil, corrupt(path, bad.Line, "%v", bad.Err)
		}
		if err != nil {
			return nil, err
		}
		line, _ := r.FieldPos(0)
		switch {
		case t.header == nil:
			t.header = row
			for i, name := range row {
				t.columns[name] = i
			}
			continue
		case len(row) != len(t.header):
			return nil, corrupt(path, line, "it has %d fields, the header has %d", len(row), len(t.header))
		}
		t.rows = append(t.rows, row)
		t.lines = append(t.lines, line)
	}
}

// width counts the columns prefix0, prefix1, ...
func (t *table) width(prefix string) int {
	m := 0
	for {
		if _, ok := t.columns[prefix+strconv.Itoa(m)]; !ok {
			return m
		}
		m++
	}
}

// each calls read for every row and returns the first thing that read found wrong.
func (t *table) each(read func(r *tableRow)) error {
	for i := range t.rows {
		r := &tableRow{t: t, i: i}
		if read(r); r.err != nil {
			return r.err
		}
	}
	return nil
}

// tableRow reads the cells of a row by column. The first fault is kept in err.
type tableRow struct {
	t   *table
	i   int
	err error
}

func (r *tableRow) text(column string) string {
	k, ok := r.t.columns[column]
	if !ok {
		r.fail(fmt.Sprintf("the column %q is missing", column))
		return ""
	}
	return r.t.rows[r.i][k]
}

func (r *tableRow) fail(fault string) {
	if r.err == nil {
		r.err = corrupt(r.t.path, r.t.lines[r.i], "%s", fault)
	}
}

// parse reads a cell with the given function; what names the type for the message.
func parse[T any](r *tableRow, column, what string, read func(string) (T, error)) T {
	s := r.text(column)
	x, err := read(s)
	if err != nil {
		r.fail(fmt.Sprintf("%s is %q, not %s", column, s, what))
	}
	return x
}

func parseFloat(s string) (float64, error) { return strconv.ParseFloat(s, 64) }

func (r *tableRow) int(column string) int {
	return parse(r, column, "an integer", strconv.Atoi)
}

func (r *tableRow) uint(column string) uint64 {
	return parse(r, column, "a non-negative integer", func(s string) (uint64, error) { return strconv.ParseUint(s, 10, 64) })
}

func (r *tableRow) bool(column string) bool {
	return parse(r, column, "true or false", strconv.ParseBool)
}

func (r *tableRow) float(column string) float64 {
	return parse(r, column, "a number", parseFloat)
}

func (r *tableRow) optional(column string) *float64 {
	if r.text(column) == "" {
		return nil
	}
	x := r.float(column)
	return &x
}

// vector reads the columns prefix0 to prefix(m-1); nil if the first is empty.
func (r *tableRow) vector(prefix string, m int) []float64 {
	if m == 0 || r.text(prefix+"0") == "" {
		return nil
	}
	x := make([]float64, m)
	for j := range x {
		x[j] = r.float(prefix + strconv.Itoa(j))
	}
	return x
}

// Columns of the tables for m objectives, and their rows. The order is part of the format.

func metricsHeader(m int, own []string) cells {
	c := cells{"eval", "phase", "steps_train", "steps_eval", "episodes", "updates", "hypervolume", "hv_ratio",
		"eum", "eum_min", "mul", "igd_plus", "eps_add", "sparsity", "cardinality"}
	c.numbered("best_", m)
	return append(c, own...)
}

func (x *Metrics) cells(m int, own []string) cells {
	var c cells
	c.ints(x.Eval)
	c.text(x.Phase)
	c.ints(x.StepsTrain, x.StepsEval, x.Episodes, x.Updates)
	c.floats(x.Hypervolume)
	c.optional(x.HVRatio, x.EUM, x.EUMMin, x.MUL, x.IGDPlus, x.EpsAdd)
	c.floats(x.Sparsity)
	c.ints(x.Cardinality)
	c.vector(m, x.Best)
	for _, name := range own {
		c.floats(x.Columns[name])
	}
	return c
}

func (read reader) metrics(path string) ([]Metrics, error) {
	t, err := read.table(path)
	if err != nil {
		return nil, err
	}
	return t.metrics()
}

// metrics reads the rows of metrics.csv.
func (t *table) metrics() ([]Metrics, error) {
	m := t.width("best_")
	known := map[string]bool{}
	for _, name := range metricsHeader(m, nil) {
		known[name] = true
	}
	var out []Metrics
	err := t.each(func(r *tableRow) {
		x := Metrics{
			Eval: r.int("eval"), Phase: r.text("phase"), StepsTrain: r.int("steps_train"), StepsEval: r.int("steps_eval"),
			Episodes: r.int("episodes"), Updates: r.int("updates"),
			Indicators: Indicators{
				Hypervolume: r.float("hypervolume"), HVRatio: r.optional("hv_ratio"), EUM: r.optional("eum"),
				EUMMin: r.optional("eum_min"), MUL: r.optional("mul"), IGDPlus: r.optional("igd_plus"),
				EpsAdd: r.optional("eps_add"), Sparsity: r.float("sparsity"), Cardinality: r.int("cardinality"),
			},
			Best: r.vector("best_", m), Columns: map[string]float64{},
		}
		for _, name := range t.header {
			// Columns of the algorithm, and of later versions as far as they are numbers.
			if v, err := parseFloat(t.rows[r.i][t.columns[name]]); err == nil && !known[name] {
				x.Columns[name] = v
			}
		}
		out = append(out, x)
	})
	return out, err
}

func evaluationsHeader(m int) cells {
	c := cells{"eval", "policy", "parent", "origin", "steps_train", "episodes", "length_mean"}
	for _, prefix := range []string{"v_", "se_", "u_", "w_"} {
		c.numbered(prefix, m)
	}
	return append(c, "seed")
}

func (x *EvaluationRow) cells(m int) cells {
	var c cells
	c.ints(x.Eval)
	c.text(x.Policy, x.Parent, x.Origin)
	c.ints(x.StepsTrain, x.Episodes)
	c.floats(x.Length)
	for _, v := range [][]float64{x.Value, x.StdErr, x.Undiscounted, x.Weight} {
		c.vector(m, v)
	}
	return append(c, strconv.FormatUint(x.Seed, 10))
}

func (read reader) evaluations(path string) ([]EvaluationRow, error) {
	t, err := read.table(path)
	if err != nil {
		return nil, err
	}
	m := t.width("v_")
	var out []EvaluationRow
	err = t.each(func(r *tableRow) {
		out = append(out, EvaluationRow{
			Eval: r.int("eval"), Policy: r.text("policy"), Parent: r.text("parent"), Origin: r.text("origin"),
			StepsTrain: r.int("steps_train"), Episodes: r.int("episodes"), Length: r.float("length_mean"),
			Value: r.vector("v_", m), StdErr: r.vector("se_", m), Undiscounted: r.vector("u_", m), Weight: r.vector("w_", m),
			Seed: r.uint("seed"),
		})
	})
	return out, err
}

func archiveHeader(m int) cells {
	c := cells{"policy"}
	for _, prefix := range []string{"v_train_", "v_", "se_"} {
		c.numbered(prefix, m)
	}
	return append(c, "episodes", "nondominated", "crowding", "origin", "steps_train")
}

func (x *ArchiveRow) cells(m int) cells {
	var c cells
	c.text(x.Policy)
	for _, v := range [][]float64{x.Selected, x.Value, x.StdErr} {
		c.vector(m, v)
	}
	c.ints(x.Episodes)
	c = append(c, strconv.FormatBool(x.NonDominated))
	c.floats(x.Crowding)
	c.text(x.Origin)
	c.ints(x.StepsTrain)
	return c
}

func (read reader) archive(path string) ([]ArchiveRow, error) {
	t, err := read.table(path)
	if err != nil {
		return nil, err
	}
	m := t.width("v_")
	var out []ArchiveRow
	err = t.each(func(r *tableRow) {
		out = append(out, ArchiveRow{
			Policy: r.text("policy"), Selected: r.vector("v_train_", m), Value: r.vector("v_", m), StdErr: r.vector("se_", m),
			Episodes: r.int("episodes"), NonDominated: r.bool("nondominated"), Crowding: r.float("crowding"),
			Origin: r.text("origin"), StepsTrain: r.int("steps_train"),
		})
	})
	return out, err
}

// frontHeader names the columns of front.csv, the file for people.
func frontHeader(objectives []string) cells {
	c := append(cells{"policy"}, objectives...)
	for _, name := range objectives {
		c = append(c, "se_"+name)
	}
	return append(c, "episodes")
}

func (x *ArchiveRow) frontCells() cells {
	var c cells
	c.text(x.Policy)
	c.floats(x.Value...)
	c.floats(x.StdErr...)
	c.ints(x.Episodes)
	return c
}

// points reads value vectors from the named columns.
func (read reader) points(path string, objectives []string) ([][]float64, error) {
	t, err := read.table(path)
	if err != nil {
		return nil, err
	}
	return t.points(objectives)
}

func timingHeader() cells {
	return cells{"eval", "seconds_total", "seconds_train", "seconds_eval", "steps_per_s", "rss_mb"}
}

func (x *TimingRow) cells() cells {
	var c cells
	c.ints(x.Eval)
	c.floats(x.SecondsTotal, x.SecondsTrain, x.SecondsEval, x.StepsPerSecond)
	c.optional(x.ResidentMB)
	return c
}

func (read reader) timing(path string) ([]TimingRow, error) {
	t, err := read.table(path)
	if err != nil {
		return nil, err
	}
	return t.timing()
}

// timing reads the rows of timing.csv.
func (t *table) timing() ([]TimingRow, error) {
	var out []TimingRow
	err := t.each(func(r *tableRow) {
		x := TimingRow{
			Eval: r.int("eval"), SecondsTotal: r.float("seconds_total"), SecondsTrain: r.float("seconds_train"),
			SecondsEval: r.float("seconds_eval"), StepsPerSecond: r.float("steps_per_s"),
		}
		if _, ok := t.columns["rss_mb"]; ok { // earlier versions had none
			x.ResidentMB = r.optional("rss_mb")
		}
		out = append(out, x)
	})
	return out, err
}

// partsText is parts.csv.
func partsText(parts []agents.PartTime) []byte {
	text := cells{"part", "seconds"}.line()
	for _, p := range parts {
		c := cells{}
		c.text(p.Part)
		c.floats(milli(p.Seconds))
		text = append(text, c.line()...)
	}
	return text
}

func (read reader) parts(path string) ([]agents.PartTime, error) {
	t, err := read.table(path)
	if err != nil {
		return nil, err
	}
	var out []agents.PartTime
	err = t.each(func(r *tableRow) {
		out = append(out, agents.PartTime{Part: r.text("part"), Seconds: r.float("seconds")})
	})
	return out, err
}

func episodesHeader(m int) cells {
	c := cells{"episode", "env_index", "steps_train", "length"}
	c.numbered("r_", m)
	return append(c, "terminated")
}

func (x *EpisodeRow) cells(m int) cells {
	var c cells
	c.ints(x.Episode, x.EnvIndex, x.StepsTrain, x.Length)
	c.vector(m, x.Return)
	return append(c, strconv.FormatBool(x.Terminated))
}

// Episodes reads episodes.csv, which a run has that was asked for it: one row per training episode.
func (r *Run) Episodes() ([]EpisodeRow, error) {
	t, err := reader(os.ReadFile).table(filepath.Join(r.Dir, fileEpisodes))
	if err != nil {
		return nil, err
	}
	m := t.width("r_")
	var out []EpisodeRow
	err = t.each(func(r *tableRow) {
		out = append(out, EpisodeRow{
			r.int("episode"), r.int("env_index"), r.int("steps_train"), r.int("length"), r.vector("r_", m), r.bool("terminated"),
		})
	})
	return out, err
}
