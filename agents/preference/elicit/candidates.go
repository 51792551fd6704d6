package elicit

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
)

// demand remembers an aspiration: what does not reach it is no longer recommended nor asked about, unless
// nothing else is left.
func (e *Elicitor) demand(a *Aspiration) {
	if a == nil {
		return
	}
	if e.demands == nil {
		e.demands = make([]*float64, e.items.M())
	}
	e.demands[a.Objective] = a.Level
	allowed, left := make([]bool, e.items.Len()), 0
	for i := range allowed {
		if allowed[i] = e.reaches(i); allowed[i] {
			left++
		}
	}
	e.scorer.allowed = allowed
	if left == 0 || left == e.items.Len() {
		e.scorer.allowed = nil
	}
}

// reaches reports whether an item reaches all levels that are demanded.
func (e *Elicitor) reaches(i int) bool {
	for j, level := range e.demands {
		if level != nil && e.items.Values.Row(i)[j] < *level {
			return false
		}
	}
	return true
}

// Acceptable reports for each item whether it reaches all levels that the user demands. If none does, demands
// are left aside.
func (e *Elicitor) Acceptable() []bool {
	acceptable := make([]bool, e.items.Len())
	for i := range acceptable {
		acceptable[i] = e.reaches(i)
	}
	return acceptable
}

// Demands returns the level of each objective that the user demands, nil where none is.
func (e *Elicitor) Demands() []*float64 {
	if e.demands == nil {
		return make([]*float64, e.items.M())
	}
	return slices.Clone(e.demands)
}

// Information returns the expected information of the proposed question of two items in nats, 0 if there is none.
func (e *Elicitor) Information() float64 {
	q, ok := e.Propose()
	if !ok || len(q.Items) != 2 {
		return 0
	}
	e.prepare()
	return max(0, e.scorer.exactInfoGain(pair{q.Items[0], q.Items[1]}))
}

// chancesOfBest returns the chance of each item to be the best; of equally good ones the first counts.
func (c *scorer) chancesOfBest() []float64 {
	chance := make([]float64, c.sample.Items())
	s := c.sample
	best, highest := make([]int, s.Len()), make([]float64, s.Len())
	for k := range highest {
		highest[k] = math.Inf(-1)
	}
	for i := range s.Items() {
		if !c.may(i) {
			continue
		}
		for k, u := range s.Of(i) {
			if u > highest[k] {
				best[k], highest[k] = i, u
			}
		}
	}
	for k, w := range s.Weight {
		chance[best[k]] += w
	}
	return chance
}

// chooseLikely lists the pairs among the items that are most likely the best, and some others, of those that were
// not asked about yet and may be. They are in lexicographic order.
func (e *Elicitor) chooseLikely(random *rand.Rand) {
	n := e.items.Len()
	chance := e.scorer.chancesOfBest()
	var order []int
	for i := range n {
		if e.scorer.may(i) {
			order = append(order, i)
		}
	}
	others := slices.Clone(order)
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(chance[b], chance[a]) })
	order = order[:min(len(order), e.settings.Likely)]
	slices.Sort(order)
	chosen := map[pair]bool{}
	add := func(i, j int) {
		if p := (pair{min(i, j), max(i, j)}); i != j && !e.asked[pairIndex(p.i, p.j, n)] && e.distinct(p) {
			chosen[p] = true
		}
	}
	for k, i := range order {
		for _, j := range order[:k] {
			add(i, j)
		}
	}
	if len(others) > 1 {
		for range e.settings.Pairs {
			add(others[random.IntN(len(others))], others[random.IntN(len(others))])
		}
	}
	for p := range chosen {
		e.pairs = append(e.pairs, p)
	}
	slices.SortFunc(e.pairs, func(a, b pair) int { return cmp.Or(cmp.Compare(a.i, b.i), cmp.Compare(a.j, b.j)) })
}

// distinct reports whether a pair differs by more than noise, or whether that does not matter.
func (e *Elicitor) distinct(p pair) bool {
	if !e.settings.Distinct || e.items.StdErr == nil {
		return true
	}
	a, b := e.items.Values.Row(p.i), e.items.Values.Row(p.j)
	for j, v := range a {
		noise := e.items.StdErr[p.i][j] + e.items.StdErr[p.j][j]
		if d := math.Abs(v - b[j]); d > 0 && (math.IsNaN(noise) || d > noise) {
			return true
		}
	}
	return false
}
