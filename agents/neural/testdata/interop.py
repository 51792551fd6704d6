"""Reads the files of a directory as other programs do, and writes what they make of them.

For every NAME.json (activation and number of rows) of the directory:

NAME.safetensors, NAME.onnx, NAME.inputs (float32)
  -> NAME.numpy         outputs by NumPy in float64, from the tensors
  -> NAME.onnxruntime   outputs by ONNX Runtime
  -> NAME.action        actions by ONNX Runtime, as float32, of models that have them
  -> NAME.back          the tensors, written by the safetensors library

Prints the versions of the libraries.
"""

import json
import pathlib
import sys

import numpy
import onnx
import onnxruntime
import safetensors
import safetensors.numpy

ACTIVATIONS = {"tanh": numpy.tanh, "relu": lambda z: numpy.maximum(z, 0), "identity": lambda z: z}


def evaluate(tensors, activation, x):
    x = x.astype(numpy.float64)
    if "obs.mean" in tensors:
        x = (x - tensors["obs.mean"]) / numpy.sqrt(tensors["obs.var"].astype(numpy.float64) + 1e-8)
        x = x.clip(-10, 10)
    layers = sum(name.endswith(".bias") for name in tensors)
    for i in range(layers):
        x = x @ tensors[f"net.{i}.weight"].T.astype(numpy.float64) + tensors[f"net.{i}.bias"]
        if i < layers - 1:
            x = ACTIVATIONS[activation](x)
    return x


for path in sorted(pathlib.Path(sys.argv[1]).glob("*.json")):
    case = json.loads(path.read_text())
    inputs = numpy.fromfile(path.with_suffix(".inputs"), numpy.float32).reshape(case["rows"], -1)

    tensors = safetensors.numpy.load_file(path.with_suffix(".safetensors"))
    evaluate(tensors, case["activation"], inputs).astype(numpy.float32).tofile(path.with_suffix(".numpy"))
    safetensors.numpy.save_file(tensors, path.with_suffix(".back"), {"by": "python"})

    onnx.checker.check_model(onnx.load(path.with_suffix(".onnx")), full_check=True)
    session = onnxruntime.InferenceSession(path.with_suffix(".onnx"), providers=["CPUExecutionProvider"])
    results = dict(zip([x.name for x in session.get_outputs()], session.run(None, {"observation": inputs})))
    results["output"].tofile(path.with_suffix(".onnxruntime"))
    if "action" in results:
        results["action"].astype(numpy.float32).tofile(path.with_suffix(".action"))

print(f"numpy {numpy.__version__}, safetensors {safetensors.__version__}, onnx {onnx.__version__}, onnxruntime {onnxruntime.__version__}")
