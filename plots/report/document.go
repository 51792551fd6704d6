package report

import "github.com/paretolab/paretolab/plots"

// document is the report before it becomes HTML or Markdown.
type document struct {
	title    string
	summary  []string // paragraphs under the title
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
	folded  bool // shown on request: long
}

// column is the head of a column.
type column struct {
	name  string // for people
	field string // for the file
	text  bool   // words, not numbers
}

// value is a cell: what people read and what the file holds.
type value struct{ shown, exact string }

func (t *table) add(row ...value) { t.rows = append(t.rows, row) }

func (s *section) text(t string)       { s.blocks = append(s.blocks, block{text: t}) }
func (s *section) warn(t string)       { s.blocks = append(s.blocks, block{warning: t}) }
func (s *section) list(l []string)     { s.blocks = append(s.blocks, block{list: l}) }
func (s *section) table(t *table)      { s.blocks = append(s.blocks, block{table: t}) }
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
