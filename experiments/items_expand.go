package experiments

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"math"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/paretolab/paretolab/agents"
	"github.com/paretolab/paretolab/envs"
	"github.com/paretolab/paretolab/internal/didyoumean"
)

// Bounds that no experiment meets and a slip of the pen does.
const (
	maxItems      = 100_000
	maxName       = 100
	maxWeightRows = 1_000_000
)

// expansion checks what concerns more than one value of a configuration and pairs environments with
// algorithms.
type expansion struct {
	*problems
	c            *Config
	environments []environmentEntry
	algorithms   []algorithmEntry
}

// environmentEntry is an environment of the configuration.
type environmentEntry struct {
	EnvironmentChoice
	node *node
	path string
	env  *envs.Environment // nil if something is wrong with it

	front  string      // what is measured against
	points [][]float64 // if that is given
}

// algorithmEntry is an algorithm of the configuration.
type algorithmEntry struct {
	AlgorithmChoice
	node       *node
	path       string
	definition agents.Definition
	ok         bool // nothing is wrong with it
	said       bool // what is wrong with its settings, which is the same in every environment
}

// expand returns the pairs of environments and algorithms in the order of items.
func (c *Config) expand(p *problems) []combination {
	x := &expansion{problems: p, c: c}
	x.checkHead()
	x.collect()
	for i := range x.environments {
		x.checkEnvironment(&x.environments[i])
	}
	for i := range x.algorithms {
		x.checkAlgorithm(&x.algorithms[i])
	}
	x.checkNames()
	x.checkSweep()
	var out []combination
	folders := map[string]string{}
	for i := range x.environments {
		e := &x.environments[i]
		for j := range x.algorithms {
			a := &x.algorithms[j]
			if e.env == nil || !a.ok || c.excludes(e, a) {
				continue
			}
			one, ok := x.combine(e, a)
			if !ok {
				continue
			}
			if other, taken := folders[one.item.Dir]; taken {
				x.add(a.node.position(), "%s on %s would have the folder of %s, %s; give one of them another label", a.path, e.path, other, one.item.Dir)
				continue
			}
			folders[one.item.Dir] = a.path + " on " + e.path
			out = append(out, one)
		}
	}
	if n := float64(len(out)) * float64(len(c.seeds())); n > maxItems {
		x.add(c.tree.keyPosition("seeds"), "the configuration has %.0f runs; at most %d", n, maxItems)
		return nil
	}
	if len(out) == 0 && len(p.list) == 0 {
		x.add(c.tree.get("grid").keyPosition("exclude"), "grid.exclude leaves nothing to run")
	}
	return out
}

var namePattern = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]*$`)

// checkHead checks version, name and folder.
func (x *expansion) checkHead() {
	c := x.c
	if n := c.tree.get("version"); n != nil && c.Version != 1 {
		if _, ok := n.signed(); ok {
			x.add(n.at, "version is %s; this program reads version 1", n.show())
		}
	}
	n := c.tree.get("name")
	given := c.tree == nil || n != nil && n.kind == textNode // what else is wrong was said
	if given && (!namePattern.MatchString(c.Name) || len(c.Name) > maxName) {
		remedy := ""
		if s := folderName(c.Name); namePattern.MatchString(s) {
			remedy = fmt.Sprintf("; write %q", s)
		}
		x.add(n.position(), "name is %q; it becomes a folder and has 1 to %d of a-z, 0-9, '.', '_' and '-', the first a letter or digit%s", shorten(c.Name), maxName, remedy)
	}
	if n := c.tree.get("output").get("root"); n != nil && n.text == "" && n.kind == textNode {
		x.add(n.at, "output.root is empty; write . for the working directory")
	}
}

// folderName makes a part of a folder's name of a label: a-z, 0-9, '.', '_' and '-', without "__",
// which separates the parts.
func folderName(label string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(label) {
		if r > unicode.MaxASCII || !strings.ContainsRune("abcdefghijklmnopqrstuvwxyz0123456789.-_", r) {
			r = '-'
		}
		b.WriteRune(r)
	}
	s := b.String()
	for _, twice := range []string{"__", "--"} {
		for strings.Contains(s, twice) {
			s = strings.ReplaceAll(s, twice, twice[1:])
		}
	}
	s = strings.Trim(s, "._-")
	return s[:min(len(s), maxName)]
}

// wrote reports whether a key was given.
func (c *Config) wrote(key string) bool {
	if c.tree != nil {
		return c.tree.entry(key) != nil
	}
	return !reflect.ValueOf(c).Elem().FieldByIndex(fieldByKey(configType, key).index).IsZero()
}

// collect gathers the environments and algorithms of either form.
func (x *expansion) collect() {
	c := x.c
	var here position
	if c.tree != nil {
		here = c.tree.at
	}
	environment, algorithm, grid := c.wrote("environment"), c.wrote("algorithm"), c.wrote("grid")
	switch in := c.tree.get("grid"); {
	case (environment || algorithm) && grid:
		x.add(here, "there is a grid beside environment or algorithm")
	case grid:
		for _, list := range []struct {
			key  string
			size int
		}{{"environments", len(c.Grid.Environments)}, {"algorithms", len(c.Grid.Algorithms)}} {
			n := in.get(list.key)
			if list.size == 0 && (c.tree == nil || in != nil && (n == nil || n.kind == listNode && len(n.list) == 0)) {
				x.add(in.part(list.key).position(), "grid.%s is missing or empty", list.key)
			}
		}
	case !environment && !algorithm:
		x.add(here, "there is nothing to run: environment and algorithm are missing, or grid")
	case !environment:
		x.add(here, "environment is missing")
	case !algorithm:
		x.add(here, "algorithm is missing")
	}
	if environment {
		x.environments = append(x.environments, environmentEntry{EnvironmentChoice: c.Environment, node: c.tree.get("environment"), path: "environment"})
	}
	if algorithm {
		x.algorithms = append(x.algorithms, algorithmEntry{AlgorithmChoice: c.Algorithm, node: c.tree.get("algorithm"), path: "algorithm"})
	}
	in := c.tree.get("grid")
	for i, e := range c.Grid.Environments {
		x.environments = append(x.environments, environmentEntry{EnvironmentChoice: e, node: in.get("environments").item(i), path: fmt.Sprintf("grid.environments.%d", i)})
	}
	for i, a := range c.Grid.Algorithms {
		x.algorithms = append(x.algorithms, algorithmEntry{AlgorithmChoice: a, node: in.get("algorithms").item(i), path: fmt.Sprintf("grid.algorithms.%d", i)})
	}
}

// elements returns the elements of a list; a nil node has none.
func (n *node) elements() []*node {
	if n == nil {
		return nil
	}
	return n.list
}

// part returns the value of a key, or where there is none, the node itself.
func (n *node) part(key string) *node {
	if x := n.get(key); x != nil {
		return x
	}
	return n
}

// checkLabel checks that a label can be part of a folder's name.
func (x *expansion) checkLabel(label string, n *node, path string) {
	switch {
	case label == "":
	case folderName(label) == "":
		x.add(n.part("label").position(), "%s.label is %q; it needs a letter or digit of ASCII, as it becomes part of a folder's name", path, label)
	case utf8.RuneCountInString(label) > maxName, strings.ContainsFunc(label, unicode.IsControl):
		x.add(n.part("label").position(), "%s.label is %q; it is one line of at most %d characters", path, shorten(label), maxName)
	}
}

// checkEnvironment makes an environment.
func (x *expansion) checkEnvironment(e *environmentEntry) {
	x.checkLabel(e.Label, e.node, e.path)
	if e.ID == "" {
		if x.c.tree == nil {
			x.add(position{}, "%s.id is missing", e.path)
		}
		return
	}
	definition, err := envs.Lookup(e.ID)
	if err != nil {
		x.add(e.node.part("id").position(), "%v", err)
		return
	}
	var names []string
	for _, o := range definition.Options {
		names = append(names, o.Name)
	}
	options, good := e.node.get("options"), true
	for _, key := range slices.Sorted(maps.Keys(e.Options)) {
		// One by one, since making stops at the first.
		if _, err := envs.Make(e.ID, map[string]any{key: e.Options[key]}); err != nil {
			at := options.keyPosition(key)
			if slices.Contains(names, key) {
				at = options.part(key).position()
			}
			x.add(at, "%v", err)
			good = false
		}
	}
	if !good {
		return
	}
	env, err := e.make()
	if err != nil {
		x.add(e.node.part("options").position(), "%v", err)
		return
	}
	e.env = env
	x.checkMeasure(e)
}

// checkMeasure checks the reference point and the weights for an environment.
func (x *expansion) checkMeasure(e *environmentEntry) {
	m := e.env.Spec.M()
	if key, point, ok := byName(x.c.Reference.Points, e); ok {
		n := x.c.tree.get("reference").get("points").get(key)
		switch {
		case len(point) != m && !(len(point) == 0 && len(n.elements()) > 0): // the latter was said
			x.add(n.position(), "reference.points.%s has %d numbers; the environment has %d objectives (%s)", key, len(point), m, strings.Join(e.env.Spec.ObjectiveNames(), ", "))
		case slices.ContainsFunc(point, func(v float64) bool { return math.IsNaN(v) || math.IsInf(v, 0) }):
			x.add(n.position(), "reference.points.%s is %v; its numbers are finite", key, point)
		}
	} else if len(e.env.Spec.Reference.Point) != m {
		x.add(e.node.position(), "environment %s has no usual reference point; set reference.points.%s (objectives: %s)", e.ID, e.name(), strings.Join(e.env.Spec.ObjectiveNames(), ", "))
	}
	if d := float64(x.c.Evaluation.Discount); d < 0 || d > 1 || math.IsNaN(d) {
		x.add(position{}, "evaluation.discount is %v, out of range (%s)", d, x.c.Evaluation.Discount.kind())
	} else if usual := e.env.Spec.Reference.Discount; d == 0 && !(usual > 0 && usual <= 1) {
		x.add(e.node.position(), "environment %s has no usual discount; set evaluation.discount", e.ID)
	}
	x.checkFront(e)
	if problem := x.c.Evaluation.Weights.check(m); problem != "" {
		x.add(x.c.tree.get("evaluation").part("weights").part("n").position(), "evaluation.weights.n %s for the %d objectives of %s", problem, m, e.ID)
	}
}

// checkFront finds the front that an environment is measured against.
func (x *expansion) checkFront(e *environmentEntry) {
	r := &x.c.Reference
	names := e.env.Spec.ObjectiveNames()
	n := x.c.tree.get("reference")
	switch e.front = cmp.Or(r.Front, frontKnown); {
	case e.front == frontKnown, e.front == frontUnion:
	case r.Front == frontGiven:
		e.points = r.FrontPoints
		wrong := slices.ContainsFunc(e.points, func(p []float64) bool {
			return len(p) != len(names) || slices.ContainsFunc(p, func(v float64) bool { return math.IsNaN(v) || math.IsInf(v, 0) })
		})
		if len(e.points) == 0 || wrong {
			x.add(n.part("front_points").position(), "reference.front_points has no finite point for every one of the %d objectives of %s (%s); give lists of %d numbers", len(names), e.ID, strings.Join(names, ", "), len(names))
		}
	case r.file != nil:
		e.front = frontGiven
		var err error
		if e.points, err = r.file.points(names); err == nil && len(e.points) == 0 {
			err = errors.New("it has no points")
		}
		if err != nil {
			x.add(n.part("front").position(), "reference.front: %v; environment %s needs the columns %s", err, e.ID, strings.Join(names, ", "))
		}
	}
}

// byName finds what is said of an environment by its label or its id.
func byName[T any](m map[string]T, e *environmentEntry) (key string, value T, ok bool) {
	for _, key := range []string{e.Label, e.ID} {
		if value, ok := m[key]; ok && key != "" {
			return key, value, true
		}
	}
	return "", value, false
}

// checkAlgorithm finds an algorithm and its preset.
func (x *expansion) checkAlgorithm(a *algorithmEntry) {
	x.checkLabel(a.Label, a.node, a.path)
	if a.Name == "" {
		if x.c.tree == nil {
			x.add(position{}, "%s.name is missing", a.path)
		}
		return
	}
	var err error
	if a.definition, err = agents.Lookup(a.Name); err != nil {
		x.add(a.node.part("name").position(), "%v", err)
		return
	}
	var presets []string
	for _, p := range a.definition.Presets {
		presets = append(presets, p.Name)
	}
	if a.ok = a.Preset == "" || slices.Contains(presets, a.Preset); !a.ok {
		x.add(a.node.part("preset").position(), "algorithm %q has no preset %q%s", a.Name, a.Preset, didyoumean.Question(didyoumean.Nearest(a.Preset, presets), "it has "+strings.Join(presets, ", ")))
	}
	if slices.ContainsFunc(x.environments, func(e environmentEntry) bool { return e.env != nil }) {
		return
	}
	// There is no environment to make the settings for. Any will do to check them.
	for _, id := range envs.IDs() {
		if env, err := envs.Make(id, nil); err == nil {
			if settings, _, err := a.definition.New(env, presets[0]); err == nil {
				decodeSettings(settings, a.Name, a.Settings, a.node.get("settings"), x.problems)
				return
			}
		}
	}
}

// checkNames checks that what is said of an environment or an algorithm by name is said of one that
// there is.
func (x *expansion) checkNames() {
	var environments, algorithms []string
	for _, e := range x.environments {
		environments = append(environments, e.ID, e.Label)
	}
	for _, a := range x.algorithms {
		algorithms = append(algorithms, a.Name, a.Label)
	}
	check := func(at position, what, name string, known []string) {
		known = slices.DeleteFunc(slices.Compact(slices.Sorted(slices.Values(known))), func(s string) bool { return s == "" })
		if !slices.Contains(known, name) && len(known) > 0 {
			x.add(at, "%s %q is not in this configuration%s", what, name, didyoumean.Question(didyoumean.Nearest(name, known), "it has "+strings.Join(known, ", ")))
		}
	}
	c := x.c
	budget := c.tree.get("budget").get("per_environment")
	for _, name := range slices.Sorted(maps.Keys(c.Budget.PerEnvironment)) {
		check(budget.keyPosition(name), "environment", name, environments)
	}
	points := c.tree.get("reference").get("points")
	for _, name := range slices.Sorted(maps.Keys(c.Reference.Points)) {
		check(points.keyPosition(name), "environment", name, environments)
	}
	exclude := c.tree.get("grid").get("exclude")
	for i, e := range c.Grid.Exclude {
		n := exclude.item(i)
		if e == (Exclusion{}) {
			x.add(n.position(), "grid.exclude.%d names neither an environment nor an algorithm and leaves out everything", i)
		}
		if e.Environment != "" {
			check(n.part("environment").position(), "environment", e.Environment, environments)
		}
		if e.Algorithm != "" {
			check(n.part("algorithm").position(), "algorithm", e.Algorithm, algorithms)
		}
	}
}

// excludes reports whether a pair is left out.
func (c *Config) excludes(e *environmentEntry, a *algorithmEntry) bool {
	return slices.ContainsFunc(c.Grid.Exclude, func(x Exclusion) bool {
		return x != Exclusion{} && (x.Environment == "" || x.Environment == e.ID || x.Environment == e.Label) &&
			(x.Algorithm == "" || x.Algorithm == a.Name || x.Algorithm == a.Label)
	})
}

// combine makes all of the items of a pair but the seed.
func (x *expansion) combine(e *environmentEntry, a *algorithmEntry) (combination, bool) {
	c, spec := x.c, &e.env.Spec
	preset := a.Preset
	if preset == "" {
		preset = a.definition.Presets[0].Name
	}
	one := combination{env: e.env, definition: a.definition, given: a.Settings, item: Item{Preset: preset}}
	if !x.pace(&one, e, a) {
		return combination{}, false
	}
	found := x.problems
	if a.said {
		found = &problems{}
	}
	before := len(found.list)
	settings, steps, err := one.settings(a.node.get("settings"), found)
	if err != nil {
		x.add(a.node.position(), "algorithm %q on %s: %v", a.Name, e.name(), err)
		return combination{}, false
	}
	if a.said = a.said || len(found.list) > before; a.said {
		return combination{}, false
	}
	if _, n, ok := byName(c.Budget.PerEnvironment, e); ok {
		steps = n
	} else if c.Budget.Steps > 0 {
		steps = c.Budget.Steps
	}
	if steps <= 0 {
		if c.tree.get("budget") == nil { // or what is wrong there was said
			at := position{}
			if c.tree != nil {
				at = c.tree.at
			}
			x.add(at, "steps is missing: preset %q of algorithm %q recommends no number for %s (%s)", preset, a.Name, e.name(), fieldByKey(reflect.TypeFor[Budget](), "steps").rule())
		}
		return combination{}, false
	}
	if err := settings.Check(e.env, steps); err != nil {
		x.add(a.node.position(), "algorithm %q on %s: %v", a.Name, e.name(), err)
		return combination{}, false
	}

	i := Item{
		Experiment: c.Name, Label: a.Label,
		Environment: EnvironmentChoice{ID: e.ID, Label: e.Label, Options: e.env.Options, MaxEpisodeSteps: spec.Horizon},
		Algorithm:   a.Name, Preset: preset, SettingsMap: settingsMap(settings), Revision: a.definition.Revision,
		Steps: steps, Evaluation: c.Evaluation, FinalEpisodes: c.FinalEvaluation.Episodes, Reference: x.reference(e), Parent: c.Parent, Front: e.front, FrontPoints: e.points,
	}
	if i.Label == "" {
		if i.Label = a.Name; preset != a.definition.Presets[0].Name {
			i.Label += "-" + preset
		}
	}
	i.Dir = folderName(i.Label) + "__" + folderName(e.name())
	exact := spec.DeterministicStart && spec.DeterministicStep && c.Evaluation.Policy != "sampled"
	i.Evaluation.Episodes = episodes(i.Evaluation.Episodes, 10, exact)
	i.FinalEpisodes = episodes(i.FinalEpisodes, 100, exact)
	i.Evaluation.Discount = Discount(i.Reference.Discount)
	i.Evaluation.Every = 0 // is among the settings now
	i.Evaluation.Policy = cmp.Or(i.Evaluation.Policy, "deterministic")
	i.Evaluation.Returns = cmp.Or(i.Evaluation.Returns, "discounted")
	i.Evaluation.Weights = c.Evaluation.Weights.filled(spec.M())
	one.item, one.config, one.of, one.settingsAt = i, c.single(&i), c, a.node.get("settings")
	return one, true
}

// pace notes what budget and evaluation ask of the settings of an algorithm, and reports whether it can
// be asked for that.
func (x *expansion) pace(one *combination, e *environmentEntry, a *algorithmEntry) bool {
	c := x.c
	settings, _, err := a.definition.New(e.env, one.item.Preset)
	if err != nil {
		return true // is said where the settings are made
	}
	good := true
	wrong := func(at position, format string, args ...any) {
		good = false
		x.add(at, format, args...)
	}
	unit := "steps"
	budgeted, ok := settings.(agents.Budgeted)
	if ok {
		unit = budgeted.BudgetUnit()
	}
	budget := c.tree.get("budget")
	for _, b := range []struct {
		unit string
		n    int
	}{{"episodes", c.Budget.Episodes}, {"answers", c.Budget.Answers}} {
		switch {
		case b.n == 0:
		case b.unit != unit:
			wrong(budget.part(b.unit).position(), "budget.%s is %d, but the budget of algorithm %q is in %s; give budget.%s, or leave the algorithm out", b.unit, b.n, a.Name, unit, unit)
		case len(c.Budget.PerEnvironment) > 0 || c.Budget.Steps > 0:
			wrong(budget.part(b.unit).position(), "budget.%s stands beside steps; a budget is in one unit", b.unit)
		default:
			one.budget = b.n
		}
	}
	if one.every = c.Evaluation.Every; one.every > 0 {
		if _, ok := settings.(agents.Paced); !ok {
			wrong(c.tree.get("evaluation").part("every").position(), "evaluation.every is %d, but algorithm %q decides itself when it measures policies; remove it, and set eval_every of the others", one.every, a.Name)
		}
	}
	return good
}

// episodes is the number given, else the usual one, of which one is enough where all are the same.
func episodes(given, usual int, exact bool) int {
	switch {
	case given > 0:
		return given
	case exact:
		return 1
	}
	return usual
}

// reference is the discount and the reference point for an environment.
func (x *expansion) reference(e *environmentEntry) envs.Reference {
	usual := e.env.Spec.Reference
	r := envs.Reference{Discount: usual.Discount, Point: usual.Point, Source: "configuration"}
	if d := x.c.Evaluation.Discount; d > 0 {
		r.Discount = float64(d)
	}
	if _, point, ok := byName(x.c.Reference.Points, e); ok {
		r.Point = point
	}
	for _, known := range append([]envs.Reference{usual}, e.env.Spec.Alternatives...) {
		if known.Discount == r.Discount && slices.Equal(known.Point, r.Point) {
			r.Name, r.Source = known.Name, known.Source
			break
		}
	}
	r.Point = slices.Clone(r.Point)
	return r
}

// single is the configuration of the item alone but for the seeds, which are appended.
func (c *Config) single(i *Item) []byte {
	one := Config{
		Version: 1, Name: c.Name, Description: c.Description,
		Environment: i.Environment,
		Algorithm:   AlgorithmChoice{Name: i.Algorithm, Preset: i.Preset, Label: i.Label, Settings: i.SettingsMap},
		Budget:      Budget{Steps: i.Steps}, Evaluation: i.Evaluation,
		FinalEvaluation: FinalEvaluation{Episodes: i.FinalEpisodes},
		Reference:       ReferenceChoice{Points: map[string][]float64{i.Environment.name(): i.Reference.Point}, Front: i.Front, FrontPoints: i.FrontPoints},
		Kernel:          c.Kernel,
		Parent:          c.Parent,
	}
	if one.Kernel == "" {
		one.Kernel = "auto"
	}
	n := encode(reflect.ValueOf(&one).Elem())
	n.keys = slices.DeleteFunc(n.keys, func(e entry) bool { return slices.Contains([]string{"seeds", "resources", "output"}, e.key) })
	return append([]byte("# One run with everything filled in; `paretolab run` on this file repeats it.\n"), yamlOf(n)...)
}

// decodeSettings puts settings into an algorithm made by its preset. at is where they were written.
func decodeSettings(a agents.Algorithm, name string, given map[string]any, at *node, p *problems) {
	v := reflect.Indirect(reflect.ValueOf(a))
	if v.Kind() != reflect.Struct || !v.CanSet() {
		v = reflect.ValueOf(&struct{}{}).Elem()
	}
	d := &decoder{problems: p, name: func(path string) string {
		return fmt.Sprintf("setting %q of algorithm %q", path, name)
	}}
	nodes := encode(reflect.ValueOf(given))
	nodes.like(at)
	for _, e := range nodes.keys {
		if f := fieldByKey(v.Type(), e.key); f != nil {
			own := *f
			own.def = presetValue(v, f)
			d.decode(e.value, v.FieldByIndex(f.index), &own, e.key)
			continue
		}
		near := didyoumean.Nearest(e.key, keysOf(v.Type()))
		rule := ""
		if len(near) == 1 {
			f := *fieldByKey(v.Type(), near[0])
			f.def = presetValue(v, &f)
			rule = " (" + f.rule() + ")"
		}
		d.add(e.at, "algorithm %q has no setting %q%s%s", name, e.key, didyoumean.Question(near, "`paretolab agents show "+name+"` lists them"), rule)
	}
}

// presetValue spells the value that the preset gives to a setting.
func presetValue(settings reflect.Value, f *schemaField) string {
	return strings.TrimSpace(string(yamlOf(encode(settings.FieldByIndex(f.index)))))
}

// settingsMap returns the settings of an algorithm by key.
func settingsMap(a agents.Algorithm) map[string]any {
	m := map[string]any{}
	v := reflect.Indirect(reflect.ValueOf(a))
	if v.Kind() != reflect.Struct {
		return m
	}
	for _, f := range schemaFields(v.Type()) {
		m[f.key] = encode(v.FieldByIndex(f.index)).plain()
	}
	return m
}
