package envs

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"
)

// maxDescription bounds the bytes of a description.
const maxDescription = 1 << 20

// DescriptionError is all that is wrong with the text of a description ([Definition.Description]),
// in the order of the text.
type DescriptionError struct {
	File     string // that the text was read from; "" if it was given as an option
	Problems []DescriptionProblem
}

// DescriptionProblem is one thing that is wrong. Line and Col count from 1, Col in characters.
type DescriptionProblem struct {
	Line, Col int
	Message   string
}

// Error has one line for each problem.
func (e *DescriptionError) Error() string {
	lines := make([]string, len(e.Problems))
	for i, p := range e.Problems {
		lines[i] = fmt.Sprintf("line %d, column %d: %s", p.Line, p.Col, p.Message)
		if e.File != "" {
			lines[i] = fmt.Sprintf("%s:%d:%d: %s", e.File, p.Line, p.Col, p.Message)
		}
	}
	return strings.Join(lines, "\n")
}

// IsFile says whether what stands in the place of an id is the path of a description: it ends in
// .yaml, .yml or .json, or begins with ./ or ../.
func IsFile(id string) bool {
	if strings.Contains(id, "\n") {
		return false
	}
	switch strings.ToLower(filepath.Ext(id)) {
	case ".yaml", ".yml", ".json":
		return true
	}
	path := filepath.ToSlash(id)
	return strings.HasPrefix(path, "./") || strings.HasPrefix(path, "../")
}

// ReadDescription replaces the path of a description by its text. An id that is a path ([IsFile])
// becomes the id of the definition that takes descriptions, and the text joins the options; instead,
// the option itself may hold the path. A relative path begins at dir. file is the path that was read,
// "" if there is none in id and options, which are then returned as they are. Line ends become "\n".
func ReadDescription(dir, id string, options map[string]any) (newID string, newOptions map[string]any, file string, err error) {
	d, found := described()
	switch path, _ := options[d.Description].(string); {
	case !found:
		return id, options, "", nil
	case IsFile(id) && options[d.Description] != nil:
		return "", nil, "", fmt.Errorf("%s describes an environment, and so does its option %s; give one of them", id, d.Description)
	case IsFile(id):
		file = id
	case id == d.ID && IsFile(path):
		file = path
	default:
		return id, options, "", nil
	}
	if !filepath.IsAbs(file) {
		file = filepath.Join(dir, file)
	}
	text, err := readDescription(file)
	if err != nil {
		return "", nil, "", fmt.Errorf("%s: %w; an environment is an id of `paretolab envs list`, or a file that describes it (`paretolab envs template` prints one)", file, err)
	}
	newOptions = maps.Clone(options)
	if newOptions == nil {
		newOptions = map[string]any{}
	}
	newOptions[d.Description] = text
	return d.ID, newOptions, file, nil
}

func readDescription(path string) (string, error) {
	info, err := os.Stat(path)
	var system *os.PathError
	switch {
	case errors.As(err, &system):
		return "", system.Err
	case err != nil:
		return "", err
	case !info.Mode().IsRegular():
		return "", errors.New("this is no file")
	case info.Size() > maxDescription:
		return "", fmt.Errorf("the file has %d bytes; a description has at most %d", info.Size(), maxDescription)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return "", err
	}
	if !utf8.Valid(text) {
		return "", errors.New("this is not a text file in UTF-8")
	}
	text = bytes.TrimPrefix(text, []byte("\ufeff"))
	return strings.ReplaceAll(string(text), "\r\n", "\n"), nil
}

// described returns the definition that takes descriptions.
func described() (Definition, bool) {
	registry.RLock()
	defer registry.RUnlock()
	for _, d := range registry.m {
		if d.Description != "" {
			return d, true
		}
	}
	return Definition{}, false
}

// Open is [Make] for an id as people write it: it may be the path of a description
// ([ReadDescription]), of which a *[DescriptionError] then names the file.
func Open(dir, id string, options map[string]any) (*Environment, error) {
	id, options, file, err := ReadDescription(dir, id, options)
	if err != nil {
		return nil, err
	}
	e, err := Make(id, options)
	var wrong *DescriptionError
	if file != "" && errors.As(err, &wrong) {
		return nil, &DescriptionError{file, wrong.Problems}
	}
	return e, err
}

// Template returns the description that stands for the option where none is given: one to copy
// and to change. It is "" if no definition takes descriptions.
func Template() string {
	d, _ := described()
	for _, o := range d.Options {
		if o.Name == d.Description {
			return o.Default.(string)
		}
	}
	return ""
}

// checkDescription panics unless the option that holds descriptions is one, of text, and no other
// definition takes descriptions. The registry is locked.
func (d *Definition) checkDescription() {
	if d.Description == "" {
		return
	}
	text := func(o Option) bool { _, ok := o.Default.(string); return ok && o.Name == d.Description }
	if !slices.ContainsFunc(d.Options, text) {
		panic("envs: " + d.ID + " has no text option " + d.Description)
	}
	for _, other := range registry.m {
		if other.Description != "" {
			panic("envs: " + d.ID + " and " + other.ID + " both take descriptions")
		}
	}
}
