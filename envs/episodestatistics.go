package envs

import (
	"fmt"
	"time"
)

// RecordEpisodeStatistics sums up the rewards of every episode of a shard.
type RecordEpisodeStatistics[T Real] struct {
	Shard[T]
	gamma    float64
	running  []EpisodeStatistics // of every copy
	power    []float64           // gamma^length of every copy
	began    []time.Time
	finished []EpisodeStatistics // in the last step; capacity for all copies
	resets   resetSteps
}

// EpisodeStatistics describes a finished episode.
type EpisodeStatistics struct {
	Copy       int
	Return     []float64 // sum of the reward vectors
	Discounted []float64 // the same, with factor γ^t at step t from 0
	Length     int       // steps
	Time       time.Duration
}

var _ Shard[float32] = (*RecordEpisodeStatistics[float32])(nil)

// NewRecordEpisodeStatistics wraps s; gamma in [0, 1] is the discount (the original's default is 1).
func NewRecordEpisodeStatistics[T Real](s Shard[T], gamma float64) (*RecordEpisodeStatistics[T], error) {
	if !(gamma >= 0 && gamma <= 1) {
		return nil, fmt.Errorf("episode statistics of %s: gamma %v is outside [0, 1]", s.Spec().ID, gamma)
	}
	n, m := s.Len(), s.Spec().M()
	r := &RecordEpisodeStatistics[T]{
		Shard: s, gamma: gamma, resets: newResetSteps(s),
		running: make([]EpisodeStatistics, n), power: make([]float64, n), began: make([]time.Time, n),
		finished: make([]EpisodeStatistics, n),
	}
	for i := range r.running {
		r.running[i] = EpisodeStatistics{Copy: i, Return: make([]float64, m), Discounted: make([]float64, m)}
		r.finished[i] = EpisodeStatistics{Return: make([]float64, m), Discounted: make([]float64, m)}
	}
	r.finished = r.finished[:0]
	return r, nil
}

// Finished returns the episodes that ended in the last step, in the order of copies. The next step
// overwrites them.
func (r *RecordEpisodeStatistics[T]) Finished() []EpisodeStatistics { return r.finished }

// Reset implements [Shard].
func (r *RecordEpisodeStatistics[T]) Reset(seeds []uint64, mask []bool, obs []T) {
	r.Shard.Reset(seeds, mask, obs)
	r.resets.reset(mask)
	now := time.Now()
	for i := range r.running {
		if mask == nil || mask[i] {
			r.begin(i, now)
		}
	}
}

func (r *RecordEpisodeStatistics[T]) begin(i int, now time.Time) {
	e := &r.running[i]
	clear(e.Return)
	clear(e.Discounted)
	e.Length = 0
	r.power[i], r.began[i] = 1, now
}

// Step implements [Shard].
func (r *RecordEpisodeStatistics[T]) Step(act Actions[T], obs []T, rew []float64, term, trunc []bool, final []T) {
	r.Shard.Step(act, obs, rew, term, trunc, final)
	r.finished = r.finished[:0]
	for i := range r.running {
		ended := term[i] || trunc[i]
		if r.resets.step(i, ended) {
			r.begin(i, time.Now())
			continue
		}
		e := &r.running[i]
		for j := range e.Return {
			reward := rew[i*len(e.Return)+j]
			e.Return[j] += reward
			e.Discounted[j] += float64(r.power[i] * reward)
		}
		e.Length++
		r.power[i] *= r.gamma
		if ended {
			now := time.Now()
			e.Time = now.Sub(r.began[i])
			r.finish(e)
			r.begin(i, now)
		}
	}
}

// finish copies an episode into the list, in memory that is there already.
func (r *RecordEpisodeStatistics[T]) finish(e *EpisodeStatistics) {
	k := len(r.finished)
	r.finished = r.finished[:k+1]
	f := &r.finished[k]
	copy(f.Return, e.Return)
	copy(f.Discounted, e.Discounted)
	f.Copy, f.Length, f.Time = e.Copy, e.Length, e.Time
}
