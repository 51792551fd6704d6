package pareto

// FilterAgainst returns the indices, ascending, of the rows of f that no row of other dominates. A
// copy does not dominate: rows that are in both stay, and rows of f are not compared with each
// other.
//
// Objectives are maximised unless Options.Dir says otherwise. An empty f gives no index, an empty
// other all of them. Errors: as [NonDominated], for the first faulty row of f ("front") or of other
// ("other front"); ErrDimension if they differ in their objectives. Cost as for [NonDominated] of
// both together, from four objectives on.
func FilterAgainst(f, other Front, o ...Options) ([]int, error) {
	var s coverage
	if err := s.load(other, "other front", f, "front", o); err != nil {
		return nil, err
	}
	idx := make([]int, 0, f.Len())
	err := s.each(func(i int, dominated, _ bool) {
		if !dominated {
			idx = append(idx, i)
		}
	})
	if err != nil {
		return nil, err
	}
	return idx, nil
}

// Coverage returns C(a, b), the share of the rows of b that a row of a weakly dominates (Zitzler &
// Thiele 1998): from 0, none, to 1, all. Neither does C(a, b) follow from C(b, a), nor does the larger
// one say that its set is better. Copies in b count each.
//
// Objectives are maximised unless Options.Dir says otherwise. An empty a covers nothing. Errors:
// ErrEmpty if b is; otherwise as [FilterAgainst]. Cost as for [NonDominated] of both together, from
// four objectives on.
func Coverage(a, b Front, o ...Options) (float64, error) {
	if b.Len() == 0 && len(b.X) == 0 {
		return 0, errEmpty("covered front")
	}
	var s coverage
	if err := s.load(a, "covering front", b, "covered front", o); err != nil {
		return 0, err
	}
	covered := 0
	err := s.each(func(_ int, dominated, copied bool) {
		if dominated || copied {
			covered++
		}
	})
	if err != nil {
		return 0, err
	}
	return float64(covered) / float64(b.Len()), nil
}

// coverage finds which rows of one front have rows of another below them, in a tree of both.
type coverage struct {
	rowOrder
	above int // rows of the front to look below
	other int // rows of the other, which stand before those in rows
}

func (s *coverage) load(a Front, nameA string, b Front, nameB string, o []Options) error {
	opt, err := option(o)
	if err != nil {
		return err
	}
	for _, in := range []struct {
		f    Front
		name string
	}{{a, nameA}, {b, nameB}} {
		if err := in.f.validate(in.name); err != nil {
			return err
		}
		if err := checkMaxObjectives(in.name, in.f.M, maxObjectives); err != nil {
			return err
		}
		if in.f.Len() > 0 {
			if err := opt.checkDir(in.f.M); err != nil {
				return err
			}
		}
	}
	s.above, s.other = b.Len(), a.Len()
	if s.above == 0 {
		return nil
	}
	if s.other == 0 {
		a.M = b.M
	}
	if err := checkLength(nameA, -1, a.M, b.M); err != nil {
		return err
	}
	ranged := b
	if len(a.X) > len(b.X) {
		ranged = a
	}
	rows := make([]float64, len(a.X)+len(b.X))
	s.rows = rows
	s.begin(ranged, &opt)
	s.rows = rows
	if err := s.cancelled(0); err != nil {
		return err
	}
	minimise(s.rows, a.X, s.sign[:s.m])
	if err := s.cancelled(0); err != nil {
		return err
	}
	minimise(s.rows[len(a.X):], b.X, s.sign[:s.m])
	return s.cancelled(0)
}

// each calls found for every row of the front, in order: whether a row of the other dominates it, and
// whether one equals it.
func (s *coverage) each(found func(i int, dominated, copied bool)) error {
	if s.above == 0 {
		return nil
	}
	s.sortByScore()
	if err := s.sortTies(); err != nil {
		return err
	}
	// One row of each value goes into the tree; it has rank 0 if the other front has it.
	n := s.above + s.other
	var unique []int32
	place := make([]int32, n) // per row: first the index of its value, then where that stands
	for t, e := range s.order {
		if err := s.cancelled(t); err != nil {
			return err
		}
		if !s.copyOfPrevious(t) {
			unique = append(unique, e.row)
		}
		place[e.row] = int32(len(unique) - 1)
	}
	var t lowTree
	if err := t.build(s.m, s.rows, unique, &s.sorter, s.ctx); err != nil {
		return err
	}
	t.forgetRanks()
	at := make([]int32, n) // of a row in the tree
	for leaf, k := range t.row {
		if err := s.cancelled(leaf); err != nil {
			return err
		}
		at[place[k]] = int32(leaf)
	}
	for k, value := range place {
		if err := s.cancelled(k); err != nil {
			return err
		}
		place[k] = at[value]
		if k < s.other {
			t.setRank(place[k], 0)
		}
	}
	for i := range s.above {
		if err := s.cancelled(i); err != nil {
			return err
		}
		p := place[s.other+i]
		found(i, t.highestBelow(p, 0) == 0, t.rank[p] == 0)
	}
	return nil
}
