package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestBenchCalls: rate, time and allocations of every call agree; a workspace costs no memory.
func TestBenchCalls(t *testing.T) {
	type figure struct {
		Name, Unit, CPU, Go string
		Value, Min, Max     float64
	}
	for _, c := range []struct{ area, call, unit string }{
		{"pareto", "hypervolume-3x1000", "points"}, {"pareto", "bootstrap-6x10", "resamples"},
		{"preference", "answers", "pairs"}, {"preference", "question", "questions"},
	} {
		var found []figure
		jsonOf(t, &found, "bench", c.area, c.call, "--count", "1")
		if len(found) != 3 {
			t.Fatalf("%s %s: %d figures, want 3", c.area, c.call, len(found))
		}
		for i, want := range []struct{ name, unit string }{{"rate", c.unit + "/s"}, {"time", "ms/call"}, {"allocations", "allocations/call"}} {
			f := found[i]
			if f.Name != c.area+"/"+c.call+"/"+want.name || f.Unit != want.unit || f.CPU == "" || f.Go == "" || f.Value != f.Min || f.Value != f.Max {
				t.Errorf("%+v, want %s in %s", f, want.name, want.unit)
			}
		}
		units := map[string]float64{"points": 1000, "resamples": 50_000, "pairs": 3000, "questions": 10}[c.unit]
		if product := found[0].Value * found[1].Value / 1000; product < 0.999*units || product > 1.001*units {
			t.Errorf("%s: %v %s in %v ms", c.call, found[0].Value, found[0].Unit, found[1].Value)
		}
		if c.call == "hypervolume-3x1000" && found[2].Value > 2 {
			t.Errorf("%s: %v allocations", c.call, found[2].Value)
		}
	}
	for _, tasks := range [][]callTask{paretoTasks(), preferenceTasks()} {
		for _, task := range tasks {
			call, err := task.begin()
			if err == nil {
				err = call()
			}
			if err != nil || task.units < 1 || task.doc == "" {
				t.Errorf("%s: %v", task.name, err)
			}
		}
	}
}

// TestBenchProfile: any area writes a profile, also of one that fails; a file that cannot be written is said.
func TestBenchProfile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "cpu.prof")
	if code, out, errs := invoke("bench", "pareto", "epsilon-3x1000", "--count", "1", "--cpuprofile", path); code != exitOK || !strings.Contains(out, "epsilon-3x1000") {
		t.Errorf("exit code %d: %s", code, errs)
	}
	if b, err := os.ReadFile(path); err != nil || len(b) < 2 || b[0] != 0x1f || b[1] != 0x8b { // gzip, as pprof writes it
		t.Errorf("the profile is %d bytes: %v", len(b), err)
	}
	if code, _, errs := invoke("bench", "pareto", "--cpuprofile", t.TempDir()); code != exitUsage || !strings.Contains(errs, "--cpuprofile: ") {
		t.Errorf("exit code %d: %s", code, errs)
	}
}
