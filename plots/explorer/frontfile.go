package explorer

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"sync"

	"github.com/paretolab/paretolab/experiments"
)

// frontFile knows where the fronts of a run lie in its fronts.jsonl. Only what was appended is read again; a last line
// that is torn waits.
type frontFile struct {
	mu    sync.Mutex
	lines []frontLine
	size  int64 // of what has been read: whole lines
}

type frontLine struct {
	Eval   int `json:"eval"`
	Steps  int `json:"steps_train"`
	offset int64
	length int
}

// maxLine is the length in bytes of the longest line that is read.
const maxLine = 64 << 20

// fronts brings the index of the fronts of a run up to date.
func (x *index) fronts(r *run) (*frontFile, error) {
	f, err := cached(x.cache, r.id+"/fronts", "", func() (*frontFile, int64, error) { return &frontFile{}, 1 << 16, nil })
	if err != nil {
		return nil, err
	}
	return f, f.update(r.files)
}

func (f *frontFile) update(files *experiments.RunFiles) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	file, info, err := files.Open("fronts.jsonl")
	if errors.Is(err, fs.ErrNotExist) {
		f.lines, f.size = nil, 0
		return nil
	}
	if err != nil {
		return err
	}
	defer file.Close()
	if info.Size() < f.size { // begun anew, or cut back to a checkpoint
		f.lines, f.size = nil, 0
	}
	if info.Size() == f.size {
		return nil
	}
	in := bufio.NewReaderSize(io.NewSectionReader(file, f.size, info.Size()-f.size), 1<<16)
	for {
		text, whole, err := readLine(in)
		if err != nil {
			return err
		}
		if !whole {
			return nil
		}
		line := frontLine{offset: f.size, length: len(text)}
		if err := json.Unmarshal(text, &line); err != nil {
			_, err := files.ParseFront(text, len(f.lines)+1)
			return err
		}
		f.lines = append(f.lines, line)
		f.size += int64(len(text)) + 1
	}
}

// readLine returns the next line without its end, and whether it has one.
func readLine(in *bufio.Reader) (text []byte, whole bool, err error) {
	for {
		part, err := in.ReadSlice('\n')
		text = append(text, part...)
		switch {
		case len(text) > maxLine:
			return nil, false, &fault{409, "changed", "a line of fronts.jsonl is longer than 64 MB", ""}
		case errors.Is(err, bufio.ErrBufferFull):
		case err == io.EOF:
			return text, false, nil
		case err != nil:
			return nil, false, err
		default:
			return text[:len(text)-1], true, nil
		}
	}
}

// evals are the evaluations of which the front is known.
func (f *frontFile) evals() []int {
	f.mu.Lock()
	defer f.mu.Unlock()
	evals := make([]int, len(f.lines))
	for i, l := range f.lines {
		evals[i] = l.Eval
	}
	return evals
}

// last returns the number of fronts and the last one's evaluation and steps, −1 if there is none.
func (f *frontFile) last() (count, eval, steps int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if n := len(f.lines); n > 0 {
		return n, f.lines[n-1].Eval, f.lines[n-1].Steps
	}
	return 0, -1, 0
}

// at returns the front of an evaluation, for −1 the last one; nil if there is none.
func (f *frontFile) at(files *experiments.RunFiles, eval int) (*experiments.FrontSnapshot, error) {
	f.mu.Lock()
	lines := f.lines
	f.mu.Unlock()
	for i := len(lines) - 1; i >= 0; i-- {
		if l := lines[i]; eval < 0 || l.Eval == eval {
			file, _, err := files.Open("fronts.jsonl")
			if err != nil {
				return nil, err
			}
			defer file.Close()
			text := make([]byte, l.length)
			if _, err := file.ReadAt(text, l.offset); err != nil {
				return nil, &fault{409, "changed", "the run was cut back while it was read", "reload"}
			}
			return files.ParseFront(text, i+1)
		}
	}
	return nil, nil
}
