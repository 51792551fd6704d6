package neural

import (
	"fmt"
	"math"
	"strconv"
)

// Network is a multilayer perceptron with its parameters and, if its inputs are normalised, their
// statistics: what other programs need to compute its outputs. Its files are safetensors
// ([Network.Tensors]) and ONNX ([Network.EncodeONNX]).
type Network struct {
	*MLP
	Params []float32
	Inputs *Running // nil if inputs enter the first layer as they are
}

// Outputs returns the outputs (n rows of the last size) for n rows of inputs x.
func (n *Network) Outputs(x []float32, rows int) []float32 {
	if n.Inputs != nil {
		y := make([]float32, len(x))
		n.Inputs.Normalize(y, x)
		x = y
	}
	c := n.NewCache(rows)
	n.Forward(n.Params, x, rows, c)
	out := n.Sizes[len(n.Sizes)-1]
	y := make([]float32, 0, rows*out)
	for i := range rows {
		y = append(y, c.Out[i*n.OutWidth():][:out]...)
	}
	return y
}

// Names of the statistics of inputs in files.
const (
	inputMean = "obs.mean"
	inputVar  = "obs.var"
)

// Tensors returns, for every layer i from 0, PREFIX.i.weight (out×in, as in PyTorch) and PREFIX.i.bias,
// then obs.mean and obs.var if inputs are normalised.
func (n *Network) Tensors(prefix string) []Tensor {
	var all []Tensor
	for i := range n.Layers() {
		w, b := n.Weights(n.Params, i)
		weight, bias := layerNames(prefix, i)
		all = append(all, Tensor{weight, []int{len(b), len(w) / len(b)}, w}, Tensor{bias, []int{len(b)}, b})
	}
	if n.Inputs == nil {
		return all
	}
	d := len(n.Inputs.Mean)
	return append(all, Tensor{inputMean, []int{d}, narrow(n.Inputs.Mean)}, Tensor{inputVar, []int{d}, narrow(n.Inputs.Var)})
}

func layerNames(prefix string, i int) (weight, bias string) {
	layer := prefix + "." + strconv.Itoa(i)
	return layer + ".weight", layer + ".bias"
}

func narrow(x []float64) []float32 {
	y := make([]float32, len(x))
	for i, v := range x {
		y[i] = float32(v)
	}
	return y
}

// NewNetwork is the inverse of [Network.Tensors]: it takes its tensors from all those of a file, with
// the activation act between layers. What is missing, of another shape or not finite is an error.
func NewNetwork(act Activation, prefix string, tensors []Tensor) (*Network, error) {
	if !act.known() {
		return nil, fmt.Errorf("activation %q is not one of tanh, relu, identity", act)
	}
	byName := map[string]Tensor{}
	for _, t := range tensors {
		for _, x := range t.Data {
			if math.IsNaN(float64(x)) || math.IsInf(float64(x), 0) {
				return nil, fmt.Errorf("tensor %s holds %v", t.Name, x)
			}
		}
		byName[t.Name] = t
	}
	var sizes []int
	for i := 0; ; i++ {
		weight, bias := layerNames(prefix, i)
		w, ok := byName[weight]
		b, okBias := byName[bias]
		if !ok && !okBias {
			break
		}
		if i == 0 && len(w.Shape) == 2 {
			sizes = []int{w.Shape[1]}
		}
		if len(w.Shape) != 2 || w.Shape[0] < 1 || w.Shape[1] < 1 || w.Shape[1] != sizes[i] || len(b.Data) != w.Shape[0] {
			return nil, fmt.Errorf("layer %d has %d weights of shape %v and %d biases; want shape out×in and out biases, in being the outputs of the layer before",
				i, len(w.Data), w.Shape, len(b.Data))
		}
		sizes = append(sizes, w.Shape[0])
	}
	if sizes == nil {
		return nil, fmt.Errorf("there is no tensor %s.0.weight", prefix)
	}
	m := NewMLP(act, sizes...)
	n := &Network{MLP: m, Params: make([]float32, m.Len())}
	for i := range m.Layers() {
		weight, bias := layerNames(prefix, i)
		if err := m.SetWeights(n.Params, i, byName[weight].Data, byName[bias].Data); err != nil {
			return nil, err
		}
	}
	mean, ok := byName[inputMean]
	variance, okVar := byName[inputVar]
	if !ok && !okVar {
		return n, nil
	}
	if len(mean.Data) != sizes[0] || len(variance.Data) != sizes[0] {
		return nil, fmt.Errorf("%s and %s have %d and %d numbers, the network %d inputs", inputMean, inputVar, len(mean.Data), len(variance.Data), sizes[0])
	}
	n.Inputs = NewRunning(sizes[0])
	for j := range sizes[0] {
		if variance.Data[j] < 0 {
			return nil, fmt.Errorf("input %d has variance %v", j, variance.Data[j])
		}
		n.Inputs.Mean[j], n.Inputs.Var[j] = float64(mean.Data[j]), float64(variance.Data[j])
	}
	return n, nil
}
