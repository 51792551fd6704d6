package mujoco

import (
	"math"
	"slices"
	"testing"

	"github.com/paretolab/paretolab/internal/kern"
)

// TestBadStates: a state that is not finite any more is reset as the original does, and the step is made
// from there.
func TestBadStates(t *testing.T) {
	m := load(t, "hopper")
	d := m.NewData()
	fresh := m.NewState()
	m.Step(fresh, d)
	for _, c := range []struct {
		name  string
		spoil func(*State)
	}{
		{"position NaN", func(s *State) { s.Qpos[1] = math.NaN() }},
		{"position infinite", func(s *State) { s.Qpos[0] = math.Inf(-1) }},
		{"velocity NaN", func(s *State) { s.Qvel[5] = math.NaN() }},
		{"velocity too large", func(s *State) { s.Qvel[0] = 1.1e10 }},
		{"acceleration too large", func(s *State) { s.Qvel[3] = 9e9 }},
		{"warm start NaN", func(s *State) { s.Qpos[1] = 0.2; s.QaccWarmstart[2] = math.NaN() }},
	} {
		s := m.NewState()
		s.Ctrl[0] = 0.5
		s.Time = 7
		c.spoil(s)
		before := d.BadStates
		if m.Step(s, d) {
			t.Errorf("%s: the step says that all is well", c.name)
		}
		if d.BadStates != before+1 {
			t.Errorf("%s: counted %d bad states", c.name, d.BadStates-before)
		}
		if !slices.Equal(s.Qpos, fresh.Qpos) || !slices.Equal(s.Qvel, fresh.Qvel) || !slices.Equal(s.QaccWarmstart, fresh.QaccWarmstart) {
			t.Errorf("%s: the state is not that of a step from a reset", c.name)
		}
		if s.Time != m.Option.Timestep || s.Ctrl[0] != 0 {
			t.Errorf("%s: time %v, control %v after a reset", c.name, s.Time, s.Ctrl)
		}
	}

	// A control that is no number stops all motors for the step, and is no bad state.
	s, still := m.NewState(), m.NewState()
	s.Ctrl = []float64{1, math.NaN(), -1}
	if !m.Step(s, d) {
		t.Error("a control that is no number counts as a bad state")
	}
	m.Step(still, d)
	if !slices.Equal(s.Qpos, still.Qpos) {
		t.Error("a control that is no number moves")
	}
	// An infinite one is clipped.
	s, still = m.NewState(), m.NewState()
	s.Ctrl[0], still.Ctrl[0] = math.Inf(1), m.Actuators[0].CtrlRange[1]
	m.Step(s, d)
	m.Step(still, d)
	if !slices.Equal(s.Qpos, still.Qpos) {
		t.Error("an infinite control is not clipped")
	}
}

// TestNothingAllocates: not steps, resets, contact forces, nor saving and restoring.
func TestNothingAllocates(t *testing.T) {
	for _, name := range Names() {
		m := load(t, name)
		drill := NewDrill(m, 1, 1)
		saved := m.NewState()
		s := &drill.batch.States[0]
		if n := testing.AllocsPerRun(100, func() {
			drill.Step()
			saved.CopyFrom(s)
			m.Reset(s)
			s.CopyFrom(saved)
		}); n != 0 {
			t.Errorf("%s: %v allocations", name, n)
		}
		drill.Close()
	}
}

// TestRestoredStateGoesOnAlike: a state is all that decides what comes.
func TestRestoredStateGoesOnAlike(t *testing.T) {
	for _, name := range []string{"humanoid", "half_cheetah", "mo_reacher"} {
		m := load(t, name)
		drill := NewDrill(m, 1, 1)
		for range 30 {
			drill.Step()
		}
		s := &drill.batch.States[0]
		saved := m.NewState()
		saved.CopyFrom(s)
		d := m.NewData()
		for range 20 {
			m.Step(s, drill.batch.data[0])
			m.Step(saved, d)
		}
		if !slices.Equal(s.Qpos, saved.Qpos) || !slices.Equal(s.Qvel, saved.Qvel) || s.Time != saved.Time {
			t.Errorf("%s: a restored state went another way", name)
		}
		drill.Close()
	}
}

// TestWorkersDoNotMatter: states are the same bits for any number of workers.
func TestWorkersDoNotMatter(t *testing.T) {
	for _, name := range []string{"hopper", "humanoid", "mo_reacher"} {
		m := load(t, name)
		var want []float64
		for _, workers := range []int{1, 2, 3, 20} {
			drill := NewDrill(m, 11, workers)
			for range 10 {
				drill.Step()
			}
			var got []float64
			for _, s := range drill.batch.States {
				got = append(append(got, s.Qpos...), s.Qvel...)
			}
			if want == nil {
				want = got
			} else if !slices.Equal(got, want) {
				t.Errorf("%s: %d workers went another way than one", name, workers)
			}
			drill.Close()
		}
	}
}

// TestPathsDoNotMatter: states are the same bits with the kernels in assembly and in plain Go.
func TestPathsDoNotMatter(t *testing.T) {
	defer kern.Select("auto")
	for _, name := range []string{"ant", "half_cheetah", "humanoid", "mo_reacher"} {
		var want []float64
		for _, path := range kern.Paths() {
			if err := kern.Select(path); err != nil {
				t.Fatal(err)
			}
			drill := NewDrill(load(t, name), 4, 1)
			for range 40 {
				drill.Step()
			}
			var got []float64
			for _, s := range drill.batch.States {
				got = append(append(got, s.Qpos...), s.Qvel...)
			}
			if want == nil {
				want = got
			} else if !slices.Equal(got, want) {
				t.Errorf("%s: kernels %q led another way than %q", name, path, kern.Paths()[0])
			}
			drill.Close()
		}
	}
}

// TestGrowingRows: more rows than there is room for are no harm.
func TestGrowingRows(t *testing.T) {
	m := load(t, "humanoid")
	lying := m.NewState()
	lying.Qpos[2] = 0.05
	d, small := m.NewData(), m.NewData()
	small.rows, small.weight, small.system = 1, nil, nil
	small.blocks, small.Contacts, small.jac, small.halves = nil, nil, nil, nil
	small.grow()
	m.Forward(lying, d)
	m.Forward(lying, small)
	if d.Rows() < 20 || !slices.Equal(d.Qacc, small.Qacc) {
		t.Errorf("%d rows, accelerations %v and %v", d.Rows(), d.Qacc, small.Qacc)
	}
}
