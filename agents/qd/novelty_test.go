package qd

import (
	"fmt"
	"math"
	"slices"
	"testing"
)

func flat(rows [][]float64) (all []float64) {
	for _, r := range rows {
		all = append(all, r...)
	}
	return all
}

func TestNoveltyGolden(t *testing.T) {
	file := readGolden[struct {
		K                          int
		Points, Reference, Outside [][]float64
		Novelty                    []float64
		NoveltyOutside             []float64 `json:"novelty_outside"`
	}](t, "novelty.json")
	for i, c := range file.Cases {
		s := NewNeighbours(flat(c.Reference), len(c.Reference[0]))
		for _, kind := range []struct {
			member bool
			points [][]float64
			want   []float64
		}{{true, c.Points, c.Novelty}, {false, c.Outside, c.NoveltyOutside}} {
			var got []float64
			for _, p := range kind.points {
				n, _ := Novelty(s, p, c.K, kind.member, nil)
				got = append(got, n)
			}
			same(t, fmt.Sprintf("case %d, members %v", i, kind.member), got, kind.want, file.tolerance)
		}
	}
}

// TestNeighboursAreExact: on sets with duplicates, in 1 to 20 dimensions, the answer is that of sorting
// all distances.
func TestNeighboursAreExact(t *testing.T) {
	rng := NewRandom(1, "test")
	for width := 1; width <= 20; width++ {
		for _, n := range []int{0, 1, 5, 40, 300} {
			points := make([]float64, n*width)
			for i := range points {
				points[i] = math.Floor(6*rng.Float64()) / 5
			}
			s := NewNeighbours(points, width)
			q := make([]float64, width)
			for range 20 {
				for j := range q {
					q[j] = math.Floor(12*rng.Float64()) / 10
				}
				var want []Neighbour
				for i := range n {
					want = append(want, Neighbour{squared(q, points[i*width:][:width]), int32(i)})
				}
				slices.SortFunc(want, func(a, b Neighbour) int {
					if a.Squared != b.Squared {
						if a.Squared < b.Squared {
							return -1
						}
						return 1
					}
					return int(a.Index - b.Index)
				})
				want = want[:min(n, 15)]
				if got := s.Nearest(q, 15, nil); !slices.Equal(got, want) {
					t.Fatalf("%d points, width %d: %v, want %v", n, width, got, want)
				}
			}
		}
	}
}

// TestEqualPointsAreNotNovel, and nothing is novel without others.
func TestEqualPointsAreNotNovel(t *testing.T) {
	points := make([]float64, 2*50)
	for i := range points {
		points[i] = 0.3
	}
	if n, _ := Novelty(NewNeighbours(points, 2), points[:2], 15, true, nil); n != 0 {
		t.Errorf("novelty %v", n)
	}
	if n, _ := Novelty(NewNeighbours(nil, 2), points[:2], 15, false, nil); n != 0 {
		t.Errorf("novelty %v in the empty set", n)
	}
	if n, _ := Novelty(NewNeighbours(points[:2], 2), []float64{3.3, 4.3}, 15, false, nil); math.Abs(n-5) > 1e-12 {
		t.Errorf("novelty %v, want 5", n)
	}
}

func BenchmarkNearest15(b *testing.B) {
	for _, c := range []struct{ n, width int }{{1000, 2}, {6000, 2}, {6000, 10}} {
		b.Run(fmt.Sprintf("%dx%d", c.n, c.width), func(b *testing.B) {
			rng := NewRandom(1, "test")
			points := make([]float64, c.n*c.width)
			for i := range points {
				points[i] = rng.Float64()
			}
			s := NewNeighbours(points, c.width)
			var near []Neighbour
			i := 0
			for b.Loop() {
				near = s.Nearest(points[i*c.width:][:c.width], 15, near)
				i = (i + 1) % c.n
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "queries/s")
		})
	}
}
