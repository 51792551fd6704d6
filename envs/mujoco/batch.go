package mujoco

import "github.com/paretolab/paretolab/internal/handover"

// Batch moves many states of a model on several goroutines. Each worker has a range of states that
// follow each other and one [Data], so that results are the same bits for any number of workers.
type Batch struct {
	Model  *Model
	States []State

	data    []*Data // of each worker
	task    func(i int, s *State, d *Data)
	workers []batchWorker // all but the first, which is the caller
	closed  bool
}

type batchWorker struct{ begin, done handover.Handover }

// NewBatch returns n states in the reference configuration and starts the workers; call Close at the
// end. It panics if n or workers is below 1.
func NewBatch(m *Model, n, workers int) *Batch {
	if n < 1 || workers < 1 {
		panic("mujoco: a batch of no states or no workers")
	}
	b := &Batch{Model: m, States: m.NewStates(n)}
	workers = min(n, workers)
	b.workers = make([]batchWorker, workers-1)
	for range workers {
		b.data = append(b.data, m.NewData())
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

// work does the task for the states of a worker.
func (b *Batch) work(w int) {
	n, workers := len(b.States), len(b.data)
	for i := w * n / workers; i < (w+1)*n/workers; i++ {
		b.task(i, &b.States[i], b.data[w])
	}
}

// Each calls task once for each state, with its index and the worker's Data, and waits for all. Tasks of
// different workers run at the same time.
func (b *Batch) Each(task func(i int, s *State, d *Data)) {
	b.task = task
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
