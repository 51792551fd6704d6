package envs

import (
	"runtime"
	"sync/atomic"
)

// patience is how often a goroutine looks whether it has work before it sleeps: about ten
// microseconds, in which a waiting worker is found awake.
const patience = 1 << 14

// handover lets one goroutine wait until another has posted. Posts are counted, so that none is lost.
// It allocates nothing, and costs a fraction of a channel's hand-over while both are awake.
type handover struct {
	posts  atomic.Uint32
	asleep atomic.Bool
	wake   chan struct{} // of capacity 1
	taken  uint32        // the waiting goroutine's
	_      [64]byte      // keeps the next one off this cache line
}

// post lets the waiting goroutine go on.
func (h *handover) post() {
	h.posts.Add(1)
	if h.asleep.CompareAndSwap(true, false) {
		h.wake <- struct{}{}
	}
}

// wait returns when there is a post that was not waited for.
func (h *handover) wait() {
	looks := patience
	if runtime.GOMAXPROCS(0) == 1 {
		looks = 0 // nobody could post meanwhile
	}
	for h.posts.Load() == h.taken {
		if looks > 0 {
			looks--
			continue
		}
		h.asleep.Store(true)
		// A post since the last look may have found nobody asleep: sleep only if there is none, or if its
		// signal is under way.
		if h.posts.Load() == h.taken || !h.asleep.CompareAndSwap(true, false) {
			<-h.wake
		}
	}
	h.taken++
}
