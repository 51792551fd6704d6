package elicit

import (
	"bytes"
	"encoding/json"
	"math"
	"math/rand/v2"
	"os"
	"reflect"
	"slices"
	"testing"

	"github.com/paretolab/paretolab/agents/preference"
	"github.com/paretolab/paretolab/pareto"
)

func mustItems(tb testing.TB, rows [][]float64) *Items {
	tb.Helper()
	front, err := pareto.NewFront(rows)
	if err != nil {
		tb.Fatal(err)
	}
	items, err := NewItems(front, nil, nil)
	if err != nil {
		tb.Fatal(err)
	}
	return items
}

func mustNew(tb testing.TB, items *Items, s Settings) *Elicitor {
	tb.Helper()
	e, err := New(items, s)
	if err != nil {
		tb.Fatal(err)
	}
	return e
}

// session asks a user so many questions.
func session(tb testing.TB, e *Elicitor, u User, questions int) {
	tb.Helper()
	for range questions {
		q, ok := e.Propose()
		if !ok {
			return
		}
		a, err := u.Answer(e.Items(), q)
		if err != nil {
			tb.Fatal(err)
		}
		if err := e.Answer(a); err != nil {
			tb.Fatal(err)
		}
	}
}

// The steps of an elicitation on a front of five points, computed independently.
func TestGolden(t *testing.T) {
	text, err := os.ReadFile("../testdata/models.json")
	if err != nil {
		t.Fatal(err)
	}
	var golden struct {
		Elicitation struct {
			Front [][]float64
			Beta  float64
			Steps []struct {
				Information []float64 `json:"mutual_information"`
				EVOI        []float64
				First       []float64 `json:"p_first"`
				Ask         []int
				AnswerFirst bool      `json:"answer_first"`
				Recommended int       `json:"recommended_before"`
				Mean        []float64 `json:"mean_w"`
			}
			Posterior   []float64 `json:"posterior_after"`
			Recommended int       `json:"recommended_after"`
		}
	}
	if err := json.Unmarshal(text, &golden); err != nil {
		t.Fatal(err)
	}
	g := golden.Elicitation
	if len(g.Steps) == 0 {
		t.Fatal("no steps in the golden file")
	}
	e := mustNew(t, mustItems(t, g.Front), Settings{Beta: g.Beta, Grid: true, Users: len(g.Posterior), Question: InfoGain, Repeats: true})
	near := func(what string, step int, got, want float64) {
		t.Helper()
		if math.Abs(got-want) > 1e-8 {
			t.Errorf("step %d: %s is %.10f, not %.10f", step, what, got, want)
		}
	}
	for n, step := range g.Steps {
		if r := e.Recommend(); r.Recommended != step.Recommended {
			t.Errorf("step %d: recommends %d, not %d", n, r.Recommended, step.Recommended)
		} else {
			for j, p := range r.Parameters {
				near("mean weight", n, p.Mean, step.Mean[j])
			}
		}
		k := 0
		for i := range len(g.Front) {
			for j := i + 1; j < len(g.Front); j++ {
				p := pair{i, j}
				first, _ := e.scorer.chances(p)
				near("P(first)", n, first, step.First[k])
				near("information", n, e.scorer.exact(InfoGain, p), step.Information[k])
				near("EVOI", n, e.scorer.exact(EVOI, p), step.EVOI[k])
				k++
			}
		}
		q, _ := e.Propose()
		if !slices.Equal(q.Items, step.Ask) {
			t.Errorf("step %d: asks about %v, not %v", n, q.Items, step.Ask)
		}
		y := 0.0
		if step.AnswerFirst {
			y = 1
		}
		if err := e.Answer(Question{Items: step.Ask}.Label(y)); err != nil {
			t.Fatal(err)
		}
	}
	for k, w := range e.Belief().Weight {
		near("posterior", len(g.Steps), w, g.Posterior[k])
	}
	if got := e.Best(); got != g.Recommended {
		t.Errorf("recommends %d in the end, not %d", got, g.Recommended)
	}
}

// With noiseless answers ten questions find the best of 21 points to 1 % for 101 evenly spaced users.
func TestNoiselessUsersOnCircle(t *testing.T) {
	items, _ := StudyFront("circle21")
	worst := 0.0
	for u := range 101 {
		w := []float64{float64(u) / 100, 1 - float64(u)/100}
		user := NewSimulated(items, func(y []float64) float64 { return dot(w, y) }, 0, nil)
		e := mustNew(t, items, Settings{Beta: 50, Grid: true, Users: 1001, Question: InfoGain, Workers: 1})
		session(t, e, user, 10)
		worst = max(worst, user.Loss(e.Best()))
	}
	if worst > 0.01 {
		t.Errorf("a user loses %v, more than 1 %%", worst)
	}
}

// The order of answers does not matter to a belief over fixed hypotheses.
func TestOrderOfAnswers(t *testing.T) {
	items, _ := StudyFront("circle21")
	random := rand.New(rand.NewPCG(1, 2))
	var answers []Answer
	for range 30 {
		i := random.IntN(20)
		answers = append(answers, Question{Items: []int{i, i + 1}}.Label([]float64{0, 0.5, 1}[random.IntN(3)]))
	}
	posterior := func(order []int, s Settings) []float64 {
		e := mustNew(t, items, s)
		for _, k := range order {
			if err := e.Answer(answers[k]); err != nil {
				t.Fatal(err)
			}
		}
		return e.Belief().Weight
	}
	order := random.Perm(len(answers))
	forward := make([]int, len(answers))
	for k := range forward {
		forward[k] = k
	}
	for _, s := range []Settings{{Grid: true, Users: 501, Beta: 10}, {Grid: true, Users: 101}, {Grid: true, Users: 101, Beta: 5, Same: 0.7}} {
		a, b := posterior(forward, s), posterior(order, s)
		for k := range a {
			if math.Abs(a[k]-b[k]) > 1e-12 {
				t.Fatalf("%+v: posterior %v of hypothesis %d, %v in another order", s, a[k], k, b[k])
			}
		}
	}
}

// EVOI is never negative and the information never more than ln 2, and the first rating is within its bound of the
// exact one.
func TestScores(t *testing.T) {
	for _, s := range []Settings{
		{Beta: 10}, {Beta: 50}, {}, {Beta: 10, Same: 1}, {Beta: 300}, {Utility: "chebyshev", Beta: 20}, {Utility: "ideal", Beta: 10},
		{Utility: "gp", Beta: 10, Users: 300}, {Utility: "normal", Beta: 5}, {Utility: "ensemble"}, {Utility: "gp-monotone", Beta: 10, Users: 100},
	} {
		items, _ := StudyFront("sphere28")
		s.Seed = 3
		if s.Users == 0 && s.Utility != "ensemble" {
			s.Users = 200
		}
		e := mustNew(t, items, s)
		w := []float64{0.2, 0.5, 0.3}
		user := NewSimulated(items, func(y []float64) float64 { return dot(w, y) }, 10, rand.New(rand.NewPCG(4, 5)))
		session(t, e, user, 3)
		e.prepare()
		e.settings.Repeats = true
		e.choosePairs(e.random())
		limit := math.Ln2
		if s.Same > 0 {
			limit = math.Log(3)
		}
		for _, criterion := range []Criterion{Uncertain, InfoGain, EVOI, EUBO, Volume} {
			e.scorer.rate(criterion, e.pairs)
			for k, p := range e.pairs {
				exact := e.scorer.exact(criterion, p)
				if math.Abs(exact-e.scorer.scores[k]) > screening {
					t.Fatalf("%+v: %s of %v is rated %v, and %v exactly", s, criterion, p, e.scorer.scores[k], exact)
				}
				if criterion == EVOI && exact < -1e-12 {
					t.Fatalf("%+v: EVOI of %v is %v", s, p, exact)
				}
				if criterion == InfoGain && (exact > limit || exact < -1e-12) {
					t.Fatalf("%+v: information of %v is %v", s, p, exact)
				}
			}
		}
	}
}

// The same answers give the same state, after a log and after an answer taken back.
func TestReplay(t *testing.T) {
	for _, s := range []Settings{{}, {Beta: 10, Choice: 4}, {Beta: 10, Choice: 3, Ranking: true}, {Utility: "ideal", Same: 0.5},
		{Utility: "gp"}, {Utility: "ensemble", Users: 5}, {Utility: "normal"}, {Question: Thompson}, {Question: SELM}, {Question: Optimistic}, {Question: Random}} {
		items, _ := StudyFront("sphere28")
		s.Seed, s.Users = 11, max(s.Users, 150)
		if s.Utility == "ensemble" {
			s.Users = 5
		}
		w := []float64{0.6, 0.1, 0.3}
		user := NewSimulated(items, func(y []float64) float64 { return dot(w, y) }, 20, rand.New(rand.NewPCG(6, 7)))
		e := mustNew(t, items, s)
		var text bytes.Buffer
		log, err := NewLog(&text, e, "a test")
		if err != nil {
			t.Fatal(err)
		}
		for k := range 8 {
			q, ok := e.Propose()
			if !ok {
				t.Fatalf("%+v: nothing to ask", s)
			}
			q.Items = slices.Clone(q.Items)
			a, _ := user.Answer(items, q)
			for _, err := range []error{e.Answer(a), log.Answer(a)} {
				if err != nil {
					t.Fatal(err)
				}
			}
			if k%3 == 2 { // thinks better of it, twice
				before := e.Recommend()
				if !e.Undo() {
					t.Fatal("nothing to undo")
				}
				again, _ := e.Propose()
				if !slices.Equal(again.Items, q.Items) {
					t.Errorf("%+v: after undo asks about %v, before %v", s, again.Items, q.Items)
				}
				for _, err := range []error{log.Undo(), e.Answer(a), log.Answer(a)} {
					if err != nil {
						t.Fatal(err)
					}
				}
				if after := e.Recommend(); !reflect.DeepEqual(before, after) {
					t.Errorf("%+v: after undo and the same answer\n%+v\nbefore\n%+v", s, after, before)
				}
			}
		}
		copied, source, size, err := ReadLog(bytes.NewReader(text.Bytes()))
		if err != nil {
			t.Fatal(err)
		}
		if source != "a test" || size != int64(text.Len()) {
			t.Errorf("source %q, %d of %d bytes", source, size, text.Len())
		}
		if a, b := e.Recommend(), copied.Recommend(); !reflect.DeepEqual(a, b) {
			t.Errorf("%+v: restored\n%+v\noriginal\n%+v", s, b, a)
		}
		if a, b := e.Belief(), copied.Belief(); !reflect.DeepEqual(a, b) {
			t.Errorf("%+v: the belief is restored as another", s)
		}
		a, _ := e.Propose()
		b, _ := copied.Propose()
		if !reflect.DeepEqual(a, b) {
			t.Errorf("%+v: restored asks %v, original %v", s, b, a)
		}
	}
}

// The log-likelihoods of all answers to a question add up to probability 1, and their derivatives are those of
// central differences.
func TestLikelihood(t *testing.T) {
	for _, c := range []struct {
		name      string
		threshold float64
		v         []float64
		answers   [][]int // that exclude each other
	}{
		{"pair", 0, []float64{0.3, -1.1}, [][]int{{0}, {1}}},
		{"pair with same", 0.8, []float64{0.3, -1.1}, [][]int{{0}, {1}, {}}},
		{"choice", 0, []float64{0.3, -1.1, 2, 0}, [][]int{{0}, {1}, {2}, {3}}},
		{"ranking", 0, []float64{0.3, -1.1, 2}, [][]int{{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}}},
	} {
		total := 0.0
		for _, order := range append(c.answers, []int{}) {
			r := reply{make([]int, len(c.v)), order}
			k := len(c.v)
			grad, hess := make([]float64, k), make([]float64, k*k)
			r.curvature(c.v, c.threshold, grad, hess)
			const h = 1e-5
			for i := range c.v {
				v := slices.Clone(c.v)
				gradient := func(at float64) (value float64, g []float64) {
					v[i] = at
					g = make([]float64, k)
					r.curvature(v, c.threshold, g, make([]float64, k*k))
					return r.logLikelihood(v, c.threshold), g
				}
				up, gUp := gradient(c.v[i] + h)
				down, gDown := gradient(c.v[i] - h)
				if d := (up - down) / (2 * h); math.Abs(d-grad[i]) > 1e-7 {
					t.Errorf("%s %v: derivative %v, difference quotient %v", c.name, order, grad[i], d)
				}
				for j := range c.v {
					if d := -(gUp[j] - gDown[j]) / (2 * h); math.Abs(d-hess[j*k+i]) > 1e-7 {
						t.Errorf("%s %v: second derivative %v, difference quotient %v", c.name, order, hess[j*k+i], d)
					}
				}
			}
		}
		for _, order := range c.answers {
			r := reply{make([]int, len(c.v)), order}
			total += math.Exp(r.logLikelihood(c.v, c.threshold))
		}
		if math.Abs(total-1) > 1e-12 {
			t.Errorf("%s: probabilities add up to %v", c.name, total)
		}
	}
	if got, want := (&reply{order: []int{0}}).logLikelihood([]float64{1, 0}, 0), math.Log(preference.Logistic(1)); math.Abs(got-want) > 1e-15 {
		t.Errorf("a pair without threshold is %v, Bradley-Terry %v", got, want)
	}
}
