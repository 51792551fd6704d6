package grid

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"github.com/paretolab/paretolab/envs"
	"github.com/paretolab/paretolab/internal/didyoumean"
	"github.com/paretolab/paretolab/internal/yamlsyntax"
)

// Bounds of a world.
const (
	maxWorldSide       = 128
	maxWorldItems      = 12
	maxWorldStates     = 1 << 22 // of the exact model
	maxWorldObjectives = 16
	maxWorldReward     = 1e12
	maxWorldSteps      = math.MaxInt32
)

// worldDescription is what the text of a world says.
type worldDescription struct {
	world      *world
	summary    string
	objectives []envs.Objective
	maxSteps   int
	reference  envs.Reference
}

// worldReader reads the text of a world and collects what is wrong with it.
type worldReader struct {
	lines    []string
	problems []envs.DescriptionProblem

	objectives []envs.Objective
	rows       []mapRow
	legend     map[rune]*cellKind
	order      []rune // of the legend, as written
	slip       float64
	step       []float64
}

// place is where something stands in the text, counted from 1.
type place struct{ line, col int }

func placeOf(n *yaml.Node) place { return place{n.Line, n.Column} }

// mapRow is a row of the map with the place of its first cell.
type mapRow struct {
	cells []rune
	place
}

// cellKind is an entry of the legend. Vectors are nil if not given.
type cellKind struct {
	place
	wall, start, terminal bool
	reward, delivery      []float64
	item                  string
	needs                 []string
	hazard                *hazard
	slip                  *float64
	teleport              rune
	exits                 []string

	needsAt, teleportAt place
	cells               []int32 // of this kind
}

func (r *worldReader) fault(at place, format string, args ...any) {
	r.problems = append(r.problems, envs.DescriptionProblem{Line: max(at.line, 1), Col: max(at.col, 1), Message: fmt.Sprintf(format, args...)})
}

// readWorld reads the text of a world, YAML or JSON. The error is an *[envs.DescriptionError].
func readWorld(text string) (*worldDescription, error) {
	r := &worldReader{lines: strings.Split(text, "\n"), legend: map[rune]*cellKind{
		'.': {}, '#': {wall: true}, 'S': {start: true},
	}}
	d := r.read(text)
	if len(r.problems) > 0 {
		slices.SortStableFunc(r.problems, func(a, b envs.DescriptionProblem) int {
			if a.Line != b.Line {
				return a.Line - b.Line
			}
			return a.Col - b.Col
		})
		return nil, &envs.DescriptionError{Problems: r.problems}
	}
	return d, nil
}

// root parses the text; nil if it is no mapping, which was said then.
func (r *worldReader) root(text string) *yaml.Node {
	data := []byte(text)
	if json.Valid(data) {
		data = bytes.ReplaceAll(data, []byte("\t"), []byte(" ")) // which YAML does not take for indentation
	}
	dec := yaml.NewDecoder(bytes.NewReader(data))
	var doc, more yaml.Node
	err := dec.Decode(&doc)
	if err == nil {
		if err = dec.Decode(&more); err == nil {
			r.fault(placeOf(&more), "a second document begins here; a file describes one world")
			return nil
		}
	}
	switch {
	case err != nil && !errors.Is(err, io.EOF):
		line, message := yamlsyntax.Where(err)
		r.fault(place{line, 1}, "not YAML: %s", message)
	case len(doc.Content) == 0:
		r.fault(place{1, 1}, "the description is empty; `paretolab envs template` prints one to begin with")
	case doc.Content[0].Kind != yaml.MappingNode:
		r.fault(placeOf(doc.Content[0]), "a world is a mapping with the keys objectives and map, not %s", show(doc.Content[0]))
	default:
		return doc.Content[0]
	}
	return nil
}

func (r *worldReader) read(text string) *worldDescription {
	d := &worldDescription{maxSteps: 100, reference: envs.Reference{Discount: 0.99, Source: "lowest reward in every step"}}
	w := &world{directions: 4}
	d.world = w
	root := r.root(text)
	if root == nil {
		return nil
	}
	keys := r.keys(root, "a world", "summary", "objectives", "map", "legend", "step", "bump", "moves", "stay", "slip", "max_steps", "discount", "reference")
	for _, key := range []string{"objectives", "map"} {
		if keys[key] == nil {
			r.fault(placeOf(root), "%s is missing", key)
		}
	}
	r.readObjectives(keys["objectives"])
	r.readMap(keys["map"])
	if n := keys["summary"]; n != nil {
		if d.summary = strings.TrimRight(strings.Join(strings.Fields(r.text(n, "summary")), " "), "."); d.summary == "" {
			r.fault(placeOf(n), "summary is empty; write a sentence or remove the key")
		}
	}
	r.step = r.vector(keys["step"], "step")
	w.bump = r.vector(keys["bump"], "bump")
	if n := keys["moves"]; n != nil {
		if w.directions = r.integer(n, "moves", 4, 8); w.directions != 4 && w.directions != 8 {
			r.fault(placeOf(n), "moves is %s; it is 4, or 8 with the diagonal ones", show(n))
		}
	}
	w.stay = r.truth(keys["stay"], "stay")
	if n := keys["slip"]; n != nil {
		r.slip = r.number(n, "slip", 0, 1)
	}
	if n := keys["max_steps"]; n != nil {
		d.maxSteps = r.integer(n, "max_steps", 1, maxWorldSteps)
	}
	if n := keys["discount"]; n != nil {
		d.reference.Discount = r.fraction(n, "discount")
	}
	r.readLegend(keys["legend"])
	reference := r.vector(keys["reference"], "reference")
	if len(r.problems) > 0 {
		return nil // what follows would say it again
	}
	r.build(w)
	if len(r.problems) > 0 {
		return nil
	}
	r.checkReach(w)
	d.objectives = r.bounds(w)
	if d.reference.Point = reference; keys["reference"] == nil {
		d.reference.Point = lowestReturn(d.objectives, d.maxSteps, d.reference.Discount)
	} else {
		d.reference.Source = "the world's description"
	}
	if d.summary == "" {
		d.summary = fmt.Sprintf("Grid world of %d × %d cells", w.rows, w.cols)
	}
	return d
}

// show gives a value as messages quote it.
func show(n *yaml.Node) string {
	switch n.Kind {
	case yaml.SequenceNode:
		return "a list"
	case yaml.MappingNode:
		return "a mapping"
	case yaml.AliasNode:
		return "the alias *" + n.Value
	}
	value := []rune(n.Value)
	if len(value) > 60 {
		value = append(value[:60], '…')
	}
	if n.ShortTag() == "!!str" {
		return fmt.Sprintf("%q", string(value))
	}
	if n.ShortTag() == "!!null" {
		return "empty"
	}
	return string(value)
}

// keys returns the values of a mapping by key; of which there are no others than those known.
func (r *worldReader) keys(n *yaml.Node, what string, known ...string) map[string]*yaml.Node {
	values := map[string]*yaml.Node{}
	if n.Kind != yaml.MappingNode {
		r.fault(placeOf(n), "%s is a mapping with some of the keys %s, not %s", what, strings.Join(known, ", "), show(n))
		return values
	}
	lines := map[string]int{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		k := n.Content[i]
		switch first, twice := lines[k.Value]; {
		case k.Kind != yaml.ScalarNode || !slices.Contains(known, k.Value):
			r.fault(placeOf(k), "%s has no key %s%s", what, show(k), didyoumean.Question(didyoumean.Nearest(k.Value, known), "it has "+strings.Join(known, ", ")))
		case twice:
			r.fault(placeOf(k), "%s is given twice, first in line %d", k.Value, first)
		default:
			lines[k.Value], values[k.Value] = k.Line, n.Content[i+1]
		}
	}
	return values
}

// text reads a text; "" after a fault.
func (r *worldReader) text(n *yaml.Node, name string) string {
	if n.Kind != yaml.ScalarNode || n.ShortTag() != "!!str" {
		r.fault(placeOf(n), "%s is %s, not text", name, show(n))
		return ""
	}
	return n.Value
}

// truth reads true or false; false if it is not given.
func (r *worldReader) truth(n *yaml.Node, name string) bool {
	if n == nil {
		return false
	}
	var v bool
	if n.Kind != yaml.ScalarNode || n.ShortTag() != "!!bool" || n.Decode(&v) != nil {
		r.fault(placeOf(n), "%s is %s, not true or false", name, show(n))
	}
	return v
}

// octal is a number that YAML reads in base 8, which nobody means.
var octal = regexp.MustCompile(`^[-+]?0[0-9_]+$`)

// number reads a number within bounds; the lower one after a fault.
func (r *worldReader) number(n *yaml.Node, name string, low, high float64) float64 {
	var v float64
	tag := n.ShortTag()
	switch {
	case n.Kind != yaml.ScalarNode || tag != "!!int" && tag != "!!float" || octal.MatchString(n.Value) || n.Decode(&v) != nil:
		r.fault(placeOf(n), "%s is %s, not a number", name, show(n))
	case !(v >= low && v <= high):
		r.fault(placeOf(n), "%s is %s, outside %s to %s", name, show(n), strconv.FormatFloat(low, 'f', -1, 64), strconv.FormatFloat(high, 'f', -1, 64))
	default:
		return v
	}
	return low
}

// fraction reads a number above 0 and at most 1.
func (r *worldReader) fraction(n *yaml.Node, name string) float64 {
	before := len(r.problems)
	v := r.number(n, name, 0, 1)
	if v == 0 && len(r.problems) == before {
		r.fault(placeOf(n), "%s is %s; it is above 0 and at most 1", name, show(n))
	}
	return v
}

// integer reads an integer within bounds.
func (r *worldReader) integer(n *yaml.Node, name string, low, high int) int {
	v := r.number(n, name, float64(low), float64(high))
	if v != math.Trunc(v) {
		r.fault(placeOf(n), "%s is %s, not an integer", name, show(n))
		return low
	}
	return int(v)
}

// vector reads a reward vector: a list with one number per objective, or a mapping of objectives to
// numbers, the others 0. It is zero if it is not given.
func (r *worldReader) vector(n *yaml.Node, name string) []float64 {
	m := len(r.objectives)
	v := make([]float64, m)
	if n == nil || m == 0 { // without objectives there is nothing to compare with
		return v
	}
	names := make([]string, m)
	for j, o := range r.objectives {
		names[j] = o.Name
	}
	switch n.Kind {
	case yaml.SequenceNode:
		if len(n.Content) != m {
			r.fault(placeOf(n), "%s has %d numbers for the %d objectives %s; a mapping such as {%s: 1} names those that are not 0", name, len(n.Content), m, strings.Join(names, ", "), names[0])
			return v
		}
		for j, x := range n.Content {
			v[j] = r.number(x, name+"."+names[j], -maxWorldReward, maxWorldReward)
		}
	case yaml.MappingNode:
		for key, x := range r.keys(n, name, names...) {
			v[slices.Index(names, key)] = r.number(x, name+"."+key, -maxWorldReward, maxWorldReward)
		}
	default:
		if m > 1 || n.Kind != yaml.ScalarNode {
			r.fault(placeOf(n), "%s is %s, not a list of %d numbers or a mapping such as {%s: 1}", name, show(n), m, names[0])
			return v
		}
		v[0] = r.number(n, name, -maxWorldReward, maxWorldReward)
	}
	return v
}

// words reads a text or a list of texts.
func (r *worldReader) words(n *yaml.Node, name string) []string {
	if n == nil {
		return nil
	}
	list := []*yaml.Node{n}
	if n.Kind == yaml.SequenceNode {
		list = n.Content
	}
	var words []string
	for _, x := range list {
		if w := r.text(x, name); w != "" {
			words = append(words, w)
		}
	}
	return words
}

var worldName = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)

func (r *worldReader) readObjectives(n *yaml.Node) {
	if n == nil {
		return
	}
	if n.Kind != yaml.SequenceNode || len(n.Content) == 0 || len(n.Content) > maxWorldObjectives {
		r.fault(placeOf(n), "objectives is %s; it is a list of 1 to %d names such as [treasure, time]", show(n), maxWorldObjectives)
		return
	}
	for _, x := range n.Content {
		var o envs.Objective
		if name := x; x.Kind == yaml.MappingNode {
			keys := r.keys(x, "an objective", "name", "unit")
			if keys["unit"] != nil {
				o.Unit = r.text(keys["unit"], "unit")
			}
			if name = keys["name"]; name == nil {
				r.fault(placeOf(x), "the objective has no name")
			} else {
				o.Name = r.text(name, "the name of an objective")
			}
		} else {
			o.Name = r.text(x, "an objective")
		}
		switch {
		case o.Name == "":
		case !worldName.MatchString(o.Name):
			r.fault(placeOf(x), "the objective %q is named otherwise than with small letters, digits and underscores, a letter first", o.Name)
		case slices.ContainsFunc(r.objectives, func(other envs.Objective) bool { return other.Name == o.Name }):
			r.fault(placeOf(x), "the objective %q is there twice", o.Name)
		}
		r.objectives = append(r.objectives, o)
	}
}

// readMap reads the rows of the map: the lines of a block after |, or a list of texts.
func (r *worldReader) readMap(n *yaml.Node) {
	switch {
	case n == nil:
		return
	case n.Kind == yaml.SequenceNode:
		for _, x := range n.Content {
			at := placeOf(x)
			if x.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle) != 0 {
				at.col++
			}
			r.rows = append(r.rows, mapRow{[]rune(r.text(x, "a row of the map")), at})
		}
	case n.Kind == yaml.ScalarNode && n.Style&yaml.LiteralStyle != 0:
		for i, line := range strings.Split(n.Value, "\n") {
			at := place{n.Line + 1 + i, 1}
			if at.line <= len(r.lines) {
				at.col = utf8.RuneCountInString(r.lines[at.line-1]) - utf8.RuneCountInString(line) + 1
			}
			r.rows = append(r.rows, mapRow{[]rune(line), at})
		}
	default:
		r.fault(placeOf(n), "map is %s; write it as lines below `map: |`, or as a list of texts, one per row", show(n))
		return
	}
	for i := range r.rows {
		r.rows[i].cells = []rune(strings.TrimRightFunc(string(r.rows[i].cells), unicode.IsSpace))
	}
	for len(r.rows) > 0 && len(r.rows[len(r.rows)-1].cells) == 0 {
		r.rows = r.rows[:len(r.rows)-1]
	}
	for len(r.rows) > 0 && len(r.rows[0].cells) == 0 {
		r.rows = r.rows[1:]
	}
	if len(r.rows) == 0 {
		r.fault(placeOf(n), "map has no rows")
		return
	}
	width := len(r.rows[0].cells)
	if len(r.rows) > maxWorldSide || width > maxWorldSide {
		r.fault(r.rows[0].place, "map has %d rows and %d columns; at most %d of each", len(r.rows), width, maxWorldSide)
		r.rows = nil
		return
	}
	for i, row := range r.rows {
		if have := len(row.cells); have != width {
			r.fault(place{row.line, row.col + min(have, width)}, "map row %d has %d cells, row 1 has %d; fill up with . or #", i+1, have, width)
		}
	}
}

// cell is the place of a cell of the map.
func (r *worldReader) cell(row, col int) place {
	return place{r.rows[row].line, r.rows[row].col + col}
}

// inMap names a cell in messages.
func inMap(row, col int) string { return fmt.Sprintf("map row %d, column %d", row+1, col+1) }

func (r *worldReader) readLegend(n *yaml.Node) {
	if n != nil && n.Kind != yaml.MappingNode {
		r.fault(placeOf(n), "legend is %s, not a mapping of characters to what they mean, such as G: {terminal: true}", show(n))
		return
	}
	for i := 0; n != nil && i+1 < len(n.Content); i += 2 {
		k, v := n.Content[i], n.Content[i+1]
		c, size := utf8.DecodeRuneInString(k.Value)
		if k.Kind != yaml.ScalarNode || size == 0 || size < len(k.Value) || unicode.IsSpace(c) || !unicode.IsPrint(c) {
			r.fault(placeOf(k), "the key %s of legend is not one visible character", show(k))
			continue
		}
		if slices.Contains(r.order, c) {
			r.fault(placeOf(k), "the character %q is given twice, first in line %d", c, r.legend[c].line)
			continue
		}
		r.order = append(r.order, c)
		r.legend[c] = r.readKind(c, v, placeOf(k))
	}
	if r.rows == nil {
		return
	}
	unknown := map[rune]bool{}
	for i, row := range r.rows {
		for j, c := range row.cells {
			if k := r.legend[c]; k != nil {
				k.cells = append(k.cells, int32(i*len(r.rows[0].cells)+j))
				continue
			}
			if unknown[c] {
				continue // once is enough
			}
			unknown[c] = true
			var known []string
			for c := range r.legend {
				known = append(known, string(c))
			}
			slices.Sort(known)
			r.fault(r.cell(i, j), "%s: the character %q means nothing; add it to legend, or use one of %s", inMap(i, j), c, strings.Join(known, " "))
		}
	}
}

// readKind reads an entry of the legend.
func (r *worldReader) readKind(c rune, n *yaml.Node, at place) *cellKind {
	k := &cellKind{place: at}
	keys := r.keys(n, fmt.Sprintf("the cell %q", c), "wall", "start", "terminal", "reward", "item", "delivery", "needs", "hazard", "slip", "teleport", "exits")
	k.wall, k.start, k.terminal = r.truth(keys["wall"], "wall"), r.truth(keys["start"], "start"), r.truth(keys["terminal"], "terminal")
	if k.wall && len(keys) > 1 {
		r.fault(at, "the cell %q is a wall and more; nobody enters a wall", c)
	}
	k.reward = r.vector(keys["reward"], "reward")
	if x := keys["item"]; x != nil {
		if k.item = r.text(x, "item"); k.item != "" && !worldName.MatchString(k.item) {
			r.fault(placeOf(x), "item %q is named otherwise than with small letters, digits and underscores, a letter first", k.item)
		}
		for _, other := range r.order {
			if o := r.legend[other]; k.item != "" && o != nil && o.item == k.item {
				r.fault(placeOf(x), "the item %q is that of %q, too; give it another name", k.item, other)
			}
		}
	}
	if x := keys["delivery"]; x != nil {
		if k.delivery = r.vector(x, "delivery"); k.item == "" {
			r.fault(placeOf(x), "delivery is of an item; name one: {item: gold, delivery: …}")
		}
	}
	if x := keys["needs"]; x != nil {
		k.needs, k.needsAt = r.words(x, "needs"), placeOf(x)
	}
	if x := keys["hazard"]; x != nil {
		k.hazard = r.readHazard(x, k.terminal)
	}
	if x := keys["slip"]; x != nil {
		slip := r.number(x, "slip", 0, 1)
		k.slip = &slip
	}
	if x := keys["teleport"]; x != nil {
		k.teleportAt = placeOf(x)
		to, size := utf8.DecodeRuneInString(x.Value)
		if k.teleport = to; x.Kind != yaml.ScalarNode || size == 0 || size < len(x.Value) {
			r.fault(placeOf(x), "teleport is %s, not the one character of the cell that it leads to", show(x))
		}
	}
	if x := keys["exits"]; x != nil {
		for _, e := range r.words(x, "exits") {
			if !slices.Contains(compassNames, e) {
				r.fault(placeOf(x), "exits has %q%s", e, didyoumean.Question(didyoumean.Nearest(e, compassNames), "directions are "+strings.Join(compassNames, ", ")))
			}
			k.exits = append(k.exits, e)
		}
		if k.exits == nil {
			k.exits = []string{}
		}
	}
	return k
}

// readHazard reads a hazard.
func (r *worldReader) readHazard(n *yaml.Node, terminal bool) *hazard {
	h := &hazard{}
	keys := r.keys(n, "a hazard", "chance", "reward", "effect")
	if x := keys["chance"]; x == nil {
		r.fault(placeOf(n), "the hazard has no chance; give its probability, above 0 and at most 1")
	} else {
		h.chance = r.fraction(x, "chance")
	}
	h.reward = r.vector(keys["reward"], "reward")
	x := keys["effect"]
	effects := r.words(x, "effect")
	for _, e := range effects {
		switch e {
		case "drop":
			h.drop = true
		case "restart":
			h.restart = true
		case "end":
			h.end = true
		default:
			r.fault(placeOf(x), "effect is %q%s", e, didyoumean.Question(didyoumean.Nearest(e, []string{"drop", "restart", "end"}), "it is drop, restart or end"))
		}
	}
	switch {
	case terminal && len(effects) > 0:
		r.fault(placeOf(x), "a hazard of a terminal cell has no effect, as the episode ends there anyway; remove effect")
	case h.end && len(effects) > 1:
		r.fault(placeOf(x), "effect has end and more; nothing follows the end of an episode")
	}
	return h
}

// build makes the cells of the world.
func (r *worldReader) build(w *world) {
	w.rows, w.cols = int32(len(r.rows)), int32(len(r.rows[0].cells))
	w.cells = make([]worldCell, w.rows*w.cols)
	held := map[string]uint32{} // by name of an item
	for _, c := range r.order {
		k := r.legend[c]
		if k.item == "" {
			continue
		}
		held[k.item] = 0
		for i, cell := range k.cells {
			item := worldItem{name: k.item, cell: cell, delivery: k.delivery}
			if len(k.cells) > 1 {
				item.name = fmt.Sprintf("%s_%d", k.item, i+1)
			}
			if n := len(w.items); n < 32 {
				held[k.item] |= 1 << n
			}
			w.items = append(w.items, item)
		}
	}
	if n := len(w.items); n > maxWorldItems {
		r.fault(r.rows[0].place, "map has %d items; at most %d", n, maxWorldItems)
		return
	}
	if states := len(w.cells) << len(w.items); states > maxWorldStates {
		r.fault(r.rows[0].place, "the world has %d states, %d cells times 2 to the power of %d items; at most %d", states, len(w.cells), len(w.items), maxWorldStates)
		return
	}
	names := []string{"row", "column"}
	for _, item := range w.items {
		if slices.Contains(names, item.name) {
			r.fault(r.rows[0].place, "two numbers of the observation would be named %q; give an item another name", item.name)
		}
		names = append(names, item.name)
	}
	for i, row := range r.rows {
		for j, c := range row.cells {
			r.buildCell(w, c, int32(i)*w.cols+int32(j))
		}
	}
	for i, item := range w.items {
		c := &w.cells[item.cell]
		c.item, c.gain = 1<<i, c.reward
		c.reward = r.step
	}
	for i := range w.cells {
		if c := &w.cells[i]; !c.wall && c.item == 0 {
			sum := slices.Clone(r.step)
			add(sum, c.reward)
			c.reward = sum
		}
	}
	if len(w.starts) == 0 {
		r.fault(r.rows[0].place, "map has no start; put an S where episodes begin, or give a cell of the legend start: true")
	}
	r.connect(w, held)
}

// buildCell makes a cell but for its ways.
func (r *worldReader) buildCell(w *world, glyph rune, cell int32) {
	c, k := &w.cells[cell], r.legend[glyph]
	*c = worldCell{
		pos: [2]int32{cell / w.cols, cell % w.cols}, wall: k.wall, terminal: k.terminal,
		slip: r.slip, reward: k.reward, hazard: k.hazard, glyph: string(glyph),
		special: k.slip != nil || k.needs != nil || k.teleport != 0 || k.exits != nil ||
			k.item == "" && slices.ContainsFunc(k.reward, func(v float64) bool { return v != 0 }),
	}
	if k.slip != nil {
		c.slip = *k.slip
	}
	if c.wall {
		c.reward = make([]float64, len(r.objectives))
	}
	if k.start {
		w.starts = append(w.starts, cell)
	}
}

// connect makes the ways between cells.
func (r *worldReader) connect(w *world, held map[string]uint32) {
	needs := make([]uint32, len(w.cells))
	leads := make([]int32, len(w.cells)) // where a move into a cell ends
	for i := range leads {
		leads[i] = int32(i)
	}
	for _, c := range r.order {
		k := r.legend[c]
		for _, name := range k.needs {
			mask, ok := held[name]
			if !ok || mask == 0 {
				var known []string
				for name, mask := range held {
					if mask != 0 {
						known = append(known, name)
					}
				}
				slices.Sort(known)
				otherwise := "there are no items on the map"
				if len(known) > 0 {
					otherwise = "there are " + strings.Join(known, ", ")
				}
				r.fault(k.needsAt, "needs has %q, of which no item is on the map%s", name, didyoumean.Question(didyoumean.Nearest(name, known), otherwise))
			}
			for _, cell := range k.cells {
				needs[cell] |= mask
			}
		}
		if k.teleport == 0 {
			continue
		}
		to := r.legend[k.teleport]
		switch {
		case to == nil || len(to.cells) != 1:
			n := 0
			if to != nil {
				n = len(to.cells)
			}
			r.fault(k.teleportAt, "teleport leads to %q, which is on the map %d times; it needs to be there once", k.teleport, n)
		case to.wall || to == k:
			r.fault(k.teleportAt, "teleport leads to %q, which is a wall or the cell itself", k.teleport)
		default:
			for _, cell := range k.cells {
				leads[cell] = to.cells[0]
			}
		}
	}
	for i := range w.cells {
		c := &w.cells[i]
		exits := r.legend[r.rows[c.pos[0]].cells[c.pos[1]]].exits
		c.rewards = [2][]float64{c.reward, slices.Clone(c.reward)}
		add(c.rewards[1], w.bump)
		c.ways[w.directions] = way{to: int32(i)}
		for d := range w.directions {
			c.ways[d] = way{to: int32(i), bumps: 1}
			row, col := c.pos[0]+compass[d][0], c.pos[1]+compass[d][1]
			if c.wall || row < 0 || row >= w.rows || col < 0 || col >= w.cols || exits != nil && !slices.Contains(exits, compassNames[d]) {
				continue
			}
			if to := row*w.cols + col; !w.cells[to].wall {
				c.ways[d] = way{to: leads[to], needs: needs[to] | needs[leads[to]]}
			}
		}
	}
}

// checkReach demands that every terminal cell, and every item, can be reached from a start, with
// what can be collected on the way.
func (r *worldReader) checkReach(w *world) {
	reached := make([]bool, len(w.cells))
	var items uint32
	for grown := true; grown; {
		grown = false
		queue := slices.Clone(w.starts)
		seen := make([]bool, len(w.cells))
		for _, cell := range queue {
			seen[cell] = true
		}
		begun := slices.Clone(seen)
		for len(queue) > 0 {
			c := &w.cells[queue[0]]
			cell := queue[0]
			queue = queue[1:]
			reached[cell] = true
			if c.item&^items != 0 {
				items |= c.item
				grown = true
			}
			if c.terminal && !begun[cell] {
				continue
			}
			for _, way := range c.ways[:w.directions] {
				if way.needs&^items == 0 && !seen[way.to] {
					seen[way.to] = true
					queue = append(queue, way.to)
				}
			}
		}
	}
	for i := range w.cells {
		if c := &w.cells[i]; !reached[i] && (c.terminal || c.item != 0) {
			row, col := int(c.pos[0]), int(c.pos[1])
			r.fault(r.cell(row, col), "%s: %q cannot be reached from a start; open a way to it, or take it off the map", inMap(row, col), r.rows[row].cells[col])
		}
	}
}

// bounds returns the objectives with the least and the largest reward of a step.
func (r *worldReader) bounds(w *world) []envs.Objective {
	objectives := slices.Clone(r.objectives)
	for j := range objectives {
		delivery := [2]float64{} // least and largest worth of what can be held
		for _, item := range w.items {
			if item.delivery != nil {
				delivery[0] += min(0, item.delivery[j])
				delivery[1] += max(0, item.delivery[j])
			}
		}
		low, high := math.Inf(1), math.Inf(-1)
		for i := range w.cells {
			c := &w.cells[i]
			if c.wall {
				continue
			}
			least, most := c.reward[j]+min(0, w.bump[j]), c.reward[j]+max(0, w.bump[j])
			if c.item != 0 {
				least, most = least+min(0, c.gain[j]), most+max(0, c.gain[j])
			}
			if h := c.hazard; h != nil {
				least, most = least+min(0, h.reward[j]), most+max(0, h.reward[j])
			}
			if c.terminal {
				least, most = least+delivery[0], most+delivery[1]
			}
			low, high = min(low, least), max(high, most)
		}
		objectives[j].Low, objectives[j].High = low, high
	}
	return objectives
}

// lowestReturn is below every discounted return of so many steps.
func lowestReturn(objectives []envs.Objective, steps int, discount float64) []float64 {
	sum := float64(steps)
	if discount < 1 {
		sum = (1 - math.Pow(discount, sum)) / (1 - discount)
	}
	point := make([]float64, len(objectives))
	for j, o := range objectives {
		point[j] = min(o.Low, o.Low*sum)
	}
	return point
}
