package robots

import (
	"math"

	"github.com/paretolab/paretolab/envs"
)

// Reacher is an arm of two links in a plane with four targets around its base.
//
// Actions: the torques -1, 0, 1 of shoulder and elbow; number 3 i + j has i - 1 and j - 1.
//
// Reward (target_1 to target_4): 1 - 4 d with the distance d in m of the fingertip from a target, in the
// state in which the action was chosen, as the physics last saw it.
//
// The arm starts at rest but for noise, bent at the elbow. In version 4 three of the targets drift slowly,
// since the original's reset leaves their velocities; in version 5 all stand still.
//
// Observation: cosines, then sines of the angles, a tenth of their velocities. It never terminates.
type Reacher struct {
	robot
	state  ReacherState
	torque [2]float64
}

// ReacherState is the state of a [Reacher].
type ReacherState struct {
	Motion[[10]float64, [10]float64, [2]float64]
	Fingertip [2]float64          `json:"fingertip"` // x and y in the last forward evaluation
	Targets   [targets][2]float64 `json:"targets"`   // likewise
}

const (
	targets       = 4
	fingertipBody = 3 // the targets follow it
	velocityNoise = 0.005
	positionNoise = 0.1 // drawn, but not used
)

// Where the arm and its targets begin.
var reacherStart = [10]float64{0, 3.1415 / 2, 0.14, 0, -0.14, 0, 0, 0.14, 0, -0.14}

var _ robotic = (*Reacher)(nil)

// Reset implements [envs.Env].
func (r *Reacher) Reset(rng *envs.RNG) {
	r.rest()
	s := &r.state
	for range s.Qpos {
		rng.Uniform(-positionNoise, positionNoise)
	}
	s.Qpos = reacherStart
	for i := range s.Qvel {
		s.Qvel[i] = rng.Uniform(-velocityNoise, velocityNoise)
	}
	if r.v5 {
		clear(s.Qvel[2:])
	} else {
		clear(s.Qvel[8:])
	}
	r.begin()
}

// StartFrom puts the arm into the state after a reset that led to the recorded coordinates and velocities.
func (r *Reacher) StartFrom(record []byte) error {
	err := r.robot.StartFrom(record)
	if err == nil {
		r.begin()
	}
	return err
}

// begin looks at the first state of an episode.
func (r *Reacher) begin() {
	r.model.Forward(&r.robot.state, r.data)
	r.look()
}

// look keeps where fingertip and targets were in the last forward evaluation.
func (r *Reacher) look() {
	x := r.data.Xpos[fingertipBody:]
	r.state.Fingertip = [2]float64(x[0][:2])
	for i := range targets {
		r.state.Targets[i] = [2]float64(x[1+i][:2])
	}
}

// Step implements [envs.Env].
func (r *Reacher) Step(_ *envs.RNG, a envs.Action, reward []float64) bool {
	s := &r.state
	_ = reward[targets-1]
	for i, t := range s.Targets {
		reward[i] = 1 - 4*math.Hypot(s.Fingertip[0]-t[0], s.Fingertip[1]-t[1])
	}
	k := a.Index()
	r.torque = [2]float64{float64(k/3 - 1), float64(k%3 - 1)}
	r.simulate(r.torque[:])
	r.look()
	return false
}

// Observe implements [envs.Env].
func (r *Reacher) Observe(obs []float64) {
	s := &r.state
	_ = obs[5]
	for i := range 2 {
		obs[2+i], obs[i] = math.Sincos(s.Qpos[i])
		obs[4+i] = 0.1 * s.Qvel[i]
	}
}

// State implements [envs.Env].
func (r *Reacher) State() any { return &r.state }

// CheckState implements [envs.StateChecker].
func (r *Reacher) CheckState() error {
	if err := r.robot.CheckState(); err != nil {
		return err
	}
	for _, t := range r.state.Targets {
		if err := within("targets", largest, t[:]...); err != nil {
			return err
		}
	}
	return within("fingertip", largest, r.state.Fingertip[:]...)
}

func newReacher(r robot) robotic {
	e := &Reacher{robot: r}
	m := &e.state.Motion
	e.bind(m.Qpos[:], m.Qvel[:], m.QaccWarmstart[:], m.Ctrl[:], &m.Time, &m.BadStates)
	return e
}

func init() {
	for _, v := range []struct {
		id string
		v5 bool
	}{{"mo-reacher-v5", true}, {"mo-reacher-v4", false}} {
		register(task{
			id: v.id, summary: "Arm of two links that reaches for four targets", class: "reacher", model: "mo_reacher",
			settings: settings{v5: v.v5},
			objectives: func(settings) []envs.Objective {
				var o []envs.Objective
				for _, name := range []string{"target_1", "target_2", "target_3", "target_4"} {
					o = append(o, envs.Objective{Name: name, Low: -1, High: 1})
				}
				return o
			},
			reference: func(int) envs.Reference {
				return envs.Reference{Discount: 0.99, Point: []float64{-50, -50, -50, -50}, Source: "paretolab: below what a sane policy returns"}
			},
			camera: table, new: newReacher, spaces: reacherSpaces, horizon: 50,
		})
	}
}

func reacherSpaces() (observation, action envs.Space) {
	observation = unbounded([]string{"shoulder_cos", "elbow_cos", "shoulder_sin", "elbow_sin", "shoulder_velocity", "elbow_velocity"})
	var names []string
	for _, shoulder := range []string{"-1", "0", "+1"} {
		for _, elbow := range []string{"-1", "0", "+1"} {
			names = append(names, "torque"+shoulder+"/"+elbow)
		}
	}
	return observation, envs.Discrete(len(names), names...)
}
