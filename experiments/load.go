package experiments

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

var (
	// ErrNewerFormat means that files were written by a later version of the program.
	ErrNewerFormat = errors.New("newer format")
	// ErrCorrupt means that files are not what a run wrote.
	ErrCorrupt = errors.New("corrupt data")
	// ErrNoRuns means that there is no run where one was looked for.
	ErrNoRuns = errors.New("no runs")
)

// CorruptError says which file is damaged, where, and how. It is an ErrCorrupt.
type CorruptError struct {
	Path  string
	Line  int // counted from 1; 0 if the file is not read by lines
	Fault string
}

func (e *CorruptError) Error() string {
	if e.Line > 0 {
		return fmt.Sprintf("%s:%d: %s", e.Path, e.Line, e.Fault)
	}
	return e.Path + ": " + e.Fault
}

func (e *CorruptError) Unwrap() error { return ErrCorrupt }

func corrupt(path string, line int, format string, a ...any) error {
	return &CorruptError{path, line, fmt.Sprintf(format, a...)}
}

// LoadRun reads a run directory, complete or not. Torn last lines, unknown files, columns and keys
// are ignored. A directory of a later format is an ErrNewerFormat, a damaged file an ErrCorrupt
// that names file and line, a directory without run.json an ErrNoRuns.
func LoadRun(dir string) (*Run, error) { return reader(os.ReadFile).load(dir) }

// reader reads a file whole, as [os.ReadFile] does.
type reader func(path string) ([]byte, error)

// load reads a run directory.
func (read reader) load(dir string) (*Run, error) {
	info, err := read.info(dir)
	if err != nil {
		return nil, err
	}
	r := &Run{Dir: dir, Info: *info}
	in := func(name string) string { return filepath.Join(dir, name) }
	config, err := read(in(fileConfig))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	r.Config = string(config)
	if r.Metrics, err = read.metrics(in(fileMetrics)); err != nil {
		return nil, err
	}
	if r.Evaluations, err = read.evaluations(in(fileEvaluations)); err != nil {
		return nil, err
	}
	if r.Fronts, err = read.fronts(in(fileFronts)); err != nil {
		return nil, err
	}
	if r.Timing, err = read.timing(in(fileTiming)); err != nil {
		return nil, err
	}
	if r.Parts, err = read.parts(in(fileParts)); err != nil {
		return nil, err
	}
	var names []string
	for _, o := range info.Environment.Objectives {
		names = append(names, o.Name)
	}
	if r.KnownFront, err = read.points(in(fileKnownFront), names); err != nil {
		return nil, err
	}
	if r.Failure, err = read.failure(dir); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	if r.Result, err = read.result(in(fileResult)); err != nil || r.Result == nil {
		return r, err
	}
	if r.Archive, err = read.archive(in(fileArchive)); err == nil && len(r.Front()) != r.Result.FrontSize {
		err = corrupt(in(fileArchive), 0, "it has %d non-dominated policies, %s says %d", len(r.Front()), fileResult, r.Result.FrontSize)
	}
	return r, err
}

// info reads run.json and refuses later formats.
func (read reader) info(dir string) (*Info, error) {
	path := filepath.Join(dir, fileRun)
	b, err := read(path)
	if errors.Is(err, fs.ErrNotExist) {
		if _, err := os.Stat(dir); err != nil {
			return nil, err
		}
		return nil, fmt.Errorf("%s is no run directory, it has no %s: %w", dir, fileRun, ErrNoRuns)
	}
	if err != nil {
		return nil, err
	}
	var head struct {
		Format string `json:"format"`
	}
	if err := decodeJSON(path, b, &head); err != nil {
		return nil, err
	}
	if err := checkFormat(path, head.Format); err != nil {
		return nil, err
	}
	info := &Info{}
	return info, decodeJSON(path, b, info)
}

// checkFormat compares the version of a run directory with the one that this program writes.
func checkFormat(path, format string) error {
	family, mine, _ := strings.Cut(Format, "/")
	name, version, _ := strings.Cut(format, "/")
	v, err := strconv.Atoi(version)
	if name != family || err != nil || v < 1 {
		return corrupt(path, 0, "its format is %q, not %q", format, Format)
	}
	if m, _ := strconv.Atoi(mine); v > m {
		return fmt.Errorf("%s has the format %q, this program reads up to %q; use a later version: %w", path, format, Format, ErrNewerFormat)
	}
	return nil
}

// decodeJSON reads a JSON file; a fault names the line.
func decodeJSON(path string, b []byte, v any) error {
	err := json.Unmarshal(b, v)
	if err == nil {
		return nil
	}
	offset := int64(len(b))
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		offset = min(offset, syntax.Offset)
	case errors.As(err, &kind):
		offset = min(offset, kind.Offset)
	}
	return corrupt(path, 1+bytes.Count(b[:offset], []byte("\n")), "%s", strings.TrimPrefix(err.Error(), "json: "))
}

// result reads result.json; nil if there is none.
func (read reader) result(path string) (*Result, error) {
	b, err := read(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	r := &Result{}
	if err := decodeJSON(path, b, r); err != nil {
		return nil, err
	}
	if !sealed(b) {
		return nil, corrupt(path, 0, "it was changed after the run, its check does not match; restore it, or start over with `paretolab run --force`")
	}
	return r, nil
}

func (read reader) fronts(path string) ([]FrontSnapshot, error) {
	text, err := read(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	var out []FrontSnapshot
	line := 0
	for l := range bytes.Lines(wholeLines(text)) {
		line++
		var s FrontSnapshot
		if err := json.Unmarshal(l, &s); err != nil {
			return nil, corrupt(path, line, "%s", strings.TrimPrefix(err.Error(), "json: "))
		}
		out = append(out, s)
	}
	return out, nil
}

// VerifyRun compares the files of a complete run with the hashes in its result.json. The error is
// an ErrCorrupt that names the first file that differs or is missing; for an incomplete run it is
// nil.
func VerifyRun(dir string) error {
	r, err := reader(os.ReadFile).result(filepath.Join(dir, fileResult))
	if err != nil || r == nil {
		return err
	}
	names := make([]string, 0, len(r.Files))
	for name := range r.Files {
		names = append(names, name)
	}
	slices.Sort(names)
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer root.Close()
	for _, name := range names {
		path := filepath.Join(dir, filepath.FromSlash(name))
		b, err := root.ReadFile(filepath.FromSlash(name))
		if errors.Is(err, fs.ErrNotExist) {
			return corrupt(path, 0, "it is missing, though %s names it", fileResult)
		}
		if err != nil {
			return err
		}
		if sha256Hex(b) != r.Files[name] {
			return corrupt(path, 0, "it was changed after the run: its SHA-256 is not the one in %s", fileResult)
		}
	}
	return nil
}

// FindRuns returns the run directories at and below the given ones, sorted, each once. A directory
// that does not exist is an error; one without runs is not.
func FindRuns(dirs ...string) ([]string, error) {
	return findFiles(fileRun, dirs)
}

// findFiles returns the directories at and below the given ones that hold a file of that name,
// sorted, each once. It does not look below them.
func findFiles(name string, dirs []string) ([]string, error) {
	var found []string
	for _, dir := range dirs {
		// With a separator at its end also a link to a directory is entered.
		err := filepath.WalkDir(filepath.Clean(dir)+string(filepath.Separator), func(path string, e fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			if !e.IsDir() {
				return nil
			}
			if info, err := os.Stat(filepath.Join(path, name)); err == nil && info.Mode().IsRegular() {
				found = append(found, filepath.Clean(path))
				return filepath.SkipDir
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	slices.Sort(found)
	return slices.Compact(found), nil
}
