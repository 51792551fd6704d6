package cli

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestPreferencesEndToEnd: what a simulated user answers is learned, in both formats, on boards and elsewhere.
func TestPreferencesEndToEnd(t *testing.T) {
	for _, c := range []struct {
		name, truth string
		simulate    []string
		learn       []string
	}{
		{"delivery, regret", "1,50,50,1,1,2", []string{"delivery", "--pairs", "300"}, []string{"--learner", "regret-exact"}},
		{"random-grid, partial return", "", []string{"random-grid", "--param", "seed=3", "--pairs", "200", "--model", "partial-return", "--format", "csv"}, []string{"--learner", "partial-newton"}},
		{"treasure", "0.3,0.7", []string{"deep-sea-treasure-v0", "--weights", "0.3,0.7", "--pairs", "40", "--length", "8"}, []string{"--learner", "regret-exact"}},
		{"chance", "", []string{"random-grid-stochastic", "--param", "seed=3", "--pairs", "60", "--model", "partial-return"}, []string{"--learner", "partial-newton"}},
		{"treasure, CSV", "0.3,0.7", []string{"deep-sea-treasure-v0", "--weights", "0.3,0.7", "--pairs", "40", "--length", "8", "--format", "csv"}, []string{"--learner", "regret-sf"}},
	} {
		code, answers, errs := invoke(append([]string{"preference", "simulate", "--seed", "5"}, c.simulate...)...)
		if code != exitOK {
			t.Fatalf("%s: %s", c.name, errs)
		}
		file := preferenceFile(t, "answers", answers)
		out := filepath.Join(t.TempDir(), "weights.json")
		args := append([]string{"preference", "learn", c.simulate[0], "--data", file, "--out", out, "--json", "--quiet"}, c.learn...)
		if c.simulate[1] == "--param" {
			args = append(args, c.simulate[1:3]...)
		}
		if c.truth != "" {
			args = append(args, "--true", c.truth)
		}
		code, text, errs := invoke(args...)
		if code != exitOK {
			t.Fatalf("%s: %s", c.name, errs)
		}
		if saved, err := os.ReadFile(out); err != nil || string(saved) != text {
			t.Errorf("%s: the file of weights differs from what is printed: %v", c.name, err)
		}
		var info learnedInfo
		if err := json.Unmarshal([]byte(text), &info); err != nil {
			t.Fatal(err)
		}
		if len(info.Weights) != len(info.Objectives) || info.Accuracy == nil || *info.Accuracy < 0.9 {
			t.Errorf("%s: %s", c.name, text)
		}
		if c.truth != "" && (info.ScaledReturn == nil || *info.ScaledReturn < 0.99) {
			t.Errorf("%s: the best policy for the weights is not that of the truth: %s", c.name, text)
		}
	}
}

// TestLearnMistakes: what is wrong is said with its place.
func TestLearnMistakes(t *testing.T) {
	const header = `{"format": "paretolab-preferences", "version": 1}` + "\n"
	file := func(text string) string { return preferenceFile(t, "answers", text) }
	good := file(header + `{"a": "0,0:R", "b": "0,0:U", "y": 1, "user": "ann"}`)
	for _, c := range []struct {
		name string
		args []string
		code int
		want string
	}{
		{"no file", []string{"learn", "delivery"}, exitUsage, "--data"},
		{"missing file", []string{"learn", "delivery", "--data", "nowhere"}, exitUsage, "nowhere"},
		{"unknown environment", []string{"learn", "delivry", "--data", good}, exitUsage, `did you mean "delivery"`},
		{"unknown learner", []string{"learn", "delivery", "--data", good, "--learner", "regret-exat"}, exitUsage, "regret-exact"},
		{"unknown user", []string{"learn", "delivery", "--data", good, "--user", "an"}, exitUsage, `did you mean "ann"`},
		{"a line", []string{"learn", "delivery", "--data", file(header + "\n" + `{"a": "0,0:R", "b": "0,99:U", "y": 1}`)}, exitUsage, ":3: b:"},
		{"newer", []string{"learn", "delivery", "--data", file(strings.Replace(header, "1}", "7}", 1))}, exitData, "newer version"},
		{"no answers", []string{"learn", "delivery", "--data", file(header)}, exitUsage, "no answers"},
		{"no model", []string{"learn", "mo-mountaincar-v0", "--data", good}, exitUsage, "no exact model"},
		{"too many true weights", []string{"learn", "deep-sea-treasure-v0", "--data", good, "--true", "1,2,3"}, exitUsage, "--true"},
		{"no weights", []string{"simulate", "deep-sea-treasure-v0"}, exitUsage, "--weights"},
		{"bad weights", []string{"simulate", "deep-sea-treasure-v0", "--weights", "1,NaN"}, exitUsage, "finite"},
		{"chance", []string{"learn", "random-grid-stochastic", "--param", "board=S./.G", "--data", file(header + `{"a": "0,1:L", "b": "0,1:D", "y": 0}`)}, exitUsage, "chance decides"},
		{"teacher", []string{"simulate", "delivery", "--teacher", "strict"}, exitUsage, "teacher"},
		{"model", []string{"simulate", "delivery", "--model", "return"}, exitUsage, "--model"},
	} {
		code, _, errs := invoke(append([]string{"preference"}, c.args...)...)
		if code != c.code || !strings.Contains(errs, c.want) {
			t.Errorf("%s: exit code %d, %s; want %d, %q", c.name, code, errs, c.code, c.want)
		}
	}
}
