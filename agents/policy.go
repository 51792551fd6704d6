package agents

import (
	"math/rand/v2"

	"github.com/paretolab/paretolab/envs"
)

// Policy maps observations to actions. It is immutable and safe for concurrent use; what an
// episode needs to remember lives in an [Actor].
type Policy interface {
	// NewActor returns an actor for n episodes side by side, acting deterministically (the mode
	// of the action distribution).
	NewActor(n int) Actor
	// Kind names the file format: "mlp", "table", ...
	Kind() string
	// Encode returns the policy in its file format (safetensors for "mlp").
	Encode() ([]byte, error)
}

// Actor runs a policy in n episodes.
type Actor interface {
	// Reset tells that episode i begins; rng serves policies that draw.
	Reset(i int, rng *rand.Rand)
	// Act writes one action per episode for the observations obs (n rows).
	Act(obs []float32, act envs.Actions[float32])
}

// Value is a measured value vector.
type Value struct {
	Return          []float64 // mean discounted return of each objective
	StdErr          []float64 // standard error of Return; 0 where one episode is exact
	Undiscounted    []float64 // mean undiscounted return
	UndiscountedErr []float64 // standard error of Undiscounted
	Episodes        int
	Length          float64 // mean episode length in steps
	Steps           int     // environment steps spent on measuring
}

// Member is a policy of a policy set with its measured value and its history.
type Member struct {
	ID     string // unique in the run, [a-z0-9.-]
	Parent string // id of the policy it was trained from, "" if none
	Origin string // how it came about, e.g. "stage2/r3/obj1"
	Steps  int    // training steps of the run when it was measured
	Weight []float64
	Value  Value
	Policy Policy
}

// PolicySet is what an algorithm returns: policies with different trade-offs.
type PolicySet struct {
	Members []Member
	// What else a run may find; both are kept with the run, so their content may not depend on time or
	// the number of workers.
	Tables     []Table
	Repertoire Repertoire // nil: none
	// Parts tell where the time of training went, in this process: since the run began or was last resumed.
	Parts []PartTime
}

// PartTime is the time on the clock that a part of training took.
type PartTime struct {
	Part    string
	Seconds float64
}

// Assign returns the index of the member that maximises the linear utility w·G, ties to the
// lowest index; -1 if the set is empty.
func (s *PolicySet) Assign(w []float64) int {
	best, arg := 0.0, -1
	for i, m := range s.Members {
		u := 0.0
		for j, g := range m.Value.Return {
			u += w[j] * g
		}
		if arg < 0 || u > best {
			best, arg = u, i
		}
	}
	return arg
}
