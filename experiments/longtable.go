package experiments

import (
	"slices"
	"strconv"
)

// LongTable holds one kind of row of many runs: a row names its run in the first columns, so that data
// frames group and filter by them. Cells are written as in the files of a run; what a run does not
// have is empty.
type LongTable struct {
	Name   string
	Header []string
	Rows   [][]string
}

// ColumnKind is what the cells of a column are.
type ColumnKind int

// Kinds of columns. Empty cells are missing values of any kind.
const (
	TextColumn ColumnKind = iota
	IntColumn             // never negative
	FloatColumn
	BoolColumn
)

// kinds of the columns that are not numbers with a fraction.
var columnKinds = map[string]ColumnKind{
	"experiment": TextColumn, "algorithm": TextColumn, "environment": TextColumn, "item": TextColumn, "phase": TextColumn,
	"policy": TextColumn, "parent": TextColumn, "origin": TextColumn, "nondominated": BoolColumn,
	"seed": IntColumn, "eval": IntColumn, "steps_train": IntColumn, "steps_eval": IntColumn, "episodes": IntColumn,
	"updates": IntColumn, "cardinality": IntColumn, "evaluation_seed": IntColumn,
}

// Kind is that of the named column.
func (t *LongTable) Kind(column string) ColumnKind {
	if k, ok := columnKinds[column]; ok {
		return k
	}
	return FloatColumn
}

// runColumns name the run of a row.
var runColumns = cells{"experiment", "algorithm", "environment", "seed", "item"}

func (r *Run) runCells() cells {
	var c cells
	c.text(r.Info.Experiment, r.Info.Label, r.Info.Environment.name())
	c = append(c, strconv.FormatUint(r.Info.Seed, 10))
	c.text(r.Info.Item)
	return c
}

// name is what tables call the environment.
func (e *EnvironmentInfo) name() string {
	if e.Label != "" {
		return e.Label
	}
	return e.ID
}

// LongTables joins runs into the tables metrics (a row per evaluation, with the wall-clock seconds of
// timing.csv), evaluations (a row per measured policy), fronts (a row per member of the archive at
// each evaluation) and archives (a row per member of the final archive, as measured again). Columns
// numbered by objective reach to the largest number of objectives; those of algorithms stand last.
func LongTables(runs []*Run) []*LongTable {
	m := 0
	var own []string
	for _, r := range runs {
		m = max(m, len(r.Info.Environment.Objectives))
		for _, x := range r.Metrics {
			for name := range x.Columns {
				own = append(own, name)
			}
		}
	}
	slices.Sort(own)
	own = slices.Compact(own)
	fronts := cells{"eval", "steps_train", "policy"}
	fronts.numbered("v_", m)
	evaluations := evaluationsHeader(m)
	evaluations[len(evaluations)-1] = "evaluation_seed" // seed is that of the run
	metrics := &LongTable{Name: "metrics", Header: slices.Concat(runColumns, metricsHeader(m, own), cells{"seconds_total", "seconds_train", "seconds_eval", "steps_per_s"})}
	tables := []*LongTable{
		metrics,
		{Name: "evaluations", Header: slices.Concat(runColumns, evaluations)},
		{Name: "fronts", Header: slices.Concat(runColumns, fronts)},
		{Name: "archives", Header: slices.Concat(runColumns, archiveHeader(m))},
	}
	add := func(t *LongTable, head, row cells) { t.Rows = append(t.Rows, slices.Concat(head, row)) }
	for _, r := range runs {
		head := r.runCells()
		timing := map[int]*TimingRow{}
		for i := range r.Timing {
			if x := &r.Timing[i]; timing[x.Eval] == nil { // a later row of the same is the end of the run
				timing[x.Eval] = x
			}
		}
		for _, x := range r.Metrics {
			row := x.cells(m, nil)
			for _, name := range own {
				if v, ok := x.Columns[name]; ok {
					row.floats(v)
				} else {
					row = append(row, "")
				}
			}
			if t := timing[x.Eval]; t != nil {
				row.floats(t.SecondsTotal, t.SecondsTrain, t.SecondsEval, t.StepsPerSecond)
			} else {
				row = append(row, "", "", "", "")
			}
			add(metrics, head, row)
		}
		for _, x := range r.Evaluations {
			add(tables[1], head, x.cells(m))
		}
		for _, x := range r.Fronts {
			for i, p := range x.Points {
				var row cells
				row.ints(x.Eval, x.StepsTrain)
				row.text(x.Policies[i])
				row.vector(m, p)
				add(tables[2], head, row)
			}
		}
		for _, x := range r.Archive {
			add(tables[3], head, x.cells(m))
		}
	}
	return tables
}
