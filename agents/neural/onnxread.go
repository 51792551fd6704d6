package neural

import (
	"encoding/binary"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
)

// DecodeONNX reads a model that [Network.EncodeONNX] wrote, how it acts (nil if it is no policy) and its
// metadata. Any other graph, and a damaged file, gives an error that says what is not understood.
func DecodeONNX(b []byte) (*Network, *Action, map[string]string, error) {
	g, metadata, err := readONNX(b)
	if err != nil {
		return nil, nil, nil, fmt.Errorf("neural: ONNX: %w", err)
	}
	n, act, err := g.network()
	if err != nil {
		return nil, nil, nil, fmt.Errorf("neural: ONNX: %w", err)
	}
	return n, act, metadata, nil
}

// onnxGraph is the part of a graph that matters here.
type onnxGraph struct {
	nodes   []onnxOperation
	tensors []Tensor
}

type onnxOperation struct {
	operator        string
	inputs, outputs []string
	attributes      map[string]uint64
}

func readONNX(b []byte) (g *onnxGraph, metadata map[string]string, err error) {
	model, err := fields(b)
	if err != nil {
		return nil, nil, err
	}
	version := uint64(0)
	for _, f := range model {
		switch f.id {
		case modelGraph:
			if g, err = readGraph(f.bytes); err != nil {
				return nil, nil, err
			}
		case modelOperators, modelMetadata:
			inner, err := fields(f.bytes)
			if err != nil {
				return nil, nil, err
			}
			key, value := "", ""
			for _, e := range inner {
				switch {
				case f.id == modelOperators && e.id == operatorsVersion:
					version = e.number
				case f.id == modelMetadata && e.id == entryKey:
					key = string(e.bytes)
				case f.id == modelMetadata && e.id == entryValue:
					value = string(e.bytes)
				}
			}
			if f.id == modelMetadata {
				if metadata == nil {
					metadata = map[string]string{}
				}
				metadata[key] = value
			}
		}
	}
	if g == nil {
		return nil, nil, fmt.Errorf("there is no graph")
	}
	if version != onnxOperators {
		return nil, nil, fmt.Errorf("operator set %d; only %d is read", version, onnxOperators)
	}
	return g, metadata, nil
}

func readGraph(b []byte) (*onnxGraph, error) {
	all, err := fields(b)
	if err != nil {
		return nil, err
	}
	g := &onnxGraph{}
	for _, f := range all {
		switch f.id {
		case graphNode:
			node, err := readNode(f.bytes)
			if err != nil {
				return nil, err
			}
			g.nodes = append(g.nodes, node)
		case graphTensor:
			t, err := readTensor(f.bytes)
			if err != nil {
				return nil, err
			}
			g.tensors = append(g.tensors, t)
		}
	}
	return g, nil
}

func readNode(b []byte) (onnxOperation, error) {
	node := onnxOperation{attributes: map[string]uint64{}}
	all, err := fields(b)
	for _, f := range all {
		switch f.id {
		case nodeInput:
			node.inputs = append(node.inputs, string(f.bytes))
		case nodeOutput:
			node.outputs = append(node.outputs, string(f.bytes))
		case nodeOperator:
			node.operator = string(f.bytes)
		case nodeAttribute:
			inner, err := fields(f.bytes)
			if err != nil {
				return node, err
			}
			name, value := "", uint64(0)
			for _, e := range inner {
				switch e.id {
				case attributeName:
					name = string(e.bytes)
				case attributeInt:
					value = e.number
				}
			}
			node.attributes[name] = value
		}
	}
	return node, err
}

func readTensor(b []byte) (Tensor, error) {
	var t Tensor
	all, err := fields(b)
	if err != nil {
		return t, err
	}
	var kind uint64
	var data []byte
	size := uint64(1)
	for _, f := range all {
		switch f.id {
		case tensorDims:
			dims, err := f.numbers()
			if err != nil {
				return t, err
			}
			for _, d := range dims {
				if d > uint64(len(b)) || size*d > uint64(len(b)) {
					return t, fmt.Errorf("a tensor of %d bytes has a dimension of %d", len(b), d)
				}
				size *= d
				t.Shape = append(t.Shape, int(d))
			}
		case tensorType:
			kind = f.number
		case tensorName:
			t.Name = string(f.bytes)
		case tensorData:
			data = f.bytes
		}
	}
	if kind != tensorIsFloat {
		return t, fmt.Errorf("tensor %s has element type %d; only float32 (%d) is read", t.Name, kind, tensorIsFloat)
	}
	if uint64(len(data)) != 4*size {
		return t, fmt.Errorf("tensor %s of shape %v has %d bytes of raw data, want %d", t.Name, t.Shape, len(data), 4*size)
	}
	t.Data = make([]float32, size)
	for i := range t.Data {
		t.Data[i] = math.Float32frombits(binary.LittleEndian.Uint32(data[4*i:]))
	}
	return t, nil
}

// network recognises the graph of a network: it finds the prefix of the layers, the activation and the
// action, and demands that encoding them gives the same operations and tensors.
func (g *onnxGraph) network() (*Network, *Action, error) {
	prefix, activation := "", Identity
	var act *Action
	for _, node := range g.nodes {
		if slices.Equal(node.outputs, []string{onnxAction}) {
			act = &Action{Discrete: node.operator == "ArgMax", Low: g.constant(onnxLow), High: g.constant(onnxHigh)}
		}
		if node.operator == "Gemm" && prefix == "" && len(node.inputs) == 3 {
			prefix = strings.TrimSuffix(node.inputs[1], ".0.weight")
		}
		for a, operator := range onnxActivations {
			if node.operator == operator {
				activation = a
			}
		}
	}
	n, err := NewNetwork(activation, prefix, g.tensors)
	if err != nil {
		return nil, nil, err
	}
	again, _, err := readONNX(n.EncodeONNX(prefix, act, nil))
	if err != nil {
		return nil, nil, err
	}
	if len(again.nodes) != len(g.nodes) {
		return nil, nil, fmt.Errorf("the graph has %d operations; a network of sizes %v has %d", len(g.nodes), n.Sizes, len(again.nodes))
	}
	for i, want := range again.nodes {
		if got := g.nodes[i]; !got.equal(want) {
			return nil, nil, fmt.Errorf("operation %d is %s(%s), want %s(%s)", i, got.operator, strings.Join(got.inputs, ", "), want.operator, strings.Join(want.inputs, ", "))
		}
	}
	if !slices.EqualFunc(g.tensors, again.tensors, Tensor.equal) {
		return nil, nil, fmt.Errorf("the graph has other tensors than those of its layers, of normalisation and of actions")
	}
	return n, act, nil
}

// constant is the data of a tensor, nil if there is none.
func (g *onnxGraph) constant(name string) []float32 {
	for _, t := range g.tensors {
		if t.Name == name {
			return t.Data
		}
	}
	return nil
}

func (o onnxOperation) equal(p onnxOperation) bool {
	return o.operator == p.operator && slices.Equal(o.inputs, p.inputs) && slices.Equal(o.outputs, p.outputs) &&
		maps.Equal(o.attributes, p.attributes)
}
