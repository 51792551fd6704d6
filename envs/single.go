package envs

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"
)

// Single steps one copy of an environment with its time limit, for tools, tests and traces. Where
// [Vector] panics or trusts its caller, Single returns errors that name what was wrong. Its
// results are those of a Vector of one float64 copy.
type Single struct {
	spec *Spec
	env  Env
	rng  RNG

	elapsed        int
	started, ended bool
	index          []int32 // discrete action
}

// Transition is what a step returned. The slices are the caller's to keep.
type Transition struct {
	Observation []float64
	Reward      []float64 // one number per objective
	Terminated  bool      // the decision process ended: the next state has no value
	Truncated   bool      // the time limit cut the episode: the next state has a value
}

// Misuse of [Single.Step].
var (
	ErrNotReset = errors.New("stepped before the first reset")
	ErrEnded    = errors.New("stepped after the end of the episode; reset it first")
)

// NewSingle returns one fresh copy of e.
func NewSingle(e *Environment) *Single {
	s := &Single{spec: &e.Spec, env: e.New()}
	if e.Spec.Action.Kind == KindDiscrete {
		s.index = make([]int32, e.Spec.Action.Len())
	}
	s.rng.Seed(0)
	return s
}

// Spec describes the environment.
func (s *Single) Spec() *Spec { return s.spec }

// Env returns the copy itself, for optional capabilities.
func (s *Single) Env() Env { return s.env }

// Reset begins an episode and returns its first observation. A seed restarts the random stream;
// with nil it goes on (usual practice: seed once). The error is nil unless recorded draws were
// set which the reset does not consume exactly.
func (s *Single) Reset(seed *uint64) ([]float64, error) {
	if seed != nil {
		draws := s.rng.replay
		s.rng.Seed(*seed)
		s.rng.replay = draws
	}
	s.env.Reset(&s.rng)
	s.elapsed, s.started, s.ended = 0, true, false
	if err := s.endReplay(); err != nil {
		return nil, fmt.Errorf("%s: reset: %w", s.spec.ID, err)
	}
	return s.Observation(), nil
}

// Observation returns the observation of the present state.
func (s *Single) Observation() []float64 {
	obs := make([]float64, s.spec.Observation.Len())
	s.env.Observe(obs)
	return obs
}

// Elapsed is the number of steps since the last reset or SetState.
func (s *Single) Elapsed() int { return s.elapsed }

// Step applies an action: one number for a discrete space, the vector for a continuous one. It
// returns an error, and leaves the state alone, if the episode has not begun or is over, or the
// action lies outside the action space (see [Spec.ClipsActions]); and an error if draws set with
// SetDraws did not fit the step.
func (s *Single) Step(action []float64) (Transition, error) {
	switch {
	case !s.started:
		return Transition{}, fmt.Errorf("%s: %w", s.spec.ID, ErrNotReset)
	case s.ended:
		return Transition{}, fmt.Errorf("%s: %w", s.spec.ID, ErrEnded)
	}
	if err := s.spec.CheckAction(action); err != nil {
		return Transition{}, fmt.Errorf("%s: action: %w", s.spec.ID, err)
	}
	a := Action{Box: action}
	if s.index != nil {
		for i, v := range action {
			s.index[i] = int32(v)
		}
		a = Action{Discrete: s.index}
	}
	t := Transition{Reward: make([]float64, s.spec.M())}
	t.Terminated = s.env.Step(&s.rng, a, t.Reward)
	s.elapsed++
	t.Truncated = s.spec.Horizon > 0 && s.elapsed >= s.spec.Horizon
	t.Observation = s.Observation()
	s.ended = t.Terminated || t.Truncated
	if err := s.endReplay(); err != nil {
		return t, fmt.Errorf("%s: step %d: %w", s.spec.ID, s.elapsed, err)
	}
	return t, nil
}

// SetDraws makes the next Reset or Step consume recorded draws instead of the random stream; it
// fails if they do not fit exactly.
func (s *Single) SetDraws(draws []Draw) { s.rng.SetDraws(draws) }

func (s *Single) endReplay() error {
	err := s.rng.DrawError()
	s.rng.SetDraws(nil)
	return err
}

// StateJSON returns the dynamic state as a JSON object with the keys of the golden files. The
// random stream and the step count are not in it.
func (s *Single) StateJSON() ([]byte, error) { return json.Marshal(s.env.State()) }

// SetStateJSON puts the environment into a state that StateJSON wrote or that a golden file holds,
// at step 0 of an episode unless the state itself counts steps ([StepCounter]). Every key must be
// there and no other, lists must have their lengths, and the state must be a possible one; else the
// error says what is wrong and nothing changes.
func (s *Single) SetStateJSON(b []byte) error {
	state := s.env.State()
	before, err := binary.Append(nil, binary.LittleEndian, state)
	if err != nil {
		return fmt.Errorf("%s: %w", s.spec.ID, err)
	}
	if err = decodeExactly(b, state); err == nil {
		err = checkState(s.env)
	}
	if err != nil {
		if _, rerr := binary.Decode(before, binary.LittleEndian, state); rerr != nil {
			panic("envs: " + rerr.Error())
		}
		return fmt.Errorf("%s: state: %w", s.spec.ID, err)
	}
	s.elapsed, s.started, s.ended = 0, true, false
	if c, ok := s.env.(StepCounter); ok {
		s.elapsed = c.StepsTaken()
	}
	return nil
}

// checkState asks an environment that can tell whether its present state is possible.
func checkState(e Env) error {
	if c, ok := e.(StateChecker); ok {
		return c.CheckState()
	}
	return nil
}

// decodeExactly decodes the JSON text b into the struct that v points to, and demands that the
// text has exactly the keys and list lengths of the struct.
func decodeExactly(b []byte, v any) error {
	var given any
	if err := json.Unmarshal(b, &given); err != nil {
		return err
	}
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return misfit(err)
	}
	back, err := json.Marshal(v)
	if err != nil {
		return err
	}
	var want any
	if err := json.Unmarshal(back, &want); err != nil {
		return err
	}
	return sameShape("", given, want)
}

// misfit says in words of JSON what the decoder says in those of Go.
func misfit(err error) error {
	var e *json.UnmarshalTypeError
	if !errors.As(err, &e) {
		return errors.New(strings.Replace(strings.TrimPrefix(err.Error(), "json: "), "unknown field", "unknown key", 1))
	}
	where, want := "it", "number"
	if e.Field != "" {
		where = strconv.Quote(e.Field)
	}
	switch e.Type.Kind() {
	case reflect.Struct, reflect.Map:
		want = "object"
	case reflect.Array, reflect.Slice:
		want = "list"
	default:
		if number, ok := strings.CutPrefix(e.Value, "number "); ok {
			return fmt.Errorf("%s is %s, which is no %s", where, number, e.Type)
		}
	}
	return fmt.Errorf("%s is no %s", where, want)
}

// sameShape compares keys, list lengths and types of two decoded JSON values. Key names that
// differ only in case, which encoding/json accepts, are different here.
func sameShape(path string, given, want any) error {
	where := func() string {
		if path == "" {
			return "it"
		}
		return fmt.Sprintf("%q", strings.TrimPrefix(path, "."))
	}
	switch w := want.(type) {
	case map[string]any:
		g, ok := given.(map[string]any)
		if !ok {
			return fmt.Errorf("%s is no object", where())
		}
		for key := range g {
			if _, ok := w[key]; !ok {
				return fmt.Errorf("unknown key %q", strings.TrimPrefix(path+"."+key, "."))
			}
		}
		for key := range w {
			if _, ok := g[key]; !ok {
				return fmt.Errorf("key %q is missing", strings.TrimPrefix(path+"."+key, "."))
			}
			if err := sameShape(path+"."+key, g[key], w[key]); err != nil {
				return err
			}
		}
	case []any:
		g, ok := given.([]any)
		if !ok {
			return fmt.Errorf("%s is no list", where())
		}
		if len(g) != len(w) {
			return fmt.Errorf("%s has %d entries, not %d", where(), len(g), len(w))
		}
		for i := range w {
			if err := sameShape(fmt.Sprintf("%s[%d]", path, i), g[i], w[i]); err != nil {
				return err
			}
		}
	case float64:
		if _, ok := given.(float64); !ok {
			return fmt.Errorf("%s is no number", where())
		}
	case bool:
		if _, ok := given.(bool); !ok {
			return fmt.Errorf("%s is neither true nor false", where())
		}
	}
	return nil
}
