package plots

import (
	"cmp"
	"math"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Staircase draws the attainment surface of a front of two maximised objectives: the border of the
// region that the points weakly dominate. It runs to the left and lower edge of the plot, since
// everything worse is attained too.
type Staircase struct {
	Points plotter.XYs // in any order; dominated points have no effect
	draw.LineStyle
}

var (
	_ plot.Plotter    = Staircase{}
	_ plot.DataRanger = Staircase{}
)

// Plot draws the staircase, clipped to the plot.
func (s Staircase) Plot(c draw.Canvas, p *plot.Plot) {
	trX, trY := p.Transforms(&c)
	if line := staircasePath(c, s.Points, trX, trY); len(line) > 0 {
		c.StrokeLines(s.LineStyle, c.ClipLinesXY(line)...)
	}
}

// staircasePath is the border of what points attain, from the left edge of the plot to the lower one.
func staircasePath(c draw.Canvas, points plotter.XYs, trX, trY func(float64) vg.Length) []vg.Point {
	steps := nondominated(points)
	if len(steps) == 0 {
		return nil
	}
	line := []vg.Point{{X: c.Min.X, Y: trY(steps[0].Y)}}
	for i, q := range steps {
		line = append(line, vg.Point{X: trX(q.X), Y: trY(q.Y)})
		below := c.Min.Y
		if i+1 < len(steps) {
			below = trY(steps[i+1].Y)
		}
		line = append(line, vg.Point{X: trX(q.X), Y: below})
	}
	return line
}

// DataRange is the range of the points.
func (s Staircase) DataRange() (xmin, xmax, ymin, ymax float64) {
	x, y := emptySpan(), emptySpan()
	for _, q := range s.Points {
		x.add(q.X)
		y.add(q.Y)
	}
	return x.lo, x.hi, y.lo, y.hi
}

// nondominated returns the finite points that no other dominates, ascending in x and so descending
// in y, copies once.
func nondominated(points plotter.XYs) plotter.XYs {
	var sorted plotter.XYs
	for _, q := range points {
		if finite(q.X) && finite(q.Y) {
			sorted = append(sorted, q)
		}
	}
	slices.SortFunc(sorted, func(a, b plotter.XY) int {
		if a.X != b.X {
			return cmp.Compare(b.X, a.X)
		}
		return cmp.Compare(b.Y, a.Y)
	})
	var kept plotter.XYs
	for _, q := range sorted {
		if len(kept) == 0 || q.Y > kept[len(kept)-1].Y {
			kept = append(kept, q)
		}
	}
	slices.Reverse(kept)
	return kept
}

// supported returns the points of a front that maximise some linear weights: the corners of its upper
// hull and what lies on the edges between them, ascending in x.
func supported(points plotter.XYs) plotter.XYs {
	var hull plotter.XYs
	for _, q := range nondominated(points) {
		for n := len(hull); n >= 2 && beneath(hull[n-2], hull[n-1], q); n-- {
			hull = hull[:n-1]
		}
		hull = append(hull, q)
	}
	return hull
}

// beneath reports whether b lies below the line from a to c, by more than rounding.
func beneath(a, b, c plotter.XY) bool {
	up, across := (b.X-a.X)*(c.Y-a.Y), (b.Y-a.Y)*(c.X-a.X)
	return up-across > 1e-9*(math.Abs(up)+math.Abs(across))
}

// attainedBy returns the corners of the region that at least k of the sets attain (weakly
// dominate), k counted from 1: with k = (n+1)/2 the median attainment surface.
func attainedBy(sets []plotter.XYs, k int) plotter.XYs {
	var xs []float64
	for _, s := range sets {
		for _, q := range s {
			xs = append(xs, q.X)
		}
	}
	slices.Sort(xs)
	var corners plotter.XYs
	for _, x := range slices.Compact(xs) {
		var heights []float64 // the best y that each set attains at x
		for _, s := range sets {
			best := emptySpan()
			for _, q := range s {
				if q.X >= x {
					best.add(q.Y)
				}
			}
			if !best.empty() {
				heights = append(heights, best.hi)
			}
		}
		if len(heights) >= k {
			slices.Sort(heights)
			corners = append(corners, plotter.XY{X: x, Y: heights[len(heights)-k]})
		}
	}
	return nondominated(corners)
}
