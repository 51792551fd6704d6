package grid

import "github.com/paretolab/paretolab/envs"

// StaticScene implements [envs.StaticRenderer]: walls, starts and the goal.
func (f *FourRoom) StaticScene(dst *envs.Scene) {
	m := f.m
	rows := int(m.rows)
	board(dst, rows, int(m.cols))
	for cell, wall := range m.wall {
		row, col := int32(cell)/m.cols, int32(cell)%m.cols
		switch {
		case wall:
			tile(dst, envs.Wall, rows, row, col)
		case m.what[cell] == fourRoomGoal:
			tile(dst, envs.Goal, rows, row, col)
			x, y := centre(rows, row, col)
			dst.Label(envs.Ink, x, y, 0.4, "goal")
		}
	}
	for _, start := range m.starts {
		x, y := centre(rows, start[0], start[1])
		dst.Frame(envs.Trace, 0.06, x-0.42, y-0.42, x+0.42, y+0.42)
	}
}

// Scene implements [envs.Renderer]: the items that are left, a shape for each kind, and the agent.
func (f *FourRoom) Scene(dst *envs.Scene) {
	rows := int(f.m.rows)
	for i, pos := range f.m.items {
		if f.state.Collected[i] != 0 {
			continue
		}
		x, y := centre(rows, pos[0], pos[1])
		switch f.m.kinds[i] {
		case 0:
			dst.Circle(envs.Object1, x, y, 0.28)
		case 1:
			dst.Rectangle(envs.Object2, x-0.26, y-0.26, x+0.26, y+0.26)
		default:
			gem(dst, x, y, 0.34)
		}
	}
	x, y := centre(rows, f.state.Pos[0], f.state.Pos[1])
	walker(dst, x, y)
}
