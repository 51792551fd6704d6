package mujoco

// State is what moves: everything that decides the steps to come, a few hundred bytes. Two states that
// are equal, with equal controls, remain equal. The vectors may lie in memory of the caller's.
type State struct {
	Qpos          []float64 // coordinates, length Nq
	Qvel          []float64 // velocities, length Nv
	QaccWarmstart []float64 // accelerations of the last step, where the solver begins; length Nv
	Ctrl          []float64 // controls, length Nu; kept as given and clipped where they act
	Time          float64   // seconds
}

// NewState returns a state in the reference configuration at rest.
func (m *Model) NewState() *State {
	return &m.NewStates(1)[0]
}

// NewStates returns n states in the reference configuration at rest, side by side in memory.
func (m *Model) NewStates(n int) []State {
	size := m.Nq + 2*m.Nv + m.Nu
	memory := make([]float64, n*size)
	states := make([]State, n)
	for i := range states {
		s := &states[i]
		rest := memory[i*size:][:size:size]
		part := func(n int) []float64 {
			v := rest[:n:n]
			rest = rest[n:]
			return v
		}
		s.Qpos, s.Qvel, s.QaccWarmstart, s.Ctrl = part(m.Nq), part(m.Nv), part(m.Nv), part(m.Nu)
		m.Reset(s)
	}
	return states
}

// Reset puts a state into the reference configuration, at rest, without warm start and control, at time 0.
func (m *Model) Reset(s *State) {
	copy(s.Qpos, m.Qpos0)
	clear(s.Qvel)
	clear(s.QaccWarmstart)
	clear(s.Ctrl)
	s.Time = 0
}

// CopyFrom makes s equal to another state of the same model.
func (s *State) CopyFrom(o *State) {
	copy(s.Qpos, o.Qpos)
	copy(s.Qvel, o.Qvel)
	copy(s.QaccWarmstart, o.QaccWarmstart)
	copy(s.Ctrl, o.Ctrl)
	s.Time = o.Time
}
