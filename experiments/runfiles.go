package experiments

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/paretolab/paretolab/agents"
)

// RunFiles reads a run directory part by part, for those who do not need all of it at once or do not
// trust who wrote it: nothing leads out of the root, only regular files of limited size are opened, and
// what is in them goes through the same parsers as [LoadRun]. Errors are those of LoadRun.
type RunFiles struct {
	root  *os.Root
	dir   string // below the root
	shown string // in messages, for people
}

// maxFile is the size in bytes beyond which a file of a run is not read.
const maxFile = 256 << 20

// NewRunFiles reads the run in a directory below a root. shown is its path in messages.
func NewRunFiles(root *os.Root, dir, shown string) *RunFiles {
	return &RunFiles{root, dir, shown}
}

// Dir is the path of the run in messages and commands for people.
func (f *RunFiles) Dir() string { return f.shown }

// Open opens a regular file of the run.
func (f *RunFiles) Open(name string) (*os.File, fs.FileInfo, error) {
	if !filepath.IsLocal(name) {
		return nil, nil, corrupt(f.in(name), 0, "it lies outside of the run")
	}
	path := filepath.Join(f.dir, name)
	switch info, err := f.root.Lstat(path); {
	case err != nil:
		return nil, nil, err
	case !info.Mode().IsRegular():
		return nil, nil, corrupt(f.in(name), 0, "it is no regular file; a run has no links and devices")
	}
	file, err := f.root.Open(path)
	if err != nil {
		return nil, nil, err
	}
	info, err := file.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = corrupt(f.in(name), 0, "it is no regular file; a run has no links and devices")
	}
	if err != nil {
		file.Close()
		return nil, nil, err
	}
	return file, info, nil
}

// Stat describes a file of the run; what is no regular file does not exist.
func (f *RunFiles) Stat(name string) (fs.FileInfo, error) {
	if !filepath.IsLocal(name) {
		return nil, fs.ErrNotExist
	}
	info, err := f.root.Lstat(filepath.Join(f.dir, name))
	if err == nil && !info.Mode().IsRegular() {
		err = fs.ErrNotExist
	}
	return info, err
}

// Read returns a file of the run.
func (f *RunFiles) Read(name string) ([]byte, error) {
	file, info, err := f.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	if info.Size() > maxFile {
		return nil, corrupt(filepath.Join(f.shown, name), 0, "it has %d bytes; at most %d are read", info.Size(), maxFile)
	}
	return io.ReadAll(io.LimitReader(file, maxFile))
}

// reader reads files by the path that is shown.
func (f *RunFiles) reader() reader {
	return func(path string) ([]byte, error) {
		name, err := filepath.Rel(f.shown, path)
		if err != nil {
			return nil, err
		}
		return f.Read(name)
	}
}

func (f *RunFiles) in(name string) string { return filepath.Join(f.shown, name) }

// Load reads all of the run.
func (f *RunFiles) Load() (*Run, error) { return f.reader().load(f.shown) }

// Info reads run.json.
func (f *RunFiles) Info() (*Info, error) { return f.reader().info(f.shown) }

// Result reads result.json; nil if there is none.
func (f *RunFiles) Result() (*Result, error) { return f.reader().result(f.in(fileResult)) }

// Failure reads failure.json; nil if there is none.
func (f *RunFiles) Failure() (*Failure, error) {
	failure, err := f.reader().failure(f.shown)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return failure, err
}

// Metrics reads metrics.csv.
func (f *RunFiles) Metrics() ([]Metrics, error) { return f.reader().metrics(f.in(fileMetrics)) }

// LastMetrics reads the last row of metrics.csv; nil if there is none.
func (f *RunFiles) LastMetrics() (*Metrics, error) {
	t, err := f.lastLine(fileMetrics)
	if err != nil {
		return nil, err
	}
	return lastOf(t.metrics())
}

// LastTiming reads the last row of timing.csv; nil if there is none.
func (f *RunFiles) LastTiming() (*TimingRow, error) {
	t, err := f.lastLine(fileTiming)
	if err != nil {
		return nil, err
	}
	return lastOf(t.timing())
}

func lastOf[T any](rows []T, err error) (*T, error) {
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	return &rows[len(rows)-1], nil
}

// lastLine is a table with its header and last row alone.
func (f *RunFiles) lastLine(name string) (*table, error) {
	text, err := f.Read(name)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	header, rest, _ := bytes.Cut(wholeLines(text), []byte("\n"))
	rest = bytes.TrimSuffix(rest, []byte("\n"))
	last := rest[bytes.LastIndexByte(rest, '\n')+1:]
	return parseTable(f.in(name), bytes.Join([][]byte{header, last, nil}, []byte("\n")))
}

// Evaluations reads evaluations.csv.
func (f *RunFiles) Evaluations() ([]EvaluationRow, error) {
	return f.reader().evaluations(f.in(fileEvaluations))
}

// Timing reads timing.csv.
func (f *RunFiles) Timing() ([]TimingRow, error) { return f.reader().timing(f.in(fileTiming)) }

// Archive reads archive.csv; it is empty while the run is incomplete.
func (f *RunFiles) Archive() ([]ArchiveRow, error) { return f.reader().archive(f.in(fileArchive)) }

// KnownFront reads the front of the environment as far as it is known.
func (f *RunFiles) KnownFront(info *Info) ([][]float64, error) {
	var names []string
	for _, o := range info.Environment.Objectives {
		names = append(names, o.Name)
	}
	return f.reader().points(f.in(fileKnownFront), names)
}

// ParseFront reads a line of fronts.jsonl, which is the line-th of the file, counted from 1.
func (f *RunFiles) ParseFront(text []byte, line int) (*FrontSnapshot, error) {
	s := &FrontSnapshot{}
	if err := json.Unmarshal(text, s); err != nil {
		return nil, corrupt(f.in(fileFronts), line, "%s", strings.TrimPrefix(err.Error(), "json: "))
	}
	return s, nil
}

// Writer returns the process that holds the lock of the run, as the lock file says, and whether there is one.
func (f *RunFiles) Writer() (pid int, host string, ok bool) {
	b, err := f.Read(fileLock)
	var h holder
	if err != nil || json.Unmarshal(b, &h) != nil {
		return 0, "", err == nil
	}
	return h.PID, h.Host, true
}

// PolicyFile is what the index of a run says of a policy.
type PolicyFile struct {
	ID, File, SHA256, Kind, Parent, Origin string
	Weight                                 []float64
	Bytes                                  int64
}

// PolicyFile describes the file of a policy of a complete run.
func (f *RunFiles) PolicyFile(id string) (*PolicyFile, error) {
	e, err := f.policyEntry(id)
	if err != nil {
		return nil, err
	}
	p := &PolicyFile{ID: e.ID, File: e.File, SHA256: e.SHA256, Kind: e.Kind, Parent: e.Parent, Origin: e.Origin, Weight: e.Weight}
	if info, err := f.Stat(filepath.Join(dirPolicies, filepath.FromSlash(e.File))); err == nil {
		p.Bytes = info.Size()
	}
	return p, nil
}

func (f *RunFiles) policyEntry(id string) (policyEntry, error) {
	index, err := f.reader().policyIndex(f.shown)
	if err != nil {
		return policyEntry{}, err
	}
	for _, e := range index.Policies {
		if e.ID == id {
			return e, nil
		}
	}
	return policyEntry{}, fmt.Errorf("no policy %q in %s: %w", id, f.in(dirPolicies), fs.ErrNotExist)
}

// Policy returns a policy of the run, of its archive or its repertoire, in a set of its own: with the environment that it acts in.
// Nothing but its parameters is known of one from the repertoire. The packages of the algorithm and environment that made it must
// be imported.
func (f *RunFiles) Policy(id string) (*PolicySet, *agents.Member, error) {
	run, err := f.Load()
	if err != nil {
		return nil, nil, err
	}
	set, err := newPolicySet(run)
	if err != nil {
		return nil, nil, err
	}
	read := f.reader()
	index, err := read.policyIndex(f.shown)
	if err != nil {
		return nil, nil, err
	}
	set.files, set.stored = read, index.Repertoire
	i := slices.IndexFunc(index.Policies, func(e policyEntry) bool { return e.ID == id })
	if i < 0 {
		m, err := set.Member(id)
		if err != nil {
			err = fmt.Errorf("no policy %q in %s: %w", id, f.in(dirPolicies), fs.ErrNotExist)
		}
		return set, m, err
	}
	m, err := read.member(f.shown, index.Policies[i], run.rows(), &set.Env.Spec)
	if err != nil {
		return nil, nil, err
	}
	set.Members = []agents.Member{*m}
	return set, &set.Members[0], nil
}

// Table reads a table that the algorithm left; nil if there is none of that name.
func (f *RunFiles) Table(name string) (*agents.Table, error) {
	file := name + tableExtension
	if slices.Contains(ownTables, file) {
		return nil, nil
	}
	if _, err := f.Stat(file); err != nil {
		return nil, nil
	}
	return f.reader().learnerTable(f.in(file), name)
}

// Stamp changes when one of the files does: it is made of their sizes and times of change.
func (f *RunFiles) Stamp(names ...string) string {
	var b strings.Builder
	for _, name := range names {
		if info, err := f.Stat(name); err == nil {
			fmt.Fprintf(&b, "%x.%x-", info.Size(), info.ModTime().UnixNano())
		} else {
			b.WriteByte('-')
		}
	}
	return b.String()
}
