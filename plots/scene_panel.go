package plots

import (
	"gonum.org/v1/plot/vg"

	"github.com/paretolab/paretolab/envs"
)

// Panel is what stands beside a scene: where the episode is, and what it has yielded, objective by
// objective. Its size depends on the title, the objectives and the number of lines, so that the scene
// stays in its place while an episode goes on.
type Panel struct {
	Title      string
	Lines      []string // below the title, such as the step and the action
	Objectives []string
	Reward     []float64 // of the last step; nil where there was none
	Return     []float64 // sum of rewards
}

// Lengths relative to the size of the text.
const (
	panelLine   = 1.55
	panelNumber = 4.8 // column of numbers
	panelMargin = 1.0
	panelLeast  = 15.0 // width
)

// textSize is as large as the panel allows in a picture of that size: legible, and every line in.
func (p *Panel) textSize(width, height float64) float64 {
	lines := float64(len(p.Lines) + len(p.Objectives) + 3)
	size := min(height/27, width/44, 14, height/(panelLine*lines+2*panelMargin))
	return min(size, 0.45*width/p.ems())
}

// ems is the width of the panel, relative to the size of its text.
func (p *Panel) ems() float64 {
	const unit = 100 // text has no exact width at small sizes
	w := float64(textWidth(p.Title, unit))
	for _, name := range p.Objectives {
		w = max(w, float64(textWidth(name, unit))+2*panelNumber*unit)
	}
	return max(w/unit, panelLeast) + 2*panelMargin
}

// width is the part of a picture that the panel takes.
func (p *Panel) width(width, height float64) float64 { return p.ems() * p.textSize(width, height) }

// paint draws the panel into a box as wide as it wants, from its top on.
func (p *Panel) paint(c vg.Canvas, x0, x1, y1 float64) {
	size := (x1 - x0) / p.ems()
	left, right := x0+panelMargin*size, x1-panelMargin*size
	y := y1 - (panelMargin+0.8)*size
	down := func(lines float64) { y -= lines * panelLine * size }
	c.SetColor(scenePalette[envs.Ink])
	writeLabel(c, p.Title, left, y, size, envs.Start)
	fill(c, scenePalette[envs.Agent], left, y-0.5*size, right, y-0.4*size)
	down(1.15)
	c.SetColor(scenePalette[envs.Ink])
	for _, line := range p.Lines {
		fitting := size
		if w := float64(textWidth(line, vg.Length(size))); w > right-left {
			fitting *= (right - left) / w
		}
		writeLabel(c, line, left, y, fitting, envs.Start)
		down(1)
	}
	down(0.4)
	c.SetColor(darkGrey)
	writeLabel(c, "reward", right-panelNumber*size, y, 0.9*size, envs.End)
	writeLabel(c, "return", right, y, 0.9*size, envs.End)
	fill(c, scenePalette[envs.Trace], left, y-0.5*size, right, y-0.42*size)
	down(1.05)
	c.SetColor(scenePalette[envs.Ink])
	for j, name := range p.Objectives {
		writeLabel(c, name, left, y, size, envs.Start)
		reward := "–"
		if p.Reward != nil {
			reward = Number(p.Reward[j], 4)
		}
		writeLabel(c, reward, right-panelNumber*size, y, size, envs.End)
		writeLabel(c, Number(p.Return[j], 4), right, y, size, envs.End)
		down(1)
	}
}
