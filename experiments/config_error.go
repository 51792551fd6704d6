package experiments

import (
	"fmt"
	"slices"
	"strings"
)

// Problem is one thing that is wrong with a configuration.
type Problem struct {
	// File names where the value comes from: a file, a variable such as PARETOLAB_SEEDS, or a flag.
	File string
	// Line and Col count from 1; both are 0 where there is no text to point at.
	Line, Col int
	Message   string
}

func (p Problem) String() string {
	if p.Line == 0 {
		return p.File + ": " + p.Message
	}
	return fmt.Sprintf("%s:%d:%d: %s", p.File, p.Line, p.Col, p.Message)
}

// ConfigError is all that is wrong with a configuration, in the order of the file and then of the
// variables and flags.
type ConfigError struct {
	Problems []Problem
	cause    error
}

func (e *ConfigError) Error() string {
	lines := make([]string, len(e.Problems))
	for i, p := range e.Problems {
		lines[i] = p.String()
	}
	return strings.Join(lines, "\n")
}

// Unwrap returns the error of the operating system if the file could not be read.
func (e *ConfigError) Unwrap() error { return e.cause }

// position is where a value was written. The zero position is nowhere: a value set by Go code.
type position struct {
	file      string
	line, col int
}

// problems collects what is wrong. Nothing is said twice.
type problems struct {
	list []Problem
	said map[Problem]bool
}

func (p *problems) add(at position, format string, args ...any) {
	if at.file == "" {
		at.file = "configuration"
	}
	x := Problem{at.file, at.line, at.col, fmt.Sprintf(format, args...)}
	if p.said == nil {
		p.said = map[Problem]bool{}
	}
	if !p.said[x] {
		p.said[x] = true
		p.list = append(p.list, x)
	}
}

// err returns a *ConfigError, or nil if nothing is wrong.
func (p *problems) err() error {
	if len(p.list) == 0 {
		return nil
	}
	// What has a line is in the file; the rest keeps the order in which it was found.
	slices.SortStableFunc(p.list, func(a, b Problem) int {
		switch {
		case a.Line == 0 && b.Line == 0:
			return 0
		case a.Line == 0:
			return 1
		case b.Line == 0:
			return -1
		case a.Line != b.Line:
			return a.Line - b.Line
		}
		return a.Col - b.Col
	})
	return &ConfigError{Problems: p.list}
}
