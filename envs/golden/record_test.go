package golden_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/paretolab/paretolab/envs"
	"github.com/paretolab/paretolab/envs/golden"
)

// recordDrift records three steps of the toy, which draws in resets and steps.
func recordDrift(t *testing.T) string {
	t.Helper()
	e, err := envs.Make("drift-v0", map[string]any{"limit": 3})
	if err != nil {
		t.Fatal(err)
	}
	s := envs.NewSingle(e)
	seed := uint64(11)
	if _, err := s.Reset(&seed); err != nil {
		t.Fatal(err)
	}
	r, err := golden.NewRecording(e, s, seed, "a test")
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Write(&bytes.Buffer{}); err == nil || !strings.Contains(err.Error(), "without steps") {
		t.Errorf("a recording without steps is written: error %v", err)
	}
	for _, a := range []float64{0.25, -1, 0.125} {
		step, err := s.Step([]float64{a})
		if err != nil {
			t.Fatal(err)
		}
		if err := r.Add([]float64{a}, step); err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	if err := r.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestRecording: the recording is reproduced exactly, under its seed only.
func TestRecording(t *testing.T) {
	text := recordDrift(t)
	for _, part := range []string{
		`"schema":"golden-v1","source":"a test","env_id":"drift-v0","kwargs":{"limit":3},"max_episode_steps":3`,
		`"fields":{"cell":{"dtype":"float64","high":[9],"low":[-9],"shape":[1],"type":"box"}`,
		`"seed":11,"from_seed":true`, `"actions":[[0.25],[-1],[0.125]]`, `"truncated":[0,0,1]`,
	} {
		if !strings.Contains(text, part) {
			t.Errorf("no %s in\n%s", part, text)
		}
	}
	r, err := verify(t, text)
	if err != nil || !r.Pass || r.Steps != 3 || r.MaxObsError != 0 || r.MaxRewardError != 0 || r.MaxStateError != 0 {
		t.Errorf("%+v, error %v", r, err)
	}
	for _, c := range []struct{ name, old, new, say string }{
		{"seed", `"seed":11`, `"seed":12`, "step 0: state is"},
		{"action", `[0.125]`, `[0.25]`, "step 3: reward effort is -0.25, recorded -0.125"},
		{"without the stream", `"from_seed":true,`, ``, `step 1: drift-v0: step 1: recorded draws: one of kind "normal" missing`},
	} {
		r, err := verify(t, strings.Replace(text, c.old, c.new, 1))
		if err != nil || r.Pass || !strings.Contains(strings.Join(r.Reasons, "\n"), c.say) {
			t.Errorf("%s: %+v, error %v, want %q", c.name, r, err, c.say)
		}
	}
	for _, c := range []struct{ name, old, new, say string }{
		{"no seed", `"seed":11,`, ``, "from_seed without a seed"},
		{"negative seed", `"seed":11,`, `"seed":-1,`, "line 1"},
		{"draws beside the seed", `"from_seed":true`, `"from_seed":true,"draws":[[],[],[]]`, "from_seed goes without draws"},
	} {
		if _, err := verify(t, strings.Replace(text, c.old, c.new, 1)); err == nil || !strings.Contains(err.Error(), c.say) {
			t.Errorf("%s: error %v, want %q", c.name, err, c.say)
		}
	}
}
