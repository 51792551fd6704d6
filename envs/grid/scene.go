package grid

import "github.com/paretolab/paretolab/envs"

// A grid is drawn with cells of side 1; cell (row, column) has its centre at (column + ½, rows − row − ½).

// board sets the view to a map and draws the lines between its cells.
func board(dst *envs.Scene, rows, cols int) {
	w, h := float64(cols), float64(rows)
	dst.View = [4]float64{0, 0, w, h}
	for i := range rows + 1 {
		dst.Line(envs.Trace, 0.02, 0, float64(i), w, float64(i))
	}
	for i := range cols + 1 {
		dst.Line(envs.Trace, 0.02, float64(i), 0, float64(i), h)
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

// walker draws the agent.
func walker(dst *envs.Scene, x, y float64) {
	dst.Circle(envs.Agent, x, y, 0.3)
	dst.Ring(envs.Background, 0.06, x, y, 0.3)
}
