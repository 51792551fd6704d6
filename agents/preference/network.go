package preference

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/paretolab/paretolab/agents/neural"
)

// Encoding writes what a network sees of a segment: rows of Width numbers, whose outputs add up to the utility.
type Encoding struct {
	Width int
	// Rows calls emit for every row; emit copies it.
	Rows func(s *Segment, emit func(row []float32))
}

// FeatureEncoding shows a network the features of a segment as one row: utilities that are not linear, of segments or
// of value vectors. Scale divides each feature; nil means 1.
func FeatureEncoding(scale []float64, m int) Encoding {
	row := make([]float32, m)
	return Encoding{m, func(s *Segment, emit func([]float32)) {
		for j, x := range s.Features {
			row[j] = float32(x)
			if scale != nil {
				row[j] = float32(x / scale[j])
			}
		}
		emit(row)
	}}
}

// StepEncoding shows a network every step as a row of flags, of its state and of its action: an advantage g(s, a).
func StepEncoding(states, actions int) Encoding {
	row := make([]float32, states+actions)
	return Encoding{states + actions, func(s *Segment, emit func([]float32)) {
		for _, t := range s.Steps {
			row[t.State], row[states+int(t.Action)] = 1, 1
			emit(row)
			row[t.State], row[states+int(t.Action)] = 0, 0
		}
	}}
}

// Networks learns an ensemble of neural utilities, f(σ) the sum of a network's outputs over the rows of a segment, each on
// a bootstrap sample of the answers. Their disagreement says where more answers would help.
type Networks struct {
	Encoding Encoding
	// Members is the number of networks, from 1. Zero means 5. One alone sees every answer once.
	Members int
	// Hidden are the widths of the hidden layers. Nil means two of 32.
	Hidden []int
	// Rate of Adam. Zero means 0.001.
	Rate float64
	// Epochs over the answers. Zero means 3, for rounds of a few answers that go on from From.
	Epochs int
	// Batch is the number of answers per step. Zero means 32; 4096 is that of the published advantage network.
	Batch int
	Seed  uint64
	// From is an ensemble to go on from; nil begins anew.
	From *Ensemble
}

var _ Learner = Networks{}

// Ensemble is the fitted model of [Networks].
type Ensemble struct {
	Loss     float64 // mean cross-entropy of the answers by the mean utility, in nats
	encoding Encoding
	net      *neural.MLP
	params   [][]float32
	adam     []*neural.Adam
	round    int
	cache    *neural.Cache
	rows     []float32
}

var _ Model = (*Ensemble)(nil)

// rowsPerCache bounds the rows of one question.
const rowsPerCache = 1 << 12

// newEnsemble returns networks with orthogonal weights.
func (l *Networks) newEnsemble() *Ensemble {
	sizes := []int{l.Encoding.Width}
	if l.Hidden == nil {
		sizes = append(sizes, 32, 32)
	}
	sizes = append(append(sizes, l.Hidden...), 1)
	e := &Ensemble{encoding: l.Encoding, net: neural.NewMLP(neural.Tanh, sizes...)}
	for k := range orDefault(l.Members, 5) {
		p := make([]float32, e.net.Len())
		e.net.Init(p, math.Sqrt2, 1, rand.New(rand.NewPCG(l.Seed, uint64(k))))
		e.params = append(e.params, p)
		e.adam = append(e.adam, neural.NewAdam(len(p), 1e-8))
	}
	e.cache = e.net.NewCache(rowsPerCache)
	return e
}

// clone returns an ensemble that trains on without changing e.
func (e *Ensemble) clone() *Ensemble {
	c := &Ensemble{encoding: e.encoding, net: e.net, round: e.round, cache: e.net.NewCache(rowsPerCache)}
	for k := range e.params {
		c.params = append(c.params, append([]float32(nil), e.params[k]...))
		c.adam = append(c.adam, e.adam[k].Clone())
	}
	return c
}

// Fit implements [Learner].
func (l Networks) Fit(ctx context.Context, d *Dataset, record Recorder) (Model, error) {
	if err := d.Check(); err != nil {
		return nil, fmt.Errorf("networks: %w", err)
	}
	if l.Encoding.Rows == nil {
		return nil, fmt.Errorf("networks: no encoding of segments")
	}
	var e *Ensemble
	if l.From != nil {
		e = l.From.clone()
	} else {
		e = l.newEnsemble()
	}
	e.round++
	batch, epochs := orDefault(l.Batch, 32), orDefault(l.Epochs, 3)
	order := make([]int, len(d.Pairs))
	gradient, sum := make([]float32, e.net.Len()), make([]float32, e.net.Len())
	for k, p := range e.params {
		rng := rand.New(rand.NewPCG(l.Seed+uint64(e.round)<<32, uint64(k)+1<<32))
		for i := range order {
			order[i] = i
			if len(e.params) > 1 {
				order[i] = rng.IntN(len(order))
			}
		}
		for epoch := range epochs {
			rng.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
			loss := 0.0
			for from := 0; from < len(order); from += batch {
				if ctx.Err() != nil {
					return nil, ctx.Err()
				}
				part := order[from:min(from+batch, len(order))]
				loss += e.step(d, part, p, gradient, sum)
				e.adam[k].Step(p, sum, orDefault(l.Rate, 1e-3), 0)
			}
			if record != nil {
				record(k*epochs+epoch+1, loss/float64(len(order)))
			}
		}
		for _, x := range p {
			if x != x || math.IsInf(float64(x), 0) {
				return nil, fmt.Errorf("networks: the features are too large for single precision; divide them by a scale, as FeatureEncoding does")
			}
		}
	}
	total := 0.0
	for i := range d.Pairs {
		p := &d.Pairs[i]
		e.Loss += p.count() * CrossEntropy(e.Utility(&p.A)-e.Utility(&p.B), p.Y)
		total += p.count()
	}
	e.Loss /= total
	return e, nil
}

// step writes the gradient of the mean loss of some answers to sum and returns their total loss.
func (e *Ensemble) step(d *Dataset, part []int, p, gradient, sum []float32) (loss float64) {
	clear(sum)
	for _, i := range part {
		pair := &d.Pairs[i]
		a := e.encode(&pair.A, 0)
		n := e.encode(&pair.B, a)
		if n == 0 {
			continue
		}
		width := e.net.OutWidth()
		e.net.Forward(p, e.rows, n, e.cache)
		z := 0.0
		for k := range n {
			if k < a {
				z += float64(e.cache.Out[k*width])
			} else {
				z -= float64(e.cache.Out[k*width])
			}
		}
		loss += pair.count() * CrossEntropy(z, pair.Y)
		g := float32(pair.count() * (Logistic(z) - pair.Y) / float64(len(part)))
		clear(e.cache.DOut[:n*width])
		for k := range n {
			e.cache.DOut[k*width] = g
			if k >= a {
				e.cache.DOut[k*width] = -g
			}
		}
		e.net.Backward(p, gradient, e.rows, n, e.cache)
		for j, x := range gradient {
			sum[j] += x
		}
	}
	return loss
}

// encode writes the rows of a segment after n others and returns how many there are then.
func (e *Ensemble) encode(s *Segment, n int) int {
	e.rows = e.rows[:n*e.encoding.Width]
	e.encoding.Rows(s, func(row []float32) {
		if n == rowsPerCache {
			return // longer segments are cut
		}
		e.rows = append(e.rows, row...)
		n++
	})
	return n
}

// utility of a segment by one network.
func (e *Ensemble) utility(k int, s *Segment) (u float64) {
	n := e.encode(s, 0)
	if n == 0 {
		return 0
	}
	e.net.Forward(e.params[k], e.rows, n, e.cache)
	for i := range n {
		u += float64(e.cache.Out[i*e.net.OutWidth()])
	}
	return u
}

// Utility implements [Model]: the mean over the networks. A model is not safe for use by several goroutines.
func (e *Ensemble) Utility(s *Segment) (u float64) {
	for k := range e.params {
		u += e.utility(k, s)
	}
	return u / float64(len(e.params))
}

// P implements [Model]: the mean over the networks.
func (e *Ensemble) P(a, b *Segment) float64 {
	p, _ := e.Disagreement(a, b)
	return p
}

// Disagreement returns the mean and the standard deviation, over the networks, of the probability that a is preferred to
// b.
func (e *Ensemble) Disagreement(a, b *Segment) (mean, std float64) {
	squares := 0.0
	for k := range e.params {
		p := Logistic(e.utility(k, a) - e.utility(k, b))
		mean += p
		squares += p * p
	}
	n := float64(len(e.params))
	mean /= n
	return mean, math.Sqrt(max(0, squares/n-mean*mean))
}

// Params implements [Model]: those of all networks.
func (e *Ensemble) Params() (all []float64) {
	for _, p := range e.params {
		for _, x := range p {
			all = append(all, float64(x))
		}
	}
	return all
}

// Table returns g(s, a) of an ensemble that sees steps, States × Actions.
func (e *Ensemble) Table(states, actions int) []float64 {
	g := make([]float64, states*actions)
	for k := range g {
		s := Segment{Steps: []Step{{int32(k / actions), int32(k % actions)}}}
		g[k] = e.Utility(&s)
	}
	return g
}
