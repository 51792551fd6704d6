package agents

import (
	"fmt"
	"strings"
)

// Table is what a learner knows beside its policies, column by column, such as the behaviours that it
// archived. It becomes a small file of the run, Name.csv, and comes back from there.
type Table struct {
	Name    string // [a-z0-9_-]
	Columns []Column
}

// Column is a column of a [Table]: numbers, of which NaN is a missing one, or text.
type Column struct {
	Name    string
	Numbers []float64
	Text    []string // in the place of Numbers
}

// Add appends a column of numbers.
func (t *Table) Add(name string, numbers []float64) {
	t.Columns = append(t.Columns, Column{Name: name, Numbers: numbers})
}

// AddText appends a column of text.
func (t *Table) AddText(name string, text []string) {
	t.Columns = append(t.Columns, Column{Name: name, Text: text})
}

// Len is the number of rows.
func (t *Table) Len() int {
	if len(t.Columns) == 0 {
		return 0
	}
	return t.Columns[0].len()
}

func (c *Column) len() int { return max(len(c.Numbers), len(c.Text)) }

// Numbers returns the column of that name, nil if there is none or it is text; do not modify it.
func (t *Table) Numbers(name string) []float64 {
	for i := range t.Columns {
		if t.Columns[i].Name == name {
			return t.Columns[i].Numbers
		}
	}
	return nil
}

// Text returns the column of that name, nil if there is none or it holds numbers; do not modify it.
func (t *Table) Text(name string) []string {
	for i := range t.Columns {
		if t.Columns[i].Name == name {
			return t.Columns[i].Text
		}
	}
	return nil
}

// Series returns the columns of numbers whose names begin with the prefix, in order, and the rest of these
// names.
func (t *Table) Series(prefix string) (columns [][]float64, names []string) {
	for i := range t.Columns {
		if name, ok := strings.CutPrefix(t.Columns[i].Name, prefix); ok && t.Columns[i].Text == nil {
			columns, names = append(columns, t.Columns[i].Numbers), append(names, name)
		}
	}
	return columns, names
}

// Check returns an error unless the name can be that of a file, columns have different names and all of
// them one length.
func (t *Table) Check() error {
	if t.Name == "" || strings.Trim(t.Name, "abcdefghijklmnopqrstuvwxyz0123456789_-") != "" {
		return fmt.Errorf("a table has the name %q; names consist of a-z, 0-9, '-' and '_'", t.Name)
	}
	if len(t.Columns) == 0 {
		return fmt.Errorf("table %s has no columns", t.Name)
	}
	seen := map[string]bool{}
	for i := range t.Columns {
		c := &t.Columns[i]
		switch {
		case seen[c.Name] || c.Name == "":
			return fmt.Errorf("table %s has two columns %q, or one without a name", t.Name, c.Name)
		case c.len() != t.Len() || c.Numbers != nil && c.Text != nil:
			return fmt.Errorf("table %s: column %s has %d rows, the first %d", t.Name, c.Name, c.len(), t.Len())
		}
		seen[c.Name] = true
	}
	return nil
}
