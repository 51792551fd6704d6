package experiments

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"github.com/paretolab/paretolab/internal/didyoumean"
)

// Explain describes the key at a path, for instance evaluation.episodes: what it means, what is
// legal, its default and its variable; of a mapping also the keys in it. The empty path is the whole
// configuration.
func Explain(path string) (string, error) {
	t := configType
	whole := schemaField{typ: configType}
	f := &whole
	var at []string
	listed := false // inside a list, which variables do not reach
	if path != "" {
		for part := range strings.SplitSeq(path, ".") {
			full := strings.Join(append(at, part), ".")
			if canon, ok := configAliases[full]; ok {
				at, t = canon[:len(canon)-1], configType
				for _, p := range at {
					t = fieldByKey(t, p).typ
				}
				part = canon[len(canon)-1]
			}
			if t.Kind() == reflect.Slice {
				if _, err := strconv.Atoi(part); err == nil {
					at, t, listed = append(at, part), t.Elem(), true
					continue
				}
				t, listed = t.Elem(), true
			}
			here := strings.Join(at, ".")
			switch {
			case t == plainMapType && strings.HasSuffix(here, "settings"):
				return "", fmt.Errorf("%s depends on the algorithm; `paretolab agents show NAME` explains its settings", path)
			case t == plainMapType:
				return "", fmt.Errorf("%s depends on the environment; `paretolab envs show ID` explains its options", path)
			case t.Kind() != reflect.Struct:
				return "", fmt.Errorf("%s has no keys of its own", here)
			}
			if f = fieldByKey(t, part); f == nil {
				near := didyoumean.Nearest(part, keysOf(t))
				if len(near) == 0 {
					near = elsewhere(part)
				}
				return "", fmt.Errorf("there is no key %q%s", full, didyoumean.Question(near, "keys: "+strings.Join(keysOf(t), ", ")))
			}
			at, t = append(at, part), f.typ
		}
	}
	if t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.Struct {
		t = t.Elem()
	}
	var b strings.Builder
	if f != &whole {
		fmt.Fprintf(&b, "%s: %s\n  %s\n", strings.Join(at, "."), f.rule(), f.doc)
		if f.unit != "" {
			fmt.Fprintf(&b, "  unit: %s\n", f.unit)
		}
		if f.alias != "" {
			fmt.Fprintf(&b, "  also written: %s\n", f.alias)
		}
		if !listed {
			fmt.Fprintf(&b, "  variable: %s%s\n", variablePrefix, variableOf(at))
		}
	}
	if t.Kind() == reflect.Struct {
		for _, f := range schemaFields(t) {
			fmt.Fprintf(&b, "  %-18s %s. %s\n", f.key, f.rule(), f.doc)
		}
	}
	return b.String(), nil
}
