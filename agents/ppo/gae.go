package ppo

// GAE computes generalised advantages (Schulman et al. 2016) and return targets of every objective
// from a rollout of steps × copies samples, time-major; all vectors have k entries per sample.
//
//	δ_t = r_t + γ V(s_{t+1}) - V(s_t),   A_t = δ_t + γλ A_{t+1},   target = A_t + V(s_t)
//
// At an end that the process itself made (done, not cut) the next value is 0. At a time limit
// (cut) it is V of the final observation, from final. Neither passes A back across the end.
// value has copies more rows than the rollout: V of the states after the last step.
func GAE(adv, ret []float32, rewards []float64, value, final []float32, done, cut []bool, copies, k int, gamma, lambda float64) {
	samples := len(done)
	stride := copies * k
	for i := range copies {
		for j := range k {
			next := 0.0 // A_{t+1}
			for at := samples - copies + i; at >= 0; at -= copies {
				x := at*k + j
				v := float64(value[x])
				after, carry := float64(value[x+stride]), gamma*lambda
				if done[at] {
					after, carry = 0, 0
					if cut[at] {
						after = float64(final[x])
					}
				}
				next = rewards[x] + gamma*after - v + carry*next
				adv[x], ret[x] = float32(next), float32(next+v)
			}
		}
	}
}
