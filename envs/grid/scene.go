package grid

import (
	"math"

	"github.com/paretolab/paretolab/envs"
)

// A grid is drawn with cells of side 1; cell (row, column) has its centre at (column + ½, rows − row − ½).

// Parts of a large map that are drawn; items and agent have room beside them.
const (
	maxBoardLines = 160
	maxTiles      = 1400
)

// board sets the view to a map and draws the lines between its cells, unless they are too many to be
// told apart.
func board(dst *envs.Scene, lines envs.Role, rows, cols int) {
	w, h := float64(cols), float64(rows)
	dst.View = [4]float64{0, 0, w, h}
	if rows+cols > maxBoardLines {
		dst.Frame(lines, 0.1, 0, 0, w, h)
		return
	}
	for i := range rows + 1 {
		dst.Line(lines, 0.02, 0, float64(i), w, float64(i))
	}
	for i := range cols + 1 {
		dst.Line(lines, 0.02, float64(i), 0, float64(i), h)
	}
}

// centre of a cell of a map of so many rows.
func centre(rows int, row, col int32) (x, y float64) {
	return float64(col) + 0.5, float64(rows) - float64(row) - 0.5
}

// tile fills a cell.
func tile(dst *envs.Scene, c envs.Role, rows int, row, col int32) {
	x, y := centre(rows, row, col)
	dst.Rectangle(c, x-0.5, y-0.5, x+0.5, y+0.5)
}

// mosaic fills the cells of a map with their colours, but for Background: equal neighbours in one
// rectangle, without seams. Where these are more than maxTiles, blocks of cells become one, as coarse
// as need be.
func mosaic(dst *envs.Scene, rows, cols int, color func(row, col int) envs.Role) {
	for size := 1; ; size *= 2 {
		m := blocks{rows, cols, size, color}
		if size >= max(rows, cols) || m.paint(nil) <= maxTiles {
			m.paint(dst)
			return
		}
	}
}

// blocks are a map seen as squares of size × size cells.
type blocks struct {
	rows, cols, size int
	color            func(row, col int) envs.Role
}

// at is the colour of a block: a goal in it shows, else a hazard, else what is neither wall nor bare
// floor, else what most of its cells are.
func (m blocks) at(row, col int) envs.Role {
	weight := func(c envs.Role) int {
		switch c {
		case envs.Goal:
			return 3
		case envs.Hazard:
			return 2
		}
		return 1
	}
	best, walls, cells := envs.Background, 0, 0
	for r := row * m.size; r < min((row+1)*m.size, m.rows); r++ {
		for c := col * m.size; c < min((col+1)*m.size, m.cols); c++ {
			cells++
			switch here := m.color(r, c); {
			case here == envs.Wall:
				walls++
			case here != envs.Background && (best == envs.Background || weight(here) > weight(best)):
				best = here
			}
		}
	}
	if best == envs.Background && 2*walls >= cells {
		return envs.Wall
	}
	return best
}

// end is the column after the blocks of one colour that begin at (row, col).
func (m blocks) end(row, col int) int {
	last := col + 1
	for last*m.size < m.cols && m.at(row, last) == m.at(row, col) {
		last++
	}
	return last
}

// begins reports whether blocks of one colour begin at (row, col).
func (m blocks) begins(row, col int) bool { return col == 0 || m.at(row, col-1) != m.at(row, col) }

// covers reports whether the blocks of a row from col to before end all have colour c.
func (m blocks) covers(row, col, end int, c envs.Role) bool {
	for ; col < end; col++ {
		if m.at(row, col) != c {
			return false
		}
	}
	return true
}

// paint appends a rectangle for each run of blocks, as high as its colour reaches above and below, so
// that there is no seam where runs of different widths meet, and returns their number; with nil it only
// counts them.
func (m blocks) paint(dst *envs.Scene) (n int) {
	height := (m.rows + m.size - 1) / m.size
	for row := range height {
		for col := 0; col*m.size < m.cols; {
			c, end := m.at(row, col), m.end(row, col)
			drawn := row > 0 && m.at(row-1, col) == c && m.begins(row-1, col) && m.end(row-1, col) == end
			if c != envs.Background && !drawn {
				n++
				if dst != nil {
					top, bottom := row, row+1
					for top > 0 && m.covers(top-1, col, end, c) {
						top--
					}
					for bottom < height && m.covers(bottom, col, end, c) {
						bottom++
					}
					dst.Rectangle(c, float64(col*m.size), float64(m.rows-min(bottom*m.size, m.rows)),
						float64(min(end*m.size, m.cols)), float64(m.rows-top*m.size))
				}
			}
			col = end
		}
	}
	return n
}

// bodySize is the size of an agent: that of a cell, but on large maps enough to be seen.
func bodySize(dst *envs.Scene) float64 {
	return max(1, (dst.View[2]-dst.View[0])/40, (dst.View[3]-dst.View[1])/40)
}

// walker draws the agent.
func walker(dst *envs.Scene, x, y float64) {
	size := bodySize(dst)
	dst.Circle(envs.Background, x, y, 0.34*size)
	dst.Circle(envs.Agent, x, y, 0.28*size)
}

// moved draws a chevron for the step in (row, column) that the agent at (x, y) has just tried.
func moved(dst *envs.Scene, x, y float64, step [2]int32) {
	dx, dy := float64(step[1]), -float64(step[0])
	if dx == 0 && dy == 0 {
		return
	}
	size := bodySize(dst) / math.Hypot(dx, dy)
	dx, dy = size*dx, size*dy
	const tip, back, side = 0.17, -0.05, 0.14
	dst.Polyline(envs.Background, 0.07*bodySize(dst), x+back*dx-side*dy, y+back*dy+side*dx, x+tip*dx, y+tip*dy, x+back*dx+side*dy, y+back*dy-side*dx)
}

// gem draws a diamond.
func gem(dst *envs.Scene, c envs.Role, x, y, r float64) {
	dst.Polygon(c, x, y+r, x+r, y, x, y-r, x-r, y)
}
