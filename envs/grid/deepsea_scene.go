package grid

import (
	"math"

	"github.com/paretolab/paretolab/envs"
)

// StaticScene implements [envs.StaticRenderer]: sea, rock, and the treasures with their values.
func (d *DeepSeaTreasure) StaticScene(dst *envs.Scene) {
	m := d.sea
	rows, cols := int(m.rows), int(m.cols)
	dst.Rectangle(envs.Object6, 0, 0, float64(cols), float64(rows))
	board(dst, envs.Background, rows, cols)
	mosaic(dst, rows, cols, func(row, col int) envs.Role {
		if m.cells[row*cols+col] == rock {
			return envs.Wall
		}
		return envs.Background
	})
	for cell, v := range m.cells {
		if v <= 0 {
			continue
		}
		x, y := centre(rows, int32(cell)/m.cols, int32(cell)%m.cols)
		dst.Rectangle(envs.Goal, x-0.48, y-0.48, x+0.48, y+0.48)
		size := 0.44
		if v != math.Trunc(v) {
			size = 0.38
		}
		dst.Number(envs.Ink, x, y-0.25, size, v, -1)
	}
}

// Scene implements [envs.Renderer]: the submarine, above the value of a treasure.
func (d *DeepSeaTreasure) Scene(dst *envs.Scene) {
	x, y := centre(int(d.sea.rows), d.state.Pos[0], d.state.Pos[1])
	y += 0.13
	dst.Rectangle(envs.Agent, x-0.08, y, x+0.08, y+0.27)
	dst.Line(envs.Agent, 0.06, x+0.05, y+0.25, x+0.17, y+0.25)
	dst.Capsule(envs.Agent, x-0.22, y-0.02, x+0.22, y-0.02, 0.16)
	for i := -1.0; i <= 1; i++ {
		dst.Circle(envs.Background, x+0.17*i, y-0.02, 0.055)
	}
}
