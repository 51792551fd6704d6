package explorer

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/paretolab/paretolab/experiments"
)

// runOf returns the run that a request names.
func (s *Server) runOf(r *http.Request) (*run, error) { return s.index.find(r.PathValue("id")) }

// integer reads a number of a query.
func integer(q url.Values, key string, otherwise, low, high int) (int, error) {
	text := q.Get(key)
	if text == "" {
		return otherwise, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < low || n > high {
		return 0, badInput(fmt.Sprintf("give an integer from %d to %d", low, high), "%s is %q", key, text)
	}
	return n, nil
}

// facet counts the runs that share a value.
type facet struct {
	Value string `json:"value"`
	Count int    `json:"count"`
}

// orders are the ways of sorting runs: ascending, but the newest first.
var orders = map[string]func(a, b *row) int{
	"started":     func(a, b *row) int { return cmp.Compare(deref(b.Started), deref(a.Started)) },
	"experiment":  func(a, b *row) int { return cmp.Compare(a.Experiment, b.Experiment) },
	"label":       func(a, b *row) int { return cmp.Compare(a.Label, b.Label) },
	"algorithm":   func(a, b *row) int { return cmp.Compare(a.Algorithm, b.Algorithm) },
	"environment": func(a, b *row) int { return cmp.Compare(a.Environment, b.Environment) },
	"seed":        func(a, b *row) int { return cmp.Compare(a.Seed, b.Seed) },
	"status":      func(a, b *row) int { return cmp.Compare(a.Status, b.Status) },
	"steps":       func(a, b *row) int { return cmp.Compare(a.Steps, b.Steps) },
	"hypervolume": func(a, b *row) int { return comparePointers(a.Hypervolume, b.Hypervolume) },
	"hv_ratio":    func(a, b *row) int { return comparePointers(a.HVRatio, b.HVRatio) },
	"eum":         func(a, b *row) int { return comparePointers(a.EUM, b.EUM) },
	"front_size":  func(a, b *row) int { return comparePointers(a.FrontSize, b.FrontSize) },
	"seconds":     func(a, b *row) int { return comparePointers(a.Seconds, b.Seconds) },
}

func deref(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// comparePointers compares numbers, what is missing first.
func comparePointers[T cmp.Ordered](a, b *T) int {
	switch {
	case a == nil && b == nil:
		return 0
	case a == nil:
		return -1
	case b == nil:
		return 1
	}
	return cmp.Compare(*a, *b)
}

// matches reports whether a run has all words of a search.
func (r *row) matches(words []string) bool {
	text := strings.ToLower(strings.Join([]string{r.Experiment, r.Label, r.Algorithm, r.Preset, r.Environment, r.Path, r.Root, r.Status, fmt.Sprintf("s%d", r.Seed)}, " "))
	for _, w := range words {
		if !strings.Contains(text, w) {
			return false
		}
	}
	return true
}

// listRuns lists the runs.
func (s *Server) listRuns(w http.ResponseWriter, r *http.Request) (any, error) {
	q := r.URL.Query()
	offset, err := integer(q, "offset", 0, 0, maxRuns)
	if err != nil {
		return nil, err
	}
	limit, err := integer(q, "limit", 200, 1, 2000)
	if err != nil {
		return nil, err
	}
	sort := cmp.Or(q.Get("sort"), "started")
	order := orders[strings.TrimPrefix(sort, "-")]
	if order == nil {
		return nil, badInput("it is one of started, experiment, algorithm, environment, seed, status, steps, hypervolume, eum, front_size, seconds; - before it turns it around", "sort is %q", sort)
	}
	words := strings.Fields(strings.ToLower(q.Get("q")))
	wanted := map[string]string{"experiment": q.Get("experiment"), "algorithm": q.Get("algorithm"), "environment": q.Get("environment"), "status": q.Get("status")}
	counts := map[string]map[string]int{"experiment": {}, "algorithm": {}, "environment": {}, "status": {}}
	chosen := []row{}
	var tag strings.Builder
	for _, x := range s.index.all() {
		row := x.present()
		fmt.Fprint(&tag, x.stamp, row.Status)
		fits := true
		for facet, value := range map[string]string{"experiment": row.Experiment, "algorithm": row.Algorithm, "environment": row.Environment, "status": row.Status} {
			counts[facet][value]++
			fits = fits && (wanted[facet] == "" || wanted[facet] == value)
		}
		if fits && row.matches(words) {
			chosen = append(chosen, row)
		}
	}
	if unchanged(w, r, runID(tag.String()+r.URL.RawQuery)) {
		return nil, nil
	}
	slices.SortStableFunc(chosen, func(a, b row) int {
		if strings.HasPrefix(sort, "-") {
			return order(&b, &a)
		}
		return order(&a, &b)
	})
	facets := map[string][]facet{}
	for name, values := range counts {
		facets[name] = []facet{}
		for value, count := range values {
			facets[name] = append(facets[name], facet{value, count})
		}
		slices.SortFunc(facets[name], func(a, b facet) int { return cmp.Compare(a.Value, b.Value) })
	}
	from := min(offset, len(chosen))
	return map[string]any{"total": len(chosen), "offset": offset, "runs": chosen[from:min(from+limit, len(chosen))], "facets": facets}, nil
}

// phase is a stretch of a training.
type phase struct {
	Phase      string `json:"phase"`
	FromEval   int    `json:"from_eval"`
	ToEval     int    `json:"to_eval"`
	StepsTrain int    `json:"steps_train"` // at its end
}

// objective describes one number of value vectors.
type objective struct {
	Name  string `json:"name"`
	Unit  string `json:"unit"`
	Sense string `json:"sense"`
}

func objectivesOf(info *experiments.Info) []objective {
	out := []objective{}
	for _, o := range info.Environment.Objectives {
		out = append(out, objective(o))
	}
	return out
}

// knownFront is the exact or best known front of an environment.
type knownFront struct {
	Points            [][]float64 `json:"points"`
	Source            string      `json:"source"`
	Hypervolume       *float64    `json:"hypervolume"`
	HypervolumeLinear *float64    `json:"hypervolume_linear"`
}

// details is all about a run but its tables.
type details struct {
	row
	Title         string                  `json:"title"`
	Objectives    []objective             `json:"objectives_detail"`
	Gamma         float64                 `json:"gamma"`
	Horizon       int                     `json:"horizon"`
	Reference     []float64               `json:"reference"`
	Revision      int                     `json:"revision"`
	Program       experiments.Program     `json:"program"`
	Item          string                  `json:"item"`
	Host          string                  `json:"host"`
	Evaluations   int                     `json:"evaluations"`
	Columns       []string                `json:"columns"`
	Phases        []phase                 `json:"phases"`
	EvalsOfFronts []int                   `json:"evals_with_front"`
	Final         *experiments.Indicators `json:"final"`
	FinalSelected *experiments.Indicators `json:"final_selected"`
	Notes         []string                `json:"notes"`
	Weights       string                  `json:"weights"`
	KnownFront    *knownFront             `json:"known_front"`
	Failure       *experiments.Failure    `json:"failure"`
	Lineage       bool                    `json:"lineage"`
	Archive       bool                    `json:"archive"`
	Policies      bool                    `json:"policies"`
}

// showRun describes a run.
func (s *Server) showRun(w http.ResponseWriter, r *http.Request) (any, error) {
	x, err := s.runOf(r)
	if err != nil {
		return nil, err
	}
	row := x.present()
	tag := x.files.Stamp("run.json", "result.json", "failure.json", "metrics.csv", "fronts.jsonl") + row.Status
	if unchanged(w, r, runID(tag)) {
		return nil, nil
	}
	info, err := x.files.Info()
	if err != nil {
		return nil, err
	}
	d := details{
		row: row, Title: row.title(), Objectives: objectivesOf(info), Gamma: info.Environment.Gamma, Horizon: info.Environment.Horizon,
		Reference: info.Environment.Reference, Revision: info.Revision, Program: info.Program, Item: info.Item, Host: info.Host, Notes: []string{},
	}
	m, err := s.index.metrics(x)
	if err != nil {
		return nil, err
	}
	d.Evaluations, d.Columns, d.Phases = m.rows, m.names, m.phases()
	fronts, err := s.index.fronts(x)
	if err != nil {
		return nil, err
	}
	d.EvalsOfFronts = fronts.evals()
	d.Lineage = slices.ContainsFunc(m.names, func(name string) bool { return strings.HasPrefix(name, "cmorl.") }) || info.Algorithm == "pgmorl"
	d.Archive = slices.ContainsFunc(m.names, func(name string) bool { return strings.HasSuffix(name, ".coverage") })
	if d.Failure, err = x.files.Failure(); err != nil {
		return nil, err
	}
	known := &knownFront{}
	if known.Points, err = x.files.KnownFront(info); err != nil {
		return nil, err
	}
	result, err := x.files.Result()
	if err != nil {
		return nil, err
	}
	if result != nil {
		d.Final, d.FinalSelected, d.Notes, d.Weights, d.Policies = &result.Final, &result.FinalSelected, append(d.Notes, result.Notes...), result.Weights, true
		known.Source, known.Hypervolume, known.HypervolumeLinear = result.KnownFront, result.HypervolumeExact, result.HypervolumeLinear
	}
	if known.Points != nil {
		d.KnownFront = known
	}
	return d, nil
}

// showConfig answers with the configuration of a run as text.
func (s *Server) showConfig(w http.ResponseWriter, r *http.Request) (any, error) {
	x, err := s.runOf(r)
	if err != nil {
		return nil, err
	}
	if unchanged(w, r, x.files.Stamp("config.yaml")) {
		return nil, nil
	}
	text, err := x.files.Read("config.yaml")
	if err != nil {
		return nil, err
	}
	return map[string]string{"yaml": strings.ToValidUTF8(string(text), "�")}, nil
}

// record is a line of a log.
type record struct {
	Time       string         `json:"time"`
	Level      string         `json:"level"`
	Message    string         `json:"msg"`
	Attributes map[string]any `json:"attributes"`
}

// maxLogBytes is how much of a log one answer reads.
const maxLogBytes = 1 << 20

// showLog answers with records of a log from a byte on. A torn last line waits for the next question.
func (s *Server) showLog(_ http.ResponseWriter, r *http.Request) (any, error) {
	x, err := s.runOf(r)
	if err != nil {
		return nil, err
	}
	q := r.URL.Query()
	after, err := integer(q, "after", 0, 0, 1<<40)
	if err != nil {
		return nil, err
	}
	limit, err := integer(q, "limit", 500, 1, 5000)
	if err != nil {
		return nil, err
	}
	records := []record{}
	file, _, err := x.files.Open("log.jsonl")
	if err != nil {
		return nil, err
	}
	defer file.Close()
	text, err := io.ReadAll(io.NewSectionReader(file, int64(after), maxLogBytes))
	if err != nil {
		return nil, err
	}
	next := after
	for line := range bytes.Lines(text) {
		if !bytes.HasSuffix(line, []byte("\n")) || len(records) == limit {
			break
		}
		next += len(line)
		records = append(records, parseRecord(line))
	}
	if next == after && len(text) == maxLogBytes { // a line longer than an answer
		next += len(text)
	}
	return map[string]any{"records": records, "next": next, "more": next < after+len(text)}, nil
}

// parseRecord reads a line of a log; one that is none becomes a message.
func parseRecord(line []byte) record {
	rec := record{Attributes: map[string]any{}}
	if err := json.Unmarshal(line, &rec.Attributes); err != nil {
		return record{Level: "?", Message: strings.ToValidUTF8(string(bytes.TrimSpace(line)), "�"), Attributes: map[string]any{}}
	}
	for key, to := range map[string]*string{"time": &rec.Time, "level": &rec.Level, "msg": &rec.Message} {
		if text, ok := rec.Attributes[key].(string); ok {
			*to = text
			delete(rec.Attributes, key)
		}
	}
	if t, err := time.Parse(time.RFC3339Nano, rec.Time); err == nil {
		rec.Time = t.UTC().Format("2006-01-02T15:04:05.000Z")
	}
	return rec
}
