package preference

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/paretolab/paretolab/agents"
)

// PAL learns what several users want from their answers: each has an ideal point, a mixture of few prototypes
// (Chen, Chen, Rege & Vinayak, "PAL: pluralistic alignment framework for learning from heterogeneous preferences",
// 2024; abstract only). With the features x of a segment and h the user,
//
//	s_h(x) = −|f(x) − q_h|²,   q_h = Σ_k a_hk c_k,   P(i ≻ j) = λ(β (s_h(x_i) − s_h(x_j)))
//
// where a_h lies on the simplex, as the softmax of free numbers, and c_k are the prototypes.
type PAL struct {
	// Prototypes is K. Zero means 2.
	Prototypes int
	// Beta is β; zero means 1, which is no restriction where f is learned.
	Beta float64
	// Map is what f is.
	Map PointMap
	// Width is the number of dimensions of f(x), of a map that is learned; zero means as many as features. Hidden is the
	// width of the hidden layer of a network; zero means 16.
	Width, Hidden int
	// Cluster gives every user one prototype alone, that with the least loss.
	Cluster bool
	// Rate, Epochs of Adam; zero means 0.01 and 2000. Restarts: zero means 5; the lowest loss wins.
	Rate             float64
	Epochs, Restarts int
	Seed             uint64
}

// PointMap is the kind of the map f from features to the space of ideal points.
type PointMap int

const (
	IdentityMap PointMap = iota
	LinearMap            // f(x) = A x
	NetworkMap           // one hidden layer of tanh
)

// IdealPoints is what [PAL] learns.
type IdealPoints struct {
	Prototypes [][]float64
	Mixture    [][]float64 // a_h of each user
	Loss       float64     // mean cross-entropy of the answers, in nats

	learner PAL
	in      int
	width   int
	weights []float64 // of f
}

var _ Model = (*IdealPoints)(nil)

// fitting is PAL with its data and scratch while it learns.
type fitting struct {
	PAL
	ctx    context.Context
	record Recorder
	d      *Dataset
	items  [][]float64 // distinct features
	pairs  []palPair
	users  int
	in     int
	width  int
	epoch  int
}

type palPair struct {
	a, b, user int
	y, share   float64
}

// Fit implements [Learner].
func (l PAL) Fit(ctx context.Context, d *Dataset, record Recorder) (Model, error) {
	f, err := l.begin(ctx, d, record)
	if err != nil {
		return nil, err
	}
	var best *IdealPoints
	points, err := f.idealPoints()
	if err != nil {
		return nil, err
	}
	for restart := range orDefault(l.Restarts, 5) {
		random := rand.New(agents.NewRand(l.Seed, "pal", restart))
		model, err := f.fit(points, random)
		if err != nil {
			return nil, err
		}
		if best == nil || model.Loss < best.Loss {
			best = model
		}
	}
	return best, nil
}

// begin checks settings and data.
func (l PAL) begin(ctx context.Context, d *Dataset, record Recorder) (*fitting, error) {
	if err := d.Check(); err != nil {
		return nil, err
	}
	l.Prototypes, l.Beta, l.Hidden = orDefault(l.Prototypes, 2), orDefault(l.Beta, 1), orDefault(l.Hidden, 16)
	l.Rate, l.Epochs = orDefault(l.Rate, 0.01), orDefault(l.Epochs, 2000)
	f := &fitting{PAL: l, ctx: ctx, record: record, d: d, users: max(1, len(d.Users)), in: len(d.Objectives)}
	f.width = f.in
	if l.Map != IdentityMap {
		f.width = orDefault(l.Width, f.in)
	}
	switch {
	case l.Prototypes < 1 || l.Hidden < 1 || f.width < 1 || l.Epochs < 1 || l.Restarts < 0:
		return nil, errors.New("prototypes, widths, epochs and restarts must be at least 1")
	case !(l.Beta > 0 && l.Rate > 0):
		return nil, fmt.Errorf("consistency %v and rate %v; give numbers above 0", l.Beta, l.Rate)
	case l.Map < IdentityMap || l.Map > NetworkMap:
		return nil, fmt.Errorf("unknown map %d", int(l.Map))
	}
	at := map[string]int{}
	item := func(x []float64) int {
		var key []byte
		for _, v := range x {
			key = appendNumber(key, math.Float64bits(v+0))
		}
		k, known := at[string(key)]
		if !known {
			k = len(f.items)
			at[string(key)] = k
			f.items = append(f.items, x)
		}
		return k
	}
	total := 0.0
	for i := range d.Pairs {
		p := &d.Pairs[i]
		f.pairs = append(f.pairs, palPair{item(p.A.Features), item(p.B.Features), p.User, p.Y, p.count()})
		total += p.count()
	}
	for i := range f.pairs {
		f.pairs[i].share /= total
	}
	return f, nil
}

// idealPoints fits one ideal point per user on its own, with f the identity: z = β (|x_j|² − |x_i|² + 2 q · (x_i −
// x_j)) is linear in q. They say where prototypes may lie.
func (f *fitting) idealPoints() ([][]float64, error) {
	points := make([][]float64, f.users)
	for h := range points {
		at := func(q, gradient []float64) float64 {
			const ridge = 0.01
			loss, n := 0.0, 0.0
			clear(gradient)
			for _, p := range f.pairs {
				if p.user != h {
					continue
				}
				a, b := f.items[p.a], f.items[p.b]
				z := 0.0
				for j, v := range q {
					z += f.Beta * (b[j]*b[j] - a[j]*a[j] + 2*v*(a[j]-b[j]))
				}
				loss += p.share * CrossEntropy(z, p.y)
				n += p.share
				g := p.share * (Logistic(z) - p.y) * f.Beta * 2
				for j := range q {
					gradient[j] += g * (a[j] - b[j])
				}
			}
			if n == 0 {
				n = 1
			}
			for j, v := range q {
				gradient[j] = gradient[j]/n + ridge*v
			}
			return loss/n + ridge/2*dot(q, q)
		}
		q, err := minimise(f.ctx, make([]float64, f.in), at, func(float64) {})
		if err != nil {
			return nil, err
		}
		points[h] = q
	}
	return points, nil
}

// mapSize is the number of weights of f.
func (f *fitting) mapSize() int {
	switch f.Map {
	case LinearMap:
		return f.width * f.in
	case NetworkMap:
		return f.Hidden*(f.in+1) + f.width*(f.Hidden+1)
	}
	return 0
}

// fit learns from one start: prototypes by k-means of the users' own ideal points, in random order.
func (f *fitting) fit(points [][]float64, random *rand.Rand) (*IdealPoints, error) {
	k, size := f.Prototypes, f.mapSize()
	// Parameters: the weights of f, then the prototypes, then the users' free numbers.
	x := make([]float64, size+k*f.width+f.users*k)
	weights, prototypes, free := x[:size], x[size:size+k*f.width], x[size+k*f.width:]
	f.startMap(weights, random)
	mapped := make([][]float64, len(points))
	for h, q := range points {
		mapped[h] = make([]float64, f.width)
		f.forward(weights, q, mapped[h], make([]float64, f.Hidden))
	}
	for i, c := range kMeans(mapped, k, random) {
		copy(prototypes[i*f.width:], c)
	}
	for h := range f.users {
		nearest, least := 0, math.Inf(1)
		for i := range k {
			if d := squaredDistance(mapped[h], prototypes[i*f.width:(i+1)*f.width]); d < least {
				nearest, least = i, d
			}
		}
		free[h*k+nearest] = 1
	}
	gradient := make([]float64, len(x))
	optimiser := newAdam(len(x), f.Rate)
	scratch := f.newScratch()
	for range f.Epochs {
		if err := f.ctx.Err(); err != nil {
			return nil, err
		}
		if f.Cluster {
			f.assign(x, scratch)
		}
		loss := f.loss(x, gradient, scratch)
		if f.record != nil {
			f.record(f.epoch, loss)
		}
		f.epoch++
		optimiser.step(x, gradient)
	}
	if f.Cluster {
		f.assign(x, scratch)
	}
	m := &IdealPoints{Loss: f.loss(x, gradient, scratch), learner: f.PAL, in: f.in, width: f.width, weights: weights}
	for i := range k {
		m.Prototypes = append(m.Prototypes, prototypes[i*f.width:(i+1)*f.width])
	}
	for h := range f.users {
		m.Mixture = append(m.Mixture, append([]float64(nil), scratch.mixture[h*k:(h+1)*k]...))
	}
	return m, nil
}

// startMap sets weights of f: the identity as far as it goes, with noise.
func (f *fitting) startMap(w []float64, random *rand.Rand) {
	for j := range w {
		w[j] = 0.1 * random.NormFloat64() / math.Sqrt(float64(f.in))
	}
	switch f.Map {
	case LinearMap:
		for r := range min(f.width, f.in) {
			w[r*f.in+r]++
		}
	case NetworkMap:
		for j := range f.Hidden * (f.in + 1) {
			w[j] = random.NormFloat64() / math.Sqrt(float64(f.in))
		}
		for j := f.Hidden * (f.in + 1); j < len(w); j++ {
			w[j] = random.NormFloat64() / math.Sqrt(float64(f.Hidden))
		}
	}
}

// forward writes f(x); hidden keeps what backward needs.
func (f *fitting) forward(w, x, out, hidden []float64) {
	switch f.Map {
	case IdentityMap:
		copy(out, x)
	case LinearMap:
		for r := range out {
			out[r] = dot(w[r*f.in:(r+1)*f.in], x)
		}
	case NetworkMap:
		for h := range hidden {
			row := w[h*(f.in+1) : (h+1)*(f.in+1)]
			hidden[h] = math.Tanh(dot(row[:f.in], x) + row[f.in])
		}
		second := w[f.Hidden*(f.in+1):]
		for r := range out {
			row := second[r*(f.Hidden+1) : (r+1)*(f.Hidden+1)]
			out[r] = dot(row[:f.Hidden], hidden) + row[f.Hidden]
		}
	}
}

// backward adds the gradient by the weights of f, given that by f(x).
func (f *fitting) backward(w, x, hidden, byOut, gradient []float64) {
	switch f.Map {
	case LinearMap:
		for r, g := range byOut {
			row := gradient[r*f.in : (r+1)*f.in]
			for j, v := range x {
				row[j] += g * v
			}
		}
	case NetworkMap:
		first := f.Hidden * (f.in + 1)
		for h, v := range hidden {
			byHidden := 0.0
			for r, g := range byOut {
				at := first + r*(f.Hidden+1)
				byHidden += g * w[at+h]
				gradient[at+h] += g * v
			}
			byHidden *= 1 - v*v
			row := gradient[h*(f.in+1) : (h+1)*(f.in+1)]
			for j, u := range x {
				row[j] += byHidden * u
			}
			row[f.in] += byHidden
		}
		for r, g := range byOut {
			gradient[first+r*(f.Hidden+1)+f.Hidden] += g
		}
	}
}

// palScratch is what one evaluation of the loss needs.
type palScratch struct {
	mapped, hidden, byMapped []float64 // of each item
	mixture, ideal, byIdeal  []float64 // of each user
	fixed                    []int     // prototype of each user; nil unless they are clustered
	byMixture                []float64
	byPrototype              []float64 // loss of each user with each prototype alone
}

func (f *fitting) newScratch() *palScratch {
	n, k := len(f.items), f.Prototypes
	return &palScratch{mapped: make([]float64, n*f.width), hidden: make([]float64, n*f.Hidden), byMapped: make([]float64, n*f.width),
		mixture: make([]float64, f.users*k), ideal: make([]float64, f.users*f.width), byIdeal: make([]float64, f.users*f.width), byMixture: make([]float64, k), byPrototype: make([]float64, f.users*k)}
}

// loss returns the mean cross-entropy and writes its gradient.
func (f *fitting) loss(x, gradient []float64, s *palScratch) (loss float64) {
	k, w, size := f.Prototypes, f.width, f.mapSize()
	weights, prototypes, free := x[:size], x[size:size+k*w], x[size+k*w:]
	clear(gradient)
	clear(s.byMapped)
	clear(s.byIdeal)
	for i, item := range f.items {
		f.forward(weights, item, s.mapped[i*w:(i+1)*w], s.hidden[i*f.Hidden:(i+1)*f.Hidden])
	}
	for h := range f.users {
		mixture, ideal := s.mixture[h*k:(h+1)*k], s.ideal[h*w:(h+1)*w]
		if s.fixed != nil {
			clear(mixture)
			mixture[s.fixed[h]] = 1
		} else {
			softmax(free[h*k:(h+1)*k], mixture)
		}
		clear(ideal)
		for i, a := range mixture {
			for j, c := range prototypes[i*w : (i+1)*w] {
				ideal[j] += a * c
			}
		}
	}
	for _, p := range f.pairs {
		a, b, q := s.mapped[p.a*w:(p.a+1)*w], s.mapped[p.b*w:(p.b+1)*w], s.ideal[p.user*w:(p.user+1)*w]
		z := f.Beta * (squaredDistance(b, q) - squaredDistance(a, q))
		loss += p.share * CrossEntropy(z, p.y)
		g := 2 * f.Beta * p.share * (Logistic(z) - p.y)
		byA, byB, byQ := s.byMapped[p.a*w:(p.a+1)*w], s.byMapped[p.b*w:(p.b+1)*w], s.byIdeal[p.user*w:(p.user+1)*w]
		for j := range q {
			byA[j] -= g * (a[j] - q[j])
			byB[j] += g * (b[j] - q[j])
			byQ[j] += g * (a[j] - b[j])
		}
	}
	for i, item := range f.items {
		f.backward(weights, item, s.hidden[i*f.Hidden:(i+1)*f.Hidden], s.byMapped[i*w:(i+1)*w], gradient[:size])
	}
	byPrototypes, byFree := gradient[size:size+k*w], gradient[size+k*w:]
	for h := range f.users {
		mixture, byIdeal := s.mixture[h*k:(h+1)*k], s.byIdeal[h*w:(h+1)*w]
		mean := 0.0
		for i, a := range mixture {
			for j, g := range byIdeal {
				byPrototypes[i*w+j] += a * g
			}
			s.byMixture[i] = dot(prototypes[i*w:(i+1)*w], byIdeal)
			mean += a * s.byMixture[i]
		}
		if s.fixed == nil {
			for i, a := range mixture {
				byFree[h*k+i] = a * (s.byMixture[i] - mean)
			}
		}
	}
	return loss
}

// assign gives every user the prototype with the least loss.
func (f *fitting) assign(x []float64, s *palScratch) {
	k, w, size := f.Prototypes, f.width, f.mapSize()
	prototypes := x[size : size+k*w]
	if s.fixed == nil {
		s.fixed = make([]int, f.users)
	}
	for i, item := range f.items {
		f.forward(x[:size], item, s.mapped[i*w:(i+1)*w], s.hidden[i*f.Hidden:(i+1)*f.Hidden])
	}
	loss := s.byPrototype
	clear(loss)
	for _, p := range f.pairs {
		a, b := s.mapped[p.a*w:(p.a+1)*w], s.mapped[p.b*w:(p.b+1)*w]
		for i := range k {
			c := prototypes[i*w : (i+1)*w]
			loss[p.user*k+i] += p.share * CrossEntropy(f.Beta*(squaredDistance(b, c)-squaredDistance(a, c)), p.y)
		}
	}
	for h := range f.users {
		for i := range k {
			if loss[h*k+i] < loss[h*k+s.fixed[h]] {
				s.fixed[h] = i
			}
		}
	}
}

// squaredDistance is |a − b|².
func squaredDistance(a, b []float64) float64 {
	sum := 0.0
	for j, v := range a {
		sum += (v - b[j]) * (v - b[j])
	}
	return sum
}

// kMeans returns k centres of some points (Lloyd 1982, started as k-means++ by Arthur & Vassilvitskii 2007).
func kMeans(points [][]float64, k int, random *rand.Rand) [][]float64 {
	centres := [][]float64{append([]float64(nil), points[random.IntN(len(points))]...)}
	nearest := func(x []float64) (at int, least float64) {
		least = math.Inf(1)
		for i, c := range centres {
			if d := squaredDistance(x, c); d < least {
				at, least = i, d
			}
		}
		return at, least
	}
	for len(centres) < k {
		total := 0.0
		distance := make([]float64, len(points))
		for i, x := range points {
			_, distance[i] = nearest(x)
			total += distance[i]
		}
		at, chosen := random.Float64()*total, len(points)-1
		for i, d := range distance {
			if at -= d; at < 0 {
				chosen = i
				break
			}
		}
		centres = append(centres, append([]float64(nil), points[chosen]...))
	}
	for range 50 {
		count := make([]float64, k)
		sums := make([][]float64, k)
		for i := range sums {
			sums[i] = make([]float64, len(points[0]))
		}
		for _, x := range points {
			at, _ := nearest(x)
			count[at]++
			for j, v := range x {
				sums[at][j] += v
			}
		}
		for i, n := range count {
			for j := range sums[i] {
				if n > 0 {
					centres[i][j] = sums[i][j] / n
				}
			}
		}
	}
	return centres
}

// distance is |f(x) − q|² for a mixture of prototypes.
func (m *IdealPoints) distance(x, mixture []float64) float64 {
	f := fitting{PAL: m.learner, in: m.in, width: m.width}
	point, ideal := make([]float64, m.width), make([]float64, m.width)
	f.forward(m.weights, x, point, make([]float64, max(1, f.Hidden)))
	for i, a := range mixture {
		for j, c := range m.Prototypes[i] {
			ideal[j] += a * c
		}
	}
	return squaredDistance(point, ideal)
}

// Score is s_h(x), the utility of a segment to user h.
func (m *IdealPoints) Score(user int, s *Segment) float64 {
	return -m.distance(s.Features, m.Mixture[user])
}

// POf is the probability that user h prefers a to b.
func (m *IdealPoints) POf(user int, a, b *Segment) float64 {
	return Logistic(orDefault(m.learner.Beta, 1) * (m.Score(user, a) - m.Score(user, b)))
}

// Utility implements [Model]: the mean score over users.
func (m *IdealPoints) Utility(s *Segment) float64 {
	sum := 0.0
	for h := range m.Mixture {
		sum += m.Score(h, s)
	}
	return sum / float64(len(m.Mixture))
}

// P implements [Model]: the mean probability over users.
func (m *IdealPoints) P(a, b *Segment) float64 {
	sum := 0.0
	for h := range m.Mixture {
		sum += m.POf(h, a, b)
	}
	return sum / float64(len(m.Mixture))
}

// Params implements [Model]: the prototypes, then the weights of f.
func (m *IdealPoints) Params() []float64 {
	var all []float64
	for _, c := range m.Prototypes {
		all = append(all, c...)
	}
	return append(all, m.weights...)
}

// newUserRidge draws the free numbers of a new user to equal shares, which few answers do not determine.
const newUserRidge = 0.02

// AddUser learns the mixture of a new user from answers, their users' index aside, with f and the prototypes as they
// are, and returns the user's index: K − 1 numbers from a few answers.
func (m *IdealPoints) AddUser(ctx context.Context, answers *Dataset) (user int, err error) {
	if err := answers.Check(); err != nil {
		return 0, err
	}
	k := len(m.Prototypes)
	mixture, byMixture := make([]float64, k), make([]float64, k)
	at := func(free, gradient []float64) float64 {
		softmax(free, mixture)
		loss := newUserRidge / 2 * dot(free, free)
		clear(byMixture)
		for i := range answers.Pairs {
			p := &answers.Pairs[i]
			z := m.learner.Beta * (m.distance(p.B.Features, mixture) - m.distance(p.A.Features, mixture))
			loss += p.count() * CrossEntropy(z, p.Y)
			g := 2 * m.learner.Beta * p.count() * (Logistic(z) - p.Y)
			a, b := m.Map(&p.A), m.Map(&p.B)
			for i, c := range m.Prototypes {
				byMixture[i] += g * (dot(a, c) - dot(b, c))
			}
		}
		mean := dot(mixture, byMixture)
		for i, a := range mixture {
			gradient[i] = a*(byMixture[i]-mean) + newUserRidge*free[i]
		}
		return loss
	}
	free, err := minimise(ctx, make([]float64, k), at, func(float64) {})
	if err != nil {
		return 0, err
	}
	softmax(free, mixture)
	m.Mixture = append(m.Mixture, mixture)
	return len(m.Mixture) - 1, nil
}

// Map returns f(x) of a segment.
func (m *IdealPoints) Map(s *Segment) []float64 {
	f := fitting{PAL: m.learner, in: m.in, width: m.width}
	point := make([]float64, m.width)
	f.forward(m.weights, s.Features, point, make([]float64, max(1, f.Hidden)))
	return point
}
