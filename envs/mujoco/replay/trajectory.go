package replay

import (
	"errors"
	"fmt"

	"github.com/paretolab/paretolab/envs/mujoco"
)

// trajectory is a run from a start, with a warm start of zero.
type trajectory struct {
	Name      string    `json:"name"`
	Qpos0     numbers   `json:"qpos0"`
	Qvel0     numbers   `json:"qvel0"`
	Hold      int       `json:"hold"` // physics steps that a control lasts
	Ctrl      []numbers `json:"ctrl"`
	Qpos      []numbers `json:"qpos"`
	Qvel      []numbers `json:"qvel"`
	Qacc      []numbers `json:"qacc"`
	QaccEvery int       `json:"qacc_every"`
	Ncon      []int     `json:"ncon"`
	Nefc      []int     `json:"nefc"`
}

// gates bounds the errors of a model's trajectories: the state's up to a step and after it, and the
// accelerations'. They tell how fast the model forgets its last digits.
type gates struct {
	state float64
	until int // 0: to the end
	after float64
	qacc  float64
}

func gatesOf(model string) gates {
	switch model {
	case "ant":
		return gates{state: 1e-8, qacc: 1e-8}
	case "half_cheetah":
		return gates{state: 1e-9, until: 70, after: 1e-5, qacc: 1e-4}
	}
	return gates{state: 1e-10, qacc: 1e-8}
}

// trajectory compares one run.
func (r *Report) trajectory(m *mujoco.Model, s *mujoco.State, d *mujoco.Data, t *trajectory) error {
	n := len(t.Qpos)
	switch {
	case t.Qpos0 == nil || t.Qvel0 == nil:
		return errors.New(`it has no "qpos0" or no "qvel0"`)
	case t.Hold < 1 || (n-1)/t.Hold >= len(t.Ctrl):
		return fmt.Errorf("%d controls, each held for %d steps, do not last for %d steps", len(t.Ctrl), t.Hold, n)
	case len(t.Qvel) != n || t.Ncon != nil && len(t.Ncon) != n || t.Nefc != nil && len(t.Nefc) != n:
		return fmt.Errorf("qvel, ncon or nefc are not recorded for all of %d steps", n)
	}
	if err := set(m, s, t.Qpos0, t.Qvel0, nil, nil); err != nil {
		return err
	}
	g := gatesOf(r.Model)
	every := max(1, t.QaccEvery)
	for i := range n {
		u := t.Ctrl[i/t.Hold]
		if len(u) != m.Nu || len(t.Qpos[i]) != m.Nq || len(t.Qvel[i]) != m.Nv {
			return fmt.Errorf("step %d: ctrl, qpos or qvel do not have the sizes of the model", i)
		}
		copy(s.Ctrl, u)
		m.Step(s, d)
		gate := g.state
		if g.until > 0 && i >= g.until {
			gate = g.after
		}
		e := max(stateError(s.Qpos, t.Qpos[i]), stateError(s.Qvel, t.Qvel[i]))
		r.StepError = max(r.StepError, e)
		if !(e <= gate) {
			r.fail("state", "trajectory %s, step %d: the state is off by %.3g, more than %g", t.Name, i, e, gate)
		}
		if t.Ncon != nil && len(d.Contacts) != t.Ncon[i] {
			r.Mismatches++
			r.fail("ncon", "trajectory %s, step %d: %d contacts, not %d", t.Name, i, len(d.Contacts), t.Ncon[i])
		}
		if t.Nefc != nil && d.Rows() != t.Nefc[i] {
			r.Mismatches++
			r.fail("nefc", "trajectory %s, step %d: %d constraint rows, not %d", t.Name, i, d.Rows(), t.Nefc[i])
		}
		if k := (i+1)/every - 1; (i+1)%every == 0 && k < len(t.Qacc) {
			if len(t.Qacc[k]) != m.Nv {
				return fmt.Errorf("step %d: qacc does not have the size of the model", i)
			}
			e := relativeError(d.Qacc, t.Qacc[k])
			r.QaccError = max(r.QaccError, e)
			if !(e <= g.qacc) {
				r.fail("qacc", "trajectory %s, step %d: qacc is off by %.3g, more than %g", t.Name, i, e, g.qacc)
			}
		}
	}
	return nil
}
