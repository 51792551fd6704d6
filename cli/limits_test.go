package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestShards: the parts of an experiment, run one after the other in one folder, are the experiment.
func TestShards(t *testing.T) {
	whole, _ := runTiny(t)
	config, out := writeConfig(t, strings.Replace(tiny, "algorithms: [cmorl]", "algorithms: [cmorl]\n  seeds: 0..2", 1)), t.TempDir()
	planned := 0
	for _, shard := range []string{"0/3", "1/3", "2/3"} {
		code, text, errs := invoke("run", config, "--out", out, "--shard", shard, "--dry-run", "--json")
		var plan []map[string]any
		if err := json.Unmarshal([]byte(text), &plan); code != exitOK || err != nil {
			t.Fatalf("shard %s: exit code %d, %v: %s", shard, code, err, errs)
		}
		planned += len(plan)
		code, text, errs = invoke("run", config, "--out", out, "--shard", shard, "--json", "--quiet")
		var runs []map[string]any
		if err := json.Unmarshal([]byte(text), &runs); code != exitOK || err != nil {
			t.Fatalf("shard %s: exit code %d, %v: %s", shard, code, err, errs)
		}
		if len(runs) != len(plan) {
			t.Errorf("shard %s: ran %d items, planned %d", shard, len(runs), len(plan))
		}
	}
	got := fronts(t, out)
	if planned != 6 || len(got) != 6 {
		t.Errorf("%d items planned, %d fronts written, want 6", planned, len(got))
	}
	for name, text := range fronts(t, whole) {
		if got[name] != text {
			t.Errorf("%s differs between a shard and the whole", name)
		}
	}
}

// TestShardsSideBySide: processes that run the parts of an experiment at the same time in one folder, as those of
// a batch job, do not disturb one another, nor the report that each writes at its end.
func TestShardsSideBySide(t *testing.T) {
	config, out := writeConfig(t, "version: 1\nname: side\nenvironment: deep-sea-treasure-v0\nalgorithm: pql\nsteps: 4000\nseeds: 0..7\n"), t.TempDir()
	var all []*exec.Cmd
	var said []*bytes.Buffer
	for i := range 4 {
		c, errs := program(t, "run", config, "--out", out, "--shard", fmt.Sprintf("%d/4", i), "--quiet")
		all, said = append(all, c), append(said, errs)
	}
	for i, c := range all {
		if err := c.Wait(); err != nil {
			t.Errorf("shard %d: %v: %s", i, err, said[i])
		}
	}
	if n := len(fronts(t, out)); n != 8 {
		t.Errorf("%d runs are complete, want 8", n)
	}
	if code, text, errs := invoke("doctor", out); code != exitOK || !strings.Contains(text, "8 complete and intact, 0 incomplete, 0 failed, 0 damaged") {
		t.Errorf("doctor: exit code %d: %s%s", code, text, errs)
	}
	if code, text, errs := invoke("run", config, "--out", out, "--dry-run"); code != exitOK || !strings.Contains(text, "8 items, 0 training steps to go") {
		t.Errorf("the manifest lacks items: %d, %s%s", code, text, errs)
	}
}

// TestMaxTime: when the time is over the state is saved, the exit code is 75, and the message says how to
// go on; going on leads to the result of a run without a limit.
func TestMaxTime(t *testing.T) {
	whole, _ := runTiny(t)
	config, out := writeConfig(t, tiny), t.TempDir()
	code, _, errs := invoke("run", config, "--out", out, "--max-time", "1ms")
	want := "resume with: paretolab resume " + filepath.Join(out, "tiny")
	if code != exitStopped || !strings.Contains(errs, want) {
		t.Errorf("exit code %d, want %d; said %q, not %q", code, exitStopped, errs, want)
	}
	if code, _, errs := invoke("resume", out, "--quiet", "--max-time", "10m"); code != exitOK {
		t.Fatalf("resume: exit code %d: %s", code, errs)
	}
	if !maps.Equal(fronts(t, out), fronts(t, whole)) {
		t.Error("the fronts differ from those of a run without limit")
	}
}

// TestBadLimits: mistakes name the value and what would be right.
func TestBadLimits(t *testing.T) {
	for _, x := range []struct{ flag, value, say string }{
		{"--shard", "3", "i/n"}, {"--shard", "4/4", "not \"4/4\""}, {"--shard", "-1/4", "from 0 to n-1"}, {"--shard", "0/0", "i/n"},
		{"--max-time", "-5s", "--max-time is -5s"}, {"--max-time", "soon", "soon"},
	} {
		if code, _, errs := invoke("run", x.flag+"="+x.value); code != exitUsage || !strings.Contains(errs, x.say) {
			t.Errorf("%s %s: exit code %d: %q, want %q", x.flag, x.value, code, errs, x.say)
		}
	}
}

// TestLog: records of runs also go to standard error, in the form and from the level asked for.
func TestLog(t *testing.T) {
	config := writeConfig(t, tiny)
	_, _, errs := invoke("run", config, "--out", t.TempDir(), "--quiet", "--log-level", "info", "--log-format", "json")
	starts := 0
	for line := range strings.SplitSeq(strings.TrimSpace(errs), "\n") {
		var record struct{ Msg, Run string }
		if err := json.Unmarshal([]byte(line), &record); err != nil {
			t.Fatalf("%v in %q", err, line)
		}
		if record.Msg == "start" && strings.HasPrefix(record.Run, "cmorl deep-sea-treasure") {
			starts++
		}
	}
	if starts != 2 {
		t.Errorf("%d records of starts, want 2:\n%s", starts, errs)
	}
	if _, _, errs := invoke("run", config, "--out", t.TempDir(), "--quiet", "--log-level", "warn"); errs != "" {
		t.Errorf("warnings of a run without any: %q", errs)
	}
	for flag, value := range map[string]string{"--log-level": "loud", "--log-format": "xml"} {
		if code, _, errs := invoke("run", flag, value); code != exitUsage || !strings.Contains(errs, flag+" is") {
			t.Errorf("%s %s: exit code %d: %s", flag, value, code, errs)
		}
	}
}
