package cli

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// readString reads a point file from standard input.
func readString(text string, columns ...string) (*pointFile, error) {
	a := &app{in: strings.NewReader(text)}
	return a.readPoints("-", columns...)
}

// TestPointFileForms: files of every form, what they hold, and the rows as they are printed.
func TestPointFileForms(t *testing.T) {
	for _, c := range []struct {
		name, text, columns    string
		values, names, printed string
	}{
		{"commas", "1,2\n3,4", "", "[[1 2] [3 4]]", "[]", "1,2|3,4"},
		{"blanks", " 1\t2\n3   4 \n", "", "[[1 2] [3 4]]", "[]", "1\t2|3   4"},
		{"carriage returns, mark, comments", "\ufeff# c\r\na,b\r\n\r\n1,2\r\n3,4 # d\r\n#\r\n", "", "[[1 2] [3 4]]", "[a b]", "1,2|3,4"},
		{"quotation marks", "policy,a\n\"x,y\",2\n'z,3\n", "", "[[2] [3]]", "[a]", "\"x,y\",2|'z,3"},
		{"names beyond ASCII", "policy,é\nü,2\n", "", "[[2]]", "[é]", "ü,2"},
		{"signs and exponents", "+1 -2.5e-1 .5 5. 1E2\n", "", "[[1 -0.25 0.5 5 100]]", "[]", "+1 -2.5e-1 .5 5. 1E2"},
		{"hexadecimal", "0x1p-2 1\n", "", "[[0.25 1]]", "[]", "0x1p-2 1"},
		{"columns by name", "a,b,c\n1,2,3\n4,5,6\n", "c,a", "[[3 1] [6 4]]", "[c a]", "1,2,3|4,5,6"},
		{"columns by number", "p1 1 2\np2 3 4\n", "3,2", "[[2 1] [4 3]]", "[]", "p1 1 2|p2 3 4"},
		{"a column that is left out by default", "a,episodes\n1,7\n", "episodes", "[[7]]", "[episodes]", "1,7"},
		{"columns of text are not read", "a,b,note\n1,2,\n3,4,nan\n", "a,b", "[[1 2] [3 4]]", "[a b]", "1,2,|3,4,nan"},
		{"objects", "{\"a\":1,\"b\":2}\n\n# c\n {\"b\": 4e0, \"a\": 3} \r\n", "", "[[1 2] [3 4]]", "[a b]", "{\"a\":1,\"b\":2}|{\"b\": 4e0, \"a\": 3}"},
		{"objects of a front", `{"policy":"#1","a":1,"se_a":0.1,"episodes":9}`, "", "[[1]]", "[a]", `{"policy":"#1","a":1,"se_a":0.1,"episodes":9}`},
		{"columns of objects", "{\"t\":\"x\",\"b\":1,\"a\":2}\n{\"a\":4,\"b\":3}\n", "a,b", "[[2 1] [4 3]]", "[a b]", "{\"t\":\"x\",\"b\":1,\"a\":2}|{\"a\":4,\"b\":3}"},
		{"arrays", "[1,2]\n[3, 4]\n", "", "[[1 2] [3 4]]", "[]", "[1,2]|[3, 4]"},
		{"columns of arrays", "[1,null,2]\n[3,\"x\",4]\n", "3,1", "[[2 1] [4 3]]", "[]", "[1,null,2]|[3,\"x\",4]"},
	} {
		var columns []string
		if c.columns != "" {
			columns = strings.Split(c.columns, ",")
		}
		f, err := readString(c.text, columns...)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		var lines []string
		for i := range f.front.Len() {
			lines = append(lines, string(f.line(i)))
		}
		values, names, printed := fmt.Sprint(f.front.Rows()), fmt.Sprint(f.names), strings.Join(lines, "|")
		if values != c.values || names != c.names || printed != c.printed {
			t.Errorf("%s: %s of %s, %s\nwant %s of %s, %s", c.name, values, names, printed, c.values, c.names, c.printed)
		}
	}
}

// TestPointFileRefuses: what is wrong, in which line and column.
func TestPointFileRefuses(t *testing.T) {
	for _, c := range []struct{ name, text, columns, want string }{
		{"unknown name", "return,energy\n1,2\n", "retrun", `:1: --columns has "retrun", which is not among the columns; did you mean "return"?`},
		{"a name unlike any", "a,b\n1,2\n", "velocity", `:1: --columns has "velocity", which is not among the columns (a, b)`},
		{"name without header", "1,2\n", "a", `:1: --columns has "a", but the file has no header; give numbers from 1 to 2`},
		{"number too large", "1,2\n", "3", ":1: --columns has 3, but there are 2 columns; count from 1"},
		{"number zero", "1,2\n", "0", ":1: --columns has 0"},
		{"column twice", "a,b\n1,2\n", "a,a", ":1: --columns names a twice"},
		{"unknown key", "{\"gain\":1}\n", "gian", `did you mean "gain"?`},
		{"NaN", "a,b\n1,2\n3,NaN\n", "", ":3: b is NaN; give a finite number"},
		{"infinite", "1 2\n\n1 +inf\n", "", ":3: column 2 is +inf"},
		{"Infinity", "1 2\nInfinity 1\n", "", ":2: column 1 is Infinity"},
		{"beyond float64", "1 1e400\n", "", ":1: column 2 is 1e400, beyond the range"},
		{"ragged", "1,2\n1,2,3\n", "", ":2: 3 columns where line 1 has 2"},
		{"a lone point", "1 2\n1 .\n", "", `:2: column 2 is "."`},
		{"an exponent without digits", "1 2\n1 1e\n", "", `:2: column 2 is "1e"`},
		{"two signs", "1 2\n1 --1\n", "", `:2: column 2 is "--1"`},
		{"blank within a number", "1,2\n1,2 3\n", "", `:2: column 2 is "2 3"`},
		{"broken object", "{\"a\":1}\n{\"a\":}\n", "", ":2: column 6: not JSON: invalid character '}'"},
		{"unfinished object", "{\"a\":1}\n{\"a\":1\n", "", ":2: column 6: not JSON: unexpected end"},
		{"two values in a line", "{\"a\":1}\n{\"a\":1} {\"a\":2}\n", "", ":2: column 9: not JSON: invalid character '{'"},
		{"NaN in an object", "{\"a\":1}\n{\"a\":NaN}\n", "", ":2: column 6: not JSON: invalid character 'N'"},
		{"text in an object", "{\"a\":1}\n{\"a\":\"1\"}\n", "", `:2: a is "\"1\"", not a number`},
		{"null in an object", "{\"a\":1}\n{\"a\":null}\n", "", ":2: a has no value"},
		{"missing key", "{\"a\":1,\"b\":2}\n{\"a\":1}\n", "", ":2: b has no value"},
		{"another key", "{\"gain\":1}\n{\"gian\":1}\n", "", `:2: key "gian" is not in line 1; did you mean "gain"?`},
		{"key twice", "{\"a\":1,\"a\":2}\n", "", ":1: a stands twice"},
		{"number beyond float64 in an array", "[1]\n[1e999]\n", "", ":2: column 1 is 1e999, beyond the range"},
		{"array among objects", "{\"a\":1}\n[1]\n", "", ":2: not an object, as the first line is"},
		{"object among arrays", "[1]\n{\"a\":1}\n", "", ":2: not an array, as the first line is"},
		{"row among arrays", "[1]\n1\n", "", ":2: not an array"},
		{"ragged arrays", "[1,2]\n[1]\n", "", ":2: 1 column where line 1 has 2"},
		{"empty object", "{}\n", "", ":1: \"{}\" names no objective"},
		{"empty array", "[]\n", "", ":1: \"[]\" names no objective"},
	} {
		var columns []string
		if c.columns != "" {
			columns = strings.Split(c.columns, ",")
		}
		if _, err := readString(c.text, columns...); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v\nwant %s", c.name, err, c.want)
		}
	}
}

// TestPointFileInParts: a file read in several parts keeps the order of its rows, and the first
// error wins with the number of its line.
func TestPointFileInParts(t *testing.T) {
	const rows = 40_000
	lines := []string{"a,b"}
	for i := range rows {
		lines = append(lines, fmt.Sprintf("%d,%d.5", i, rows-i))
	}
	f, err := readString(strings.Join(lines, "\n"))
	if err != nil || f.front.Len() != rows {
		t.Fatal(f, err)
	}
	for i := range rows {
		if row := f.front.Row(i); row[0] != float64(i) || row[1] != float64(rows-i)+0.5 || string(f.line(i)) != lines[i+1] {
			t.Fatalf("row %d is %v, %q", i, row, f.line(i))
		}
	}
	for _, parts := range []int{1, 2, 3, 7, 50_000} {
		chunks := f.split(4, parts)
		if chunks[0].part.from != 4 || chunks[len(chunks)-1].part.to != len(f.text) {
			t.Fatalf("%d parts: %v to %v", parts, chunks[0].part, chunks[len(chunks)-1].part)
		}
		for i, c := range chunks[1:] {
			if at := c.part.from; at != chunks[i].part.to || at < len(f.text) && f.text[at-1] != '\n' {
				t.Fatalf("%d parts: part %d begins within a line", parts, i+1)
			}
		}
	}
	lines[rows-5], lines[30_000] = "1,x", "1,y"
	if _, err = readString(strings.Join(lines, "\n")); err == nil || !strings.Contains(err.Error(), `standard input:30001: b is "y"`) {
		t.Error(err)
	}
	lines[7] = "1"
	if _, err = readString(strings.Join(lines, "\r\n")); err == nil || !strings.Contains(err.Error(), "standard input:8: 1 column") {
		t.Error(err)
	}
}

// TestPlainRows: the fast reader of rows takes what it takes as the general one does.
func TestPlainRows(t *testing.T) {
	cells := []string{"1", "-0", "2.5e3", " 7 ", "", "x", "0x10", "1_0", "nan", "\"3\"", "4\t", "1e400", "12345678901234567890", "é", "1 2", "."}
	r := rand.New(rand.NewPCG(1, 1))
	for range 20_000 {
		words := []string{cells[r.IntN(len(cells))], cells[r.IntN(3)], cells[r.IntN(5)]}
		text := strings.Join(words[:2+r.IntN(2)], []string{",", " ", "\t", " , "}[r.IntN(4)]) + []string{"", "\r", " #"}[r.IntN(3)]
		f := &pointFile{text: []byte(text), first: 1, columns: []int{1, 2}, slots: []int{-1, 0, 1}}
		if r.IntN(2) == 0 {
			f.columns, f.slots = []int{1, 0}, []int{1, 0}
		}
		f.front.M = 2
		plain, general := chunk{file: f}, chunk{file: f}
		line := f.lineAt(0)
		err := general.readLine(line)
		if !plain.readPlain(line) {
			if len(plain.values)+len(plain.rows) > 0 {
				t.Fatalf("%q: left %v", text, plain)
			}
			continue
		}
		if err != nil || !slices.Equal(plain.values, general.values) || !slices.Equal(plain.rows, general.rows) {
			t.Fatalf("%q: %v in %v, want %v in %v, %v", text, plain.values, plain.rows, general.values, general.rows, err)
		}
	}
}

// TestPlainJSON: the fast reader of JSON takes what it takes as the general one does, and what most
// programs write.
func TestPlainJSON(t *testing.T) {
	cells := []string{"1", "-0", "2.5e3", " 7 ", "-0.5E-7", "12345678901234567890", "01", "+1", ".5", "5.", "-", "null", "\"x\"", "\"\\u0041\"", "[1]", "true", "1e400", "é", ""}
	r := rand.New(rand.NewPCG(3, 3))
	taken := 0
	for range 20_000 {
		form, open, close := arrayLines, "[", "]"
		names := []string{"", "", ""}
		if r.IntN(2) == 0 {
			form, open, close = objectLines, "{", "}"
			names = []string{`"a":`, ` "b" : `, `"c":`}
			if r.IntN(8) == 0 {
				names[0], names[1] = names[1], names[0]
			}
		}
		words := make([]string, 3)
		for k := range words {
			words[k] = names[k] + cells[r.IntN(5)]
			if r.IntN(4) == 0 {
				words[k] = names[k] + cells[r.IntN(len(cells))]
			}
		}
		text := open + strings.Join(words[:3-r.IntN(20)/19], []string{",", ", ", " ,\t"}[r.IntN(3)]) + close + []string{"", "\r", " ", "#", ","}[r.IntN(5)]
		f := &pointFile{text: []byte(text), form: form, first: 1, keys: []string{"a", "b", "c"}, columns: []int{2, 1}, slots: []int{-1, 1, 0}}
		f.front.M = 2
		plain, general := chunk{file: f}, chunk{file: f}
		line := f.lineAt(0)
		err := general.readLine(line)
		if !plain.readPlain(line) {
			if len(plain.values)+len(plain.rows) > 0 {
				t.Fatalf("%q: left %v", text, plain)
			}
			continue
		}
		taken++
		if err != nil || !sameBits(plain.values, general.values) || !slices.Equal(plain.rows, general.rows) {
			t.Fatalf("%q: %v in %v, want %v in %v, %v", text, plain.values, plain.rows, general.values, general.rows, err)
		}
	}
	if taken < 2000 {
		t.Errorf("only %d rows are read fast", taken)
	}
}

// TestParseDecimal compares with strconv.ParseFloat, bit for bit.
func TestParseDecimal(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 2))
	texts := []string{"0", "-0", "0.0", "-0e5", "9007199254740992", "9007199254740993", "1e22", "1e23", "1e-22", "1e-23", "5e-324", "2e-324",
		"1.7976931348623157e308", "0000000000000000000000001", "0.00000000000000000000000000001", "123456789012345678901234567890",
		"18446744073709551616", "9999999999999999999", "1e00000000000000000000001", "1e-99999999999", "1234567.1234567"}
	for range 30_000 {
		v := math.Float64frombits(r.Uint64())
		if math.IsNaN(v) || math.IsInf(v, 0) {
			continue
		}
		digits := r.IntN(22)
		texts = append(texts, strconv.FormatFloat(v, 'g', digits, 64), strconv.FormatFloat(r.NormFloat64(), "fe"[r.IntN(2)], digits, 64),
			fmt.Sprintf("%d.%de%d", r.IntN(1000), r.IntN(1_000_000), r.IntN(60)-30))
	}
	for _, text := range texts {
		want, err := strconv.ParseFloat(text, 64)
		v, n := parseDecimal([]byte(text + ",1"))
		if err != nil { // beyond the range after rounding
			if n != 0 {
				t.Errorf("%s: %v", text, v)
			}
			continue
		}
		if n != len(text) || math.Float64bits(v) != math.Float64bits(want) {
			t.Errorf("%s: %v of %d bytes, want %v", text, v, n, want)
		}
	}
	for _, text := range []string{"", "-", "+", ".", "-.", "e5", "1e", "1e+", "inf", "nan", "1e400", "x"} {
		if v, n := parseDecimal([]byte(text)); n != 0 {
			t.Errorf("%q: %v of %d bytes", text, v, n)
		}
	}
}
