package grid_test

import (
	"encoding/json"
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/paretolab/paretolab/envs"
	"github.com/paretolab/paretolab/envs/envtest"
	_ "github.com/paretolab/paretolab/envs/grid"
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

// autoresetTrace is one mode of vector-autoreset.json, recorded from Gymnasium 1.4.0.
type autoresetTrace struct {
	EnvID    string      `json:"env_id"`
	N        int         `json:"num_envs"`
	Limit    int         `json:"max_episode_steps"`
	Weight   []float64   `json:"linear_weight"` // scalar rewards if given
	InitObs  [][]float64 `json:"init_obs"`
	Gamma    float64     `json:"gamma"`
	Recorded []struct {
		ResetMask []int       `json:"reset_mask"` // reset by the caller before the step
		ResetObs  [][]float64 `json:"reset_obs"`
		Actions   []int32     `json:"a"`
		Obs       [][]float64 `json:"obs"`
		Rewards   []any       `json:"r"`
		Term      []int       `json:"term"`
		Trunc     []int       `json:"trunc"`
		FinalObs  [][]float64 `json:"final_obs"`
		Episode   *struct {
			Mask       []int       `json:"mask"`
			Return     [][]float64 `json:"r"`
			Discounted [][]float64 `json:"dr"`
			Length     []int       `json:"l"`
		} `json:"episode"` // statistics of the episodes that ended
	} `json:"steps"`
}

func TestAutoresetModes(t *testing.T) {
	b, err := os.ReadFile("testdata/vector-autoreset.json")
	if err != nil {
		t.Fatal(err)
	}
	var data struct {
		NextStep autoresetTrace `json:"next_step"`
		SameStep autoresetTrace `json:"same_step"`
		Disabled autoresetTrace `json:"disabled"`
	}
	if err := json.Unmarshal(b, &data); err != nil {
		t.Fatal(err)
	}
	t.Run("next step", func(t *testing.T) { replayAutoreset(t, &data.NextStep, envs.NextStep) })
	t.Run("same step", func(t *testing.T) { replayAutoreset(t, &data.SameStep, envs.SameStep) })
	t.Run("disabled", func(t *testing.T) { replayAutoreset(t, &data.Disabled, envs.NoReset) })
}

func replayAutoreset(t *testing.T, trace *autoresetTrace, mode envs.Autoreset) {
	e := makeEnv(t, trace.EnvID, nil)
	e.Spec.Horizon = trace.Limit
	n := trace.N
	if n == 0 || len(trace.Recorded) == 0 {
		t.Fatal("nothing recorded")
	}
	v := envs.NewVector[float64](e, n, mode)
	obs, final, rew := make([]float64, 2*n), make([]float64, 2*n), make([]float64, 2*n)
	term, trunc := make([]bool, n), make([]bool, n)
	v.Reset(nil, nil, obs)
	if trace.InitObs != nil && !slices.Equal(obs, slices.Concat(trace.InitObs...)) {
		t.Errorf("first observations %v, want %v", obs, trace.InitObs)
	}
	// What a recorder of episode statistics sums up: returns and lengths.
	returns, discounted, lengths := make([]float64, 2*n), make([]float64, 2*n), make([]int, n)
	ended := make([]bool, n)
	for k, s := range trace.Recorded {
		if s.ResetMask != nil {
			mask := make([]bool, n)
			for i := range mask {
				mask[i] = s.ResetMask[i] == 1
			}
			v.Reset(nil, mask, obs)
			if !slices.Equal(obs, slices.Concat(s.ResetObs...)) {
				t.Fatalf("step %d: observations after the reset %v, want %v", k, obs, s.ResetObs)
			}
		}
		v.Step(envs.Actions[float64]{Discrete: s.Actions}, obs, rew, term, trunc, final)
		if want := slices.Concat(s.Obs...); !slices.Equal(obs, want) {
			t.Fatalf("step %d: observations %v, want %v", k, obs, want)
		}
		for i := range n {
			if term[i] != (s.Term[i] == 1) || trunc[i] != (s.Trunc[i] == 1) {
				t.Fatalf("step %d, copy %d: flags %v %v, want %d %d", k, i, term[i], trunc[i], s.Term[i], s.Trunc[i])
			}
			got := rew[2*i : 2*i+2]
			switch want := s.Rewards[i].(type) {
			case float64: // scalarised, in float32
				if scalar := trace.Weight[0]*got[0] + trace.Weight[1]*got[1]; math.Abs(scalar-want) > 1e-6 {
					t.Fatalf("step %d, copy %d: reward %v, want %v", k, i, scalar, want)
				}
			case []any:
				for j := range want {
					if float32(got[j]) != float32(want[j].(float64)) {
						t.Fatalf("step %d, copy %d: reward %v, want %v", k, i, got, want)
					}
				}
			}
			if s.FinalObs != nil && s.FinalObs[i] != nil && !slices.Equal(final[2*i:2*i+2], s.FinalObs[i]) {
				t.Fatalf("step %d, copy %d: final observation %v, want %v", k, i, final[2*i:2*i+2], s.FinalObs[i])
			}
			if mode != envs.NextStep {
				continue
			}
			if ended[i] { // this step was the reset
				clear(returns[2*i : 2*i+2])
				clear(discounted[2*i : 2*i+2])
				lengths[i] = 0
			} else {
				for j, r := range got {
					returns[2*i+j] += r
					discounted[2*i+j] += r * math.Pow(trace.Gamma, float64(lengths[i]))
				}
				lengths[i]++
			}
			ended[i] = term[i] || trunc[i]
			if recorded := s.Episode != nil && s.Episode.Mask[i] == 1; recorded != ended[i] {
				t.Fatalf("step %d, copy %d: episode ended is %v, recorded %v", k, i, ended[i], recorded)
			}
			if !ended[i] {
				continue
			}
			for j := range got {
				if math.Abs(returns[2*i+j]-s.Episode.Return[i][j]) > 1e-5 || math.Abs(discounted[2*i+j]-s.Episode.Discounted[i][j]) > 1e-5 {
					t.Fatalf("step %d, copy %d: return %v (discounted %v), want %v (%v)", k, i, returns[2*i:2*i+2], discounted[2*i:2*i+2], s.Episode.Return[i], s.Episode.Discounted[i])
				}
			}
			if lengths[i] != s.Episode.Length[i] {
				t.Fatalf("step %d, copy %d: length %d, want %d", k, i, lengths[i], s.Episode.Length[i])
			}
		}
	}
}

// Mean returns of the uniform random policy over thousands of episodes, recorded from
// MO-Gymnasium 1.3.2 (distributions.json): within 5 standard errors, both sides counted.
func TestRandomPolicyReturns(t *testing.T) { envtest.RunRandomPolicy(t, "testdata/distributions.json") }

func TestImpossibleStatesAreRefused(t *testing.T) {
	for _, c := range []struct{ id, state, say string }{
		{"deep-sea-treasure-v0", `{"pos":[11,0]}`, "outside the map of 11 rows and 11 columns"},
		{"deep-sea-treasure-v0", `{"pos":[0,-1]}`, "outside the map"},
		{"deep-sea-treasure-v0", `{"pos":[2,0]}`, "is rock"},
		{"deep-sea-treasure-v0", `{"pos":[0]}`, "1 entries, not 2"},
		{"deep-sea-treasure-mirrored-v0", `{"pos":[0,20]}`, "20 columns"},
		{"fruit-tree-v0", `{"pos":[7,0]}`, "no node of a tree of depth 6"},
		{"fruit-tree-v0", `{"pos":[2,4]}`, "no node"},
		{"resource-gathering-v0", `{"pos":[5,0],"gold":0,"gem":0}`, "outside the map"},
		{"resource-gathering-v0", `{"pos":[0,0],"gold":2,"gem":0}`, "gold 2"},
		{"resource-gathering-v0", `{"pos":[0,0],"gold":0,"gem":-1}`, "gem -1"},
		{"breakable-bottles-v0", `{"location":5,"carrying":0,"delivered":0,"dropped":[0,0,0]}`, "location 5 is outside 0 to 4"},
		{"breakable-bottles-v0", `{"location":0,"carrying":3,"delivered":0,"dropped":[0,0,0]}`, "carrying 3"},
		{"breakable-bottles-v0", `{"location":0,"carrying":0,"delivered":-1,"dropped":[0,0,0]}`, "delivered -1"},
		{"breakable-bottles-v0", `{"location":0,"carrying":0,"delivered":0,"dropped":[0,0]}`, "dropped has 2 entries, not 3"},
		{"breakable-bottles-v0", `{"location":0,"carrying":0,"delivered":0,"dropped":[0,-2,0]}`, "dropped[1] is -2"},
		{"breakable-bottles-v0", `{"location":0,"carrying":0,"delivered":0,"dropped":["x",0,0]}`, `"dropped" is no number`},
		{"fishwood-v0", `{"state":2,"t":0}`, "state 2"},
		{"fishwood-v0", `{"state":1,"t":201}`, "t 201"},
		{"four-room-v0", `{"pos":[0,6],"collected":[0,0,0,0,0,0,0,0,0,0,0,0]}`, "in a wall"},
		{"four-room-v0", `{"pos":[13,0],"collected":[0,0,0,0,0,0,0,0,0,0,0,0]}`, "outside the map of 13 rows"},
		{"four-room-v0", `{"pos":[0,1],"collected":[0,0,0,0,0,0,0,0,0,0,0,2]}`, "collected[11] is 2"},
	} {
		err := envs.NewSingle(makeEnv(t, c.id, nil)).SetStateJSON([]byte(c.state))
		if err == nil || !strings.Contains(err.Error(), c.say) {
			t.Errorf("%s in state %s: error %v, want %q", c.id, c.state, err, c.say)
		}
	}
}

// A state that is set may be the end of an episode: stepping on must do no harm.
func TestNothingGrowsBeyondALeaf(t *testing.T) {
	s := envs.NewSingle(makeEnv(t, "fruit-tree-v0", nil))
	if err := s.SetStateJSON([]byte(`{"pos":[6,63]}`)); err != nil {
		t.Fatal(err)
	}
	tr, err := s.Step([]float64{1})
	if err != nil || !tr.Terminated || slices.Max(tr.Reward) != 0 || !slices.Equal(tr.Observation, []float64{6, 63}) {
		t.Errorf("%+v, error %v", tr, err)
	}
}

func TestEveryFruitHasNorm10(t *testing.T) {
	for depth := 5; depth <= 7; depth++ {
		e := makeEnv(t, "fruit-tree-v0", map[string]any{"depth": depth})
		for leaf := range 1 << depth {
			s := envs.NewSingle(e)
			if _, err := s.Reset(nil); err != nil {
				t.Fatal(err)
			}
			var tr envs.Transition
			var err error
			for level := depth - 1; level >= 0; level-- {
				if tr, err = s.Step([]float64{float64(leaf >> level & 1)}); err != nil {
					t.Fatal(err)
				}
			}
			norm := 0.0
			for _, v := range tr.Reward {
				norm += v * v
			}
			if !tr.Terminated || math.Abs(math.Sqrt(norm)-10) > 1e-6 {
				t.Errorf("depth %d, fruit %d: norm %v, terminated %v", depth, leaf, math.Sqrt(norm), tr.Terminated)
			}
		}
	}
}

func BenchmarkVector(b *testing.B) {
	for _, id := range envs.IDs() {
		b.Run(id, func(b *testing.B) { envtest.Benchmark(b, makeEnv(b, id, nil), 64) })
	}
}
