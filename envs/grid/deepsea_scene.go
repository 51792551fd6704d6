package grid

import "github.com/paretolab/paretolab/envs"

// StaticScene implements [envs.StaticRenderer]: rock, and the treasures with their values.
func (d *DeepSeaTreasure) StaticScene(dst *envs.Scene) {
	m := d.sea
	rows := int(m.rows)
	board(dst, rows, int(m.cols))
	for cell, v := range m.cells {
		row, col := int32(cell)/m.cols, int32(cell)%m.cols
		switch {
		case v == rock:
			tile(dst, envs.Wall, rows, row, col)
		case v > 0:
			tile(dst, envs.Goal, rows, row, col)
			x, y := centre(rows, row, col)
			dst.Number(envs.Ink, x, y, 0.36, v, -1)
		}
	}
}

// Scene implements [envs.Renderer]: the submarine.
func (d *DeepSeaTreasure) Scene(dst *envs.Scene) {
	x, y := centre(int(d.sea.rows), d.state.Pos[0], d.state.Pos[1])
	dst.Capsule(envs.Agent, x-0.18, y-0.05, x+0.18, y-0.05, 0.17)
	dst.Rectangle(envs.Agent, x-0.08, y+0.08, x+0.08, y+0.28)
	for i := -1.0; i <= 1; i++ {
		dst.Circle(envs.Background, x+0.16*i, y-0.05, 0.05)
	}
}
