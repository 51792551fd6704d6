package cli

import (
	"strings"
	"testing"
)

// TestBenchRobots: every figure of a model is there, and physics steps do not allocate.
func TestBenchRobots(t *testing.T) {
	var found []struct {
		Name, Unit, Model, Go, CPU string
		Value                      float64
	}
	jsonOf(t, &found, "bench", "robots", "swimmer", "hopper", "--seconds", "0.02", "--workers", "2")
	values := map[string]float64{}
	for _, f := range found {
		values[f.Name] = f.Value
		if f.Go == "" || f.CPU == "" {
			t.Errorf("%s does not say on what it was measured", f.Name)
		}
	}
	for _, m := range []string{"swimmer", "hopper"} {
		for _, figure := range []string{"physics", "rows", "iterations", "parallel", "gain"} {
			if !(values["robots/"+m+"/"+figure] > 0) {
				t.Errorf("%s of %s is %v", figure, m, values["robots/"+m+"/"+figure])
			}
		}
		if n, ok := values["robots/"+m+"/allocations"]; !ok || n != 0 {
			t.Errorf("%s allocates %v times per step", m, n)
		}
	}
	if !(values["robots/hopper/contacts"] > 0) || values["robots/swimmer/contacts"] != 0 {
		t.Errorf("contacts: hopper %v, swimmer %v", values["robots/hopper/contacts"], values["robots/swimmer/contacts"])
	}
	if code, _, errs := invoke("bench", "robots", "hoper"); code != exitUsage || !strings.Contains(errs, `did you mean "hopper"?`) {
		t.Errorf("exit code %d: %s", code, errs)
	}
}

// TestVerifyPhysics replays recordings of the engine; a file of something else is wrong use.
func TestVerifyPhysics(t *testing.T) {
	recording := "../envs/mujoco/replay/testdata/hopper.stages.json.gz"
	code, page, errs := invoke("envs", "verify", "--physics", recording)
	if code != exitOK || !strings.HasPrefix(strings.Split(page, "\n")[1], "pass") {
		t.Errorf("exit code %d: %s%s", code, page, errs)
	}
	code, _, errs = invoke("envs", "verify", "--physics", "../envs/grid/testdata/deep-sea-treasure-v0.json", recording)
	if code != exitUsage || !strings.Contains(errs, "no recording of physics") {
		t.Errorf("exit code %d: %s", code, errs)
	}
}
