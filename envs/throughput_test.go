package envs

import (
	"math"
	"slices"
	"sync/atomic"
	"testing"
	"time"
)

// metronome is an environment whose steps are counted and take a known time by its own clock. Episodes
// have five steps.
type metronome struct {
	ticks  *atomic.Int64 // steps of all copies
	resets *atomic.Int64
	state  struct{ T int32 }
}

func (m *metronome) Reset(*RNG) {
	m.resets.Add(1)
	m.state.T = 0
}
func (m *metronome) Step(_ *RNG, a Action, reward []float64) bool {
	m.ticks.Add(1)
	m.state.T++
	reward[0] = 0
	return m.state.T == 5
}
func (m *metronome) Observe(obs []float64) { obs[0] = float64(m.state.T) }
func (m *metronome) State() any            { return &m.state }

// newMetronome returns the environment and a clock on which every step takes the given time.
func newMetronome(action Space, step time.Duration) (e *Environment, ticks *atomic.Int64, clock func() time.Duration) {
	ticks = new(atomic.Int64)
	e = &Environment{
		Spec: Spec{
			ID: "metronome-v0", Summary: "Steps that are counted", Action: action, Horizon: 100,
			Observation: Box("int32", []float64{0}, []float64{5}), Objectives: []Objective{{Name: "nothing"}},
			Reference: Reference{Discount: 1, Point: []float64{-1}},
		},
		New: func() Env { return &metronome{ticks: ticks, resets: new(atomic.Int64)} },
	}
	return e, ticks, func() time.Duration { return time.Duration(ticks.Load()) * step }
}

// TestRate: steps that take 100 ns by the clock are ten million a second, for any number of copies and
// workers, and as many are made as fill the time.
func TestRate(t *testing.T) {
	const step, span = 100 * time.Nanosecond, 100 * time.Microsecond
	for _, copies := range []int{1, 8, 61} {
		for _, workers := range []int{1, 3} {
			e, ticks, clock := newMetronome(Discrete(2), step)
			p := NewParallel[float32](e, copies, workers, SameStep)
			d := NewDrill[float32](p, 7)
			rate := d.Rate(clock, span)
			p.Close()
			if math.Abs(rate-1e7) > 1 {
				t.Errorf("%d copies on %d workers: %v steps a second", copies, workers, rate)
			}
			// The clock is read when a batch of rounds is over: a batch takes 1/32 of the time, or one round.
			least, most := int64(span/step), int64(span/step)+max(int64(span/step)/32, 1)*int64(copies)
			if n := ticks.Load(); n < least || n > most || n%int64(copies) != 0 {
				t.Errorf("%d copies on %d workers: %d steps, want %d to %d", copies, workers, n, least, most)
			}
		}
	}
}

// TestSoloRate: the same of one copy without a batch; its episodes end by themselves after five steps, or
// at the time limit.
func TestSoloRate(t *testing.T) {
	for _, space := range []Space{Discrete(3), Box("float32", []float64{-1, 2}, []float64{1, 3})} {
		for horizon, episode := range map[int]int64{0: 5, 100: 5, 5: 5, 3: 3} {
			e, ticks, clock := newMetronome(space, 100*time.Nanosecond)
			e.Spec.Horizon = horizon
			d := NewSoloDrill(e, 7)
			if rate := d.Rate(clock, time.Millisecond); math.Abs(rate-1e7) > 1 {
				t.Errorf("%v steps a second", rate)
			}
			if got, want := d.env.(*metronome).resets.Load(), 1+ticks.Load()/episode; got != want {
				t.Errorf("horizon %d: %d resets in %d steps, want %d", horizon, got, ticks.Load(), want)
			}
			x := slices.Clone(d.numbers)
			for _, v := range d.indices {
				x = append(x, float64(v))
			}
			if len(x) != drillNumbers {
				t.Errorf("%d numbers of actions", len(x))
			}
			for i := 0; i < len(x); i += space.Len() {
				if err := space.Check(x[i : i+space.Len()]); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
}

// TestDrillActions: drawn from the space by the seed, few enough to stay in the cache, and taken in turn.
func TestDrillActions(t *testing.T) {
	for name, space := range map[string]Space{
		"discrete": Discrete(3), "several": {Kind: KindDiscrete, N: []int{2, 5}},
		"box": Box("float32", []float64{-1, 2}, []float64{1, 3}),
	} {
		e, ticks, _ := newMetronome(space, 0)
		const copies = 3
		drill := func(seed uint64) *Drill[float64] {
			return NewDrill[float64](NewVector[float64](e, copies, SameStep), seed)
		}
		d, again, other := drill(1), drill(1), drill(2)
		numbers := func(d *Drill[float64]) (all []float64) {
			for _, a := range d.actions {
				row := slices.Clone(a.Box)
				for _, v := range a.Discrete {
					row = append(row, float64(v))
				}
				if len(row) != copies*space.Len() {
					t.Fatalf("%s: %d numbers for %d copies", name, len(row), copies)
				}
				all = append(all, row...)
			}
			return all
		}
		all := numbers(d)
		if len(d.actions) < drillSteps || len(all) > drillNumbers && len(d.actions) > drillSteps {
			t.Errorf("%s: %d numbers in %d rounds", name, len(all), len(d.actions))
		}
		for i := 0; i < len(all); i += space.Len() {
			if err := space.Check(all[i : i+space.Len()]); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
		}
		if !slices.Equal(all, numbers(again)) || slices.Equal(all, numbers(other)) {
			t.Errorf("%s: the actions do not follow the seed", name)
		}
		for range len(d.actions) + 1 {
			d.Step()
		}
		if n := ticks.Load(); n != int64(len(d.actions)+1)*copies || d.next != 1 {
			t.Errorf("%s: %d steps of %d rounds; next is round %d", name, n, len(d.actions)+1, d.next)
		}
	}
}

// TestDrillLargeBatch: however many copies, there are as many rounds of actions.
func TestDrillLargeBatch(t *testing.T) {
	e, _, _ := newMetronome(Discrete(2), 0)
	if d := NewDrill[float32](NewVector[float32](e, 2*drillNumbers, SameStep), 1); len(d.actions) != drillSteps {
		t.Errorf("%d rounds", len(d.actions))
	}
}

func TestDrillNeedsAutoreset(t *testing.T) {
	defer func() {
		if got := recover(); got != "envs: a drill of metronome-v0, whose episodes do not begin anew" {
			t.Errorf("panic %v", got)
		}
	}()
	e, _, _ := newMetronome(Discrete(2), 0)
	NewDrill[float32](NewVector[float32](e, 1, NoReset), 1)
}

func TestMeasureStep(t *testing.T) {
	for _, step := range []time.Duration{50 * time.Nanosecond, 3 * time.Microsecond} {
		e, _, clock := newMetronome(Discrete(2), step)
		if got := measureStep(e, clock); got != step {
			t.Errorf("%v, want %v", got, step)
		}
	}
}

// TestUsefulWorkers: a worker more for every 5 µs that a step of all copies takes, of as many
// processors as there are.
func TestUsefulWorkers(t *testing.T) {
	for _, c := range []struct {
		step                time.Duration
		n, processors, want int
	}{
		{20 * time.Nanosecond, 64, 8, 1},  // 1.3 µs
		{200 * time.Nanosecond, 64, 8, 2}, // 12.8 µs
		{200 * time.Nanosecond, 64, 1, 1},
		{5 * time.Microsecond, 64, 8, 8}, // 320 µs
		{5 * time.Microsecond, 3, 8, 3},  // no more workers than copies
		{0, 64, 8, 1},
	} {
		if got := usefulWorkers(c.step, c.n, c.processors); got != c.want {
			t.Errorf("%d copies of %v on %d processors: %d workers, want %d", c.n, c.step, c.processors, got, c.want)
		}
	}
}

// TestAutotune: every pair with a copy for a worker, the fastest first. By a clock that counts the steps
// all are equally fast.
func TestAutotune(t *testing.T) {
	e, _, clock := newMetronome(Discrete(2), time.Microsecond)
	setups := autotune(e, []int{1, 2, 4}, []int{2, 8}, 100*time.Microsecond, clock)
	var pairs [][2]int
	for _, s := range setups {
		pairs = append(pairs, [2]int{s.Workers, s.Copies})
		if math.Abs(s.Rate-1e6) > 1 {
			t.Errorf("%+v: want 1e6 steps a second", s)
		}
	}
	slices.SortFunc(pairs, func(a, b [2]int) int { return slices.Compare(a[:], b[:]) })
	if want := [][2]int{{1, 2}, {1, 8}, {2, 2}, {2, 8}, {4, 8}}; !slices.Equal(pairs, want) {
		t.Errorf("pairs %v, want %v", pairs, want)
	}

	// A clock on which steps take less and less time: what is measured last is fastest.
	e, ticks, _ := newMetronome(Discrete(2), 0)
	slowing := func() time.Duration { return time.Duration(1e6 * math.Sqrt(float64(ticks.Load()))) }
	setups = autotune(e, []int{1, 2}, []int{4, 16}, 10*time.Millisecond, slowing)
	if len(setups) != 4 || setups[0].Workers != 2 || setups[0].Copies != 16 ||
		!slices.IsSortedFunc(setups, func(a, b Setup) int { return int(math.Copysign(1, b.Rate-a.Rate)) }) {
		t.Errorf("setups %+v", setups)
	}
}
