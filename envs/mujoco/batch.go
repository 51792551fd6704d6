package mujoco

import (
	"sync/atomic"

	"github.com/paretolab/paretolab/internal/handover"
)

// Batch moves many states of a model on several goroutines. Each worker has one [Data] and a range of
// states that follow each other; one that is done early takes states that others have not begun. What
// becomes of a state does not depend on who moves it: results are the same bits for any number of workers.
type Batch struct {
	Model  *Model
	States []State

	data    []*Data // of each worker
	ranges  []batchRange
	task    func(i int, s *State, d *Data)
	workers []batchWorker // all but the first, which is the caller
	closed  bool
}

type batchWorker struct{ begin, done handover.Handover }

// batchRange is the range of states of a worker, of which those before next are taken.
type batchRange struct {
	next       atomic.Int64
	begin, end int64
	_          [64]byte // keeps the next one off this cache line
}

// NewBatch returns n states in the reference configuration and starts the workers; call Close at the
// end. It panics if n or workers is below 1.
func NewBatch(m *Model, n, workers int) *Batch {
	if n < 1 || workers < 1 {
		panic("mujoco: a batch of no states or no workers")
	}
	b := &Batch{Model: m, States: m.NewStates(n)}
	workers = min(n, workers)
	b.workers = make([]batchWorker, workers-1)
	b.ranges = make([]batchRange, workers)
	for w := range workers {
		b.data = append(b.data, m.NewData())
		b.ranges[w].begin, b.ranges[w].end = int64(w*n/workers), int64((w+1)*n/workers)
	}
	for i := range b.workers {
		w := &b.workers[i]
		w.begin.Init()
		w.done.Init()
		go func() {
			for w.begin.Wait(); !b.closed; w.begin.Wait() {
				b.work(i + 1)
				w.done.Post()
			}
			w.done.Post()
		}()
	}
	return b
}

// work does the task for the states of worker w, then for those of other ranges that nobody has begun.
func (b *Batch) work(w int) {
	for k := range b.ranges {
		r := &b.ranges[(w+k)%len(b.ranges)]
		for i := r.next.Add(1) - 1; i < r.end; i = r.next.Add(1) - 1 {
			b.task(int(i), &b.States[i], b.data[w])
		}
	}
}

// Each calls task once for each state, with its index and the worker's Data, and waits for all. Tasks of
// different workers run at the same time.
func (b *Batch) Each(task func(i int, s *State, d *Data)) {
	b.task = task
	for w := range b.ranges {
		b.ranges[w].next.Store(b.ranges[w].begin)
	}
	for i := range b.workers {
		b.workers[i].begin.Post()
	}
	b.work(0)
	for i := range b.workers {
		b.workers[i].done.Wait()
	}
}

// BadStates returns how many states were reset because they were no longer finite, in all steps so far.
func (b *Batch) BadStates() (n int) {
	for _, d := range b.data {
		n += d.BadStates
	}
	return n
}

// Close ends the workers. The batch must not be used afterwards; further calls of Close do nothing.
func (b *Batch) Close() {
	if b.closed {
		return
	}
	b.closed = true
	for i := range b.workers {
		b.workers[i].begin.Post()
		b.workers[i].done.Wait()
	}
}
