package envtest_test

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/paretolab/paretolab/envs"
	"github.com/paretolab/paretolab/envs/envtest"
)

// bead slides along a wire of 9 places from the middle to one of its ends; every step costs.
// A fault breaks one law on purpose.
type bead struct {
	fault string
	state beadState
	// hidden is dynamic state that State does not show.
	hidden int32
	trash  [][]float64
}

type beadState struct {
	Place int32 `json:"place"`
	Steps int32 `json:"steps"`
}

var sharedByAllCopies int

const wire = 9

func (b *bead) Reset(rng *envs.RNG) {
	b.hidden = 0
	steps := b.state.Steps
	b.state = beadState{Place: wire / 2}
	if b.fault == "reset forgets" {
		b.state.Steps = steps % 2
	}
	if b.fault == "reset draws" {
		rng.Float64()
	}
	sharedByAllCopies = 0
}

func (b *bead) Step(rng *envs.RNG, a envs.Action, reward []float64) bool {
	s := &b.state
	s.Steps++
	b.hidden++
	sharedByAllCopies++
	s.Place += int32(2*a.Index() - 1)
	reward[0], reward[1] = 0, -1
	over := s.Place == 0 || s.Place == wire-1
	if over {
		reward[0] = float64(s.Place)
	}
	switch b.fault {
	case "changes its action":
		a.Discrete[0] = 0
	case "time of day":
		reward[1] = -float64(time.Now().Nanosecond()) / 1e9
	case "global generator":
		reward[1] = -rand.Float64()
	case "three rewards":
		reward[2] = 0
	case "step draws":
		rng.Float64()
	case "reward not written":
		reward[1] = math.NaN()
	case "reward out of bounds":
		reward[1] = -2
	case "shared by copies":
		reward[1] = -1 / float64(sharedByAllCopies)
	case "hidden state":
		if b.hidden%2 == 0 {
			reward[1] = -0.5
		}
	case "breaks far out":
		var visits [wire]int
		visits[s.Place]++
	case "allocates":
		b.trash = append(b.trash[:0], make([]float64, 3+len(b.trash)))
	case "panics":
		panic("out of cheese")
	case "terminates at the limit":
		return over || s.Steps == 10
	case "never ends":
		s.Place = wire / 2
		return false
	}
	return over
}

func (b *bead) Observe(obs []float64) {
	obs[0], obs[1] = float64(b.state.Place), float64(b.state.Steps)
	switch b.fault {
	case "observation not written":
		obs[1] = math.NaN()
	case "observation out of bounds":
		obs[0] += 100
	case "fraction for an integer":
		obs[0] += 0.5
	case "observing changes it":
		b.state.Steps++
	}
}

func (b *bead) State() any {
	if b.fault == "state is a slice" {
		return &[]int{int(b.state.Place)}
	}
	if b.fault == "state is not fixed" {
		return &struct{ Place int }{}
	}
	return &b.state
}

// modelled is a bead with an exact model.
type modelled struct{ bead }

func (m *modelled) NumStates() int  { return wire }
func (m *modelled) NumActions() int { return 2 }
func (m *modelled) StartState() int { return wire / 2 }
func (m *modelled) StateIndex() int {
	if m.fault == "model begins elsewhere" || m.fault == "model is elsewhere" && m.state.Steps > 0 {
		return 0
	}
	return int(m.state.Place)
}
func (m *modelled) Outcomes(s, a int, buf []envs.Outcome) []envs.Outcome {
	next := s + 2*a - 1
	o := envs.Outcome{P: 1, Next: next, Reward: []float64{0, -1}}
	if next == 0 || next == wire-1 {
		o.Reward, o.Terminal = []float64{float64(next), -1}, true
	}
	switch m.fault {
	case "model reward":
		o.Reward[1] = -3
	case "model probability":
		o.P = 0.5
	case "model state":
		o.Next = wire
	}
	return append(buf, o)
}

// documented is a bead with a known front.
type documented struct{ bead }

func (d *documented) KnownFront(gamma float64) ([][]float64, string, bool) {
	if d.fault == "front without source" {
		return [][]float64{{0, 0}}, "", true
	}
	value := 8 * math.Pow(gamma, 3)
	if d.fault == "front not attained" {
		value++
	}
	return [][]float64{{value, -(1 - math.Pow(gamma, 4)) / (1 - gamma)}}, "by hand", true
}

func (d *documented) FrontPlans() [][]int32 { return [][]int32{{1, 1, 1, 1}} }

// drawn is a bead with a picture.
type drawn struct{ bead }

func (d *drawn) Scene(dst *envs.Scene) {
	dst.View = [4]float64{0, -1, wire, 1}
	x := float64(d.state.Place)
	switch d.fault {
	case "drawn nowhere":
		return
	case "drawn too far away":
		x += 100
	case "drawn by what it does":
		d.state.Steps++
	case "drawn from memory":
		x = float64(d.hidden)
	}
	dst.Circle(envs.Agent, x, 0, 0.3)
}

func beadEnv(fault string) *envs.Environment {
	e := &envs.Environment{
		Spec: envs.Spec{
			ID: "bead-v0", Summary: "Bead on a wire", Horizon: 10,
			Observation: envs.Box("int32", []float64{0, 0}, []float64{wire, 10}),
			Action:      envs.Discrete(2, "left", "right"),
			Objectives:  []envs.Objective{{Name: "place", Low: 0, High: wire}, {Name: "time", Low: -1, High: 0}},
			Reference:   envs.Reference{Discount: 0.9, Point: []float64{0, -10}},

			DeterministicStart: true, DeterministicStep: true,
		},
		New: func() envs.Env {
			b := bead{fault: fault}
			switch {
			case strings.HasPrefix(fault, "model"):
				return &modelled{b}
			case strings.HasPrefix(fault, "drawn"):
				return &drawn{b}
			case strings.HasPrefix(fault, "front"):
				return &documented{b}
			}
			return &b
		},
	}
	if fault == "one copy for all" {
		only := &bead{}
		e.New = func() envs.Env { return only }
	}
	if fault == "never ends" {
		e.Spec.Horizon = 0
		e.Spec.Observation.High[1] = math.Inf(1)
	}
	return e
}

func TestASoundEnvironmentPasses(t *testing.T) {
	envtest.Run(t, beadEnv(""))
	envtest.Run(t, beadEnv("model is right"))
	envtest.Run(t, beadEnv("front is right"))
	envtest.Run(t, beadEnv("drawn well"))
}

func TestEveryLawCatchesWhatBreaksIt(t *testing.T) {
	in := func(change func(s *envs.Spec)) *envs.Environment {
		e := beadEnv("")
		change(&e.Spec)
		return e
	}
	caught := map[string]bool{}
	for _, c := range []struct {
		fault string
		e     *envs.Environment
		law   string
		say   string
	}{
		{"no objectives", in(func(s *envs.Spec) { s.Objectives = nil }), "specification", "no objectives"},
		{"objective name", in(func(s *envs.Spec) { s.Objectives[0].Name = "Place!" }), "specification", `"Place!"`},
		{"same name twice", in(func(s *envs.Spec) { s.Objectives[0].Name = "time" }), "specification", `"time"`},
		{"reference too short", in(func(s *envs.Spec) { s.Reference.Point = []float64{0} }), "specification", "1 numbers for 2 objectives"},
		{"discount", in(func(s *envs.Spec) { s.Reference.Discount = 1.5 }), "specification", "discount 1.5"},
		{"bounds the wrong way", in(func(s *envs.Spec) { s.Observation.Low[0] = 99 }), "specification", "[99, 9]"},
		{"no actions", in(func(s *envs.Spec) { s.Action.N = nil }), "specification", "action space: no elements"},
		{"fields leave a gap", in(func(s *envs.Spec) { s.Observation.Fields = []envs.Field{{Name: "place", Len: 1}} }), "specification", "cover 1 of 2"},
		{"one action name missing", in(func(s *envs.Spec) { s.Action.Names = []string{"left"} }), "names", "1 action names for 2"},
		{"action names twice", in(func(s *envs.Spec) { s.Action.Names = []string{"left", "left"} }), "names", "twice"},
		{"observation not written", nil, "observations", "element 1 is not written"},
		{"observation out of bounds", nil, "observations", "outside [0, 9]"},
		{"fraction for an integer", nil, "observations", "4.5 in a space of type int32"},
		{"observing changes it", nil, "observations", "when observed once more"},
		{"reward not written", nil, "rewards", "time is not written"},
		{"reward out of bounds", nil, "rewards", "time is -2, outside its bounds [-1, 0]"},
		{"three rewards", nil, "rewards", "index out of range"},
		{"changes its action", nil, "actions", "changes its action from [1] to [0]"},
		{"shared by copies", nil, "determinism", "in turns"},
		{"one copy for all", nil, "determinism", "in turns"},
		{"time of day", nil, "determinism", "a second copy"},
		{"global generator", nil, "determinism", "a second copy"},
		{"reset forgets", nil, "determinism", "ran another episode before"},
		{"reset draws", nil, "seeding", "a reset draws"},
		{"step draws", nil, "seeding", "step 1 draws"},
		{"nothing drawn at the start", in(func(s *envs.Spec) { s.DeterministicStart = false }), "seeding", "no random number"},
		{"terminates at the limit", nil, "time limit", "not the environment's business"},
		{"never ends", nil, "time limit", "did not end"},
		{"hidden state", nil, "state", "a fresh copy"},
		{"state is a slice", nil, "state", ""},
		{"state is not fixed", nil, "state", "fixed-size"},
		{"breaks far out", nil, "misuse", `{"place":255,"steps":0} is accepted, but then: panic`},
		{"shared by copies", nil, "batch", "a single copy"},
		{"allocates", nil, "allocations", "Step allocate"},
		{"drawn too far away", nil, "picture", "step 0: item 0 has the point"},
		{"drawn nowhere", nil, "picture", "step 0: nothing is drawn"},
		{"drawn by what it does", nil, "picture", "drawing changes the state"},
		{"drawn from memory", nil, "picture", "looks different"},
		{"model reward", nil, "model", "is not what the model predicts"},
		{"model probability", nil, "model", "sum to 0.5"},
		{"model state", nil, "model", "state 9 of a model with 9"},
		{"model begins elsewhere", nil, "model", "begins in state 0, the model in one of [4]"},
		{"model is elsewhere", nil, "model", "the environment is in state 0, the model in one of"},
		{"front without source", nil, "known front", "where it comes from"},
		{"front not attained", nil, "known front", "plan 0 gives"},
		{"panics", nil, "rewards", "panic: out of cheese"},
	} {
		if c.e == nil {
			c.e = beadEnv(c.fault)
		}
		found := false
		all := envtest.Check(c.e)
		for _, f := range all {
			found = found || f.Law == c.law && strings.Contains(f.Detail, c.say)
		}
		if !found {
			t.Errorf("%s: not caught by the law of %s with %q; findings: %v", c.fault, c.law, c.say, all)
		}
		caught[c.law] = true
	}
	for _, law := range envtest.Laws() {
		if !caught[law.Name] {
			t.Errorf("no broken environment for the law of %s", law.Name)
		}
	}
}

// broken records what Run reports, in place of a test.
type broken struct {
	testing.TB
	errors int
}

func (b *broken) Helper()               {}
func (b *broken) Errorf(string, ...any) { b.errors++ }

func TestRunReportsToTheTest(t *testing.T) {
	b := &broken{TB: t}
	envtest.Run(b, beadEnv("reward out of bounds"))
	if b.errors == 0 {
		t.Error("Run reported nothing")
	}
}
