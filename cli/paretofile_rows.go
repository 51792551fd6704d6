package cli

import (
	"bytes"
	"fmt"
	"runtime"
	"sync"
)

// minChunk is the size in bytes from which a part of a file is worth a goroutine.
const minChunk = 1 << 16

// chunk is a run of whole lines of a point file, read on its own.
type chunk struct {
	file   *pointFile
	part   span
	values []float64 // rows × objectives
	rows   []span
	lines  int // read, the one at fault included
	err    error
}

// readRows reads the rows from an offset on, before which there are so many lines. The error is the
// first in the file, and belongs to the line returned.
func (f *pointFile) readRows(start, line int) (int, error) {
	chunks := f.split(start, min(runtime.GOMAXPROCS(0), 1+(len(f.text)-start)/minChunk))
	var wait sync.WaitGroup
	for i := range chunks[1:] {
		wait.Go(chunks[i+1].read)
	}
	chunks[0].read()
	wait.Wait()
	f.front.X, f.rows = chunks[0].values, chunks[0].rows
	for i, c := range chunks {
		line += c.lines
		if c.err != nil {
			return line, c.err
		}
		if i > 0 {
			f.front.X, f.rows = append(f.front.X, c.values...), append(f.rows, c.rows...)
		}
	}
	return line, nil
}

// split cuts the text from an offset on into at most n parts of whole lines, at least one.
func (f *pointFile) split(start, n int) []chunk {
	var chunks []chunk
	for from, k := start, 1; k <= n; k++ {
		to := len(f.text)
		if k < n {
			to = start + (len(f.text)-start)/n*k
			if to = f.lineAt(max(from, to)).to; to < len(f.text) {
				to++
			}
		}
		chunks = append(chunks, chunk{file: f, part: span{from, to}})
		from = to
	}
	return chunks
}

// read reads the lines of c up to the first error.
func (c *chunk) read() {
	text := c.file.text[c.part.from:c.part.to]
	rows := 1 + bytes.Count(text, []byte{'\n'})
	c.rows = make([]span, 0, rows)
	c.values = make([]float64, 0, min(rows*c.file.front.M, len(text)/2+1)) // a value takes two bytes
	for offset := c.part.from; offset < c.part.to; {
		line := c.file.lineAt(offset)
		offset = line.to + 1
		c.lines++
		if c.readPlain(line) {
			continue
		}
		if c.err = c.readLine(line); c.err != nil {
			return
		}
	}
}

// readLine reads a row of any form, or nothing from a line without one.
func (c *chunk) readLine(line span) error {
	f := c.file
	part, err := f.content(line)
	if err != nil || part.from == part.to {
		return err
	}
	words, err := f.words(string(f.text[part.from:part.to]))
	if err != nil {
		return err
	}
	if len(words) != len(f.slots) {
		return fmt.Errorf("%s where line %d has %d; give every row one value per objective", plural(len(words), "column"), f.first, len(f.slots))
	}
	for j, column := range f.columns {
		v, err := parseNumber(words[column])
		if err != nil {
			return fmt.Errorf("%s %w, or leave the row out", f.columnName(j), err)
		}
		c.values = append(c.values, v)
	}
	c.rows = append(c.rows, part)
	return nil
}

// readPlain reads a row of decimal numbers, with ASCII text in the columns that are no objective: of
// words separated by commas or blanks, or of JSON with the keys in the order of the first line. It takes
// nothing and returns false for any other line.
func (c *chunk) readPlain(line span) bool {
	f := c.file
	part := f.trimBlanks(line)
	text := f.text[part.from:part.to]
	base := len(c.values)
	for range f.front.M {
		c.values = append(c.values, 0)
	}
	read := f.plainWords
	if f.form != wordLines {
		read = f.plainJSON
	}
	if !read(text, c.values[base:]) {
		c.values = c.values[:base]
		return false
	}
	c.rows = append(c.rows, part)
	return true
}

// plainWords sets values to the objectives of a plain row of words, and returns false for any other.
func (f *pointFile) plainWords(text []byte, values []float64) bool {
	commas := bytes.IndexByte(text, ',') >= 0
	at := 0
	for column, j := range f.slots {
		if column > 0 {
			if at = nextColumn(text, at, commas); at < 0 {
				return false
			}
		}
		n := 0
		if j < 0 {
			n = wordLength(text[at:], commas)
		} else {
			values[j], n = parseDecimal(text[at:])
		}
		if n == 0 && (j >= 0 || !commas) || n < 0 {
			return false
		}
		at += n
	}
	return at == len(text)
}

// trimBlanks is a line without the blanks and the carriage return around it.
func (f *pointFile) trimBlanks(line span) span {
	for line.from < line.to && isBlank(f.text[line.from]) {
		line.from++
	}
	for line.from < line.to && (isBlank(f.text[line.to-1]) || f.text[line.to-1] == '\r') {
		line.to--
	}
	return line
}

// nextColumn is where the column after a separator at an offset begins, -1 if there is none.
func nextColumn(text []byte, at int, commas bool) int {
	start := at
	at = skipBlanks(text, at)
	if !commas {
		if at == start {
			return -1
		}
		return at
	}
	if at == len(text) || text[at] != ',' {
		return -1
	}
	return skipBlanks(text, at+1)
}

// wordLength is the length of the word at the beginning of text, -1 unless it is plain ASCII.
func wordLength(text []byte, commas bool) int {
	for i, b := range text {
		switch {
		case commas && b == ',', !commas && isBlank(b):
			return i
		case b == '"', b == '#', b < ' ' && b != '\t', b >= 0x80:
			return -1
		}
	}
	return len(text)
}

func skipBlanks(text []byte, at int) int {
	for at < len(text) && isBlank(text[at]) {
		at++
	}
	return at
}

func isBlank(b byte) bool { return b == ' ' || b == '\t' }
