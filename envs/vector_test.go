package envs_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/paretolab/paretolab/envs"
)

// batch is a vector with the buffers that its caller owns.
type batch struct {
	*envs.Vector[float64]
	obs, final, rew []float64
	term, trunc     []bool
}

func newBatch(e *envs.Environment, n int, mode envs.Autoreset) *batch {
	nObs, m := e.Spec.Observation.Len(), e.Spec.M()
	return &batch{
		Vector: envs.NewVector[float64](e, n, mode),
		obs:    make([]float64, n*nObs), final: make([]float64, n*nObs), rew: make([]float64, n*m),
		term: make([]bool, n), trunc: make([]bool, n),
	}
}

func (b *batch) reset(seeds []uint64, mask []bool) { b.Reset(seeds, mask, b.obs) }
func (b *batch) step(actions ...int32) {
	b.Step(envs.Actions[float64]{Discrete: actions}, b.obs, b.rew, b.term, b.trunc, b.final)
}

func (b *batch) ended(i int) bool { return b.term[i] || b.trunc[i] }

func TestEveryCopyHasItsOwnStream(t *testing.T) {
	e := walkerEnv(false)
	const n = 6
	seeds := []uint64{10, 11, 12, 13, 14, 15}
	whole := newBatch(e, n, envs.SameStep)
	whole.reset(seeds, nil)
	// The same copies in two groups.
	left, right := newBatch(e, 2, envs.SameStep), newBatch(e, n-2, envs.SameStep)
	left.reset(seeds[:2], nil)
	right.reset(seeds[2:], nil)
	var rng envs.RNG
	rng.Seed(1)
	for range 100 {
		actions := make([]int32, n)
		for i := range actions {
			actions[i] = int32(rng.Integers(0, 3))
		}
		whole.step(actions...)
		left.step(actions[:2]...)
		right.step(actions[2:]...)
		if !slices.Equal(whole.obs, append(slices.Clone(left.obs), right.obs...)) ||
			!slices.Equal(whole.rew, append(slices.Clone(left.rew), right.rew...)) {
			t.Fatal("results depend on how copies are grouped")
		}
	}
}

func TestSameStepKeepsTheFinalObservation(t *testing.T) {
	v := newBatch(walkerEnv(false), 1, envs.SameStep)
	v.reset([]uint64{3}, nil)
	single := envs.NewSingle(walkerEnv(false))
	seed := uint64(3)
	first, err := single.Reset(&seed)
	if err != nil || !slices.Equal(first, v.obs) {
		t.Fatalf("first observations %v and %v, error %v", first, v.obs, err)
	}
	for episodes := 0; episodes < 20; {
		v.step(2)
		tr, err := single.Step([]float64{2})
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(tr.Reward, v.rew) || tr.Terminated != v.term[0] || tr.Truncated != v.trunc[0] {
			t.Fatalf("vector and single disagree: %v %v", tr, v)
		}
		if !v.ended(0) {
			continue
		}
		episodes++
		if !slices.Equal(v.final, tr.Observation) {
			t.Errorf("final observation %v, want the last of the episode %v", v.final, tr.Observation)
		}
		if first, _ = single.Reset(nil); !slices.Equal(v.obs, first) {
			t.Errorf("observation %v, want the first of the next episode %v", v.obs, first)
		}
	}
}

func TestTimeLimitTruncatesAndDoesNotTerminate(t *testing.T) {
	e := walkerEnv(false)
	v := newBatch(e, 1, envs.NoReset)
	both := 0
	for seed := range uint64(200) {
		v.reset([]uint64{seed}, nil)
		for k := 1; ; k++ {
			v.step(1)
			if v.trunc[0] != (k == e.Spec.Horizon) {
				t.Fatalf("step %d of %d: truncated is %v", k, e.Spec.Horizon, v.trunc[0])
			}
			if v.term[0] && v.trunc[0] {
				both++
			}
			if v.ended(0) {
				break
			}
		}
	}
	e.Spec.Horizon = 0
	v = newBatch(e, 1, envs.NoReset)
	v.reset([]uint64{1}, nil)
	for !v.term[0] {
		v.step(1)
		if v.trunc[0] {
			t.Fatal("truncated without time limit")
		}
	}
}

func TestNextStepSpendsAStepOnTheReset(t *testing.T) {
	v := newBatch(walkerEnv(false), 1, envs.NextStep)
	v.reset([]uint64{5}, nil)
	for !v.ended(0) {
		v.step(2)
	}
	if !slices.Equal(v.obs, v.final) {
		t.Errorf("observation %v at the end, want the final one %v", v.obs, v.final)
	}
	v.step(2)
	if v.ended(0) || v.rew[0] != 0 || v.rew[1] != 0 {
		t.Errorf("the reset step returned reward %v, flags %v %v", v.rew, v.term, v.trunc)
	}
	if v.obs[0] < -0.5 || v.obs[0] > 0.5 || v.obs[1] != 0 {
		t.Errorf("the reset step returned %v, which is no first observation", v.obs)
	}
}

func TestMaskedReset(t *testing.T) {
	v := newBatch(walkerEnv(false), 3, envs.NoReset)
	v.reset([]uint64{1, 2, 3}, nil)
	v.step(0, 1, 2)
	before := slices.Clone(v.obs)
	v.reset([]uint64{7, 7, 7}, []bool{false, true, false})
	if !slices.Equal(v.obs[:2], before[:2]) || !slices.Equal(v.obs[4:], before[4:]) {
		t.Error("a masked reset touched other rows")
	}
	one := newBatch(walkerEnv(false), 1, envs.NoReset)
	one.reset([]uint64{7}, nil)
	if !slices.Equal(v.obs[2:4], one.obs) {
		t.Errorf("masked reset gave %v, want that of seed 7: %v", v.obs[2:4], one.obs)
	}
}

func TestVectorStateRestoresEverything(t *testing.T) {
	e := walkerEnv(false)
	v := newBatch(e, 4, envs.NextStep)
	v.reset([]uint64{1, 2, 3, 4}, nil)
	for range 7 {
		v.step(2, 2, 1, 0)
	}
	saved := v.AppendState(nil)
	onward := func(b *batch) (trace []float64) {
		for range 40 {
			b.step(2, 0, 1, 2)
			trace = append(trace, b.obs...)
			trace = append(trace, b.rew...)
			for i := range b.term {
				if b.ended(i) {
					trace = append(trace, float64(i))
				}
			}
		}
		return trace
	}
	want := onward(v)
	fresh := newBatch(e, 4, envs.NextStep)
	for name, b := range map[string]*batch{"itself": v, "a fresh vector": fresh} {
		if err := b.SetState(saved); err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(onward(b), want) {
			t.Errorf("%s goes on differently after SetState", name)
		}
	}
}

func TestDamagedVectorStateIsRefused(t *testing.T) {
	v := newBatch(walkerEnv(false), 2, envs.SameStep)
	v.reset([]uint64{1, 2}, nil)
	v.step(1, 1)
	saved := v.AppendState(nil)
	negative := slices.Clone(saved)
	negative[len(saved)/2+16+3] = 0x80 // steps of copy 1
	tooLate := slices.Clone(saved)
	tooLate[len(saved)/2-5] = 0xff // step count of copy 0
	for _, c := range []struct {
		name  string
		bytes []byte
		say   string
	}{
		{"empty", nil, "EOF"},
		{"cut short", saved[:len(saved)-1], "EOF"},
		{"too long", append(slices.Clone(saved), 0), "1 bytes more"},
		{"another number of copies", saved[:len(saved)/2], "EOF"},
		{"an impossible state", negative, "is negative"},
		{"beyond the time limit", tooLate, "is impossible"},
	} {
		err := v.SetState(c.bytes)
		if err == nil || !strings.Contains(err.Error(), c.say) || !strings.Contains(err.Error(), "walker-v0") {
			t.Errorf("%s: error %v, want %q", c.name, err, c.say)
		}
		if !slices.Equal(v.AppendState(nil), saved) {
			t.Errorf("%s: the refused state changed the vector", c.name)
		}
	}
}

func TestContinuousActions(t *testing.T) {
	e := walkerEnv(true)
	v := envs.NewVector[float32](e, 2, envs.SameStep)
	obs, final, rew := make([]float32, 4), make([]float32, 4), make([]float64, 4)
	term, trunc := make([]bool, 2), make([]bool, 2)
	v.Reset([]uint64{1, 2}, nil, obs)
	v.Step(envs.Actions[float32]{Box: []float32{0.5, -1}}, obs, rew, term, trunc, final)
	if rew[1] != -0.25 || rew[3] != -1 || obs[1] != 0.5 || obs[3] != -1 {
		t.Errorf("rewards %v, observations %v: the actions did not arrive", rew, obs)
	}
}

func TestVectorPanicsOnMisuse(t *testing.T) {
	ended := func(b *batch) *batch {
		b.reset([]uint64{1}, nil)
		for !b.ended(0) {
			b.step(1)
		}
		return b
	}
	for _, c := range []struct {
		name, say string
		misuse    func()
	}{
		{"no copies", "0 copies", func() { newBatch(walkerEnv(false), 0, envs.SameStep) }},
		{"step before reset", "before its first reset", func() { newBatch(walkerEnv(false), 1, envs.SameStep).step(1) }},
		{"step after the end", "after the end", func() { ended(newBatch(walkerEnv(false), 1, envs.NoReset)).step(1) }},
		{"too few actions", "1+0 action", func() {
			v := newBatch(walkerEnv(false), 2, envs.SameStep)
			v.reset(nil, nil)
			v.step(1)
		}},
		{"too few seeds", "1 seeds", func() { newBatch(walkerEnv(false), 2, envs.SameStep).reset([]uint64{1}, nil) }},
	} {
		func() {
			defer func() {
				if r := recover(); r == nil || !strings.Contains(r.(string), c.say) {
					t.Errorf("%s: panic %v, want %q", c.name, r, c.say)
				}
			}()
			c.misuse()
		}()
	}
}

// fusedWalker is a walker that steps and observes at once.
type fusedWalker struct {
	walker
	fused *int // steps taken so
}

func (w *fusedWalker) stepObserve(rng *envs.RNG, a envs.Action, reward []float64, obs []float32) bool {
	*w.fused++
	terminated := w.Step(rng, a, reward)
	obs[0], obs[1] = float32(w.state.X), float32(w.state.Push)
	return terminated
}

func (w *fusedWalker) StepIndex(rng *envs.RNG, a int32, reward []float64, obs []float32) bool {
	return w.stepObserve(rng, envs.Action{Discrete: []int32{a}}, reward, obs)
}

func (w *fusedWalker) StepBox(rng *envs.RNG, a []float32, reward []float64, obs []float32) bool {
	return w.stepObserve(rng, envs.Action{Box: []float64{float64(a[0])}}, reward, obs)
}

// TestFusedSteps: in every mode a batch in float32 takes the steps that also observe, and shows what a
// batch of plain walkers shows; in float64 it takes plain ones.
func TestFusedSteps(t *testing.T) {
	const n, steps = 3, 40
	for _, continuous := range []bool{false, true} {
		for _, mode := range []envs.Autoreset{envs.SameStep, envs.NextStep, envs.NoReset} {
			fused := 0
			e := walkerEnv(continuous)
			e.New = func() envs.Env { return &fusedWalker{fused: &fused} }
			got, transitions := walk32(envs.NewVector[float32](e, n, mode), steps)
			want, _ := walk32(envs.NewVector[float32](walkerEnv(continuous), n, mode), steps)
			if !slices.Equal(got, want) {
				t.Errorf("mode %d, continuous %v: fused steps differ from plain ones", mode, continuous)
			}
			if fused != transitions {
				t.Errorf("mode %d, continuous %v: %d fused steps of %d", mode, continuous, fused, transitions)
			}
			fused = 0
			if !continuous {
				v := newBatch(e, n, mode)
				v.reset(nil, nil)
				v.step(0, 1, 2)
			}
			if fused != 0 {
				t.Errorf("mode %d: %d fused steps in float64", mode, fused)
			}
		}
	}
}

// walk32 steps a batch with actions in turn and returns all that it shows, and the number of transitions.
func walk32(v *envs.Vector[float32], steps int) (shown []float64, transitions int) {
	n := v.Len()
	obs, final, rew := make([]float32, 2*n), make([]float32, 2*n), make([]float64, 2*n)
	term, trunc := make([]bool, n), make([]bool, n)
	act := envs.Actions[float32]{}
	if v.Spec().Action.Kind == envs.KindDiscrete {
		act.Discrete = make([]int32, n)
	} else {
		act.Box = make([]float32, n)
	}
	v.Reset(nil, nil, obs)
	ended := make([]bool, n)
	for k := range steps {
		for i := range n {
			if act.Box != nil {
				act.Box[i] = float32(k%5)/2 - 1
			} else {
				act.Discrete[i] = int32((k + i) % 3)
			}
			if !ended[i] {
				transitions++
			}
		}
		v.Step(act, obs, rew, term, trunc, final)
		for i := range n {
			ended[i] = v.Mode() == envs.NextStep && (term[i] || trunc[i])
			if v.Mode() == envs.NoReset && (term[i] || trunc[i]) {
				mask := make([]bool, n)
				mask[i] = true
				v.Reset(nil, mask, obs)
			}
			for _, flag := range []bool{term[i], trunc[i]} {
				if flag {
					shown = append(shown, float64(k))
				}
			}
		}
		for _, x := range slices.Concat(obs, final) {
			shown = append(shown, float64(x))
		}
		shown = append(shown, rew...)
	}
	return shown, transitions
}
