package neural

import (
	"cmp"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
)

// TensorOf is a named dense array of a safetensors file, whose arrays all have one type: F32 or F64.
type TensorOf[T float32 | float64] struct {
	Name  string
	Shape []int
	Data  []T
}

// Tensor is that of float32 numbers, in which networks are kept.
type Tensor = TensorOf[float32]

func (t TensorOf[T]) equal(u TensorOf[T]) bool {
	return t.Name == u.Name && slices.Equal(t.Shape, u.Shape) && slices.Equal(t.Data, u.Data)
}

// dtype is the name of a number type in files, and its length in bytes.
func dtype[T float32 | float64]() (name string, size int) {
	if _, wide := any(T(0)).(float64); wide {
		return "F64", 8
	}
	return "F32", 4
}

// maxHeader bounds the header of a safetensors file that is read, as the format's own readers do.
const maxHeader = 100 << 20

// EncodeSafetensors returns a safetensors file: the length of the header as a little-endian uint64,
// the JSON header padded with spaces to 8 bytes, and the raw little-endian data in the given order.
// Equal input gives equal bytes.
func EncodeSafetensors[T float32 | float64](tensors []TensorOf[T], metadata map[string]string) ([]byte, error) {
	header := map[string]any{}
	if len(metadata) > 0 {
		header["__metadata__"] = metadata
	}
	kind, width := dtype[T]()
	end := 0
	for _, t := range tensors {
		size := 1
		for _, n := range t.Shape {
			size *= n
		}
		if size != len(t.Data) {
			return nil, fmt.Errorf("neural: tensor %s of shape %v has %d numbers", t.Name, t.Shape, len(t.Data))
		}
		header[t.Name] = place{kind, t.Shape, [2]int{end, end + width*size}}
		end += width * size
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
			if width == 8 {
				out = binary.LittleEndian.AppendUint64(out, math.Float64bits(float64(x)))
			} else {
				out = binary.LittleEndian.AppendUint32(out, math.Float32bits(float32(x)))
			}
		}
	}
	return out, nil
}

// DecodeSafetensors reads float32 tensors, in the order of their data, and the metadata. Corrupt
// files give an error, never a panic, and cost no more memory than they are long.
func DecodeSafetensors(b []byte) ([]Tensor, map[string]string, error) {
	return DecodeSafetensorsOf[float32](b)
}

// DecodeSafetensorsOf is DecodeSafetensors for a file of either number type.
func DecodeSafetensorsOf[T float32 | float64](b []byte) ([]TensorOf[T], map[string]string, error) {
	tensors, metadata, err := decodeSafetensors[T](b)
	if err != nil {
		return nil, nil, fmt.Errorf("neural: safetensors: %w", err)
	}
	return tensors, metadata, nil
}

func decodeSafetensors[T float32 | float64](b []byte) (tensors []TensorOf[T], metadata map[string]string, err error) {
	kind, width := dtype[T]()
	if len(b) < 8 {
		return nil, nil, fmt.Errorf("%d bytes are too few", len(b))
	}
	n := binary.LittleEndian.Uint64(b)
	if n > maxHeader || n > uint64(len(b)-8) {
		return nil, nil, fmt.Errorf("header of %d bytes in a file of %d", n, len(b))
	}
	var header map[string]json.RawMessage
	if err := json.Unmarshal(b[8:8+n], &header); err != nil {
		return nil, nil, fmt.Errorf("header: %w", err)
	}
	data := b[8+n:]
	places := map[string]place{}
	for name, raw := range header {
		if name == "__metadata__" {
			if err := json.Unmarshal(raw, &metadata); err != nil {
				return nil, nil, fmt.Errorf("metadata: %w", err)
			}
			continue
		}
		var p place
		if err := json.Unmarshal(raw, &p); err != nil {
			return nil, nil, fmt.Errorf("tensor %s: %w", name, err)
		}
		if err := p.check(kind, width, len(data)); err != nil {
			return nil, nil, fmt.Errorf("tensor %s %w", name, err)
		}
		places[name] = p
	}
	if len(places) == 0 {
		return nil, nil, errors.New("no tensor")
	}
	names := slices.SortedFunc(maps.Keys(places), func(a, b string) int {
		p, q := places[a].Offsets, places[b].Offsets
		return cmp.Or(cmp.Compare(p[0], q[0]), cmp.Compare(p[1], q[1]), cmp.Compare(a, b))
	})
	end := 0 // the format wants data without gaps or overlaps
	for _, name := range names {
		p := places[name]
		if p.Offsets[0] != end {
			return nil, nil, fmt.Errorf("tensor %s begins at byte %d of the data, the one before ends at %d", name, p.Offsets[0], end)
		}
		end = p.Offsets[1]
	}
	if end != len(data) {
		return nil, nil, fmt.Errorf("%d bytes after the last tensor", len(data)-end)
	}
	for _, name := range names {
		p := places[name]
		t := TensorOf[T]{Name: name, Shape: p.Shape, Data: make([]T, (p.Offsets[1]-p.Offsets[0])/width)}
		for i := range t.Data {
			at := data[p.Offsets[0]+width*i:]
			if width == 8 {
				t.Data[i] = T(math.Float64frombits(binary.LittleEndian.Uint64(at)))
			} else {
				t.Data[i] = T(math.Float32frombits(binary.LittleEndian.Uint32(at)))
			}
		}
		tensors = append(tensors, t)
	}
	return tensors, metadata, nil
}

// place is what the header of a safetensors file says of a tensor.
type place struct {
	DType   string `json:"dtype"`
	Shape   []int  `json:"shape"`
	Offsets [2]int `json:"data_offsets"`
}

// check returns an error unless the place holds numbers of the type, which take width bytes each, lies in
// so many bytes of data and has the size of its shape.
func (p place) check(dtype string, width, bytes int) error {
	if p.DType != dtype {
		return fmt.Errorf("has type %s, only %s is read", p.DType, dtype)
	}
	from, to := p.Offsets[0], p.Offsets[1]
	if from < 0 || to < from || to > bytes || (to-from)%width != 0 {
		return fmt.Errorf("lies at %d..%d of %d bytes", from, to, bytes)
	}
	size := 1
	for _, d := range p.Shape {
		if d < 0 || d > 0 && size > bytes/d {
			return fmt.Errorf("has shape %v", p.Shape)
		}
		size *= d
	}
	if size != (to-from)/width {
		return fmt.Errorf("of shape %v has %d numbers", p.Shape, (to-from)/width)
	}
	return nil
}
