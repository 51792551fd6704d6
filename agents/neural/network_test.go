package neural

import (
	"encoding/binary"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// exportedActions are how some of the exported networks act.
var exportedActions = map[string]*Action{
	"tanh": {Discrete: true}, "relu": {Low: []float32{-0.25, -math.MaxFloat32}, High: []float32{0.5, 0.125}}, "linear": {},
}

// actions are those of the outputs of a network.
func (a *Action) actions(outputs []float32, width int) []float32 {
	var all []float32
	for row := range slices.Chunk(outputs, width) {
		switch {
		case a.Discrete:
			all = append(all, float32(slices.Index(row, slices.Max(row))))
		case a.Low == nil:
			all = append(all, row...)
		default:
			for i, x := range row {
				all = append(all, min(max(x, a.Low[i]), a.High[i]))
			}
		}
	}
	return all
}

// exported are networks of every activation, with and without normalised inputs, from none to three
// hidden layers.
func exported() map[string]*Network {
	rng := rand.New(rand.NewPCG(31, 32))
	all := map[string]*Network{}
	for name, c := range map[string]struct {
		act        Activation
		normalised bool
		sizes      []int
	}{
		"tanh":     {Tanh, true, []int{5, 64, 64, 3}},
		"relu":     {ReLU, false, []int{4, 33, 17, 20, 2}},
		"identity": {Identity, true, []int{2, 8, 16}},
		"linear":   {Identity, false, []int{3, 1}},
	} {
		m, p := randomNet(c.act, rng, c.sizes...)
		n := &Network{MLP: m, Params: p}
		if c.normalised {
			n.Inputs = NewRunning(c.sizes[0])
			for j := range n.Inputs.Mean {
				n.Inputs.Mean[j] = float64(float32(rng.NormFloat64())) // as files hold them
				n.Inputs.Var[j] = float64(float32(math.Exp(rng.NormFloat64())))
			}
			n.Inputs.Var[0] = 0 // a constant input
		}
		all[name] = n
	}
	return all
}

// inputs returns rows of a network's inputs, some beyond what normalisation lets through.
func (n *Network) inputs(rows int) []float32 {
	rng := rand.New(rand.NewPCG(33, 34))
	x := make([]float32, rows*n.Sizes[0])
	for i := range x {
		x[i] = float32(3 * rng.NormFloat64())
	}
	x[0] = 1e6
	return x
}

func same(t *testing.T, got, want *Network) {
	t.Helper()
	if !slices.Equal(got.Sizes, want.Sizes) || got.Activation != want.Activation || !slices.Equal(got.Params, want.Params) || (got.Inputs == nil) != (want.Inputs == nil) {
		t.Fatalf("read %v %s, wrote %v %s; parameters equal: %v", got.Sizes, got.Activation, want.Sizes, want.Activation, slices.Equal(got.Params, want.Params))
	}
	if !slices.Equal(got.Outputs(want.inputs(6), 6), want.Outputs(want.inputs(6), 6)) {
		t.Error("outputs differ")
	}
}

func TestNetworkThroughSafetensors(t *testing.T) {
	for name, n := range exported() {
		t.Run(name, func(t *testing.T) {
			b, err := EncodeSafetensors(n.Tensors("net"), nil)
			if err != nil {
				t.Fatal(err)
			}
			tensors, _, err := DecodeSafetensors(b)
			if err != nil {
				t.Fatal(err)
			}
			got, err := NewNetwork(n.Activation, "net", tensors)
			if err != nil {
				t.Fatal(err)
			}
			same(t, got, n)
		})
	}
}

func TestNetworkThroughONNX(t *testing.T) {
	for name, n := range exported() {
		t.Run(name, func(t *testing.T) {
			b := n.EncodeONNX("net", nil, map[string]string{"b": "2", "a": "1"})
			got, _, metadata, err := DecodeONNX(b)
			if err != nil {
				t.Fatal(err)
			}
			same(t, got, n)
			if len(metadata) != 2 || metadata["a"] != "1" || metadata["b"] != "2" {
				t.Errorf("metadata %v", metadata)
			}
		})
	}
}

func TestActionThroughONNX(t *testing.T) {
	n := exported()["tanh"]
	out := n.Sizes[len(n.Sizes)-1]
	low, high := make([]float32, out), make([]float32, out)
	for i := range high {
		low[i], high[i] = -1, float32(i)
	}
	for _, want := range []*Action{nil, {Discrete: true}, {}, {Low: low, High: high}} {
		got, act, _, err := DecodeONNX(n.EncodeONNX("net", want, nil))
		if err != nil {
			t.Fatalf("%+v: %v", want, err)
		}
		same(t, got, n)
		if !reflect.DeepEqual(act, want) {
			t.Errorf("action %+v, want %+v", act, want)
		}
	}
}

func TestNewNetworkSaysWhatIsWrong(t *testing.T) {
	good := exported()["tanh"].Tensors("net")
	change := func(name string, f func(*Tensor)) []Tensor {
		all := slices.Clone(good)
		i := slices.IndexFunc(all, func(t Tensor) bool { return t.Name == name })
		all[i].Data = slices.Clone(all[i].Data)
		f(&all[i])
		return all
	}
	for _, c := range []struct {
		name, say string
		act       Activation
		tensors   []Tensor
	}{
		{"unknown activation", `activation "gelu" is not one of tanh, relu, identity`, "gelu", good},
		{"nothing", "there is no tensor net.0.weight", Tanh, nil},
		{"NaN", "tensor net.1.bias holds NaN", Tanh, change("net.1.bias", func(t *Tensor) { t.Data[0] = float32(math.NaN()) })},
		{"a missing bias", "layer 1 has 4096 weights of shape [64 64] and 0 biases", Tanh, change("net.1.bias", func(t *Tensor) { t.Name = "x" })},
		{"a missing first weight", "layer 0 has 0 weights of shape [] and 64 biases", Tanh, change("net.0.weight", func(t *Tensor) { t.Name = "x" })},
		{"a flat weight", "layer 1 has 4096 weights of shape [4096] and 64 biases", Tanh, change("net.1.weight", func(t *Tensor) { t.Shape = []int{4096} })},
		{"layers that do not fit", "layer 1 has 4096 weights of shape [32 128]", Tanh, change("net.1.weight", func(t *Tensor) { t.Shape = []int{32, 128} })},
		{"statistics of other inputs", "obs.mean and obs.var have 4 and 5 numbers, the network 5 inputs", Tanh, change("obs.mean", func(t *Tensor) { t.Data = t.Data[:4] })},
		{"a negative variance", "input 2 has variance -1", Tanh, change("obs.var", func(t *Tensor) { t.Data[2] = -1 })},
	} {
		if _, err := NewNetwork(c.act, "net", c.tensors); err == nil || !strings.Contains(err.Error(), c.say) {
			t.Errorf("%s: %v, want %q", c.name, err, c.say)
		}
	}
}

func TestDecodeONNXSaysWhatIsWrong(t *testing.T) {
	n := exported()["tanh"]
	b := string(n.EncodeONNX("net", nil, nil))
	for _, c := range []struct{ name, say, old, new string }{
		{"another operator", "operation 8 is Sinh(net.1), want Tanh(net.1)", "net.1.tanh\"\x04Tanh", "net.1.tanh\"\x04Sinh"},
		{"a clip at another place", "other tensors", string(binary.LittleEndian.AppendUint32(nil, math.Float32bits(10))), string(binary.LittleEndian.AppendUint32(nil, math.Float32bits(11)))},
		{"another operator set", "operator set 18; only 17 is read", "\x0a\x00\x10\x11", "\x0a\x00\x10\x12"},
	} {
		changed := strings.ReplaceAll(b, c.old, c.new)
		if changed == b {
			t.Fatalf("%s: nothing to change", c.name)
		}
		if _, _, _, err := DecodeONNX([]byte(changed)); err == nil || !strings.Contains(err.Error(), c.say) {
			t.Errorf("%s: %v, want %q", c.name, err, c.say)
		}
	}
	for _, b := range []string{"", "\x08\x08", "\xff", "\x3a\x05abc"} {
		if _, _, _, err := DecodeONNX([]byte(b)); err == nil {
			t.Errorf("%q was read", b)
		}
	}
	rng := rand.New(rand.NewPCG(3, 3))
	for range 500 { // detected or harmless, never a crash
		c := []byte(b)
		for range 1 + rng.IntN(3) {
			c[rng.IntN(min(len(c), 900))] ^= byte(1 + rng.IntN(255))
		}
		DecodeONNX(c[:len(c)-rng.IntN(2)*rng.IntN(len(c))])
	}
}
