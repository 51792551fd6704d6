package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/paretolab/paretolab/agents"
	"github.com/paretolab/paretolab/agents/exact"
	"github.com/paretolab/paretolab/agents/preference"
	"github.com/paretolab/paretolab/internal/atomicfile"
	"github.com/paretolab/paretolab/internal/didyoumean"
)

// learnedInfo is what `preference learn` prints with --json and writes with --out: the learned reward.
type learnedInfo struct {
	Environment string    `json:"environment"`
	Objectives  []string  `json:"objectives"`
	Learner     string    `json:"learner"`
	Weights     []float64 `json:"weights"`
	Answers     int       `json:"answers"`
	Loss        float64   `json:"loss"`     // mean cross-entropy in nats; a guess has ln 2
	Accuracy    *float64  `json:"accuracy"` // agreement with answers other than "same"; null without any
	// ScaledReturn is that of the best policy for the weights under the true ones; null if these are not known.
	ScaledReturn *float64 `json:"scaled_return"`
}

// learning is what `preference learn` asks for.
type learning struct {
	environment environmentOptions
	data        string
	learner     string
	user        string
	gamma       float64
	truth       weightsFlag
	seed        uint64
	out         string
}

// learners are the names of --learner.
var weightLearners = []string{"regret-exact", "regret-sf", "partial-newton", "partial-adam"}

func (a *app) preferenceLearnCommand() *cobra.Command {
	var o learning
	c := &cobra.Command{
		Use:   "learn ID --data FILE",
		Short: "Learn the weights of the objectives from a file of answers",
		Long: `learn reads answers to the question which of two segments is better, and learns the weights of the
environment's objectives that explain them. With them any agent trains: as weights of ppo in a configuration, as the
preference of act for a front that was trained before, or in Go with envs.LearnedReward.

Learners: regret-exact and regret-sf take answers as comparisons of regret, and need an exact model; partial-newton
and partial-adam take them as comparisons of what was gained inside the segments, and need features only.

FILE is JSON Lines or CSV, version 1. JSON Lines:

  {"format": "paretolab-preferences", "version": 1, "users": ["ann"]}
  {"a": "4,2:ULL", "b": "8,0:LLR", "y": 1, "user": "ann", "weight": 1}
  {"a": {"features": [3, 0]}, "b": {"features": [1, 2], "start": 4, "end": 7, "ended": true}, "y": 0.5}

y is 1 if the first segment is preferred, 0 if the second is, 0.5 if they are the same. A segment is START:ACTIONS, on a
board row,column and letters U, D, L, R, elsewhere a state and numbers separated by dots, or an object with the sums of
the objectives inside it, and perhaps states of the exact model. CSV: a header a,b,y,user,weight, or a_OBJECTIVE and
b_OBJECTIVE for every objective, a_start, a_end, a_ended, and so on.

Answers that contradict each other pull both ways; repeated ones count as often as they are given. Where there are
fewer answers than weights, what they do not determine stays near 0 with partial return and is a guess with regret.

With --json, and in the file of --out: {"environment":, "objectives":, "learner":, "weights":, "answers":, "loss":,
"accuracy":, "scaled_return":}.`,
		Example: `  paretolab preference learn delivery --data answers.jsonl
  paretolab preference learn deep-sea-treasure-v0 --data answers.csv --learner partial-newton --json
  paretolab preference learn delivery --data answers.jsonl --user ann --true 1,50,50,1,1,2 --out weights.json`,
		Args:              oneEnvironment,
		ValidArgsFunction: completeEnvironment,
		RunE: func(c *cobra.Command, args []string) error {
			info, err := a.learn(c.Context(), args[0], &o, c.Flags().Changed("gamma"))
			if err != nil {
				return err
			}
			if o.out != "" {
				var b bytes.Buffer
				saved := *a
				saved.out = &b
				if err := saved.printJSON(info); err != nil {
					return err
				}
				if err := atomicfile.Write(o.out, b.Bytes(), 0o666); err != nil {
					return err
				}
			}
			return a.printLearned(info)
		},
	}
	o.environment.register(c)
	f := c.Flags()
	f.StringVar(&o.data, "data", "", "`FILE` of answers, - for standard input")
	f.StringVar(&o.learner, "learner", weightLearners[0], strings.Join(weightLearners, ", "))
	f.StringVar(&o.user, "user", "", "take the answers of this user alone")
	f.Float64Var(&o.gamma, "gamma", 0, "discount of values (default: that of the environment)")
	f.Var(&o.truth, "true", "true weights, if they are known, to evaluate by exact planning")
	f.Uint64Var(&o.seed, "seed", 0, "of starting weights and drawn policies")
	f.StringVar(&o.out, "out", "", "write the weights to this `FILE`")
	completeWords(c, "learner", weightLearners...)
	c.MarkFlagFilename("data", "jsonl", "csv")
	return c
}

// learn reads answers, learns and evaluates.
func (a *app) learn(ctx context.Context, id string, o *learning, gammaGiven bool) (*learnedInfo, error) {
	e, err := o.environment.make(id)
	if err != nil {
		return nil, err
	}
	if !gammaGiven {
		o.gamma = e.Spec.Reference.Discount
	}
	if !slices.Contains(weightLearners, o.learner) {
		return nil, usagef("unknown learner %q%s", o.learner, didyoumean.Question(didyoumean.Nearest(o.learner, weightLearners), "there are "+strings.Join(weightLearners, ", ")))
	}
	if o.data == "" {
		return nil, usagef("no answers; give a file with --data")
	}
	planned := strings.HasPrefix(o.learner, "regret-") || o.truth != nil
	w, err := preference.NewWorld(e, o.gamma)
	switch {
	case errors.Is(err, exact.ErrNoModel) && planned:
		return nil, usagef("%s has no exact model, which %s needs; take --learner partial-newton, without --true", id, o.learner)
	case errors.Is(err, exact.ErrNoModel):
	case err != nil:
		return nil, withCode(exitUsage, err)
	}
	if o.truth != nil && len(o.truth) != e.Spec.M() {
		return nil, usagef("--true has %s for the %d objectives of %s", plural(len(o.truth), "number"), e.Spec.M(), id)
	}
	in, name, _, err := a.openText(o.data, "answers", "answers.jsonl")
	if err != nil {
		return nil, err
	}
	defer in.Close()
	d, err := (&preference.Reader{Objectives: e.Spec.ObjectiveNames(), World: w}).Read(in)
	var line *preference.LineError
	switch {
	case errors.Is(err, preference.ErrNewerFile):
		return nil, withCode(exitData, fmt.Errorf("%s: %w", name, err))
	case errors.As(err, &line):
		return nil, usagef("%s:%d: %w", name, line.Line, line.Err)
	case err != nil:
		return nil, usagef("%s: %w", name, err)
	}
	if o.user != "" {
		k := slices.Index(d.Users, o.user)
		if k < 0 {
			return nil, usagef("%s has no user %q%s", name, o.user, didyoumean.Question(didyoumean.Nearest(o.user, d.Users), "it has "+strings.Join(d.Users, ", ")))
		}
		d = d.Of(k)
		if len(d.Pairs) == 0 {
			return nil, usagef("%s: user %q: %w", name, o.user, preference.ErrNoAnswers)
		}
	}
	a.noteAnswers(d)
	model, err := o.fit(ctx, w, d)
	if ctx.Err() != nil {
		return nil, a.stopped()
	}
	if err != nil {
		return nil, usagef("%s: %w", name, err)
	}
	info := &learnedInfo{
		Environment: id, Objectives: d.Objectives, Learner: o.learner, Weights: model.Params(),
		Answers: len(d.Pairs), Loss: model.(*preference.Reward).Loss, Accuracy: preference.Accuracy(model, d),
	}
	if o.truth != nil {
		scale, err := w.NewScale(o.truth)
		if err != nil {
			return nil, withCode(exitUsage, err)
		}
		scaled, err := scale.Reward(info.Weights)
		if err != nil {
			return nil, withCode(exitUsage, err)
		}
		info.ScaledReturn = &scaled
	}
	return info, nil
}

// noteAnswers says on standard error what is odd about answers.
func (a *app) noteAnswers(d *preference.Dataset) {
	if a.quiet {
		return
	}
	q := d.Questions()
	if q.Repeated > 0 {
		fmt.Fprintf(a.err, "note: %s to questions that were asked before\n", plural(q.Repeated, "answer"))
	}
	if q.Contradictory > 0 {
		fmt.Fprintf(a.err, "note: %s answered in different ways by the same user; they pull both ways\n", plural(q.Contradictory, "question"))
	}
	if n := len(d.Objectives); q.Different < n {
		fmt.Fprintf(a.err, "note: %s for %d weights; what they do not determine is a guess\n", plural(q.Different, "question"), n)
	}
}

// fit runs the learner.
func (o *learning) fit(ctx context.Context, w *preference.World, d *preference.Dataset) (preference.Model, error) {
	switch o.learner {
	case "partial-newton":
		return preference.Partial{}.Fit(ctx, d, nil)
	case "partial-adam":
		return preference.Partial{Adam: true}.Fit(ctx, d, nil)
	case "regret-exact":
		return preference.RegretExact{World: w, Seed: o.seed}.Fit(ctx, d, nil)
	}
	set, err := w.DrawSuccessors(preference.BoardPrior, nil, rand.New(agents.NewRand(o.seed, "preference/policies")))
	if err != nil {
		return nil, err
	}
	return preference.RegretSF{Policies: set}.Fit(ctx, d, nil)
}

func (a *app) printLearned(info *learnedInfo) error {
	var page bytes.Buffer
	width := 0
	for _, name := range info.Objectives {
		width = max(width, len(name))
	}
	for j, name := range info.Objectives {
		fmt.Fprintf(&page, "%-*s  %.6g\n", width, name, info.Weights[j])
	}
	fmt.Fprintf(&page, "\n%s, loss %.6f nats (a guess has 0.693147)", plural(info.Answers, "answer"), info.Loss)
	if info.Accuracy != nil {
		fmt.Fprintf(&page, ", agreement %.1f %%", 100**info.Accuracy)
	}
	if info.ScaledReturn != nil {
		fmt.Fprintf(&page, ", scaled return %.4f", *info.ScaledReturn)
	}
	fmt.Fprintln(&page)
	return a.printAnswer(info, &page)
}
