package grid

import (
	"unicode/utf8"

	"github.com/paretolab/paretolab/envs"
)

// maxGlyphs bounds the characters of the map that are shown; the legend has room beside them.
const maxGlyphs = envs.MaxLabels - maxWorldItems

// StaticScene implements [envs.StaticRenderer]: cells that are more than floor, with the characters
// of the map on those that matter, and below the map the names of the items.
func (g *GridWorld) StaticScene(dst *envs.Scene) {
	w := g.world
	rows, cols := int(w.rows), int(w.cols)
	board(dst, envs.Trace, rows, cols)
	mosaic(dst, rows, cols, func(row, col int) envs.Role { return w.cells[row*cols+col].color() })
	glyphs := 0
	for i := range w.cells {
		c := &w.cells[i]
		if glyphs == maxGlyphs {
			break
		}
		if color := c.color(); color != envs.Background && color != envs.Wall || c.item != 0 {
			glyphs++
			x, y := centre(rows, c.pos[0], c.pos[1])
			dst.Label(envs.Ink, x-0.35, y+0.34, 0.24, c.glyph)
		}
	}
	if len(w.items) == 0 {
		return
	}
	unit := max(float64(cols), float64(rows)) / 13
	dst.View[1] = -unit
	slot := float64(cols) / float64(len(w.items))
	for i, item := range w.items {
		x, y := slot*(float64(i)+0.1), -0.55*unit
		gem(dst, itemColor(i), x+0.15*unit, y, 0.25*unit)
		size := min(0.5*unit, 1.6*(0.85*slot-0.5*unit)/float64(utf8.RuneCountInString(item.name)))
		dst.Label(envs.Ink, x+0.5*unit, y, max(size, 0.1*unit), item.name)
		dst.Anchor(envs.Start)
	}
}

// color is that of a cell; Background is bare floor.
func (c *worldCell) color() envs.Role {
	switch {
	case c.wall:
		return envs.Wall
	case c.terminal:
		return envs.Goal
	case c.hazard != nil:
		return envs.Hazard
	case c.special:
		return envs.Object5
	}
	return envs.Background
}

// itemColor tells eight items apart.
func itemColor(i int) envs.Role {
	return [8]envs.Role{
		envs.Object2, envs.Object1, envs.Object3, envs.Object4, envs.Object7, envs.Object8, envs.Object6, envs.Object5,
	}[i%8]
}

// Scene implements [envs.Renderer]: the items that lie on the map, the agent, and what it holds.
func (g *GridWorld) Scene(dst *envs.Scene) {
	w, s := g.world, &g.state
	rows := int(w.rows)
	for i, item := range w.items {
		if s.Items>>i&1 == 0 {
			at := &w.cells[item.cell]
			x, y := centre(rows, at.pos[0], at.pos[1])
			gem(dst, itemColor(i), x, y, 0.22)
		}
	}
	x, y := centre(rows, s.Pos[0], s.Pos[1])
	walker(dst, x, y)
	held := 0
	for i := range w.items {
		if s.Items>>i&1 == 0 {
			continue
		}
		ix, iy := x-0.33+0.22*float64(held%4), y+0.3-0.3*float64(held/4)
		gem(dst, envs.Background, ix, iy, 0.15)
		gem(dst, itemColor(i), ix, iy, 0.1)
		held++
	}
}

// ActionScene implements [envs.ActionRenderer].
func (g *GridWorld) ActionScene(dst *envs.Scene, a envs.Action) {
	if d := a.Index(); d < g.world.directions {
		x, y := centre(int(g.world.rows), g.state.Pos[0], g.state.Pos[1])
		moved(dst, x, y, compass[d])
	}
}
