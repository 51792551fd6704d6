package experiments

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// appendOnly are the files that grow with the evaluations; of episodes only a run that was asked for it
// has one.
var appendOnly = []string{fileMetrics, fileEvaluations, fileFronts, fileTiming, fileEpisodes}

// runDir is a run directory being written. It belongs to the holder of its lock.
type runDir struct {
	disk   disk
	path   string
	lock   *lock
	grow   []string // append-only files of this run
	files  map[string]*appender
	hashes map[string]string // SHA-256 of the deterministic files, by path below the directory
}

// lockRunDir makes the directory, if need be, and takes its lock.
func lockRunDir(d disk, path string) (*runDir, error) {
	if err := d.MkdirAll(path); err != nil {
		return nil, diskError("create directory", path, err)
	}
	l, err := acquireLock(path)
	if err != nil {
		return nil, err
	}
	return &runDir{disk: d, path: path, lock: l, files: map[string]*appender{}, hashes: map[string]string{}}, nil
}

// release closes what is open and gives the lock back.
func (d *runDir) release() {
	for _, a := range d.files {
		a.file.Close()
	}
	d.lock.release()
}

// in is the path of a file of the run.
func (d *runDir) in(name ...string) string {
	return filepath.Join(append([]string{d.path}, name...)...)
}

// prepare makes the folders and removes what a crash left half-written.
func (d *runDir) prepare() error {
	for _, dir := range []string{d.path, d.in(dirPolicies), d.in(dirCheckpoints)} {
		if err := d.disk.MkdirAll(dir); err != nil {
			return diskError("create directory", dir, err)
		}
		entries, err := os.ReadDir(dir)
		if err != nil {
			return err
		}
		for _, e := range entries {
			if path := filepath.Join(dir, e.Name()); isTemporary(e.Name()) {
				if err := d.disk.Remove(path); err != nil {
					return diskError("remove", path, err)
				}
			}
		}
	}
	return nil
}

// empty removes everything but the lock, so that the run begins anew. The result goes first: a
// directory without it is incomplete, whatever else is there.
func (d *runDir) empty() error {
	remove := func(path string) error {
		if err := d.disk.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return diskError("remove", path, err)
		}
		return nil
	}
	if err := remove(d.in(fileResult)); err != nil {
		return err
	}
	for _, dir := range []string{d.in(dirCheckpoints), d.in(dirPolicies), d.path} {
		entries, err := os.ReadDir(dir)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		for _, e := range entries {
			if e.IsDir() || e.Name() == fileLock {
				continue // folders that are not ours stay
			}
			if err := remove(filepath.Join(dir, e.Name())); err != nil {
				return err
			}
		}
	}
	return nil
}

// open continues the append-only files from the given places, or begins them. Whether there are training
// episodes was decided when the run began.
func (d *runDir) open(from map[string]mark) error {
	d.grow = appendOnly
	if _, err := os.Stat(d.in(fileEpisodes)); errors.Is(err, fs.ErrNotExist) {
		d.grow = slices.DeleteFunc(slices.Clone(appendOnly), func(name string) bool { return name == fileEpisodes })
	} else if err != nil {
		return err
	}
	for _, name := range d.grow {
		a, err := openAppender(d.disk, d.in(name), from[name])
		if err != nil {
			return err
		}
		d.files[name] = a
	}
	return nil
}

// sync makes the append-only files durable and returns where they stand.
func (d *runDir) sync() (map[string]mark, error) {
	marks := map[string]mark{}
	for _, name := range d.grow {
		if err := d.files[name].sync(); err != nil {
			return nil, err
		}
		marks[name] = d.files[name].mark()
	}
	return marks, nil
}

// close closes the append-only files.
func (d *runDir) close() error {
	for _, name := range d.grow {
		a := d.files[name]
		delete(d.files, name)
		if err := a.close(); err != nil {
			return err
		}
	}
	return nil
}

// write writes a deterministic file whole and remembers its hash.
func (d *runDir) write(name string, b []byte) error {
	d.hashes[filepath.ToSlash(name)] = sha256Hex(b)
	return writeWhole(d.disk, d.in(name), b)
}

// sha256Hex is the SHA-256 of b in hexadecimal digits.
func sha256Hex(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// marshal is JSON for people: indented, one line feed at the end.
func marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	err := enc.Encode(v)
	return b.Bytes(), err
}

// checkField is the part of result.json that holds its own hash.
const checkField = `"check": "`

// seal returns the result as a file whose field "check" is the SHA-256 of the file with that field
// empty.
func (r Result) seal() ([]byte, error) {
	r.Check = ""
	b, err := marshal(r)
	if err != nil {
		return nil, err
	}
	return bytes.Replace(b, []byte(checkField+`"`), []byte(checkField+sha256Hex(b)+`"`), 1), nil
}

// sealed reports whether the file is as seal made it.
func sealed(b []byte) bool {
	head, tail, ok := bytes.Cut(b, []byte(checkField))
	const n = 2 * sha256.Size
	if !ok || len(tail) < n {
		return false
	}
	blank := slices.Concat(head, []byte(checkField), tail[n:])
	return sha256Hex(blank) == string(tail[:n])
}

// Failure is failure.json: how the last attempt at a run failed.
type Failure struct {
	Error   string    `json:"error"`
	Stack   string    `json:"stack,omitempty"` // of a panic
	Step    int       `json:"step"`            // training steps up to the failure
	Attempt int       `json:"attempt"`
	Time    time.Time `json:"time"`
	Host    string    `json:"host"`
}

func (read reader) failure(dir string) (*Failure, error) {
	path := filepath.Join(dir, fileFailure)
	b, err := read(path)
	if err != nil {
		return nil, err
	}
	f := &Failure{}
	if err := json.Unmarshal(b, f); err != nil {
		return nil, corrupt(path, 0, "%v", err)
	}
	return f, nil
}
