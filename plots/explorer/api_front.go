package explorer

import (
	"encoding/binary"
	"encoding/json"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/paretolab/paretolab/pareto"
)

// measureNames are the numbers that points can be coloured by.
var measureNames = []string{"crowding", "ideal_distance", "marginal_utility"}

// showFront answers with a front: as JSON, or as float32 where the client accepts that.
func (s *Server) showFront(w http.ResponseWriter, r *http.Request) (any, error) {
	x, err := s.runOf(r)
	if err != nil {
		return nil, err
	}
	q := r.URL.Query()
	var measures []string
	if list := q.Get("measures"); list != "" {
		for _, name := range strings.Split(list, ",") {
			if !slices.Contains(measureNames, name) {
				return nil, badInput("there are "+strings.Join(measureNames, ", "), "there is no measure %q", name)
			}
			measures = append(measures, name)
		}
	}
	binary := strings.Contains(r.Header.Get("Accept"), "application/octet-stream")
	f, err := s.index.frontOf(x, q.Get("at"))
	if err != nil {
		return nil, err
	}
	if unchanged(w, r, runID(strings.Join([]string{f.at, r.URL.RawQuery, strconv.FormatBool(binary), x.files.Stamp("archive.csv", "result.json", "fronts.jsonl", "evaluations.csv")}, " "))) {
		return nil, nil
	}
	head, err := f.head(s.index)
	if err != nil {
		return nil, err
	}
	values := map[string][]float64{}
	for _, name := range measures {
		if values[name], err = measure(f.values, name); err != nil {
			return nil, err
		}
	}
	if binary {
		return nil, f.writeBinary(w, head, measures, values, q.Get("selected") == "1")
	}
	return append(head,
		member{"points", listed(f.values.Rows())}, member{"stderr", f.stderr}, member{"selected", f.selected}, member{"origin", listed(f.origins)},
		member{"nondominated", listed(f.nondominated)}, member{"episodes", f.episodes}, member{"steps", f.policySteps}, member{"measures", values}), nil
}

// listed is a slice that is never null in JSON.
func listed[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}

// head is what both forms of a front begin with.
func (f *front) head(x *index) (object, error) {
	units := []string{}
	for _, o := range f.info.Environment.Objectives {
		units = append(units, o.Unit)
	}
	var ideal, nadir []float64
	if f.values.Len() > 0 {
		var err error
		if ideal, err = pareto.Ideal(f.values); err != nil {
			return nil, err
		}
		if nadir, err = pareto.Nadir(f.values); err != nil {
			return nil, err
		}
	}
	var eval *int
	phase := ""
	if m, err := x.metrics(f.run); err == nil && m.rows > 0 {
		at := m.rows - 1
		for i, e := range m.data["eval"] {
			if int(e) == f.eval {
				at = i
			}
		}
		phase = m.phase[at]
	}
	if f.eval >= 0 {
		eval = &f.eval
	}
	return object{
		{"run", f.run.id}, {"at", f.at}, {"eval", eval}, {"steps_train", f.steps}, {"phase", phase}, {"objectives", f.names()}, {"units", units},
		{"reference", f.info.Environment.Reference}, {"gamma", f.info.Environment.Gamma}, {"count", f.values.Len()}, {"m", f.values.M}, {"ideal", ideal}, {"nadir", nadir},
		{"skipped", f.skipped}, {"policies", listed(f.policies)},
	}, nil
}

// measure computes a number of every point.
func measure(f pareto.Front, name string) ([]float64, error) {
	if f.Len() == 0 {
		return []float64{}, nil
	}
	switch name {
	case "crowding":
		return pareto.Crowding(f), nil
	case "marginal_utility":
		k, err := pareto.MarginalUtilityKnees(f, kneeWeights(f.M))
		return k.Score, err
	}
	return pareto.IdealDistances(f)
}

// writeBinary answers with a front as "PLF1", the length of a JSON header as uint32, the header, zeros up to a multiple of 4, and
// the arrays that it lists as float32, all little-endian.
func (f *front) writeBinary(w http.ResponseWriter, head object, measures []string, values map[string][]float64, selected bool) error {
	type array struct {
		Name  string `json:"name"`
		Shape []int  `json:"shape"`
	}
	var arrays []array
	var numbers []float32
	n, m := f.values.Len(), f.values.M
	add := func(name string, values []float64) {
		arrays = append(arrays, array{name, []int{n}})
		for _, v := range values {
			numbers = append(numbers, float32(v))
		}
	}
	rows := func(name string, rows [][]float64) {
		arrays = append(arrays, array{name, []int{n, m}})
		for _, row := range rows {
			for j := range m {
				v := math.NaN()
				if j < len(row) {
					v = row[j]
				}
				numbers = append(numbers, float32(v))
			}
		}
	}
	rows("points", f.values.Rows())
	if f.stderr != nil {
		rows("stderr", f.stderr)
	}
	if selected && f.selected != nil {
		rows("selected", f.selected)
	}
	flags, origins, places := make([]float64, n), []string{}, make([]float64, n)
	seen := map[string]int{}
	for i := range n {
		if f.nondominated[i] {
			flags[i] = 1
		}
		at, ok := seen[f.origins[i]]
		if !ok {
			at = len(origins)
			seen[f.origins[i]], origins = at, append(origins, f.origins[i])
		}
		places[i] = float64(at)
	}
	add("nondominated", flags)
	add("origin", places)
	for _, name := range measures {
		add(name, values[name])
	}
	header, err := json.Marshal(append(head, member{"origins", origins}, member{"arrays", arrays}))
	if err != nil {
		return err
	}
	b := append([]byte("PLF1"), 0, 0, 0, 0)
	binary.LittleEndian.PutUint32(b[4:], uint32(len(header)))
	b = append(b, header...)
	for len(b)%4 != 0 {
		b = append(b, 0)
	}
	for _, v := range numbers {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(v))
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set("Content-Length", strconv.Itoa(len(b)))
	_, _ = w.Write(b) // fails only if the client left
	return nil
}
