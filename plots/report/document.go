package report

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/paretolab/paretolab/plots"
)

// document is the report before it becomes HTML or Markdown.
type document struct {
	title    string
	summary  []string // paragraphs under the title
	findings []string // the results in a sentence each
	sections []section
}

type section struct {
	title  string
	blocks []block
}

// block is one of the parts of a section; exactly one field is set.
type block struct {
	text    string
	warning string
	list    []string
	table   *table
	figure  *plots.Fig
	code    *code
}

// code is text shown as it stands.
type code struct {
	caption string
	lang    string
	text    string
	folded  bool // shown on request
}

// table is shown to people with few digits and written to a file with all of them.
type table struct {
	name    string // of the CSV file, without extension
	caption string
	columns []column
	rows    [][]value
	notes   []string
	hidden  map[string]bool // fields without a column for people: unknown, or stated in a note
	folded  bool            // shown on request: long
}

// column is the head of a column.
type column struct {
	name  string // for people
	field string // for the file
	text  bool   // words, not numbers
}

// value is a cell: what people read and what the file holds. Measured values say to how many
// significant digits they are shown, so that those of a column can be given equal decimals.
type value struct {
	shown, exact string
	digits       int // 0: shown stands as it is
	mark         mark
}

// mark stands out in a column.
type mark int

const (
	noMark   mark = iota
	bestMark      // bold
	tieMark       // underlined: within the interval of the best
)

func (t *table) add(row ...value) { t.rows = append(t.rows, row) }

// maxOpenRows is the number of rows above which a page shows a table on request.
const maxOpenRows = 40

// finish prepares a table for people once it has all rows.
func (t *table) finish() {
	t.align()
	t.folded = t.folded || len(t.rows) > maxOpenRows
	for k, c := range t.columns {
		if !slices.ContainsFunc(t.rows, func(row []value) bool { return row[k] != unknown }) {
			t.hide(c.field)
		}
	}
}

func (t *table) hide(field string) {
	if t.hidden == nil {
		t.hidden = map[string]bool{}
	}
	t.hidden[field] = true
}

// align gives the measured values of each column the decimals of its largest one, without zeros
// that all of them end in. Columns whose values are too far apart for that stay as they are.
func (t *table) align() {
	for k := range t.columns {
		decimals, ends, ok := math.MaxInt, 0, true
		var cells []*value
		var numbers []float64
		for _, row := range t.rows {
			if row[k].digits == 0 {
				continue
			}
			v, err := strconv.ParseFloat(row[k].exact, 64)
			if a := math.Abs(v); err != nil || math.IsNaN(v) || a >= 1e15 || a != 0 && a < 1e-4 {
				ok = false
			} else if v != 0 {
				decimals = min(decimals, row[k].digits-1-int(math.Floor(math.Log10(a))))
			}
			cells, numbers = append(cells, &row[k]), append(numbers, v)
		}
		if !ok || decimals == math.MaxInt {
			continue
		}
		decimals = max(decimals, 0)
		for _, v := range numbers {
			if v != 0 && math.Abs(v) < 50*math.Pow10(-decimals) {
				ok = false
			}
			s := strings.TrimRight(fixed(v, decimals), "0")
			if _, part, point := strings.Cut(s, "."); point {
				ends = max(ends, len(part))
			}
		}
		if !ok {
			continue
		}
		for i, c := range cells {
			c.shown = fixed(numbers[i], ends)
		}
	}
}

// stateOnce takes the columns of the given fields whose cells are all equal out of the table that
// people read, into a note; the file keeps them.
func (t *table) stateOnce(fields ...string) {
	var said []string
	for k, c := range t.columns {
		if !slices.Contains(fields, c.field) || len(t.rows) == 0 {
			continue
		}
		first := t.rows[0][k].shown
		if !slices.ContainsFunc(t.rows, func(row []value) bool { return row[k].shown != first }) {
			t.hide(c.field)
			said = append(said, c.name+" "+dash(first))
		}
	}
	if len(said) > 0 {
		t.notes = append(t.notes, "All rows: "+strings.Join(said, ", ")+".")
	}
}

func (s *section) text(t string)       { s.blocks = append(s.blocks, block{text: t}) }
func (s *section) warn(t string)       { s.blocks = append(s.blocks, block{warning: t}) }
func (s *section) list(l []string)     { s.blocks = append(s.blocks, block{list: l}) }
func (s *section) table(t *table)      { t.finish(); s.blocks = append(s.blocks, block{table: t}) }
func (s *section) figure(f *plots.Fig) { s.blocks = append(s.blocks, block{figure: f}) }
func (s *section) code(c code)         { s.blocks = append(s.blocks, block{code: &c}) }
func (d *document) section(t string, s section) {
	if len(s.blocks) > 0 {
		s.title = t
		d.sections = append(d.sections, s)
	}
}

// tables lists all tables in the order in which they appear.
func (d *document) tables() []*table {
	var out []*table
	for _, s := range d.sections {
		for _, b := range s.blocks {
			if b.table != nil {
				out = append(out, b.table)
			}
		}
	}
	return out
}

// figures lists all figures in the order in which they appear.
func (d *document) figures() []*plots.Fig {
	var out []*plots.Fig
	for _, s := range d.sections {
		for _, b := range s.blocks {
			if b.figure != nil {
				out = append(out, b.figure)
			}
		}
	}
	return out
}
