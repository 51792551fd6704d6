package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/paretolab/paretolab/agents/exact"
	"github.com/paretolab/paretolab/envs"
	"github.com/paretolab/paretolab/internal/didyoumean"
	"github.com/paretolab/paretolab/pareto"
)

// frontInfo is the --json form of a front.
type frontInfo struct {
	Environment    string      `json:"environment"`
	Gamma          float64     `json:"gamma"`
	Kind           string      `json:"kind"`
	Method         string      `json:"method"`
	Exact          bool        `json:"exact"`
	Objectives     []string    `json:"objectives"`
	Points         [][]float64 `json:"points"`
	Hypervolume    float64     `json:"hypervolume"`
	ReferencePoint []float64   `json:"reference_point"`
	// Plans are the actions that attain each point; null for one whose policy waits for chance.
	Plans  [][]int32   `json:"plans,omitempty"`
	Replay *replayInfo `json:"replay,omitempty"`

	policies []exact.Policy
}

// replayInfo says whether the policies of a front attain its points.
type replayInfo struct {
	Method   string          `json:"method"`
	Pass     bool            `json:"pass"`
	Episodes int             `json:"episodes,omitempty"` // simulated for each point
	Seed     uint64          `json:"seed,omitempty"`
	Points   []replayedPoint `json:"points"`
}

// replayedPoint is the value that the policy of a point was found to have.
type replayedPoint struct {
	Value      []float64 `json:"value"`
	Difference float64   `json:"difference"` // from the point, in the worst objective
	Same       bool      `json:"same"`
	Simulated  []float64 `json:"simulated,omitempty"`  // mean of episodes
	HalfWidth  []float64 `json:"half_width,omitempty"` // within which it must be of the point
	Inside     *bool     `json:"inside,omitempty"`
}

// How near a replayed value must be to its point, relative to values above 1, and the probability with
// which a mean of simulated episodes may be outside its interval by chance.
const (
	replayTolerance  = 1e-9
	replayErrorRate  = 1e-6
	replayEpisodeMax = 10_000_000
)

// frontOptions are the flags of a front.
type frontOptions struct {
	environment environmentOptions
	gamma       float64
	kind        string
	tolerance   float64
	replay      bool
	episodes    int
	seed        uint64
}

func (a *app) envsFrontCommand() *cobra.Command {
	o := frontOptions{kind: "pareto"}
	c := &cobra.Command{
		Use:   "front ID",
		Short: "Compute the true Pareto front, or give what is known of it",
		Long: `Compute the true Pareto front of an environment that has an exact model, by set-valued dynamic
programming over all deterministic policies, also those that remember. Where a front is only documented
it is given as the lower bound that it is. --kind ccs gives the convex coverage set: the points that are
the only best one for some linear weights. For a stochastic environment it is far smaller. Where the
Pareto front is too large, --tolerance 0.01 gives points of which one is within 0.01, in every objective, of
each point of the front.

With --replay the policy of every point is played: one episode where nothing is left to chance, else
its value is worked out on the exact model, and with --episodes N also estimated from N episodes, whose
mean must lie in an interval that it leaves by chance once in a million times. Exit code 1 if a policy
does not attain its point.

Some fronts differ from those that MO-Gymnasium 1.3.2 publishes:
  resource-gathering  its values are one factor gamma too small, and it lacks the tour of 18 steps that
                      brings both resources home without risk; at discount 1 that tour, (0, 1, 1), beats
                      all that it lists
  minecart            its front comes from idealised drives: real ones reach (0.75, 0.75, -0.86) where it
                      has -0.88 of fuel and (1.5, 0, -0.96) where it has -1.00, and nothing reaches its
                      (0, 0, -0.26), best is -0.30; its coverage set holds points that no weights choose
  deep-sea-treasure   below discount 1 it lists dominated points: three of ten remain at 0.9`,
		Example: "  paretolab envs front deep-sea-treasure-v0\n" +
			"  paretolab envs front fruit-tree-v0 --param depth=7 --gamma 1 --json\n" +
			"  paretolab envs front deep-sea-treasure-concave-v0 --kind ccs\n" +
			"  paretolab envs front resource-gathering-v0 --replay --episodes 10000\n" +
			"  paretolab envs front breakable-bottles-v0 --gamma 0.95 --tolerance 0.05",
		Args:              oneEnvironment,
		ValidArgsFunction: completeEnvironment,
		RunE: func(c *cobra.Command, args []string) error {
			e, err := o.environment.make(args[0])
			if err != nil {
				return err
			}
			if !c.Flags().Changed("gamma") {
				o.gamma = e.Spec.Reference.Discount
			}
			if err := o.check(c); err != nil {
				return err
			}
			info, err := a.frontInTime(c.Context(), e, &o)
			switch {
			case errors.Is(err, exact.ErrNoFront):
				return withCode(exitNothing, fmt.Errorf("%w; `paretolab envs list --known-front` prints those with one", err))
			case errors.Is(err, exact.ErrTooLarge) && o.kind == "pareto":
				tolerance := 0.01
				if o.tolerance > 0 {
					tolerance = 10 * o.tolerance
				}
				return fmt.Errorf("%w; --tolerance %v gives it to within that in every objective, --kind ccs the convex coverage set, which is smaller", err, tolerance)
			case err != nil:
				return err
			}
			if a.json {
				err = a.printJSON(info)
			} else {
				err = a.printFront(&info)
			}
			if err == nil && info.Replay != nil && !info.Replay.Pass {
				err = withCode(exitFailed, fmt.Errorf("front of %s: not every policy attains its point", e.Spec.ID))
			}
			return err
		},
	}
	c.Flags().Float64Var(&o.gamma, "gamma", 0, "discount, above 0 and at most 1 (default: the environment's)")
	c.Flags().StringVar(&o.kind, "kind", o.kind, "pareto, or ccs for the convex coverage set")
	c.Flags().Float64Var(&o.tolerance, "tolerance", 0, "leave out points that another is within this of, in every objective")
	c.Flags().BoolVar(&o.replay, "replay", false, "play the policy of every point and compare")
	c.Flags().IntVar(&o.episodes, "episodes", 0, "with --replay, episodes to simulate for each point of a stochastic environment")
	c.Flags().Uint64Var(&o.seed, "seed", 0, "with --episodes, seed of the simulation")
	completeWords(c, "kind", "pareto", "ccs")
	o.environment.register(c)
	return c
}

func (o *frontOptions) check(c *cobra.Command) error {
	switch {
	case !(o.gamma > 0 && o.gamma <= 1):
		return usagef("--gamma is %v; a discount is above 0 and at most 1", o.gamma)
	case o.kind != "pareto" && o.kind != "ccs":
		return usagef("--kind is %q; it is pareto or ccs%s", o.kind, didyoumean.Question(didyoumean.Nearest(o.kind, []string{"pareto", "ccs"}), ""))
	case !(o.tolerance >= 0 && o.tolerance <= math.MaxFloat64):
		return usagef("--tolerance is %v; it is a finite number from 0, in units of the objectives", o.tolerance)
	case o.tolerance > 0 && o.kind == "ccs":
		return usagef("--tolerance is for --kind pareto; the convex coverage set is always complete")
	case c.Flags().Changed("episodes") && !o.replay:
		return usagef("--episodes goes with --replay")
	case c.Flags().Changed("seed") && o.episodes == 0:
		return usagef("--seed goes with --replay --episodes")
	case c.Flags().Changed("episodes") && (o.episodes < 1 || o.episodes > replayEpisodeMax):
		return usagef("--episodes is %d; it is from 1 to %d", o.episodes, replayEpisodeMax)
	}
	return nil
}

// frontInTime computes a front, and replays it if asked to, until the context ends. On a terminal it says
// so if that takes more than two seconds.
func (a *app) frontInTime(ctx context.Context, e *envs.Environment, o *frontOptions) (frontInfo, error) {
	type answer struct {
		info frontInfo
		err  error
	}
	done := make(chan answer, 1)
	go func() {
		info, err := computeFront(e, o)
		if err == nil && o.replay {
			info.Replay, err = replayFront(e, o, &info)
		}
		done <- answer{info, err}
	}()
	progress := a.measuring(-1)
	defer progress.end()
	slow := time.After(2 * time.Second)
	for {
		select {
		case r := <-done:
			return r.info, r.err
		case <-ctx.Done():
			return frontInfo{}, a.stopped()
		case <-slow:
			progress.subject("the front of " + e.Spec.ID)
		}
	}
}

func computeFront(e *envs.Environment, o *frontOptions) (frontInfo, error) {
	var r exact.Result
	var err error
	if o.kind == "ccs" {
		r, err = exact.CoverageSet(e, o.gamma)
	} else {
		r, err = exact.FrontWithin(e, o.gamma, o.tolerance)
	}
	if err != nil {
		return frontInfo{}, err
	}
	hv, err := pareto.Hypervolume(r.Points, e.Spec.Reference.Point)
	if err != nil {
		return frontInfo{}, err
	}
	info := frontInfo{
		Environment: e.Spec.ID, Gamma: o.gamma, Kind: o.kind, Method: r.Method, Exact: r.Exact,
		Objectives: e.Spec.ObjectiveNames(), Points: r.Points.Rows(),
		Hypervolume: hv, ReferencePoint: e.Spec.Reference.Point, policies: r.Policies,
	}
	for _, p := range r.Policies {
		info.Plans = append(info.Plans, p.Plan())
	}
	return info, nil
}

// replayFront plays, or works out, the policy of every point of a front.
func replayFront(e *envs.Environment, o *frontOptions, info *frontInfo) (*replayInfo, error) {
	if info.policies == nil {
		return nil, withCode(exitNothing, fmt.Errorf("the front of %s is documented without policies (%s); there is nothing to replay", e.Spec.ID, info.Method))
	}
	certain := e.Spec.DeterministicStart && e.Spec.DeterministicStep
	replay := &replayInfo{Method: "expectation under the exact model", Pass: true}
	if certain {
		replay.Method = "one episode of each policy"
	} else if o.episodes > 0 {
		replay.Episodes, replay.Seed = o.episodes, o.seed
	}
	for i, policy := range info.policies {
		var p replayedPoint
		var distribution exact.Return
		var err error
		if certain {
			p.Value, err = exact.Replay(e, policy, o.gamma)
		} else {
			distribution, err = exact.Evaluate(e, policy, o.gamma)
			p.Value = distribution.Mean
		}
		if err != nil {
			return nil, err
		}
		p.Same = true
		for j, want := range info.Points[i] {
			d := math.Abs(p.Value[j] - want)
			p.Difference = max(p.Difference, d)
			p.Same = p.Same && d <= replayTolerance*max(1, math.Abs(want))
		}
		if replay.Episodes > 0 {
			if p.Simulated, err = exact.Simulate(e, policy, o.gamma, o.episodes, o.seed); err != nil {
				return nil, err
			}
			p.HalfWidth = distribution.HalfWidth(o.episodes, replayErrorRate)
			inside := true
			for j, want := range info.Points[i] {
				inside = inside && math.Abs(p.Simulated[j]-want) <= p.HalfWidth[j]
			}
			p.Inside = &inside
		}
		replay.Pass = replay.Pass && p.Same && (p.Inside == nil || *p.Inside)
		replay.Points = append(replay.Points, p)
	}
	return replay, nil
}

func (a *app) printFront(info *frontInfo) error {
	var page bytes.Buffer
	name := "Pareto front"
	if info.Kind == "ccs" {
		name = "convex coverage set"
	}
	fmt.Fprintf(&page, "%s, %s for discount %v\n%s\n\n", info.Environment, name, info.Gamma, info.Method)
	w := tabwriter.NewWriter(&page, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(w, "\t%s\t", strings.Join(info.Objectives, "\t"))
	planned := false
	for _, plan := range info.Plans {
		planned = planned || plan != nil
	}
	if planned {
		fmt.Fprint(w, "steps\t")
	}
	if info.Replay != nil {
		fmt.Fprint(w, "replay\t")
	}
	if info.Replay != nil && info.Replay.Episodes > 0 {
		fmt.Fprint(w, "mean of episodes ± bound\t")
	}
	fmt.Fprintln(w)
	for i, point := range info.Points {
		fmt.Fprintf(w, "%d\t", i+1)
		for _, v := range point {
			fmt.Fprintf(w, "%.6g\t", v)
		}
		switch {
		case planned && info.Plans[i] != nil:
			fmt.Fprintf(w, "%d\t", len(info.Plans[i]))
		case planned:
			fmt.Fprint(w, "by chance\t")
		}
		if info.Replay != nil {
			info.Replay.Points[i].print(w)
		}
		fmt.Fprintln(w)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	fmt.Fprintf(&page, "\nhypervolume %.10g for reference point %s\n", info.Hypervolume, tuple(info.ReferencePoint))
	if info.Replay != nil {
		fmt.Fprintln(&page, info.Replay.summary())
	}
	_, err := page.WriteTo(a.out)
	return err
}

// print writes the cells of a replayed point.
func (p *replayedPoint) print(w *tabwriter.Writer) {
	if p.Same {
		fmt.Fprint(w, "same\t")
	} else {
		fmt.Fprintf(w, "%s\t", tupleOf(p.Value, "%.6g"))
	}
	if p.Inside == nil {
		return
	}
	note := ""
	if !*p.Inside {
		note = "outside: "
	}
	fmt.Fprintf(w, "%s%s ± %s\t", note, tupleOf(p.Simulated, "%.4g"), tupleOf(p.HalfWidth, "%.2g"))
}

// summary says in a line how the replay ended.
func (r *replayInfo) summary() string {
	same, inside, worst := 0, 0, 0.0
	for _, p := range r.Points {
		if p.Same {
			same++
		}
		if p.Inside != nil && *p.Inside {
			inside++
		}
		worst = max(worst, p.Difference)
	}
	s := fmt.Sprintf("replay (%s): %d of %d policies attain their point; largest difference %.2g", r.Method, same, len(r.Points), worst)
	if r.Episodes > 0 {
		s += fmt.Sprintf("\nsimulation (%d episodes each, seed %d): %d of %d points inside the bound of Bernstein's inequality", r.Episodes, r.Seed, inside, len(r.Points))
	}
	return s
}

// tupleOf writes numbers in brackets, each in a format.
func tupleOf(x []float64, format string) string {
	words := make([]string, len(x))
	for i, v := range x {
		words[i] = fmt.Sprintf(format, v)
	}
	return "(" + strings.Join(words, ", ") + ")"
}
