package experiments

import (
	"errors"
	"fmt"
	"sync"

	"github.com/paretolab/paretolab/agents/exact"
	"github.com/paretolab/paretolab/envs"
	"github.com/paretolab/paretolab/pareto"
)

// knownFront is the front that a run is measured against: exact where the environment has a
// finite model, else what its documentation says is attainable, else empty.
type knownFront struct {
	points pareto.Front
	method string   // how it was obtained, "" if there is none
	hv     *float64 // hypervolume, nil if there is none
	linear *float64 // largest hypervolume that linear weights can reach
}

// knownFronts computes every known front of a call once, whatever number of items needs it.
type knownFronts struct {
	mu sync.Mutex
	m  map[string]func() (*knownFront, error)
}

// of returns the known front of an environment for a discount and reference point.
func (k *knownFronts) of(env *envs.Environment, ref envs.Reference) (*knownFront, error) {
	key := fmt.Sprintf("%s %v %v %v", env.Spec.ID, env.Options, specHash(&env.Spec), ref)
	k.mu.Lock()
	if k.m == nil {
		k.m = map[string]func() (*knownFront, error){}
	}
	compute, ok := k.m[key]
	if !ok {
		compute = sync.OnceValues(func() (*knownFront, error) { return findKnownFront(env, ref) })
		k.m[key] = compute
	}
	k.mu.Unlock()
	return compute()
}

func findKnownFront(env *envs.Environment, ref envs.Reference) (*knownFront, error) {
	f := &knownFront{}
	r, err := exact.Front(env, ref.Discount)
	switch {
	case errors.Is(err, exact.ErrNoFront), errors.Is(err, exact.ErrTooLarge):
		return f, nil
	case err != nil:
		return nil, err
	}
	f.points, f.method = r.Points, r.Method
	if err := f.measure(ref.Point); err != nil {
		return nil, fmt.Errorf("known front of %s: %w", env.Spec.ID, err)
	}
	return f, nil
}
