package preference

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
)

// CPL learns a policy from regret preferences without a reward or planning (Hejna et al., "Contrastive preference
// learning: learning from human feedback without RL", ICLR 2024; abstract only). With maximum-entropy policies
// A*(s, a) = α ln π(a|s), so that the loss of a preferred segment σ⁺ against σ⁻ is
//
//	−ln [e^S⁺ / (e^S⁺ + e^(b S⁻))],   S = α Σ_t γᵗ ln π(a_t|s_t)
//
// with a bias b ∈ (0, 1] on the rejected segment, which keeps the policy near what was seen. The policy is a table. Steps
// waited out after the end count for nothing.
type CPL struct {
	States, Actions int
	// Alpha is α. Zero means 0.1.
	Alpha float64
	// Bias is b. Zero means 0.5. A Bias of 1 explains answers that compare regrets without distortion.
	Bias float64
	// Gamma is γ. Zero means 1.
	Gamma float64
	// Epochs is the number of steps of Adam from the policy of a table of advantages ([Tabular]): the fit of the same loss with
	// a bias of 1 and without normalisation, which is convex. The loss itself is not, since the gradient of an action vanishes
	// once it is sure to be taken. Zero means none: the minimum is sought by L-BFGS from the uniform policy, which is for
	// answers without noise such as probabilities.
	Epochs int
	// Rate of the first step of Adam, in units of A*; it falls linearly to 0. Zero means 0.3.
	Rate float64
}

// Policy is what [CPL] learns.
type Policy struct {
	// Table is π(a|s), States × Actions; Log its logarithm.
	Table, Log []float64
	Loss       float64 // mean loss of the answers
	learner    CPL
}

var _ Model = (*Policy)(nil)

// ContrastiveLoss is −ln [e^S⁺ / (e^S⁺ + e^(b S⁻))] of the sums S of a preferred and a rejected segment, with its
// derivatives.
func ContrastiveLoss(preferred, rejected, bias float64) (loss, byPreferred, byRejected float64) {
	z := bias*rejected - preferred
	g := Logistic(z)
	return Softplus(z), -g, bias * g
}

// Fit implements [Learner].
func (l CPL) Fit(ctx context.Context, d *Dataset, record Recorder) (Model, error) {
	if err := d.Check(); err != nil {
		return nil, err
	}
	l.Alpha, l.Bias, l.Gamma, l.Rate = orDefault(l.Alpha, 0.1), orDefault(l.Bias, 0.5), orDefault(l.Gamma, 1), orDefault(l.Rate, 0.3)
	switch {
	case l.States < 1 || l.Actions < 1:
		return nil, errors.New("a policy needs the numbers of states and actions")
	case !(l.Alpha > 0) || !(l.Bias > 0 && l.Bias <= 1) || !(l.Gamma > 0 && l.Gamma <= 1):
		return nil, fmt.Errorf("α %v, bias %v and γ %v; give α above 0, and the others above 0 and at most 1", l.Alpha, l.Bias, l.Gamma)
	case l.Epochs < 0 || !(l.Rate > 0):
		return nil, fmt.Errorf("%d epochs at rate %v; give none or more, and a rate above 0", l.Epochs, l.Rate)
	}
	total := 0.0
	for i := range d.Pairs {
		p := &d.Pairs[i]
		for _, s := range []*Segment{&p.A, &p.B} {
			if err := l.check(s); err != nil {
				return nil, fmt.Errorf("pair %d: %w", i+1, err)
			}
		}
		total += p.count()
	}
	size := l.States * l.Actions
	log, byState := make([]float64, size), make([]float64, l.States)
	at := func(table, gradient []float64) (loss float64) {
		l.normalise(table, log)
		clear(gradient)
		clear(byState)
		for i := range d.Pairs {
			p := &d.Pairs[i]
			share := p.count() / total
			a, b := l.sum(log, &p.A), l.sum(log, &p.B)
			toFirst, firstByA, firstByB := ContrastiveLoss(a, b, l.Bias)
			toSecond, secondByB, secondByA := ContrastiveLoss(b, a, l.Bias)
			loss += share * (p.Y*toFirst + (1-p.Y)*toSecond)
			l.backward(&p.A, share*(p.Y*firstByA+(1-p.Y)*secondByA), gradient, byState)
			l.backward(&p.B, share*(p.Y*firstByB+(1-p.Y)*secondByB), gradient, byState)
		}
		for k := range gradient {
			gradient[k] -= math.Exp(log[k]) * byState[k/l.Actions]
		}
		return loss
	}
	epoch := 0
	tell := func(loss float64) {
		if record != nil {
			record(epoch, loss)
		}
		epoch++
	}
	var table []float64
	var err error
	if l.Epochs > 0 {
		table, err = l.descend(ctx, d, at, tell)
	} else {
		table, err = minimise(ctx, make([]float64, size), at, tell)
	}
	if err != nil {
		return nil, err
	}
	m := &Policy{Table: make([]float64, size), Log: log, learner: l, Loss: at(table, make([]float64, size))}
	for k, v := range log {
		m.Table[k] = math.Exp(v)
	}
	return m, nil
}

// descend takes steps of Adam from the policy of a table of advantages, and tells the loss before each.
func (l CPL) descend(ctx context.Context, d *Dataset, at func(table, gradient []float64) float64, tell func(loss float64)) ([]float64, error) {
	start, err := Tabular{States: l.States, Actions: l.Actions}.Fit(ctx, d, nil)
	if err != nil {
		return nil, err
	}
	table := slices.Clone(start.Params())
	for k := range table {
		table[k] /= l.Alpha
	}
	gradient, optimiser := make([]float64, len(table)), newAdam(len(table), 0)
	for epoch := range l.Epochs {
		if epoch%checkEvery == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		tell(at(table, gradient))
		optimiser.rate = l.Rate / l.Alpha * (1 - float64(epoch)/float64(l.Epochs))
		optimiser.step(table, gradient)
	}
	return table, nil
}

// check returns an error for a segment without states and actions of the table.
func (l CPL) check(s *Segment) error {
	if s.Steps == nil && !(s.Ended && s.Padding > 0) {
		return errors.New("a segment has no steps; a policy needs states and actions")
	}
	for k, t := range s.Steps {
		if t.State < 0 || int(t.State) >= l.States || t.Action < 0 || int(t.Action) >= l.Actions {
			return fmt.Errorf("step %d: action %d in state %d; there are %d states and %d actions", k+1, t.Action, t.State, l.States, l.Actions)
		}
	}
	return nil
}

// normalise writes ln π of a table of free numbers.
func (l CPL) normalise(table, log []float64) {
	for s := range l.States {
		row, out := table[s*l.Actions:(s+1)*l.Actions], log[s*l.Actions:(s+1)*l.Actions]
		highest := math.Inf(-1)
		for _, v := range row {
			highest = max(highest, v)
		}
		sum := 0.0
		for _, v := range row {
			sum += math.Exp(v - highest)
		}
		shift := highest + math.Log(sum)
		for a, v := range row {
			out[a] = v - shift
		}
	}
}

// sum is S of a segment.
func (l CPL) sum(log []float64, s *Segment) float64 {
	sum, factor := 0.0, l.Alpha
	for _, t := range s.Steps {
		sum += factor * log[int(t.State)*l.Actions+int(t.Action)]
		factor *= l.Gamma
	}
	return sum
}

// backward adds the gradient of a segment, given that by S: by the free number of each step, and by what the
// normalisation of each state takes.
func (l CPL) backward(s *Segment, bySum float64, gradient, byState []float64) {
	factor := l.Alpha * bySum
	for _, t := range s.Steps {
		gradient[int(t.State)*l.Actions+int(t.Action)] += factor
		byState[t.State] += factor
		factor *= l.Gamma
	}
}

// Utility implements [Model]: S of the segment.
func (p *Policy) Utility(s *Segment) float64 { return p.learner.sum(p.Log, s) }

// P implements [Model].
func (p *Policy) P(a, b *Segment) float64 { return Logistic(p.Utility(a) - p.Utility(b)) }

// Params implements [Model]: π(a|s).
func (p *Policy) Params() []float64 { return p.Table }
