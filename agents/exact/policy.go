package exact

// AnyState is the state of an [Edge] that is followed whatever state the step leads to.
const AnyState = -1

// Policy is a deterministic policy with memory that attains a point of a front: a graph whose nodes say
// what to do now, and where to go on depending on the state that this leads to. The policies of a
// [Result] share their nodes.
type Policy struct {
	Start []Edge // by the state in which the episode begins
	Nodes []Node
}

// Node is a moment of a policy.
type Node struct {
	Action int32
	Then   []Edge // by the next state; none where the episode ends or is truncated in any case
}

// Edge leads to a node if the environment is in a state of its model.
type Edge struct {
	State int32 // index in the model, or AnyState
	Node  int32 // index in Policy.Nodes
}

// follow returns the node to go on with from a state, −1 if there is none.
func follow(edges []Edge, state int) int32 {
	for _, e := range edges {
		if e.State == AnyState || int(e.State) == state {
			return e.Node
		}
	}
	return -1
}

// Plan returns the actions of a policy that acts the same whatever happens, one per step, and nil for
// one that has a choice to make.
func (p Policy) Plan() []int32 {
	var plan []int32
	edges := p.Start
	for len(edges) > 0 {
		if len(edges) > 1 {
			return nil
		}
		n := &p.Nodes[edges[0].Node]
		plan = append(plan, n.Action)
		edges = n.Then
	}
	return plan
}

// planPolicy is the policy that takes the actions of a plan whatever happens.
func planPolicy(plan []int32) Policy {
	p := Policy{Nodes: make([]Node, len(plan))}
	edges := make([]Edge, len(plan))
	for k, a := range plan {
		edges[k] = Edge{State: AnyState, Node: int32(k)}
		p.Nodes[k].Action = a
		if k > 0 {
			p.Nodes[k-1].Then = edges[k : k+1]
		}
	}
	p.Start = edges[:min(1, len(plan))]
	return p
}
