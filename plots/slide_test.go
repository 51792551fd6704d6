package plots

import (
	"bytes"
	"regexp"
	"slices"
	"strconv"
	"testing"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// TestSlides: a figure for a slide is that for a paper, everything 1.9 times as large: the page, the
// places of texts, and in files the sizes of fonts.
func TestSlides(t *testing.T) {
	for _, g := range Examples() {
		paper, err := Figure(g.Kind, g.Runs, g.Style)
		if err != nil {
			t.Fatal(err)
		}
		style := g.Style
		style.Slide, style.Width = true, slideScale*style.Width
		slide, err := Figure(g.Kind, g.Runs, style)
		if err != nil {
			t.Fatal(err)
		}
		near := func(a, b vg.Length) bool { return (a-b).Points() < 1e-6 && (b-a).Points() < 1e-6 }
		if !near(slide.Width, slideScale*paper.Width) || !near(slide.Height, slideScale*paper.Height) {
			t.Errorf("%s: %v × %v, on paper %v × %v", g.Name, slide.Width, slide.Height, paper.Width, paper.Height)
		}
		small, large := record(paper).boxes, record(slide).boxes
		if len(small) != len(large) || len(small) == 0 {
			t.Fatalf("%s: %d texts, on paper %d", g.Name, len(large), len(small))
		}
		for i, b := range small {
			if l := large[i]; l.text != b.text || !near(l.Min.X, slideScale*b.Min.X) || !near(l.Max.Y, slideScale*b.Max.Y) {
				t.Errorf("%s: %q at %v, on paper at %v", g.Name, l.text, l.Rectangle, b.Rectangle)
			}
		}
	}
	fonts := func(style Style) (sizes []float64) {
		fig, err := Figure("profile", Examples()[slices.IndexFunc(Examples(), func(g Example) bool { return g.Kind == "profile" })].Runs, style)
		if err != nil {
			t.Fatal(err)
		}
		c := newPDF(fig.Width, fig.Height)
		c.doc.SetCompression(false)
		fig.paint(draw.New(c))
		b, err := c.bytes()
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`/F\S+ ([0-9.]+) Tf`).FindAllSubmatch(b, -1) {
			size, _ := strconv.ParseFloat(string(m[1]), 64)
			sizes = append(sizes, size)
		}
		var again bytes.Buffer
		if err := fig.Encode(&again, "pdf"); err != nil || again.Len() == 0 {
			t.Fatal(err)
		}
		return sizes
	}
	small, large := fonts(Style{}), fonts(Style{Slide: true})
	if len(small) == 0 || len(small) != len(large) || slices.Max(small) != 8 || slices.Max(large) != 15.2 {
		t.Errorf("fonts of %v and %v points", small, large)
	}
}
