package cli

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/paretolab/paretolab/agents"
)

// TestConfigExampleIsValid for every algorithm, on an environment that it accepts, and resolves to the
// defaults: what is stored is what a configuration without any of it stores.
func TestConfigExampleIsValid(t *testing.T) {
	for _, id := range agents.IDs() {
		code, text, errs := invoke("config", "example", "--algorithm", id)
		if code != exitOK {
			t.Errorf("%s: %s", id, errs)
			continue
		}
		long := writeConfig(t, text)
		if code, out, errs := invoke("config", "validate", long); code != exitOK || !strings.Contains(out, "is valid: 1 run in runs") {
			t.Errorf("%s: %s%s\n%s", id, out, errs, text)
		}
		short := writeConfig(t, fmt.Sprintf("version: 1\nname: %s-deep-sea-treasure-v0\nenvironment: deep-sea-treasure-v0\nalgorithm: %s\n", id, id))
		_, filled, _ := invoke("config", "resolve", long)
		_, defaults, _ := invoke("config", "resolve", short)
		if filled != defaults || filled == "" {
			t.Errorf("%s: the example resolves to\n%s\nwithout its values\n%s", id, filled, defaults)
		}
	}
}

func TestConfigCommands(t *testing.T) {
	good := writeConfig(t, tiny)
	bad := writeConfig(t, "version: 1\nname: x\nenvironment: deep-sea-treasure-v0\nalgorithm: {name: cmorl, settings: {updte_iter: 3}}\nsteps: 0\n")
	for _, c := range []struct {
		args []string
		code int
		want []string
	}{
		{[]string{"config", "validate", good}, exitOK, []string{"is valid: 2 runs in runs/tiny"}},
		{[]string{"config", "validate", good, "--json"}, exitOK, []string{`"name": "tiny"`, "cmorl__deep-sea-treasure-concave-v0__s0"}},
		{[]string{"config", "validate", good, bad}, exitUsage, []string{"updte_iter", "update_iter", "steps is 0"}},
		{[]string{"config", "resolve", good, "--seeds", "3", "--set", "grid.algorithms.0.settings.beta=0.8"}, exitOK, []string{"beta: 0.8"}},
		{[]string{"config", "resolve", good, "--seeds", "3"}, exitOK, []string{"cmorl__deep-sea-treasure-v0__s3", "seeds: [3]"}},
		{[]string{"config", "explain", "evaluation.episodes"}, exitOK, []string{"episodes per policy", "PARETOLAB_EVALUATION_EPISODES"}},
		{[]string{"config", "explain", "evaluation.episods"}, exitUsage, []string{"did you mean", "episodes"}},
		{[]string{"config", "explain"}, exitOK, []string{"final_evaluation"}},
		{[]string{"config", "example", "--algorithm", "cmorll"}, exitUsage, []string{"cmorl"}},
		{[]string{"config", "example", "--env", "minecart-v9"}, exitUsage, []string{"minecart-v0"}},
	} {
		code, out, errs := invoke(c.args...)
		if code != c.code {
			t.Errorf("%v: exit code %d, want %d: %s", c.args, code, c.code, errs)
		}
		for _, want := range c.want {
			if !strings.Contains(out+errs, want) {
				t.Errorf("%v: %q is missing in\n%s%s", c.args, want, out, errs)
			}
		}
	}
}

// TestConfigSchema accepts every configuration of the repository and refuses what validate refuses.
func TestConfigSchema(t *testing.T) {
	code, text, errs := invoke("config", "schema")
	if code != exitOK {
		t.Fatal(errs)
	}
	var schema map[string]any
	if err := json.Unmarshal([]byte(text), &schema); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob("../experiments/configs/*.yaml")
	if err != nil || len(files) < 5 {
		t.Fatal(files, err)
	}
	behaviours, err := filepath.Glob("../experiments/configs/qd/*.yaml")
	if err != nil || len(behaviours) < 5 {
		t.Fatal(behaviours, err)
	}
	files = append(files, behaviours...)
	_, example, _ := invoke("config", "example")
	files = append(files, writeConfig(t, example))
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if why := violates(schema, parseYAML(t, string(b)), "config"); why != "" {
			t.Errorf("%s: %s", f, why)
		}
	}
	for _, bad := range []string{
		"name: x", "version: 1\nname: x\nsteps: 0", "version: 1\nname: x\nbudget: {stepz: 3}", "version: 1\nname: x\nevaluation: {discount: 2}",
		"version: 1\nname: x\nenvironment: {idd: y}", "version: 1\nname: x\nkernel: neon", "version: 1\nname: x\nseeds: [-1]",
	} {
		if violates(schema, parseYAML(t, bad), "config") == "" {
			t.Errorf("%q is accepted", bad)
		}
	}
}

func parseYAML(t *testing.T, text string) any {
	t.Helper()
	var v any
	if err := yaml.Unmarshal([]byte(text), &v); err != nil {
		t.Fatal(err)
	}
	// Through JSON, for its types.
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, &v); err != nil {
		t.Fatal(err)
	}
	return v
}

// violates says how a value violates a schema that has only the keywords used by ours.
func violates(schema map[string]any, v any, at string) string {
	if choices, ok := schema["anyOf"].([]any); ok {
		var all []string
		for _, s := range choices {
			why := violates(s.(map[string]any), v, at)
			if why == "" {
				return ""
			}
			all = append(all, why)
		}
		return strings.Join(all, " and ")
	}
	if c, ok := schema["const"]; ok && c != v {
		return fmt.Sprintf("%s is not %v", at, c)
	}
	if words, ok := schema["enum"].([]any); ok && !slices.Contains(words, v) {
		return fmt.Sprintf("%s is %v, not one of %v", at, v, words)
	}
	switch schema["type"] {
	case nil:
	case "object":
		m, ok := v.(map[string]any)
		if !ok {
			return at + " is no mapping"
		}
		properties, _ := schema["properties"].(map[string]any)
		for key, x := range m {
			p, known := properties[key].(map[string]any)
			if !known {
				if schema["additionalProperties"] == false {
					return fmt.Sprintf("%s has no key %s", at, key)
				}
				if p, known = schema["additionalProperties"].(map[string]any); !known {
					continue
				}
			}
			if why := violates(p, x, at+"."+key); why != "" {
				return why
			}
		}
		required, _ := schema["required"].([]any)
		for _, key := range required {
			if _, ok := m[key.(string)]; !ok {
				return fmt.Sprintf("%s has no %v", at, key)
			}
		}
	case "array":
		list, ok := v.([]any)
		if !ok {
			return at + " is no list"
		}
		for i, x := range list {
			if why := violates(schema["items"].(map[string]any), x, fmt.Sprintf("%s.%d", at, i)); why != "" {
				return why
			}
		}
	case "boolean":
		if _, ok := v.(bool); !ok {
			return at + " is not true or false"
		}
	case "string":
		s, ok := v.(string)
		if p, has := schema["pattern"].(string); !ok || has && !regexp.MustCompile(p).MatchString(s) {
			return fmt.Sprintf("%s is %v, not the text wanted", at, v)
		}
	case "number", "integer":
		x, ok := v.(float64)
		if !ok || schema["type"] == "integer" && x != math.Trunc(x) {
			return fmt.Sprintf("%s is %v, not a number", at, v)
		}
		for key, outside := range map[string]func(b float64) bool{
			"minimum": func(b float64) bool { return x < b }, "exclusiveMinimum": func(b float64) bool { return x <= b },
			"maximum": func(b float64) bool { return x > b }, "exclusiveMaximum": func(b float64) bool { return x >= b },
		} {
			if b, ok := schema[key].(float64); ok && outside(b) {
				return fmt.Sprintf("%s is %v, out of range", at, v)
			}
		}
	default:
		return fmt.Sprintf("%s has a schema of type %v", at, schema["type"])
	}
	return ""
}
