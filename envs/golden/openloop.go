package golden

import (
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/paretolab/paretolab/envs"
)

// OpenLoopSchema is what the key "schema" of a file of quality diversity holds. Its open-loop episodes
// are replayed; what else such a file records is for the tests of package agents/qd.
const OpenLoopSchema = "qd-golden-v1"

// RowRecorder is the optional capability of an environment whose open-loop recordings hold rows of
// numbers in place of observations and states.
type RowRecorder interface {
	// AppendRow appends the row of the present state to b.
	AppendRow(b []float64) []float64
}

// openLoopFiles names the environments of the files, which do not name them themselves.
var openLoopFiles = map[string]string{"arm": "redundant-arm-v0", "maze": "hard-maze-v0", "curling": "curling-v0"}

// openLoop is a file of schema [OpenLoopSchema].
type openLoop struct {
	Tolerance json.RawMessage   `json:"tolerance"`
	Dense     []openLoopEpisode `json:"open_loop"`
	Sparse    []openLoopEpisode `json:"episodes"`
	tolerance float64
}

// openLoopEpisode has an action and a row for each step, or segments [repeat, action…] and rows
// [step, row…].
type openLoopEpisode struct {
	Actions  [][]float64 `json:"actions"`
	Trace    [][]float64 `json:"trace"`
	Segments [][]float64 `json:"segments"`
	States   [][]float64 `json:"states"`
	Final    []float64   `json:"final"` // nil: not recorded
}

// unroll writes segments as an action for each step, and a trace as states.
func (e *openLoopEpisode) unroll() error {
	for k, s := range e.Segments {
		if len(s) < 2 || s[0] < 1 || s[0] > 1e6 {
			return fmt.Errorf("segment %d is %v; it is [repeat, action…]", k, s)
		}
		for range int(s[0]) {
			e.Actions = append(e.Actions, s[1:])
		}
	}
	for k, row := range e.Trace {
		e.States = append(e.States, append([]float64{float64(k + 1)}, row...))
	}
	if e.Final != nil {
		e.States = append(e.States, append([]float64{float64(len(e.Actions))}, e.Final...))
	}
	if len(e.Actions) == 0 || len(e.States) == 0 {
		return errors.New("no actions, or no rows to compare")
	}
	return nil
}

func readOpenLoop(path string, b []byte) (*File, error) {
	name, _, _ := strings.Cut(filepath.Base(path), ".")
	id, ok := openLoopFiles[name]
	if !ok {
		return nil, fmt.Errorf("%s: no recording of an environment; of schema %s these are: arm.json, curling.json, maze.json", path, OpenLoopSchema)
	}
	o := &openLoop{}
	if err := json.Unmarshal(b, o); err != nil {
		return nil, fmt.Errorf("%s: %s", path, explain(b, err))
	}
	if err := json.Unmarshal(o.Tolerance, &o.tolerance); err != nil || !(o.tolerance >= 0) {
		return nil, fmt.Errorf("%s: tolerance %s is no number from 0: there is nothing to compare with", path, o.Tolerance)
	}
	o.Dense = append(o.Dense, o.Sparse...)
	if len(o.Dense) == 0 {
		return nil, fmt.Errorf("%s: no open-loop episodes", path)
	}
	for i := range o.Dense {
		if err := o.Dense[i].unroll(); err != nil {
			return nil, fmt.Errorf("%s: episode %d: %w", path, i, err)
		}
	}
	return &File{Path: path, Schema: OpenLoopSchema, EnvID: id, openLoop: o}, nil
}

// verifyOpenLoop replays the episodes from a reset and compares the recorded rows.
func (f *File) verifyOpenLoop() (Report, error) {
	e, err := envs.Make(f.EnvID, nil)
	if err != nil {
		return Report{}, fmt.Errorf("%s: %w", f.Path, err)
	}
	v := verifier{file: f, spec: &e.Spec, single: envs.NewSingle(e)}
	recorder, ok := v.single.Env().(RowRecorder)
	if !ok {
		return Report{}, fmt.Errorf("%s: %s does not say what its rows are", f.Path, f.EnvID)
	}
	v.report = Report{File: f.Path, Environment: f.EnvID, Episodes: len(f.openLoop.Dense)}
	for i := range f.openLoop.Dense {
		v.replayRows(fmt.Sprint(i), &f.openLoop.Dense[i], recorder)
	}
	v.report.Pass = len(v.report.Reasons) == 0
	return v.report, nil
}

func (v *verifier) replayRows(name string, e *openLoopEpisode, recorder RowRecorder) {
	episode := &Episode{Name: name}
	if _, err := v.single.Reset(nil); err != nil {
		v.fail(episode, 0, "%v", err)
		return
	}
	var row []float64
	next := 0
	for k, a := range e.Actions {
		if _, err := v.single.Step(a); err != nil {
			v.fail(episode, k+1, "%v", err)
			return
		}
		v.report.Steps++
		for ; next < len(e.States) && e.States[next][0] == float64(k+1); next++ {
			want := e.States[next][1:]
			if row = recorder.AppendRow(row[:0]); len(row) != len(want) {
				v.fail(episode, k+1, "%d numbers recorded, the environment has %d", len(want), len(row))
				return
			}
			for i := range want {
				d := difference(row[i], want[i])
				v.report.MaxObsError = max(v.report.MaxObsError, d)
				if !(float64(d) <= v.file.openLoop.tolerance) {
					v.fail(episode, k+1, "number %d of the row is %v, recorded %v", i, row[i], want[i])
				}
			}
		}
	}
	if next < len(e.States) {
		v.fail(episode, len(e.Actions), "row %d is of step %v, which is not in order or not reached", next, e.States[next][0])
	}
}
