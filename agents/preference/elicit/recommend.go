package elicit

import (
	"fmt"
	"math"
	"slices"
)

// Estimate is what is known of one parameter of the user's utility.
type Estimate struct {
	Objective string  `json:"objective"`
	Mean      float64 `json:"mean"`
	Low       float64 `json:"low"`  // 5 % of the belief lie below
	High      float64 `json:"high"` // 5 % lie above
}

// Report is a recommendation and what speaks for it.
type Report struct {
	Recommended int       `json:"recommended"` // item of the highest expected utility, counted from 0
	Name        string    `json:"name"`
	Values      []float64 `json:"values"`
	// Runner is the item of the second highest expected utility, −1 if there is one item only, and Ahead the chance that
	// the recommended one is better.
	Runner int     `json:"runner_up"`
	Ahead  float64 `json:"better_than_runner_up"`
	// Chance is the chance of each item to be the best; of equally good ones the first counts.
	Chance []float64 `json:"chance_of_being_best"`
	// NearBest is the chance that the recommendation is within 1 % of the best, of what lies between best and worst.
	NearBest float64 `json:"chance_within_one_percent"`
	// EVOI is the expected value of one more question of two items, in utility of scaled values.
	EVOI float64 `json:"value_of_a_question"`
	// Loss is the expected loss against the best item, in utility of scaled values: what certainty would be worth.
	Loss float64 `json:"expected_loss"`
	// LossShare is the expected loss as a share of what lies between best and worst for the user, and LossShare90 what it
	// exceeds with a chance of 10 %.
	LossShare   float64 `json:"expected_loss_share"`
	LossShare90 float64 `json:"loss_share_90"`
	// Stop says why no more questions are needed; empty if some are.
	Stop string `json:"stop,omitempty"`
	// Meaning is what the parameters are, such as "importance"; empty if the utility has none.
	Meaning    string     `json:"meaning,omitempty"`
	Parameters []Estimate `json:"parameters,omitempty"`
	Answers    []Answer   `json:"answers"`
}

// Recommend returns the item that is best in expectation, and why.
func (e *Elicitor) Recommend() *Report {
	e.prepare()
	c := e.scorer
	n := e.items.Len()
	r := &Report{Recommended: c.best, Name: e.items.Names[c.best], Values: slices.Clone(e.items.Values.Row(c.best)),
		Runner: -1, Ahead: 1, Chance: make([]float64, n), Answers: slices.Clone(e.answers)}
	for i, v := range c.mean {
		if i != c.best && c.may(i) && (r.Runner < 0 || v > c.mean[r.Runner]) {
			r.Runner = i
		}
	}
	if r.Runner >= 0 {
		r.Ahead = c.ahead(c.best, r.Runner)
	}
	losses := make([]float64, c.sample.Len())
	for k, w := range c.sample.Weight {
		best := c.bestOf(k, -1)
		r.Chance[best] += w
		r.Loss += w * (c.sample.Of(best)[k] - c.sample.Of(c.best)[k])
		losses[k] = c.loss(c.best, k)
		r.LossShare += w * losses[k]
		if losses[k] <= tolerance {
			r.NearBest += w
		}
	}
	r.LossShare90 = weightedQuantile(losses, c.sample.Weight, 0.9, new([]int))
	r.NearBest = min(r.NearBest, 1)
	if n > 1 {
		e.choosePairs(e.random())
		_, evoi := c.pick(EVOI, e.pairs)
		r.EVOI = max(evoi, 0) // less than 0 by rounding alone
	}
	r.Stop = e.stop(r)
	r.Meaning, r.Parameters = e.estimates()
	return r
}

// stop returns why no more questions are needed, or nothing. Where a single answer is worth nothing, but several may
// be, they go on.
func (e *Elicitor) stop(r *Report) string {
	switch {
	case e.items.Len() == 1:
		return "there is one policy only"
	case e.settings.Budget > 0 && len(e.answers) >= e.settings.Budget:
		return fmt.Sprintf("the budget of %d questions is spent", e.settings.Budget)
	case r.NearBest > mayBeGood:
		return fmt.Sprintf("the recommendation is within 1 %% of the best with a chance of %.0f %%", 100*r.NearBest)
	case r.EVOI < worthless && r.Loss < tolerance:
		return "no further answer is expected to change the recommendation for much better"
	}
	return ""
}

// ahead is the chance that item i is better than item j; equal ones count half.
func (c *scorer) ahead(i, j int) float64 {
	a, b := c.sample.Of(i), c.sample.Of(j)
	chance := 0.0
	for k, w := range c.sample.Weight {
		switch {
		case a[k] > b[k]:
			chance += w
		case a[k] == b[k]:
			chance += w / 2
		}
	}
	return chance
}

// loss is what user k of the sample loses with item i, as a share of what lies between best and worst.
func (c *scorer) loss(i, k int) float64 {
	best, worst := math.Inf(-1), math.Inf(1)
	for x := range c.sample.Items() {
		if !c.may(x) {
			continue
		}
		u := c.sample.Of(x)[k]
		best, worst = max(best, u), min(worst, u)
	}
	if best == worst {
		return 0
	}
	return (best - c.sample.Of(i)[k]) / (best - worst)
}

// estimates returns mean and 90 % interval of the parameters, one per objective.
func (e *Elicitor) estimates() (meaning string, parameters []Estimate) {
	s := e.belief.Sample()
	if s.Params == nil {
		return "", nil
	}
	meaning = "importance"
	if p, ok := e.belief.(*Particles); ok {
		meaning = p.family.space.meaning()
	}
	values, order := make([]float64, s.Len()), []int(nil)
	for j, o := range e.items.Objectives {
		mean := 0.0
		for k, theta := range s.Params {
			values[k] = theta[j]
			mean += s.Weight[k] * theta[j]
		}
		parameters = append(parameters, Estimate{o.Name, mean,
			weightedQuantile(values, s.Weight, 0.05, &order), weightedQuantile(values, s.Weight, 0.95, &order)})
	}
	return meaning, parameters
}

// Menu returns at most size items that together serve the user best: greedily those that raise Σ π max_x U_x over
// the menu most. The gain falls with every item (the sum is submodular), so that it is within 1 − 1/e of the best
// menu.
func (e *Elicitor) Menu(size int) []int {
	e.prepare()
	s := e.scorer.sample
	var menu []int
	have := make([]float64, s.Len())
	for k := range have {
		have[k] = math.Inf(-1)
	}
	for len(menu) < min(size, s.Items()) {
		chosen, highest := -1, math.Inf(-1)
		for i := range s.Items() {
			if slices.Contains(menu, i) || !e.scorer.may(i) {
				continue
			}
			sum, u := 0.0, s.Of(i)
			for k, w := range s.Weight {
				sum += w * max(have[k], u[k])
			}
			if sum > highest+1e-12 {
				chosen, highest = i, sum
			}
		}
		if chosen < 0 {
			break // nothing else is acceptable
		}
		menu = append(menu, chosen)
		for k, v := range s.Of(chosen) {
			have[k] = max(have[k], v)
		}
	}
	return menu
}
