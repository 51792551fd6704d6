package envs

import (
	"bytes"
	"encoding/json"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// rngCase is one seed of numpy-rng.json, recorded with NumPy 1.24.2 (the same stream in NumPy 2).
// Every list begins on a freshly seeded generator.
type rngCase struct {
	Seed           uint64    `json:"seed"`
	SeedSequence   []uint32  `json:"seedseq_state_uint32"`
	Raw            []string  `json:"raw_uint64"`
	Random         []float64 `json:"random"`
	Uniform        []float64 `json:"uniform_-0.6_-0.4"`
	StandardNormal []float64 `json:"standard_normal"`
	Normal         []float64 `json:"normal_40_10"`
	Integers       []float64 `json:"integers_0_160"`
	Signed         []float64 `json:"integers_-9999_9999"`
	Choice         []float64 `json:"choice_of_10"`
	Mixed          []float64 `json:"mixed"`
	// EnvResetObs holds the first observation after env.reset(seed).
	EnvResetObs map[string][]float64 `json:"env_reset_obs"`
}

func rngCases(t *testing.T) []rngCase {
	t.Helper()
	b, err := os.ReadFile("testdata/numpy-rng.json")
	if err != nil {
		t.Fatal(err)
	}
	var data struct{ Cases []rngCase }
	if err := json.Unmarshal(b, &data); err != nil {
		t.Fatal(err)
	}
	if len(data.Cases) == 0 {
		t.Fatal("no cases")
	}
	return data.Cases
}

func TestRNGIsNumPys(t *testing.T) {
	for _, c := range rngCases(t) {
		t.Run("seed "+strconv.FormatUint(c.Seed, 10), func(t *testing.T) {
			if got := seedSequence(c.Seed); !slices.Equal(got[:], c.SeedSequence) {
				t.Errorf("seed sequence %v, want %v", got, c.SeedSequence)
			}
			var r RNG
			r.Seed(c.Seed)
			for i, want := range c.Raw {
				if got := strconv.FormatUint(r.Uint64(), 10); got != want {
					t.Errorf("raw output %d is %s, want %s", i, got, want)
				}
			}
			for _, draws := range []struct {
				name string
				want []float64
				next func() float64
			}{
				{"random", c.Random, func() float64 { return r.Float64() }},
				{"uniform", c.Uniform, func() float64 { return r.Uniform(-0.6, -0.4) }},
				{"standard normal", c.StandardNormal, func() float64 { return r.StandardNormal() }},
				{"normal", c.Normal, func() float64 { return r.Normal(40, 10) }},
				{"integers", c.Integers, func() float64 { return float64(r.Integers(0, 160)) }},
				{"negative integers", c.Signed, func() float64 { return float64(r.Integers(-9999, 9999)) }},
				{"choice", c.Choice, func() float64 { return float64(r.Choice(10)) }},
				{"mixed", c.Mixed, mixed(&r)},
			} {
				r.Seed(c.Seed)
				if len(draws.want) == 0 {
					t.Errorf("%s: nothing recorded", draws.name)
				}
				for i, want := range draws.want {
					if got := draws.next(); got != want {
						t.Errorf("%s: draw %d is %v, want %v", draws.name, i, got, want)
					}
				}
			}
		})
	}
}

// mixed is the call sequence of "mixed": the second integer uses the half output that the first
// one left.
func mixed(r *RNG) func() float64 {
	calls := []func() float64{
		r.Float64,
		func() float64 { return float64(r.Integers(0, 10)) },
		r.Float64,
		func() float64 { return float64(r.Integers(0, 10)) },
		r.StandardNormal,
		func() float64 { return r.Uniform(-1, 1) },
	}
	k := -1
	return func() float64 { k++; return calls[k%len(calls)]() }
}

func TestRNGMoments(t *testing.T) {
	var r RNG
	r.Seed(7)
	const n = 1 << 20
	var sum, square, beyond float64
	for range n {
		x := r.StandardNormal()
		sum += x
		square += x * x
		if math.Abs(x) > zigguratR {
			beyond++
		}
	}
	if mean := sum / n; math.Abs(mean) > 5/math.Sqrt(n) {
		t.Errorf("mean of %d standard normals: %v", n, mean)
	}
	if v := square / n; math.Abs(v-1) > 5*math.Sqrt(2.0/n) {
		t.Errorf("variance of %d standard normals: %v", n, v)
	}
	// The tail has its own code: 2(1−Φ(r)).
	p := math.Erfc(zigguratR / math.Sqrt2)
	if math.Abs(beyond-n*p) > 5*math.Sqrt(n*p) {
		t.Errorf("%v of %d standard normals beyond ±%v, want about %.0f", beyond, n, zigguratR, n*p)
	}
}

func TestRNGIntegersAtTheEdges(t *testing.T) {
	var r, untouched RNG
	r.Seed(3)
	untouched = r
	if got := r.Integers(5, 6); got != 5 || r != untouched {
		t.Errorf("one possible value: got %d, stream moved: %v", got, r != untouched)
	}
	if got := r.Choice(1); got != 0 || r != untouched {
		t.Errorf("choice of one: got %d, stream moved: %v", got, r != untouched)
	}
	if got := r.Integers(-1, 1<<32-1); got < -1 || got >= 1<<32-1 {
		t.Errorf("integer %d outside the widest range", got)
	}
	for _, bad := range []func(){
		func() { r.Integers(1, 1) },
		func() { r.Integers(2, 1) },
		func() { r.Integers(0, 1<<32+1) },
		func() { r.Integers(math.MinInt64, math.MaxInt64) },
		func() { r.Choice(0) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Error("no panic for an empty or too wide range")
				}
			}()
			bad()
		}()
	}
}

func TestRNGStateHoldsTheKeptHalf(t *testing.T) {
	var a, b RNG
	a.Seed(11)
	a.Integers(0, 1000) // leaves half of an output
	saved := a.AppendState([]byte("before"))
	r := bytes.NewReader(saved[len("before"):])
	if err := b.ReadState(r); err != nil || r.Len() != 0 {
		t.Fatalf("error %v, %d bytes left", err, r.Len())
	}
	for range 10 {
		if x, y := a.Integers(0, 1000), b.Integers(0, 1000); x != y {
			t.Fatalf("restored stream gives %d, the original %d", y, x)
		}
	}
	for _, damaged := range [][]byte{nil, saved[6:20], make([]byte, 37)} {
		before := b
		if err := b.ReadState(bytes.NewReader(damaged)); err == nil || b != before {
			t.Errorf("%d damaged bytes: error %v, stream changed: %v", len(damaged), err, b != before)
		}
	}
}

func TestRecordedDraws(t *testing.T) {
	var out [3]float64
	use := func(r *RNG) {
		r.Float64()
		r.Uniform(0, 2)
		r.Normal(40, 10)
		r.Integers(0, 5)
		r.Choice(3)
		r.Replay("", out[:])
	}
	fitting := []Draw{
		{"uniform01", []float64{0.5}}, {"uniform", []float64{1.5}}, {"normal", []float64{41}},
		{"integers", []float64{4}}, {"choice", []float64{2}}, {"", []float64{1, 2, 3}},
	}
	with := func(i int, d Draw) []Draw {
		draws := slices.Clone(fitting)
		draws[i] = d
		return draws
	}
	for _, c := range []struct {
		name  string
		draws []Draw
		say   string // "" if they fit
	}{
		{"all of them", fitting, ""},
		{"one missing", fitting[:5], `one of kind "" missing after 5`},
		{"none at all", []Draw{}, `one of kind "uniform01" missing after 0`},
		{"one left over", append(slices.Clone(fitting), Draw{"normal", []float64{1}}), "1 of 7 left over, the next is normal[1]"},
		{"another kind", with(1, Draw{"normal", []float64{1}}), `draw 2 is normal[1] where kind "uniform"`},
		{"two numbers", with(0, Draw{"uniform01", []float64{1, 2}}), "with 1 numbers"},
		{"two numbers of three", with(5, Draw{"", []float64{1, 2}}), "draw 6 is [1 2] where"},
		{"an integer out of range", with(3, Draw{"integers", []float64{5}}), "draw 4 is 5, not an integer from 0 to 4"},
		{"a fraction", with(4, Draw{"choice", []float64{0.5}}), "draw 5 is 0.5, not an integer"},
	} {
		var r RNG
		r.Seed(1)
		r.SetDraws(c.draws)
		use(&r)
		err := r.DrawError()
		if c.say == "" && err != nil || c.say != "" && (err == nil || !strings.Contains(err.Error(), c.say)) {
			t.Errorf("%s: error %v, want %q", c.name, err, c.say)
		}
		r.SetDraws(nil)
		if err := r.DrawError(); err != nil {
			t.Errorf("%s: after the replay: %v", c.name, err)
		}
	}
	var r RNG
	r.SetDraws(fitting)
	if x, y, z := r.Float64(), r.Uniform(0, 2), r.StandardNormal(); x != 0.5 || y != 1.5 || z != 41 {
		t.Errorf("replayed %v %v %v, want 0.5 1.5 41", x, y, z)
	}
	r.Seed(1)
	if r.Replay("", out[:]) {
		t.Error("seeding did not end the replay")
	}
	r.RejectDraw("nothing is replayed")
	if err := r.DrawError(); err != nil {
		t.Errorf("rejecting without replay: %v", err)
	}
	r.SetDraws([]Draw{{"", []float64{4, 1, 1}}})
	r.Replay("", out[:])
	r.RejectDraw("ore of mine 4")
	if err := r.DrawError(); err == nil || !strings.Contains(err.Error(), "draw 1: ore of mine 4") {
		t.Errorf("rejected draw: %v", err)
	}
	r.SetDraws([]Draw{})
	r.Uint64()
	if err := r.DrawError(); err == nil {
		t.Error("raw bits during a replay are no error")
	}
}

func TestRNGAllocatesNothing(t *testing.T) {
	var r RNG
	var sink float64
	if n := testing.AllocsPerRun(100, func() {
		r.Seed(1)
		sink += r.Float64() + r.Uniform(1, 2) + r.StandardNormal() + r.Normal(1, 2) + float64(r.Integers(0, 9)) + float64(r.Choice(9))
	}); n > 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkRNG(b *testing.B) {
	var r RNG
	r.Seed(1)
	var sink float64
	for _, c := range []struct {
		name string
		draw func() float64
	}{
		{"random", r.Float64},
		{"standard normal", r.StandardNormal},
		{"integers", func() float64 { return float64(r.Integers(0, 160)) }},
	} {
		b.Run(c.name, func(b *testing.B) {
			n := 0
			for b.Loop() {
				sink += c.draw()
				n++
			}
			b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "draws/s")
		})
	}
}
