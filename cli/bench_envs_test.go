package cli

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// TestBenchEnvs: five figures and one derived from them for each environment, in the order asked for,
// and none of them allocates.
func TestBenchEnvs(t *testing.T) {
	ids := []string{"minecart-v0", "CartPole-v1", "mo-mountaincarcontinuous-v0"}
	args := append([]string{"bench", "envs", "--seconds", "0.01", "--n", "4", "--workers", "2"}, ids...)
	var found []struct {
		Name, Unit, Environment string
		Value                   float64
		Copies, Workers         int
	}
	jsonOf(t, &found, args...)
	var got, want []string
	values := map[string]float64{}
	for _, f := range found {
		got = append(got, fmt.Sprintf("%s %s %s %d×%d", f.Environment, f.Name, f.Unit, f.Workers, f.Copies))
		values[f.Name] = f.Value
	}
	for _, id := range ids {
		for _, figure := range []string{
			"single steps/s 1×1", "vector steps/s 1×4", "step ns 1×4", "parallel steps/s 2×8", "speedup ratio 2×8", "allocations allocations/step 1×4",
		} {
			want = append(want, id+" envs/"+id+"/"+figure)
		}
		name := "envs/" + id + "/"
		for _, figure := range []string{"single", "vector", "parallel", "speedup"} {
			if !(values[name+figure] > 0) {
				t.Errorf("%s%s is %v", name, figure, values[name+figure])
			}
		}
		if ns, rate := values[name+"step"], values[name+"vector"]; ns*rate < 0.999e9 || ns*rate > 1.001e9 {
			t.Errorf("%s: %v ns per step at %v steps a second", id, ns, rate)
		}
		if n := values[name+"allocations"]; n != 0 {
			t.Errorf("%s allocates %v times per step", id, n)
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("figures\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}

	code, table, errs := invoke(args...)
	lines := strings.Split(strings.TrimSpace(table), "\n")
	if code != exitOK || errs != "" || len(lines) != 1+len(ids) {
		t.Fatalf("exit code %d: %s%s", code, table, errs)
	}
	if got := strings.Join(strings.Fields(lines[0]), " "); got != "environment single vector 4 ns parallel 2 × 4 gain allocs" {
		t.Errorf("header %q", got)
	}
	for i, id := range ids {
		if f := strings.Fields(lines[1+i]); f[0] != id || f[len(f)-1] != "0" {
			t.Errorf("row %d is %q", i+1, lines[1+i])
		}
	}
}

// TestBenchEnvsTune: setups of up to --workers threads and --n copies for each, the fastest first.
func TestBenchEnvsTune(t *testing.T) {
	var found []struct {
		Name            string
		Value           float64
		Copies, Workers int
	}
	jsonOf(t, &found, "bench", "envs", "deep-sea-treasure-v0", "--tune", "--seconds", "0.002", "--n", "8", "--workers", "2")
	pairs := map[[2]int]bool{}
	for i, f := range found {
		pairs[[2]int{f.Workers, f.Copies}] = true
		if f.Name != "envs/deep-sea-treasure-v0/setup" || i > 0 && f.Value > found[i-1].Value {
			t.Errorf("setup %d is %+v after %+v", i, f, found[max(i-1, 0)])
		}
	}
	if len(found) != 4 || !pairs[[2]int{1, 8}] || !pairs[[2]int{2, 8}] || !pairs[[2]int{1, 16}] || !pairs[[2]int{2, 16}] {
		t.Errorf("setups %+v", found)
	}
}

func TestBenchEnvsErrors(t *testing.T) {
	for _, c := range []struct{ args, want string }{
		{"CartPol-v1", `"CartPole-v1"`},
		{"--seconds 0", "--seconds is 0; give a time of more than 0"},
		{"--seconds NaN", "--seconds is NaN"},
		{"--seconds 61", "at most 60"},
		{"--workers 0", "--workers is 0; give 1 to 1024"},
		{"--n 100000", "--n is 100000; give 1 to 65536"},
		{"--steps 3", "unknown flag: --steps"},
	} {
		code, out, errs := invoke(append([]string{"bench", "envs"}, strings.Fields(c.args)...)...)
		if code != exitUsage || out != "" || !strings.Contains(errs, c.want) {
			t.Errorf("bench envs %s: exit code %d, %q; want %q", c.args, code, out+errs, c.want)
		}
	}
	if code, _, errs := invoke("bench", "env"); code != exitUsage || !strings.Contains(errs, "envs") {
		t.Errorf("bench env: exit code %d, %s", code, errs)
	}
}

// TestBenchProgress: a line for each subject if lines are asked for, and none otherwise off a terminal.
func TestBenchProgress(t *testing.T) {
	args := []string{"bench", "envs", "--seconds", "0.001", "fishwood-v0", "fruit-tree-v0"}
	for flag, want := range map[string]string{
		"--progress=lines": "measuring fishwood-v0\nmeasuring fruit-tree-v0\n", "--progress=auto": "", "--progress=off": "",
	} {
		if code, _, errs := invoke(append(args, flag)...); code != exitOK || errs != want {
			t.Errorf("%s: exit code %d, %q; want %q", flag, code, errs, want)
		}
	}
}
