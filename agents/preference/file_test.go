package preference

import (
	"bytes"
	"context"
	"errors"
	"math"
	"reflect"
	"strings"
	"testing"
)

// TestFilesAreReadBack: what is written as JSON Lines or CSV is read as it was, with segments of a world and
// with those of which only features are known.
func TestFilesAreReadBack(t *testing.T) {
	w, weights := deliveryWorld(t, 0.999)
	walked := drawn(t, w, 50, 3, &User{Statistic: RegretDet{optimum(t, w, weights)}, Noiseless: true})
	walked.Users = []string{"ann", "bob"}
	for i := range walked.Pairs {
		walked.Pairs[i].User = i % 2
	}
	walked.Pairs[3].Weight = 2.5
	items := &Dataset{Objectives: []string{"speed", "cost"}}
	for _, y := range []float64{1, 0.25, 0.5} {
		if err := items.Add(Pair{A: Item([]float64{1, 0.5}), B: Item([]float64{-1e-9, 1e20}), Y: y}); err != nil {
			t.Fatal(err)
		}
	}
	for name, c := range map[string]struct {
		d *Dataset
		w *World
	}{"walked": {walked, w}, "items": {items, nil}} {
		for format, write := range map[string]func(*Dataset, *bytes.Buffer) error{
			"JSON Lines": func(d *Dataset, b *bytes.Buffer) error { return d.WriteJSONLines(b, c.w) },
			"CSV":        func(d *Dataset, b *bytes.Buffer) error { return d.WriteCSV(b, c.w) },
		} {
			var b bytes.Buffer
			if err := write(c.d, &b); err != nil {
				t.Fatal(err)
			}
			again, err := (&Reader{Objectives: c.d.Objectives, World: c.w}).Read(&b)
			if err != nil {
				t.Fatalf("%s as %s: %v", name, format, err)
			}
			for i := range again.Pairs {
				again.Pairs[i].Weight, c.d.Pairs[i].Weight = again.Pairs[i].count(), c.d.Pairs[i].count()
			}
			if !reflect.DeepEqual(again.Pairs, c.d.Pairs) || len(again.Users) != len(c.d.Users) {
				t.Errorf("%s as %s: it is read as something else", name, format)
			}
		}
	}
}

// TestMistakesInFiles: mistakes are named with their line.
func TestMistakesInFiles(t *testing.T) {
	w, _ := deliveryWorld(t, 0.999)
	const header = `{"format": "paretolab-preferences", "version": 1, "users": ["ann"]}` + "\n"
	for _, c := range []struct {
		name, text string
		line       int
		want       string
	}{
		{"start off the board", header + `{"a": "10,0:U", "b": "0,0:U", "y": 1, "user": "ann"}`, 2, "outside the board"},
		{"start in a house", header + "\n" + `{"a": "3,4:U", "b": "0,0:U", "y": 1, "user": "ann"}`, 3, "in a house"},
		{"unknown action", header + `{"a": "0,0:X", "b": "0,0:U", "y": 1, "user": "ann"}`, 2, `action 'X'`},
		{"waiting before the end", header + `{"a": "0,0:U--", "b": "0,0:U", "y": 1, "user": "ann"}`, 2, "before its episode has ended"},
		{"state outside", header + `{"a": {"features": [1,0,0,0,0,0], "start": 100}, "b": "0,0:U", "y": 1, "user": "ann"}`, 2, "state 100"},
		{"too few features", header + `{"a": {"features": [1]}, "b": "0,0:U", "y": 1, "user": "ann"}`, 2, "1 features, expected 6"},
		{"unknown user", header + `{"a": "0,0:R", "b": "0,0:U", "y": 1, "user": "zoe"}`, 2, `user "zoe" is unknown`},
		{"label above 1", header + `{"a": "0,0:R", "b": "0,0:U", "y": 1.5, "user": "ann"}`, 2, "label 1.5 lies outside"},
		{"no label", header + `{"a": "0,0:R", "b": "0,0:U", "user": "ann"}`, 2, "no y"},
		{"unknown key", header + `{"a": "0,0:R", "b": "0,0:U", "label": 1}`, 2, "label"},
		{"negative weight", header + `{"a": "0,0:R", "b": "0,0:U", "y": 1, "user": "ann", "weight": -1}`, 2, "weight -1"},
		{"user is no text", header + `{"a": "0,0:R", "b": "0,0:U", "y": 1, "user": 1}`, 2, "user holds a value of kind number, not a text"},
		{"a step of one number", header + `{"a": {"features": [1,0,0,0,0,0], "steps": [[3]]}, "b": "0,0:U", "y": 1, "user": "ann"}`, 2, "step 1: 1 numbers"},
		{"a step of three numbers", header + `{"a": {"features": [1,0,0,0,0,0], "steps": [[3,1],[4,1,0]]}, "b": "0,0:U", "y": 1, "user": "ann"}`, 2, "step 2: 3 numbers"},
		{"a feature left out", header + `{"a": {"features": [1,0,null,0,0,0]}, "b": "0,0:U", "y": 1, "user": "ann"}`, 2, "null is no number"},
		{"a state and a half", header + `{"a": {"features": [1,0,0,0,0,0], "start": 1.5}, "b": "0,0:U", "y": 1, "user": "ann"}`, 2, "not a whole number"},
		{"another format", `{"format": "other"}`, 1, `format is "other"`},
		{"a newer version", `{"format": "paretolab-preferences", "version": 2}`, 1, "newer version"},
		{"CSV, newer version", "# paretolab-preferences 2\na,b,y\n", 1, "newer version"},
		{"CSV, label", "a,b,y\n\"0,0:R\",\"0,0:U\",1\n\"0,0:R\",\"0,0:U\",-0.1\n", 3, "label -0.1"},
		{"CSV, no number", "a,b,y\n\"0,0:R\",\"0,0:U\",yes\n", 2, `"yes" is not a number`},
		{"CSV, unknown column", "a,b,label\n", 1, `column "label"`},
		{"CSV, missing column", "a_gas,y\n", 1, `no column "a_goal"`},
		{"CSV, too few cells", "a,b,y\n\"0,0:R\",1\n", 2, "wrong number of fields"},
		{"CSV, NaN", "a_gas,a_goal,a_sheep,a_coin,a_roadblock,a_mud,b_gas,b_goal,b_sheep,b_coin,b_roadblock,b_mud,y\nNaN,0,0,0,0,0,1,0,0,0,0,0,1\n", 2, "not a finite number"},
	} {
		_, err := (&Reader{Objectives: w.Objectives, World: w}).Read(strings.NewReader(c.text))
		var line *LineError
		if !errors.As(err, &line) || line.Line != c.line || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v; want line %d, %q", c.name, err, c.line, c.want)
		}
	}
	for _, text := range []string{"", "a,b,y\n", header} {
		if _, err := (&Reader{Objectives: w.Objectives, World: w}).Read(strings.NewReader(text)); !errors.Is(err, ErrNoAnswers) {
			t.Errorf("%q: %v, want that there are no answers", text, err)
		}
	}
}

// TestOddAnswers: contradictory and repeated answers, ties alone, and fewer answers than weights give finite weights.
func TestOddAnswers(t *testing.T) {
	w, weights := deliveryWorld(t, 0.999)
	all := drawn(t, w, 30, 3, &User{Statistic: RegretDet{optimum(t, w, weights)}, Noiseless: true})
	only := func(pairs ...Pair) *Dataset {
		d := &Dataset{Objectives: w.Objectives}
		if err := d.Add(pairs...); err != nil {
			t.Fatal(err)
		}
		return d
	}
	p := all.Pairs[0]
	against, tie := p, p
	against.Y, tie.Y = 1-p.Y, 0.5
	set, err := w.DrawSuccessors(DeliveryPrior, weights, testRand(1))
	if err != nil {
		t.Fatal(err)
	}
	for name, d := range map[string]*Dataset{
		"one answer": only(p), "contradictory": only(p, against), "turned round": only(p, against.Swap()), "a tie": only(tie),
		"repeated": only(p, p, p), "the same segment": only(Pair{A: p.A, B: p.A, Y: 1}), "more": all,
	} {
		for _, l := range []Learner{
			Partial{}, Partial{Adam: true, Epochs: 3000}, RegretSF{Policies: set, Epochs: 300}, RegretExact{World: w, Epochs: 50},
			Tabular{States: w.States, Actions: w.Actions, Epochs: 100},
		} {
			m, err := l.Fit(context.Background(), d, nil)
			if err != nil {
				t.Errorf("%s, %T: %v", name, l, err)
				continue
			}
			for _, x := range m.Params() {
				if math.IsNaN(x) || math.IsInf(x, 0) {
					t.Fatalf("%s, %T: weights %v", name, l, m.Params())
				}
			}
		}
	}
	if q := only(p, against, p.Swap(), all.Pairs[1]).Questions(); q != (Questions{Different: 2, Repeated: 2, Contradictory: 1}) {
		t.Errorf("%+v", q)
	}
	empty := &Dataset{Objectives: w.Objectives}
	for _, l := range []Learner{Partial{}, RegretSF{Policies: set}, RegretExact{World: w}, Tabular{States: w.States, Actions: w.Actions}} {
		if _, err := l.Fit(context.Background(), empty, nil); !errors.Is(err, ErrNoAnswers) {
			t.Errorf("%T: %v, want that there are no answers", l, err)
		}
	}
	if err := empty.Add(Pair{A: p.A, B: p.B, Y: 2}); err == nil {
		t.Error("a label of 2 was taken")
	}
}

// TestWhatChangesNothing: swapping all pairs, merging duplicates, repeating all of them, and their order.
func TestWhatChangesNothing(t *testing.T) {
	w, weights := deliveryWorld(t, 0.999)
	d := drawn(t, w, 120, 3, &User{Statistic: RegretDet{optimum(t, w, weights)}, Beta: 0.3, Rand: testRand(2)})
	d.Pairs = append(d.Pairs, d.Pairs[:30]...)
	set, err := w.DrawSuccessors(DeliveryPrior, weights, testRand(1))
	if err != nil {
		t.Fatal(err)
	}
	swapped, repeated, turned := d.Clone(), d.Clone(), d.Clone()
	for i, p := range d.Pairs {
		swapped.Pairs[i] = p.Swap()
		repeated.Pairs = append(repeated.Pairs, p, p)
		turned.Pairs[len(d.Pairs)-1-i] = p
	}
	if n := len(d.Merge().Pairs); n > 120 {
		t.Errorf("%d pairs after merging", n)
	}
	for _, l := range []Learner{
		Partial{}, Partial{Adam: true, Epochs: 200}, RegretSF{Policies: set, Epochs: 100}, RegretExact{World: w, Epochs: 50},
		Tabular{States: w.States, Actions: w.Actions, Epochs: 100},
	} {
		fit := func(d *Dataset) []float64 {
			m, err := l.Fit(context.Background(), d, nil)
			if err != nil {
				t.Fatal(err)
			}
			return m.Params()
		}
		want := fit(d)
		for name, other := range map[string]*Dataset{"swapped": swapped, "merged": d.Merge(), "three times": repeated, "in another order": turned} {
			for j, x := range fit(other) {
				if math.Abs(x-want[j]) > 1e-10*max(1, math.Abs(want[j])) {
					t.Errorf("%T, %s: weight %d is %v, was %v", l, name, j, x, want[j])
				}
			}
		}
	}
}
