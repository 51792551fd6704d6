package export

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"fmt"
	"math"
	"strconv"

	"github.com/paretolab/paretolab/experiments"
)

// Parquet writes the long tables of runs, see [experiments.LongTables], one file each: columns of text,
// unsigned 64-bit integers, 64-bit floats and booleans, of which each may be missing. Files have one
// row group, with one gzipped page of plain values per column (parquet.apache.org/docs/file-format);
// a general library would take a third of the program's build for it.
func Parquet(runs []*experiments.Run, dir string) ([]string, error) {
	f := folder{dir: dir}
	for _, t := range experiments.LongTables(runs) {
		b, err := parquetFile(t)
		if err != nil {
			return f.files, fmt.Errorf("table %s: %w", t.Name, err)
		}
		if err := f.write(b, t.Name+".parquet"); err != nil {
			return f.files, err
		}
	}
	return f.files, nil
}

// Enumerations of parquet.thrift.
const (
	parquetBoolean, parquetInt64, parquetDouble, parquetBytes = 0, 2, 5, 6
	parquetOptional                                           = 1
	parquetUTF8, parquetUint64                                = 0, 14
	parquetPlain, parquetRLE                                  = 0, 3
	parquetGzip                                               = 2
	parquetDataPage                                           = 0
)

// parquetTypes are the physical types of columns.
var parquetTypes = map[experiments.ColumnKind]int{
	experiments.TextColumn: parquetBytes, experiments.IntColumn: parquetInt64, experiments.FloatColumn: parquetDouble, experiments.BoolColumn: parquetBoolean,
}

const parquetMagic = "PAR1"

// chunk is a column as it lies in the file.
type chunk struct {
	offset, size, plainSize int
}

func parquetFile(t *experiments.LongTable) ([]byte, error) {
	file := []byte(parquetMagic)
	chunks := make([]chunk, len(t.Header))
	total := 0
	for i, name := range t.Header {
		page, plain, err := parquetPage(t, i)
		if err != nil {
			return nil, fmt.Errorf("column %s: %w", name, err)
		}
		chunks[i] = chunk{len(file), len(page), plain}
		file = append(file, page...)
		total += plain
	}
	var footer thrift
	footer.element(func(m *thrift) { // FileMetaData
		m.i32(1, 1) // version
		m.list(2, thriftStruct, 1+len(t.Header))
		m.element(func(s *thrift) { // SchemaElement: the root
			s.text(4, t.Name)
			s.i32(5, len(t.Header))
		})
		for _, name := range t.Header {
			m.element(func(s *thrift) { parquetSchema(s, name, t.Kind(name)) })
		}
		m.i64(3, len(t.Rows))
		m.list(4, thriftStruct, 1)
		m.element(func(g *thrift) { // RowGroup
			g.list(1, thriftStruct, len(chunks))
			for i, name := range t.Header {
				g.element(func(c *thrift) { // ColumnChunk
					c.i64(2, chunks[i].offset)
					c.object(3, func(d *thrift) { // ColumnMetaData
						d.i32(1, parquetTypes[t.Kind(name)])
						d.list(2, thriftI32, 2)
						d.number(parquetPlain)
						d.number(parquetRLE)
						d.list(3, thriftBinary, 1)
						d.string(name)
						d.i32(4, parquetGzip)
						d.i64(5, len(t.Rows))
						d.i64(6, chunks[i].plainSize)
						d.i64(7, chunks[i].size)
						d.i64(9, chunks[i].offset)
					})
				})
			}
			g.i64(2, total)
			g.i64(3, len(t.Rows))
		})
		m.text(6, "paretolab")
	})
	file = append(file, footer.b...)
	file = binary.LittleEndian.AppendUint32(file, uint32(len(footer.b)))
	return append(file, parquetMagic...), nil
}

// parquetSchema encodes the SchemaElement of a column.
func parquetSchema(s *thrift, name string, kind experiments.ColumnKind) {
	s.i32(1, parquetTypes[kind])
	s.i32(3, parquetOptional)
	s.text(4, name)
	switch kind { // converted_type for old readers, logicalType for new ones
	case experiments.TextColumn:
		s.i32(6, parquetUTF8)
		s.object(10, func(l *thrift) { l.object(1, func(*thrift) {}) })
	case experiments.IntColumn:
		s.i32(6, parquetUint64)
		s.object(10, func(l *thrift) {
			l.object(10, func(integer *thrift) {
				integer.i8(1, 64)
				integer.bool(2, false)
			})
		})
	}
}

// parquetPage is the only page of a column: header, then, gzipped, where there are values, and the values.
// plain is its size without compression.
func parquetPage(t *experiments.LongTable, column int) (page []byte, plain int, err error) {
	values := parquetValues{kind: t.Kind(t.Header[column])}
	for _, row := range t.Rows {
		if err := values.add(row[column]); err != nil {
			return nil, 0, err
		}
	}
	data := values.page()
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	w.Write(data) // to memory: cannot fail
	w.Close()
	var header thrift
	header.element(func(h *thrift) { // PageHeader
		h.i32(1, parquetDataPage)
		h.i32(2, len(data))
		h.i32(3, packed.Len())
		h.object(5, func(d *thrift) { // DataPageHeader
			d.i32(1, len(t.Rows))
			d.i32(2, parquetPlain)
			d.i32(3, parquetRLE)
			d.i32(4, parquetRLE)
		})
	})
	return append(header.b, packed.Bytes()...), len(header.b) + len(data), nil
}

// parquetValues collects the cells of a column.
type parquetValues struct {
	kind    experiments.ColumnKind
	levels  []byte // runs of equal definition levels: 1 where there is a value
	run     uint64
	present bool // in the run
	plain   []byte
	bits    int // booleans, of which eight go into a byte
}

func (v *parquetValues) add(cell string) error {
	if present := cell != ""; present != v.present || v.run == 0 {
		v.endRun()
		v.present = present
	}
	v.run++
	if cell == "" {
		return nil
	}
	switch v.kind {
	case experiments.TextColumn:
		v.plain = binary.LittleEndian.AppendUint32(v.plain, uint32(len(cell)))
		v.plain = append(v.plain, cell...)
	case experiments.IntColumn:
		n, err := strconv.ParseUint(cell, 10, 64)
		if err != nil {
			return err
		}
		v.plain = binary.LittleEndian.AppendUint64(v.plain, n)
	case experiments.BoolColumn:
		yes, err := strconv.ParseBool(cell)
		if err != nil {
			return err
		}
		if v.bits%8 == 0 {
			v.plain = append(v.plain, 0)
		}
		if yes {
			v.plain[v.bits/8] |= 1 << (v.bits % 8)
		}
		v.bits++
	default:
		x, err := strconv.ParseFloat(cell, 64)
		if err != nil {
			return err
		}
		v.plain = binary.LittleEndian.AppendUint64(v.plain, math.Float64bits(x))
	}
	return nil
}

// endRun appends the run of definition levels: its length, doubled, and the level.
func (v *parquetValues) endRun() {
	if v.run == 0 {
		return
	}
	v.levels = binary.AppendUvarint(v.levels, v.run<<1)
	if v.present {
		v.levels = append(v.levels, 1)
	} else {
		v.levels = append(v.levels, 0)
	}
	v.run = 0
}

// page is the content of a page: definition levels with their length, then the values.
func (v *parquetValues) page() []byte {
	v.endRun()
	b := binary.LittleEndian.AppendUint32(nil, uint32(len(v.levels)))
	return append(append(b, v.levels...), v.plain...)
}
