package ppo

import (
	"math"
	"strings"
	"testing"
)

func TestCheckNamesTheSetting(t *testing.T) {
	for want, change := range map[string]func(*Settings){
		"minibatch is 1000, but a rollout has 64 samples": func(s *Settings) { s.Minibatch = 1000 },
		"more than 16777216 samples":                      func(s *Settings) { s.Envs, s.Rollout = math.MaxInt/2, 4 },
		"hidden is empty":                                 func(s *Settings) { s.Hidden = nil },
		"hidden layer 1 has width 5000; give 1 to 4096":   func(s *Settings) { s.Hidden = []int{64, 5000} },
	} {
		s := small()
		change(&s)
		if err := s.Check(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}
