package grid

import (
	_ "embed"
	"fmt"
	"math/bits"

	"github.com/paretolab/paretolab/envs"
)

// worldTemplate is the description of a grid world to copy and to change.
//
//go:embed gridworld.yaml
var worldTemplate string

// GridWorld is a world that a user describes in a file, without writing code: a map as text, what
// its characters mean, and the reward vector of every step. gridworld.yaml is such a file and says
// what it can hold.
//
// Actions 0 up, 1 down, 2 left, 3 right; with 8 moves also 4 up-left, 5 up-right, 6 down-left, 7
// down-right; with stay a last one that stays. A step goes as follows.
//
//  1. With probability slip, that of the cell where the step begins, a move goes in one of the two
//     directions at right angles to the chosen one, each as likely.
//  2. A move off the map, into a wall, in a direction that is none of the cell's exits, or into a
//     cell whose needed items are not held, leaves the position unchanged and adds the reward bump.
//     A cell with teleport sends whoever moves into it on to its other end.
//  3. The cell where the step ends, also after a bump, adds its reward to that of every step; if an
//     item lies there, it is collected and pays once. A terminal cell ends the episode and adds what
//     the items held are worth on delivery.
//  4. With its chance, the hazard of that cell adds its reward and takes effect: the items go back to
//     their places (drop), the position to a start (restart), or the episode ends without delivery (end).
//
// Episodes begin in a start cell without items; of several starts each is as likely. Observation
// (row, column, a flag for each item held); with option one_hot a flag for each cell in place of row
// and column. Draws: a reset one integer if there are several starts; a step one uniform number for
// a slip that is possible, one for a hazard that is neither impossible nor certain, and one integer
// for a restart with several starts.
//
// Its exact model has state cell·2^items + items held, the first item being bit 0.
type GridWorld struct {
	world  *world
	oneHot bool
	state  gridWorldState
}

type gridWorldState struct {
	Pos   [2]int32 `json:"pos"`   // row, column
	Items uint32   `json:"items"` // held; bit i is the i-th item
}

var (
	_ envs.Env          = (*GridWorld)(nil)
	_ envs.Model        = (*GridWorld)(nil)
	_ envs.StateIndexer = (*GridWorld)(nil)
	_ envs.RandomStart  = (*GridWorld)(nil)
	_ envs.StateChecker = (*GridWorld)(nil)

	_ envs.Renderer       = (*GridWorld)(nil)
	_ envs.StaticRenderer = (*GridWorld)(nil)
)

// Steps of the eight directions in (row, column), and for each the two at right angles to it.
var (
	compass = [8][2]int32{{-1, 0}, {+1, 0}, {0, -1}, {0, +1}, {-1, -1}, {-1, +1}, {+1, -1}, {+1, +1}}
	aside   = [8][2]int{{2, 3}, {2, 3}, {0, 1}, {0, 1}, {5, 6}, {4, 7}, {4, 7}, {5, 6}}
)

var compassNames = []string{"up", "down", "left", "right", "up_left", "up_right", "down_left", "down_right"}

// world is an immutable map with all that happens on it.
type world struct {
	rows, cols int32
	directions int // 4 or 8
	stay       bool
	cells      []worldCell // row-major
	starts     []int32     // cells
	items      []worldItem
	bump       []float64
}

// worldCell is what a cell does to whoever stands on it.
type worldCell struct {
	pos      [2]int32
	wall     bool
	terminal bool
	ways     [9]way       // for each direction; behind those of the world that of staying
	slip     float64      // probability that a move from here goes aside
	reward   []float64    // of a step that ends here, that of every step included
	rewards  [2][]float64 // reward, and with that of a bump added
	item     uint32       // bit of the item that lies here, 0 if none
	gain     []float64    // for collecting the item
	hazard   *hazard      // nil if none
	glyph    string       // character on the map
	special  bool         // it has a slip, reward, need, exits or teleport of its own
}

// way is where a move in one direction leads, if the items needs are held: to cell to, or back to its
// own with a bump.
type way struct {
	to    int32
	needs uint32
	bumps uint32 // 0 or 1
}

// worldItem is an item, with what it is worth on delivery.
type worldItem struct {
	name     string
	cell     int32
	delivery []float64 // nil if nothing
}

// hazard strikes with a chance above 0.
type hazard struct {
	chance             float64
	reward             []float64
	drop, restart, end bool
}

// walk takes a move from cell at in direction d, or stays if d is none, and writes the reward of steps
// 2 and 3. It returns the cell where the step ends.
func (w *world) walk(s *gridWorldState, at *worldCell, d int, reward []float64) *worldCell {
	way := &at.ways[d]
	bumps := way.bumps
	if way.needs&^s.Items != 0 {
		bumps = 1
	} else {
		at = &w.cells[way.to]
		s.Pos = at.pos
	}
	//lint:ignore S1001 the call of copy takes longer than a few objectives
	for j, r := range at.rewards[bumps&1] {
		reward[j] = r
	}
	if at.item&^s.Items != 0 {
		s.Items |= at.item
		add(reward, at.gain)
	}
	if at.terminal {
		for held := s.Items; held != 0; held &= held - 1 {
			add(reward, w.items[bits.TrailingZeros32(held)].delivery)
		}
	}
	return at
}

// strike lets a hazard take effect, but for the place of a restart, and reports whether the episode
// ends.
func (h *hazard) strike(s *gridWorldState, reward []float64) (end bool) {
	add(reward, h.reward)
	if h.drop {
		s.Items = 0
	}
	return h.end
}

// add adds a reward vector, nil for nothing.
func add(reward, more []float64) {
	for j, v := range more {
		reward[j] += v
	}
}

// Reset implements [envs.Env].
func (g *GridWorld) Reset(rng *envs.RNG) {
	g.state.Items = 0
	g.begin(rng)
}

// begin goes to a start.
func (g *GridWorld) begin(rng *envs.RNG) {
	start := g.world.starts[0]
	if n := len(g.world.starts); n > 1 {
		start = g.world.starts[rng.Integers(0, int64(n))]
	}
	g.state.Pos = g.world.cells[start].pos
}

// Step implements [envs.Env].
func (g *GridWorld) Step(rng *envs.RNG, a envs.Action, reward []float64) bool {
	return g.step(rng, a.Index(), reward)
}

func (g *GridWorld) step(rng *envs.RNG, d int, reward []float64) bool {
	w, s := g.world, &g.state
	at := &w.cells[s.Pos[0]*w.cols+s.Pos[1]]
	if p := at.slip; p > 0 && d < w.directions {
		switch u := rng.Float64(); {
		case u < p/2:
			d = aside[d][0]
		case u < p:
			d = aside[d][1]
		}
	}
	at = w.walk(s, at, d, reward)
	terminated := at.terminal
	if h := at.hazard; h != nil && (h.chance == 1 || rng.Float64() < h.chance) {
		terminated = h.strike(s, reward) || terminated
		if h.restart {
			g.begin(rng)
		}
	}
	return terminated
}

// Observe implements [envs.Env].
func (g *GridWorld) Observe(obs []float64) { observeWorld(g, obs) }

// StepIndex implements [envs.IndexStepper].
func (g *GridWorld) StepIndex(rng *envs.RNG, a int32, reward []float64, obs []float32) bool {
	terminated := g.step(rng, int(a), reward)
	observeWorld(g, obs)
	return terminated
}

func observeWorld[T envs.Real](g *GridWorld, obs []T) {
	w, s := g.world, &g.state
	var held []T
	if g.oneHot {
		clear(obs)
		obs[s.Pos[0]*w.cols+s.Pos[1]] = 1
		held = obs[len(w.cells):]
	} else {
		obs[0], obs[1] = T(s.Pos[0]), T(s.Pos[1])
		held = obs[2:]
	}
	for i := range held {
		held[i] = T(s.Items >> (i & 31) & 1)
	}
}

// State implements [envs.Env].
func (g *GridWorld) State() any { return &g.state }

// CheckState implements [envs.StateChecker].
func (g *GridWorld) CheckState() error {
	p, w := g.state.Pos, g.world
	switch {
	case p[0] < 0 || p[0] >= w.rows || p[1] < 0 || p[1] >= w.cols:
		return fmt.Errorf("pos %v lies outside the map of %d rows and %d columns", p, w.rows, w.cols)
	case w.cells[p[0]*w.cols+p[1]].wall:
		return fmt.Errorf("pos %v is in a wall", p)
	case g.state.Items>>len(w.items) != 0:
		return fmt.Errorf("items %d is outside 0 to %d", g.state.Items, 1<<len(w.items)-1)
	}
	return nil
}

// NumStates implements [envs.Model].
func (g *GridWorld) NumStates() int { return len(g.world.cells) << len(g.world.items) }

// NumActions implements [envs.Model].
func (g *GridWorld) NumActions() int { return g.world.actions() }

func (w *world) actions() int {
	if w.stay {
		return w.directions + 1
	}
	return w.directions
}

// StartState implements [envs.Model]: that of the first start.
func (g *GridWorld) StartState() int { return int(g.world.starts[0]) << len(g.world.items) }

// Starts implements [envs.RandomStart].
func (g *GridWorld) Starts(buf []envs.Outcome) []envs.Outcome {
	for _, cell := range g.world.starts {
		buf = append(buf, envs.Outcome{P: 1 / float64(len(g.world.starts)), Next: int(cell) << len(g.world.items)})
	}
	return buf
}

// StateIndex implements [envs.StateIndexer].
func (g *GridWorld) StateIndex() int { return g.world.index(&g.state) }

func (w *world) index(s *gridWorldState) int {
	return int(s.Pos[0]*w.cols+s.Pos[1])<<len(w.items) | int(s.Items)
}

// Outcomes implements [envs.Model]. No wall is ever left: there the position stays.
func (g *GridWorld) Outcomes(s, a int, buf []envs.Outcome) []envs.Outcome {
	w := g.world
	cell := &w.cells[s>>len(w.items)]
	from := gridWorldState{cell.pos, uint32(s) & (1<<len(w.items) - 1)}
	if cell.slip == 0 || a >= w.directions {
		return w.branches(buf, 1, from, a)
	}
	for _, d := range aside[a] {
		buf = w.branches(buf, cell.slip/2, from, d)
	}
	if cell.slip < 1 {
		buf = w.branches(buf, 1-cell.slip, from, a)
	}
	return buf
}

// branches appends what a move in direction d can lead to, p in all.
func (w *world) branches(buf []envs.Outcome, p float64, s gridWorldState, d int) []envs.Outcome {
	reward := make([]float64, len(w.bump))
	at := w.walk(&s, &w.cells[s.Pos[0]*w.cols+s.Pos[1]], d, reward)
	outcome := func(p float64, s gridWorldState, reward []float64, terminal bool) {
		buf = append(buf, envs.Outcome{P: p, Next: w.index(&s), Reward: reward, Terminal: terminal})
	}
	h := at.hazard
	if h == nil {
		outcome(p, s, reward, at.terminal)
		return buf
	}
	if h.chance < 1 {
		outcome(p*(1-h.chance), s, append([]float64(nil), reward...), at.terminal)
	}
	end := h.strike(&s, reward) || at.terminal
	if !h.restart {
		outcome(p*h.chance, s, reward, end)
		return buf
	}
	for _, cell := range w.starts {
		s.Pos = w.cells[cell].pos
		outcome(p*h.chance/float64(len(w.starts)), s, reward, end)
	}
	return buf
}

func init() {
	envs.Register(envs.Definition{
		ID: "gridworld",
		Options: []envs.Option{
			{Name: "world", Default: worldTemplate, Doc: "text of a world; commands and configurations also take the path of its file"},
			{Name: "one_hot", Default: false, Doc: "observe the position as a flag for each cell, row by row, in place of row and column"},
		},
		Description: "world",
		New: func(o envs.Options) (*envs.Environment, error) {
			d, err := readWorld(o.String("world"))
			if err != nil {
				return nil, err
			}
			return d.environment(o.Bool("one_hot")), nil
		},
	})
}

// environment makes the environment of a world.
func (d *worldDescription) environment(oneHot bool) *envs.Environment {
	w := d.world
	var observation envs.Space
	n := len(w.items)
	bounds := func(highs ...float64) ([]float64, []float64) { return make([]float64, len(highs)), highs }
	highs := make([]float64, 0, len(w.cells)+n)
	flags := func(n int) {
		for range n {
			highs = append(highs, 1)
		}
	}
	if oneHot {
		flags(len(w.cells) + n)
		low, high := bounds(highs...)
		observation = envs.Box("float32", low, high)
		observation.Fields = []envs.Field{{Name: "position", Offset: 0, Len: len(w.cells)}}
		if n > 0 {
			observation.Fields = append(observation.Fields, envs.Field{Name: "items", Offset: len(w.cells), Len: n})
		}
	} else {
		highs = append(highs, float64(w.rows-1), float64(w.cols-1))
		flags(n)
		low, high := bounds(highs...)
		observation = envs.Box("int32", low, high)
		observation.Names = []string{"row", "column"}
		for _, item := range w.items {
			observation.Names = append(observation.Names, item.name)
		}
	}
	actions := append([]string(nil), compassNames[:w.directions]...)
	if w.stay {
		actions = append(actions, "stay")
	}
	return &envs.Environment{
		Spec: envs.Spec{
			Summary:            d.summary,
			Source:             "a world described in a file; `paretolab envs template` prints one",
			Observation:        observation,
			Action:             envs.Discrete(len(actions), actions...),
			Objectives:         d.objectives,
			Horizon:            d.maxSteps,
			Reference:          d.reference,
			DeterministicStart: len(w.starts) == 1,
			DeterministicStep:  w.deterministic(),
		},
		New: func() envs.Env {
			g := &GridWorld{world: w, oneHot: oneHot}
			g.state.Pos = w.cells[w.starts[0]].pos
			return g
		},
	}
}

// deterministic says that no step draws random numbers.
func (w *world) deterministic() bool {
	for i := range w.cells {
		c := &w.cells[i]
		if c.wall {
			continue
		}
		if h := c.hazard; c.slip > 0 || h != nil && (h.chance < 1 || h.restart && len(w.starts) > 1) {
			return false
		}
	}
	return true
}
