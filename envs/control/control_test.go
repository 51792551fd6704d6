package control_test

import (
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/paretolab/paretolab/envs"
	_ "github.com/paretolab/paretolab/envs/control"
	"github.com/paretolab/paretolab/envs/envtest"
	"github.com/paretolab/paretolab/envs/golden"
)

func makeEnv(t testing.TB, id string, options map[string]any) *envs.Environment {
	t.Helper()
	e, err := envs.Make(id, options)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// Trajectories recorded from MO-Gymnasium 1.3.2. Any file of the same format may stand here.
func TestRecordedTrajectories(t *testing.T) { envtest.RunGolden(t, "testdata/*-v[0-9]*.json") }

func TestSeededMinecartEpisodesRepeat(t *testing.T) {
	mining := []float64{3, 2, 1, 5, 5, 2, 2, 2, 4, 2, 0, 0} // drive to the first mine and dig
	run := func(seed uint64) []float64 {
		s := envs.NewSingle(makeEnv(t, "minecart-v0", nil))
		if _, err := s.Reset(&seed); err != nil {
			t.Fatal(err)
		}
		for _, a := range mining {
			if _, err := s.Step([]float64{a}); err != nil {
				t.Fatal(err)
			}
		}
		return s.Observation()[5:]
	}
	first := run(1)
	if first[0] == 0 && first[1] == 0 {
		t.Fatal("nothing was dug")
	}
	if !slices.Equal(run(1), first) {
		t.Error("the same seed digs something else")
	}
	if slices.Equal(run(2), first) {
		t.Error("another seed digs the same")
	}
}

func TestRecordedOreBelongsToTheMine(t *testing.T) {
	s := envs.NewSingle(makeEnv(t, "minecart-v0", map[string]any{"frame_skip": 1}))
	if err := s.SetStateJSON([]byte(`{"pos":[0.5,0.84],"speed":0,"angle":45,"content":[0,0],"departed":1}`)); err != nil {
		t.Fatal(err)
	}
	s.SetDraws([]envs.Draw{{Values: []float64{3, 0.1, 0.1}}})
	if _, err := s.Step([]float64{0}); err == nil || !strings.Contains(err.Error(), "ore of mine 3, but the cart stands at mine 1") {
		t.Errorf("error %v", err)
	}
}

func TestImpossibleStatesAreRefused(t *testing.T) {
	for _, c := range []struct{ id, state, say string }{
		{"minecart-v0", `{"pos":[1.5,0],"speed":0,"angle":45,"content":[0,0],"departed":0}`, "outside the unit square"},
		{"minecart-v0", `{"pos":[0,0],"speed":-1,"angle":45,"content":[0,0],"departed":0}`, "speed -1"},
		{"minecart-v0", `{"pos":[0,0],"speed":0,"angle":45,"content":[1,1],"departed":0}`, "more than the capacity"},
		{"minecart-v0", `{"pos":[0,0],"speed":0,"angle":45,"content":[-1,0],"departed":0}`, "negative"},
		{"minecart-v0", `{"pos":[0,0],"speed":0,"angle":45,"content":[0,0],"departed":2}`, "neither 0 nor 1"},
		{"minecart-v0", `{"pos":[0,0],"speed":0,"angle":45,"content":[0,0]}`, `"departed" is missing`},
		{"MountainCar-v0", `[-1.3,0]`, "position -1.3 is outside [-1.2, 0.6]"},
		{"mo-mountaincar-v0", `[0,0.08]`, "velocity 0.08 is outside [-0.07, 0.07]"},
		{"mo-mountaincarcontinuous-v0", `[0.7,0]`, "position 0.7"},
		{"MountainCar-v0", `[0]`, "1 entries, not 2"},
		{"MountainCar-v0", `{"position":0,"velocity":0}`, "it is no list"},
		{"Acrobot-v1", `[2000,0,0,0]`, "wrap them to [-π, π]"},
		{"Acrobot-v1", `[0,0,0,30]`, "not within ±4π and ±9π"},
		{"CartPole-v1", `[0,0,0]`, "3 entries, not 4"},
		{"water-reservoir-v0", `{"level":[-1],"t":0}`, "level -1"},
		{"water-reservoir-v0", `{"level":[1],"t":-1}`, "t -1 is negative"},
		{"water-reservoir-v0", `{"level":1,"t":0}`, "level"},
	} {
		err := envs.NewSingle(makeEnv(t, c.id, nil)).SetStateJSON([]byte(c.state))
		if err == nil || !strings.Contains(err.Error(), c.say) {
			t.Errorf("%s, state %s: error %v, want %q", c.id, c.state, err, c.say)
		}
	}
}

// As the originals, these environments bring an action into its space themselves.
func TestActionsOutsideTheSpace(t *testing.T) {
	for _, c := range []struct {
		id       string
		action   float64
		accepted bool
	}{
		{"MountainCarContinuous-v0", -1.5, true},
		{"mo-mountaincarcontinuous-v0", 2, true},
		{"Pendulum-v1", 2.4, true},
		{"water-reservoir-v0", -20, true},
		{"mo-mountaincar-v0", 3, false},
		{"CartPole-v1", 0.5, false},
		{"Pendulum-v1", math.NaN(), false},
		{"mo-mountaincarcontinuous-v0", math.Inf(1), false},
	} {
		s := envs.NewSingle(makeEnv(t, c.id, nil))
		if _, err := s.Reset(nil); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Step([]float64{c.action}); (err == nil) != c.accepted {
			t.Errorf("%s, action %v: error %v", c.id, c.action, err)
		}
	}
}

// step takes one step from a state.
func step(t *testing.T, e *envs.Environment, state string, action float64) envs.Transition {
	t.Helper()
	s := envs.NewSingle(e)
	if err := s.SetStateJSON([]byte(state)); err != nil {
		t.Fatal(err)
	}
	tr, err := s.Step([]float64{action})
	if err != nil {
		t.Fatal(err)
	}
	return tr
}

// MO-Gymnasium 1.3.2 documents which option adds, merges or removes which objective.
func TestMountainCarObjectivesFollowTheOptions(t *testing.T) {
	const standing = "[-0.5,0.01]"
	for _, c := range []struct {
		id      string
		options map[string]any
		names   []string
		reward  []float64 // of reversing from there: the speed is 15·0.00882...
	}{
		{"MountainCar-v0", nil, []string{"reward"}, []float64{-1}},
		{"mo-mountaincar-v0", nil, []string{"time", "reverse", "forward"}, []float64{-1, -1, 0}},
		{"mo-mountaincar-3d-v0", nil, []string{"time", "move", "speed"}, []float64{-1, -1, 0.13235}},
		{"mo-mountaincar-timemove-v0", nil, []string{"time", "move"}, []float64{-1, -1}},
		{"mo-mountaincar-timespeed-v0", nil, []string{"time", "speed"}, []float64{-1, 0.13235}},
		{"mo-mountaincar-v0", map[string]any{"add_speed_objective": true}, []string{"time", "reverse", "forward", "speed"}, []float64{-1, -1, 0, 0.13235}},
		{"mo-mountaincar-v0", map[string]any{"remove_move_penalty": true, "merge_move_penalty": true}, []string{"time"}, []float64{-1}},
	} {
		e := makeEnv(t, c.id, c.options)
		if names := e.Spec.ObjectiveNames(); !slices.Equal(names, c.names) {
			t.Errorf("%s %v: objectives %v, want %v", c.id, c.options, names, c.names)
		}
		got := step(t, e, standing, 0).Reward
		for j, want := range c.reward {
			if math.Abs(got[j]-want) > 1e-5 {
				t.Errorf("%s %v: %s is %v, want %v", c.id, c.options, c.names[j], got[j], want)
			}
		}
	}
}

func TestGoalVelocity(t *testing.T) {
	for id, prize := range map[string]float64{"MountainCar-v0": -1, "mo-mountaincar-v0": 0, "mo-mountaincarcontinuous-v0": 0, "MountainCarContinuous-v0": 100} {
		for _, c := range []struct {
			velocity float64
			reached  bool
		}{{0, true}, {0.03, true}, {0.06, false}} {
			tr := step(t, makeEnv(t, id, map[string]any{"goal_velocity": c.velocity}), "[0.48,0.05]", 0)
			if tr.Terminated != c.reached || c.reached && tr.Reward[0] != prize {
				t.Errorf("%s, goal_velocity %v: terminated %v, reward %v", id, c.velocity, tr.Terminated, tr.Reward)
			}
		}
	}
}

func TestSuttonBartoReward(t *testing.T) {
	e := makeEnv(t, "CartPole-v1", map[string]any{"sutton_barto_reward": true})
	if tr := step(t, e, "[0,0,0,0]", 1); tr.Reward[0] != 0 || tr.Terminated {
		t.Errorf("upright: %+v", tr)
	}
	if tr := step(t, e, "[0,0,0.2,1]", 1); tr.Reward[0] != -1 || !tr.Terminated {
		t.Errorf("fallen: %+v", tr)
	}
}

func TestWaterReservoirBeginsWhereTold(t *testing.T) {
	for _, level := range []any{37.25, 37.25, []any{37.25}, "37.25"} {
		obs, err := envs.NewSingle(makeEnv(t, "water-reservoir-v0", map[string]any{"initial_state": level})).Reset(nil)
		if err != nil || obs[0] != 37.25 {
			t.Errorf("initial_state %v: level %v, error %v", level, obs, err)
		}
	}
	for _, bad := range []any{-0.5, -2.0, []any{1.0, 2.0}, "deep"} {
		if _, err := envs.Make("water-reservoir-v0", map[string]any{"initial_state": bad}); err == nil || !strings.Contains(err.Error(), "initial_state") {
			t.Errorf("initial_state %v: error %v", bad, err)
		}
	}
}

// The step count is in the state, as in the original.
func TestWaterReservoirCountsOnFromItsState(t *testing.T) {
	s := envs.NewSingle(makeEnv(t, "water-reservoir-v0", map[string]any{"time_limit": 30}))
	if err := s.SetStateJSON([]byte(`{"level":[80],"t":28}`)); err != nil {
		t.Fatal(err)
	}
	for _, cut := range []bool{false, true} {
		tr, err := s.Step([]float64{40})
		if err != nil || tr.Truncated != cut || tr.Terminated {
			t.Errorf("%+v, error %v, want truncated %v", tr, err, cut)
		}
	}
}

// A recording shifted within its tolerance is left by the chaotic acrobot, but not step by step. No
// other environment may be resynchronised.
func TestOnlyChaosIsReplayedStepByStep(t *testing.T) {
	for _, c := range []struct {
		file, shift, by, resync string
		pass, resynced          bool
	}{
		{"Acrobot-v1.json", "0.004277147818356752", "0.004327147818356752", `"per step allowed for Acrobot"`, true, true},
		{"Acrobot-v1.json", "0.004277147818356752", "0.004327147818356752", `"see README"`, false, false},
		{"Acrobot-v1.json", "0.004277147818356752", "0.004327147818356752", `0`, false, false},
		{"Acrobot-v1.json", "0.004277147818356752", "0.004277147818356752", `"per step"`, true, false},
		{"CartPole-v1.json", "-0.02967520574553212", "-0.02967620574553212", `"per step allowed for Acrobot"`, false, false},
	} {
		b, err := os.ReadFile(filepath.Join("testdata", c.file))
		if err != nil {
			t.Fatal(err)
		}
		text := strings.Replace(string(b), c.shift, c.by, 1)
		text = strings.Replace(text, `"per step allowed for Acrobot"`, c.resync, 1)
		path := filepath.Join(t.TempDir(), c.file)
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		f, err := golden.Read(path)
		if err != nil {
			t.Fatal(err)
		}
		r, err := f.Verify()
		if err != nil || r.Pass != c.pass || r.Resync != c.resynced {
			t.Errorf("%s, resync %s: pass %v, resync %v, error %v: %v", c.file, c.resync, r.Pass, r.Resync, err, r.Reasons)
		}
	}
}

func BenchmarkVector(b *testing.B) {
	for _, id := range envs.IDs() {
		b.Run(id, func(b *testing.B) { envtest.Benchmark(b, makeEnv(b, id, nil), 64) })
	}
}
