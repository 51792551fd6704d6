package elicit

import (
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"github.com/paretolab/paretolab/agents/preference"
)

// asked is an elicitor on a front of six points with few hypotheses, after two answers.
func asked(t *testing.T, criterion Criterion) *Elicitor {
	t.Helper()
	var rows [][]float64
	for k := range 6 {
		sin, cos := math.Sincos(math.Pi / 10 * float64(k))
		rows = append(rows, []float64{cos, sin, 0.5 * sin * cos})
	}
	e := mustNew(t, mustItems(t, rows), Settings{Question: criterion, Beta: 5, Users: 40, Seed: 4, Repeats: true})
	for _, a := range []Answer{Question{Items: []int{0, 5}}.Label(0.5), Question{Items: []int{3, 1}}.Label(1)} {
		if err := e.Answer(a); err != nil {
			t.Fatal(err)
		}
	}
	return e
}

// best returns the first of the pairs i < j of n items with the highest score.
func best(n int, score func(i, j int) float64) (items []int) {
	highest := math.Inf(-1)
	for i := range n {
		for j := i + 1; j < n; j++ {
			if s := score(i, j); s > highest+1e-12 {
				items, highest = []int{i, j}, s
			}
		}
	}
	return items
}

// ordered is a pair of items, the lower first.
func ordered(i, j int) []int { return []int{min(i, j), max(i, j)} }

// TestQuestions: every way of choosing a question asks what its definition says, worked out from the sample by itself.
func TestQuestions(t *testing.T) {
	entropy := func(p float64) float64 { return plogp(p) + plogp(1-p) }
	for _, criterion := range Criteria() {
		e := asked(t, criterion)
		q, ok := e.Propose()
		if !ok {
			t.Fatalf("%s: nothing to ask", criterion)
		}
		s, n := e.Belief(), e.items.Len()
		// Means over users of what depends on the utilities of a user.
		mean := func(f func(u func(item int) float64) float64) (sum float64) {
			for k, w := range s.Weight {
				sum += w * f(func(item int) float64 { return s.Of(item)[k] })
			}
			return sum
		}
		p := func(u func(int) float64, i, j int) float64 { return preference.Logistic(5 * (u(i) - u(j))) }
		highest := func(u func(int) float64) (most float64, at int) {
			most = math.Inf(-1)
			for x := range n {
				if v := u(x); v > most {
					most, at = v, x
				}
			}
			return most, at
		}
		expected := func(x int) float64 { return mean(func(u func(int) float64) float64 { return u(x) }) }
		value, recommended := highest(expected)
		var want []int
		switch criterion {
		case Random:
			if q.Items[0] < 0 || q.Items[0] >= q.Items[1] || q.Items[1] >= n {
				t.Errorf("random: asks %v", q.Items)
			}
			continue
		case Uncertain:
			want = best(n, func(i, j int) float64 {
				return -math.Abs(mean(func(u func(int) float64) float64 { return p(u, i, j) }) - 0.5)
			})
		case InfoGain:
			want = best(n, func(i, j int) float64 {
				return entropy(mean(func(u func(int) float64) float64 { return p(u, i, j) })) -
					mean(func(u func(int) float64) float64 { return entropy(p(u, i, j)) })
			})
		case EVOI:
			want = best(n, func(i, j int) float64 {
				first, _ := highest(func(x int) float64 { return mean(func(u func(int) float64) float64 { return p(u, i, j) * u(x) }) })
				second, _ := highest(func(x int) float64 {
					return mean(func(u func(int) float64) float64 { return (1 - p(u, i, j)) * u(x) })
				})
				return first + second - value
			})
		case EUBO:
			want = best(n, func(i, j int) float64 { return mean(func(u func(int) float64) float64 { return max(u(i), u(j)) }) })
		case Volume:
			want = best(n, func(i, j int) float64 {
				removed := func(sign float64) float64 {
					return mean(func(u func(int) float64) float64 { return 1 - min(1, math.Exp(sign*5*(u(i)-u(j)))) })
				}
				return min(removed(1), removed(-1))
			})
		case Optimistic:
			_, at := highest(func(x int) float64 {
				if x == recommended {
					return math.Inf(-1)
				}
				// The smallest utility that nine tenths of the users do not exceed.
				quantile := math.Inf(1)
				for _, v := range s.Of(x) {
					if below := mean(func(u func(int) float64) float64 {
						if u(x) <= v {
							return 1
						}
						return 0
					}); below >= 0.9-1e-12 {
						quantile = min(quantile, v)
					}
				}
				return quantile
			})
			want = ordered(recommended, at)
		case SELM:
			alpha := 0.1 / math.Sqrt(3) // the third question
			_, at := highest(func(x int) float64 {
				if x == recommended {
					return math.Inf(-1)
				}
				return mean(func(u func(int) float64) float64 {
					most, _ := highest(u)
					return math.Exp(alpha*most) * u(x)
				})
			})
			want = ordered(recommended, at)
		case Thompson:
			// Both are the best of some user, the second perhaps without the first.
			likes := func(item, without int) bool {
				for k, w := range s.Weight {
					_, at := highest(func(x int) float64 {
						if x == without {
							return math.Inf(-1)
						}
						return s.Of(x)[k]
					})
					if w > 0 && at == item {
						return true
					}
				}
				return false
			}
			a, b := q.Items[0], q.Items[1]
			if !(likes(a, -1) && likes(b, a) || likes(b, -1) && likes(a, b)) {
				t.Errorf("thompson: asks about %v, which no two users like best", q.Items)
			}
			continue
		}
		if !slices.Equal(q.Items, want) {
			t.Errorf("%s: asks about %v, by definition %v", criterion, q.Items, want)
		}
	}
}

// TestThompsonDrawsByWeight: the first of the two items is drawn as often as it is the best of a user drawn from the belief.
func TestThompsonDrawsByWeight(t *testing.T) {
	e := asked(t, Thompson)
	e.prepare()
	want, got := make([]float64, e.items.Len()), make([]float64, e.items.Len())
	for k, w := range e.Belief().Weight {
		want[e.scorer.bestOf(k, -1)] += w
	}
	const draws = 20_000
	random := rand.New(rand.NewPCG(1, 2))
	for range draws {
		got[e.scorer.bestOf(e.scorer.drawUser(random), -1)] += 1. / draws
	}
	for i := range want {
		near(t, "share of an item", got[i], want[i], 4*math.Sqrt(0.25/draws))
	}
}

// TestOptimismOfNothing: without optimism SELM compares the two items that are best in expectation.
func TestOptimismOfNothing(t *testing.T) {
	e := asked(t, SELM)
	r := e.Recommend()
	if got := e.scorer.optimist(0, r.Recommended); got != r.Runner {
		t.Errorf("α = 0: %d, the second best is %d", got, r.Runner)
	}
}

// TestBatch: the first question of a batch is the next one by itself; every further one scores highest in expectation
// over the answers to those before it, worked out by elicitors that were given these answers. Nothing changes by it.
func TestBatch(t *testing.T) {
	for _, criterion := range []Criterion{InfoGain, EVOI, EUBO} {
		var rows [][]float64
		for k := range 8 {
			rows = append(rows, preference.Angle(90*float64(k)/7))
		}
		items := mustItems(t, rows)
		s := Settings{Question: criterion, Grid: true, Users: 31, Beta: 8, Repeats: true, Workers: 1}
		e := mustNew(t, items, s)
		if err := e.Answer(Question{Items: []int{2, 6}}.Label(1)); err != nil {
			t.Fatal(err)
		}
		before := e.Recommend()
		next, _ := e.Propose()
		next.Items = slices.Clone(next.Items)
		batch := e.ProposeBatch(3)
		if len(batch) != 3 || !slices.Equal(batch[0].Items, next.Items) {
			t.Fatalf("%s: batch %v, the next question is %v", criterion, batch, next)
		}
		for size := 1; size < 3; size++ {
			want := best(items.Len(), func(i, j int) float64 {
				for _, q := range batch[:size] {
					if slices.Equal(q.Items, []int{i, j}) {
						return math.Inf(-1)
					}
				}
				sum := 0.0
				for answers := range 1 << size {
					other, chance := mustNew(t, items, s), 1.0
					if err := other.Answer(Question{Items: []int{2, 6}}.Label(1)); err != nil {
						t.Fatal(err)
					}
					for k, q := range batch[:size] {
						other.prepare()
						first, second := other.scorer.chances(pair{q.Items[0], q.Items[1]})
						y := float64(answers >> k & 1)
						chance *= y*first + (1-y)*second
						if err := other.Answer(q.Label(y)); err != nil {
							t.Fatal(err)
						}
					}
					other.prepare()
					sum += chance * other.scorer.exact(criterion, pair{i, j})
				}
				return sum
			})
			if !slices.Equal(batch[size].Items, want) {
				t.Errorf("%s: question %d of the batch is about %v, by definition %v", criterion, size+1, batch[size].Items, want)
			}
		}
		after, _ := e.Propose()
		if !slices.Equal(after.Items, next.Items) || !reflect.DeepEqual(e.Recommend(), before) {
			t.Errorf("%s: the batch changed what is asked and recommended", criterion)
		}
	}
	two := mustNew(t, mustItems(t, [][]float64{{0, 1}, {1, 0}}), Settings{Users: 20})
	if got := two.ProposeBatch(5); len(got) != 1 {
		t.Errorf("%d questions about two items", len(got))
	}
}
