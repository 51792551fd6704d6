package export

import (
	"bytes"
	"fmt"
	"strconv"

	"github.com/parquet-go/parquet-go"

	"github.com/paretolab/paretolab/experiments"
)

// Parquet writes the long tables of runs, see [experiments.LongTables], one file each: columns of text,
// unsigned 64-bit integers, 64-bit floats and booleans, of which each may be missing.
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

func parquetFile(t *experiments.LongTable) ([]byte, error) {
	group := parquet.Group{}
	for _, name := range t.Header {
		group[name] = parquet.Optional(parquetColumn(t.Kind(name)))
	}
	schema := parquet.NewSchema(t.Name, group)
	at := make([]int, len(t.Header)) // a group has its columns in the order of their names
	for i, name := range t.Header {
		leaf, ok := schema.Lookup(name)
		if !ok {
			return nil, fmt.Errorf("column %s is missing", name)
		}
		at[i] = leaf.ColumnIndex
	}
	var b bytes.Buffer
	w := parquet.NewWriter(&b, schema, parquet.Compression(&parquet.Zstd), parquet.CreatedBy("paretolab", "1", ""))
	row := make(parquet.Row, len(t.Header))
	for _, cells := range t.Rows {
		for i, text := range cells {
			v, err := parquetValue(t.Kind(t.Header[i]), text)
			if err != nil {
				return nil, fmt.Errorf("column %s: %w", t.Header[i], err)
			}
			row[at[i]] = v.Level(0, definition(text), at[i])
		}
		if _, err := w.WriteRows([]parquet.Row{row}); err != nil {
			return nil, err
		}
	}
	err := w.Close()
	return b.Bytes(), err
}

func parquetColumn(kind experiments.ColumnKind) parquet.Node {
	switch kind {
	case experiments.TextColumn:
		return parquet.String()
	case experiments.IntColumn:
		return parquet.Uint(64)
	case experiments.BoolColumn:
		return parquet.Leaf(parquet.BooleanType)
	}
	return parquet.Leaf(parquet.DoubleType)
}

// definition is 1 where there is a value.
func definition(text string) int {
	if text == "" {
		return 0
	}
	return 1
}

func parquetValue(kind experiments.ColumnKind, text string) (parquet.Value, error) {
	if text == "" {
		return parquet.NullValue(), nil
	}
	switch kind {
	case experiments.TextColumn:
		return parquet.ByteArrayValue([]byte(text)), nil
	case experiments.IntColumn:
		n, err := strconv.ParseUint(text, 10, 64)
		return parquet.Int64Value(int64(n)), err // the same bits
	case experiments.BoolColumn:
		v, err := strconv.ParseBool(text)
		return parquet.BooleanValue(v), err
	}
	x, err := strconv.ParseFloat(text, 64)
	return parquet.DoubleValue(x), err
}
