package envtest

import (
	"testing"

	"github.com/paretolab/paretolab/envs"
)

// Benchmark steps n copies of e in one goroutine with random actions drawn beforehand, and reports
// the steps per second of all copies together.
func Benchmark(b *testing.B, e *envs.Environment, n int) {
	const rounds = 64
	p := &probe{e: e, spec: &e.Spec}
	v, d := newVector[float32](p, n, envs.SameStep), p.driver(1)
	actions := make([]envs.Actions[float32], rounds)
	for k := range actions {
		for range n {
			a := d.next()
			actions[k].Discrete = append(actions[k].Discrete, a.Discrete...)
			for _, x := range a.Box {
				actions[k].Box = append(actions[k].Box, float32(x))
			}
		}
	}
	v.Reset(nil, nil, v.obs)
	b.ReportAllocs()
	k := 0
	for b.Loop() {
		v.actions = actions[k%rounds]
		v.step()
		k++
	}
	b.ReportMetric(float64(k*n)/b.Elapsed().Seconds(), "steps/s")
	b.ReportMetric(0, "ns/op") // of n steps: says nothing
}
