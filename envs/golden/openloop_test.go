package golden_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	_ "github.com/paretolab/paretolab/envs/arm"
	"github.com/paretolab/paretolab/envs/golden"
)

// Two steps of the arm at rest, whose last joint does not move: the tip stays where it is at reset.
const still = `{"schema":"qd-golden-v1","tolerance":1e-9,"open_loop":[{
	"actions":[[0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0],[0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0]],
	"trace":[[0.30644412217,0.69174436932,0],[0.30644412217,0.69174436932,0]]}]}`

func openLoop(t *testing.T, name, text string) (golden.Report, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	f, err := golden.Read(path)
	if err != nil {
		return golden.Report{}, err
	}
	return f.Verify()
}

func TestOpenLoop(t *testing.T) {
	segments := strings.NewReplacer(`"actions":`, `"ignored":`, `"trace":`, `"unused":`, "}]}",
		`,"segments":[[2,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0]],"states":[[2,0.30644412217,0.69174436932,0]],"final":[0.30644412217,0.69174436932,0]}]}`).Replace(still)
	loose := strings.Replace(still, "1e-9", "1e-3", 1)
	for _, c := range []struct{ name, text string }{{"actions and trace", loose}, {"segments and states", strings.Replace(segments, "1e-9", "1e-3", 1)}} {
		r, err := openLoop(t, "arm.json", c.text)
		if err != nil || !r.Pass || r.Steps != 2 || r.Environment != "redundant-arm-v0" {
			t.Errorf("%s: %+v, error %v", c.name, r, err)
		}
	}
	for _, c := range []struct{ name, old, new, say string }{
		{"another row", "0.69174436932,0],[0.3", "0.79174436932,0],[0.3", "step 1: number 1 of the row"},
		{"a short row", "[[0.30644412217,", "[[", "2 numbers recorded, the environment has 3"},
		{"an action too few", "0,0]],", "0]],", "step 2"},
		{"a row too many", ",0],[0.3", ",0],[0,0,0],[0.3", "not in order or not reached"},
	} {
		r, err := openLoop(t, "arm.json", strings.Replace(loose, c.old, c.new, 1))
		if err != nil || r.Pass || !strings.Contains(strings.Join(r.Reasons, "\n"), c.say) {
			t.Errorf("%s: %+v, error %v, want %q", c.name, r, err, c.say)
		}
	}
	for _, c := range []struct{ name, file, old, new, say string }{
		{"not of an environment", "cma-es.json", "", "", "no recording of an environment"},
		{"no tolerance", "arm.json", "1e-9", `"none"`, "nothing to compare with"},
		{"no episodes", "arm.json", "open_loop", "closed_loop", "no open-loop episodes"},
		{"no actions", "arm.json", `"actions"`, `"motions"`, "no actions"},
		{"a broken segment", "arm.json", `"actions":`, `"segments":[[0,1]],"actions":`, "segment 0"},
		{"no numbers", "arm.json", "0.30644412217", `"left"`, "line 3"},
		{"not registered here", "curling.json", "", "", "curling-v0"},
	} {
		if _, err := openLoop(t, c.file, strings.Replace(still, c.old, c.new, 1)); err == nil || !strings.Contains(err.Error(), c.say) {
			t.Errorf("%s: error %v, want %q", c.name, err, c.say)
		}
	}
}
