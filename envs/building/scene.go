package building

import "github.com/paretolab/paretolab/envs"

// Scene implements [envs.Renderer]: a bar for the temperature of each zone, from 10 to 30 °C, floor
// by floor, and a line at the target.
func (b *Building) Scene(dst *envs.Scene) {
	dst.View = [4]float64{-3, 8, zones + 1, 31}
	x := 0.0
	for f, zone := range floors {
		from := x
		for i := zone[0]; i < zone[1]; i++ {
			top := min(max(b.state.ZoneTemp[i], 10), 30)
			dst.Rectangle(envs.Object1+envs.Role(f), x+0.12, 10, x+0.88, top)
			x++
		}
		dst.Label(envs.Ink, (from+x)/2, 9.2, 0.8, [floorCount]string{"bottom", "middle", "top"}[f])
	}
	dst.Line(envs.Wall, 0.06, -0.2, 10, zones+0.2, 10)
	dst.Line(envs.Target, 0.12, -0.2, target, zones+0.2, target)
	for _, t := range [3]float64{10, 20, 30} {
		dst.Number(envs.Ink, -1, t, 0.8, t, 0)
	}
	dst.Label(envs.Ink, -1.2, 25, 0.8, "°C")
}
