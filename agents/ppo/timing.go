package ppo

import "time"

// Part is a part of the work of a learner.
type Part int

// The parts of [Learner.Collect], then those of [Learner.Update].
const (
	Acting      Part = iota // normalisation, actor, sampling and bookkeeping of the rollout
	Environment             // stepping the environments
	Advantage               // values of the rollout's states, and advantages
	Gather                  // shuffling, weighing of advantages, gathering of minibatches
	Forward                 // both networks, forward
	Loss                    // loss and its gradient by the network outputs
	Backward                // both networks, backward
	Optimiser               // clipping and Adam
	numParts
)

// String returns the name of the part in lower case.
func (p Part) String() string {
	return [numParts]string{"acting", "environment", "advantage", "gather", "forward", "loss", "backward", "optimiser"}[p]
}

// Timing adds up the time spent on each [Part].
type Timing [numParts]time.Duration

// stopwatch charges the time since the last lap to a part. Without a Timing it does nothing.
type stopwatch struct {
	timing *Timing
	last   time.Time
}

func (l *Learner) stopwatch() stopwatch {
	if l.Timing == nil {
		return stopwatch{}
	}
	return stopwatch{l.Timing, time.Now()}
}

func (w *stopwatch) lap(p Part) {
	if w.timing == nil {
		return
	}
	now := time.Now()
	w.timing[p] += now.Sub(w.last)
	w.last = now
}
