package plots

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math"
	"strings"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/vgimg"
	"gonum.org/v1/plot/vg/vgsvg"

	"github.com/paretolab/paretolab/envs"
)

// scenePalette gives each role of a scene its colour: those of Okabe and Ito, which the figures have,
// and tints of them.
var scenePalette = [envs.NumRoles]color.NRGBA{
	envs.Background: white,
	envs.Agent:      okabeIto[0],
	envs.Goal:       mix(okabeIto[2], white, 0.45),
	envs.Hazard:     okabeIto[5],
	envs.Wall:       {0x4D, 0x52, 0x59, 0xFF},
	envs.Object1:    okabeIto[4],
	envs.Object2:    okabeIto[1],
	envs.Object3:    okabeIto[3],
	envs.Object4:    okabeIto[2],
	envs.Object5:    okabeIto[6],
	envs.Object6:    mix(okabeIto[4], white, 0.65),
	envs.Object7:    {0xA6, 0x7C, 0x52, 0xFF}, // brown
	envs.Object8:    {0x82, 0x6E, 0xBE, 0xFF}, // violet
	envs.Trace:      {0xD9, 0xDC, 0xE0, 0xFF},
	envs.Target:     mix(okabeIto[3], black, 0.5),
	envs.Ink:        {0x19, 0x1C, 0x20, 0xFF},
}

// Frame is a picture of one moment of an episode.
type Frame struct {
	Scene   *envs.Scene
	Panel   *Panel // what stands beside the scene; nil: nothing
	Caption string // what stands below it, several lines; only in film strips
}

// SVG returns the frame as SVG of so many points.
func (f Frame) SVG(width, height int) ([]byte, error) {
	c := vgsvg.New(vg.Length(width), vg.Length(height))
	fill(c, white, 0, 0, float64(width), float64(height))
	f.paint(c, 0, float64(width), float64(height))
	return svgDocument(c)
}

// PNG returns the frame as PNG of so many pixels.
func (f Frame) PNG(width, height int) ([]byte, error) {
	var b bytes.Buffer
	err := png.Encode(&b, f.image(width, height))
	return b.Bytes(), err
}

// image returns the frame as an image of so many pixels.
func (f Frame) image(width, height int) *image.RGBA {
	c := vgimg.NewWith(vgimg.UseWH(vg.Length(width), vg.Length(height)), vgimg.UseDPI(72))
	f.paint(c, 0, float64(width), float64(height))
	return c.Image().(*image.RGBA) // such images are what vgimg draws on
}

const (
	captionSize = 8.0
	captionLine = 10.0
)

// FilmStripSVG returns frames side by side, each in a box of width × height points, with captions. In
// SVG a frame ends at its box, whatever leaves the scene.
func FilmStripSVG(frames []Frame, width, height int) ([]byte, error) {
	const gap = 8
	lines := 0
	for _, f := range frames {
		lines = max(lines, 1+strings.Count(f.Caption, "\n"))
	}
	below := int(captionLine)*lines + 4
	whole := len(frames)*(width+gap) - gap
	var b bytes.Buffer
	fmt.Fprintf(&b, "<?xml version=\"1.0\"?>\n<svg width=\"%dpt\" height=\"%dpt\" viewBox=\"0 0 %d %d\"\n\txmlns=\"http://www.w3.org/2000/svg\">\n",
		whole, height+below, whole, height+below)
	for i, f := range frames {
		c := vgsvg.New(vg.Length(width), vg.Length(height+below))
		fill(c, white, 0, 0, float64(width), float64(height+below))
		f.paint(c, float64(below), float64(width), float64(height))
		doc, err := svgDocument(c)
		if err != nil {
			return nil, err
		}
		_, body, ok := bytes.Cut(doc, []byte(">\n<")) // after the prologue
		if ok {
			_, body, ok = bytes.Cut(body, []byte(">\n"))
		}
		if !ok {
			return nil, fmt.Errorf("plots: frame %d is no SVG document", i)
		}
		fmt.Fprintf(&b, "<svg x=\"%d\" y=\"0\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\">\n%s", i*(width+gap), width, height+below, width, height+below, body)
	}
	b.WriteString("</svg>\n")
	return b.Bytes(), nil
}

// paint draws the frame, on white, into a box of width × height whose lower left corner is at (0, y), with the
// caption below it.
func (f Frame) paint(c vg.Canvas, y, width, height float64) {
	left := width
	if f.Panel != nil {
		left -= f.Panel.width(width, height)
	}
	paintScene(c, f.Scene, 0, y, left, height)
	if f.Panel != nil {
		fill(c, white, left, y, width, y+height) // over what has left the scene
		f.Panel.paint(c, left, width, y+height)
	}
	if y > 0 {
		fill(c, white, 0, 0, width, y)
		c.SetColor(scenePalette[envs.Ink])
		for i, line := range strings.Split(f.Caption, "\n") {
			size := captionSize
			if w := float64(textWidth(line, captionSize)); w > width {
				size *= width / w
			}
			writeLabel(c, line, width/2, y-captionLine*float64(i+1), size, envs.Middle)
		}
	}
}

// fill fills a rectangle.
func fill(c vg.Canvas, color color.Color, x0, y0, x1, y1 float64) {
	var path vg.Path
	path.Move(vg.Point{X: vg.Length(x0), Y: vg.Length(y0)})
	path.Line(vg.Point{X: vg.Length(x1), Y: vg.Length(y0)})
	path.Line(vg.Point{X: vg.Length(x1), Y: vg.Length(y1)})
	path.Line(vg.Point{X: vg.Length(x0), Y: vg.Length(y1)})
	path.Close()
	c.SetColor(color)
	c.Fill(path)
}

// writeLabel draws a text with its anchor on the baseline at (x, y). Between two digits 1, which the
// typeface brings together so much that they touch on a screen, it begins anew.
func writeLabel(c vg.Canvas, text string, x, y, size float64, anchor envs.Anchor) {
	f := face(vg.Length(size))
	var parts []string
	w, from := 0.0, 0
	for i := 1; i <= len(text); i++ {
		if i == len(text) || text[i-1:i+1] == "11" {
			parts = append(parts, text[from:i])
			w += float64(f.Width(text[from:i]))
			from = i
		}
	}
	switch anchor {
	case envs.Middle:
		x -= w / 2
	case envs.End:
		x -= w
	}
	for _, part := range parts {
		c.FillString(f, vg.Point{X: vg.Length(x), Y: vg.Length(y)}, part)
		x += float64(f.Width(part))
	}
}

// placeScene says where a point of a scene lies that is centred in a box with its lower left corner at
// (x, y), and how many points of the canvas a unit of the world is.
func placeScene(s *envs.Scene, x, y, width, height float64) (at func(px, py float32) vg.Point, scale float64) {
	const margin = 6
	vw, vh := s.View[2]-s.View[0], s.View[3]-s.View[1]
	scale = min((width-2*margin)/vw, (height-2*margin)/vh)
	left, bottom := x+(width-scale*vw)/2, y+(height-scale*vh)/2
	return func(px, py float32) vg.Point {
		return vg.Point{X: vg.Length(left + scale*(float64(px)-s.View[0])), Y: vg.Length(bottom + scale*(float64(py)-s.View[1]))}
	}, scale
}

// paintScene draws a scene centred in a box with its lower left corner at (x, y).
func paintScene(c vg.Canvas, s *envs.Scene, x, y, width, height float64) {
	at, scale := placeScene(s, x, y, width, height)
	for i := range s.Items {
		paintItem(c, &s.Items[i], at, scale)
	}
	for i := range s.Text {
		l := &s.Text[i]
		size := scale * float64(l.Size)
		p := at(l.X, l.Y)
		c.SetColor(scenePalette[l.Color])
		writeLabel(c, string(l.Text), float64(p.X), float64(p.Y)-0.35*size, size, l.Anchor)
	}
}

func paintItem(c vg.Canvas, it *envs.Item, at func(x, y float32) vg.Point, scale float64) {
	c.SetColor(scenePalette[it.Color])
	c.SetLineWidth(vg.Length(max(scale*float64(it.Width), 0.5)))
	p := it.P
	var path vg.Path
	switch it.Shape {
	case envs.CircleShape:
		centre, r := at(p[0], p[1]), vg.Length(scale*float64(p[2]))
		path.Move(vg.Point{X: centre.X + r, Y: centre.Y})
		path.Arc(centre, r, 0, 2*math.Pi)
		path.Close()
	case envs.RectangleShape:
		start := at(p[0], p[1])
		if it.Width > 0 {
			// An outline from the middle of a side, since not every canvas joins the end of a path to its beginning.
			start = at((p[0]+p[2])/2, p[1])
		}
		path.Move(start)
		path.Line(at(p[2], p[1]))
		path.Line(at(p[2], p[3]))
		path.Line(at(p[0], p[3]))
		if it.Width > 0 {
			path.Line(at(p[0], p[1]))
		}
		path.Close()
	case envs.CapsuleShape:
		a, b, r := at(p[0], p[1]), at(p[2], p[3]), vg.Length(scale*float64(p[4]))
		angle := math.Atan2(float64(b.Y-a.Y), float64(b.X-a.X))
		path.Move(vg.Point{X: a.X + r*vg.Length(math.Cos(angle+math.Pi/2)), Y: a.Y + r*vg.Length(math.Sin(angle+math.Pi/2))})
		path.Arc(a, r, angle+math.Pi/2, math.Pi)
		path.Arc(b, r, angle-math.Pi/2, math.Pi)
		path.Close()
	default:
		for i := 0; i+1 < len(p); i += 2 {
			if i == 0 {
				path.Move(at(p[0], p[1]))
			} else {
				path.Line(at(p[i], p[i+1]))
			}
		}
	}
	switch it.Shape {
	case envs.LineShape, envs.PolylineShape:
		c.Stroke(path)
	case envs.ArrowShape:
		c.Stroke(path)
		a, b := at(p[0], p[1]), at(p[2], p[3])
		head := max(3*scale*float64(it.Width), 3)
		angle := math.Atan2(float64(b.Y-a.Y), float64(b.X-a.X))
		var tip vg.Path
		tip.Move(b)
		for _, turn := range [2]float64{2.6, -2.6} {
			tip.Line(vg.Point{X: b.X + vg.Length(head*math.Cos(angle+turn)), Y: b.Y + vg.Length(head*math.Sin(angle+turn))})
		}
		tip.Close()
		c.Fill(tip)
	case envs.PolygonShape:
		path.Close()
		c.Fill(path)
	default:
		if it.Width > 0 {
			c.Stroke(path)
		} else {
			c.Fill(path)
		}
	}
}
