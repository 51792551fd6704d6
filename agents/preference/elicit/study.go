package elicit

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"sync"
	"sync/atomic"

	"github.com/paretolab/paretolab/agents"
	"github.com/paretolab/paretolab/pareto"
)

// Study asks simulated users, to compare ways of asking.
type Study struct {
	Items    *Items
	Settings Settings // Seed of the users' beliefs too; Beta is known
	Beta     float64  // of the users; 0 is noiseless
	Users    int      // drawn from the prior of the family
	Answers  int      // of each user
	Workers  int      // 0 means as many as users
	Seed     uint64
}

// Course is what became of the users of a study.
type Course struct {
	// Loss is the mean over users of the loss with the recommendation after 0, 1, … answers, and StdErr its standard
	// error.
	Loss, StdErr []float64
	// Within is the share of users within 1 % of the best.
	Within []float64
}

// Run asks all users; the result does not depend on the number of workers. done, if not nil, is called after each
// user.
func (s *Study) Run(ctx context.Context, done func()) (*Course, error) {
	family, err := s.family()
	if err != nil {
		return nil, err
	}
	losses := make([][]float64, s.Users)
	failures := make([]error, s.Users)
	var next atomic.Int64
	var work sync.WaitGroup
	var finished sync.Mutex
	for range min(max(1, s.Workers), s.Users) {
		work.Go(func() {
			for u := int(next.Add(1)) - 1; u < s.Users && ctx.Err() == nil; u = int(next.Add(1)) - 1 {
				losses[u], failures[u] = s.ask(family, u)
				if done != nil {
					finished.Lock()
					done()
					finished.Unlock()
				}
			}
		})
	}
	work.Wait()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	for _, err := range failures {
		if err != nil {
			return nil, err
		}
	}
	return summarise(losses), nil
}

// family is the kind of the users' utilities, that which the elicitor thinks of.
func (s *Study) family() (Family, error) {
	for _, f := range Families() {
		if f.Name == s.Settings.Utility || s.Settings.Utility == "" && f.Name == "linear" {
			return f, nil
		}
	}
	return Family{}, fmt.Errorf("users of utility %q cannot be drawn; take linear, chebyshev or ideal", s.Settings.Utility)
}

// ask asks one user and returns the loss after each number of answers.
func (s *Study) ask(family Family, user int) ([]float64, error) {
	theta := make([]float64, s.Items.M())
	family.space.draw(rand.New(agents.NewRand(s.Seed, "user", user)), theta)
	someone := NewSimulated(s.Items, func(y []float64) float64 { return family.Utility(theta, y) }, s.Beta,
		rand.New(agents.NewRand(s.Seed, "answer", user)))
	settings := s.Settings
	settings.Seed, settings.Workers, settings.Budget = agents.Stream(s.Settings.Seed, "belief", user), 1, 0
	e, err := New(s.Items, settings)
	if err != nil {
		return nil, err
	}
	loss := []float64{someone.Loss(e.Best())}
	for range s.Answers {
		q, ok := e.Propose()
		if !ok {
			break
		}
		a, err := someone.Answer(s.Items, q)
		if err != nil {
			return nil, err
		}
		if err := e.Answer(a); err != nil {
			return nil, err
		}
		loss = append(loss, someone.Loss(e.Best()))
	}
	return loss, nil
}

// summarise takes means over users.
func summarise(losses [][]float64) *Course {
	c := &Course{}
	n := float64(len(losses))
	for t := range losses[0] {
		sum, squares, within := 0.0, 0.0, 0.0
		for _, l := range losses {
			sum += l[t]
			if l[t] <= tolerance {
				within++
			}
		}
		mean := sum / n
		for _, l := range losses {
			squares += (l[t] - mean) * (l[t] - mean)
		}
		c.Loss = append(c.Loss, mean)
		c.StdErr = append(c.StdErr, math.Sqrt(squares/max(1, n-1)/n))
		c.Within = append(c.Within, within/n)
	}
	return c
}

// StudyFronts are the names of [StudyFront].
func StudyFronts() []string { return []string{"circle21", "sphere28", "sphere35-m5"} }

// StudyFront returns a front for comparisons: circle21, 21 points (cos t, sin t) of equal angles; sphere28, the
// simplex lattice of 3 objectives in 6 parts, each point divided by its Euclidean norm; sphere35-m5, the same of 5
// objectives in 3 parts. ok is false for other names.
func StudyFront(name string) (items *Items, ok bool) {
	var rows [][]float64
	switch name {
	case "circle21":
		for k := range 21 {
			sin, cos := math.Sincos(math.Pi / 2 * float64(k) / 20)
			rows = append(rows, []float64{cos, sin})
		}
	case "sphere28":
		rows = pareto.Lattice(3, 6)
	case "sphere35-m5":
		rows = pareto.Lattice(5, 3)
	default:
		return nil, false
	}
	for _, r := range rows {
		norm := math.Sqrt(dot(r, r))
		for j := range r {
			r[j] /= norm
		}
	}
	front, err := pareto.NewFront(rows)
	if err == nil {
		items, err = NewItems(front, nil, nil)
	}
	if err != nil {
		panic("elicit: front " + name + ": " + err.Error())
	}
	return items, true
}
