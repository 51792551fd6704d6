package cli

import (
	"bufio"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/paretolab/paretolab/agents"
	"github.com/paretolab/paretolab/agents/preference"
)

// weightsFlag is --weights a,b,…: one finite number per objective.
type weightsFlag []float64

func (w *weightsFlag) Type() string   { return "a,b,..." }
func (w *weightsFlag) String() string { return "" }

func (w *weightsFlag) Set(text string) error {
	*w = nil
	for _, f := range strings.Split(text, ",") {
		x, err := strconv.ParseFloat(strings.TrimSpace(f), 64)
		if err != nil || x != x || x-x != 0 {
			return fmt.Errorf("%q is not a finite number", f)
		}
		*w = append(*w, x)
	}
	return nil
}

// simulation is what `preference simulate` asks for.
type simulation struct {
	environment  environmentOptions
	weights      weightsFlag
	pairs        int
	length       int
	gamma        float64
	model, mode  string
	teacher      string
	beta         float64
	lapse, flip  float64
	threshold    float64
	low          float64
	seed         uint64
	format, user string
}

func (a *app) preferenceSimulateCommand() *cobra.Command {
	var o simulation
	c := &cobra.Command{
		Use:   "simulate ID",
		Short: "Draw questions about an environment and have a simulated user answer them",
		Long: `simulate draws pairs of segments of an environment that has an exact model, has a simulated user answer which
is better, and prints the answers as JSON Lines or CSV, the formats that preference learn reads.

The user compares a statistic of both segments: their partial return, regret-det (what a segment loses against the best,
for transitions without chance), regret (what its actions lose, whatever chance did), expected-return or delta-value. It answers
noiseless, or stochastic: the first with probability 1 / (1 + exp(-beta D)). --lapse answers a share by chance, --flip
turns a share round, --threshold says "same" where the difference is small. --teacher takes a user of B-Pref instead.

Weights are those of the user; boards such as delivery have their own.`,
		Example: `  paretolab preference simulate delivery --pairs 300 > answers.jsonl
  paretolab preference simulate deep-sea-treasure-v0 --weights 0.7,0.3 --pairs 100 --length 5 --format csv
  paretolab preference simulate random-grid --param seed=3 --pairs 50 --mode stochastic --flip 0.1`,
		Args:              oneEnvironment,
		ValidArgsFunction: completeEnvironment,
		RunE: func(c *cobra.Command, args []string) error {
			d, w, err := o.run(args[0], c.Flags().Changed("gamma"))
			if err != nil {
				return err
			}
			out := bufio.NewWriter(a.out)
			if o.format == "csv" && !a.json {
				err = d.WriteCSV(out, w)
			} else {
				err = d.WriteJSONLines(out, w)
			}
			if err != nil {
				return err
			}
			return out.Flush()
		},
	}
	o.environment.register(c)
	f := c.Flags()
	f.Var(&o.weights, "weights", "the user's weights of the objectives")
	f.IntVar(&o.pairs, "pairs", 100, "number of questions")
	f.IntVar(&o.length, "length", 3, "steps of a segment")
	f.Float64Var(&o.gamma, "gamma", 0, "discount of values (default: that of the environment)")
	f.StringVar(&o.model, "model", "regret-det", "what is compared: partial-return, regret-det, regret, expected-return or delta-value")
	f.StringVar(&o.mode, "mode", "noiseless", "noiseless or stochastic")
	f.StringVar(&o.teacher, "teacher", "", "a user of B-Pref: "+strings.Join(preference.Teachers, ", "))
	f.Float64Var(&o.beta, "beta", 1, "how sure a stochastic user is")
	f.Float64Var(&o.lapse, "lapse", 0, "share of answers by chance")
	f.Float64Var(&o.flip, "flip", 0, "share of answers turned round")
	f.Float64Var(&o.threshold, "threshold", 0, "difference up to which segments are the same")
	f.Float64Var(&o.low, "low", 0, "return below which the teacher skip does not answer")
	f.Uint64Var(&o.seed, "seed", 0, "of all chance")
	f.StringVar(&o.format, "format", "jsonl", "jsonl or csv")
	f.StringVar(&o.user, "user", "", "name of the user in the file")
	completeWords(c, "mode", "noiseless", "stochastic")
	completeWords(c, "format", "jsonl", "csv")
	completeWords(c, "teacher", preference.Teachers...)
	return c
}

// openWorld makes an environment and its world; a gamma of 0 is that of its reference.
func openWorld(id string, options environmentOptions, gamma float64, given bool) (*preference.World, error) {
	e, err := options.make(id)
	if err != nil {
		return nil, err
	}
	if !given {
		gamma = e.Spec.Reference.Discount
	}
	w, err := preference.NewWorld(e, gamma)
	return w, withCode(exitUsage, err)
}

// run asks and answers.
func (o *simulation) run(id string, gammaGiven bool) (*preference.Dataset, *preference.World, error) {
	w, err := openWorld(id, o.environment, o.gamma, gammaGiven)
	if err != nil {
		return nil, nil, err
	}
	weights := []float64(o.weights)
	if weights == nil {
		var ok bool
		if weights, ok = w.BoardWeights(); !ok {
			return nil, nil, usagef("--weights is missing; give one number for each of %s", strings.Join(w.Objectives, ", "))
		}
	}
	switch {
	case len(weights) != w.M:
		return nil, nil, usagef("--weights has %s for the %d objectives of %s: %s", plural(len(weights), "number"), w.M, id, strings.Join(w.Objectives, ", "))
	case o.pairs < 1 || o.pairs > 1_000_000:
		return nil, nil, usagef("--pairs is %d; give 1 to 1000000", o.pairs)
	case o.length < 1 || o.length > 10_000:
		return nil, nil, usagef("--length is %d; give 1 to 10000", o.length)
	case !(o.lapse >= 0 && o.lapse < 1):
		return nil, nil, usagef("--lapse is %v; give a share from 0 to below 1", o.lapse)
	case !(o.flip >= 0 && o.flip <= 0.5):
		return nil, nil, usagef("--flip is %v; give a share from 0 to 0.5", o.flip)
	case !(o.beta > 0):
		return nil, nil, usagef("--beta is %v; give a number above 0", o.beta)
	case !(o.threshold >= 0):
		return nil, nil, usagef("--threshold is %v; give a number that is not negative", o.threshold)
	case !slices.Contains([]string{"noiseless", "stochastic"}, o.mode):
		return nil, nil, usagef("--mode is %q; give noiseless or stochastic", o.mode)
	case !slices.Contains([]string{"jsonl", "csv"}, o.format):
		return nil, nil, usagef("--format is %q; give jsonl or csv", o.format)
	}
	user, err := o.answerer(w, weights)
	if err != nil {
		return nil, nil, err
	}
	pairs, err := w.DrawPairs(o.pairs, o.length, rand.New(agents.NewRand(o.seed, "preference/questions")))
	if err != nil {
		return nil, nil, usagef("%s: %w", id, err)
	}
	d := &preference.Dataset{Objectives: w.Objectives}
	if o.user != "" {
		d.Users = []string{o.user}
	}
	return d, w, d.Add(preference.Label(pairs, user)...)
}

// answerer is the simulated user.
func (o *simulation) answerer(w *preference.World, weights []float64) (preference.Answerer, error) {
	rng := rand.New(agents.NewRand(o.seed, "preference/answers"))
	if o.teacher != "" {
		u, err := w.Teacher(o.teacher, weights, o.low, o.threshold, rng)
		if err != nil {
			return nil, usagef("--teacher: %w", err)
		}
		return u, nil
	}
	u := &preference.User{Noiseless: o.mode == "noiseless", Beta: o.beta, Lapse: o.lapse, Flip: o.flip, Threshold: o.threshold, Rand: rng}
	if o.model == "partial-return" {
		u.Statistic = preference.PartialReturn{Weights: weights}
		return u, nil
	}
	best, err := w.Optimum(weights)
	if err != nil {
		return nil, withCode(exitUsage, err)
	}
	u.Round = u.Noiseless
	switch o.model {
	case "regret-det":
		u.Statistic = preference.RegretDet{Optimum: best}
	case "regret":
		u.Statistic = preference.Regret{Optimum: best}
	case "expected-return":
		u.Statistic = preference.ExpectedReturn{Optimum: best}
	case "delta-value":
		u.Statistic = preference.DeltaValue{Optimum: best}
	default:
		return nil, usagef("--model is %q; give partial-return, regret-det, regret, expected-return or delta-value", o.model)
	}
	return u, nil
}
