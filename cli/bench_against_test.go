package cli

import (
	"archive/tar"
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestBenchPairs: two programs are measured in turn, and ratios are those of the pairs; here both are this one.
func TestBenchPairs(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv(asProgram, "1")
	a := &app{out: &bytes.Buffer{}, err: &bytes.Buffer{}}
	found, err := a.measurePairs(context.Background(), self, self, []string{"bench", "pareto", "epsilon-3x1000", "--count=1", "--json", "--quiet"}, 3)
	if err != nil || len(found) != 3 {
		t.Fatalf("%+v, %v", found, err)
	}
	for i, name := range []string{"rate", "time", "allocations"} {
		p := found[i]
		if p.Name != "pareto/epsilon-3x1000/"+name || !(p.Before > 0 && p.Now > 0 && p.Least <= p.Ratio && p.Ratio <= p.Most) {
			t.Errorf("%+v", p)
		}
	}
	if _, err := a.measurePairs(context.Background(), self, self, []string{"bench", "pareto", "nothing", "--json"}, 1); err == nil || !strings.Contains(err.Error(), "measures no") {
		t.Errorf("a program that fails: %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := a.measurePairs(ctx, self, self, []string{"bench", "pareto", "--json"}, 1); a.finish(err) != exitInterrupted {
		t.Errorf("stopped: %v", err)
	}
}

// TestBenchAgainstMistakes: what cannot be built is said, with what would be right.
func TestBenchAgainstMistakes(t *testing.T) {
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("needs git")
	}
	for args, want := range map[string]string{
		"--against nowhere":                  `--against: there is no revision "nowhere"`,
		"--against HEAD --pairs 0":           "--pairs is 0; it is at least 1",
		"--against HEAD --cpuprofile a.prof": "--cpuprofile and --against exclude each other",
	} {
		if code, out, errs := invoke(append([]string{"bench", "pareto", "epsilon-3x1000", "--quiet"}, strings.Fields(args)...)...); code != exitUsage || !strings.Contains(errs, want) || out != "" {
			t.Errorf("%s: exit code %d: %s%s", args, code, errs, out)
		}
	}
	t.Chdir(t.TempDir())
	if code, _, errs := invoke("bench", "pareto", "--against", "HEAD", "--quiet"); code != exitUsage || !strings.Contains(errs, "call it from there") {
		t.Errorf("outside of a repository: exit code %d: %s", code, errs)
	}
}

// TestUnpack: files come out with their folders, and none beside the folder that is given.
func TestUnpack(t *testing.T) {
	archive := func(name string) []byte {
		var b bytes.Buffer
		w := tar.NewWriter(&b)
		for _, h := range []tar.Header{{Name: "d/", Typeflag: tar.TypeDir, Mode: 0o755}, {Name: name, Typeflag: tar.TypeReg, Size: 2}} {
			if err := w.WriteHeader(&h); err != nil {
				t.Fatal(err)
			}
			if h.Typeflag == tar.TypeReg {
				w.Write([]byte("go"))
			}
		}
		w.Close()
		return b.Bytes()
	}
	dir := filepath.Join(t.TempDir(), "source")
	if err := unpack(archive("d/x.go"), dir); err != nil {
		t.Fatal(err)
	}
	if b, err := os.ReadFile(filepath.Join(dir, "d", "x.go")); err != nil || string(b) != "go" {
		t.Errorf("%q, %v", b, err)
	}
	if err := unpack(archive("../x.go"), dir); err == nil || !strings.Contains(err.Error(), "../x.go") {
		t.Errorf("beside the folder: %v", err)
	}
}
