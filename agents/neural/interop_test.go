package neural

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// Foreign programs read the files and compute the same outputs: NumPy from the safetensors file, ONNX
// Runtime from the ONNX model, which the checker of the onnx library accepts. What the safetensors
// library writes is read back. Skipped where python3 (or the interpreter that PYTHON names) lacks them:
//
//	python3 -m venv venv && venv/bin/pip install numpy safetensors onnx onnxruntime
//	PYTHON=$PWD/venv/bin/python go test ./agents/neural -run Foreign -v
func TestForeignProgramsComputeTheSame(t *testing.T) {
	python := os.Getenv("PYTHON")
	if python == "" {
		python = "python3"
	}
	if out, err := exec.Command(python, "-c", "import numpy, safetensors, onnx, onnxruntime").CombinedOutput(); err != nil {
		t.Skipf("NOT CHECKED: files of networks in foreign programs, since %s cannot import numpy, safetensors, onnx and onnxruntime: %v %s", python, err, bytes.TrimSpace(out))
	}
	const rows = 7
	dir := t.TempDir()
	nets := exported()
	write := func(name string, b []byte) {
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for name, n := range nets {
		b, err := EncodeSafetensors(n.Tensors("net"), nil)
		if err != nil {
			t.Fatal(err)
		}
		write(name+".safetensors", b)
		write(name+".onnx", n.EncodeONNX("net", exportedActions[name], map[string]string{"made for": "a test"}))
		inputs, err := binary.Append(nil, binary.LittleEndian, n.inputs(rows))
		if err != nil {
			t.Fatal(err)
		}
		write(name+".inputs", inputs)
		write(name+".json", fmt.Appendf(nil, `{"activation": %q, "rows": %d}`, n.Activation, rows))
	}
	out, err := exec.Command(python, "testdata/interop.py", dir).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	t.Logf("%s", bytes.TrimSpace(out))
	for name, n := range nets {
		want := n.Outputs(n.inputs(rows), rows)
		compare := func(program string, want []float32) {
			got := make([]float32, len(want))
			b, err := os.ReadFile(filepath.Join(dir, name+"."+program))
			if err != nil {
				t.Fatal(err)
			}
			if err := binary.Read(bytes.NewReader(b), binary.LittleEndian, got); err != nil || len(b) != 4*len(got) {
				t.Fatalf("%s by %s: %d bytes for %d numbers, %v", name, program, len(b), len(got), err)
			}
			worst := 0.0
			for i, w := range want {
				worst = max(worst, math.Abs(float64(got[i]-w))/(1+math.Abs(float64(w))))
			}
			t.Logf("%s by %s: largest difference %.2g", name, program, worst)
			if !(worst < 2e-6) {
				t.Errorf("%s by %s: differ by %g: %v, want %v", name, program, worst, got, want)
			}
		}
		compare("numpy", want)
		compare("onnxruntime", want)
		if act := exportedActions[name]; act != nil {
			compare("action", act.actions(want, n.Sizes[len(n.Sizes)-1]))
		}
		b, err := os.ReadFile(filepath.Join(dir, name+".back"))
		if err != nil {
			t.Fatal(err)
		}
		tensors, metadata, err := DecodeSafetensors(b)
		if err != nil || metadata["by"] != "python" {
			t.Fatalf("%s: %v, metadata %v", name, err, metadata)
		}
		back, err := NewNetwork(n.Activation, "net", tensors)
		if err != nil {
			t.Fatal(err)
		}
		same(t, back, n)
	}
}
