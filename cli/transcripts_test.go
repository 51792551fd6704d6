package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

// leaves lists the commands that do something, each by its words.
func leaves(c *cobra.Command, words []string) (all [][]string) {
	for _, sub := range c.Commands() {
		path := append(words[:len(words):len(words)], sub.Name())
		if sub.HasSubCommands() {
			all = append(all, leaves(sub, path)...)
		} else if sub.Runnable() && !sub.Hidden {
			all = append(all, path)
		}
	}
	return all
}

// measured are commands whose success takes long, or somebody who answers: they have tests of their own.
var measured = []string{"bench", "explore", "preference", "elicit"}

// TestEveryCommand: every command has help with an example, prints nothing but messages on standard error
// when it is used wrongly, and has a transcript of a success and one of a failure.
func TestEveryCommand(t *testing.T) {
	text := must(os.ReadFile(filepath.Join("testdata", "transcripts.txt")))
	all := leaves((&app{}).root(), nil)
	if len(all) < 40 {
		t.Fatalf("only %d commands", len(all))
	}
	for _, words := range all {
		name := strings.Join(words, " ")
		code, out, errs := invoke(append(words, "--help")...)
		if code != exitOK || !strings.Contains(out, "Usage:") || !strings.Contains(out, "Examples:") || errs != "" {
			t.Errorf("%s --help: exit code %d, examples %v: %s", name, code, strings.Contains(out, "Examples:"), errs)
		}
		code, out, errs = invoke(append(words, "--no-such-flag")...)
		if code != exitUsage || out != "" || !strings.Contains(errs, "--no-such-flag") || !strings.Contains(errs, "--help") {
			t.Errorf("%s with an unknown flag: exit code %d, %q: %s", name, code, out, errs)
		}
		kinds := []string{"= [1-9][0-9]*\n"}
		if !slices.ContainsFunc(measured, func(group string) bool { return strings.HasPrefix(name, group) }) {
			kinds = append(kinds, "= 0\n")
		}
		for _, kind := range kinds {
			if !regexp.MustCompile(`(?m)^\$ ` + name + `( .*)?\n(([^$=]|[$=][^ ]).*\n|\n)*` + kind).Match(text) {
				t.Errorf("%s: testdata/transcripts.txt has no transcript that ends with %q", name, strings.TrimSpace(kind))
			}
		}
	}
}

// times stand for wall times and dates, which no transcript can know.
var times = regexp.MustCompile(`\b\d+(\.\d+)? s\b`)

// TestTranscripts runs the commands of testdata/transcripts.txt one after the other in a folder that holds
// config.yaml and its runs. A transcript is a line "$ command", what it prints, of which messages on standard
// error begin with "! ", and "= exit code". Of output that is long, or not the same on all machines, "…" stands
// for any part of it. UPDATE_GOLDEN=1 writes down what differs.
func TestTranscripts(t *testing.T) {
	path := must(filepath.Abs(filepath.Join("testdata", "transcripts.txt")))
	text := string(must(os.ReadFile(path)))
	head, _, _ := strings.Cut(text, "\n$ ")
	recording := must(os.ReadFile(filepath.Join("..", "envs", "grid", "testdata", "deep-sea-treasure-v0.json")))
	t.Chdir(t.TempDir())
	if err := os.WriteFile("recording.json", recording, 0o666); err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string]string{
		"config.yaml": "version: 1\nname: small\nenvironment: deep-sea-treasure-v0\nalgorithm: pql\nseeds: 0..2\nsteps: 4_000\n",
		"bad.yaml":    "version: 1\nname: small\nenvironment: deep-sea-tresure-v0\nalgorithm: pql\nsteps: 0\n",
		"points.csv":  "1,4\n2,2\n3,1\n1,1\n",
		"points2.csv": "2,4\n4,1\n",
		"scores.csv":  "algorithm,task,seed,score\nA,t,0,1\nA,t,1,2\nA,t,2,3\nB,t,0,4\nB,t,1,5\nB,t,2,6\n",
		"actions.txt": "1\n1\n",
		"one.txt":     "1\n",
		"people.json": "{}",
		"empty.csv":   "",
	} {
		if err := os.WriteFile(name, []byte(content), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	var now strings.Builder
	now.WriteString(head)
	for _, c := range strings.Split(text, "\n$ ")[1:] {
		line, rest, _ := strings.Cut(c, "\n")
		code, out, errs := invoke(words(line)...)
		var got strings.Builder
		got.WriteString(out)
		for l := range strings.Lines(errs) {
			got.WriteString("! " + l)
		}
		said := times.ReplaceAllString(strings.ReplaceAll(got.String(), "\r", "\\r"), "N s")
		said = strings.TrimRight(said, "\n") + fmt.Sprintf("\n= %d", code)
		said = strings.TrimPrefix(said, "\n")
		if want := strings.TrimRight(rest, "\n"); matches(said, want) {
			said = want
		} else {
			t.Errorf("$ %s\n%s\nwant\n%s", line, said, want)
		}
		fmt.Fprintf(&now, "\n$ %s\n%s\n", line, said)
	}
	if os.Getenv("UPDATE_GOLDEN") != "" {
		if err := os.WriteFile(path, []byte(now.String()), 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

// words splits a command line at spaces; single quotes hold words together.
func words(line string) []string {
	var all []string
	for i, part := range strings.Split(line, "'") {
		if i%2 == 1 {
			all = append(all, part)
		} else {
			all = append(all, strings.Fields(part)...)
		}
	}
	return all
}

// matches compares text with a pattern in which "…" stands for anything.
func matches(text, pattern string) bool {
	parts := strings.Split(pattern, "…")
	for i := range parts {
		parts[i] = regexp.QuoteMeta(parts[i])
	}
	return regexp.MustCompile(`(?s)^` + strings.Join(parts, ".*") + `$`).MatchString(text)
}

// TestTranscriptsAreSplit: the helpers of the test above.
func TestTranscriptsAreSplit(t *testing.T) {
	if got := words("run 'a b' --set 'x=[1, 2]'"); !slices.Equal(got, []string{"run", "a b", "--set", "x=[1, 2]"}) {
		t.Errorf("%q", got)
	}
	if !matches("a\nb\nc", "a\n…c") || matches("a\nb", "a\n…c") || matches("a", "b") {
		t.Error("patterns")
	}
}
