package plots

import (
	"errors"
	"fmt"
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

// kind adds to Kind how it is drawn from the runs of one environment.
type kind struct {
	Kind
	perLabel bool // one figure per label, not one for all
	draw     func(g *Group, style Style) (*Fig, error)
}

// kinds in the order in which a report shows them. A new figure is one file and one line here.
func kinds() []kind {
	return []kind{
		{Kind{"curves", "Hypervolume, expected utility, sparsity and cardinality over training steps."}, false, curves},
		{Kind{"front2d", "Fronts of two objectives as staircases, with the known front in grey."}, false, front2d},
		{Kind{"stages", "C-MORL: the archive after stage 1 against the final one."}, true, stages},
		{Kind{"matrix", "Fronts of three or more objectives, every pair against each other."}, false, matrix},
		{Kind{"parallel", "Fronts of three or more objectives as parallel coordinates."}, false, parallel},
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

// Figure draws one figure of runs on one environment. The error wraps ErrKind for an unknown kind
// and ErrNotApplicable, with the reason, where the kind does not fit the runs.
func Figure(name string, runs []*experiments.Run, style Style) (*Fig, error) {
	k, err := lookup(name)
	if err != nil {
		return nil, err
	}
	groups := ByEnvironment(runs)
	switch {
	case len(groups) == 0:
		return nil, notApplicable(name, "there is no run to draw")
	case len(groups) > 1:
		return nil, notApplicable(name, "the runs are on %d environments or settings (%s, %s); one figure shows one of them",
			len(groups), groups[0].Name, groups[1].Name)
	}
	if labels := Labels(runs); k.perLabel && len(labels) > 1 {
		return nil, notApplicable(name, "the runs have %d labels (%s, %s); one figure shows one of them", len(labels), labels[0], labels[1])
	}
	return k.figure(&groups[0], "", style)
}

// Figures draws as many figures of a kind as the runs need: one per environment, and per label
// where the kind shows only one. Those that do not apply are left out; if none applies, the error
// of the first is returned.
func Figures(name string, runs []*experiments.Run, style Style) ([]*Fig, error) {
	k, err := lookup(name)
	if err != nil {
		return nil, err
	}
	if style.Labels == nil {
		style.Labels = Labels(runs)
	}
	var figs []*Fig
	var first error
	for _, g := range ByEnvironment(runs) {
		parts, suffix := []Group{g}, []string{""}
		if labels := Labels(g.Runs); k.perLabel && len(labels) > 1 {
			parts, suffix = nil, nil
			for _, s := range byLabel(g.Runs, style) {
				parts = append(parts, Group{g.Name, g.Environment, s.runs})
				suffix = append(suffix, "-"+s.label)
			}
		}
		for i := range parts {
			fig, err := k.figure(&parts[i], suffix[i], style)
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
	if len(figs) == 0 && first == nil {
		first = notApplicable(name, "there is no run to draw")
	}
	if len(figs) == 0 {
		return nil, first
	}
	return figs, nil
}

// figure draws the kind and names the result.
func (k kind) figure(g *Group, suffix string, style Style) (*Fig, error) {
	if len(g.Environment.Objectives) == 0 {
		return nil, notApplicable(k.Name, "run.json of %s names no objectives", g.Name)
	}
	fig, err := k.draw(g, style)
	if err != nil {
		return nil, err
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
