package qd

import (
	"time"

	"github.com/paretolab/paretolab/agents"
)

// The parts of a search whose time is told apart.
const (
	partSearch      = "search" // all that is none of the others: variation, selection, archives
	partEpisodes    = "episodes"
	partEncoding    = "encoding"
	partTraining    = "training" // of the encoder, and what it makes then of all that is kept
	partNovelty     = "novelty"
	partEmitters    = "emitters"
	partMeasurement = "measurement" // reports and the evaluations of the recorder
)

// stopwatch tells the time of parts, of which one goes on at a time. It is used by the goroutine of the search
// alone; what workers do side by side counts once.
type stopwatch struct {
	parts []agents.PartTime // in order of their beginning
	now   int               // the part that goes on
	since time.Time
}

// enter begins a part in the middle of another one, which goes on when leave is called.
func (s *stopwatch) enter(name string) (leave func()) {
	before := s.now
	s.change(s.index(name))
	return func() { s.change(before) }
}

func (s *stopwatch) index(name string) int {
	for i := range s.parts {
		if s.parts[i].Part == name {
			return i
		}
	}
	s.parts = append(s.parts, agents.PartTime{Part: name})
	return len(s.parts) - 1
}

func (s *stopwatch) change(part int) {
	t := time.Now()
	s.parts[s.now].Seconds += t.Sub(s.since).Seconds()
	s.now, s.since = part, t
}

// newStopwatch begins with the part of the search itself.
func newStopwatch() *stopwatch {
	return &stopwatch{parts: []agents.PartTime{{Part: partSearch}}, since: time.Now()}
}
