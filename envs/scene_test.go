package envs_test

import (
	"encoding/binary"
	"math"
	"reflect"
	"strings"
	"testing"

	"github.com/paretolab/paretolab/envs"
)

// TestEveryEnvironmentHasAPicture, at the start and in the middle of an episode: within the limits of
// scenes, the same whenever it is drawn, the same for a copy that is put into the same state, and
// redrawn without allocation. Drawing changes no state. An environment that draws nothing itself, as
// the walker, gets a bar for each number of its observation.
func TestEveryEnvironmentHasAPicture(t *testing.T) {
	all := []*envs.Environment{walkerEnv(false)}
	for _, id := range envs.IDs() {
		e, err := envs.Make(id, nil)
		if err != nil {
			t.Fatal(id, err)
		}
		all = append(all, e)
	}
	for _, e := range all {
		t.Run(e.Spec.ID, func(t *testing.T) { checkPictures(t, e) })
	}
}

func checkPictures(t *testing.T, e *envs.Environment) {
	s := envs.NewSingle(e)
	seed := uint64(1)
	obs, err := s.Reset(&seed)
	if err != nil {
		t.Fatal(err)
	}
	var rng envs.RNG
	rng.Seed(2)
	action := make([]float64, e.Spec.Action.Len())
	index := make([]int32, len(action))
	var last envs.Action
	var scene envs.Scene
	for step := range 40 {
		state := stateBytes(t, s.Env())
		envs.DrawScene(s.Env(), &e.Spec, obs, last, &scene)
		if err := scene.Check(); err != nil || len(scene.Items) == 0 {
			t.Errorf("step %d: %d items: %v", step, len(scene.Items), err)
		}
		var again, copied envs.Scene
		envs.DrawScene(s.Env(), &e.Spec, obs, last, &again)
		if !scene.Equal(&again) {
			t.Errorf("step %d: two drawings differ", step)
		}
		twin := e.New()
		if _, err := binary.Decode(state, binary.LittleEndian, twin.State()); err != nil {
			t.Fatal(err)
		}
		envs.DrawScene(twin, &e.Spec, obs, last, &copied)
		if !scene.Equal(&copied) {
			t.Errorf("step %d: a copy in the same state looks different", step)
		}
		if n := testing.AllocsPerRun(3, func() { envs.DrawScene(s.Env(), &e.Spec, obs, last, &scene) }); n != 0 {
			t.Errorf("step %d: %v allocations", step, n)
		}
		if !reflect.DeepEqual(state, stateBytes(t, s.Env())) {
			t.Errorf("step %d: drawing changed the state", step)
		}
		e.Spec.Action.Sample(&rng, action)
		tr, err := s.Step(action)
		if err != nil {
			t.Fatal(err)
		}
		last = envs.Action{Box: action}
		if e.Spec.Action.Kind == envs.KindDiscrete {
			for i, x := range action {
				index[i] = int32(x)
			}
			last = envs.Action{Discrete: index}
		}
		if obs = tr.Observation; tr.Terminated || tr.Truncated {
			break
		}
	}
}

func stateBytes(t *testing.T, e envs.Env) []byte {
	b, err := binary.Append(nil, binary.LittleEndian, e.State())
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestSceneEqual: any difference counts, storage that was larger once does not.
func TestSceneEqual(t *testing.T) {
	draw := func(s *envs.Scene) {
		s.Clear()
		s.View = [4]float64{0, 0, 2, 2}
		s.Line(envs.Agent, 0.1, 0, 0, 1, 1)
		s.Label(envs.Ink, 1, 1, 0.2, "here")
	}
	var a, b envs.Scene
	draw(&a)
	b.Circle(envs.Goal, 0, 0, 1)
	b.Circle(envs.Goal, 0, 0, 1)
	if draw(&b); !a.Equal(&b) {
		t.Error("equal scenes differ")
	}
	for name, change := range map[string]func(){
		"view":   func() { b.View[3] = 3 },
		"color":  func() { b.Items[0].Color = envs.Goal },
		"place":  func() { b.Items[0].P[3] = 1.5 },
		"anchor": func() { b.Anchor(envs.End) },
		"text":   func() { b.Text[0].Text[0] = 'H' },
		"more":   func() { b.Circle(envs.Goal, 0, 0, 1) },
	} {
		draw(&b)
		if change(); a.Equal(&b) {
			t.Errorf("%s: scenes that differ are equal", name)
		}
	}
}

// TestSceneCheck: every broken limit is found, and what is at a limit passes.
func TestSceneCheck(t *testing.T) {
	nan := math.NaN()
	for _, c := range []struct {
		name string
		draw func(s *envs.Scene)
		say  string // "": nothing is wrong
	}{
		{"empty", func(*envs.Scene) {}, ""},
		{"far", func(s *envs.Scene) { s.Line(envs.Agent, 0.1, 0, 0, 11, 0) }, ""},
		{"farther", func(s *envs.Scene) { s.Line(envs.Agent, 0.1, 0, 0, 11.1, 0) }, "item 0 has the point (11.1, 0)"},
		{"not a number", func(s *envs.Scene) { s.Circle(envs.Agent, 0, nan, 1) }, "item 0 has the point (0, NaN)"},
		{"negative radius", func(s *envs.Scene) { s.Circle(envs.Agent, 0, 0, -1) }, "item 0 has size -1"},
		{"huge", func(s *envs.Scene) { s.Capsule(envs.Agent, 0, 0, 1, 1, 21) }, "item 0 has size 21"},
		{"two corners", func(s *envs.Scene) { s.Polygon(envs.Agent, 0, 0, 1, 1) }, "item 0 of shape 2 has 4 numbers"},
		{"colour", func(s *envs.Scene) { s.Circle(envs.NumRoles, 0, 0, 1) }, "item 0 has colour 16"},
		{"view", func(s *envs.Scene) { s.View = [4]float64{0, 0, 0, 1} }, "the view is [0 0 0 1]"},
		{"label outside", func(s *envs.Scene) { s.Label(envs.Ink, 3, 0, 0.1, "out") }, `label "out" is at (3, 0)`},
		{"label without height", func(s *envs.Scene) { s.Label(envs.Ink, 1, 0, 0, "flat") }, `label "flat" is 0 high`},
		{"many", func(s *envs.Scene) {
			for range envs.MaxItems + 1 {
				s.Circle(envs.Agent, 0, 0, 1)
			}
		}, "2001 items and 0 labels"},
	} {
		s := envs.Scene{View: [4]float64{0, 0, 2, 2}}
		c.draw(&s)
		err := s.Check()
		if (err == nil) != (c.say == "") || err != nil && !strings.Contains(err.Error(), c.say) {
			t.Errorf("%s: %v, want %q", c.name, err, c.say)
		}
	}
}

// crowd draws more than a scene holds.
type crowd struct{ envs.Env }

func (crowd) Scene(dst *envs.Scene) {
	dst.View = [4]float64{0, 0, 1, 1}
	for range envs.MaxItems + 1 {
		dst.Circle(envs.Agent, 0, 0, 1)
		dst.Label(envs.Ink, 0, 0, 0.1, "here")
	}
}

func TestScenesAreBounded(t *testing.T) {
	var s envs.Scene
	envs.DrawScene(crowd{}, &envs.Spec{}, nil, envs.Action{}, &s)
	if len(s.Items) != envs.MaxItems || len(s.Text) != envs.MaxLabels {
		t.Errorf("%d items and %d labels, want %d and %d", len(s.Items), len(s.Text), envs.MaxItems, envs.MaxLabels)
	}
}

// TestStepTime: of a lander 1/50 s, as its physics has it; of a grid, which has no seconds, the default.
func TestStepTime(t *testing.T) {
	for id, want := range map[string]float64{
		"mo-lunar-lander-v3": 0.02, "CartPole-v1": 0.02, "Acrobot-v1": 0.2, "Pendulum-v1": 0.05, "mo-mountaincar-v0": 1.0 / 30,
		"mo-mountaincarcontinuous-v0": 1.0 / 30, "deep-sea-treasure-v0": 0.2, "mo-hopper-v5": 0.008,
	} {
		e, err := envs.Make(id, nil)
		if err != nil {
			t.Fatal(err)
		}
		if got := envs.StepTime(e.New()); got != want {
			t.Errorf("%s: a step lasts %v s, want %v", id, got, want)
		}
	}
}
