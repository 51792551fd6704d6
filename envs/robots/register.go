package robots

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/paretolab/paretolab/envs"
	"github.com/paretolab/paretolab/envs/mujoco"
)

// robotic is what every robot is.
type robotic interface {
	envs.Env
	envs.StateChecker
	envs.ScratchSharer
	envs.Renderer
	envs.Timed
	Original() float64
	Scalar() float64
	BadStates() int
	RecordedState() any
	StartFrom(record []byte) error
	scratch() *mujoco.Data
}

// task is a registry entry.
type task struct {
	id, summary  string
	class        string // module of MO-Gymnasium, without version
	original     string // id of Gymnasium, without version; "" if its reward is another task's
	model        string
	settings     settings // the defaults
	options      []string // those of the original that it takes
	objectives   func(settings) []envs.Objective
	reference    func(objectives int) envs.Reference
	alternatives []envs.Reference
	horizon      int                                     // 0: 1000
	skip         int                                     // coordinates that are not observed
	names        func(*mujoco.Model) []string            // of what is observed beside coordinates and velocities
	spaces       func() (observation, action envs.Space) // nil: coordinates and velocities, a box of controls
	camera       camera
	new          func(robot) robotic
}

// Names of options, those of the originals.
const (
	costObjective = "cost_objective"
	forwardWeight = "forward_reward_weight"
	ctrlWeight    = "ctrl_cost_weight"
	contactWeight = "contact_cost_weight"
	healthyReward = "healthy_reward"
	terminate     = "terminate_when_unhealthy"
	noiseScale    = "reset_noise_scale"
	rewardForm    = "reward"
)

var (
	xVelocity  = envs.Objective{Name: "x_velocity", Unit: "m/s", Low: math.Inf(-1), High: math.Inf(1)}
	yVelocity  = envs.Objective{Name: "y_velocity", Unit: "m/s", Low: math.Inf(-1), High: math.Inf(1)}
	energyUsed = envs.Objective{Name: "energy", Low: math.Inf(-1), High: math.Inf(1)}
)

// energyIf is the objective energy, if it is one.
func energyIf(split bool) []envs.Objective {
	if split {
		return []envs.Objective{energyUsed}
	}
	return nil
}

// hundreds is the reference point that the literature uses.
func hundreds(objectives int, source string) envs.Reference {
	return envs.Reference{Discount: 0.99, Point: slices.Repeat([]float64{-100}, objectives), Source: source}
}

func register(t task) {
	envs.Register(envs.Definition{ID: t.id, Options: t.declared(), New: t.environment})
}

// declared lists the options.
func (t *task) declared() []envs.Option {
	s := &t.settings
	const most = 1000 // of a weight; beyond any use
	all := []envs.Option{
		{Name: costObjective, Default: s.split, Doc: "energy is an objective of its own; else its weighted cost is taken from the others"},
		{Name: forwardWeight, Default: s.forward, Max: most, Doc: "weight of the velocity in the original reward"},
		{Name: ctrlWeight, Default: s.ctrl, Max: most, Doc: "weight of the energy where it is a cost"},
		{Name: contactWeight, Default: s.contact, Max: most, Doc: "weight of the contact forces"},
		{Name: healthyReward, Default: s.healthy, Max: most, Doc: "reward of a step for being healthy"},
		{Name: terminate, Default: s.terminates, Doc: "an unhealthy robot ends the episode"},
		{Name: noiseScale, Default: s.noise, Max: 1, Doc: "of the noise on the start"},
	}
	options := slices.DeleteFunc(all, func(o envs.Option) bool { return !slices.Contains(t.options, o.Name) })
	if t.original != "" {
		options = append(options, envs.Option{Name: rewardForm, Default: "vector", Values: []string{"vector", "original"},
			Doc: "original: the single reward of Gymnasium's " + t.original + "-" + s.version()})
	}
	return options
}

func (s *settings) version() string {
	if s.v5 {
		return "v5"
	}
	return "v4"
}

// adjusted returns the settings with the options.
func (t *task) adjusted(o envs.Options) settings {
	s := t.settings
	for name, v := range map[string]*float64{
		forwardWeight: &s.forward, ctrlWeight: &s.ctrl, contactWeight: &s.contact, healthyReward: &s.healthy, noiseScale: &s.noise,
	} {
		if _, ok := o[name]; ok {
			*v = o.Float(name)
		}
	}
	if _, ok := o[costObjective]; ok {
		s.split = o.Bool(costObjective)
	}
	if _, ok := o[terminate]; ok {
		s.terminates = o.Bool(terminate)
	}
	return s
}

func (t *task) environment(o envs.Options) (*envs.Environment, error) {
	model, err := mujoco.Load(t.model)
	if err != nil {
		return nil, err
	}
	s := t.adjusted(o)
	objectives := t.objectives(s)
	spec := envs.Spec{
		Summary:      t.summary,
		Source:       fmt.Sprintf("MO-Gymnasium 1.3.2, mo_gymnasium/envs/mujoco/%s_%s; physics of MuJoCo 3.12.1", t.class, s.version()),
		Objectives:   objectives,
		Horizon:      t.horizon,
		Reference:    t.reference(len(objectives)),
		Alternatives: t.alternatives,
		ClipsActions: t.spaces == nil,

		DeterministicStep: true,
	}
	if spec.Horizon == 0 {
		spec.Horizon = 1000
	}
	if t.spaces != nil {
		spec.Observation, spec.Action = t.spaces()
	} else {
		spec.Observation, spec.Action = t.observed(model), controls(model)
	}
	common := robot{
		settings: s, model: model, dt: model.Option.Timestep * float64(model.FrameSkip), camera: t.camera, limbs: limbs(model),
	}
	fresh := func() robotic {
		r := common
		r.data = model.NewData()
		return t.new(r)
	}
	e := &envs.Environment{Spec: spec, New: func() envs.Env { return fresh() }}
	if t.original != "" && o.String(rewardForm) == "original" {
		e.Spec.Source = fmt.Sprintf("Gymnasium 1.4.0, %s-%s; physics of MuJoCo 3.12.1", t.original, s.version())
		e.Spec.Objectives = []envs.Objective{{Name: "reward", Low: math.Inf(-1), High: math.Inf(1)}}
		e.Spec.Reference = envs.Reference{Discount: 0.99, Point: []float64{-1000}, Source: "paretolab: below what random actions get"}
		e.Spec.Alternatives = nil
		e.New = func() envs.Env { return &single{robotic: fresh(), parts: make([]float64, len(objectives))} }
	}
	return e, nil
}

// single is a robot with the reward of the original.
type single struct {
	robotic
	parts []float64 // the rewards of the objectives
}

// Step implements [envs.Env].
func (s *single) Step(rng *envs.RNG, a envs.Action, reward []float64) bool {
	over := s.robotic.Step(rng, a, s.parts)
	reward[0] = s.Original()
	return over
}

// observed is the space of coordinates, velocities and what the task observes beside them.
func (t *task) observed(m *mujoco.Model) envs.Space {
	names := append(coordinateNames(m)[t.skip:], velocityNames(m)...)
	if t.names != nil {
		names = append(names, t.names(m)...)
	}
	return unbounded(names)
}

// unbounded is a box without bounds.
func unbounded(names []string) envs.Space {
	n := len(names)
	space := envs.Box("float64", slices.Repeat([]float64{math.Inf(-1)}, n), slices.Repeat([]float64{math.Inf(1)}, n))
	space.Names = names
	return space
}

// controls is the box of the actuators.
func controls(m *mujoco.Model) envs.Space {
	var low, high []float64
	var names []string
	for _, a := range m.Actuators {
		low, high = append(low, float64(float32(a.CtrlRange[0]))), append(high, float64(float32(a.CtrlRange[1])))
		names = append(names, m.Joints[a.Joint].Name)
	}
	space := envs.Box("float32", low, high)
	space.Names = names
	return space
}

// coordinateNames are the joints, or the parts of a free one.
func coordinateNames(m *mujoco.Model) (names []string) {
	for _, j := range m.Joints {
		if j.Type == mujoco.Free {
			names = append(names, "x", "y", "z", "qw", "qx", "qy", "qz")
		} else {
			names = append(names, j.Name)
		}
	}
	return names
}

func velocityNames(m *mujoco.Model) (names []string) {
	for _, j := range m.Joints {
		if j.Type == mujoco.Free {
			names = append(names, "vx", "vy", "vz", "wx", "wy", "wz")
		} else {
			names = append(names, j.Name+"_velocity")
		}
	}
	return names
}

// bodyNames are the given parts of a quantity for each body from the given one on.
func bodyNames(m *mujoco.Model, from int, quantity string, parts ...string) (names []string) {
	for b, body := range m.Bodies[from:] {
		name := body.Name
		if name == "" {
			name = fmt.Sprintf("body%d", from+b)
		}
		for _, p := range parts {
			names = append(names, strings.Join([]string{name, quantity, p}, "_"))
		}
	}
	return names
}
