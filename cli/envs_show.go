package cli

import (
	"bytes"
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/paretolab/paretolab/envs"
	"github.com/paretolab/paretolab/envs/golden"
)

// environmentInfo is the --json form of an environment.
type environmentInfo struct {
	ID                 string           `json:"id"`
	Summary            string           `json:"summary"`
	Source             string           `json:"source"`
	Observation        spaceInfo        `json:"observation_space"`
	Action             spaceInfo        `json:"action_space"`
	Objectives         []objectiveInfo  `json:"objectives"`
	Horizon            *int             `json:"horizon"` // null: ends by itself
	Discount           float64          `json:"discount"`
	ReferencePoint     []float64        `json:"reference_point"`
	ReferenceSource    string           `json:"reference_source"`
	Alternatives       []envs.Reference `json:"alternatives"`
	DeterministicStart bool             `json:"deterministic_start"`
	DeterministicStep  bool             `json:"deterministic_step"`
	ExactFront         bool             `json:"exact_front"`
	Front              string           `json:"front"` // exact, lower bound or unknown
	Options            []optionInfo     `json:"options"`
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
		Alternatives:       append([]envs.Reference{}, s.Alternatives...),
		DeterministicStart: s.DeterministicStart, DeterministicStep: s.DeterministicStep,
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
			return a.printEnvironment(args[0], e, info)
		},
	}
	options.register(c)
	return c
}

// printEnvironment prints a page of two columns: what is described, and the description. name is what
// the user calls the environment.
func (a *app) printEnvironment(name string, e *envs.Environment, info environmentInfo) error {
	s := &e.Spec
	var page bytes.Buffer
	fmt.Fprintf(&page, "%s\n%s.\n\n", s.ID, s.Summary)
	w := tabwriter.NewWriter(&page, 0, 0, 2, ' ', 0)
	section := func(title string, lines ...string) {
		for _, line := range lines {
			fmt.Fprintf(w, "%s\t%s\n", title, line)
			title = ""
		}
	}
	section("objectives (maximised)", objectiveLines(s)...)
	section("observation ("+s.Observation.DType+")", spaceLines(&s.Observation)...)
	if s.Action.Kind == envs.KindDiscrete {
		section("actions", actionLines(&s.Action)...)
	} else {
		section("action ("+s.Action.DType+")", spaceLines(&s.Action)...)
	}
	horizon := "none: episodes end by themselves"
	if s.Horizon > 0 {
		horizon = fmt.Sprintf("%d steps, then truncated", s.Horizon)
	}
	section("horizon", horizon)
	section("discount, reference point", referenceLines(s)...)
	section("random", randomness(s))
	section("front", map[string]string{
		frontExact:      "exact: `paretolab envs front " + name + "`",
		frontLowerBound: "a lower bound is known: `paretolab envs front " + name + "`",
		frontUnknown:    "unknown",
	}[info.Front])
	section("options", optionLines(info.Options)...)
	section("source", s.Source)
	if err := w.Flush(); err != nil {
		return err
	}
	for _, o := range info.Options {
		if text, _ := o.Value.(string); strings.Contains(text, "\n") {
			fmt.Fprintf(&page, "\n%s\n\n%s", o.Name, text)
		}
	}
	_, err := page.WriteTo(a.out)
	return err
}

func objectiveLines(s *envs.Spec) (lines []string) {
	for _, o := range s.Objectives {
		name := o.Name
		if o.Unit != "" {
			name += " [" + o.Unit + "]"
		}
		lines = append(lines, name+", per step "+interval(o.Low, o.High))
	}
	return lines
}

// spaceLines gives a line for every element of a space.
func spaceLines(s *envs.Space) (lines []string) {
	for i := range s.Len() {
		name := fmt.Sprintf("[%d]", i)
		if i < len(s.Names) {
			name = s.Names[i]
		}
		values := ""
		if s.Kind == envs.KindDiscrete {
			values = fmt.Sprintf("0 to %d", s.N[i]-1)
		} else {
			values = interval(s.Low[i], s.High[i])
		}
		lines = append(lines, name+": "+values)
	}
	return lines
}

// actionLines gives a line for every action of a discrete space whose actions have names.
func actionLines(s *envs.Space) (lines []string) {
	if len(s.N) > 1 || len(s.Names) == 0 {
		return []string{actionCount(s)}
	}
	for i, name := range s.Names {
		lines = append(lines, fmt.Sprintf("%d %s", i, name))
	}
	return lines
}

func referenceLines(s *envs.Spec) (lines []string) {
	for _, r := range append([]envs.Reference{s.Reference}, s.Alternatives...) {
		line := fmt.Sprintf("%v, %s (%s)", r.Discount, tuple(r.Point), r.Source)
		if r.Name != "" {
			line = r.Name + ": " + line
		}
		lines = append(lines, line)
	}
	return lines
}

func randomness(s *envs.Spec) string {
	switch {
	case s.DeterministicStart && s.DeterministicStep:
		return "nothing"
	case s.DeterministicStart:
		return "steps"
	case s.DeterministicStep:
		return "start"
	}
	return "start and steps"
}

func optionLines(options []optionInfo) (lines []string) {
	for _, o := range options {
		bounds := ""
		switch {
		case o.Min != nil:
			bounds = ", " + interval(*o.Min, *o.Max)
		case len(o.Values) > 0:
			bounds = ", one of " + strings.Join(o.Values, ", ")
		}
		value := fmt.Sprint(o.Value)
		if n := strings.Count(value, "\n"); n > 0 {
			value = fmt.Sprintf("(%d lines, below)", n)
		}
		lines = append(lines, fmt.Sprintf("%s = %s%s: %s", o.Name, value, bounds, o.Doc))
	}
	return lines
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
