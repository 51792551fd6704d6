package ppo

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"testing"
	"time"

	"github.com/paretolab/paretolab/agents"
	"github.com/paretolab/paretolab/envs"
	"github.com/paretolab/paretolab/internal/kern"
)

// TestAssemblyPathsTrainAlike: whole updates give the same bits on AVX2 and AVX-512.
func TestAssemblyPathsTrainAlike(t *testing.T) {
	defer func(path string) {
		if err := kern.Select(path); err != nil {
			t.Fatal(err)
		}
	}(kern.Path())
	for _, kind := range kinds {
		var results [][]byte
		for _, path := range []string{"avx2", "avx512"} {
			if err := kern.Select(path); err != nil {
				t.Skip(err)
			}
			s := Defaults()
			s.Rollout = 32
			results = append(results, train(t, New(driftEnv(kind), s, 0.99, 3), 3))
		}
		if !bytes.Equal(results[0], results[1]) {
			t.Errorf("%s: AVX2 and AVX-512 train differently", kind)
		}
	}
}

// TestAnyNumberOfWorkersTrainsAlike: learners of all kinds side by side have the same parameters in the
// end, by their SHA-256, with 1, 2 and 7 workers.
func TestAnyNumberOfWorkersTrainsAlike(t *testing.T) {
	const each = 3
	sums := map[int][sha256.Size]byte{}
	for _, workers := range []int{1, 2, 7} {
		learners := make([]*Learner, each*len(kinds))
		err := agents.NewPool(workers).Run(context.Background(), len(learners), func(_ context.Context, i int) error {
			learners[i] = New(driftEnv(kinds[i%len(kinds)]), small(), 0.99, uint64(i))
			train(t, learners[i], 4)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		var all []byte
		for _, l := range learners {
			if all, err = binary.Append(all, binary.LittleEndian, l.Model().Params); err != nil {
				t.Fatal(err)
			}
		}
		sums[workers] = sha256.Sum256(all)
	}
	if sums[2] != sums[1] || sums[7] != sums[1] {
		t.Errorf("SHA-256 of the parameters: %x", sums)
	}
}

func TestSnapshotGoesOnIdentically(t *testing.T) {
	for _, kind := range kinds {
		l := New(driftEnv(kind), small(), 0.99, 3)
		train(t, l, 3)
		s := l.Snapshot()
		want := train(t, l, 3)
		other := New(driftEnv(kind), small(), 0.99, 99)
		if err := other.Restore(s); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(train(t, other, 3), want) {
			t.Errorf("%s: a restored learner goes on differently", kind)
		}
	}
}

// TestTimingIsNoMoreThanTheWholeAndChangesNothing: parts do not overlap.
func TestTimingIsNoMoreThanTheWholeAndChangesNothing(t *testing.T) {
	plain, timed := New(driftEnv("continuous"), small(), 0.99, 3), New(driftEnv("continuous"), small(), 0.99, 3)
	timed.Timing = new(Timing)
	start := time.Now()
	got := train(t, timed, 3)
	whole := time.Since(start)
	if !bytes.Equal(got, train(t, plain, 3)) {
		t.Error("a timed learner trains differently")
	}
	var sum time.Duration
	for _, d := range timed.Timing {
		sum += d
	}
	if sum <= 0 || sum > whole {
		t.Errorf("the parts %v add up to %v of %v", *timed.Timing, sum, whole)
	}
}

func TestRolloutAndUpdateAllocateNothing(t *testing.T) {
	for _, kind := range kinds {
		l := New(driftEnv(kind), small(), 0.99, 3)
		l.Timing = new(Timing)
		weigh := Fixed([]float64{0.5, 0.5})
		if n := testing.AllocsPerRun(5, l.Collect); n != 0 {
			t.Errorf("%s: %v allocations per rollout", kind, n)
		}
		if n := testing.AllocsPerRun(5, func() { l.Update(weigh, 1e-3, 0.01) }); n != 0 {
			t.Errorf("%s: %v allocations per update", kind, n)
		}
		act := envs.Actions[float32]{Discrete: make([]int32, 2*4), Box: make([]float32, 4)}
		obs := make([]float32, 8)
		mode, sampler := l.Policy().NewActor(4), l.Policy().NewSampler(4)
		for i := range 4 {
			sampler.Reset(i, l.rng)
		}
		for name, actor := range map[string]agents.Actor{"the mode": mode, "samples": sampler} {
			if n := testing.AllocsPerRun(5, func() { actor.Act(obs, act) }); n != 0 {
				t.Errorf("%s: %v allocations per evaluation step with %s", kind, n, name)
			}
		}
	}
}

func BenchmarkCollect(b *testing.B) {
	l := New(driftEnv("discrete"), Defaults(), 0.99, 1)
	b.ReportAllocs()
	for b.Loop() {
		l.Collect()
	}
	b.ReportMetric(float64(b.N*l.Settings.StepsPerUpdate())/b.Elapsed().Seconds(), "steps/s")
}
