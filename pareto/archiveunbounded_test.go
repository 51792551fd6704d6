package pareto

import (
	"fmt"
	"slices"
	"testing"
)

// plainArchive compares with every member, by the definitions.
type plainArchive struct {
	o       ArchiveOptions
	members []Member
}

func (a *plainArchive) insert(p []float64, payload any) Result {
	dominates := func(a, b []float64) bool { // maximised
		for j, v := range b {
			if a[j] < v {
				return false
			}
		}
		return true
	}
	for _, have := range a.members {
		q := have.Point
		if dominates(q, p) && !(a.o.KeepDuplicates && slices.Equal(p, q)) {
			return Result{}
		}
		if t := a.o.Tolerance; t > 0 {
			within, beyond := true, false
			for j, v := range p { // as the archive computes it, of minimised values
				within = within && -q[j] <= -v+t
				beyond = beyond || -q[j] < -v-t
			}
			if within && beyond {
				return Result{}
			}
		}
	}
	r := Result{Added: true}
	a.members = slices.DeleteFunc(a.members, func(have Member) bool {
		beaten := dominates(p, have.Point) && !slices.Equal(p, have.Point)
		if beaten {
			r.Removed = append(r.Removed, have)
		}
		return beaten
	})
	a.members = append(a.members, Member{slices.Clone(p), payload})
	return r
}

// stream is a set of rows in the order of their arrival.
type stream struct {
	name string
	Front
}

// streams are n rows of shapes, sorted ones, some that get better and better, and some of few values.
func streams(t testing.TB, n, m int) []stream {
	var made []stream
	for _, name := range []string{"linear", "cube", "ties", "morl", "invconcave"} {
		made = append(made, stream{name, shape{name, n, m, uint64(m)}.rows(t)})
	}
	linear := shape{"linear", n, m, 5}.rows(t)
	rows := make([][]float64, n)
	for i := range rows {
		rows[i] = linear.Row(i)
	}
	slices.SortFunc(rows, slices.Compare)
	made = append(made, stream{"sorted", mustFront(t, rows)})
	for k := range linear.X {
		linear.X[k] += 3 * float64(k/m) / float64(n)
	}
	few := shape{"cube", n, m, 7}.rows(t)
	for k := range few.X {
		few.X[k] = float64(int(4 * few.X[k]))
	}
	return append(made, stream{"improving", linear}, stream{"few values", few})
}

// TestUnboundedArchiveIsThePlainOne: what is added, what is removed and what is in it.
func TestUnboundedArchiveIsThePlainOne(t *testing.T) {
	for _, m := range []int{2, 3, 5, 9} {
		for _, f := range streams(t, 500, m) {
			for _, o := range []ArchiveOptions{{}, {KeepDuplicates: true}, {Tolerance: 0.01}} {
				t.Run(fmt.Sprintf("%s/m=%d/%+v", f.name, m, o), func(t *testing.T) {
					a, err := NewUnboundedArchive(o)
					if err != nil {
						t.Fatal(err)
					}
					plain := plainArchive{o: o}
					for i := range f.Len() {
						got, err := a.Insert(f.Row(i), i)
						want := plain.insert(f.Row(i), i)
						same := slices.EqualFunc(got.Removed, want.Removed, func(a, b Member) bool {
							return a.Payload == b.Payload && slices.Equal(a.Point, b.Point)
						})
						if err != nil || got.Added != want.Added || !same || a.Len() != len(plain.members) {
							t.Fatalf("row %d: %v (%v), %d members; want %v, %d", i, got, err, a.Len(), want, len(plain.members))
						}
						if i%97 != 0 && i != f.Len()-1 {
							continue
						}
						points := a.Points()
						for k, want := range plain.members {
							if a.Payload(k) != want.Payload || !slices.Equal(points.Row(k), want.Point) {
								t.Fatalf("after row %d member %d is %v of %v, want %v", i, k, a.Payload(k), points.Row(k), want)
							}
						}
					}
				})
			}
		}
	}
}

func BenchmarkUnboundedArchive(b *testing.B) {
	for _, m := range []int{2, 3, 5, 9} {
		for _, f := range streams(b, 100_000, m) {
			b.Run(fmt.Sprintf("%s/m=%d", f.name, m), func(b *testing.B) {
				var a UnboundedArchive
				for b.Loop() {
					a = UnboundedArchive{}
					for i := range f.Len() {
						if _, err := a.Insert(f.Row(i), nil); err != nil {
							b.Fatal(err)
						}
					}
				}
				b.ReportMetric(float64(f.Len())*float64(b.N)/b.Elapsed().Seconds(), "points/s")
				b.ReportMetric(float64(a.Len()), "members")
			})
		}
	}
}
