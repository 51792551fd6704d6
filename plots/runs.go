package plots

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/paretolab/paretolab/experiments"
)

// Group is the runs on one environment: value vectors of one group can be drawn on the same axes.
type Group struct {
	Name        string // label or id of the environment, made unique among the groups of a call
	Environment experiments.EnvironmentInfo
	Runs        []*experiments.Run // by label, then seed
}

// ByEnvironment groups runs whose value vectors mean the same: equal environment, options,
// objectives, discount and reference point. Groups come in the order of their names.
func ByEnvironment(runs []*experiments.Run) []Group {
	byKey := map[string]*Group{}
	var keys []string
	for _, r := range runs {
		if r == nil {
			continue
		}
		k := environmentKey(r.Info.Environment)
		g, ok := byKey[k]
		if !ok {
			g = &Group{Name: cmp.Or(r.Info.Environment.Label, r.Info.Environment.ID), Environment: r.Info.Environment}
			byKey[k] = g
			keys = append(keys, k)
		}
		g.Runs = append(g.Runs, r)
	}
	slices.Sort(keys)
	groups := make([]Group, len(keys))
	taken := map[string]int{}
	for i, k := range keys {
		g := *byKey[k]
		slices.SortStableFunc(g.Runs, compareRuns)
		if g.Name == "" {
			g.Name = "environment"
		}
		taken[g.Name]++
		if n := taken[g.Name]; n > 1 {
			g.Name = fmt.Sprintf("%s-%d", g.Name, n)
		}
		groups[i] = g
	}
	return groups
}

// restricted is the group with some of its objectives alone, in the given order; nil means all.
func (g *Group) restricted(kind string, names []string) (*Group, error) {
	if names == nil {
		return g, nil
	}
	var index []int
	for _, name := range names {
		i := slices.IndexFunc(g.Environment.Objectives, func(o experiments.ObjectiveInfo) bool { return o.Name == name })
		if i < 0 {
			return nil, notApplicable(kind, "%s has no objective %q; it has %s", g.Name, name, strings.Join(g.columns(""), ", "))
		}
		index = append(index, i)
	}
	pick := func(v []float64) []float64 {
		if len(v) != len(g.Environment.Objectives) {
			return nil
		}
		out := make([]float64, len(index))
		for k, i := range index {
			out[k] = v[i]
		}
		return out
	}
	part := &Group{Name: g.Name, Environment: g.Environment}
	part.Environment.Reference = pick(g.Environment.Reference)
	part.Environment.Objectives = nil
	for _, i := range index {
		part.Environment.Objectives = append(part.Environment.Objectives, g.Environment.Objectives[i])
	}
	for _, r := range g.Runs {
		c := *r
		c.Archive, c.Fronts, c.KnownFront, c.Evaluations = nil, nil, nil, nil
		for _, a := range r.Archive {
			a.Selected, a.Value, a.StdErr = pick(a.Selected), pick(a.Value), pick(a.StdErr)
			c.Archive = append(c.Archive, a)
		}
		for _, s := range r.Fronts {
			points := make([][]float64, len(s.Points))
			for i, p := range s.Points {
				points[i] = pick(p)
			}
			s.Points = points
			c.Fronts = append(c.Fronts, s)
		}
		for _, v := range r.KnownFront {
			c.KnownFront = append(c.KnownFront, pick(v))
		}
		for _, e := range r.Evaluations {
			e.Value = pick(e.Value)
			c.Evaluations = append(c.Evaluations, e)
		}
		part.Runs = append(part.Runs, &c)
	}
	return part, nil
}

// environmentKey identifies what value vectors mean.
func environmentKey(e experiments.EnvironmentInfo) string {
	names := make([]string, len(e.Objectives))
	for i, o := range e.Objectives {
		names[i] = o.Name
	}
	options, _ := json.Marshal(e.Options) // sorted keys
	return strings.Join([]string{e.ID, string(options), strings.Join(names, ","), cell(e.Gamma), vector(e.Reference)}, "\x00")
}

// compareRuns orders by label, seed and directory.
func compareRuns(a, b *experiments.Run) int {
	if c := strings.Compare(Label(a), Label(b)); c != 0 {
		return c
	}
	if a.Info.Seed != b.Info.Seed {
		if a.Info.Seed < b.Info.Seed {
			return -1
		}
		return 1
	}
	return strings.Compare(a.Dir, b.Dir)
}

// Label is the name of a run's algorithm variant in figures and tables: the label of its
// configuration, or else the algorithm with its preset.
func Label(r *experiments.Run) string {
	if l := clean(r.Info.Label); l != "" {
		return l
	}
	l := clean(r.Info.Algorithm)
	if p := clean(r.Info.Preset); p != "" && p != "default" {
		l += "-" + p
	}
	if l == "" {
		l = "run"
	}
	return l
}

// Labels lists the labels of runs, sorted.
func Labels(runs []*experiments.Run) []string {
	var labels []string
	for _, r := range runs {
		if r != nil {
			labels = append(labels, Label(r))
		}
	}
	slices.Sort(labels)
	return slices.Compact(labels)
}

// series is the runs of one label: the seeds of one algorithm variant.
type series struct {
	label string
	look  look
	runs  []*experiments.Run
}

// byLabel splits a group's runs, in the order of labels.
func byLabel(runs []*experiments.Run, style Style) []series {
	labels := Labels(runs)
	out := make([]series, len(labels))
	for i, l := range labels {
		out[i] = series{label: l, look: style.look(l, labels)}
		for _, r := range runs {
			if Label(r) == l {
				out[i].runs = append(out[i].runs, r)
			}
		}
	}
	return out
}

// name is the label with the number of seeds, or of runs if a seed was run twice, as the legend shows
// it.
func (s series) name() string {
	seeds := map[uint64]bool{}
	for _, r := range s.runs {
		seeds[r.Info.Seed] = true
	}
	switch n := len(s.runs); {
	case n < 2:
		return s.label
	case len(seeds) < n:
		return fmt.Sprintf("%s (%d runs)", s.label, n)
	default:
		return fmt.Sprintf("%s (%d seeds)", s.label, n)
	}
}

// point is one value vector of a front.
type point struct {
	policy string
	value  []float64
	stderr []float64 // nil if unknown
}

// front returns the value vectors that a run found: of the final archive as measured on fresh
// seeds, or, while a run is incomplete, of its last recorded archive. Rows of another dimension or
// with values that cannot be drawn are left out and counted.
func front(r *experiments.Run, m int) (points []point, left int) {
	var all []point
	switch {
	case r.Archive != nil:
		for _, a := range r.Front() {
			all = append(all, point{a.Policy, a.Value, a.StdErr})
		}
	case len(r.Fronts) > 0:
		all = snapshot(r.Fronts[len(r.Fronts)-1])
	}
	return drawable(all, m)
}

// snapshot is a recorded archive as points.
func snapshot(s experiments.FrontSnapshot) []point {
	var all []point
	for i, v := range s.Points {
		p := point{value: v}
		if i < len(s.Policies) {
			p.policy = s.Policies[i]
		}
		all = append(all, p)
	}
	return all
}

// drawable keeps the points of m finite values.
func drawable(all []point, m int) (points []point, left int) {
	for _, p := range all {
		if len(p.value) == m && allFinite(p.value) {
			points = append(points, p)
		}
	}
	return points, len(all) - len(points)
}

// knownFront is the exact or best known front of a group, nil if there is none, and what it is
// called.
func knownFront(runs []*experiments.Run, m int) (points [][]float64, name string) {
	for _, r := range runs {
		for _, v := range r.KnownFront {
			if len(v) == m && allFinite(v) {
				points = append(points, v)
			}
		}
		if len(points) > 0 {
			name = "known front"
			if r.Result != nil && strings.Contains(strings.ToLower(r.Result.KnownFront), "exact") {
				name = "exact front"
			}
			return points, name
		}
	}
	return nil, ""
}

// KnownName is what the front behind the recorded shares is called: "exact front" or "known front".
func (g *Group) KnownName() string {
	if _, name := knownFront(g.Runs, len(g.Environment.Objectives)); name != "" {
		return name
	}
	return "exact front"
}

// measured returns the runs of a label whose fronts are compared: the complete ones, or, if there
// is none, all as far as they got.
func (s series) measured() []*experiments.Run {
	var done []*experiments.Run
	for _, r := range s.runs {
		if r.Result != nil {
			done = append(done, r)
		}
	}
	if len(done) == 0 {
		return s.runs
	}
	return done
}

// incomplete counts the runs without a result.
func incomplete(runs []*experiments.Run) int {
	n := 0
	for _, r := range runs {
		if r.Result == nil {
			n++
		}
	}
	return n
}

// objectives are the names of a group's objectives as axes show them.
func (g *Group) objectives() []axis {
	out := make([]axis, len(g.Environment.Objectives))
	for i, o := range g.Environment.Objectives {
		name := strings.ReplaceAll(clean(o.Name), "_", " ")
		if name == "" {
			name = fmt.Sprintf("objective %d", i+1)
		}
		unit := clean(o.Unit)
		if unit == "1" || unit == "-" {
			unit = ""
		}
		out[i] = axis{name: name, unit: unit}
	}
	return out
}

// columns are the names of a group's objectives as data files show them.
func (g *Group) columns(prefix string) []string {
	out := make([]string, len(g.Environment.Objectives))
	for i, o := range g.Environment.Objectives {
		name := o.Name
		if name == "" {
			name = strconv.Itoa(i)
		}
		out[i] = prefix + name
	}
	return out
}

// setting is the sentence part that every caption ends with.
func (g *Group) setting() string {
	s := fmt.Sprintf("Environment %s, discount %s", clean(g.Environment.ID), Number(g.Environment.Gamma, 6))
	if len(g.Environment.Reference) > 0 {
		s += ", reference point " + vector(g.Environment.Reference)
	}
	return s + "."
}

// seeds says how many runs a caption speaks of, and how many of them are incomplete.
func seeds(runs []*experiments.Run) string {
	s := fmt.Sprintf("n = %d runs", len(runs))
	if len(runs) == 1 {
		s = fmt.Sprintf("seed %d", runs[0].Info.Seed)
	}
	if k := incomplete(runs); k > 0 {
		s += fmt.Sprintf(", %d of them incomplete and shown up to the last recorded archive", k)
	}
	return s
}

// vector writes a point as (a, b, …).
func vector(v []float64) string {
	s := make([]string, len(v))
	for i, x := range v {
		s[i] = Number(x, 6)
	}
	return "(" + strings.Join(s, ", ") + ")"
}

// Number writes a value for people: at most the given number of significant digits, no exponent
// between 1e-4 and 1e15, a true minus sign, "∞" and "–" for values without digits.
func Number(v float64, digits int) string {
	switch {
	case math.IsNaN(v):
		return "–"
	case math.IsInf(v, 1):
		return "∞"
	case math.IsInf(v, -1):
		return "−∞"
	case v == 0:
		return "0"
	}
	var s string
	if a := math.Abs(v); a < 1e-4 || a >= 1e15 {
		s = strconv.FormatFloat(v, 'e', digits-1, 64)
	} else {
		decimals := digits - 1 - int(math.Floor(math.Log10(a)))
		s = strconv.FormatFloat(v, 'f', max(decimals, 0), 64)
		if strings.Contains(s, ".") {
			s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
		}
	}
	return strings.ReplaceAll(s, "-", "−")
}

// cell writes a value for a data file.
func cell(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case int:
		return strconv.Itoa(v)
	case uint64:
		return strconv.FormatUint(v, 10)
	case bool:
		return strconv.FormatBool(v)
	case float64:
		return strconv.FormatFloat(v, 'g', -1, 64)
	case *float64:
		if v == nil {
			return ""
		}
		return strconv.FormatFloat(*v, 'g', -1, 64)
	case nil:
		return ""
	}
	return fmt.Sprint(v)
}
