package preference

import (
	"bytes"
	"context"
	"errors"
	"math"
	"reflect"
	"strings"
	"testing"

	"github.com/paretolab/paretolab/envs"
)

// fuzzWorld is a board of six cells.
func fuzzWorld(f *testing.F) *World {
	f.Helper()
	e, err := envs.Make("random-grid", map[string]any{"board": "..B/SCG", "weights": "-1,5,-5,1,-2,0", "features": "raw"})
	if err != nil {
		f.Fatal(err)
	}
	w, err := NewWorld(e, 0.9)
	if err != nil {
		f.Fatal(err)
	}
	return w
}

// A file of any bytes is read or refused with its line. What is read is written so that the same is read again, in both
// formats, and what is learned from it is finite.
func FuzzReader(f *testing.F) {
	w := fuzzWorld(f)
	const header = `{"format": "paretolab-preferences", "version": 1, "users": ["ann", "bob"]}` + "\n"
	f.Add(header + `{"a": "0,0:RR", "b": "1,1:LU", "y": 1, "user": "ann", "weight": 2}` + "\n" + `{"a": "0,0:R-", "b": "1,1:R-", "y": 0.25, "user": "bob"}`)
	f.Add(strings.Replace(header, `, "users": ["ann", "bob"]`, "", 1) + `{"a": {"features": [1,0,0,0,0,2]}, "b": {"features": [0,0,1,0,0,0], "start": 4, "end": 3, "ended": true, "steps": [[4, 2]], "padding": 2}, "y": 0.5}`)
	f.Add("# paretolab-preferences 1\na,b,y,user,weight\n\"0,0:RR\",\"1,1:LU\",1,ann,2\n\"0,0:R\",\"1,1:R--\",0,,\n")
	f.Add("a_gas,a_goal,a_sheep,a_coin,a_roadblock,a_mud,b_gas,b_goal,b_sheep,b_coin,b_roadblock,b_mud,y,a_start,a_end,a_ended\n1,0,0,0,0,0,0,1,0,0,0,0,0.5,4,5,true\n")
	f.Add("a,b,y\n\"0,0:RR\",\"0,0:RR\",1e-320\n")
	f.Fuzz(func(t *testing.T, text string) {
		r := &Reader{Objectives: w.Objectives, World: w}
		d, err := r.Read(strings.NewReader(text))
		if err != nil {
			var line *LineError
			if !errors.As(err, &line) && !errors.Is(err, ErrNoAnswers) {
				t.Fatalf("a fault without its line: %v", err)
			}
			return
		}
		for i := range d.Pairs {
			d.Pairs[i].Weight = d.Pairs[i].count()
		}
		for name, write := range map[string]func(b *bytes.Buffer) error{
			"JSON Lines": func(b *bytes.Buffer) error { return d.WriteJSONLines(b, w) },
			"CSV":        func(b *bytes.Buffer) error { return d.WriteCSV(b, w) },
		} {
			var b bytes.Buffer
			if err := write(&b); err != nil {
				t.Fatal(err)
			}
			written := b.String()
			again, err := r.Read(&b)
			if err != nil {
				t.Fatalf("as %s it is refused: %v\n%s", name, err, written)
			}
			if len(again.Pairs) != len(d.Pairs) {
				t.Fatalf("as %s %d answers became %d", name, len(d.Pairs), len(again.Pairs))
			}
			for i, p := range again.Pairs {
				q := d.Pairs[i]
				p.Weight = p.count()
				if name == "CSV" { // which holds neither steps that a text does not say, nor what was waited
					for _, s := range []*Segment{&p.A, &p.B, &q.A, &q.B} {
						s.Steps, s.Padding = nil, 0
					}
				}
				if nameOf(again, p.User) != nameOf(d, q.User) {
					t.Fatalf("as %s answer %d is of %q, not %q", name, i+1, nameOf(again, p.User), nameOf(d, q.User))
				}
				p.User, q.User = 0, 0
				if !reflect.DeepEqual(p, q) {
					t.Fatalf("as %s answer %d is read as\n%+v\nbefore\n%+v", name, i+1, p, q)
				}
			}
		}
		for _, l := range []Learner{Partial{}, Partial{Adam: true, Epochs: 50}, RegretExact{World: w, Epochs: 5}, Laplace{}} {
			m, err := l.Fit(context.Background(), d, nil)
			if err != nil {
				continue
			}
			for _, x := range m.Params() {
				if math.IsNaN(x) || math.IsInf(x, 0) {
					t.Fatalf("%T learns %v", l, m.Params())
				}
			}
		}
	})
}

// nameOf is the name of a user, empty for one without.
func nameOf(d *Dataset, user int) string {
	if len(d.Users) == 0 {
		return ""
	}
	return d.Users[user]
}

// Boards of any bytes are read or refused; those that are read can be planned on.
func FuzzReadGrids(f *testing.F) {
	f.Add(`{"gamma": 0.9, "mdps": [{"id": "random-1", "rows": ["..B", "SCG"], "weights": [-1, 10, -5, 1, -2, -1]}]}`)
	f.Add(`{"mdps": [{"id": "loop-1", "rows": [".G", "mw"], "weights": [1, 5, -5, 0, 0, 0]}]}`)
	f.Add(`{"mdps": [{"id": "a", "rows": ["."], "weights": [1e308, -1e308, 0, 0, 0, 1e-320]}]}`)
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 2000 {
			t.Skip("large boards take long")
		}
		grids, gamma, err := ReadGrids(strings.NewReader(text))
		if err != nil {
			return
		}
		for _, g := range grids {
			w, err := g.World(gamma)
			if err != nil {
				t.Fatalf("%s was read: %v", g.ID, err)
			}
			if gamma > 0.99 {
				continue // values may be large without end
			}
			s, err := w.NewScale(g.Weights)
			if err != nil {
				t.Fatalf("%s: %v", g.ID, err)
			}
			if r, err := s.Reward(g.Weights); err != nil || math.Abs(r-1) > 1e-6 {
				t.Fatalf("%s: the best policy has a scaled return of %v, error %v", g.ID, r, err)
			}
		}
	})
}

// Answers of people of any bytes are read or refused; what is read can be explained.
func FuzzReadPeople(f *testing.F) {
	w, weights, err := NewDelivery(1)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(`{"conditions": {"a": {"pairs": ["4,2:ULL|8,0:LLR|R", "8,1:ULL|8,0:LLR|S"]}, "b": {"stats": [[2, 0, 0, 5, 0, 5], [-1, 3, 1e10, 0, 1, 0]]}}}`)
	f.Add(`{"conditions": {"a": {"pairs": ["4,2:ULL|8,0:LLR|L"], "stats": [[2, 0, 0, 0, 0, 1]]}}}`)
	f.Add(`{"conditions": {"a": {"stats": [[1e308, -1e308, 0, 1e12, 0, 5]]}}}`)
	f.Fuzz(func(t *testing.T, text string) {
		groups, err := ReadPeople(strings.NewReader(text), w, weights)
		if err != nil {
			return
		}
		for _, g := range groups {
			if len(g.Y) > 1000 {
				continue
			}
			for _, m := range PeopleModels {
				fit := g.Fit(m.Columns)
				for _, x := range append(fit.Beta, fit.Loss, fit.Lapse, fit.LapseLoss, fit.ExactMatch) {
					if math.IsNaN(x) || math.IsInf(x, 0) {
						t.Fatalf("%s, %s: %+v", g.Name, m.Name, fit)
					}
				}
			}
		}
	})
}
