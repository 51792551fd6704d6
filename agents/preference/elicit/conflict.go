package elicit

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// Conflict says why answers do not go together.
type Conflict struct {
	Kind    string `json:"kind"`    // "cycle" or "unlikely"
	Answers []int  `json:"answers"` // numbers, counted from 1
	// Sentence says it to the user.
	Sentence string `json:"sentence"`
}

// likely is the geometric mean of the likelihoods of answers below which no utility explains them, and fewest
// the number of answers from which that is said.
const (
	likely = 0.25
	fewest = 3
)

// Conflict returns answers that contradict each other: preferences in a circle, or such that even the best user of the belief
// would have given them with a probability below 1/4 each. nil if they go together, or the belief cannot tell.
func (e *Elicitor) Conflict() *Conflict {
	if cycle := e.cycle(); cycle != nil {
		return &Conflict{"cycle", cycle, fmt.Sprintf("%s contradict each other: they prefer each policy to the next one, in a circle.", answersText(cycle))}
	}
	p, ok := e.belief.(*Particles)
	if !ok {
		return nil
	}
	best, mean := p.bestExplanation()
	if len(p.replies) < fewest || mean >= likely {
		return nil
	}
	var odd []int
	reply := 0
	for n := range e.answers {
		if !e.answers[n].compares() {
			continue
		}
		if p.explains(best, reply) < likely {
			odd = append(odd, n+1)
		}
		reply++
	}
	verb := " fit"
	if len(odd) == 1 {
		verb = " fits"
	}
	return &Conflict{"unlikely", odd, fmt.Sprintf("No weights of the objectives explain all answers. %s least to the others.", answersText(odd)+verb)}
}

func answersText(numbers []int) string {
	words := make([]string, len(numbers))
	for i, n := range numbers {
		words[i] = fmt.Sprint(n)
	}
	switch n := len(words); n {
	case 0:
		return "Some answers"
	case 1:
		return "Answer " + words[0]
	default:
		return "Answers " + strings.Join(words[:n-1], ", ") + " and " + words[n-1]
	}
}

// explains is the probability that a particle gives to a reply.
func (p *Particles) explains(particle, reply int) float64 {
	r := &p.replies[reply]
	v := make([]float64, len(r.items))
	for j, i := range r.items {
		v[j] = p.sample.Beta[particle] * p.sample.Of(i)[particle]
	}
	return math.Exp(p.comparison.logLikelihood(r, v))
}

// bestExplanation returns the particle that explains all replies best, and the geometric mean of the probabilities that it
// gives to them.
func (p *Particles) bestExplanation() (particle int, mean float64) {
	highest := math.Inf(-1)
	for k := range p.sample.Len() {
		sum := 0.0
		for n := range p.replies {
			sum += math.Log(p.explains(k, n))
		}
		if sum > highest {
			particle, highest = k, sum
		}
	}
	return particle, math.Exp(highest / float64(max(1, len(p.replies))))
}

// cycle returns the numbers of answers that prefer items in a circle, in the order of the circle from the earliest on; nil if none
// do. Answers "same" and rankings beyond their best item do not count.
func (e *Elicitor) cycle() []int {
	type edge struct{ to, answer int }
	better := map[int][]edge{}
	for n := range e.answers {
		a := &e.answers[n]
		if !a.compares() || len(a.Order) == 0 {
			continue
		}
		for _, i := range a.Items {
			if i != a.Order[0] {
				better[a.Order[0]] = append(better[a.Order[0]], edge{i, n + 1})
			}
		}
		if path := func() []int { // the last answer closes every circle that is new
			var from func(item int, path []int, seen map[int]bool) []int
			from = func(item int, path []int, seen map[int]bool) []int {
				if item == a.Order[0] && len(path) > 0 {
					return path
				}
				if seen[item] {
					return nil
				}
				seen[item] = true
				for _, x := range better[item] {
					if found := from(x.to, append(slices.Clone(path), x.answer), seen); found != nil {
						return found
					}
				}
				return nil
			}
			for _, i := range a.Items {
				if i == a.Order[0] {
					continue
				}
				if found := from(i, []int{n + 1}, map[int]bool{}); found != nil {
					return found
				}
			}
			return nil
		}(); path != nil {
			return path
		}
	}
	return nil
}
