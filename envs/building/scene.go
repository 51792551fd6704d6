package building

import (
	"math"

	"github.com/paretolab/paretolab/envs"
)

// Temperatures that a picture shows, °C, and the height of a degree, in widths of a bar.
const (
	coldest = 0.0
	warmest = 40.0
	degree  = 0.5
)

// level is where a temperature is drawn; beyond the ends of the scale, at the end.
func level(temperature float64) float64 {
	return degree * (min(max(temperature, coldest), warmest) - coldest)
}

// Scene implements [envs.Renderer]: a bar for the temperature of each zone, floor by floor, and a line
// at the target.
func (b *Building) Scene(dst *envs.Scene) {
	dst.View = [4]float64{-2.8, -3.4, zones + 0.6, level(warmest) + 0.8}
	for t := coldest; t <= warmest; t += 10 {
		dst.Line(envs.Trace, 0.05, 0, level(t), zones, level(t))
		dst.Number(envs.Ink, -0.4, level(t), 0.85, t, 0)
		dst.Anchor(envs.End)
	}
	dst.Label(envs.Ink, -2.3, level(warmest), 0.85, "°C")
	x := 0.0
	for f, zone := range floors {
		from := x
		color := [floorCount]envs.Role{envs.Object1, envs.Object2, envs.Object3}[f]
		for i := zone[0]; i < zone[1]; i++ {
			dst.Rectangle(color, x+0.12, 0, x+0.88, level(b.state.ZoneTemp[i]))
			x++
		}
		dst.Label(envs.Ink, (from+x)/2, -2.6, 0.95, [floorCount]string{"bottom floor", "middle floor", "top floor"}[f])
		if f > 0 {
			dst.Line(envs.Wall, 0.05, from, -2, from, level(warmest))
		}
	}
	dst.Line(envs.Wall, 0.08, 0, 0, zones, 0)
	dst.Line(envs.Target, 0.16, 0, level(target), zones, level(target))
	dst.Label(envs.Ink, zones-0.1, level(target)+0.7, 0.85, "target")
	dst.Anchor(envs.End)
}

// ActionScene implements [envs.ActionRenderer]: under each zone how strongly it was heated, or cooled.
func (b *Building) ActionScene(dst *envs.Scene, a envs.Action) {
	const middle, half = -1.1, 0.8
	dst.Line(envs.Wall, 0.04, 0, middle, zones, middle)
	dst.Label(envs.Ink, -0.4, middle, 0.7, "action")
	dst.Anchor(envs.End)
	for zone, power := range a.Box {
		x := float64(zone) + 0.5
		color := envs.Hazard
		if power < 0 {
			color = envs.Agent
		}
		height := half * min(max(power, -1), 1)
		dst.Rectangle(color, x-0.25, middle+math.Min(height, 0), x+0.25, middle+math.Max(height, 0))
	}
}

// StepTime implements [envs.Timed]: ten hours in a second, a day in two and a half.
func (b *Building) StepTime() float64 { return 0.1 }
