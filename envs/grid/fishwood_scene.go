package grid

import "github.com/paretolab/paretolab/envs"

// Scene implements [envs.Renderer]: the two places, and below them the part of the episode that
// has passed.
func (f *Fishwood) Scene(dst *envs.Scene) {
	dst.View = [4]float64{0, -0.3, 2, 1}
	dst.Rectangle(envs.Object1, 0, 0, 1, 1)
	dst.Rectangle(envs.Object4, 1, 0, 2, 1)
	dst.Label(envs.Background, 0.5, 0.88, 0.14, "fishing")
	dst.Label(envs.Background, 1.5, 0.88, 0.14, "woods")
	walker(dst, float64(f.state.State)+0.5, 0.45)
	dst.Rectangle(envs.Trace, 0, -0.25, 2*float64(f.state.T)/fishwoodSteps, -0.1)
	dst.Frame(envs.Wall, 0.01, 0.005, -0.25, 1.995, -0.1)
}
