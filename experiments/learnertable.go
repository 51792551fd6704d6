package experiments

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/paretolab/paretolab/agents"
)

const tableExtension = ".csv"

// ownTables are the tables of a run directory that are not the learner's.
var ownTables = []string{fileMetrics, fileEvaluations, fileTiming, fileParts, fileEpisodes, fileArchive, fileFront, fileKnownFront}

// encodeTable is a learner's table as CSV: missing numbers are empty.
func encodeTable(t *agents.Table) []byte {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	row := make([]string, len(t.Columns))
	for j := range t.Columns {
		row[j] = t.Columns[j].Name
	}
	w.Write(row) // to memory: cannot fail
	for i := range t.Len() {
		for j := range t.Columns {
			switch c := &t.Columns[j]; {
			case c.Text != nil:
				row[j] = c.Text[i]
			case math.IsNaN(c.Numbers[i]):
				row[j] = ""
			default:
				row[j] = formatFloat(c.Numbers[i])
			}
		}
		w.Write(row)
	}
	w.Flush()
	return b.Bytes()
}

// learnerTable reads what encodeTable wrote. A column is of numbers unless one of its cells is not.
func (read reader) learnerTable(path, name string) (*agents.Table, error) {
	t, err := read.table(path)
	if err != nil {
		return nil, err
	}
	out := &agents.Table{Name: name}
	for j, column := range t.header {
		numbers := make([]float64, len(t.rows))
		isText := false
		for i, row := range t.rows {
			x, err := strconv.ParseFloat(row[j], 64)
			if row[j] == "" {
				x, err = math.NaN(), nil
			}
			if isText = err != nil; isText {
				break
			}
			numbers[i] = x
		}
		if !isText {
			out.Add(column, numbers)
			continue
		}
		text := make([]string, len(t.rows))
		for i, row := range t.rows {
			text[i] = row[j]
		}
		out.AddText(column, text)
	}
	if err := out.Check(); err != nil {
		return nil, corrupt(path, 0, "%v", err)
	}
	return out, nil
}

// TableNames lists the tables that the algorithm of a complete run left, sorted.
func (r *Run) TableNames() []string {
	var names []string
	for name := range r.Tables {
		names = append(names, name)
	}
	if r.Result != nil {
		for file := range r.Result.Files {
			if name, ok := strings.CutSuffix(file, tableExtension); ok && !strings.Contains(file, "/") && !slices.Contains(ownTables, file) {
				names = append(names, name)
			}
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// Table returns a table that the algorithm of a complete run left; nil if it has none of that name, as
// while the run is incomplete. It is read once and kept: not for concurrent use.
func (r *Run) Table(name string) (*agents.Table, error) {
	if t, ok := r.Tables[name]; ok {
		return t, nil
	}
	if !slices.Contains(r.TableNames(), name) {
		return nil, nil
	}
	t, err := reader(os.ReadFile).learnerTable(filepath.Join(r.Dir, name+tableExtension), name)
	if err != nil {
		return nil, fmt.Errorf("table %s: %w", name, err)
	}
	if r.Tables == nil {
		r.Tables = map[string]*agents.Table{}
	}
	r.Tables[name] = t
	return t, nil
}
