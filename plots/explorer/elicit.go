package explorer

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/paretolab/paretolab/agents/preference/elicit"
	"github.com/paretolab/paretolab/pareto"
)

// pageSettings are those of questions on the page: weights with the prior Dirichlet(1), 2,048 particles, Davidson's answers with
// β = 20 and ν = 0.5, pairs among the 20 policies most likely the best and 100 random ones by information gain, none within noise.
func pageSettings(seed uint64) elicit.Settings {
	return elicit.Settings{
		Utility: "linear", Users: 2048, Beta: 20, Ties: 0.5, Question: elicit.InfoGain, Likely: 20, Pairs: 100, Distinct: true, Seed: seed, Workers: 2,
	}
}

// When to offer to stop: the expected loss is below 1 % of the range, or this many questions were answered.
const (
	enoughLoss    = 0.01
	enoughAnswers = 15
)

// maxSittings is the number of sessions in memory; those used longest ago are read from their files again. maxItems bounds the
// policies of one.
const (
	maxSittings = 3
	maxItems    = 500
	fewItems    = 200 // are all taken
)

// sittings are sessions of questions.
type sittings struct {
	dir string // "" saves none

	mu   sync.Mutex
	open []*sitting // last used first
}

// sitting is a session about the policies of some fronts.
type sitting struct {
	id    string
	runs  []string
	at    string
	refs  []ref // of the items
	out   int   // policies left out, which are the best for nobody
	saved string

	mu       sync.Mutex
	elicitor *elicit.Elicitor
	file     *os.File
	log      *elicit.Log
}

// newSittings saves sessions below a folder.
func newSittings(state string) *sittings {
	if state == "" {
		return &sittings{}
	}
	return &sittings{dir: filepath.Join(state, "explorer")}
}

// path is the file of a session.
func (s *sittings) path(id string) string { return filepath.Join(s.dir, "elicitation-"+id+".jsonl") }

// items returns what is asked about: the rows of a choice in ascending order, so that they are those of `paretolab elicit RUN`.
// Of many those stay that are the best for some preference.
func (c *choice) items(ctx context.Context) (items *elicit.Items, refs []ref, left int, err error) {
	rows := make([]int, c.values.Len())
	for i := range rows {
		rows[i] = i
	}
	if len(rows) > fewItems {
		if rows, err = c.wanted(ctx); err != nil {
			return nil, nil, 0, err
		}
	}
	slices.SortStableFunc(rows, func(a, b int) int { return slices.Compare(c.values.Row(a), c.values.Row(b)) })
	var names []string
	var stderr [][]float64
	known := true
	for _, i := range rows {
		r := c.ref(i)
		name := r.Policy
		if len(c.fronts) > 1 {
			name = r.Run + ":" + r.Policy
		}
		refs, names = append(refs, r), append(names, name)
		se := c.fronts[c.at[i].front].stderr
		if se == nil || len(se[r.Row]) != c.values.M || slices.ContainsFunc(se[r.Row], func(v float64) bool { return !(v >= 0 && v <= math.MaxFloat64) }) {
			known = false
			continue
		}
		stderr = append(stderr, se[r.Row])
	}
	var objectives []elicit.Objective
	for _, o := range c.fronts[0].info.Environment.Objectives {
		objectives = append(objectives, elicit.Objective{Name: o.Name, Unit: o.Unit})
	}
	items, err = elicit.NewItems(c.values.Select(rows), names, objectives)
	if err == nil && known {
		err = items.SetStdErr(stderr)
	}
	return items, refs, c.values.Len() - len(rows), err
}

// wanted returns the rows that are the best for some of many weights of the scaled objectives, those for most weights
// if there are too many.
func (c *choice) wanted(ctx context.Context) ([]int, error) {
	scaled, err := c.scaled()
	if err != nil {
		return nil, err
	}
	weights, err := pareto.UniformWeights(scaled.M, 4096, 0)
	if err != nil {
		return nil, err
	}
	share, err := pareto.WinShares(scaled, weights)
	if err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	var rows []int
	for _, i := range descending(share) {
		if share[i] > 0 && len(rows) < maxItems {
			rows = append(rows, i)
		}
	}
	return rows, nil
}

// begin begins a session.
func (s *sittings) begin(ctx context.Context, c *choice, seed uint64) (*sitting, error) {
	items, refs, left, err := c.items(ctx)
	if err != nil {
		return nil, badInput("choose a front with finite values", "%v", err)
	}
	e, err := elicit.New(items, pageSettings(seed))
	if err != nil {
		return nil, badInput("choose a smaller front", "%v", err)
	}
	var b [6]byte
	rand.Read(b[:]) // never fails
	t := &sitting{id: hex.EncodeToString(b[:]), refs: refs, out: left, elicitor: e, at: c.fronts[0].at}
	var source []string
	for _, f := range c.fronts {
		t.runs = append(t.runs, f.run.id)
		source = append(source, f.run.files.Dir())
	}
	t.log = elicit.ContinueLog(io.Discard)
	if s.dir != "" {
		if err := t.save(s, strings.Join(source, " and ")); err != nil {
			return nil, &fault{503, "unavailable", fmt.Sprintf("the session cannot be saved: %v", err), "make room, or set XDG_STATE_HOME to a folder that can be written"}
		}
	}
	s.keep(t)
	return t, nil
}

// save begins the file of a session.
func (t *sitting) save(s *sittings, source string) error {
	if err := os.MkdirAll(s.dir, 0o700); err != nil {
		return err
	}
	file, err := os.OpenFile(s.path(t.id), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	if t.log, err = elicit.NewLog(file, t.elicitor, source); err != nil {
		file.Close()
		return err
	}
	t.file, t.saved = file, s.path(t.id)
	return nil
}

// keep puts a session first and lets go of those used longest ago.
func (s *sittings) keep(t *sitting) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.open = slices.DeleteFunc(s.open, func(x *sitting) bool { return x == t })
	s.open = slices.Insert(s.open, 0, t)
	for len(s.open) > maxSittings {
		last := s.open[len(s.open)-1]
		s.open = s.open[:len(s.open)-1]
		go last.close() // waits for an answer under way
	}
}

func (t *sitting) close() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.file != nil {
		t.file.Close()
		t.file = nil
	}
}

// validID reports whether a text can be the id of a session.
func validID(id string) bool {
	b, err := hex.DecodeString(id)
	return err == nil && len(b) == 6 && strings.ToLower(id) == id
}

// find returns a session, from its file if it is not in memory.
func (s *sittings) find(x *index, id string) (*sitting, error) {
	missing := notFound("begin a new one", "there is no session %q", id)
	if !validID(id) {
		return nil, missing
	}
	s.mu.Lock()
	for _, t := range s.open {
		if t.id == id {
			s.mu.Unlock()
			s.keep(t)
			return t, nil
		}
	}
	s.mu.Unlock()
	if s.dir == "" {
		return nil, missing
	}
	file, err := os.OpenFile(s.path(id), os.O_RDWR, 0)
	if errors.Is(err, os.ErrNotExist) {
		return nil, missing
	}
	if err != nil {
		return nil, err
	}
	t := &sitting{id: id, file: file, saved: s.path(id)}
	if err := t.restore(x); err != nil {
		file.Close()
		return nil, err
	}
	s.keep(t)
	return t, nil
}

// restore reads a session from its file and finds its policies among the runs that are served.
func (t *sitting) restore(x *index) error {
	e, source, size, err := elicit.ReadLog(t.file)
	if err != nil {
		return &fault{409, "changed", fmt.Sprintf("%s: %v", filepath.Base(t.saved), err), "begin a new session"}
	}
	if err := t.file.Truncate(size); err != nil {
		return err
	}
	if _, err := t.file.Seek(size, io.SeekStart); err != nil {
		return err
	}
	t.elicitor, t.log = e, elicit.ContinueLog(t.file)
	dirs := strings.Split(source, " and ")
	fronts := map[string]*front{}
	for _, r := range x.all() {
		if slices.Contains(dirs, r.files.Dir()) {
			if f, err := x.frontOf(r, ""); err == nil {
				t.runs, t.at, fronts[r.id] = append(t.runs, r.id), f.at, f
			}
		}
	}
	if len(t.runs) < len(dirs) {
		return &fault{409, "changed", fmt.Sprintf("the session is about %s, which is not served here", source), "start `paretolab explore` with that folder"}
	}
	for i, name := range e.Items().Names {
		run, policy, several := strings.Cut(name, ":")
		if !several {
			run, policy = t.runs[0], name
		}
		row := -1
		if f := fronts[run]; f != nil {
			row = f.row(policy)
		}
		t.refs = append(t.refs, ref{run, policy, row, e.Items().Values.Row(i)})
	}
	return nil
}

// take learns an answer and saves it.
func (t *sitting) take(a elicit.Answer) error {
	if err := t.elicitor.Answer(a); err != nil {
		return badInput("answer the question that is asked", "%v", err)
	}
	return t.log.Answer(a)
}

// counted is the number of answers that compare policies.
func (t *sitting) counted() int {
	n := 0
	for _, a := range t.elicitor.Answers() {
		if !a.Unsure && a.Aspiration == nil {
			n++
		}
	}
	return n
}

// item is a policy of a session as the page shows it.
type item struct {
	ref
	Chance     float64 `json:"chance"` // of being the best
	Acceptable bool    `json:"acceptable"`
}

type question struct {
	Number      int     `json:"number"`
	Left        int     `json:"left"`
	Right       int     `json:"right"`
	Information float64 `json:"information"` // expected, in nats
}

type answered struct {
	Number     int         `json:"number"`
	Left       *int        `json:"left"`
	Right      *int        `json:"right"`
	Answer     string      `json:"answer"` // left, right, equal, unsure, neither or aspiration
	Aspiration *aspiration `json:"aspiration,omitempty"`
}

type aspiration struct {
	Objective string   `json:"objective"`
	Level     *float64 `json:"level"`
}

type recommendation struct {
	Item       int               `json:"item"`
	Chance     float64           `json:"chance"`
	Loss       float64           `json:"expected_loss"` // as a share of the range of the user's utility
	Loss90     float64           `json:"loss_90"`
	RunnerUp   *int              `json:"runner_up"`
	Ahead      float64           `json:"better_than_runner_up"`
	NearBest   float64           `json:"within_one_percent"`
	Weights    []elicit.Estimate `json:"weights"`
	Histograms [][]float64       `json:"histograms"` // of each weight, in equal bins from 0 to 1
}

type stop struct {
	Offered bool   `json:"offered"`
	Why     string `json:"why"`
}

// state is a session as the page shows it.
type state struct {
	ID               string           `json:"id"`
	Runs             []string         `json:"runs"`
	At               string           `json:"at"`
	Objectives       []objective      `json:"objectives"`
	Ideal            []float64        `json:"ideal"`
	Nadir            []float64        `json:"nadir"`
	Items            []item           `json:"items"`
	LeftOut          int              `json:"left_out"`
	Number           int              `json:"number"`
	Question         *question        `json:"question"`
	Answers          []answered       `json:"answers"`
	Recommendation   recommendation   `json:"recommendation"`
	Stop             stop             `json:"stop"`
	Conflict         *elicit.Conflict `json:"conflict"`
	Aspirations      []aspiration     `json:"aspirations"`
	AspirationsFirst bool             `json:"aspirations_first"`
	Sentence         string           `json:"sentence"`
	Saved            *string          `json:"saved"`
	Command          *string          `json:"command"`
}

// manyObjectives is the number of objectives from which levels are asked for before pairs.
const manyObjectives = 6

// histogramBins are those of the posterior of a weight.
const histogramBins = 20

// describe returns the session as the page shows it.
func (t *sitting) describe(x *index) *state {
	e := t.elicitor
	items := e.Items()
	s := &state{ID: t.id, Runs: t.runs, At: t.at, Objectives: []objective{}, Items: []item{}, LeftOut: t.out, Answers: []answered{}, Aspirations: []aspiration{}}
	for j, o := range items.Objectives {
		s.Objectives = append(s.Objectives, objective{o.Name, o.Unit, "max"})
		s.Nadir, s.Ideal = append(s.Nadir, items.Lowest[j]), append(s.Ideal, items.Lowest[j]+items.Extent[j])
	}
	report, acceptable := e.Recommend(), e.Acceptable()
	for i, r := range t.refs {
		s.Items = append(s.Items, item{r, report.Chance[i], acceptable[i]})
	}
	for n, a := range e.Answers() {
		s.Answers = append(s.Answers, describeAnswer(n+1, &a, items))
	}
	s.Number = len(e.Answers()) + 1
	if q, ok := e.Propose(); ok {
		s.Question = &question{s.Number, q.Items[0], q.Items[1], e.Information()}
	}
	r := &s.Recommendation
	r.Item, r.Chance, r.Loss, r.Loss90, r.Ahead, r.NearBest = report.Recommended, report.Chance[report.Recommended], report.LossShare, report.LossShare90, report.Ahead, report.NearBest
	if report.Runner >= 0 {
		r.RunnerUp = &report.Runner
	}
	r.Weights, r.Histograms = report.Parameters, histograms(e.Belief(), items.M())
	for j, level := range e.Demands() {
		if level != nil {
			s.Aspirations = append(s.Aspirations, aspiration{items.Objectives[j].Name, level})
		}
	}
	s.AspirationsFirst = items.M() >= manyObjectives && len(e.Answers()) == 0
	s.Conflict = e.Conflict()
	s.Stop = t.stop(report, s.Question != nil)
	s.Sentence = t.sentence(report, acceptable)
	if t.saved != "" {
		name := filepath.Base(t.saved)
		s.Saved = &name
		var dirs []string
		for _, id := range t.runs {
			if run := x.lookUp(id); run != nil {
				dirs = append(dirs, shellWord(run.files.Dir()))
			}
		}
		command := fmt.Sprintf("paretolab elicit --replay %s", shellWord(t.saved))
		if len(dirs) == 1 {
			command = fmt.Sprintf("paretolab elicit %s --replay %s", dirs[0], shellWord(t.saved))
		}
		s.Command = &command
	}
	return s
}

// stop says whether and why the questions may end.
func (t *sitting) stop(r *elicit.Report, more bool) stop {
	switch n := t.counted(); {
	case !more:
		return stop{true, "there is nothing left to ask"}
	case r.LossShare < enoughLoss && n > 0:
		return stop{true, fmt.Sprintf("the expected loss is %.2g %% of the range, below 1 %%", 100*r.LossShare)}
	case n >= enoughAnswers:
		return stop{true, fmt.Sprintf("%d questions were answered", n)}
	}
	return stop{}
}

// sentence says the recommendation in words.
func (t *sitting) sentence(r *elicit.Report, acceptable []bool) string {
	text := fmt.Sprintf("Policy %s is recommended: it is the best with a chance of %.0f %%, and expected to lose %.2g %% of the range.",
		t.refs[r.Recommended].Policy, 100*r.Chance[r.Recommended], 100*r.LossShare)
	if !slices.Contains(acceptable, true) {
		text += " No policy reaches all levels that you asked for, so that they were left aside."
	}
	return text
}

func describeAnswer(number int, a *elicit.Answer, items *elicit.Items) answered {
	d := answered{Number: number, Answer: "equal"}
	if len(a.Items) >= 2 {
		left, right := a.Items[0], a.Items[1]
		d.Left, d.Right = &left, &right
	}
	switch {
	case a.Aspiration != nil && d.Left != nil:
		d.Answer = "neither"
	case a.Aspiration != nil:
		d.Answer = "aspiration"
	case a.Unsure:
		d.Answer = "unsure"
	case len(a.Order) > 0 && a.Order[0] == a.Items[0]:
		d.Answer = "left"
	case len(a.Order) > 0:
		d.Answer = "right"
	}
	if a.Aspiration != nil {
		d.Aspiration = &aspiration{items.Objectives[a.Aspiration.Objective].Name, a.Aspiration.Level}
	}
	return d
}

// histograms are the shares of the belief about each weight, in equal bins from 0 to 1.
func histograms(s *elicit.Sample, m int) [][]float64 {
	out := make([][]float64, m)
	for j := range out {
		out[j] = make([]float64, histogramBins)
		for k, theta := range s.Params {
			out[j][min(int(theta[j]*histogramBins), histogramBins-1)] += s.Weight[k]
		}
	}
	return out
}

// savedSession is a session in a list.
type savedSession struct {
	ID      string  `json:"id"`
	Answers int     `json:"answers"` // lines of its log, with those taken back
	Updated *string `json:"updated"`
	Saved   *string `json:"saved"`
}

// maxListed is the number of sessions that a list shows.
const maxListed = 50

// list returns the sessions, those changed last first.
func (s *sittings) list() []savedSession {
	type entry struct {
		savedSession
		changed int64
	}
	var all []entry
	s.mu.Lock()
	for _, t := range s.open {
		if t.saved == "" {
			all = append(all, entry{savedSession: savedSession{ID: t.id}})
		}
	}
	s.mu.Unlock()
	names, _ := filepath.Glob(s.path("*")) // the pattern is a good one
	for _, name := range names {
		id := strings.TrimSuffix(strings.TrimPrefix(filepath.Base(name), "elicitation-"), ".jsonl")
		info, err := os.Lstat(name)
		if s.dir == "" || err != nil || !info.Mode().IsRegular() || !validID(id) {
			continue
		}
		base := filepath.Base(name)
		all = append(all, entry{savedSession{ID: id, Updated: timeText(info.ModTime()), Saved: &base}, info.ModTime().UnixNano()})
	}
	slices.SortStableFunc(all, func(a, b entry) int { return cmp.Compare(b.changed, a.changed) })
	out := []savedSession{}
	for _, e := range all[:min(len(all), maxListed)] {
		if e.Saved != nil {
			if text, err := os.ReadFile(s.path(e.ID)); err == nil {
				e.Answers = max(strings.Count(string(text), "\n")-1, 0)
			}
		}
		out = append(out, e.savedSession)
	}
	return out
}

// remove ends a session and deletes its file.
func (s *sittings) remove(id string) error {
	missing := notFound("the list of sessions names all", "there is no session %q", id)
	if !validID(id) {
		return missing
	}
	found := false
	s.mu.Lock()
	s.open = slices.DeleteFunc(s.open, func(t *sitting) bool {
		if t.id != id {
			return false
		}
		found = true
		go t.close()
		return true
	})
	s.mu.Unlock()
	if s.dir != "" {
		if err := os.Remove(s.path(id)); err == nil {
			found = true
		}
	}
	if !found {
		return missing
	}
	return nil
}
