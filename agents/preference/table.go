package preference

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"

	"github.com/paretolab/paretolab/agents"
	"github.com/paretolab/paretolab/envs"
)

// Grid is a board on which learners are compared.
type Grid struct {
	ID      string    `json:"id"`
	Rows    []string  `json:"rows"`
	Weights []float64 `json:"weights"`
}

// ReadGrids reads the boards of a file in the format of the published problems: a JSON object with mdps, each with id,
// rows and weights (gas, goal, sheep, coin, roadblock, mud), and perhaps gamma. What else it holds is ignored.
func ReadGrids(in io.Reader) (grids []Grid, gamma float64, err error) {
	text, err := io.ReadAll(in)
	if err != nil {
		return nil, 0, err
	}
	file := struct {
		Gamma float64 `json:"gamma"`
		MDPs  []Grid  `json:"mdps"`
	}{Gamma: 0.999}
	if err := json.Unmarshal(text, &file); err != nil {
		return nil, 0, positioned(text, err)
	}
	if len(file.MDPs) == 0 {
		return nil, 0, fmt.Errorf("no boards; expected an object with mdps, each with id, rows and weights")
	}
	known := map[string]bool{}
	for i, g := range file.MDPs {
		switch {
		case g.ID == "":
			return nil, 0, fmt.Errorf("mdps[%d]: no id", i)
		case known[g.ID]:
			return nil, 0, fmt.Errorf("mdps[%d]: id %q is taken", i, g.ID)
		case len(g.Rows) == 0:
			return nil, 0, fmt.Errorf("mdps[%d] (%s): no rows", i, g.ID)
		}
		known[g.ID] = true
		if _, err := g.World(file.Gamma); err != nil {
			return nil, 0, fmt.Errorf("mdps[%d] (%s): %w", i, g.ID, err)
		}
	}
	return file.MDPs, file.Gamma, nil
}

// World is the world of the board, with raw features.
func (g *Grid) World(gamma float64) (*World, error) {
	weights := make([]string, len(g.Weights))
	for j, w := range g.Weights {
		weights[j] = fmt.Sprint(w)
	}
	e, err := envs.Make("random-grid", map[string]any{
		"board": strings.Join(g.Rows, "/"), "weights": strings.Join(weights, ","), "features": "raw",
	})
	if err != nil {
		return nil, err
	}
	return NewWorld(e, gamma)
}

// Answering says how the questions of a table are answered: by which statistic, and with chance or without.
type Answering struct {
	Model string // regret or partial-return
	Mode  string // noiseless or stochastic
}

func (a Answering) String() string { return a.Model + "-" + a.Mode }

// Answerings are the ways of answering of a table.
var Answerings = []Answering{
	{"regret", "noiseless"}, {"regret", "stochastic"}, {"partial-return", "noiseless"}, {"partial-return", "stochastic"},
}

// TableLearners are the learners that a table compares, by name.
var TableLearners = []struct{ Name, Doc string }{
	{"regret-exact", "regret with exact values, three starts of 300 epochs and Newton's steps from twelve"},
	{"regret-sf", "regret by successor features of up to 100 drawn policies"},
	{"partial-adam", "partial return, Adam as in the published scripts"},
	{"partial-newton", "partial return, Newton's method with regularisation"},
	{"advantage", "a table of advantages, used greedily and as a reward"},
	{"advantage-without", "the same without pairs that wait after the end of an episode"},
	{"advantage-reference", "the same with the features of the published code"},
	{"cpl", "a policy by contrastive learning without a reward (α 0.3, bias 1), from that of advantage, used greedily"},
}

// TableConfig is a comparison of learners over boards.
type TableConfig struct {
	Grids    []Grid
	Gamma    float64
	Pairs    []int // numbers of preferences
	Length   int   // of segments
	Learners []string
	Answers  []Answering
	// Right leaves out learners that assume another model than that of the answers.
	Right   bool
	Seed    uint64
	Workers int
}

// applies says whether a learner is asked by these answers.
func (c *TableConfig) applies(learner string, a Answering) bool {
	return !c.Right || a.Model == "partial-return" == strings.HasPrefix(learner, "partial-")
}

// Wants says whether a fit is part of the table.
func (c *TableConfig) Wants(f *TableFit) bool {
	for _, a := range c.Answers {
		if a.String() == f.Answers && c.applies(f.Learner, a) {
			return slices.Contains(c.Learners, f.Learner) && slices.Contains(c.Pairs, f.Pairs) &&
				slices.ContainsFunc(c.Grids, func(g Grid) bool { return g.ID == f.Grid })
		}
	}
	return false
}

// TableFit is one fit of a table: a learner's weights on one board, used in one way.
type TableFit struct {
	Grid    string    `json:"grid"`
	Answers string    `json:"answers"`
	Learner string    `json:"learner"`
	Use     string    `json:"use"` // plan: the best policy for the weights; greedy and as-reward: of an advantage
	Pairs   int       `json:"pairs"`
	Loss    float64   `json:"loss"`
	Scaled  float64   `json:"scaled_return"`
	MeanMax *float64  `json:"mean_max,omitempty"` // of an advantage over cells
	Weights []float64 `json:"weights,omitempty"`
}

// Family is the kind of a board: its id without the number at the end.
func Family(id string) string {
	name := strings.TrimRight(id, "0123456789")
	if name = strings.TrimRight(name, "-_"); name == "" {
		return id
	}
	return name
}

// TableCell is a line of a table: a learner over all boards of a family.
type TableCell struct {
	Family      string     `json:"family"`
	Answers     string     `json:"answers"`
	Learner     string     `json:"learner"`
	Use         string     `json:"use"`
	Pairs       int        `json:"pairs"`
	Grids       int        `json:"grids"`
	NearOptimal float64    `json:"near_optimal"` // share with scaled return above 0.9
	Interval    [2]float64 `json:"interval"`     // of that share, 95 %, Wilson's
	Better      float64    `json:"better_than_random"`
	Clipped     float64    `json:"mean_clipped"` // mean of scaled returns clipped to [−1, 1]
	Loss        float64    `json:"mean_loss"`
	MeanMax     *float64   `json:"mean_max,omitempty"`
}

// gridWork is what fits on one board share.
type gridWork struct {
	task
	grid    *Grid
	optimum *Optimum
}

// task is a world in which rewards are learned, and what learners are told about it.
type task struct {
	world    *World
	scale    *Scale // by the true reward
	policies func() (*Successors, error)
	prior    []float64 // of [RegretExact]
	starts   uint64    // seed of the starts that are drawn from it
}

// Work is the number of fits of the table.
func (c *TableConfig) Work() (n int) {
	for _, l := range c.Learners {
		for _, a := range c.Answers {
			if c.applies(l, a) {
				n += len(c.Grids) * len(c.Pairs)
			}
		}
	}
	return n
}

// Run fits every learner on every board and hands the fits to done, one call at a time, in an order that depends on
// scheduling; [TableConfig.Sort] brings them into theirs. Fits that known says are there already are left out.
func (c *TableConfig) Run(ctx context.Context, known func(grid, answers, learner string, pairs int) bool, done func([]TableFit)) error {
	type item struct {
		grid, pairs, answers, learner int
	}
	var items []item
	// The longest fits first, so that the last worker does not end late.
	for p := len(c.Pairs) - 1; p >= 0; p-- {
		for l := range c.Learners {
			for a := range c.Answers {
				if !c.applies(c.Learners[l], c.Answers[a]) {
					continue
				}
				for g := range c.Grids {
					if known == nil || !known(c.Grids[g].ID, c.Answers[a].String(), c.Learners[l], c.Pairs[p]) {
						items = append(items, item{g, p, a, l})
					}
				}
			}
		}
	}
	work := make([]*gridWork, len(c.Grids))
	for i := range c.Grids {
		var err error
		if work[i], err = c.prepare(&c.Grids[i]); err != nil {
			return fmt.Errorf("%s: %w", c.Grids[i].ID, err)
		}
	}
	var lock sync.Mutex
	return agents.NewPool(c.Workers).Run(ctx, len(items), func(ctx context.Context, k int) error {
		it := items[k]
		fits, err := c.fit(ctx, work[it.grid], c.Pairs[it.pairs], c.Answers[it.answers], c.Learners[it.learner])
		if err != nil {
			return fmt.Errorf("%s, %d pairs, %s, %s: %w", c.Grids[it.grid].ID, c.Pairs[it.pairs], c.Answers[it.answers], c.Learners[it.learner], err)
		}
		lock.Lock()
		defer lock.Unlock()
		done(fits)
		return nil
	})
}

// prepare works out what the fits on a board share.
func (c *TableConfig) prepare(g *Grid) (*gridWork, error) {
	w, err := g.World(c.Gamma)
	if err != nil {
		return nil, err
	}
	work := &gridWork{grid: g, task: task{world: w, prior: BoardPrior, starts: agents.Stream(c.Seed, "preference/starts/"+g.ID)}}
	if work.scale, err = w.NewScale(g.Weights); err != nil {
		return nil, err
	}
	if work.optimum, err = w.Optimum(g.Weights); err != nil {
		return nil, err
	}
	work.policies = sync.OnceValues(func() (*Successors, error) {
		return w.DrawSuccessors(BoardPrior, g.Weights, c.stream("policies", g.ID, 0))
	})
	return work, nil
}

// stream is the stream of chance for a purpose on a board.
func (c *TableConfig) stream(purpose, grid string, index int) *rand.Rand {
	return rand.New(agents.NewRand(c.Seed, "preference/"+purpose+"/"+grid, index))
}

// dataset draws questions and answers them. The questions are the same for all answers and learners.
func (c *TableConfig) dataset(g *gridWork, pairs int, a Answering) (*Dataset, error) {
	questions, err := g.world.DrawPairs(pairs, c.Length, c.stream("pairs", g.grid.ID, pairs))
	if err != nil {
		return nil, err
	}
	user := &User{Statistic: RegretDet{g.optimum}, Noiseless: a.Mode == "noiseless", Rand: c.stream("answers/"+a.String(), g.grid.ID, pairs)}
	user.Round = user.Noiseless
	if a.Model == "partial-return" {
		user.Statistic, user.Round = PartialReturn{g.grid.Weights}, false
	}
	d := &Dataset{Objectives: g.world.Objectives}
	return d, d.Add(Label(questions, user)...)
}

// learner returns a learner of [TableLearners] by name.
func (t *task) learner(name string) (Learner, error) {
	w := t.world
	switch name {
	case "regret-exact":
		return RegretExact{World: w, Prior: t.prior, Seed: t.starts}, nil
	case "regret-sf":
		set, err := t.policies()
		return RegretSF{Policies: set}, err
	case "partial-adam":
		return Partial{Adam: true}, nil
	case "partial-newton":
		return Partial{}, nil
	case "advantage":
		return Tabular{States: w.States, Actions: w.Actions}, nil
	case "advantage-without":
		return Tabular{States: w.States, Actions: w.Actions, Absorbing: WithoutAbsorbing}, nil
	case "advantage-reference":
		return Tabular{States: w.States, Actions: w.Actions, Reference: true}, nil
	case "cpl":
		return CPL{States: w.States, Actions: w.Actions, Alpha: 0.3, Bias: 1, Epochs: 1000}, nil
	}
	return nil, fmt.Errorf("unknown learner %q", name)
}

// fit fits one learner and evaluates it by exact planning.
func (c *TableConfig) fit(ctx context.Context, g *gridWork, pairs int, a Answering, name string) ([]TableFit, error) {
	d, err := c.dataset(g, pairs, a)
	if err != nil {
		return nil, err
	}
	return g.fit(ctx, d, TableFit{Grid: g.grid.ID, Answers: a.String(), Learner: name, Pairs: pairs})
}

// fit fits the learner that a fit names to answers, and evaluates it by exact planning in each of its uses.
func (t *task) fit(ctx context.Context, d *Dataset, fit TableFit) ([]TableFit, error) {
	l, err := t.learner(fit.Learner)
	if err != nil {
		return nil, err
	}
	model, err := l.Fit(ctx, d, nil)
	if err != nil {
		return nil, err
	}
	switch m := model.(type) {
	case *Table:
		most := m.MeanMax(func(s int) bool { return t.world.idle[s] })
		fit.Loss, fit.MeanMax = m.Loss, &most
		planned, err := t.world.TableAsReward(m.G)
		if err != nil {
			return nil, err
		}
		greedy, reward := fit, fit
		greedy.Use, greedy.Scaled = "greedy", t.scale.Policy(t.world.GreedyTable(m.G))
		reward.Use, reward.Scaled = "as-reward", t.scale.Policy(planned)
		return []TableFit{greedy, reward}, nil
	case *Policy:
		fit.Use, fit.Loss, fit.Scaled = "greedy", m.Loss, t.scale.Policy(t.world.GreedyTable(m.Log))
		return []TableFit{fit}, nil
	}
	fit.Use, fit.Loss, fit.Weights = "plan", model.(*Reward).Loss, model.Params()
	fit.Scaled, err = t.scale.Reward(fit.Weights)
	return []TableFit{fit}, err
}

// Sort brings fits into the order of the table: by family, answers, learner, number of preferences and board.
func (c *TableConfig) Sort(fits []TableFit) {
	rank := func(f *TableFit) []int {
		return []int{
			slices.IndexFunc(c.Grids, func(g Grid) bool { return Family(g.ID) == Family(f.Grid) }),
			slices.IndexFunc(c.Answers, func(a Answering) bool { return a.String() == f.Answers }),
			slices.Index(c.Learners, f.Learner),
			slices.Index([]string{"plan", "greedy", "as-reward"}, f.Use),
			slices.Index(c.Pairs, f.Pairs),
			slices.IndexFunc(c.Grids, func(g Grid) bool { return g.ID == f.Grid }),
		}
	}
	slices.SortFunc(fits, func(a, b TableFit) int { return slices.Compare(rank(&a), rank(&b)) })
}

// Cells sums up sorted fits over the boards of each family.
func Cells(fits []TableFit) (cells []TableCell) {
	for from, to := 0, 0; from < len(fits); from = to {
		f := fits[from]
		family := Family(f.Grid)
		for to = from; to < len(fits); to++ {
			g := fits[to]
			if Family(g.Grid) != family || g.Answers != f.Answers || g.Learner != f.Learner || g.Use != f.Use || g.Pairs != f.Pairs {
				break
			}
		}
		cells = append(cells, cellOf(family, fits[from:to]))
	}
	return cells
}

// cellOf sums up fits that differ in nothing but their boards.
func cellOf(family string, fits []TableFit) TableCell {
	f := fits[0]
	c := TableCell{Family: family, Answers: f.Answers, Learner: f.Learner, Use: f.Use, Pairs: f.Pairs, Grids: len(fits)}
	n, most := float64(len(fits)), 0.0
	for _, f := range fits {
		if f.Scaled > NearOptimal {
			c.NearOptimal++
		}
		if f.Scaled > 0 {
			c.Better++
		}
		c.Clipped += min(max(f.Scaled, -1), 1)
		c.Loss += f.Loss
		if f.MeanMax != nil {
			most += *f.MeanMax
		}
	}
	c.NearOptimal /= n
	c.Better /= n
	c.Clipped /= n
	c.Loss /= n
	if f.MeanMax != nil {
		most /= n
		c.MeanMax = &most
	}
	c.Interval = wilson(c.NearOptimal, n)
	return c
}

// wilson is the 95 % score interval of a share of n (Wilson, "Probable Inference, the Law of Succession, and
// Statistical Inference", JASA 22, 1927).
func wilson(share, n float64) [2]float64 {
	const z = 1.959963984540054
	centre := (share + z*z/(2*n)) / (1 + z*z/n)
	half := z / (1 + z*z/n) * math.Sqrt(share*(1-share)/n+z*z/(4*n*n))
	return [2]float64{max(0, centre-half), min(1, centre+half)}
}
