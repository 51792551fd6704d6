package grid

import "github.com/paretolab/paretolab/envs"

// Scene implements [envs.Renderer]. What is carried has left the map and lies on the gatherer.
func (r *ResourceGathering) Scene(dst *envs.Scene) {
	s := &r.state
	board(dst, resourceSide, resourceSide)
	for row, line := range resourceMap {
		for col := range len(line) {
			x, y := centre(resourceSide, int32(row), int32(col))
			switch line[col] {
			case 'E':
				tile(dst, envs.Hazard, resourceSide, int32(row), int32(col))
				dst.Label(envs.Ink, x, y, 0.26, "enemy")
			case 'H':
				tile(dst, envs.Goal, resourceSide, int32(row), int32(col))
				dst.Label(envs.Ink, x, y-0.36, 0.22, "home")
			case 'g':
				if s.Gold == 0 {
					dst.Circle(envs.Object2, x, y, 0.25)
				}
			case 'd':
				if s.Gem == 0 {
					gem(dst, x, y, 0.28)
				}
			}
		}
	}
	x, y := centre(resourceSide, s.Pos[0], s.Pos[1])
	walker(dst, x, y)
	if s.Gold == 1 {
		dst.Circle(envs.Object2, x-0.12, y, 0.1)
	}
	if s.Gem == 1 {
		gem(dst, x+0.12, y, 0.12)
	}
}

// gem draws a diamond.
func gem(dst *envs.Scene, x, y, r float64) {
	dst.Polygon(envs.Object3, x, y+r, x+r, y, x, y-r, x-r, y)
}
