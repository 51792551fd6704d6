package golden

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/paretolab/paretolab/envs"
)

// maxReasons bounds the list of what went wrong: the first few say it.
const maxReasons = 10

// Report says how well an environment reproduces a file.
type Report struct {
	File           string   `json:"file"`
	Environment    string   `json:"environment"`
	Episodes       int      `json:"episodes"`
	Steps          int      `json:"steps"`            // compared
	MaxObsError    Number   `json:"max_obs_error"`    // largest difference, as the file measures it, after rounding to the original's type
	MaxRewardError Number   `json:"max_reward_error"` // likewise
	MaxStateError  Number   `json:"max_state_error"`  // of recorded states, not rounded
	FlagMismatches int      `json:"flag_mismatches"`  // of terminated and truncated
	Resync         bool     `json:"resync"`           // each step was replayed from the recorded state before it
	Pass           bool     `json:"pass"`
	Reasons        []string `json:"reasons,omitempty"` // the first that made it fail
}

// Verify replays every episode on our environment: from the recorded initial state (a [Redrawer]:
// from a reset), with the recorded draws in place of random numbers, under the recorded time limit.
// An episode that is marked FromSeed begins with a reset of its seed and draws as the environment does.
// Observations and rewards are rounded to the types that the file declares (rewards without a
// declaration to float32; scalar rewards not) and must then agree within the file's tolerances,
// flags exactly, recorded states within the tolerance of observations.
//
// Where that fails, and the environment is one whose rounding errors grow fast and the file allows
// it, the episodes are replayed once more with every step from the recorded state before it, and the
// report says so (Resync).
//
// A file of [OpenLoopSchema] is replayed from resets, and its rows are compared within its tolerance.
//
// An error means that there is nothing to compare: the environment is unknown, does not take the
// options, or has other dimensions than the file.
func (f *File) Verify() (Report, error) {
	if f.openLoop != nil {
		return f.verifyOpenLoop()
	}
	e, err := envs.Make(f.EnvID, f.Options)
	if err != nil {
		return Report{}, fmt.Errorf("%s: %w", f.Path, err)
	}
	if m := e.Spec.M(); m != f.RewardDim {
		return Report{}, fmt.Errorf("%s: reward_dim is %d, but %s has %d objectives", f.Path, f.RewardDim, f.EnvID, m)
	}
	if f.endless() {
		e.Spec.Horizon = 0
	} else if f.MaxEpisodeSteps != nil {
		e.Spec.Limit(*f.MaxEpisodeSteps)
	}
	v := verifier{file: f, spec: &e.Spec, single: envs.NewSingle(e)}
	if err := v.prepareRounding(); err != nil {
		return Report{}, fmt.Errorf("%s: %w", f.Path, err)
	}
	r := v.replay(false)
	if !r.Pass && f.allowsResync() {
		r = v.replay(true)
	}
	return r, nil
}

// endless reports whether the file was recorded without the time limit that it names, as those of the
// robots were: no episode of it is truncated, though some are as long.
func (f *File) endless() bool {
	return f.Tolerance.RelativeTo != "" && !slices.ContainsFunc(f.Episodes, func(e Episode) bool {
		return slices.Contains(e.Truncated, true)
	})
}

// resynced are the environments that may be compared step by step: the acrobot is chaotic, and the
// continuous mountain cars round their state to float32 after every step.
var resynced = []string{"Acrobot-v1", "MountainCarContinuous-v0", "mo-mountaincarcontinuous-v0"}

// allowsResync reports whether the recorded states may be taken up again after every step.
func (f *File) allowsResync() bool {
	return bool(f.Tolerance.Resync) && slices.Contains(resynced, f.EnvID) &&
		!slices.ContainsFunc(f.Episodes, func(e Episode) bool { return e.States == nil })
}

// replay runs all episodes.
func (v *verifier) replay(resync bool) Report {
	v.report = Report{File: v.file.Path, Environment: v.file.EnvID, Episodes: len(v.file.Episodes), Resync: resync}
	for i := range v.file.Episodes {
		v.episode(&v.file.Episodes[i])
	}
	v.report.Pass = len(v.report.Reasons) == 0
	return v.report
}

type verifier struct {
	file        *File
	spec        *envs.Spec
	single      *envs.Single
	report      Report
	roundObs    []rounding // per element of the flat observation
	roundReward rounding
}

// rounding rounds a number to an element type.
type rounding func(float64) float64

func roundingTo(dtype string) (rounding, error) {
	switch dtype {
	case "float32", "":
		return func(x float64) float64 { return float64(float32(x)) }, nil
	case "float64", "int8", "int16", "int32", "int64", "uint8":
		return func(x float64) float64 { return x }, nil
	}
	return nil, fmt.Errorf("dtype %q is not one that can be compared (float32, float64, int8 to int64, uint8)", dtype)
}

func (v *verifier) prepareRounding() error {
	var err error
	dtype := ""
	if v.file.Reward != nil {
		dtype = v.file.Reward.DType
	}
	if v.roundReward, err = roundingTo(dtype); err != nil {
		return fmt.Errorf("reward_space: %w", err)
	}
	n := v.spec.Observation.Len()
	v.roundObs = make([]rounding, n)
	fields := v.spec.Observation.Fields
	if len(fields) == 0 {
		fields = []envs.Field{{Len: n}}
	}
	for _, field := range fields {
		declared := v.file.Observation
		if field.Name != "" {
			declared = v.file.Observation.Fields[field.Name]
		}
		dtype := declared.DType
		if declared.Type == "discrete" || declared.Type == "multibinary" {
			dtype = "int64"
		}
		round, err := roundingTo(dtype)
		if err != nil {
			return fmt.Errorf("observation_space: %w", err)
		}
		for k := range field.Len {
			v.roundObs[field.Offset+k] = round
		}
	}
	return nil
}

// fail notes a reason, at a step counted from 1 (0: at the start).
func (v *verifier) fail(e *Episode, step int, format string, a ...any) {
	if len(v.report.Reasons) < maxReasons {
		v.report.Reasons = append(v.report.Reasons, fmt.Sprintf("episode %s, step %d: %s", e.Name, step, fmt.Sprintf(format, a...)))
	}
}

// Recorder is the optional capability of an environment whose recordings hold a part of its state
// only. It begins episodes as a [Redrawer] or a [Starter].
type Recorder interface {
	// RecordedState returns the part of the present state that recordings hold, as it becomes JSON.
	RecordedState() any
}

// Redrawer is a [Recorder] whose episodes begin with a reset and the random draws of it.
type Redrawer interface {
	Recorder
	// ResetDraws returns the draws of a reset, in order, from what the recording holds of them.
	ResetDraws(record []byte) ([]envs.Draw, error)
}

// Starter is a [Recorder] to which the recorded part of a first state says the rest.
type Starter interface {
	Recorder
	// StartFrom puts the environment into the state after a reset that led to the recorded part. After an
	// error the state may be any.
	StartFrom(record []byte) error
}

// scalarRewarder is an environment that knows the scalar reward of its original's last step.
type scalarRewarder interface{ Scalar() float64 }

// begin puts the environment into the first state of the episode.
func (v *verifier) begin(e *Episode) error {
	if e.FromSeed {
		if _, err := v.single.Reset(e.Seed); err != nil {
			return err
		}
		v.compareState(e, 0, e.InitState)
		return nil
	}
	if e.ResetDraws == nil {
		state, err := v.firstState(e)
		if err == nil {
			err = v.single.SetStateJSON(state)
		}
		if err != nil {
			return fmt.Errorf("init_state: %w", err)
		}
		return nil
	}
	r, ok := v.single.Env().(Redrawer)
	if !ok {
		return fmt.Errorf("reset_draws: %s begins from its init_state", v.spec.ID)
	}
	draws, err := r.ResetDraws(e.ResetDraws)
	if err != nil {
		return fmt.Errorf("reset_draws: %w", err)
	}
	v.single.SetDraws(draws)
	if _, err := v.single.Reset(nil); err != nil {
		return err
	}
	v.compareState(e, 0, e.InitState)
	return nil
}

// firstState is the whole state in which an episode begins.
func (v *verifier) firstState(e *Episode) ([]byte, error) {
	s, ok := v.single.Env().(Starter)
	if !ok {
		return e.InitState, nil
	}
	if err := s.StartFrom(e.InitState); err != nil {
		return nil, err
	}
	return v.single.StateJSON()
}

func (v *verifier) episode(e *Episode) {
	if err := v.begin(e); err != nil {
		v.fail(e, 0, "%v", err)
		return
	}
	v.compareObservation(e, 0, e.InitObs, v.single.Observation())
	for k := range e.Steps() {
		if v.report.Resync && k > 0 {
			// Not SetStateJSON, which begins an episode: the time limit counts on.
			if err := json.Unmarshal(e.States[k-1], v.single.Env().State()); err != nil {
				v.fail(e, k, "state: %v", err)
				return
			}
		}
		if !e.FromSeed {
			v.single.SetDraws(e.draws(k))
		}
		t, err := v.single.Step(e.action(k))
		if err != nil {
			if errors.Is(err, envs.ErrEnded) {
				err = fmt.Errorf("the episode is already over, after %d of %d steps", k, e.Steps())
			}
			v.fail(e, k+1, "%v", err)
			return
		}
		v.report.Steps++
		v.compareObservation(e, k+1, e.Obs[k], t.Observation)
		for j, want := range e.Rewards[k] {
			d := v.file.Tolerance.difference(v.roundReward(t.Reward[j]), v.roundReward(want))
			v.report.MaxRewardError = max(v.report.MaxRewardError, d)
			if d > v.file.Tolerance.reward(k+1) {
				v.fail(e, k+1, "reward %s is %v, recorded %v", v.spec.Objectives[j].Name, t.Reward[j], want)
			}
		}
		if both := v.spec.BothAtLimit && bool(e.Terminated[k] && e.Truncated[k]); !both || !t.Terminated && !t.Truncated {
			v.compareFlag(e, k+1, "terminated", t.Terminated, e.Terminated[k])
			v.compareFlag(e, k+1, "truncated", t.Truncated, e.Truncated[k])
		}
		if e.States != nil {
			v.compareState(e, k+1, e.States[k])
		}
		if s, ok := v.single.Env().(scalarRewarder); ok && e.ScalarRewards != nil {
			v.compareScalar(e, k+1, s.Scalar(), float64(e.ScalarRewards[k]))
		}
	}
}

// compareScalar compares the original's scalar reward, which is float64.
func (v *verifier) compareScalar(e *Episode, step int, got, want float64) {
	d := v.file.Tolerance.difference(got, want)
	v.report.MaxRewardError = max(v.report.MaxRewardError, d)
	if d > v.file.Tolerance.reward(step) {
		v.fail(e, step, "scalar reward is %v, recorded %v", got, want)
	}
}

func (v *verifier) compareFlag(e *Episode, step int, name string, got bool, want flag) {
	if got != bool(want) {
		v.report.FlagMismatches++
		v.fail(e, step, "%s is %v, recorded %v", name, got, bool(want))
	}
}

func (v *verifier) compareObservation(e *Episode, step int, recorded observation, got []float64) {
	if recorded.missing() {
		return
	}
	want, err := recorded.flat(&v.spec.Observation)
	if err != nil {
		v.fail(e, step, "observation: %v", err)
		return
	}
	for i := range want {
		round := v.roundObs[i]
		d := v.file.Tolerance.difference(round(got[i]), round(want[i]))
		v.report.MaxObsError = max(v.report.MaxObsError, d)
		if d > v.file.Tolerance.obs(step) {
			v.fail(e, step, "observation[%d] is %v, recorded %v", i, got[i], want[i])
		}
	}
}

// flat puts the parts of a composite observation into declared order.
func (o *observation) flat(s *envs.Space) ([]float64, error) {
	if o.fields == nil {
		if len(o.values) != s.Len() {
			return nil, fmt.Errorf("%d numbers recorded, the environment has %d", len(o.values), s.Len())
		}
		return o.values, nil
	}
	if len(o.fields) != len(s.Fields) {
		return nil, fmt.Errorf("%d parts recorded, the environment has %d", len(o.fields), len(s.Fields))
	}
	out := make([]float64, s.Len())
	for _, field := range s.Fields {
		values, ok := o.fields[field.Name]
		if !ok || len(values) != field.Len {
			return nil, fmt.Errorf("part %q: %d numbers recorded, the environment has %d", field.Name, len(values), field.Len)
		}
		copy(out[field.Offset:], values)
	}
	return out, nil
}

func (v *verifier) compareState(e *Episode, step int, recorded json.RawMessage) {
	b, err := recordedState(v.single)
	if err != nil {
		v.fail(e, step, "state: %v", err)
		return
	}
	var got, want any
	if err := errors.Join(json.Unmarshal(b, &got), json.Unmarshal(recorded, &want)); err != nil {
		v.fail(e, step, "state: %v", err)
		return
	}
	d := Number(0)
	if !v.file.Tolerance.stateDifference(got, want, &d) {
		v.fail(e, step, "state %s has another form than the recorded %s", b, recorded)
		return
	}
	v.report.MaxStateError = max(v.report.MaxStateError, d)
	if d > v.file.Tolerance.obs(step) {
		v.fail(e, step, "state is %s, recorded %s", b, recorded)
	}
}

// stateDifference raises d to the largest difference of corresponding numbers and reports whether
// both values have the same keys and lengths.
func (t *Tolerance) stateDifference(got, want any, d *Number) bool {
	switch w := want.(type) {
	case map[string]any:
		g, ok := got.(map[string]any)
		if !ok || len(g) != len(w) {
			return false
		}
		for key := range w {
			if _, ok := g[key]; !ok || !t.stateDifference(g[key], w[key], d) {
				return false
			}
		}
	case []any:
		g, ok := got.([]any)
		if !ok || len(g) != len(w) {
			return false
		}
		for i := range w {
			if !t.stateDifference(g[i], w[i], d) {
				return false
			}
		}
	case float64:
		g, ok := got.(float64)
		if !ok {
			return false
		}
		*d = max(*d, t.difference(g, w))
	default:
		return got == want
	}
	return true
}

// difference is |a − b|, infinite if it is not a number. Equal infinities do not differ.
func difference(a, b float64) Number {
	if a == b {
		return 0
	}
	if d := math.Abs(a - b); !math.IsNaN(d) {
		return Number(d)
	}
	return Number(math.Inf(1))
}
