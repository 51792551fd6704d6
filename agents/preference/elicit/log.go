package elicit

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"github.com/paretolab/paretolab/pareto"
)

// Format names the form of a log: JSON Lines, the first a header with the items and the settings, each
// other an answer or {"undo":true}, which takes the answer before it back. Unknown keys are ignored. A last line
// that was torn off when the program ended is ignored.
const Format = "paretolab-elicitation/1"

// header is the first line of a log.
type header struct {
	Format     string      `json:"format"`
	Source     string      `json:"source,omitempty"` // where the front came from
	Front      string      `json:"front"`            // its identity, see Items.ID
	Objectives []Objective `json:"objectives"`
	Names      []string    `json:"names"`
	Values     [][]float64 `json:"values"`
	StdErr     [][]float64 `json:"stderr,omitempty"`
	Settings   Settings    `json:"settings"`
}

// line is any other line of a log.
type line struct {
	Undo bool `json:"undo,omitempty"`
	Answer
}

// ID identifies items by a hash of their names, objectives and values.
func (t *Items) ID() string {
	h := sha256.New()
	text := func(s string) { fmt.Fprintf(h, "%d:%s,", len(s), s) }
	for _, o := range t.Objectives {
		text(o.Name)
		text(o.Unit)
	}
	for _, n := range t.Names {
		text(n)
	}
	var b [8]byte
	for _, v := range t.Values.X {
		binary.LittleEndian.PutUint64(b[:], math.Float64bits(v+0)) // −0 is 0
		h.Write(b[:])
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// Log writes a session as it goes on. Every line is written at once and whole.
type Log struct{ w io.Writer }

// NewLog writes the header of a log of e, whose answers so far follow. source says in words or as a path where the front
// came from.
func NewLog(w io.Writer, e *Elicitor, source string) (*Log, error) {
	l := &Log{w}
	err := l.write(header{Format: Format, Source: source, Front: e.items.ID(), Objectives: e.items.Objectives,
		Names: e.items.Names, Values: e.items.Values.Rows(), StdErr: e.items.StdErr, Settings: e.settings})
	for i := range e.answers {
		if err == nil {
			err = l.Answer(e.answers[i])
		}
	}
	return l, err
}

// ContinueLog returns a log that goes on at the end of w.
func ContinueLog(w io.Writer) *Log { return &Log{w} }

// Answer writes an answer.
func (l *Log) Answer(a Answer) error {
	if a.Order == nil {
		a.Order = []int{}
	}
	return l.write(a)
}

// Undo writes that the last answer is taken back.
func (l *Log) Undo() error {
	return l.write(struct {
		Undo bool `json:"undo"`
	}{true})
}

func (l *Log) write(v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	_, err = l.w.Write(append(b, '\n'))
	return err
}

// Errors of [ReadLog], for errors.Is.
var (
	ErrLog         = errors.New("not a log of an elicitation")
	ErrNewerFormat = errors.New("newer format")
)

// maxLine is the length in bytes of the longest line of a log.
const maxLine = 64 << 20

// ReadLog restores an elicitor from its log: the state is the same, bit for bit, as when the log was written. It
// returns the source that the header names, and the length in bytes of what counts, without a line that was torn off.
// Errors name the line, and are ErrLog or ErrNewerFormat where the log is at fault.
func ReadLog(r io.Reader) (e *Elicitor, source string, size int64, err error) {
	in := bufio.NewReader(r)
	for number := 1; ; number++ {
		text, whole, err := readLine(in)
		switch {
		case err != nil:
			return nil, "", 0, fmt.Errorf("line %d: %w", number, err)
		case len(text) == 0 && !whole && e != nil:
			return e, source, size, nil
		case len(text) == 0 && !whole:
			return nil, "", 0, fmt.Errorf("line %d: no header; the file is empty: %w", number, ErrLog)
		case e == nil:
			if e, source, err = readHeader(text); err != nil {
				return nil, "", 0, fmt.Errorf("line %d: %w", number, err)
			}
		default:
			if err := e.replay(text); err != nil {
				if !whole {
					return e, source, size, nil
				}
				return nil, "", 0, fmt.Errorf("line %d: %w: %w", number, err, ErrLog)
			}
		}
		size += int64(len(text)) + 1
		if !whole {
			return e, source, size - 1, nil
		}
	}
}

// readLine returns the next line and whether it ends with a newline; an empty one that is not is the end.
func readLine(in *bufio.Reader) (text []byte, whole bool, err error) {
	for {
		part, err := in.ReadSlice('\n')
		text = append(text, part...)
		switch {
		case len(text) > maxLine:
			return nil, false, fmt.Errorf("longer than %d bytes: %w", maxLine, ErrLog)
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

// readHeader begins the session that a header describes.
func readHeader(text []byte) (*Elicitor, string, error) {
	var h header
	if err := json.Unmarshal(text, &h); err != nil {
		return nil, "", fmt.Errorf("no header of a log (%v): %w", err, ErrLog)
	}
	family, mine, _ := strings.Cut(Format, "/")
	name, version, _ := strings.Cut(h.Format, "/")
	v, err := strconv.Atoi(version)
	if name != family || err != nil || v < 1 {
		return nil, "", fmt.Errorf("its format is %q, not %q: %w", h.Format, Format, ErrLog)
	}
	if m, _ := strconv.Atoi(mine); v > m {
		return nil, "", fmt.Errorf("its format is %q, this program reads up to %q; use a later version: %w", h.Format, Format, ErrNewerFormat)
	}
	values, err := pareto.NewFront(h.Values)
	if err != nil {
		return nil, "", fmt.Errorf("%w: %w", err, ErrLog)
	}
	items, err := NewItems(values, h.Names, h.Objectives)
	if err != nil {
		return nil, "", fmt.Errorf("%w: %w", err, ErrLog)
	}
	if h.StdErr != nil {
		if err := items.SetStdErr(h.StdErr); err != nil {
			return nil, "", fmt.Errorf("%w: %w", err, ErrLog)
		}
	}
	if id := items.ID(); h.Front != id {
		return nil, "", fmt.Errorf("the front in it was changed: its identity is %q, not %q: %w", id, h.Front, ErrLog)
	}
	e, err := New(items, h.Settings)
	if err != nil {
		return nil, "", fmt.Errorf("%w: %w", err, ErrLog)
	}
	return e, h.Source, nil
}

// replay repeats what a line says.
func (e *Elicitor) replay(text []byte) error {
	text = bytes.TrimSpace(text)
	var l line
	if err := json.Unmarshal(text, &l); err != nil {
		return fmt.Errorf("no answer (%v)", err)
	}
	if !l.Undo {
		return e.Answer(l.Answer)
	}
	if !e.Undo() {
		return errors.New("there is no answer to take back")
	}
	return nil
}
