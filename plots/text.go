package plots

import (
	"image/color"
	"math"
	"strings"
	"sync"
	"unicode"

	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/font/liberation"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// sans is the typeface of all figures: Liberation Sans, which gonum ships and whose widths are
// those of Arial and Helvetica.
var sans = font.Font{Typeface: "Liberation", Variant: "Sans"}

var fonts = sync.OnceValue(func() *font.Cache { return font.NewCache(liberation.Collection()) })

// face is the typeface at a size.
func face(size vg.Length) font.Face { return fonts().Lookup(sans, size) }

// segment is a part of a text that is drawn at once: on one level, superscript or not, and without two ones
// side by side, which the typeface would move so near to each other that they touch in a coarse picture.
type segment struct {
	text   string
	raised bool
}

// superscripts are drawn as raised digits, since the typeface has only some of them.
var superscripts = map[rune]rune{
	'⁰': '0', '¹': '1', '²': '2', '³': '3', '⁴': '4', '⁵': '5', '⁶': '6', '⁷': '7', '⁸': '8', '⁹': '9', '⁻': '−',
}

// segments splits a text at its superscripts, and between ones.
func segments(s string) []segment {
	var out []segment
	for _, r := range s {
		plain, raised := superscripts[r]
		if !raised {
			plain = r
		}
		if n := len(out); n > 0 && out[n-1].raised == raised && !(plain == '1' && strings.HasSuffix(out[n-1].text, "1")) {
			out[n-1].text += string(plain)
		} else {
			out = append(out, segment{string(plain), raised})
		}
	}
	return out
}

// size of a segment in a text of the given size.
func (g segment) size(size vg.Length) vg.Length {
	if g.raised {
		return 0.7 * size
	}
	return size
}

// textWidth is the width of one line of text.
func textWidth(s string, size vg.Length) vg.Length {
	var w vg.Length
	for _, g := range segments(s) {
		f := face(g.size(size))
		w += f.Width(g.text)
	}
	return w
}

// capHeight is the height of digits and capitals.
func capHeight(size vg.Length) vg.Length { return 0.72 * size }

// descent is how far letters reach below the baseline.
func descent(size vg.Length) vg.Length { return 0.22 * size }

// lineHeight is the distance between the baselines of two lines.
func lineHeight(size vg.Length) vg.Length { return 1.2 * size }

// Anchors of a text: the share of its extent that lies left of or below the given point.
const (
	left, bottom = 0, 0
	centre       = 0.5
	right, top   = 1, 1
)

// write draws one line of text. anchorX and anchorY say which point of the box from baseline to
// capital height lies at pt; turn is counter-clockwise in quarter turns.
func write(c draw.Canvas, s string, size vg.Length, col color.Color, pt vg.Point, anchorX, anchorY vg.Length, turn int) {
	if s == "" {
		return
	}
	off := vg.Point{X: -anchorX * textWidth(s, size), Y: -anchorY * capHeight(size)}
	c.SetColor(col)
	if turn != 0 {
		c.Push()
		defer c.Pop()
		c.Translate(pt)
		c.Rotate(float64(turn) * math.Pi / 2)
		pt = vg.Point{}
	}
	pt = pt.Add(off)
	for _, g := range segments(s) {
		f := face(g.size(size))
		at := pt
		if g.raised {
			at.Y += 0.32 * size
		}
		c.FillString(f, at, g.text)
		pt.X += f.Width(g.text)
	}
}

// clean makes a name from a file drawable: one line, no control characters, nothing beyond the
// basic plane, which PDF fonts cannot address.
func clean(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t' || r == '\r':
			return ' '
		case unicode.IsControl(r):
			return -1
		case r > 0xFFFF || r == unicode.ReplacementChar:
			return '?'
		}
		return r
	}, s)
	return strings.TrimSpace(s)
}

// ellipsis cuts a text to a width.
func ellipsis(s string, size, width vg.Length) string {
	if textWidth(s, size) <= width {
		return s
	}
	r := []rune(s)
	for len(r) > 1 {
		r = r[:len(r)-1]
		if t := strings.TrimRight(string(r), " ") + "…"; textWidth(t, size) <= width {
			return t
		}
	}
	return "…"
}

// wrap breaks a text into lines of at most the given width, at plain spaces; a word that is too
// long is cut. At most maxLines lines come back, the last one cut if need be.
func wrap(s string, size, width vg.Length, maxLines int) []string {
	var lines []string
	line := ""
	for _, word := range strings.Split(s, " ") {
		try := word
		if line != "" {
			try = line + " " + word
		}
		if line == "" || textWidth(try, size) <= width {
			line = try
			continue
		}
		lines = append(lines, line)
		line = word
	}
	if line != "" {
		lines = append(lines, line)
	}
	if len(lines) > maxLines {
		lines[maxLines-1] = strings.Join(lines[maxLines-1:], " ")
		lines = lines[:maxLines]
	}
	for i := range lines {
		lines[i] = ellipsis(lines[i], size, width)
	}
	return lines
}

// fit finds the largest size, down to smallText, at which a text breaks into at most maxLines lines
// of the given width without a cut, and the lines.
func fit(s string, size, width vg.Length, maxLines int) ([]string, vg.Length) {
	for ; size > smallText; size -= 0.5 {
		if lines := wrap(s, size, width, maxLines); !strings.Contains(strings.Join(lines, ""), "…") {
			return lines, size
		}
	}
	return wrap(s, smallText, width, maxLines), smallText
}
