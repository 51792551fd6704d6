package plots

import (
	"image/color"
	"math"
	"slices"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/paretolab/paretolab/experiments"
)

// Widths of figures in a two-column paper.
const (
	Column = 84 * vg.Millimeter
	Page   = 174 * vg.Millimeter
)

// Sizes of the paper style.
const (
	textSize   vg.Length = 8   // points: axis names, tick labels, legend
	smallText  vg.Length = 6   // points: the least that a dense figure falls back to
	lineWidth  vg.Length = 0.8 // points: data lines
	thinLine   vg.Length = 0.5 // points: axes, ticks, single seeds
	knownWidth vg.Length = 2.2 // points: known fronts, which show on both sides of a line over them
	tickMark   vg.Length = 2.5 // points, outward
)

// Style says how figures look. The zero value is the paper style.
type Style struct {
	// Slide draws everything larger, texts, lines and width alike, for a screen across a room: a figure
	// for a column fills half of a slide, one for a page all of it.
	Slide bool

	// Width of a figure; 0 means Column, or Page where a kind needs the room (a matrix of four or
	// more objectives, parallel coordinates of six or more).
	Width vg.Length

	// Labels are the labels of all runs of a document, which fix the colours: a label has the
	// same colour in every figure, also where others are missing. nil means the labels of the runs
	// given.
	Labels []string

	// Comparison is shown by the figures of statistics; nil means that it is made of the runs given.
	Comparison *experiments.Comparison

	// Objectives are those that are drawn, by name and in this order; nil means all.
	Objectives []string

	// ColorBy is the objective that colours parallel coordinates; "" is the first. "clusters" colours
	// them by groups of points that are near each other.
	ColorBy string

	// CommonScale gives all parallel coordinates one scale, from the worst to the best value of all.
	CommonScale bool
}

// slideScale is how much larger figures are on slides: 8 pt become 15 pt, a page's width 330 mm.
const slideScale = 1.9

// onPaper is the style in which a figure for a slide is drawn before it is made larger.
func (s Style) onPaper() Style {
	if s.Slide {
		s.Width /= slideScale
	}
	return s
}

// width is the width to draw at when a kind would like at least want.
func (s Style) width(want vg.Length) vg.Length {
	if s.Width > 0 {
		return s.Width
	}
	return want
}

// okabeIto are the eight colours of Okabe and Ito, distinct with any colour vision, in the order of
// use.
var okabeIto = []color.NRGBA{
	{0x00, 0x72, 0xB2, 0xFF}, // blue
	{0xE6, 0x9F, 0x00, 0xFF}, // orange
	{0x00, 0x9E, 0x73, 0xFF}, // green
	{0xCC, 0x79, 0xA7, 0xFF}, // purple
	{0x56, 0xB4, 0xE9, 0xFF}, // sky
	{0xD5, 0x5E, 0x00, 0xFF}, // vermilion
	{0xF0, 0xE4, 0x42, 0xFF}, // yellow
	{0x00, 0x00, 0x00, 0xFF}, // black
}

var (
	black     = color.NRGBA{A: 0xFF}
	white     = color.NRGBA{0xFF, 0xFF, 0xFF, 0xFF}
	grey      = color.NRGBA{0x99, 0x99, 0x99, 0xFF} // known fronts
	lightGrey = color.NRGBA{0xC8, 0xC8, 0xC8, 0xFF} // arrows, frames of dense figures
	darkGrey  = color.NRGBA{0x55, 0x55, 0x55, 0xFF} // limits, stage changes
)

// dashes go with the colours; nil is solid.
var dashes = [][]vg.Length{
	nil,
	{4, 1.5},
	{6, 1.5, 1, 1.5},
	{1, 1.2},
	{2.5, 1},
	{6, 1.5, 1, 1.5, 1, 1.5},
	{8, 2},
	{3, 1, 1, 1},
}

// look is the appearance of one label: colour, marker and dash belong together.
type look struct {
	color  color.NRGBA
	marker Marker
	dashes []vg.Length
	size   vg.Length // of the marker, relative to those of other looks
}

// lookOf is the appearance of the i-th label. Beyond eight labels the colours repeat with other
// markers and dashes.
func lookOf(i int) look {
	n := len(okabeIto)
	turn := i / n
	return look{okabeIto[i%n], Marker{Shape: markerOrder[(i+3*turn)%len(markerOrder)], Hollow: turn%2 == 1}, dashes[(i+3*turn)%len(dashes)], 1}
}

// look returns the appearance of a label: its place in the sorted labels decides.
func (s Style) look(label string, present []string) look {
	all := s.Labels
	if !slices.Contains(all, label) {
		all = append(slices.Clone(all), present...)
	}
	all = slices.Clone(all)
	slices.Sort(all)
	return lookOf(slices.Index(slices.Compact(all), label))
}

func (l look) line(width vg.Length) draw.LineStyle {
	return draw.LineStyle{Color: l.color, Width: width, Dashes: l.dashes}
}

func (l look) glyph(radius vg.Length) draw.GlyphStyle {
	return draw.GlyphStyle{Color: l.color, Radius: l.size * radius, Shape: l.marker}
}

// viridis is sampled from the map of that name (van der Walt and Smith), perceptually uniform and
// monotone in luminance, up to the part that is too light on white paper.
var viridis = []color.NRGBA{
	{0x44, 0x01, 0x54, 0xFF},
	{0x48, 0x28, 0x78, 0xFF},
	{0x3E, 0x4A, 0x89, 0xFF},
	{0x31, 0x68, 0x8E, 0xFF},
	{0x26, 0x82, 0x8E, 0xFF},
	{0x1F, 0x9E, 0x89, 0xFF},
	{0x35, 0xB7, 0x79, 0xFF},
	{0x6E, 0xCE, 0x58, 0xFF},
	{0xB5, 0xDE, 0x2B, 0xFF},
}

// sequential maps t in [0, 1] to a colour from dark to light.
func sequential(t float64) color.NRGBA {
	t = min(max(t, 0), 1) * float64(len(viridis)-1)
	i := min(int(t), len(viridis)-2)
	return mix(viridis[i], viridis[i+1], t-float64(i))
}

// mix is the colour at t between a (0) and b (1).
func mix(a, b color.NRGBA, t float64) color.NRGBA {
	lerp := func(x, y uint8) uint8 { return uint8(math.Round(float64(x) + t*(float64(y)-float64(x)))) }
	return color.NRGBA{lerp(a.R, b.R), lerp(a.G, b.G), lerp(a.B, b.B), lerp(a.A, b.A)}
}
