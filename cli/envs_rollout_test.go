package cli

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// rolledStep is a line of envs rollout --json.
type rolledStep struct {
	Action, Obs, Reward   []float64
	Terminated, Truncated bool
}

func rolled(t *testing.T, args ...string) (steps []rolledStep) {
	t.Helper()
	code, out, errs := invoke(append([]string{"envs", "rollout", "--json"}, args...)...)
	if code != exitOK {
		t.Fatalf("%v: exit code %d: %s", args, code, errs)
	}
	for scan := bufio.NewScanner(strings.NewReader(out)); scan.Scan(); {
		var s rolledStep
		if err := json.Unmarshal(scan.Bytes(), &s); err != nil {
			t.Fatal(err)
		}
		steps = append(steps, s)
	}
	return steps[1:]
}

// TestEnvsRolloutPolicy: the policy of every row of front.csv reaches, in an environment without chance, the
// discounted returns that stand there.
func TestEnvsRolloutPolicy(t *testing.T) {
	run := trained(t)
	f, err := os.Open(filepath.Join(run, "front.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil || len(rows) < 3 {
		t.Fatalf("%v, %v", rows, err)
	}
	for n, row := range rows[1:] {
		steps := rolled(t, "deep-sea-treasure-v0", "--policy", run, "--point", strconv.Itoa(n+1))
		total, weight := [2]float64{}, 1.0
		for _, s := range steps {
			for j, r := range s.Reward {
				total[j] += weight * r
			}
			weight *= 0.99
		}
		for j := range total {
			if x, err := strconv.ParseFloat(row[1+j], 64); err != nil || fmt.Sprintf("%.9g", x) != fmt.Sprintf("%.9g", total[j]) {
				t.Errorf("policy %s returns %v in its rollout, front.csv says %v", row[0], total, row[1:3])
			}
		}
		if last := steps[len(steps)-1]; !last.Terminated {
			t.Errorf("policy %s: the episode ends with %+v", row[0], last)
		}
	}
}

// TestEnvsRolloutIsATrace: the actions of a random rollout, given to trace, lead through the same states; its
// seed decides all, and --steps ends it.
func TestEnvsRolloutIsATrace(t *testing.T) {
	for _, id := range []string{"minecart-v0", "mo-lunar-lander-continuous-v3"} {
		code, out, errs := invoke("envs", "rollout", id, "--seed", "3", "--steps", "30", "--json", "--quiet")
		if code != exitOK || errs != "" {
			t.Fatalf("%s: exit code %d: %s", id, code, errs)
		}
		steps := rolled(t, id, "--seed", "3", "--steps", "30")
		if len(steps) != 30 {
			t.Fatalf("%s: %d steps, want 30", id, len(steps))
		}
		var actions, plain strings.Builder
		for _, s := range steps {
			for k, x := range s.Action {
				if k > 0 {
					actions.WriteString(",")
				}
				actions.WriteString(strconv.FormatFloat(x, 'g', -1, 64))
			}
			actions.WriteString("\n")
		}
		for line := range strings.Lines(out) {
			if _, rest, ok := strings.Cut(line, `],"obs"`); ok && strings.HasPrefix(line, `{"action"`) {
				line = `{"obs"` + rest
			}
			plain.WriteString(line)
		}
		code, traced, errs := pipe(actions.String(), "envs", "trace", id, "--seed", "3", "--actions", "-")
		if code != exitOK || traced != plain.String() {
			t.Errorf("%s: trace of the same actions, exit code %d (%s):\n%s\nrollout\n%s", id, code, errs, traced, plain.String())
		}
	}
}

func TestEnvsRolloutRefusals(t *testing.T) {
	for _, c := range []struct{ args, want string }{
		{"deep-sea-treasure-v0 --steps -1", "--steps is -1"},
		{"deep-sea-treasure-v0 --point 1", "go with --policy"},
		{"deep-sea-treasure-v0 --actions a --policy b", "not both"},
		{"nowhere-v0", `unknown environment "nowhere-v0"`},
	} {
		if code, out, errs := invoke(append([]string{"envs", "rollout"}, strings.Fields(c.args)...)...); code != exitUsage || out != "" || !strings.Contains(errs, c.want) {
			t.Errorf("%s: exit code %d, %q, %s", c.args, code, out, errs)
		}
	}
}
