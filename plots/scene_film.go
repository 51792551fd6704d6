package plots

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"image/gif"
	"math"
)

// Film collects the frames of an animation. It keeps of each only the part that has changed.
type Film struct {
	width, height int
	shown         *image.Paletted  // the last frame
	nearest       map[uint32]uint8 // entry of the palette, by red, green, blue
	film          gif.GIF
	seconds       float64 // asked for up to now
	ticks         int     // hundredths of a second, as GIF counts, given up to now
}

// NewFilm begins an animation of so many pixels.
func NewFilm(width, height int) *Film {
	return &Film{
		width: width, height: height, shown: image.NewPaletted(image.Rect(0, 0, width, height), filmPalette), nearest: map[uint32]uint8{},
		film: gif.GIF{Config: image.Config{ColorModel: filmPalette, Width: width, Height: height}},
	}
}

// filmPalette holds every role and, for smooth edges, four mixtures of it with white and four
// with black.
var filmPalette = func() color.Palette {
	var p color.Palette
	for _, c := range scenePalette {
		p = append(p, c)
		for i := 1; i < 5; i++ {
			p = append(p, mix(c, white, float64(i)/5), mix(c, black, float64(i)/5))
		}
	}
	return p
}()

// Add appends a frame that is shown for so many seconds, rounded to hundredths so that the sum over
// all frames is right, and two hundredths at least, since viewers slow down what is faster.
func (f *Film) Add(frame Frame, seconds float64) {
	f.seconds += seconds
	delay := max(int(math.Round(100*f.seconds))-f.ticks, 2)
	f.ticks += delay
	img := frame.image(f.width, f.height)
	changed := image.Rectangle{}
	var last uint32 // colour of the pixel before, and its entry: neighbours are mostly alike
	entry := f.entry(last)
	for y := range f.height {
		row := img.Pix[y*img.Stride:][:4*f.width]
		before := f.shown.Pix[y*f.shown.Stride:][:f.width]
		for x := range before {
			if c := uint32(row[4*x])<<16 | uint32(row[4*x+1])<<8 | uint32(row[4*x+2]); c != last {
				last, entry = c, f.entry(c)
			}
			if before[x] != entry {
				before[x] = entry
				changed = changed.Union(image.Rect(x, y, x+1, y+1))
			}
		}
	}
	newest := len(f.film.Image) - 1
	switch {
	case newest < 0:
		changed = f.shown.Bounds()
	case changed.Empty():
		f.film.Delay[newest] += delay
		return
	}
	part := image.NewPaletted(changed, filmPalette)
	for y := changed.Min.Y; y < changed.Max.Y; y++ {
		copy(part.Pix[(y-changed.Min.Y)*part.Stride:][:changed.Dx()], f.shown.Pix[f.shown.PixOffset(changed.Min.X, y):])
	}
	f.film.Image = append(f.film.Image, part)
	f.film.Delay = append(f.film.Delay, delay)
}

// entry is that of the palette nearest to a colour.
func (f *Film) entry(c uint32) uint8 {
	i, ok := f.nearest[c]
	if !ok {
		i = uint8(filmPalette.Index(color.RGBA{uint8(c >> 16), uint8(c >> 8), uint8(c), 255}))
		f.nearest[c] = i
	}
	return i
}

// GIF returns the animation, which repeats for ever.
func (f *Film) GIF() ([]byte, error) {
	if len(f.film.Image) == 0 {
		return nil, errors.New("plots: an animation of no frames")
	}
	var b bytes.Buffer
	err := gif.EncodeAll(&b, &f.film)
	return b.Bytes(), err
}
