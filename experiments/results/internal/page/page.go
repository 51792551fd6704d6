// Package page is what the commands of experiments/results have in common: they gather finished runs, and
// write tables into a page of text.
package page

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/paretolab/paretolab/experiments"
)

// Replace puts body between the lines "<!-- name -->" and "<!-- end of name -->" of a file, in place of what
// stands there.
func Replace(file, name, body string) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	begin, end := "<!-- "+name+" -->\n", "<!-- end of "+name+" -->"
	head, rest, ok := strings.Cut(string(text), begin)
	_, tail, closed := strings.Cut(rest, end)
	if !ok || !closed {
		return fmt.Errorf("%s needs the lines %q and %q", file, begin, end)
	}
	return os.WriteFile(file, []byte(head+begin+body+end+tail), 0o666)
}

// Complete calls do with the complete runs of each experiment below a directory whose name begins with a
// prefix, and with the rest of its name.
func Complete(dir, prefix string, do func(experiment string, runs []*experiments.Run) error) error {
	dirs, err := filepath.Glob(filepath.Join(dir, prefix+"*"))
	if err != nil {
		return err
	}
	for _, dir := range dirs {
		found, err := experiments.FindRuns(dir)
		if err != nil {
			return err
		}
		var runs []*experiments.Run
		for _, d := range found {
			run, err := experiments.LoadRun(d)
			if err != nil {
				return err
			}
			if run.Result != nil {
				runs = append(runs, run)
			}
		}
		if err := do(strings.TrimPrefix(filepath.Base(dir), prefix), runs); err != nil {
			return err
		}
	}
	return nil
}
