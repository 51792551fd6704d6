package preference

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/paretolab/paretolab/envs"
)

// small is an environment of few states with a table of outcomes and one objective.
type small struct {
	outcomes [][][]envs.Outcome // by state and action
	state    int32
}

func (m *small) NumStates() int      { return len(m.outcomes) }
func (m *small) NumActions() int     { return len(m.outcomes[0]) }
func (m *small) StartState() int     { return 0 }
func (m *small) Reset(*envs.RNG)     { m.state = 0 }
func (m *small) Observe(o []float64) { o[0] = float64(m.state) }
func (m *small) State() any          { return &m.state }
func (m *small) Step(rng *envs.RNG, a envs.Action, reward []float64) bool {
	list := m.outcomes[m.state][a.Index()]
	u := rng.Float64()
	for i, o := range list {
		if u -= o.P; u < 0 || i == len(list)-1 {
			m.state = int32(o.Next)
			copy(reward, o.Reward)
			return o.Terminal
		}
	}
	return true
}
func (m *small) Outcomes(s, a int, buf []envs.Outcome) []envs.Outcome {
	return append(buf, m.outcomes[s][a]...)
}

// goOn and end are sure outcomes.
func goOn(next int, reward float64) []envs.Outcome {
	return []envs.Outcome{{P: 1, Next: next, Reward: []float64{reward}}}
}

func end(reward float64) []envs.Outcome {
	return []envs.Outcome{{P: 1, Reward: []float64{reward}, Terminal: true}}
}

func smallWorld(t testing.TB, gamma float64, outcomes ...[][]envs.Outcome) *World {
	t.Helper()
	e := &envs.Environment{
		Spec: envs.Spec{ID: "small", Objectives: []envs.Objective{{Name: "reward"}}, Horizon: 100},
		New:  func() envs.Env { return &small{outcomes: outcomes} },
	}
	w, err := NewWorld(e, gamma)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func walk(t testing.TB, w *World, start int, actions ...int32) *Segment {
	t.Helper()
	s, err := w.Walk(start, actions)
	if err != nil {
		t.Fatal(err)
	}
	return &s
}

// prefers is P(a ≻ b) at β = 1.
func prefers(f Statistic, a, b *Segment) float64 { return Logistic(f.Value(a) - f.Value(b)) }

var one = []float64{1}

// Counter-example 1: with a variable horizon a constant that is added to the reward changes the best policy, but
// no partial-return preference between equally long segments that stay; regret tells.
func TestVariableHorizon(t *testing.T) {
	const stay, exit = 0, 1
	world := func(shift float64) *World {
		return smallWorld(t, 0.9, [][]envs.Outcome{goOn(0, -1+shift), end(shift)})
	}
	first, second := world(0), world(2)
	o1, o2 := optimum(t, first, one), optimum(t, second, one)
	near(t, "V* of the second", o2.V[0], 10, 1e-9)
	for _, c := range []struct {
		name string
		got  float64
		want float64
	}{
		{"A*(stay), first", o1.Advantage[stay], -1}, {"A*(exit), first", o1.Advantage[exit], 0},
		{"A*(stay), second", o2.Advantage[stay], 0}, {"A*(exit), second", o2.Advantage[exit], -8},
	} {
		near(t, c.name, c.got, c.want, 1e-9)
	}
	for length := 1; length <= 4; length++ {
		staying := make([]int32, length)
		a1, a2 := walk(t, first, 0, staying...), walk(t, second, 0, staying...)
		staying[length-1] = exit
		b1, b2 := walk(t, first, 0, staying...), walk(t, second, 0, staying...)
		near(t, "partial return, equally long", prefers(PartialReturn{one}, a2, b2), prefers(PartialReturn{one}, a1, b1), 1e-9)
	}
	near(t, "regret, first", prefers(Regret{o1}, walk(t, first, 0, stay), walk(t, first, 0, exit)), 0.268941421, 1e-9)
	near(t, "regret, second", prefers(Regret{o2}, walk(t, second, 0, stay), walk(t, second, 0, exit)), 0.999664650, 1e-9)
}

// Counter-example 2: the partial return of segments of one step does not see the discount, on which the best
// action depends.
func TestShortSegmentsDoNotSeeTheDiscount(t *testing.T) {
	for _, c := range []struct{ gamma, regret float64 }{{0.4, 0.2}, {0.9, -0.8}} {
		w := smallWorld(t, c.gamma,
			[][]envs.Outcome{end(1), goOn(1, 0)},
			[][]envs.Outcome{end(2), end(2)})
		o := optimum(t, w, one)
		a1, a2 := walk(t, w, 0, 0), walk(t, w, 0, 1)
		near(t, "partial return", prefers(PartialReturn{one}, a1, a2), 0.731058579, 1e-9)
		near(t, fmt.Sprint("regret, discount ", c.gamma), prefers(Regret{o}, a1, a2), Logistic(c.regret), 1e-9)
		if best := o.Advantage[1] > o.Advantage[0]; best != (2*c.gamma > 1) {
			t.Errorf("discount %v: going on is best: %v", c.gamma, best)
		}
	}
	near(t, "λ(0.2)", Logistic(0.2), 0.549833997, 1e-9)
	near(t, "λ(−0.8)", Logistic(-0.8), 0.310025519, 1e-9)
}

// Counter-example 3: where chance decides, noiseless partial-return answers about outcomes do not tell whether a
// risk is worth taking.
func TestNoiselessAnswersAboutChance(t *testing.T) {
	const safe, risk = 0, 1
	type outcome struct{ safe, win, loss Segment }
	segments := func(b float64) outcome {
		step := func(a int32, r float64) Segment {
			return Segment{Features: []float64{r}, Start: 0, End: 0, Ended: true, Steps: []Step{{0, a}}}
		}
		return outcome{step(safe, 0), step(risk, b), step(risk, -10)}
	}
	want := map[float64][2]float64{11: {-0.5, 0}, 9: {0, -0.5}}
	var answers [2][]float64
	for k, b := range []float64{11, 9} {
		w := smallWorld(t, 0.9, [][]envs.Outcome{
			end(0),
			{{P: 0.5, Reward: []float64{b}, Terminal: true}, {P: 0.5, Reward: []float64{-10}, Terminal: true}},
		})
		o, s := optimum(t, w, one), segments(b)
		near(t, "A*(safe)", o.Advantage[safe], want[b][safe], 1e-9)
		near(t, "A*(risk)", o.Advantage[risk], want[b][risk], 1e-9)
		user := User{Statistic: PartialReturn{one}, Noiseless: true}
		for _, pair := range [][2]*Segment{{&s.safe, &s.win}, {&s.safe, &s.loss}, {&s.win, &s.loss}} {
			y, _ := user.Answer(pair[0], pair[1])
			answers[k] = append(answers[k], y)
		}
		near(t, "regret of a win", -Regret{o}.Value(&s.win), -want[b][risk], 1e-9)
		if b == 11 {
			win, loss := -RegretDet{o}.Value(&s.win), -RegretDet{o}.Value(&s.loss)
			near(t, "deterministic regret of a win", win, -10.5, 1e-9)
			near(t, "deterministic regret of a loss", loss, 10.5, 1e-9)
			near(t, "their mean", (win+loss)/2, -Regret{o}.Value(&s.win), 1e-9)
		}
	}
	if fmt.Sprint(answers[0]) != fmt.Sprint(answers[1]) {
		t.Errorf("noiseless answers differ: %v and %v", answers[0], answers[1])
	}
}

// randomWorld is a small world with chance: n states, three actions, an end.
func randomWorld(t testing.TB, rng *rand.Rand, n int, gamma float64, reward func(s, a, next int, ended bool) float64) *World {
	outcomes := make([][][]envs.Outcome, n)
	for s := range outcomes {
		for a := range 3 {
			var list []envs.Outcome
			left := 1.0
			for k := range 3 {
				p := left
				if k < 2 {
					p *= rng.Float64()
				}
				left -= p
				next, ended := rng.IntN(n), rng.IntN(5) == 0
				list = append(list, envs.Outcome{P: p, Next: next, Reward: []float64{reward(s, a, next, ended)}, Terminal: ended})
			}
			outcomes[s] = append(outcomes[s], list)
		}
	}
	return smallWorld(t, gamma, outcomes...)
}

// TestInvariances: what changes of the reward do to regret and partial return.
func TestInvariances(t *testing.T) {
	const n, gamma = 6, 0.9
	potential := [n]float64{3, -1, 0.5, 2, -4, 1}
	base := func(s, a, next int, ended bool) float64 {
		return math.Sin(float64(7*s + 3*a + 5*next))
	}
	shaped := func(s, a, next int, ended bool) float64 {
		after := gamma * potential[next]
		if ended {
			after = 0
		}
		return base(s, a, next, ended) + after - potential[s]
	}
	world := func(reward func(s, a, next int, ended bool) float64) (*World, *Optimum) {
		w := randomWorld(t, rand.New(rand.NewPCG(1, 2)), n, gamma, reward)
		return w, optimum(t, w, one)
	}
	w, plain := world(base)
	_, moved := world(shaped)
	_, scaled := world(func(s, a, next int, ended bool) float64 { return 3 * base(s, a, next, ended) })
	for s := range w.States {
		least := math.Inf(1)
		for a := range w.Actions {
			segment := &Segment{Features: []float64{0}, Start: int32(s), End: 0, Steps: []Step{{int32(s), int32(a)}}}
			regret := -Regret{plain}.Value(segment)
			if regret < -1e-9 {
				t.Errorf("state %d, action %d: regret %v", s, a, regret)
			}
			least = min(least, regret)
			near(t, "regret of a shaped reward", -Regret{moved}.Value(segment), regret, 1e-9)
			near(t, "regret of a reward times 3", -Regret{scaled}.Value(segment), 3*regret, 1e-9)
		}
		near(t, "regret of the best action", least, 0, 1e-9)
	}
}

// TestRegretRelation: the two forms of regret differ by what the discount takes inside the segment, and are
// equal without one.
func TestRegretRelation(t *testing.T) {
	rows, weights := []string{"..B..", ".SC..", "..m.G"}, []float64{-1, 50, -50, 1, -1, -2}
	rng := rand.New(rand.NewPCG(3, 4))
	for _, gamma := range []float64{0.9, 0.999, 1} {
		w := boardWorld(t, rows, weights, gamma)
		o := optimum(t, w, weights)
		pairs, err := w.DrawPairs(200, 4, rng)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range pairs {
			want := 0.0
			for i := range p.A.Steps {
				after := 0.0
				switch {
				case i+1 < len(p.A.Steps):
					after = o.V[p.A.Steps[i+1].State]
				case !p.A.Ended:
					after = o.V[p.A.End]
				}
				want += (gamma - 1) * after
			}
			near(t, fmt.Sprintf("discount %v: difference of the regrets of %s", gamma, w.Format(&p.A)), Regret{o}.Value(&p.A)-RegretDet{o}.Value(&p.A), want, 1e-9)
		}
	}
	// An optimal segment has no regret.
	w := boardWorld(t, rows, weights, 1)
	o := optimum(t, w, weights)
	best := w.Greedy(w.QValues(weights, o.V, nil), 1e-9)
	for _, start := range w.starts {
		var actions []int32
		state := start
		for range 3 {
			for a := range w.Actions {
				if best[state*w.Actions+a] > 0 {
					actions = append(actions, int32(a))
					w.Branches(state, a, func(next int, _ float64) { state = next })
					break
				}
			}
		}
		s := walk(t, w, start, actions...)
		near(t, "regret of an optimal segment", Regret{o}.Value(s), 0, 1e-9)
		near(t, "deterministic regret of an optimal segment", RegretDet{o}.Value(s), 0, 1e-9)
	}
}

// TestConstantShift: a constant that is added to the reward of every step leaves the partial-return preferences
// between equally long segments as they are, but not where one of them waits after the end.
func TestConstantShift(t *testing.T) {
	plain := PartialReturn{[]float64{-1, 50, -50, 1, -1, -2}}
	w := boardWorld(t, []string{".G.", "..."}, plain.Weights, 0.999)
	parse := func(text string) *Segment {
		s, err := w.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		return &s
	}
	shifted := func(s *Segment, c float64) float64 { return plain.Value(s) + c*float64(len(s.Steps)) }
	a, b, ended := parse("1,0:LL"), parse("1,0:RR"), parse("0,0:RU")
	near(t, "equally long", shifted(a, 3)-shifted(b, 3), plain.Value(a)-plain.Value(b), 1e-12)
	near(t, "one ends a step early", shifted(a, 3)-shifted(ended, 3), plain.Value(a)-plain.Value(ended)+3, 1e-12)
	if ended.Padding != 1 || len(ended.Steps) != 1 {
		t.Errorf("%d steps and %d waited out, want one each", len(ended.Steps), ended.Padding)
	}
}

// TestQuestionsWhereChanceDecides: drawn segments follow the model, outcomes as often as it says, and answers by regret
// do not depend on luck.
func TestQuestionsWhereChanceDecides(t *testing.T) {
	const safe, risk, win = 0, 1, 11
	w := smallWorld(t, 0.9, [][]envs.Outcome{
		end(0),
		{{P: 0.25, Reward: []float64{win}, Terminal: true}, {P: 0.75, Reward: []float64{-10}, Terminal: true}},
	})
	o := optimum(t, w, one)
	pairs, err := w.DrawPairs(4000, 1, testRand(1))
	if err != nil {
		t.Fatal(err)
	}
	risks, wins := 0.0, 0.0
	user := User{Statistic: Regret{o}, Noiseless: true}
	for i := range pairs {
		for _, s := range []*Segment{&pairs[i].A, &pairs[i].B} {
			if s.Steps[0].Action == risk {
				risks++
				if s.Features[0] == win {
					wins++
				}
			}
		}
		want := 0.0 // the risk is worth −4.75
		if pairs[i].A.Steps[0].Action == safe {
			want = 1
		}
		if y, _ := user.Answer(&pairs[i].A, &pairs[i].B); y != want {
			t.Fatalf("%v against %v: label %v", pairs[i].A, pairs[i].B, y)
		}
	}
	near(t, "share of wins", wins/risks, 0.25, 4*0.5/math.Sqrt(risks))
}

// TestShapingShiftsPartialReturns: a reward r + γ Φ(s′) − Φ(s), Φ being 0 after the end, moves the partial return of a segment
// by the sum of what is added, and a factor multiplies it; regret is the same and is multiplied.
func TestShapingShiftsPartialReturns(t *testing.T) {
	const gamma, factor = 0.9, 3
	potential := [3]float64{3, -1, 0.5}
	chain := func(reward func(s, a int, shaping float64) float64) *World {
		var outcomes [][][]envs.Outcome
		for s := range 3 {
			next := (s + 1) % 3
			outcomes = append(outcomes, [][]envs.Outcome{
				goOn(next, reward(s, 0, gamma*potential[next]-potential[s])),
				goOn(s, reward(s, 1, gamma*potential[s]-potential[s])),
				end(reward(s, 2, -potential[s])),
			})
		}
		return smallWorld(t, gamma, outcomes...)
	}
	base := func(s, a int) float64 { return math.Sin(float64(5*s + 2*a)) }
	plain := chain(func(s, a int, _ float64) float64 { return base(s, a) })
	shaped := chain(func(s, a int, shaping float64) float64 { return base(s, a) + shaping })
	scaled := chain(func(s, a int, _ float64) float64 { return factor * base(s, a) })
	for _, actions := range [][]int32{{0, 0, 1}, {1, 0, 2}, {2}, {0, 2, 0}} {
		a, b, c := walk(t, plain, 0, actions...), walk(t, shaped, 0, actions...), walk(t, scaled, 0, actions...)
		shift, state := 0.0, 0
		for _, step := range a.Steps {
			after := 0.0
			switch step.Action {
			case 0:
				state = (state + 1) % 3
				after = gamma * potential[state]
			case 1:
				after = gamma * potential[state]
			}
			shift += after - potential[step.State]
		}
		name := fmt.Sprint("actions ", actions)
		near(t, name+": shaped partial return", PartialReturn{one}.Value(b), PartialReturn{one}.Value(a)+shift, 1e-12)
		near(t, name+": partial return times a factor", PartialReturn{one}.Value(c), factor*PartialReturn{one}.Value(a), 1e-12)
		near(t, name+": shaped regret", Regret{optimum(t, shaped, one)}.Value(b), Regret{optimum(t, plain, one)}.Value(a), 1e-9)
		near(t, name+": regret times a factor", Regret{optimum(t, scaled, one)}.Value(c), factor*Regret{optimum(t, plain, one)}.Value(a), 1e-9)
	}
}
