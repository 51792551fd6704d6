package explorer

import (
	"fmt"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/paretolab/paretolab/experiments"
)

// round is a stretch of a training after which policies were selected anew.
type round struct {
	phase
	Front   []string            `json:"front"`   // policies of the archive at its end
	Columns map[string]*float64 `json:"columns"` // of the algorithm, at its end
	Paths   []constrained       `json:"paths"`   // of complete runs that tell their thresholds
}

// constrained is a path of a round with what bounded it.
type constrained struct {
	Path       string     `json:"path"` // its policies are called path.u1, path.u2 ...
	Parent     string     `json:"parent"`
	Objective  *int       `json:"objective"`  // that it was to extend; nil: a preference
	Thresholds []*float64 `json:"thresholds"` // per objective; nil: none
	Updates    float64    `json:"updates"`
	Infeasible float64    `json:"infeasible"` // updates that began below a threshold
}

// descendant is a policy with where it comes from.
type descendant struct {
	Policy    string    `json:"policy"`
	Parent    string    `json:"parent"`
	Origin    string    `json:"origin"`
	Round     int       `json:"round"`     // index into the rounds
	Objective *int      `json:"objective"` // that it was to extend; nil: none
	Value     []float64 `json:"value"`
	StdErr    []float64 `json:"stderr"`
	Weight    []float64 `json:"weight"`
	Steps     int       `json:"steps"`
	Eval      int       `json:"eval"`
	Front     bool      `json:"front"` // was in an archive at the end of a round
	Final     bool      `json:"final"` // is in the last archive
}

// maxDescendants bounds the policies of an answer: those that were in an archive, and their ancestors, come first.
const maxDescendants = 5000

// lineage tells the rounds of a training and which policy was trained from which.
func (s *Server) lineage(w http.ResponseWriter, r *http.Request) (any, error) {
	x, err := s.runOf(r)
	if err != nil {
		return nil, err
	}
	if unchanged(w, r, runID(x.files.Stamp("metrics.csv", "evaluations.csv", "fronts.jsonl", "thresholds.csv"))) {
		return nil, nil
	}
	info, err := x.files.Info()
	if err != nil {
		return nil, err
	}
	m, err := s.index.metrics(x)
	if err != nil {
		return nil, err
	}
	fronts, err := s.index.fronts(x)
	if err != nil {
		return nil, err
	}
	evaluations, err := s.index.evaluations(x)
	if err != nil {
		return nil, err
	}
	paths, err := x.constraints(info)
	if err != nil {
		return nil, err
	}
	rounds, kept := []round{}, map[string]int{} // last round whose archive had a policy
	for n, p := range m.phases() {
		y := round{phase: p, Front: []string{}, Columns: map[string]*float64{}, Paths: listed(paths[p.Phase])}
		row := m.after(p.ToEval) - 1
		for _, name := range m.names {
			if strings.Contains(name, ".") && row >= 0 {
				if v := m.data[name][row]; !math.IsNaN(v) {
					y.Columns[name] = &v
				}
			}
		}
		if snapshot, err := fronts.upTo(x.files, p.ToEval); err != nil {
			return nil, err
		} else if snapshot != nil {
			y.Front = listed(snapshot.Policies)
		}
		for _, id := range y.Front {
			kept[id] = n
		}
		rounds = append(rounds, y)
	}
	policies := []descendant{}
	for id, e := range evaluations {
		last, front := kept[id]
		d := descendant{
			Policy: id, Parent: e.Parent, Origin: e.Origin, Value: e.Value, StdErr: e.StdErr, Weight: e.Weight, Steps: e.StepsTrain, Eval: e.Eval,
			Front: front, Final: front && last == len(rounds)-1, Objective: extends(e.Origin),
		}
		for n := range rounds {
			if e.Eval >= rounds[n].FromEval {
				d.Round = n
			}
		}
		policies = append(policies, d)
	}
	total := len(policies)
	policies = shorten(policies, evaluations)
	return object{{"objectives", objectivesOf(info)}, {"rounds", rounds}, {"policies", policies}, {"total", total}}, nil
}

// constraints reads the thresholds of paths, by the phase that each belongs to. Runs of other algorithms, and those of
// programs that did not write them, have none.
func (r *run) constraints(info *experiments.Info) (map[string][]constrained, error) {
	t, err := r.files.Table("thresholds")
	if t == nil || err != nil {
		return nil, err
	}
	path, parent, origin := t.Text("path"), t.Text("parent"), t.Text("origin")
	updates, infeasible := t.Numbers("updates"), t.Numbers("infeasible")
	if path == nil || parent == nil || origin == nil || updates == nil || infeasible == nil {
		return nil, nil // a table of the same name by another algorithm
	}
	paths := map[string][]constrained{}
	for i := range path {
		c := constrained{Path: path[i], Parent: parent[i], Objective: extends(origin[i]), Updates: updates[i], Infeasible: infeasible[i], Thresholds: []*float64{}}
		for _, o := range info.Environment.Objectives {
			var d *float64
			if column := t.Numbers("threshold_" + o.Name); column != nil && !math.IsNaN(column[i]) {
				d = &column[i]
			}
			c.Thresholds = append(c.Thresholds, d)
		}
		phase := origin[i]
		if cut := strings.LastIndexByte(phase, '/'); cut >= 0 {
			phase = phase[:cut]
		}
		paths[phase] = append(paths[phase], c)
	}
	return paths, nil
}

// extends reads the objective of an origin such as stage2/r3/obj1.
func extends(origin string) *int {
	for _, part := range strings.Split(origin, "/") {
		if number, ok := strings.CutPrefix(part, "obj"); ok {
			if j, err := strconv.Atoi(number); err == nil {
				return &j
			}
		}
	}
	return nil
}

// shorten keeps at most so many policies, in the order of evaluation: those of archives and their ancestors first.
func shorten(policies []descendant, evaluations map[string]*experiments.EvaluationRow) []descendant {
	slices.SortFunc(policies, func(a, b descendant) int {
		if a.Eval != b.Eval {
			return a.Eval - b.Eval
		}
		return strings.Compare(a.Policy, b.Policy)
	})
	if len(policies) <= maxDescendants {
		return policies
	}
	wanted := map[string]bool{}
	for _, d := range policies {
		for id := d.Policy; d.Front && id != "" && !wanted[id]; {
			wanted[id] = true
			e := evaluations[id]
			if e == nil {
				break
			}
			id = e.Parent
		}
	}
	short := policies[:0:0]
	for _, d := range policies {
		if wanted[d.Policy] && len(short) < maxDescendants {
			short = append(short, d)
		}
	}
	return short
}

// upTo returns the last recorded front up to an evaluation; nil if there is none.
func (f *frontFile) upTo(files *experiments.RunFiles, eval int) (*experiments.FrontSnapshot, error) {
	at := -1
	for _, e := range f.evals() {
		if e <= eval {
			at = max(at, e)
		}
	}
	if at < 0 {
		return nil, nil
	}
	return f.at(files, at)
}

// behaviours answers with what a search for diverse behaviours left: its archive, column by column.
func (s *Server) behaviours(w http.ResponseWriter, r *http.Request) (any, error) {
	x, err := s.runOf(r)
	if err != nil {
		return nil, err
	}
	result, err := x.files.Result()
	if err != nil {
		return nil, err
	}
	if result == nil {
		return nil, notFound("wait for its end", "the run is not complete and has left no archive yet")
	}
	if unchanged(w, r, x.files.Stamp("result.json")) {
		return nil, nil
	}
	type column struct {
		Name    string     `json:"name"`
		Numbers []*float64 `json:"numbers,omitempty"`
		Text    []string   `json:"text,omitempty"`
	}
	tables := map[string]any{}
	names := []string{}
	for _, name := range x.tables(result) {
		t, err := x.files.Table(name)
		if err != nil {
			return nil, err
		}
		if t == nil {
			continue
		}
		if t.Len() > maxCells {
			return nil, &fault{http.StatusRequestEntityTooLarge, "too_large", fmt.Sprintf("table %s has %d rows", name, t.Len()), fmt.Sprintf("at most %d are shown", maxCells)}
		}
		columns := []column{}
		for i := range t.Columns {
			c := column{Name: t.Columns[i].Name, Text: t.Columns[i].Text}
			for _, v := range t.Columns[i].Numbers {
				if math.IsNaN(v) {
					c.Numbers = append(c.Numbers, nil)
				} else {
					c.Numbers = append(c.Numbers, &v)
				}
			}
			columns = append(columns, c)
		}
		tables[name], names = object{{"rows", t.Len()}, {"columns", columns}}, append(names, name)
	}
	m, err := s.index.metrics(x)
	if err != nil {
		return nil, err
	}
	measures := map[string]*float64{}
	for _, name := range m.names {
		if _, own, ok := strings.Cut(name, "."); ok && m.rows > 0 {
			if v := m.data[name][m.rows-1]; !math.IsNaN(v) {
				measures[own] = &v
			}
		}
	}
	return object{{"measures", measures}, {"names", names}, {"tables", tables}}, nil
}

// maxCells is the number of rows of a table that is shown.
const maxCells = 100_000

// tables lists the tables that the algorithm of a complete run left.
func (r *run) tables(result *experiments.Result) []string {
	run := experiments.Run{Result: result}
	return run.TableNames()
}
