package plots

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/paretolab/paretolab/experiments"
)

// cd draws the critical-difference diagram of Demšar (2006): the mean ranks of the labels over
// environments, best at the left, and bars over those that the test of Nemenyi does not tell apart.
func cd(groups []Group, style Style) (*Fig, error) {
	c, err := compared("cd", groups, style)
	if err != nil {
		return nil, err
	}
	r := c.Ranks
	if r == nil || r.CriticalDifference == 0 {
		return nil, notApplicable("cd", "it ranks two to ten labels of equally many runs, 3 or more, on 5 or more environments")
	}
	fig := &Fig{data: table{header: []string{"label", "mean_rank", "critical_difference", "environments"}}}
	for i, v := range r.Variants {
		fig.data.add(v, r.MeanRanks[i], r.CriticalDifference, len(r.Environments))
	}
	fig.Width = style.width(Column)
	d := cdDrawing{Ranks: r}
	fig.Height = d.layout(fig.Width)
	fig.paint = d.draw
	fig.Caption = fmt.Sprintf("Mean ranks by %s over %d environments, 1 is best; bars join labels whose ranks differ by less than the critical difference CD = %s (Nemenyi, 0.05). Friedman p = %s, Iman-Davenport p = %s.%s",
		shareName(c), len(r.Environments), Number(r.CriticalDifference, 3), Number(r.P, 3), Number(r.PF, 3), terms(c, r.Environments))
	return fig, nil
}

// cdDrawing is a measured diagram.
type cdDrawing struct {
	*experiments.Ranks
	order []int // labels by rank
	side  vg.Length
	cdTop vg.Length
}

const (
	cdStep = 1.4 * textSize // between names
	cdBar  = 4              // points between bars
)

// layout measures the diagram and returns its height.
func (d *cdDrawing) layout(width vg.Length) vg.Length {
	d.order = make([]int, len(d.Variants))
	for i := range d.order {
		d.order[i] = i
	}
	slices.SortStableFunc(d.order, func(a, b int) int { return cmp.Compare(d.MeanRanks[a], d.MeanRanks[b]) })
	d.side = min(textWidthOf(d.Variants, textSize)+6, 0.34*width)
	d.cdTop = lineHeight(textSize) + 6
	rows := (len(d.order) + 1) / 2
	return d.cdTop + lineHeight(textSize) + 4*tickMark + vg.Length(len(d.Groups))*cdBar + 4 + vg.Length(rows)*cdStep
}

func (d *cdDrawing) draw(c draw.Canvas) {
	background(c)
	k := float64(len(d.order))
	x0, x1 := c.Min.X+d.side, c.Max.X-d.side
	at := func(rank float64) vg.Length { return x0 + (x1-x0)*vg.Length((rank-1)/(k-1)) }
	line, thick := draw.LineStyle{Color: black, Width: thinLine}, draw.LineStyle{Color: black, Width: 2.4}
	axis := c.Max.Y - d.cdTop - lineHeight(textSize) - tickMark

	// The critical difference as a length above the axis, as far as it fits.
	y := axis + lineHeight(textSize) + 2*tickMark
	end := min(at(1+d.CriticalDifference), c.Max.X-2)
	c.StrokeLine2(line, at(1), y, end, y)
	for _, x := range []vg.Length{at(1), end} {
		c.StrokeLine2(line, x, y-2, x, y+2)
	}
	write(c, "CD = "+Number(d.CriticalDifference, 3), textSize, black, vg.Point{X: (at(1) + end) / 2, Y: y + 4}, centre, bottom, 0)

	c.StrokeLine2(line, x0, axis, x1, axis)
	for i := 1; i <= int(k); i++ {
		x := at(float64(i))
		c.StrokeLine2(line, x, axis, x, axis+tickMark)
		write(c, strconv.Itoa(i), textSize, black, vg.Point{X: x, Y: axis + tickMark + labelGap}, centre, bottom, 0)
	}
	bars := axis - cdBar
	for _, g := range d.Groups {
		lo, hi := math.Inf(1), math.Inf(-1)
		for _, i := range g {
			lo, hi = math.Min(lo, d.MeanRanks[i]), math.Max(hi, d.MeanRanks[i])
		}
		c.StrokeLine2(thick, at(lo)-2, bars, at(hi)+2, bars)
		bars -= cdBar
	}
	// The better half is named at the left, the best on top; the others at the right, the worst on top.
	half := (len(d.order) + 1) / 2
	for n, i := range d.order {
		row, name, x := n, c.Min.X+d.side-4, at(d.MeanRanks[i])
		anchor := vg.Length(right)
		if n >= half {
			row, name, anchor = len(d.order)-1-n, c.Max.X-d.side+4, left
		}
		y := bars - 4 - vg.Length(row)*cdStep - cdStep/2 + cdBar
		c.StrokeLines(line, []vg.Point{{X: x, Y: axis}, {X: x, Y: y}, {X: name, Y: y}})
		text := ellipsis(d.Variants[i], textSize, d.side-5)
		off := vg.Length(-2)
		if n >= half {
			off = 2
		}
		write(c, text, textSize, black, vg.Point{X: name + off, Y: y}, anchor, centre, 0)
	}
}
