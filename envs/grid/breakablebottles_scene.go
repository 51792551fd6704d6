package grid

import "github.com/paretolab/paretolab/envs"

// Scene implements [envs.Renderer]: the corridor from the source to the destination, with the
// bottles that lie there, are carried and are delivered.
func (b *BreakableBottles) Scene(dst *envs.Scene) {
	s := &b.state
	n := int(b.last) + 1
	right := float64(n)
	tile(dst, envs.Object6, 1, 0, 0)
	tile(dst, envs.Goal, 1, 0, b.last)
	board(dst, envs.Trace, 1, n)
	label := 0.17 * max(right/5, 1)
	dst.View[1], dst.View[3] = -2*label, 1+0.1*label
	dst.Label(envs.Ink, 0, -label, label, "source")
	dst.Anchor(envs.Start)
	dst.Label(envs.Ink, right, -label, label, "destination")
	dst.Anchor(envs.End)
	bottle(dst, 0.18, 0.08, 1)
	for i := range b.innerCells() {
		if s.Dropped[i] == 0 {
			continue
		}
		x := float64(i) + 1.5
		broken(dst, x, 0.1)
		if i < 40 && s.Dropped[i] > 1 {
			dst.Number(envs.Ink, x+0.38, 0.14, 0.18, float64(s.Dropped[i]), 0)
		}
	}
	for i := range s.Delivered {
		bottle(dst, right-0.36+0.2*float64(i), 0.08, 1)
	}
	x := float64(s.Location) + 0.5
	walker(dst, x, 0.56)
	for i := range s.Carrying {
		bottle(dst, x-0.1*float64(s.Carrying-1)+0.2*float64(i), 0.46, 0.8)
	}
}

// ActionScene implements [envs.ActionRenderer].
func (b *BreakableBottles) ActionScene(dst *envs.Scene, a envs.Action) {
	if b.state.Carrying > 0 {
		return // bottles hide the chevron
	}
	switch x := float64(b.state.Location) + 0.5; a.Index() {
	case bottlesLeft:
		moved(dst, x, 0.56, [2]int32{0, -1})
	case bottlesRight:
		moved(dst, x, 0.56, [2]int32{0, 1})
	}
}

// bottle draws a standing bottle on (x, y).
func bottle(dst *envs.Scene, x, y, size float64) {
	dst.Capsule(envs.Background, x, y+0.06*size, x, y+0.14*size, 0.09*size)
	dst.Rectangle(envs.Background, x-0.05*size, y+0.16*size, x+0.05*size, y+0.36*size)
	dst.Capsule(envs.Object3, x, y+0.06*size, x, y+0.14*size, 0.06*size)
	dst.Rectangle(envs.Object3, x-0.025*size, y+0.16*size, x+0.025*size, y+0.33*size)
}

// broken draws the shards of a bottle around (x, y).
func broken(dst *envs.Scene, x, y float64) {
	dst.Polygon(envs.Hazard, x-0.28, y-0.05, x-0.06, y-0.05, x-0.2, y+0.1)
	dst.Polygon(envs.Hazard, x-0.04, y-0.06, x+0.06, y+0.08, x+0.1, y-0.06)
	dst.Polygon(envs.Hazard, x+0.13, y-0.03, x+0.28, y-0.05, x+0.24, y+0.09)
}
