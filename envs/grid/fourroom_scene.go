package grid

import "github.com/paretolab/paretolab/envs"

// StaticScene implements [envs.StaticRenderer]: walls, starts and the goal, and below the map what
// the shapes of the items stand for.
func (f *FourRoom) StaticScene(dst *envs.Scene) {
	m := f.m
	rows, cols := int(m.rows), int(m.cols)
	board(dst, envs.Trace, rows, cols)
	for _, start := range m.starts[:min(len(m.starts), 100)] {
		tile(dst, envs.Object6, rows, start[0], start[1])
	}
	mosaic(dst, rows, cols, func(row, col int) envs.Role {
		switch cell := row*cols + col; {
		case m.wall[cell]:
			return envs.Wall
		case m.what[cell] == fourRoomGoal:
			return envs.Goal
		}
		return envs.Background
	})
	for cell, what := range m.what {
		if what == fourRoomGoal {
			x, y := centre(rows, int32(cell)/m.cols, int32(cell)%m.cols)
			dst.Label(envs.Ink, x, y, 0.42, "goal")
		}
	}
	// One size of the legend fits maps of all widths.
	unit := max(float64(cols), float64(rows)) / 13
	dst.View[1] = -1.1 * unit
	for kind := range int32(fourRoomKinds) {
		x, y := float64(cols)/2+4.2*unit*float64(kind-1)-1.2*unit, -0.62*unit
		roomItem(dst, kind, x, y, unit)
		dst.Label(envs.Ink, x+0.5*unit, y, 0.55*unit, [fourRoomKinds]string{"item1", "item2", "item3"}[kind])
		dst.Anchor(envs.Start)
	}
}

// Scene implements [envs.Renderer]: the items that are left, a shape for each kind, and the agent.
func (f *FourRoom) Scene(dst *envs.Scene) {
	rows := int(f.m.rows)
	for i, pos := range f.m.items {
		if f.state.Collected[i] == 0 {
			x, y := centre(rows, pos[0], pos[1])
			roomItem(dst, f.m.kinds[i], x, y, 1)
		}
	}
	x, y := centre(rows, f.state.Pos[0], f.state.Pos[1])
	walker(dst, x, y)
}

// ActionScene implements [envs.ActionRenderer].
func (f *FourRoom) ActionScene(dst *envs.Scene, a envs.Action) {
	x, y := centre(int(f.m.rows), f.state.Pos[0], f.state.Pos[1])
	moved(dst, x, y, fourRoomMoves[a.Index()])
}

// roomItem draws an item of a kind in a cell of the given side.
func roomItem(dst *envs.Scene, kind int32, x, y, side float64) {
	switch kind {
	case 0:
		dst.Circle(envs.Object1, x, y, 0.28*side)
	case 1:
		dst.Rectangle(envs.Object2, x-0.25*side, y-0.25*side, x+0.25*side, y+0.25*side)
	default:
		gem(dst, envs.Object3, x, y, 0.34*side)
	}
}
