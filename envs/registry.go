package envs

import (
	"fmt"
	"math"
	"slices"
	"sort"
	"strconv"
	"strings"
	"sync"

	"github.com/paretolab/paretolab/internal/didyoumean"
)

// Definition is what a family registers for one id.
type Definition struct {
	ID      string
	Options []Option
	// New builds the configured environment. The options are complete and in range.
	New func(o Options) (*Environment, error)
	// Description names the option that holds a text which describes the environment as a whole, ""
	// if there is none. At most one definition has one: the path of such a file means it wherever an
	// id is taken ([Open]). Mistakes in the text are a *[DescriptionError].
	Description string
}

// Option is a constructor option of an environment. The type of Default (int, float64, bool or
// string) is the type of the option.
type Option struct {
	Name     string
	Alias    string // another accepted spelling, usually that of the original; "" if none
	Default  any
	Min, Max float64  // numbers only; both 0: unbounded
	Values   []string // strings only: what is allowed
	Doc      string
}

// Options holds the resolved value of every declared option.
type Options map[string]any

func (o Options) Int(name string) int       { return o[name].(int) }
func (o Options) Float(name string) float64 { return o[name].(float64) }
func (o Options) Bool(name string) bool     { return o[name].(bool) }
func (o Options) String(name string) string { return o[name].(string) }

// Environment is a configured environment: its specification and a source of fresh copies.
type Environment struct {
	Spec    Spec
	Options Options // resolved, for records
	// New returns a fresh copy that shares only immutable tables with others.
	New func() Env
}

// Model returns the exact finite model, if the environment has one.
func (e *Environment) Model() (Model, bool) {
	m, ok := e.New().(Model)
	return m, ok
}

var registry = struct {
	sync.RWMutex
	m map[string]Definition
}{m: map[string]Definition{}}

// Register makes a definition available under its id. It is called from the init function of the
// file that holds the environment and panics if the id is taken or the definition incomplete.
func Register(d Definition) {
	registry.Lock()
	defer registry.Unlock()
	if d.ID == "" || d.New == nil {
		panic("envs: Register needs an id and a constructor")
	}
	if _, taken := registry.m[d.ID]; taken {
		panic("envs: " + d.ID + " is registered twice")
	}
	d.checkDescription()
	registry.m[d.ID] = d
}

// IDs returns the registered ids, sorted.
func IDs() []string {
	registry.RLock()
	defer registry.RUnlock()
	ids := make([]string, 0, len(registry.m))
	for id := range registry.m {
		ids = append(ids, id)
	}
	sort.Strings(ids)
	return ids
}

// UnknownError is returned for an id that no imported family registered.
type UnknownError struct {
	ID      string
	Nearest []string // registered ids that look alike
}

func (e *UnknownError) Error() string {
	return fmt.Sprintf("unknown environment %q%s", e.ID, didyoumean.Question(e.Nearest, "`paretolab envs list` prints all"))
}

// Lookup returns the definition registered under id, or an *UnknownError.
func Lookup(id string) (Definition, error) {
	registry.RLock()
	d, ok := registry.m[id]
	registry.RUnlock()
	if !ok {
		return Definition{}, &UnknownError{ID: id, Nearest: didyoumean.Nearest(id, IDs())}
	}
	return d, nil
}

// stepLimit is an option of every environment: it sets [Spec.Horizon] by [Spec.Limit].
var stepLimit = Option{Name: "max_episode_steps", Default: 0, Min: 1, Max: math.MaxInt32}

// Make configures the environment registered under id. Options not given keep their defaults;
// values may be of the option's type, a compatible number, or a string that reads as one (from a
// command line). Unknown names, wrong types and values out of range are errors. Beside its own
// options every environment takes max_episode_steps, which limits the horizon of its
// specification ([Spec.Limit]) and stands there only.
func Make(id string, given map[string]any) (*Environment, error) {
	d, err := Lookup(id)
	if err != nil {
		return nil, err
	}
	options := append(slices.Clip(d.Options), stepLimit)
	resolved := Options{}
	var names []string
	for _, opt := range options {
		resolved[opt.Name] = opt.Default
		names = append(names, opt.Name)
	}
	keys := make([]string, 0, len(given))
	for k := range given {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	from := map[string]string{}
	for _, k := range keys {
		i := slices.IndexFunc(options, func(o Option) bool { return o.Name == k || o.Alias != "" && o.Alias == k })
		if i < 0 {
			hint := "it takes " + strings.Join(names, ", ")
			return nil, fmt.Errorf("environment %s has no option %q%s", id, k, didyoumean.Question(didyoumean.Nearest(k, names), hint))
		}
		name := options[i].Name
		if before, twice := from[name]; twice {
			return nil, fmt.Errorf("environment %s: %s and %s are one option; give it once", id, before, k)
		}
		from[name] = k
		v, err := options[i].convert(given[k])
		if err != nil {
			return nil, fmt.Errorf("environment %s: option %s: %w", id, k, err)
		}
		resolved[name] = v
	}
	horizon := resolved.Int(stepLimit.Name)
	delete(resolved, stepLimit.Name)
	e, err := d.New(resolved)
	if err != nil {
		return nil, fmt.Errorf("environment %s: %w", id, err)
	}
	e.Spec.ID = id
	e.Options = resolved
	if horizon > 0 {
		e.Spec.Limit(horizon)
	}
	return e, nil
}

// convert reads v as the option's type and checks its range.
func (o Option) convert(v any) (any, error) {
	if text, ok := joinMap(v); ok && o.kind() == "text" {
		v = text
	}
	if list, ok := v.([]any); ok && len(list) == 1 {
		v = list[0] // where an original takes a vector of one number
	}
	if s, ok := v.(string); ok {
		var err error
		switch o.Default.(type) {
		case int:
			v, err = strconv.Atoi(s)
		case float64:
			v, err = strconv.ParseFloat(s, 64)
		case bool:
			v, err = strconv.ParseBool(s)
		}
		if err != nil {
			return nil, fmt.Errorf("%q is not %s", s, o.kind())
		}
	}
	switch x := v.(type) {
	case float64:
		if _, isInt := o.Default.(int); isInt && x == math.Trunc(x) && math.Abs(x) < 1<<53 {
			v = int(x)
		}
	case int:
		if _, isFloat := o.Default.(float64); isFloat {
			v = float64(x)
		}
	}
	if fmt.Sprintf("%T", v) != fmt.Sprintf("%T", o.Default) {
		return nil, fmt.Errorf("%v is not %s", v, o.kind())
	}
	var number float64
	switch x := v.(type) {
	case int:
		number = float64(x)
	case float64:
		number = x
	case string:
		if len(o.Values) > 0 && !slices.Contains(o.Values, x) {
			return nil, fmt.Errorf("%q is none of %s", x, strings.Join(o.Values, ", "))
		}
		return v, nil
	default:
		return v, nil
	}
	if (o.Min != 0 || o.Max != 0) && !(number >= o.Min && number <= o.Max) {
		return nil, fmt.Errorf("%v is outside %s..%s", v, plain(o.Min), plain(o.Max))
	}
	if math.IsNaN(number) || math.IsInf(number, 0) {
		return nil, fmt.Errorf("%v is not a finite number", v)
	}
	return v, nil
}

// joinMap writes a map that an original takes as an array in the text form of an option: rows
// separated by /, letters side by side, numbers by blanks. It is false if v is no list of lists of these.
func joinMap(v any) (string, bool) {
	list, ok := v.([]any)
	if !ok || len(list) == 0 {
		return "", false
	}
	var rows []string
	for _, r := range list {
		row, ok := r.([]any)
		if !ok {
			return "", false
		}
		var cells []string
		between := ""
		for _, c := range row {
			switch x := c.(type) {
			case string:
				cells = append(cells, x)
			case float64:
				cells, between = append(cells, plain(x)), " "
			default:
				return "", false
			}
		}
		rows = append(rows, strings.Join(cells, between))
	}
	return strings.Join(rows, "/"), true
}

// plain writes a number without an exponent.
func plain(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }

func (o Option) kind() string {
	switch o.Default.(type) {
	case int:
		return "an integer"
	case float64:
		return "a number"
	case bool:
		return "true or false"
	}
	return "text"
}
