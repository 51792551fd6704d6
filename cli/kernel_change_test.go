package cli

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/paretolab/paretolab/experiments"
	"github.com/paretolab/paretolab/internal/kern"
)

// TestAllowKernelChange: a run begun with other kernels is refused, by run and by resume, with what can be
// done; with --allow-kernel-change it is finished, and run.json, compare, report and its script say so.
func TestAllowKernelChange(t *testing.T) {
	if kern.Class() == "generic" {
		t.Skip("this processor has one class of kernels only")
	}
	defer kern.Select("auto")
	t.Chdir(t.TempDir())
	config := "version: 1\nname: change\nenvironment: deep-sea-treasure-v0\nalgorithm: pql\nsteps: 4_000\n"
	if err := os.WriteFile("config.yaml", []byte(config), 0o666); err != nil {
		t.Fatal(err)
	}
	const run = "runs/change/pql__deep-sea-treasure-v0__s0"
	if code, _, errs := invoke("run", "config.yaml", "--set", "kernel=generic", "--quiet"); code != exitOK {
		t.Fatalf("exit code %d: %s", code, errs)
	}
	if err := os.Remove(filepath.Join(run, "result.json")); err != nil { // as if it had been killed at its end
		t.Fatal(err)
	}
	kern.Select("auto")
	refused := run + " was computed with generic kernels up to its checkpoint, this program computes with simd ones, whose results differ in the last bits; " +
		"continue with PARETOLAB_KERNEL=generic, start over with --force, or go on with --allow-kernel-change, which marks the run as mixed\n"
	stored := string(must(os.ReadFile(filepath.Join(run, "config.yaml"))))
	for _, args := range [][]string{{"run", "config.yaml"}, {"resume", "runs"}, {"resume", "runs/change", "--steps", "8000"}} {
		code, out, errs := invoke(append(args, "--progress", "lines")...)
		if code != exitUsage || !strings.Contains(errs, refused) || strings.Contains(out, "HV") {
			t.Errorf("%q refused with exit code %d: %s%s", args, code, errs, out)
		}
	}
	if string(must(os.ReadFile(filepath.Join(run, "config.yaml")))) != stored {
		t.Error("what is refused was changed")
	}
	if code, _, errs := invoke("run", "config.yaml", "--progress", "lines", "--allow-kernel-change"); code != exitOK || !strings.Contains(errs, "note: pql deep-sea-treasure-v0 s0: kernels changed on the way; the run is marked as mixed\n") {
		t.Errorf("allowed: exit code %d: %s", code, errs)
	}
	var info experiments.Info
	if err := json.Unmarshal(must(os.ReadFile(filepath.Join(run, "run.json"))), &info); err != nil || info.Program.Kernel != experiments.KernelMixed {
		t.Errorf("run.json: %+v, %v", info.Program, err)
	}
	const note = "pql on deep-sea-treasure-v0 with seed 0 is mixed: it was begun with one class of numeric kernels and continued with another, and repeating it gives other bits"
	if code, out, errs := invoke("compare", "runs/change"); code != exitStatistics || !strings.Contains(out+errs, note) {
		t.Errorf("compare: exit code %d: %s%s", code, out, errs)
	}
	report := string(must(os.ReadFile("runs/change/report/report.md")))
	if !strings.Contains(report, ": the run was begun with one class of numeric kernels and continued with another; repeating it gives other bits.") {
		t.Errorf("the report does not say so:\n%s", report)
	}
	script := string(must(os.ReadFile("runs/change/report/reproduce.sh")))
	if !strings.Contains(script, "other bits") || strings.Contains(script, "\ncheck pql") {
		t.Errorf("the script checks what cannot be equal:\n%s", script)
	}
}
