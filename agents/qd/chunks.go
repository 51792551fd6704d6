package qd

import (
	"fmt"
	"math"
)

// chunks decides which phase the next chunk of the budget goes to.
type chunks struct {
	Explored bool       // the last chunk explored
	Pulls    [2]int     // of the bandit: chunks of exploration and of exploitation
	Mean     [2]float64 // of their rewards
	RNG      *Random
}

// phases are the rules by which chunks alternate.
func checkPhases(rule string) error {
	switch rule {
	case "alternate", "fixed", "time", "ucb":
		return nil
	}
	return fmt.Errorf("phases is %q; give alternate, fixed, time or ucb", rule)
}

// explore decides the next phase. left is the share of the budget that remains; busy reports whether
// there is anything to exploit. The first chunk explores.
func (c *chunks) explore(rule string, first, busy bool, left float64) bool {
	switch {
	case first:
		c.Explored = true
	case rule == "fixed":
		c.Explored = c.RNG.Float64() < 0.5
	case rule == "time":
		c.Explored = c.RNG.Float64() < left
	case rule == "ucb":
		c.Explored = !busy || c.bound(0) >= c.bound(1)
	default:
		c.Explored = !c.Explored
	}
	return c.Explored
}

// bound is the upper confidence bound of a phase (Auer, Cesa-Bianchi and Fischer, 2002).
func (c *chunks) bound(phase int) float64 {
	if c.Pulls[phase] == 0 {
		return math.Inf(1)
	}
	return c.Mean[phase] + math.Sqrt(math.Log(float64(c.Pulls[0]+c.Pulls[1]))/float64(c.Pulls[phase]))
}

// tell rewards the last phase by how much the number of candidates and emitters grew: exploitation by
// tanh of it, −1 if there was nothing to exploit, exploration by the opposite.
func (c *chunks) tell(grown int, nothing bool) {
	phase, reward := 1, math.Tanh(float64(grown))
	switch {
	case c.Explored:
		phase, reward = 0, -reward
	case nothing:
		reward = -1
	}
	c.Pulls[phase]++
	c.Mean[phase] += (reward - c.Mean[phase]) / float64(c.Pulls[phase])
}
