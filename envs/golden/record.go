package golden

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/paretolab/paretolab/envs"
)

// Recording is an episode of one of our environments, noted step by step for a trajectory file that
// [File.Verify] reproduces exactly.
type Recording struct {
	single  *envs.Single
	file    recordedFile
	episode recordedEpisode
}

// recordedFile is a [File] as it is written: one episode, nothing tolerated.
type recordedFile struct {
	Schema          string            `json:"schema"`
	Source          string            `json:"source"`
	EnvID           string            `json:"env_id"`
	Options         map[string]any    `json:"kwargs"`
	MaxEpisodeSteps *int              `json:"max_episode_steps"`
	Observation     map[string]any    `json:"observation_space"`
	Action          map[string]any    `json:"action_space"`
	Reward          map[string]any    `json:"reward_space"`
	RewardDim       int               `json:"reward_dim"`
	Tolerance       map[string]int    `json:"tolerance"`
	Episodes        []recordedEpisode `json:"episodes"`
}

// recordedEpisode is an [Episode] as it is written.
type recordedEpisode struct {
	Name          string            `json:"name"`
	Seed          uint64            `json:"seed"`
	FromSeed      bool              `json:"from_seed,omitempty"`
	InitState     json.RawMessage   `json:"init_state"`
	InitObs       any               `json:"init_obs"`
	Actions       []any             `json:"actions"`
	Obs           []any             `json:"obs"`
	Rewards       [][]Number        `json:"rewards"`
	Terminated    []int             `json:"terminated"`
	Truncated     []int             `json:"truncated"`
	States        []json.RawMessage `json:"states"`
	ScalarRewards []Number          `json:"scalar_rewards,omitempty"`
}

// NewRecording begins a recording of single, a copy of e that was reset with the seed and not stepped
// since. The source says which program records. It returns an error if the state is not one that JSON
// can hold.
//
// Where steps draw random numbers, or the recorded state is only a part of the state ([Recorder]),
// the episode is marked to be replayed from its seed; else from its initial state.
func NewRecording(e *envs.Environment, single *envs.Single, seed uint64, source string) (*Recording, error) {
	given, err := changedOptions(e)
	if err != nil {
		return nil, err
	}
	state, err := recordedState(single)
	if err != nil {
		return nil, err
	}
	spec := &e.Spec
	_, partial := single.Env().(Recorder)
	r := &Recording{single: single}
	r.file = recordedFile{
		Schema: Schema, Source: source, EnvID: spec.ID, Options: given,
		Observation: describe(&spec.Observation), Action: describe(&spec.Action), Reward: describeRewards(spec),
		RewardDim: spec.M(), Tolerance: map[string]int{"obs_abs": 0, "reward_abs": 0},
	}
	if spec.Horizon > 0 {
		r.file.MaxEpisodeSteps = &spec.Horizon
	}
	r.episode = recordedEpisode{
		Name: fmt.Sprintf("seed %d", seed), Seed: seed, FromSeed: partial || !spec.DeterministicStep,
		InitState: state, InitObs: r.observation(single.Observation()),
	}
	return r, nil
}

// Add notes a step: the action and what it returned. The copy must be in the state after it.
func (r *Recording) Add(action []float64, t envs.Transition) error {
	state, err := recordedState(r.single)
	if err != nil {
		return err
	}
	e := &r.episode
	e.States = append(e.States, state)
	e.Actions = append(e.Actions, r.action(action))
	e.Obs = append(e.Obs, r.observation(t.Observation))
	e.Rewards = append(e.Rewards, Numbers(t.Reward))
	e.Terminated = append(e.Terminated, bit(t.Terminated))
	e.Truncated = append(e.Truncated, bit(t.Truncated))
	if s, ok := r.single.Env().(scalarRewarder); ok {
		e.ScalarRewards = append(e.ScalarRewards, Number(s.Scalar()))
	}
	return nil
}

// Write writes the trajectory file of the steps so far, of which there must be one at least.
func (r *Recording) Write(w io.Writer) error {
	if len(r.episode.Actions) == 0 {
		return fmt.Errorf("golden: a recording of %s without steps", r.file.EnvID)
	}
	r.file.Episodes = []recordedEpisode{r.episode}
	return json.NewEncoder(w).Encode(r.file)
}

// action is an integer in a single discrete space, else a list.
func (r *Recording) action(a []float64) any {
	if space := &r.single.Spec().Action; space.Kind == envs.KindDiscrete && space.Len() == 1 {
		return Number(a[0])
	}
	return Numbers(a)
}

// observation is a list, or the named parts of a composite one.
func (r *Recording) observation(obs []float64) any {
	fields := r.single.Spec().Observation.Fields
	if len(fields) == 0 {
		return Numbers(obs)
	}
	parts := map[string]any{}
	for _, f := range fields {
		parts[f.Name] = Numbers(obs[f.Offset : f.Offset+f.Len])
	}
	return parts
}

func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}

// recordedState is the present state, or the part of it that recordings hold, as JSON.
func recordedState(s *envs.Single) (json.RawMessage, error) {
	if r, ok := s.Env().(Recorder); ok {
		return json.Marshal(r.RecordedState())
	}
	return s.StateJSON()
}

// changedOptions are the options of an environment that differ from their defaults.
func changedOptions(e *envs.Environment) (map[string]any, error) {
	d, err := envs.Lookup(e.Spec.ID)
	if err != nil {
		return nil, err
	}
	changed := map[string]any{}
	for _, o := range d.Options {
		if v := e.Options[o.Name]; v != o.Default {
			changed[o.Name] = v
		}
	}
	return changed, nil
}

// describe declares a space in the form of the originals.
func describe(s *envs.Space) map[string]any {
	switch {
	case s.Kind == envs.KindDiscrete && s.Len() == 1:
		return map[string]any{"type": "discrete", "n": s.N[0], "start": 0}
	case s.Kind == envs.KindDiscrete:
		return map[string]any{"type": "multidiscrete", "n": s.N}
	case len(s.Fields) == 0:
		return box(s.DType, s.Low, s.High)
	}
	fields := map[string]any{}
	for _, f := range s.Fields {
		end := f.Offset + f.Len
		fields[f.Name] = box(s.DType, s.Low[f.Offset:end], s.High[f.Offset:end])
	}
	return map[string]any{"type": "dict", "fields": fields}
}

// describeRewards declares the reward vectors, which are not rounded.
func describeRewards(spec *envs.Spec) map[string]any {
	low, high := make([]float64, spec.M()), make([]float64, spec.M())
	for i, o := range spec.Objectives {
		low[i], high[i] = o.Low, o.High
	}
	return box("float64", low, high)
}

func box(dtype string, low, high []float64) map[string]any {
	return map[string]any{"type": "box", "shape": []int{len(low)}, "dtype": dtype, "low": Numbers(low), "high": Numbers(high)}
}
