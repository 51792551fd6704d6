package control

import "github.com/paretolab/paretolab/envs"

// damTop is the highest level that is shown.
const damTop = 200

// Scene implements [envs.Renderer]: the dam and the water behind it, with the level that floods
// upstream and the level from which water has to be released.
func (w *WaterReservoir) Scene(dst *envs.Scene) {
	dst.View = [4]float64{-62, -22, 235, 212}
	level := float64(w.state.Level[0])
	shown := min(level, damTop)
	dst.Rectangle(envs.Object1, 0, 0, 142, shown)
	dst.Rectangle(envs.Object7, 0, -20, 235, 0)
	dst.Polygon(envs.Wall, 140, 0, 140, damTop+6, 150, damTop+6, 168, 0)
	for _, mark := range [2]struct {
		level float64
		color envs.Role
		name  string
	}{{damFloodUpstream, envs.Hazard, "flood"}, {damCapacity, envs.Target, "capacity"}} {
		dst.Line(mark.color, 2, 0, mark.level, 140, mark.level)
		dst.Label(envs.Ink, -3, mark.level, 11, mark.name)
		dst.Anchor(envs.End)
	}
	dst.Line(envs.Wall, 1.2, 0, 0, 0, damTop+6)
	y := min(shown+10, damTop+4)
	dst.Number(envs.Ink, 70, y, 13, level, 1)
}

// ActionScene implements [envs.ActionRenderer]: the water that was asked to be released, as high
// below the dam as the same volume is behind it. (A normalized action is a share of a level that is
// gone.)
func (w *WaterReservoir) ActionScene(dst *envs.Scene, a envs.Action) {
	height := min(max(a.Box[0], 0), damTop)
	if height < 1 || w.normalized {
		return
	}
	dst.Polygon(envs.Object6, 168, 0, 168-18*height/(damTop+6), height, 185, 0.8*height, 215, 0.15*height, 235, 0)
	dst.Label(envs.Ink, 200, min(0.5*height+14, damTop), 11, "release")
}
