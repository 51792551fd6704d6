package qd

import (
	"errors"
	"slices"
)

// Scheduler takes what emitters propose to an archive: ask for a batch, evaluate it, tell.
type Scheduler struct {
	Archive  Archive
	Emitters []Emitter
	Batch    Batch
	// OneByOne has one emitter at a time propose: the one from which the fewest solutions have entered the
	// archive, of several the first. From one whose last batch did not enter at all none has.
	OneByOne bool
	Entered  []int // solutions of each emitter, if OneByOne

	share Batch // of an emitter
	turn  int   // emitter that proposed last, if OneByOne
}

// NewScheduler returns the scheduler for solutions of so many genes and descriptors of width numbers.
func NewScheduler(a Archive, genes, width int, emitters ...Emitter) (*Scheduler, error) {
	if len(emitters) == 0 {
		return nil, errors.New("qd: a scheduler without emitters")
	}
	n := 0
	for _, e := range emitters {
		if err := e.Check(a, genes); err != nil {
			return nil, err
		}
		n += e.Len()
	}
	s := &Scheduler{Archive: a, Emitters: emitters, Batch: Batch{Genes: genes, Width: width}}
	if fronts, ok := a.(*FrontArchive); ok {
		s.Batch.M = fronts.M
	}
	s.Batch.Resize(n)
	return s, nil
}

// Ask returns the batch with the solutions of all emitters, in their order, or of the one whose turn it is. The
// caller writes Objective and Descriptors and calls Tell.
func (s *Scheduler) Ask() *Batch {
	if s.OneByOne {
		s.Entered = append(s.Entered, make([]int, len(s.Emitters)-len(s.Entered))...)
		s.turn = slices.Index(s.Entered, slices.Min(s.Entered))
		e := s.Emitters[s.turn]
		s.Batch.Resize(e.Len())
		e.Ask(s.Archive, s.Batch.Solutions)
		return &s.Batch
	}
	from := 0
	for _, e := range s.Emitters {
		to := from + e.Len()*s.Batch.Genes
		e.Ask(s.Archive, s.Batch.Solutions[from:to])
		from = to
	}
	return &s.Batch
}

// Tell adds the evaluated batch to the archive and hands every emitter its share. After an error
// nothing has changed.
func (s *Scheduler) Tell() error {
	if err := s.Archive.Add(&s.Batch); err != nil {
		return err
	}
	if s.OneByOne {
		before := s.Entered[s.turn]
		for _, status := range s.Batch.Status {
			if status != Rejected {
				s.Entered[s.turn]++
			}
		}
		if s.Entered[s.turn] == before {
			s.Entered[s.turn] = 0
		}
		s.Emitters[s.turn].Tell(s.Archive, &s.Batch)
		return nil
	}
	from := 0
	for _, e := range s.Emitters {
		s.share = s.Batch.Slice(from, from+e.Len())
		e.Tell(s.Archive, &s.share)
		from += e.Len()
	}
	return nil
}
