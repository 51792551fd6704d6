package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/paretolab/paretolab/agents/preference"
	"github.com/paretolab/paretolab/internal/didyoumean"
)

// partsOptions are the flags of `preference parts`, and the keys of its configuration.
type partsOptions struct {
	Data     string   `yaml:"data"`     // relative to the configuration,
	Policies string   `yaml:"policies"` // like this
	Groups   []string `yaml:"groups"`
	Parts    []int    `yaml:"parts"`
	Shuffles int      `yaml:"shuffles"`
	Learners []string `yaml:"learners"`
	Seed     uint64   `yaml:"seed"`
	Out      string   `yaml:"-"`
	Workers  int      `yaml:"-"`
}

// partsInfo is what `preference parts --json` prints.
type partsInfo struct {
	Seed  uint64      `json:"seed"`
	Cells []partsCell `json:"cells"`
	Files []string    `json:"files,omitempty"`
}

// partsCell is one learner with so many answers of a group.
type partsCell struct {
	Group       string     `json:"group"`
	Learner     string     `json:"learner"`
	Answers     int        `json:"answers"` // of a part
	Parts       int        `json:"parts"`   // over all shuffles
	NearOptimal float64    `json:"near_optimal"`
	Interval    [2]float64 `json:"interval"`
	Better      float64    `json:"better_than_random"`
	Clipped     float64    `json:"mean_clipped"`
}

func (a *app) preferencePartsCommand() *cobra.Command {
	var o partsOptions
	var config string
	c := &cobra.Command{
		Use:   "parts (--data FILE | --config FILE)",
		Short: "Learn rewards from parts of people's answers",
		Long: `parts shuffles what people answered about pairs of segments on the delivery grid, cuts the answers into
equal parts, learns a reward from each part, plans exactly with it, and prints in how many parts the policy is
near-optimal by the grid's own weights (scaled return above 0.9) and, after the stroke, better than random.

FILE is as for ` + "`paretolab preference fit`" + `; groups need pairs. Learners: regret-exact, regret-sf, partial-newton,
partial-adam. --policies is a JSON object with policies, a list of texts with a hexadecimal digit a cell (bit a is set
where action a is taken) or a dot, of which regret-sf takes the successor features; without it they are drawn.

A configuration holds the same as the flags: data, policies, groups, parts, shuffles, learners, seed (YAML). Flags
that are given replace what it says. With --out, DIR gets table.csv and the figure near-optimal as PDF, SVG and PNG.

With --json: {"seed":, "cells": [{"group":, "learner":, "answers":, "parts":, "near_optimal":, "interval": [low, high],
"better_than_random":, "mean_clipped":}]}; answers are those of a part, parts are counted over all shuffles, shares are
of 1. The interval is Wilson's of 95 %, as if parts of different shuffles were independent.`,
		Example: `  paretolab preference parts --config experiments/configs/preference/parts.yaml --out preference-parts
  paretolab preference parts --data answers.json --parts 1,2,5 --learner regret-exact --json`,
		Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			if config != "" {
				if err := o.readConfig(config, c.Flags().Changed); err != nil {
					return err
				}
			}
			parts, err := a.openParts(&o)
			if err != nil {
				return err
			}
			return a.runParts(c.Context(), parts, &o)
		},
	}
	f := c.Flags()
	f.StringVar(&config, "config", "", "a `FILE` with the settings")
	f.StringVar(&o.Data, "data", "", "`FILE` of answers")
	f.StringVar(&o.Policies, "policies", "", "`FILE` of policies for regret-sf")
	f.StringSliceVar(&o.Groups, "group", nil, "names of groups; all that have pairs where none is given")
	f.IntSliceVar(&o.Parts, "parts", []int{1, 2, 5, 10, 20}, "numbers of parts")
	f.IntVar(&o.Shuffles, "shuffles", 3, "of the answers, each cut anew")
	f.StringSliceVar(&o.Learners, "learner", []string{"partial-adam", "regret-sf", "regret-exact"}, "names of learners")
	f.Uint64Var(&o.Seed, "seed", 0, "of all chance")
	f.IntVar(&o.Workers, "workers", runtime.GOMAXPROCS(0), "fits at a time; the table does not depend on them")
	f.StringVar(&o.Out, "out", "", "`DIR` for the table and its figure")
	c.MarkFlagFilename("config", "yaml", "yml")
	c.MarkFlagFilename("data", "json")
	c.MarkFlagFilename("policies", "json")
	c.MarkFlagDirname("out")
	return c
}

// readConfig reads a configuration; flags that were given stay.
func (o *partsOptions) readConfig(path string, given func(flag string) bool) error {
	file := *o
	if err := decodeConfig(path, &file); err != nil {
		return err
	}
	file.Data, file.Policies = beside(path, file.Data), beside(path, file.Policies)
	for flag, keep := range map[string]func(){
		"data": func() { file.Data = o.Data }, "policies": func() { file.Policies = o.Policies }, "group": func() { file.Groups = o.Groups },
		"parts": func() { file.Parts = o.Parts }, "shuffles": func() { file.Shuffles = o.Shuffles },
		"learner": func() { file.Learners = o.Learners }, "seed": func() { file.Seed = o.Seed },
	} {
		if given(flag) {
			keep()
		}
	}
	*o = file
	return nil
}

// openParts reads the answers and the policies and checks the settings.
func (a *app) openParts(o *partsOptions) (*preference.PartsConfig, error) {
	groups, err := a.readPeople(o.Data, 1)
	if err != nil {
		return nil, err
	}
	w, weights, err := preference.NewDelivery(0.999)
	if err != nil {
		return nil, err
	}
	c := &preference.PartsConfig{World: w, Weights: weights, Shuffles: o.Shuffles, Seed: o.Seed, Workers: o.Workers}
	var names []string
	for _, g := range groups {
		if g.Pairs != nil {
			names = append(names, g.Name)
		}
		if g.Pairs != nil && len(o.Groups) == 0 || slices.Contains(o.Groups, g.Name) {
			c.Groups = append(c.Groups, g)
		}
	}
	for _, name := range o.Groups {
		if !slices.Contains(names, name) {
			return nil, usagef("%s: no group %q with pairs%s", o.Data, name, didyoumean.Question(didyoumean.Nearest(name, names), "there are "+strings.Join(names, ", ")))
		}
	}
	switch {
	case len(c.Groups) == 0:
		return nil, usagef("%s: no group has pairs, and segments are what rewards are learned from", o.Data)
	case len(o.Parts) == 0:
		return nil, usagef("--parts is empty; give numbers of parts")
	case o.Shuffles < 1 || o.Shuffles > 1000:
		return nil, usagef("--shuffles is %d; give 1 to 1000", o.Shuffles)
	case o.Workers < 1:
		return nil, usagef("--workers is %d; give at least 1", o.Workers)
	case len(o.Learners) == 0:
		return nil, usagef("--learner is empty; there are %s", strings.Join(weightLearners, ", "))
	}
	c.Parts = slices.Compact(slices.Sorted(slices.Values(o.Parts)))
	for _, g := range c.Groups {
		for _, k := range c.Parts {
			if k < 1 || k > len(g.Pairs) {
				return nil, usagef("--parts has %d; %s has %s", k, g.Name, plural(len(g.Pairs), "answer"))
			}
		}
	}
	for _, l := range o.Learners {
		if !slices.Contains(weightLearners, l) {
			return nil, usagef("unknown learner %q%s", l, didyoumean.Question(didyoumean.Nearest(l, weightLearners), "there are "+strings.Join(weightLearners, ", ")))
		}
		if !slices.Contains(c.Learners, l) {
			c.Learners = append(c.Learners, l)
		}
	}
	if o.Policies == "" {
		return c, nil
	}
	in, name, _, err := a.openText(o.Policies, "policies", "delivery-policies.json")
	if err != nil {
		return nil, err
	}
	defer in.Close()
	if c.Policies, err = w.ReadPolicies(in); err != nil {
		return nil, usagef("%s: %w", name, err)
	}
	return c, nil
}

// runParts learns from all parts and prints the table.
func (a *app) runParts(ctx context.Context, parts *preference.PartsConfig, o *partsOptions) error {
	if o.Out != "" {
		if err := os.MkdirAll(o.Out, 0o777); err != nil {
			return writing(o.Out, err)
		}
	}
	progress := a.stepping("fits", parts.Work())
	cells, err := parts.Run(ctx, progress.add)
	progress.end()
	switch {
	case errors.Is(err, context.Canceled):
		return a.stopped()
	case err != nil:
		return withCode(exitUsage, err)
	}
	info := partsInfo{Seed: o.Seed}
	for _, c := range cells {
		info.Cells = append(info.Cells, partsCell{c.Family, c.Learner, c.Pairs, c.Grids, c.NearOptimal, c.Interval, c.Better, c.Clipped})
	}
	if o.Out != "" {
		if info.Files, err = writeTable(o.Out, cells); err != nil {
			return writing(o.Out, err)
		}
	}
	var page bytes.Buffer
	printParts(&page, info.Cells)
	for _, f := range info.Files {
		fmt.Fprintln(&page, filepath.ToSlash(f))
	}
	return a.printAnswer(info, &page)
}

// printParts writes, for each group, a line for each learner and a column for each number of answers.
func printParts(page *bytes.Buffer, cells []partsCell) {
	fmt.Fprintln(page, "% near-optimal / % better than random")
	for i, c := range cells {
		if i == 0 || cells[i-1].Group != c.Group {
			fmt.Fprintf(page, "\n%-20s", c.Group)
			for _, d := range cells[i:] {
				if d.Group != c.Group || d.Learner != c.Learner {
					break
				}
				fmt.Fprintf(page, "  %9d", d.Answers)
			}
		}
		if i == 0 || cells[i-1].Group != c.Group || cells[i-1].Learner != c.Learner {
			fmt.Fprintf(page, "\n%-20s", c.Learner)
		}
		fmt.Fprintf(page, "  %9s", fmt.Sprintf("%.0f/%.0f", 100*c.NearOptimal, 100*c.Better))
		if i == len(cells)-1 || cells[i+1].Group != c.Group {
			fmt.Fprintln(page)
		}
	}
}
