package grid

import "github.com/paretolab/paretolab/envs"

// Most tiles and characters that a world is drawn with; the agent and its items have room beside them.
const (
	maxWorldTiles  = 1600
	maxWorldGlyphs = 48
)

// StaticScene implements [envs.StaticRenderer]: cells that are more than floor, a row of equal ones as
// one tile, with the characters of the map on those that matter.
func (g *GridWorld) StaticScene(dst *envs.Scene) {
	w := g.world
	rows := int(w.rows)
	board(dst, rows, int(w.cols))
	tiles, glyphs := 0, 0
	for first := 0; first < len(w.cells); {
		c := &w.cells[first]
		color := w.color(c)
		last := first
		for next := last + 1; next < len(w.cells) && next%int(w.cols) != 0 && w.color(&w.cells[next]) == color; next++ {
			last = next
		}
		if color != envs.Background && tiles < maxWorldTiles {
			tiles++
			x0, y := centre(rows, c.pos[0], c.pos[1])
			x1, _ := centre(rows, c.pos[0], w.cells[last].pos[1])
			dst.Rectangle(color, x0-0.5, y-0.5, x1+0.5, y+0.5)
		}
		first = last + 1
	}
	for i := range w.cells {
		c := &w.cells[i]
		if glyphs == maxWorldGlyphs {
			break
		}
		if color := w.color(c); color != envs.Background && color != envs.Wall || c.item != 0 {
			glyphs++
			x, y := centre(rows, c.pos[0], c.pos[1])
			dst.Label(envs.Ink, x-0.35, y+0.35, 0.24, c.glyph)
		}
	}
}

// color is that of a cell; Background is bare floor.
func (w *world) color(c *worldCell) envs.Role {
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

// Scene implements [envs.Renderer]: the items that lie on the map, the agent, and what it holds.
func (g *GridWorld) Scene(dst *envs.Scene) {
	w, s := g.world, &g.state
	rows := int(w.rows)
	dst.View = [4]float64{0, 0, float64(w.cols), float64(w.rows)}
	x, y := centre(rows, s.Pos[0], s.Pos[1])
	walker(dst, x, y)
	held := 0
	for i, item := range w.items {
		color := envs.Object1 + envs.Role(i%8)
		if s.Items>>i&1 == 1 {
			jewel(dst, color, x-0.24+0.16*float64(held%4), y+0.14-0.14*float64(held/4), 0.07)
			held++
			continue
		}
		at := &w.cells[item.cell]
		ix, iy := centre(rows, at.pos[0], at.pos[1])
		jewel(dst, color, ix, iy, 0.2)
	}
}

// jewel draws an item.
func jewel(dst *envs.Scene, c envs.Role, x, y, r float64) {
	dst.Polygon(c, x, y+r, x+r, y, x, y-r, x-r, y)
}
