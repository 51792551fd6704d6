package preference

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/paretolab/paretolab/pareto"
)

// goldenModels is testdata/models.json: values of an independent reference, to 9 decimals.
type goldenModels struct {
	Ranking struct {
		Truth, Score                 []float64
		Concordant, Discordant, Tied float64
		Accuracy                     float64 `json:"ranking_accuracy"`
		Tau                          float64 `json:"kendall_tau_b"`
	}
	GPM struct {
		V      [][]float64
		Lambda []float64   `json:"lambda_"`
		Score  [][]float64 `json:"score_beta1"`
		P      [][]float64
	}
	Minimax []struct {
		P                        Tournament
		Mixture, Borda, Copeland []float64
		Value                    float64
	} `json:"minimax_winner"`
	Noise struct {
		Logit []float64
		Cases []struct {
			Flip         float64
			Robust       []float64 `json:"robust_loss"`
			Conservative []float64 `json:"conservative_loss"`
			Mixture      []float64 `json:"mixture_nll"`
		}
	} `json:"label_noise"`
	PlackettLuce struct {
		Score         []float64
		Order         []int   `json:"ranking_best_first"`
		LogLikelihood float64 `json:"log_likelihood"`
		Gradient      []float64
		Top2          float64 `json:"top2_log_likelihood"`
	} `json:"plackett_luce"`
	IdealPoint struct {
		Items, Prototypes [][]float64
		Mixture           [][]float64 `json:"user_mixture"`
		Distance          [][]float64 `json:"squared_distance"`
		P01               []float64   `json:"p_item0_over_item1"`
		P23               []float64   `json:"p_item2_over_item3"`
	} `json:"ideal_point"`
	CPL struct {
		Alpha, Gamma, Bias float64
		Preferred          []float64 `json:"logp_preferred"`
		Other              []float64 `json:"logp_other"`
		Unbiased           float64   `json:"loss_unbiased"`
		Biased             float64   `json:"loss_bias"`
	}
}

func TestGoldenModels(t *testing.T) {
	var g goldenModels
	readGolden(t, "models.json", &g)
	const tolerance = 1e-8

	r := RankAll(g.Ranking.Truth, g.Ranking.Score)
	if r != (Ranking{g.Ranking.Concordant, g.Ranking.Discordant, g.Ranking.Tied}) {
		t.Errorf("ranking %+v, want %+v", r, g.Ranking)
	}
	near(t, "ranking accuracy", r.Accuracy(), g.Ranking.Accuracy, tolerance)
	near(t, "Kendall's tau b", r.TauB(), g.Ranking.Tau, tolerance)

	c := Cyclic{g.GPM.Lambda, 1}
	for i, v := range g.GPM.V {
		for j, u := range g.GPM.V {
			near(t, "cyclic score", c.Score(v, u), g.GPM.Score[i][j], tolerance)
			near(t, "cyclic probability", c.P(v, u), g.GPM.P[i][j], tolerance)
		}
	}

	for _, m := range g.Minimax {
		mixture, value, err := m.P.Minimax()
		if err != nil {
			t.Fatal(err)
		}
		near(t, "value", value, m.Value, 1e-6)
		for i := range mixture {
			near(t, "minimax mixture", mixture[i], m.Mixture[i], 1e-6)
			near(t, "Borda", m.P.Borda()[i], m.Borda[i], tolerance)
			near(t, "Copeland", m.P.Copeland()[i], m.Copeland[i], 0)
		}
	}

	for _, c := range g.Noise.Cases {
		for k, z := range g.Noise.Logit {
			for noise, want := range map[Noise]float64{Unbiased: c.Robust[k], Conservative: c.Conservative[k], Mixture: c.Mixture[k]} {
				loss, _ := noise.Loss(z, 1, c.Flip)
				near(t, noise.String()+" loss", loss, want, tolerance)
			}
		}
	}

	pl := g.PlackettLuce
	gradient := make([]float64, len(pl.Score))
	near(t, "Plackett-Luce", PlackettLuce(pl.Score, pl.Order, 0, gradient), pl.LogLikelihood, tolerance)
	near(t, "Plackett-Luce, first two", PlackettLuce(pl.Score, pl.Order, 2, nil), pl.Top2, tolerance)
	for i, v := range gradient {
		near(t, "Plackett-Luce gradient", v, pl.Gradient[i], tolerance)
	}

	ip := g.IdealPoint
	m := &IdealPoints{Prototypes: ip.Prototypes, Mixture: ip.Mixture, learner: PAL{Beta: 1}, in: len(ip.Items[0]), width: len(ip.Items[0])}
	var items []Segment
	for _, x := range ip.Items {
		items = append(items, Item(x))
	}
	for h := range ip.Mixture {
		for i := range items {
			near(t, "squared distance", -m.Score(h, &items[i]), ip.Distance[h][i], tolerance)
		}
		near(t, "P(0 over 1)", m.POf(h, &items[0], &items[1]), ip.P01[h], tolerance)
		near(t, "P(2 over 3)", m.POf(h, &items[2], &items[3]), ip.P23[h], tolerance)
	}

	sum := func(log []float64) float64 {
		l := CPL{States: len(log), Actions: 1, Alpha: g.CPL.Alpha, Gamma: g.CPL.Gamma}
		s := Segment{}
		for k := range log {
			s.Steps = append(s.Steps, Step{int32(k), 0})
		}
		return l.sum(log, &s)
	}
	loss, _, _ := ContrastiveLoss(sum(g.CPL.Preferred), sum(g.CPL.Other), 1)
	near(t, "contrastive loss", loss, g.CPL.Unbiased, tolerance)
	loss, _, _ = ContrastiveLoss(sum(g.CPL.Preferred), sum(g.CPL.Other), g.CPL.Bias)
	near(t, "contrastive loss, biased", loss, g.CPL.Biased, tolerance)
}

// fit fits and fails the test on an error.
func fit[M Model](t testing.TB, l Learner, d *Dataset) M {
	t.Helper()
	m, err := l.Fit(context.Background(), d, nil)
	if err != nil {
		t.Fatal(err)
	}
	return m.(M)
}

// oneHot are items of one feature each.
func oneHot(n int) (d *Dataset, items []Segment) {
	d = &Dataset{}
	for i := range n {
		x := make([]float64, n)
		x[i] = 1
		items = append(items, Item(x))
		d.Objectives = append(d.Objectives, string(rune('a'+i)))
	}
	return d, items
}

// A cycle of three is represented exactly by one block at angles of 120 degrees, and a Bradley-Terry model of it is
// no better than a coin.
func TestCycle(t *testing.T) {
	c := Cyclic{[]float64{2}, 1}
	var v [][]float64
	for k := range 3 {
		sin, cos := math.Sincos(2 * math.Pi * float64(k) / 3)
		v = append(v, []float64{cos, sin})
	}
	for k := range 3 {
		near(t, "score", c.Score(v[k], v[(k+1)%3]), 2*math.Sin(2*math.Pi/3), 1e-12)
		near(t, "score with itself", c.Score(v[k], v[k]), 0, 0)
		near(t, "skew", c.Score(v[k], v[(k+1)%3])+c.Score(v[(k+1)%3], v[k]), 0, 0)
	}
	u := []float64{0.3, -1.2}
	near(t, "Bradley-Terry is contained", c.Score([]float64{u[0], 1}, []float64{u[1], 1}), 2*(u[0]-u[1]), 1e-15)

	d, items := oneHot(3)
	for k := range 3 {
		if err := d.Add(Pair{A: items[k], B: items[(k+1)%3], Y: 1}); err != nil {
			t.Fatal(err)
		}
	}
	bt := fit[*Reward](t, Partial{}, d)
	near(t, "loss of Bradley-Terry", bt.Loss, math.Ln2, 1e-9)
	if a := Rank(d, (&Reward{Statistic: PartialReturn{[]float64{3, 2, 1}}}).Utility).Accuracy(); a != 2./3 {
		t.Errorf("an order of a cycle has accuracy %v", a)
	}
	gpm := fit[*Embedding](t, GPM{L2: 1e-3}, d)
	for k := range 3 {
		if p := gpm.P(&items[k], &items[(k+1)%3]); p < 0.9 {
			t.Errorf("%d beats %d with probability %v only", k, (k+1)%3, p)
		}
	}
}

// Two blocks represent any preferences among five items.
func TestEmbeddingRank(t *testing.T) {
	random := testRand(5)
	d, items := oneHot(5)
	var logit [5][5]float64
	for i := range 5 {
		for j := range i {
			logit[i][j] = 1.5 * random.NormFloat64()
			logit[j][i] = -logit[i][j]
			if err := d.Add(Pair{A: items[i], B: items[j], Y: Logistic(logit[i][j])}); err != nil {
				t.Fatal(err)
			}
		}
	}
	m := fit[*Embedding](t, GPM{Blocks: 2}, d)
	for i := range 5 {
		for j := range 5 {
			near(t, "logit", m.Score(m.Embed(&items[i]), m.Embed(&items[j])), logit[i][j], 1e-6)
		}
	}
}

// (1−e) l_rob(z) + e l_rob(−z) = l(z), and the slopes are those of difference quotients.
func TestNoiseIdentity(t *testing.T) {
	random := testRand(1)
	for range 100 {
		z, e, y := 5*random.NormFloat64(), 0.49*random.Float64(), random.Float64()
		first, _ := Unbiased.Loss(z, 1, e)
		second, _ := Unbiased.Loss(-z, 1, e)
		near(t, "unbiased", (1-e)*first+e*second, Softplus(-z), 1e-12*(1+math.Abs(z))/(1-2*e))
		for _, n := range []Noise{Plain, Unbiased, Conservative, Mixture} {
			const h = 1e-5
			up, _ := n.Loss(z+h, y, e)
			down, _ := n.Loss(z-h, y, e)
			_, slope := n.Loss(z, y, e)
			near(t, n.String()+" slope", slope, (up-down)/(2*h), 1e-6*(1+math.Abs(slope)))
		}
	}
}

// noisyAnswers are n comparisons of random items by unit weights, of which a share is flipped.
func noisyAnswers(m, n int, flip float64, random *rand.Rand) (d *Dataset, weights []float64) {
	weights = make([]float64, m)
	for j := range weights {
		weights[j] = random.NormFloat64()
	}
	v, _ := NewDirection(weights)
	d = &Dataset{Objectives: strings.Split("abcdefgh", "")[:m]}
	draw := func() []float64 {
		x := make([]float64, m)
		for j := range x {
			x[j] = random.NormFloat64()
		}
		return x
	}
	for range n {
		p := Pair{A: Item(draw()), B: Item(draw())}
		if dot(v, p.A.Features) > dot(v, p.B.Features) {
			p.Y = 1
		}
		if random.Float64() < flip {
			p.Y = 1 - p.Y
		}
		d.Pairs = append(d.Pairs, p)
	}
	return d, v
}

// cosine is the cosine of the angle between two vectors.
func cosine(a, b []float64) float64 { return dot(a, b) / math.Sqrt(dot(a, a)*dot(b, b)) }

// With 30 % of labels flipped, the directions that the clipped unbiased loss and the mixture learn are no worse than that
// of the plain loss on 18 of 20 seeds, and err less than half as much in the mean. The mixture finds the share of flips
// itself.
func TestRobust(t *testing.T) {
	plain := make([]float64, 20)
	for _, c := range []struct {
		name    string
		learner Robust
	}{
		{"plain", Robust{Noise: Plain}},
		{"unbiased", Robust{Noise: Unbiased, Flip: 0.3, Clip: 2, L2: 1e-5}},
		{"mixture", Robust{Noise: Mixture, Flip: 0.3, L2: 1e-5}},
	} {
		better, mean, meanPlain := 0, 0.0, 0.0
		for seed := range plain {
			d, truth := noisyAnswers(3, 2000, 0.3, testRand(uint64(seed)))
			angle := math.Acos(min(1, cosine(fit[*RobustReward](t, c.learner, d).Weights, truth))) * 180 / math.Pi
			if c.name == "plain" {
				plain[seed] = angle
			}
			if angle <= plain[seed] {
				better++
			}
			mean, meanPlain = mean+angle/20, meanPlain+plain[seed]/20
		}
		t.Logf("%s: mean error %.2f degrees, no worse than plain on %d of 20 seeds", c.name, mean, better)
		if better < 18 || c.name != "plain" && mean > meanPlain/2 {
			t.Errorf("%s: no worse than plain on %d of 20 seeds, mean error %.2f degrees, of plain %.2f", c.name, better, mean, meanPlain)
		}
	}
	d, _ := noisyAnswers(3, 2000, 0.3, testRand(0))
	near(t, "estimated share of flips", fit[*RobustReward](t, Robust{Noise: Mixture, Estimate: true, L2: 1e-4}, d).Flip, 0.3, 0.03)
}

// The gradient by the share of flips is that of difference quotients, and a clipped loss is flat.
func TestRobustSettings(t *testing.T) {
	d, _ := noisyAnswers(3, 50, 0.2, testRand(1))
	for name, l := range map[string]Robust{"half": {Flip: 0.5}, "negative": {Flip: -0.1}, "NaN": {Flip: math.NaN()}, "estimate": {Estimate: true}, "loss": {Noise: 7}} {
		if _, err := l.Fit(context.Background(), d, nil); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if _, err := (Robust{}).Fit(context.Background(), &Dataset{Objectives: []string{"a"}}, nil); err == nil {
		t.Error("no answers: no error")
	}
	l := Robust{Noise: Unbiased, Flip: 0.3, Clip: 10}
	at, _ := l.clipped(10, 1, 0.3)
	beyond, slope := l.clipped(1000, 1, 0.3)
	near(t, "clipped loss", beyond, at, 0)
	near(t, "its slope", slope, 0, 0)
}

// The probabilities of all orders of four items add up to 1, two items are Bradley-Terry, and the gradients of the list
// losses are those of difference quotients.
func TestPlackettLuce(t *testing.T) {
	score := []float64{0.3, -1, 2, 0.7}
	total := 0.0
	var permute func(order []int)
	permute = func(order []int) {
		if len(order) == 4 {
			total += math.Exp(PlackettLuce(score, order, 0, nil))
			return
		}
		for i := range 4 {
			if !slices.Contains(order, i) {
				permute(append(slices.Clone(order), i))
			}
		}
	}
	permute(nil)
	near(t, "all orders", total, 1, 1e-12)
	near(t, "two items", PlackettLuce([]float64{1, 0.4}, []int{0, 1}, 0, nil), math.Log(Logistic(0.6)), 1e-14)

	order := []int{2, 0, 1, 3}
	for name, f := range map[string]func(gradient []float64) float64{
		"Plackett-Luce": func(g []float64) float64 { return PlackettLuce(score, order, 0, g) },
		"first two":     func(g []float64) float64 { return PlackettLuce(score, order, 2, g) },
		"skip pairs":    func(g []float64) float64 { return SkipLoss(score, order, 3, g) },
	} {
		gradient := make([]float64, 4)
		f(gradient)
		for i := range score {
			const h = 1e-5
			score[i] += h
			up := f(make([]float64, 4))
			score[i] -= 2 * h
			down := f(make([]float64, 4))
			score[i] += h
			near(t, name, gradient[i], (up-down)/(2*h), 1e-6)
		}
	}
}

// On noisy lists of 20 items, Kendall's tau of Plackett-Luce and of skip pairs is not below that of neighbours alone.
func TestLists(t *testing.T) {
	tau := map[ListLoss]float64{}
	for seed := range uint64(10) {
		random := testRand(100 + seed)
		truth := []float64{1, -0.7, 0.4, 0.2, -0.1}
		draw := func() List {
			l := List{}
			var noisy []float64
			for i := range 20 {
				x := make([]float64, len(truth))
				for j := range x {
					x[j] = random.NormFloat64()
				}
				l.Items, l.Order = append(l.Items, x), append(l.Order, i)
				noisy = append(noisy, dot(truth, x)-math.Log(random.ExpFloat64())) // Gumbel noise: a draw from Plackett-Luce
			}
			slices.SortFunc(l.Order, func(a, b int) int { return int(math.Copysign(1, noisy[b]-noisy[a])) })
			return l
		}
		var lists []List
		for range 5 {
			lists = append(lists, draw())
		}
		test := draw()
		for _, loss := range []ListLoss{PlackettLuceLoss, SkipPairs, Neighbours} {
			w, err := Lists{Loss: loss}.Fit(context.Background(), lists, nil)
			if err != nil {
				t.Fatal(err)
			}
			var right, learned []float64
			for _, x := range test.Items {
				right, learned = append(right, dot(truth, x)), append(learned, dot(w, x))
			}
			tau[loss] += RankAll(right, learned).TauB() / 10
		}
	}
	t.Logf("mean tau: Plackett-Luce %.4f, skip pairs %.4f, neighbours %.4f", tau[PlackettLuceLoss], tau[SkipPairs], tau[Neighbours])
	if tau[PlackettLuceLoss] < tau[Neighbours] || tau[SkipPairs] < tau[Neighbours] {
		t.Error("comparing neighbours alone is better")
	}
}

// Three users with the orders ABC, BCA and CAB make a cycle, whose minimax winner takes each alike; self-play comes
// within its bound; a cycle of unequal votes has the known mixture; a dominated item gets nothing.
func TestMinimax(t *testing.T) {
	vote, err := Majority(3, [][]int{{0, 1, 2}, {1, 2, 0}, {2, 0, 1}})
	if err != nil {
		t.Fatal(err)
	}
	near(t, "majority", vote[0][1], 2./3, 1e-15)
	mixture, value, err := vote.Minimax()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range mixture {
		near(t, "mixture of the vote", p, 1./3, 1e-9)
	}
	near(t, "value", value, 0.5, 1e-9)

	a, b, c := 0.4, 0.3, 0.1
	cycle := Tournament{{0.5, 0.5 + a, 0.5 - c, 0.9}, {0.5 - a, 0.5, 0.5 + b, 0.8}, {0.5 + c, 0.5 - b, 0.5, 0.7}, {0.1, 0.2, 0.3, 0.5}}
	mixture, _, err = cycle.Minimax()
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []float64{b / (a + b + c), c / (a + b + c), a / (a + b + c), 0} {
		near(t, "mixture of a cycle", mixture[i], want, 1e-9)
	}
	const rounds = 20000
	played, err := cycle.SelfPlay(rounds)
	if err != nil {
		t.Fatal(err)
	}
	if gap := 0.5 - cycle.Value(played); gap > math.Sqrt(2*math.Log(4)/rounds) {
		t.Errorf("self-play is %v below the value of the game", gap)
	}
	for _, bad := range []Tournament{{}, {{0.5, 0.2}}, {{0.5, 0.2}, {0.3, 0.5}}, {{0.5, math.NaN()}, {0.5, 0.5}}, {{0.5, 1.2}, {-0.2, 0.5}}} {
		if _, _, err := bad.Minimax(); err == nil {
			t.Errorf("%v passes for a tournament", bad)
		}
	}
	if _, err := Majority(3, [][]int{{0, 1, 1}}); err == nil {
		t.Error("an order that names an item twice passes")
	}
}

// The minimax value of random tournaments is ½.
func TestMinimaxValue(t *testing.T) {
	random := testRand(8)
	for n := 1; n <= 12; n++ {
		p := make(Tournament, n)
		for i := range p {
			p[i] = make([]float64, n)
			p[i][i] = 0.5
			for j := range i {
				p[i][j] = random.Float64()
				p[j][i] = 1 - p[i][j]
			}
		}
		_, value, err := p.Minimax()
		if err != nil {
			t.Fatal(err)
		}
		near(t, "value", value, 0.5, 1e-9)
	}
}

// Without ties ranking accuracy is (1 + τ)/2, and no score is above the ceiling when answers are noisy.
func TestCeiling(t *testing.T) {
	d, truth := noisyAnswers(3, 4000, 0, testRand(3))
	u := &User{Statistic: PartialReturn{truth}, Beta: 1.5, Rand: testRand(4)}
	d.Pairs = Label(d.Pairs, u)
	score := func(s *Segment) float64 { return dot(truth, s.Features) }
	accuracy := Rank(d, score).Accuracy()
	ceiling := Ceiling(d, func(a, b *Segment) float64 { return Logistic(1.5 * (score(a) - score(b))) })
	near(t, "accuracy of the truth", accuracy, ceiling, 3*math.Sqrt(0.25/4000))
	r := RankAll([]float64{1, 2, 3, 4}, []float64{1, 3, 2, 4})
	near(t, "accuracy by tau", r.Accuracy(), (1+r.TauB())/2, 1e-15)
}

// Along a convex front objective 1 of the assigned point never falls, and objective 2 never rises, as the direction
// turns from objective 2 to 1; directions beyond both get the extremes.
func TestDirection(t *testing.T) {
	var front pareto.Front
	for k := range 21 {
		front = front.Append(Angle(90 * float64(k) / 20))
	}
	last := []float64{2, -1}
	for degrees := 0.0; degrees <= 90; degrees += 0.5 {
		y := front.Row(Angle(degrees).Assign(front))
		if y[0] > last[0]+1e-12 || y[1] < last[1]-1e-12 {
			t.Fatalf("at %v degrees %v follows %v", degrees, y, last)
		}
		last = y
	}
	for degrees, want := range map[float64]int{-60: 0, 150: 20} {
		if got := Angle(degrees).Assign(front); got != want {
			t.Errorf("at %v degrees point %d is assigned, not %d", degrees, got, want)
		}
	}
	if (Direction{1, 0}).Assign(pareto.Front{}) != -1 {
		t.Error("an empty front has a point")
	}
	if _, err := NewDirection([]float64{0, 0}); err == nil {
		t.Error("nothing passes for a direction")
	}
}

// A front with a hole where the user looks: the policy of a neighbouring direction is better, and robust selection
// finds it; it is never worse than the policy of the user's own direction.
func TestSelection(t *testing.T) {
	// What policies promise when they are assigned, and what they are worth: that of 45 degrees keeps little of it.
	var promised, worth pareto.Front
	for k := range 19 {
		y := Angle(5 * float64(k))
		promised = promised.Append(y)
		if k == 9 {
			y = Direction{0.6 * y[0], 0.6 * y[1]}
		}
		worth = worth.Append(y)
	}
	assign := func(v Direction) int { return v.Assign(promised) }
	evaluate := func(policy int, fresh bool) ([]float64, error) { return worth.Row(policy), nil }
	for degrees := range 91 {
		v := Angle(float64(degrees))
		r, err := Selection{Seed: uint64(degrees)}.Select(v, assign, evaluate)
		if err != nil {
			t.Fatal(err)
		}
		if r.Utility < r.Baseline || r.Fresh != r.Utility {
			t.Errorf("at %d degrees utility %v, fresh %v, of the own direction %v", degrees, r.Utility, r.Fresh, r.Baseline)
		}
		if r.Pool[0] == 9 && r.Utility <= r.Baseline {
			t.Errorf("at %d degrees the hole is not avoided", degrees)
		}
	}
	// Among policies that are worth the same, the winner of noisy episodes looks better than it is; new episodes tell.
	noise, promise, fresh := testRand(9), 0.0, 0.0
	for seed := range uint64(200) {
		r, err := Selection{Seed: seed}.Select(Angle(45), assign, func(int, bool) ([]float64, error) {
			return []float64{1 + noise.NormFloat64(), 1 + noise.NormFloat64()}, nil
		})
		if err != nil {
			t.Fatal(err)
		}
		promise, fresh = promise+r.Utility/200, fresh+r.Fresh/200
	}
	if promise < math.Sqrt2+0.5 {
		t.Errorf("the winners of noise promise %v in the mean, all are worth %v", promise, math.Sqrt2)
	}
	near(t, "what they are worth in new episodes", fresh, math.Sqrt2, 4/math.Sqrt(200))
	// Directions are within the cone.
	random := testRand(2)
	v := Direction{0.6, 0, 0.8}
	for range 1000 {
		near := v.Near(20, random)
		if c := dot(v, near); c < math.Cos(20*math.Pi/180)-1e-12 || math.Abs(dot(near, near)-1) > 1e-12 {
			t.Fatalf("direction %v has cosine %v to %v", near, c, v)
		}
	}
}
