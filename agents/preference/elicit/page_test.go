package elicit

import (
	"bytes"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/paretolab/paretolab/pareto"
)

// pageSettings are those that the explorer asks with.
func pageSettings(seed uint64) Settings {
	return Settings{Users: 2048, Beta: 20, Ties: 0.5, Question: InfoGain, Likely: 20, Pairs: 100, Distinct: true, Seed: seed, Workers: 1}
}

// randomSphere is a front of points on the positive part of the unit sphere.
func randomSphere(t *testing.T, m, n int, seed uint64) *Items {
	t.Helper()
	random := rand.New(rand.NewPCG(seed, 1))
	var f pareto.Front
	for range n {
		y, norm := make([]float64, m), 0.0
		for j := range y {
			y[j] = math.Abs(random.NormFloat64())
			norm += y[j] * y[j]
		}
		for j := range y {
			y[j] /= math.Sqrt(norm)
		}
		f = f.Append(y)
	}
	items, err := NewItems(f, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	return items
}

// TestDavidson: the probabilities of the answers are in the proportions e^(z/2) : e^(−z/2) : ν.
func TestDavidson(t *testing.T) {
	c := comparison{ties: 0.5}
	for _, z := range []float64{0, 0.3, -2, 7, -40} {
		a, b := math.Exp(z/2), math.Exp(-z/2)
		sum := a + b + 0.5
		for _, p := range []struct {
			name      string
			got, want float64
			order     []int
		}{{"first", c.first(z), a / sum, []int{0}}, {"second", c.first(-z), b / sum, []int{1}}, {"same", c.same(z), 0.5 / sum, nil}} {
			if math.Abs(p.got-p.want) > 1e-15 {
				t.Errorf("z = %v: P(%s) = %v, want %v", z, p.name, p.got, p.want)
			}
			log := c.logLikelihood(&reply{[]int{0, 1}, p.order}, []float64{z, 0})
			if math.Abs(log-math.Log(p.want)) > 1e-12 {
				t.Errorf("z = %v: ln P(%s) = %v, want %v", z, p.name, log, math.Log(p.want))
			}
		}
	}
}

// TestPosteriorOnGrid: with ties, the mean weight of particles is that of an exact integration over a grid.
func TestPosteriorOnGrid(t *testing.T) {
	items := randomSphere(t, 2, 12, 3)
	e, err := New(items, Settings{Users: 8_000, Beta: 20, Ties: 0.5, Workers: 1})
	if err != nil {
		t.Fatal(err)
	}
	answers := []Answer{{Question: Question{Items: []int{0, 5}}, Order: []int{0}}, {Question: Question{Items: []int{3, 7}}}, {Question: Question{Items: []int{2, 9}}, Order: []int{9}}}
	for _, a := range answers {
		if err := e.Answer(a); err != nil {
			t.Fatal(err)
		}
	}
	sum, mean := 0.0, 0.0
	for k := range 20_001 {
		w := float64(k) / 20_000
		likelihood := 1.0
		for _, a := range answers {
			y, x := items.Scaled(a.Items[0]), items.Scaled(a.Items[1])
			z := 20 * (w*(y[0]-x[0]) + (1-w)*(y[1]-x[1]))
			switch total := math.Exp(z/2) + math.Exp(-z/2) + 0.5; {
			case len(a.Order) == 0:
				likelihood *= 0.5 / total
			case a.Order[0] == a.Items[0]:
				likelihood *= math.Exp(z/2) / total
			default:
				likelihood *= math.Exp(-z/2) / total
			}
		}
		sum += likelihood
		mean += w * likelihood
	}
	if got := e.Recommend().Parameters[0].Mean; math.Abs(got-mean/sum) > 0.01 {
		t.Errorf("mean weight %v, the grid says %v", got, mean/sum)
	}
}

// TestPageReachesItsGoal: on fronts of 100 points users without doubts lose at most 1 % in the median, after 5 answers
// with two and three objectives, after 10 with five. Over several fronts, since one of three objectives alone can have
// 1.4 %.
func TestPageReachesItsGoal(t *testing.T) {
	for _, c := range []struct{ objectives, answers int }{{2, 5}, {3, 5}, {5, 10}} {
		var losses []float64
		for front := range uint64(3) {
			items := randomSphere(t, c.objectives, 100, 7+front)
			for u := range uint64(11) {
				random := rand.New(rand.NewPCG(u, 2))
				w := make([]float64, c.objectives) // uniform on the simplex, but for its sum
				for j := range w {
					w[j] = random.ExpFloat64()
				}
				user := NewSimulated(items, func(y []float64) (utility float64) {
					for j, v := range y {
						utility += w[j] * v
					}
					return utility
				}, 0, random)
				e, err := New(items, pageSettings(u))
				if err != nil {
					t.Fatal(err)
				}
				for range c.answers {
					q, _ := e.Propose()
					a, _ := user.Answer(items, q)
					if err := e.Answer(a); err != nil {
						t.Fatal(err)
					}
				}
				losses = append(losses, user.Loss(e.Best()))
			}
		}
		slices.Sort(losses)
		median := losses[len(losses)/2]
		t.Logf("%d objectives, %d answers: median loss %.4f", c.objectives, c.answers, median)
		if median > 0.01 {
			t.Errorf("%d objectives: the median loss after %d answers is %.4f, want at most 0.01: %.4f", c.objectives, c.answers, median, losses)
		}
	}
}

// TestNoiseIsNotAsked: no question compares items that differ by less than their standard errors, as long as there are others.
func TestNoiseIsNotAsked(t *testing.T) {
	f, _ := pareto.NewFront([][]float64{{0, 10}, {0.1, 9.9}, {5, 6}, {5.1, 5.9}, {10, 0}, {10.1, -0.1}})
	items, err := NewItems(f, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	noise := make([][]float64, 6)
	for i := range noise {
		noise[i] = []float64{0.3, 0.3}
	}
	if err := items.SetStdErr(noise); err != nil {
		t.Fatal(err)
	}
	e, err := New(items, pageSettings(1))
	if err != nil {
		t.Fatal(err)
	}
	asked := map[[2]int]bool{}
	for range 12 { // of 15 pairs 3 are noise
		q, ok := e.Propose()
		if !ok {
			t.Fatal("nothing to ask")
		}
		if q.Items[0]/2 == q.Items[1]/2 {
			t.Errorf("question %v compares noise", q.Items)
		}
		key := [2]int{q.Items[0], q.Items[1]}
		if asked[key] {
			t.Errorf("question %v was asked before", q.Items)
		}
		asked[key] = true
		if err := e.Answer(Answer{Question: Question{Items: slices.Clone(q.Items)}, Unsure: true}); err != nil {
			t.Fatal(err)
		}
	}
	if err := items.SetStdErr(noise[1:]); err == nil {
		t.Error("5 standard errors for 6 items were taken")
	}
}

// TestAspirations: what does not reach a level is neither recommended nor asked about; undo and a log bring all back.
func TestAspirations(t *testing.T) {
	items := randomSphere(t, 2, 20, 5)
	e, err := New(items, pageSettings(4))
	if err != nil {
		t.Fatal(err)
	}
	first, _ := e.Propose()
	first.Items = slices.Clone(first.Items)
	level := 0.6
	if err := e.Answer(Answer{Question: first, Aspiration: &Aspiration{Objective: 1, Level: &level}}); err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	if _, err := NewLog(&log, e, "here"); err != nil {
		t.Fatal(err)
	}
	r := e.Recommend()
	if r.Values[1] < level {
		t.Errorf("the recommendation %v does not reach %v", r.Values, level)
	}
	for i, chance := range r.Chance {
		if items.Values.Row(i)[1] < level && chance > 0 {
			t.Errorf("item %v is the best with a chance of %v", items.Values.Row(i), chance)
		}
	}
	q, ok := e.Propose()
	for _, i := range q.Items {
		if !ok || items.Values.Row(i)[1] < level {
			t.Errorf("asked about %v", items.Values.Row(i))
		}
	}
	back, _, _, err := ReadLog(&log)
	if err != nil {
		t.Fatal(err)
	}
	again, _ := back.Propose()
	if !slices.Equal(again.Items, q.Items) || back.Best() != e.Best() {
		t.Errorf("from the log: question %v, best %d; want %v, %d", again.Items, back.Best(), q.Items, e.Best())
	}
	e.Undo()
	if q, _ := e.Propose(); !slices.Equal(q.Items, first.Items) {
		t.Errorf("after undo the question is %v, want %v", q.Items, first.Items)
	}
	beyond := 7.0
	for _, a := range []Answer{{Aspiration: &Aspiration{Objective: 0, Level: &beyond}}, {Aspiration: &Aspiration{Objective: 0}}} {
		if err := e.Answer(a); err != nil {
			t.Fatal(err)
		}
		if _, ok := e.Propose(); !ok {
			t.Error("nothing is asked although all items are equally unacceptable, or acceptable")
		}
	}
	if err := e.Answer(Answer{Aspiration: &Aspiration{Objective: 2, Level: &level}}); err == nil {
		t.Error("a level of objective 2 of 2 was taken")
	}
}

// TestUnsure: an answer that says nothing changes no belief, but is not asked again.
func TestUnsure(t *testing.T) {
	e, err := New(randomSphere(t, 3, 30, 9), pageSettings(2))
	if err != nil {
		t.Fatal(err)
	}
	before := e.Recommend().Parameters[0]
	q, _ := e.Propose()
	asked := slices.Clone(q.Items)
	if err := e.Answer(Answer{Question: Question{Items: asked}, Unsure: true}); err != nil {
		t.Fatal(err)
	}
	if after := e.Recommend().Parameters[0]; after != before {
		t.Errorf("weights %v became %v", before, after)
	}
	if q, _ := e.Propose(); slices.Equal(q.Items, asked) {
		t.Errorf("%v is asked again", asked)
	}
	if err := e.Answer(Answer{Question: Question{Items: []int{0, 1}}, Order: []int{0}, Unsure: true}); err == nil {
		t.Error("an unsure answer that prefers was taken")
	}
}

// TestConflicts: preferences in a circle, and answers that no weights explain, are named.
func TestConflicts(t *testing.T) {
	items := randomSphere(t, 2, 10, 11)
	prefer := func(a, b int) Answer { return Answer{Question: Question{Items: []int{a, b}}, Order: []int{a}} }
	e, _ := New(items, pageSettings(3))
	for _, a := range []Answer{prefer(0, 1), prefer(4, 5), prefer(1, 2)} {
		_ = e.Answer(a)
	}
	if c := e.Conflict(); c != nil && c.Kind == "cycle" {
		t.Errorf("there is no circle in %v", c)
	}
	_ = e.Answer(prefer(2, 0))
	if c := e.Conflict(); c == nil || c.Kind != "cycle" || !slices.Equal(c.Answers, []int{4, 1, 3}) {
		t.Errorf("the circle is %v, want answers 4, 1, 3", c)
	}
	// The middle of three points on a line is the best for no weights but in a tie; to prefer it to both ends by far
	// cannot be explained.
	f, _ := pareto.NewFront([][]float64{{0, 1}, {0.2, 0.2}, {1, 0}, {0.1, 0.3}})
	items, _ = NewItems(f, nil, nil)
	e, _ = New(items, pageSettings(3))
	for _, a := range []Answer{prefer(1, 0), prefer(1, 2), prefer(3, 0), prefer(3, 2)} {
		_ = e.Answer(a)
	}
	c := e.Conflict()
	if c == nil || c.Kind != "unlikely" || len(c.Answers) == 0 {
		t.Errorf("the conflict is %+v", c)
	}
}
