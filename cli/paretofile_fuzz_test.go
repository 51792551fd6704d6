package cli

import (
	"encoding/json"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/paretolab/paretolab/pareto"
)

// FuzzReadPoints: whatever a point file holds, its reader returns finite vectors or an error that names
// the line; the fast reader of rows agrees with the general one; and what is written of the vectors, in
// any form, is read back as the same bits.
func FuzzReadPoints(f *testing.F) {
	for _, text := range []string{
		"a,b\n1,2\n3,4e-1\n", "1 2\r\n\r\n# c\n3\t4 # d\n", "\ufeffpolicy,é,se_é\n\"x,y\",2,1\n", "{\"a\":1,\"b\":2}\n{\"b\": 4, \"a\": 3}\n",
		"{\"a\":1,\"policy\":\"#1\"}\n{\"a\":-0.0,\"policy\":\"\\u0041\"}", "[1,null,2]\n[3,\"x\",4]\n", "[01]\n", "[+1]\n[.5]\n", "1,nan\n", "1 1e400\n",
		"0x1p-2 1_0\n", "\x00", "1,2\n1\n", "{\"a\":1,\"a\":2}\n", "{\"a\":[1]}\n", "[]\n{}\n", "\"\n", "{\"a\": 1 }\t\r\n{ \"a\" :2}\n[3]", "a\n5.\n-\n",
	} {
		f.Add(text, "")
		f.Add(text, "1,2")
		f.Add(text, "b,a")
	}
	place := regexp.MustCompile(`^standard input(: no value vectors|:([0-9]+): .)`)
	f.Fuzz(func(t *testing.T, text, columns string) {
		var wanted []string
		if columns != "" {
			wanted = strings.Split(columns, ",")
		}
		file, err := readString(text, wanted...)
		if err != nil {
			at := place.FindStringSubmatch(err.Error())
			if at == nil {
				t.Fatalf("an error without its place: %v", err)
			}
			if line, _ := strconv.Atoi(at[2]); at[2] != "" && (line < 1 || line > 1+strings.Count(text, "\n")) {
				t.Fatalf("%v, of %d lines", err, 1+strings.Count(text, "\n"))
			}
			return
		}
		front := file.front
		if err := front.Validate(); err != nil || len(file.rows) != front.Len() || len(file.columns) != front.M {
			t.Fatalf("%d lines and %d columns of %+v: %v", len(file.rows), len(file.columns), front, err)
		}
		for i, part := range file.rows {
			c := chunk{file: file}
			if err := c.readLine(part); err != nil || !sameBits(c.values, front.Row(i)) {
				t.Fatalf("row %d, %q: %v in general, not %v (%v)", i, file.line(i), c.values, front.Row(i), err)
			}
		}
		for form, written := range written(front) {
			again, err := readString(written)
			if err != nil || !sameBits(again.front.X, front.X) || again.front.M != front.M {
				t.Fatalf("%s: %v of %q, want %v", form, err, written, front)
			}
		}
	})
}

// written is a front in every form of a point file.
func written(f pareto.Front) map[string]string {
	var commas, blanks, arrays, objects strings.Builder
	for j := range f.M {
		fmt.Fprintf(&commas, "%so%d", strings.Repeat(",", min(j, 1)), j)
	}
	fmt.Fprintln(&commas)
	for _, row := range f.Rows() {
		var words, pairs []string
		for j, v := range row {
			word := strconv.FormatFloat(v, 'g', -1, 64)
			words, pairs = append(words, word), append(pairs, fmt.Sprintf("%q: %s", fmt.Sprintf("o%d", j), word))
		}
		fmt.Fprintln(&commas, strings.Join(words, ","))
		fmt.Fprintln(&blanks, strings.Join(words, "\t"))
		fmt.Fprintf(&objects, "{%s}\n", strings.Join(pairs, ", "))
		array, _ := json.Marshal(row) // finite, so that nothing fails
		fmt.Fprintf(&arrays, "%s\n", array)
	}
	return map[string]string{"commas": commas.String(), "blanks": blanks.String(), "arrays": arrays.String(), "objects": objects.String()}
}

// sameBits also tells -0 from 0.
func sameBits(a, b []float64) bool {
	return slices.EqualFunc(a, b, func(x, y float64) bool { return math.Float64bits(x) == math.Float64bits(y) })
}
