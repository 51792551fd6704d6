package qd

import (
	"context"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/paretolab/paretolab/agents"
)

// TestPrincipalComponents: views on a line through two pixels, with noise on a third, have that line as
// the first component and the noise as the second.
func TestPrincipalComponents(t *testing.T) {
	var views [][]byte
	rng := NewRandom(1, "views")
	for range 400 {
		a := byte(rng.IntN(100))
		views = append(views, []byte{0, a, 2 * a, byte(rng.IntN(9)), 0, 0})
	}
	c, err := PrincipalComponents(views, 6, 2, rng)
	if err != nil {
		t.Fatal(err)
	}
	want := [][]float64{{0, 1 / math.Sqrt(5), 2 / math.Sqrt(5), 0, 0, 0}, {0, 0, 0, 1, 0, 0}}
	for k := range want {
		for p := range 6 {
			if got := c.Directions[p*2+k]; math.Abs(got-want[k][p]) > 0.01 {
				t.Errorf("component %d, pixel %d: %v, want %v", k, p, got, want[k][p])
			}
		}
	}
}

// armViews are views of the ends of random episodes of the arm.
func armViews(t testing.TB, n int) [][]byte {
	t.Helper()
	e := environment(t, "redundant-arm-v0")
	s := defaults(e, n)
	v := NewEvaluator(&agents.Problem{Env: e, Pool: agents.NewPool(2)}, &s)
	v.Look(1, 32, 0)
	rng := NewRandom(1, "genomes")
	var all []*Individual
	for i := range n {
		x := &Individual{ID: i, Genome: make([]float64, v.Network.Genes())}
		for j := range x.Genome {
			x.Genome[j] = rng.NormFloat64()
		}
		all = append(all, x)
	}
	if err := v.Evaluate(context.Background(), all); err != nil {
		t.Fatal(err)
	}
	var views [][]byte
	for _, x := range all {
		views = append(views, x.Views)
	}
	return views
}

// TestComponentsOfViews: directions are orthonormal eigenvectors of the covariance in falling order, the
// error is that of the reconstruction, and training halves it.
func TestComponentsOfViews(t *testing.T) {
	views := armViews(t, 400)
	const pixels, rank = 32 * 32, 10
	rng := NewRandom(2, "test")
	c, err := PrincipalComponents(views, pixels, rank, rng)
	if err != nil {
		t.Fatal(err)
	}
	before, err := RandomComponents(pixels, rank, rng)
	if err != nil {
		t.Fatal(err)
	}
	var variance [rank]float64
	latent, other := make([]float64, rank), make([]float64, rank)
	total, untrained := 0.0, 0.0
	for _, v := range views {
		got := c.describe(v, latent)
		total += got
		untrained += before.describe(v, other)
		sum := 0.0
		for p, b := range v {
			x := c.Mean[p]
			for k, l := range latent {
				x += l * c.Directions[p*rank+k]
			}
			sum += (float64(b)/white - x) * (float64(b)/white - x)
		}
		if math.Abs(got-sum/pixels) > 1e-12 {
			t.Fatalf("error %v, want %v", got, sum/pixels)
		}
		for k, l := range latent {
			variance[k] += l * l
		}
	}
	for k := 1; k < rank; k++ {
		if variance[k] > variance[k-1]*(1+1e-9) {
			t.Errorf("variances %v do not fall", variance)
		}
	}
	if total > untrained/2 {
		t.Errorf("error %v after training, %v before", total/400, untrained/400)
	}
	for j := range rank {
		for k := range j + 1 {
			s := 0.0
			for p := range pixels {
				s += c.Directions[p*rank+j] * c.Directions[p*rank+k]
			}
			want := 0.0
			if j == k {
				want = 1
			}
			if math.Abs(s-want) > 1e-10 {
				t.Errorf("directions %d and %d have product %v", j, k, s)
			}
		}
	}
}

// TestDarkViews: without anything to see there is nothing to be surprised by.
func TestDarkViews(t *testing.T) {
	views := [][]byte{make([]byte, 16), make([]byte, 16)}
	c, err := PrincipalComponents(views, 16, 3, NewRandom(1, "dark"))
	if err != nil {
		t.Fatal(err)
	}
	if u := c.describe(views[0], make([]float64, 3)); u != 0 {
		t.Errorf("surprise %v", u)
	}
	if _, err := PrincipalComponents(nil, 16, 3, NewRandom(1, "dark")); err == nil {
		t.Error("no views are taken")
	}
	if _, err := RandomComponents(2, 3, NewRandom(1, "dark")); err == nil {
		t.Error("3 numbers of 2 pixels are taken")
	}
}

// TestViewsOfAnEpisode: an episode that ends early repeats its last view.
func TestViewsOfAnEpisode(t *testing.T) {
	e := environment(t, "redundant-arm-v0")
	s := defaults(e, 1)
	v := NewEvaluator(&agents.Problem{Env: e, Pool: agents.NewPool(1)}, &s)
	v.Look(5, 16, 0)
	if m := v.workers[0].moments; !slices.Equal(m, []int{21, 41, 61, 81, 100}) {
		t.Errorf("views after steps %v", m)
	}
	rng := NewRandom(3, "genomes")
	for range 30 {
		x := &Individual{Genome: make([]float64, v.Network.Genes())}
		for j := range x.Genome {
			x.Genome[j] = rng.NormFloat64()
		}
		if err := v.Evaluate(context.Background(), []*Individual{x}); err != nil {
			t.Fatal(err)
		}
		if len(x.Views) != 5*256 {
			t.Fatalf("%d pixels", len(x.Views))
		}
		if last := x.Views[4*256:]; x.Steps <= 81 && !slices.Equal(x.Views[3*256:4*256], last) {
			t.Errorf("the views after an end at step %d differ", x.Steps)
		}
	}
}

// TestTrainingSchedule: STAX trains after exploration chunks 1, 3, 6, 10 and so on.
func TestTrainingSchedule(t *testing.T) {
	l := &representation{settings: &LearnedSettings{Encoder: "random"}}
	var after []int
	for chunk := 1; chunk <= 21; chunk++ {
		if l.Waited++; l.Waited > l.Trainings {
			if err := l.train(context.Background()); err != nil {
				t.Fatal(err)
			}
			after = append(after, chunk)
		}
	}
	if !slices.Equal(after, []int{1, 3, 6, 10, 15, 21}) {
		t.Errorf("trainings after chunks %v", after)
	}
}

// TestReset: with it the optimiser has made the steps of the last training alone, else those of all.
func TestReset(t *testing.T) {
	const pixels, n = 36, 200
	rng := NewRandom(5, "views")
	set := make([]*Individual, n)
	for i := range set {
		set[i] = &Individual{Views: make([]byte, pixels)}
		for p := range set[i].Views {
			set[i].Views[p] = byte(rng.IntN(white))
		}
	}
	for _, reset := range []bool{false, true} {
		l := &representation{settings: &LearnedSettings{Encoder: "compact", Latent: 3, TrainCap: n, Reset: reset}, pixels: pixels, RNG: NewRandom(1, "encoder")}
		l.Network = l.network()
		steps := 0
		for range 2 {
			if err := l.train(context.Background(), set); err != nil {
				t.Fatal(err)
			}
			made := l.Lessons[len(l.Lessons)-1].Epochs * 2 // 160 of 200 views in batches of 128
			if reset {
				steps = 0
			}
			if steps += made; l.Network.Steps != steps {
				t.Errorf("reset %v: %d steps of the optimiser, want %d", reset, l.Network.Steps, steps)
			}
		}
	}
}

// TestDescribedByTheLastView: the last of the numbers that all views give, and the surprise of all.
func TestDescribedByTheLastView(t *testing.T) {
	c, err := RandomComponents(4, 2, NewRandom(1, "encoder"))
	if err != nil {
		t.Fatal(err)
	}
	described := func(behaviour string) *Individual {
		x := &Individual{Views: []byte{0, 50, 100, 150, 200, 1, 2, 3, 9, 99, 199, 7}}
		l := &representation{settings: &LearnedSettings{Latent: 2, Behaviour: behaviour}, pixels: 4, Components: c}
		l.encode([]*Individual{x})
		return x
	}
	all, last := described("all"), described("last")
	if len(all.latent) != 6 || !slices.Equal(last.latent, all.latent[4:]) || last.surprise != all.surprise {
		t.Errorf("all %v with surprise %v, last %v with %v", all.latent, all.surprise, last.latent, last.surprise)
	}
}

// TestCriteria: who survives, and by what children enter the archive when the best do.
func TestCriteria(t *testing.T) {
	novelty, surprise := []float64{3, 1, 2, 0}, []float64{0, 2, 1, 3}
	var all []*Individual
	for _, u := range surprise {
		all = append(all, &Individual{surprise: u})
	}
	e := &explorer{RNG: NewRandom(1, "explore")}
	draws := map[int]int{}
	for _, c := range []struct {
		criterion string
		index     []int
		score     []float64
	}{
		{"novelty", []int{0, 2}, novelty},
		{"surprise", []int{3, 1}, surprise},
		{"pareto", []int{0, 3}, novelty}, // all on one front, of which the ends stay
		{"draw", nil, nil},
	} {
		l := &representation{settings: &LearnedSettings{Criterion: c.criterion}}
		if c.criterion == "draw" {
			for range 1000 {
				index, score, err := l.survive(e, all, novelty, 1)
				if err != nil || !slices.Equal(score, novelty) && !slices.Equal(score, surprise) || index[0] != best(score, 1)[0] {
					t.Fatalf("draw: %v survives by %v (%v)", index, score, err)
				}
				draws[index[0]]++
			}
			continue
		}
		index, score, err := l.survive(e, all, novelty, 2)
		slices.Sort(index)
		slices.Sort(c.index)
		if err != nil || !slices.Equal(index, c.index) || !slices.Equal(score, c.score) {
			t.Errorf("%s: %v survive by %v, want %v by %v (%v)", c.criterion, index, score, c.index, c.score, err)
		}
	}
	if draws[0]+draws[3] != 1000 || draws[0] < 400 || draws[0] > 600 { // six standard deviations
		t.Errorf("draws %v", draws)
	}
}

func TestBadLearnedSettings(t *testing.T) {
	for _, c := range []struct {
		change func(s *STAX)
		say    string
	}{
		{func(s *STAX) { s.Encoder = "vae" }, "compact"},
		{func(s *STAX) { s.Encoder, s.ViewSize = "reference", 20 }, "multiples of 16"},
		{func(s *STAX) { s.Latent = 0 }, "latent is 0"},
		{func(s *STAX) { s.Latent, s.ViewSize = 10, 3 }, "9 pixels"},
		{func(s *STAX) { s.ViewBlur = -1 }, "view_blur is -1"},
		{func(s *STAX) { s.ViewBlur = math.NaN() }, "view_blur is NaN"},
		{func(s *STAX) { s.ViewBlur = 33 }, "from 0 to 32"},
		{func(s *STAX) { s.Views = 60 }, "up to 50 steps"},
		{func(s *STAX) { s.Criterion = "luck" }, "criterion"},
		{func(s *STAX) { s.Behaviour = "first" }, "give all or last"},
		{func(s *STAX) { s.Phases = "never" }, "phases"},
		{func(s *STAX) { s.Steps = -1 }, "emitter_steps is -1"},
		{func(s *STAX) { s.Chunk = 0 }, "chunk is 0"},
	} {
		a, p := prepare(t, "stax", "point-v0", 1, 1, 100, nil)
		c.change(a.(*STAX))
		if err := a.Check(p.Env, p.Steps); err == nil || !strings.Contains(err.Error(), c.say) {
			t.Errorf("error %v, want %q", err, c.say)
		}
	}
	a, p := prepare(t, "stax", "deep-sea-treasure-v0", 1, 1, 100, nil)
	a.(*STAX).ViewBlur = 2
	if err := a.Check(p.Env, p.Steps); err == nil || !strings.Contains(err.Error(), "deep-sea-treasure-v0 has no views") {
		t.Errorf("no views to blur: %v", err)
	}
}
