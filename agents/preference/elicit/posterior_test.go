package elicit

import (
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/paretolab/paretolab/agents/preference"
)

// near fails unless a number is as wanted.
func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance) {
		t.Errorf("%s is %.10f, not %.10f", what, got, want)
	}
}

// root finds where a decreasing function is 0, by bisection.
func root(f func(x float64) float64) float64 {
	low, high := -1e3, 1e3
	for range 200 {
		if middle := (low + high) / 2; f(middle) > 0 {
			low = middle
		} else {
			high = middle
		}
	}
	return low
}

// answerPair gives the answer that item a is better than item b, so many times.
func answerPair(t *testing.T, b Belief, best, other, times int) {
	t.Helper()
	for range times {
		a := Question{Items: []int{best, other}}.Label(1)
		b.Condition(&a)
	}
}

// moments are mean and variance of u_i − u_j over a sample.
func moments(s *Sample, i, j int) (mean, variance float64) {
	for k, w := range s.Weight {
		mean += w * (s.Of(i)[k] - s.Of(j)[k])
	}
	for k, w := range s.Weight {
		d := s.Of(i)[k] - s.Of(j)[k] - mean
		variance += w * d * d
	}
	return mean, variance
}

// TestGaussianInClosedForm: of n answers about two items k are for the first. The difference d of their utilities has the
// prior N(0, s²), so that the mode solves β k − β n λ(β d) = d / s² and the variance is 1 / (1/s² + β² n λ (1 − λ)).
// Linear utility of one objective has s = 1; a Gaussian process s² = 2 (1 − c) for the covariance c of the two, and
// what is expected of a third item is cov(u₃, d) / s² times that of d.
func TestGaussianInClosedForm(t *testing.T) {
	const beta, k, n = 3.0, 7, 10
	solve := func(s2 float64) (mode, variance float64) {
		mode = root(func(d float64) float64 { return beta*k - beta*n*preference.Logistic(beta*d) - d/s2 })
		p := preference.Logistic(beta * mode)
		return mode, 1 / (1/s2 + beta*beta*n*p*(1-p))
	}
	const samples = 20_000
	linear := NewNormal(mustItems(t, [][]float64{{0}, {4}}), samples, beta, 0, 1)
	answerPair(t, linear, 1, 0, k)
	answerPair(t, linear, 0, 1, n-k)
	mode, variance := solve(1)
	near(t, "linear, mode", linear.mode[0], mode, 1e-8)
	mean, spread := moments(linear.Sample(), 1, 0)
	near(t, "linear, mean of the sample", mean, mode, 4*math.Sqrt(variance/samples))
	near(t, "linear, variance of the sample", spread, variance, 0.05*variance)

	rows := [][]float64{{0}, {1}, {0.3}, {0.45}}
	process, err := NewProcess(mustItems(t, rows), false, samples, beta, 0, 1)
	if err != nil {
		t.Fatal(err)
	}
	c := func(i, j int) float64 {
		d := (rows[i][0] - rows[j][0]) / lengthScale
		return math.Exp(-d * d / 2)
	}
	answerPair(t, process, 2, 3, k)
	answerPair(t, process, 3, 2, n-k)
	s2 := 2 * (1 - c(2, 3))
	mode, variance = solve(s2)
	u := process.utilities(process.mode)
	near(t, "process, mode", u[2]-u[3], mode, 1e-6)
	for i := range 2 {
		near(t, "process, another item", u[i], (c(i, 2)-c(i, 3))/s2*mode, 1e-6)
	}
	mean, spread = moments(process.Sample(), 2, 3)
	near(t, "process, mean of the sample", mean, mode, 4*math.Sqrt(variance/samples))
	near(t, "process, variance of the sample", spread, variance, 0.05*variance)
}

// TestKernelOfSlopes: covariances with slopes are the derivatives of the covariance of utilities.
func TestKernelOfSlopes(t *testing.T) {
	y, z := []float64{0.2, 0.7}, []float64{0.5, 0.55}
	const h = 1e-5
	moved := func(x []float64, j int, by float64) []float64 {
		x = slices.Clone(x)
		x[j] += by
		return x
	}
	for a := range 2 {
		slope := (kernel(moved(y, a, h), -1, z, -1) - kernel(moved(y, a, -h), -1, z, -1)) / (2 * h)
		near(t, "slope and utility", kernel(y, a, z, -1), slope, 1e-6)
		near(t, "utility and slope", kernel(z, -1, y, a), slope, 1e-6)
		for b := range 2 {
			near(t, "two slopes", kernel(y, a, z, b), (kernel(y, a, moved(z, b, h), -1)-kernel(y, a, moved(z, b, -h), -1))/(2*h), 1e-6)
		}
	}
}

// TestPositiveNumbers: one number with the prior N(0, s²) that is positive has the mean s √(2/π) and the variance
// s² (1 − 2/π); independent ones do not influence each other; and of two with the correlation r, both positive, the mean is
// s (1 + r) / (√(2π) · 2 P), where P = ¼ + asin(r) / 2π is the chance of both, which expectation propagation comes near.
func TestPositiveNumbers(t *testing.T) {
	mean, covariance := propagate(mat.NewSymDense(2, []float64{4, 0, 0, 9}))
	for i, s := range []float64{2, 3} {
		near(t, "mean", mean[i], s*math.Sqrt(2/math.Pi), 1e-9)
		near(t, "variance", covariance.At(i, i), s*s*(1-2/math.Pi), 1e-9)
	}
	near(t, "covariance", covariance.At(0, 1), 0, 1e-12)
	for _, r := range []float64{-0.6, -0.2, 0.5, 0.9} {
		mean, _ := propagate(mat.NewSymDense(2, []float64{1, r, r, 1}))
		both := 0.25 + math.Asin(r)/(2*math.Pi)
		want := (1 + r) / (math.Sqrt(2*math.Pi) * 2 * both)
		near(t, fmt.Sprint("mean of two with the correlation ", r), mean[0], want, 0.02)
		near(t, "the same of the other", mean[1], mean[0], 1e-5)
	}
	for _, z := range []float64{-200, -31, -29, -5, 0, 5, 50} {
		rise, variance := halfNormal(z)
		if !(z+rise > 0 && variance > 0 && variance <= 1) {
			t.Errorf("a normal number above %v: mean %v, variance %v", -z, rise, variance)
		}
	}
}

// TestMonotoneProcess: a single point has a slope but no more utility than before; and before any answer more of everything
// is better where points are near each other, which a process without slopes does not know.
func TestMonotoneProcess(t *testing.T) {
	var rows [][]float64
	for i := range 5 {
		for j := range 5 {
			rows = append(rows, []float64{float64(i), float64(j)})
		}
	}
	items := mustItems(t, rows)
	for utility, least := range map[string]float64{"gp-monotone": 0.95, "gp": 0.3} {
		e := mustNew(t, items, Settings{Utility: utility, Users: 1000})
		e.prepare()
		for _, p := range []pair{{24, 0}, {24, 12}, {12, 0}, {16, 10}, {9, 3}} {
			chance := e.scorer.ahead(p.i, p.j)
			if chance < least || utility == "gp" && chance > 0.7 {
				t.Errorf("%s: %v is better than %v with a chance of %v", utility, items.Scaled(p.i), items.Scaled(p.j), chance)
			}
		}
	}
	one, err := NewProcess(mustItems(t, [][]float64{{5, 3}}), true, 10, 10, 0, 1)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "mean of a single point", one.offset[0], 0, 1e-12)
	near(t, "its deviation", one.features.At(0, 0), 1, 1e-6)
}

// TestEnsemble: the networks are what the formula says, their gradients those of difference quotients; they never fall in an
// objective, before answers and after; and they agree on what they were told.
func TestEnsemble(t *testing.T) {
	items := mustItems(t, [][]float64{{0, 0}, {1, 1}, {0.5, 0.5}, {0.2, 0.9}, {0.9, 0.1}})
	e := NewEnsemble(items, 8, 10, 0, 3)
	m := &monotone{free: make([]float64, hidden*4), gradient: make([]float64, hidden*4)}
	// All free numbers 0: a = b = ln 2, c = 0.
	near(t, "utility", m.utility([]float64{0.3, 0.4}), math.Ln2*math.Tanh(0.7*math.Ln2), 1e-12)
	random := rand.New(rand.NewPCG(1, 2))
	for j := range m.free {
		m.free[j] = random.NormFloat64()
	}
	y := []float64{0.3, 0.8}
	m.backward(y, 1)
	for j := range m.free {
		const h = 1e-6
		at := m.free[j]
		m.free[j] = at + h
		up := m.utility(y)
		m.free[j] = at - h
		down := m.utility(y)
		m.free[j] = at
		near(t, fmt.Sprint("slope by parameter ", j), m.gradient[j], (up-down)/(2*h), 1e-8)
	}
	rises := func() {
		t.Helper()
		for _, p := range []pair{{0, 1}, {0, 2}, {2, 1}, {0, 3}, {0, 4}, {3, 1}, {4, 1}} {
			for k := range e.members {
				if low, high := e.sample.Of(p.i)[k], e.sample.Of(p.j)[k]; low >= high {
					t.Errorf("network %d: %v is worth %v, and %v %v", k, items.Scaled(p.i), low, items.Scaled(p.j), high)
				}
			}
		}
	}
	rises()
	_, before := moments(e.Sample(), 3, 4)
	answerPair(t, e, 3, 4, 3)
	rises()
	for k := range e.members {
		if e.sample.Of(3)[k] <= e.sample.Of(4)[k] {
			t.Errorf("network %d has not learned what three answers say", k)
		}
	}
	e.Reset()
	if _, again := moments(e.Sample(), 3, 4); again != before {
		t.Errorf("after a reset the variance is %v, at first %v", again, before)
	}
}

// TestRepeatedAndContradictoryAnswers: what a grid of hypotheses believes is the product of the probabilities of all answers,
// also of a question asked again, or answered the other way. Answers that contradict each other completely leave what was
// symmetric symmetric, and nothing is ever NaN.
func TestRepeatedAndContradictoryAnswers(t *testing.T) {
	items, _ := StudyFront("circle21")
	const beta, users = 10.0, 101
	likelihood := func(w, i, j int) float64 {
		x := float64(w) / (users - 1)
		d := x*(items.Scaled(i)[0]-items.Scaled(j)[0]) + (1-x)*(items.Scaled(i)[1]-items.Scaled(j)[1])
		return preference.Logistic(beta * d)
	}
	for name, answers := range map[string][][2]int{ // better, worse
		"twice":            {{3, 12}, {3, 12}},
		"both ways":        {{3, 12}, {12, 3}},
		"cycle":            {{3, 8}, {8, 15}, {15, 3}},
		"twenty both ways": slices.Repeat([][2]int{{0, 20}, {20, 0}}, 20),
	} {
		e := mustNew(t, items, Settings{Grid: true, Users: users, Beta: beta})
		want, sum := slices.Repeat([]float64{1}, users), 0.0
		for _, a := range answers {
			if err := e.Answer(Question{Items: []int{a[0], a[1]}}.Label(1)); err != nil {
				t.Fatal(err)
			}
			for w := range want {
				want[w] *= likelihood(w, a[0], a[1])
			}
		}
		for _, v := range want {
			sum += v
		}
		for w, v := range e.Belief().Weight {
			near(t, fmt.Sprintf("%s: belief in hypothesis %d", name, w), v, want[w]/sum, 1e-12)
		}
		if c := e.Conflict(); (c != nil && c.Kind == "cycle") != (name != "twice") {
			t.Errorf("%s: conflict %+v", name, c)
		}
	}
	for _, utility := range utilities {
		e := mustNew(t, items, Settings{Utility: utility, Users: 10, Seed: 1})
		for range 2 {
			for _, a := range [][2]int{{0, 20}, {20, 0}, {0, 20}, {20, 10}, {10, 0}} {
				if err := e.Answer(Question{Items: []int{a[0], a[1]}}.Label(1)); err != nil {
					t.Fatal(err)
				}
			}
		}
		r := e.Recommend()
		for _, x := range append(slices.Clone(r.Chance), r.EVOI, r.Loss, r.NearBest) {
			if math.IsNaN(x) {
				t.Fatalf("%s: after contradictory answers %+v", utility, r)
			}
		}
	}
}

// TestUndoIsNeverAsked: after an answer and its undoing everything is as if it had never been given.
func TestUndoIsNeverAsked(t *testing.T) {
	items, _ := StudyFront("circle21")
	for _, utility := range utilities {
		s := Settings{Utility: utility, Users: 10, Seed: 2, Workers: 1}
		never, undone := mustNew(t, items, s), mustNew(t, items, s)
		user := NewSimulated(items, func(y []float64) float64 { return 0.3*y[0] + 0.7*y[1] }, 0, nil)
		session(t, never, user, 4)
		session(t, undone, user, 4)
		for _, a := range []Answer{Question{Items: []int{7, 3}}.Label(0), {Question: Question{Items: []int{1, 5, 9}}, Order: []int{9}}} {
			if err := undone.Answer(a); err != nil {
				t.Fatal(err)
			}
		}
		undone.Best()
		for range 2 {
			if !undone.Undo() {
				t.Fatal("nothing to take back")
			}
		}
		if a, b := never.Recommend(), undone.Recommend(); !reflect.DeepEqual(a, b) {
			t.Errorf("%s: after undoing\n%+v\nnever asked\n%+v", utility, b, a)
		}
		if !reflect.DeepEqual(never.Belief(), undone.Belief()) {
			t.Errorf("%s: another belief", utility)
		}
		a, _ := never.Propose()
		b, _ := undone.Propose()
		if !reflect.DeepEqual(a, b) {
			t.Errorf("%s: after undoing it asks %v, never asked %v", utility, b, a)
		}
	}
}

// TestChebyshevUser: on a front with a dent the middle is best for no linear user, whatever the weights; a Chebyshev user
// who wants it gets it by questions, and never from linear utility.
func TestChebyshevUser(t *testing.T) {
	items := mustItems(t, [][]float64{{0, 1}, {0.15, 0.7}, {0.42, 0.4}, {0.7, 0.15}, {1, 0}})
	const middle = 2
	user := NewSimulated(items, func(y []float64) float64 { return chebyshev([]float64{0.5, 0.5}, y) }, 0, nil)
	if user.Loss(middle) != 0 {
		t.Fatal("the middle is not best for the user")
	}
	for _, s := range []Settings{{Utility: "chebyshev", Beta: 50}, {Utility: "chebyshev", Beta: 50, Grid: true, Users: 501}, {Utility: "chebyshev"}} {
		e := mustNew(t, items, s)
		session(t, e, user, 8)
		if got := e.Best(); got != middle {
			t.Errorf("%+v: recommends %d", s, got)
		}
	}
	linear := mustNew(t, items, Settings{Beta: 50})
	for k := range 8 {
		if linear.Best() == middle {
			t.Errorf("linear utility recommends the middle after %d answers", k)
		}
		session(t, linear, user, 1)
	}
}
