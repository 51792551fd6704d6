package explorer

import (
	"fmt"
	"math"
	"net/http"
	"slices"
	"strings"

	"github.com/paretolab/paretolab/experiments"
	"github.com/paretolab/paretolab/internal/didyoumean"
)

// columns is metrics.csv with timing.csv beside it, by column.
type columns struct {
	rows  int
	names []string // in the order of the files
	phase []string
	data  map[string][]float64 // NaN where a value is missing
}

// integerColumns are those whose numbers are integers.
var integerColumns = []string{"eval", "steps_train", "steps_eval", "episodes", "updates", "cardinality"}

// metrics reads the tables of a run by column.
func (x *index) metrics(r *run) (*columns, error) {
	return cached(x.cache, r.id+"/metrics", r.files.Stamp("metrics.csv", "timing.csv"), func() (*columns, int64, error) {
		rows, err := r.files.Metrics()
		if err != nil {
			return nil, 0, err
		}
		timing, err := r.files.Timing()
		if err != nil {
			return nil, 0, err
		}
		c := newColumns(rows, timing)
		return c, int64(c.rows * (len(c.names)*8 + 32)), nil
	})
}

func newColumns(rows []experiments.Metrics, timing []experiments.TimingRow) *columns {
	c := &columns{rows: len(rows), names: []string{"eval", "phase"}, data: map[string][]float64{}}
	add := func(name string, value func(m *experiments.Metrics) float64) {
		data := make([]float64, len(rows))
		for i := range rows {
			data[i] = value(&rows[i])
		}
		c.data[name] = data
		if name != "eval" {
			c.names = append(c.names, name)
		}
	}
	optional := func(name string, value func(m *experiments.Metrics) *float64) {
		add(name, func(m *experiments.Metrics) float64 {
			if v := value(m); v != nil {
				return *v
			}
			return math.NaN()
		})
	}
	for i := range rows {
		c.phase = append(c.phase, rows[i].Phase)
	}
	type m = experiments.Metrics
	add("eval", func(m *m) float64 { return float64(m.Eval) })
	add("steps_train", func(m *m) float64 { return float64(m.StepsTrain) })
	add("steps_eval", func(m *m) float64 { return float64(m.StepsEval) })
	add("episodes", func(m *m) float64 { return float64(m.Episodes) })
	add("updates", func(m *m) float64 { return float64(m.Updates) })
	add("hypervolume", func(m *m) float64 { return m.Hypervolume })
	optional("hv_ratio", func(m *m) *float64 { return m.HVRatio })
	optional("eum", func(m *m) *float64 { return m.EUM })
	optional("eum_min", func(m *m) *float64 { return m.EUMMin })
	optional("mul", func(m *m) *float64 { return m.MUL })
	optional("igd_plus", func(m *m) *float64 { return m.IGDPlus })
	optional("eps_add", func(m *m) *float64 { return m.EpsAdd })
	add("sparsity", func(m *m) float64 { return m.Sparsity })
	add("cardinality", func(m *m) float64 { return float64(m.Cardinality) })
	if len(rows) == 0 {
		return c
	}
	for j := range len(rows[len(rows)-1].Best) {
		add(fmt.Sprintf("best_%d", j), func(m *m) float64 {
			if j < len(m.Best) {
				return m.Best[j]
			}
			return math.NaN()
		})
	}
	own := map[string]bool{}
	for i := range rows {
		for name := range rows[i].Columns {
			own[name] = true
		}
	}
	var names []string
	for name := range own {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		add(name, func(m *m) float64 {
			if v, ok := m.Columns[name]; ok {
				return v
			}
			return math.NaN()
		})
	}
	at := map[int]*experiments.TimingRow{}
	for i := range timing {
		if _, ok := at[timing[i].Eval]; !ok {
			at[timing[i].Eval] = &timing[i]
		}
	}
	clock := func(name string, value func(t *experiments.TimingRow) float64) {
		add(name, func(m *m) float64 {
			if t := at[m.Eval]; t != nil {
				return value(t)
			}
			return math.NaN()
		})
	}
	clock("seconds_total", func(t *experiments.TimingRow) float64 { return t.SecondsTotal })
	clock("seconds_train", func(t *experiments.TimingRow) float64 { return t.SecondsTrain })
	clock("seconds_eval", func(t *experiments.TimingRow) float64 { return t.SecondsEval })
	clock("steps_per_s", func(t *experiments.TimingRow) float64 { return t.StepsPerSecond })
	return c
}

// phases are the stretches of the training.
func (c *columns) phases() []phase {
	out := []phase{}
	for i, name := range c.phase {
		eval, steps := int(c.data["eval"][i]), int(c.data["steps_train"][i])
		if n := len(out); n > 0 && out[n-1].Phase == name {
			out[n-1].ToEval, out[n-1].StepsTrain = eval, steps
			continue
		}
		out = append(out, phase{name, eval, eval, steps})
	}
	return out
}

// after returns the number of rows up to an evaluation.
func (c *columns) after(eval int) int {
	from := 0
	for from < c.rows && int(c.data["eval"][from]) <= eval {
		from++
	}
	return from
}

// take returns rows of columns as JSON shows them.
func (c *columns) take(names []string, rows []int) object {
	out := make(object, 0, len(names))
	for _, name := range names {
		if name == "phase" {
			list := make([]string, len(rows))
			for k, i := range rows {
				list[k] = c.phase[i]
			}
			out = append(out, member{name, list})
			continue
		}
		data, whole := c.data[name], slices.Contains(integerColumns, name)
		list := make([]any, len(rows))
		for k, i := range rows {
			switch v := data[i]; {
			case whole:
				list[k] = int64(v)
			case math.IsNaN(v): // missing
			case math.IsInf(v, 1):
				list[k] = "+Inf"
			case math.IsInf(v, -1):
				list[k] = "-Inf"
			default:
				list[k] = v
			}
		}
		out = append(out, member{name, list})
	}
	return out
}

// thin chooses at most limit of the rows from one on: first and last, and of each of equally long stretches those where
// a column is smallest and largest, so that no peak is lost.
func (c *columns) thin(names []string, from, limit int) []int {
	count := c.rows - from
	rows := make([]int, 0, min(count, limit))
	if count <= limit {
		for i := from; i < c.rows; i++ {
			rows = append(rows, i)
		}
		return rows
	}
	var series [][]float64
	for _, name := range names {
		if data := c.data[name]; data != nil && !slices.Contains([]string{"eval", "steps_train", "steps_eval", "episodes", "updates"}, name) {
			series = append(series, data)
		}
	}
	stretches := max((limit-2)/max(2*len(series), 1), 1)
	keep := map[int]bool{from: true, c.rows - 1: true}
	for s := range stretches {
		a, b := from+s*count/stretches, from+(s+1)*count/stretches
		if len(series) == 0 {
			keep[a] = true
		}
		for _, data := range series {
			low, high := -1, -1
			for i := a; i < b; i++ {
				if v := data[i]; !math.IsNaN(v) {
					if low < 0 || v < data[low] {
						low = i
					}
					if high < 0 || v > data[high] {
						high = i
					}
				}
			}
			if low >= 0 {
				keep[low], keep[high] = true, true
			}
		}
	}
	for i := range keep {
		rows = append(rows, i)
	}
	slices.Sort(rows)
	return rows[:min(len(rows), limit)]
}

// showMetrics answers with columns of the tables of a run.
func (s *Server) showMetrics(w http.ResponseWriter, r *http.Request) (any, error) {
	x, err := s.runOf(r)
	if err != nil {
		return nil, err
	}
	if unchanged(w, r, x.files.Stamp("metrics.csv", "timing.csv")) {
		return nil, nil
	}
	c, err := s.index.metrics(x)
	if err != nil {
		return nil, err
	}
	q := r.URL.Query()
	after, err := integer(q, "after", -1, -1, math.MaxInt32)
	if err != nil {
		return nil, err
	}
	names := c.names
	if list := q.Get("columns"); list != "" {
		names = []string{"eval", "phase", "steps_train"}
		for _, name := range strings.Split(list, ",") {
			switch {
			case !slices.Contains(c.names, name) && c.rows == 0:
			case !slices.Contains(c.names, name):
				return nil, badInput(strings.TrimLeft(didyoumean.Question(didyoumean.Nearest(name, c.names), "the run names its columns"), ";, "), "there is no column %q", name)
			case !slices.Contains(names, name):
				names = append(names, name)
			}
		}
	}
	from := c.after(after)
	rows := c.thin(names, from, maxMetricRows)
	note := ""
	if len(rows) < c.rows-from {
		note = fmt.Sprintf("%d of %d rows: first, last, and where a column is smallest or largest in each of equally long stretches", len(rows), c.rows-from)
	}
	return map[string]any{"total": c.rows, "rows": len(rows), "decimated": note != "", "note": note, "columns": c.take(names, rows)}, nil
}
