package cli

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/paretolab/paretolab/internal/didyoumean"
)

// scoreColumns are the names of the columns of a table of scores.
type scoreColumns struct {
	algorithm, task, score string
	taskNeeded             bool // whether the table must have a column of tasks
}

// scoreTable holds the scores of runs, algorithms and tasks in the order of their first rows.
type scoreTable struct {
	path       string
	algorithms []string
	tasks      []string
	runs       [][][]float64 // algorithms × tasks × runs
}

// onlyTask is the name of the task of a table that names none.
const onlyTask = "all"

// readScores reads a table of scores; "-" is standard input. Every algorithm has at least one run of
// every task, as many of each, and the scores are finite.
func (a *app) readScores(path string, columns scoreColumns) (*scoreTable, error) {
	in, name, _, err := a.openText(path, "scores", "scores.csv")
	if err != nil {
		return nil, err
	}
	defer in.Close()
	t := &scoreTable{path: name}
	if err := t.read(in, columns); err != nil {
		return nil, usagef("%s%w", name, err)
	}
	if err := t.check(); err != nil {
		return nil, usagef("%s: %w", name, err)
	}
	return t, nil
}

// read takes all rows. The error begins with the line, as :2, or with a colon.
func (t *scoreTable) read(in io.Reader, columns scoreColumns) error {
	r := csv.NewReader(in)
	r.Comment, r.TrimLeadingSpace, r.ReuseRecord = '#', true, true
	header, err := r.Read()
	if err == io.EOF {
		return fmt.Errorf(": empty; give a CSV table with columns %s, %s and %s", columns.algorithm, columns.task, columns.score)
	}
	if err != nil {
		return csvFault(err)
	}
	header[0] = strings.TrimPrefix(header[0], string(byteOrderMark))
	line, _ := r.FieldPos(0)
	algorithm, err1 := findHeader(header, "algorithm", columns.algorithm)
	score, err2 := findHeader(header, "score", columns.score)
	task, err3 := findHeader(header, "task", columns.task)
	if err3 != nil && !columns.taskNeeded {
		err3 = nil
	}
	if err := errors.Join(err1, err2, err3); err != nil {
		return fmt.Errorf(":%d: %w", line, err)
	}
	algorithmOf, taskOf := make(map[string]int), make(map[string]int)
	for {
		words, err := r.Read()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return csvFault(err)
		}
		line, _ := r.FieldPos(score)
		v, err := parseNumber(strings.TrimSpace(words[score]))
		if err != nil {
			return fmt.Errorf(":%d: %s %w, or leave the row out", line, columns.score, err)
		}
		name := onlyTask
		if task >= 0 {
			name = words[task]
		}
		i, k := intern(&t.algorithms, algorithmOf, words[algorithm]), intern(&t.tasks, taskOf, name)
		if len(t.algorithms) > maxAlgorithms {
			return fmt.Errorf(":%d: more than %d algorithms in column %s; name the column of the algorithm by --algorithm", line, maxAlgorithms, columns.algorithm)
		}
		t.add(i, k, v)
	}
}

// findHeader is the column of a name, given by a flag, and -1 with an error if there is none.
func findHeader(header []string, flag, name string) (int, error) {
	for k, word := range header {
		if strings.TrimSpace(word) == name {
			return k, nil
		}
	}
	return -1, fmt.Errorf("no column %q for --%s%s", name, flag,
		didyoumean.Question(didyoumean.Nearest(name, header), "columns: "+strings.Join(header, ", ")))
}

// csvFault says where a table is not CSV.
func csvFault(err error) error {
	var fault *csv.ParseError
	if !errors.As(err, &fault) {
		return fmt.Errorf(": %w", err)
	}
	if errors.Is(err, csv.ErrFieldCount) {
		return fmt.Errorf(":%d: %w; give every row one value per column of the header", fault.Line, fault.Err)
	}
	return fmt.Errorf(":%d: column %d: %w; close every quotation mark", fault.Line, fault.Column, fault.Err)
}

// intern returns the place of a name, which it adds to the names if it is new.
func intern(names *[]string, places map[string]int, name string) int {
	name = strings.Clone(strings.TrimSpace(name))
	k, ok := places[name]
	if !ok {
		k = len(*names)
		places[name] = k
		*names = append(*names, name)
	}
	return k
}

// add notes the score of a run.
func (t *scoreTable) add(algorithm, task int, score float64) {
	for len(t.runs) <= algorithm {
		t.runs = append(t.runs, nil)
	}
	for len(t.runs[algorithm]) <= task {
		t.runs[algorithm] = append(t.runs[algorithm], nil)
	}
	t.runs[algorithm][task] = append(t.runs[algorithm][task], score)
}

// check returns an error unless every algorithm has as many runs of each task, at least one.
func (t *scoreTable) check() error {
	if len(t.algorithms) == 0 {
		return errors.New("no scores; give one run per row")
	}
	for i, runs := range t.runs {
		if len(runs) < len(t.tasks) {
			return fmt.Errorf("%s has no run of task %s; give every algorithm runs of every task", t.algorithms[i], t.tasks[len(runs)])
		}
		if k := slices.IndexFunc(runs, func(r []float64) bool { return len(r) == 0 }); k >= 0 {
			return fmt.Errorf("%s has no run of task %s; give every algorithm runs of every task", t.algorithms[i], t.tasks[k])
		}
		if k := slices.IndexFunc(runs, func(r []float64) bool { return len(r) != len(runs[0]) }); k >= 0 {
			return fmt.Errorf("%s has %s of task %s, but %d of %s; give as many of each",
				t.algorithms[i], plural(len(runs[k]), "run"), t.tasks[k], len(runs[0]), t.tasks[0])
		}
	}
	return nil
}
