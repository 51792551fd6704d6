// Package handover passes work between goroutines that take turns many thousand times a second, where
// waking a sleeping one costs as much as the work.
package handover

import (
	"runtime"
	"sync/atomic"
)

// How often a goroutine looks whether it has work before it sleeps, for some hundred microseconds in
// all, and after how many looks it lets others run. That is longer than waking a sleeper takes: of two
// goroutines that take turns, one has to outwait the other's waking once, or each finds the other asleep
// ever after.
const (
	patience = 1 << 17
	breather = 1 << 10
)

// Handover lets one goroutine wait until another has posted. Posts are counted, so that none is lost.
// It allocates nothing, and costs a fraction of a channel's hand-over while both are awake. Call Init
// before use.
type Handover struct {
	posts  atomic.Uint32
	asleep atomic.Bool
	wake   chan struct{} // of capacity 1
	taken  uint32        // the waiting goroutine's
	_      [64]byte      // keeps the next one off this cache line
}

// Init makes h ready for the first post.
func (h *Handover) Init() { h.wake = make(chan struct{}, 1) }

// Post lets the waiting goroutine go on.
func (h *Handover) Post() {
	h.posts.Add(1)
	if h.asleep.CompareAndSwap(true, false) {
		h.wake <- struct{}{}
	}
}

// Wait returns when there is a post that was not waited for.
func (h *Handover) Wait() {
	looks := patience
	if runtime.GOMAXPROCS(0) == 1 {
		looks = 0 // nobody could post meanwhile
	}
	for h.posts.Load() == h.taken {
		if looks > 0 {
			if looks--; looks%breather == 0 {
				runtime.Gosched()
			}
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
