package envs_test

import (
	"slices"
	"testing"

	"github.com/paretolab/paretolab/envs"
)

// trajectory steps a batch of walkers and returns all that it shows.
func trajectory(s envs.Shard[float64], steps int) []float64 {
	n, nObs, m := s.Len(), s.Spec().Observation.Len(), s.Spec().M()
	obs, final, rew := make([]float64, n*nObs), make([]float64, n*nObs), make([]float64, n*m)
	term, trunc := make([]bool, n), make([]bool, n)
	seeds, act := make([]uint64, n), make([]int32, n)
	for i := range seeds {
		seeds[i] = uint64(100 + i)
	}
	s.Reset(seeds, nil, obs)
	shown := slices.Clone(obs)
	for k := range steps {
		for i := range act {
			act[i] = int32((k + i) % 2)
		}
		s.Step(envs.Actions[float64]{Discrete: act}, obs, rew, term, trunc, final)
		shown = slices.Concat(shown, obs, rew, final)
	}
	return shown
}

// TestParallelEqualsVector: the number of workers changes nothing.
func TestParallelEqualsVector(t *testing.T) {
	e := walkerEnv(false)
	want := trajectory(envs.NewVector[float64](e, 9, envs.SameStep), 200)
	for _, workers := range []int{0, 1, 2, 7, 20} {
		p := envs.NewParallel[float64](e, 9, workers, envs.SameStep)
		if got := trajectory(p, 200); !slices.Equal(got, want) {
			t.Errorf("%d workers show another trajectory", workers)
		}
		saved := p.AppendState(nil)
		if err := p.SetState(saved); err != nil || !slices.Equal(p.AppendState(nil), saved) {
			t.Errorf("%d workers: state not restored (%v)", workers, err)
		}
		p.Close()
		p.Close()
	}
}

// TestAsyncCopiesGoTheirOwnWay: whatever batches they come in, every copy goes through what it would
// in a vector.
func TestAsyncCopiesGoTheirOwnWay(t *testing.T) {
	e := walkerEnv(false)
	const n, steps = 6, 50
	path := func(batch, workers int) [][]float64 {
		a := envs.NewAsync[float64](e, n, batch, workers, envs.SameStep)
		defer a.Close()
		seeds := make([]uint64, n)
		for i := range seeds {
			seeds[i] = uint64(i)
		}
		a.Reset(seeds)
		shown := make([][]float64, n)
		for done := 0; done < n*steps; {
			b := a.Recv()
			nObs, m := len(b.Obs)/len(b.IDs), len(b.Rew)/len(b.IDs)
			var ids, act []int32
			for k, id := range b.IDs {
				if len(shown[id]) >= steps*(nObs+m) {
					continue
				}
				shown[id] = append(append(shown[id], b.Obs[k*nObs:(k+1)*nObs]...), b.Rew[k*m:(k+1)*m]...)
				done++
				ids, act = append(ids, id), append(act, int32(len(shown[id])%2))
			}
			if done == n*steps {
				break
			}
			for _, id := range b.IDs { // copies that are through keep a batch full
				if !slices.Contains(ids, id) {
					ids, act = append(ids, id), append(act, 0)
				}
			}
			a.Send(envs.Actions[float64]{Discrete: act}, ids)
		}
		return shown
	}
	want := path(n, 1)
	for _, c := range [][2]int{{n, 3}, {1, 2}, {2, 2}, {4, 7}} {
		for i, got := range path(c[0], c[1]) {
			if !slices.Equal(got, want[i]) {
				t.Errorf("batches of %d on %d workers: copy %d goes another way", c[0], c[1], i)
			}
		}
	}
}
