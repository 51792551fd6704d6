package exact

import (
	"errors"
	"fmt"
	"math"

	"github.com/paretolab/paretolab/agents"
	"github.com/paretolab/paretolab/envs"
)

// ErrNoPolicy is returned where a policy has no action for a state that it reaches.
var ErrNoPolicy = errors.New("the policy does not say how to go on")

// Return is the distribution of the discounted return of a policy, in numbers per objective.
type Return struct {
	Mean, Deviation []float64 // expectation and standard deviation
	Low, High       []float64 // least and greatest possible return
}

// Replay plays one episode of a policy in e and returns the discounted return. With a deterministic
// environment that is the value of the policy.
func Replay(e *envs.Environment, p Policy, gamma float64) ([]float64, error) {
	var rng envs.RNG
	rng.Seed(0)
	return newPlayer(e).play(p, gamma, &rng)
}

// player plays episodes in one copy of an environment.
type player struct {
	spec   *envs.Spec
	env    envs.Env
	index  envs.StateIndexer // nil: the environment does not tell its state
	action [1]int32
	reward []float64
}

func newPlayer(e *envs.Environment) *player {
	p := &player{spec: &e.Spec, env: e.New(), reward: make([]float64, e.Spec.M())}
	p.index, _ = p.env.(envs.StateIndexer)
	return p
}

// play returns the discounted return of one episode.
func (p *player) play(policy Policy, gamma float64, rng *envs.RNG) ([]float64, error) {
	total, discount := make([]float64, len(p.reward)), 1.0
	p.env.Reset(rng)
	edges := policy.Start
	for k := 1; ; k++ {
		state := AnyState
		if p.index != nil {
			state = p.index.StateIndex()
		}
		n := follow(edges, state)
		if n < 0 {
			return nil, fmt.Errorf("%s: %w in step %d, in state %d", p.spec.ID, ErrNoPolicy, k, state)
		}
		node := &policy.Nodes[n]
		p.action[0] = node.Action
		terminated := p.env.Step(rng, envs.Action{Discrete: p.action[:]}, p.reward)
		for j, r := range p.reward {
			total[j] += float64(discount * r)
		}
		discount *= gamma
		if terminated || k == p.spec.Horizon {
			return total, nil
		}
		edges = node.Then
	}
}

// Simulate plays episodes of a policy in e, one after the other, and returns the mean of their discounted
// returns. The seed decides all random numbers.
func Simulate(e *envs.Environment, p Policy, gamma float64, episodes int, seed uint64) ([]float64, error) {
	player := newPlayer(e)
	mean := make([]float64, e.Spec.M())
	var rng envs.RNG
	rng.Seed(agents.Stream(seed, "exact.simulate"))
	for range episodes {
		total, err := player.play(p, gamma, &rng)
		if err != nil {
			return nil, err
		}
		for j, v := range total {
			mean[j] += v
		}
	}
	for j := range mean {
		mean[j] /= float64(episodes)
	}
	return mean, nil
}

// HalfWidth bounds how far the mean of so many simulated returns is from the expectation, in every
// objective, but for a probability of error each: Bernstein's inequality,
//
//	√(2 σ² L / n) + (high − low) L / (3 n),   L = ln(2 / error)
//
// which holds for any distribution and any n. 1e-9 of the mean is added for rounding.
func (r *Return) HalfWidth(episodes int, error float64) []float64 {
	n, l := float64(episodes), math.Log(2/error)
	w := make([]float64, len(r.Mean))
	for j, sd := range r.Deviation {
		w[j] = sd*math.Sqrt(2*l/n) + (r.High[j]-r.Low[j])*l/(3*n) + 1e-9*max(1, math.Abs(r.Mean[j]))
	}
	return w
}

// Evaluate returns the distribution of the return of a policy under the exact model of e.
func Evaluate(e *envs.Environment, p Policy, gamma float64) (Return, error) {
	r, err := evaluate(e, p.Nodes, [][]Edge{p.Start}, gamma)
	if err != nil {
		return Return{}, fmt.Errorf("%s: %w", e.Spec.ID, err)
	}
	return r[0], nil
}

// moment is a node of a policy with the state in which it acts.
type moment struct{ node, state int32 }

// moments describe the return from a moment on.
type moments struct{ mean, square, low, high []float64 }

// evaluate is [Evaluate] for policies that share their nodes: from the last step back, over the moments
// that each step can reach.
func evaluate(e *envs.Environment, nodes []Node, starts [][]Edge, gamma float64) ([]Return, error) {
	model, ok := e.Model()
	if !ok {
		return nil, ErrNoModel
	}
	m := e.Spec.M()
	var layers [][]moment
	var layer []moment
	enter := func(seen map[moment]bool, edges []Edge, state int) error {
		n := follow(edges, state)
		if n < 0 {
			return fmt.Errorf("%w in step %d, in state %d", ErrNoPolicy, len(layers)+1, state)
		}
		if at := (moment{n, int32(state)}); !seen[at] {
			seen[at] = true
			layer = append(layer, at)
		}
		return nil
	}
	seen := map[moment]bool{}
	for _, o := range envs.Starts(model) {
		for _, edges := range starts {
			if err := enter(seen, edges, o.Next); err != nil {
				return nil, err
			}
		}
	}
	var buf []envs.Outcome
	for len(layer) > 0 {
		now := layer
		layers, layer, seen = append(layers, now), nil, map[moment]bool{}
		if len(layers) == e.Spec.Horizon {
			break
		}
		for _, at := range now {
			n := &nodes[at.node]
			buf = model.Outcomes(int(at.state), int(n.Action), buf[:0])
			for _, o := range buf {
				if o.P == 0 || o.Terminal {
					continue
				}
				if err := enter(seen, n.Then, o.Next); err != nil {
					return nil, err
				}
			}
		}
	}
	var below map[moment]moments
	nothing := make([]float64, m)
	for k := len(layers) - 1; k >= 0; k-- {
		now := make(map[moment]moments, len(layers[k]))
		for _, at := range layers[k] {
			n, r := &nodes[at.node], noMoments(m)
			buf = model.Outcomes(int(at.state), int(n.Action), buf[:0])
			for _, o := range buf {
				var rest moments
				if !o.Terminal && below != nil {
					rest = below[moment{follow(n.Then, o.Next), int32(o.Next)}]
				}
				r.add(o.P, o.Reward, rest, gamma)
			}
			now[at] = r
		}
		below = now
	}
	returns := make([]Return, len(starts))
	for i, edges := range starts {
		r := noMoments(m)
		for _, o := range envs.Starts(model) {
			r.add(o.P, nothing, below[moment{follow(edges, o.Next), int32(o.Next)}], 1)
		}
		deviation := make([]float64, m)
		for j, x := range r.mean {
			if r.low[j] < r.high[j] {
				deviation[j] = math.Sqrt(max(0, r.square[j]-float64(x*x)))
			}
		}
		returns[i] = Return{r.mean, deviation, r.low, r.high}
	}
	return returns, nil
}

// noMoments describe no outcome at all.
func noMoments(m int) moments {
	x := make([]float64, 4*m)
	r := moments{x[:m], x[m : 2*m], x[2*m : 3*m], x[3*m:]}
	for j := range m {
		r.low[j], r.high[j] = math.Inf(1), math.Inf(-1)
	}
	return r
}

// add counts in an outcome of probability p, with what follows it; nil moments: the end.
func (r moments) add(p float64, reward []float64, rest moments, gamma float64) {
	if p == 0 {
		return
	}
	for j, x := range reward {
		mean, square, low, high := x, float64(x*x), x, x
		if rest.mean != nil {
			y := float64(gamma * rest.mean[j])
			mean += y
			square += float64(2*x*y) + float64(gamma*gamma*rest.square[j])
			low += float64(gamma * rest.low[j])
			high += float64(gamma * rest.high[j])
		}
		r.mean[j] += float64(p * mean)
		r.square[j] += float64(p * square)
		r.low[j], r.high[j] = min(r.low[j], low), max(r.high[j], high)
	}
}
