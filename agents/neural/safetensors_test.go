package neural

import (
	"encoding/binary"
	"math/rand/v2"
	"strings"
	"testing"
)

func TestSafetensorsRoundTripAndCorruption(t *testing.T) {
	in := []Tensor{{"a.weight", []int{2, 3}, []float32{1, 2, 3, 4, 5, 6}}, {"b", []int{1}, []float32{-0.5}}}
	b, err := EncodeSafetensors(in, map[string]string{"kind": "mlp"})
	if err != nil {
		t.Fatal(err)
	}
	out, meta, err := DecodeSafetensors(b)
	if err != nil || meta["kind"] != "mlp" || len(out) != 2 || out[0].Name != "a.weight" || out[0].Data[5] != 6 || out[1].Data[0] != -0.5 {
		t.Fatalf("read back %v %v %v", out, meta, err)
	}
	rng := rand.New(rand.NewPCG(3, 3))
	for range 500 { // detected or harmless, never a crash
		c := append([]byte(nil), b...)
		c[rng.IntN(len(c))] ^= byte(1 + rng.IntN(255))
		DecodeSafetensors(c[:rng.IntN(len(c)+1)])
	}
	for _, c := range []struct{ name, say, header string }{
		{"overlap", "tensor b begins at byte 4 of the data, the one before ends at 8", `{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}`},
		{"gap", "tensor b begins at byte 4", `{"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}`},
		{"rest", "4 bytes after the last tensor", `{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}`},
		{"other type", "tensor a has type I32, only F32 is read", `{"a":{"dtype":"I32","shape":[2],"data_offsets":[0,8]}}`},
		{"other size", "tensor a of shape [3] has 2 numbers", `{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}`},
		{"beyond the end", "tensor a lies at 0..12 of 8 bytes", `{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,12]}}`},
		{"nothing", "no tensor", `{}`},
	} {
		file := append(binary.LittleEndian.AppendUint64(nil, uint64(len(c.header))), c.header...)
		if _, _, err := DecodeSafetensors(append(file, make([]byte, 8)...)); err == nil || !strings.Contains(err.Error(), c.say) {
			t.Errorf("%s: %v, want %q", c.name, err, c.say)
		}
	}
	if _, err := EncodeSafetensors([]Tensor{{"x", []int{3}, []float32{1}}}, nil); err == nil {
		t.Error("a tensor of the wrong size was written")
	}
}

// TestSafetensorsOfFloat64: numbers that float32 does not have come back, and are not read as float32.
func TestSafetensorsOfFloat64(t *testing.T) {
	in := []TensorOf[float64]{{"genomes", []int{2, 1}, []float64{0.1, -1e300}}, {"ids", []int{2}, []float64{1, 1 << 40}}}
	b, err := EncodeSafetensors(in, nil)
	if err != nil {
		t.Fatal(err)
	}
	out, _, err := DecodeSafetensorsOf[float64](b)
	if err != nil || len(out) != 2 || !out[0].equal(in[0]) || !out[1].equal(in[1]) {
		t.Fatalf("read back %v, %v", out, err)
	}
	if _, _, err := DecodeSafetensors(b); err == nil || !strings.Contains(err.Error(), "type F64, only F32 is read") {
		t.Errorf("as float32: %v", err)
	}
}
