package experiments

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// interrupted makes a run that was stopped after n evaluations.
func interrupted(t *testing.T, seed uint64, n int) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "run")
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	c := newClimber()
	c.afterRecord = func(k int) {
		if k == n {
			cancel()
		}
	}
	if _, err := execute(ctx, quietly(1, &testDisk{}), []*job{testJob(dir, seed, c)}); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	return dir
}

// flips calls check for 200 single-bit errors spread over a file, which is whole again afterwards.
func flips(t *testing.T, path string, check func(at string)) {
	t.Helper()
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		at, bit := rng.IntN(len(whole)), rng.IntN(8)
		b := bytes.Clone(whole)
		b[at] ^= 1 << bit
		overwrite(t, path, b)
		check(fmt.Sprintf("%s, byte %d, bit %d", filepath.Base(path), at, bit))
	}
	overwrite(t, path, whole)
}

func overwrite(t *testing.T, path string, b []byte) {
	t.Helper()
	if err := os.WriteFile(path, b, 0o666); err != nil {
		t.Fatal(err)
	}
}

func newestPath(t *testing.T, dir string) string {
	t.Helper()
	saves := checkpoints{dir: filepath.Join(dir, dirCheckpoints)}
	seqs, err := saves.list()
	if err != nil || len(seqs) == 0 {
		t.Fatal("no checkpoint", err)
	}
	return saves.path(seqs[0])
}

func TestADamagedCheckpointIsNoticed(t *testing.T) {
	dir := interrupted(t, 1, 5)
	path := newestPath(t, dir)
	flips(t, path, func(at string) {
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := decodeCheckpoint(path, b); !errors.Is(err, ErrCorrupt) {
			t.Errorf("%s: %v", at, err)
		}
	})
	whole, _ := os.ReadFile(path)
	for n := range len(whole) {
		if _, err := decodeCheckpoint(path, whole[:n]); !errors.Is(err, ErrCorrupt) {
			t.Fatalf("cut to %d bytes: %v", n, err)
		}
	}
}

func TestAfterADamagedCheckpointTheOlderOneServesAndAfterTwoTheStart(t *testing.T) {
	want, _ := reference(t, 1)
	for damaged := range 3 {
		dir := interrupted(t, 1, 5)
		saves := checkpoints{dir: filepath.Join(dir, dirCheckpoints)}
		seqs, err := saves.list()
		if err != nil || len(seqs) != 2 {
			t.Fatalf("%d checkpoints are kept, want 2: %v", len(seqs), err)
		}
		for _, seq := range seqs[:damaged] {
			b, _ := os.ReadFile(saves.path(seq))
			b[len(b)/2] ^= 4
			overwrite(t, saves.path(seq), b)
		}
		var said strings.Builder
		opt := RunOptions{Workers: 1, disk: &testDisk{}, Messages: &said, Progress: ProgressLines}
		if _, err := execute(context.Background(), opt, []*job{testJob(dir, 1, newClimber())}); err != nil {
			t.Fatal(err)
		}
		sameFiles(t, deterministic(t, dir), want)
		if _, unusable, err := saves.newest("000000000000abc1", dir); err != nil || len(unusable) > 0 {
			t.Errorf("damaged checkpoints are kept: %v, %v", unusable, err)
		}
		if n := strings.Count(said.String(), "checkpoint not usable"); n != damaged {
			t.Errorf("%d damaged checkpoints, %d notes:\n%s", damaged, n, said.String())
		}
		if over := strings.Contains(said.String(), "starts over"); over != (damaged == 2) {
			t.Errorf("%d damaged checkpoints:\n%s", damaged, said.String())
		}
	}
}

// What was appended before the checkpoint was made is part of what it continues.
func TestDamagedRowsAreNeverContinued(t *testing.T) {
	want, _ := reference(t, 1)
	for _, name := range appendOnly {
		dir := interrupted(t, 1, 5)
		b, _ := os.ReadFile(filepath.Join(dir, name))
		b[len(b)/3] ^= 1
		overwrite(t, filepath.Join(dir, name), b)
		complete(t, testJob(dir, 1, newClimber()), &testDisk{})
		sameFiles(t, deterministic(t, dir), want)
	}
}

func TestDamageToACompleteRunIsNoticedOrHarmless(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	complete(t, testJob(dir, 1, newClimber()), &testDisk{})
	whole, err := LoadRun(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := VerifyRun(dir); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{fileResult, fileMetrics, fileArchive, fileEvaluations, fileFronts} {
		flips(t, filepath.Join(dir, name), func(at string) {
			r, err := LoadRun(dir)
			if err == nil && !reflect.DeepEqual(r, whole) {
				err = VerifyRun(dir)
			}
			if err == nil && !reflect.DeepEqual(r, whole) {
				t.Errorf("%s: not noticed", at)
			}
			if err != nil && !errors.Is(err, ErrCorrupt) {
				t.Errorf("%s: %v", at, err)
			}
		})
	}
	for name := range whole.Result.Files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		b, _ := os.ReadFile(path)
		if os.Remove(path); VerifyRun(dir) == nil {
			t.Errorf("%s is missing, and nobody noticed", name)
		}
		overwrite(t, path, append(b, ' '))
		if err := VerifyRun(dir); err == nil || !strings.Contains(err.Error(), path) {
			t.Errorf("%s was changed: %v", name, err)
		}
		overwrite(t, path, b)
	}
}

func TestOtherCheckpointsAreRefused(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*checkpoint)
		is     error
		say    string
	}{
		{"of another item", func(c *checkpoint) { c.Item = "0123456789abcdef" }, ErrCorrupt, "0123456789abcdef"},
		{"of other kernels", func(c *checkpoint) { c.Kernel = "abacus" }, nil, "with abacus kernels"},
	} {
		dir := interrupted(t, 1, 3)
		changeCheckpoint(t, newestPath(t, dir), c.change)
		_, err := execute(context.Background(), quietly(1, &testDisk{}), []*job{testJob(dir, 1, newClimber())})
		if err == nil || c.is != nil && !errors.Is(err, c.is) || !strings.Contains(err.Error(), c.say) || !strings.Contains(err.Error(), dir) {
			t.Errorf("a checkpoint %s: %v", c.name, err)
		}
	}
}

// changeCheckpoint writes an intact checkpoint with a change in place of the one at path.
func changeCheckpoint(t *testing.T, path string, change func(*checkpoint)) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	saved, err := decodeCheckpoint(path, b)
	if err != nil {
		t.Fatal(err)
	}
	change(saved)
	if b, err = saved.encode(); err != nil {
		t.Fatal(err)
	}
	overwrite(t, path, b)
}

func TestNewerFormatsAreRefused(t *testing.T) {
	dir := interrupted(t, 1, 3)
	path := newestPath(t, dir)
	whole, _ := os.ReadFile(path)
	b := bytes.Clone(whole[:len(whole)-32])
	b[len(checkpointFamily)] = '2'
	sum := sha256Of(b)
	overwrite(t, path, append(b, sum...))
	_, err := execute(context.Background(), quietly(1, &testDisk{}), []*job{testJob(dir, 1, newClimber())})
	if !errors.Is(err, ErrNewerFormat) || !strings.Contains(err.Error(), path) {
		t.Errorf("a later checkpoint: %v", err)
	}
	overwrite(t, path, whole)

	run := filepath.Join(dir, fileRun)
	text, _ := os.ReadFile(run)
	overwrite(t, run, bytes.Replace(text, []byte(Format), []byte("paretolab-run/2"), 1))
	for name, err := range map[string]error{
		"LoadRun": second(LoadRun(dir)),
		"execute": second(execute(context.Background(), quietly(1, &testDisk{}), []*job{testJob(dir, 1, newClimber())})),
	} {
		if !errors.Is(err, ErrNewerFormat) || !strings.Contains(err.Error(), "paretolab-run/2") {
			t.Errorf("%s of a later format: %v", name, err)
		}
	}
	for _, text := range []string{"", "{", "[]", `{"format":"x/1"}`, `{"format":"paretolab-run/x"}`, `{"format":7}`} {
		overwrite(t, run, []byte(text))
		if _, err := LoadRun(dir); !errors.Is(err, ErrCorrupt) || !strings.Contains(err.Error(), fileRun) {
			t.Errorf("run.json %q: %v", text, err)
		}
	}
}

func second[T any](_ T, err error) error { return err }

func TestTornLinesUnknownColumnsAndUnknownFilesAreIgnored(t *testing.T) {
	dir := interrupted(t, 1, 4)
	whole, err := LoadRun(dir)
	if err != nil {
		t.Fatal(err)
	}
	if whole.Result != nil || len(whole.Metrics) != 4 || len(whole.Fronts) != 4 || len(whole.Timing) != 4 || len(whole.Evaluations) != 12 {
		t.Fatalf("an interrupted run has %d, %d, %d, %d rows", len(whole.Metrics), len(whole.Fronts), len(whole.Timing), len(whole.Evaluations))
	}
	for _, name := range appendOnly {
		path := filepath.Join(dir, name)
		b, _ := os.ReadFile(path)
		last := bytes.LastIndexByte(b[:len(b)-1], '\n') + 1
		for _, n := range []int{last + 1, last + 5, len(b) - 1} {
			overwrite(t, path, b[:n])
			r, err := LoadRun(dir)
			if err != nil {
				t.Fatalf("%s torn at byte %d of %d: %v", name, n, len(b), err)
			}
			episodes, err := r.Episodes()
			if got := len(r.Metrics) + len(r.Fronts) + len(r.Timing) + len(r.Evaluations) + len(episodes); err != nil || got != 4+4+4+12+24-1 {
				t.Errorf("%s torn at byte %d of %d: %d rows, %v", name, n, len(b), got, err)
			}
		}
		overwrite(t, path, b)
	}
	path := filepath.Join(dir, fileMetrics)
	b, _ := os.ReadFile(path)
	lines := strings.Split(strings.TrimSpace(string(b)), "\n")
	for i := range lines {
		lines[i] = map[bool]string{true: "future,", false: "7.5,"}[i == 0] + lines[i]
	}
	overwrite(t, path, []byte(strings.Join(lines, "\n")+"\n"))
	overwrite(t, filepath.Join(dir, "notes.txt"), []byte("mine"))
	r, err := LoadRun(dir)
	if err != nil || r.Metrics[3].Columns["future"] != 7.5 || r.Metrics[3].Hypervolume != whole.Metrics[3].Hypervolume {
		t.Errorf("with an unknown column: %v", err)
	}
	overwrite(t, path, []byte(strings.Replace(string(b), "\n1,", "\nx,", 1)))
	if _, err := LoadRun(dir); !errors.Is(err, ErrCorrupt) || !strings.Contains(err.Error(), path+":3: eval is \"x\"") {
		t.Errorf("a word for a number: %v", err)
	}
}
