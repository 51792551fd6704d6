package envtest

import (
	"bytes"
	"fmt"
	"slices"

	"github.com/paretolab/paretolab/envs"
)

// stacks are batches with wrappers around them.
var stacks = []struct {
	name string
	make func(e *envs.Environment, n int, mode envs.Autoreset) (envs.Shard[float64], *envs.RecordEpisodeStatistics[float64], error)
}{
	{"a batch with normalised, clipped and weighted rewards", func(e *envs.Environment, n int, mode envs.Autoreset) (envs.Shard[float64], *envs.RecordEpisodeStatistics[float64], error) {
		normal, err := envs.NewNormalizeReward(envs.Shard[float64](envs.NewVector[float64](e, n, mode)), 0, 0.9, envs.NormalizeEpsilon)
		if err != nil {
			return nil, nil, err
		}
		clipped, err := envs.NewClipReward(envs.Shard[float64](normal), -1, -2, 2)
		if err != nil {
			return nil, nil, err
		}
		linear, err := envs.NewLinearReward(envs.Shard[float64](clipped), nil)
		if err != nil {
			return nil, nil, err
		}
		r, err := envs.NewRecordEpisodeStatistics(envs.Shard[float64](linear), 0.9)
		return r, r, err
	}},
	{"a batch that skips steps", func(e *envs.Environment, n int, mode envs.Autoreset) (envs.Shard[float64], *envs.RecordEpisodeStatistics[float64], error) {
		skipping, err := envs.NewMaxAndSkip[float64](e, n, mode, 2)
		if err != nil {
			return nil, nil, err
		}
		r, err := envs.NewRecordEpisodeStatistics(envs.Shard[float64](skipping), 0.9)
		return r, r, err
	}},
}

// branches saves the state of wrapped batches of copies in the middle of their episodes, and compares how
// they go on with how fresh ones do that are given the state.
func branches(p *probe) error {
	const n = 3
	for _, c := range stacks {
		for _, mode := range []envs.Autoreset{envs.SameStep, envs.NextStep} {
			first, err := newBranch(p, c.make, n, mode)
			if err != nil {
				return fmt.Errorf("%s: %w", c.name, err)
			}
			first.Reset([]uint64{11, 12, 13}, nil, first.obs)
			drive := p.driver(8)
			first.onward(drive, 17)
			saved := first.AppendState(nil)
			again := *drive
			again.index, again.box = slices.Clone(drive.index), slices.Clone(drive.box)
			want := first.onward(drive, p.some(40))
			second, err := newBranch(p, c.make, n, mode)
			if err != nil {
				return err
			}
			if err := second.SetState(saved[:len(saved)-1]); err == nil {
				return fmt.Errorf("%s: a state cut short is accepted", c.name)
			}
			if err := second.SetState(saved); err != nil {
				return fmt.Errorf("%s: %w", c.name, err)
			}
			if !bytes.Equal(second.AppendState(nil), saved) {
				return fmt.Errorf("%s: restored and saved again, the bytes differ", c.name)
			}
			got := second.onward(&again, p.some(40))
			for k := range want {
				if got[k] != want[k] {
					return fmt.Errorf("%s, restored: step %d gives %s; before it gave %s", c.name, k+1, got[k], want[k])
				}
			}
		}
	}
	return nil
}

// branch is a wrapped batch with its buffers.
type branch struct {
	envs.Shard[float64]
	episodes        *envs.RecordEpisodeStatistics[float64]
	obs, final, rew []float64
	term, trunc     []bool
	actions         envs.Actions[float64]
}

func newBranch(p *probe, wrap func(*envs.Environment, int, envs.Autoreset) (envs.Shard[float64], *envs.RecordEpisodeStatistics[float64], error), n int, mode envs.Autoreset) (*branch, error) {
	s, episodes, err := wrap(p.e, n, mode)
	if err != nil {
		return nil, err
	}
	nObs := p.spec.Observation.Len()
	return &branch{
		Shard: s, episodes: episodes, obs: make([]float64, n*nObs), final: make([]float64, n*nObs),
		rew: make([]float64, n*s.Spec().M()), term: make([]bool, n), trunc: make([]bool, n),
	}, nil
}

// onward takes steps and returns what they show, in words.
func (b *branch) onward(d *driver, steps int) (shown []string) {
	for range steps {
		b.actions.Discrete, b.actions.Box = b.actions.Discrete[:0], b.actions.Box[:0]
		for range b.Len() {
			a := d.next()
			b.actions.Discrete, b.actions.Box = append(b.actions.Discrete, a.Discrete...), append(b.actions.Box, a.Box...)
		}
		b.Step(b.actions, b.obs, b.rew, b.term, b.trunc, b.final)
		text := fmt.Sprint(b.obs, b.rew, b.term, b.trunc)
		for _, e := range b.episodes.Finished() {
			text += fmt.Sprint(e.Copy, e.Return, e.Discounted, e.Length)
		}
		shown = append(shown, text)
	}
	return shown
}
