package envs_test

import (
	"encoding/json"
	"os"
	"regexp"
	"testing"

	"github.com/paretolab/paretolab/envs"
)

// outside are the ids of MO-Gymnasium that are not offered, with the reason.
var outside = []struct{ id, why string }{
	{`^mo-highway-`, "needs the highway-env simulator"},
	{`^mo-supermario-`, "needs an emulator and its game"},
	{`^minecart-rgb-`, "pixels instead of the state of minecart-v0"},
}

// TestEveryOriginalIsRegistered: ids, time limits and options of the registry of MO-Gymnasium 1.3.2 (commit
// 2fd5f69).
func TestEveryOriginalIsRegistered(t *testing.T) {
	b, err := os.ReadFile("testdata/registry.json")
	if err != nil {
		t.Fatal(err)
	}
	var registry struct {
		Envs []struct {
			ID       string
			MaxSteps *int           `json:"max_episode_steps"`
			Options  map[string]any `json:"kwargs"`
		}
	}
	if err := json.Unmarshal(b, &registry); err != nil {
		t.Fatal(err)
	}
	offered := 0
next:
	for _, want := range registry.Envs {
		for _, o := range outside {
			if regexp.MustCompile(o.id).MatchString(want.ID) {
				continue next
			}
		}
		offered++
		e, err := envs.Make(want.ID, nil)
		if err != nil {
			t.Error(err)
			continue
		}
		switch s := &e.Spec; {
		case want.MaxSteps != nil && (s.Horizon != *want.MaxSteps || s.OwnLimit):
			t.Errorf("%s: horizon %d, want %d", want.ID, s.Horizon, *want.MaxSteps)
		case want.MaxSteps == nil && s.Horizon > 0 && !s.OwnLimit:
			t.Errorf("%s: horizon %d from outside; the original has none", want.ID, s.Horizon)
		}
		for name, value := range want.Options {
			if value == "<grid>" { // the map that belongs to the id
				value = ""
			}
			if got, ok := e.Options[name]; !ok || got != value {
				t.Errorf("%s: option %s is %v, want %v", want.ID, name, got, value)
			}
		}
	}
	if offered != 36 {
		t.Errorf("%d ids are offered, want 36 of %d", offered, len(registry.Envs))
	}
}

// Parameters of the constructors of MO-Gymnasium 1.3.2 and Gymnasium 1.4.0, but for render_mode,
// minecart's image_observation, and what changes models, ranges and observations of the robots.
var constructors = map[string]map[string]any{
	"breakable-bottles-v0":        {"size": 5, "prob_drop": 0.1, "time_penalty": -1.0, "bottle_reward": 25.0, "unbreakable_bottles": false},
	"deep-sea-treasure-v0":        {"dst_map": "", "float_state": false},
	"fishwood-v0":                 {"fishproba": 0.1, "woodproba": 0.9},
	"four-room-v0":                {"maze": nil},
	"fruit-tree-v0":               {"depth": 6},
	"minecart-v0":                 {"frame_skip": 4, "incremental": true, "config": "mine_config.json"},
	"mo-lunar-lander-v3":          {"continuous": false, "gravity": -10.0, "enable_wind": false, "wind_power": 15.0, "turbulence_power": 1.5},
	"mo-mountaincar-v0":           {"add_speed_objective": false, "remove_move_penalty": false, "merge_move_penalty": false, "goal_velocity": 0.0},
	"mo-mountaincarcontinuous-v0": {"goal_velocity": 0.0},
	"resource-gathering-v0":       {},
	"water-reservoir-v0":          {"time_limit": 100, "nO": 2, "penalize": false, "normalized_action": false, "initial_state": -1.0}, // none
	"mo-hopper-v5":                {"cost_objective": true, "forward_reward_weight": 1.0, "ctrl_cost_weight": 1e-3, "healthy_reward": 1.0, "terminate_when_unhealthy": true, "reset_noise_scale": 5e-3},
	"mo-halfcheetah-v5":           {"forward_reward_weight": 1.0, "ctrl_cost_weight": 0.1, "reset_noise_scale": 0.1},
	"mo-walker2d-v5":              {"forward_reward_weight": 1.0, "ctrl_cost_weight": 1e-3, "healthy_reward": 1.0, "terminate_when_unhealthy": true, "reset_noise_scale": 5e-3},
	"mo-ant-v5":                   {"cost_objective": true, "forward_reward_weight": 1.0, "ctrl_cost_weight": 0.5, "contact_cost_weight": 5e-4, "healthy_reward": 1.0, "terminate_when_unhealthy": true, "reset_noise_scale": 0.1},
	"mo-humanoid-v5":              {"forward_reward_weight": 1.25, "ctrl_cost_weight": 0.1, "contact_cost_weight": 5e-7, "healthy_reward": 5.0, "terminate_when_unhealthy": true, "reset_noise_scale": 1e-2},
	"mo-swimmer-v5":               {"forward_reward_weight": 1.0, "ctrl_cost_weight": 1e-4, "reset_noise_scale": 0.1},
	"mo-reacher-v5":               {},
	"CartPole-v1":                 {"sutton_barto_reward": false},
	"Acrobot-v1":                  {},
	"Pendulum-v1":                 {"g": 10.0},
	"MountainCar-v0":              {"goal_velocity": 0.0},
	"MountainCarContinuous-v0":    {"goal_velocity": 0.0},
}

func TestConstructorsTakeTheOptionsOfTheOriginals(t *testing.T) {
	for id, want := range constructors {
		e, err := envs.Make(id, nil)
		if err != nil {
			t.Error(err)
			continue
		}
		for name, value := range want {
			if got, ok := e.Options[name]; !ok || value != nil && got != value {
				t.Errorf("%s: option %s is %v (%T), want %v (%T)", id, name, got, got, value, value)
			}
		}
	}
}

// An environment that counts its steps itself, as the original of water-reservoir does, can be cut earlier
// from outside, not later.
func TestAnOwnTimeLimitIsNotExtended(t *testing.T) {
	for _, c := range []struct {
		id      string
		options map[string]any
		want    int
	}{
		{"water-reservoir-v0", map[string]any{"max_episode_steps": 30}, 30},
		{"water-reservoir-v0", map[string]any{"max_episode_steps": 200}, 100},
		{"water-reservoir-v0", map[string]any{"time_limit": 300}, 300},
		{"water-reservoir-v0", map[string]any{"time_limit": 300, "max_episode_steps": 400}, 300},
		{"water-reservoir-v0", map[string]any{"time_limit": 50, "max_episode_steps": 20}, 20},
		{"building-3d", map[string]any{"max_episode_steps": 1000}, 480},
		{"fishwood-v0", map[string]any{"max_episode_steps": 1000}, 200},
		{"fruit-tree-v0", map[string]any{"max_episode_steps": 3}, 3},
		{"CartPole-v1", map[string]any{"max_episode_steps": 1000}, 1000},
	} {
		e, err := envs.Make(c.id, c.options)
		if err != nil {
			t.Fatal(err)
		}
		if e.Spec.Horizon != c.want {
			t.Errorf("%s with %v: horizon %d, want %d", c.id, c.options, e.Spec.Horizon, c.want)
		}
	}
}

// A map may be given as the array that the original takes, or as text.
func TestMapsOfTheOriginals(t *testing.T) {
	array := []any{[]any{0.0, 0.0}, []any{-10.0, 3.5}}
	for _, given := range []any{array, "0 0/-10 3.5", "0 0 / -10 3.5"} {
		e, err := envs.Make("deep-sea-treasure-v0", map[string]any{"dst_map": given})
		if err != nil {
			t.Fatal(err)
		}
		s := envs.NewSingle(e)
		if _, err := s.Reset(nil); err != nil {
			t.Fatal(err)
		}
		for k, a := range []float64{1, 3, 1} { // onto rock, right, down to the treasure
			tr, err := s.Step([]float64{a})
			if err != nil {
				t.Fatal(err)
			}
			if tr.Terminated != (k == 2) || k == 2 && tr.Reward[0] != 3.5 {
				t.Errorf("%v: step %d gives %+v", given, k+1, tr)
			}
		}
	}
	rows := []any{[]any{"_", "1", "G"}}
	e, err := envs.Make("four-room-v0", map[string]any{"maze": rows})
	if err != nil || e.Options.String("maze") != "_1G" {
		t.Errorf("maze %v, error %v", e, err)
	}
}
