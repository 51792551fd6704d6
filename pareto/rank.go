package pareto

import (
	"slices"
	"sort"
)

// Rank returns the rank of every row of f: 0 for the rows that no other dominates, and otherwise one
// more than the highest rank among those that dominate it. The rows of rank r are the non-dominated
// ones after those of lower rank have been removed (non-dominated sorting: Goldberg 1989, Deb,
// Pratap, Agarwal & Meyarivan 2002). Equal rows share a rank.
//
// Options.MaxFronts and Options.StopAfter end the count early. Objectives are maximised unless
// Options.Dir says otherwise. An empty front gives no ranks and no error. Errors: as [NonDominated].
//
// Cost, for n rows in k fronts: n log n for one and two objectives, by patience sorting (Jensen 2003);
// n log n log k for three, by bisection over one staircase per front. From four on, in the order of
// [NonDominated], a row is compared with the fronts by bisection, with bit masks that skip most
// comparisons (ENS-BS: Zhang, Tian, Cheng & Jin 2015): n² at worst. Where that is too much, because
// there are many rows or few fronts, each row asks a k-d tree for the highest rank below it: in
// practice a little more than n log n, n^(2-1/m) at worst.
//
// Repeated calls are quicker and free of garbage with a [Workspace].
func Rank(f Front, o ...Options) ([]int, error) {
	var w Workspace
	return w.Rank(f, o...)
}

// Rank is the function [Rank] with the memory of the workspace. The ranks are valid until its next
// call.
func (w *Workspace) Rank(f Front, o ...Options) ([]int, error) {
	opt, err := option(o)
	if err != nil {
		return nil, err
	}
	if err := checkRows(f, &opt); err != nil {
		return nil, err
	}
	s := &w.ranker
	s.begin(f, &opt)
	minimise(s.rows, f.X, s.sign[:f.M])
	s.rank = resize(s.rank, f.Len())
	s.limits(&opt)
	err = s.run()
	s.forgetContext()
	if err != nil {
		return nil, err
	}
	for k, r := range s.rank {
		s.rank[k] = min(r, s.fronts)
	}
	return s.rank, nil
}

const rankTreeFrom = 20_000 // from so many rows on always a tree

// ranker is the state and the memory of one Rank.
type ranker struct {
	rowOrder
	rank []int // per row

	limit  int   // fronts to tell apart at most
	fronts int   // fronts to tell apart, as far as is known; rows behind them get this as their rank
	enough int   // rows that have to be in a front
	size   []int // per front, of those to tell apart
	inside int   // rows in them

	last   []uint64    // two objectives: per front, the key of the first objective of the last row
	stairs stairFronts // three objectives
	coded  codedFronts // four and more objectives, few rows
	unique []int32
	place  []int32 // per row: where it stands in the tree
	tree   lowTree
}

// limits takes those of the options.
func (s *ranker) limits(opt *Options) {
	n := len(s.rank)
	s.fronts, s.enough = n, n
	if opt.MaxFronts > 0 {
		s.fronts = min(n, opt.MaxFronts)
	}
	s.limit = s.fronts
	if opt.StopAfter > 0 {
		s.enough = min(n, opt.StopAfter)
	}
	s.size, s.inside = s.size[:0], 0
}

// set gives row k its rank, unless that is beyond the fronts to tell apart.
func (s *ranker) set(k int32, rank int) {
	s.rank[k] = rank
	if rank >= s.fronts {
		return
	}
	for len(s.size) <= rank {
		s.size = append(s.size, 0)
	}
	s.size[rank]++
	s.inside++
	for s.inside-s.size[len(s.size)-1] >= s.enough { // without the last front there are enough
		s.inside -= s.size[len(s.size)-1]
		s.size = s.size[:len(s.size)-1]
		s.fronts = len(s.size)
	}
}

func (s *ranker) run() error {
	switch {
	case len(s.rank) == 0:
		return nil
	case s.m == 1:
		return s.rankLine()
	case s.m == 2:
		return s.rankPlane()
	case s.m == 3:
		return s.rankSpace()
	}
	s.sortByScore()
	if err := s.sortTies(); err != nil {
		return err
	}
	n := len(s.rank)
	if n >= rankTreeFrom || n >= filterTreeFrom && s.m <= treeObjectives && !s.manyDominated() {
		return s.rankByTree()
	}
	return s.rankByCode()
}

// manyDominated reports whether the first rows in order dominate a quarter of those that follow, by a
// sample.
func (s *ranker) manyDominated() bool {
	first, rest := s.order[:firstSurvivors], s.order[firstSurvivors:]
	dominated := 0
	for i := range probes {
		p := s.row(rest[i*len(rest)/probes].row)
		if slices.ContainsFunc(first, func(e keyed) bool { return weaklyBelow(s.row(e.row), p) }) {
			dominated++
		}
	}
	return dominated > probes/4
}

// rankLine numbers the distinct values.
func (s *ranker) rankLine() error {
	s.sortByLast()
	rank := 0
	for t, e := range s.order {
		if err := s.cancelled(t); err != nil {
			return err
		}
		if t > 0 && e.key != s.order[t-1].key {
			rank++
		}
		s.set(e.row, rank)
	}
	return nil
}

// rankPlane takes the rows in order of the second objective: a front dominates a row if its last one
// has no larger first objective.
func (s *ranker) rankPlane() error {
	s.sortByLast()
	if err := s.sortTies(); err != nil {
		return err
	}
	s.last = s.last[:0]
	for t, e := range s.order {
		if err := s.cancelled(t); err != nil {
			return err
		}
		if s.copyOfPrevious(t) {
			s.set(e.row, s.rank[s.order[t-1].row])
			continue
		}
		x := sortKey(s.rows[2*e.row])
		lo := firstAbove(s.last, x)
		if lo == len(s.last) {
			s.last = append(s.last, x)
		} else {
			s.last[lo] = x
		}
		s.set(e.row, lo)
	}
	return nil
}

// rankSpace takes the rows in order of the third objective: a front dominates a row if its staircase
// in the other two covers it.
func (s *ranker) rankSpace() error {
	s.sortByLast()
	if err := s.sortTies(); err != nil {
		return err
	}
	short, err := s.bisect(&s.stairs)
	if err != nil || short {
		return err
	}
	s.size, s.inside, s.fronts = s.size[:0], 0, s.limit
	s.sortByScore()
	if err := s.sortTies(); err != nil {
		return err
	}
	return s.rankByTree()
}

// rankByCode takes the rows in order of their score and compares them with the fronts by bit masks.
func (s *ranker) rankByCode() error {
	s.coded.codes.reset(s.m, s.rows)
	_, err := s.bisect(&s.coded)
	return err
}

// searchedFronts are the rows of each front so far.
type searchedFronts interface {
	// first returns the first of n fronts none of whose rows weakly dominates p, n if there is none.
	first(p []float64, n int) int
	// begin makes a new front, the one after those so far.
	begin(front int)
	// join adds the row that was asked for last to a front; false if searching that has come to cost too much.
	join(front int) (ok bool)
}

// bisect gives the rows in order their ranks: of each the first front that does not dominate it. It ends
// early, with false, if the fronts say so.
func (s *ranker) bisect(fronts searchedFronts) (ok bool, err error) {
	n := 0 // fronts so far
	for t, e := range s.order {
		if err := s.cancelled(t); err != nil {
			return false, err
		}
		if s.copyOfPrevious(t) {
			s.set(e.row, s.rank[s.order[t-1].row])
			continue
		}
		rank := fronts.first(s.row(e.row), min(n, s.fronts))
		s.set(e.row, rank)
		if rank >= s.fronts {
			continue
		}
		if rank == n {
			fronts.begin(n)
			n++
		}
		if !fronts.join(rank) {
			return false, nil
		}
	}
	return true, nil
}

// stairFronts are fronts of three objectives, in order of the third, as staircases of the other two.
type stairFronts struct {
	front []stairs
	x, y  uint64 // of the row asked for last
}

func (f *stairFronts) first(p []float64, n int) int {
	x, y := sortKey(p[0]), sortKey(p[1])
	f.x, f.y = x, y
	return sort.Search(n, func(r int) bool { return !f.front[r].covers(x, y) })
}

func (f *stairFronts) begin(front int) {
	if len(f.front) == front {
		f.front = append(f.front, stairs{})
	}
	f.front[front].clear()
}

func (f *stairFronts) join(front int) (ok bool) {
	f.front[front].offer(f.x, f.y)
	return !f.front[front].long()
}

// codedFronts are fronts of rows with bit masks.
type codedFronts struct {
	codes codedRows
	front []cell
	row   []float64 // asked for last
	mask  uint64
}

func (f *codedFronts) first(p []float64, n int) int {
	mask := f.codes.code(p)
	f.row, f.mask = p, mask
	return sort.Search(n, func(r int) bool { return !f.front[r].anyWeaklyBelow(p, mask) })
}

func (f *codedFronts) begin(front int) {
	if len(f.front) == front {
		f.front = append(f.front, cell{})
	}
	f.front[front].clear()
}

func (f *codedFronts) join(front int) (ok bool) {
	f.front[front].add(f.row, f.mask)
	return true
}

// rankByTree takes the rows in order of their score and asks for the highest rank below each.
func (s *ranker) rankByTree() error {
	s.unique = s.unique[:0]
	for t, e := range s.order {
		if !s.copyOfPrevious(t) {
			s.unique = append(s.unique, e.row)
		}
	}
	tree := &s.tree
	if err := tree.build(s.m, s.rows, s.unique, &s.sorter, s.ctx); err != nil {
		return err
	}
	tree.forgetRanks()
	s.place = resize(s.place, len(s.rank))
	for at, k := range tree.row {
		s.place[k] = int32(at)
	}
	for t, e := range s.order {
		if err := s.cancelled(t); err != nil {
			return err
		}
		if s.copyOfPrevious(t) {
			s.set(e.row, s.rank[s.order[t-1].row])
			continue
		}
		at := s.place[e.row]
		rank := tree.highestBelow(at, int32(s.fronts)-1) + 1
		tree.setRank(at, rank)
		s.set(e.row, int(rank))
	}
	return nil
}

// forgetRanks makes all ranks unknown.
func (t *lowTree) forgetRanks() {
	t.rank, t.most = resize(t.rank, len(t.row)), resize(t.most, len(t.next))
	for i := range t.rank {
		t.rank[i] = -1
	}
	for v := range t.most {
		t.most[v] = -1
	}
}

// setRank makes known the rank of the row at a place.
func (t *lowTree) setRank(at, rank int32) {
	t.rank[at] = rank
	for v := int32(0); ; {
		t.most[v] = max(t.most[v], rank)
		if t.next[v] == v+1 {
			return
		}
		v++
		if right := t.next[v]; at >= t.first[right] {
			v = right
		}
	}
}

// highestBelow returns the highest known rank of the other rows below the one at a place, -1 if there
// is none; or some rank that is at least enough.
func (t *lowTree) highestBelow(at, enough int32) int32 {
	m := t.m
	p := t.rows[int(at)*m:][:m]
	highest := int32(-1)
	nodes := int32(len(t.next))
	for v := int32(0); v < nodes && highest < enough; {
		if t.most[v] <= highest || !rankedBelow(t.low[int(v)*m:][:m], p) {
			v = t.next[v]
			continue
		}
		if t.next[v] > v+1 {
			v++
			continue
		}
		for k := t.first[v]; k < t.first[v+1]; k++ {
			if t.rank[k] > highest && k != at && rankedBelow(t.rows[int(k)*m:][:m], p) {
				highest = t.rank[k]
			}
		}
		v++
	}
	return highest
}
