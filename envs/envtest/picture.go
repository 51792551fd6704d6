package envtest

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/paretolab/paretolab/envs"
)

// picture draws the states of a few random episodes of an environment that draws itself.
func picture(p *probe) error {
	if _, ok := p.e.New().(envs.Renderer); !ok {
		return nil
	}
	steps := p.some(200)
	env, twin, d := p.e.New(), p.e.New(), p.driver(6)
	var rng envs.RNG
	rng.Seed(6)
	reward := make([]float64, p.spec.M())
	var last envs.Action
	for total, k := 0, 0; total < steps; total++ {
		if k == 0 {
			env.Reset(&rng)
			last = envs.Action{}
		}
		if err := p.draw(env, twin, last); err != nil {
			return fmt.Errorf("step %d: %w", k, err)
		}
		last = d.next()
		k++
		if env.Step(&rng, last, reward) || k == p.spec.Horizon {
			if err := p.draw(env, twin, last); err != nil {
				return fmt.Errorf("step %d, the last: %w", k, err)
			}
			k = 0
		}
	}
	return nil
}

// draw draws the present state of env, and the same state in a twin.
func (p *probe) draw(env, twin envs.Env, last envs.Action) error {
	before, err := binary.Append(nil, binary.LittleEndian, env.State())
	if err != nil {
		return err
	}
	var one, two envs.Scene
	envs.DrawScene(env, p.spec, nil, last, &one)
	if len(one.Items)+len(one.Text) == 0 {
		return errors.New("nothing is drawn")
	}
	if err := one.Check(); err != nil {
		return err
	}
	if after, err := binary.Append(nil, binary.LittleEndian, env.State()); err != nil || !bytes.Equal(before, after) {
		return errors.Join(errors.New("drawing changes the state"), err)
	}
	if _, err := binary.Decode(before, binary.LittleEndian, twin.State()); err != nil {
		return err
	}
	if envs.DrawScene(twin, p.spec, nil, last, &two); !one.Equal(&two) {
		return errors.New("another copy in the same state looks different")
	}
	return nil
}
