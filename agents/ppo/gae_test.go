package ppo

import (
	"math/rand/v2"
	"testing"
)

// TestVectorGAEIsOneScalarGAEPerObjective: check 3 of the specification, bit for bit.
func TestVectorGAEIsOneScalarGAEPerObjective(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	const copies, steps, k = 3, 20, 4
	n := copies * steps
	rewards, value := make([]float64, n*k), make([]float32, (n+copies)*k)
	final, done, cut := make([]float32, n*k), make([]bool, n), make([]bool, n)
	for i := range rewards {
		rewards[i], final[i] = rng.NormFloat64(), float32(rng.NormFloat64())
	}
	for i := range value {
		value[i] = float32(rng.NormFloat64())
	}
	for i := range done {
		done[i] = rng.IntN(5) == 0
		cut[i] = done[i] && rng.IntN(2) == 0
	}
	adv, ret := make([]float32, n*k), make([]float32, n*k)
	GAE(adv, ret, rewards, value, final, done, cut, copies, k, 0.99, 0.95)
	for j := range k {
		r1, v1, f1 := make([]float64, n), make([]float32, n+copies), make([]float32, n)
		for i := range n {
			r1[i], f1[i] = rewards[i*k+j], final[i*k+j]
		}
		for i := range v1 {
			v1[i] = value[i*k+j]
		}
		a1, t1 := make([]float32, n), make([]float32, n)
		GAE(a1, t1, r1, v1, f1, done, cut, copies, 1, 0.99, 0.95)
		for i := range n {
			if a1[i] != adv[i*k+j] || t1[i] != ret[i*k+j] {
				t.Fatalf("objective %d sample %d: %v %v, alone %v %v", j, i, adv[i*k+j], ret[i*k+j], a1[i], t1[i])
			}
		}
	}
}

// TestGAEByHand checks the three kinds of sample against the definition, on one copy.
func TestGAEByHand(t *testing.T) {
	rewards := []float64{1, 2, 3, 4}
	value := []float32{10, 20, 30, 40, 50}
	final := []float32{0, 7, 0, 0}
	done, cut := []bool{false, true, true, false}, []bool{false, true, false, false}
	adv, ret := make([]float32, 4), make([]float32, 4)
	GAE(adv, ret, rewards, value, final, done, cut, 1, 1, 0.5, 0.5)
	// 3: 4 + 0.5·50 - 40 = -11 · 2: terminated, 3 - 30 = -27 · 1: time limit, 2 + 0.5·7 - 20 = -14.5
	// 0: 1 + 0.5·20 - 10 + 0.25·(-14.5) = -2.625
	for i, want := range []float32{-2.625, -14.5, -27, -11} {
		if adv[i] != want || ret[i] != want+value[i] {
			t.Errorf("sample %d: advantage %v target %v, want %v %v", i, adv[i], ret[i], want, want+value[i])
		}
	}
}
