package agents

import (
	"context"
	"errors"
	"sync"
)

// Pool bounds the number of tasks that compute at the same time, over all runs that share it.
type Pool struct{ tokens chan struct{} }

// NewPool returns a pool of n workers (at least 1).
func NewPool(n int) *Pool { return &Pool{make(chan struct{}, max(1, n))} }

// Workers is the size of the pool.
func (p *Pool) Workers() int { return cap(p.tokens) }

func (p *Pool) acquire(ctx context.Context) error {
	select {
	case p.tokens <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (p *Pool) release() { <-p.tokens }

// Run calls work(ctx, i) for i = 0..n-1, as many at a time as the pool allows, and returns the
// error of the smallest i that failed. The first error stops what has not begun.
func (p *Pool) Run(ctx context.Context, n int, work func(ctx context.Context, i int) error) error {
	return p.Lockstep(ctx, n, 0, 1, func(ctx context.Context, i, _ int) error { return work(ctx, i) }, nil)
}

// Lockstep takes n tasks through the rounds from..to-1. work(ctx, task, round) is called once for
// every pair; the rounds of one task run in order and never at the same time, different tasks do.
// Workers take the smallest unfinished (round, task). When all tasks have finished a round,
// commit(round) is called, one call at a time and in order of rounds, so that whatever commit
// decides or writes does not depend on the number of workers. Tasks run at most one round ahead
// of the last commit. The error of the smallest failed (round, task) is returned; that others were
// cancelled because of it is no failure of theirs.
func (p *Pool) Lockstep(ctx context.Context, n, from, to int, work func(ctx context.Context, task, round int) error, commit func(round int) error) error {
	if n == 0 || from >= to {
		return ctx.Err()
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var (
		mu        sync.Mutex
		wake      = sync.NewCond(&mu)
		round     = make([]int, n)  // next round of each task
		busy      = make([]bool, n) // a worker has it
		committed = from            // rounds below are committed
		writing   bool
		failure   error
		failedAt  = [2]int{to, n}
	)
	for i := range round {
		round[i] = from
	}
	fail := func(err error, r, i int) {
		if ctx.Err() != nil && errors.Is(err, ctx.Err()) {
			return
		}
		if r < failedAt[0] || r == failedAt[0] && i < failedAt[1] {
			failure, failedAt = err, [2]int{r, i}
		}
		cancel()
		wake.Broadcast()
	}
	stop := context.AfterFunc(ctx, func() { mu.Lock(); wake.Broadcast(); mu.Unlock() })
	defer stop()

	worker := func() {
		mu.Lock()
		defer mu.Unlock()
		for {
			if ctx.Err() != nil || committed >= to {
				return
			}
			// A finished round is committed before anything else is begun.
			if least := minimum(round); !writing && least > committed {
				writing = true
				r := committed
				mu.Unlock()
				var err error
				if commit != nil {
					err = commit(r)
				}
				mu.Lock()
				writing = false
				if err != nil {
					fail(err, r, n)
					return
				}
				committed++
				wake.Broadcast()
				continue
			}
			next := -1
			for i, r := range round {
				if !busy[i] && r < to && r <= committed+1 && (next < 0 || r < round[next]) {
					next = i
				}
			}
			if next < 0 {
				wake.Wait()
				continue
			}
			busy[next] = true
			r := round[next]
			mu.Unlock()
			err := p.acquire(ctx)
			if err == nil {
				err = work(ctx, next, r)
				p.release()
			}
			mu.Lock()
			busy[next] = false
			if err != nil {
				fail(err, r, next)
				return
			}
			round[next]++
			wake.Broadcast()
		}
	}
	var wg sync.WaitGroup
	for range min(p.Workers(), n) {
		wg.Go(worker)
	}
	wg.Wait()
	if failure != nil {
		return failure
	}
	if committed < to {
		return ctx.Err()
	}
	return nil
}

func minimum(x []int) int {
	m := x[0]
	for _, v := range x[1:] {
		m = min(m, v)
	}
	return m
}
