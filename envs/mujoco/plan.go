package mujoco

// plan holds what follows from the constants of a model.
type plan struct{}

// prepare works out the plan.
func (m *Model) prepare() error { return nil }
