package experiments

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/paretolab/paretolab/agents"
	"github.com/paretolab/paretolab/envs"
)

// Example returns a configuration in YAML of a single run, with every key and every setting of the
// algorithm, what each means and what is legal. Optional keys without a default are commented out. It is
// a valid configuration.
func Example(algorithm, environment string) ([]byte, error) {
	d, err := agents.Lookup(algorithm)
	if err != nil {
		return nil, err
	}
	env, err := envs.Make(environment, nil)
	if err != nil {
		return nil, err
	}
	settings, steps, err := d.New(env, "")
	if err != nil {
		return nil, err
	}
	e := example{given: map[string]string{
		"version": "1", "name": algorithm + "-" + environment,
		"environment.id": environment, "algorithm.name": algorithm, "algorithm.preset": d.Presets[0].Name,
	}, settings: settings}
	if steps > 0 {
		e.given["budget.steps"] = fmt.Sprint(steps)
	}
	fmt.Fprintf(&e.text, "# %s on %s, with everything that can be set and its default.\n# `paretolab run FILE` runs it; `paretolab config explain PATH` tells more about a key.\n\n", algorithm, environment)
	e.mapping(configType, nil)
	return []byte(e.text.String()), nil
}

// example is a configuration that is being written.
type example struct {
	text     strings.Builder
	given    map[string]string // values by path
	settings agents.Algorithm
	values   int // keys written with a value
}

func (e *example) line(depth int, format string, a ...any) {
	fmt.Fprintf(&e.text, "%s%s\n", strings.Repeat("  ", depth), fmt.Sprintf(format, a...))
}

func (e *example) value(depth int, key, value string) {
	e.line(depth, "%s: %s", key, value)
	e.values++
}

// mapping writes the keys of a struct.
func (e *example) mapping(t reflect.Type, path []string) {
	for _, f := range schemaFields(t) {
		at := append(path[:len(path):len(path)], f.key)
		e.key(&f, at, strings.Join(at, "."))
	}
}

func (e *example) key(f *schemaField, path []string, name string) {
	depth := len(path) - 1
	if name == "grid" { // the other form of a configuration
		return
	}
	if depth == 0 && f.typ.Kind() == reflect.Struct {
		e.text.WriteByte('\n')
	}
	e.line(depth, "# %s (%s)", f.doc, f.rule())
	value, given := e.given[name]
	switch {
	case name == "algorithm.settings":
		e.line(depth, "settings:")
		for _, s := range schemaFields(reflect.TypeOf(e.settings).Elem()) {
			e.line(depth+1, "# %s (%s)", s.doc, s.rule())
			e.value(depth+1, s.key, presetValue(reflect.ValueOf(e.settings).Elem(), &s))
		}
	case f.typ.Kind() == reflect.Struct:
		inner := example{given: e.given, settings: e.settings}
		inner.mapping(f.typ, path)
		mark := ""
		if inner.values == 0 { // a mapping without values is none
			mark = "# "
		}
		e.line(depth, "%s%s:", mark, f.key)
		e.values += inner.values
		e.text.WriteString(inner.text.String())
	case given:
		e.value(depth, f.key, value)
	case f.def != "":
		e.value(depth, f.key, f.def)
	default:
		e.line(depth, "# %s:", f.key)
	}
}
