package plots

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	"image/gif"
	"slices"
	"strings"
	"testing"

	"github.com/paretolab/paretolab/envs"
)

// spot is a scene with one dot, in a view of 100 × 100.
func spot(c envs.Role, x, y float64) *envs.Scene {
	s := &envs.Scene{View: [4]float64{0, 0, 100, 100}}
	s.Circle(c, x, y, 5)
	return s
}

// TestFilm: what is shown at every time, and how long. 1/30 s are no whole number of hundredths, so that
// frames last 3 or 4 of them; a frame like the one before only prolongs it; no frame lasts less than 2.
func TestFilm(t *testing.T) {
	f := NewFilm(120, 90)
	places := []float64{10, 20, 30, 30, 50, 60, 70}
	for _, x := range places {
		f.Add(Frame{Scene: spot(envs.Agent, x, 50)}, 1.0/30)
	}
	f.Add(Frame{Scene: spot(envs.Agent, 80, 50)}, 0.001)
	f.Add(Frame{Scene: spot(envs.Agent, 90, 50)}, 1)
	b, err := f.GIF()
	if err != nil {
		t.Fatal(err)
	}
	film, err := gif.DecodeAll(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	if want := []int{3, 4, 6, 4, 3, 3, 2, 98}; !slices.Equal(film.Delay, want) || film.LoopCount != 0 {
		t.Errorf("delays %v, want %v; loops %d", film.Delay, want, film.LoopCount)
	}
	places = slices.Compact(append(places, 80, 90))
	screen := image.NewRGBA(image.Rect(0, 0, 120, 90))
	for k, part := range film.Image {
		if k > 0 && part.Bounds().Dx() > 40 {
			t.Errorf("frame %d replaces %v though only the dot has moved", k, part.Bounds())
		}
		draw.Draw(screen, part.Bounds(), part, part.Bounds().Min, draw.Over)
		want := Frame{Scene: spot(envs.Agent, places[k], 50)}.image(120, 90)
		for y := range 90 {
			for x := range 120 {
				if colorDistance(screen.RGBAAt(x, y), want.RGBAAt(x, y)) > 40 {
					t.Fatalf("frame %d, pixel (%d, %d) is %v, want %v", k, x, y, screen.RGBAAt(x, y), want.RGBAAt(x, y))
				}
			}
		}
	}
	if _, err := NewFilm(10, 10).GIF(); err == nil {
		t.Error("an animation of no frames is no error")
	}
}

// colorDistance is the largest difference of two colours in red, green or blue.
func colorDistance(a, b color.RGBA) int {
	d := 0
	for _, pair := range [3][2]uint8{{a.R, b.R}, {a.G, b.G}, {a.B, b.B}} {
		d = max(d, int(pair[0])-int(pair[1]), int(pair[1])-int(pair[0]))
	}
	return d
}

// TestScenePlaces: y points up, the view is centred and keeps its proportions.
func TestScenePlaces(t *testing.T) {
	img := Frame{Scene: spot(envs.Agent, 5, 95)}.image(212, 112) // a margin of 6, then one pixel per unit
	if got := img.RGBAAt(6+50+5, 6+5); got != (color.RGBA{0x00, 0x72, 0xB2, 0xFF}) {
		t.Errorf("where the dot should be is %v", got)
	}
	if got := img.RGBAAt(6+50+5, 106-5); got != (color.RGBA{255, 255, 255, 255}) {
		t.Errorf("below it is %v", got)
	}
}

// TestPanelHoldsStill: numbers and lines that change leave the scene in its place, and what leaves the
// scene does not run over the panel.
func TestPanelHoldsStill(t *testing.T) {
	first := Panel{Title: "env-v0", Lines: []string{"step 0", "action –"}, Objectives: []string{"a", "b"}, Return: []float64{0, 0}}
	later := first
	later.Lines = []string{"step 1234 of 10000", "action something that has a long, long name, and a longer one"}
	later.Reward, later.Return = []float64{-0.0123456, 1e9}, []float64{-123456.7, 3e-9}
	if a, b := first.width(640, 360), later.width(640, 360); a != b || a < 100 || a > 0.46*640 {
		t.Errorf("the panel is %v wide, and later %v", a, b)
	}
	many := Panel{Title: "x", Objectives: make([]string, 16), Lines: make([]string, 4), Return: make([]float64, 16)}
	if size := many.textSize(640, 360); size*(panelLine*23+2*panelMargin) > 360 || size < 6 {
		t.Errorf("text of 16 objectives has size %v", size)
	}
	s := spot(envs.Hazard, 50, 50)
	s.Line(envs.Hazard, 10, 50, 90, 500, 90)
	img := Frame{Scene: s, Panel: &first}.image(640, 360)
	for y := range 360 {
		if c := img.RGBAAt(636, y); c != (color.RGBA{255, 255, 255, 255}) {
			t.Fatalf("the scene runs over the panel: pixel (636, %d) is %v", y, c)
		}
	}
}

// TestFilmStrip: one nested picture per frame, which clips what leaves it, and its caption.
func TestFilmStrip(t *testing.T) {
	frames := []Frame{{Scene: spot(envs.Agent, 10, 10), Caption: "step 0\nreturn (0)"}, {Scene: spot(envs.Agent, 90, 10), Caption: "step 9"}}
	b, err := FilmStripSVG(frames, 100, 80)
	if err != nil {
		t.Fatal(err)
	}
	text := string(b)
	for _, part := range []string{`<svg width="208pt" height="104pt"`, `<svg x="0" y="0" width="100" height="104"`, `<svg x="108" y="0"`, ">step 0</text>", ">return (0)</text>", ">step 9</text>"} {
		if !strings.Contains(text, part) {
			t.Errorf("no %s in\n%s", part, text)
		}
	}
	if open, closed := strings.Count(text, "<svg"), strings.Count(text, "</svg>"); open != 3 || closed != 3 || strings.Count(text, "<?xml") != 1 {
		t.Errorf("%d pictures, %d ends", open, closed)
	}
}

// TestEveryRoleHasAColor, and no two have the same one.
func TestEveryRoleHasAColor(t *testing.T) {
	for i, c := range scenePalette {
		if c.A != 255 || slices.Index(scenePalette[:], c) != i {
			t.Errorf("role %d is %v", i, c)
		}
	}
	if len(filmPalette) > 256 {
		t.Errorf("%d colours in an animation", len(filmPalette))
	}
}
