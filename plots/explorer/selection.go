package explorer

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/paretolab/paretolab/pareto"
)

// selection names the fronts that a question is about.
type selection struct {
	Runs      []string `json:"runs"`
	At        moment   `json:"at"`
	Dominated bool     `json:"dominated"` // keeps dominated rows
}

// moment is "final", "last" or the number of an evaluation.
type moment string

// UnmarshalJSON implements json.Unmarshaler.
func (m *moment) UnmarshalJSON(b []byte) error {
	var number json.Number
	if json.Unmarshal(b, &number) == nil && len(b) > 0 && b[0] != '"' {
		*m = moment(number)
		return nil
	}
	return json.Unmarshal(b, (*string)(m))
}

// ref names a row of a front.
type ref struct {
	Run    string    `json:"run"`
	Policy string    `json:"policy"`
	Row    int       `json:"row"` // of the front of the run
	Value  []float64 `json:"value"`
}

// choice is the rows of some fronts together.
type choice struct {
	fronts []*front
	names  []string // of the objectives
	values pareto.Front
	at     []place
}

// place is where a row of a choice comes from.
type place struct{ front, row int }

// choose reads the fronts of a selection.
func (s *Server) choose(ctx context.Context, sel selection) (*choice, error) {
	if len(sel.Runs) == 0 || len(sel.Runs) > maxRunsAtOnce {
		return nil, badInput(fmt.Sprintf("name 1 to %d", maxRunsAtOnce), "runs has %d entries", len(sel.Runs))
	}
	c := &choice{}
	var all pareto.Front
	var places []place
	for i, id := range sel.Runs {
		if slices.Contains(sel.Runs[:i], id) {
			return nil, badInput("name each once", "runs has %q twice", id)
		}
		r, err := s.index.find(id)
		if err != nil {
			return nil, err
		}
		f, err := s.index.frontOf(r, string(sel.At))
		if err != nil {
			return nil, err
		}
		if i == 0 {
			c.names = f.names()
		} else if !slices.Equal(f.names(), c.names) {
			return nil, badInput("choose runs with the same objectives", "run %s has the objectives %s, run %s %s", sel.Runs[0], strings.Join(c.names, ", "), id, strings.Join(f.names(), ", "))
		}
		c.fronts = append(c.fronts, f)
		for row := range f.values.Len() {
			all, places = all.Append(f.values.Row(row)), append(places, place{i, row})
		}
	}
	if all.Len() > maxFrontPoints {
		return nil, &fault{http.StatusRequestEntityTooLarge, "too_large", fmt.Sprintf("the runs have %d points together", all.Len()), fmt.Sprintf("choose runs with at most %d", maxFrontPoints)}
	}
	if all.Len() == 0 {
		return nil, badInput("choose a run with policies", "there are no points")
	}
	if !sel.Dominated {
		keep, err := pareto.NonDominated(all, pareto.Options{KeepDuplicates: true, Ctx: ctx})
		if err != nil {
			return nil, err
		}
		kept := make([]place, len(keep))
		for k, i := range keep {
			kept[k] = places[i]
		}
		all, places = all.Select(keep), kept
	}
	c.values, c.at = all, places
	return c, nil
}

// ref names a row of the choice.
func (c *choice) ref(i int) ref {
	p := c.at[i]
	f := c.fronts[p.front]
	return ref{f.run.id, f.policies[p.row], p.row, c.values.Row(i)}
}

func (c *choice) refs(rows []int) []ref {
	out := make([]ref, len(rows))
	for k, i := range rows {
		out[k] = c.ref(i)
	}
	return out
}

// find returns the row of the choice that is a row of a run's front.
func (c *choice) find(run string, row int) (int, error) {
	for i, p := range c.at {
		if p.row == row && c.fronts[p.front].run.id == run {
			return i, nil
		}
	}
	return 0, badInput("name a row of the chosen fronts; dominated ones count with \"dominated\":true", "row %d of run %q is not among them", row, run)
}

// vector checks that numbers are one for each objective.
func (c *choice) vector(name string, v []float64) error {
	if len(v) != len(c.names) {
		return badInput("give one for each of "+strings.Join(c.names, ", "), "%s has %d numbers for %d objectives", name, len(v), len(c.names))
	}
	return nil
}

// scaled returns the values with each objective from 0 to 1 over the rows; constant ones are 0.
func (c *choice) scaled() (pareto.Front, error) {
	ideal, err := pareto.Ideal(c.values)
	if err != nil {
		return pareto.Front{}, err
	}
	nadir, err := pareto.Nadir(c.values)
	if err != nil {
		return pareto.Front{}, err
	}
	out := pareto.Front{M: c.values.M, X: make([]float64, len(c.values.X))}
	for k, v := range c.values.X {
		if j := k % c.values.M; ideal[j] > nadir[j] {
			out.X[k] = (v - nadir[j]) / (ideal[j] - nadir[j])
		}
	}
	return out, nil
}

// compute waits for room to compute and limits the time of it.
func (s *Server) compute(r *http.Request) (ctx context.Context, done func(), err error) {
	select {
	case s.computes <- struct{}{}:
		ctx, cancel := context.WithTimeout(r.Context(), computeTime)
		return ctx, func() { <-s.computes; cancel() }, nil
	case <-time.After(s.queueTime):
		return nil, nil, busy("wait for one to end, or close other tabs", "%d computations are under way already", maxComputes)
	case <-r.Context().Done():
		return nil, nil, r.Context().Err()
	}
}

// computing is a route that reads a body of type B and computes for a limited time.
func computing[B any](s *Server, answer func(ctx context.Context, b *B) (any, error)) handler {
	return func(w http.ResponseWriter, r *http.Request) (any, error) {
		b := new(B)
		if err := body(w, r, b); err != nil {
			return nil, err
		}
		ctx, done, err := s.compute(r)
		if err != nil {
			return nil, err
		}
		defer done()
		return answer(ctx, b)
	}
}
