package preference

import (
	"fmt"
	"math"
	"slices"
)

// Dataset is a list of answered questions.
type Dataset struct {
	Objectives []string // names of the features
	Users      []string // names of those who answered; empty means one without a name
	Pairs      []Pair
}

// Add appends pairs after checking them. Nothing is appended if one is wrong.
func (d *Dataset) Add(pairs ...Pair) error {
	for i := range pairs {
		if err := pairs[i].check(len(d.Objectives), max(1, len(d.Users))); err != nil {
			return fmt.Errorf("pair %d: %w", len(d.Pairs)+i+1, err)
		}
	}
	d.Pairs = append(d.Pairs, pairs...)
	return nil
}

// Of returns the answers of one user.
func (d *Dataset) Of(user int) *Dataset {
	return d.Select(func(p *Pair) bool { return p.User == user })
}

// Select returns the pairs that keep says yes to, in their order.
func (d *Dataset) Select(keep func(p *Pair) bool) *Dataset {
	c := &Dataset{Objectives: d.Objectives, Users: d.Users}
	for i := range d.Pairs {
		if keep(&d.Pairs[i]) {
			c.Pairs = append(c.Pairs, d.Pairs[i])
		}
	}
	return c
}

// Fold is one part of a data set for testing, and the rest for training.
type Fold struct{ Train, Test *Dataset }

// Split returns k folds for cross-validation: pair i belongs to part i mod k. It panics if k < 2 or there
// are fewer pairs than parts.
func (d *Dataset) Split(k int) []Fold {
	if k < 2 || k > len(d.Pairs) {
		panic(fmt.Sprintf("preference: %d pairs in %d folds", len(d.Pairs), k))
	}
	folds := make([]Fold, k)
	for f := range folds {
		train := &Dataset{Objectives: d.Objectives, Users: d.Users}
		test := &Dataset{Objectives: d.Objectives, Users: d.Users}
		for i, p := range d.Pairs {
			if i%k == f {
				test.Pairs = append(test.Pairs, p)
			} else {
				train.Pairs = append(train.Pairs, p)
			}
		}
		folds[f] = Fold{train, test}
	}
	return folds
}

// Counts says how many answers a data set holds, by weight.
type Counts struct {
	First, Same, Second float64 // y > ½, = ½, < ½
}

// Count counts the answers.
func (d *Dataset) Count() (c Counts) {
	for i := range d.Pairs {
		switch p := &d.Pairs[i]; {
		case p.Y > 0.5:
			c.First += p.count()
		case p.Y < 0.5:
			c.Second += p.count()
		default:
			c.Same += p.count()
		}
	}
	return c
}

// Merge returns the data set with equal questions and answers of one user joined to one pair, whose weight
// is their sum, in order of their first appearance. A question asked the other way round is the same. Learners get
// the same from both.
func (d *Dataset) Merge() *Dataset {
	merged := &Dataset{Objectives: d.Objectives, Users: d.Users}
	at := map[string]int{}
	var key []byte
	for i := range d.Pairs {
		p := d.Pairs[i]
		key = p.appendKey(key[:0])
		if k, known := at[string(key)]; known {
			merged.Pairs[k].Weight = merged.Pairs[k].count() + p.count()
			continue
		}
		swapped := p.Swap()
		key = swapped.appendKey(key[:0])
		if k, known := at[string(key)]; known {
			merged.Pairs[k].Weight = merged.Pairs[k].count() + p.count()
			continue
		}
		at[string(p.appendKey(key[:0]))] = len(merged.Pairs)
		merged.Pairs = append(merged.Pairs, p)
	}
	return merged
}

// appendKey appends bytes that are the same for equal questions with equal answers only.
func (p *Pair) appendKey(b []byte) []byte {
	number := func(x uint64) {
		for range 8 {
			b = append(b, byte(x))
			x >>= 8
		}
	}
	for _, s := range []*Segment{&p.A, &p.B} {
		for _, x := range s.Features {
			number(math.Float64bits(x + 0)) // −0 is 0
		}
		number(uint64(s.Start))
		number(uint64(s.End))
		ended := uint64(0)
		if s.Ended {
			ended = 1
		}
		number(ended)
		number(uint64(s.Padding))
		number(uint64(len(s.Steps)))
		for _, t := range s.Steps {
			number(uint64(t.State)<<32 | uint64(uint32(t.Action)))
		}
	}
	number(math.Float64bits(p.Y))
	number(uint64(p.User))
	return b
}

// Clone returns a copy whose list of pairs is its own; the segments are shared.
func (d *Dataset) Clone() *Dataset {
	c := *d
	c.Pairs = slices.Clone(d.Pairs)
	return &c
}
