package cli

import (
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/paretolab/paretolab/internal/atomicfile"
)

// filesBelow reads all files below a directory.
func filesBelow(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		name, _ := filepath.Rel(dir, path)
		files[filepath.ToSlash(name)] = string(b)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// TestDiskFaultsOfWhatIsWritten: whatever operation fails while a command writes, on a full disk, by an I/O
// error or a short write, it ends with exit code 74, names the file and what to do, and leaves under the
// names of its files what an undisturbed call writes, or nothing. Run directories have tests of their own.
func TestDiskFaultsOfWhatIsWritten(t *testing.T) {
	dir := small(t)
	run := filepath.Join(dir, "pql__deep-sea-treasure-v0__s0")
	policy := strings.Split(string(must(os.ReadFile(filepath.Join(run, "front.csv")))), "\n")[1]
	policy, _, _ = strings.Cut(policy, ",")
	defer func() { atomicfile.Fail = nil }()
	for name, command := range map[string]func(out string) []string{
		"export csv":         func(out string) []string { return []string{"export", dir, "--format", "csv", "--out", out} },
		"export parquet":     func(out string) []string { return []string{"export", dir, "--format", "parquet", "--out", out} },
		"export tensorboard": func(out string) []string { return []string{"export", dir, "--format", "tensorboard", "--out", out} },
		"export mlflow":      func(out string) []string { return []string{"export", dir, "--format", "mlflow", "--out", out} },
		"export safetensors": func(out string) []string { return []string{"export", dir, "--format", "safetensors", "--out", out} },
		"policy export": func(out string) []string {
			return []string{"policy", "export", run, policy, "--out", filepath.Join(out, "p")}
		},
		"compare": func(out string) []string { return []string{"compare", dir, "--bootstrap", "100", "--out", out} },
		"plot":    func(out string) []string { return []string{"plot", "front2d", dir, "--data", "--out", out} },
		"report":  func(out string) []string { return []string{"report", dir, "--figures", "svg", "--out", out} },
		"envs render": func(out string) []string {
			return []string{"envs", "render", "deep-sea-treasure-v0", "-o", filepath.Join(out, "s.svg"), "--filmstrip"}
		},
	} {
		t.Run(name, func(t *testing.T) {
			whole := t.TempDir()
			var log []string
			atomicfile.Fail = func(op, path string) error { log = append(log, op); return nil }
			if code, _, errs := invoke(command(whole)...); code != exitOK && code != exitStatistics {
				t.Fatalf("undisturbed: exit code %d: %s", code, errs)
			}
			want := filesBelow(t, whole)
			if len(log) < 4 || len(want) == 0 {
				t.Fatalf("%d operations, %d files", len(log), len(want))
			}
			stride := max(1, len(log)/12) | 1 // odd, so that every kind of operation is met
			for _, fault := range []error{syscall.ENOSPC, syscall.EIO, io.ErrShortWrite} {
				for k := 0; k < len(log); k += stride {
					if fault == io.ErrShortWrite && log[k] != "write" {
						continue
					}
					out := t.TempDir()
					n, hit := 0, ""
					atomicfile.Fail = func(op, path string) error {
						n++
						if n == k+1 || n > k && fault == syscall.ENOSPC && op != "rename" && op != "close" {
							if hit == "" {
								hit = path
							}
							return fault
						}
						return nil
					}
					code, _, errs := invoke(command(out)...)
					if code != exitIO || !strings.Contains(errs, hit) || !strings.Contains(errs, "with --out") {
						t.Errorf("%v at operation %d, %s of %s: exit code %d: %s", fault, k+1, log[k], hit, code, errs)
					}
					for file, text := range filesBelow(t, out) {
						if strings.ReplaceAll(text, out, whole) != strings.ReplaceAll(want[file], out, whole) {
							t.Errorf("%v at operation %d, %s of %s: %s has %d bytes, undisturbed %d", fault, k+1, log[k], hit, file, len(text), len(want[file]))
						}
					}
				}
			}
		})
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// small is the experiment of a moment of pql that tests of written files share: two seeds on a map.
func small(t *testing.T) string {
	t.Helper()
	out := t.TempDir()
	config := writeConfig(t, "version: 1\nname: small\nenvironment: deep-sea-treasure-v0\nalgorithm: pql\nseeds: 0..1\nsteps: 4_000\n"+
		"evaluation: {every: 2_000}\noutput: {episodes: true}\n")
	if code, _, errs := invoke("run", config, "--out", out, "--quiet"); code != exitOK {
		t.Fatalf("exit code %d: %s", code, errs)
	}
	return filepath.Join(out, "small")
}
