package control

import "github.com/paretolab/paretolab/envs"

// Scene implements [envs.Renderer]: the dam and the water behind it, with the level that floods
// upstream as a line, and water above 200 not shown.
func (w *WaterReservoir) Scene(dst *envs.Scene) {
	dst.View = [4]float64{0, -20, 200, 210}
	level := min(float64(w.state.Level[0]), 200)
	dst.Rectangle(envs.Object1, 0, 0, 140, level)
	dst.Rectangle(envs.Trace, 0, -20, 200, 0)
	dst.Polygon(envs.Wall, 140, 0, 140, 205, 150, 205, 165, 0)
	dst.Line(envs.Hazard, 1.5, 0, damFloodUpstream, 140, damFloodUpstream)
	dst.Line(envs.Target, 1.5, 0, damCapacity, 140, damCapacity)
	dst.Label(envs.Ink, 182, damFloodUpstream, 9, "flood")
	dst.Label(envs.Ink, 182, damCapacity, 9, "capacity")
	dst.Number(envs.Ink, 70, min(level+8, 203), 10, float64(w.state.Level[0]), 1)
}
