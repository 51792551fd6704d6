package envs

import (
	"encoding/binary"
	"fmt"
	"io"
	"math"
)

// Real is the number type of observation and action buffers: float32 where they feed networks,
// float64 where exactness matters. The dynamics are the same.
type Real interface{ float32 | float64 }

// Actions holds one action per copy, row-major: Discrete for discrete spaces, Box for continuous
// ones; the other is nil.
type Actions[T Real] struct {
	Discrete []int32
	Box      []T
}

// Shard steps a contiguous range of copies of one environment and is used by one goroutine at a
// time: a [Vector], a [MaxAndSkip], or a wrapper around another shard ([LinearReward], [ClipReward],
// [NormalizeReward], [RecordEpisodeStatistics]). A single environment is a shard of one. All slices
// are owned by the caller and row-major with one row per copy.
type Shard[T Real] interface {
	// Len is the number of copies n.
	Len() int
	// Spec describes the environment, with the objectives and the horizon that steps show.
	Spec() *Spec
	// Mode says what happens to a copy whose episode has ended.
	Mode() Autoreset
	// Reset begins episodes in the copies where mask is true (nil: all) and writes their
	// observations; other rows are left alone. seeds re-creates the copies' generators
	// (seeds[i] for copy i); with nil they go on.
	Reset(seeds []uint64, mask []bool, obs []T)
	// Step applies one action per copy. obs is n × observation, rew n × objectives; term and
	// trunc say how an episode ended, if it did. What obs holds after an end depends on the
	// autoreset mode; final receives the last observation of every episode that ended in this
	// step (other rows are left alone).
	Step(act Actions[T], obs []T, rew []float64, term, trunc []bool, final []T)
	// AppendState appends the complete state of all copies, and of what wraps them, to b, for
	// checkpoints and branching.
	AppendState(b []byte) []byte
	// SetState restores what AppendState of such a shard wrote. After an error all is as it was.
	SetState(b []byte) error
}

// Autoreset says what happens to a copy whose episode has ended.
type Autoreset int

const (
	// SameStep resets within the step that ends an episode: obs is already the first one of the
	// next episode, rewards and flags belong to the old one, final holds its last observation.
	SameStep Autoreset = iota
	// NextStep returns the last observation; the following step ignores the action, resets, and
	// returns the first observation with reward 0. That step is no transition.
	NextStep
	// NoReset returns the last observation; the caller resets with a mask before stepping on.
	NoReset
)

// resetSteps tells the steps of mode NextStep that reset a copy from transitions.
type resetSteps struct {
	mode  Autoreset
	ended []bool
}

func newResetSteps[T Real](s Shard[T]) resetSteps {
	return resetSteps{mode: s.Mode(), ended: make([]bool, s.Len())}
}

// reset notes that the copies of the mask (nil: all) were reset.
func (r *resetSteps) reset(mask []bool) {
	for i := range r.ended {
		if mask == nil || mask[i] {
			r.ended[i] = false
		}
	}
}

// step notes whether copy i has ended with this step, and reports whether the step was a reset.
func (r *resetSteps) step(i int, ended bool) bool {
	reset := r.mode == NextStep && r.ended[i]
	r.ended[i] = ended
	return reset
}

// phase says where in its life a copy is.
type phase uint8

const (
	unborn  phase = iota // never reset
	running              // in an episode
	ended                // episode over, reset pending (NextStep, NoReset)
)

// Vector steps n copies of an environment, with its time limit, in one goroutine. Every copy has
// its own generator and state, so that results do not depend on how copies are grouped.
// Step and Reset allocate nothing.
type Vector[T Real] struct {
	spec    *Spec
	mode    Autoreset
	horizon int32

	copies  []Env
	index   []IndexStepper // the copies, if they are ones and T is float32; else nil
	box     []BoxStepper   // likewise
	rngs    []RNG
	elapsed []int32 // steps since reset
	phases  []phase

	obs   []float64 // one observation
	act   []float64 // one continuous action
	nObs  int
	nAct  int
	nRew  int
	boxed bool

	before []byte // memory of SetState
}

var _ Shard[float32] = (*Vector[float32])(nil)

// NewVector returns n copies of e. Episodes are truncated after the horizon of the specification.
func NewVector[T Real](e *Environment, n int, mode Autoreset) *Vector[T] {
	return newVector[T](e, 0, n, mode)
}

// newVector returns the copies first to first+n-1 of a larger batch.
func newVector[T Real](e *Environment, first, n int, mode Autoreset) *Vector[T] {
	if n < 1 {
		panic(fmt.Sprintf("envs: a vector of %d copies", n))
	}
	v := &Vector[T]{
		spec: &e.Spec, mode: mode, horizon: math.MaxInt32,
		copies: make([]Env, n), rngs: make([]RNG, n), elapsed: make([]int32, n), phases: make([]phase, n),
		nObs: e.Spec.Observation.Len(), nAct: e.Spec.Action.Len(), nRew: e.Spec.M(),
		boxed: e.Spec.Action.Kind == KindBox,
	}
	if h := e.Spec.Horizon; h > 0 && h < math.MaxInt32 {
		v.horizon = int32(h)
	}
	v.obs, v.act = ownNumbers(v.nObs), ownNumbers(v.nAct)
	_, narrow := any(v).(*Vector[float32])
	for i := range v.copies {
		v.copies[i] = e.New()
		if s, ok := v.copies[i].(ScratchSharer); ok && i > 0 {
			s.ShareScratch(v.copies[0])
		}
		v.rngs[i].Seed(uint64(first + i))
		if s, ok := v.copies[i].(IndexStepper); ok && narrow && !v.boxed && v.nAct == 1 {
			v.index = append(v.index, s)
		}
		if s, ok := v.copies[i].(BoxStepper); ok && narrow && v.boxed {
			v.box = append(v.box, s)
		}
	}
	return v
}

// ownNumbers returns n numbers that share no cache line with others: workers that write to the same line
// wait for each other.
func ownNumbers(n int) []float64 {
	const line = 64 / 8
	return make([]float64, n+2*line)[line : line+n]
}

// Len is the number of copies.
func (v *Vector[T]) Len() int { return len(v.copies) }

// Mode is the autoreset mode.
func (v *Vector[T]) Mode() Autoreset { return v.mode }

// Spec describes the environment.
func (v *Vector[T]) Spec() *Spec { return v.spec }

// checkReset panics unless the arguments of Reset fit n copies.
func (v *Vector[T]) checkReset(n int, seeds []uint64, mask []bool, obs []T) {
	if len(obs) != n*v.nObs || seeds != nil && len(seeds) != n || mask != nil && len(mask) != n {
		panic(fmt.Sprintf("envs: Reset of %d copies with %d seeds, %d mask entries, %d observation numbers (want %d)",
			n, len(seeds), len(mask), len(obs), n*v.nObs))
	}
}

// fits says whether arguments of Step of these lengths fit n copies. (The lengths alone, since a batch
// of one copy spends much of its time on arguments.)
func (v *Vector[T]) fits(n, indices, numbers, obs, rew, term, trunc, final int) bool {
	if v.boxed {
		indices = numbers
	}
	return indices == n*v.nAct && obs == n*v.nObs && final == obs && rew == n*v.nRew && term == n && trunc == n
}

// misfit panics because the arguments of Step do not fit n copies.
func (v *Vector[T]) misfit(n, indices, numbers, obs, rew, term, trunc, final int) {
	panic(fmt.Sprintf("envs: Step of %d copies of %s with %d+%d action, %d observation, %d reward, %d+%d flag and %d final entries",
		n, v.spec.ID, indices, numbers, obs, rew, term, trunc, final))
}

// Reset implements [Shard].
func (v *Vector[T]) Reset(seeds []uint64, mask []bool, obs []T) {
	v.checkReset(len(v.copies), seeds, mask, obs)
	for i := range v.copies {
		if mask != nil && !mask[i] {
			continue
		}
		if seeds != nil {
			v.rngs[i].Seed(seeds[i])
		}
		v.reset(i)
		v.observe(i, obs)
	}
}

func (v *Vector[T]) reset(i int) {
	v.copies[i].Reset(&v.rngs[i])
	v.elapsed[i], v.phases[i] = 0, running
}

// observe writes the observation of copy i into its row of obs.
func (v *Vector[T]) observe(i int, obs []T) {
	v.copies[i].Observe(v.obs)
	row := obs[i*v.nObs:][:len(v.obs)]
	for k, x := range v.obs {
		row[k] = T(x)
	}
}

// Step implements [Shard]. It panics if a copy was never reset, and in mode NoReset if its
// episode is over.
func (v *Vector[T]) Step(act Actions[T], obs []T, rew []float64, term, trunc []bool, final []T) {
	if n := len(v.copies); !v.fits(n, len(act.Discrete), len(act.Box), len(obs), len(rew), len(term), len(trunc), len(final)) {
		v.misfit(n, len(act.Discrete), len(act.Box), len(obs), len(rew), len(term), len(trunc), len(final))
	}
	var a Action
	obs32, _ := any(obs).([]float32)
	box32, _ := any(act.Box).([]float32)
	term, trunc = term[:len(v.phases)], trunc[:len(v.phases)]
	for i, phase := range v.phases {
		reward := rew[:v.nRew:v.nRew]
		rew = rew[v.nRew:]
		if phase != running {
			v.restart(i)
			v.observe(i, obs)
			clear(reward)
			term[i], trunc[i] = false, false
			continue
		}
		var over bool
		switch {
		case v.index != nil:
			over = v.index[i].StepIndex(&v.rngs[i], act.Discrete[i], reward, obs32[i*v.nObs:(i+1)*v.nObs])
		case v.box != nil:
			over = v.box[i].StepBox(&v.rngs[i], box32[i*v.nAct:(i+1)*v.nAct], reward, obs32[i*v.nObs:(i+1)*v.nObs])
		default:
			if v.boxed {
				for k, x := range act.Box[i*v.nAct : (i+1)*v.nAct] {
					v.act[k] = float64(x)
				}
				a.Box = v.act
			} else {
				a.Discrete = act.Discrete[i*v.nAct : (i+1)*v.nAct]
			}
			c := v.copies[i]
			over = c.Step(&v.rngs[i], a, reward)
			c.Observe(v.obs)
			row := obs[i*v.nObs:][:len(v.obs)]
			for k, x := range v.obs {
				row[k] = T(x)
			}
		}
		elapsed := v.elapsed[i] + 1
		v.elapsed[i] = elapsed
		cut := elapsed >= v.horizon
		term[i], trunc[i] = over, cut
		if !over && !cut {
			continue
		}
		copy(final[i*v.nObs:(i+1)*v.nObs], obs[i*v.nObs:])
		if v.mode == SameStep {
			v.reset(i)
			v.observe(i, obs)
		} else {
			v.phases[i] = ended
		}
	}
}

// restart resets copy i, whose episode is over, if the mode allows it.
func (v *Vector[T]) restart(i int) {
	switch {
	case v.phases[i] == unborn:
		panic("envs: " + v.spec.ID + " stepped before its first reset")
	case v.mode == NoReset:
		panic("envs: " + v.spec.ID + " stepped after the end of an episode; reset it with a mask first")
	}
	v.reset(i)
}

// Observe writes the present observations of all copies, as the last Reset or Step did.
func (v *Vector[T]) Observe(obs []T) {
	for i := range v.copies {
		v.observe(i, obs)
	}
}

// Env returns copy i, for tools that look at its state.
func (v *Vector[T]) Env(i int) Env { return v.copies[i] }

// RNG returns the generator of copy i, for tools that replay recorded draws.
func (v *Vector[T]) RNG(i int) *RNG { return &v.rngs[i] }

// AppendState appends the complete state of all copies (dynamics, generators, step counts) to b,
// for checkpoints and branching. The layout is private; only SetState of the same environment
// reads it.
func (v *Vector[T]) AppendState(b []byte) []byte {
	for i, c := range v.copies {
		var err error
		if b, err = binary.Append(b, binary.LittleEndian, c.State()); err != nil {
			panic("envs: State of " + v.spec.ID + " is no struct of fixed-size fields: " + err.Error())
		}
		b = v.rngs[i].AppendState(b)
		b = binary.LittleEndian.AppendUint32(b, uint32(v.elapsed[i]))
		b = append(b, byte(v.phases[i]))
	}
	return b
}

// SetState restores what AppendState wrote for the same number of copies of the same environment.
// After an error all copies are as they were. From the second call on it allocates nothing.
func (v *Vector[T]) SetState(b []byte) error {
	v.before = v.AppendState(v.before[:0])
	if err := v.setState(b); err != nil {
		if rerr := v.setState(v.before); rerr != nil {
			panic("envs: " + rerr.Error())
		}
		return fmt.Errorf("envs: saved state of %d copies of %s: %w", len(v.copies), v.spec.ID, err)
	}
	return nil
}

func (v *Vector[T]) setState(b []byte) error {
	const tail = 4 + 1 // bytes of step count and phase
	for i, c := range v.copies {
		n, err := binary.Decode(b, binary.LittleEndian, c.State())
		if err != nil {
			return io.ErrUnexpectedEOF // what else: AppendState wrote such a state
		}
		if b, err = v.rngs[i].decode(b[n:]); err != nil {
			return err
		}
		if len(b) < tail {
			return io.ErrUnexpectedEOF
		}
		elapsed, phase := binary.LittleEndian.Uint32(b), phase(b[tail-1])
		b = b[tail:]
		if elapsed > uint32(v.horizon) || phase > ended {
			return fmt.Errorf("step %d of %d in phase %d is impossible", elapsed, v.horizon, phase)
		}
		if phase != unborn {
			if err := checkState(c); err != nil {
				return err
			}
		}
		v.elapsed[i], v.phases[i] = int32(elapsed), phase
	}
	if len(b) > 0 {
		return fmt.Errorf("%d bytes more than expected", len(b))
	}
	return nil
}
