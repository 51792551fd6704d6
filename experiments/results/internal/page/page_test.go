package page

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/paretolab/paretolab/experiments"
)

// TestReplace: only what stands between the markers changes; a page without them stays as it was.
func TestReplace(t *testing.T) {
	file := filepath.Join(t.TempDir(), "README.md")
	const before = "head\n<!-- rows -->\nold\n<!-- end of rows -->\ntail\n"
	if err := os.WriteFile(file, []byte(before), 0o666); err != nil {
		t.Fatal(err)
	}
	if err := Replace(file, "columns", "new\n"); err == nil || !strings.Contains(err.Error(), "<!-- columns -->") {
		t.Errorf("a page without the markers: %v", err)
	}
	if text, _ := os.ReadFile(file); string(text) != before {
		t.Errorf("after an error the page is %q", text)
	}
	if err := Replace(file, "rows", "new\n"); err != nil {
		t.Fatal(err)
	}
	if text, _ := os.ReadFile(file); string(text) != strings.Replace(before, "old", "new", 1) {
		t.Errorf("the page is %q", text)
	}
}

// TestComplete: experiments of another name, and what is no run, are left out.
func TestComplete(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"a-one", "a-two", "b-three"} {
		if err := os.Mkdir(filepath.Join(dir, name), 0o777); err != nil {
			t.Fatal(err)
		}
	}
	var seen []string
	err := Complete(dir, "a-", func(experiment string, runs []*experiments.Run) error {
		seen = append(seen, experiment)
		if len(runs) != 0 {
			t.Errorf("%s has %d runs", experiment, len(runs))
		}
		return nil
	})
	if err != nil || strings.Join(seen, " ") != "one two" {
		t.Errorf("%v, %v", seen, err)
	}
}
