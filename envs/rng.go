package envs

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"math/bits"
)

// RNG is a stream of random numbers identical to NumPy's Generator(PCG64(SeedSequence(seed))):
// the same calls after the same seed give the same numbers as the Python originals of the
// environments. Like there, a 32-bit draw takes half of a 64-bit output and keeps the other half
// for the next 32-bit draw.
//
// The zero RNG is not seeded; call Seed first. An RNG is a value: a copy is a second stream that
// continues from the same place. It is not safe for concurrent use.
//
// With SetDraws the drawing methods consume recorded draws instead, for replaying an episode
// that another program recorded.
//
// Sources: O'Neill, "PCG: A Family of Simple Fast Space-Efficient Statistically Good Algorithms
// for Random Number Generation", HMC-CS-2014-0905 (PCG XSL RR 128/64); NumPy 2 numpy/random.
type RNG struct {
	hi, lo       uint64 // 128-bit state
	incHi, incLo uint64 // 128-bit odd increment: the stream
	half         uint32 // kept upper half of a 64-bit output
	hasHalf      bool
	replay       *replay
}

// Multiplier of the 128-bit linear congruential generator.
const pcgMulHi, pcgMulLo = 0x2360ed051fc65da4, 0x4385df649fccf645

// Seed restarts the stream for a seed and ends a replay.
func (r *RNG) Seed(seed uint64) {
	w := seedSequence(seed)
	word := func(i int) uint64 { return uint64(w[2*i]) | uint64(w[2*i+1])<<32 }
	stateHi, stateLo, streamHi, streamLo := word(0), word(1), word(2), word(3)
	*r = RNG{incHi: streamHi<<1 | streamLo>>63, incLo: streamLo<<1 | 1}
	r.step()
	var carry uint64
	r.lo, carry = bits.Add64(r.lo, stateLo, 0)
	r.hi, _ = bits.Add64(r.hi, stateHi, carry)
	r.step()
}

// seedSequence is SeedSequence(seed).generate_state(8): a pool of four words is filled from the
// seed, stirred, and read out twice.
func seedSequence(seed uint64) (out [8]uint32) {
	h := uint32(0x43b0d7e5)
	hashmix := func(v uint32) uint32 {
		v ^= h
		h *= 0x931e8875
		v *= h
		return v ^ v>>16
	}
	var pool [4]uint32
	for i, word := range [4]uint32{uint32(seed), uint32(seed >> 32)} {
		pool[i] = hashmix(word)
	}
	for i := range pool {
		for j := range pool {
			if j != i {
				v := 0xca01f9dd*pool[j] - 0x4973f715*hashmix(pool[i])
				pool[j] = v ^ v>>16
			}
		}
	}
	g := uint32(0x8b51f9dd)
	for k := range out {
		v := pool[k%4] ^ g
		g *= 0x58f38ded
		v *= g
		out[k] = v ^ v>>16
	}
	return out
}

// step advances the state: state·multiplier + increment modulo 2^128.
func (r *RNG) step() {
	hi, lo := bits.Mul64(r.lo, pcgMulLo)
	hi += r.hi*pcgMulLo + r.lo*pcgMulHi
	var carry uint64
	r.lo, carry = bits.Add64(lo, r.incLo, 0)
	r.hi, _ = bits.Add64(hi, r.incHi, carry)
}

func (r *RNG) next64() uint64 {
	r.step()
	return bits.RotateLeft64(r.hi^r.lo, -int(r.hi>>58))
}

func (r *RNG) next32() uint32 {
	if r.hasHalf {
		r.hasHalf = false
		return r.half
	}
	x := r.next64()
	r.half, r.hasHalf = uint32(x>>32), true
	return uint32(x)
}

func (r *RNG) nextFloat64() float64 { return float64(r.next64()>>11) * (1.0 / (1 << 53)) }

// Uint64 returns 64 random bits, NumPy's raw output. Recordings hold no raw output: during a
// replay it is an error.
func (r *RNG) Uint64() uint64 {
	if r.replay != nil {
		r.replay.fail(errors.New("64 raw bits are drawn, which no recording holds"))
	}
	return r.next64()
}

// Float64 returns a uniform number in [0, 1): random() in NumPy, draw kind "uniform01".
func (r *RNG) Float64() float64 {
	if r.replay != nil {
		if v, ok := r.replay.one("uniform01"); ok {
			return v
		}
	}
	return r.nextFloat64()
}

// Uniform returns a uniform number in [a, b), draw kind "uniform".
func (r *RNG) Uniform(a, b float64) float64 {
	if r.replay != nil {
		if v, ok := r.replay.one("uniform"); ok {
			return v
		}
	}
	return a + float64((b-a)*r.nextFloat64())
}

// Integers returns a uniform integer in [lo, hi), draw kind "integers". It panics unless
// 0 < hi-lo <= 2^32. With one possible value nothing is drawn.
func (r *RNG) Integers(lo, hi int64) int64 {
	if hi <= lo || uint64(hi-lo) > 1<<32 {
		panic(fmt.Sprintf("envs: Integers(%d, %d): want 0 < hi-lo <= 2^32", lo, hi))
	}
	if r.replay != nil {
		if v, ok := r.replay.integer("integers", lo, hi); ok {
			return v
		}
	}
	return lo + r.below(uint64(hi-lo))
}

// Choice returns a uniform index in [0, n), as choice on a list of n does in NumPy; draw kind
// "choice". It panics if n < 1.
func (r *RNG) Choice(n int) int {
	if n < 1 {
		panic(fmt.Sprintf("envs: Choice(%d)", n))
	}
	if r.replay != nil {
		if v, ok := r.replay.integer("choice", 0, int64(n)); ok {
			return int(v)
		}
	}
	return int(r.below(uint64(n)))
}

// below returns a uniform integer in [0, n) for 1 <= n <= 2^32 by Lemire's method.
func (r *RNG) below(n uint64) int64 {
	switch n {
	case 1:
		return 0
	case 1 << 32:
		return int64(r.next32())
	}
	m := uint64(r.next32()) * n
	if uint64(uint32(m)) < n {
		for threshold := (1<<32 - n) % n; uint64(uint32(m)) < threshold; {
			m = uint64(r.next32()) * n
		}
	}
	return int64(m >> 32)
}

// StandardNormal returns a number from N(0, 1) by the ziggurat method, draw kind "normal".
func (r *RNG) StandardNormal() float64 {
	if r.replay != nil {
		if v, ok := r.replay.one("normal"); ok {
			return v
		}
	}
	return r.nextNormal()
}

// Normal returns a number from the normal distribution with mean mu and standard deviation sd,
// draw kind "normal".
func (r *RNG) Normal(mu, sd float64) float64 {
	if r.replay != nil {
		if v, ok := r.replay.one("normal"); ok {
			return v
		}
	}
	return mu + float64(sd*r.nextNormal())
}

func (r *RNG) nextNormal() float64 {
	for {
		u := r.next64()
		layer := u & 0xff
		u >>= 8
		a := u >> 1 & (1<<52 - 1)
		x := float64(a) * zigguratW[layer]
		if u&1 != 0 {
			x = -x
		}
		if a < zigguratK[layer] {
			return x
		}
		if layer == 0 {
			for {
				dx := -zigguratInvR * math.Log1p(-r.nextFloat64())
				dy := -math.Log1p(-r.nextFloat64())
				if dy+dy > dx*dx {
					if a>>8&1 != 0 {
						return -(zigguratR + dx)
					}
					return zigguratR + dx
				}
			}
		}
		// The explicit conversion keeps a compiler from fusing the product into the sum, which
		// would make the stream depend on the processor.
		y := float64((zigguratF[layer-1]-zigguratF[layer])*r.nextFloat64()) + zigguratF[layer]
		if y < math.Exp(-0.5*x*x) {
			return x
		}
	}
}

// rngBytes is the length of a saved generator: state and increment of two words each, the kept half of an
// output, and whether there is one.
const rngBytes = 4*8 + 4 + 1

// AppendState appends the state of the stream (37 bytes), including a kept half output, to b.
// Recorded draws that are being replayed are not part of it.
func (r *RNG) AppendState(b []byte) []byte {
	for _, word := range [4]uint64{r.hi, r.lo, r.incHi, r.incLo} {
		b = binary.LittleEndian.AppendUint64(b, word)
	}
	b = binary.LittleEndian.AppendUint32(b, r.half)
	if r.hasHalf {
		return append(b, 1)
	}
	return append(b, 0)
}

// ReadState restores what AppendState wrote and ends a replay. After an error the stream is as
// it was.
func (r *RNG) ReadState(from io.Reader) error {
	var b [rngBytes]byte
	if _, err := io.ReadFull(from, b[:]); err != nil {
		return fmt.Errorf("random stream: %w", err)
	}
	_, err := r.decode(b[:])
	return err
}

// decode is ReadState from the beginning of b. It returns the rest.
func (r *RNG) decode(b []byte) ([]byte, error) {
	if len(b) < rngBytes {
		return nil, fmt.Errorf("random stream: %w", io.ErrUnexpectedEOF)
	}
	word := func(i int) uint64 { return binary.LittleEndian.Uint64(b[8*i:]) }
	s := RNG{hi: word(0), lo: word(1), incHi: word(2), incLo: word(3), half: binary.LittleEndian.Uint32(b[32:]), hasHalf: b[36] != 0}
	if s.incLo&1 == 0 {
		return nil, errors.New("random stream: not a saved state (its increment is even)")
	}
	*r = s
	return b[rngBytes:], nil
}
