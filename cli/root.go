// Package cli is the command line of paretolab. The program's main calls [Main]; a user's own
// main that imports further environments or algorithms calls it too, instead of forking.
//
// Results go to standard output, messages, progress and logs to standard error. With --json a
// command prints one JSON document (or JSON Lines where its help says so) and nothing else on
// standard output.
package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"math"
	"os"
	"os/signal"
	"runtime/debug"
	"slices"
	"strings"
	"syscall"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/paretolab/paretolab/internal/didyoumean"
	"github.com/paretolab/paretolab/internal/kern"
)

// Exit codes, a contract with scripts.
const (
	exitOK          = 0
	exitFailed      = 1   // a check failed, or an internal error
	exitUsage       = 2   // wrong use, bad config or bad input
	exitItemsFailed = 3   // some items failed, others are done
	exitNothing     = 4   // nothing matched
	exitData        = 5   // corrupt data, or of a newer format
	exitStatistics  = 6   // not enough data for the statistic asked for
	exitIO          = 74  // disk full or I/O error; state saved as of the last checkpoint
	exitStopped     = 75  // stopped on request of the system, resumable
	exitInterrupted = 130 // Ctrl-C, state saved
	exitTerminated  = 143 // SIGTERM, state saved
)

// app is what every command shares.
type app struct {
	in       io.Reader
	out, err io.Writer
	json     bool
	quiet    bool
	progress string
	color    string
	configs  string // folder of configurations
	logLevel string
	logForm  string
	// stop holds the signal that ended the context, if one did.
	stop os.Signal
}

// exitError carries an exit code other than exitFailed. A nil err prints nothing more.
type exitError struct {
	code int
	err  error
}

func (e *exitError) Error() string {
	if e.err == nil {
		return fmt.Sprintf("exit code %d", e.code)
	}
	return e.err.Error()
}
func (e *exitError) Unwrap() error { return e.err }

// withCode marks err with an exit code; nil stays nil.
func withCode(code int, err error) error {
	if err == nil {
		return nil
	}
	return &exitError{code, err}
}

// usagef is a mistake of the caller: exit code 2.
func usagef(format string, a ...any) error {
	return &exitError{exitUsage, fmt.Errorf(format, a...)}
}

// Main runs the command line given by args (without the program name) and returns the exit code.
func Main(args []string, in io.Reader, out, errs io.Writer) (code int) {
	a := &app{in: in, out: out, err: errs}
	defer func() {
		if r := recover(); r != nil {
			code = a.crash(r, debug.Stack())
		}
	}()
	ctx, cancel := a.withSignals(context.Background())
	defer cancel()
	root := a.root()
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	return a.finish(err)
}

// withSignals cancels the context at the first of stopSignals; a second one ends the process at once, but
// for SIGHUP, which a terminal that is closed sends more than once. Under nohup SIGHUP is ignored.
func (a *app) withSignals(parent context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(parent)
	// Writing to a reader that has enough is an error like others, not the end of the process.
	signal.Ignore(syscall.SIGPIPE)
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, slices.DeleteFunc(slices.Clone(stopSignals), func(s os.Signal) bool {
		return s == syscall.SIGHUP && signal.Ignored(s)
	})...)
	go func() {
		select {
		case a.stop = <-signals:
			if !a.quiet {
				fmt.Fprintln(a.err, "\nstopping: what is under way is finished and saved (once more to stop now)")
			}
			cancel()
		case <-ctx.Done():
			return
		}
		for s := range signals {
			if s != syscall.SIGHUP {
				fmt.Fprintln(a.err, "stopped at once: runs go on from their last checkpoints")
				os.Exit(a.stopCode())
			}
		}
	}()
	return ctx, func() { signal.Stop(signals); cancel() }
}

// root assembles the command tree.
func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "paretolab",
		Short: "Multi-objective reinforcement learning: train, measure and explore Pareto fronts",
		Long: `paretolab trains policies for environments with vector rewards, finds the Pareto front
of their trade-offs, and turns it into figures and reports.

Without a config file, run trains C-MORL on two maps of deep-sea-treasure.`,
		Example: `  paretolab run experiments/configs/quickstart.yaml
  paretolab envs list
  paretolab envs front deep-sea-treasure-concave-v0 --gamma 0.99
  paretolab pareto hv front.csv --ref 0,-25`,
		SilenceUsage:      true,
		SilenceErrors:     true,
		PersistentPreRunE: a.checkGlobals,
	}
	root.SetIn(a.in)
	root.SetOut(a.out)
	root.SetErr(a.err)
	flags := root.PersistentFlags()
	flags.BoolVar(&a.json, "json", false, "print one JSON document on standard output, for machines")
	flags.BoolVarP(&a.quiet, "quiet", "q", false, "print errors only")
	flags.StringVar(&a.progress, "progress", "auto", "progress display: auto, bar, lines or off")
	flags.StringVar(&a.color, "color", "auto", "colour of errors on standard error: auto, always or never")
	flags.StringVar(&a.configs, "config-dir", "", "folder in which a CONFIG is looked for that is not in this one")
	flags.StringVar(&a.logLevel, "log-level", "off", "log of runs on standard error, beside log.jsonl: off, error, warn, info or debug")
	flags.StringVar(&a.logForm, "log-format", "text", "form of that log: text or json")
	root.SetFlagErrorFunc(func(c *cobra.Command, err error) error {
		return usagef("%w\nsee `%s --help`", err, c.CommandPath())
	})
	root.AddCommand(a.commands()...)
	root.AddCommand(topics()...)
	for _, c := range root.Commands() {
		if c.HasSubCommands() {
			c.RunE = chooseSubcommand
		}
	}
	return root
}

// needs refuses a command without arguments.
func needs(what string) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if len(args) == 0 {
			return usagef("%s needs %s; see `%s --help`", strings.TrimPrefix(c.CommandPath(), "paretolab "), what, c.CommandPath())
		}
		return nil
	}
}

// chooseSubcommand runs where a group of commands is called itself: cobra would print its help
// whatever word follows.
func chooseSubcommand(c *cobra.Command, args []string) error {
	if len(args) == 0 {
		return c.Help()
	}
	var names []string
	for _, sub := range c.Commands() {
		names = append(names, sub.Name())
	}
	return usagef("unknown command %q for %q%s", args[0], c.CommandPath(),
		didyoumean.Question(didyoumean.Nearest(args[0], names), "`"+c.CommandPath()+" --help` lists all"))
}

func (a *app) checkGlobals(c *cobra.Command, _ []string) error {
	switch a.progress {
	case "auto", "bar", "lines", "off":
	default:
		return usagef("--progress is %q; it is one of auto, bar, lines, off", a.progress)
	}
	if a.color != "auto" && a.color != "always" && a.color != "never" {
		return usagef("--color is %q; it is auto, always or never", a.color)
	}
	if _, ok := logLevels[a.logLevel]; !ok {
		return usagef("--log-level is %q; it is one of off, error, warn, info, debug", a.logLevel)
	}
	if a.logForm != "text" && a.logForm != "json" {
		return usagef("--log-format is %q; it is text or json", a.logForm)
	}
	return withCode(exitUsage, kern.StartError())
}

// logLevels are the least levels of what is logged; nothing reaches that of off.
var logLevels = map[string]slog.Level{"off": math.MaxInt, "error": slog.LevelError, "warn": slog.LevelWarn, "info": slog.LevelInfo, "debug": slog.LevelDebug}

// logHandler is where records of runs go beside their files.
func (a *app) logHandler() slog.Handler {
	options := &slog.HandlerOptions{Level: logLevels[a.logLevel]}
	if a.logForm == "json" {
		return slog.NewJSONHandler(a.err, options)
	}
	return slog.NewTextHandler(a.err, options)
}

// finish prints the error, if any, and translates it into an exit code.
func (a *app) finish(err error) int {
	if err == nil {
		return exitOK
	}
	var coded *exitError
	code := exitFailed
	switch {
	case errors.As(err, &coded):
		code = coded.code
		if coded.err == nil {
			return code
		}
	case errors.Is(err, syscall.EPIPE):
		return exitOK // the reader had enough, as with `| head`
	case isDiskError(err):
		code = exitIO
	case isUsage(err):
		code = exitUsage
	case errors.Is(err, fs.ErrNotExist):
		code = exitUsage
	}
	name := "paretolab:"
	if a.coloured() {
		name = "\x1b[1;31m" + name + "\x1b[0m"
	}
	fmt.Fprintln(a.err, name, strings.TrimSpace(err.Error()))
	return code
}

// coloured reports whether standard error gets colours: if that is asked for, else on a terminal unless the
// variable NO_COLOR is set.
func (a *app) coloured() bool {
	if a.color == "auto" {
		f, ok := a.err.(*os.File)
		return ok && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb" && term.IsTerminal(int(f.Fd()))
	}
	return a.color == "always"
}

// isUsage recognises the errors that cobra makes itself.
func isUsage(err error) bool {
	s := err.Error()
	for _, prefix := range []string{"unknown command", "unknown flag", "accepts ", "requires ", "required flag", "invalid argument"} {
		if strings.HasPrefix(s, prefix) {
			return true
		}
	}
	return false
}

// isDiskError reports whether the file system refused: full, read-only, broken.
func isDiskError(err error) bool {
	for _, target := range []error{syscall.ENOSPC, syscall.EIO, syscall.EROFS, syscall.EACCES, syscall.EPERM, syscall.EDQUOT, io.ErrShortWrite} {
		if errors.Is(err, target) {
			return true
		}
	}
	return false
}

// crash saves what a bug report needs and says where it is.
func (a *app) crash(reason any, stack []byte) int {
	text := fmt.Sprintf("paretolab crashed: %v\n\n%s", reason, stack)
	where := "below"
	if f, err := os.CreateTemp("", "paretolab-crash-*.txt"); err == nil {
		_, werr := f.WriteString(text)
		if cerr := f.Close(); werr == nil && cerr == nil {
			where = "in " + f.Name()
		}
	}
	if where == "below" {
		fmt.Fprintln(a.err, text)
	}
	fmt.Fprintf(a.err, "paretolab: internal error: %v\nthis is a bug; please report it with the details %s\n", reason, where)
	return exitFailed
}

// printJSON writes v as one indented JSON document.
func (a *app) printJSON(v any) error {
	enc := json.NewEncoder(a.out)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}
