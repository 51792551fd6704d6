package experiments

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/viper"

	"github.com/paretolab/paretolab/internal/didyoumean"
)

// The layers of a configuration are merged by viper, which holds one leaf per path: the defaults,
// the file and the variables, and above them what flags set. What viper lacks is kept out of it:
//
//   - it loses positions, so its values are leaves, which carry theirs;
//   - it folds case and splits keys at dots, so its keys are escaped;
//   - it ignores variables that no layer knows and reads the others as text, so they are bound
//     here, to every path of the schema, and parsed by its types.

// leaf is a value below which layers are not merged: everything but the mappings of the schema and
// those of settings and options.
type leaf struct {
	path    []string
	written string // the path as it was written, which may be an alias
	key     position
	value   *node
}

var configType = reflect.TypeFor[Config]()

// configAliases leads from second paths to the first.
var configAliases = func() map[string][]string {
	aliases := map[string][]string{}
	walkSchema(func(path []string, f *schemaField) {
		if f.alias != "" {
			aliases[f.alias] = path
		}
	})
	return aliases
}()

// walkSchema visits all keys of the schema but those inside lists, mappings before what they hold.
func walkSchema(visit func(path []string, f *schemaField)) {
	var walk func(t reflect.Type, path []string)
	walk = func(t reflect.Type, path []string) {
		fields := schemaFields(t)
		for i := range fields {
			f := &fields[i]
			inner := append(slices.Clone(path), f.key)
			visit(inner, f)
			if f.typ.Kind() == reflect.Struct {
				walk(f.typ, inner)
			}
		}
	}
	walk(configType, nil)
}

// elsewhere finds the paths that are a key or end with it.
func elsewhere(key string) []string {
	var paths []string
	walkSchema(func(path []string, f *schemaField) {
		if len(path) > 1 && (f.key == key || strings.Join(path, ".") == key) && len(paths) < 3 {
			paths = append(paths, strings.Join(path, "."))
		}
	})
	return paths
}

// layers merges values into one tree.
type layers struct {
	*decoder
	v       *viper.Viper
	maps    map[string]position // mappings that were written, by key of viper
	broken  map[string]bool     // keys of the top under which no mapping was found
	written map[string]string   // paths that were written as an alias
}

// separator of viper's keys: escaped parts do not contain it.
const separator = "/"

// viperKey escapes a path so that viper neither splits nor changes its parts.
func viperKey(path []string) string {
	parts := make([]string, len(path))
	for i, part := range path {
		parts[i] = escape(part)
	}
	return strings.Join(parts, separator)
}

func escape(part string) string {
	var b strings.Builder
	for _, r := range part {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '_' || r == '-' {
			b.WriteRune(r)
		} else {
			fmt.Fprintf(&b, "+%x.", r)
		}
	}
	return b.String()
}

// resolveLayers merges the files, of which later ones win, with what lies below and above them.
func resolveLayers(files []*node, o Overrides, p *problems) *layers {
	l := &layers{
		v: viper.NewWithOptions(viper.KeyDelimiter(separator)), maps: map[string]position{}, broken: map[string]bool{}, written: map[string]string{},
	}
	l.decoder = &decoder{problems: p, name: func(path string) string {
		if w, ok := l.written[path]; ok {
			return w
		}
		return path
	}}
	walkSchema(func(path []string, f *schemaField) {
		if f.def != "" {
			value, _ := parseValue(f, f.def)
			l.v.SetDefault(viperKey(path), leaf{path: path, value: value})
		}
	})
	for _, file := range files {
		l.merge(func(sink func(leaf)) { l.mapping(configType, file, nil, sink) })
	}
	l.merge(func(sink func(leaf)) { l.variables(o.Env, sink) })
	for _, s := range o.Set {
		l.set(s)
	}
	l.flags(o)
	return l
}

// read fills the configuration from the layers.
func (c *Config) read(l *layers, file *node) {
	tree := &node{kind: mapNode, at: file.at}
	for _, key := range slices.Sorted(maps.Keys(l.maps)) {
		m := tree
		for part := range strings.SplitSeq(key, separator) {
			m = m.open(part, l.maps[key])
		}
	}
	for _, key := range slices.Sorted(slices.Values(l.v.AllKeys())) {
		x, ok := l.v.Get(key).(leaf)
		if !ok {
			continue
		}
		m := tree
		for _, part := range x.path[:len(x.path)-1] {
			m = m.open(part, x.key)
		}
		m.set(x.path[len(x.path)-1], x.key, x.value)
		if full := strings.Join(x.path, "."); x.written != "" && x.written != full {
			l.written[full] = x.written
		}
	}
	if at, two := bothForms(tree); two {
		l.add(at, "a configuration is a single run, with environment and algorithm, or a grid; this makes it both (a part of a grid is, for instance, grid.algorithms.0.settings)")
		tree.keys = slices.DeleteFunc(tree.keys, func(e entry) bool { return e.key == "environment" || e.key == "algorithm" })
	}
	c.tree = tree
	l.decodeStruct(tree, reflect.ValueOf(c).Elem(), "")
	for key := range l.broken { // was given, which is all that is known of it
		if tree.entry(key) == nil {
			tree.set(key, position{}, nil)
		}
	}
}

// bothForms reports whether a configuration is a single run and a grid, and where the second of them
// is written.
func bothForms(tree *node) (position, bool) {
	grid := tree.entry("grid")
	for _, key := range []string{"algorithm", "environment"} {
		if one := tree.entry(key); one != nil && grid != nil {
			if one.at.line == 0 || grid.at.line > 0 && grid.at.line < one.at.line {
				return one.at, true
			}
			return grid.at, true
		}
	}
	return position{}, false
}

// open returns the mapping of a key, and makes it if it is missing.
func (n *node) open(key string, at position) *node {
	m := n.get(key)
	if m == nil {
		m = &node{kind: mapNode, at: at}
		n.set(key, at, m)
	}
	return m
}

// merge adds the leaves that a layer yields above those that are there.
func (l *layers) merge(layer func(sink func(leaf))) {
	nested := map[string]any{}
	first := map[string]leaf{}
	layer(func(x leaf) {
		key := viperKey(x.path)
		if before, twice := first[key]; twice && before.key.line > 0 {
			l.add(x.key, "%s is the same value as %s in line %d; give one of them", x.written, before.written, before.key.line)
			return
		}
		first[key] = x
		m := nested
		for _, part := range x.path[:len(x.path)-1] {
			inner, ok := m[escape(part)].(map[string]any)
			if !ok {
				inner = map[string]any{}
				m[escape(part)] = inner
			}
			m = inner
		}
		m[escape(x.path[len(x.path)-1])] = x
	})
	// It fails only for what it cannot read, and this is no file.
	if err := l.v.MergeConfigMap(nested); err != nil {
		l.add(position{}, "%v", err)
	}
}

// find returns the field of a key and its first path, nil if there is none.
func find(t reflect.Type, path []string, key string) (*schemaField, []string) {
	full := append(slices.Clone(path), key)
	if canon, ok := configAliases[strings.Join(full, ".")]; ok {
		full, t = canon, configType
		for _, part := range canon[:len(canon)-1] {
			t = fieldByKey(t, part).typ
		}
		key = canon[len(canon)-1]
	}
	return fieldByKey(t, key), full
}

// mapping yields the leaves of a mapping that the schema describes.
func (l *layers) mapping(t reflect.Type, n *node, path []string, sink func(leaf)) {
	here := strings.Join(path, ".")
	for _, e := range n.keys {
		if f, full := find(t, path, e.key); f != nil {
			l.leaves(f, e.value, leaf{path: full, written: join(here, e.key), key: e.at}, sink)
		} else {
			l.unknown(t, e, here)
		}
	}
}

// leaves yields the leaves of a value at the place of x.
func (l *layers) leaves(f *schemaField, n *node, x leaf, sink func(leaf)) {
	if f.typ.Kind() != reflect.Struct && f.typ != plainMapType {
		x.value = n
		sink(x)
		return
	}
	n = f.unfold(n)
	name := strings.Join(x.path, ".")
	if n.kind != mapNode {
		l.broken[x.path[0]] = true
	}
	switch {
	case n.kind == nullNode:
		l.add(n.at, "%s has no value; give one or remove the key (%s)", name, f.rule())
	case n.kind != mapNode && f.typ == plainMapType:
		l.wrong(n, f, name, "not a mapping")
	case n.kind != mapNode:
		l.add(n.at, "%s is %s, not a mapping (keys: %s)", name, n.show(), strings.Join(keysOf(f.typ), ", "))
	default:
		if at := viperKey(x.path); l.maps[at] == (position{}) {
			l.maps[at] = n.at
		}
		if f.typ != plainMapType {
			l.mapping(f.typ, n, x.path, sink)
			return
		}
		for _, e := range n.keys {
			sink(leaf{append(slices.Clone(x.path), e.key), join(x.written, e.key), e.at, e.value})
		}
	}
}

// parseValue reads the value of a variable or a flag by the type that the schema has for it. It is text in
// UTF-8, but for the folder of results, which may have any name.
func parseValue(f *schemaField, text string) (*node, error) {
	var p problems
	s := &source{data: []byte(text), problems: &p}
	if _, c, bad := s.firstNonText(); bad && (f == nil || f.key != "root") {
		return nil, fmt.Errorf("%s: this is not text in UTF-8", c)
	}
	if f != nil && f.typ.Kind() == reflect.String {
		return &node{kind: textNode, text: text, value: text, raw: &text}, nil
	}
	n := s.parseYAML()
	if len(p.list) > 0 {
		return nil, fmt.Errorf("%s", p.list[0].Message)
	}
	if n == nil {
		n = &node{kind: nullNode}
	}
	n.raw = &text
	return n, nil
}

// inside returns the field at a path inside a value, nil for what has no type there.
func (f *schemaField) inside(path []string) *schemaField {
	t := f.typ
	for _, part := range path {
		switch {
		case t.Kind() == reflect.Slice:
			t = t.Elem()
		case t.Kind() == reflect.Struct:
			if f = fieldByKey(t, part); f == nil {
				return nil
			}
			t = f.typ
		default:
			return nil
		}
	}
	return f
}

// place gives a value and all below it one position.
func (n *node) place(at position) *node {
	n.at = at
	for i := range n.keys {
		n.keys[i].at = at
		n.keys[i].value.place(at)
	}
	for _, x := range n.list {
		x.place(at)
	}
	return n
}

// put gives the value at a path, as far as the schema has it.
func (l *layers) put(path, text string, at position, sink func(leaf)) {
	parts := strings.Split(path, ".")
	t := configType
	var here []string
	for i, part := range parts {
		f, full := find(t, here, part)
		if f == nil {
			l.unknown(t, entry{part, at, nil}, strings.Join(here, "."))
			return
		}
		here = full
		rest := parts[i+1:]
		if len(rest) > 0 && f.typ.Kind() == reflect.Struct {
			t = f.typ
			continue
		}
		value, err := parseValue(f.inside(rest), text)
		if err != nil {
			l.add(at, "%s: %v", path, err)
			return
		}
		value.place(at)
		switch {
		case len(rest) == 0:
			l.leaves(f, value, leaf{path: here, written: path, key: at}, sink)
		case f.typ == plainMapType:
			sink(leaf{append(here, strings.Join(rest, ".")), path, at, value})
		default:
			old, _ := l.v.Get(viperKey(here)).(leaf)
			if n := l.edit(old.value, f, f.typ, rest, value, strings.Join(here, ".")); n != nil {
				sink(leaf{here, strings.Join(here, "."), at, n})
			}
		}
		return
	}
}

// edit replaces a part of a list or a mapping. It returns nil if there is no such part.
func (l *layers) edit(n *node, f *schemaField, t reflect.Type, rest []string, value *node, path string) *node {
	if len(rest) == 0 {
		return value
	}
	at := value.at
	switch {
	case t.Kind() == reflect.Slice:
		i, err := strconv.Atoi(rest[0])
		size := 0
		if n != nil {
			size = len(n.list)
		}
		switch {
		case size == 0:
			l.add(at, "%s has no elements that could be changed", l.name(path))
			return nil
		case err != nil || i < 0 || i >= size:
			l.add(at, "%s has no element %q; it has 0 to %d", l.name(path), rest[0], size-1)
			return nil
		}
		x := l.edit(n.list[i], f, t.Elem(), rest[1:], value, join(path, rest[0]))
		if x == nil {
			return nil
		}
		n.list[i] = x
		return n
	case t.Kind() == reflect.Struct:
		if n = f.unfold(n); n.kind != mapNode {
			l.add(at, "%s is no mapping whose keys could be changed", l.name(path))
			return nil
		}
		inner := fieldByKey(t, rest[0])
		if inner == nil {
			l.unknown(t, entry{rest[0], at, nil}, path)
			return nil
		}
		old := n.get(rest[0])
		if x := l.edit(old, inner, inner.typ, rest[1:], value, join(path, rest[0])); x != nil {
			n.set(rest[0], at, x)
			return n
		}
		return nil
	case t.Kind() == reflect.Map:
		if n == nil || n.kind != mapNode {
			n = &node{kind: mapNode, at: at}
		}
		n.set(strings.Join(rest, "."), at, value)
		return n
	}
	l.add(at, "%s has no parts", l.name(path))
	return nil
}

// set reads a flag --set path=value.
func (l *layers) set(s string) {
	at := position{file: "--set " + shorten(s)}
	path, text, ok := strings.Cut(s, "=")
	if !ok || path == "" {
		l.add(at, "this is not path=value, for instance evaluation.episodes=20")
		return
	}
	l.put(path, text, at, l.override)
}

// override puts a leaf above all layers.
func (l *layers) override(x leaf) { l.v.Set(viperKey(x.path), x) }

// flags reads the flags that have a name of their own.
func (l *layers) flags(o Overrides) {
	flag := func(name, path, text string) { l.put(path, text, position{file: name}, l.override) }
	if o.Seeds != "" {
		flag("--seeds", "seeds", o.Seeds)
	}
	if o.Steps != nil {
		flag("--steps", "steps", strconv.Itoa(*o.Steps))
		flag("--steps", "budget.per_environment", "{}")
	}
	if o.Out != "" {
		flag("--out", "output.root", o.Out)
	}
	if o.Workers != nil {
		flag("--workers", "resources.workers", strconv.Itoa(*o.Workers))
	}
}

const variablePrefix = "PARETOLAB_"

// otherVariables are variables of the program's own tests.
var otherVariables = []string{"BROWSER", "REQUIRE_BROWSER"}

// variableOf names the variable of a path, without prefix.
func variableOf(path []string) string {
	return strings.ToUpper(strings.Join(path, "_"))
}

// variables yields the leaves that environment variables set.
func (l *layers) variables(env []string, sink func(leaf)) {
	paths := map[string]string{}
	var open []string // paths of mappings with keys that the schema does not list
	walkSchema(func(path []string, f *schemaField) {
		paths[variableOf(path)] = strings.Join(path, ".")
		if f.alias != "" {
			paths[variableOf(strings.Split(f.alias, "."))] = f.alias
		}
		if f.typ == plainMapType {
			open = append(open, strings.Join(path, "."))
		}
	})
	// In order of names, mappings come before what they hold.
	for _, pair := range slices.Sorted(slices.Values(env)) {
		name, text, _ := strings.Cut(pair, "=")
		short, ours := strings.CutPrefix(name, variablePrefix)
		if !ours || text == "" || slices.Contains(otherVariables, short) {
			continue
		}
		path, ok := paths[short]
		for _, prefix := range open {
			if key, inside := strings.CutPrefix(short, variableOf(strings.Split(prefix, "."))+"_"); inside && key != "" {
				path, ok = prefix+"."+strings.ToLower(key), true
			}
		}
		at := position{file: name}
		if !ok {
			near := didyoumean.Nearest(short, slices.Sorted(maps.Keys(paths)))
			for i := range near {
				near[i] = variablePrefix + near[i]
			}
			l.add(at, "unknown variable%s", didyoumean.Question(near, "variables that begin with PARETOLAB_ set keys of the configuration, PARETOLAB_OUTPUT_ROOT for instance output.root"))
			continue
		}
		l.put(path, text, at, sink)
	}
}
