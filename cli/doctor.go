package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/paretolab/paretolab/experiments"
	"github.com/paretolab/paretolab/internal/kern"
)

// Verdicts of doctor.
const (
	checkFine  = "ok"
	checkNote  = "note"  // works, with a drawback
	checkFault = "fault" // runs will fail, or data are damaged
)

// lowSpace is what a run with policies and checkpoints needs at most, in bytes.
const lowSpace = 1 << 30

// diagnosis is one line of doctor. The names are a contract with scripts.
type diagnosis struct {
	Check  string `json:"check"`
	Status string `json:"status"`
	Detail string `json:"detail"`
	code   int
}

func (a *app) doctorCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "doctor [DIR...]",
		Short: "Check this machine, the folder for results, and whether runs are intact",
		Long: `doctor tries what runs need: processor and kernels, a folder that can be written, whose writes are
durable and whose files can be locked, space, terminal and clock.

With a DIR it also reads every run in or below it and compares the files of complete ones with the
hashes in their result.json. It changes nothing.

Exit code 0: nothing is wrong; 5: data are damaged or of a newer format; 74: the folder cannot be
written.`,
		Example: "  paretolab doctor\n  paretolab doctor runs --json",
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return nil, cobra.ShellCompDirectiveFilterDirs
		},
		RunE: func(c *cobra.Command, args []string) error {
			found := []diagnosis{a.examineProcessor(), examineClock(time.Now()), a.examineTerminal()}
			if len(args) == 0 {
				found = append(found, examineFolder("."))
			}
			for _, dir := range args {
				if info, err := os.Stat(dir); err != nil || !info.IsDir() {
					return usagef("there is no directory %s; give one that holds runs, or none", dir)
				}
				found = append(found, examineFolder(dir))
				runs, err := a.examineRuns(c.Context(), dir)
				if err != nil {
					return err
				}
				found = append(found, runs...)
			}
			if err := a.printDiagnoses(found); err != nil {
				return err
			}
			code := 0
			for _, d := range found {
				if d.Status == checkFault && d.code > code {
					code = d.code
				}
			}
			if code != 0 {
				return &exitError{code: code}
			}
			return nil
		},
	}
	return c
}

func (a *app) examineProcessor() diagnosis {
	d := diagnosis{Check: "processor", Status: checkFine}
	d.Detail = fmt.Sprintf("%s/%s, %s, kernels %s (%s)", runtime.GOOS, runtime.GOARCH, counted(runtime.GOMAXPROCS(0), "core", "cores"), kern.Path(), kern.Class())
	if kern.Class() == "generic" {
		d.Status = checkNote
		d.Detail += ": without vector instructions training takes several times as long"
	}
	return d
}

// examineClock compares the clock with the build, which cannot lie in the future.
func examineClock(now time.Time) diagnosis {
	d := diagnosis{Check: "clock", Status: checkFine, Detail: now.UTC().Format(time.RFC3339)}
	if program, err := os.Executable(); err == nil {
		if info, err := os.Stat(program); err == nil && info.ModTime().After(now.Add(time.Minute)) {
			d.Status = checkNote
			d.Detail += ", before the program was made; times in run.json will be wrong, results will not"
		}
	}
	return d
}

func (a *app) examineTerminal() diagnosis {
	d := diagnosis{Check: "terminal", Status: checkFine, Detail: "none: progress is shown in lines"}
	if f, ok := a.err.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		d.Detail = "progress is shown as a bar"
		if width, height, err := term.GetSize(int(f.Fd())); err == nil {
			d.Detail = fmt.Sprintf("%d columns × %d lines: %s", width, height, d.Detail)
		}
		if os.Getenv("TERM") == "dumb" {
			d.Detail = "dumb: progress is shown in lines"
		}
	}
	return d
}

func examineFolder(dir string) diagnosis {
	d := diagnosis{Check: "folder " + dir, Status: checkFine, code: exitIO}
	p, err := experiments.ProbeFolder(dir)
	if err != nil {
		d.Status, d.Detail = checkFault, err.Error()
		return d
	}
	var notes []string
	d.Detail = fmt.Sprintf("can be written, a durable write takes %.0f ms", 1000*p.Sync.Seconds())
	switch {
	case p.Free < 0:
	case p.Free < lowSpace:
		notes = append(notes, fmt.Sprintf("only %s are free", megabytes(p.Free)))
	default:
		d.Detail += fmt.Sprintf(", %s are free", megabytes(p.Free))
	}
	if p.Sync > 200*time.Millisecond {
		notes = append(notes, "writes are slow: set output.checkpoint_every to a minute or more")
	}
	if p.Locks {
		d.Detail += ", locks hold"
	} else {
		notes = append(notes, "locks do not hold here: do not run the same experiment twice at once")
	}
	if len(notes) > 0 {
		d.Status = checkNote
		d.Detail += "; " + strings.Join(notes, "; ")
	}
	return d
}

// megabytes writes a number of bytes for people.
func megabytes(n int64) string {
	if n < 1e9 {
		return fmt.Sprintf("%d MB", n/1e6)
	}
	return fmt.Sprintf("%d GB", n/1e9)
}

// examineRuns reads all runs in or below a folder: one line that counts them, and one for each that is
// not as a run leaves it.
func (a *app) examineRuns(ctx context.Context, dir string) ([]diagnosis, error) {
	dirs, err := experiments.FindRuns(dir)
	if err != nil {
		return nil, err
	}
	var faults []diagnosis
	complete, incomplete, failed := 0, 0, 0
	bar := a.stepping("reading runs", len(dirs))
	defer bar.end()
	for _, path := range dirs {
		if ctx.Err() != nil {
			return nil, a.stopped()
		}
		r, err := experiments.LoadRun(path)
		if err == nil {
			err = experiments.VerifyRun(path)
		}
		var where *fs.PathError
		switch {
		case isDataError(err) || errors.As(err, &where):
			faults = append(faults, diagnosis{"run " + path, checkFault, err.Error(), exitData})
		case err != nil:
			return nil, err
		case r.Result != nil:
			complete++
		case r.Failure != nil:
			failed++
			faults = append(faults, diagnosis{"run " + path, checkNote, "failed at its last attempt: " + r.Failure.Error, 0})
		default:
			incomplete++
		}
		bar.add()
	}
	sum := diagnosis{Check: "runs in " + filepath.Clean(dir), Status: checkFine}
	sum.Detail = fmt.Sprintf("%d complete and intact, %d incomplete, %d failed, %d damaged", complete, incomplete, failed, len(faults)-failed)
	if incomplete+failed > 0 {
		sum.Status = checkNote
		sum.Detail += "; go on with: paretolab resume " + shellWords([]string{dir})
	}
	return append([]diagnosis{sum}, faults...), nil
}

func (a *app) printDiagnoses(found []diagnosis) error {
	var page bytes.Buffer
	w := tabwriter.NewWriter(&page, 0, 0, 2, ' ', 0)
	for _, d := range found {
		fmt.Fprintf(w, "%s\t%s\t%s\n", d.Status, d.Check, strings.ReplaceAll(d.Detail, "\n", " "))
	}
	if err := w.Flush(); err != nil {
		return err
	}
	return a.printAnswer(found, &page)
}
