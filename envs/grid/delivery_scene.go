package grid

import "github.com/paretolab/paretolab/envs"

// StaticScene implements [envs.StaticRenderer]: houses, mud, the goal, sheep, roadblocks and coins.
func (d *Delivery) StaticScene(dst *envs.Scene) {
	b := d.board
	rows, cols := int(b.rows), int(b.cols)
	board(dst, envs.Trace, rows, cols)
	mosaic(dst, rows, cols, func(row, col int) envs.Role {
		switch c := b.cells[row*cols+col]; {
		case c.blocked():
			return envs.Wall
		case c.thing == 'G':
			return envs.Goal
		case c.mud:
			return envs.Object5
		}
		return envs.Background
	})
	labelled := false
	for cell, c := range b.cells[:min(len(b.cells), maxTiles)] {
		pos := b.position(int32(cell))
		x, y := centre(rows, pos[0], pos[1])
		switch c.thing {
		case 'G':
			if !labelled { // one is enough, and labels are few
				dst.Label(envs.Ink, x, y, 0.34, "goal")
				labelled = true
			}
		case 'S':
			sheep(dst, x, y)
		case 'C':
			dst.Circle(envs.Object2, x+0.27, y+0.27, 0.15)
		case 'B':
			roadblock(dst, x, y)
		}
	}
}

// Scene implements [envs.Renderer]: the van.
func (d *Delivery) Scene(dst *envs.Scene) {
	x, y := centre(int(d.board.rows), d.state.Pos[0], d.state.Pos[1])
	walker(dst, x, y)
}

// ActionScene implements [envs.ActionRenderer].
func (d *Delivery) ActionScene(dst *envs.Scene, a envs.Action) {
	x, y := centre(int(d.board.rows), d.state.Pos[0], d.state.Pos[1])
	moved(dst, x, y, moves[a.Index()])
}

// sheep draws a body with a head.
func sheep(dst *envs.Scene, x, y float64) {
	dst.Circle(envs.Hazard, x-0.06, y, 0.26)
	dst.Circle(envs.Hazard, x+0.24, y+0.12, 0.14)
}

// roadblock draws a striped bar at the lower edge of a cell.
func roadblock(dst *envs.Scene, x, y float64) {
	dst.Rectangle(envs.Object3, x-0.4, y-0.42, x+0.4, y-0.26)
	for i := range 3 {
		left := x - 0.28 + 0.24*float64(i)
		dst.Rectangle(envs.Background, left, y-0.42, left+0.1, y-0.26)
	}
}
