package experiments

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/paretolab/paretolab/agents"
	"github.com/paretolab/paretolab/pareto"
)

func sha256Of(b []byte) []byte { sum := sha256.Sum256(b); return sum[:] }

func TestAnyNumberOfWorkersWritesTheSameFiles(t *testing.T) {
	root := t.TempDir()
	var want []map[string]string
	for _, workers := range []int{1, 2, 7} {
		var jobs []*job
		for seed := range uint64(3) {
			jobs = append(jobs, testJob(filepath.Join(root, fmt.Sprint(workers), fmt.Sprint(seed)), seed, &climber{Tasks: 5, Sigma: 0.5}))
		}
		out, err := execute(context.Background(), quietly(workers, &testDisk{}), jobs)
		if err != nil {
			t.Fatal(err)
		}
		for i, o := range out {
			got := deterministic(t, o.Dir)
			if workers == 1 {
				want = append(want, got)
				continue
			}
			sameFiles(t, got, want[i])
		}
	}
	if want[0][fileFront] == want[1][fileFront] {
		t.Error("two seeds found the same front")
	}
}

func TestResultSumsUpTheFiles(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	o := complete(t, testJob(dir, 3, newClimber()), nil) // on the real disk
	r := o.Run
	for name, want := range r.Result.Files {
		b, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(name)))
		if err != nil || fmt.Sprintf("%x", sha256.Sum256(b)) != want {
			t.Errorf("%s does not have the hash in result.json: %v", name, err)
		}
	}
	for name := range deterministic(t, dir) {
		if _, ok := r.Result.Files[name]; !ok && name != fileResult {
			t.Errorf("result.json has no hash of %s", name)
		}
	}
	if r.Result.StepsTrain != 360 || r.Result.Evaluations != 6 || len(r.Metrics) != 6 || len(r.Evaluations) != 18 {
		t.Errorf("6 rounds of 3 tasks of 20 steps give %+v", r.Result)
	}
	var front pareto.Front
	for _, a := range r.Front() {
		front = front.Append(a.Value)
		if a.Episodes != 40 {
			t.Errorf("policy %s was measured again on %d episodes, want 40", a.Policy, a.Episodes)
		}
	}
	hv, err := pareto.Hypervolume(front, []float64{-20, -20})
	if err != nil || hv != r.Result.Final.Hypervolume || hv <= 0 || front.Len() != r.Result.FrontSize {
		t.Errorf("front.csv has hypervolume %v and %d rows, the result says %v and %d", hv, front.Len(), r.Result.Final.Hypervolume, r.Result.FrontSize)
	}
	last := r.Metrics[len(r.Metrics)-1]
	if *last.EUM != *r.Result.FinalSelected.EUM || last.Hypervolume != r.Result.FinalSelected.Hypervolume {
		t.Errorf("the last row of metrics.csv and final_selected differ: %+v, %+v", last.Indicators, r.Result.FinalSelected)
	}
	if last.Columns["test-climber.spread"] != 0.5 {
		t.Errorf("the algorithm's columns are %v", last.Columns)
	}
	table, err := reader(os.ReadFile).table(filepath.Join(dir, fileFront))
	if err != nil || !slices.Equal(table.header, []string{"policy", "distance", "rest", "se_distance", "se_rest", "episodes"}) {
		t.Errorf("front.csv has the columns %v: %v", table.header, err)
	}
	if total := r.WallSeconds(); total <= 0 || len(r.Timing) != 7 {
		t.Errorf("timing.csv has %d rows and ends at %v s", len(r.Timing), total)
	}
}

func TestCompleteRunsAreSkippedAndForcedOnesStartOver(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	complete(t, testJob(dir, 1, newClimber()), &testDisk{})
	want := deterministic(t, dir)
	records := 0
	c := newClimber()
	c.afterRecord = func(int) { records++ }
	if o := complete(t, testJob(dir, 1, c), &testDisk{}); !o.Skipped || records > 0 || o.Run.Result == nil {
		t.Errorf("a complete run: %+v after %d evaluations", o, records)
	}
	other := testJob(dir, 9, newClimber())
	var conflict *ConflictError
	if _, err := execute(context.Background(), quietly(1, &testDisk{}), []*job{other}); !errors.As(err, &conflict) || !strings.Contains(err.Error(), "--force") {
		t.Errorf("another item in the same directory: %v", err)
	}
	sameFiles(t, deterministic(t, dir), want)
	opt := quietly(1, &testDisk{})
	opt.Force = true
	if _, err := execute(context.Background(), opt, []*job{other}); err != nil {
		t.Error(err)
	}
	fresh, _ := reference(t, 9)
	sameFiles(t, deterministic(t, dir), fresh)
}

// TestNotesOfAnAlgorithm reach the result and the log.
func TestNotesOfAnAlgorithm(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	const note = "the hill is still steep"
	c := newClimber()
	c.spoil = func(e *agents.Evaluation) {
		if e.StageEnd && e.Phase == "stage1" {
			e.Notes = []string{note}
		}
	}
	o := complete(t, testJob(dir, 1, c), &testDisk{})
	if got := o.Run.Result.Notes; !slices.Equal(got, []string{note}) {
		t.Errorf("the result has the notes %q", got)
	}
	log, err := os.ReadFile(filepath.Join(dir, fileLog))
	if err != nil || !strings.Contains(string(log), `"level":"WARN","msg":"`+note) {
		t.Errorf("the log lacks the note: %v\n%s", err, log)
	}
}

func TestOneFailureDoesNotStopTheOthers(t *testing.T) {
	root := t.TempDir()
	bad := newClimber()
	bad.spoil = func(e *agents.Evaluation) {
		if e.Phase == "stage2" {
			e.Archive = slices.Clone(e.Archive)
			e.Archive[0].Value.Return = []float64{math.NaN(), 0}
		}
	}
	crash := newClimber()
	crash.afterTrain = func() { panic("out of cheese") }
	jobs := []*job{
		testJob(filepath.Join(root, "bad"), 1, bad),
		testJob(filepath.Join(root, "crash"), 2, crash),
		testJob(filepath.Join(root, "good"), 3, newClimber()),
	}
	out, err := execute(context.Background(), quietly(1, &testDisk{}), jobs)
	var failed *FailedError
	if !errors.As(err, &failed) || len(failed.Failed) != 2 || failed.Items != 3 {
		t.Fatalf("got %v", err)
	}
	if out[2].Err != nil || out[2].Run.Result == nil {
		t.Errorf("the good one: %v", out[2].Err)
	}
	if !strings.Contains(err.Error(), "diverged") || !strings.Contains(err.Error(), "NaN") {
		t.Errorf("NaN in an archive gives %q", err)
	}
	f, err := reader(os.ReadFile).failure(filepath.Join(root, "crash"))
	if err != nil || !strings.Contains(f.Error, "out of cheese") || !strings.Contains(f.Stack, "goroutine") || f.Attempt != 1 || f.Step != 360 {
		t.Errorf("failure.json: %+v, %v", f, err)
	}
	if out[1].Run == nil || out[1].Run.Failure == nil {
		t.Error("the failure is not part of the run")
	}
	// Once the cause is gone, the run goes on from where it was.
	for i, c := range []*climber{newClimber(), newClimber()} {
		jobs[i].item.Settings = c
	}
	if _, err := execute(context.Background(), quietly(1, &testDisk{}), jobs); err != nil {
		t.Fatal(err)
	}
	want, _ := reference(t, 2)
	sameFiles(t, deterministic(t, filepath.Join(root, "crash")), want)
}

func TestFailFastStopsWhatCanBeResumed(t *testing.T) {
	root := t.TempDir()
	bad := newClimber()
	bad.afterTrain = func() { panic("no") }
	jobs := []*job{testJob(filepath.Join(root, "bad"), 1, bad), testJob(filepath.Join(root, "next"), 2, newClimber())}
	opt := quietly(1, &testDisk{})
	opt.FailFast = true
	out, err := execute(context.Background(), opt, jobs)
	var failed *FailedError
	if !errors.As(err, &failed) || len(failed.Failed) != 1 || !out[1].Stopped {
		t.Errorf("got %v, second %+v", err, out[1])
	}
}

func TestARunHasOneWriter(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	c := newClimber()
	var second error
	c.afterRecord = func(k int) {
		if k == 2 {
			_, second = execute(context.Background(), quietly(1, &testDisk{}), []*job{testJob(dir, 1, newClimber())})
		}
	}
	complete(t, testJob(dir, 1, c), &testDisk{})
	var locked *LockedError
	host, _ := os.Hostname()
	if !errors.As(second, &locked) || !strings.Contains(second.Error(), fmt.Sprintf("%s is being written by process %d on %s, which last recorded something at 2", dir, os.Getpid(), host)) ||
		!strings.Contains(second.Error(), "wait for it or stop it, and if it is not there any more, remove "+filepath.Join(dir, fileLock)) {
		t.Errorf("a second writer got %v", second)
	}
	want, _ := reference(t, 1)
	sameFiles(t, deterministic(t, dir), want)
}

// What a lock file says does not hold a lock: neither of a process on another host, nor where the number
// is meanwhile that of a process that lives, nor half a file.
func TestADeadProcessHoldsNoLock(t *testing.T) {
	host, _ := os.Hostname()
	for _, left := range []struct {
		text    string
		attempt int
	}{
		{`{"pid":1,"host":"elsewhere","attempt":4}`, 5},
		{fmt.Sprintf(`{"pid":%d,"host":%q,"attempt":6,"heartbeat":%q}`, os.Getpid(), host, time.Now().Format(time.RFC3339)), 7},
		{`{"pid":1,"ho`, 1},
		{"", 1},
	} {
		dir := t.TempDir()
		overwrite(t, filepath.Join(dir, fileLock), []byte(left.text))
		l, err := acquireLock(dir)
		if err != nil || l.Attempt != left.attempt {
			t.Fatalf("%s is left: %+v, %v", left.text, l, err)
		}
		l.release()
		if _, err := os.Stat(filepath.Join(dir, fileLock)); err == nil {
			t.Error("the lock file stays")
		}
	}
}

// Somebody removes the file of a lock, as its message says, and takes the lock: the process that
// had it after all does not remove the new one.
func TestALockReleasesNoOther(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("files in use cannot be removed")
	}
	dir := t.TempDir()
	first, err := acquireLock(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(dir, fileLock)); err != nil {
		t.Fatal(err)
	}
	second, err := acquireLock(dir)
	if err != nil {
		t.Fatal(err)
	}
	first.release()
	var locked *LockedError
	if _, err := acquireLock(dir); !errors.As(err, &locked) {
		t.Errorf("the second lock is gone: %v", err)
	}
	second.release()
}

// A process that records shows that it lives.
func TestHeartbeat(t *testing.T) {
	dir := t.TempDir()
	l, err := acquireLock(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer l.release()
	begun := l.Heartbeat
	for _, seconds := range []int{1, 9, 15, 20, 26} {
		if err := l.beat(begun.Add(time.Duration(seconds) * time.Second)); err != nil {
			t.Fatal(err)
		}
		want := map[int]int{1: 0, 9: 0, 15: 15, 20: 15, 26: 26}[seconds]
		var held holder
		b, err := os.ReadFile(filepath.Join(dir, fileLock))
		if err != nil || json.Unmarshal(b, &held) != nil || held.Heartbeat.Sub(begun) != time.Duration(want)*time.Second || held.Since != begun {
			t.Errorf("after %d s the lock says %s, begun %v", seconds, b, begun)
		}
	}
}

func TestIdsThatAreNoFileNamesAreRefused(t *testing.T) {
	for _, id := range []string{"", "../x", "a/b", "A", "é", ".hidden", "a b"} {
		if err := checkMembers([]agents.Member{{ID: id, Policy: &linear{}}}); err == nil {
			t.Errorf("id %q is accepted", id)
		}
	}
	if err := checkMembers([]agents.Member{{ID: "s1.w2-u3", Policy: &linear{}}}); err != nil {
		t.Error(err)
	}
}

func TestFrontsAreThinnedOutInLongRuns(t *testing.T) {
	written := 0
	for eval := range 8000 {
		b, err := frontLine(eval, agents.Evaluation{}, &Evaluation{})
		if err != nil {
			t.Fatal(err)
		}
		if len(b) > 0 {
			written++
		}
		if eval < 1000 && len(b) == 0 {
			t.Fatalf("evaluation %d has no front", eval)
		}
	}
	if written != 1000+500+500+500 {
		t.Errorf("8000 evaluations leave %d fronts, want 2500", written)
	}
}

func TestNumbersReadBackExactly(t *testing.T) {
	third, tiny := 1.0/3, 5e-324
	rows := []Metrics{
		{Eval: 1, Phase: `a "b", c` + "\nd", Indicators: Indicators{Hypervolume: math.Inf(1), EUM: &third, MUL: &tiny, Sparsity: math.NaN()},
			Best: []float64{-0.1, math.MaxFloat64}, Columns: map[string]float64{"x.y": math.Inf(-1)}},
		{Eval: 2, Columns: map[string]float64{"x.y": 0.1 + 0.2}},
	}
	path := filepath.Join(t.TempDir(), fileMetrics)
	text := metricsHeader(2, []string{"x.y"}).line()
	for i := range rows {
		text = append(text, rows[i].cells(2, []string{"x.y"}).line()...)
	}
	overwrite(t, path, text)
	got, err := reader(os.ReadFile).metrics(path)
	if err != nil || len(got) != 2 {
		t.Fatal(got, err)
	}
	if got[0].Phase != `a "b", c d` || !math.IsInf(got[0].Hypervolume, 1) || *got[0].EUM != third || *got[0].MUL != tiny || got[0].HVRatio != nil ||
		!math.IsNaN(got[0].Sparsity) || !slices.Equal(got[0].Best, rows[0].Best) || got[1].Best != nil {
		t.Errorf("got %+v", got)
	}
	if !math.IsInf(got[0].Columns["x.y"], -1) || got[1].Columns["x.y"] != 0.1+0.2 {
		t.Errorf("own columns: %v, %v", got[0].Columns, got[1].Columns)
	}
	if !strings.Contains(string(text), ",+Inf,") || !strings.Contains(string(text), ",NaN,") {
		t.Errorf("infinities are written as in\n%s", text)
	}
}

func TestLogIsOneJSONDocumentPerLineOverAllAttempts(t *testing.T) {
	dir := interrupted(t, 1, 3)
	path := filepath.Join(dir, fileLog)
	b, _ := os.ReadFile(path)
	overwrite(t, path, append(b, `{"torn`...))
	complete(t, testJob(dir, 1, newClimber()), &testDisk{})
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var said []string
	for l := range strings.Lines(string(b)) {
		var record struct{ Msg string }
		if err := json.Unmarshal([]byte(l), &record); err != nil {
			t.Fatalf("%q: %v", l, err)
		}
		said = append(said, record.Msg)
	}
	if want := []string{"start", "stopped", "continue", "complete"}; !slices.Equal(said, want) {
		t.Errorf("the log says %q, want %q", said, want)
	}
}
