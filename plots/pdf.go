package plots

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math"
	"os"
	"slices"
	"strconv"
	"time"

	"codeberg.org/go-pdf/fpdf"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/vg"
)

// pdfCanvas draws to a one-page PDF. Unlike gonum's canvas it embeds only the glyphs that are used
// (a figure takes some 20 kB instead of 220), writes text as Unicode, needs no temporary files and
// carries no clock.
type pdfCanvas struct {
	doc    *fpdf.Fpdf
	w, h   vg.Length
	matrix affine
	stack  []affine
	images int
}

var _ vg.CanvasSizer = (*pdfCanvas)(nil)

// affine maps (x, y) to (a x + c y + e, b x + d y + f), as PDF and PostScript do.
type affine struct{ a, b, c, d, e, f float64 }

// times is the map that applies n first and m after it.
func (m affine) times(n affine) affine {
	return affine{
		m.a*n.a + m.c*n.b, m.b*n.a + m.d*n.b,
		m.a*n.c + m.c*n.d, m.b*n.c + m.d*n.d,
		m.a*n.e + m.c*n.f + m.e, m.b*n.e + m.d*n.f + m.f,
	}
}

const pdfFont = "LiberationSans"

func newPDF(w, h vg.Length) *pdfCanvas {
	doc := fpdf.NewCustom(&fpdf.InitType{UnitStr: "pt", Size: fpdf.SizeType{Wd: w.Points(), Ht: h.Points()}})
	doc.SetCatalogSort(true)
	doc.SetCreationDate(sourceDate())
	doc.SetModificationDate(sourceDate())
	doc.SetMargins(0, 0, 0)
	doc.SetAutoPageBreak(false, 0)
	doc.AddPage()
	doc.SetLineCapStyle("butt")
	doc.SetLineJoinStyle("miter")
	var ttf bytes.Buffer
	if _, err := face(textSize).Face.WriteSourceTo(nil, &ttf); err != nil {
		doc.SetError(err)
	}
	doc.AddUTF8FontFromBytes(pdfFont, "", ttf.Bytes())
	c := &pdfCanvas{doc: doc, w: w, h: h, matrix: affine{a: 1, d: 1}}
	vg.Initialize(c)
	return c
}

// sourceDate is the date written into documents: SOURCE_DATE_EPOCH where that is set, as
// reproducible-builds.org defines it, otherwise a constant.
func sourceDate() time.Time {
	if s, err := strconv.ParseInt(os.Getenv("SOURCE_DATE_EPOCH"), 10, 64); err == nil {
		return time.Unix(s, 0).UTC()
	}
	return time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
}

// bytes closes the document.
func (c *pdfCanvas) bytes() ([]byte, error) {
	var b bytes.Buffer
	if err := c.doc.Output(&b); err != nil {
		return nil, fmt.Errorf("plots: write PDF: %w", err)
	}
	return b.Bytes(), nil
}

// at maps a point to the page of fpdf, whose y axis points down.
func (c *pdfCanvas) at(p vg.Point) (x, y float64) {
	m := c.matrix
	px, py := p.X.Points(), p.Y.Points()
	return m.a*px + m.c*py + m.e, c.h.Points() - (m.b*px + m.d*py + m.f)
}

func (c *pdfCanvas) Size() (w, h vg.Length) { return c.w, c.h }

// scale is how much larger than themselves lengths are drawn.
func (c *pdfCanvas) scale() float64 { return math.Hypot(c.matrix.a, c.matrix.b) }

func (c *pdfCanvas) SetLineWidth(w vg.Length) { c.doc.SetLineWidth(c.scale() * w.Points()) }

func (c *pdfCanvas) SetLineDash(pattern []vg.Length, offset vg.Length) {
	dash := make([]float64, len(pattern))
	for i, d := range pattern {
		dash[i] = c.scale() * d.Points()
	}
	c.doc.SetDashPattern(dash, c.scale()*offset.Points())
}

func (c *pdfCanvas) SetColor(col color.Color) {
	if col == nil {
		col = color.Black
	}
	n := color.NRGBAModel.Convert(col).(color.NRGBA)
	c.doc.SetFillColor(int(n.R), int(n.G), int(n.B))
	c.doc.SetDrawColor(int(n.R), int(n.G), int(n.B))
	c.doc.SetTextColor(int(n.R), int(n.G), int(n.B))
	c.doc.SetAlpha(float64(n.A)/255, "Normal")
}

func (c *pdfCanvas) Rotate(rad float64) {
	sin, cos := math.Sincos(rad)
	c.matrix = c.matrix.times(affine{a: cos, b: sin, c: -sin, d: cos})
}

func (c *pdfCanvas) Translate(pt vg.Point) {
	c.matrix = c.matrix.times(affine{a: 1, d: 1, e: pt.X.Points(), f: pt.Y.Points()})
}

func (c *pdfCanvas) Scale(x, y float64) { c.matrix = c.matrix.times(affine{a: x, d: y}) }

func (c *pdfCanvas) Push() { c.stack = append(c.stack, c.matrix) }

func (c *pdfCanvas) Pop() {
	c.matrix = c.stack[len(c.stack)-1]
	c.stack = c.stack[:len(c.stack)-1]
}

func (c *pdfCanvas) Stroke(p vg.Path) { c.path(p, "D") }

func (c *pdfCanvas) Fill(p vg.Path) { c.path(p, "F") }

func (c *pdfCanvas) path(p vg.Path, style string) {
	if len(p) == 0 {
		return
	}
	for _, comp := range p {
		x, y := c.at(comp.Pos)
		switch comp.Type {
		case vg.MoveComp:
			c.doc.MoveTo(x, y)
		case vg.LineComp:
			c.doc.LineTo(x, y)
		case vg.ArcComp:
			c.arc(comp)
		case vg.CurveComp:
			x0, y0 := c.at(comp.Control[0])
			if len(comp.Control) == 1 {
				c.doc.CurveTo(x0, y0, x, y)
				continue
			}
			x1, y1 := c.at(comp.Control[1])
			c.doc.CurveBezierCubicTo(x0, y0, x1, y1, x, y)
		case vg.CloseComp:
			c.doc.ClosePath()
		}
	}
	c.doc.DrawPath(style)
}

// arc approximates a circular arc by chords of two degrees.
func (c *pdfCanvas) arc(comp vg.PathComp) {
	n := max(1, int(math.Ceil(math.Abs(comp.Angle)*90/math.Pi)))
	for i := range n + 1 {
		sin, cos := math.Sincos(comp.Start + comp.Angle*float64(i)/float64(n))
		c.doc.LineTo(c.at(comp.Pos.Add(vg.Point{X: comp.Radius * vg.Length(cos), Y: comp.Radius * vg.Length(sin)})))
	}
}

// FillString writes text with its baseline at pt.
func (c *pdfCanvas) FillString(f font.Face, pt vg.Point, s string) {
	if f.Font.Size == 0 {
		return
	}
	// The font is set outside of the saved graphics state, so that fpdf and the page agree on it.
	c.doc.SetFont(pdfFont, "", c.scale()*f.Font.Size.Points())
	x, y := c.at(pt)
	m := c.matrix
	if m.a > 0 && m.b == 0 {
		c.doc.Text(x, y, s)
		return
	}
	c.doc.TransformBegin()
	c.doc.TransformRotate(math.Atan2(m.b, m.a)*180/math.Pi, x, y)
	c.doc.Text(x, y, s)
	c.doc.TransformEnd()
}

// DrawImage places an image into an upright rectangle.
func (c *pdfCanvas) DrawImage(rect vg.Rectangle, img image.Image) {
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		c.doc.SetError(err)
		return
	}
	c.images++
	name := strconv.Itoa(c.images)
	opts := fpdf.ImageOptions{ImageType: "png"}
	c.doc.RegisterImageOptionsReader(name, opts, &b)
	x0, y0 := c.at(rect.Min)
	x1, y1 := c.at(rect.Max)
	xs, ys := []float64{x0, x1}, []float64{y0, y1}
	slices.Sort(xs)
	slices.Sort(ys)
	c.doc.ImageOptions(name, xs[0], ys[0], xs[1]-xs[0], ys[1]-ys[0], false, opts, 0, "")
}
