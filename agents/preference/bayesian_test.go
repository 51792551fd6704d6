package preference

import (
	"context"
	"math"
	"slices"
	"testing"
)

// simplexAnswers are stochastic answers of a user with weights w about vectors of three numbers.
func simplexAnswers(t *testing.T, w []float64, n int, beta float64) *Dataset {
	t.Helper()
	rng := testRand(9)
	user := &User{Statistic: PartialReturn{w}, Beta: beta, Rand: rng}
	d := &Dataset{Objectives: []string{"a", "b", "c"}}
	for range n {
		var p Pair
		p.A = Item([]float64{rng.Float64(), rng.Float64(), rng.Float64()})
		p.B = Item([]float64{rng.Float64(), rng.Float64(), rng.Float64()})
		p.Y, _ = user.Answer(&p.A, &p.B)
		if err := d.Add(p); err != nil {
			t.Fatal(err)
		}
	}
	return d
}

// TestLaplaceInOneDimension: with k of n answers for the first and one weight the posterior is known: its mode solves
// n λ(w) + w / s² = k, its variance is 1 / (n λ (1 − λ) + 1 / s²).
func TestLaplaceInOneDimension(t *testing.T) {
	const k, n, s = 7.0, 10.0, 2.0
	d := &Dataset{Objectives: []string{"x"}}
	for i := range int(n) {
		y := 0.0
		if float64(i) < k {
			y = 1
		}
		if err := d.Add(Pair{A: Item([]float64{1}), B: Item([]float64{0}), Y: y}); err != nil {
			t.Fatal(err)
		}
	}
	m, err := Laplace{PriorStd: s}.Fit(context.Background(), d, nil)
	if err != nil {
		t.Fatal(err)
	}
	g := m.(*Gaussian)
	w := g.Mean()[0]
	lambda := Logistic(w)
	near(t, "slope of the log-posterior", n*lambda+w/(s*s), k, 1e-8)
	near(t, "variance", g.Covariance()[0], 1/(n*lambda*(1-lambda)+1/(s*s)), 1e-9)
}

// TestLaplaceCoversTheTruth: with many answers the truth lies within three standard deviations.
func TestLaplaceCoversTheTruth(t *testing.T) {
	truth := []float64{1, -2, 0.5}
	m, err := Laplace{PriorStd: 10}.Fit(context.Background(), simplexAnswers(t, truth, 2000, 1), nil)
	if err != nil {
		t.Fatal(err)
	}
	g := m.(*Gaussian)
	for j, x := range g.Mean() {
		if std := math.Sqrt(g.Covariance()[j*3+j]); math.Abs(x-truth[j]) > 3*std || std > 0.3 {
			t.Errorf("weight %d: %v ± %v, truth %v", j, x, std, truth[j])
		}
	}
}

// TestParticlesAreTheExactPosterior of a finite set: Bayes' rule by hand, and whatever the order of the answers.
func TestParticlesAreTheExactPosterior(t *testing.T) {
	hypotheses := [][]float64{{1, 0, 0}, {0, 1, 0}, {0.2, 0.3, 0.5}}
	d := simplexAnswers(t, hypotheses[2], 12, 5)
	want := []float64{1, 1, 1}
	for k, w := range hypotheses {
		for _, p := range d.Pairs {
			z := 5 * (dot(w, p.A.Features) - dot(w, p.B.Features))
			want[k] *= p.Y*Logistic(z) + (1-p.Y)*Logistic(-z)
		}
	}
	sum := want[0] + want[1] + want[2]
	slices.Reverse(d.Pairs)
	m, err := Particles{Weights: hypotheses, Beta: 5}.Fit(context.Background(), d, nil)
	if err != nil {
		t.Fatal(err)
	}
	h := m.(*Hypotheses)
	mean := 0.0
	for k := range hypotheses {
		near(t, "probability", h.Probability[k], want[k]/sum, 1e-12)
		mean += want[k] / sum * hypotheses[k][2]
	}
	near(t, "mean of the last weight", h.Mean()[2], mean, 1e-12)
}

// TestMapSimplex finds weights on the simplex.
func TestMapSimplex(t *testing.T) {
	truth := []float64{0.6, 0.1, 0.3}
	d := simplexAnswers(t, truth, 3000, 10)
	m, err := MapSimplex{Beta: 10}.Fit(context.Background(), d, nil)
	if err != nil {
		t.Fatal(err)
	}
	sum := 0.0
	for j, x := range m.Params() {
		sum += x
		near(t, "weight", x, truth[j], 0.05)
	}
	near(t, "sum", sum, 1, 1e-12)
}

// TestNetworks: an ensemble learns a utility that is not linear, is less sure where it has seen nothing, and goes on
// from where it was without changing what was there.
func TestNetworks(t *testing.T) {
	rng := testRand(3)
	utility := func(x []float64) float64 { return 3 * min(x[0], x[1]) }
	ask := func(low, high float64) Pair {
		draw := func() []float64 {
			return []float64{low + (high-low)*rng.Float64(), low + (high-low)*rng.Float64()}
		}
		p := Pair{A: Item(draw()), B: Item(draw())}
		if utility(p.A.Features) > utility(p.B.Features) {
			p.Y = 1
		}
		return p
	}
	train, test := &Dataset{Objectives: []string{"a", "b"}}, &Dataset{Objectives: []string{"a", "b"}}
	for range 300 {
		train.Pairs = append(train.Pairs, ask(-1, 1))
		test.Pairs = append(test.Pairs, ask(-1, 1))
	}
	l := Networks{Encoding: FeatureEncoding(nil, 2), Members: 3, Epochs: 40, Rate: 3e-3, Seed: 1}
	m, err := l.Fit(context.Background(), train, nil)
	if err != nil {
		t.Fatal(err)
	}
	if acc := *Accuracy(m, test); acc < 0.92 {
		t.Errorf("accuracy %v of answers that were held out, want 0.92", acc)
	}
	linear, err := Partial{}.Fit(context.Background(), train, nil)
	if err != nil {
		t.Fatal(err)
	}
	if acc, of := *Accuracy(m, test), *Accuracy(linear, test); acc <= of {
		t.Errorf("accuracy %v, a linear utility has %v", acc, of)
	}
	e := m.(*Ensemble)
	known, unknown := 0.0, 0.0
	for range 100 {
		in, out := ask(-1, 1), ask(-6, 6)
		_, a := e.Disagreement(&in.A, &in.B)
		_, b := e.Disagreement(&out.A, &out.B)
		known, unknown = known+a, unknown+b
	}
	if known <= 0 || unknown <= known {
		t.Errorf("disagreement %v where there were answers, %v elsewhere", known/100, unknown/100)
	}
	before := e.Params()
	l.From = e
	if _, err := l.Fit(context.Background(), train, nil); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(before, e.Params()) {
		t.Error("an ensemble that others go on from changed")
	}
}

// TestAdvantageNetwork: a network that sees steps orders actions as a table does.
func TestAdvantageNetwork(t *testing.T) {
	weights := []float64{-1, 5, -5, 1, -2, 0}
	w := boardWorld(t, []string{"..C", "SB.", "..G"}, weights, 0.9)
	d := drawn(t, w, 1500, 3, &User{Statistic: RegretDet{optimum(t, w, weights)}, Noiseless: true, Round: true})
	m, err := Networks{Encoding: StepEncoding(w.States, w.Actions), Members: 1, Epochs: 25, Rate: 3e-3, Seed: 1}.Fit(context.Background(), d, nil)
	if err != nil {
		t.Fatal(err)
	}
	scale, err := w.NewScale(weights)
	if err != nil {
		t.Fatal(err)
	}
	if got := scale.Policy(w.GreedyTable(m.(*Ensemble).Table(w.States, w.Actions))); got < NearOptimal {
		t.Errorf("scaled return %v of the greedy policy, want above %v", got, NearOptimal)
	}
}
