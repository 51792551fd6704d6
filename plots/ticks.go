package plots

import (
	"math"
	"strconv"
	"strings"

	"gonum.org/v1/plot/vg"
)

// tick is one labelled position of an axis.
type tick struct {
	value float64
	label string
}

// Numbers of labels beyond which more do not help the reader.
const (
	maxTicks  = 6
	cellTicks = 3 // in a cell of a matrix
)

// ticksFor places round values on a range, as many as have room on an axis of the given length
// without touching and at most the given number. There is at least one tick unless the range holds
// none that is round to three digits.
func ticksFor(s span, in scale, most int, length, size vg.Length, vertical bool) []tick {
	lo, hi := s.lo/in.factor, s.hi/in.factor
	if !(hi > lo) || length <= 0 {
		return nil
	}
	var best []tick
	step := math.Pow(10, math.Floor(math.Log10((hi-lo)/100)))
	for range 5 {
		for _, q := range []float64{1, 2, 2.5, 5} {
			t := multiples(lo, hi, step*q, in.suffix)
			if len(t) <= most && apart(t, lo, hi, length, size, vertical) {
				if len(t) > 1 || len(best) == 0 {
					best = t
				}
				if len(t) > 1 {
					return scaled(best, in.factor)
				}
			}
		}
		step *= 10
	}
	return scaled(best, in.factor)
}

// scaled gives ticks their values in data units.
func scaled(t []tick, factor float64) []tick {
	for i := range t {
		t[i].value *= factor
	}
	return t
}

// multiples lists the multiples of step in [lo, hi] with labels of equal precision.
func multiples(lo, hi, step float64, suffix string) []tick {
	first, last := math.Ceil(lo/step-1e-9), math.Floor(hi/step+1e-9)
	if !(last-first < 200) {
		return nil // too many, or beyond the resolution of floats
	}
	digits := 0
	for s := step; digits < 12 && math.Abs(s-math.Round(s)) > 1e-6*s; digits++ {
		s *= 10
	}
	var t []tick
	for i := first; i <= last; i++ {
		label := tickLabel(i*step, digits) + suffix
		if i == 0 && suffix != "" {
			label = "0"
		}
		t = append(t, tick{i * step, label})
	}
	return t
}

// tickLabel writes a value with a true minus sign.
func tickLabel(v float64, digits int) string {
	s := strconv.FormatFloat(v, 'f', digits, 64)
	if strings.Trim(s, "-0.") == "" {
		return strings.TrimPrefix(s, "-")
	}
	return strings.Replace(s, "-", "−", 1)
}

// apart reports whether the labels leave a gap between each other.
func apart(t []tick, lo, hi float64, length, size vg.Length, vertical bool) bool {
	for i := 1; i < len(t); i++ {
		gap := length * vg.Length((t[i].value-t[i-1].value)/(hi-lo))
		need := 1.7 * size
		if !vertical {
			need = (textWidth(t[i].label, size)+textWidth(t[i-1].label, size))/2 + 0.8*size
		}
		if gap < need {
			return false
		}
	}
	return true
}

// scale says how the numbers of an axis are shortened: what is shown is the value divided by
// factor, and suffix or note tells the reader.
type scale struct {
	factor float64
	suffix string // behind every number but 0: 200k
	note   string // in the name of the axis: ×10³
}

// scaleOf keeps the labels of measured values short by a power of a thousand in the axis name.
func scaleOf(s span) scale {
	largest := math.Max(math.Abs(s.lo), math.Abs(s.hi))
	if largest == 0 || largest >= 1e-2 && largest < 1e5 {
		return scale{factor: 1}
	}
	e := 3 * int(math.Floor(math.Log10(largest)/3))
	return scale{factor: math.Pow10(e), note: "×10" + superscript(e)}
}

// scaleOfCounts writes counts as people say them: 200k, 1.5M.
func scaleOfCounts(s span) scale {
	switch {
	case s.hi >= 1e9:
		return scale{factor: 1e9, suffix: "G"}
	case s.hi >= 1e6:
		return scale{factor: 1e6, suffix: "M"}
	case s.hi >= 1e4:
		return scale{factor: 1e3, suffix: "k"}
	}
	return scale{factor: 1}
}

// superscript writes an exponent.
func superscript(e int) string {
	return strings.NewReplacer("-", "⁻", "0", "⁰", "1", "¹", "2", "²", "3", "³", "4", "⁴",
		"5", "⁵", "6", "⁶", "7", "⁷", "8", "⁸", "9", "⁹").Replace(strconv.Itoa(e))
}

// span is the range of finite values.
type span struct{ lo, hi float64 }

func emptySpan() span { return span{math.Inf(1), math.Inf(-1)} }

func (s *span) add(values ...float64) {
	for _, v := range values {
		if finite(v) {
			s.lo, s.hi = math.Min(s.lo, v), math.Max(s.hi, v)
		}
	}
}

func (s span) empty() bool { return s.lo > s.hi }

// padded widens a range so that markers at its ends stay inside; a range without extent becomes one
// around its value.
func (s span) padded(share float64) span {
	if s.empty() {
		return span{0, 1}
	}
	d := s.hi - s.lo
	if d <= 1e-9*math.Max(math.Abs(s.lo), math.Abs(s.hi)) {
		if d = math.Abs(s.lo); d == 0 {
			d = 1
		}
		return span{s.lo - d/2, s.hi + d/2}
	}
	return span{s.lo - share*d, s.hi + share*d}
}

// finite reports whether v can be drawn; values beyond 1e300 would overflow the scale of an axis.
func finite(v float64) bool { return !math.IsNaN(v) && math.Abs(v) < 1e300 }

// allFinite reports whether every value can be drawn.
func allFinite(v []float64) bool {
	for _, x := range v {
		if !finite(x) {
			return false
		}
	}
	return true
}
