package plots

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"gonum.org/v1/plot/vg"

	"github.com/paretolab/paretolab/agents"
	"github.com/paretolab/paretolab/experiments"
)

// tableRun is a run with a table of its algorithm.
type tableRun struct {
	*experiments.Run
	table *agents.Table
}

// leftBy says what to do for a table of searches of behaviours.
var leftBy = map[string]string{
	"space":           "run a search of behaviours, such as novelty-search or stax, to its end",
	"cells":           "run a search of behaviours, such as novelty-search or stax, to its end",
	"behaviours":      "run a search that keeps an archive, such as novelty-search, map-elites or stax, to its end",
	"reconstructions": "run stax or taxons, which learn to draw what they see, beyond the first training of the encoder and to the end",
	"distances":       "run stax or taxons, which learn a space of behaviours, beyond the first training of the encoder and to the end",
}

// withTable returns the runs of a group that have a table of that name with rows; an error that wraps
// ErrNotApplicable if none has.
func (g *Group) withTable(kind, name string) ([]tableRun, error) {
	var all []tableRun
	for _, r := range g.Runs {
		t, err := r.Table(name)
		if err != nil {
			return nil, fmt.Errorf("plots: %s of %s: %w", kind, g.Name, err)
		}
		if t != nil && t.Len() > 0 {
			all = append(all, tableRun{r, t})
		}
	}
	if len(all) == 0 {
		return nil, notApplicable(kind, "no complete run on %s has the table %q; %s", g.Name, name, leftBy[name])
	}
	return all, nil
}

// cellMap is where the episodes of runs ended, cell by cell of two dimensions.
type cellMap struct {
	low, high [2]float64
	cells     [2]int
	names     [2]string
	visits    map[[2]int]float64 // exploring episodes, as a mean over runs
	best      map[[2]int]float64 // largest reward of any run
}

// corner is the lower corner of a cell along a dimension.
func (m *cellMap) corner(j, k int) float64 {
	return m.low[j] + float64(k)*(m.high[j]-m.low[j])/float64(m.cells[j])
}

func (m *cellMap) tile(cell [2]int, value float64) tile {
	return tile{m.corner(0, cell[0]), m.corner(1, cell[1]), m.corner(0, cell[0]+1), m.corner(1, cell[1]+1), value}
}

// readCells reads the map of runs on one environment.
func readCells(g *Group) (m *cellMap, used []*experiments.Run, err error) {
	spaces, err := g.withTable("coverage", "space")
	if err != nil {
		return nil, nil, err
	}
	low, high, cells := spaces[0].table.Numbers("low"), spaces[0].table.Numbers("high"), spaces[0].table.Numbers("cells")
	if len(low) != 2 || len(high) != 2 || len(cells) != 2 || !(low[0] < high[0] && low[1] < high[1] && cells[0] >= 1 && cells[1] >= 1) {
		return nil, nil, notApplicable("coverage", "it draws behaviours of 2 numbers and those of %s have %d", g.Name, len(low))
	}
	m = &cellMap{low: [2]float64(low), high: [2]float64(high), visits: map[[2]int]float64{}, best: map[[2]int]float64{}}
	m.cells = [2]int{int(cells[0]), int(cells[1])}
	m.names = [2]string{"behaviour 1", "behaviour 2"}
	if names := spaces[0].table.Text("name"); len(names) == 2 {
		m.names = [2]string{strings.ReplaceAll(clean(names[0]), "_", " "), strings.ReplaceAll(clean(names[1]), "_", " ")}
	}
	runs, err := g.withTable("coverage", "cells")
	if err != nil {
		return nil, nil, err
	}
	for _, r := range runs {
		size, _ := r.Table("space")
		if size == nil || len(size.Numbers("cells")) != 2 || size.Numbers("cells")[0] != cells[0] || size.Numbers("cells")[1] != cells[1] {
			return nil, nil, notApplicable("coverage", "the runs on %s have grids of different sizes", g.Name)
		}
		x, y, visits, best := r.table.Numbers("cell_0"), r.table.Numbers("cell_1"), r.table.Numbers("visits"), r.table.Numbers("best")
		if x == nil || y == nil || visits == nil || best == nil {
			return nil, nil, notApplicable("coverage", "cells.csv of %s lacks a column", r.Dir)
		}
		used = append(used, r.Run)
		for i := range x {
			cell := [2]int{int(x[i]), int(y[i])}
			if visits[i] > 0 {
				m.visits[cell] += visits[i] / float64(len(runs))
			}
			if before, ok := m.best[cell]; finite(best[i]) && (!ok || best[i] > before) {
				m.best[cell] = best[i]
			}
		}
	}
	return m, used, nil
}

// coverage draws the cells of the ground truth by how many exploring episodes ended in them, and by the
// best reward of any episode that did; cells without one are white.
func coverage(g *Group, style Style) (*Fig, error) {
	m, used, err := readCells(g)
	if err != nil {
		return nil, err
	}
	label := byLabel(g.Runs, style)[0].label
	fig := &Fig{data: table{header: []string{"environment", "label", "cell_0", "cell_1", "low_0", "low_1", "visits", "best"}}}
	most, least, largest := 1.0, 0.0, math.Inf(-1)
	for _, n := range m.visits {
		most = math.Max(most, n)
	}
	for _, v := range m.best {
		least, largest = math.Min(least, v), math.Max(largest, v)
	}
	visits := tiles{steps: 24, tint: lightness}
	best := tiles{steps: 24, tint: lightness}
	seen := 0
	for i := range m.cells[0] {
		for j := range m.cells[1] {
			cell := [2]int{i, j}
			n := m.visits[cell]
			reward, rewarded := m.best[cell]
			if n == 0 && !rewarded {
				continue
			}
			if n > 0 {
				seen++
				visits.tiles = append(visits.tiles, m.tile(cell, 0.12+0.88*logShare(n, most)))
			}
			if rewarded {
				share := 0.0
				if largest > least {
					share = (reward - least) / (largest - least)
				}
				best.tiles = append(best.tiles, m.tile(cell, 0.12+0.88*share))
			}
			fig.data.add(g.Name, label, i, j, m.corner(0, i), m.corner(1, j), n, reward)
		}
	}
	x := axis{name: m.names[0], span: span{m.low[0], m.high[0]}}
	y := axis{name: m.names[1], span: span{m.low[1], m.high[1]}}
	panels := []*panel{{x: x, y: y, title: "episodes, 1 to " + Number(math.Round(most), 6)}, {x: x, y: y, title: "best reward, " + Number(least, 3) + " to " + Number(largest, 3)}}
	panels[0].plotters = append(panels[0].plotters, visits)
	panels[1].plotters = append(panels[1].plotters, best)
	panels[1].y.bare = true
	leg := legend{{name: "few episodes, low reward", box: lightness(0.14)}, {name: "many, high", box: lightness(1)}}
	fig.layOutSquares(panels, leg, style)
	fig.Caption = fmt.Sprintf("Where the episodes of %s ended (%s), in a grid of %s cells of the ground truth: exploring episodes%s, on a logarithmic scale, and the largest reward of any episode. %d cells were reached by exploration, %s %% of the grid. %s",
		label, seeds(used), strconv.Itoa(m.cells[0])+" × "+strconv.Itoa(m.cells[1]), meanOver(used), seen, Number(100*float64(seen)/float64(m.cells[0]*m.cells[1]), 3), g.setting())
	return fig, nil
}

func meanOver(runs []*experiments.Run) string {
	if len(runs) > 1 {
		return ", their mean over runs"
	}
	return ""
}

// layOutSquares sets panels side by side whose data areas are about square.
func (f *Fig) layOutSquares(panels []*panel, leg legend, style Style) {
	f.Width = style.width(Column)
	columns := vg.Length(len(panels))
	m := panels[0].margins(f.Width/columns, f.Width/columns)
	g := grid{width: f.Width, gap: 12, legend: leg, panels: [][]*panel{panels}}
	g.dataHeight = min((f.Width-m.left-columns*m.right-12*(columns-1)-2)/columns, maxFrontHeight)
	f.Height, f.paint = g.build()
}
