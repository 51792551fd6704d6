package cli

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/paretolab/paretolab/envs"
	"github.com/paretolab/paretolab/experiments"
)

// trained runs a small experiment and returns its run directory.
func trained(t *testing.T) string {
	t.Helper()
	out := t.TempDir()
	code, _, errs := invoke("run", writeConfig(t, `version: 1
name: sea
grid: {environments: [deep-sea-treasure-v0], algorithms: [cmorl]}
budget: {steps: 30_000}
`), "--out", out, "--quiet")
	if code != exitOK {
		t.Fatal(errs)
	}
	return filepath.Join(out, "sea", "cmorl__deep-sea-treasure-v0__s0")
}

// TestAct prints what the best policy for a preference reaches, and the same as JSON.
func TestAct(t *testing.T) {
	dir := trained(t)
	code, out, errs := invoke("act", "--run", dir, "--preference", "0,1")
	if code != exitOK || !strings.Contains(out, "treasure   0.7") || !strings.Contains(out, "deep-sea-treasure-v0") {
		t.Errorf("exit code %d %s:\n%s", code, errs, out)
	}
	code, out, errs = invoke("act", "--run", dir, "--preference", "0,2", "--json")
	var info actInfo
	if err := json.Unmarshal([]byte(out), &info); err != nil || code != exitOK {
		t.Fatalf("exit code %d %s: %v", code, errs, err)
	}
	if !slices.Equal(info.Return, []float64{0.7, -1}) || *info.Utility != -2 || info.Episodes != 1 || *info.StandardError[0] != 0 {
		t.Errorf("%+v", info)
	}
	code, out, _ = invoke("act", "--run", dir, "--policy", info.Policy, "--env", "deep-sea-treasure-concave-v0", "--json")
	if err := json.Unmarshal([]byte(out), &info); err != nil || code != exitOK || !slices.Equal(info.Return, []float64{1, -1}) {
		t.Errorf("on the concave map: exit code %d %v %+v", code, err, info)
	}
	for _, c := range []struct {
		args []string
		code int
		want string
	}{
		{nil, exitUsage, "--run DIR is missing"},
		{[]string{"--run", dir}, exitUsage, "either --preference"},
		{[]string{"--run", dir, "--preference", "1,1", "--policy", "x"}, exitUsage, "either --preference"},
		{[]string{"--run", dir, "--preference", "1"}, exitUsage, "1 weights for the 2 objectives"},
		{[]string{"--run", dir, "--preference", "1,-1"}, exitUsage, "weight 2 of the preference is -1"},
		{[]string{"--run", dir, "--preference", "1,x"}, exitUsage, "value 2"},
		{[]string{"--run", dir, "--preference", "0,0"}, exitUsage, "all weights"},
		{[]string{"--run", dir, "--policy", "nobody"}, exitUsage, `"nobody"`},
		{[]string{"--run", dir, "--preference", "1,1", "--episodes", "0"}, exitUsage, "--episodes is 0"},
		{[]string{"--run", dir, "--preference", "1,1", "--env", "minecart-v0"}, exitUsage, "cannot act in minecart-v0"},
		{[]string{"--run", dir, "--preference", "1,1", "--param", "size=3"}, exitUsage, "size"},
		{[]string{"--run", t.TempDir(), "--preference", "1,1"}, exitNothing, "no run directory"},
	} {
		code, out, errs := invoke(append([]string{"act"}, c.args...)...)
		if code != c.code || !strings.Contains(errs, c.want) || out != "" {
			t.Errorf("act %v: exit code %d, %q, want %d with %q", c.args, code, errs, c.code, c.want)
		}
	}
}

func TestPolicySetOfARun(t *testing.T) {
	dir := trained(t)
	set, err := experiments.LoadPolicySet(dir)
	if err != nil {
		t.Fatal(err)
	}
	run, err := experiments.LoadRun(dir)
	if err != nil {
		t.Fatal(err)
	}
	front := run.Front()
	if len(set.Members) != len(front) || len(front) < 2 {
		t.Fatalf("%d policies, %d on the front", len(set.Members), len(front))
	}
	// The task is deterministic: a policy read from its file reaches exactly what the run measured.
	for i, m := range set.Members {
		if m.ID != front[i].Policy || !slices.Equal(m.Value.Return, front[i].Value) {
			t.Errorf("member %d is %s with %v, want %s with %v", i, m.ID, m.Value.Return, front[i].Policy, front[i].Value)
		}
		v, err := set.Measure(context.Background(), m.Policy, 5, 7)
		if err != nil || !slices.Equal(v.Return, m.Value.Return) || v.Episodes != 1 {
			t.Errorf("%s: measured %v in %d episodes (%v), want %v in one", m.ID, v.Return, v.Episodes, err, m.Value.Return)
		}
	}
	for _, w := range [][]float64{{1, 0}, {0, 1}, {3, 5}} {
		m, err := set.Choose(w)
		if err != nil {
			t.Fatal(err)
		}
		for _, other := range set.Members {
			if utility(w, other.Value.Return) > utility(w, m.Value.Return) {
				t.Errorf("preference %v: %s is chosen, %s is better", w, m.ID, other.ID)
			}
		}
	}
	for _, w := range [][]float64{{1}, {0, 0}, {-1, 2}, {math.NaN(), 1}, {math.Inf(1), 1}, nil} {
		if m, err := set.Choose(w); err == nil {
			t.Errorf("preference %v chooses %s", w, m.ID)
		}
	}
	if _, err := set.Member("nobody"); err == nil || !strings.Contains(err.Error(), `"nobody"`) {
		t.Errorf("unknown policy: %v", err)
	}
}

func utility(w, g []float64) (u float64) {
	for j := range w {
		u += w[j] * g[j]
	}
	return u
}

func TestPoliciesMoveToTasksOfTheSameForm(t *testing.T) {
	dir := trained(t)
	set, err := experiments.LoadPolicySet(dir)
	if err != nil {
		t.Fatal(err)
	}
	concave, err := envs.Make("deep-sea-treasure-concave-v0", nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := set.MoveTo(concave); err != nil {
		t.Fatal(err)
	}
	m, err := set.Choose([]float64{0, 1})
	if err != nil {
		t.Fatal(err)
	}
	// The nearest treasure, one step down, is worth 1 there.
	if v, err := set.Measure(context.Background(), m.Policy, 1, 0); err != nil || !slices.Equal(v.Return, []float64{1, -1}) {
		t.Errorf("on the concave map: %v %v, want [1 -1]", v.Return, err)
	}
	cart, err := envs.Make("minecart-v0", nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := set.MoveTo(cart); err == nil || !strings.Contains(err.Error(), "minecart-v0") {
		t.Errorf("moved to minecart: %v", err)
	}
}

// TestDamagedPoliciesAreNotLoaded: what is on the disk must be what the run wrote.
func TestDamagedPoliciesAreNotLoaded(t *testing.T) {
	dir := trained(t)
	files, err := filepath.Glob(filepath.Join(dir, "policies", "*.safetensors"))
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	index := filepath.Join(dir, "policies", "index.json")
	for _, c := range []struct {
		path   string
		damage func(b []byte) []byte
		want   string
	}{
		{files[0], func(b []byte) []byte { b[len(b)/2] ^= 1; return b }, "SHA-256"},
		{files[0], func(b []byte) []byte { return b[:len(b)/2] }, "SHA-256"},
		{index, func(b []byte) []byte { return b[:len(b)/2] }, "index.json"},
		{index, func(b []byte) []byte {
			return []byte(strings.Replace(string(b), filepath.Base(files[0]), "../../../outside", 1))
		}, "outside"},
		{index, func(b []byte) []byte { return []byte(strings.ReplaceAll(string(b), `"mlp"`, `"oracle"`)) }, "oracle"},
	} {
		good, err := os.ReadFile(c.path)
		if err != nil {
			t.Fatal(err)
		}
		write := func(b []byte) {
			if err := os.WriteFile(c.path, b, 0o666); err != nil {
				t.Fatal(err)
			}
		}
		write(c.damage(slices.Clone(good)))
		if _, err := experiments.LoadPolicySet(dir); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s damaged: %v, want an error about %s", filepath.Base(c.path), err, c.want)
		}
		write(good)
	}
	if err := os.Remove(files[0]); err != nil {
		t.Fatal(err)
	}
	if _, err := experiments.LoadPolicySet(dir); !errors.Is(err, experiments.ErrCorrupt) {
		t.Errorf("a missing policy: %v", err)
	}
	if err := os.Remove(filepath.Join(dir, "result.json")); err != nil {
		t.Fatal(err)
	}
	if _, err := experiments.LoadPolicySet(dir); err == nil || !strings.Contains(err.Error(), "paretolab resume") {
		t.Errorf("an incomplete run: %v", err)
	}
	if _, err := experiments.LoadPolicySet(t.TempDir()); !errors.Is(err, experiments.ErrNoRuns) {
		t.Errorf("no run: %v", err)
	}
}
