package report

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/paretolab/paretolab/plots"
)

// number shows a measured value with six significant digits.
func number(v float64) value { return digits(v, 6) }

// hypervolume shows one with seven: differences between good fronts are small.
func hypervolume(v float64) value { return digits(v, 7) }

func digits(v float64, n int) value {
	return value{shown: plots.Number(v, n), exact: exact(v), digits: n}
}

// exact is a number as files hold it.
func exact(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }

// unknown is an empty cell.
var unknown = value{shown: "–"}

// optional shows a value that may be unknown.
func optional(p *float64, show func(float64) value) value {
	if p == nil {
		return unknown
	}
	return show(*p)
}

// share shows a fraction as such with four decimals: 0.9931.
func share(v float64) value { return value{shown: fixed(v, 4), exact: exact(v)} }

func fixed(v float64, decimals int) string {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return plots.Number(v, decimals)
	}
	return strings.Replace(strconv.FormatFloat(v, 'f', decimals, 64), "-", "−", 1)
}

// signed shows a difference with its sign.
func signed(v float64) value {
	s := plots.Number(v, 4)
	if v > 0 {
		s = "+" + s
	}
	return value{shown: s, exact: exact(v)}
}

// percent shows a ratio of a difference to a base; the file holds the ratio.
func percent(diff, base float64) value {
	r := diff / base
	if base == 0 || math.IsNaN(r) || math.IsInf(r, 0) {
		return unknown
	}
	s := plots.Number(math.Round(r*1e5)/1e3, 3) + " %"
	if math.Abs(r) < 5e-6 {
		s = "0 %"
	} else if r > 0 {
		s = "+" + s
	}
	return value{shown: s, exact: exact(r)}
}

// count shows an integer in groups of three.
func count(n int) value {
	exact := strconv.Itoa(n)
	s := strings.Replace(exact, "-", "−", 1)
	for i := len(s) - 3; i > 0 && s[i-1] >= '0' && s[i-1] <= '9'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return value{shown: s, exact: exact}
}

// word is text in a table.
func word(s string) value { return value{shown: s, exact: s} }

// duration shows seconds; the file holds them as a number.
func duration(seconds float64) value {
	v := value{exact: exact(seconds)}
	d := time.Duration(seconds * float64(time.Second)).Round(time.Second)
	h, m, sec := int(d.Hours()), int(d.Minutes())%60, int(d.Seconds())%60
	switch {
	case math.IsNaN(seconds) || seconds <= 0:
		v.shown = "–"
	case seconds < 120:
		v.shown = fixed(seconds, 1) + " s"
	case h == 0:
		v.shown = fmt.Sprintf("%d min %02d s", m, sec)
	default:
		v.shown = fmt.Sprintf("%d h %02d min", h, m)
	}
	return v
}

// point writes a value vector as (a, b, …).
func point(v []float64) string {
	s := make([]string, len(v))
	for i, x := range v {
		s[i] = plots.Number(x, 6)
	}
	return "(" + strings.Join(s, ", ") + ")"
}

// seedList writes seeds with ranges: 0–4, 7.
func seedList(seeds []uint64) string {
	seeds = slices.Clone(seeds)
	slices.Sort(seeds)
	seeds = slices.Compact(seeds)
	var parts []string
	for i := 0; i < len(seeds); {
		j := i
		for j+1 < len(seeds) && seeds[j+1] == seeds[j]+1 {
			j++
		}
		switch {
		case j > i+1:
			parts = append(parts, fmt.Sprintf("%d–%d", seeds[i], seeds[j]))
		case j == i+1:
			parts = append(parts, fmt.Sprintf("%d, %d", seeds[i], seeds[j]))
		default:
			parts = append(parts, fmt.Sprint(seeds[i]))
		}
		i = j + 1
	}
	return strings.Join(parts, ", ")
}

// summary is the median, smallest and largest of values.
func summary(v []float64) (median, lo, hi float64) {
	v = slices.Clone(v)
	slices.Sort(v)
	n := len(v)
	if n == 0 {
		return math.NaN(), math.NaN(), math.NaN()
	}
	return (v[n/2] + v[(n-1)/2]) / 2, v[0], v[n-1]
}

// halfWidth is half of the 95 % confidence interval of a mean, by Student's t; NaN for fewer than
// three values.
func halfWidth(v []float64) float64 {
	n := len(v)
	if n < 3 {
		return math.NaN()
	}
	mean, square := 0.0, 0.0
	for _, x := range v {
		mean += x / float64(n)
	}
	for _, x := range v {
		square += (x - mean) * (x - mean)
	}
	return studentT(n-1) * math.Sqrt(square/float64(n-1)/float64(n))
}

// studentT is the 0.975 quantile for the given degrees of freedom, from the usual table; beyond 30
// the quantile of 30 is taken, which errs to the wide side by at most 0.08.
func studentT(freedom int) float64 {
	t := []float64{12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228,
		2.201, 2.179, 2.160, 2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086,
		2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042}
	return t[min(freedom, len(t))-1]
}

// plural writes a number with its noun.
func plural(n int, word string) string { return count(n).shown + " " + noun(n, word) }

// noun is a word in the number of n things.
func noun(n int, word string) string {
	switch {
	case n == 1:
		return word
	case strings.HasSuffix(word, "y"):
		return strings.TrimSuffix(word, "y") + "ies"
	}
	return word + "s"
}
