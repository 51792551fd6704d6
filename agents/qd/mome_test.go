package qd

import (
	"bytes"
	"encoding/gob"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/paretolab/paretolab/agents"
	"github.com/paretolab/paretolab/pareto"
)

// fronts is an empty archive of fronts with two objectives over a grid of n × n cells on [0, 1]².
func fronts(t *testing.T, n, capacity int) *FrontArchive {
	t.Helper()
	grid, err := NewGridArchive(2, []int{n, n}, []float64{0, 0}, []float64{1, 1}, CellOptions{})
	if err != nil {
		t.Fatal(err)
	}
	a, err := NewFrontArchive(2, grid, []float64{-1, -1}, capacity)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// randomBatch has solutions in [0, 1]² that are their own descriptors, with values on coarse levels, so
// that ties and copies occur.
func randomBatch(rng *Random, n int) *Batch {
	b := &Batch{Genes: 2, Width: 2, M: 2}
	b.Resize(n)
	for i := range b.Solutions {
		b.Solutions[i] = rng.Float64()
		b.Descriptors[i] = b.Solutions[i]
		b.Values[i] = math.Floor(8*rng.Float64()) / 8
	}
	return b
}

// TestOneCellIsAParetoArchive: with one cell the members are those of the crowding archive, and Value is
// the gain of hypervolume.
func TestOneCellIsAParetoArchive(t *testing.T) {
	for _, capacity := range []int{3, 1000} {
		a, rng := fronts(t, 1, capacity), NewRandom(5, "test")
		want, err := pareto.NewCrowdingArchive(capacity)
		if err != nil {
			t.Fatal(err)
		}
		for range 40 {
			b := randomBatch(rng, 5)
			if err := a.Add(b); err != nil {
				t.Fatal(err)
			}
			for i := range 5 {
				v := b.Values[2*i : 2*i+2]
				before, err := pareto.Hypervolume(want.Points(), a.Reference)
				if err != nil {
					t.Fatal(err)
				}
				with, err := pareto.Hypervolume(want.Points().Append(v), a.Reference)
				if err != nil {
					t.Fatal(err)
				}
				r, err := want.Insert(v, nil)
				if err != nil {
					t.Fatal(err)
				}
				if r.Added != (b.Status[i] != Rejected) || math.Abs(b.Value[i]-(with-before)) > 1e-12 {
					t.Fatalf("status %d and value %v; the archive says %v and gains %v", b.Status[i], b.Value[i], r.Added, with-before)
				}
			}
			if got := a.Front(0); got.Len() != want.Len() || !slices.Equal(got.X, want.Points().X) {
				t.Fatalf("front %v, want %v", got.X, want.Points().X)
			}
		}
	}
}

// TestOneObjectiveIsAGridArchive: with one objective every cell keeps the best, as the grid of elites does,
// whatever the capacity, and says the same of solutions that come one by one.
func TestOneObjectiveIsAGridArchive(t *testing.T) {
	for _, c := range []struct{ capacity, batch int }{{1, 1}, {50, 1}, {1, 30}, {50, 30}} {
		oneObjective(t, c.capacity, c.batch)
	}
}

func oneObjective(t *testing.T, capacity, batch int) {
	t.Helper()
	grid := func() *GridArchive {
		g, err := NewGridArchive(2, []int{4, 4}, []float64{0, 0}, []float64{1, 1}, CellOptions{})
		if err != nil {
			t.Fatal(err)
		}
		return g
	}
	a, err := NewFrontArchive(2, grid(), []float64{-1}, capacity)
	if err != nil {
		t.Fatal(err)
	}
	want, rng := grid(), NewRandom(6, "test")
	for range 300 {
		b := randomBatch(rng, batch)
		b.M, b.Values = 1, b.Values[:batch]
		copy(b.Objective, b.Values)
		if err := a.Add(b); err != nil {
			t.Fatal(err)
		}
		status := b.Status[0]
		if err := want.Add(b); err != nil || batch == 1 && b.Status[0] != status {
			t.Fatalf("status %d, the grid says %d (%v)", status, b.Status[0], err)
		}
	}
	for cell := range want.NumCells() {
		k := want.Elite(cell)
		if len(a.Fronts[cell]) != min(1, k+1) || k >= 0 && !slices.Equal(a.Solution(int(a.Fronts[cell][0])), want.Solution(k)) {
			t.Errorf("cell %d differs", cell)
		}
	}
	if a.Coverage() != want.Stats().Coverage {
		t.Errorf("coverage %v, the grid has %v", a.Coverage(), want.Stats().Coverage)
	}
}

// TestFrontArchiveIsConsistent after many members came and went: indices, cells, the two scores, and the
// members that are distinct.
func TestFrontArchiveIsConsistent(t *testing.T) {
	a, rng := fronts(t, 3, 4), NewRandom(7, "test")
	for range 100 {
		b := randomBatch(rng, 10)
		for i := 0; i < len(b.Values); i += 2 { // near a quarter of a circle
			angle := math.Pi / 2 * rng.Float64()
			radius := 1 - 0.1*rng.Float64()
			b.Values[i], b.Values[i+1] = radius*math.Cos(angle), radius*math.Sin(angle)
		}
		if err := a.Add(b); err != nil {
			t.Fatal(err)
		}
	}
	seen, sum := 0, 0.0
	for cell, members := range a.Fronts {
		if len(members) > 4 {
			t.Errorf("cell %d has %d members", cell, len(members))
		}
		for _, i := range members {
			seen++
			if int(a.Cell[i]) != cell || a.Space.CellOf(a.Descriptor(int(i))) != cell {
				t.Errorf("member %d of cell %d says cell %d", i, cell, a.Cell[i])
			}
		}
		hv, err := pareto.Hypervolume(a.Front(cell), a.Reference)
		if err != nil {
			t.Fatal(err)
		}
		sum += hv
	}
	if moqd, err := a.MOQD(); err != nil || seen != a.Len() || math.Abs(moqd-sum) > 1e-9 {
		t.Errorf("%d members of %d are in cells; MOQD %v, want %v (%v)", seen, a.Len(), moqd, sum, err)
	}
	global, err := a.GlobalFront()
	if err != nil || len(global) < 2 {
		t.Fatalf("global front %v, %v", global, err)
	}
	distinct, hv, err := a.Distinct(0.3)
	if err != nil || len(distinct) == 0 || len(distinct) > len(global) {
		t.Fatalf("distinct %v of %v, %v", distinct, global, err)
	}
	values := pareto.Front{M: 2, X: a.Values}
	if want, err := pareto.Hypervolume(values.Select(distinct), a.Reference); err != nil || hv != want {
		t.Errorf("hypervolume %v of the distinct, want %v (%v)", hv, want, err)
	}
	for k, i := range distinct {
		if !slices.Contains(global, i) {
			t.Errorf("member %d is distinct but dominated", i)
		}
		for _, j := range distinct[:k] {
			if d := distance(a.Descriptor(i), a.Descriptor(j)); d < 0.3 {
				t.Errorf("members %d and %d are %v apart", i, j, d)
			}
		}
	}
	whole, err := pareto.Hypervolume(values, a.Reference)
	if err != nil {
		t.Fatal(err)
	}
	if all, hv, err := a.Distinct(0); err != nil || len(all) != len(global) || math.Abs(hv-whole) > 1e-12 {
		t.Errorf("%d members are at least 0 apart, of %d, with %v of hypervolume %v: %v", len(all), len(global), hv, whole, err)
	}
	var saved bytes.Buffer
	if err := gob.NewEncoder(&saved).Encode(a); err != nil {
		t.Fatal(err)
	}
	again := &FrontArchive{}
	if err := gob.NewDecoder(&saved).Decode(again); err != nil {
		t.Fatal(err)
	}
	b := randomBatch(rng, 20)
	c := *b
	c.Status, c.Value = slices.Clone(b.Status), slices.Clone(b.Value)
	if err := a.Add(b); err != nil {
		t.Fatal(err)
	}
	if err := again.Add(&c); err != nil || !reflect.DeepEqual(b.Status, c.Status) || !slices.Equal(a.Values, again.Values) {
		t.Errorf("a saved archive goes on otherwise (%v)", err)
	}
}

// TestWays to reach a trade-off, by hand: members at four places, of which two are near each other and one does
// not reach it.
func TestWays(t *testing.T) {
	a := fronts(t, 10, 5)
	for i, at := range []float64{0, 0.15, 0.5, 1} {
		b := &Batch{Genes: 2, Width: 2, M: 2}
		b.Resize(1)
		copy(b.Descriptors, []float64{at, 0})
		copy(b.Values, [][]float64{{1, 0.5}, {0.75, 0.75}, {0.5, 1}, {0.25, 2}}[i])
		if err := a.Add(b); err != nil || b.Status[0] != New {
			t.Fatal(err, b.Status)
		}
	}
	for _, c := range []struct {
		target []float64
		delta  float64
		want   []int
	}{
		{[]float64{0.5, 0.5}, 0, []int{0, 1, 2}},
		{[]float64{0.5, 0.5}, 0.2, []int{0, 2}},
		{[]float64{0.5, 0.5}, 0.6, []int{0}},
		{[]float64{0, 0}, 0.2, []int{0, 2, 3}},
		{[]float64{0.6, 0.6}, 0, []int{1}},
		{[]float64{1, 1}, 0, nil},
	} {
		if ways, err := a.Ways(c.target, c.delta); err != nil || !slices.Equal(ways, c.want) {
			t.Errorf("%v, %v apart: %v, want %v (%v)", c.target, c.delta, ways, c.want, err)
		}
	}
	// All four are on the global front; the last adds the most hypervolume from (−1, −1).
	if members, _, err := a.Distinct(0.2); err != nil || len(members) != 3 || members[0] != 3 {
		t.Errorf("distinct %v (%v)", members, err)
	}
	if _, err := a.Ways([]float64{1}, 0); err == nil || !strings.Contains(err.Error(), "2 objectives, so give as many") {
		t.Errorf("error %v", err)
	}
	if _, _, err := a.Distinct(math.NaN()); err == nil || !strings.Contains(err.Error(), "give a distance from 0") {
		t.Errorf("error %v", err)
	}
}

// TestParentsOfFronts: every filled cell gives a parent with the same probability, whatever the size of
// its front; by crowding the lonely are drawn more often.
func TestParentsOfFronts(t *testing.T) {
	a := fronts(t, 2, 50)
	add := func(x, v, w float64) {
		b := &Batch{Genes: 2, Width: 2, M: 2}
		b.Resize(1)
		copy(b.Solutions, []float64{x, 0})
		copy(b.Descriptors, []float64{x, 0})
		copy(b.Values, []float64{v, w})
		if err := a.Add(b); err != nil || b.Status[0] == Rejected {
			t.Fatal(err, b.Status)
		}
	}
	add(0.9, 0.5, 0.5) // alone in its cell
	for _, v := range []float64{0, 0.05, 0.1, 0.9, 1} {
		add(0.1, v, 1-v)
	}
	count := func() []int {
		n, rng := make([]int, a.Len()), NewRandom(1, "parents")
		for range 10_000 {
			n[a.draw(rng)]++
		}
		return n
	}
	n := count()
	if math.Abs(float64(n[0])-5000) > 250 { // five standard deviations
		t.Errorf("the cell with one member was drawn %d times of 10000", n[0])
	}
	for _, k := range n[1:] {
		if math.Abs(float64(k)-1000) > 150 {
			t.Errorf("draws %v: members of a cell are not drawn alike", n)
		}
	}
	a.Crowded = true
	if n := count(); n[2] >= n[3] || math.Abs(float64(n[0])-5000) > 250 {
		t.Errorf("draws by crowding %v: the third of the front is lonelier than the second", n)
	}
}

// TestPolynomialStaysInBounds, moves a share of the genes, and further with a smaller η.
func TestPolynomialStaysInBounds(t *testing.T) {
	spread := func(eta float64) float64 {
		a := archives(t)["grid"]
		e := &Polynomial{Batch: 1000, Eta: eta, Share: 0.5, Crossed: 0, Bounds: UniformBounds(2, -1, 1), RNG: NewRandom(2, "emitter")}
		b := &Batch{Genes: 2, Width: 2}
		b.Resize(1)
		copy(b.Solutions, []float64{0.9, -0.2})
		copy(b.Descriptors, b.Solutions)
		if err := a.Add(b); err != nil {
			t.Fatal(err)
		}
		x := make([]float64, 2*1000)
		e.Ask(a, x)
		same, sum := 0, 0.0
		for i, v := range x {
			from := b.Solutions[i%2]
			if math.Abs(v) > 1 {
				t.Fatalf("gene %v", v)
			}
			if v == from {
				same++
			}
			sum += math.Abs(v - from)
		}
		if same < 850 || same > 1150 { // 1000 of 2000, with six standard deviations
			t.Errorf("%d of 2000 genes stayed", same)
		}
		return sum / 2000
	}
	if near, far := spread(20), spread(1); !(near < far/2) {
		t.Errorf("mean steps %v with η 20 and %v with η 1", near, far)
	}
}

// TestMOMEVariants: all ways to vary fill cells with fronts, and the score is that of the archive.
func TestMOMEVariants(t *testing.T) {
	for _, variation := range []string{"gaussian", "line", "polynomial", "cma"} {
		rec, set := train(t, "mome", "point-v0", 1, 2, 2000, func(a agents.Algorithm) {
			s := a.(*MOME)
			s.Variation, s.Batch, s.Parents = variation, 40, "crowding"
			if variation == "cma" {
				s.Mutation = 0.5
			}
		})
		moqd, filled := rec.column("moqd_score"), rec.column("fronts")
		if n, hv := rec.column("distinct"), rec.column("distinct_hypervolume"); !(n >= 1) || !(hv > 0) {
			t.Errorf("%s: %v distinct members with hypervolume %v", variation, n, hv)
		}
		if !(moqd > 0) || filled < 20 || len(set.Members) == 0 {
			t.Errorf("%s: %d members, MOQD %v in %v fronts", variation, len(set.Members), moqd, filled)
		}
	}
}

func TestBadFrontArchives(t *testing.T) {
	full := archives(t)["grid"]
	b := randomBatch(NewRandom(1, "x"), 1)
	if err := full.Add(b); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		space     Archive
		reference []float64
		capacity  int
		say       string
	}{
		{full, []float64{0}, 5, "an empty grid or CVT archive"},
		{archives(t)["threshold"], []float64{0}, 5, "an empty grid or CVT archive"},
		{archives(t)["grid"], nil, 5, "without a reference point"},
		{archives(t)["grid"], []float64{math.NaN()}, 5, "is NaN"},
		{archives(t)["grid"], []float64{0}, 0, "cells for 0 members"},
	} {
		if _, err := NewFrontArchive(2, c.space, c.reference, c.capacity); err == nil || !strings.Contains(err.Error(), c.say) {
			t.Errorf("error %v, want %q", err, c.say)
		}
	}
	a := fronts(t, 2, 5)
	b.Values[1] = math.Inf(1)
	if err := a.Add(b); err == nil || a.Len() != 0 {
		t.Errorf("an infinite value was taken: %v", err)
	}
	b.M, b.Values = 0, nil
	if err := a.Add(b); err == nil || !strings.Contains(err.Error(), "2 objectives") {
		t.Errorf("a batch without values was taken: %v", err)
	}
}
