package envs_test

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/paretolab/paretolab/envs"
)

// shard is a Shard with the buffers that its caller owns.
type shard struct {
	envs.Shard[float64]
	obs, final, rew []float64
	term, trunc     []bool
}

func newShard(s envs.Shard[float64]) *shard {
	n, nObs := s.Len(), s.Spec().Observation.Len()
	return &shard{
		Shard: s, obs: make([]float64, n*nObs), final: make([]float64, n*nObs), rew: make([]float64, n*s.Spec().M()),
		term: make([]bool, n), trunc: make([]bool, n),
	}
}

func (s *shard) reset(seeds []uint64, mask []bool) { s.Reset(seeds, mask, s.obs) }

// step takes a discrete action in every copy.
func (s *shard) step(actions ...int32) {
	s.Step(envs.Actions[float64]{Discrete: actions}, s.obs, s.rew, s.term, s.trunc, s.final)
}

func vectorOf(t testing.TB, id string, options map[string]any, n int, mode envs.Autoreset) *envs.Vector[float64] {
	t.Helper()
	e, err := envs.Make(id, options)
	if err != nil {
		t.Fatal(err)
	}
	return envs.NewVector[float64](e, n, mode)
}

func must[S envs.Shard[float64]](t testing.TB) func(s S, err error) S {
	return func(s S, err error) S {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
}

// numbers is a list of numbers, or one number alone.
type numbers []float64

func (x *numbers) UnmarshalJSON(b []byte) error {
	if b[0] != '[' {
		*x = numbers{0}
		return json.Unmarshal(b, &(*x)[0])
	}
	return json.Unmarshal(b, (*[]float64)(x))
}

// wrapperTrace is a section of wrappers.json.
type wrapperTrace struct {
	Weight  []float64
	Index   int `json:"idx"`
	Min     float64
	Max     float64
	Gamma   float64
	Epsilon float64
	Skip    int
	Steps   []struct {
		Action  int32     `json:"a"`
		Obs     []float64 `json:"obs"`
		Reward  numbers   `json:"r"`
		Term    int
		Trunc   int
		Vector  []float64 `json:"vector_reward"`
		Reset   int       `json:"reset_after"`
		Episode *struct {
			Return     []float64 `json:"r"`
			Discounted []float64 `json:"dr"`
			Length     int       `json:"l"`
		}
	}
}

const traceTolerance = 1e-5 // as wrappers.json says

func near(got, want []float64) bool {
	return slices.EqualFunc(got, want, func(a, b float64) bool { return math.Abs(float64(float32(a))-b) <= traceTolerance })
}

// Traces recorded from the wrappers of MO-Gymnasium 1.3.2 on deep-sea-treasure-v0, whose one start
// makes all copies of a batch alike: on one environment and on a batch, with resets by the caller
// and within the step.
func TestRecordedWrappers(t *testing.T) {
	b, err := os.ReadFile("testdata/wrappers.json")
	if err != nil {
		t.Fatal(err)
	}
	var data struct {
		Linear    wrapperTrace
		Clip      wrapperTrace
		Normalize wrapperTrace `json:"normalize_both"`
		Record    wrapperTrace `json:"record_stats"`
		Skip      wrapperTrace `json:"max_and_skip"`
	}
	if err := json.Unmarshal(b, &data); err != nil {
		t.Fatal(err)
	}
	sea := func(n int, mode envs.Autoreset) envs.Shard[float64] {
		return vectorOf(t, "deep-sea-treasure-v0", nil, n, mode)
	}
	for _, c := range []struct {
		name  string
		trace *wrapperTrace
		wrap  func(tr *wrapperTrace, n int, mode envs.Autoreset) (envs.Shard[float64], error)
	}{
		{"LinearReward", &data.Linear, func(tr *wrapperTrace, n int, mode envs.Autoreset) (envs.Shard[float64], error) {
			return envs.NewLinearReward(sea(n, mode), tr.Weight)
		}},
		{"ClipReward", &data.Clip, func(tr *wrapperTrace, n int, mode envs.Autoreset) (envs.Shard[float64], error) {
			return envs.NewClipReward(sea(n, mode), tr.Index, tr.Min, tr.Max)
		}},
		{"NormalizeReward", &data.Normalize, func(tr *wrapperTrace, n int, mode envs.Autoreset) (envs.Shard[float64], error) {
			first, err := envs.NewNormalizeReward(sea(n, mode), 0, tr.Gamma, tr.Epsilon)
			if err != nil {
				return nil, err
			}
			return envs.NewNormalizeReward(first, -1, tr.Gamma, tr.Epsilon)
		}},
		{"RecordEpisodeStatistics", &data.Record, func(tr *wrapperTrace, n int, mode envs.Autoreset) (envs.Shard[float64], error) {
			return envs.NewRecordEpisodeStatistics(sea(n, mode), tr.Gamma)
		}},
		{"MaxAndSkip", &data.Skip, func(tr *wrapperTrace, n int, mode envs.Autoreset) (envs.Shard[float64], error) {
			e, err := envs.Make("deep-sea-treasure-v0", nil)
			if err != nil {
				return nil, err
			}
			return envs.NewMaxAndSkip[float64](e, n, mode, tr.Skip)
		}},
	} {
		for _, n := range []int{1, 3} {
			for mode, says := range map[envs.Autoreset]string{envs.NoReset: "reset by the caller", envs.SameStep: "same step"} {
				t.Run(fmt.Sprintf("%s/%d copies, %s", c.name, n, says), func(t *testing.T) {
					s, err := c.wrap(c.trace, n, mode)
					if err != nil {
						t.Fatal(err)
					}
					replayWrapper(t, newShard(s), c.trace)
				})
			}
		}
	}
}

func replayWrapper(t *testing.T, s *shard, trace *wrapperTrace) {
	if len(trace.Steps) == 0 {
		t.Fatal("nothing recorded")
	}
	n, m := s.Len(), s.Spec().M()
	s.reset(nil, nil)
	for k, want := range trace.Steps {
		s.step(slices.Repeat([]int32{want.Action}, n)...)
		for i := range n {
			ended := want.Term+want.Trunc > 0
			obs := s.obs[2*i : 2*i+2]
			if ended {
				obs = s.final[2*i : 2*i+2]
			}
			// At an end the original shows older observations; see MaxAndSkip.
			if !(ended && trace.Skip > 0) && !slices.Equal(obs, want.Obs) {
				t.Fatalf("step %d, copy %d: observation %v, want %v", k, i, obs, want.Obs)
			}
			if rew := s.rew[i*m : (i+1)*m]; !near(rew, want.Reward) || s.term[i] != (want.Term == 1) || s.trunc[i] != (want.Trunc == 1) {
				t.Fatalf("step %d, copy %d: reward %v, flags %v %v, want %+v", k, i, rew, s.term[i], s.trunc[i], want)
			}
			if l, ok := s.Shard.(*envs.LinearReward[float64]); ok && !near(l.Vectors()[2*i:2*i+2], want.Vector) {
				t.Fatalf("step %d, copy %d: reward vector %v, want %v", k, i, l.Vectors()[2*i:2*i+2], want.Vector)
			}
		}
		if r, ok := s.Shard.(*envs.RecordEpisodeStatistics[float64]); ok {
			finished := r.Finished()
			if (want.Episode != nil) != (len(finished) == n) {
				t.Fatalf("step %d: finished %v, want %+v", k, finished, want.Episode)
			}
			for i, e := range finished {
				if e.Copy != i || !near(e.Return, want.Episode.Return) || !near(e.Discounted, want.Episode.Discounted) || e.Length != want.Episode.Length || e.Time < 0 {
					t.Fatalf("step %d: %+v, want %+v", k, e, want.Episode)
				}
			}
		}
		if want.Reset == 1 && s.Mode() == envs.NoReset {
			s.reset(nil, nil)
		}
	}
}

// The trace of mode next step, recorded from MOSyncVectorEnv with MORecordEpisodeStatistics: the step
// that resets a copy belongs to no episode.
func TestEpisodeStatisticsOfNextStep(t *testing.T) {
	b, err := os.ReadFile("grid/testdata/vector-autoreset.json")
	if err != nil {
		t.Fatal(err)
	}
	var data struct {
		NextStep struct {
			EnvID string `json:"env_id"`
			N     int    `json:"num_envs"`
			Limit int    `json:"max_episode_steps"`
			Gamma float64
			Steps []struct {
				Actions []int32 `json:"a"`
				Episode *struct {
					Mask       []int
					Return     [][]float64 `json:"r"`
					Discounted [][]float64 `json:"dr"`
					Length     []int       `json:"l"`
				}
			}
		} `json:"next_step"`
	}
	if err := json.Unmarshal(b, &data); err != nil {
		t.Fatal(err)
	}
	trace := &data.NextStep
	v := vectorOf(t, trace.EnvID, map[string]any{"max_episode_steps": trace.Limit}, trace.N, envs.NextStep)
	r := must[*envs.RecordEpisodeStatistics[float64]](t)(envs.NewRecordEpisodeStatistics(v, trace.Gamma))
	s := newShard(r)
	s.reset(nil, nil)
	episodes := 0
	for k, want := range trace.Steps {
		s.step(want.Actions...)
		finished := r.Finished()
		for i := range trace.N {
			if want.Episode == nil || want.Episode.Mask[i] == 0 {
				continue
			}
			episodes++
			if len(finished) == 0 {
				t.Fatalf("step %d: the end of copy %d is missing", k, i)
			}
			e := finished[0]
			finished = finished[1:]
			if e.Copy != i || e.Length != want.Episode.Length[i] || !near(e.Return, want.Episode.Return[i]) || !near(e.Discounted, want.Episode.Discounted[i]) {
				t.Fatalf("step %d, copy %d: %+v, want %+v", k, i, e, want.Episode)
			}
		}
		if len(finished) > 0 {
			t.Fatalf("step %d: %v ended too early", k, finished)
		}
	}
	if episodes == 0 {
		t.Fatal("no episodes recorded")
	}
}

// A limit that is no multiple of skip cuts the last step short.
func TestMaxAndSkipKeepsTheTimeLimit(t *testing.T) {
	for mode, says := range map[envs.Autoreset]string{envs.NoReset: "no reset", envs.SameStep: "same step", envs.NextStep: "next step"} {
		e, err := envs.Make("deep-sea-treasure-v0", map[string]any{"max_episode_steps": 10})
		if err != nil {
			t.Fatal(err)
		}
		s := newShard(must[*envs.MaxAndSkip[float64]](t)(envs.NewMaxAndSkip[float64](e, 1, mode, 4)))
		if h := s.Spec().Horizon; h != 3 {
			t.Errorf("horizon %d, want 3", h)
		}
		s.reset(nil, nil)
		var rewards []float64
		for range 3 {
			s.step(3) // to the right
			rewards = append(rewards, s.rew[1])
		}
		if !slices.Equal(rewards, []float64{-4, -4, -2}) || !s.trunc[0] || s.term[0] {
			t.Errorf("%s: time rewards %v, truncated %v", says, rewards, s.trunc[0])
		}
		if s.final[1] != 10 {
			t.Errorf("%s: last observation %v", says, s.final)
		}
		if mode == envs.NoReset {
			s.reset(nil, nil)
		}
		if mode == envs.NextStep {
			s.step(3)
			if s.rew[1] != 0 || s.trunc[0] || s.obs[1] != 0 {
				t.Errorf("%s: the step that resets gives reward %v, observation %v", says, s.rew, s.obs)
			}
		}
		s.step(3)
		if s.rew[1] != -4 || s.obs[1] != 4 {
			t.Errorf("%s: the next episode begins with reward %v, observation %v", says, s.rew, s.obs)
		}
	}
}

// wrapped is every wrapper around n copies of minecart, whose digs are random.
func wrapped(t testing.TB, n int, mode envs.Autoreset) *shard {
	t.Helper()
	e, err := envs.Make("minecart-v0", map[string]any{"max_episode_steps": 50})
	if err != nil {
		t.Fatal(err)
	}
	m := must[*envs.MaxAndSkip[float64]](t)(envs.NewMaxAndSkip[float64](e, n, mode, 3))
	c := must[*envs.ClipReward[float64]](t)(envs.NewClipReward(m, 2, -1, -0.1))
	norm := must[*envs.NormalizeReward[float64]](t)(envs.NewNormalizeReward(c, 2, envs.NormalizeGamma, envs.NormalizeEpsilon))
	l := must[*envs.LinearReward[float64]](t)(envs.NewLinearReward(norm, []float64{1, 2, 3}))
	return newShard(must[*envs.RecordEpisodeStatistics[float64]](t)(envs.NewRecordEpisodeStatistics(l, 1)))
}

func TestWrappedBatchesEqualWrappedSingles(t *testing.T) {
	const n = 3
	for mode, says := range map[envs.Autoreset]string{envs.SameStep: "same step", envs.NextStep: "next step"} {
		batch, seeds := wrapped(t, n, mode), []uint64{5, 6, 7}
		batch.reset(seeds, nil)
		singles := make([]*shard, n)
		for i := range singles {
			singles[i] = wrapped(t, 1, mode)
			singles[i].reset(seeds[i:i+1], nil)
		}
		var rng envs.RNG
		rng.Seed(1)
		actions := make([]int32, n)
		for k := range 500 {
			for i := range actions {
				actions[i] = int32(rng.Choice(6))
				singles[i].step(actions[i])
			}
			batch.step(actions...)
			for i, one := range singles {
				if !slices.Equal(batch.obs[7*i:7*i+7], one.obs) || batch.rew[i] != one.rew[0] || batch.term[i] != one.term[0] || batch.trunc[i] != one.trunc[0] {
					t.Fatalf("%s, step %d, copy %d: the batch gives %v, %v; alone %v, %v", says, k, i, batch.obs[7*i:7*i+7], batch.rew[i], one.obs, one.rew)
				}
			}
		}
	}
}

func TestWrappersAllocateNothing(t *testing.T) {
	s := wrapped(t, 4, envs.SameStep)
	s.reset(nil, nil)
	actions := []int32{0, 3, 1, 5}
	if n := testing.AllocsPerRun(300, func() { s.step(actions...) }); n > 0 {
		t.Errorf("%v allocations per step", n)
	}
}

func TestWeightsCanBeChanged(t *testing.T) {
	l := must[*envs.LinearReward[float64]](t)(envs.NewLinearReward[float64](vectorOf(t, "deep-sea-treasure-v0", nil, 1, envs.SameStep), nil))
	s := newShard(l)
	s.reset(nil, nil)
	for _, c := range []struct{ weights, reference []float64 }{{[]float64{1, 1}, []float64{-25}}, {[]float64{0, 2}, []float64{-50}}} {
		if err := l.SetWeights(c.weights); err != nil {
			t.Fatal(err)
		}
		s.step(3)
		if s.rew[0] != -c.weights[1] || !slices.Equal(l.Weights(), c.weights) || !slices.Equal(l.Spec().Reference.Point, c.reference) {
			t.Errorf("weights %v: reward %v, reference %v", c.weights, s.rew, l.Spec().Reference.Point)
		}
	}
	if o := l.Spec().Objectives; len(o) != 1 || o[0].Low != -2 || o[0].High != -2 {
		t.Errorf("objectives %+v", o)
	}
}

// A frozen scale divides on by the same number; a copied one restores the wrapper.
func TestNormalizationFreezesAndRestores(t *testing.T) {
	norm := must[*envs.NormalizeReward[float64]](t)(envs.NewNormalizeReward[float64](vectorOf(t, "deep-sea-treasure-v0", nil, 1, envs.SameStep), 1, 0.99, 1e-8))
	s := newShard(norm)
	s.reset(nil, nil)
	for range 5 {
		s.step(0)
	}
	saved := slices.Clone(norm.Scales)
	s.step(0)
	next := s.rew[1]
	copy(norm.Scales, saved)
	s.step(0)
	if s.rew[1] != next {
		t.Errorf("restored statistics give %v, before it was %v", s.rew[1], next)
	}
	norm.Frozen = true
	s.step(0)
	frozen := s.rew[1]
	if s.step(0); s.rew[1] != frozen {
		t.Errorf("frozen statistics give %v after %v", s.rew[1], frozen)
	}
}

func TestImpossibleWrappersAreRefused(t *testing.T) {
	v := func() envs.Shard[float64] { return vectorOf(t, "deep-sea-treasure-v0", nil, 2, envs.SameStep) }
	for _, c := range []struct {
		wrap func() error
		say  string
	}{
		{func() error { _, err := envs.NewLinearReward(v(), []float64{1}); return err }, "1 weights for 2 objectives"},
		{func() error { _, err := envs.NewLinearReward(v(), []float64{1, math.NaN()}); return err }, "weight of time is NaN"},
		{func() error { _, err := envs.NewClipReward(v(), 2, 0, 1); return err }, "no objective 2; the 2 objectives are 0 to 1, or -2 to -1"},
		{func() error { _, err := envs.NewClipReward(v(), -3, 0, 1); return err }, "no objective -3"},
		{func() error { _, err := envs.NewClipReward(v(), 0, 1, 0); return err }, "bounds 1 and 0 are no interval"},
		{func() error { _, err := envs.NewNormalizeReward(v(), 5, 0.99, 1e-8); return err }, "no objective 5"},
		{func() error { _, err := envs.NewNormalizeReward(v(), 0, 1.1, 1e-8); return err }, "gamma 1.1 is outside [0, 1]"},
		{func() error { _, err := envs.NewNormalizeReward(v(), 0, 0.99, 0); return err }, "epsilon 0"},
		{func() error { _, err := envs.NewRecordEpisodeStatistics(v(), -1); return err }, "gamma -1"},
		{func() error {
			e, err := envs.Make("deep-sea-treasure-v0", nil)
			if err != nil {
				return err
			}
			_, err = envs.NewMaxAndSkip[float64](e, 1, envs.SameStep, 1)
			return err
		}, "skip is 1; it is at least 2"},
	} {
		if err := c.wrap(); err == nil || !strings.Contains(err.Error(), c.say) || !strings.Contains(err.Error(), "deep-sea-treasure-v0") {
			t.Errorf("error %v, want %q", err, c.say)
		}
	}
}
