package envs

import (
	"fmt"
	"math"
)

// Draw is one recorded draw of random numbers. Kind is "uniform01", "uniform", "normal",
// "integers" or "choice" with one value, or "" for a record of an environment's own
// ([RNG.Replay]).
type Draw struct {
	Kind   string
	Values []float64
}

func (d Draw) String() string {
	if d.Kind == "" {
		return fmt.Sprintf("%v", d.Values)
	}
	return fmt.Sprintf("%s%v", d.Kind, d.Values)
}

// replay hands out recorded draws in order and remembers the first thing that went wrong.
type replay struct {
	draws []Draw
	used  int
	err   error
}

// SetDraws makes the following calls of the drawing methods consume the recorded draws in order,
// instead of the stream. It replaces draws set before; nil ends the replay. Whether the recording
// fitted says DrawError. After a misfit the calls go on with the stream.
func (r *RNG) SetDraws(draws []Draw) {
	r.replay = nil
	if draws != nil {
		r.replay = &replay{draws: draws}
	}
}

// DrawError returns nil if the recorded draws were consumed exactly. It stays at the first
// misfit: a wrong kind, a value out of range, a draw missing; and it reports draws left over.
func (r *RNG) DrawError() error {
	switch p := r.replay; {
	case p == nil:
		return nil
	case p.err != nil:
		return p.err
	case p.used < len(p.draws):
		return fmt.Errorf("recorded draws: %d of %d left over, the next is %v", len(p.draws)-p.used, len(p.draws), p.draws[p.used])
	}
	return nil
}

// Replay is for environments whose recordings hold several numbers as one draw. During a replay
// it takes the next recorded draw, which must be of the given kind with len(out) values, writes
// it to out and returns true. It returns false if nothing is being replayed or the recording does
// not fit (see DrawError); the environment then draws from the stream.
func (r *RNG) Replay(kind string, out []float64) bool {
	if r.replay == nil {
		return false
	}
	values, ok := r.replay.take(kind, len(out))
	copy(out, values)
	return ok
}

// RejectDraw records that the draw replayed last contradicts the environment's state. Without
// replay it does nothing.
func (r *RNG) RejectDraw(reason string) {
	if r.replay != nil {
		r.replay.fail(fmt.Errorf("recorded draw %d: %s", r.replay.used, reason))
	}
}

func (p *replay) fail(err error) {
	if p.err == nil {
		p.err = err
	}
}

func (p *replay) take(kind string, n int) ([]float64, bool) {
	if p.err != nil {
		return nil, false
	}
	if p.used == len(p.draws) {
		p.fail(fmt.Errorf("recorded draws: one of kind %q missing after %d", kind, p.used))
		return nil, false
	}
	d := p.draws[p.used]
	p.used++
	if d.Kind != kind || len(d.Values) != n {
		p.fail(fmt.Errorf("recorded draw %d is %v where kind %q with %d numbers is drawn", p.used, d, kind, n))
		return nil, false
	}
	return d.Values, true
}

func (p *replay) one(kind string) (float64, bool) {
	values, ok := p.take(kind, 1)
	if !ok {
		return 0, false
	}
	return values[0], true
}

func (p *replay) integer(kind string, lo, hi int64) (int64, bool) {
	v, ok := p.one(kind)
	if !ok {
		return 0, false
	}
	if v != math.Trunc(v) || v < float64(lo) || v >= float64(hi) {
		p.fail(fmt.Errorf("recorded draw %d is %v, not an integer from %d to %d", p.used, v, lo, hi-1))
		return 0, false
	}
	return int64(v), true
}
