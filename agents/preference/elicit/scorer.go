package elicit

import (
	"math"
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/paretolab/paretolab/internal/kern"
)

// pair is a question of two items, i < j.
type pair struct{ i, j int }

// scorer rates questions. It first rates all pairs by interpolation in a table of answers and in float32, and then
// those that may be best exactly. After the first use it allocates nothing.
type scorer struct {
	comparison comparison
	table      *outcomes
	allowed    []bool // items that may be recommended; nil: all

	sample  *Sample
	scaled  []float64 // β U, N×K
	place   []float64 // where that stands in the table: scaled · tableSteps
	mean    []float64 // Σ π U of each item
	best    int       // item of the largest mean
	factor  []float32 // K×columns, whose sums by π p EVOI needs: factors of U, or U itself
	columns int
	scores  []float64 // of the pairs last rated
	share   []float64 // π P(answer) of each user
	sums    []float64 // of the factors by share
	order   []int     // of users by utility

	crowd crowd

	// What the workers share.
	criterion Criterion
	pairs     []pair
	next      atomic.Int64
	wait      sync.WaitGroup
	workers   []*scoreWorker
}

// scoreWorker rates pairs in a goroutine of its own.
type scoreWorker struct {
	run    func()
	share  []float32 // π p of each pair of a chunk and user
	first  []float32 // chunk × columns: sums of the factors by π P(first)
	second []float32 // by π P(second), where "same" is an answer
}

// chunk is the number of pairs that a worker takes at once.
const chunk = 32

// finalists is the number of pairs that are rated exactly at most, screening the largest error of the first
// rating.
const (
	finalists = 32
	screening = 2e-5
)

func newScorer(how comparison, workers int) *scorer {
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	c := &scorer{comparison: how, table: newOutcomes(how)}
	for range workers {
		w := &scoreWorker{}
		w.run = func() {
			defer c.wait.Done()
			c.rateChunks(w)
		}
		c.workers = append(c.workers, w)
	}
	return c
}

// resize returns a slice of length n, of s if that has room.
func resize[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n)
	}
	return s[:n]
}

// prepare takes a new sample.
func (c *scorer) prepare(s *Sample) {
	n, k := s.Items(), s.Len()
	c.sample = s
	c.scaled, c.place = resize(c.scaled, n*k), resize(c.place, n*k)
	for i := range n {
		u, scaled, place := s.Of(i), c.scaled[i*k:(i+1)*k], c.place[i*k:(i+1)*k]
		for j, v := range u {
			z := s.Beta[j] * v
			scaled[j], place[j] = z, z*tableSteps
		}
	}
	c.reweigh()
	c.prepareFactors()
	c.share, c.sums = resize(c.share, k), resize(c.sums, s.rank)
	for _, w := range c.workers {
		w.share = resize(w.share, chunk*k)
		w.first, w.second = resize(w.first, chunk*c.columns), resize(w.second, chunk*c.columns)
	}
}

// prepareFactors sets the factors of the utilities, padded with zeros: known ones, or else the utilities themselves.
func (c *scorer) prepareFactors() {
	s := c.sample
	n, k := s.Items(), s.Len()
	rank := s.rank
	if rank == 0 {
		rank = n
	}
	c.columns = kern.Pad(rank)
	c.factor = resize(c.factor, k*c.columns)
	clear(c.factor)
	for j := range k {
		row := c.factor[j*c.columns:]
		for r := range rank {
			if s.rank > 0 {
				row[r] = float32(s.factor[j*rank+r])
			} else {
				row[r] = float32(s.Utility[r*k+j])
			}
		}
	}
}

// reweigh follows a change of the weights of the sample.
func (c *scorer) reweigh() {
	s := c.sample
	c.mean = resize(c.mean, s.Items())
	c.best = -1
	for i := range c.mean {
		c.mean[i] = dot(s.Weight, s.Of(i))
		if c.may(i) && (c.best < 0 || c.mean[i] > c.mean[c.best]) {
			c.best = i
		}
	}
}

// may reports whether an item may be recommended.
func (c *scorer) may(i int) bool { return c.allowed == nil || c.allowed[i] }

// of returns β U of item i for each user.
func (c *scorer) of(i int) []float64 {
	k := c.sample.Len()
	return c.scaled[i*k : (i+1)*k : (i+1)*k]
}

// rate fills c.scores by a criterion, to within screening.
func (c *scorer) rate(criterion Criterion, pairs []pair) {
	c.criterion, c.pairs = criterion, pairs
	c.scores = resize(c.scores, len(pairs))
	c.next.Store(0)
	c.wait.Add(len(c.workers))
	for _, w := range c.workers[1:] {
		go w.run()
	}
	c.workers[0].run()
	c.wait.Wait()
}

// rateChunks rates chunk after chunk until none is left.
func (c *scorer) rateChunks(w *scoreWorker) {
	for {
		from := int(c.next.Add(chunk)) - chunk
		if from >= len(c.pairs) {
			return
		}
		pairs := c.pairs[from:min(from+chunk, len(c.pairs))]
		scores := c.scores[from : from+len(pairs)]
		switch c.criterion {
		case EVOI:
			c.rateEVOI(w, pairs, scores)
		default:
			for n, p := range pairs {
				scores[n] = c.ratePair(p)
			}
		}
	}
}

func (c *scorer) ratePair(p pair) float64 {
	switch c.criterion {
	case Uncertain:
		first, second, _ := c.answers(p)
		return -math.Abs(first-second) / 2
	case InfoGain:
		first, second, entropy := c.answers(p)
		return entropy3(first, second) - entropy
	default:
		return c.exact(c.criterion, p)
	}
}

// answers returns Σ π P(first), Σ π P(second) and Σ π H(answer) of a pair, interpolated.
func (c *scorer) answers(p pair) (first, second, entropy float64) {
	k := c.sample.Len()
	table, weight := c.table, c.sample.Weight
	a, b := c.place[p.i*k:][:len(weight)], c.place[p.j*k:][:len(weight)]
	for n, w := range weight {
		o, x := table.at(a[n] - b[n])
		first += w * (o.first + x*o.firstSlope)
		entropy += w * (o.entropy + x*o.entropySlope)
	}
	if !c.comparison.hasSame() {
		return first, 1 - first, entropy
	}
	for n, w := range weight {
		o, x := table.at(b[n] - a[n])
		second += w * (o.first + x*o.firstSlope)
	}
	return first, second, entropy
}

// rateEVOI rates a chunk of pairs. With S = Σ_k π_k p_k F_k, F the factors of U, the sums Σ_k π_k p_k U_kx
// of all items x are S Gᵀ.
func (c *scorer) rateEVOI(w *scoreWorker, pairs []pair, scores []float64) {
	c.sumFactors(w, w.first, pairs, false)
	if c.comparison.hasSame() {
		c.sumFactors(w, w.second, pairs, true)
	}
	for n := range pairs {
		first, second, same := math.Inf(-1), math.Inf(-1), 0.0
		if c.comparison.hasSame() {
			same = math.Inf(-1)
		}
		for x, mean := range c.mean {
			if !c.may(x) {
				continue
			}
			v := c.valueOf(w.first[n*c.columns:], x)
			first = max(first, v)
			if !c.comparison.hasSame() {
				second = max(second, mean-v)
				continue
			}
			u := c.valueOf(w.second[n*c.columns:], x)
			second = max(second, u)
			same = max(same, mean-v-u)
		}
		scores[n] = first + second + same - c.mean[c.best]
	}
}

// sumFactors computes Σ_k π_k p_k F_k of a chunk, p the probability of "first", or of "second".
func (c *scorer) sumFactors(w *scoreWorker, sums []float32, pairs []pair, second bool) {
	k := c.sample.Len()
	table, weight := c.table, c.sample.Weight
	for n, p := range pairs {
		if second {
			p.i, p.j = p.j, p.i
		}
		a, b := c.place[p.i*k:][:len(weight)], c.place[p.j*k:][:len(weight)]
		share := w.share[n*k:][:len(weight)]
		for u, v := range weight {
			o, x := table.at(a[u] - b[u])
			share[u] = float32(v * (o.first + x*o.firstSlope))
		}
	}
	kern.Gemm(len(pairs), c.columns, k, w.share, k, 1, c.factor, c.columns, sums, c.columns, nil, 0)
}

// valueOf returns the value of item x from sums of factors.
func (c *scorer) valueOf(sums []float32, x int) float64 {
	rank := c.sample.rank
	if rank == 0 {
		return float64(sums[x])
	}
	value := 0.0
	for r, v := range c.sample.loading[x*rank : (x+1)*rank] {
		value += v * float64(sums[r])
	}
	return value
}
