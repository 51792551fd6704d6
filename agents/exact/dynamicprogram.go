package exact

import (
	"fmt"
	"math"
	"slices"

	"github.com/paretolab/paretolab/envs"
	"github.com/paretolab/paretolab/pareto"
)

// maxEntries bounds the value vectors kept by the dynamic programme, about a gigabyte.
const maxEntries = 1 << 24

// maxVectors bounds the value vectors of one state: sets that are larger take longer than anybody waits.
const maxVectors = 1 << 16

// maxCombinations bounds the vectors that are compared for one state.
const maxCombinations = 1 << 20

// vectors are the non-dominated value vectors of a state and how they come about.
type vectors struct {
	values    pareto.Front
	decisions []decision
	tails     []int32
}

// decision is behind a value vector: an action, and which vector of each state that it can lead to
// follows, in the order of [expected]: tails[from:].
type decision struct{ action, from int32 }

// stage holds the vectors of the states that some number of steps can reach.
type stage map[int32]*vectors

// program is the set-valued dynamic programme described at [Front].
type program struct {
	model    envs.Model
	m        int
	gamma    float64
	round    func(v float64) float64
	stages   []stage
	largest  float64 // magnitude of any value so far
	outcomes []envs.Outcome
	to       []branch
}

// combinations are sums of one vector for each of some next states, with the indices of these.
type combinations struct {
	values pareto.Front
	width  int // next states
	tails  []int32
}

// newProgram prepares the programme with values to a tolerance, 0: to rounding.
func newProgram(model envs.Model, m int, gamma, tolerance float64, layers [][]int32) *program {
	p := &program{model: model, m: m, gamma: gamma, round: significant}
	if tolerance > 0 {
		p.round = p.gridOf(tolerance, layers)
	}
	return p
}

// significant rounds to 40 significant bits, so that sums of the same numbers in another order become
// equal. In every step that changes a value by a factor of at most 1 ± 2⁻⁴¹.
func significant(v float64) float64 {
	const drop = 1 << (52 - 40)
	bits := math.Float64bits(v) + drop/2
	return math.Float64frombits(bits &^ (drop - 1))
}

// gridOf returns the rounding to a grid so fine that the values of a policy stay within half of the
// tolerance: in each of the steps as many roundings as an action has next states, each by half a cell.
func (p *program) gridOf(tolerance float64, layers [][]int32) func(float64) float64 {
	branches := len(envs.Starts(p.model))
	for _, layer := range layers {
		for _, s := range layer {
			for a := range p.model.NumActions() {
				p.outcomes = p.model.Outcomes(int(s), a, p.outcomes[:0])
				_, p.to = expected(p.outcomes, p.m, p.to)
				branches = max(branches, len(p.to))
			}
		}
	}
	weight := 0.0
	for k := range layers {
		weight += math.Pow(p.gamma, float64(k))
	}
	cell := tolerance / (float64(branches) * (weight + 1))
	return func(v float64) float64 { return math.RoundToEven(v/cell) * cell }
}

// solve returns the non-dominated vectors of the start, rounded, and the policies behind them.
func (p *program) solve(layers [][]int32) (pareto.Front, []Policy, error) {
	p.stages = make([]stage, len(layers)+2) // with two after the last step
	entries := 0
	for k := len(layers) - 1; k >= 0; k-- {
		p.stages[k] = make(stage, len(layers[k]))
		for _, s := range layers[k] {
			if p.settled(s, k) {
				p.stages[k][s] = p.stages[k+1][s]
				continue
			}
			v, err := p.decide(s, p.stages[k+1])
			if err != nil {
				return pareto.Front{}, nil, fmt.Errorf("state %d, %d steps before the time limit: %w", s, len(layers)-k, err)
			}
			if old := p.stages[k+1][s]; old != nil && slices.Equal(old.values.X, v.values.X) {
				v.values = old.values
			}
			p.stages[k][s] = v
			if entries += v.values.Len(); entries > maxEntries {
				return pareto.Front{}, nil, fmt.Errorf("%w: more than %d value vectors (%d states, %d steps)", ErrTooLarge, maxEntries, p.model.NumStates(), len(layers))
			}
		}
	}
	var starts []branch
	for _, o := range envs.Starts(p.model) {
		starts = append(starts, branch{int32(o.Next), o.P})
	}
	all, err := p.combine(make([]float64, p.m), starts, p.stages[0], 1)
	if err != nil {
		return pareto.Front{}, nil, fmt.Errorf("starts: %w", err)
	}
	policies := make([]Policy, all.values.Len())
	g := graph{p: p, known: map[choice]int32{}}
	for i := range policies {
		policies[i].Start = g.edges(starts, all.tails[i*all.width:], 0)
	}
	g.grow()
	for i := range policies {
		policies[i].Nodes = g.nodes
	}
	return all.values, policies, nil
}

// settled says whether state s has after k steps the vectors that it has after one step more, because
// every state that it leads to has.
func (p *program) settled(s int32, k int) bool {
	if p.stages[k+1][s] == nil {
		return false
	}
	for a := range p.model.NumActions() {
		p.outcomes = p.model.Outcomes(int(s), a, p.outcomes[:0])
		for _, o := range p.outcomes {
			if o.P == 0 || o.Terminal {
				continue
			}
			next, after := p.stages[k+1][int32(o.Next)], p.stages[k+2][int32(o.Next)]
			if next == nil || after == nil || &next.values.X[0] != &after.values.X[0] {
				return false
			}
		}
	}
	return true
}

// decide finds the non-dominated vectors of state s among those of all actions; below is the stage after
// the step, nil after the last one.
func (p *program) decide(s int32, below stage) (*vectors, error) {
	candidates := pareto.Front{M: p.m}
	var origins []decision
	var tails, widths []int32
	for a := range p.model.NumActions() {
		p.outcomes = p.model.Outcomes(int(s), a, p.outcomes[:0])
		reward, to := expected(p.outcomes, p.m, p.to)
		p.to = to
		if below == nil {
			to = nil
		}
		c, err := p.combine(reward, to, below, p.gamma)
		if err != nil {
			return nil, err
		}
		candidates.X = append(candidates.X, c.values.X...)
		for i := range c.values.Len() {
			origins = append(origins, decision{int32(a), int32(len(tails) + i*c.width)})
			widths = append(widths, int32(c.width))
		}
		tails = append(tails, c.tails...)
	}
	for i, v := range candidates.X {
		candidates.X[i] = p.round(v)
		p.largest = max(p.largest, math.Abs(v))
	}
	keep, err := pareto.NonDominated(candidates)
	if err != nil {
		return nil, err
	}
	if len(keep) > maxVectors {
		return nil, fmt.Errorf("%w: %d of %d value vectors are worth keeping", ErrTooLarge, len(keep), candidates.Len())
	}
	v := &vectors{values: candidates.Select(keep)}
	for _, i := range keep {
		o := origins[i]
		v.decisions = append(v.decisions, decision{o.action, int32(len(v.tails))})
		v.tails = append(v.tails, tails[o.from:][:widths[i]]...)
	}
	return v, nil
}

// combine returns what an action is worth that yields a reward and leads to some next states, in all
// combinations of the vectors of these.
func (p *program) combine(reward []float64, to []branch, below stage, gamma float64) (combinations, error) {
	sums := combinations{values: pareto.Front{M: p.m}.Append(reward)}
	row := make([]float64, p.m)
	for k, b := range to {
		rest, factor := below[b.next].values, float64(gamma*b.p)
		n := sums.values.Len() * rest.Len()
		if n > maxCombinations {
			return sums, fmt.Errorf("%w: %d combinations of what can follow", ErrTooLarge, n)
		}
		next := combinations{values: pareto.Front{M: p.m, X: make([]float64, 0, n*p.m)}, width: k + 1, tails: make([]int32, 0, n*(k+1))}
		for i := range sums.values.Len() {
			for t := range rest.Len() {
				for j, v := range rest.Row(t) {
					row[j] = sums.values.Row(i)[j] + float64(factor*v)
				}
				next.values.X = append(next.values.X, row...)
				next.tails = append(append(next.tails, sums.tails[i*k:(i+1)*k]...), int32(t))
			}
		}
		if sums = next; k == 0 {
			continue // one set of vectors, scaled and shifted: none dominates another
		}
		for i, v := range sums.values.X {
			sums.values.X[i] = p.round(v)
		}
		keep, err := pareto.NonDominated(sums.values)
		if err != nil {
			return sums, err
		}
		sums.values = sums.values.Select(keep)
		for i, c := range keep {
			copy(sums.tails[i*sums.width:], sums.tails[c*sums.width:(c+1)*sums.width])
		}
		sums.tails = sums.tails[:len(keep)*sums.width]
	}
	return sums, nil
}

// graph collects the nodes of the policies of a solved programme, each once, stage by stage.
type graph struct {
	p     *program
	nodes []Node
	at    []choice // of each node
	known map[choice]int32
}

// choice is one of the vectors of a state of a stage.
type choice struct{ stage, state, vector int32 }

// edges returns the edges to states of stage k with the chosen vectors.
func (g *graph) edges(to []branch, chosen []int32, k int) []Edge {
	if len(to) == 0 || g.p.stages[k] == nil {
		return nil
	}
	edges := make([]Edge, len(to))
	for i, b := range to {
		c := choice{int32(k), b.next, chosen[i]}
		n, ok := g.known[c]
		if !ok {
			n = int32(len(g.at))
			g.known[c], g.at = n, append(g.at, c)
		}
		edges[i] = Edge{b.next, n}
	}
	return edges
}

// grow makes the nodes of all choices that the edges so far lead to.
func (g *graph) grow() {
	for n := 0; n < len(g.at); n++ {
		c := g.at[n]
		v := g.p.stages[c.stage][c.state]
		d := v.decisions[c.vector]
		_, to := expected(g.p.model.Outcomes(int(c.state), int(d.action), nil), g.p.m, nil)
		g.nodes = append(g.nodes, Node{d.action, g.edges(to, v.tails[d.from:], int(c.stage)+1)})
	}
}
