package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/paretolab/paretolab/agents"
	"github.com/paretolab/paretolab/agents/preference/elicit"
	"github.com/paretolab/paretolab/experiments"
	"github.com/paretolab/paretolab/pareto"
)

// elicitOptions are the flags of the command.
type elicitOptions struct {
	settings    elicit.Settings
	question    string
	log, replay string
	simulate    referenceFlag
	consistency float64 // of the simulated user
	menu        int
	noStop      bool
}

// settingFlags are the flags that a log remembers.
var settingFlags = []string{"question", "choice", "ranking", "utility", "beta", "same", "budget", "particles", "seed"}

func (a *app) elicitCommand() *cobra.Command {
	o := elicitOptions{}
	c := &cobra.Command{
		Use:   "elicit DIR|FILE",
		Short: "Find the policy of a front that you like best, by a few questions",
		Long: `Ask which of two policies is better, learn from the answers, and recommend the policy of the front that is
best for you. DIR is the directory of a finished run; FILE is a front.csv, or any file as ` + "`paretolab pareto`" + `
reads it.

A question shows the values of two policies, or of more with --choice. Answer with the number of the better
one, or "s" if they are the same to you; "u" takes the last answer back. Questions end when no further answer is worth
it. The dialogue goes to standard error, the recommendation to standard output.

Every answer is written to a log at once. The same command with that log goes on where it ended, and --replay LOG
prints its recommendation again. The log is never written into a run.

--simulate w1,w2,... lets a user with these weights of the objectives, on values scaled to [0, 1] over the front,
give the answers.

With --json the recommendation is one JSON document: recommended, name, values, runner_up, better_than_runner_up,
chance_of_being_best (of each policy), chance_within_one_percent, value_of_a_question, stop, meaning and parameters
(mean, low and high of each objective's weight), answers, conflict (if answers
contradict each other: its kind, their numbers and a sentence), menu, log.`,
		Example: `  paretolab elicit runs/minecart/cmorl__minecart-v0__s0
  paretolab elicit front.csv --choice 4 --budget 8
  paretolab elicit front.csv --simulate 0.2,0.8 --json
  paretolab elicit --replay front.elicit.jsonl
  paretolab elicit runs/minecart/cmorl__minecart-v0__s0 --replay session.jsonl`,
		Args: func(c *cobra.Command, args []string) error {
			switch {
			case o.replay != "" && len(args) > 1:
				return usagef("--replay prints what a log says; name at most one directory or file beside it, whose front it has to be about")
			case o.simulate == nil && len(args) == 1 && args[0] == "-":
				return usagef("standard input holds your answers; give the front as a file")
			case o.replay == "" && len(args) != 1:
				return usagef("name one directory of a finished run, or one file of value vectors; `paretolab elicit --help` shows examples")
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			if o.menu < 0 {
				return usagef("--menu is %d; give a number of policies, or 0 for no menu", o.menu)
			}
			if o.replay != "" {
				return a.replayElicitation(args, &o)
			}
			criterion, err := elicit.ParseCriterion(o.question)
			if o.question != "" && err != nil {
				return usagef("--question: %w", err)
			}
			o.settings.Question = criterion
			given := slices.DeleteFunc(slices.Clone(settingFlags), func(name string) bool { return !c.Flags().Changed(name) })
			return a.elicit(c.Context(), args[0], &o, given)
		},
	}
	f := c.Flags()
	f.StringVar(&o.log, "log", "", "`FILE` to write the answers to, or to go on with (default NAME.elicit.jsonl in the working directory)")
	f.StringVar(&o.replay, "replay", "", "print what the answers in this `LOG` lead to")
	f.Var(&o.simulate, "simulate", "weight of each objective of a user who gives the answers")
	f.Float64Var(&o.consistency, "simulate-beta", 0, "consistency of that user; 0 never errs")
	f.StringVar(&o.question, "question", "", "way of choosing questions: "+criteriaNames()+" (default evoi for budgets up to 8 and for gp-monotone, else info-gain)")
	f.IntVar(&o.settings.Choice, "choice", 2, "policies in a question, 2 to 6")
	f.BoolVar(&o.settings.Ranking, "ranking", false, "ask for the order of the policies of a question")
	f.StringVar(&o.settings.Utility, "utility", "linear", "kind of utility: linear, chebyshev, ideal, normal, gp, gp-monotone or ensemble")
	f.Float64Var(&o.settings.Beta, "beta", 0, "consistency of the answers on scaled values, such as 10; 0 is learned")
	f.Float64Var(&o.settings.Same, "same", 0, "threshold below which policies tend to be the same, such as 1; with 0 that counts as half an answer each")
	f.IntVar(&o.settings.Budget, "budget", 0, "largest number of questions; 0 is no limit")
	f.IntVar(&o.settings.Users, "particles", 0, "samples of what is known of the user (default 2000, fewer for gp and ensemble)")
	f.Uint64Var(&o.settings.Seed, "seed", 0, "seed of the samples")
	f.IntVar(&o.menu, "menu", 3, "policies in the menu that is printed beside the recommendation")
	f.BoolVar(&o.noStop, "no-stop", false, "go on when no further answer seems worth it, up to the budget")
	return c
}

// source is where a front came from.
type source struct {
	path  string
	isRun bool
}

// loadItems reads the front of a run, or a file of value vectors.
func (a *app) loadItems(path string) (*elicit.Items, source, error) {
	if info, err := os.Stat(path); err != nil || !info.IsDir() {
		f, err := a.readPoints(path)
		if err != nil {
			return nil, source{}, err
		}
		var objectives []elicit.Objective
		for _, name := range f.names {
			objectives = append(objectives, elicit.Objective{Name: name})
		}
		items, err := elicit.NewItems(f.front, f.policyNames(), objectives)
		return items, source{path, false}, withCode(exitUsage, err)
	}
	run, err := experiments.LoadRun(path)
	switch {
	case errors.Is(err, experiments.ErrNoRuns):
		return nil, source{}, withCode(exitNothing, err)
	case isDataError(err):
		return nil, source{}, withCode(exitData, err)
	case err != nil:
		return nil, source{}, err
	case run.Result == nil:
		return nil, source{}, usagef("%s is not complete and has no front yet; `paretolab resume %s` finishes it", path, shellWords([]string{path}))
	}
	rows := run.Front()
	slices.SortStableFunc(rows, func(x, y experiments.ArchiveRow) int { return slices.Compare(x.Value, y.Value) })
	var values pareto.Front
	var names []string
	for _, r := range rows {
		values, names = values.Append(r.Value), append(names, r.Policy)
	}
	var objectives []elicit.Objective
	for _, o := range run.Info.Environment.Objectives {
		objectives = append(objectives, elicit.Objective{Name: o.Name, Unit: o.Unit})
	}
	if len(rows) == 0 {
		objectives = nil
	}
	items, err := elicit.NewItems(values, names, objectives)
	if err != nil {
		err = fmt.Errorf("%s: %w", path, err)
	}
	return items, source{path, true}, withCode(exitUsage, err)
}

// policyNames are the entries of the column policy, nil if there is none.
func (f *pointFile) policyNames() []string {
	if f.form != wordLines || f.header == "" {
		return nil
	}
	header, err := f.words(f.header)
	at := slices.Index(header, "policy")
	if err != nil || at < 0 {
		return nil
	}
	var names []string
	for i := range f.rows {
		words, err := f.words(string(f.line(i)))
		if err != nil || at >= len(words) {
			return nil
		}
		names = append(names, words[at])
	}
	return names
}

// elicit asks about a front and prints the recommendation. given names the settings on the command line.
func (a *app) elicit(ctx context.Context, path string, o *elicitOptions, given []string) error {
	items, from, err := a.loadItems(path)
	if err != nil {
		return err
	}
	user, err := a.elicitUser(ctx, items, o)
	if err != nil {
		return err
	}
	s := &sitting{app: a, from: from, options: o}
	if o.log == "" && o.simulate == nil {
		name := filepath.Base(filepath.Clean(path))
		o.log = strings.TrimSuffix(name, filepath.Ext(name)) + ".elicit.jsonl"
		if from.isRun {
			o.log = name + ".elicit.jsonl"
		}
	}
	if err := s.open(items, given); err != nil {
		return err
	}
	defer s.close()
	err = s.ask(ctx, user)
	if err := s.close(); err != nil {
		return withCode(exitIO, fmt.Errorf("log %s: %w", o.log, err))
	}
	if ctx.Err() != nil {
		fmt.Fprintln(a.err)
		s.sayHowToGoOn()
		return a.stopped()
	}
	if err != nil {
		return err
	}
	return a.printRecommendation(s.elicitor, from, o)
}

// elicitUser returns who answers.
func (a *app) elicitUser(ctx context.Context, items *elicit.Items, o *elicitOptions) (elicit.User, error) {
	if o.simulate == nil {
		return newTerminalUser(ctx, a.in, a.err), nil
	}
	if len(o.simulate) != items.M() {
		return nil, usagef("--simulate has %s for the %d objectives of the front; give one weight for each", plural(len(o.simulate), "weight"), items.M())
	}
	if !(o.consistency >= 0 && o.consistency <= math.MaxFloat64) {
		return nil, usagef("--simulate-beta is %v; give a number above 0, or 0 for a user who never errs", o.consistency)
	}
	weights := o.simulate
	return elicit.NewSimulated(items, func(y []float64) float64 {
		u := 0.0
		for j, w := range weights {
			u += w * y[j]
		}
		return u
	}, o.consistency, rand.New(agents.NewRand(o.settings.Seed, "simulated user"))), nil
}

// sitting is a session with its log.
type sitting struct {
	*app
	from     source
	options  *elicitOptions
	elicitor *elicit.Elicitor
	file     *os.File // nil without a log
	log      *elicit.Log
}

// open begins the session, or goes on with the one in the log.
func (s *sitting) open(items *elicit.Items, given []string) error {
	if s.options.log == "" {
		s.log = elicit.ContinueLog(io.Discard)
		return s.begin(items)
	}
	if err := s.outsideRuns(); err != nil {
		return err
	}
	var err error
	s.file, err = os.OpenFile(s.options.log, os.O_RDWR|os.O_CREATE, 0o666)
	if err != nil {
		return usagef("%w; name another file with --log", err)
	}
	info, err := s.file.Stat()
	switch {
	case err != nil:
		return err
	case !info.Mode().IsRegular():
		return usagef("--log %s is no file; name one", s.options.log)
	case info.Size() == 0:
		if err := s.begin(items); err != nil {
			s.file.Close()
			os.Remove(s.options.log)
			return err
		}
		s.log, err = elicit.NewLog(s.file, s.elicitor, s.from.path)
		return err
	}
	return s.goOn(items, given)
}

// begin begins a new session.
func (s *sitting) begin(items *elicit.Items) (err error) {
	s.elicitor, err = elicit.New(items, s.options.settings)
	return withCode(exitUsage, err)
}

// goOn restores the session in the log.
func (s *sitting) goOn(items *elicit.Items, given []string) error {
	e, _, size, err := elicit.ReadLog(s.file)
	switch {
	case err != nil:
		return logError(s.options.log, err)
	case e.Items().ID() != items.ID():
		return usagef("%s is about another front than %s; name another file with --log", s.options.log, s.from.path)
	case len(given) > 0:
		return usagef("%s goes on with its own settings; leave out --%s, or name another file with --log", s.options.log, strings.Join(given, ", --"))
	}
	if err := s.file.Truncate(size); err != nil {
		return err
	}
	if _, err := s.file.Seek(0, io.SeekEnd); err != nil {
		return err
	}
	s.elicitor, s.log = e, elicit.ContinueLog(s.file)
	if !s.quiet {
		fmt.Fprintf(s.err, "going on with %s, after %s\n", s.options.log, plural(len(e.Answers()), "answer"))
	}
	return nil
}

// outsideRuns returns an error if the log would lie in the directory of a run.
func (s *sitting) outsideRuns() error {
	path, err := filepath.Abs(s.options.log)
	if err != nil {
		return err
	}
	for dir := filepath.Dir(path); ; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "run.json")); err == nil {
			return usagef("%s lies in the run %s, which is not written to; name a file elsewhere with --log", s.options.log, dir)
		}
		if dir == filepath.Dir(dir) {
			return nil
		}
	}
}

// close closes the log.
func (s *sitting) close() error {
	if s.file == nil {
		return nil
	}
	f := s.file
	s.file = nil
	return f.Close()
}

// logError is the exit code of a log that cannot be read.
func logError(path string, err error) error {
	err = fmt.Errorf("%s: %w", path, err)
	if errors.Is(err, elicit.ErrLog) || errors.Is(err, elicit.ErrNewerFormat) {
		return withCode(exitData, err)
	}
	return err
}

// replayElicitation prints the recommendation of a log.
//
// A front named beside it has to have all policies of the log.
func (a *app) replayElicitation(args []string, o *elicitOptions) error {
	in, name, _, err := a.openText(o.replay, "a session", "front.elicit.jsonl")
	if err != nil {
		return err
	}
	defer in.Close()
	e, path, _, err := elicit.ReadLog(in)
	if err != nil {
		return logError(name, err)
	}
	if len(args) == 1 {
		items, _, err := a.loadItems(args[0])
		if err != nil {
			return err
		}
		if missing, ok := isPartOf(e.Items(), items); !ok {
			return usagef("%s is about another front than %s, which has no policy %s with the same values", name, args[0], missing)
		}
	}
	_, err = os.Stat(filepath.Join(path, "run.json"))
	return a.printRecommendation(e, source{path, err == nil}, o)
}

// isPartOf reports whether a front has all policies of another, or names one that it does not have.
func isPartOf(part, all *elicit.Items) (missing string, ok bool) {
	values := map[string][]float64{}
	for i, name := range all.Names {
		values[name] = all.Values.Row(i)
	}
	for i, name := range part.Names {
		if !slices.Equal(values[name], part.Values.Row(i)) {
			return name, false
		}
	}
	return "", true
}
