package plots

import (
	"encoding/base64"
	"fmt"
	"image/color"
	"math"
	"slices"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/paretolab/paretolab/agents"
	"github.com/paretolab/paretolab/envs"
	"github.com/paretolab/paretolab/envs/behaviour"
)

// whiteView is the byte of the brightest pixel of a view.
const whiteView = 254

// drawnView is a view beside what the encoder made of it, side × side pixels, the smallest y first.
type drawnView struct {
	id          string
	error       float64
	side        int
	view, drawn []byte
}

// readViews reads the samples of a training.
func readViews(t *agents.Table, training float64) ([]drawnView, error) {
	number, id, wrong, view, drawn := t.Numbers("training"), t.Text("id"), t.Numbers("error"), t.Text("view"), t.Text("drawn")
	if number == nil || id == nil || wrong == nil || view == nil || drawn == nil {
		return nil, fmt.Errorf("reconstructions.csv lacks a column")
	}
	var all []drawnView
	for i := range number {
		if number[i] != training {
			continue
		}
		a, err := base64.StdEncoding.DecodeString(view[i])
		if err != nil {
			return nil, fmt.Errorf("view %d of reconstructions.csv: %w", i+1, err)
		}
		b, err := base64.StdEncoding.DecodeString(drawn[i])
		if err != nil {
			return nil, fmt.Errorf("drawn view %d of reconstructions.csv: %w", i+1, err)
		}
		side := int(math.Round(math.Sqrt(float64(len(a)))))
		if side*side != len(a) || len(b) != len(a) || side == 0 {
			return nil, nil // observations in the place of views
		}
		all = append(all, drawnView{id[i], wrong[i], side, a, b})
	}
	return all, nil
}

// reconstructions draws views of archived policies above what the encoder made of them, after its first
// training and its last. Of several runs the first is drawn.
func reconstructions(g *Group, style Style) (*Fig, error) {
	runs, err := g.withTable("reconstructions", "reconstructions")
	if err != nil {
		return nil, err
	}
	r := runs[0]
	trainings := slices.Clone(r.table.Numbers("training"))
	if len(trainings) == 0 {
		return nil, notApplicable("reconstructions", "reconstructions.csv of %s lacks a column", r.Dir)
	}
	slices.Sort(trainings)
	trainings = slices.Compact(trainings)
	if n := len(trainings); n > 2 {
		trainings = []float64{trainings[0], trainings[n-1]}
	}
	label := byLabel(g.Runs, style)[0].label
	fig := &Fig{data: table{header: []string{"environment", "label", "seed", "training", "policy", "error"}}}
	sheet := &viewSheet{down: readsDown(g)}
	said := ""
	for _, n := range trainings {
		views, err := readViews(r.table, n)
		if err != nil {
			return nil, notApplicable("reconstructions", "%s: %v", r.Dir, err)
		}
		if len(views) == 0 {
			return nil, notApplicable("reconstructions", "the encoder of %s sees observations, not pictures", g.Name)
		}
		mean := 0.0
		for _, v := range views {
			fig.data.add(g.Name, label, r.Info.Seed, n, v.id, v.error)
			mean += v.error / float64(len(views))
		}
		said += fmt.Sprintf(" after training %s their mean squared error per pixel is %s;", Number(n, 6), Number(mean, 2))
		sheet.rows = append(sheet.rows, viewRow{fmt.Sprintf("training %s", Number(n, 6)), views})
	}
	fig.Width = style.width(Column)
	fig.Height = sheet.layout(fig.Width)
	fig.paint = func(c draw.Canvas) {
		background(c)
		sheet.draw(c)
	}
	fig.Caption = fmt.Sprintf("Last views of episodes of %s (seed %d), and below each how the encoder draws it;%s. %s", label, r.Info.Seed, said[:len(said)-1], g.setting())
	return fig, nil
}

// viewSheet is rows of views, each above what the encoder made of it.
type viewSheet struct {
	rows []viewRow
	size vg.Length // of a view
	left vg.Length
	down bool // the first row of a view is its upper one
}

// readsDown reports whether y grows downwards in the environment, as in a map.
func readsDown(g *Group) bool {
	env, err := envs.Make(g.Environment.ID, g.Environment.Options)
	if err != nil {
		return false
	}
	placer, ok := env.New().(behaviour.Placer)
	if !ok {
		return false
	}
	_, first := placer.Place([]float64{0, 0})
	_, second := placer.Place([]float64{0, 1})
	return second < first
}

type viewRow struct {
	name  string
	views []drawnView
}

const viewGap vg.Length = 3

// layout measures the sheet and returns its height.
func (s *viewSheet) layout(width vg.Length) vg.Length {
	most := 0
	for _, r := range s.rows {
		most = max(most, len(r.views))
	}
	s.left = 2*lineHeight(textSize) + 2
	s.size = (width-s.left-2)/vg.Length(most) - viewGap
	return 2 + vg.Length(len(s.rows))*(2*(s.size+viewGap)+2*viewGap) - 3*viewGap
}

func (s *viewSheet) draw(c draw.Canvas) {
	y := c.Max.Y - 1
	for _, r := range s.rows {
		for k, name := range []string{"view", "drawn"} {
			y -= s.size
			x := c.Min.X + s.left
			for _, v := range r.views {
				pixels := v.view
				if k == 1 {
					pixels = v.drawn
				}
				paintView(c, pixels, v.side, s.down, vg.Rectangle{Min: vg.Point{X: x, Y: y}, Max: vg.Point{X: x + s.size, Y: y + s.size}})
				x += s.size + viewGap
			}
			write(c, name, textSize, black, vg.Point{X: c.Min.X + s.left - labelGap - descent(textSize), Y: y + s.size/2}, centre, bottom, 1)
			y -= viewGap
		}
		write(c, ellipsis(r.name, textSize, 2*s.size), textSize, black, vg.Point{X: c.Min.X + 1 + capHeight(textSize), Y: y + s.size + viewGap + viewGap/2}, centre, bottom, 1)
		y -= 2 * viewGap
	}
}

// paintView draws a grey picture into a rectangle, its first row below, or above.
func paintView(c draw.Canvas, pixels []byte, side int, down bool, at vg.Rectangle) {
	const levels = 16
	paths := make([]vg.Path, levels)
	size := (at.Max.X - at.Min.X) / vg.Length(side)
	for row := range side {
		for col := 0; col < side; {
			level := int(pixels[row*side+col]) * (levels - 1) / whiteView
			end := col + 1
			for end < side && int(pixels[row*side+end])*(levels-1)/whiteView == level {
				end++
			}
			level = min(level, levels-1)
			path := &paths[level]
			x0, x1 := at.Min.X+vg.Length(col)*size, at.Min.X+vg.Length(end)*size
			y0 := at.Min.Y + vg.Length(row)*size
			if down {
				y0 = at.Max.Y - vg.Length(row+1)*size
			}
			y1 := y0 + size
			path.Move(vg.Point{X: x0, Y: y0})
			path.Line(vg.Point{X: x1, Y: y0})
			path.Line(vg.Point{X: x1, Y: y1})
			path.Line(vg.Point{X: x0, Y: y1})
			path.Close()
			col = end
		}
	}
	for level, path := range paths {
		if level == 0 {
			c.SetColor(black)
			c.Fill(at.Path()) // no seams between the pixels of the ground
			continue
		}
		if len(path) > 0 {
			grey := uint8(255 * level / (levels - 1))
			c.SetColor(color.NRGBA{grey, grey, grey, 0xFF})
			c.Fill(path)
		}
	}
}
