package experiments

import (
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
)

// Range is where a sweep looks for the value of a setting: {uniform: [a, b]}, {log: [a, b]} (uniform in
// the logarithm), {int: [a, b], step: s} or {choice: [x, y, ...]}. A grid takes of the first two as many
// evenly spaced values as the key points says, both ends included.
type Range struct {
	form      string // "uniform", "log", "int" or "choice"; "" if what was written is no range
	low, high float64
	step      int   // between integers
	points    int   // of a grid; 0: not given
	choices   []any // of a choice
	written   *node
}

const rangeRule = "{uniform: [a, b]}, {log: [a, b]}, {int: [a, b], step: s} or {choice: [x, y, ...]}"

func (Range) kind() string { return rangeRule }

func (r *Range) toNode() *node { return r.written }

// fromNode implements nodeValue.
func (r *Range) fromNode(n *node) string {
	fault := r.read(n)
	if fault != "" {
		*r = Range{written: n}
	}
	return fault
}

func (r *Range) read(n *node) string {
	if n.kind != mapNode {
		return "not a mapping"
	}
	*r = Range{step: 1, written: n}
	for _, e := range n.keys {
		switch e.key {
		case "uniform", "log", "int", "choice":
			if r.form != "" {
				return "which has both " + r.form + " and " + e.key
			}
			r.form = e.key
		case "step", "points":
			i, ok := e.value.signed()
			least := int64(1)
			if e.key == "points" {
				least = 2
			}
			if !ok || i < least || i > maxItems {
				return fmt.Sprintf("whose %s is %s, not a number of at least %d", e.key, e.value.show(), least)
			}
			if e.key == "step" {
				r.step = int(i)
			} else {
				r.points = int(i)
			}
		default:
			return fmt.Sprintf("which has the key %q", e.key)
		}
	}
	if r.form == "" {
		return "which says no range"
	}
	list := n.get(r.form)
	if list.kind != listNode || len(list.list) == 0 {
		return "whose " + r.form + " is not a list"
	}
	if r.form == "choice" {
		r.choices = list.plain().([]any)
		return ""
	}
	if len(list.list) != 2 {
		return fmt.Sprintf("whose %s has %d ends, not 2", r.form, len(list.list))
	}
	for i, end := range []*float64{&r.low, &r.high} {
		x, ok := list.list[i].float()
		if !ok || math.IsNaN(x) || math.IsInf(x, 0) || r.form == "int" && x != math.Trunc(x) {
			return fmt.Sprintf("whose %s has the end %s", r.form, list.list[i].show())
		}
		*end = x
	}
	switch {
	case r.low >= r.high:
		return fmt.Sprintf("whose low end %v is not below %v", r.low, r.high)
	case r.form == "log" && r.low <= 0:
		return "whose low end has no logarithm"
	}
	return ""
}

// draw returns a random value.
func (r *Range) draw(rng *rand.Rand) any {
	switch r.form {
	case "uniform":
		return r.low + rng.Float64()*(r.high-r.low)
	case "log":
		return math.Exp(math.Log(r.low) + rng.Float64()*(math.Log(r.high)-math.Log(r.low)))
	}
	values := r.values()
	return values[rng.IntN(len(values))]
}

// values lists those of a grid; none where points are needed and not given.
func (r *Range) values() []any {
	if r.form == "choice" {
		return r.choices
	}
	var out []any
	if r.form == "int" {
		for i := int(r.low); i <= int(r.high); i += r.step {
			out = append(out, i)
		}
		return out
	}
	for i := range r.points {
		t := float64(i) / float64(r.points-1)
		switch {
		case i == 0:
			out = append(out, r.low)
		case i == r.points-1:
			out = append(out, r.high)
		case r.form == "log":
			out = append(out, math.Exp((1-t)*math.Log(r.low)+t*math.Log(r.high)))
		default:
			out = append(out, (1-t)*r.low+t*r.high)
		}
	}
	return out
}

// extremes are values between which all others lie, or all choices: if these are legal, so is the range.
func (r *Range) extremes() []any {
	switch r.form {
	case "choice":
		return r.choices
	case "int":
		return []any{int(r.low), int(r.high)}
	case "uniform", "log":
		return []any{r.low, r.high}
	}
	return nil // what was written is no range
}

// describeSettings writes settings of a trial on one line, by name.
func describeSettings(settings map[string]any) string {
	var parts []string
	for _, key := range slices.Sorted(maps.Keys(settings)) {
		v := settings[key]
		if x, ok := v.(float64); ok {
			v = shortFloat(x)
		}
		parts = append(parts, fmt.Sprintf("%s %v", key, v))
	}
	return strings.Join(parts, ", ")
}
