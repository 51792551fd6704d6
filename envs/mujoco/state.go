package mujoco

// State is what moves: everything that decides the steps to come, a few hundred bytes. Two states that
// are equal, with equal controls, remain equal.
type State struct {
	Qpos          []float64 // coordinates, length Nq
	Qvel          []float64 // velocities, length Nv
	QaccWarmstart []float64 // accelerations of the last step, where the solver begins; length Nv
	Ctrl          []float64 // controls, length Nu; kept as given and clipped where they act
	Time          float64   // seconds

	all []float64 // the four vectors, one after the other
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
		s.all = memory[i*size:][:size:size]
		rest := s.all
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
	clear(s.all)
	copy(s.Qpos, m.Qpos0)
	s.Time = 0
}

// CopyFrom makes s equal to another state of the same model.
func (s *State) CopyFrom(o *State) {
	copy(s.all, o.all)
	s.Time = o.Time
}
