package tabular

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/paretolab/paretolab/agents"
	"github.com/paretolab/paretolab/agents/neural"
	"github.com/paretolab/paretolab/envs"
)

func init() {
	agents.RegisterKind("table", func(b []byte, spec *envs.Spec) (agents.Policy, error) { return decode("table", b, spec) })
	agents.RegisterKind("plan", func(b []byte, spec *envs.Spec) (agents.Policy, error) { return decode("plan", b, spec) })
}

// Table is a policy that looks its action up by the observation. Where it was never trained it takes
// action 0.
type Table struct {
	width   int
	rows    []float32
	actions []int32
}

// NewTable returns the policy that takes actions[i] in state i.
func NewTable(s *States, actions []int32) *Table {
	return &Table{s.Width, slices.Clone(s.Rows[:len(actions)*s.Width]), slices.Clone(actions)}
}

// Kind implements agents.Policy.
func (t *Table) Kind() string { return "table" }

// Encode implements agents.Policy: safetensors with `observation` [states, width] and `action`
// [states].
func (t *Table) Encode() ([]byte, error) {
	return neural.EncodeSafetensors([]neural.Tensor{
		{Name: "observation", Shape: []int{len(t.actions), t.width}, Data: t.rows},
		{Name: "action", Shape: []int{len(t.actions)}, Data: floats(t.actions)},
	}, map[string]string{"format": agents.PolicyFormat, "kind": "table"})
}

// NewActor implements agents.Policy.
func (t *Table) NewActor(int) agents.Actor {
	s, err := RestoreStates(t.width, t.rows)
	if err != nil {
		panic(err) // decoding has checked them
	}
	return &tableActor{t, s}
}

type tableActor struct {
	*Table
	states *States
}

func (a *tableActor) Reset(int, *rand.Rand) {}

func (a *tableActor) Act(obs []float32, act envs.Actions[float32]) {
	for i := range act.Discrete {
		act.Discrete[i] = 0
		if s := a.states.Find(obs[i*a.width : (i+1)*a.width]); s >= 0 {
			act.Discrete[i] = a.actions[s]
		}
	}
}

// Plan is a policy with memory: a graph whose nodes are moments of an episode. It follows, from where
// it is, the edge to the node with the present observation. Where there is none it takes action 0 for
// the rest of the episode.
type Plan struct {
	width   int
	rows    []float32 // observation of each node
	actions []int32   // of each node
	edges   [][]int32 // nodes that may follow each node; the last entry: nodes in which episodes begin
}

// Moment is a node of a plan while it is built.
type Moment struct {
	Obs    []float32
	Action int32
	Next   []int32 // indices of moments that may follow
}

// NewPlan returns the policy of some moments, of which an episode begins in one of starts.
func NewPlan(width int, moments []Moment, starts []int32) *Plan {
	p := &Plan{width: width}
	for _, m := range moments {
		p.rows = append(p.rows, m.Obs...)
		p.actions = append(p.actions, m.Action)
		p.edges = append(p.edges, slices.Clone(m.Next))
	}
	p.edges = append(p.edges, slices.Clone(starts))
	return p
}

// Kind implements agents.Policy.
func (p *Plan) Kind() string { return "plan" }

// Encode implements agents.Policy: safetensors with `observation` [nodes, width], `action` [nodes] and
// `edge` [edges, 2], from node to node; -1 is the moment before an episode.
func (p *Plan) Encode() ([]byte, error) {
	var edges []float32
	for from, next := range p.edges {
		if from == len(p.edges)-1 {
			from = -1
		}
		for _, to := range next {
			edges = append(edges, float32(from), float32(to))
		}
	}
	n := len(p.actions)
	return neural.EncodeSafetensors([]neural.Tensor{
		{Name: "observation", Shape: []int{n, p.width}, Data: p.rows},
		{Name: "action", Shape: []int{n}, Data: floats(p.actions)},
		{Name: "edge", Shape: []int{len(edges) / 2, 2}, Data: edges},
	}, map[string]string{"format": agents.PolicyFormat, "kind": "plan"})
}

// NewActor implements agents.Policy.
func (p *Plan) NewActor(n int) agents.Actor {
	a := &planActor{p, make([]int, n)}
	for i := range a.at {
		a.at[i] = len(p.actions)
	}
	return a
}

type planActor struct {
	*Plan
	at []int // node of each episode; number of nodes: before the first; -1: lost
}

func (a *planActor) Reset(i int, _ *rand.Rand) { a.at[i] = len(a.actions) }

func (a *planActor) Act(obs []float32, act envs.Actions[float32]) {
	for i := range act.Discrete {
		act.Discrete[i] = 0
		if a.at[i] < 0 {
			continue
		}
		now, from := obs[i*a.width:(i+1)*a.width], a.at[i]
		a.at[i] = -1
		for _, to := range a.edges[from] {
			if slices.Equal(a.rows[int(to)*a.width:][:a.width], now) {
				a.at[i], act.Discrete[i] = int(to), a.actions[to]
				break
			}
		}
	}
}

func floats(x []int32) []float32 {
	out := make([]float32, len(x))
	for i, v := range x {
		out[i] = float32(v)
	}
	return out
}

// decode reads a table or plan for an environment.
func decode(kind string, b []byte, spec *envs.Spec) (agents.Policy, error) {
	tensors, meta, err := neural.DecodeSafetensors(b)
	if err != nil {
		return nil, err
	}
	if meta["format"] != agents.PolicyFormat || meta["kind"] != kind {
		return nil, fmt.Errorf("policy file has format %q and kind %q, want %q and %s", meta["format"], meta["kind"], agents.PolicyFormat, kind)
	}
	if spec.Action.Kind != envs.KindDiscrete || spec.Action.Len() != 1 {
		return nil, fmt.Errorf("a %s chooses one of a few actions, which %s does not take", kind, spec.ID)
	}
	parts := map[string]neural.Tensor{}
	for _, t := range tensors {
		parts[t.Name] = t
	}
	rows, width := parts["observation"].Data, spec.Observation.Len()
	actions, err := indices(parts["action"].Data, 0, spec.Action.N[0])
	if err != nil {
		return nil, fmt.Errorf("action %w", err)
	}
	if len(rows) != len(actions)*width {
		return nil, fmt.Errorf("%d observations of %d numbers do not fit %d actions in %s", len(rows), width, len(actions), spec.ID)
	}
	if kind == "table" {
		if _, err := RestoreStates(width, rows); err != nil {
			return nil, err
		}
		return &Table{width, rows, actions}, nil
	}
	p := &Plan{width: width, rows: rows, actions: actions, edges: make([][]int32, len(actions)+1)}
	edges, err := indices(parts["edge"].Data, -1, len(actions))
	if err != nil {
		return nil, fmt.Errorf("edge %w", err)
	}
	for i := 0; i+1 < len(edges); i += 2 {
		from := int(edges[i])
		if from < 0 {
			from = len(actions)
		}
		if edges[i+1] < 0 {
			return nil, errors.New("an edge leads to before the episode")
		}
		p.edges[from] = append(p.edges[from], edges[i+1])
	}
	return p, nil
}

// indices reads whole numbers from low to below high.
func indices(x []float32, low, high int) ([]int32, error) {
	out := make([]int32, len(x))
	for i, v := range x {
		out[i] = int32(v)
		if float32(out[i]) != v || int(out[i]) < low || int(out[i]) >= high {
			return nil, fmt.Errorf("%d is %v, not a whole number from %d to %d", i, v, low, high-1)
		}
	}
	return out, nil
}
