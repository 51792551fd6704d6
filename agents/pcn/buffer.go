package pcn

import (
	"math"
	"math/rand/v2"
	"slices"
	"sort"

	"github.com/paretolab/paretolab/pareto"
)

// episode is what happened from a start to an end.
type episode struct {
	Obs     []float32 // of every step
	Actions []float32 // indices, or components of continuous ones
	ToGo    []float64 // returns from every step on, objectives each
	Length  int
}

// outcome is the return of the whole episode.
func (e *episode) outcome(m int) []float64 { return e.ToGo[:m] }

// close fills in the returns to go from the rewards of every step, which ToGo holds until then.
func (e *episode) close(m int, gamma float64) {
	for t := e.Length - 2; t >= 0; t-- {
		for j := range m {
			e.ToGo[t*m+j] += gamma * e.ToGo[(t+1)*m+j]
		}
	}
}

// command is what the network is told: the return to reach, and in how many steps.
type command struct {
	Return  []float64
	Horizon float64
}

// after is the command that is left after a reward.
func (c *command) after(reward []float64, gamma float64, most []float64) {
	for j, r := range reward {
		c.Return[j] = (c.Return[j] - r) / gamma
		if most != nil {
			c.Return[j] = min(c.Return[j], most[j])
		}
	}
	c.Horizon = max(c.Horizon-1, 1)
}

// scores of episodes: minus the distance of the outcome to the nearest non-dominated one, and for the
// second and later of equal outcomes 1e-5 less; twice that in crowded places, where the crowding
// distance, in objectives scaled to [0,1], is at most 0.2. The episode of the lowest score leaves first.
func scores(outcomes pareto.Front) ([]float64, error) {
	n := outcomes.Len()
	score := make([]float64, n)
	best, err := pareto.NonDominated(outcomes)
	if err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	for i := range score {
		x := outcomes.Row(i)
		nearest := math.Inf(1)
		for _, k := range best {
			d := 0.0
			for j, v := range outcomes.Row(k) {
				d += (v - x[j]) * (v - x[j])
			}
			nearest = min(nearest, d)
		}
		score[i] = -math.Sqrt(nearest)
		if k := key(x); seen[k] {
			score[i] -= 1e-5
		} else {
			seen[k] = true
		}
	}
	for i, d := range crowding(outcomes) {
		if d <= 0.2 {
			score[i] *= 2
		}
	}
	return score, nil
}

func key(x []float64) string {
	b := make([]byte, 0, 8*len(x))
	for _, v := range x {
		u := math.Float64bits(v)
		for k := range 8 {
			b = append(b, byte(u>>(8*k)))
		}
	}
	return string(b)
}

// crowding is the distance of the two neighbours in each objective, scaled to [0,1], and 1 for the ends,
// added up.
func crowding(f pareto.Front) []float64 {
	n := f.Len()
	d := make([]float64, n)
	order := make([]int, n)
	for j := range f.M {
		value := func(k int) float64 { return f.X[order[k]*f.M+j] }
		for i := range order {
			order[i] = i
		}
		sort.SliceStable(order, func(a, b int) bool { return value(a) < value(b) })
		extent := value(n-1) - value(0)
		for k, i := range order {
			switch {
			case k == 0 || k == n-1:
				d[i]++
			case extent > 0:
				d[i] += (value(k+1) - value(k-1)) / extent
			}
		}
	}
	return d
}

// buffer keeps the best episodes.
type buffer struct {
	m        int
	limit    int
	Episodes []episode
}

func (b *buffer) outcomes() pareto.Front {
	f := pareto.Front{M: b.m}
	for i := range b.Episodes {
		f.X = append(f.X, b.Episodes[i].outcome(b.m)...)
	}
	return f
}

// sort orders the episodes by score, the best first, and drops those beyond the limit.
func (b *buffer) sort() error {
	score, err := scores(b.outcomes())
	if err != nil {
		return err
	}
	order := make([]int, len(score))
	for i := range order {
		order[i] = i
	}
	sort.SliceStable(order, func(i, j int) bool { return score[order[i]] > score[order[j]] })
	sorted := make([]episode, 0, min(len(order), b.limit))
	for _, i := range order[:min(len(order), b.limit)] {
		sorted = append(sorted, b.Episodes[i])
	}
	b.Episodes = sorted
	return nil
}

// best returns the non-dominated ones of the first n episodes, each outcome once.
func (b *buffer) best(n int) ([]int, error) {
	f := b.outcomes()
	n = min(n, f.Len())
	return pareto.NonDominated(pareto.Front{M: f.M, X: f.X[:n*f.M]})
}

// desire draws a command: that of a non-dominated one of the first n episodes, two steps shorter, with
// one objective raised by up to its standard deviation among them.
func (b *buffer) desire(n int, rng *rand.Rand) (command, error) {
	best, err := b.best(n)
	if err != nil {
		return command{}, err
	}
	e := &b.Episodes[best[rng.IntN(len(best))]]
	c := command{slices.Clone(e.outcome(b.m)), max(float64(e.Length-2), 1)}
	j := rng.IntN(b.m)
	mean, square := 0.0, 0.0
	for _, i := range best {
		mean += b.Episodes[i].outcome(b.m)[j] / float64(len(best))
	}
	for _, i := range best {
		d := b.Episodes[i].outcome(b.m)[j] - mean
		square += d * d / float64(len(best))
	}
	c.Return[j] += rng.Float64() * math.Sqrt(square)
	return c, nil
}
