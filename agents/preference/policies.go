package preference

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
)

// Successors are the successor features of a set of policies: what regret is learned with.
type Successors struct {
	States, M int
	// Psi holds ψ(s), States × M numbers for each policy.
	Psi [][]float64
}

// NewSuccessors evaluates stochastic policies exactly.
func (w *World) NewSuccessors(policies ...[]float64) *Successors {
	s := &Successors{States: w.States, M: w.M}
	for _, p := range policies {
		s.Psi = append(s.Psi, w.Successors(p))
	}
	return s
}

// ReadPolicies reads a JSON object with policies, a list of texts as [World.ParsePolicy] reads them, and evaluates them
// exactly.
func (w *World) ReadPolicies(in io.Reader) (*Successors, error) {
	text, err := io.ReadAll(in)
	if err != nil {
		return nil, err
	}
	var file struct{ Policies []string }
	if err := json.Unmarshal(text, &file); err != nil {
		return nil, positioned(text, err)
	}
	if len(file.Policies) == 0 {
		return nil, fmt.Errorf("no policies; expected an object with policies, a list of texts with a character a state")
	}
	policies := make([][]float64, len(file.Policies))
	for i, text := range file.Policies {
		if policies[i], err = w.ParsePolicy(text); err != nil {
			return nil, fmt.Errorf("policies[%d]: %w", i, err)
		}
	}
	return w.NewSuccessors(policies...), nil
}

// BoardPrior and DeliveryPrior are the values from which each weight is drawn, equally likely, for random boards and
// for the delivery grid.
var (
	BoardPrior    = []float64{50, -50, 1, -1, -2, 0, -10, 10, 5}
	DeliveryPrior = []float64{-1, 50, -50, 1, -1, -2}
)

// tieSharing is the relative tolerance within which a greedy policy takes actions as equally good.
const tieSharing = 1e-8

// Limits of a drawn set: policies, and draws that gave none that is new.
const (
	maxDrawnPolicies = 100
	maxDuplicates    = 100
)

// DrawSuccessors draws weights, each from the prior's values, takes the policy that is best for them, ties shared
// equally, and keeps it if its successor features are new: until there are 100 policies or 100 draws gave
// nothing new. The policy that is best for the weights leave, if any, is left out, so that learners do not know the
// answer.
func (w *World) DrawSuccessors(prior, leave []float64, rng *rand.Rand) (*Successors, error) {
	set := &Successors{States: w.States, M: w.M}
	var left []float64
	if leave != nil {
		policy, err := w.Best(leave)
		if err != nil {
			return nil, err
		}
		left = w.Successors(policy)
	}
	weights := make([]float64, w.M)
	for duplicates := 0; len(set.Psi) < maxDrawnPolicies && duplicates < maxDuplicates; {
		for j := range weights {
			weights[j] = prior[rng.IntN(len(prior))]
		}
		policy, err := w.Best(weights)
		if err != nil {
			return nil, err
		}
		psi := w.Successors(policy)
		known := left != nil && alike(psi, left)
		for _, other := range set.Psi {
			known = known || alike(psi, other)
		}
		if known {
			duplicates++
			continue
		}
		set.Psi = append(set.Psi, psi)
	}
	if len(set.Psi) == 0 {
		return nil, fmt.Errorf("%s: no policy was found but the one that is left out", w.ID)
	}
	return set, nil
}

// alike says that successor features differ by rounding only.
func alike(a, b []float64) bool {
	for i, x := range a {
		if math.Abs(x-b[i]) > 1e-7*max(1, math.Abs(x)) {
			return false
		}
	}
	return true
}

// Best plans exactly for weights: the greedy policy, ties shared equally, States × Actions probabilities.
func (w *World) Best(weights []float64) ([]float64, error) {
	v, err := w.Values(weights)
	if err != nil {
		return nil, err
	}
	return w.Greedy(w.QValues(weights, v, nil), tieSharing), nil
}
