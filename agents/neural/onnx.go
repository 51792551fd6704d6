package neural

import (
	"encoding/binary"
	"maps"
	"math"
	"slices"
	"strings"
)

// The version of the ONNX format and of its operators that is written (onnx.ai/onnx/repo-docs/IR.html,
// Operators.html). Operator set 17 defines Gemm, Tanh, Relu, Add, Sub, Div, Sqrt and Clip as used here.
const (
	onnxFormat    = 8
	onnxOperators = 17
)

// Names of the values at the two ends of an ONNX graph.
const (
	onnxInput  = "observation"
	onnxOutput = "output"
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
	tensorDims, tensorType, tensorName, tensorData                        = 1, 2, 8, 9
	tensorIsFloat                                                         = 1
	valueName, valueType                                                  = 1, 2
	typeTensor, typeElement, typeShape                                    = 1, 1, 2
	shapeDim, dimValue, dimName                                           = 1, 1, 2
)

// EncodeONNX returns the network as an ONNX model: the input observation (batch×in, float32), normalisation as
// clip((obs - obs.mean)/√(obs.var + 1e-8), -10, 10) if there is any, then Gemm and the activation for
// every layer, and the value output (batch×out). Tensors have the names of [Network.Tensors]. The batch
// is free. Equal networks give equal bytes.
func (n *Network) EncodeONNX(prefix string, metadata map[string]string) []byte {
	var graph message
	last := len(n.Sizes) - 1
	at := onnxInput
	node := func(operator, output string, inputs ...string) {
		graph.bytes(graphNode, onnxNode(operator, output, inputs))
		at = output
	}
	if n.Inputs != nil {
		node("Add", "obs.var.positive", inputVar, "obs.epsilon")
		node("Sqrt", "obs.std", "obs.var.positive")
		node("Sub", "obs.centred", onnxInput, inputMean)
		node("Div", "obs.scaled", "obs.centred", "obs.std")
		node("Clip", "obs.normal", "obs.scaled", "obs.low", "obs.high")
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
	graph.text(graphName, "network")
	for _, t := range n.Tensors(prefix) {
		graph.bytes(graphTensor, onnxTensor(t))
	}
	if n.Inputs != nil {
		for _, t := range []Tensor{{"obs.epsilon", nil, []float32{epsilon}}, {"obs.low", nil, []float32{-limit}}, {"obs.high", nil, []float32{limit}}} {
			graph.bytes(graphTensor, onnxTensor(t))
		}
	}
	graph.bytes(graphInput, onnxValue(onnxInput, n.Sizes[0]))
	graph.bytes(graphOutput, onnxValue(onnxOutput, n.Sizes[last]))

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
	if operator == "Gemm" { // weights are out×in
		var transposed message
		transposed.text(attributeName, "transB")
		transposed.varint(attributeInt, 1)
		transposed.varint(attributeType, attributeIsInt)
		node.bytes(nodeAttribute, transposed)
	}
	return node
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

// onnxValue describes a batch×width matrix of float32.
func onnxValue(name string, width int) []byte {
	var batch, dim, shape, matrix, kind, value message
	batch.text(dimName, "batch")
	dim.varint(dimValue, uint64(width))
	shape.bytes(shapeDim, batch)
	shape.bytes(shapeDim, dim)
	matrix.varint(typeElement, tensorIsFloat)
	matrix.bytes(typeShape, shape)
	kind.bytes(typeTensor, matrix)
	value.text(valueName, name)
	value.bytes(valueType, kind)
	return value
}
