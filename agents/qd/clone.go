package qd

import (
	"fmt"
	"slices"
)

// clone returns a scheduler that the further search does not change: what a checkpoint is made from.
func (s *Scheduler) clone() *Scheduler {
	c := &Scheduler{Batch: Batch{Genes: s.Batch.Genes, Width: s.Batch.Width, M: s.Batch.M}, OneByOne: s.OneByOne, Entered: slices.Clone(s.Entered)}
	c.Batch.Resize(s.Batch.Len()) // its contents do not outlive a round
	switch a := s.Archive.(type) {
	case *GridArchive:
		g := *a
		g.Cells = a.Cells.clone()
		c.Archive = &g
	case *CVTArchive:
		v := *a
		v.Cells = a.Cells.clone()
		c.Archive = &v
	case *ThresholdArchive:
		v := *a
		v.Members = a.Members.clone()
		c.Archive = &v
	case *FrontArchive:
		c.Archive = a.clone()
	default:
		panic(fmt.Sprintf("qd: archives of type %T are not saved", a))
	}
	for _, e := range s.Emitters {
		switch e := e.(type) {
		case *Gaussian:
			g := *e
			g.RNG = e.RNG.clone()
			c.Emitters = append(c.Emitters, &g)
		case *Polynomial:
			g := *e
			g.RNG = e.RNG.clone()
			c.Emitters = append(c.Emitters, &g)
		case *IsoLine:
			l := *e
			l.RNG = e.RNG.clone()
			c.Emitters = append(c.Emitters, &l)
		case *CMAEmitter:
			m := &CMAEmitter{
				Rank: e.Rank, Filter: e.Filter, Patient: e.Patient, Restarts: e.Restarts,
				Direction: slices.Clone(e.Direction), RNG: e.RNG.clone(), ES: e.ES.clone(),
			}
			c.Emitters = append(c.Emitters, m)
		default:
			panic(fmt.Sprintf("qd: emitters of type %T are not saved", e))
		}
	}
	return c
}

func (m *Members) clone() Members {
	c := *m
	c.Solutions, c.IDs = slices.Clone(m.Solutions), slices.Clone(m.IDs)
	c.Objectives, c.Descriptors = slices.Clone(m.Objectives), slices.Clone(m.Descriptors)
	return c
}

func (c *Cells) clone() Cells {
	return Cells{
		Members: c.Members.clone(), Options: c.Options, Best: c.Best,
		Slot: slices.Clone(c.Slot), Threshold: slices.Clone(c.Threshold), Cell: slices.Clone(c.Cell),
	}
}

func (c *CMAES) clone() *CMAES {
	d := *c
	d.Mean, d.PSigma, d.PC = slices.Clone(c.Mean), slices.Clone(c.PSigma), slices.Clone(c.PC)
	d.C, d.B, d.D, d.History = slices.Clone(c.C), slices.Clone(c.B), slices.Clone(c.D), slices.Clone(c.History)
	d.z, d.y, d.t, d.steps = nil, nil, nil, nil
	d.params.Weights = nil
	return &d
}
