package cli

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/paretolab/paretolab/internal/didyoumean"
	"github.com/paretolab/paretolab/pareto"
)

// maxLine is the length in bytes of the longest line of a point file.
const maxLine = 1 << 20

// errLongLine is the fault of a line beyond maxLine.
var errLongLine = fmt.Errorf("longer than %d bytes; give a text file with one value vector per line", maxLine)

// byteOrderMark may stand before the text of a file.
var byteOrderMark = []byte("\ufeff")

// pointFile is a file of value vectors, one per line, in the user's own signs.
type pointFile struct {
	path    string
	text    []byte
	form    lineForm
	header  string   // its line, "" if there is none
	names   []string // of the objectives, nil if nothing names them
	rows    []span   // of text, less comments
	keys    []string // of the columns of JSON objects
	columns []int    // of the objectives in a line
	slots   []int    // objective of each column of a line, -1 for none
	first   int      // line of the header, or of the first row without one
	front   pareto.Front
}

// lineForm is how the lines of a file are written.
type lineForm int

const (
	wordLines   lineForm = iota // values separated by commas or white space
	objectLines                 // JSON objects
	arrayLines                  // JSON arrays
)

// span is a part of the text of a file.
type span struct{ from, to int }

// readPoints reads a point file; "-" is standard input. The objectives are the columns given, in
// that order, by name or, where nothing names them, by number counting from 1; without any, all that
// are none of the columns beside the objectives that a front.csv has. The file has at least one row,
// and its values are finite.
func (a *app) readPoints(path string, columns ...string) (*pointFile, error) {
	in, name, size, err := a.openText(path, "value vectors", "front.csv")
	if err != nil {
		return nil, err
	}
	defer in.Close()
	text, fault := readText(in, size)
	f := &pointFile{path: name, text: bytes.TrimPrefix(text, byteOrderMark)}
	start, line, err := f.readLayout(columns)
	if err == nil {
		line, err = f.readRows(start, line)
	}
	switch {
	case err != nil:
		return nil, usagef("%s:%d: %w", f.path, line, err)
	case fault != nil:
		return nil, usagef("%s:%d: %w", f.path, 1+bytes.Count(text, []byte{'\n'}), fault)
	case f.front.Len() == 0:
		return nil, usagef("%s: no value vectors; give one per line, its values separated by commas or white space", f.path)
	}
	return f, nil
}

// openText opens a file of some content, such as example; "-" is standard input. It returns what
// messages call the file and its size in bytes, 0 if unknown.
func (a *app) openText(path, content, example string) (in io.ReadCloser, name string, size int64, err error) {
	if path == "-" {
		return io.NopCloser(a.in), "standard input", 0, nil
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, "", 0, usagef("%w; give a file of %s, or - for standard input", err, content)
	}
	info, err := file.Stat()
	switch {
	case err != nil:
	case info.IsDir():
		file.Close()
		return nil, "", 0, usagef("%s is a directory; name a file of %s in it, such as %s", path, content, example)
	case info.Mode().IsRegular():
		size = info.Size()
	}
	return file, path, size, nil
}

// readText reads in, of which about size bytes are expected, to its end. If reading fails or a line
// is longer than maxLine, it returns the whole lines before that place.
func readText(in io.Reader, size int64) ([]byte, error) {
	text := make([]byte, 0, 4096+min(size, 1<<30))
	whole := 0 // bytes of whole lines
	for {
		if len(text) == cap(text) {
			text = slices.Grow(text, len(text))
		}
		n, err := in.Read(text[len(text):cap(text)])
		read := len(text)
		text = text[:read+n]
		if k := bytes.LastIndexByte(text[read:], '\n'); k >= 0 {
			whole = read + k + 1
		}
		switch {
		case err == io.EOF:
			return text, nil
		case err != nil:
			return text[:whole], err
		case len(text)-whole > maxLine:
			return text[:whole], errLongLine
		}
	}
}

// lineAt is the line that begins at an offset, without its newline.
func (f *pointFile) lineAt(offset int) span {
	if n := bytes.IndexByte(f.text[offset:], '\n'); n >= 0 {
		return span{offset, offset + n}
	}
	return span{offset, len(f.text)}
}

// content is a line less its comment and the white space around it.
func (f *pointFile) content(line span) (span, error) {
	text := f.text[line.from:line.to]
	if len(text) > maxLine {
		return span{}, errLongLine
	}
	if !utf8.Valid(text) || bytes.IndexByte(text, 0) >= 0 {
		return span{}, errors.New("not UTF-8 text; save the value vectors as CSV, or separated by white space")
	}
	text = bytes.TrimLeftFunc(text, unicode.IsSpace)
	from := line.to - len(text)
	isJSON := f.form != wordLines || f.first == 0 && formOf(text) != wordLines
	if k := bytes.IndexByte(text, '#'); k == 0 || k > 0 && !isJSON {
		text = text[:k]
	}
	return span{from, from + len(bytes.TrimRightFunc(text, unicode.IsSpace))}, nil
}

// formOf is the form of a file whose first line is text.
func formOf(text []byte) lineForm {
	switch {
	case bytes.HasPrefix(text, []byte("{")):
		return objectLines
	case bytes.HasPrefix(text, []byte("[")):
		return arrayLines
	}
	return wordLines
}

// readLayout finds the form of the lines and the columns of the objectives. It returns the offset
// of the first row and the number of lines before it; if it fails, the number of the line at fault.
func (f *pointFile) readLayout(wanted []string) (start, line int, err error) {
	for start < len(f.text) {
		whole := f.lineAt(start)
		part, err := f.content(whole)
		if err != nil {
			return 0, line + 1, err
		}
		next := min(whole.to+1, len(f.text))
		if part.from == part.to {
			start, line = next, line+1
			continue
		}
		text := string(f.text[part.from:part.to])
		f.form = formOf([]byte(text))
		f.first = line + 1
		words, names, err := f.firstWords(text)
		if err == nil {
			err = f.chooseColumns(text, words, names, wanted)
		}
		if err != nil {
			return 0, f.first, err
		}
		if f.header != "" {
			start, line = next, line+1
		}
		return start, line, nil
	}
	return start, line, nil
}

// firstWords splits the first line and returns the names of its columns, nil if it gives none.
func (f *pointFile) firstWords(text string) (words, names []string, err error) {
	if f.form == objectLines {
		f.keys, words, err = readObject(text)
		return words, f.keys, err
	}
	if words, err = f.words(text); err != nil || f.form == arrayLines || slices.ContainsFunc(words, isNumber) {
		return words, nil, err
	}
	f.header = text
	return words, words, nil
}

// words splits a row into its columns.
func (f *pointFile) words(text string) (words []string, err error) {
	switch f.form {
	case objectLines:
		return objectWords(text, f.keys, f.first)
	case arrayLines:
		return readArray(text)
	}
	if words, err = splitColumns(text); err != nil {
		return nil, fmt.Errorf("%s: %w; close every quotation mark", text, err)
	}
	return words, nil
}

// chooseColumns finds the objectives among the columns of the first line: those wanted, else all of
// them but the policy, its number of episodes and the standard errors of a run's front.csv, and a
// column without a name, as data frames give their index.
func (f *pointFile) chooseColumns(text string, words, names, wanted []string) error {
	for column := range words {
		if names == nil || isObjective(names[column], names) {
			f.columns = append(f.columns, column)
		}
	}
	if len(wanted) > 0 {
		f.columns = nil
	}
	for _, word := range wanted {
		column, err := findColumn(strings.TrimSpace(word), len(words), names)
		if err != nil {
			return err
		}
		if slices.Contains(f.columns, column) {
			return fmt.Errorf("--columns names %s twice; give each column once", word)
		}
		f.columns = append(f.columns, column)
	}
	if len(f.columns) == 0 {
		return fmt.Errorf("%q names no objective; give one column per objective", text)
	}
	f.front.M = len(f.columns)
	f.slots = slices.Repeat([]int{-1}, len(words))
	for j, column := range f.columns {
		f.slots[column] = j
		if names != nil {
			f.names = append(f.names, names[column])
		}
	}
	return nil
}

// isObjective says whether the column of a name holds an objective.
func isObjective(name string, names []string) bool {
	of, isError := strings.CutPrefix(name, "se_")
	return name != "" && name != "policy" && name != "episodes" && !(isError && slices.Contains(names, of))
}

// findColumn is the column that a word of --columns means: a name, or a number from 1 to width if
// there are no names.
func findColumn(word string, width int, names []string) (int, error) {
	if names == nil {
		k, err := strconv.Atoi(word)
		if err != nil {
			return 0, fmt.Errorf("--columns has %q, but the file has no header; give numbers from 1 to %d", word, width)
		}
		if k < 1 || k > width {
			return 0, fmt.Errorf("--columns has %d, but there are %s; count from 1", k, plural(width, "column"))
		}
		return k - 1, nil
	}
	k := slices.Index(names, word)
	if k < 0 {
		return 0, fmt.Errorf("--columns has %q, which is not among the columns%s", word,
			didyoumean.Question(didyoumean.Nearest(word, names), strings.Join(names, ", ")))
	}
	return k, nil
}

// line is the text of a row.
func (f *pointFile) line(row int) []byte {
	return f.text[f.rows[row].from:f.rows[row].to]
}

// columnName is what messages call objective j: its name, or its column counting from 1.
func (f *pointFile) columnName(j int) string {
	if f.names != nil {
		return f.names[j]
	}
	return fmt.Sprintf("column %d", f.columns[j]+1)
}

// objectives says how many there are, with their names if known.
func (f *pointFile) objectives() string {
	text := plural(f.front.M, "objective")
	if f.names != nil {
		text += " (" + strings.Join(f.names, ", ") + ")"
	}
	return text
}

// splitColumns splits a line at its commas, or at white space if it has none.
func splitColumns(line string) ([]string, error) {
	if strings.Contains(line, `"`) {
		r := csv.NewReader(strings.NewReader(line))
		r.TrimLeadingSpace = true
		return r.Read()
	}
	if !strings.Contains(line, ",") {
		return strings.Fields(line), nil
	}
	words := strings.Split(line, ",")
	for i, word := range words {
		words[i] = strings.TrimSpace(word)
	}
	return words, nil
}

func isNumber(word string) bool {
	_, err := strconv.ParseFloat(word, 64)
	return err == nil || errors.Is(err, strconv.ErrRange)
}

// parseNumber reads a finite number. The error continues a sentence that begins with the place.
func parseNumber(word string) (float64, error) {
	v, err := strconv.ParseFloat(word, 64)
	switch {
	case word == "":
		return 0, errors.New("has no value; give a number")
	case errors.Is(err, strconv.ErrRange):
		return 0, fmt.Errorf("is %s, beyond the range of float64; divide by a typical value", word)
	case err != nil:
		return 0, fmt.Errorf("is %q, not a number; separate numbers like 0.5 or 1e-3 by commas or white space", word)
	case math.IsNaN(v) || math.IsInf(v, 0):
		return 0, fmt.Errorf("is %s; give a finite number", word)
	}
	return v, nil
}

// plural writes n and a noun in the right number.
func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	if stem, ok := strings.CutSuffix(noun, "y"); ok {
		return fmt.Sprintf("%d %sies", n, stem)
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
