package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/paretolab/paretolab/internal/didyoumean"
)

// readObject returns the keys of a JSON object in their order, and the JSON text of their values.
func readObject(text string) (keys, words []string, err error) {
	d := json.NewDecoder(strings.NewReader(text))
	if err := openJSON(d, text, '{', "an object"); err != nil {
		return nil, nil, err
	}
	for d.More() {
		token, err := d.Token()
		if err != nil {
			return nil, nil, jsonFault(text, err)
		}
		key, _ := token.(string) // the decoder allows nothing else
		word, err := readValue(d)
		if err != nil {
			return nil, nil, jsonFault(text, err)
		}
		if slices.Contains(keys, key) {
			return nil, nil, fmt.Errorf("%s stands twice in the object; give each key once", key)
		}
		keys, words = append(keys, key), append(words, word)
	}
	return keys, words, closeJSON(d, text)
}

// objectWords returns the values of a JSON object in the order of keys, those of the line first. A
// value that the object lacks is empty.
func objectWords(text string, keys []string, first int) ([]string, error) {
	found, values, err := readObject(text)
	if err != nil {
		return nil, err
	}
	if slices.Equal(found, keys) {
		return values, nil
	}
	words := make([]string, len(keys))
	for i, key := range found {
		column := slices.Index(keys, key)
		if column < 0 {
			return nil, fmt.Errorf("key %q is not in line %d%s", key, first,
				didyoumean.Question(didyoumean.Nearest(key, keys), "give every object the same keys"))
		}
		words[column] = values[i]
	}
	return words, nil
}

// readArray returns the JSON text of the values of an array.
func readArray(text string) ([]string, error) {
	d := json.NewDecoder(strings.NewReader(text))
	if err := openJSON(d, text, '[', "an array"); err != nil {
		return nil, err
	}
	var words []string
	for d.More() {
		word, err := readValue(d)
		if err != nil {
			return nil, jsonFault(text, err)
		}
		words = append(words, word)
	}
	return words, closeJSON(d, text)
}

// plainJSON sets values to the objectives of a plain array, or of a plain object with the keys of the
// first line in their order, and returns false for any other text: what is not a number is without
// escapes, blanks are spaces and tabs, and nothing is nested.
func (f *pointFile) plainJSON(text []byte, values []float64) bool {
	opening, closing := byte('['), byte(']')
	if f.form == objectLines {
		opening, closing = '{', '}'
	}
	separator, at := opening, 0
	for column, j := range f.slots {
		if at = afterByte(text, at, separator); at < 0 {
			return false
		}
		separator = ','
		if f.form == objectLines {
			n := plainString(text[at:])
			if n == 0 || string(text[at+1:at+n-1]) != f.keys[column] {
				return false
			}
			if at = afterByte(text, at+n, ':'); at < 0 {
				return false
			}
		}
		v, n := parseDecimal(text[at:])
		switch {
		case n > 0 && !isPlainNumber(text[at:at+n]), n == 0 && j >= 0:
			return false
		case n == 0:
			if n = plainString(text[at:]); n == 0 {
				return false
			}
		case j >= 0:
			values[j] = v
		}
		at = skipBlanks(text, at+n)
	}
	return at == len(text)-1 && text[at] == closing
}

// afterByte is where the text goes on after blanks, a byte and more blanks, -1 if that is another byte.
func afterByte(text []byte, at int, want byte) int {
	at = skipBlanks(text, at)
	if at == len(text) || text[at] != want {
		return -1
	}
	return skipBlanks(text, at+1)
}

// plainString is the length of the JSON string that text begins with, quotation marks included, 0 unless
// it is of printable ASCII without escapes.
func plainString(text []byte) int {
	if len(text) == 0 || text[0] != '"' {
		return 0
	}
	for i, b := range text[1:] {
		switch {
		case b == '"':
			return i + 2
		case b == '\\', b < ' ', b >= 0x7f:
			return 0
		}
	}
	return 0
}

// isPlainNumber says whether a decimal number is one of JSON, which knows no plus sign, no leading zeros
// and no lone point.
func isPlainNumber(text []byte) bool {
	digit := func(i int) bool { return i < len(text) && '0' <= text[i] && text[i] <= '9' }
	i := 0
	if text[0] == '-' {
		i++
	}
	point := bytes.IndexByte(text, '.')
	return digit(i) && !(text[i] == '0' && digit(i+1)) && (point < 0 || digit(point+1))
}

// openJSON reads the delimiter that begins what is wanted.
func openJSON(d *json.Decoder, text string, want json.Delim, what string) error {
	token, err := d.Token()
	if err != nil {
		return jsonFault(text, err)
	}
	if token != want {
		return fmt.Errorf("not %s, as the first line is; write all lines alike", what)
	}
	return nil
}

// closeJSON reads the closing delimiter, after which nothing may follow.
func closeJSON(d *json.Decoder, text string) error {
	if _, err := d.Token(); err != nil {
		return jsonFault(text, err)
	}
	if _, err := d.Token(); err != io.EOF {
		return jsonFault(text, errors.New("more than one value"))
	}
	return nil
}

// readValue returns the JSON text of the next value, nothing for null.
func readValue(d *json.Decoder) (string, error) {
	var raw json.RawMessage
	if err := d.Decode(&raw); err != nil {
		return "", err
	}
	if string(raw) == "null" {
		return "", nil
	}
	return string(raw), nil
}

// jsonFault says where text is no JSON, counting bytes from 1.
func jsonFault(text string, err error) error {
	var fault *json.SyntaxError
	var raw json.RawMessage
	if errors.As(json.Unmarshal([]byte(text), &raw), &fault) {
		return fmt.Errorf("column %d: not JSON: %w; write one object or array per line", fault.Offset, fault)
	}
	return fmt.Errorf("not JSON: %w; write one object or array per line", err)
}
