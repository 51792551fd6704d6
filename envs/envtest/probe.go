package envtest

import (
	"fmt"
	"math"
	"slices"

	"github.com/paretolab/paretolab/envs"
)

// Bounds of the random episodes that a law is tried on.
const (
	maxSteps    = 4000 // per law and seed
	endlessly   = 200_000
	maxEpisodes = 40
)

// probe drives one environment.
type probe struct {
	e     *envs.Environment
	spec  *envs.Spec
	brief bool // see [RunBriefly]
}

// some is how often to do what is done n times at length.
func (p *probe) some(n int) int {
	const share = 8
	if p.brief {
		return (n + share - 1) / share
	}
	return n
}

// driver chooses random actions, each representable in float32.
type driver struct {
	rng    envs.RNG
	space  *envs.Space
	sample []float64
	box    []float64
	index  []int32
}

func (p *probe) driver(seed uint64) *driver {
	d := &driver{space: &p.spec.Action, sample: make([]float64, p.spec.Action.Len())}
	if d.space.Kind == envs.KindDiscrete {
		d.index = make([]int32, d.space.Len())
	} else {
		d.box = make([]float64, d.space.Len())
	}
	d.rng.Seed(seed)
	return d
}

// next returns a uniform action; unbounded elements are exponential or normal. The slices are
// overwritten by the next call.
func (d *driver) next() envs.Action {
	d.space.Sample(&d.rng, d.sample)
	for i := range d.index {
		d.index[i] = int32(d.sample[i])
	}
	for i := range d.box {
		d.box[i] = min(max(float64(float32(d.sample[i])), d.space.Low[i]), d.space.High[i])
	}
	return envs.Action{Discrete: d.index, Box: d.box}
}

// numbers returns the action as Single takes it.
func numbers(a envs.Action) []float64 {
	if a.Discrete == nil {
		return a.Box
	}
	x := make([]float64, len(a.Discrete))
	for i, v := range a.Discrete {
		x[i] = float64(v)
	}
	return x
}

// vector is a batch with the buffers that its caller owns.
type vector[T envs.Real] struct {
	*envs.Vector[T]
	obs, final  []T
	rew         []float64
	term, trunc []bool
	actions     envs.Actions[T]
}

func newVector[T envs.Real](p *probe, n int, mode envs.Autoreset) *vector[T] {
	nObs, nAct := p.spec.Observation.Len(), p.spec.Action.Len()
	v := &vector[T]{
		Vector: envs.NewVector[T](p.e, n, mode),
		obs:    make([]T, n*nObs), final: make([]T, n*nObs), rew: make([]float64, n*p.spec.M()),
		term: make([]bool, n), trunc: make([]bool, n),
	}
	if p.spec.Action.Kind == envs.KindDiscrete {
		v.actions.Discrete = make([]int32, n*nAct)
	} else {
		v.actions.Box = make([]T, n*nAct)
	}
	return v
}

func (v *vector[T]) reset(seeds ...uint64) {
	v.Reset(seeds, nil, v.obs)
	clear(v.rew)
	clear(v.term)
	clear(v.trunc)
}

// set puts an action into row i.
func (v *vector[T]) set(i int, a envs.Action) {
	copy(v.actions.Discrete[i*len(a.Discrete):], a.Discrete)
	for k, x := range a.Box {
		v.actions.Box[i*len(a.Box)+k] = T(x)
	}
}

func (v *vector[T]) step() { v.Step(v.actions, v.obs, v.rew, v.term, v.trunc, v.final) }

// row is everything that a step of a copy shows, for comparisons.
type row struct {
	obs, rew    []float64
	term, trunc bool
}

func (v *vector[T]) row(i int) row {
	r := row{term: v.term[i], trunc: v.trunc[i]}
	n := len(v.obs) / v.Len()
	for _, x := range v.obs[i*n : (i+1)*n] {
		r.obs = append(r.obs, float64(x))
	}
	m := len(v.rew) / v.Len()
	r.rew = append(r.rew, v.rew[i*m:(i+1)*m]...)
	return r
}

// same compares rows bit for bit, NaN equal to NaN.
func (r row) same(o row) bool {
	equal := func(a, b float64) bool { return math.Float64bits(a) == math.Float64bits(b) }
	return r.term == o.term && r.trunc == o.trunc && slices.EqualFunc(r.obs, o.obs, equal) && slices.EqualFunc(r.rew, o.rew, equal)
}

func (r row) String() string {
	end := ""
	if r.term {
		end += ", terminated"
	}
	if r.trunc {
		end += ", truncated"
	}
	return fmt.Sprintf("observation %v, reward %v%s", r.obs, r.rew, end)
}

// trace records steps of a batch of one, with same-step autoreset, from a seed on.
func (p *probe) trace(v *vector[float64], seed uint64, steps int) []row {
	d := p.driver(seed)
	v.reset(seed)
	rows := []row{v.row(0)}
	for range steps {
		v.set(0, d.next())
		v.step()
		rows = append(rows, v.row(0))
	}
	return rows
}

// differ says where two traces part.
func differ(what string, got, want []row) error {
	for k := range want {
		if k >= len(got) || !got[k].same(want[k]) {
			return fmt.Errorf("%s: step %d gives %v; before it gave %v", what, k, got[min(k, len(got)-1)], want[k])
		}
	}
	return nil
}
