package cli

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/paretolab/paretolab/internal/kern"
	"github.com/paretolab/paretolab/internal/kern/kernbench"
)

// A network 11-64-64-3, its head padded to 16 columns: 5824 weights forward and for their gradient, and
// 64·64 + 3·64 for the gradient by the hidden layers.
func TestNetworkOperations(t *testing.T) {
	forward, backward := networkFLOP([]int{11, 64, 64, 3})
	if forward != 2*5824 || backward != 2*(5824+4096+192) {
		t.Errorf("%d and %d operations", forward, backward)
	}
}

func TestBenchKernelsJSON(t *testing.T) {
	before := kern.Path()
	code, out, errs := invoke(strings.Fields("bench kernels 256x64x64 tanhgrad --kernel all --count 1 --json")...)
	if code != exitOK || errs != "" {
		t.Fatalf("exit code %d: %s", code, errs)
	}
	var all []struct {
		Name, Unit, Kernel, Shape, CPU, Go string
		Value, Min, Max                    float64
		OfPeak                             float64 `json:"share_of_peak"`
		Goal                               *goalInfo
	}
	if err := json.Unmarshal([]byte(out), &all); err != nil {
		t.Fatalf("%v in\n%s", err, out)
	}
	want := []struct {
		name, unit, shape string
		goal              map[string]goalInfo // by path, without the verdict
	}{
		{"kernels/peak/rate", "GFLOP/s", "", nil},
		{"kernels/Gemm 256x64x64/rate", "GFLOP/s", "256x64x64", map[string]goalInfo{
			"generic": {Bound: 9, Unit: "GFLOP/s"}, "avx2": {Bound: 0.9, Unit: "of peak"}, "avx512": {Bound: 0.88, Unit: "of peak"},
		}},
		{"kernels/TanhGrad 4096/time", "ns/value", "4096", nil},
	}
	if len(all) != len(want)*len(kern.Paths()) {
		t.Fatalf("%d measurements for %d paths:\n%s", len(all), len(kern.Paths()), out)
	}
	for i, m := range all {
		path, w := kern.Paths()[i/len(want)], want[i%len(want)]
		if m.Name != w.name || m.Unit != w.unit || m.Shape != w.shape || m.Kernel != path {
			t.Errorf("measurement %d is %+v, want %+v on %s", i, m, w, path)
		}
		if !(0 < m.Min && m.Min <= m.Value && m.Value <= m.Max) || m.CPU == "" || m.Go == "" {
			t.Errorf("%s on %s: %+v", m.Name, path, m)
		}
		if counted := m.Unit == "GFLOP/s"; counted != (m.OfPeak > 0) {
			t.Errorf("%s on %s: share of the peak is %v", m.Name, path, m.OfPeak)
		}
		if goal, ok := w.goal[path]; ok != (m.Goal != nil) || ok && (m.Goal.Bound != goal.Bound || m.Goal.Unit != goal.Unit) {
			t.Errorf("%s on %s: goal %+v, want %+v", m.Name, path, m.Goal, goal)
		}
	}
	if kern.Path() != before {
		t.Errorf("the kernels were left at %s", kern.Path())
	}
}

func TestBenchKernelsTable(t *testing.T) {
	code, out, errs := invoke(strings.Fields("bench kernels 1x64x64 relugrad --kernel generic --count 1")...)
	if code != exitOK || errs != "" {
		t.Fatalf("exit code %d: %s", code, errs)
	}
	var rows [][]string
	for line := range strings.Lines(out) {
		rows = append(rows, strings.Fields(line))
	}
	for i, want := range []string{2: "kernel shape path speed unit of peak goal", 3: "peak generic", 4: "Gemm 1x64x64 generic", 5: "ReLUGrad 4096 generic"} {
		if i >= len(rows) || !strings.HasPrefix(strings.Join(rows[i], " "), want) {
			t.Fatalf("line %d does not begin with %q in\n%s", i, want, out)
		}
	}
}

func TestGoals(t *testing.T) {
	for _, c := range []struct {
		name          string
		goal          kernbench.Goal
		unit          kernbench.Unit
		figure, share float64
		text          string
		met           bool
	}{
		{"rate", kernbench.Goal{Bound: 9}, kernbench.Rate, 9.5, 0.1, "≥ 9", true},
		{"low rate", kernbench.Goal{Bound: 9}, kernbench.Rate, 8.5, 0.9, "≥ 9", false},
		{"time", kernbench.Goal{Bound: 0.25}, kernbench.Value, 0.25, 0, "≤ 0.25", true},
		{"long time", kernbench.Goal{Bound: 120}, kernbench.Call, 121, 0.9, "≤ 120", false},
		{"share", kernbench.Goal{Bound: 0.88, OfPeak: true}, kernbench.Rate, 1, 0.9, "≥ 88 %", true},
		{"low share", kernbench.Goal{Bound: 0.88, OfPeak: true}, kernbench.Rate, 999, 0.87, "≥ 88 %", false},
	} {
		g := newGoal(c.goal, c.unit, c.figure, c.share)
		if g.String() != c.text || g.Met != c.met {
			t.Errorf("%s: %s, met is %v", c.name, g, g.Met)
		}
	}
}

func TestBenchKernelsRefuses(t *testing.T) {
	for _, c := range []struct {
		args string
		code int
		say  string
	}{
		{"--kernel sse", exitUsage, `--kernel: unknown kernel path "sse": use auto, generic, avx2 or avx512; all means every path of this machine`},
		{"--kernel=", exitUsage, "--kernel names no path: use all, auto, generic, avx2 or avx512"},
		{"fft", exitNothing, "no kernel is called fft"},
		{"--count 0", exitUsage, "--count is 0; it is at least 1"},
	} {
		code, _, errs := invoke(append([]string{"bench", "kernels"}, strings.Fields(c.args)...)...)
		if code != c.code || !strings.Contains(errs, c.say) {
			t.Errorf("%s: exit code %d, %q; want %d, %q", c.args, code, errs, c.code, c.say)
		}
	}
}
