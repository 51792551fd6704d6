package grid_test

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"testing"

	"github.com/paretolab/paretolab/envs"
)

const draws = 100_000

// agree compares a count of n of ours with one of the original's draws: within 5 standard errors,
// those of both sides counted.
func agree(t *testing.T, what string, got, want int) {
	t.Helper()
	p := float64(got+want) / (2 * draws)
	if bound := 5 * math.Sqrt(2*draws*p*(1-p)); math.Abs(float64(got-want)) > bound {
		t.Errorf("%s: %d of %d, recorded %d ± %.0f", what, got, draws, want, bound)
	}
}

// repeat plays the same actions from the same state over and over (no state: from the reset) and
// shows what the last step returned.
func repeat(t *testing.T, e *envs.Environment, state string, actions []float64, see func(s *envs.Single, last envs.Transition)) {
	t.Helper()
	s, seed := envs.NewSingle(e), uint64(1)
	if _, err := s.Reset(&seed); err != nil {
		t.Fatal(err)
	}
	for range draws {
		var err error
		if state == "" {
			_, err = s.Reset(nil)
		} else {
			err = s.SetStateJSON([]byte(state))
		}
		var last envs.Transition
		for _, a := range actions {
			if err == nil && !last.Terminated {
				last, err = s.Step([]float64{a})
			}
		}
		if err != nil {
			t.Fatal(err)
		}
		see(s, last)
	}
}

// Counts of every random element, recorded from MO-Gymnasium 1.3.2.
func TestChanceIsTheOriginals(t *testing.T) {
	b, err := os.ReadFile("testdata/distributions.json")
	if err != nil {
		t.Fatal(err)
	}
	type counts struct {
		Fish int `json:"fish_rewards"`
		Wood int `json:"wood_rewards"`
	}
	var data struct {
		N       int
		Enemy   struct{ Died int }              `json:"resource_gathering_step_onto_E1"`
		Bottles struct{ Counts map[string]int } `json:"breakable_bottles_two_at_once_10_steps"`
		Usual   counts                          `json:"fishwood"`
		Other   counts                          `json:"fishwood_p25_p65"`
	}
	if err := json.Unmarshal(b, &data); err != nil {
		t.Fatal(err)
	}
	if data.N != draws {
		t.Fatalf("%d draws recorded", data.N)
	}
	t.Run("enemy", func(t *testing.T) {
		died := 0
		repeat(t, makeEnv(t, "resource-gathering-v0", nil), `{"pos":[2,2],"gold":0,"gem":0}`, []float64{0},
			func(_ *envs.Single, last envs.Transition) {
				if last.Terminated {
					died++
				}
			})
		agree(t, "deaths", died, data.Enemy.Died)
	})
	t.Run("bottles", func(t *testing.T) {
		got := map[string]int{}
		repeat(t, makeEnv(t, "breakable-bottles-v0", nil), "", []float64{0, 0, 0, 0, 2, 2, 1, 1, 1, 1},
			func(_ *envs.Single, last envs.Transition) {
				o := last.Observation
				got[fmt.Sprintf("delivered%v_dropped[%v, %v, %v]", o[2], o[3], o[4], o[5])]++
			})
		if len(got) != len(data.Bottles.Counts) {
			t.Errorf("outcomes %v, recorded %v", got, data.Bottles.Counts)
		}
		for outcome, n := range data.Bottles.Counts {
			agree(t, outcome, got[outcome], n)
		}
	})
	for name, c := range map[string]struct {
		options map[string]any
		want    counts
	}{
		"fishwood": {nil, data.Usual}, "fishwood, other options": {map[string]any{"fishproba": 0.25, "woodproba": 0.65}, data.Other},
	} {
		t.Run(name, func(t *testing.T) {
			e := makeEnv(t, "fishwood-v0", c.options)
			for place, want := range []int{c.want.Fish, c.want.Wood} {
				rewards := 0
				repeat(t, e, fmt.Sprintf(`{"state":%d,"t":0}`, place), []float64{0}, func(_ *envs.Single, last envs.Transition) {
					rewards += int(last.Reward[place])
				})
				agree(t, fmt.Sprintf("rewards at place %d", place), rewards, want)
			}
		})
	}
}
