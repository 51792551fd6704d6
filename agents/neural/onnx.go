package neural

import (
	"encoding/binary"
	"maps"
	"math"
	"slices"
	"strings"
)

// The version of the ONNX format and of its operators that is written (onnx.ai/onnx/repo-docs/IR.html,
// Operators.html). Operator set 17 defines Gemm, Tanh, Relu, Add, Sub, Div, Sqrt, Clip, ArgMax, Max and
// Min as used here.
const (
	onnxFormat    = 8
	onnxOperators = 17
)

// Names of the values at the two ends of an ONNX graph.
const (
	onnxInput  = "observation"
	onnxOutput = "output"
	onnxAction = "action"
	// The bounds of actions.
	onnxLow  = "action.low"
	onnxHigh = "action.high"
)

// Fields of the messages of onnx.proto.
const (
	modelFormat, modelProducer, modelGraph, modelOperators, modelMetadata = 1, 2, 7, 8, 14
	operatorsVersion                                                      = 2
	entryKey, entryValue                                                  = 1, 2
	graphNode, graphName, graphTensor, graphInput, graphOutput            = 1, 2, 5, 11, 12
	nodeInput, nodeOutput, nodeName, nodeOperator, nodeAttribute          = 1, 2, 3, 4, 5
	attributeName, attributeInt, attributeType                            = 1, 3, 20
	attributeIsInt                                                        = 2
	elementIsInt64                                                        = 7
	tensorDims, tensorType, tensorName, tensorData                        = 1, 2, 8, 9
	tensorIsFloat                                                         = 1
	valueName, valueType                                                  = 1, 2
	typeTensor, typeElement, typeShape                                    = 1, 1, 2
	shapeDim, dimValue, dimName                                           = 1, 1, 2
)

// Action says how the outputs of a policy's network become its action: the index of the largest output,
// or the outputs themselves, kept within bounds.
type Action struct {
	Discrete  bool
	Low, High []float32 // of each component that is not discrete; nil: no bounds
}

// EncodeONNX returns the network as an ONNX model: the input observation (batch×in, float32), normalisation as
// clip((obs - obs.mean)/√(obs.var + 1e-8), -10, 10) if there is any, then Gemm and the activation for
// every layer, and the value output (batch×out). For a policy, whose act is not nil, the model also gives
// its deterministic action: int64 (batch) where it is discrete, else float32 (batch×out). Tensors have
// the names of [Network.Tensors]. The batch is free. Equal networks give equal bytes.
func (n *Network) EncodeONNX(prefix string, act *Action, metadata map[string]string) []byte {
	var graph message
	last := len(n.Sizes) - 1
	at := onnxInput
	node := func(operator, output string, inputs ...string) {
		graph.bytes(graphNode, onnxNode(operator, output, inputs))
		at = output
	}
	constants := []Tensor{}
	if n.Inputs != nil {
		node("Add", "obs.var.positive", inputVar, "obs.epsilon")
		node("Sqrt", "obs.std", "obs.var.positive")
		node("Sub", "obs.centred", onnxInput, inputMean)
		node("Div", "obs.scaled", "obs.centred", "obs.std")
		node("Clip", "obs.normal", "obs.scaled", "obs.low", "obs.high")
		constants = append(constants, Tensor{"obs.epsilon", nil, []float32{epsilon}}, Tensor{"obs.low", nil, []float32{-limit}}, Tensor{"obs.high", nil, []float32{limit}})
	}
	for i := range n.Layers() {
		weight, bias := layerNames(prefix, i)
		output := strings.TrimSuffix(weight, ".weight")
		if i == last-1 {
			output = onnxOutput
		}
		node("Gemm", output, at, weight, bias)
		if operator := onnxActivations[n.Activation]; operator != "" && i < last-1 {
			node(operator, output+"."+string(n.Activation), at)
		}
	}
	outputs := [][]byte{onnxValue(onnxOutput, tensorIsFloat, n.Sizes[last])}
	switch {
	case act == nil:
	case act.Discrete:
		node("ArgMax", onnxAction, at)
		outputs = append(outputs, onnxValue(onnxAction, elementIsInt64))
	default:
		if act.Low != nil {
			node("Max", "action.above", at, onnxLow)
			node("Min", onnxAction, at, onnxHigh)
			constants = append(constants, Tensor{onnxLow, []int{len(act.Low)}, act.Low}, Tensor{onnxHigh, []int{len(act.High)}, act.High})
		} else {
			node("Identity", onnxAction, at)
		}
		outputs = append(outputs, onnxValue(onnxAction, tensorIsFloat, n.Sizes[last]))
	}
	graph.text(graphName, "network")
	for _, t := range append(n.Tensors(prefix), constants...) {
		graph.bytes(graphTensor, onnxTensor(t))
	}
	graph.bytes(graphInput, onnxValue(onnxInput, tensorIsFloat, n.Sizes[0]))
	for _, value := range outputs {
		graph.bytes(graphOutput, value)
	}

	var operators, model message
	operators.text(1, "") // the standard domain
	operators.varint(operatorsVersion, onnxOperators)
	model.varint(modelFormat, onnxFormat)
	model.text(modelProducer, "paretolab")
	model.bytes(modelGraph, graph)
	model.bytes(modelOperators, operators)
	for _, key := range slices.Sorted(maps.Keys(metadata)) {
		var entry message
		entry.text(entryKey, key)
		entry.text(entryValue, metadata[key])
		model.bytes(modelMetadata, entry)
	}
	return model
}

// onnxActivations are the operators of the activations; the identity needs none.
var onnxActivations = map[Activation]string{Tanh: "Tanh", ReLU: "Relu"}

func onnxNode(operator, output string, inputs []string) []byte {
	var node message
	for _, in := range inputs {
		node.text(nodeInput, in)
	}
	node.text(nodeOutput, output)
	node.text(nodeName, output)
	node.text(nodeOperator, operator)
	for _, x := range onnxAttributes[operator] {
		var attribute message
		attribute.text(attributeName, x.name)
		attribute.varint(attributeInt, x.value)
		attribute.varint(attributeType, attributeIsInt)
		node.bytes(nodeAttribute, attribute)
	}
	return node
}

type onnxAttribute struct {
	name  string
	value uint64
}

// onnxAttributes are those that differ from the defaults of their operators.
var onnxAttributes = map[string][]onnxAttribute{
	"Gemm":   {{"transB", 1}}, // weights are out×in
	"ArgMax": {{"axis", 1}, {"keepdims", 0}},
}

func onnxTensor(t Tensor) []byte {
	var tensor message
	for _, d := range t.Shape {
		tensor.varint(tensorDims, uint64(d))
	}
	tensor.varint(tensorType, tensorIsFloat)
	tensor.text(tensorName, t.Name)
	data := make([]byte, 0, 4*len(t.Data))
	for _, x := range t.Data {
		data = binary.LittleEndian.AppendUint32(data, math.Float32bits(x))
	}
	tensor.bytes(tensorData, data)
	return tensor
}

// onnxValue describes an array of batch × widths elements.
func onnxValue(name string, element uint64, widths ...int) []byte {
	var batch, shape, matrix, kind, value message
	batch.text(dimName, "batch")
	shape.bytes(shapeDim, batch)
	for _, width := range widths {
		var dim message
		dim.varint(dimValue, uint64(width))
		shape.bytes(shapeDim, dim)
	}
	matrix.varint(typeElement, element)
	matrix.bytes(typeShape, shape)
	kind.bytes(typeTensor, matrix)
	value.text(valueName, name)
	value.bytes(valueType, kind)
	return value
}
