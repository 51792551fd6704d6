package cli

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/paretolab/paretolab/pareto"
)

// maxLine is the length in bytes of the longest line of a point file.
const maxLine = 1 << 20

// pointFile is a file of value vectors, one per line, in the user's own signs.
type pointFile struct {
	path    string
	header  string   // its line, "" if there is none
	names   []string // of the objectives, nil without a header
	lines   []string // text of each row, less comments
	columns []int    // of the objectives in a line
	width   int      // columns of a line
	first   int      // line of the header, or of the first row without one
	front   pareto.Front
}

// readPoints reads a point file; "-" is standard input. It has at least one row, and its values
// are finite.
func (a *app) readPoints(path string) (*pointFile, error) {
	f := &pointFile{path: path}
	in := a.in
	if path == "-" {
		f.path = "standard input"
	} else {
		file, err := os.Open(path)
		if err != nil {
			return nil, usagef("%w; give a file of value vectors, or - for standard input", err)
		}
		defer file.Close()
		if info, err := file.Stat(); err == nil && info.IsDir() {
			return nil, usagef("%s is a directory; name a file of value vectors in it, such as front.csv", path)
		}
		in = file
	}
	scan := bufio.NewScanner(in)
	scan.Buffer(nil, maxLine)
	line := 0
	for scan.Scan() {
		line++
		if err := f.readLine(line, scan.Text()); err != nil {
			return nil, usagef("%s:%d: %w", f.path, line, err)
		}
	}
	if err := scan.Err(); errors.Is(err, bufio.ErrTooLong) {
		return nil, usagef("%s:%d: longer than %d bytes; give a text file with one value vector per line", f.path, line+1, maxLine)
	} else if err != nil {
		return nil, usagef("%s:%d: %w", f.path, line+1, err)
	}
	if f.front.Len() == 0 {
		return nil, usagef("%s: no value vectors; give one per line, its values separated by commas or white space", f.path)
	}
	return f, nil
}

// readLine reads a row, the header, or nothing.
func (f *pointFile) readLine(line int, text string) error {
	if !utf8.ValidString(text) || strings.ContainsRune(text, 0) {
		return errors.New("not UTF-8 text; save the value vectors as CSV, or separated by white space")
	}
	if line == 1 {
		text = strings.TrimPrefix(text, "\ufeff") // byte order mark
	}
	text, _, _ = strings.Cut(text, "#")
	text = strings.TrimSpace(text)
	if text == "" {
		return nil
	}
	words, err := splitColumns(text)
	if err != nil {
		return fmt.Errorf("%s: %w; close every quotation mark", text, err)
	}
	if f.first == 0 {
		f.first, f.width = line, len(words)
		if f.columns = allColumns(words); !slices.ContainsFunc(words, isNumber) {
			f.header = text
			return f.readHeader(words)
		}
	}
	if len(words) != f.width {
		return fmt.Errorf("%s where line %d has %d; give every row one value per objective", plural(len(words), "column"), f.first, f.width)
	}
	f.front.M = len(f.columns)
	for j, column := range f.columns {
		v, err := parseNumber(words[column])
		if err != nil {
			return fmt.Errorf("%s %w, or leave the row out", f.columnName(j), err)
		}
		f.front.X = append(f.front.X, v)
	}
	f.lines = append(f.lines, text)
	return nil
}

// readHeader finds the objectives: not the policy, its number of episodes and the standard errors
// of a run's front.csv, nor a column without a name, as data frames give their index.
func (f *pointFile) readHeader(words []string) error {
	f.columns = slices.DeleteFunc(f.columns, func(column int) bool {
		name := words[column]
		of, isError := strings.CutPrefix(name, "se_")
		return name == "" || name == "policy" || name == "episodes" || isError && slices.Contains(words, of)
	})
	if len(f.columns) == 0 {
		return fmt.Errorf("the header %q names no objective; give one column per objective", f.header)
	}
	for _, column := range f.columns {
		f.names = append(f.names, words[column])
	}
	return nil
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

func allColumns(words []string) []int {
	columns := make([]int, len(words))
	for i := range columns {
		columns[i] = i
	}
	return columns
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
	return fmt.Sprintf("%d %ss", n, noun)
}
