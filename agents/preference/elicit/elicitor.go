package elicit

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/paretolab/paretolab/agents"
)

// Elicitor asks one user about the items of a front. Equal items, settings and answers give equal questions and
// recommendations, whatever was taken back in between.
//
// The questions of an elicitor are proposed in order: [Elicitor.Propose] gives the same one until
// [Elicitor.Answer] takes an answer, which need not be one to it.
type Elicitor struct {
	items    *Items
	settings Settings
	belief   Belief
	scorer   *scorer
	answers  []Answer
	demands  []*float64 // level of each objective that is demanded; nil: none is

	prepared bool      // the scorer knows the belief
	proposed *Question // until the next answer; nil if there is none
	question Question  // what proposed points to
	asked    []bool    // by pair
	pairs    []pair    // that a question is chosen from
	buffer   [maxChoice]int

	source    rand.PCG
	generator *rand.Rand // over source
}

// New begins to ask about items. It returns an error that names a setting without sense.
func New(items *Items, settings Settings) (*Elicitor, error) {
	s, err := settings.resolve(items)
	if err != nil {
		return nil, err
	}
	belief, err := s.belief(items)
	if err != nil {
		return nil, err
	}
	n := items.Len()
	e := &Elicitor{items: items, settings: s, belief: belief, scorer: newScorer(comparison{s.Same, s.Ties}, s.Workers), asked: make([]bool, n*(n-1)/2)}
	e.generator = rand.New(&e.source)
	return e, nil
}

// Items returns what is asked about.
func (e *Elicitor) Items() *Items { return e.items }

// Settings returns the settings with their defaults filled in.
func (e *Elicitor) Settings() Settings { return e.settings }

// Answers returns the answers so far. They are not to be changed.
func (e *Elicitor) Answers() []Answer { return e.answers }

// Belief returns the sample of what is known of the user, until the next answer.
func (e *Elicitor) Belief() *Sample { return e.belief.Sample() }

// pairIndex numbers the pairs i < j of n items in lexicographic order.
func pairIndex(i, j, n int) int { return i*(2*n-i-1)/2 + j - i - 1 }

// Best returns the item of the highest expected utility.
func (e *Elicitor) Best() int {
	e.prepare()
	return e.scorer.best
}

// random returns the generator of the next question.
func (e *Elicitor) random() *rand.Rand {
	seed := agents.Stream(e.settings.Seed, "question", len(e.answers))
	e.source.Seed(seed, seed)
	return e.generator
}

// prepare makes the scorer know the belief.
func (e *Elicitor) prepare() {
	if !e.prepared {
		e.scorer.prepare(e.belief.Sample())
		e.prepared = true
	}
}

// Propose returns the next question, and false if there is nothing to ask: with a single item, or when the budget is
// spent. The question is valid until the next answer.
func (e *Elicitor) Propose() (Question, bool) {
	if e.acceptable() < 2 || e.settings.Budget > 0 && len(e.answers) >= e.settings.Budget {
		return Question{}, false
	}
	if e.proposed == nil {
		e.propose()
	}
	return *e.proposed, true
}

// acceptable is the number of items that may be recommended.
func (e *Elicitor) acceptable() int {
	n := 0
	for i := range e.items.Len() {
		if e.scorer.may(i) {
			n++
		}
	}
	return n
}

// propose chooses the next question.
func (e *Elicitor) propose() {
	e.prepare()
	random := e.random()
	e.choosePairs(random)
	items := append(e.buffer[:0], 0, 0)
	p, criterion := e.first(random)
	items[0], items[1] = p.i, p.j
	if size := min(e.settings.Choice, e.acceptable()); size > 2 {
		items = e.enlarge(criterion, items, size, random)
	}
	e.question = Question{Items: items, Ranking: e.settings.Ranking}
	e.proposed = &e.question
}

// first returns the pair that the criterion of the settings chooses, and the criterion by which it is to be
// enlarged.
func (e *Elicitor) first(random *rand.Rand) (pair, Criterion) {
	criterion := e.settings.Question
	if criterion == Random {
		return e.pairs[random.IntN(len(e.pairs))], Random
	}
	if p, ok := e.scorer.duel(criterion, len(e.answers)+1, random); ok {
		if e.settings.Repeats || !e.asked[pairIndex(p.i, p.j, e.items.Len())] {
			return p, InfoGain
		}
		criterion = InfoGain // the duel has been fought
	}
	p, score := e.scorer.pick(criterion, e.pairs)
	if criterion == EVOI && score < 1e-9 {
		p, _ = e.scorer.pick(InfoGain, e.pairs)
		return p, InfoGain
	}
	if criterion == Uncertain || criterion == Volume {
		criterion = InfoGain
	}
	return p, criterion
}

// enlarge makes a question of more than two items from its first pair.
func (e *Elicitor) enlarge(criterion Criterion, items []int, size int, random *rand.Rand) []int {
	if criterion != Random {
		return e.scorer.extend(criterion, items, size)
	}
	for len(items) < size {
		if i := random.IntN(e.items.Len()); e.scorer.may(i) && !slices.Contains(items, i) {
			items = append(items, i)
		}
	}
	return items
}

// choosePairs lists the pairs that may be asked about: those not asked yet, unless that is all of them or
// repeats are allowed, or a draw of so many that rating them takes too long otherwise. They are in lexicographic
// order.
func (e *Elicitor) choosePairs(random *rand.Rand) {
	n := e.items.Len()
	fresh, all := 0, 0
	for i := range n {
		if !e.scorer.may(i) {
			continue
		}
		for j := i + 1; j < n; j++ {
			if e.scorer.may(j) {
				all++
				if !e.asked[pairIndex(i, j, n)] {
					fresh++
				}
			}
		}
	}
	again := e.settings.Repeats || fresh == 0
	if again {
		fresh = all
	}
	askable := func(i, j int) bool {
		return e.scorer.may(i) && e.scorer.may(j) && (again || !e.asked[pairIndex(i, j, n)])
	}
	e.pairs = e.pairs[:0]
	if e.settings.Likely > 0 && !again {
		if e.chooseLikely(random); len(e.pairs) > 0 {
			return
		}
	}
	if fresh <= e.settings.Pairs {
		for i := range n {
			for j := i + 1; j < n; j++ {
				if askable(i, j) {
					e.pairs = append(e.pairs, pair{i, j})
				}
			}
		}
		return
	}
	// Selection sampling (Knuth, The Art of Computer Programming 2, algorithm S) keeps the order.
	left, wanted := fresh, e.settings.Pairs
	for i := range n {
		for j := i + 1; j < n; j++ {
			if !askable(i, j) {
				continue
			}
			if random.IntN(left) < wanted {
				e.pairs = append(e.pairs, pair{i, j})
				wanted--
			}
			left--
		}
	}
}

// Answer takes an answer to any question about the items. The error says what is wrong with it; then nothing
// changes.
func (e *Elicitor) Answer(a Answer) error {
	if err := a.check(e.items.Len()); err != nil {
		return err
	}
	if p := a.Aspiration; p != nil {
		switch {
		case p.Objective < 0 || p.Objective >= e.items.M():
			return fmt.Errorf("objective %d does not exist; the front has %d, counted from 0", p.Objective, e.items.M())
		case p.Level != nil && (math.IsNaN(*p.Level) || math.IsInf(*p.Level, 0)):
			return fmt.Errorf("the level of %s is %v; give a number", e.items.Objectives[p.Objective].Name, *p.Level)
		}
	}
	if len(a.Items) > maxChoice {
		return fmt.Errorf("a question of %d items; at most %d are compared at once", len(a.Items), maxChoice)
	}
	e.answers = append(e.answers, a.clone())
	e.learn(&e.answers[len(e.answers)-1])
	return nil
}

// learn conditions on an answer.
func (e *Elicitor) learn(a *Answer) {
	if a.compares() {
		e.belief.Condition(a)
	}
	e.demand(a.Aspiration)
	if len(a.Items) == 2 {
		e.asked[pairIndex(min(a.Items[0], a.Items[1]), max(a.Items[0], a.Items[1]), e.items.Len())] = true
	}
	e.prepared, e.proposed = false, nil
}

// Undo takes the last answer back, as if it had never been given. It reports whether there was one.
func (e *Elicitor) Undo() bool {
	if len(e.answers) == 0 {
		return false
	}
	e.answers = e.answers[:len(e.answers)-1]
	e.belief.Reset()
	e.demands, e.scorer.allowed = nil, nil
	clear(e.asked)
	e.prepared, e.proposed = false, nil
	for i := range e.answers {
		e.learn(&e.answers[i])
	}
	return true
}

// ProposeBatch returns so many questions, at most 6, to be asked at once: each is the best when the answers to those
// before it are averaged over. It needs a criterion that is a score of pairs, otherwise InfoGain is taken. There are fewer
// if no more can be asked.
func (e *Elicitor) ProposeBatch(size int) []Question {
	if e.acceptable() < 2 {
		return nil
	}
	e.prepare()
	criterion := e.settings.Question
	if !criterion.scored() {
		criterion = InfoGain
	}
	e.choosePairs(e.random())
	var questions []Question
	for _, p := range e.scorer.pickBatch(criterion, e.pairs, min(size, maxBatch, len(e.pairs))) {
		questions = append(questions, Question{Items: []int{p.i, p.j}})
	}
	return questions
}
