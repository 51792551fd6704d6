package grid

import "github.com/paretolab/paretolab/envs"

// Scene implements [envs.Renderer]: the corridor from the source to the destination, with the
// bottles that lie there, are carried and are delivered.
func (b *BreakableBottles) Scene(dst *envs.Scene) {
	s := &b.state
	n := int(b.last) + 1
	board(dst, 1, n)
	tile(dst, envs.Object6, 1, 0, 0)
	tile(dst, envs.Goal, 1, 0, b.last)
	dst.Label(envs.Ink, 0.5, 0.88, 0.16, "source")
	dst.Label(envs.Ink, float64(n)-0.5, 0.88, 0.16, "destination")
	for i := range b.innerCells() {
		if s.Dropped[i] == 0 {
			continue
		}
		x := float64(i) + 1.5
		dst.Capsule(envs.Hazard, x-0.15, 0.12, x+0.15, 0.12, 0.06)
		if i < 40 && s.Dropped[i] > 1 {
			dst.Number(envs.Ink, x+0.35, 0.12, 0.16, float64(s.Dropped[i]), 0)
		}
	}
	for i := range s.Delivered {
		bottle(dst, float64(n)-0.65+0.3*float64(i), 0.1)
	}
	x := float64(s.Location) + 0.5
	walker(dst, x, 0.5)
	for i := range s.Carrying {
		bottle(dst, x-0.1+0.2*float64(i), 0.42)
	}
}

// bottle draws a standing bottle on (x, y).
func bottle(dst *envs.Scene, x, y float64) {
	dst.Capsule(envs.Object3, x, y, x, y+0.1, 0.05)
	dst.Rectangle(envs.Object3, x-0.02, y+0.1, x+0.02, y+0.22)
}
