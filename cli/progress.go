package cli

import (
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// stepProgress shows how many of the steps of a command are done, from two seconds on.
type stepProgress struct {
	total, done int
	bar         func() *progressbar.ProgressBar // nil: none
	shown       *progressbar.ProgressBar
	begun       time.Time
}

// stepping begins to show the progress of so many steps, as --progress and --quiet say: a bar on a
// terminal, else nothing unless it is asked for.
func (a *app) stepping(description string, steps int) *stepProgress {
	p := &stepProgress{total: steps, begun: time.Now()}
	f, isFile := a.err.(*os.File)
	terminal := isFile && term.IsTerminal(int(f.Fd())) && os.Getenv("TERM") != "dumb"
	if !a.quiet && (a.progress == "bar" || a.progress == "auto" && terminal) {
		p.bar = func() *progressbar.ProgressBar {
			return progressbar.NewOptions(steps, progressbar.OptionSetWriter(a.err), progressbar.OptionSetWidth(20), progressbar.OptionShowCount(),
				progressbar.OptionClearOnFinish(), progressbar.OptionSetPredictTime(true), progressbar.OptionSetDescription(description))
		}
	}
	return p
}

// add counts a step as done.
func (p *stepProgress) add() {
	p.done++
	if p.shown == nil && p.bar != nil && p.done < p.total && time.Since(p.begun) > 2*time.Second {
		p.shown = p.bar()
	}
	if p.shown != nil {
		_ = p.shown.Set(p.done) // a display that cannot be written to stops nothing
	}
}

// end takes the bar off the screen.
func (p *stepProgress) end() {
	if p.shown != nil {
		_ = p.shown.Clear()
	}
}
