package agents

import "math/rand/v2"

// Stream derives the 64-bit seed of a named random stream from the root seed by SplitMix64 steps
// over the purpose and the indices, so that adding a consumer never shifts another's numbers.
func Stream(root uint64, purpose string, index ...int) uint64 {
	h := splitmix(root)
	for i := 0; i < len(purpose); i++ {
		h = splitmix(h ^ uint64(purpose[i]))
	}
	for _, i := range index {
		h = splitmix(h ^ (uint64(i) + 0x100))
	}
	return h
}

// NewRand returns the generator of a named stream.
func NewRand(root uint64, purpose string, index ...int) *rand.PCG {
	s := Stream(root, purpose, index...)
	return rand.NewPCG(s, splitmix(s))
}

// splitmix is one step of Steele, Lea and Flood's SplitMix64.
func splitmix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}
