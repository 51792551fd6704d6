package handover

import (
	"runtime"
	"testing"
	"time"
)

// TestPostsAreCounted: posts before the wait are not lost, and each lets one wait go on.
func TestPostsAreCounted(t *testing.T) {
	var h Handover
	h.Init()
	for range 3 {
		h.Post()
	}
	for range 3 {
		h.Wait()
	}
	went := make(chan bool)
	go func() { h.Wait(); went <- true }()
	select {
	case <-went:
		t.Fatal("a fourth wait went on after three posts")
	case <-time.After(20 * time.Millisecond): // by now it sleeps
	}
	h.Post()
	<-went
}

// TestTurns: two goroutines take turns, awake and asleep, on one processor and on several; what one wrote
// before a post the other sees after its wait.
func TestTurns(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	for _, processors := range []int{1, 2} {
		runtime.GOMAXPROCS(processors)
		var there, back Handover
		there.Init()
		back.Init()
		turns := 0
		const rounds = 2000
		go func() {
			for range rounds {
				there.Wait()
				turns++
				back.Post()
			}
		}()
		for i := range rounds {
			if i%500 == 0 {
				time.Sleep(2 * time.Millisecond) // the other goes to sleep
			}
			there.Post()
			back.Wait()
			if turns != i+1 {
				t.Fatalf("%d processors: %d turns after %d posts", processors, turns, i+1)
			}
		}
	}
}

// TestHandoverAllocatesNothing: neither a post nor a wait takes memory.
func TestHandoverAllocatesNothing(t *testing.T) {
	var h Handover
	h.Init()
	if n := testing.AllocsPerRun(100, func() { h.Post(); h.Wait() }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
