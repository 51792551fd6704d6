package agents

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
)

func TestLockstepCommitsRoundsInOrderOnAnyNumberOfWorkers(t *testing.T) {
	const tasks, rounds = 5, 9
	var want []string
	for _, workers := range []int{1, 2, 7} {
		var mu sync.Mutex
		done := make([]int, tasks)
		committed := 0
		var got []string
		err := NewPool(workers).Lockstep(context.Background(), tasks, 0, rounds,
			func(_ context.Context, i, r int) error {
				mu.Lock()
				defer mu.Unlock()
				if done[i] != r {
					t.Errorf("task %d does round %d after %d rounds", i, r, done[i])
				}
				if r > committed+1 {
					t.Errorf("task %d is at round %d, but only %d are committed", i, r, committed)
				}
				done[i]++
				return nil
			},
			func(r int) error {
				mu.Lock()
				defer mu.Unlock()
				if slices.Min(done) <= r {
					t.Errorf("round %d committed before all tasks finished it: %v", r, done)
				}
				got = append(got, fmt.Sprint(r))
				committed++
				return nil
			})
		if err != nil {
			t.Fatal(err)
		}
		if want == nil {
			want = got
		}
		if len(got) != rounds || !slices.Equal(got, want) {
			t.Errorf("%d workers commit %v, one worker %v", workers, got, want)
		}
	}
}

func TestLockstepReturnsTheFirstFailure(t *testing.T) {
	boom := errors.New("boom")
	commits := 0
	err := NewPool(3).Lockstep(context.Background(), 4, 0, 10, func(_ context.Context, i, r int) error {
		if r == 3 && i == 2 {
			return boom
		}
		return nil
	}, func(int) error { commits++; return nil })
	if !errors.Is(err, boom) || commits != 3 {
		t.Errorf("error %v after %d commits, want boom after 3", err, commits)
	}
	err = NewPool(3).Lockstep(context.Background(), 4, 0, 10, func(context.Context, int, int) error { return nil },
		func(r int) error {
			if r == 5 {
				return boom
			}
			return nil
		})
	if !errors.Is(err, boom) {
		t.Errorf("failing commit gives %v", err)
	}
}

// TestLockstepReturnsTheCauseNotItsConsequence: a failing task cancels the others; the error is its
// own although tasks before it then end with the context's.
func TestLockstepReturnsTheCauseNotItsConsequence(t *testing.T) {
	boom := errors.New("boom")
	err := NewPool(4).Lockstep(context.Background(), 4, 0, 1, func(ctx context.Context, i, _ int) error {
		if i == 3 {
			return boom
		}
		<-ctx.Done()
		return ctx.Err()
	}, nil)
	if !errors.Is(err, boom) {
		t.Errorf("got %v, want boom", err)
	}
}

func TestLockstepStopsWhenCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	err := NewPool(2).Lockstep(ctx, 3, 0, 1000, func(ctx context.Context, i, r int) error {
		if r == 4 {
			cancel()
		}
		return ctx.Err()
	}, func(int) error { return nil })
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want the context's error", err)
	}
}

func TestPoolBoundsWhatRunsAtOnce(t *testing.T) {
	pool := NewPool(2)
	var now, most atomic.Int32
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			err := pool.Run(context.Background(), 20, func(context.Context, int) error {
				n := now.Add(1)
				for {
					m := most.Load()
					if n <= m || most.CompareAndSwap(m, n) {
						break
					}
				}
				now.Add(-1)
				return nil
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if most.Load() > 2 {
		t.Errorf("%d tasks ran at once in a pool of 2", most.Load())
	}
}

func TestStreamsDiffer(t *testing.T) {
	seen := map[uint64]string{}
	for root := range uint64(3) {
		for _, purpose := range []string{"eval", "final", "environment"} {
			for i := range 50 {
				name := fmt.Sprint(root, purpose, i)
				s := Stream(root, purpose, i)
				if other, taken := seen[s]; taken {
					t.Errorf("streams %s and %s have the same seed", name, other)
				}
				seen[s] = name
				if s != Stream(root, purpose, i) {
					t.Errorf("stream %s is not reproducible", name)
				}
			}
		}
	}
}

func TestAssignTakesTheLargestUtilityAndTheLowestIndex(t *testing.T) {
	set := PolicySet{}
	if set.Assign([]float64{1, 0}) != -1 {
		t.Error("an empty set assigned a policy")
	}
	for _, g := range [][]float64{{1, 5}, {4, 4}, {4, 4}, {6, -1}} {
		set.Members = append(set.Members, Member{Value: Value{Return: g}})
	}
	for _, c := range []struct {
		w    []float64
		want int
	}{{[]float64{1, 0}, 3}, {[]float64{0, 1}, 0}, {[]float64{0.5, 0.5}, 1}} {
		if got := set.Assign(c.w); got != c.want {
			t.Errorf("Assign(%v) = %d, want %d", c.w, got, c.want)
		}
	}
}
