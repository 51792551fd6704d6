package lander_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/paretolab/paretolab/envs"
	"github.com/paretolab/paretolab/envs/envtest"
	"github.com/paretolab/paretolab/envs/golden"
	"github.com/paretolab/paretolab/envs/lander"
)

var _ golden.Redrawer = (*lander.Lander)(nil)

func makeEnv(t testing.TB, id string, options map[string]any) *envs.Environment {
	t.Helper()
	e, err := envs.Make(id, options)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// Trajectories recorded from MO-Gymnasium 1.3.2 on Box2D 2.3.0 (box2d-py, x86-64): every observation,
// reward, flag and state is the same bit for bit, whatever tolerance the files allow.
func TestRecordedTrajectoriesBitForBit(t *testing.T) {
	for _, path := range recordings(t) {
		t.Run(filepath.Base(path), func(t *testing.T) {
			f, err := golden.Read(path)
			if err != nil {
				t.Fatal(err)
			}
			f.Tolerance.Obs, f.Tolerance.Reward = 0, 0
			r, err := f.Verify()
			if err != nil {
				t.Fatal(err)
			}
			for _, reason := range r.Reasons {
				t.Error(reason)
			}
		})
	}
}

func recordings(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("testdata/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no recordings; error %v", err)
	}
	return files
}

// episode is a recorded episode that began with a seeded reset.
type episode struct {
	Name    string
	Seed    uint64
	InitObs []float64 `json:"init_obs"`
	Actions []action
	Obs     [][]float64
	Rewards [][]float64
	Scalar  []float64 `json:"scalar_rewards"`
}

// action is an index, or a vector.
type action []float64

func (a *action) UnmarshalJSON(b []byte) error {
	if b[0] == '[' {
		return json.Unmarshal(b, (*[]float64)(a))
	}
	*a = make(action, 1)
	return json.Unmarshal(b, &(*a)[0])
}

// seeded returns the environment of a recording and its episodes.
func seeded(t *testing.T, path string) (*envs.Environment, []episode) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var f struct {
		ID       string         `json:"env_id"`
		Options  map[string]any `json:"kwargs"`
		Episodes []episode
	}
	if err := json.Unmarshal(b, &f); err != nil {
		t.Fatal(err)
	}
	return makeEnv(t, f.ID, f.Options), f.Episodes
}

func rounded(x []float64) []float64 {
	out := make([]float64, len(x))
	for i, v := range x {
		out[i] = float64(float32(v))
	}
	return out
}

// The same episodes without their recorded draws: the same seed draws the same numbers.
func TestSeededEpisodesAreTheOriginals(t *testing.T) {
	for _, path := range recordings(t) {
		e, episodes := seeded(t, path)
		for _, ep := range episodes {
			s := envs.NewSingle(e)
			obs, err := s.Reset(&ep.Seed)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(rounded(obs), ep.InitObs) {
				t.Errorf("%s: reset gives %v, recorded %v", ep.Name, obs, ep.InitObs)
			}
			for k, a := range ep.Actions {
				tr, err := s.Step(a)
				if err != nil {
					t.Fatal(err)
				}
				if !slices.Equal(rounded(tr.Observation), ep.Obs[k]) || !slices.Equal(rounded(tr.Reward), ep.Rewards[k]) {
					t.Fatalf("%s, step %d: %v and %v, recorded %v and %v", ep.Name, k+1, tr.Observation, tr.Reward, ep.Obs[k], ep.Rewards[k])
				}
			}
		}
	}
}

// Gymnasium's landers are the same episodes with the single reward that the recordings hold beside
// the vector.
func TestGymnasiumsLanders(t *testing.T) {
	id := map[bool]string{false: "LunarLander-v3", true: "LunarLanderContinuous-v3"}
	for _, path := range recordings(t) {
		e, episodes := seeded(t, path)
		s := envs.NewSingle(makeEnv(t, id[e.Spec.Action.Kind == envs.KindBox], e.Options))
		for _, ep := range episodes {
			if _, err := s.Reset(&ep.Seed); err != nil {
				t.Fatal(err)
			}
			for k, a := range ep.Actions {
				tr, err := s.Step(a)
				if err != nil {
					t.Fatal(err)
				}
				if !slices.Equal(rounded(tr.Observation), ep.Obs[k]) || tr.Reward[0] != ep.Scalar[k] {
					t.Fatalf("%s, step %d: %v and %v, recorded %v and %v", ep.Name, k+1, tr.Observation, tr.Reward[0], ep.Obs[k], ep.Scalar[k])
				}
			}
		}
	}
}

// batchOfOne is a vector of one copy with its buffers.
type batchOfOne struct {
	*envs.Vector[float64]
	obs, final, rew []float64
	term, trunc     []bool
}

func newBatchOfOne(e *envs.Environment) *batchOfOne {
	return &batchOfOne{
		Vector: envs.NewVector[float64](e, 1, envs.NoReset),
		obs:    make([]float64, 8), final: make([]float64, 8), rew: make([]float64, 4),
		term: make([]bool, 1), trunc: make([]bool, 1),
	}
}

func (b *batchOfOne) step(a []float64) {
	b.Step(envs.Actions[float64]{Box: a}, b.obs, b.rew, b.term, b.trunc, b.final)
}

// A landing is left at many places, in the air, while it touches down and at rest, and goes on in
// a fresh copy as it was recorded.
func TestALandingBranches(t *testing.T) {
	e, episodes := seeded(t, "testdata/mo-lunar-lander-continuous-v3.json")
	ep := episodes[0]
	if last := ep.Rewards[len(ep.Rewards)-1]; last[0] != 100 {
		t.Fatalf("episode %s ends with %v, not with a landing", ep.Name, last)
	}
	v := newBatchOfOne(e)
	v.Reset([]uint64{ep.Seed}, nil, v.obs)
	for k, a := range ep.Actions {
		if k%7 == 0 {
			branch := newBatchOfOne(e)
			if err := branch.SetState(v.AppendState(nil)); err != nil {
				t.Fatal(err)
			}
			for i := k; i < len(ep.Actions); i++ {
				branch.step(ep.Actions[i])
				if !slices.Equal(rounded(branch.obs), ep.Obs[i]) || !slices.Equal(rounded(branch.rew), ep.Rewards[i]) {
					t.Fatalf("left at step %d, at step %d: %v and %v, recorded %v and %v", k, i+1, branch.obs, branch.rew, ep.Obs[i], ep.Rewards[i])
				}
			}
		}
		v.step(a)
	}
}

// A state with a byte changed is refused, or goes on somehow; it never panics or hangs.
func TestDamagedStates(t *testing.T) {
	e, episodes := seeded(t, "testdata/mo-lunar-lander-continuous-v3.json")
	v := newBatchOfOne(e)
	v.Reset([]uint64{episodes[0].Seed}, nil, v.obs)
	for _, a := range episodes[0].Actions[:len(episodes[0].Actions)-5] {
		v.step(a)
	}
	saved := v.AppendState(nil)
	rng := rand.New(rand.NewPCG(1, 2))
	refused := 0
	for range 2000 {
		damaged := slices.Clone(saved)
		damaged[rng.IntN(len(damaged))] = byte(rng.Uint32())
		branch := newBatchOfOne(e)
		if branch.SetState(damaged) != nil {
			refused++
			continue
		}
		for k := 0; k < 5 && !branch.term[0] && !branch.trunc[0]; k++ {
			branch.step([]float64{1, 1})
		}
	}
	if refused == 0 {
		t.Error("no damaged state was refused")
	}
}

func TestImpossibleStatesAreRefused(t *testing.T) {
	s := envs.NewSingle(makeEnv(t, "mo-lunar-lander-v3", nil))
	if _, err := s.Reset(nil); err != nil {
		t.Fatal(err)
	}
	state, err := s.StateJSON()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ old, new, say string }{
		{`"num_contacts":0`, `"num_contacts":40`, "num_contacts is 40"},
		{`"num_contacts":0`, `"num_contacts":1`, ""}, // the empty contact is one of edge 0 and the hull
		{`"num_contacts":0`, `"num_contacts":2`, "is there twice"},
		{`"limit":1}`, `"limit":3}`, "at limit 3"},
		{`{"edge":0,`, `{"edge":11,`, ""}, // of no contact
		{`"legs":[false,false],`, ``, `"legs" is missing`},
		{`"legs":[false,false]`, `"legs":[false]`, `"legs" has 1 entries`},
	} {
		if !strings.Contains(string(state), c.old) {
			t.Fatalf("%s is not in the state", c.old)
		}
		err := s.SetStateJSON([]byte(strings.Replace(string(state), c.old, c.new, 1)))
		if c.say == "" && err != nil || c.say != "" && (err == nil || !strings.Contains(err.Error(), c.say)) {
			t.Errorf("%s for %s: error %v, want %q", c.new, c.old, err, c.say)
		}
	}
}

// The options whose bounds are open, and all of them together.
func TestOptionsKeepTheContract(t *testing.T) {
	for _, id := range []string{"mo-lunar-lander-v3", "mo-lunar-lander-continuous-v3"} {
		for _, options := range []map[string]any{
			{},
			{"gravity": -9.0},
			{"gravity": -11.9, "enable_wind": true, "wind_power": 20.0, "turbulence_power": 2.0},
		} {
			t.Run(fmt.Sprint(id, options), func(t *testing.T) { envtest.Run(t, makeEnv(t, id, options)) })
		}
	}
}

func TestImpossibleOptionsAreRefused(t *testing.T) {
	for _, c := range []struct {
		name  string
		value any
		say   string
	}{
		{"gravity", -12.0, "not between -12 and 0"},
		{"gravity", 0.0, "not between -12 and 0"},
		{"wind_power", 1e6, "wind_power 1e+06 is beyond"},
		{"turbulence_power", "NaN", "NaN"},
		{"enable_wind", "strong", "true or false"},
	} {
		_, err := envs.Make("mo-lunar-lander-v3", map[string]any{c.name: c.value})
		if err == nil || !strings.Contains(err.Error(), c.say) {
			t.Errorf("%s=%v: error %v, want %q", c.name, c.value, err, c.say)
		}
	}
}

// A continuous action outside the box does what the nearest one inside does.
func TestActionsAreClipped(t *testing.T) {
	run := func(a []float64) envs.Transition {
		s := envs.NewSingle(makeEnv(t, "mo-lunar-lander-continuous-v3", nil))
		seed := uint64(1)
		if _, err := s.Reset(&seed); err != nil {
			t.Fatal(err)
		}
		tr, err := s.Step(a)
		if err != nil {
			t.Fatal(err)
		}
		return tr
	}
	for _, c := range [][2][]float64{{{3, -2}, {1, -1}}, {{-9, 1.5}, {-1, 1}}} {
		got, want := run(c[0]), run(c[1])
		if !slices.Equal(got.Observation, want.Observation) || !slices.Equal(got.Reward, want.Reward) {
			t.Errorf("action %v gives %v, %v gives %v", c[0], got, c[1], want)
		}
	}
}

func BenchmarkVector(b *testing.B) {
	for _, id := range []string{"mo-lunar-lander-v3", "mo-lunar-lander-continuous-v3"} {
		b.Run(id, func(b *testing.B) { envtest.Benchmark(b, makeEnv(b, id, nil), 16) })
	}
}
