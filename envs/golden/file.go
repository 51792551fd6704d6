package golden

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"strings"

	"github.com/paretolab/paretolab/envs"
)

// Schema is what the key "schema" of a trajectory file holds.
const Schema = "golden-v1"

// File is a trajectory file.
type File struct {
	Path            string         `json:"-"`
	Schema          string         `json:"schema"`
	Source          string         `json:"source"` // what was run to record it
	EnvID           string         `json:"env_id"`
	Options         map[string]any `json:"kwargs"`            // in the original's spelling
	MaxEpisodeSteps *int           `json:"max_episode_steps"` // null: the environment's own
	Observation     space          `json:"observation_space"`
	Reward          *space         `json:"reward_space"` // absent: unbounded float32
	RewardDim       int            `json:"reward_dim"`
	Tolerance       Tolerance      `json:"tolerance"`
	Episodes        []Episode      `json:"episodes"`

	openLoop *openLoop // a file of the other schema; nothing else is then set
}

// Tolerance is how far a replay may be from the recording: absolutely, or relative to the recorded value
// where that is larger than 1; and farther in late steps of what is chaotic.
type Tolerance struct {
	Obs    Number `json:"obs_abs"`    // largest absolute difference of an observation or state
	Reward Number `json:"reward_abs"` // and of a reward

	RelativeTo     string `json:"relative_to"` // "": absolute; else [relative]
	RelativeObs    Number `json:"obs"`         // in place of Obs
	RelativeReward Number `json:"reward"`      // in place of Reward
	UntilStep      int    `json:"until_step"`  // the last step that these are for; 0: all steps
	ObsAfter       Number `json:"obs_after"`
	RewardAfter    Number `json:"reward_after"`

	Resync resync `json:"resync"`
}

// relative is the one way to be relative.
const relative = "max(1,|value|)"

// obs is the tolerance of observations and states in a step, counted from 1 (0: at the start).
func (t *Tolerance) obs(step int) Number { return t.in(step, t.Obs, t.RelativeObs, t.ObsAfter) }

// reward is that of rewards.
func (t *Tolerance) reward(step int) Number {
	return t.in(step, t.Reward, t.RelativeReward, t.RewardAfter)
}

func (t *Tolerance) in(step int, absolute, relative, after Number) Number {
	switch {
	case t.RelativeTo == "":
		return absolute
	case t.UntilStep > 0 && step > t.UntilStep:
		return after
	}
	return relative
}

// difference is how far a value is from the recorded one, in the measure of the tolerance.
func (t *Tolerance) difference(got, want float64) Number {
	d := difference(got, want)
	if size := math.Abs(want); t.RelativeTo != "" && size > 1 && !math.IsInf(size, 1) {
		d /= Number(size)
	}
	return d
}

func (t *Tolerance) check() error {
	switch t.RelativeTo {
	case "", relative:
	default:
		return fmt.Errorf("tolerances are relative to %q; known is %s", t.RelativeTo, relative)
	}
	for _, x := range []Number{t.Obs, t.Reward, t.RelativeObs, t.RelativeReward, t.ObsAfter, t.RewardAfter} {
		if !(x >= 0) {
			return fmt.Errorf("tolerances are numbers from 0; one is %v", x)
		}
	}
	return nil
}

// resync says whether steps may be compared one at a time, each from the recorded state before it:
// text that begins with "per step" does.
type resync bool

func (r *resync) UnmarshalJSON(b []byte) error {
	var text string
	// Recordings that allow none say so by 0 or by another text.
	*r = resync(json.Unmarshal(b, &text) == nil && strings.HasPrefix(text, "per step"))
	return nil
}

// space is a declared space; only what rounding needs.
type space struct {
	Type   string           `json:"type"`
	DType  string           `json:"dtype"`
	Fields map[string]space `json:"fields"` // of type dict
}

// Episode is one recorded episode of n steps.
type Episode struct {
	Name         string            `json:"name"`
	Seed         *uint64           `json:"seed"`      // of the reset; that of the original, unless FromSeed
	FromSeed     bool              `json:"from_seed"` // ours with Seed is the beginning, and its random stream goes on in place of draws
	InitState    json.RawMessage   `json:"init_state"`
	InitObs      observation       `json:"init_obs"`
	Actions      []vector          `json:"actions"`
	RepeatAction flag              `json:"repeat_action"` // the one action is used at every step
	Obs          []observation     `json:"obs"`
	Rewards      []vector          `json:"rewards"`
	Terminated   []flag            `json:"terminated"`
	Truncated    []flag            `json:"truncated"`
	States       []json.RawMessage `json:"states"` // nil: not recorded
	Draws        [][]draw          `json:"draws"`  // nil: nothing is drawn
	// ResetDraws is what the reset drew, for a [Recorder] to read; the episode then begins with a reset.
	ResetDraws    json.RawMessage `json:"reset_draws"`
	ScalarRewards []Number        `json:"scalar_rewards"` // nil: not recorded
	// Carbon and Price are the noisy series of a building episode from its first hour on, in place of
	// draws; Read turns them into these.
	Carbon []float64 `json:"carbon"`
	Price  []float64 `json:"price"`
}

// Steps is the number of steps n.
func (e *Episode) Steps() int { return len(e.Rewards) }

// action returns the action of step k.
func (e *Episode) action(k int) []float64 {
	if e.RepeatAction {
		return e.Actions[0]
	}
	return e.Actions[k]
}

// draws returns what step k drew; nothing, not nil, if no draws are recorded.
func (e *Episode) draws(k int) []envs.Draw {
	draws := []envs.Draw{}
	if e.Draws != nil {
		for _, d := range e.Draws[k] {
			draws = append(draws, envs.Draw(d))
		}
	}
	return draws
}

// vector is a list of numbers, or one number alone.
type vector []float64

func (v *vector) UnmarshalJSON(b []byte) error {
	if len(b) > 0 && b[0] != '[' {
		var n Number
		if err := n.UnmarshalJSON(b); err != nil {
			return err
		}
		*v = vector{float64(n)}
		return nil
	}
	var list []Number
	if err := json.Unmarshal(b, &list); err != nil {
		return err
	}
	*v = make(vector, len(list))
	for i, n := range list {
		(*v)[i] = float64(n)
	}
	return nil
}

// observation is a vector, or the named parts of a composite one; the zero value (null) means
// that it was not recorded.
type observation struct {
	values vector
	fields map[string]vector
}

func (o *observation) UnmarshalJSON(b []byte) error {
	switch {
	case string(b) == "null":
		*o = observation{}
		return nil
	case len(b) > 0 && b[0] == '{':
		return json.Unmarshal(b, &o.fields)
	}
	return o.values.UnmarshalJSON(b)
}

func (o *observation) missing() bool { return o.values == nil && o.fields == nil }

// flag is 0, 1, false or true.
type flag bool

func (f *flag) UnmarshalJSON(b []byte) error {
	switch string(b) {
	case "1", "true":
		*f = true
	case "0", "false":
		*f = false
	default:
		return fmt.Errorf("%s is neither 0 nor 1", b)
	}
	return nil
}

// draw is [kind, value…], or numbers alone.
type draw envs.Draw

func (d *draw) UnmarshalJSON(b []byte) error {
	var parts []json.RawMessage
	if len(b) > 0 && b[0] == '[' {
		if err := json.Unmarshal(b, &parts); err != nil {
			return err
		}
	} else {
		parts = []json.RawMessage{b}
	}
	*d = draw{}
	for i, p := range parts {
		if i == 0 && len(p) > 0 && p[0] == '"' {
			if err := json.Unmarshal(p, &d.Kind); err != nil {
				return err
			}
			continue
		}
		var x float64
		if err := json.Unmarshal(p, &x); err != nil {
			return fmt.Errorf("draw %s: %w", b, err)
		}
		d.Values = append(d.Values, x)
	}
	return nil
}

// largest is the size in bytes beyond which a packed file is refused.
const largest = 1 << 30

// readFile reads a file, and unpacks it if it is compressed by gzip.
func readFile(path string) ([]byte, error) {
	b, err := os.ReadFile(path)
	if err != nil || !bytes.HasPrefix(b, []byte{0x1f, 0x8b}) {
		return b, err
	}
	z, err := gzip.NewReader(bytes.NewReader(b))
	if err == nil {
		b, err = io.ReadAll(io.LimitReader(z, largest+1))
	}
	if err == nil && len(b) > largest {
		err = fmt.Errorf("it unpacks to more than %d bytes", largest)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return b, nil
}

// Read reads a trajectory file, which may be compressed by gzip, and checks that its lists fit together.
func Read(path string) (*File, error) {
	b, err := readFile(path)
	if err != nil {
		return nil, err
	}
	f := &File{Path: path}
	if text := bytes.TrimSpace(b); len(text) == 0 {
		return nil, fmt.Errorf("%s: empty; a trajectory file is a JSON object with schema %q", path, Schema)
	} else if text[0] != '{' {
		return nil, fmt.Errorf("%s: not a trajectory file: it begins with %q; one is a JSON object with schema %q", path, text[0], Schema)
	}
	var kind struct {
		Schema string `json:"schema"`
	}
	if err := json.Unmarshal(b, &kind); err != nil {
		return nil, fmt.Errorf("%s: not a trajectory file: %s", path, explain(b, err))
	}
	if kind.Schema == OpenLoopSchema {
		return readOpenLoop(path, b)
	}
	if kind.Schema != Schema {
		return nil, fmt.Errorf("%s: schema is %q; trajectory files have %q", path, kind.Schema, Schema)
	}
	if err := json.Unmarshal(b, f); err != nil {
		return nil, fmt.Errorf("%s: %s", path, explain(b, err))
	}
	if err := f.check(); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return f, nil
}

// explain adds the line to an error of encoding/json.
func explain(b []byte, err error) string {
	message := strings.TrimPrefix(err.Error(), "json: ")
	offset := int64(-1)
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		offset = syntax.Offset
	case errors.As(err, &kind):
		offset = kind.Offset
	}
	if offset < 0 || offset > int64(len(b)) {
		return message
	}
	return fmt.Sprintf("line %d: %s", 1+bytes.Count(b[:offset], []byte("\n")), message)
}

func (f *File) check() error {
	switch {
	case f.EnvID == "":
		return errors.New("env_id is missing")
	case f.MaxEpisodeSteps != nil && *f.MaxEpisodeSteps < 1:
		return fmt.Errorf("max_episode_steps is %d; it is at least 1, or null", *f.MaxEpisodeSteps)
	case f.RewardDim < 1:
		return fmt.Errorf("reward_dim is %d; it is at least 1", f.RewardDim)
	case len(f.Episodes) == 0:
		return errors.New("no episodes")
	}
	if err := f.Tolerance.check(); err != nil {
		return err
	}
	for i := range f.Episodes {
		e := &f.Episodes[i]
		if err := errors.Join(e.adoptSeries(), e.check(f.RewardDim)); err != nil {
			return fmt.Errorf("episode %d (%q): %w", i, e.Name, err)
		}
	}
	return nil
}

// adoptSeries turns the series of a building episode into what every other recording has: the values
// of the first hour belong to the initial state, those of each later hour are the draw of the step
// that begins in it (the first step begins in the first hour and draws nothing).
func (e *Episode) adoptSeries() error {
	if e.Carbon == nil && e.Price == nil {
		return nil
	}
	n := e.Steps()
	if len(e.Carbon) < max(n, 1) || len(e.Price) < max(n, 1) {
		return fmt.Errorf("%d values of carbon and %d of price for %d steps", len(e.Carbon), len(e.Price), n)
	}
	if e.Draws != nil {
		return errors.New("both draws and the series carbon and price are given")
	}
	var state map[string]any
	if err := json.Unmarshal(e.InitState, &state); err != nil || state == nil {
		return errors.New("init_state is no object")
	}
	state["carbon"], state["price"] = e.Carbon[0], e.Price[0]
	var err error
	if e.InitState, err = json.Marshal(state); err != nil {
		return err
	}
	e.Draws = make([][]draw, n)
	for k := 1; k < n; k++ {
		e.Draws[k] = []draw{{Values: []float64{e.Carbon[k], e.Price[k]}}}
	}
	return nil
}

func (e *Episode) check(objectives int) error {
	n := e.Steps()
	if n == 0 {
		return errors.New("no steps")
	}
	if e.InitState == nil {
		return errors.New("init_state is missing")
	}
	switch {
	case e.FromSeed && e.Seed == nil:
		return errors.New("from_seed without a seed")
	case e.FromSeed && (e.Draws != nil || e.ResetDraws != nil):
		return errors.New("from_seed goes without draws and reset_draws")
	}
	if e.RepeatAction && len(e.Actions) != 1 {
		return fmt.Errorf("%d actions with repeat_action, which goes with 1", len(e.Actions))
	}
	lists := []struct {
		key  string
		n    int
		skip bool
	}{
		{"actions", len(e.Actions), bool(e.RepeatAction)},
		{"obs", len(e.Obs), false},
		{"terminated", len(e.Terminated), false},
		{"truncated", len(e.Truncated), false},
		{"states", len(e.States), e.States == nil},
		{"draws", len(e.Draws), e.Draws == nil},
		{"scalar_rewards", len(e.ScalarRewards), e.ScalarRewards == nil},
	}
	for _, l := range lists {
		if !l.skip && l.n != n {
			return fmt.Errorf("%d %s of %d steps", l.n, l.key, n)
		}
	}
	for k, r := range e.Rewards {
		if len(r) != objectives {
			return fmt.Errorf("step %d: %d rewards of %d objectives", k+1, len(r), objectives)
		}
	}
	return nil
}
