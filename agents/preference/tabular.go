package preference

import (
	"context"
	"fmt"
	"math"
	"slices"
)

// Absorbing says what the advantage learner does with pairs in which a step is waited out after the end of an
// episode.
type Absorbing int

const (
	WithAbsorbing    Absorbing = iota // learn from them
	WithoutAbsorbing                  // leave them out
)

// Tabular learns a table g(s, a), one number for each state and action: P(σ₁ ≻ σ₂) = λ(Σ g − Σ g). No planning
// is needed. Steps that are waited out after the end of an episode count nothing. Answers to equally long segments
// without such steps leave g free up to a constant; those with them pin it.
type Tabular struct {
	States, Actions int
	// Absorbing leaves out pairs with steps that are waited out.
	Absorbing Absorbing
	// Reference leaves out the step that ends an episode, as the published code does, which so never learns to enter
	// a goal. For comparison.
	Reference bool
	// Rate and Epochs of Adam. Zero means 2 and 1000. The last weights are returned.
	Rate   float64
	Epochs int
	// Checkpoint is handed the table after 1, 10, 100, 200, 500, 1000, … epochs and must not keep it. It may be nil.
	Checkpoint func(epoch int, g []float64)
}

var _ Learner = Tabular{}

// Table is the fitted model of [Tabular].
type Table struct {
	Advantage
	Loss float64
}

var _ Model = (*Table)(nil)

// Utility implements [Model].
func (m *Table) Utility(s *Segment) float64 { return m.Value(s) }

// P implements [Model].
func (m *Table) P(a, b *Segment) float64 { return Logistic(m.Value(a) - m.Value(b)) }

// Params implements [Model]: the table, States × Actions.
func (m *Table) Params() []float64 { return m.G }

// MeanMax is the mean over states of max_a g(s, a), without the states that idle says are of no account. It tends to
// 0 where answers pin the level of g.
func (m *Table) MeanMax(idle func(s int) bool) float64 {
	sum, n := 0.0, 0
	for s := 0; s*m.Actions < len(m.G); s++ {
		if !idle(s) {
			sum += slices.Max(m.G[s*m.Actions:][:m.Actions])
			n++
		}
	}
	return sum / float64(n)
}

// entry is how much more often the first segment visits a state and action than the second.
type entry struct {
	index int32
	times float64
}

// Fit implements [Learner].
func (l Tabular) Fit(ctx context.Context, d *Dataset, record Recorder) (Model, error) {
	r, err := l.rows(d)
	if err != nil {
		return nil, fmt.Errorf("tabular advantage: %w", err)
	}
	fit := descent{rate: orDefault(l.Rate, 2), epochs: orDefault(l.Epochs, 1000), last: true, start: make([]float64, l.States*l.Actions)}
	epoch := 0
	loss := func(w, g []float64) float64 {
		if l.Checkpoint != nil && checkpoint(epoch) {
			l.Checkpoint(epoch, w)
		}
		epoch++
		return r.loss(w, g)
	}
	if err := fit.run(ctx, record, loss); err != nil {
		return nil, err
	}
	return &Table{Advantage{fit.w, l.Actions}, fit.loss}, nil
}

// checkpoint says that an epoch is 1, 10, or 1, 2 or 5 times a power of ten from 100 on.
func checkpoint(epoch int) bool {
	if epoch == 1 || epoch == 10 {
		return true
	}
	for power := 100; power <= epoch; power *= 10 {
		if epoch == power || epoch == 2*power || epoch == 5*power {
			return true
		}
	}
	return false
}

// sparseRows are merged answers whose log-odds are Σ times · g[index].
type sparseRows struct {
	start   []int32 // entries of row k are entries[start[k]:start[k+1]]
	entries []entry
	count   []float64 // share of the answers
	first   []float64 // share of the answers, times y
}

// rows merges the answers of a data set.
func (l Tabular) rows(d *Dataset) (*sparseRows, error) {
	if err := d.Check(); err != nil {
		return nil, err
	}
	type row struct {
		key          string
		count, first float64
		entries      []entry
	}
	at := map[string]*row{}
	total := 0.0
	var key []byte
	for i := range d.Pairs {
		p := &d.Pairs[i]
		if l.Absorbing == WithoutAbsorbing && p.A.Padding+p.B.Padding > 0 {
			continue
		}
		entries, err := l.visits(p)
		if err != nil {
			return nil, fmt.Errorf("pair %d: %w", i+1, err)
		}
		y, c := p.Y, p.count()
		if len(entries) > 0 && entries[0].times < 0 {
			for k := range entries {
				entries[k].times = -entries[k].times
			}
			y = 1 - y
		}
		key = key[:0]
		for _, e := range entries {
			key = appendNumber(appendNumber(key, uint64(e.index)), math.Float64bits(e.times))
		}
		known := at[string(key)]
		if known == nil {
			known = &row{key: string(key), entries: entries}
			at[known.key] = known
		}
		known.count += c
		known.first += float64(c * y)
		total += c
	}
	if total == 0 {
		return nil, ErrNoAnswers
	}
	// The order of the answers must not matter.
	list := make([]*row, 0, len(at))
	for _, r := range at {
		list = append(list, r)
	}
	slices.SortFunc(list, func(a, b *row) int {
		switch {
		case a.key < b.key:
			return -1
		case a.key > b.key:
			return 1
		}
		return 0
	})
	r := &sparseRows{start: []int32{0}}
	for _, x := range list {
		r.entries = append(r.entries, x.entries...)
		r.start = append(r.start, int32(len(r.entries)))
		r.count, r.first = append(r.count, x.count/total), append(r.first, x.first/total)
	}
	return r, nil
}

// visits returns the entries of a pair, by index, without those that cancel.
func (l Tabular) visits(p *Pair) (list []entry, err error) {
	sides := [2]*Segment{&p.A, &p.B}
	for side, sign := range [2]float64{1, -1} {
		s := sides[side]
		if s.Steps == nil && !(s.Ended && s.Padding > 0) {
			return nil, fmt.Errorf("a segment has no steps; an advantage needs states and actions")
		}
	steps:
		for k, t := range s.Steps {
			if t.State < 0 || int(t.State) >= l.States || t.Action < 0 || int(t.Action) >= l.Actions {
				return nil, fmt.Errorf("step %d: action %d in state %d; there are %d states and %d actions", k+1, t.Action, t.State, l.States, l.Actions)
			}
			if l.Reference && s.Ended && k == len(s.Steps)-1 {
				continue
			}
			index := t.State*int32(l.Actions) + t.Action
			for i := range list {
				if list[i].index == index {
					list[i].times += sign
					continue steps
				}
			}
			list = append(list, entry{index, sign})
		}
	}
	list = slices.DeleteFunc(list, func(e entry) bool { return e.times == 0 })
	slices.SortFunc(list, func(a, b entry) int { return int(a.index) - int(b.index) })
	return list, nil
}

// loss returns the mean cross-entropy for a table and writes its gradient.
func (r *sparseRows) loss(table, gradient []float64) (loss float64) {
	clear(gradient)
	for k, count := range r.count {
		row := r.entries[r.start[k]:r.start[k+1]]
		z := 0.0
		for _, e := range row {
			z += e.times * table[e.index]
		}
		softplus, lambda := logistic(z)
		loss += count*softplus - r.first[k]*z
		g := count*lambda - r.first[k]
		for _, e := range row {
			gradient[e.index] += float64(g * e.times)
		}
	}
	return loss
}

// GreedyTable returns the policy that takes the best action by a table in every state, ties shared equally.
func (w *World) GreedyTable(g []float64) []float64 { return w.Greedy(g, tieSharing) }

// TableAsReward plans with a table as the reward, r(s, a) = g(s, a), and returns the best policy. States in which the
// process has ended are worth nothing.
func (w *World) TableAsReward(g []float64) ([]float64, error) {
	p := w.Process.WithReward(func(s, a int) float64 {
		if w.idle[s] {
			return 0
		}
		return g[s*w.Actions+a]
	})
	v, err := p.Values([]float64{1})
	if err != nil {
		return nil, err
	}
	return p.Greedy(p.QValues([]float64{1}, v, nil), tieSharing), nil
}
