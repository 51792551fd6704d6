package experiments

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/paretolab/paretolab/internal/didyoumean"
)

// The schema of configurations is the struct tree below [Config]; that of an algorithm's settings is
// its own struct. Every exported field with the tag "key" is a key of a mapping:
//
//	key       name, lower_snake_case
//	doc       what it means
//	unit      unit of a number
//	range     what is legal: "[0,1]", "(0,inf)", ">=1", of a list for each element; "a|b|c" for text,
//	          "any" for text that may be anything
//	default   default as YAML; of settings, the preset's value takes its place
//	required  "true" if there is no default
//	short     of a mapping: the key that a plain value stands for
//	alias     a second path to the same value
//	later     of a setting: "true" if its zero value is no part of an item's identity
//
// Decoding, checks, messages and [Explain] are all made from these.

// schemaField is a key of a mapping.
type schemaField struct {
	key, doc, unit string
	def            string // default as YAML, "" if none
	short, alias   string
	required       bool
	later          bool
	limits         limits
	index          []int // of the field, through embedded structs
	typ            reflect.Type
}

var schemaCache sync.Map // reflect.Type to []schemaField

// schemaFields lists the keys of a struct in order, those of embedded structs in their place.
func schemaFields(t reflect.Type) []schemaField {
	if known, ok := schemaCache.Load(t); ok {
		return known.([]schemaField)
	}
	var fields []schemaField
	for i := range t.NumField() {
		f := t.Field(i)
		if f.Anonymous && f.Type.Kind() == reflect.Struct {
			for _, inner := range schemaFields(f.Type) {
				inner.index = append([]int{i}, inner.index...)
				fields = append(fields, inner)
			}
			continue
		}
		key := f.Tag.Get("key")
		if key == "" {
			continue
		}
		if !f.IsExported() {
			panic("experiments: " + t.String() + "." + f.Name + " has a key but is not exported")
		}
		fields = append(fields, schemaField{
			key: key, doc: f.Tag.Get("doc"), unit: f.Tag.Get("unit"), def: f.Tag.Get("default"),
			short: f.Tag.Get("short"), alias: f.Tag.Get("alias"), required: f.Tag.Get("required") == "true",
			later:  f.Tag.Get("later") == "true",
			limits: parseLimits(f.Tag.Get("range")), index: []int{i}, typ: f.Type,
		})
	}
	schemaCache.Store(t, fields)
	return fields
}

// fieldByKey returns the field of a key, nil if there is none.
func fieldByKey(t reflect.Type, key string) *schemaField {
	fields := schemaFields(t)
	for i := range fields {
		if fields[i].key == key {
			return &fields[i]
		}
	}
	return nil
}

// keysOf lists the keys of a struct.
func keysOf(t reflect.Type) []string {
	var keys []string
	for _, f := range schemaFields(t) {
		keys = append(keys, f.key)
	}
	return keys
}

// limits is what the tag "range" allows.
type limits struct {
	text              string
	words             []string // of text; nil: any
	low, high         float64
	lowOpen, highOpen bool
}

// parseLimits reads the tag "range" of a field. It panics if the tag is wrong.
func parseLimits(tag string) limits {
	l := limits{text: tag, low: math.Inf(-1), high: math.Inf(1), lowOpen: true, highOpen: true}
	bound := func(s string) float64 {
		x, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
		if err != nil {
			panic(fmt.Sprintf("experiments: range tag %q: %v", tag, err))
		}
		return x
	}
	switch {
	case tag == "":
	case tag == "any":
		l.text = ""
	case strings.HasPrefix(tag, ">="):
		l.low, l.lowOpen = bound(tag[2:]), false
	case strings.HasPrefix(tag, "<="):
		l.high, l.highOpen = bound(tag[2:]), false
	case tag[0] == '>':
		l.low = bound(tag[1:])
	case tag[0] == '<':
		l.high = bound(tag[1:])
	case tag[0] == '[' || tag[0] == '(':
		low, high, ok := strings.Cut(tag[1:len(tag)-1], ",")
		end := tag[len(tag)-1]
		if !ok || end != ']' && end != ')' {
			panic(fmt.Sprintf("experiments: range tag %q is no interval", tag))
		}
		l.low, l.high = bound(low), bound(high)
		l.lowOpen, l.highOpen = tag[0] == '(', end == ')'
	default:
		l.words = strings.Split(tag, "|")
	}
	return l
}

// allow reports whether a number is in range. Infinity is where the range includes it, NaN nowhere.
func (l limits) allow(x float64) bool {
	above := x > l.low || !l.lowOpen && x == l.low
	below := x < l.high || !l.highOpen && x == l.high
	return above && below
}

// rule says what a value must be, for instance "int >= 1, default 20".
func (f *schemaField) rule() string {
	r := f.kind()
	switch {
	case f.limits.text == "", f.limits.words != nil:
	case strings.ContainsRune("<>", rune(f.limits.text[0])):
		sign := strings.TrimRight(f.limits.text, "-+.0123456789einf")
		r += " " + sign + " " + f.limits.text[len(sign):]
	default:
		r += " in " + f.limits.text
	}
	if f.typ == durationType {
		r += " such as 10s or 5m"
	}
	switch {
	case f.def != "":
		r += ", default " + f.def
	case f.required:
		r += ", required"
	}
	return r
}

var (
	durationType = reflect.TypeFor[time.Duration]()
	plainMapType = reflect.TypeFor[map[string]any]()
)

// kind names the type of a field as messages do.
func (f *schemaField) kind() string {
	if f.limits.words != nil {
		return strings.Join(f.limits.words, "|")
	}
	return kindOf(f.typ)
}

func kindOf(t reflect.Type) string {
	if v, ok := reflect.New(t).Interface().(nodeValue); ok {
		return v.kind()
	}
	switch {
	case t == durationType:
		return "duration"
	case t.Kind() == reflect.Bool:
		return "true or false"
	case t.Kind() == reflect.String:
		return "text"
	case t.Kind() == reflect.Slice:
		return "list of " + kindOf(t.Elem())
	case t.Kind() == reflect.Struct, t == plainMapType:
		return "mapping"
	case t.Kind() == reflect.Map:
		return "mapping of names to " + kindOf(t.Elem())
	case t.Kind() == reflect.Float64:
		return "number"
	case isInteger(t):
		return "int"
	}
	panic("experiments: a configuration cannot hold a " + t.String())
}

func isInteger(t reflect.Type) bool {
	return t.Kind() >= reflect.Int && t.Kind() <= reflect.Uint64
}

// nodeValue is a type that reads itself.
type nodeValue interface {
	// fromNode returns what is wrong with a value, as the end of "it is ..., ", or "".
	fromNode(n *node) string
	toNode() *node
	kind() string
}

// decoder fills structs from nodes and says what is wrong with them.
type decoder struct {
	*problems
	// name is what messages call the value at a path.
	name func(path string) string
}

// wrong reports a value, what about it is wrong, and the rule.
func (d *decoder) wrong(n *node, f *schemaField, path, format string, args ...any) {
	d.add(n.at, "%s is %s, %s (%s)", d.name(path), n.show(), fmt.Sprintf(format, args...), f.rule())
}

// decode puts a value where it belongs. What is wrong stays zero.
func (d *decoder) decode(n *node, dst reflect.Value, f *schemaField, path string) {
	if n.kind == nullNode && n.raw == nil {
		d.add(n.at, "%s has no value; give one or remove the key (%s)", d.name(path), f.rule())
		return
	}
	if v, ok := dst.Addr().Interface().(nodeValue); ok {
		if why := v.fromNode(n); why != "" {
			d.wrong(n, f, path, "%s", why)
		}
		return
	}
	t := dst.Type()
	switch {
	case t == durationType:
		v, err := time.ParseDuration(n.text)
		if n.kind != textNode || err != nil {
			d.wrong(n, f, path, "not a duration")
		} else if !f.limits.allow(v.Seconds()) {
			d.wrong(n, f, path, "out of range")
		} else {
			dst.SetInt(int64(v))
		}
	case t.Kind() == reflect.Bool:
		if b, ok := n.value.(bool); ok {
			dst.SetBool(b)
		} else {
			d.wrong(n, f, path, "not true or false")
		}
	case t.Kind() == reflect.String:
		d.decodeText(n, dst, f, path)
	case t.Kind() == reflect.Float64:
		x, ok := n.float()
		switch {
		case !ok:
			d.wrong(n, f, path, "not a number")
		case !f.limits.allow(x) && (math.IsNaN(x) || math.IsInf(x, 0)):
			d.wrong(n, f, path, "not a finite number")
		case !f.limits.allow(x):
			d.wrong(n, f, path, "out of range")
		default:
			dst.SetFloat(x)
		}
	case isInteger(t):
		d.decodeInteger(n, dst, f, path)
	case t.Kind() == reflect.Slice:
		if n.kind != listNode {
			d.wrong(n, f, path, "not a list")
			return
		}
		list := reflect.MakeSlice(t, len(n.list), len(n.list))
		element := *f
		element.typ, element.def = t.Elem(), ""
		for i, x := range n.list {
			d.decode(x, list.Index(i), &element, join(path, strconv.Itoa(i)))
		}
		dst.Set(list)
	case t == plainMapType:
		if n.kind != mapNode {
			d.wrong(n, f, path, "not a mapping")
			return
		}
		dst.Set(reflect.ValueOf(n.plain()))
	case t.Kind() == reflect.Map:
		if n.kind != mapNode {
			d.wrong(n, f, path, "not a mapping")
			return
		}
		m := reflect.MakeMap(t)
		element := *f
		element.typ, element.def = t.Elem(), ""
		for _, e := range n.keys {
			v := reflect.New(t.Elem()).Elem()
			d.decode(e.value, v, &element, join(path, e.key))
			m.SetMapIndex(reflect.ValueOf(e.key), v)
		}
		dst.Set(m)
	case t.Kind() == reflect.Struct:
		d.decodeStruct(f.unfold(n), dst, path)
	}
}

// unfold turns a plain value that stands for a mapping into the mapping.
func (f *schemaField) unfold(n *node) *node {
	if f.short == "" || n.kind == mapNode || n.kind == listNode || n.kind == nullNode {
		return n
	}
	return &node{kind: mapNode, at: n.at, keys: []entry{{f.short, n.at, n}}}
}

func (d *decoder) decodeStruct(n *node, dst reflect.Value, path string) {
	t := dst.Type()
	if n.kind != mapNode {
		d.add(n.at, "%s is %s, not a mapping (keys: %s)", d.name(path), n.show(), strings.Join(keysOf(t), ", "))
		return
	}
	for _, e := range n.keys {
		f := fieldByKey(t, e.key)
		if f == nil {
			d.unknown(t, e, path)
			continue
		}
		d.decode(e.value, dst.FieldByIndex(f.index), f, join(path, e.key))
	}
	for _, f := range schemaFields(t) {
		if f.required && n.get(f.key) == nil {
			d.add(n.at, "%s is missing (%s)", d.name(join(path, f.key)), f.rule())
		}
	}
}

// unknown reports a key that a struct does not have, with the key that may have been meant.
func (d *decoder) unknown(t reflect.Type, e entry, path string) {
	what := fmt.Sprintf("unknown key %q", e.key)
	if path != "" {
		what = fmt.Sprintf("%s has no key %q", d.name(path), e.key)
	}
	if strings.Contains(e.key, ".") && path == "" && slices.Equal(elsewhere(e.key), []string{e.key}) {
		parts := strings.Split(e.key, ".")
		d.add(e.at, "%s; in a file, write %s: …%s", what, strings.Join(parts, ": {"), strings.Repeat("}", len(parts)-1))
		return
	}
	keys := keysOf(t)
	for alias := range configAliases {
		if parent, key, ok := strings.Cut(alias, "."); ok && parent == path {
			keys = append(keys, key)
		} else if !ok && path == "" {
			keys = append(keys, alias)
		}
	}
	slices.Sort(keys[len(keysOf(t)):])
	near := didyoumean.Nearest(e.key, keys)
	if len(near) == 0 {
		near = elsewhere(e.key)
	}
	rule := ""
	if len(near) == 1 {
		if f := fieldByKey(t, near[0]); f != nil && f.kind() != "mapping" {
			rule = " (" + f.rule() + ")"
		}
	}
	d.add(e.at, "%s%s%s", what, didyoumean.Question(near, "keys: "+strings.Join(keys, ", ")), rule)
}

func (d *decoder) decodeText(n *node, dst reflect.Value, f *schemaField, path string) {
	text := n.text
	if n.raw != nil {
		text = *n.raw
	} else if n.kind != textNode {
		why := "not text"
		if n.kind != listNode && n.kind != mapNode {
			why = "not text; put it in quotes"
		}
		d.wrong(n, f, path, "%s", why)
		return
	}
	if f.limits.words != nil && !slices.Contains(f.limits.words, text) {
		if near := didyoumean.Nearest(text, f.limits.words); len(near) > 0 {
			d.add(n.at, "%s is %s%s (%s)", d.name(path), n.show(), didyoumean.Question(near, ""), f.rule())
		} else {
			d.wrong(n, f, path, "which is none of the choices")
		}
		return
	}
	dst.SetString(text)
}

// decodeInteger also takes a floating-point number without fraction, as 6e5 is one.
func (d *decoder) decodeInteger(n *node, dst reflect.Value, f *schemaField, path string) {
	x, ok := n.float()
	if !ok || x != math.Trunc(x) || math.IsInf(x, 0) {
		d.wrong(n, f, path, "not an integer")
		return
	}
	if dst.CanUint() {
		u, ok := n.unsigned()
		if ok && f.limits.allow(x) && !dst.OverflowUint(u) {
			dst.SetUint(u)
			return
		}
	} else if i, ok := n.signed(); ok && f.limits.allow(x) && !dst.OverflowInt(i) {
		dst.SetInt(i)
		return
	}
	d.wrong(n, f, path, "out of range")
}

// exactIntegers bounds the integers of which every one is a float64.
const exactIntegers = 1 << 53

// signed returns an integer that fits an int64.
func (n *node) signed() (int64, bool) {
	switch x := n.value.(type) {
	case int:
		return int64(x), true
	case float64:
		return int64(x), x == math.Trunc(x) && math.Abs(x) <= exactIntegers
	}
	return 0, false
}

// unsigned returns an integer that fits a uint64.
func (n *node) unsigned() (uint64, bool) {
	if u, ok := n.value.(uint64); ok {
		return u, true
	}
	i, ok := n.signed()
	return uint64(i), ok && i >= 0
}

// float returns a number as a float64.
func (n *node) float() (float64, bool) {
	switch x := n.value.(type) {
	case int:
		return float64(x), true
	case uint64:
		return float64(x), true
	case float64:
		return x, true
	}
	return 0, false
}

// join appends a key to a path.
func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

// encode turns a value into a node. Of a struct it leaves out what is zero and has no default.
func encode(v reflect.Value) *node {
	if !v.IsValid() {
		return &node{kind: nullNode, text: "null"}
	}
	if v.CanAddr() {
		if x, ok := v.Addr().Interface().(nodeValue); ok {
			return x.toNode()
		}
	}
	switch {
	case v.Kind() == reflect.Pointer, v.Kind() == reflect.Interface:
		return encode(v.Elem())
	case v.Type() == durationType:
		return textOf(time.Duration(v.Int()).String())
	case v.Kind() == reflect.String:
		return textOf(strings.ToValidUTF8(v.String(), "\ufffd")) // of the folder of results, which nobody reads back
	case v.Kind() == reflect.Bool:
		return &node{kind: boolNode, text: strconv.FormatBool(v.Bool()), value: v.Bool()}
	case v.CanInt():
		return &node{kind: intNode, text: strconv.FormatInt(v.Int(), 10), value: int(v.Int())}
	case v.CanUint():
		return unsignedNode(v.Uint())
	case v.CanFloat():
		return numberOf(v.Float())
	case v.Kind() == reflect.Slice:
		n := &node{kind: listNode}
		for i := range v.Len() {
			n.list = append(n.list, encode(v.Index(i)))
		}
		return n
	case v.Kind() == reflect.Map:
		n := &node{kind: mapNode}
		keys := v.MapKeys()
		slices.SortFunc(keys, func(a, b reflect.Value) int { return strings.Compare(a.String(), b.String()) })
		for _, k := range keys {
			n.set(k.String(), position{}, encode(v.MapIndex(k)))
		}
		return n
	case v.Kind() == reflect.Struct:
		n := &node{kind: mapNode}
		for _, f := range schemaFields(v.Type()) {
			x := v.FieldByIndex(f.index)
			if x.IsZero() && f.def == "" && !f.required {
				continue
			}
			if value := encode(x); value.kind != mapNode && value.kind != listNode || len(value.keys)+len(value.list) > 0 {
				n.set(f.key, position{}, value)
			}
		}
		return n
	}
	panic("experiments: a configuration cannot hold a " + v.Type().String())
}

func textOf(s string) *node { return &node{kind: textNode, text: s, value: s} }

// unsignedNode returns what a parser makes of the number.
func unsignedNode(u uint64) *node {
	n := &node{kind: intNode, text: strconv.FormatUint(u, 10), value: u}
	if u <= math.MaxInt {
		n.value = int(u)
	}
	return n
}

// numberOf spells a number as YAML does, in the shortest form that reads back exactly.
func numberOf(x float64) *node {
	n := &node{kind: floatNode, text: strconv.FormatFloat(x, 'g', -1, 64), value: x}
	switch {
	case math.IsNaN(x):
		n.text = ".nan"
	case math.IsInf(x, 0):
		n.text = strings.Replace(strings.ToLower(n.text), "inf", ".inf", 1)
	case x == math.Trunc(x) && math.Abs(x) < exactIntegers:
		n.text = strconv.FormatFloat(x, 'f', -1, 64)
	}
	return n
}

// like gives n and all below it the positions, and scalars the spelling, that the same keys have in
// another tree.
func (n *node) like(other *node) *node {
	if n.at = other.position(); other == nil {
		return n
	}
	if n.value != nil && n.value == other.value {
		n.text = other.text
	}
	for i := range n.keys {
		n.keys[i].at = other.keyPosition(n.keys[i].key)
		if x := other.get(n.keys[i].key); x != nil {
			n.keys[i].value.like(x)
		} else {
			n.keys[i].value.like(other)
		}
	}
	for i, x := range n.list {
		if y := other.item(i); y != nil {
			x.like(y)
		} else {
			x.like(other)
		}
	}
	return n
}
