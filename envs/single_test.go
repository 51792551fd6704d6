package envs_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/paretolab/paretolab/envs"
)

func begun(t *testing.T, e *envs.Environment, seed uint64) *envs.Single {
	t.Helper()
	s := envs.NewSingle(e)
	if _, err := s.Reset(&seed); err != nil {
		t.Fatal(err)
	}
	return s
}

func TestSingleRefusesMisuse(t *testing.T) {
	fresh := envs.NewSingle(walkerEnv(false))
	if _, err := fresh.Step([]float64{1}); !errors.Is(err, envs.ErrNotReset) {
		t.Errorf("step before reset: %v", err)
	}
	over := begun(t, walkerEnv(false), 1)
	for {
		tr, err := over.Step([]float64{1})
		if err != nil {
			t.Fatal(err)
		}
		if tr.Terminated || tr.Truncated {
			break
		}
	}
	if _, err := over.Step([]float64{1}); !errors.Is(err, envs.ErrEnded) {
		t.Errorf("step after the end: %v", err)
	}
	for _, c := range []struct {
		continuous bool
		action     []float64
		say        string
	}{
		{false, []float64{3}, "3 is not an integer from 0 to 2"},
		{false, []float64{-1}, "-1 is not an integer from 0 to 2"},
		{false, []float64{0.5}, "0.5 is not an integer"},
		{false, []float64{1, 1}, "2 numbers where the space has 1"},
		{false, nil, "0 numbers where the space has 1"},
		{true, []float64{1.5}, "element 0 is 1.5, outside [-1, 1]"},
	} {
		s := begun(t, walkerEnv(c.continuous), 1)
		before := s.Observation()
		_, err := s.Step(c.action)
		if err == nil || !strings.Contains(err.Error(), c.say) || !strings.Contains(err.Error(), "walker-v0") {
			t.Errorf("action %v: error %v, want %q", c.action, err, c.say)
		}
		if s.Elapsed() != 0 || !slices.Equal(s.Observation(), before) {
			t.Errorf("action %v was refused and yet applied", c.action)
		}
	}
}

func TestSingleSeeding(t *testing.T) {
	s := envs.NewSingle(walkerEnv(false))
	seed := uint64(9)
	first, _ := s.Reset(&seed)
	second, _ := s.Reset(nil)
	again, _ := s.Reset(&seed)
	if !slices.Equal(first, again) {
		t.Errorf("seed 9 gives %v, then %v", first, again)
	}
	if slices.Equal(first, second) {
		t.Error("a reset without seed repeats the stream")
	}
}

func TestSingleStateAsJSON(t *testing.T) {
	s := begun(t, walkerEnv(false), 1)
	if err := s.SetStateJSON([]byte(`{"push": 0.5, "x": -0.25, "steps": 3}`)); err != nil {
		t.Fatal(err)
	}
	if obs := s.Observation(); obs[0] != -0.25 || obs[1] != 0.5 {
		t.Errorf("observation %v of the state that was set", obs)
	}
	saved, err := s.StateJSON()
	if err != nil || string(saved) != `{"x":-0.25,"push":0.5,"steps":3}` {
		t.Errorf("state %s, error %v", saved, err)
	}
	for _, c := range []struct{ text, say string }{
		{`{"x": 1, "push": 0}`, `key "steps" is missing`},
		{`{"x": 1, "push": 0, "steps": 1, "speed": 2}`, `unknown key "speed"`},
		{`{"X": 1, "push": 0, "steps": 1}`, `unknown key "X"`},
		{`{"x": null, "push": 0, "steps": 1}`, `"x" is no number`},
		{`{"x": "1", "push": 0, "steps": 1}`, `"x" is no number`},
		{`{"x": 1, "push": 0, "steps": 1.5}`, `"steps" is 1.5, which is no int32`},
		{`{"x": 1, "push": 0, "steps": -1}`, "steps -1 is negative"},
		{`[1, 2, 3]`, "it is no object"},
		{`null`, "no object"},
		{``, "end of JSON"},
		{`{"x": 1, "push": 0, "steps": 1} 5`, "after top-level value"},
	} {
		err := s.SetStateJSON([]byte(c.text))
		if err == nil || !strings.Contains(err.Error(), c.say) {
			t.Errorf("%s: error %v, want %q", c.text, err, c.say)
		}
		if now, _ := s.StateJSON(); !slices.Equal(now, saved) {
			t.Errorf("%s was refused and yet changed the state to %s", c.text, now)
		}
	}
}

func TestSingleReplaysRecordedDraws(t *testing.T) {
	s := begun(t, walkerEnv(false), 1)
	s.SetDraws([]envs.Draw{{Kind: "uniform", Values: []float64{0.25}}})
	if obs, err := s.Reset(nil); err != nil || obs[0] != 0.25 {
		t.Errorf("reset with a recorded draw: %v, error %v", obs, err)
	}
	s.SetDraws([]envs.Draw{{Kind: "normal", Values: []float64{0.5}}})
	if tr, err := s.Step([]float64{1}); err != nil || tr.Reward[0] != 0.75 {
		t.Errorf("step with a recorded draw: %+v, error %v", tr, err)
	}
	// A recording serves one call.
	if _, err := s.Step([]float64{1}); err != nil {
		t.Errorf("the step after: %v", err)
	}
	for _, c := range []struct {
		draws []envs.Draw
		say   string
	}{
		{[]envs.Draw{}, "missing"},
		{[]envs.Draw{{Kind: "uniform01", Values: []float64{0}}}, "where kind"},
		{[]envs.Draw{{Kind: "normal", Values: []float64{0}}, {Kind: "normal", Values: []float64{0}}}, "left over"},
	} {
		s := begun(t, walkerEnv(false), 1)
		s.SetDraws(c.draws)
		if _, err := s.Step([]float64{1}); err == nil || !strings.Contains(err.Error(), c.say) {
			t.Errorf("%v: error %v, want %q", c.draws, err, c.say)
		}
	}
}

func TestMultiDiscreteActions(t *testing.T) {
	space := envs.Space{Kind: envs.KindDiscrete, DType: "int64", N: []int{2, 3}}
	if err := space.Check([]float64{1, 2}); err != nil {
		t.Error(err)
	}
	if err := space.Check([]float64{2, 2}); err == nil || !strings.Contains(err.Error(), "from 0 to 1") {
		t.Errorf("first element out of range: %v", err)
	}
}
