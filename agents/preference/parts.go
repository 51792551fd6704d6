package preference

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"

	"github.com/paretolab/paretolab/agents"
)

// PartsConfig compares learners by how many answers of people they need: the answers of each group are shuffled and cut
// into equal parts, a reward is learned from each part, and the policy that is best for it is evaluated exactly.
type PartsConfig struct {
	World   *World
	Weights []float64 // of the true reward
	// Policies of the learner by successor features. Nil means that they are drawn, see [World.DrawSuccessors].
	Policies *Successors
	Groups   []People // with pairs
	// Parts are the numbers of parts that the answers are cut into; what does not fill a part is left out.
	Parts []int
	// Shuffles of the answers, each cut anew. All answers in one part are learned from once.
	Shuffles int
	Learners []string // those of [TableLearners] that learn weights
	Seed     uint64
	Workers  int
}

// part is a reward to be learned.
type part struct {
	group   *People
	learner string
	answers []int // of the group
	cell    int   // of the table
}

// parts lists what is to be learned, cell by cell.
func (c *PartsConfig) parts() (list []part) {
	cell := 0
	for g := range c.Groups {
		group := &c.Groups[g]
		for _, learner := range c.Learners {
			for _, k := range c.Parts {
				size := len(group.Pairs) / k
				for i := range c.shuffles(k) {
					order := rand.New(agents.NewRand(c.Seed, "preference/parts/"+group.Name, i)).Perm(len(group.Pairs))
					for j := range k {
						list = append(list, part{group, learner, order[j*size:][:size], cell})
					}
				}
				cell++
			}
		}
	}
	return list
}

// shuffles is how often the answers are cut into k parts.
func (c *PartsConfig) shuffles(k int) int {
	if k == 1 {
		return 1
	}
	return c.Shuffles
}

// Work is the number of rewards that are learned.
func (c *PartsConfig) Work() (n int) {
	for _, k := range c.Parts {
		n += k * c.shuffles(k)
	}
	return n * len(c.Groups) * len(c.Learners)
}

// Run learns from all parts and sums up what came of them: a cell for each group, learner and number of answers. Its
// interval takes parts as independent, which those of different shuffles are not. done is called after each part. The
// cells do not depend on the number of workers.
func (c *PartsConfig) Run(ctx context.Context, done func()) ([]TableCell, error) {
	scale, err := c.World.NewScale(c.Weights)
	if err != nil {
		return nil, err
	}
	t := &task{world: c.World, scale: scale, prior: DeliveryPrior, starts: agents.Stream(c.Seed, "preference/starts")}
	t.policies = sync.OnceValues(func() (*Successors, error) {
		if c.Policies != nil {
			return c.Policies, nil
		}
		return c.World.DrawSuccessors(DeliveryPrior, c.Weights, rand.New(agents.NewRand(c.Seed, "preference/policies", 0)))
	})
	list := c.parts()
	fits := make([]TableFit, len(list))
	var lock sync.Mutex
	err = agents.NewPool(c.Workers).Run(ctx, len(list), func(ctx context.Context, k int) error {
		p := list[k]
		d := &Dataset{Objectives: c.World.Objectives}
		for _, i := range p.answers {
			d.Pairs = append(d.Pairs, p.group.Pairs[i])
		}
		found, err := t.fit(ctx, d, TableFit{Grid: p.group.Name, Answers: "people", Learner: p.learner, Pairs: len(p.answers)})
		if err != nil {
			return fmt.Errorf("%s, %d answers, %s: %w", p.group.Name, len(p.answers), p.learner, err)
		}
		fits[k] = found[0]
		lock.Lock()
		defer lock.Unlock()
		done()
		return nil
	})
	if err != nil {
		return nil, err
	}
	var cells []TableCell
	for from, to := 0, 0; from < len(list); from = to {
		for to = from; to < len(list) && list[to].cell == list[from].cell; to++ {
		}
		cells = append(cells, cellOf(list[from].group.Name, fits[from:to]))
	}
	return cells, nil
}
