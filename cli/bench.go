package cli

import (
	"errors"
	"fmt"
	"os"
	"runtime/pprof"

	"github.com/schollz/progressbar/v3"
	"github.com/spf13/cobra"
	"golang.org/x/term"
)

// benchAreas lists what bench measures, in the order of the help text: one subcommand each.
func (a *app) benchAreas() []*cobra.Command {
	return []*cobra.Command{
		a.benchEnvsCommand(),
		a.benchKernelsCommand(),
		a.benchParetoCommand(),
		a.benchPPOCommand(),
		a.benchPreferenceCommand(),
		a.benchQDCommand(),
		a.benchRobotsCommand(),
		a.benchRolloutCommand(),
	}
}

func (a *app) benchCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "bench",
		Short: "Measure the speed of this machine's build",
		Long: `Measure how fast parts of paretolab are on this machine. Every area prints a table, and with --json
an array of measurements with name, value and unit.

Figures of one thread are per second of processor time, so that they hold on a shared machine; those of
several threads are by the clock and want an idle one.`,
		Example: "  paretolab bench envs\n  paretolab bench envs CartPole-v1 minecart-v0 --seconds 2 --json\n  paretolab bench pareto --cpuprofile cpu.prof\n  paretolab bench pareto filter-6x10000 --against HEAD~1",
	}
	c.AddCommand(a.benchAreas()...)
	profile := c.PersistentFlags().String("cpuprofile", "", "file that gets a profile of the processor time, for `go tool pprof`")
	against := c.PersistentFlags().String("against", "", "revision of this repository: build it, and measure it and this program in turn")
	pairs := c.PersistentFlags().Int("pairs", 5, "of measurements with --against")
	for _, area := range c.Commands() {
		run := area.RunE
		area.RunE = func(c *cobra.Command, args []string) error {
			if *against != "" {
				return a.benchAgainst(c, args, *against, *pairs)
			}
			return profiled(*profile, func() error { return run(c, args) })
		}
	}
	return c
}

// profiled runs f, and writes a profile of its processor time to a file, if one is given.
func profiled(path string, f func() error) error {
	if path == "" {
		return f()
	}
	file, err := os.Create(path)
	if err != nil {
		return usagef("--cpuprofile: %w", err)
	}
	if err := pprof.StartCPUProfile(file); err != nil {
		file.Close()
		return err
	}
	err = f()
	pprof.StopCPUProfile()
	return errors.Join(err, file.Close())
}

// measurement is one figure of the --json form of every area.
type measurement struct {
	Name  string  `json:"name"` // area/subject/figure
	Value float64 `json:"value"`
	Unit  string  `json:"unit"`
}

// benchProgress shows how many of a known number of subjects are measured.
type benchProgress struct {
	bar   *progressbar.ProgressBar // nil: none
	lines func(name string)
}

// measuring begins to show the progress of a benchmark, as --progress and --quiet say: a bar on a
// terminal, else nothing unless lines are asked for.
func (a *app) measuring(subjects int) *benchProgress {
	p := &benchProgress{lines: func(string) {}}
	f, isFile := a.err.(*os.File)
	terminal := isFile && term.IsTerminal(int(f.Fd())) && os.Getenv("TERM") != "dumb"
	switch {
	case a.quiet || a.progress == "off":
	case a.progress == "lines":
		p.lines = func(name string) { fmt.Fprintln(a.err, "measuring "+name) }
	case a.progress == "bar" || terminal:
		p.bar = progressbar.NewOptions(subjects, progressbar.OptionSetWriter(a.err), progressbar.OptionSetWidth(20),
			progressbar.OptionShowCount(), progressbar.OptionClearOnFinish(), progressbar.OptionSetPredictTime(true))
	}
	return p
}

// subject says what is measured now.
func (p *benchProgress) subject(name string) {
	p.lines(name)
	if p.bar != nil {
		p.bar.Describe(name)
	}
}

// measured counts a subject as done.
func (p *benchProgress) measured() {
	if p.bar != nil {
		_ = p.bar.Add(1) // a display that cannot be written to stops nothing
	}
}

// end takes the bar off the screen.
func (p *benchProgress) end() {
	if p.bar != nil {
		_ = p.bar.Clear()
	}
}
