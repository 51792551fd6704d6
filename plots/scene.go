package plots

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"image/gif"
	"image/png"
	"math"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/vgimg"
	"gonum.org/v1/plot/vg/vgsvg"

	"github.com/paretolab/paretolab/envs"
)

// scenePalette gives each role of a scene its colour; the objects have those of Okabe and Ito.
var scenePalette = [envs.NumRoles]color.RGBA{
	envs.Background: {255, 255, 255, 255}, envs.Agent: {0, 114, 178, 255}, envs.Goal: {146, 208, 140, 255},
	envs.Hazard: {214, 94, 60, 255}, envs.Wall: {70, 76, 84, 255},
	envs.Object1: {86, 180, 233, 255}, envs.Object2: {230, 159, 0, 255}, envs.Object3: {204, 121, 167, 255},
	envs.Object4: {0, 158, 115, 255}, envs.Object5: {240, 228, 66, 255}, envs.Object6: {166, 206, 227, 255},
	envs.Object7: {177, 130, 80, 255}, envs.Object8: {130, 110, 190, 255},
	envs.Trace: {208, 212, 217, 255}, envs.Target: {213, 94, 0, 255}, envs.Ink: {25, 28, 32, 255},
}

// Frame is a scene of a film strip and the caption below it.
type Frame struct {
	Scene   *envs.Scene
	Caption string
}

// SceneSVG returns a scene as SVG, fitted into a picture of so many points.
func SceneSVG(s *envs.Scene, width, height int) ([]byte, error) {
	c := vgsvg.New(vg.Length(width), vg.Length(height))
	paintScene(c, s, 0, 0, float64(width), float64(height))
	var b bytes.Buffer
	_, err := c.WriteTo(&b)
	return b.Bytes(), err
}

// ScenePNG returns a scene as PNG of so many pixels.
func ScenePNG(s *envs.Scene, width, height int) ([]byte, error) {
	var b bytes.Buffer
	err := png.Encode(&b, sceneImage(s, width, height))
	return b.Bytes(), err
}

// sceneImage returns a scene as an image of so many pixels.
func sceneImage(s *envs.Scene, width, height int) image.Image {
	c := vgimg.NewWith(vgimg.UseWH(vg.Length(width), vg.Length(height)), vgimg.UseDPI(72), vgimg.UseBackgroundColor(color.White))
	paintScene(c, s, 0, 0, float64(width), float64(height))
	return c.Image()
}

// SceneFilm collects the frames of an animation.
type SceneFilm struct {
	width, height int
	film          gif.GIF
}

// NewSceneFilm begins an animation of so many pixels.
func NewSceneFilm(width, height int) *SceneFilm { return &SceneFilm{width: width, height: height} }

// filmPalette holds every role and, for smooth edges, four mixtures of it with white and four
// with black.
var filmPalette = func() color.Palette {
	var p color.Palette
	for _, c := range scenePalette {
		for i := range 5 {
			mix := func(v, other uint8) uint8 { return uint8((int(v)*(5-i) + int(other)*i) / 5) }
			p = append(p, color.RGBA{mix(c.R, 255), mix(c.G, 255), mix(c.B, 255), 255})
			if i > 0 {
				p = append(p, color.RGBA{mix(c.R, 0), mix(c.G, 0), mix(c.B, 0), 255})
			}
		}
	}
	return p
}()

// Add appends a frame that is shown for so many hundredths of a second.
func (f *SceneFilm) Add(s *envs.Scene, delay int) {
	img := sceneImage(s, f.width, f.height)
	out := image.NewPaletted(img.Bounds(), filmPalette)
	nearest := map[color.RGBA]uint8{}
	for y := range f.height {
		for x := range f.width {
			c := color.RGBAModel.Convert(img.At(x, y)).(color.RGBA)
			i, ok := nearest[c]
			if !ok {
				i = uint8(filmPalette.Index(c))
				nearest[c] = i
			}
			out.SetColorIndex(x, y, i)
		}
	}
	f.film.Image = append(f.film.Image, out)
	f.film.Delay = append(f.film.Delay, delay)
}

// GIF returns the animation.
func (f *SceneFilm) GIF() ([]byte, error) {
	if len(f.film.Image) == 0 {
		return nil, errors.New("an animation of no frames")
	}
	var b bytes.Buffer
	err := gif.EncodeAll(&b, &f.film)
	return b.Bytes(), err
}

// FilmStripSVG returns frames side by side, each in a box of width × height points, with captions.
func FilmStripSVG(frames []Frame, width, height int) ([]byte, error) {
	const gap, caption = 8, 18
	c := vgsvg.New(vg.Length(len(frames)*(width+gap)-gap), vg.Length(height+caption))
	for i, f := range frames {
		x := float64(i * (width + gap))
		paintScene(c, f.Scene, x, caption, float64(width), float64(height))
		c.SetColor(scenePalette[envs.Ink])
		sans := face(8)
		c.FillString(sans, vg.Point{X: vg.Length(x) + vg.Length(width)/2 - sans.Width(f.Caption)/2, Y: 5}, f.Caption)
	}
	var b bytes.Buffer
	_, err := c.WriteTo(&b)
	return b.Bytes(), err
}

// paintScene draws a scene centred in a box with its lower left corner at (x, y).
func paintScene(c vg.Canvas, s *envs.Scene, x, y, width, height float64) {
	const margin = 4
	vw, vh := s.View[2]-s.View[0], s.View[3]-s.View[1]
	scale := min((width-2*margin)/vw, (height-2*margin)/vh)
	left, bottom := x+(width-scale*vw)/2, y+(height-scale*vh)/2
	at := func(px, py float32) vg.Point {
		return vg.Point{X: vg.Length(left + scale*(float64(px)-s.View[0])), Y: vg.Length(bottom + scale*(float64(py)-s.View[1]))}
	}
	for i := range s.Items {
		it := &s.Items[i]
		paintItem(c, it, at, scale)
	}
	for i := range s.Text {
		l := &s.Text[i]
		f := face(vg.Length(scale * float64(l.Size)))
		c.SetColor(scenePalette[l.Color])
		p := at(l.X, l.Y)
		p.X -= f.Width(string(l.Text)) / 2
		p.Y -= vg.Length(0.35 * scale * float64(l.Size))
		c.FillString(f, p, string(l.Text))
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
		path.Move(at(p[0], p[1]))
		path.Line(at(p[2], p[1]))
		path.Line(at(p[2], p[3]))
		path.Line(at(p[0], p[3]))
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
