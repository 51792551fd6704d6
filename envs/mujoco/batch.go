package mujoco

import "sync"

// Batch moves many states of a model on several goroutines. Each worker has a range of states that
// follow each other and one [Data], so that results are the same bits for any number of workers.
type Batch struct {
	Model  *Model
	States []State

	data []*Data // of each worker
	task func(i int, s *State, d *Data)
	wake []chan struct{} // of each worker but the first, which is the caller
	done sync.WaitGroup
}

// NewBatch returns n states in the reference configuration and starts the workers; call Close at the
// end. It panics if n or workers is below 1.
func NewBatch(m *Model, n, workers int) *Batch {
	if n < 1 || workers < 1 {
		panic("mujoco: a batch of no states or no workers")
	}
	b := &Batch{Model: m, States: m.NewStates(n)}
	for w := range min(n, workers) {
		b.data = append(b.data, m.NewData())
		if w > 0 {
			wake := make(chan struct{}, 1)
			b.wake = append(b.wake, wake)
			go func() {
				for range wake {
					b.work(w)
					b.done.Done()
				}
			}()
		}
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
	b.done.Add(len(b.wake))
	for _, wake := range b.wake {
		wake <- struct{}{}
	}
	b.work(0)
	b.done.Wait()
}

// BadStates returns how many states were reset because they were no longer finite, in all steps so far.
func (b *Batch) BadStates() (n int) {
	for _, d := range b.data {
		n += d.BadStates
	}
	return n
}

// Close ends the workers. The batch must not be used afterwards.
func (b *Batch) Close() {
	for _, wake := range b.wake {
		close(wake)
	}
	b.wake = nil
}
