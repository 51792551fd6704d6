package maze

import (
	"math"

	"github.com/paretolab/paretolab/envs"
	"github.com/paretolab/paretolab/envs/behaviour"
)

// View implements [behaviour.Viewer]: walls grey, the robot white, the top of the maze first.
func (e *HardMaze) View(n int, dst []float32) {
	for r := range n {
		for c := range n {
			dst[r*n+c] = 0
			if e.floor.isWall(nearest(c, n), nearest(r, n)) {
				dst[r*n+c] = 0.5
			}
		}
	}
	p := behaviour.Picture{N: n, Width: size, Pixels: dst}
	p.Disc(1, float64(e.state.X), float64(e.state.Y), picture)
}

// nearest is the pixel of the map at the centre of pixel c of n.
func nearest(c, n int) int32 { return int32((2*c + 1) * pixels / (2 * n)) }

// view is that of pictures: y is turned upwards.
var view = [4]float64{0, 0, size, size}

// Place implements [behaviour.Placer].
func (e *HardMaze) Place(d []float64) (x, y float64) { return size * d[0], size - size*d[1] }

// StaticScene implements [envs.StaticRenderer]: the walls as horizontal strips.
func (e *HardMaze) StaticScene(dst *envs.Scene) {
	dst.View = view
	const unit = size / pixels
	for y := range pixels {
		for x := 0; x < pixels; x++ {
			if e.floor.at(x, y) > 0 || y > 0 && e.sameRun(x, y) {
				continue
			}
			end := e.runEnd(x, y)
			rows := 1
			for y+rows < pixels && e.runEnd(x, y+rows) == end && e.runStart(x, y+rows) == e.runStart(x, y) {
				rows++
			}
			dst.Rectangle(envs.Wall, float64(x*unit), float64(size-(y+rows)*unit), float64(end*unit), float64(size-y*unit))
			x = end - 1
		}
	}
	for _, d := range areas {
		dst.Ring(envs.Goal, 4, d.X, size-d.Y, d.Radius)
	}
}

// runStart and runEnd bound the run of wall pixels of a line that holds (x, y); equal if there is none.
func (e *HardMaze) runStart(x, y int) int {
	for x > 0 && e.floor.at(x-1, y) == 0 && e.floor.at(x, y) == 0 {
		x--
	}
	return x
}

func (e *HardMaze) runEnd(x, y int) int {
	for x < pixels && e.floor.at(x, y) == 0 {
		x++
	}
	return x
}

// sameRun reports whether the run of (x, y), where one begins, is also there one line above.
func (e *HardMaze) sameRun(x, y int) bool {
	return e.floor.at(x, y-1) == 0 && e.runStart(x, y-1) == e.runStart(x, y) && e.runEnd(x, y-1) == e.runEnd(x, y)
}

// Scene implements [envs.Renderer].
func (e *HardMaze) Scene(dst *envs.Scene) {
	dst.View = view
	s := &e.state
	x, y := float64(s.X), size-float64(s.Y)
	for k, angle := range laserAngles {
		d := float64(s.Lasers[k])
		if d == nothing || d > laser {
			d = laser
		}
		sin, cos := math.Sincos(float64(s.Theta + angle))
		dst.Line(envs.Trace, 2, x, y, x+d*cos, y-d*sin)
	}
	sin, cos := math.Sincos(float64(s.Theta))
	dst.Circle(envs.Agent, x, y, robot)
	dst.Arrow(envs.Object2, 3, x, y, x+1.8*robot*cos, y-1.8*robot*sin)
	for k, on := range s.Bumpers {
		if on {
			sin, cos := math.Sincos(float64(s.Theta) + math.Pi/4*float64(2*k-1))
			dst.Circle(envs.Hazard, x+robot*cos, y-robot*sin, 4)
		}
	}
}
