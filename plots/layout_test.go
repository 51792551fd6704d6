package plots

import (
	"fmt"
	"image"
	"image/color"
	"math"
	"strings"
	"testing"

	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/paretolab/paretolab/experiments"
)

// textBox is a text as it stands on the page.
type textBox struct {
	text string
	size vg.Length
	vg.Rectangle
}

// textRecorder is a canvas that keeps the boxes of texts and the points of paths.
type textRecorder struct {
	pdfCanvas // for its transformations
	boxes     []textBox
	bad       []string
}

func (r *textRecorder) SetLineWidth(vg.Length)             {}
func (r *textRecorder) SetLineDash([]vg.Length, vg.Length) {}
func (r *textRecorder) SetColor(color.Color)               {}
func (r *textRecorder) Stroke(p vg.Path)                   { r.check(p) }
func (r *textRecorder) Fill(p vg.Path)                     { r.check(p) }
func (r *textRecorder) DrawImage(vg.Rectangle, image.Image) {
	r.bad = append(r.bad, "an image")
}

func (r *textRecorder) check(p vg.Path) {
	for _, c := range p {
		x, y := float64(c.Pos.X), float64(c.Pos.Y)
		if math.IsNaN(x+y) || math.IsInf(x+y, 0) {
			r.bad = append(r.bad, fmt.Sprintf("a path point at (%g, %g)", x, y))
		}
		if x < -1 || y < -1 || x > float64(r.w)+1 || y > float64(r.h)+1 {
			r.bad = append(r.bad, fmt.Sprintf("a path point at (%g, %g), outside of %g × %g", x, y, r.w, r.h))
		}
	}
}

func (r *textRecorder) FillString(f font.Face, pt vg.Point, s string) {
	m := r.matrix
	w, h := f.Width(s).Points(), capHeight(f.Font.Size).Points()
	corner := func(x, y float64) vg.Point {
		x, y = x+pt.X.Points(), y+pt.Y.Points()
		return vg.Point{X: vg.Length(m.a*x + m.c*y + m.e), Y: vg.Length(m.b*x + m.d*y + m.f)}
	}
	a, b := corner(0, 0), corner(w, h)
	r.boxes = append(r.boxes, textBox{s, f.Font.Size, vg.Rectangle{
		Min: vg.Point{X: min(a.X, b.X), Y: min(a.Y, b.Y)}, Max: vg.Point{X: max(a.X, b.X), Y: max(a.Y, b.Y)}}})
}

// record lays a figure out without drawing it.
func record(f *Fig) *textRecorder {
	r := &textRecorder{pdfCanvas: pdfCanvas{w: f.Width, h: f.Height, matrix: affine{a: 1, d: 1}}}
	f.paint(draw.New(r))
	return r
}

// checkLayout fails if texts overlap, are too small, or leave the page.
func checkLayout(t *testing.T, f *Fig) {
	t.Helper()
	r := record(f)
	for _, s := range r.bad {
		t.Errorf("the figure draws %s", s)
	}
	const slack = 0.05
	for i, a := range r.boxes {
		exponent := strings.Trim(a.text, "−0123456789") == ""
		if a.size < smallText && !exponent {
			t.Errorf("%q is %.1f pt", a.text, a.size)
		}
		if a.Min.X < -slack || a.Min.Y < -slack || a.Max.X > f.Width+slack || a.Max.Y > f.Height+slack {
			t.Errorf("%q at %v leaves the page of %.0f × %.0f pt", a.text, a.Rectangle, f.Width, f.Height)
		}
		for _, b := range r.boxes[:i] {
			if a.Min.X < b.Max.X-slack && b.Min.X < a.Max.X-slack && a.Min.Y < b.Max.Y-slack && b.Min.Y < a.Max.Y-slack {
				t.Errorf("%q at %v overlaps %q at %v", a.text, a.Rectangle, b.text, b.Rectangle)
			}
		}
	}
}

func TestLayout(t *testing.T) {
	for _, g := range Examples() {
		for _, width := range []vg.Length{0, Column, Page} {
			t.Run(fmt.Sprintf("%s/%.0fpt", g.Name, width), func(t *testing.T) {
				style := g.Style
				style.Width = width
				fig, err := Figure(g.Kind, g.Runs, style)
				if err != nil {
					t.Fatal(err)
				}
				checkLayout(t, fig)
			})
		}
	}
}

// Values of any size, and names of any length, leave room for each other.
func TestLayoutScales(t *testing.T) {
	for _, scale := range []float64{1e-300, 1e-9, 1e-3, 0.02, 1, 99.9, 1e4, 123456, 1e12, 1e250} {
		for _, shift := range []float64{0, -1, 1000} {
			for _, m := range []int{2, 3, 7} {
				t.Run(fmt.Sprintf("%g/%g/%d", scale, shift, m), func(t *testing.T) {
					r := manyRun("any-v0", strings.Repeat("a label much longer than a column ", 4), 3, m, 30,
						"a_name_that_is_as_long_as_a_sentence_and_then_some_more", "averyveryverylongnamewithoutanybreakinitwhatsoever")
					for i := range r.Archive {
						for j := range r.Archive[i].Value {
							r.Archive[i].Value[j] = scale * (r.Archive[i].Value[j] + shift)
							r.Archive[i].StdErr[j] *= scale
						}
					}
					for i := range r.Metrics {
						r.Metrics[i].Hypervolume = scale * (float64(i) + shift)
					}
					for _, kind := range []string{"front2d", "matrix", "parallel", "curves"} {
						if (kind == "front2d") != (m == 2) && kind != "curves" {
							continue
						}
						fig, err := Figure(kind, []*experiments.Run{r}, Style{})
						if err != nil {
							t.Fatal(err)
						}
						checkLayout(t, fig)
					}
				})
			}
		}
	}
}
