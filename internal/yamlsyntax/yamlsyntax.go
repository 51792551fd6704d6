// Package yamlsyntax says where a text is not YAML.
package yamlsyntax

import (
	"regexp"
	"strconv"
)

var (
	located = regexp.MustCompile(`^yaml: (?:line (\d+): )?(.*)$`)
	// Of errors of its parser, as opposed to its scanner, yaml counts lines from 0.
	parserError = regexp.MustCompile(`^did not find expected (<.*>|node content|'-' indicator|key|',' or .*)$`)
)

// Where takes an error of go.yaml.in/yaml/v3 apart: the line, counted from 1, and the message
// without it. Without a line in the error it is the first.
func Where(err error) (line int, message string) {
	line, message = 1, err.Error()
	m := located.FindStringSubmatch(message)
	if m == nil {
		return line, message
	}
	message = m[2]
	if n, err := strconv.Atoi(m[1]); err == nil {
		line = n
		if parserError.MatchString(message) {
			line++
		}
	}
	return line, message
}
