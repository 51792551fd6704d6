package ppo

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/paretolab/paretolab/agents/neural"
	"github.com/paretolab/paretolab/envs"
)

func TestPolicyFileRoundTrip(t *testing.T) {
	for _, kind := range kinds {
		e := driftEnv(kind)
		l := New(e, small(), 0.99, 3)
		l.Collect()
		l.Update(Fixed([]float64{1, 1}), 1e-2, 0)
		p := l.Policy()
		b, err := p.Encode()
		if err != nil {
			t.Fatal(err)
		}
		q, err := DecodePolicy(b, &e.Spec)
		if err != nil {
			t.Fatal(err)
		}
		model, err := p.EncodeONNX()
		if kind == "multi-discrete" {
			if err == nil || !strings.Contains(err.Error(), "2 discrete parts") {
				t.Errorf("%s: %v", kind, err)
			}
		} else {
			onnx, act, meta, err2 := neural.DecodeONNX(model)
			if err != nil || err2 != nil || meta["environment"] != e.Spec.ID || act.Discrete != (kind == "discrete") {
				t.Fatalf("ONNX: %v, %v, action %+v, metadata %v", err, err2, act, meta)
			}
			probe := []float32{0.5, -1, 3, 1e9}
			if got, want := onnx.Outputs(probe, 2), q.network().Outputs(probe, 2); !slices.Equal(got, want) {
				t.Errorf("outputs from the ONNX file %v, from the policy file %v", got, want)
			}
		}
		x, y := p.NewActor(3), q.NewActor(3)
		one, two := envs.Actions[float32]{Discrete: make([]int32, 2*3), Box: make([]float32, 3)}, envs.Actions[float32]{Discrete: make([]int32, 2*3), Box: make([]float32, 3)}
		rng := rand.New(rand.NewPCG(1, 1))
		obs := make([]float32, 6)
		for range 50 {
			for i := range obs {
				obs[i] = float32(rng.NormFloat64())
			}
			x.Act(obs, one)
			y.Act(obs, two)
			far := func(a, b float32) bool { return math.Abs(float64(a-b)) > 1e-5 } // statistics are float32 in the file
			if !slices.Equal(one.Discrete, two.Discrete) || far(one.Box[0], two.Box[0]) || far(one.Box[1], two.Box[1]) || far(one.Box[2], two.Box[2]) {
				t.Fatalf("%s: decoded policy acts %v %v, original %v %v", kind, two.Discrete, two.Box, one.Discrete, one.Box)
			}
		}
		other := driftEnv(kind)
		other.Spec.Observation = envs.Box("float64", []float64{0}, []float64{1})
		if _, err := DecodePolicy(b, &other.Spec); err == nil {
			t.Error("a policy for two observations was accepted for one")
		}
		for i := range 200 {
			c := append([]byte(nil), b...)
			c[rng.IntN(len(c))] ^= byte(1 + i)
			DecodePolicy(c, &e.Spec) // no panic
		}
	}
}

// TestPolicyFileCannotClaimMemory: layers are as wide as their biases say only if the weights are
// there, here 2^40 of them.
func TestPolicyFileCannotClaimMemory(t *testing.T) {
	var tensors []neural.Tensor
	for _, layer := range []string{"actor.0", "actor.1", "actor.2"} {
		tensors = append(tensors, neural.Tensor{Name: layer + ".bias", Shape: []int{1 << 20}, Data: make([]float32, 1<<20)})
	}
	b, err := neural.EncodeSafetensors(tensors, map[string]string{"format": "paretolab-policy/1", "kind": "mlp"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := DecodePolicy(b, &driftEnv("discrete").Spec); err == nil || !strings.Contains(err.Error(), "layer 0 has 0 weights") {
		t.Errorf("got %v", err)
	}
}
