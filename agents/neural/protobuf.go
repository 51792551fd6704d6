package neural

import (
	"encoding/binary"
	"errors"
	"math"
)

// The part of the Protocol Buffers wire format that ONNX files need
// (protobuf.dev/programming-guides/encoding).

// Wire types.
const (
	wireVarint = 0
	wireI64    = 1
	wireBytes  = 2
	wireI32    = 5
)

// message is an encoded message to which fields are appended.
type message []byte

func (m *message) varint(field int, x uint64) {
	*m = binary.AppendUvarint(*m, uint64(field)<<3|wireVarint)
	*m = binary.AppendUvarint(*m, x)
}

func (m *message) bytes(field int, b []byte) {
	*m = binary.AppendUvarint(*m, uint64(field)<<3|wireBytes)
	*m = binary.AppendUvarint(*m, uint64(len(b)))
	*m = append(*m, b...)
}

func (m *message) text(field int, s string) { m.bytes(field, []byte(s)) }

// field is a decoded field: number for varints and fixed-size values, bytes for the rest.
type field struct {
	id     int
	wire   int
	number uint64
	bytes  []byte
}

var errProtobuf = errors.New("not a well-formed protocol buffer")

// fields decodes the fields of a message in their order.
func fields(b []byte) ([]field, error) {
	var all []field
	for len(b) > 0 {
		key, n := binary.Uvarint(b)
		if n <= 0 || key>>3 == 0 || key>>3 > math.MaxInt32 {
			return nil, errProtobuf
		}
		b = b[n:]
		f := field{id: int(key >> 3), wire: int(key & 7)}
		size := 0
		switch f.wire {
		case wireVarint:
			if f.number, size = binary.Uvarint(b); size <= 0 {
				return nil, errProtobuf
			}
		case wireI64:
			size = 8
		case wireI32:
			size = 4
		case wireBytes:
			length, n := binary.Uvarint(b)
			if n <= 0 || length > uint64(len(b)-n) {
				return nil, errProtobuf
			}
			f.bytes = b[n : n+int(length)]
			size = n + int(length)
		default:
			return nil, errProtobuf
		}
		if size > len(b) {
			return nil, errProtobuf
		}
		b = b[size:]
		all = append(all, f)
	}
	return all, nil
}

// numbers returns the values of a repeated integer field, packed or not.
func (f field) numbers() ([]uint64, error) {
	if f.wire == wireVarint {
		return []uint64{f.number}, nil
	}
	var all []uint64
	for b := f.bytes; len(b) > 0; {
		x, n := binary.Uvarint(b)
		if n <= 0 {
			return nil, errProtobuf
		}
		all, b = append(all, x), b[n:]
	}
	return all, nil
}
