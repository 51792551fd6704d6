package grid

import "github.com/paretolab/paretolab/envs"

// Scene implements [envs.Renderer]. What is carried has left the map and lies on the gatherer.
func (r *ResourceGathering) Scene(dst *envs.Scene) {
	s := &r.state
	board(dst, envs.Trace, resourceSide, resourceSide)
	for row, line := range resourceMap {
		for col := range len(line) {
			x, y := centre(resourceSide, int32(row), int32(col))
			switch line[col] {
			case 'E':
				tile(dst, envs.Hazard, resourceSide, int32(row), int32(col))
				dst.Label(envs.Background, x, y-0.37, 0.2, "enemy")
				enemy(dst, x, y+0.04)
			case 'H':
				tile(dst, envs.Goal, resourceSide, int32(row), int32(col))
				dst.Label(envs.Ink, x, y-0.37, 0.2, "home")
			case 'g':
				dst.Label(envs.Ink, x, y-0.37, 0.2, "gold")
				if s.Gold == 0 {
					dst.Circle(envs.Object2, x, y+0.04, 0.24)
				}
			case 'd':
				dst.Label(envs.Ink, x, y-0.37, 0.2, "gem")
				if s.Gem == 0 {
					gem(dst, envs.Object3, x, y+0.04, 0.27)
				}
			}
		}
	}
	x, y := r.agent()
	walker(dst, x, y)
	if s.Gold == 1 {
		dst.Circle(envs.Background, x-0.25, y+0.22, 0.15)
		dst.Circle(envs.Object2, x-0.25, y+0.22, 0.11)
	}
	if s.Gem == 1 {
		gem(dst, envs.Background, x+0.25, y+0.22, 0.18)
		gem(dst, envs.Object3, x+0.25, y+0.22, 0.13)
	}
}

// agent is where the gatherer is drawn.
func (r *ResourceGathering) agent() (x, y float64) {
	x, y = centre(resourceSide, r.state.Pos[0], r.state.Pos[1])
	return x, y + 0.04
}

// ActionScene implements [envs.ActionRenderer].
func (r *ResourceGathering) ActionScene(dst *envs.Scene, a envs.Action) {
	x, y := r.agent()
	moved(dst, x, y, moves[a.Index()])
}

// enemy draws a face with horns.
func enemy(dst *envs.Scene, x, y float64) {
	for _, side := range [2]float64{-1, 1} {
		dst.Polygon(envs.Wall, x+0.06*side, y+0.16, x+0.22*side, y+0.34, x+0.2*side, y+0.06)
	}
	dst.Circle(envs.Wall, x, y, 0.22)
	for _, side := range [2]float64{-1, 1} {
		dst.Line(envs.Background, 0.045, x+0.04*side, y+0.01, x+0.13*side, y+0.07)
	}
	dst.Line(envs.Background, 0.04, x-0.09, y-0.1, x+0.09, y-0.1)
}
