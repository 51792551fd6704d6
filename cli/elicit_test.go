package cli

import (
	"bytes"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/paretolab/paretolab/agents/preference/elicit"
)

// treasures is the convex front of deep-sea treasure, undiscounted.
const treasures = `policy,treasure,time
p1,0.7,-1
p2,8.2,-3
p3,11.5,-5
p4,14,-7
p5,15.1,-8
p6,16.1,-9
p7,19.6,-13
p8,20.3,-14
p9,22.4,-17
p10,23.7,-19
`

// answering runs the command line with typed lines as input.
func answering(typed string, args ...string) (code int, out, errs string) {
	var o, e bytes.Buffer
	code = Main(args, strings.NewReader(typed), &o, &e)
	return code, o.String(), e.String()
}

// writeTreasures makes a working directory with front.csv.
func writeTreasures(t *testing.T) {
	t.Helper()
	t.Chdir(t.TempDir())
	if err := os.WriteFile("front.csv", []byte(treasures), 0o666); err != nil {
		t.Fatal(err)
	}
}

// A dialogue: what is typed, what a person reads, and the log.
func TestElicitDialogue(t *testing.T) {
	writeTreasures(t)
	code, out, errs := answering("1\nnonsense\n2\nu\ns\nq\n", "elicit", "front.csv", "--beta", "20", "--budget", "9")
	if code != exitOK {
		t.Fatalf("exit code %d: %s", code, errs)
	}
	for _, part := range []string{`
Question 1 of at most 9

       treasure   time
   1        0.7     -1
   2       23.7    -19

  2 against 1: treasure 23.0 more, time 18 less

Which is better? (1, 2, s the same, u undo, q end, ? help) So far policy p1, within 1 % of the best with a chance of `,
		"Question 2 of at most 9\n", "\"nonsense\" is no number from 1 to 2.\n", "Question 3 of at most 9\n",
		"Saved in front.elicit.jsonl; go on with: paretolab elicit front.csv --log front.elicit.jsonl\n"} {
		if !strings.Contains(errs, part) {
			t.Errorf("the dialogue lacks\n%s\nin\n%s", part, errs)
		}
	}
	for _, part := range []string{"Recommended of 10 policies after 2 answers: p2\n\n        treasure   time\n   p2        8.2     -3\n",
		"It is the best for you with a chance of ", "Against the runner-up ", "   treasure   0.", "One of these should please you:"} {
		if !strings.Contains(out, part) {
			t.Errorf("the recommendation lacks %q in\n%s", part, out)
		}
	}
	log, err := os.ReadFile("front.elicit.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(log)), "\n")
	if len(lines) != 5 || lines[1] != `{"items":[0,9],"order":[0]}` || lines[3] != `{"undo":true}` || !strings.HasSuffix(lines[4], `"order":[]}`) {
		t.Errorf("the log is\n%s", log)
	}
}

// A session in two parts, the second begun after a line of the log was torn off, recommends the same as in one, and
// so does its log.
func TestElicitGoesOn(t *testing.T) {
	writeTreasures(t)
	whole := []string{"elicit", "front.csv", "--json", "--log", "whole.jsonl", "--choice", "3", "--seed", "4"}
	code, want, errs := answering("1\n2\n3\n1\nq\n", whole...)
	if code != exitOK {
		t.Fatalf("exit code %d: %s", code, errs)
	}
	if code, _, errs = answering("1\n2\n", "elicit", "front.csv", "--json", "--log", "parts.jsonl", "--choice", "3", "--seed", "4"); code != exitOK ||
		!strings.HasSuffix(errs, "\nSaved in parts.jsonl; go on with: paretolab elicit front.csv --log parts.jsonl\n") {
		t.Fatalf("exit code %d at the end of input: %s", code, errs)
	}
	f, err := os.OpenFile("parts.jsonl", os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	io.WriteString(f, `{"items":[3,`)
	f.Close()
	code, got, errs := answering("3\n1\nq\n", "elicit", "front.csv", "--json", "--log", "parts.jsonl")
	if code != exitOK || !strings.HasPrefix(errs, "going on with parts.jsonl, after 2 answers\n") {
		t.Fatalf("exit code %d: %s", code, errs)
	}
	if got = strings.ReplaceAll(got, "parts.jsonl", "whole.jsonl"); got != want {
		t.Errorf("in two parts\n%s\nin one\n%s", got, want)
	}
	code, got, errs = invoke("elicit", "--replay", "whole.jsonl", "--json")
	if code != exitOK || got != want {
		t.Errorf("exit code %d: %s\nreplayed\n%s\noriginal\n%s", code, errs, got, want)
	}
}

// Answers that go round in a circle are named.
func TestElicitContradiction(t *testing.T) {
	writeTreasures(t)
	if code, _, errs := answering("q\n", "elicit", "front.csv", "--log", "round.jsonl"); code != exitOK {
		t.Fatalf("exit code %d: %s", code, errs)
	}
	f, err := os.OpenFile("round.jsonl", os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, answer := range []string{`{"items":[0,4],"order":[0]}`, `{"items":[4,9],"order":[4]}`, `{"items":[0,9],"order":[9]}`} {
		io.WriteString(f, answer+"\n")
	}
	f.Close()
	code, out, errs := invoke("elicit", "--replay", "round.jsonl")
	if code != exitOK || !strings.Contains(out, "Answers 3, 1 and 2 contradict each other") {
		t.Errorf("exit code %d: %s\n%s", code, errs, out)
	}
	if code, out, _ = invoke("elicit", "--replay", "round.jsonl", "--json"); code != exitOK || !strings.Contains(strings.Join(strings.Fields(out), ""), `"conflict":{"kind":"cycle","answers":[3,1,2]`) {
		t.Errorf("exit code %d:\n%s", code, out)
	}
}

// A simulated user gets their best policy.
func TestElicitSimulated(t *testing.T) {
	writeTreasures(t)
	for _, c := range []struct{ weights, want string }{{"1,0", "p10"}, {"0,1", "p1"}, {"0.48,0.52", "p3"}} {
		code, out, errs := invoke("elicit", "front.csv", "--simulate", c.weights, "--json")
		if code != exitOK || errs != "" {
			t.Fatalf("exit code %d: %s", code, errs)
		}
		var info struct {
			Name    string
			Values  []float64
			Stop    string
			Chance  []float64 `json:"chance_of_being_best"`
			Answers []elicit.Answer
			Menu    []struct{ Name string }
		}
		if err := json.Unmarshal([]byte(out), &info); err != nil {
			t.Fatal(err)
		}
		if info.Name != c.want || info.Stop == "" || len(info.Chance) != 10 || len(info.Menu) != 3 || len(info.Values) != 2 {
			t.Errorf("weights %s: got %+v, want policy %s", c.weights, info, c.want)
		}
		if left, _ := filepath.Glob("*.jsonl"); left != nil {
			t.Errorf("a simulated user left %v", left)
		}
	}
}

// The front of a run is asked about with the names of its policies and the units of its objectives.
func TestElicitRun(t *testing.T) {
	dir, runs := runTiny(t)
	run := runs[0]["run_dir"].(string)
	if !strings.HasPrefix(run, dir) {
		t.Fatalf("run %s outside %s", run, dir)
	}
	t.Chdir(t.TempDir())
	code, out, errs := answering("2\nq\n", "elicit", run)
	if code != exitOK || !strings.Contains(errs, "time (steps)") {
		t.Fatalf("exit code %d: %s", code, errs)
	}
	if _, after, found := strings.Cut(out, "Let it act: paretolab act --run "); !found {
		t.Errorf("no way on in\n%s", out)
	} else if code, _, errs := invoke(append([]string{"act", "--run"}, strings.Fields(after)...)...); code != exitOK {
		t.Errorf("the command that is printed: exit code %d: %s", code, errs)
	}
	if code, _, errs := answering("", "elicit", run, "--log", filepath.Join(run, "log.jsonl")); code != exitUsage || !strings.Contains(errs, "not written to") {
		t.Errorf("a log in a run: exit code %d: %s", code, errs)
	}
}

// Ctrl-C saves what was answered and says how to go on.
func TestElicitInterrupted(t *testing.T) {
	if testing.Short() {
		t.Skip("starts a process")
	}
	writeTreasures(t)
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c := exec.Command(self, "elicit", "front.csv", "--beta", "10")
	c.Env = append(os.Environ(), asProgram+"=1")
	in, err := c.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	said, err := c.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	late := time.AfterFunc(time.Minute, func() { c.Process.Kill() })
	defer late.Stop()
	io.WriteString(in, "1\n")
	var text []byte
	for buffer := make([]byte, 4096); !bytes.Contains(text, []byte("Question 2")); {
		n, err := said.Read(buffer)
		text = append(text, buffer[:n]...)
		if err != nil {
			t.Fatalf("%v after %s", err, text)
		}
	}
	if err := c.Process.Signal(os.Interrupt); err != nil {
		t.Skipf("no interrupt on this system: %v", err)
	}
	rest, _ := io.ReadAll(said)
	_ = c.Wait()
	if code := c.ProcessState.ExitCode(); code != exitInterrupted || !strings.Contains(string(rest), "Saved in front.elicit.jsonl; go on with: paretolab elicit front.csv --log front.elicit.jsonl") {
		t.Errorf("exit code %d: %s", code, rest)
	}
	code, out, errs := invoke("elicit", "--replay", "front.elicit.jsonl", "--json")
	if code != exitOK || !strings.Contains(out, `"order": [`) {
		t.Errorf("replay: exit code %d: %s%s", code, out, errs)
	}
}

func TestElicitBadInput(t *testing.T) {
	writeTreasures(t)
	for name, text := range map[string]string{
		"nan.csv":    "a,b\n1,2\nNaN,3\n",
		"one.csv":    "a,b\n1,2\n",
		"empty.csv":  "a,b\n",
		"log.jsonl":  "{}\n",
		"later.json": `{"format":"paretolab-elicitation/9"}` + "\n",
		"other.csv":  "a,b\n1,2\n2,1\n",
	} {
		if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if code, _, errs := answering("q\n", "elicit", "front.csv", "--log", "mine.jsonl"); code != exitOK {
		t.Fatal(errs)
	}
	for _, c := range []struct {
		name string
		args []string
		code int
		says string
	}{
		{"no front", []string{"elicit"}, exitUsage, "name one directory"},
		{"no file", []string{"elicit", "nowhere.csv"}, exitUsage, "nowhere.csv"},
		{"a directory without a run", []string{"elicit", "."}, exitNothing, "no run directory"},
		{"NaN", []string{"elicit", "nan.csv"}, exitUsage, "nan.csv:3"},
		{"empty", []string{"elicit", "empty.csv"}, exitUsage, "no value vectors"},
		{"standard input", []string{"elicit", "-"}, exitUsage, "holds your answers"},
		{"weights of another front", []string{"elicit", "front.csv", "--simulate", "1,0,0"}, exitUsage, "one weight for each"},
		{"unknown utility", []string{"elicit", "front.csv", "--utility", "liner"}, exitUsage, `did you mean "linear"`},
		{"unknown question", []string{"elicit", "front.csv", "--question", "infogain"}, exitUsage, `did you mean "info-gain"`},
		{"choice of one", []string{"elicit", "front.csv", "--choice", "1"}, exitUsage, "give 2 to 6"},
		{"negative consistency", []string{"elicit", "front.csv", "--beta=-1"}, exitUsage, "consistency"},
		{"a log that is none", []string{"elicit", "front.csv", "--log", "log.jsonl"}, exitData, "log.jsonl: line 1"},
		{"a later log", []string{"elicit", "--replay", "later.json"}, exitData, "later version"},
		{"a log of another front", []string{"elicit", "other.csv", "--log", "mine.jsonl"}, exitUsage, "another front"},
		{"settings for an old log", []string{"elicit", "front.csv", "--log", "mine.jsonl", "--seed", "2"}, exitUsage, "leave out --seed"},
		{"replay beside two fronts", []string{"elicit", "front.csv", "other.csv", "--replay", "mine.jsonl"}, exitUsage, "at most one directory"},
		{"elicitation of no users", []string{"preference", "elicitation", "--users", "0"}, exitUsage, "--users"},
		{"elicitation of a missing front", []string{"preference", "elicitation", "--front", "circle"}, exitUsage, "circle21"},
	} {
		code, out, errs := invoke(c.args...)
		if code != c.code || !strings.Contains(errs, c.says) || out != "" {
			t.Errorf("%s: exit code %d, want %d; says %q, want %q", c.name, code, c.code, errs, c.says)
		}
	}
	code, out, errs := invoke("elicit", "one.csv")
	if code != exitOK || !strings.Contains(out, "There is one policy only") {
		t.Errorf("one policy: exit code %d: %s%s", code, out, errs)
	}
	if left, _ := filepath.Glob("*.elicit.jsonl"); len(left) != 1 || left[0] != "one.elicit.jsonl" {
		t.Errorf("mistakes left the logs %v", left)
	}
}

// The table of ways to ask, as JSON and in words.
func TestPreferenceElicitation(t *testing.T) {
	code, out, errs := invoke("preference", "elicitation", "--front", "circle21", "--beta", "50", "--question", "info-gain,random",
		"--users", "5", "--answers", "5", "--particles", "100", "--json", "--figure", filepath.Join(t.TempDir(), "f.svg"))
	if code != exitOK {
		t.Fatalf("exit code %d: %s", code, errs)
	}
	var rows []elicitationRow
	if err := json.Unmarshal([]byte(out), &rows); err != nil {
		t.Fatal(err)
	}
	if len(rows) != 2 || len(rows[0].Loss) != 6 || rows[0].Question != elicit.InfoGain || rows[0].Loss[5] >= rows[0].Loss[0] || rows[0].Loss[0] != rows[1].Loss[0] {
		t.Errorf("got %+v", rows)
	}
	code, out, _ = invoke("preference", "elicitation", "--front", "circle21", "--beta", "0", "--question", "random", "--users", "2", "--answers", "3", "--particles", "50")
	if code != exitOK || !strings.HasPrefix(out, "front     beta  question  0 ") {
		t.Errorf("exit code %d: %s", code, out)
	}
}
