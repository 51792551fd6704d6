package cli

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestExport: every format writes files and prints their paths; --json prints the same.
func TestExport(t *testing.T) {
	dir, _ := runTiny(t)
	for _, format := range exportFormats {
		out := filepath.Join(t.TempDir(), format)
		code, text, errs := invoke("export", dir, "--format", format, "--out", out, "--json")
		var made struct{ Files []string }
		if err := json.Unmarshal([]byte(text), &made); code != exitOK || err != nil || len(made.Files) == 0 {
			t.Fatalf("%s: exit code %d, %v: %s", format, code, err, errs)
		}
		for _, f := range made.Files {
			if _, err := os.Stat(f); err != nil || !strings.HasPrefix(f, out) {
				t.Errorf("%s: %s: %v", format, f, err)
			}
		}
	}
	for _, x := range []struct {
		args []string
		code int
		say  string
	}{
		{[]string{"export"}, exitUsage, "export needs a DIR"},
		{[]string{"export", dir, "--format", "tensorbord"}, exitUsage, `did you mean "tensorboard"?`},
		{[]string{"export", t.TempDir()}, exitNothing, "no run in or below"},
		{[]string{"export", "none"}, exitUsage, "there is no directory none"},
		{[]string{"export", dir, "--out", filepath.Join(dir, "manifest.jsonl")}, exitUsage, "is, or lies below, a file"},
	} {
		if code, _, errs := invoke(x.args...); code != x.code || !strings.Contains(errs, x.say) {
			t.Errorf("%v: exit code %d, want %d; said %q, not %q", x.args, code, x.code, errs, x.say)
		}
	}
}

// TestPolicy: a policy measured again has the value on the front where nothing is random; it is written
// as one file.
func TestPolicy(t *testing.T) {
	dir, _ := runTiny(t)
	run := filepath.Join(dir, "cmorl__deep-sea-treasure-v0__s0")
	front, err := os.ReadFile(filepath.Join(run, "front.csv"))
	if err != nil {
		t.Fatal(err)
	}
	id, _, _ := strings.Cut(strings.Split(string(front), "\n")[1], ",")
	code, text, errs := invoke("policy", "eval", run, id, "--json")
	var info actInfo
	if err := json.Unmarshal([]byte(text), &info); code != exitOK || err != nil {
		t.Fatalf("exit code %d, %v: %s", code, err, errs)
	}
	for j, v := range info.Return {
		if v != info.FrontValue[j] {
			t.Errorf("%s: %v now, %v on the front", info.Objectives[j], v, info.FrontValue[j])
		}
	}
	out := filepath.Join(t.TempDir(), "policy.onnx")
	if code, text, errs := invoke("policy", "export", run, id, "--format", "onnx", "--out", out); code != exitOK || strings.TrimSpace(text) != out {
		t.Errorf("exit code %d, printed %q: %s", code, text, errs)
	}
	for _, x := range []struct {
		args []string
		code int
		say  string
	}{
		{[]string{"policy", "eval", run}, exitUsage, "needs RUN"},
		{[]string{"policy", "eval", run, "none"}, exitUsage, `no policy "none"`},
		{[]string{"policy", "eval", run, id, "--episodes", "0"}, exitUsage, "--episodes is 0"},
		{[]string{"policy", "eval", t.TempDir(), id}, exitNothing, "no run directory"},
		{[]string{"policy", "export", run, id, "--format", "pickle"}, exitUsage, `--format is "pickle"`},
	} {
		if code, _, errs := invoke(x.args...); code != x.code || !strings.Contains(errs, x.say) {
			t.Errorf("%v: exit code %d, want %d; said %q, not %q", x.args, code, x.code, errs, x.say)
		}
	}
}
