package cli

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/paretolab/paretolab/agents/exact"
	"github.com/paretolab/paretolab/envs"
	"github.com/paretolab/paretolab/envs/envtest"
	"github.com/paretolab/paretolab/envs/golden"
	"github.com/paretolab/paretolab/internal/didyoumean"
	"github.com/paretolab/paretolab/pareto"
)

func (a *app) envsCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "envs",
		Short: "List, describe, trace and check environments",
		Long: `Environments with vector rewards, every objective maximised.

list and show describe them, front computes the true Pareto front where there is an exact model,
trace prints an episode of given actions, verify replays recordings of the originals, and check
runs the conformance suite.`,
		Example: `  paretolab envs list --known-front
  paretolab envs show minecart-v0
  paretolab envs front deep-sea-treasure-concave-v0 --gamma 0.99`,
	}
	c.AddCommand(a.envsListCommand(), a.envsShowCommand(), a.envsFrontCommand(),
		a.envsTraceCommand(), a.envsVerifyCommand(), a.envsCheckCommand())
	return c
}

// completeEnvironment completes the one argument that is an environment's id.
func completeEnvironment(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return envs.IDs(), cobra.ShellCompDirectiveNoFileComp
}

// oneEnvironment demands exactly one id.
func oneEnvironment(c *cobra.Command, args []string) error {
	if len(args) != 1 {
		return usagef("%s takes one environment id (`paretolab envs list` prints all)", c.CommandPath())
	}
	return nil
}

// environmentOptions is the repeatable flag --param k=v.
type environmentOptions []string

func (o *environmentOptions) register(c *cobra.Command) {
	c.Flags().StringArrayVar((*[]string)(o), "param", nil, "option of the environment as name=value; repeatable")
}

// make configures an environment with the options given.
func (o environmentOptions) make(id string) (*envs.Environment, error) {
	given := map[string]any{}
	for _, pair := range o {
		name, value, ok := strings.Cut(pair, "=")
		if !ok || name == "" {
			return nil, usagef("--param %q is not of the form name=value", pair)
		}
		if _, twice := given[name]; twice {
			return nil, usagef("--param %s is given twice", name)
		}
		given[name] = value
	}
	return makeEnvironment(id, given)
}

// What is known of an environment's front.
const (
	frontExact      = "exact"
	frontLowerBound = "lower bound"
	frontUnknown    = "unknown"
)

func knownFront(e *envs.Environment) string {
	if _, ok := e.Model(); ok && e.Spec.DeterministicStep {
		return frontExact
	}
	if k, ok := e.New().(envs.KnownFront); ok {
		if _, _, ok := k.KnownFront(e.Spec.Reference.Discount); ok {
			return frontLowerBound
		}
	}
	return frontUnknown
}

func (a *app) envsListCommand() *cobra.Command {
	var objectives int
	var actions string
	var known bool
	c := &cobra.Command{
		Use:     "list",
		Short:   "List the environments",
		Long:    "List the environments. With --json: an array of ids.",
		Example: "  paretolab envs list\n  paretolab envs list --objectives 2 --actions discrete --known-front",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if actions != "" && actions != "discrete" && actions != "continuous" {
				return usagef("--actions is %q; it is discrete or continuous", actions)
			}
			if c.Flags().Changed("objectives") && objectives < 1 {
				return usagef("--objectives is %d; it is at least 1", objectives)
			}
			ids := []string{}
			var table bytes.Buffer
			w := tabwriter.NewWriter(&table, 0, 0, 2, ' ', 0)
			fmt.Fprintln(w, "id\tobjectives\tactions\tfront\tsummary")
			for _, id := range envs.IDs() {
				e, err := envs.Make(id, nil)
				if err != nil {
					return err
				}
				kind, front := actionKind(&e.Spec.Action), knownFront(e)
				if objectives > 0 && e.Spec.M() != objectives || known && front == frontUnknown ||
					actions != "" && actions != kind {
					continue
				}
				ids = append(ids, id)
				fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", id, strings.Join(e.Spec.ObjectiveNames(), ", "), actionCount(&e.Spec.Action), front, e.Spec.Summary)
			}
			var err error
			switch {
			case a.json:
				err = a.printJSON(ids)
			case len(ids) > 0:
				if err = w.Flush(); err == nil {
					_, err = table.WriteTo(a.out)
				}
			}
			if err == nil && len(ids) == 0 {
				err = withCode(exitNothing, errors.New("no environment matches; `paretolab envs list` prints all"))
			}
			return err
		},
	}
	c.Flags().IntVar(&objectives, "objectives", 0, "only those with this number of objectives")
	c.Flags().StringVar(&actions, "actions", "", "only those with discrete or continuous actions")
	c.Flags().BoolVar(&known, "known-front", false, "only those whose front, or a bound of it, is known")
	completeWords(c, "actions", "discrete", "continuous")
	return c
}

// completeWords completes a flag with one of a few words.
func completeWords(c *cobra.Command, flag string, words ...string) {
	err := c.RegisterFlagCompletionFunc(flag, func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return words, cobra.ShellCompDirectiveNoFileComp
	})
	if err != nil {
		panic("cli: " + err.Error()) // the flag does not exist
	}
}

func actionKind(s *envs.Space) string {
	if s.Kind == envs.KindDiscrete {
		return "discrete"
	}
	return "continuous"
}

// actionCount says how many actions there are, for a table: 4 of a discrete space, 2×3 of a
// multi-discrete one, R^2 of a continuous one.
func actionCount(s *envs.Space) string {
	if s.Kind == envs.KindBox {
		return fmt.Sprintf("R^%d", s.Len())
	}
	counts := make([]string, len(s.N))
	for i, n := range s.N {
		counts[i] = strconv.Itoa(n)
	}
	return strings.Join(counts, "×")
}

// environmentInfo is the --json form of an environment.
type environmentInfo struct {
	ID                string           `json:"id"`
	Summary           string           `json:"summary"`
	Source            string           `json:"source"`
	Observation       spaceInfo        `json:"observation_space"`
	Action            spaceInfo        `json:"action_space"`
	Objectives        []objectiveInfo  `json:"objectives"`
	Horizon           *int             `json:"horizon"` // null: ends by itself
	Discount          float64          `json:"discount"`
	ReferencePoint    []float64        `json:"reference_point"`
	ReferenceSource   string           `json:"reference_source"`
	Alternatives      []envs.Reference `json:"alternatives"`
	DeterministicInit bool             `json:"deterministic_start"`
	DeterministicStep bool             `json:"deterministic_step"`
	ExactFront        bool             `json:"exact_front"`
	Front             string           `json:"front"` // exact, lower bound or unknown
	Options           []optionInfo     `json:"options"`
}

// spaceInfo is a space in the words of the trajectory files.
type spaceInfo struct {
	Type   string          `json:"type"`
	DType  string          `json:"dtype,omitempty"`
	Shape  []int           `json:"shape,omitempty"`
	Low    []golden.Number `json:"low,omitempty"`
	High   []golden.Number `json:"high,omitempty"`
	N      any             `json:"n,omitempty"` // a number, or a list for a multi-discrete space
	Names  []string        `json:"names,omitempty"`
	Fields []envs.Field    `json:"fields,omitempty"`
}

type objectiveInfo struct {
	Name  string        `json:"name"`
	Unit  string        `json:"unit"`
	Sense string        `json:"sense"` // always max: a cost is rewarded with negative sign
	Low   golden.Number `json:"low"`   // of one step's reward
	High  golden.Number `json:"high"`
}

type optionInfo struct {
	Name    string   `json:"name"`
	Alias   string   `json:"alias,omitempty"`
	Type    string   `json:"type"`
	Default any      `json:"default"`
	Value   any      `json:"value"`
	Min     *float64 `json:"min,omitempty"`
	Max     *float64 `json:"max,omitempty"`
	Values  []string `json:"values,omitempty"`
	Doc     string   `json:"doc"`
}

func describeSpace(s *envs.Space) spaceInfo {
	info := spaceInfo{Type: string(s.Kind), DType: s.DType, Names: s.Names, Fields: s.Fields}
	if s.Kind == envs.KindDiscrete {
		info.N = s.N
		if len(s.N) == 1 {
			info.N = s.N[0]
		}
		return info
	}
	info.Shape = []int{s.Len()}
	info.Low, info.High = golden.Numbers(s.Low), golden.Numbers(s.High)
	return info
}

func describe(e *envs.Environment) (environmentInfo, error) {
	s := &e.Spec
	front := knownFront(e)
	info := environmentInfo{
		ID: s.ID, Summary: s.Summary, Source: s.Source,
		Observation: describeSpace(&s.Observation), Action: describeSpace(&s.Action),
		Discount: s.Reference.Discount, ReferencePoint: s.Reference.Point, ReferenceSource: s.Reference.Source,
		Alternatives:      append([]envs.Reference{}, s.Alternatives...),
		DeterministicInit: s.DeterministicStart, DeterministicStep: s.DeterministicStep,
		ExactFront: front == frontExact, Front: front, Options: []optionInfo{},
	}
	if s.Horizon > 0 {
		info.Horizon = &s.Horizon
	}
	for _, o := range s.Objectives {
		info.Objectives = append(info.Objectives, objectiveInfo{o.Name, o.Unit, "max", golden.Number(o.Low), golden.Number(o.High)})
	}
	d, err := envs.Lookup(s.ID)
	if err != nil {
		return info, err
	}
	for _, o := range d.Options {
		option := optionInfo{Name: o.Name, Alias: o.Alias, Type: fmt.Sprintf("%T", o.Default), Default: o.Default, Value: e.Options[o.Name], Values: o.Values, Doc: o.Doc}
		if o.Min != 0 || o.Max != 0 {
			option.Min, option.Max = &o.Min, &o.Max
		}
		info.Options = append(info.Options, option)
	}
	return info, nil
}

func (a *app) envsShowCommand() *cobra.Command {
	var options environmentOptions
	c := &cobra.Command{
		Use:               "show ID",
		Short:             "Describe an environment: spaces, objectives, horizon, discount, reference point, options",
		Example:           "  paretolab envs show minecart-v0\n  paretolab envs show fruit-tree-v0 --param depth=7 --json",
		Args:              oneEnvironment,
		ValidArgsFunction: completeEnvironment,
		RunE: func(_ *cobra.Command, args []string) error {
			e, err := options.make(args[0])
			if err != nil {
				return err
			}
			info, err := describe(e)
			if err != nil {
				return err
			}
			if a.json {
				return a.printJSON(info)
			}
			return a.printEnvironment(e, info)
		},
	}
	options.register(c)
	return c
}

func (a *app) printEnvironment(e *envs.Environment, info environmentInfo) error {
	s := &e.Spec
	var page bytes.Buffer
	fmt.Fprintf(&page, "%s\n%s.\n\n", s.ID, s.Summary)
	w := tabwriter.NewWriter(&page, 0, 0, 2, ' ', 0)
	line := func(key, format string, a ...any) { fmt.Fprintf(w, "%s\t%s\n", key, fmt.Sprintf(format, a...)) }
	key := "objectives (maximised)"
	for _, o := range s.Objectives {
		name := o.Name
		if o.Unit != "" {
			name += " [" + o.Unit + "]"
		}
		line(key, "%s, per step %s", name, interval(o.Low, o.High))
		key = ""
	}
	key = "observation (" + s.Observation.DType + ")"
	for i := range s.Observation.Len() {
		name := fmt.Sprintf("[%d]", i)
		if len(s.Observation.Names) > i {
			name = s.Observation.Names[i]
		}
		if s.Observation.Kind == envs.KindBox {
			line(key, "%s: %s", name, interval(s.Observation.Low[i], s.Observation.High[i]))
		} else {
			line(key, "%s: 0 to %d", name, s.Observation.N[i]-1)
		}
		key = ""
	}
	if s.Action.Kind == envs.KindDiscrete {
		key = "actions"
		if len(s.Action.N) == 1 && len(s.Action.Names) > 0 {
			for i, name := range s.Action.Names {
				line(key, "%d %s", i, name)
				key = ""
			}
		} else {
			line(key, "%s", actionCount(&s.Action))
		}
	} else {
		key = "action (" + s.Action.DType + ")"
		for i := range s.Action.Len() {
			name := fmt.Sprintf("[%d]", i)
			if len(s.Action.Names) > i {
				name = s.Action.Names[i]
			}
			line(key, "%s: %s", name, interval(s.Action.Low[i], s.Action.High[i]))
			key = ""
		}
	}
	if s.Horizon > 0 {
		line("horizon", "%d steps, then truncated", s.Horizon)
	} else {
		line("horizon", "none: episodes end by themselves")
	}
	key = "discount, reference point"
	for _, r := range append([]envs.Reference{s.Reference}, s.Alternatives...) {
		name := ""
		if r.Name != "" {
			name = r.Name + ": "
		}
		line(key, "%s%v, %s (%s)", name, r.Discount, tuple(r.Point), r.Source)
		key = ""
	}
	random := "nothing"
	switch {
	case !s.DeterministicStart && !s.DeterministicStep:
		random = "start and steps"
	case !s.DeterministicStart:
		random = "start"
	case !s.DeterministicStep:
		random = "steps"
	}
	line("random", "%s", random)
	line("front", "%s", map[string]string{
		frontExact: "exact: `paretolab envs front " + s.ID + "`", frontUnknown: "unknown",
		frontLowerBound: "a lower bound is known: `paretolab envs front " + s.ID + "`",
	}[info.Front])
	key = "options"
	for _, o := range info.Options {
		bounds := ""
		switch {
		case o.Min != nil:
			bounds = ", " + interval(*o.Min, *o.Max)
		case len(o.Values) > 0:
			bounds = ", one of " + strings.Join(o.Values, ", ")
		}
		line(key, "%s = %v%s: %s", o.Name, o.Value, bounds, o.Doc)
		key = ""
	}
	line("source", "%s", s.Source)
	if err := w.Flush(); err != nil {
		return err
	}
	_, err := page.WriteTo(a.out)
	return err
}

func interval(low, high float64) string {
	if low == high {
		return fmt.Sprintf("always %v", low)
	}
	return fmt.Sprintf("%v to %v", low, high)
}

func tuple(x []float64) string {
	parts := make([]string, len(x))
	for i, v := range x {
		parts[i] = fmt.Sprint(v)
	}
	return "(" + strings.Join(parts, ", ") + ")"
}

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
	Plans          [][]int32   `json:"plans,omitempty"` // actions that attain each point
}

func (a *app) envsFrontCommand() *cobra.Command {
	var options environmentOptions
	var gamma float64
	kind := "pareto"
	c := &cobra.Command{
		Use:   "front ID",
		Short: "Compute the true Pareto front, or give what is known of it",
		Long: `Compute the true Pareto front of an environment that has an exact deterministic model, by
set-valued dynamic programming over all policies. Where a front is only documented it is given as
the lower bound that it is. --kind ccs keeps the convex coverage set: the points that are the
only best one for some linear weights.`,
		Example: "  paretolab envs front deep-sea-treasure-v0\n" +
			"  paretolab envs front fruit-tree-v0 --param depth=7 --gamma 1 --json\n" +
			"  paretolab envs front deep-sea-treasure-concave-v0 --kind ccs",
		Args:              oneEnvironment,
		ValidArgsFunction: completeEnvironment,
		RunE: func(c *cobra.Command, args []string) error {
			e, err := options.make(args[0])
			if err != nil {
				return err
			}
			if !c.Flags().Changed("gamma") {
				gamma = e.Spec.Reference.Discount
			}
			if !(gamma > 0 && gamma <= 1) {
				return usagef("--gamma is %v; a discount is above 0 and at most 1", gamma)
			}
			if kind != "pareto" && kind != "ccs" {
				return usagef("--kind is %q; it is pareto or ccs%s", kind, didyoumean.Question(didyoumean.Nearest(kind, []string{"pareto", "ccs"}), ""))
			}
			info, err := computeFront(e, gamma, kind)
			switch {
			case errors.Is(err, exact.ErrNoFront), errors.Is(err, exact.ErrStochastic):
				return withCode(exitNothing, fmt.Errorf("%w; `paretolab envs list --known-front` prints those with one", err))
			case err != nil:
				return err
			case a.json:
				return a.printJSON(info)
			}
			return a.printFront(e, info)
		},
	}
	c.Flags().Float64Var(&gamma, "gamma", 0, "discount, above 0 and at most 1 (default: the environment's)")
	c.Flags().StringVar(&kind, "kind", kind, "pareto, or ccs for the convex coverage set")
	completeWords(c, "kind", "pareto", "ccs")
	options.register(c)
	return c
}

func computeFront(e *envs.Environment, gamma float64, kind string) (frontInfo, error) {
	r, err := exact.Front(e, gamma)
	if err != nil {
		return frontInfo{}, err
	}
	points := r.Points
	if kind == "ccs" {
		if points, err = exact.CCS(r.Points); err != nil {
			return frontInfo{}, err
		}
	}
	hv, err := pareto.Hypervolume(points, e.Spec.Reference.Point)
	if err != nil {
		return frontInfo{}, err
	}
	info := frontInfo{
		Environment: e.Spec.ID, Gamma: gamma, Kind: kind, Method: r.Method, Exact: r.Exact,
		Objectives: e.Spec.ObjectiveNames(), Points: points.Rows(),
		Hypervolume: hv, ReferencePoint: e.Spec.Reference.Point,
	}
	if r.Plans != nil {
		for i := range points.Len() {
			for k := range r.Points.Len() {
				if slices.Equal(points.Row(i), r.Points.Row(k)) {
					info.Plans = append(info.Plans, r.Plans[k])
					break
				}
			}
		}
	}
	return info, nil
}

func (a *app) printFront(e *envs.Environment, info frontInfo) error {
	var page bytes.Buffer
	name := "Pareto front"
	if info.Kind == "ccs" {
		name = "convex coverage set"
	}
	fmt.Fprintf(&page, "%s, %s for discount %v\n%s\n\n", info.Environment, name, info.Gamma, info.Method)
	w := tabwriter.NewWriter(&page, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(w, "\t%s\t", strings.Join(info.Objectives, "\t"))
	if info.Plans != nil {
		fmt.Fprint(w, "steps\t")
	}
	fmt.Fprintln(w)
	for i, point := range info.Points {
		fmt.Fprintf(w, "%d\t", i+1)
		for _, v := range point {
			fmt.Fprintf(w, "%.6g\t", v)
		}
		if info.Plans != nil {
			fmt.Fprintf(w, "%d\t", len(info.Plans[i]))
		}
		fmt.Fprintln(w)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	fmt.Fprintf(&page, "\nhypervolume %.10g for reference point %s\n", info.Hypervolume, tuple(info.ReferencePoint))
	_, err := page.WriteTo(a.out)
	return err
}

// traceStart and traceStep are the lines of a trace.
type traceStart struct {
	Obs []golden.Number `json:"obs"`
}

type traceStep struct {
	Obs        []golden.Number `json:"obs"`
	Reward     []golden.Number `json:"reward"`
	Terminated bool            `json:"terminated"`
	Truncated  bool            `json:"truncated"`
}

func (a *app) envsTraceCommand() *cobra.Command {
	var options environmentOptions
	var seed uint64
	var path string
	c := &cobra.Command{
		Use:   "trace ID --actions FILE",
		Short: "Step through one episode of given actions and print what happens",
		Long: `Reset an environment with a seed, apply the actions of a file and print JSON Lines: first
{"obs": […]} of the reset, then for each step
{"obs": […], "reward": […], "terminated": false, "truncated": false}.

The file holds one action per line: an integer, or numbers separated by commas. Blank lines are
skipped; - is standard input. An infinite number is printed as the string "inf" or "-inf".`,
		Example: "  paretolab envs trace deep-sea-treasure-v0 --seed 1 --actions actions.txt\n" +
			"  printf '3\\n1\\n1\\n' | paretolab envs trace deep-sea-treasure-v0 --actions -",
		Args:              oneEnvironment,
		ValidArgsFunction: completeEnvironment,
		RunE: func(_ *cobra.Command, args []string) error {
			e, err := options.make(args[0])
			if err != nil {
				return err
			}
			if path == "" {
				return usagef("--actions FILE is missing: one action per line, - for standard input")
			}
			actions, err := a.readActions(path, &e.Spec)
			if err != nil {
				return err
			}
			return a.trace(e, seed, path, actions)
		},
	}
	c.Flags().Uint64Var(&seed, "seed", 0, "seed of the reset, from 0")
	c.Flags().StringVar(&path, "actions", "", "file with one action per line")
	options.register(c)
	return c
}

// lineAction is an action and the line that it stands on.
type lineAction struct {
	line   int
	action []float64
}

// readActions reads the actions of a trace and checks them against the action space.
func (a *app) readActions(path string, spec *envs.Spec) ([]lineAction, error) {
	in := a.in
	if path == "-" {
		path = "standard input"
	} else {
		f, err := os.Open(path)
		if err != nil {
			return nil, withCode(exitUsage, err)
		}
		defer f.Close()
		in = f
	}
	var actions []lineAction
	scan := bufio.NewScanner(in)
	scan.Buffer(nil, 1<<20)
	line := 0
	for scan.Scan() {
		line++
		text := strings.TrimSpace(scan.Text())
		if text == "" {
			continue
		}
		var action []float64
		for _, word := range strings.Split(text, ",") {
			x, err := strconv.ParseFloat(strings.TrimSpace(word), 64)
			if err != nil {
				return nil, usagef("%s:%d: %q is no number; an action of %s is %s", path, line, strings.TrimSpace(word), spec.ID, actionForm(&spec.Action))
			}
			action = append(action, x)
		}
		if err := spec.Action.Check(action); err != nil {
			return nil, usagef("%s:%d: action %s: %w; an action of %s is %s", path, line, text, err, spec.ID, actionForm(&spec.Action))
		}
		actions = append(actions, lineAction{line, action})
	}
	if err := scan.Err(); err != nil {
		return nil, withCode(exitUsage, fmt.Errorf("%s:%d: %w", path, line+1, err))
	}
	return actions, nil
}

// actionForm says how an action is written.
func actionForm(s *envs.Space) string {
	switch {
	case s.Kind == envs.KindDiscrete && len(s.N) == 1:
		return fmt.Sprintf("an integer from 0 to %d", s.N[0]-1)
	case s.Kind == envs.KindDiscrete:
		return fmt.Sprintf("%d integers separated by commas, each from 0 to below %s", len(s.N), actionCount(s))
	}
	low, high := math.Inf(1), math.Inf(-1)
	for i := range s.Low {
		low, high = min(low, s.Low[i]), max(high, s.High[i])
	}
	return fmt.Sprintf("%d numbers separated by commas, each from %v to %v", s.Len(), low, high)
}

func (a *app) trace(e *envs.Environment, seed uint64, path string, actions []lineAction) error {
	out := bufio.NewWriter(a.out)
	enc := json.NewEncoder(out)
	s := envs.NewSingle(e)
	obs, err := s.Reset(&seed)
	if err != nil {
		return err
	}
	if err := enc.Encode(traceStart{golden.Numbers(obs)}); err != nil {
		return err
	}
	for k, act := range actions {
		t, err := s.Step(act.action)
		if err != nil {
			if werr := out.Flush(); werr != nil {
				return werr
			}
			if errors.Is(err, envs.ErrEnded) {
				err = fmt.Errorf("the episode ended with step %d; this action and what follows it cannot be taken", k)
			}
			return usagef("%s:%d: %w", path, act.line, err)
		}
		step := traceStep{golden.Numbers(t.Observation), golden.Numbers(t.Reward), t.Terminated, t.Truncated}
		if err := enc.Encode(step); err != nil {
			return err
		}
	}
	return out.Flush()
}

func (a *app) envsVerifyCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "verify FILE...",
		Short: "Replay recorded trajectories and compare",
		Long: `Replay trajectories that were recorded from the original of an environment (schema golden-v1)
on ours: from their initial state, with their recorded random draws, under their time limit.
Observations and rewards are rounded to the types that the file declares and must then agree within
its tolerances; flags must be equal. Exit code 1 if a file does not pass.`,
		Example: "  paretolab envs verify envs/grid/testdata/deep-sea-treasure-v0.json\n" +
			"  paretolab envs verify envs/control/testdata/minecart*.json --json",
		Args: func(c *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usagef("%s takes at least one trajectory file", c.CommandPath())
			}
			return nil
		},
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return []string{"json"}, cobra.ShellCompDirectiveFilterFileExt
		},
		RunE: func(_ *cobra.Command, paths []string) error {
			var reports []golden.Report
			failed := 0
			for _, path := range paths {
				f, err := golden.Read(path)
				if err != nil {
					return withCode(exitUsage, err)
				}
				r, err := f.Verify()
				if err != nil {
					return withCode(exitUsage, err)
				}
				if reports = append(reports, r); !r.Pass {
					failed++
				}
			}
			var err error
			if a.json {
				err = a.printJSON(reports)
			} else {
				err = printReports(a.out, reports)
			}
			if err == nil && failed > 0 {
				err = withCode(exitFailed, fmt.Errorf("%d of %d files are not reproduced", failed, len(reports)))
			}
			return err
		},
	}
}

func printReports(out io.Writer, reports []golden.Report) error {
	var page bytes.Buffer
	w := tabwriter.NewWriter(&page, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "\tfile\tepisodes\tsteps\tobservation error\treward error\tflags differ")
	for _, r := range reports {
		fmt.Fprintf(w, "%s\t%s\t%d\t%d\t%.3g\t%.3g\t%d\n", verdict(r.Pass), r.File, r.Episodes, r.Steps, float64(r.MaxObsError), float64(r.MaxRewardError), r.FlagMismatches)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	for _, r := range reports {
		for _, reason := range r.Reasons {
			fmt.Fprintf(&page, "\n%s: %s", r.File, reason)
		}
		if len(r.Reasons) > 0 {
			fmt.Fprintln(&page)
		}
	}
	_, err := page.WriteTo(out)
	return err
}

func verdict(pass bool) string {
	if pass {
		return "pass"
	}
	return "FAIL"
}

// checkInfo is the --json form of a conformance check.
type checkInfo struct {
	Environment string    `json:"environment"`
	Pass        bool      `json:"pass"`
	Laws        []lawInfo `json:"laws"`
}

type lawInfo struct {
	Law    string `json:"law"`
	Says   string `json:"says"`
	Pass   bool   `json:"pass"`
	Detail string `json:"detail,omitempty"` // what was observed
}

func (a *app) envsCheckCommand() *cobra.Command {
	var options environmentOptions
	c := &cobra.Command{
		Use:   "check ID",
		Short: "Run the conformance suite on an environment",
		Long: `Try the laws of the environment contract with random actions: bounds, determinism under a seed,
time limit, saved states, batches, allocations and more. Exit code 1 if one does not hold.`,
		Example:           "  paretolab envs check minecart-v0\n  paretolab envs check minecart-v0 --param frame_skip=1 --json",
		Args:              oneEnvironment,
		ValidArgsFunction: completeEnvironment,
		RunE: func(_ *cobra.Command, args []string) error {
			e, err := options.make(args[0])
			if err != nil {
				return err
			}
			broken := map[string]string{}
			for _, f := range envtest.Check(e) {
				broken[f.Law] = f.Detail
			}
			info := checkInfo{Environment: e.Spec.ID, Pass: len(broken) == 0}
			var page bytes.Buffer
			w := tabwriter.NewWriter(&page, 0, 0, 2, ' ', 0)
			for _, law := range envtest.Laws() {
				detail, bad := broken[law.Name]
				info.Laws = append(info.Laws, lawInfo{law.Name, law.Says, !bad, detail})
				fmt.Fprintf(w, "%s\t%s\t%s\n", verdict(!bad), law.Name, law.Says)
			}
			if err := w.Flush(); err != nil {
				return err
			}
			if a.json {
				err = a.printJSON(info)
			} else {
				_, err = page.WriteTo(a.out)
			}
			if err != nil || info.Pass {
				return err
			}
			var details []string
			for _, law := range info.Laws {
				if !law.Pass {
					details = append(details, law.Law+": "+law.Detail)
				}
			}
			return withCode(exitFailed, fmt.Errorf("%s breaks %d of %d laws\n%s", info.Environment, len(broken), len(info.Laws), strings.Join(details, "\n")))
		},
	}
	options.register(c)
	return c
}
