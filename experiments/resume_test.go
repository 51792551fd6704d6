package experiments

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/paretolab/paretolab/internal/kern"
)

func TestRunWritesEverythingThatTheFormatNames(t *testing.T) {
	files, _ := reference(t, 1)
	for _, name := range []string{fileConfig, fileMetrics, fileEvaluations, fileFronts, fileEpisodes, fileArchive, fileFront, fileResult, "policies/index.json"} {
		if files[name] == "" {
			t.Errorf("%s is missing", name)
		}
	}
	if _, ok := files[fileLock]; ok {
		t.Error("the lock is left behind")
	}
}

// A process can die between any two operations on the disk, and in the middle of a write.
func TestKilledAtEveryOperationItResumesToTheSameFiles(t *testing.T) {
	want, d := reference(t, 1)
	for k := 1; k <= d.ops; k++ {
		t.Run(fmt.Sprintf("%d before %s", k, d.log[k-1]), func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "run")
			dying := &testDisk{limit: k, fault: errKilled}
			if _, err := execute(context.Background(), quietly(1, dying), []*job{testJob(dir, 1, newClimber())}); err == nil {
				if _, err := os.Stat(filepath.Join(dir, fileResult)); err != nil {
					t.Fatal("the run survived its death")
				}
			}
			// A second death, somewhere in the resumed run.
			again := &testDisk{limit: 1 + k*7%d.ops, fault: errKilled}
			execute(context.Background(), quietly(1, again), []*job{testJob(dir, 1, newClimber())})
			complete(t, testJob(dir, 1, newClimber()), &testDisk{})
			sameFiles(t, deterministic(t, dir), want)
		})
	}
}

func TestStoppedAtEveryRecordItSavesExactlyThereAndGoesOn(t *testing.T) {
	want, _ := reference(t, 2)
	for n := 1; n <= testRounds; n++ {
		dir := filepath.Join(t.TempDir(), "run")
		ctx, cancel := context.WithCancel(context.Background())
		c := newClimber()
		c.afterRecord = func(k int) {
			if k == n {
				cancel()
			}
		}
		j := testJob(dir, 2, c)
		out, err := execute(ctx, quietly(3, &testDisk{}), []*job{j})
		if !errors.Is(err, context.Canceled) || !out[0].Stopped {
			t.Fatalf("stopped after %d evaluations: %v, %+v", n, err, out[0])
		}
		saves := checkpoints{dir: filepath.Join(dir, dirCheckpoints)}
		saved, skipped, err := saves.newest(j.item.ID, dir)
		if err != nil || saved == nil || len(skipped) > 0 {
			t.Fatalf("no checkpoint after a stop: %v %v", err, skipped)
		}
		if saved.Eval != n || saved.Offsets[fileMetrics].Bytes != size(t, filepath.Join(dir, fileMetrics)) {
			t.Errorf("stopped after evaluation %d, the checkpoint holds %d", n, saved.Eval)
		}
		complete(t, testJob(dir, 2, newClimber()), &testDisk{})
		sameFiles(t, deterministic(t, dir), want)
	}
}

func size(t *testing.T, path string) int64 {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return info.Size()
}

func TestDiskFaultsStopTheRunAndLoseNothing(t *testing.T) {
	want, d := reference(t, 1)
	saved := 1 + slices.Index(d.log, "syncdir "+dirCheckpoints) // with that the first checkpoint is there
	if saved == 0 {
		t.Fatal("the run saves no checkpoint")
	}
	faults := []struct {
		name string
		disk testDisk
	}{
		{"disk full", testDisk{fault: syscall.ENOSPC, sticky: true}},
		{"I/O error", testDisk{fault: syscall.EIO}},
		{"short write", testDisk{fault: io.ErrShortWrite, short: true}},
	}
	for i := range faults {
		f := &faults[i]
		for k := 1; k <= d.ops; k++ {
			if f.disk.short && !strings.HasPrefix(d.log[k-1], "write ") || strings.HasSuffix(d.log[k-1], fileLog) {
				continue // the log is for people; the run does not hang on it
			}
			t.Run(fmt.Sprintf("%s at %d %s", f.name, k, d.log[k-1]), func(t *testing.T) {
				dir := filepath.Join(t.TempDir(), "run")
				faulty := &testDisk{limit: k, fault: f.disk.fault, sticky: f.disk.sticky, short: f.disk.short}
				_, err := execute(context.Background(), quietly(1, faulty), []*job{testJob(dir, 1, newClimber())})
				var disk *DiskError
				if !errors.As(err, &disk) || !errors.Is(err, f.disk.fault) {
					t.Fatalf("%s gives %v, want a DiskError of %v", faulty.hit, err, f.disk.fault)
				}
				if !strings.HasPrefix(disk.Path, dir) || !strings.Contains(err.Error(), disk.Path) || !strings.Contains(err.Error(), "free") {
					t.Errorf("the message %q names no path in the run directory, or not what is free", err)
				}
				saves := checkpoints{dir: filepath.Join(dir, dirCheckpoints)}
				if c, skipped, err := saves.newest("000000000000abc1", dir); err != nil || len(skipped) > 0 || c == nil && k > saved {
					t.Errorf("of the checkpoints before the fault there is %v: %v, %v", c, skipped, err)
				}
				complete(t, testJob(dir, 1, newClimber()), &testDisk{})
				sameFiles(t, deterministic(t, dir), want)
			})
		}
	}
}

// The files of an experiment, too, are there whole or not at all, and the same command goes on.
func TestDiskFaultsOfTheExperimentsFiles(t *testing.T) {
	config := func(root string) *Config {
		return mustParse(t, "version: 1\nname: faulty\nenvironment: test-walk-v0\nalgorithm: test-climber\nsteps: 360\nseeds: [0, 1]\n"+
			"evaluation: {episodes: 4}\nfinal_evaluation: {episodes: 20}\noutput: {root: "+root+"}\n", Overrides{})
	}
	stopped, cancel := context.WithCancel(context.Background())
	cancel()
	counting := &testDisk{}
	c := config(t.TempDir())
	if _, err := Execute(stopped, quietly(1, counting), c); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	names := []string{fileExperiment, fileResolved, fileManifest}
	if counting.ops < 3*len(names) || !slices.Contains(counting.log, "rename "+fileManifest) {
		t.Fatalf("only %q", counting.log)
	}
	for _, fault := range []error{syscall.ENOSPC, syscall.EIO, errKilled} {
		for k := 1; k <= counting.ops; k++ {
			c := config(t.TempDir())
			_, err := Execute(stopped, quietly(1, &testDisk{limit: k, fault: fault}), c)
			var disk *DiskError
			if !errors.As(err, &disk) || !errors.Is(err, fault) || !strings.HasPrefix(disk.Path, c.Dir()) {
				t.Fatalf("%v at %s: %v", fault, counting.log[k-1], err)
			}
			whole := map[string][]byte{fileExperiment: c.Source, fileResolved: c.ResolvedYAML()}
			for _, name := range names {
				b, err := os.ReadFile(filepath.Join(c.Dir(), name))
				switch lines, bad := readManifest(c.Dir()); {
				case errors.Is(err, fs.ErrNotExist):
				case err != nil, name == fileManifest && (bad != nil || len(lines) != 2), name != fileManifest && string(b) != string(whole[name]):
					t.Errorf("%v at %s leaves %s:\n%s", fault, counting.log[k-1], name, b)
				}
			}
			if out, err := Execute(context.Background(), quietly(1, &testDisk{}), c); err != nil || len(out) != 2 {
				t.Errorf("after %v at %s: %v", fault, counting.log[k-1], err)
			}
		}
	}
}

// otherKernels makes the program compute with the generic kernels until the test ends.
func otherKernels(t *testing.T) {
	t.Helper()
	if kern.Class() == "generic" {
		t.Skip("this processor has one class of kernels only")
	}
	t.Cleanup(func() { kern.Select("auto") })
	if err := kern.Select("generic"); err != nil {
		t.Fatal(err)
	}
}

// A run goes on with the kernels that it was begun with, unless both are allowed; then its info says so,
// for good.
func TestOtherKernelsAreRefusedOrMarked(t *testing.T) {
	dir := interrupted(t, 1, 2)
	otherKernels(t)
	before, err := os.ReadFile(filepath.Join(dir, fileRun))
	if err != nil {
		t.Fatal(err)
	}
	_, err = execute(context.Background(), quietly(1, &testDisk{}), []*job{testJob(dir, 1, newClimber())})
	var kernel *KernelError
	if !errors.As(err, &kernel) || kernel.Before != "simd" || kernel.Class != "generic" || !strings.Contains(err.Error(), "--allow-kernel-change") {
		t.Fatalf("generic kernels continue a run of others: %v", err)
	}
	after, err := LoadRun(dir)
	if err != nil || after.Failure != nil || after.Result != nil {
		t.Errorf("after the refusal: %+v, %v", after, err)
	}
	if now, _ := os.ReadFile(filepath.Join(dir, fileRun)); string(now) != string(before) {
		t.Errorf("the refusal changed run.json to\n%s", now)
	}

	var said strings.Builder
	ctx, cancel := context.WithCancel(context.Background())
	c := newClimber()
	c.afterRecord = func(n int) {
		if n == 4 {
			cancel()
		}
	}
	allow := RunOptions{Workers: 1, disk: &testDisk{}, AllowKernelChange: true, Messages: &said, Progress: ProgressLines}
	if _, err := execute(ctx, allow, []*job{testJob(dir, 1, c)}); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	if info, err := reader(os.ReadFile).info(dir); err != nil || info.Program.Kernel != KernelMixed || !strings.Contains(said.String(), "marked as mixed") {
		t.Errorf("continued with other kernels: %+v, %v; said %q", info, err, said.String())
	}
	for _, path := range []string{"auto", "generic"} { // what is mixed need not be asked for again
		if err := kern.Select(path); err != nil {
			t.Fatal(err)
		}
		again := filepath.Join(t.TempDir(), "run")
		if err := os.CopyFS(again, os.DirFS(dir)); err != nil {
			t.Fatal(err)
		}
		o := complete(t, testJob(again, 1, newClimber()), &testDisk{})
		if o.Run.Info.Program.Kernel != KernelMixed || o.Run.Info.Item != o.Item.ID {
			t.Errorf("%s: in the end the run is %+v", path, o.Run.Info)
		}
	}
}

// Without a checkpoint a run starts over, and run.json names the kernels that computed it.
func TestARunThatStartsOverNamesItsKernels(t *testing.T) {
	dir := interrupted(t, 1, 1)
	if err := os.RemoveAll(filepath.Join(dir, dirCheckpoints)); err != nil {
		t.Fatal(err)
	}
	otherKernels(t)
	if o := complete(t, testJob(dir, 1, newClimber()), &testDisk{}); o.Run.Info.Program.Kernel != "generic" {
		t.Errorf("computed with generic kernels alone, it says %q", o.Run.Info.Program.Kernel)
	}
}
