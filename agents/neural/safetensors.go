package neural

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"sort"
)

// Tensor is a named dense float32 array of a safetensors file.
type Tensor struct {
	Name  string
	Shape []int
	Data  []float32
}

// maxHeader bounds the header of a safetensors file that is read, as the format's own readers do.
const maxHeader = 100 << 20

// EncodeSafetensors returns a safetensors file: the length of the header as a little-endian uint64,
// the JSON header padded with spaces to 8 bytes, and the raw little-endian data in the given order.
// Equal input gives equal bytes.
func EncodeSafetensors(tensors []Tensor, metadata map[string]string) ([]byte, error) {
	type entry struct {
		DType   string `json:"dtype"`
		Shape   []int  `json:"shape"`
		Offsets [2]int `json:"data_offsets"`
	}
	header := map[string]any{}
	if len(metadata) > 0 {
		header["__metadata__"] = metadata
	}
	end := 0
	for _, t := range tensors {
		size := 1
		for _, n := range t.Shape {
			size *= n
		}
		if size != len(t.Data) {
			return nil, fmt.Errorf("neural: tensor %s of shape %v has %d numbers", t.Name, t.Shape, len(t.Data))
		}
		header[t.Name] = entry{"F32", t.Shape, [2]int{end, end + 4*size}}
		end += 4 * size
	}
	text, err := json.Marshal(header)
	if err != nil {
		return nil, err
	}
	for len(text)%8 != 0 {
		text = append(text, ' ')
	}
	out := binary.LittleEndian.AppendUint64(make([]byte, 0, 8+len(text)+end), uint64(len(text)))
	out = append(out, text...)
	for _, t := range tensors {
		for _, x := range t.Data {
			out = binary.LittleEndian.AppendUint32(out, math.Float32bits(x))
		}
	}
	return out, nil
}

// DecodeSafetensors reads float32 tensors, in the order of their data, and the metadata. Corrupt
// files give an error, never a panic.
func DecodeSafetensors(b []byte) ([]Tensor, map[string]string, error) {
	bad := func(format string, a ...any) ([]Tensor, map[string]string, error) {
		return nil, nil, fmt.Errorf("neural: safetensors: "+format, a...)
	}
	if len(b) < 8 {
		return bad("%d bytes are too few", len(b))
	}
	n := binary.LittleEndian.Uint64(b)
	if n > maxHeader || n > uint64(len(b)-8) {
		return bad("header of %d bytes in a file of %d", n, len(b))
	}
	var header map[string]json.RawMessage
	if err := json.Unmarshal(b[8:8+n], &header); err != nil {
		return bad("header: %w", err)
	}
	data := b[8+n:]
	var metadata map[string]string
	var tensors []Tensor
	offset := map[string]int{}
	for name, raw := range header {
		if name == "__metadata__" {
			if err := json.Unmarshal(raw, &metadata); err != nil {
				return bad("metadata: %w", err)
			}
			continue
		}
		var e struct {
			DType   string `json:"dtype"`
			Shape   []int  `json:"shape"`
			Offsets [2]int `json:"data_offsets"`
		}
		if err := json.Unmarshal(raw, &e); err != nil {
			return bad("tensor %s: %w", name, err)
		}
		if e.DType != "F32" {
			return bad("tensor %s has type %s, only F32 is read", name, e.DType)
		}
		from, to := e.Offsets[0], e.Offsets[1]
		if from < 0 || to < from || to > len(data) || (to-from)%4 != 0 {
			return bad("tensor %s lies at %d..%d of %d bytes", name, from, to, len(data))
		}
		size := 1
		for _, d := range e.Shape {
			if d < 0 || d > 0 && size > len(data)/d {
				return bad("tensor %s has shape %v", name, e.Shape)
			}
			size *= d
		}
		if size != (to-from)/4 {
			return bad("tensor %s of shape %v has %d numbers", name, e.Shape, (to-from)/4)
		}
		t := Tensor{Name: name, Shape: e.Shape, Data: make([]float32, size)}
		for i := range t.Data {
			t.Data[i] = math.Float32frombits(binary.LittleEndian.Uint32(data[from+4*i:]))
		}
		tensors = append(tensors, t)
		offset[name] = from
	}
	if len(tensors) == 0 {
		return nil, nil, errors.New("neural: safetensors: no tensor")
	}
	sort.Slice(tensors, func(i, j int) bool {
		a, b := tensors[i].Name, tensors[j].Name
		if offset[a] != offset[b] {
			return offset[a] < offset[b]
		}
		return a < b
	})
	return tensors, metadata, nil
}
