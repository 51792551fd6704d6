package envtest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/paretolab/paretolab/envs"
)

// misuse uses the environment wrongly.
func misuse(p *probe) error {
	s := envs.NewSingle(p.e)
	seed := uint64(7)
	d := p.driver(seed)
	if _, err := s.Step(numbers(d.next())); !errors.Is(err, envs.ErrNotReset) {
		return fmt.Errorf("a step before the first reset returns %v", err)
	}
	if _, err := s.Reset(&seed); err != nil {
		return err
	}
	before, err := s.StateJSON()
	if err != nil {
		return err
	}
	for _, a := range p.badActions() {
		_, err := s.Step(a)
		if err == nil {
			return fmt.Errorf("action %v is taken", a)
		}
		if !strings.Contains(err.Error(), p.spec.ID) {
			return fmt.Errorf("the error for action %v does not name the environment: %w", a, err)
		}
		if after, err := s.StateJSON(); err != nil || !bytes.Equal(before, after) || s.Elapsed() != 0 {
			return fmt.Errorf("action %v is refused, but the state is %s, step %d; before it was %s", a, after, s.Elapsed(), before)
		}
	}
	if err := p.badStates(before); err != nil {
		return err
	}
	for range maxSteps {
		t, err := s.Step(numbers(d.next()))
		if err != nil {
			return err
		}
		if t.Terminated || t.Truncated {
			if _, err := s.Step(numbers(d.next())); !errors.Is(err, envs.ErrEnded) {
				return fmt.Errorf("a step after the end returns %v", err)
			}
			break
		}
	}
	return nil
}

// badActions are none that a step takes.
func (p *probe) badActions() [][]float64 {
	space, n := &p.spec.Action, p.spec.Action.Len()
	good := numbers(p.driver(1).next())
	bad := [][]float64{nil, append([]float64{0}, good...)}
	replace := func(i int, values ...float64) {
		for _, x := range values {
			a := append([]float64(nil), good...)
			a[i] = x
			bad = append(bad, a)
		}
	}
	for i := range n {
		replace(i, math.NaN(), math.Inf(1), math.Inf(-1))
		if space.Kind == envs.KindDiscrete {
			replace(i, -1, float64(space.N[i]), 0.5, 1e300, math.MinInt32)
			continue
		}
		for _, x := range []float64{space.Low[i] - 1, space.High[i] + 1} {
			if !p.spec.ClipsActions && !math.IsInf(x, 0) {
				replace(i, x)
			}
		}
	}
	return bad
}

// badStates puts a copy into states made from a good one, and none at all: what cannot be read is
// refused, and what is accepted can be stepped.
func (p *probe) badStates(good []byte) error {
	x := spoiler{p: p, single: envs.NewSingle(p.e), driver: p.driver(3)}
	for _, text := range []string{"", "null", "{", `"x"`, "7", string(good) + "x", strings.TrimRight(string(good), "}]")} {
		if err := x.single.SetStateJSON([]byte(text)); err == nil {
			return fmt.Errorf("%q is taken for a state", text)
		}
	}
	if err := json.Unmarshal(good, &x.state); err != nil {
		return err
	}
	if m, ok := x.state.(map[string]any); ok {
		m["no such key"] = 1.0
		if err := x.refused(); err != nil {
			return err
		}
		delete(m, "no such key")
	}
	var places []place
	collect(x.state, &places)
	// Of a large state every so many numbers will do.
	stride := 1 + len(places)/p.some(maxSpoiled)
	for i := 0; i < len(places); i += stride {
		if err := x.spoil(places[i]); err != nil {
			return err
		}
	}
	return nil
}

// maxSpoiled bounds the numbers of a state that are replaced.
const maxSpoiled = 25

// place is where a value of a state stands.
type place struct {
	value any
	set   func(v any)
}

// collect appends the places of the numbers and lists within v.
func collect(v any, to *[]place) {
	switch w := v.(type) {
	case map[string]any:
		keys := slices.Sorted(maps.Keys(w))
		for _, key := range keys {
			*to = append(*to, place{w[key], func(v any) { w[key] = v }})
			collect(w[key], to)
		}
	case []any:
		for i := range w {
			*to = append(*to, place{w[i], func(v any) { w[i] = v }})
			collect(w[i], to)
		}
	}
}

// spoiler puts wrong values into a state.
type spoiler struct {
	p      *probe
	single *envs.Single
	driver *driver
	state  any
}

func (x *spoiler) spoil(at place) error {
	defer at.set(at.value)
	at.set("x")
	if err := x.refused(); err != nil {
		return err
	}
	if _, ok := at.value.(float64); !ok {
		return nil
	}
	for _, v := range []float64{-1, 0.5, 255, 1e9, -1e9, 1e300} {
		at.set(v)
		if err := x.survived(); err != nil {
			return err
		}
	}
	return nil
}

// refused is an error unless the copy refuses the state.
func (x *spoiler) refused() error {
	text, err := json.Marshal(x.state)
	if err == nil && x.single.SetStateJSON(text) == nil {
		err = fmt.Errorf("%s is taken for a state", text)
	}
	return err
}

// survived steps the copy from the state, if it accepts it.
func (x *spoiler) survived() (err error) {
	text, err := json.Marshal(x.state)
	if err != nil {
		return err
	}
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("state %s is accepted, but then: panic: %v", text, r)
		}
	}()
	if x.single.SetStateJSON(text) != nil {
		return nil
	}
	for range 3 {
		t, err := x.single.Step(numbers(x.driver.next()))
		if err != nil || t.Terminated || t.Truncated {
			break
		}
	}
	return nil
}
