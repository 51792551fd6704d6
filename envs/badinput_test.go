package envs_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/paretolab/paretolab/envs"
	_ "github.com/paretolab/paretolab/envs/arm"
	_ "github.com/paretolab/paretolab/envs/curling"
	_ "github.com/paretolab/paretolab/envs/maze"
)

// badValues are no values of an option; some are extreme ones that may be taken if the environment then
// works.
func badValues(o envs.Option) (never, perhaps []any) {
	never = []any{nil, []any{}, map[string]any{}, struct{}{}}
	bounded := o.Min != 0 || o.Max != 0
	switch o.Default.(type) {
	case bool:
		never = append(never, "maybe", 1, 0.5)
	case int:
		never = append(never, "x", 0.5, math.NaN(), math.Inf(1), 1e300, true)
		perhaps = []any{-1, 0, math.MaxInt32, math.MinInt64, math.MaxInt64}
		if bounded {
			never = append(never, int(o.Min)-1, int(o.Max)+1, fmt.Sprint(int(o.Max)+1))
		}
	case float64:
		never = append(never, "x", math.NaN(), "NaN", true)
		perhaps = []any{math.Inf(1), math.Inf(-1), "Inf", 1e300, -1e300, 0.0, -1.0}
		if bounded {
			never = append(never, math.Nextafter(o.Min, math.Inf(-1)), math.Nextafter(o.Max, math.Inf(1)))
		}
	case string:
		never = append(never, 1, true)
		perhaps = []any{"\x00", "///", "x", "1 2/3", strings.Repeat("a", 1000), strings.Repeat("/", 1000), "NaN/1", "0 1e999", "_G", "{", "- - -"}
		if len(o.Values) > 0 {
			never = append(never, "", "no such word")
		}
	}
	return never, perhaps
}

// TestOptionsOutOfRange tries bad values on every option of every environment: the error names the
// environment and the option, or the environment works.
func TestOptionsOutOfRange(t *testing.T) {
	for _, id := range envs.IDs() {
		d, err := envs.Lookup(id)
		if err != nil {
			t.Fatal(err)
		}
		options := append([]envs.Option{{Name: "max_episode_steps", Default: 0, Min: 1, Max: math.MaxInt32}}, d.Options...)
		for _, o := range options {
			never, perhaps := badValues(o)
			for _, v := range never {
				_, err := envs.Make(id, map[string]any{o.Name: v})
				if err == nil || !strings.Contains(err.Error(), id) || !strings.Contains(err.Error(), o.Name) {
					t.Errorf("%s: %s = %v: error %v", id, o.Name, v, err)
				}
			}
			for _, v := range perhaps {
				e, err := envs.Make(id, map[string]any{o.Name: v})
				switch {
				case err != nil && !strings.Contains(err.Error(), id):
					t.Errorf("%s: %s = %v: error %v does not name the environment", id, o.Name, v, err)
				case err == nil:
					if err := works(e); err != nil {
						t.Errorf("%s: %s = %v is taken, but then: %v", id, o.Name, v, err)
					}
				}
			}
		}
		_, err = envs.Make(id, map[string]any{"no_such_option": 1})
		if err == nil || !strings.Contains(err.Error(), `has no option "no_such_option"`) {
			t.Errorf("%s: error %v", id, err)
		}
		// One letter too few is near enough for a hint.
		near := id[:len(id)-1]
		if _, err := envs.Make(near, nil); err == nil || !strings.Contains(err.Error(), id) {
			t.Errorf("%s: error %v", near, err)
		}
	}
}

// works takes some random steps.
func works(e *envs.Environment) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v", r)
		}
	}()
	s := envs.NewSingle(e)
	seed := uint64(1)
	obs, err := s.Reset(&seed)
	if err != nil {
		return err
	}
	var rng envs.RNG
	rng.Seed(1)
	action := make([]float64, e.Spec.Action.Len())
	for range 20 {
		e.Spec.Action.Sample(&rng, action)
		t, err := s.Step(action)
		if err != nil {
			return err
		}
		obs = append(obs, t.Observation...)
		for _, x := range append(obs, t.Reward...) {
			if math.IsNaN(x) || math.IsInf(x, 0) {
				return fmt.Errorf("observation %v, reward %v", t.Observation, t.Reward)
			}
		}
		if t.Terminated || t.Truncated {
			return nil
		}
	}
	return nil
}

// Maps of one's own: what is wrong, and where.
func TestMalformedMaps(t *testing.T) {
	for _, c := range []struct{ id, option, text, say string }{
		{"deep-sea-treasure-v0", "dst_map", "0 0/0", "row 2 has 1 cells, the first has 2"},
		{"deep-sea-treasure-v0", "dst_map", "0 5//", "row 2 is empty"},
		{"deep-sea-treasure-v0", "dst_map", "0 x", `row 1, column 2: "x" is neither -10 (rock)`},
		{"deep-sea-treasure-v0", "dst_map", "0 -3", `row 1, column 2: "-3"`},
		{"deep-sea-treasure-v0", "dst_map", "0 NaN", `row 1, column 2: "NaN"`},
		{"deep-sea-treasure-v0", "dst_map", "0 inf", `row 1, column 2: "inf"`},
		{"deep-sea-treasure-v0", "dst_map", "-10 1", "row 1, column 1 is -10, but episodes begin there"},
		{"deep-sea-treasure-v0", "dst_map", "0 0", "no treasure"},
		{"four-room-v0", "maze", "", "maze"},
		{"four-room-v0", "maze", "_?G", "?"},
		{"four-room-v0", "maze", "_G/_", "row"},
		{"four-room-v0", "maze", "  G", "_"},
	} {
		_, err := envs.Make(c.id, map[string]any{c.option: c.text})
		if err == nil || !strings.Contains(err.Error(), c.say) {
			t.Errorf("%s: %s %q: error %v, want %q", c.id, c.option, c.text, err, c.say)
		}
	}
}

func TestCheckActions(t *testing.T) {
	discrete, continuous := walkerEnv(false).Spec, walkerEnv(true).Spec
	type actions = envs.Actions[float32]
	nan := float32(math.NaN())
	for _, c := range []struct {
		spec *envs.Spec
		act  actions
		say  string // "": taken
	}{
		{&discrete, actions{Discrete: []int32{0, 2}}, ""},
		{&continuous, actions{Box: []float32{-1, 1}}, ""},
		{&discrete, actions{Discrete: []int32{0, 3}}, "walker-v0: action of copy 1: 3 is not an integer from 0 to 2"},
		{&discrete, actions{Discrete: []int32{-1, 0}}, "action of copy 0: -1"},
		{&discrete, actions{Discrete: []int32{1}}, "1 discrete and 0 continuous numbers for 2 copies"},
		{&discrete, actions{Box: []float32{0, 1}}, "0 discrete and 2 continuous"},
		{&continuous, actions{Discrete: []int32{0, 1}}, "2 discrete and 0 continuous"},
		{&continuous, actions{Box: []float32{0, nan}}, "action of copy 1: element 0 is NaN"},
		{&continuous, actions{Box: []float32{0, 1.5}}, "1.5, outside [-1, 1]"},
	} {
		err := envs.CheckActions(c.spec, 2, c.act)
		if (err == nil) != (c.say == "") || err != nil && !strings.Contains(err.Error(), c.say) {
			t.Errorf("%+v: error %v, want %q", c.act, err, c.say)
		}
	}
}
