package experiments

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"regexp"
	"sort"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/pelletier/go-toml/v2"
	"github.com/pelletier/go-toml/v2/unstable"
	"go.yaml.in/yaml/v3"

	"github.com/paretolab/paretolab/internal/yamlsyntax"
)

// Limits of what is read, far above any experiment and far below what would hurt.
const (
	maxConfigBytes = 16 << 20
	maxConfigNodes = 1 << 20 // also stops YAML aliases that multiply
	maxConfigKeys  = 10_000  // of one mapping
	maxConfigDepth = 64
)

type nodeKind int

const (
	nullNode nodeKind = iota
	boolNode
	intNode
	floatNode
	textNode
	listNode
	mapNode
)

// node is a value of a configuration with its position. YAML, TOML and JSON become the same nodes.
type node struct {
	kind  nodeKind
	text  string // of a scalar: as written, for text without quotes and escapes
	value any    // of a scalar: nil, bool, int, uint64 (above the ints), float64 or string
	list  []*node
	keys  []entry
	at    position
	// raw is the whole text of a value from a variable or a flag. Nothing is quoted there, so it is
	// taken as it stands where the schema wants text.
	raw *string
}

// entry is a key of a mapping with its value.
type entry struct {
	key   string
	at    position // of the key
	value *node
}

// get returns the value of a key, nil if there is none.
func (n *node) get(key string) *node {
	if e := n.entry(key); e != nil {
		return e.value
	}
	return nil
}

func (n *node) entry(key string) *entry {
	if n == nil {
		return nil
	}
	for i := range n.keys {
		if n.keys[i].key == key {
			return &n.keys[i]
		}
	}
	return nil
}

// set gives a key a value.
func (n *node) set(key string, at position, value *node) {
	if e := n.entry(key); e != nil {
		e.at, e.value = at, value
		return
	}
	n.keys = append(n.keys, entry{key, at, value})
}

// item returns an element of a list, nil if there is none.
func (n *node) item(i int) *node {
	if n == nil || i >= len(n.list) {
		return nil
	}
	return n.list[i]
}

// position is where a node was written, nowhere for a nil node.
func (n *node) position() position {
	if n == nil {
		return position{}
	}
	return n.at
}

// keyPosition is where a key was written, the mapping itself if it has no such key.
func (n *node) keyPosition(key string) position {
	if e := n.entry(key); e != nil {
		return e.at
	}
	return n.position()
}

// show gives a value as messages quote it.
func (n *node) show() string {
	switch n.kind {
	case listNode:
		return "a list"
	case mapNode:
		return "a mapping"
	case nullNode:
		return "empty"
	case textNode:
		return strconv.Quote(shorten(n.text))
	}
	return shorten(n.text)
}

// shorten cuts text that would fill a message.
func shorten(s string) string {
	const limit = 60
	if utf8.RuneCountInString(s) <= limit {
		return s
	}
	return string([]rune(s)[:limit]) + "…"
}

// plain returns a value as Go has it: nil, bool, int, uint64, float64, string, []any, map[string]any.
func (n *node) plain() any {
	switch n.kind {
	case listNode:
		list := make([]any, len(n.list))
		for i, x := range n.list {
			list[i] = x.plain()
		}
		return list
	case mapNode:
		m := make(map[string]any, len(n.keys))
		for _, e := range n.keys {
			m[e.key] = e.value.plain()
		}
		return m
	}
	return n.value
}

// parseNode reads a file. Problems of syntax end it, as what follows could not be trusted; duplicate
// keys and the like do not. It returns nil if there is nothing to go on with.
func parseNode(name string, data []byte, format string, p *problems) *node {
	if len(data) > maxConfigBytes {
		p.add(position{file: name}, "the file has %d bytes; a configuration has at most %d", len(data), maxConfigBytes)
		return nil
	}
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	s := &source{name: name, data: data, problems: p}
	if at, c, ok := s.firstNonText(); ok {
		p.add(at, "%s: this is not a text file in UTF-8", c)
		return nil
	}
	var root *node
	switch format {
	case "yaml":
		root = s.parseYAML()
	case "json":
		root = s.parseJSON()
	case "toml":
		root = s.parseTOML()
	default:
		p.add(position{file: name}, "%q is no format of configurations (yaml, json, toml)", format)
		return nil
	}
	switch {
	case s.failed:
		return nil
	case root == nil || root.kind == nullNode, root.kind == mapNode && len(root.keys) == 0:
		p.add(position{name, 1, 1}, "the configuration is empty; it begins with version: 1 and name: …")
		return nil
	case root.kind != mapNode:
		p.add(root.at, "a configuration is a mapping of keys to values, not %s", root.describe())
		return nil
	}
	return root
}

// describe gives the kind of a value, with the value where it is short.
func (n *node) describe() string {
	switch n.kind {
	case listNode, mapNode:
		return n.show()
	case nullNode:
		return "nothing"
	}
	return "the value " + n.show()
}

// source is a text that is being parsed.
type source struct {
	name string
	data []byte
	*problems
	failed bool
	nodes  int
	lines  []int // offsets at which lines begin
}

func (s *source) fail(at position, format string, args ...any) *node {
	if !s.failed {
		s.add(at, format, args...)
	}
	s.failed = true
	return nil
}

// at returns the position of an offset in bytes.
func (s *source) at(offset int) position {
	if s.lines == nil {
		s.lines = []int{0}
		for i, c := range s.data {
			if c == '\n' {
				s.lines = append(s.lines, i+1)
			}
		}
	}
	offset = min(max(offset, 0), len(s.data))
	line := sort.Search(len(s.lines), func(i int) bool { return s.lines[i] > offset })
	return position{s.name, line, 1 + utf8.RuneCount(s.data[s.lines[line-1]:offset])}
}

// firstNonText finds what no text file holds: bytes that are not UTF-8, control characters.
func (s *source) firstNonText() (position, string, bool) {
	for i := 0; i < len(s.data); {
		r, n := utf8.DecodeRune(s.data[i:])
		switch {
		case r == utf8.RuneError && n <= 1:
			return s.at(i), fmt.Sprintf("byte 0x%02x", s.data[i]), true
		case r < ' ' && r != '\n' && r != '\r' && r != '\t', r == 0x7f, r == 0xfeff:
			return s.at(i), fmt.Sprintf("character %U", r), true
		}
		i += n
	}
	return position{}, "", false
}

// admit counts a node and its depth.
func (s *source) admit(at position, depth int) bool {
	s.nodes++
	switch {
	case s.failed:
		return false
	case depth > maxConfigDepth:
		s.fail(at, "values are nested more than %d deep", maxConfigDepth)
	case s.nodes > maxConfigNodes:
		s.fail(at, "more than %d values", maxConfigNodes)
	}
	return !s.failed
}

// put adds a key to a mapping unless the mapping has it.
func (s *source) put(m *node, e entry) {
	if first := m.entry(e.key); first != nil {
		s.add(e.at, "key %q is given twice, first in line %d", e.key, first.at.line)
		return
	}
	if len(m.keys) == maxConfigKeys {
		s.fail(e.at, "a mapping has more than %d keys", maxConfigKeys)
	}
	m.keys = append(m.keys, e)
}

// number reads an integer or a floating-point number as written in TOML or JSON.
func number(text string) (nodeKind, any) {
	plain := strings.ReplaceAll(text, "_", "")
	if i, err := strconv.ParseInt(plain, 0, 64); err == nil {
		return intNode, int(i)
	}
	if u, err := strconv.ParseUint(plain, 0, 64); err == nil {
		return intNode, u
	}
	f, err := strconv.ParseFloat(plain, 64)
	if err != nil && !math.IsInf(f, 0) {
		return textNode, text
	}
	return floatNode, f
}

// parseYAML reads one document. yaml.Unmarshal reads the first and ignores the rest, so it is
// decoded as a stream.
func (s *source) parseYAML() *node {
	dec := yaml.NewDecoder(bytes.NewReader(s.data))
	var doc, more yaml.Node
	err := dec.Decode(&doc)
	if err == nil {
		if err = dec.Decode(&more); err == nil {
			return s.fail(position{s.name, max(1, more.Line), max(1, more.Column)}, "a second document begins here; a file is one configuration")
		}
	}
	if err != nil && !errors.Is(err, io.EOF) {
		line, message := yamlsyntax.Where(err)
		return s.fail(position{s.name, line, 1}, "not YAML: %s", message)
	}
	if doc.Kind != yaml.DocumentNode || len(doc.Content) == 0 {
		return nil
	}
	return s.fromYAML(doc.Content[0], 0)
}

var octalLook = regexp.MustCompile(`^[-+]?0[0-9_]+$`)

func (s *source) fromYAML(y *yaml.Node, depth int) *node {
	n := &node{at: position{s.name, y.Line, y.Column}}
	if !s.admit(n.at, depth) {
		return nil
	}
	switch y.Kind {
	case yaml.AliasNode:
		if n = s.fromYAML(y.Alias, depth+1); n != nil {
			n.at = position{s.name, y.Line, y.Column}
		}
		return n
	case yaml.SequenceNode:
		n.kind = listNode
		for _, c := range y.Content {
			x := s.fromYAML(c, depth+1)
			if x == nil {
				return nil
			}
			n.list = append(n.list, x)
		}
	case yaml.MappingNode:
		n.kind = mapNode
		for i := 0; i+1 < len(y.Content); i += 2 {
			k := y.Content[i]
			at := position{s.name, k.Line, k.Column}
			if k.Kind != yaml.ScalarNode {
				return s.fail(at, "a key is text, not a list, a mapping or an alias")
			}
			value := s.fromYAML(y.Content[i+1], depth+1)
			if value == nil {
				return nil
			}
			s.put(n, entry{k.Value, at, value})
		}
	default:
		n.text = y.Value
		switch y.ShortTag() {
		case "!!null":
			n.kind = nullNode
		case "!!str", "!!timestamp":
			n.kind, n.value = textNode, y.Value
		case "!!bool", "!!int", "!!float":
			if octalLook.MatchString(y.Value) {
				return s.fail(n.at, "%s begins with 0, by which YAML means base 8; leave the 0 out, or write 0o for base 8", y.Value)
			}
			if err := y.Decode(&n.value); err != nil {
				return s.fail(n.at, "%s cannot be read: %s", strconv.Quote(shorten(y.Value)), strings.TrimPrefix(err.Error(), "yaml: "))
			}
			switch x := n.value.(type) {
			case bool:
				n.kind = boolNode
			case int64:
				n.kind, n.value = intNode, int(x)
			case int, uint64:
				n.kind = intNode
			default:
				n.kind = floatNode
			}
		default:
			return s.fail(n.at, "the tag %s has no meaning here", y.ShortTag())
		}
	}
	return n
}

// parseJSON reads twice: once for errors with their positions, once token by token for the positions
// of values. (JSON is nearly YAML, but for surrogate pairs and some escapes.)
func (s *source) parseJSON() *node {
	if len(bytes.TrimSpace(s.data)) == 0 {
		return nil
	}
	var whole json.RawMessage
	if err := json.Unmarshal(s.data, &whole); err != nil {
		at := position{s.name, 1, 1}
		var syntax *json.SyntaxError
		if errors.As(err, &syntax) {
			at = s.at(int(syntax.Offset) - 1)
		}
		return s.fail(at, "not JSON: %v", err)
	}
	dec := json.NewDecoder(bytes.NewReader(s.data))
	dec.UseNumber()
	return s.fromJSON(dec, 0)
}

// tokenJSON returns the next token with its position.
func (s *source) tokenJSON(dec *json.Decoder) (json.Token, position) {
	i := int(dec.InputOffset())
	for i < len(s.data) && strings.IndexByte(" \t\r\n,:", s.data[i]) >= 0 {
		i++
	}
	t, err := dec.Token()
	if err != nil {
		s.fail(s.at(i), "not JSON: %v", err)
	}
	return t, s.at(i)
}

func (s *source) fromJSON(dec *json.Decoder, depth int) *node {
	t, at := s.tokenJSON(dec)
	if s.failed || !s.admit(at, depth) {
		return nil
	}
	n := &node{at: at, value: t}
	switch x := t.(type) {
	case nil:
		n.kind, n.text = nullNode, "null"
	case bool:
		n.kind, n.text = boolNode, strconv.FormatBool(x)
	case json.Number:
		n.text = x.String()
		n.kind, n.value = number(n.text)
	case string:
		n.kind, n.text = textNode, x
	case json.Delim:
		n.kind, n.value = listNode, nil
		if x == '{' {
			n.kind = mapNode
		}
		for dec.More() {
			var key entry
			if n.kind == mapNode {
				t, at := s.tokenJSON(dec)
				if s.failed {
					return nil
				}
				key.key, _ = t.(string)
				key.at = at
			}
			value := s.fromJSON(dec, depth+1)
			if value == nil {
				return nil
			}
			if key.value = value; n.kind == mapNode {
				s.put(n, key)
			} else {
				n.list = append(n.list, value)
			}
		}
		if s.tokenJSON(dec); s.failed {
			return nil
		}
	}
	return n
}

// parseTOML reads twice: the decoder knows what TOML forbids, the parser knows the positions.
func (s *source) parseTOML() *node {
	var ignored map[string]any
	if err := toml.Unmarshal(s.data, &ignored); err != nil {
		at, message := position{s.name, 1, 1}, err.Error()
		var where *toml.DecodeError
		if errors.As(err, &where) {
			at.line, at.col = where.Position()
		}
		return s.fail(at, "not TOML: %s", strings.TrimPrefix(message, "toml: "))
	}
	root := &node{kind: mapNode, at: position{s.name, 1, 1}}
	table := root
	p := unstable.Parser{}
	p.Reset(s.data)
	for p.NextExpression() {
		e := p.Expression()
		key := e.Key()
		switch e.Kind {
		case unstable.Table:
			table = s.descend(&p, root, &key, false)
		case unstable.ArrayTable:
			table = s.descend(&p, root, &key, true)
		case unstable.KeyValue:
			s.assignTOML(&p, table, e, 0)
		}
		if s.failed {
			return nil
		}
	}
	if err := p.Error(); err != nil {
		return s.fail(position{s.name, 1, 1}, "not TOML: %v", err)
	}
	return root
}

// descend follows a dotted key through tables, making what is missing; of a list of tables it takes
// the last one, or adds one.
func (s *source) descend(p *unstable.Parser, from *node, key *unstable.Iterator, add bool) *node {
	for key.Next() {
		k := key.Node()
		name, at := string(k.Data), s.at(int(k.Raw.Offset))
		next := from.get(name)
		if next == nil {
			next = &node{kind: mapNode, at: at}
			if add && key.IsLast() {
				next.kind = listNode
			}
			from.keys = append(from.keys, entry{name, at, next})
		}
		if next.kind == listNode {
			if add && key.IsLast() || len(next.list) == 0 {
				next.list = append(next.list, &node{kind: mapNode, at: at})
			}
			next = next.list[len(next.list)-1]
		}
		if next.kind != mapNode || !s.admit(at, 0) {
			s.fail(at, "not TOML: %s is no table", name)
			return from
		}
		from = next
	}
	return from
}

// assignTOML puts key = value into a table.
func (s *source) assignTOML(p *unstable.Parser, table *node, e *unstable.Node, depth int) {
	key := e.Key()
	for key.Next() {
		k := key.Node()
		at := s.at(int(k.Raw.Offset))
		if key.IsLast() {
			if v := s.fromTOML(p, e.Value(), at, depth); v != nil {
				s.put(table, entry{string(k.Data), at, v})
			}
			return
		}
		next := table.get(string(k.Data))
		if next == nil {
			next = &node{kind: mapNode, at: at}
			table.keys = append(table.keys, entry{string(k.Data), at, next})
		}
		table = next
	}
}

// fromTOML reads a value. Lists and inline tables carry no position of their own: theirs is that of
// the key.
func (s *source) fromTOML(p *unstable.Parser, v *unstable.Node, key position, depth int) *node {
	n := &node{at: key, text: string(v.Data)}
	if v.Raw.Length > 0 {
		n.at = s.at(int(v.Raw.Offset))
	}
	if !s.admit(n.at, depth) {
		return nil
	}
	switch v.Kind {
	case unstable.Array:
		n.kind, n.text = listNode, ""
		for it := v.Children(); it.Next(); {
			x := s.fromTOML(p, it.Node(), key, depth+1)
			if x == nil {
				return nil
			}
			n.list = append(n.list, x)
		}
	case unstable.InlineTable:
		n.kind, n.text = mapNode, ""
		for it := v.Children(); it.Next(); {
			s.assignTOML(p, n, it.Node(), depth+1)
			if s.failed {
				return nil
			}
		}
	case unstable.Bool:
		n.kind, n.value = boolNode, n.text == "true"
	case unstable.Integer, unstable.Float:
		n.kind, n.value = number(n.text)
	default: // text, and dates, which no key takes
		n.kind, n.value = textNode, n.text
	}
	return n
}
