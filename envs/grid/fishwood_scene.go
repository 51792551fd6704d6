package grid

import "github.com/paretolab/paretolab/envs"

// Scene implements [envs.Renderer]: the two places, and below them the part of the episode that
// has passed.
func (f *Fishwood) Scene(dst *envs.Scene) {
	dst.View = [4]float64{0, -0.24, 2, 1}
	dst.Rectangle(envs.Object6, 0, 0, 1, 1)
	dst.Rectangle(envs.Object4, 1, 0, 2, 1)
	dst.Label(envs.Ink, 0.5, 0.9, 0.09, "fishing")
	dst.Label(envs.Background, 1.5, 0.9, 0.09, "woods")
	for i, at := range [4][2]float64{{0.2, 0.68}, {0.78, 0.72}, {0.25, 0.2}, {0.78, 0.17}} {
		fish(dst, at[0], at[1], 0.09, float64(1-2*(i%2)))
	}
	for _, at := range [4][2]float64{{1.2, 0.6}, {1.8, 0.62}, {1.24, 0.1}, {1.78, 0.12}} {
		fir(dst, at[0], at[1], 0.22)
	}
	x, y := float64(f.state.State)+0.5, 0.43
	dst.Circle(envs.Background, x, y, 0.15)
	dst.Circle(envs.Agent, x, y, 0.12)
	dst.Rectangle(envs.Trace, 0, -0.2, 2, -0.1)
	dst.Rectangle(envs.Wall, 0, -0.2, 2*float64(f.state.T)/fishwoodSteps, -0.1)
}

// fish draws a fish of a length that looks to the right (1) or left (−1).
func fish(dst *envs.Scene, x, y, length, side float64) {
	dst.Polygon(envs.Object1, x-0.4*length*side, y, x-length*side, y+0.5*length, x-length*side, y-0.5*length)
	dst.Capsule(envs.Object1, x-0.3*length, y, x+0.3*length, y, 0.42*length)
	dst.Circle(envs.Background, x+0.4*length*side, y+0.1*length, 0.09*length)
}

// fir draws a fir tree that stands on (x, y).
func fir(dst *envs.Scene, x, y, height float64) {
	dst.Rectangle(envs.Object7, x-0.08*height, y, x+0.08*height, y+0.25*height)
	for i := range 3 {
		base := y + height*(0.2+0.22*float64(i))
		half := height * (0.4 - 0.09*float64(i))
		dst.Polygon(envs.Goal, x-half, base, x+half, base, x, base+0.38*height)
	}
}
