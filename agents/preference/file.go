package preference

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// Files of preferences, version 1.
//
// JSON Lines: the first line says what the file is, each further one is an answer.
//
//	{"format": "paretolab-preferences", "version": 1, "environment": "delivery", "objectives": ["gas", …], "users": ["ann", "bob"]}
//	{"a": "4,2:ULL", "b": "8,0:LLR", "y": 1, "user": "ann", "weight": 1}
//
// y is 1 if the first segment is preferred, 0 if the second is, 0.5 if they are the same, or a probability between.
// user and weight may be left out; where the first line names users, others are unknown. A segment is a text as
// [World.Parse] reads it, or an object, for any environment:
//
//	{"features": [3, 0, 0, 1, 0, 0], "start": 42, "end": 31, "ended": false, "steps": [[42, 0], [32, 2]], "padding": 0}
//
// features are the sums of the objectives over the segment. start, end and steps (state, action) are those of the exact
// model and may be left out where learners do not need them: partial return takes features alone.
//
// CSV: a header a,b,y and perhaps user,weight, with segments as texts; or, for any environment, a_NAME and b_NAME for
// every objective instead of a and b, and perhaps a_start, a_end, a_ended, b_start, b_end, b_ended. Lines that begin
// with # are comments; the first may be "# paretolab-preferences 1".
const (
	fileFormat  = "paretolab-preferences"
	fileVersion = 1
)

// LineError is a mistake in a line of a file of preferences.
type LineError struct {
	Line int // from 1
	Err  error
}

func (e *LineError) Error() string { return fmt.Sprintf("line %d: %v", e.Line, e.Err) }
func (e *LineError) Unwrap() error { return e.Err }

// ErrNewerFile is wrapped by the error for a file of a version that is not known yet.
var ErrNewerFile = errors.New("the file is of a newer version; update paretolab")

type fileHeader struct {
	Format      string   `json:"format"`
	Version     int      `json:"version"`
	Environment string   `json:"environment,omitempty"`
	Objectives  []string `json:"objectives,omitempty"`
	Users       []string `json:"users,omitempty"`
}

type fileAnswer struct {
	A      json.RawMessage `json:"a"`
	B      json.RawMessage `json:"b"`
	Y      *float64        `json:"y"`
	User   *string         `json:"user,omitempty"`
	Weight *float64        `json:"weight,omitempty"`
}

type fileSegment struct {
	Features []float64 `json:"features"`
	Start    *int32    `json:"start,omitempty"`
	End      *int32    `json:"end,omitempty"`
	Ended    bool      `json:"ended,omitempty"`
	Steps    [][]int32 `json:"steps,omitempty"`
	Padding  int       `json:"padding,omitempty"`
}

// Reader says how preferences are read.
type Reader struct {
	Objectives []string
	// World reads segments given as text and checks states; nil where there is no model.
	World *World

	d       *Dataset
	checked bool // the first line names the users
}

// Read reads preferences as JSON Lines, which begin with a brace, or CSV. Mistakes are a *[LineError].
func (r *Reader) Read(in io.Reader) (*Dataset, error) {
	text, err := io.ReadAll(in)
	if err != nil {
		return nil, err
	}
	text = bytes.TrimPrefix(text, []byte("\xef\xbb\xbf"))
	r.d, r.checked = &Dataset{Objectives: r.Objectives}, false
	if strings.HasPrefix(strings.TrimSpace(string(text)), "{") {
		err = r.readLines(text)
	} else {
		err = r.readCSV(text)
	}
	if err != nil {
		return nil, err
	}
	if len(r.d.Pairs) == 0 {
		return nil, ErrNoAnswers
	}
	return r.d, nil
}

// readLines reads JSON Lines.
func (r *Reader) readLines(text []byte) error {
	lines := bufio.NewScanner(bytes.NewReader(text))
	lines.Buffer(nil, 64<<20)
	begun := false
	for n := 1; lines.Scan(); n++ {
		line := bytes.TrimSpace(lines.Bytes())
		if len(line) == 0 {
			continue
		}
		err := error(nil)
		if !begun {
			begun = true
			err = r.readHeader(line)
		} else {
			err = r.readAnswer(line)
		}
		if err != nil {
			return &LineError{n, err}
		}
	}
	return lines.Err()
}

// describe says of a value of the wrong kind what is expected, and returns other errors of package json as they are.
func describe(err error) error {
	var wrong *json.UnmarshalTypeError
	if !errors.As(err, &wrong) {
		return err
	}
	expected := map[reflect.Kind]string{
		reflect.Struct: "an object", reflect.Map: "an object", reflect.Slice: "a list", reflect.String: "a text", reflect.Float64: "a number",
		reflect.Int: "a whole number", reflect.Int32: "a whole number", reflect.Bool: "true or false",
	}[wrong.Type.Kind()]
	return fmt.Errorf("%s holds a value of kind %s, not %s", cmp.Or(wrong.Field, "this place"), wrong.Value, expected)
}

// strict decodes JSON without unknown keys.
func strict(text []byte, to any) error {
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(to); err != nil {
		return describe(err)
	}
	if d.More() {
		return fmt.Errorf("more than one value on a line")
	}
	return nil
}

func (r *Reader) readHeader(line []byte) error {
	var h fileHeader
	if err := json.Unmarshal(line, &h); err != nil {
		return describe(err)
	}
	switch {
	case h.Format != fileFormat:
		return fmt.Errorf("format is %q; the first line is {\"format\": %q, \"version\": %d, …}", h.Format, fileFormat, fileVersion)
	case h.Version > fileVersion:
		return fmt.Errorf("version %d: %w", h.Version, ErrNewerFile)
	case h.Version < 1:
		return fmt.Errorf("version is %d; give %d", h.Version, fileVersion)
	case h.Objectives != nil && !slices.Equal(h.Objectives, r.Objectives):
		return fmt.Errorf("the objectives are %v, those of the environment %v", h.Objectives, r.Objectives)
	}
	for i, u := range h.Users {
		if slices.Contains(h.Users[:i], u) {
			return fmt.Errorf("user %q is listed twice", u)
		}
	}
	r.d.Users, r.checked = h.Users, h.Users != nil
	return nil
}

func (r *Reader) readAnswer(line []byte) error {
	var a fileAnswer
	if err := strict(line, &a); err != nil {
		return err
	}
	if a.Y == nil {
		return fmt.Errorf("no y: the label, from 0 (second preferred) to 1 (first preferred)")
	}
	p := Pair{Y: *a.Y}
	for _, s := range []struct {
		name string
		text json.RawMessage
		to   *Segment
	}{{"a", a.A, &p.A}, {"b", a.B, &p.B}} {
		var err error
		if *s.to, err = r.segment(s.text); err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
	}
	if a.Weight != nil {
		if p.Weight = *a.Weight; p.Weight == 0 {
			return fmt.Errorf("weight 0; leave the answer out")
		}
	}
	return r.add(p, a.User)
}

// add appends a pair of a user, nil for one without a name.
func (r *Reader) add(p Pair, user *string) error {
	name := ""
	if user != nil {
		name = *user
	}
	switch k := slices.Index(r.d.Users, name); {
	case k >= 0:
		p.User = k
	case r.checked:
		return fmt.Errorf("user %q is unknown; the first line names %s", name, strings.Join(r.d.Users, ", "))
	case user != nil || len(r.d.Users) > 0:
		p.User = len(r.d.Users)
		if p.User == 0 && len(r.d.Pairs) > 0 {
			r.d.Users = append(r.d.Users, "") // those before have no name
			p.User = 1
		}
		r.d.Users = append(r.d.Users, name)
	}
	if err := p.check(len(r.d.Objectives), max(1, len(r.d.Users))); err != nil {
		return err
	}
	r.d.Pairs = append(r.d.Pairs, p)
	return nil
}

// segment reads a segment of JSON.
func (r *Reader) segment(text json.RawMessage) (Segment, error) {
	if len(text) == 0 {
		return Segment{}, fmt.Errorf("no segment")
	}
	if text[0] == '"' {
		var s string
		if err := json.Unmarshal(text, &s); err != nil {
			return Segment{}, err
		}
		return r.parse(s)
	}
	if bytes.Contains(text, []byte("null")) {
		return Segment{}, errors.New("null is no number; leave out what is not known")
	}
	var f fileSegment
	if err := strict(text, &f); err != nil {
		return Segment{}, err
	}
	s := Segment{Features: f.Features, Start: NoState, End: NoState, Ended: f.Ended, Padding: f.Padding}
	if f.Start != nil {
		s.Start = *f.Start
	}
	if f.End != nil {
		s.End = *f.End
	}
	for i, t := range f.Steps {
		if len(t) != 2 {
			return Segment{}, fmt.Errorf("step %d: %d numbers; give a state and an action", i+1, len(t))
		}
		s.Steps = append(s.Steps, Step{t[0], t[1]})
	}
	return s, r.checkStates(&s)
}

func (r *Reader) parse(text string) (Segment, error) {
	if r.World == nil {
		return Segment{}, fmt.Errorf("segment %q is given by its actions, which needs an environment with an exact model; give features instead", text)
	}
	return r.World.Parse(text)
}

// checkStates returns an error for a segment that leaves the world.
func (r *Reader) checkStates(s *Segment) error {
	if s.Padding < 0 {
		return fmt.Errorf("padding is %d; give the number of steps waited out after the end", s.Padding)
	}
	if s.Padding > 0 && !s.Ended {
		return fmt.Errorf("padding is %d, but the segment has not ended", s.Padding)
	}
	states, actions := int32(math.MaxInt32), int32(math.MaxInt32)
	if r.World != nil {
		states, actions = int32(r.World.States), int32(r.World.Actions)
	}
	for _, at := range []int32{s.Start, s.End} {
		if at != NoState && (at < 0 || at >= states) {
			return fmt.Errorf("state %d lies outside the %d states of the environment", at, states)
		}
	}
	for i, t := range s.Steps {
		if t.State < 0 || t.State >= states || t.Action < 0 || t.Action >= actions {
			return fmt.Errorf("step %d: action %d in state %d lies outside the %d states and %d actions of the environment", i+1, t.Action, t.State, states, actions)
		}
	}
	return nil
}

// readCSV reads comma-separated values.
func (r *Reader) readCSV(text []byte) error {
	if rest, ok := bytes.CutPrefix(text, []byte("# "+fileFormat+" ")); ok {
		word, _, _ := strings.Cut(string(rest), "\n")
		version, err := strconv.Atoi(strings.TrimSpace(word))
		switch {
		case err != nil || version < 1:
			return &LineError{1, fmt.Errorf("version %q; give %d", strings.TrimSpace(word), fileVersion)}
		case version > fileVersion:
			return &LineError{1, fmt.Errorf("version %d: %w", version, ErrNewerFile)}
		}
	}
	in := csv.NewReader(bytes.NewReader(text))
	in.Comment = '#'
	header, err := in.Read()
	if err != nil {
		if errors.Is(err, io.EOF) {
			return ErrNoAnswers
		}
		return csvError(err)
	}
	line, _ := in.FieldPos(0)
	at := map[string]int{}
	known := []string{"a", "b", "y", "user", "weight"}
	for _, side := range []string{"a_", "b_"} {
		for _, name := range slices.Concat(r.Objectives, []string{"start", "end", "ended"}) {
			known = append(known, side+name)
		}
	}
	for i, name := range header {
		name = strings.TrimSpace(name)
		if _, twice := at[name]; twice {
			return &LineError{line, fmt.Errorf("two columns %q", name)}
		}
		if !slices.Contains(known, name) {
			return &LineError{line, fmt.Errorf("column %q; there are %s", name, strings.Join(known, ", "))}
		}
		at[name] = i
	}
	need := []string{"y"}
	texts := false
	if _, texts = at["a"]; texts {
		need = append(need, "b")
	} else {
		for _, side := range []string{"a_", "b_"} {
			for _, name := range r.Objectives {
				need = append(need, side+name)
			}
		}
	}
	for _, name := range need {
		if _, ok := at[name]; !ok {
			return &LineError{line, fmt.Errorf("no column %q; give a, b and y, or a_NAME and b_NAME for every objective and y", name)}
		}
	}
	for {
		row, err := in.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return csvError(err)
		}
		line, _ := in.FieldPos(0)
		if err := r.readRow(row, at, texts); err != nil {
			return &LineError{line, err}
		}
	}
}

// csvError puts the line of an error of package csv where ours stand.
func csvError(err error) error {
	var parse *csv.ParseError
	if errors.As(err, &parse) {
		return &LineError{parse.Line, parse.Err}
	}
	return err
}

// readRow reads a line of comma-separated values.
func (r *Reader) readRow(row []string, at map[string]int, texts bool) (err error) {
	var p Pair
	cell := func(name string) (string, bool) {
		i, ok := at[name]
		if !ok || strings.TrimSpace(row[i]) == "" {
			return "", false
		}
		return strings.TrimSpace(row[i]), true
	}
	number := func(name string) (x float64, given bool) {
		text, given := cell(name)
		if !given || err != nil {
			return 0, false
		}
		if x, err = strconv.ParseFloat(text, 64); err != nil {
			err = fmt.Errorf("%s: %q is not a number", name, text)
		}
		return x, err == nil
	}
	for _, s := range []struct {
		name string
		to   *Segment
	}{{"a", &p.A}, {"b", &p.B}} {
		if texts {
			text, _ := cell(s.name)
			if *s.to, err = r.parse(text); err != nil {
				return fmt.Errorf("%s: %w", s.name, err)
			}
			continue
		}
		*s.to = Segment{Start: NoState, End: NoState}
		for _, name := range r.Objectives {
			x, given := number(s.name + "_" + name)
			if !given && err == nil {
				err = fmt.Errorf("%s_%s is empty", s.name, name)
			}
			s.to.Features = append(s.to.Features, x)
		}
		for name, to := range map[string]*int32{"start": &s.to.Start, "end": &s.to.End} {
			if x, given := number(s.name + "_" + name); given {
				if x != math.Trunc(x) || math.Abs(x) > math.MaxInt32 {
					return fmt.Errorf("%s_%s is %v, not the number of a state", s.name, name, x)
				}
				*to = int32(x)
			}
		}
		if text, given := cell(s.name + "_ended"); given {
			ended, wrong := strconv.ParseBool(text)
			if wrong != nil {
				return fmt.Errorf("%s_ended: %q is neither true nor false", s.name, text)
			}
			s.to.Ended = ended
		}
		if err == nil {
			err = r.checkStates(s.to)
		}
	}
	y, given := number("y")
	if !given && err == nil {
		err = fmt.Errorf("y is empty; give the label, from 0 (second preferred) to 1 (first preferred)")
	}
	p.Y = y
	if w, given := number("weight"); given {
		if p.Weight = w; w == 0 {
			return fmt.Errorf("weight 0; leave the answer out")
		}
	}
	if err != nil {
		return err
	}
	var user *string
	if name, given := cell("user"); given {
		user = &name
	}
	return r.add(p, user)
}

// walkable says that a segment is what its start and actions lead to, so that a text says it all.
func (w *World) walkable(s *Segment) bool {
	if w == nil || s.Start == NoState || len(s.Steps) == 0 && !s.Ended {
		return false
	}
	again, err := w.Parse(w.Format(s))
	return err == nil && again.End == s.End && again.Ended == s.Ended && again.Padding == s.Padding &&
		slices.Equal(again.Features, s.Features) && slices.Equal(again.Steps, s.Steps)
}

// WriteJSONLines writes a data set as JSON Lines that a [Reader] reads. A world, if there is one, makes texts of the
// segments that its transitions determine.
func (d *Dataset) WriteJSONLines(out io.Writer, w *World) error {
	b := bufio.NewWriter(out)
	encoder := json.NewEncoder(b)
	header := fileHeader{Format: fileFormat, Version: fileVersion, Objectives: d.Objectives, Users: d.Users}
	if w != nil {
		header.Environment = w.ID
	}
	if err := encoder.Encode(header); err != nil {
		return err
	}
	segment := func(s *Segment) json.RawMessage {
		var v any = w.formatOr(s)
		text, err := json.Marshal(v)
		if err != nil {
			panic(err) // numbers that were checked
		}
		return text
	}
	for i := range d.Pairs {
		p := &d.Pairs[i]
		a := fileAnswer{A: segment(&p.A), B: segment(&p.B), Y: &p.Y}
		if len(d.Users) > 0 {
			a.User = &d.Users[p.User]
		}
		if p.count() != 1 {
			a.Weight = &p.Weight
		}
		if err := encoder.Encode(a); err != nil {
			return err
		}
	}
	return b.Flush()
}

// formatOr is the text of a segment, or all that is known of it.
func (w *World) formatOr(s *Segment) any {
	if w.walkable(s) {
		return w.Format(s)
	}
	f := fileSegment{Features: s.Features, Ended: s.Ended, Padding: s.Padding}
	if s.Start != NoState {
		f.Start = &s.Start
	}
	if s.End != NoState {
		f.End = &s.End
	}
	for _, t := range s.Steps {
		f.Steps = append(f.Steps, []int32{t.State, t.Action})
	}
	return f
}

// WriteCSV writes a data set as comma-separated values that a [Reader] reads: segments as texts if a world is given and
// its transitions determine all of them, else as features, without steps.
func (d *Dataset) WriteCSV(out io.Writer, w *World) error {
	texts := w != nil
	for i := range d.Pairs {
		texts = texts && w.walkable(&d.Pairs[i].A) && w.walkable(&d.Pairs[i].B)
	}
	if _, err := fmt.Fprintf(out, "# %s %d\n", fileFormat, fileVersion); err != nil {
		return err
	}
	c := csv.NewWriter(out)
	var header []string
	for _, side := range []string{"a", "b"} {
		if texts {
			header = append(header, side)
			continue
		}
		for _, name := range slices.Concat(d.Objectives, []string{"start", "end", "ended"}) {
			header = append(header, side+"_"+name)
		}
	}
	c.Write(append(header, "y", "user", "weight"))
	number := func(x float64) string { return strconv.FormatFloat(x, 'g', -1, 64) }
	state := func(s int32) string {
		if s == NoState {
			return ""
		}
		return strconv.Itoa(int(s))
	}
	for i := range d.Pairs {
		p := &d.Pairs[i]
		var row []string
		for _, s := range []*Segment{&p.A, &p.B} {
			if texts {
				row = append(row, w.Format(s))
				continue
			}
			for _, x := range s.Features {
				row = append(row, number(x))
			}
			row = append(row, state(s.Start), state(s.End), strconv.FormatBool(s.Ended))
		}
		user := ""
		if len(d.Users) > 0 {
			user = d.Users[p.User]
		}
		c.Write(append(row, number(p.Y), user, number(p.count())))
	}
	c.Flush()
	return c.Error()
}

// Questions sums up how a data set asks: how many questions differ, how often one is asked again, and how many of
// those were answered in different ways. Learners take all answers as they are: a question answered both ways pulls both
// ways.
type Questions struct {
	Different     int
	Repeated      int // answers to questions that were asked before
	Contradictory int // questions answered in different ways by one user
}

// Questions counts them. A question asked the other way round is the same.
func (d *Dataset) Questions() (q Questions) {
	type answers struct{ low, high float64 }
	at := map[string]*answers{}
	for i := range d.Pairs {
		p := d.Pairs[i]
		y := p.Y
		p.Y = 0
		key := string(p.appendKey(nil))
		other := p.Swap()
		other.Y = 0
		if turned := string(other.appendKey(nil)); turned < key {
			key, y = turned, 1-y
		}
		known := at[key]
		if known == nil {
			at[key] = &answers{y, y}
			q.Different++
			continue
		}
		q.Repeated++
		if y < known.low || y > known.high {
			if known.low == known.high {
				q.Contradictory++
			}
			known.low, known.high = min(y, known.low), max(y, known.high)
		}
	}
	return q
}
