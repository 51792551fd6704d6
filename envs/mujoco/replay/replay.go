// Package replay compares the engine with recordings of the original: every quantity of forward
// evaluations, single steps, and trajectories.
//
// A recording is JSON, plain or compressed by gzip. Of the models it has the keys "model", "compiled",
// "forward" (states with all that a forward evaluation computes) and "trajectory" (runs from a start
// under given controls); a file of stages has "model", the name of a model of the engine, and "states":
// like "forward", each with the result of one step.
package replay

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"

	"github.com/paretolab/paretolab/envs/mujoco"
)

// Report says how far the engine is from a recording.
type Report struct {
	File  string `json:"file"`
	Model string `json:"model"`
	// Pass is true if all errors are within their gates and all counts are equal.
	Pass         bool    `json:"pass"`
	States       int     `json:"states"`       // forward evaluations compared
	Trajectories int     `json:"trajectories"` // runs compared
	Steps        int     `json:"steps"`        // physics steps in them
	ForwardError float64 `json:"max_forward_error"`
	StepError    float64 `json:"max_step_error"` // of qpos and qvel after steps
	QaccError    float64 `json:"max_qacc_error"` // of the accelerations that steps leave
	Mismatches   int     `json:"mismatches"`     // counts, contacts, rows or iterations that differ
	// Reasons says what does not pass, at most one line for each quantity.
	Reasons []string `json:"reasons,omitempty"`

	given map[string]bool
}

// recording is a file.
type recording struct {
	Model      string          `json:"model"`
	Compiled   json.RawMessage `json:"compiled"`
	Forward    []record        `json:"forward"`
	States     []record        `json:"states"`
	Trajectory []trajectory    `json:"trajectory"`
}

// File replays a recording.
func File(path string) (*Report, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	if bytes.HasPrefix(content, []byte{0x1f, 0x8b}) {
		z, err := gzip.NewReader(bytes.NewReader(content))
		if err == nil {
			content, err = io.ReadAll(z)
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
	}
	r, err := replay(content)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	r.File = path
	return r, nil
}

func replay(content []byte) (*Report, error) {
	var f recording
	if err := json.Unmarshal(content, &f); err != nil {
		return nil, fmt.Errorf("no recording of physics: %w", err)
	}
	if len(f.Forward)+len(f.States)+len(f.Trajectory) == 0 {
		return nil, errors.New(`no recording of physics: it has none of the keys "forward", "states" and "trajectory"`)
	}
	var m *mujoco.Model
	var err error
	if f.Compiled != nil {
		m, err = mujoco.Parse(bytes.NewReader(content))
	} else {
		m, err = mujoco.Load(f.Model)
	}
	if err != nil {
		return nil, err
	}
	r := &Report{Model: f.Model, given: map[string]bool{}}
	s, d := m.NewState(), m.NewData()
	for _, records := range [][]record{f.Forward, f.States} {
		for i := range records {
			if err := r.forward(m, s, d, &records[i]); err != nil {
				return nil, fmt.Errorf("state %q: %w", records[i].Name, err)
			}
			r.States++
		}
	}
	for i := range f.Trajectory {
		t := &f.Trajectory[i]
		if err := r.trajectory(m, s, d, t); err != nil {
			return nil, fmt.Errorf("trajectory %q: %w", t.Name, err)
		}
		r.Trajectories++
		r.Steps += len(t.Qpos)
	}
	r.Pass = len(r.Reasons) == 0
	return r, nil
}

// fail notes why a recording does not pass, once for each quantity.
func (r *Report) fail(quantity, format string, v ...any) {
	if !r.given[quantity] {
		r.given[quantity] = true
		r.Reasons = append(r.Reasons, fmt.Sprintf(format, v...))
	}
}

// relativeError returns the largest difference over max(1, largest wanted entry); NaN counts as the largest number.
func relativeError(got, want []float64) float64 {
	largest, scale := 0.0, 1.0
	for i, w := range want {
		diff := math.Abs(got[i] - w)
		if math.IsNaN(diff) {
			return math.MaxFloat64
		}
		largest, scale = max(largest, diff), max(scale, math.Abs(w))
	}
	return largest / scale
}

// stateError returns the largest difference over max(1, size of the wanted entry); NaN counts as the largest number.
func stateError(got, want []float64) (largest float64) {
	for i, w := range want {
		e := math.Abs(got[i]-w) / max(1, math.Abs(w))
		if math.IsNaN(e) {
			return math.MaxFloat64
		}
		largest = max(largest, e)
	}
	return largest
}

// numbers is a list of numbers, nested to any depth, in order.
type numbers []float64

func (n *numbers) UnmarshalJSON(b []byte) error {
	d := json.NewDecoder(bytes.NewReader(b))
	for {
		switch t, err := d.Token(); {
		case err == io.EOF:
			return nil
		case err != nil:
			return err
		default:
			switch v := t.(type) {
			case float64:
				*n = append(*n, v)
			case json.Delim:
				if v == '[' || v == ']' {
					continue
				}
				return errors.New("an object stands in place of numbers")
			default:
				return fmt.Errorf("%v stands in place of a number", t)
			}
		}
	}
}
