package qd

import (
	"context"

	"github.com/paretolab/paretolab/agents"
)

// columns are those that an algorithm adds to its reports: numbers of its archive.
type columns struct {
	names []string
	of    func(Archive) ([]float64, error)
}

// illuminate runs an algorithm of emitters around an archive, the one that begin returns: it asks,
// evaluates and tells until the budget is spent. Of a batch that the budget cuts short the archive gets
// what was evaluated.
func illuminate(ctx context.Context, p *agents.Problem, rec agents.Recorder, id string, settings *Settings, own columns, begin func(r *search) (*Scheduler, error)) (*agents.PolicySet, error) {
	var s *Scheduler
	r, resumed, err := start(p, rec, id, settings, &s, own.names...)
	if err != nil {
		return nil, err
	}
	if !resumed {
		if s, err = begin(r); err != nil {
			return nil, err
		}
	}
	for r.more() {
		leave := r.clock.enter(partEmitters)
		batch := s.Ask()
		leave()
		n, err := r.evaluateBatch(ctx, batch)
		if err != nil {
			return nil, err
		}
		leave = r.clock.enter(partEmitters)
		if n == batch.Len() {
			err = s.Tell()
		} else {
			part := batch.Slice(0, n)
			err = s.Archive.Add(&part)
		}
		leave()
		if err != nil {
			return nil, err
		}
		if own.of != nil && r.due() {
			if r.extra, err = own.of(s.Archive); err != nil {
				return nil, err
			}
		}
		if err := r.report(ctx, s.Archive, func() any { return s.clone() }); err != nil {
			return nil, err
		}
	}
	elites, err := r.elites(ctx, s.Archive)
	if err != nil {
		return nil, err
	}
	return r.result(ctx, archived{"elites", elites})
}

// newGrid returns an empty archive over the ground truth.
func (r *search) newGrid(o CellOptions) (*GridArchive, error) {
	return NewGridArchive(r.genes(), r.grid.Dims, r.grid.Low, r.grid.High, o)
}

// seed adds n random policies to an archive.
func (r *search) seed(ctx context.Context, a Archive, n int) error {
	all, err := r.evaluate(ctx, r.random(n, r.stream("random")), true)
	if err != nil {
		return err
	}
	b := Batch{Genes: r.genes(), Width: r.width(), M: r.problem.Env.Spec.M()}
	b.Resize(len(all))
	for i, x := range all {
		copy(b.Solution(i), x.Genome)
		copy(b.Descriptor(i), x.Descriptor)
		copy(b.Values[i*b.M:], x.Return)
		b.ID[i], b.Objective[i] = x.ID, x.Fitness
	}
	return a.Add(&b)
}
