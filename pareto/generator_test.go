package pareto

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"testing"

	"pgregory.net/rapid"
)

// splitMix is the generator of the golden files: draw k of a seed, k from 1.
type splitMix uint64

func (s splitMix) draw(k int) float64 {
	z := uint64(s) + uint64(k)*0x9E3779B97F4A7C15
	z = (z ^ z>>30) * 0xBF58476D1CE4E5B9
	z = (z ^ z>>27) * 0x94D049BB133111EB
	z ^= z >> 31
	return float64(z>>11) * 0x1p-53
}

// shape names a generated set of the golden files.
type shape struct {
	Shape string
	N, M  int
	Seed  uint64
}

func (s shape) String() string { return fmt.Sprintf("%s n=%d m=%d seed=%d", s.Shape, s.N, s.M, s.Seed) }

// rows generates the set; the morl shape comes as returns, to be maximised.
func (s shape) rows(t rapid.TB) Front {
	width := map[string]int{
		"linear": s.M - 1, "invlinear": s.M - 1, "convex": s.M - 1, "ties": s.M - 1,
		"concave": 12 * s.M, "invconcave": 12 * s.M, "cube": s.M, "morl": s.M + 3,
	}[s.Shape]
	if width == 0 {
		t.Fatalf("unknown shape %q", s.Shape)
	}
	f := Front{M: s.M, X: make([]float64, s.N*s.M)}
	u := make([]float64, width)
	var anchors Front
	if s.Shape == "morl" {
		anchors = shape{"linear", 6, s.M, s.Seed + 1}.rows(t)
	}
	for i := range s.N {
		for k := range u {
			u[k] = splitMix(s.Seed).draw(i*width + k + 1)
		}
		fillRow(s.Shape, f.Row(i), u, anchors)
	}
	return f
}

// minimised is rows for a file that says that all its sets are minimised.
func (s shape) minimised(t rapid.TB) Front {
	f := s.rows(t)
	if s.Shape == "morl" {
		for k, v := range f.X {
			f.X[k] = -v
		}
	}
	return f
}

// inSense is the set of a file that says so of each.
func (s shape) inSense(t rapid.TB, sense string) Front {
	if sense == "min" {
		return s.minimised(t)
	}
	return s.rows(t)
}

func fillRow(shape string, row, u []float64, anchors Front) {
	switch shape {
	case "cube":
		copy(row, u)
	case "concave", "invconcave":
		for j := range row {
			g := 0.0
			for _, v := range u[12*j : 12*j+12] {
				g += v
			}
			row[j] = math.Abs(g - 6)
		}
		norm := 0.0
		for _, a := range row {
			norm += float64(a * a)
		}
		norm = math.Sqrt(norm)
		for j := range row {
			row[j] /= norm
			if shape == "invconcave" {
				row[j] = 1 - row[j]
			}
		}
	case "morl":
		m := len(row)
		anchor := anchors.Row(int(6 * u[0]))
		t, rr := 0.5*u[1], 1-float64(0.08*u[2])
		q := make([]float64, m)
		spacings(q, u[3:3+m-1])
		for j := range row {
			w := float64((1-t)*anchor[j]) + float64(t*q[j])
			row[j] = rr * float64(10*(1+j%4)) * math.Sqrt(w)
		}
	default:
		spacings(row, u)
		for j, v := range row {
			switch shape {
			case "invlinear":
				row[j] = 1 - v
			case "convex":
				row[j] = v * v
			case "ties":
				row[j] = math.Floor(16*v) / 16
			}
		}
	}
}

// spacings fills row with the differences of 0, the sorted draws, and 1.
func spacings(row, u []float64) {
	sorted := slices.Sorted(slices.Values(u))
	last := 0.0
	for j, v := range sorted {
		row[j] = v - last
		last = v
	}
	row[len(row)-1] = 1 - last
}

func TestGenerator(t *testing.T) {
	var file struct {
		Draws map[string][]string
		Rows  []struct {
			shape
			Points [][]string
		}
	}
	golden(t, "generator.json", &file)
	hex := func(s string) float64 {
		v, err := strconv.ParseFloat(s, 64)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	for seed, draws := range file.Draws {
		s, err := strconv.ParseUint(seed, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		for k, want := range draws {
			if got := splitMix(s).draw(k + 1); got != hex(want) {
				t.Errorf("seed %s, draw %d: %x, want %s", seed, k+1, got, want)
			}
		}
	}
	for _, c := range file.Rows {
		f := c.minimised(t)
		for i, row := range c.Points {
			for j, want := range row {
				if got := f.Row(i)[j]; got != hex(want) {
					t.Errorf("%v, row %d, objective %d: %x, want %s", c.shape, i, j, got, want)
				}
			}
		}
	}
}
