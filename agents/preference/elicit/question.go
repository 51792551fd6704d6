package elicit

import (
	"fmt"
	"slices"
)

// maxChoice is the largest number of items in a question.
const maxChoice = 6

// Question asks which of some items is best, or with Ranking how all of them are ordered.
type Question struct {
	Items   []int `json:"items"`
	Ranking bool  `json:"ranking,omitempty"`
}

// Answer is an answered question.
type Answer struct {
	Question
	// Order holds items of the question, best first: the best one of a choice, all of a ranking. Empty means that
	// the user finds them all the same.
	Order []int `json:"order"`
	// Unsure says that the user cannot tell: nothing is learned, but the question is not asked again.
	Unsure bool `json:"unsure,omitempty"`
	// Aspiration is a level that the user demands, with a question none of whose items reaches it, or with none.
	Aspiration *Aspiration `json:"aspiration,omitempty"`
}

// Aspiration is a level of an objective that a recommendation has to reach. The last one for an objective counts.
type Aspiration struct {
	Objective int      `json:"objective"` // counted from 0
	Level     *float64 `json:"level"`     // as measured; nil takes the demand back
}

// Label is the answer to a question of two items as a number: 1 if the first is better, 0 if the second is, ½ if they
// are the same. It panics for other numbers and for questions of more items.
func (q Question) Label(y float64) Answer {
	if len(q.Items) != 2 || y != 0 && y != 0.5 && y != 1 {
		panic(fmt.Sprintf("elicit: label %v for a question of %d items", y, len(q.Items)))
	}
	a := Answer{Question: q}
	switch {
	case y == 0.5:
	case q.Ranking:
		a.Order = []int{q.Items[0], q.Items[1]}
		if y == 0 {
			slices.Reverse(a.Order)
		}
	default:
		a.Order = []int{q.Items[int(1-y)]}
	}
	return a
}

// Same reports whether the user finds the items all the same.
func (a *Answer) Same() bool { return len(a.Order) == 0 && a.compares() }

// compares reports whether the answer says something of how items compare.
func (a *Answer) compares() bool { return !a.Unsure && a.Aspiration == nil }

// check returns an error if the answer is not one to its question about n items.
func (a *Answer) check(n int) error {
	if !a.compares() && len(a.Order) > 0 {
		return fmt.Errorf("the answer names items, though it compares none")
	}
	if a.Aspiration != nil && len(a.Items) == 0 && !a.Unsure {
		return nil
	}
	if len(a.Items) < 2 {
		return fmt.Errorf("a question compares at least 2 policies, not %d", len(a.Items))
	}
	for k, i := range a.Items {
		if i < 0 || i >= n {
			return fmt.Errorf("item %d does not exist; the front has %d, counted from 0", i, n)
		}
		if slices.Contains(a.Items[:k], i) {
			return fmt.Errorf("item %d stands twice in the question", i)
		}
	}
	for k, i := range a.Order {
		if !slices.Contains(a.Items, i) {
			return fmt.Errorf("the answer names item %d, which is not one of the question's %v", i, a.Items)
		}
		if slices.Contains(a.Order[:k], i) {
			return fmt.Errorf("the answer names item %d twice", i)
		}
	}
	switch {
	case len(a.Order) == 0:
	case a.Ranking && len(a.Order) != len(a.Items):
		return fmt.Errorf("the answer orders %d of %d items; order all", len(a.Order), len(a.Items))
	case !a.Ranking && len(a.Order) != 1:
		return fmt.Errorf("the answer names %d items; name the best one", len(a.Order))
	}
	return nil
}

// clone returns a copy that shares no memory.
func (a *Answer) clone() Answer {
	c := *a
	c.Items, c.Order = slices.Clone(a.Items), slices.Clone(a.Order)
	if a.Aspiration != nil {
		aspiration := *a.Aspiration
		c.Aspiration = &aspiration
	}
	return c
}

// positions returns where in the question the items of the answer stand, best first.
func (a *Answer) positions() []int {
	at := make([]int, len(a.Order))
	for k, i := range a.Order {
		at[k] = slices.Index(a.Items, i)
	}
	return at
}
