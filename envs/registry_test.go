package envs_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/paretolab/paretolab/envs"
)

func init() {
	envs.Register(envs.Definition{
		ID: "options-v0",
		Options: []envs.Option{
			{Name: "size", Default: 5, Min: 2, Max: 9},
			{Name: "noise", Alias: "nosie", Default: 0.5, Min: 0, Max: 1},
			{Name: "walls", Default: true},
			{Name: "map", Default: "small", Values: []string{"small", "large"}},
		},
		New: func(o envs.Options) (*envs.Environment, error) {
			if o.String("map") == "large" && o.Int("size") < 4 {
				return nil, errors.New("a large map needs size 4")
			}
			return walkerEnv(false), nil
		},
	})
}

func TestMakeResolvesOptions(t *testing.T) {
	for _, c := range []struct {
		name  string
		given map[string]any
		want  envs.Options
	}{
		{"defaults", nil, envs.Options{"size": 5, "noise": 0.5, "walls": true, "map": "small"}},
		{"own types", map[string]any{"size": 3, "noise": 0.1, "walls": false, "map": "small"}, envs.Options{"size": 3, "noise": 0.1, "walls": false, "map": "small"}},
		{"numbers as JSON has them", map[string]any{"size": 3.0, "noise": 1}, envs.Options{"size": 3, "noise": 1.0, "walls": true, "map": "small"}},
		{"text as a command line has it", map[string]any{"size": "7", "noise": "0.25", "walls": "false", "map": "large"}, envs.Options{"size": 7, "noise": 0.25, "walls": false, "map": "large"}},
		{"the other spelling", map[string]any{"nosie": 0.75}, envs.Options{"size": 5, "noise": 0.75, "walls": true, "map": "small"}},
	} {
		e, err := envs.Make("options-v0", c.given)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		for k, want := range c.want {
			if e.Options[k] != want {
				t.Errorf("%s: option %s is %v (%T), want %v (%T)", c.name, k, e.Options[k], e.Options[k], want, want)
			}
		}
		if e.Spec.ID != "options-v0" || len(e.Options) != len(c.want) {
			t.Errorf("%s: id %s, options %v", c.name, e.Spec.ID, e.Options)
		}
	}
}

func TestEveryEnvironmentTakesAStepLimit(t *testing.T) {
	for _, limit := range []any{7, 7.0, "7"} {
		e, err := envs.Make("options-v0", map[string]any{"max_episode_steps": limit})
		if err != nil || e.Spec.Horizon != 7 || len(e.Options) != 4 {
			t.Errorf("limit %v (%T): %+v, error %v", limit, limit, e, err)
		}
	}
	if e, err := envs.Make("options-v0", nil); err != nil || e.Spec.Horizon != walkerEnv(false).Spec.Horizon {
		t.Errorf("the default is not the environment's own: %+v, error %v", e, err)
	}
}

func TestMakeRefusesOptions(t *testing.T) {
	for _, c := range []struct {
		given map[string]any
		say   string
	}{
		{map[string]any{"sise": 3}, `no option "sise"; did you mean "size"`},
		{map[string]any{"gravity": 3}, "it takes size, noise, walls, map, max_episode_steps"},
		{map[string]any{"max_episode_steps": 0}, "option max_episode_steps: 0 is outside 1..2147483647"},
		{map[string]any{"size": 10}, "option size: 10 is outside 2..9"},
		{map[string]any{"size": 2.5}, "option size: 2.5 is not an integer"},
		{map[string]any{"size": "many"}, `option size: "many" is not an integer`},
		{map[string]any{"noise": "NaN"}, "option noise: NaN is outside 0..1"},
		{map[string]any{"walls": 1}, "option walls: 1 is not true or false"},
		{map[string]any{"map": "huge"}, `option map: "huge" is none of small, large`},
		{map[string]any{"noise": 0.5, "nosie": 0.5}, "noise and nosie are one option"},
		{map[string]any{"map": "large", "size": 2}, "a large map needs size 4"},
		{map[string]any{"size": nil}, "option size"},
	} {
		_, err := envs.Make("options-v0", c.given)
		if err == nil || !strings.Contains(err.Error(), c.say) || !strings.Contains(err.Error(), "options-v0") {
			t.Errorf("%v: error %v, want %q", c.given, err, c.say)
		}
	}
}

func TestUnknownEnvironment(t *testing.T) {
	_, err := envs.Make("option-v0", nil)
	var unknown *envs.UnknownError
	if !errors.As(err, &unknown) || !slices.Contains(unknown.Nearest, "options-v0") ||
		!strings.Contains(err.Error(), `did you mean "options-v0"`) {
		t.Errorf("error %v, nearest %v", err, unknown)
	}
	if _, err := envs.Lookup("chess"); err == nil || !strings.Contains(err.Error(), "envs list") {
		t.Errorf("nothing near: %v", err)
	}
}

func TestRegisterPanics(t *testing.T) {
	for name, d := range map[string]envs.Definition{
		"no id":          {New: func(envs.Options) (*envs.Environment, error) { return nil, nil }},
		"no constructor": {ID: "empty-v0"},
		"taken":          {ID: "options-v0", New: func(envs.Options) (*envs.Environment, error) { return nil, nil }},
		"no option for descriptions": {ID: "described-v0", Description: "text",
			Options: []envs.Option{{Name: "text", Default: 1}}, New: func(envs.Options) (*envs.Environment, error) { return nil, nil }},
		"descriptions of two kinds": {ID: "described-v0", Description: "text", // beside gridworld
			Options: []envs.Option{{Name: "text", Default: ""}}, New: func(envs.Options) (*envs.Environment, error) { return nil, nil }},
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			envs.Register(d)
		}()
	}
}
