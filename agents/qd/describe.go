package qd

import (
	"math"

	"github.com/paretolab/paretolab/envs"
	"github.com/paretolab/paretolab/envs/behaviour"
)

// observed describes the behaviour in an environment that does not do so itself: by its last
// observation, and by the observations of an episode in the place of views. Numbers without finite
// bounds become x/(1 + |x|).
type observed struct {
	env       envs.Env
	obs       []float64
	squash    []bool
	low, high []float64
	names     []string
}

var (
	_ behaviour.Describer = (*observed)(nil)
	_ behaviour.Namer     = (*observed)(nil)
)

// describer returns what describes the behaviour in a copy of an environment.
func describer(env envs.Env, spec *envs.Spec) behaviour.Describer {
	if d, ok := env.(behaviour.Describer); ok {
		return d
	}
	return newObserved(env, spec)
}

func newObserved(env envs.Env, spec *envs.Spec) *observed {
	n := spec.Observation.Len()
	o := &observed{env: env, obs: make([]float64, n), squash: make([]bool, n), low: make([]float64, n), high: make([]float64, n)}
	if len(spec.Observation.Names) == n {
		o.names = spec.Observation.Names
	}
	for i := range n {
		if spec.Observation.Kind == envs.KindDiscrete {
			o.high[i] = float64(spec.Observation.N[i] - 1)
		} else {
			o.low[i], o.high[i] = spec.Observation.Low[i], spec.Observation.High[i]
		}
		if math.IsInf(o.high[i]-o.low[i], 0) {
			o.squash[i], o.low[i], o.high[i] = true, -1, 1
		}
		if o.low[i] == o.high[i] {
			o.high[i]++ // always the same number
		}
	}
	return o
}

// DescriptorBounds implements [behaviour.Describer].
func (o *observed) DescriptorBounds() (low, high []float64) { return o.low, o.high }

// Describe implements [behaviour.Describer].
func (o *observed) Describe(dst []float64) {
	o.env.Observe(dst)
	for i, x := range dst {
		if o.squash[i] {
			dst[i] = x / (1 + math.Abs(x))
		}
	}
}

// DescriptorNames implements [behaviour.Namer]: nil if the observations have no names.
func (o *observed) DescriptorNames() []string { return o.names }

// view writes the observation as grey pixels.
func (o *observed) view(dst []float32) {
	o.Describe(o.obs)
	for i, x := range o.obs {
		dst[i] = float32((x - o.low[i]) / (o.high[i] - o.low[i]))
	}
}

// viewPixels is the number of pixels of a view of size × size, or of an observation in its place.
func viewPixels(e *envs.Environment, size int) int {
	if _, ok := e.New().(behaviour.Viewer); ok {
		return size * size
	}
	return e.Spec.Observation.Len()
}
