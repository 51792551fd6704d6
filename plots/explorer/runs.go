package explorer

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/paretolab/paretolab/experiments"
)

// index knows the runs below the folders. Reading them is left until somebody asks.
type index struct {
	roots []*root
	cache *cache

	mu      sync.Mutex
	runs    map[string]*run
	scanned time.Time
}

// How often folders are looked through, and runs looked at, at most.
const (
	rescanAfter = 2 * time.Second
	maxDepth    = 8 // of a run below its folder
	maxRuns     = 100_000
)

// run is a run directory.
type run struct {
	id    string
	root  *root
	path  string // below the root, with slashes; as people see it
	files *experiments.RunFiles

	mu    sync.Mutex
	stamp string // of the files that the row was made from
	row   row
}

// row is a line of the list of runs.
type row struct {
	ID          string   `json:"id"`
	Root        string   `json:"root"`
	Path        string   `json:"path"`
	Experiment  string   `json:"experiment"`
	Label       string   `json:"label"`
	Algorithm   string   `json:"algorithm"`
	Preset      string   `json:"preset"`
	Environment string   `json:"environment"`
	Seed        uint64   `json:"seed"`
	Status      string   `json:"status"`
	Steps       int      `json:"steps"`
	Budget      int      `json:"budget"`
	Objectives  []string `json:"objectives"`
	Hypervolume *float64 `json:"hypervolume"`
	HVRatio     *float64 `json:"hv_ratio"`
	EUM         *float64 `json:"eum"`
	FrontSize   *int     `json:"front_size"`
	Seconds     *float64 `json:"seconds"`
	Started     *string  `json:"started"`
	Updated     *string  `json:"updated"`
	Error       *string  `json:"error"`
	Resume      *string  `json:"resume"`
}

// What a run is at.
const (
	statusRunning     = "running"
	statusComplete    = "complete"
	statusFailed      = "failed"
	statusInterrupted = "interrupted"
	statusUnreadable  = "unreadable"
)

func newIndex(roots []*root) *index {
	return &index{roots: roots, cache: newCache(), runs: map[string]*run{}}
}

// find returns the run of an id.
func (x *index) find(id string) (*run, error) {
	if r := x.lookUp(id); r != nil {
		return r, nil
	}
	x.scan()
	if r := x.lookUp(id); r != nil {
		return r, nil
	}
	return nil, notFound("the list of runs names all", "there is no run %q", id)
}

// lookUp returns a run that is still there, or nil.
func (x *index) lookUp(id string) *run {
	x.mu.Lock()
	defer x.mu.Unlock()
	r := x.runs[id]
	if r == nil {
		return nil
	}
	if _, err := r.files.Stat("run.json"); err != nil {
		delete(x.runs, id)
		return nil
	}
	return r
}

// all returns the runs in the order of their paths.
func (x *index) all() []*run {
	x.scan()
	x.mu.Lock()
	defer x.mu.Unlock()
	all := make([]*run, 0, len(x.runs))
	for _, r := range x.runs {
		all = append(all, r)
	}
	slices.SortFunc(all, func(a, b *run) int {
		return cmp.Or(cmp.Compare(a.root.label, b.root.label), cmp.Compare(a.path, b.path))
	})
	return all
}

// scan looks through the folders, unless it has just been done.
func (x *index) scan() {
	x.mu.Lock()
	defer x.mu.Unlock()
	if time.Since(x.scanned) < rescanAfter {
		return
	}
	found := map[string]*run{}
	for _, root := range x.roots {
		for _, dir := range root.runs() {
			name := dir
			if dir == "." && root.alone != "" {
				name = root.alone
			}
			id := runID(name)
			if other := found[id]; other != nil { // the same path below another folder
				id = runID(root.label + "\x00" + name)
			}
			if old := x.runs[id]; old != nil && old.root == root && old.path == name {
				found[id] = old
				continue
			}
			shown := filepath.Join(root.shown, filepath.FromSlash(dir))
			found[id] = &run{id: id, root: root, path: name, files: experiments.NewRunFiles(root.Root, filepath.FromSlash(dir), shown)}
		}
	}
	x.runs, x.scanned = found, time.Now()
}

// runID is what clients call a run by: they never send paths.
func runID(path string) string {
	sum := sha256.Sum256([]byte(path))
	return hex.EncodeToString(sum[:6])
}

// runs returns the run directories at and below a folder, with slashes. Links are not followed.
func (r *root) runs() []string {
	var found []string
	_ = fs.WalkDir(r.FS(), ".", func(dir string, e fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return nil // what cannot be read holds no runs for us
		case !e.IsDir():
			return nil
		case len(found) >= maxRuns:
			return fs.SkipAll
		}
		if info, err := r.Lstat(path.Join(dir, "run.json")); err == nil && info.Mode().IsRegular() {
			found = append(found, dir)
			return fs.SkipDir
		}
		if strings.Count(dir, "/") >= maxDepth {
			return fs.SkipDir
		}
		return nil
	})
	return found
}

// present returns the row as the files are now.
func (r *run) present() row {
	r.mu.Lock()
	defer r.mu.Unlock()
	watched := []string{"run.json", "result.json", "failure.json", "lock", "metrics.csv"}
	if r.row.Status == statusComplete {
		watched = watched[1:2]
	}
	if stamp := r.files.Stamp(watched...); stamp != r.stamp {
		r.row = r.read()
		r.stamp = stamp
		if r.row.Status == statusComplete {
			r.stamp = r.files.Stamp("result.json")
		}
	}
	if r.row.Status == statusRunning || r.row.Status == statusInterrupted || r.row.Status == statusFailed {
		r.settle(&r.row, r.row.Error != nil)
	}
	return r.row
}

// read reads what the row shows. What cannot be read is said in it.
func (r *run) read() row {
	out := row{ID: r.id, Root: r.root.label, Path: r.path, Objectives: []string{}, Status: statusUnreadable}
	wrong := func(err error) row {
		text := err.Error()
		out.Error, out.Status = &text, statusUnreadable
		return out
	}
	info, err := r.files.Info()
	if err != nil {
		return wrong(err)
	}
	out.Experiment, out.Label, out.Algorithm, out.Preset = info.Experiment, info.Label, info.Algorithm, info.Preset
	out.Environment, out.Seed, out.Budget = cmp.Or(info.Environment.Label, info.Environment.ID), info.Seed, info.Steps
	for _, o := range info.Environment.Objectives {
		out.Objectives = append(out.Objectives, o.Name)
	}
	out.Started = timeText(info.Started)
	if t, err := r.files.LastTiming(); err == nil && t != nil {
		out.Seconds = &t.SecondsTotal
	}
	for _, name := range []string{"result.json", "metrics.csv", "run.json"} {
		if stat, err := r.files.Stat(name); err == nil {
			out.Updated = timeText(stat.ModTime())
			break
		}
	}
	result, err := r.files.Result()
	if err != nil {
		return wrong(err)
	}
	if result != nil {
		out.Status, out.Steps, out.FrontSize = statusComplete, result.StepsTrain, &result.FrontSize
		out.Hypervolume, out.HVRatio, out.EUM = &result.Final.Hypervolume, result.Final.HVRatio, result.Final.EUM
		return out
	}
	last, err := r.files.LastMetrics()
	if err != nil {
		return wrong(err)
	}
	if last != nil {
		out.Steps, out.Hypervolume, out.HVRatio, out.EUM, out.FrontSize = last.StepsTrain, &last.Hypervolume, last.HVRatio, last.EUM, &last.Cardinality
	}
	failure, err := r.files.Failure()
	if err != nil {
		return wrong(err)
	}
	if failure != nil {
		text := failure.Error
		out.Error = &text
	}
	resume := "paretolab resume " + shellWord(r.files.Dir())
	out.Resume = &resume
	r.settle(&out, failure != nil)
	return out
}

// settle decides what an incomplete run is at, which also depends on processes and time.
func (r *run) settle(out *row, failed bool) {
	switch {
	case r.beingWritten():
		out.Status = statusRunning
	case failed:
		out.Status = statusFailed
	default:
		out.Status = statusInterrupted
	}
}

// quietTime is how long a run on another machine may write nothing before it counts as interrupted.
const quietTime = 10 * time.Minute

// beingWritten reports whether a process works on the run, without touching its lock.
func (r *run) beingWritten() bool {
	pid, host, ok := r.files.Writer()
	if !ok {
		return false
	}
	if here, err := os.Hostname(); err == nil && here == host {
		return processAlive(pid)
	}
	for _, name := range []string{"metrics.csv", "log.jsonl", "lock"} {
		if info, err := r.files.Stat(name); err == nil && time.Since(info.ModTime()) < quietTime {
			return true
		}
	}
	return false
}

// processAlive reports whether a process of this machine exists.
func processAlive(pid int) bool {
	if pid <= 0 {
		return false
	}
	p, err := os.FindProcess(pid)
	if err != nil || runtime.GOOS == "windows" { // there only existing ones are found
		return err == nil
	}
	defer p.Release()
	err = p.Signal(syscall.Signal(0))
	return err == nil || errors.Is(err, os.ErrPermission)
}

// timeText is a time in UTC to the second; nil if it is unknown.
func timeText(t time.Time) *string {
	if t.IsZero() {
		return nil
	}
	text := t.UTC().Format(time.RFC3339)
	return &text
}

// shellWord quotes a word for a shell if it needs that.
func shellWord(s string) string {
	plain := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("_-./=,:+@%", r)
	}
	if s != "" && !strings.ContainsFunc(s, func(r rune) bool { return !plain(r) }) {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// title is a run in words.
func (r *row) title() string {
	return fmt.Sprintf("%s on %s, seed %d", cmp.Or(r.Label, r.Algorithm), r.Environment, r.Seed)
}
