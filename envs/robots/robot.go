package robots

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"

	"github.com/paretolab/paretolab/envs"
	"github.com/paretolab/paretolab/envs/mujoco"
)

// Motion is what moves of a robot, with arrays of its numbers of coordinates, velocities and controls.
type Motion[Q, V, U any] struct {
	Qpos          Q       `json:"qpos"`
	Qvel          V       `json:"qvel"`
	QaccWarmstart V       `json:"qacc_warmstart"` // where the constraint solver begins
	Ctrl          U       `json:"ctrl"`           // the last action
	Time          float64 `json:"time"`           // seconds since the reset
	BadStates     uint32  `json:"bad_states"`     // exploded states since the reset
}

// settings are the constants of a task.
type settings struct {
	v5         bool    // the newer version of the task
	forward    float64 // weight of the velocity in the original reward
	ctrl       float64 // weight of the energy
	contact    float64 // weight of the contact forces
	healthy    float64 // reward H for being healthy
	terminates bool    // an unhealthy robot ends the episode
	noise      float64 // of a reset
	split      bool    // energy is an objective of its own (hopper, ant)
}

// robot is one copy, as all robots have it: the constants, working memory, and the state, whose vectors
// are those of a [Motion] that the type of the robot holds.
type robot struct {
	settings
	model *mujoco.Model
	data  *mujoco.Data // shared with other copies: nothing in it is used after a step
	dt    float64      // seconds of a step

	camera camera
	limbs  []int // number of the limb that each body belongs to

	state     mujoco.State
	time      *float64
	badStates *uint32

	original float64 // reward of the last step in the original
}

// bind makes the vectors of a motion the state.
func (r *robot) bind(qpos, qvel, warmstart, ctrl []float64, time *float64, badStates *uint32) {
	r.state = mujoco.State{Qpos: qpos, Qvel: qvel, QaccWarmstart: warmstart, Ctrl: ctrl}
	r.time, r.badStates = time, badStates
	r.model.Reset(&r.state)
}

// The distributions of noise on velocities.
type noise bool

const (
	uniform noise = false
	normal  noise = true
)

// reset draws a start around the reference configuration, at rest but for noise.
func (r *robot) reset(rng *envs.RNG, velocities noise) {
	r.rest()
	for i, q := range r.model.Qpos0 {
		r.state.Qpos[i] = q + rng.Uniform(-r.noise, r.noise)
	}
	for i := range r.state.Qvel {
		if velocities == normal {
			r.state.Qvel[i] = r.noise * rng.StandardNormal()
		} else {
			r.state.Qvel[i] = rng.Uniform(-r.noise, r.noise)
		}
	}
}

// rest puts the robot into the reference configuration at time 0.
func (r *robot) rest() {
	r.model.Reset(&r.state)
	*r.time, *r.badStates = 0, 0
}

// simulate advances the physics by one step of the environment.
func (r *robot) simulate(ctrl []float64) {
	copy(r.state.Ctrl, ctrl)
	r.state.Time = *r.time
	for range r.model.FrameSkip {
		if !r.model.Step(&r.state, r.data) {
			*r.badStates++
		}
	}
	*r.time = r.state.Time
}

// energy is Σ a².
func energy(a []float64) float64 {
	sum := 0.0
	for _, x := range a {
		sum += x * x
	}
	return sum
}

// alive is the reward for the health that a step leads to.
func (r *robot) alive(healthy bool) float64 {
	if healthy || !r.v5 && r.terminates {
		return r.healthy
	}
	return 0
}

// over reports whether a robot of this health ends the episode.
func (r *robot) over(healthy bool) bool { return !healthy && r.terminates }

// observe writes the coordinates from number skip on, and the velocities within ±limit. It returns the
// rest of obs.
func (r *robot) observe(obs []float64, skip int, limit float64) []float64 {
	n := copy(obs, r.state.Qpos[skip:])
	obs = obs[n:]
	for i, v := range r.state.Qvel {
		obs[i] = min(max(v, -limit), limit)
	}
	return obs[len(r.state.Qvel):]
}

// Original is the reward of the last step in Gymnasium's robot, with the same weights.
func (r *robot) Original() float64 { return r.original }

// Scalar is the same for those who replay recordings.
func (r *robot) Scalar() float64 { return r.original }

// BadStates is how often since the reset the state exploded and was put back to the reference.
func (r *robot) BadStates() int { return int(*r.badStates) }

// StepTime implements [envs.Timed].
func (r *robot) StepTime() float64 { return r.dt }

// ShareScratch implements [envs.ScratchSharer].
func (r *robot) ShareScratch(with envs.Env) {
	r.data = with.(interface{ scratch() *mujoco.Data }).scratch()
}

func (r *robot) scratch() *mujoco.Data { return r.data }

// RecordedState returns what recordings hold of the state.
func (r *robot) RecordedState() any {
	return recorded{r.state.Qpos, r.state.Qvel}
}

type recorded struct {
	Qpos []float64 `json:"qpos"`
	Qvel []float64 `json:"qvel"`
}

// StartFrom puts the robot into the state after a reset that led to the recorded coordinates and velocities.
func (r *robot) StartFrom(record []byte) error {
	var s recorded
	d := json.NewDecoder(bytes.NewReader(record))
	d.DisallowUnknownFields()
	if err := d.Decode(&s); err != nil {
		return err
	}
	if len(s.Qpos) != r.model.Nq || len(s.Qvel) != r.model.Nv {
		return fmt.Errorf("%d coordinates and %d velocities; %s has %d and %d", len(s.Qpos), len(s.Qvel), r.model.Name, r.model.Nq, r.model.Nv)
	}
	r.rest()
	copy(r.state.Qpos, s.Qpos)
	copy(r.state.Qvel, s.Qvel)
	return r.CheckState()
}

// largest is the largest coordinate or velocity that the physics lets stand.
const largest = 1e10

// CheckState implements [envs.StateChecker].
func (r *robot) CheckState() error {
	for _, v := range []struct {
		key    string
		values []float64
		limit  float64
	}{
		{"qpos", r.state.Qpos, largest},
		{"qvel", r.state.Qvel, largest},
		{"qacc_warmstart", r.state.QaccWarmstart, math.MaxFloat64},
		{"ctrl", r.state.Ctrl, math.MaxFloat64},
	} {
		if err := within(v.key, v.limit, v.values...); err != nil {
			return err
		}
	}
	return within("time", math.MaxFloat64, *r.time)
}

// within is an error unless all values lie within ±limit.
func within(key string, limit float64, values ...float64) error {
	for i, x := range values {
		if !(math.Abs(x) <= limit) {
			return fmt.Errorf("%s[%d] is %v, beyond ±%v", key, i, x, limit)
		}
	}
	return nil
}
