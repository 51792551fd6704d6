package plots

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/paretolab/paretolab/experiments"
)

// ErrNotApplicable is wrapped by the error that says why a kind of figure does not fit the runs.
var ErrNotApplicable = errors.New("does not apply")

// ErrKind is wrapped by the error for a kind that is not in Kinds.
var ErrKind = errors.New("unknown kind of figure")

// Kind is a figure that can be drawn.
type Kind struct {
	Name string
	Doc  string // one sentence
}

// scope is what one figure of a kind shows.
type scope int

const (
	perEnvironment scope = iota // all labels
	perLabel                    // one label on one environment
	perPair                     // two labels on one environment
	overall                     // all labels on all environments
)

// kind adds to Kind how it is drawn: from the runs of one environment, or of all.
type kind struct {
	Kind
	scope   scope
	draw    func(g *Group, style Style) (*Fig, error)
	drawAll func(groups []Group, style Style) (*Fig, error)
}

// kinds in the order in which a report shows them. A new figure is one file and one line here.
func kinds() []kind {
	return []kind{
		{Kind{"curves", "Hypervolume, expected utility, sparsity, cardinality and IGD+ over training steps."}, perEnvironment, curves, nil},
		{Kind{"budget", "Hypervolume against training steps and against time."}, perEnvironment, budget, nil},
		{Kind{"front2d", "Fronts of two objectives with what half of the runs attain, knees and the known front."}, perEnvironment, front2d, nil},
		{Kind{"front3d", "Fronts of three objectives: three projections and a view of all."}, perEnvironment, front3d, nil},
		{Kind{"eafdiff", "Where one label attains more often than another, for two objectives."}, perPair, eafdiff, nil},
		{Kind{"stages", "C-MORL: the archive after stage 1, after each round and at the end."}, perLabel, stages, nil},
		{Kind{"matrix", "Fronts of three or more objectives, every pair against each other."}, perEnvironment, matrix, nil},
		{Kind{"parallel", "Fronts of three or more objectives as parallel coordinates."}, perEnvironment, parallel, nil},
		{Kind{"correlation", "Rank correlation of three or more objectives over a front."}, perLabel, correlation, nil},
		{Kind{"weights", "What linear preferences gain (two objectives) or choose (three)."}, perEnvironment, weights, nil},
		{Kind{"intervals", "Interquartile means with bootstrap intervals."}, overall, nil, intervals},
		{Kind{"profile", "Performance profiles: share of runs above a score."}, overall, nil, profile},
		{Kind{"improvement", "Probability that one label is better than another."}, perEnvironment, improvement, nil},
		{Kind{"dominance", "Share of the points of one label that another dominates."}, perEnvironment, dominance, nil},
		{Kind{"cd", "Mean ranks over environments with the critical difference."}, overall, nil, cd},
		{Kind{"exploration", "Quality diversity: coverage, quality and best rewards over evaluations."}, perEnvironment, exploration, nil},
		{Kind{"shares", "Quality diversity: which part of the evaluations went to exploration and to each area."}, perLabel, budgetShares, nil},
		{Kind{"coverage", "Quality diversity: where episodes ended, and the best reward there, cell by cell."}, perLabel, coverage, nil},
		{Kind{"reached", "Quality diversity: where archived policies end, in the environment."}, perLabel, reached, nil},
		{Kind{"novelty", "Quality diversity: novelty and reward of archived policies over the evaluations of the run."}, perLabel, novelty, nil},
		{Kind{"reconstructions", "Quality diversity: views, and how the encoder that was learned draws them."}, perLabel, reconstructions, nil},
		{Kind{"distances", "Quality diversity: distances in the learned space against those of the ground truth."}, perLabel, distances, nil},
		{Kind{"noise", "Values as selected in training against fresh ones."}, perEnvironment, noise, nil},
	}
}

// Kinds lists the figures that can be drawn.
func Kinds() []Kind {
	var out []Kind
	for _, k := range kinds() {
		out = append(out, k.Kind)
	}
	return out
}

// lookup finds a kind by name.
func lookup(name string) (kind, error) {
	var names []string
	for _, k := range kinds() {
		if k.Name == name {
			return k, nil
		}
		names = append(names, k.Name)
	}
	return kind{}, fmt.Errorf("plots: %w %q; it is one of %s", ErrKind, name, strings.Join(names, ", "))
}

// Figure draws one figure of runs on one environment, or on several for kinds that pool them. The error
// wraps ErrKind for an unknown kind and ErrNotApplicable, with the reason, where the kind does not fit the
// runs.
func Figure(name string, runs []*experiments.Run, style Style) (*Fig, error) {
	k, err := lookup(name)
	if err != nil {
		return nil, err
	}
	if style.Labels == nil {
		style.Labels = Labels(runs)
	}
	groups := ByEnvironment(runs)
	switch {
	case len(groups) == 0:
		return nil, notApplicable(name, "there is no run to draw")
	case k.scope == overall:
		return k.figureOfAll(groups, style)
	case len(groups) > 1:
		return nil, notApplicable(name, "the runs are on %d environments or settings (%s, %s); one figure shows one of them",
			len(groups), groups[0].Name, groups[1].Name)
	}
	if labels := Labels(runs); k.scope == perLabel && len(labels) > 1 {
		return nil, notApplicable(name, "the runs have %d labels (%s, %s); one figure shows one of them", len(labels), labels[0], labels[1])
	}
	return k.figure(&groups[0], "", style)
}

// Figures draws as many figures of a kind as the runs need: one of all, or one per environment, and per
// label or pair of labels where the kind shows no more (of more than three labels the pairs of the one with
// the largest mean hypervolume). Those that do not apply are left out; if none
// applies, the error of the first is returned.
func Figures(name string, runs []*experiments.Run, style Style) ([]*Fig, error) {
	k, err := lookup(name)
	if err != nil {
		return nil, err
	}
	if style.Labels == nil {
		style.Labels = Labels(runs)
	}
	groups := ByEnvironment(runs)
	if len(groups) == 0 {
		return nil, notApplicable(name, "there is no run to draw")
	}
	if k.scope == overall {
		fig, err := k.figureOfAll(groups, style)
		if err != nil {
			return nil, err
		}
		return []*Fig{fig}, nil
	}
	var figs []*Fig
	var first error
	for _, g := range groups {
		for _, p := range k.parts(g, style) {
			fig, err := k.figure(&p.Group, p.suffix, style)
			switch {
			case err == nil:
				figs = append(figs, fig)
			case !errors.Is(err, ErrNotApplicable):
				return figs, err
			case first == nil:
				first = err
			}
		}
	}
	if len(figs) == 0 {
		return nil, first
	}
	return figs, nil
}

// part is the runs of one figure, and what its name adds.
type part struct {
	Group
	suffix string
}

// allPairs is the number of labels up to which every pair has a figure; of more, the pairs of the one with the
// largest mean hypervolume.
const allPairs = 3

// strongest is the place of the label with the largest mean hypervolume.
func strongest(labels []series) int {
	best, most := 0, math.Inf(-1)
	for i, s := range labels {
		sum, n := 0.0, 0.0
		for _, r := range s.runs {
			if r.Result != nil {
				sum, n = sum+r.Result.Final.Hypervolume, n+1
			}
		}
		if n > 0 && sum/n > most {
			best, most = i, sum/n
		}
	}
	return best
}

// parts splits the runs on an environment into those of single figures.
func (k kind) parts(g Group, style Style) []part {
	labels := byLabel(g.Runs, style)
	whole := []part{{g, ""}}
	var parts []part
	switch {
	case k.scope == perLabel && len(labels) > 1:
		for _, s := range labels {
			parts = append(parts, part{Group{g.Name, g.Environment, s.runs}, "-" + s.label})
		}
	case k.scope == perPair && len(labels) > 2:
		best := strongest(labels)
		for i, a := range labels {
			for j, b := range labels[i+1:] {
				if len(labels) > allPairs && i != best && i+1+j != best {
					continue
				}
				runs := slices.Concat(a.runs, b.runs)
				parts = append(parts, part{Group{g.Name, g.Environment, runs}, "-" + a.label + "-" + b.label})
			}
		}
	default:
		return whole
	}
	return parts
}

// figureOfAll draws a kind that pools environments and names the result.
func (k kind) figureOfAll(groups []Group, style Style) (*Fig, error) {
	fig, err := k.drawAll(groups, style.onPaper())
	if err != nil {
		return nil, err
	}
	if style.Slide {
		fig.enlarge(slideScale)
	}
	fig.Kind = k.Name
	fig.Name = fileName("all-" + k.Name)
	if len(groups) == 1 {
		fig.Name = fileName(groups[0].Name + "-" + k.Name)
	}
	return fig, nil
}

// figure draws the kind and names the result.
func (k kind) figure(g *Group, suffix string, style Style) (*Fig, error) {
	if len(g.Environment.Objectives) == 0 {
		return nil, notApplicable(k.Name, "run.json of %s names no objectives", g.Name)
	}
	g, err := g.restricted(k.Name, style.Objectives)
	if err != nil {
		return nil, err
	}
	fig, err := k.draw(g, style.onPaper())
	if err != nil {
		return nil, err
	}
	if style.Slide {
		fig.enlarge(slideScale)
	}
	fig.Kind = k.Name
	fig.Name = fileName(g.Name + "-" + k.Name + suffix)
	return fig, nil
}

// Write draws every kind that applies to the runs, per environment, into dir in the given formats
// (default: all), and returns the files in the order in which they were written. It is no error if
// no kind applies to some runs.
func Write(runs []*experiments.Run, dir string, style Style, formats ...string) ([]string, error) {
	var files []string
	if style.Comparison == nil {
		style.Comparison, _ = Compared(context.Background(), runs) // without one the figures say why
	}
	for _, k := range kinds() {
		figs, err := Figures(k.Name, runs, style)
		if errors.Is(err, ErrNotApplicable) {
			continue
		}
		if err != nil {
			return files, err
		}
		for _, fig := range figs {
			saved, err := fig.Save(dir, "", formats...)
			files = append(files, saved...)
			if err != nil {
				return files, err
			}
		}
	}
	return files, nil
}

func notApplicable(kind, format string, a ...any) error {
	return fmt.Errorf("plots: figure %q %w: %s", kind, ErrNotApplicable, fmt.Sprintf(format, a...))
}

// fileName keeps what every file system takes: [a-z0-9._-].
func fileName(s string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(s) {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9', r == '.', r == '_', r == '-':
			b.WriteRune(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
	}
	name := strings.Trim(b.String(), "-.")
	if len(name) > 120 {
		name = name[:120]
	}
	if name == "" {
		return "figure"
	}
	return name
}
