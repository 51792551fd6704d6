package export

import "encoding/binary"

// The compact protocol of Thrift, in which Parquet keeps its metadata
// (github.com/apache/thrift, doc/specs/thrift-compact-protocol.md): as far as that needs it.

// Types of fields and of elements of lists.
const (
	thriftTrue, thriftFalse = 1, 2
	thriftByte              = 3
	thriftI32, thriftI64    = 5, 6
	thriftBinary            = 8
	thriftList              = 9
	thriftStruct            = 12
)

// thrift is a struct being encoded, field by field in ascending order.
type thrift struct {
	b    []byte
	last int // id of the last field
}

func (t *thrift) field(id, kind int) {
	t.b = append(t.b, byte((id-t.last)<<4|kind)) // ids here are less than 16 apart
	t.last = id
}

func (t *thrift) i8(id int, n int8) { t.field(id, thriftByte); t.b = append(t.b, byte(n)) }

func (t *thrift) bool(id int, v bool) {
	if v {
		t.field(id, thriftTrue)
	} else {
		t.field(id, thriftFalse)
	}
}

func (t *thrift) i32(id, n int) { t.field(id, thriftI32); t.number(n) }
func (t *thrift) i64(id, n int) { t.field(id, thriftI64); t.number(n) }

// number appends a zigzag varint.
func (t *thrift) number(n int) { t.b = binary.AppendVarint(t.b, int64(n)) }

func (t *thrift) text(id int, s string) { t.field(id, thriftBinary); t.string(s) }

func (t *thrift) string(s string) {
	t.b = binary.AppendUvarint(t.b, uint64(len(s)))
	t.b = append(t.b, s...)
}

// list begins a list; its elements follow.
func (t *thrift) list(id, kind, n int) {
	t.field(id, thriftList)
	if n < 15 {
		t.b = append(t.b, byte(n<<4|kind))
		return
	}
	t.b = append(t.b, byte(0xf0|kind))
	t.b = binary.AppendUvarint(t.b, uint64(n))
}

// object appends a field that is a struct, which fill encodes.
func (t *thrift) object(id int, fill func(*thrift)) {
	t.field(id, thriftStruct)
	t.element(fill)
}

// element appends a struct that is an element of a list.
func (t *thrift) element(fill func(*thrift)) {
	var inner thrift
	fill(&inner)
	t.b = append(append(t.b, inner.b...), 0)
}
