package grid

import (
	"fmt"
	"strings"

	"github.com/paretolab/paretolab/envs"
)

// deliveryRows is the board of the delivery grid.
var deliveryRows = []string{
	"..B.......",
	"....C....m",
	"..S....mmm",
	"C.B.HSSmm.",
	"mm........",
	"m.C.......",
	"mH.SBH....",
	".C.....cmm",
	"..B....mmg",
	"......B..C",
}

// Delivery drives a van over a board to a goal, past sheep, roadblocks and mud, with coins on the way.
//
// Actions 0 up, 1 down, 2 left, 3 right. Goal and sheep end the episode; coins and roadblocks stay
// where they are, every entry counts. The features φ of a step (gas, goal, sheep, coin, roadblock, mud) depend on
// the cell entered: goal or sheep alone; else gas, or mud in its place, with coin or roadblock if there is one. A move off
// the board or into a house leaves the van where it is, at the cost of gas or mud. The scalar reward
// of the sources is w · φ with the board's weights w; the reward vector is φ with the signs of the weights, so that all
// are maximised, or φ itself (option features: raw). Episodes begin in any cell that is neither goal, sheep nor house.
// Observation: the number of the cell, row by row, or a flag for every cell. Only the start is random,
// but in the stochastic variants.
//
// Source: Knox, Hatgis-Kessell, Booth, Niekum, Stone & Allievi, "Models of human preference for learning
// reward functions", TMLR 2024; board and rules from the published data of "Influencing Humans to Conform to
// Preference Models for RLHF", arXiv 2501.06416.
type Delivery struct {
	board  *deliveryBoard
	signs  [deliveryFeatures]float64
	oneHot bool
	state  deliveryState
}

type deliveryState struct {
	Pos [2]int32 `json:"pos"` // row, column
}

var (
	_ envs.Env          = (*Delivery)(nil)
	_ envs.RandomStart  = (*Delivery)(nil)
	_ envs.StateIndexer = (*Delivery)(nil)
	_ envs.StateChecker = (*Delivery)(nil)
)

// Reset implements [envs.Env].
func (d *Delivery) Reset(rng *envs.RNG) {
	start := 0
	if len(d.board.starts) > 1 {
		start = rng.Choice(len(d.board.starts))
	}
	d.state.Pos = d.board.position(d.board.starts[start])
}

// Step implements [envs.Env].
func (d *Delivery) Step(rng *envs.RNG, a envs.Action, reward []float64) bool {
	return d.step(rng, a.Index(), reward)
}

func (d *Delivery) step(rng *envs.RNG, action int, reward []float64) bool {
	chances := d.board.chances[d.StateIndex()][action]
	o := &chances[0]
	if len(chances) > 1 {
		u := rng.Float64()
		for i := range chances[:len(chances)-1] {
			if u -= chances[i].p; u < 0 {
				break
			}
			o = &chances[i+1]
		}
	}
	d.state.Pos = d.board.position(o.to)
	_ = reward[deliveryFeatures-1]
	for j := range o.phi {
		reward[j] = d.signs[j]*o.phi[j] + 0 // not −0
	}
	return o.ends
}

// Observe implements [envs.Env].
func (d *Delivery) Observe(obs []float64) { observeDelivery(d, obs) }

// StepIndex implements [envs.IndexStepper].
func (d *Delivery) StepIndex(rng *envs.RNG, a int32, reward []float64, obs []float32) bool {
	terminated := d.step(rng, int(a), reward)
	observeDelivery(d, obs)
	return terminated
}

func observeDelivery[T envs.Real](d *Delivery, obs []T) {
	cell := d.StateIndex()
	if !d.oneHot {
		obs[0] = T(cell)
		return
	}
	clear(obs)
	obs[cell] = 1
}

// State implements [envs.Env].
func (d *Delivery) State() any { return &d.state }

// CheckState implements [envs.StateChecker].
func (d *Delivery) CheckState() error {
	b, pos := d.board, d.state.Pos
	if min(pos[0], pos[1]) < 0 || pos[0] >= b.rows || pos[1] >= b.cols {
		return fmt.Errorf("pos %v lies outside the board of %d rows and %d columns", pos, b.rows, b.cols)
	}
	if b.cells[d.StateIndex()].blocked() {
		return fmt.Errorf("pos %v lies in a house", pos)
	}
	return nil
}

// NumStates implements [envs.Model]: the cells, row by row.
func (d *Delivery) NumStates() int { return len(d.board.cells) }

// NumActions implements [envs.Model].
func (d *Delivery) NumActions() int { return len(moves) }

// StartState implements [envs.Model].
func (d *Delivery) StartState() int { return int(d.board.starts[0]) }

// Starts implements [envs.RandomStart].
func (d *Delivery) Starts(buf []envs.Outcome) []envs.Outcome {
	for _, cell := range d.board.starts {
		buf = append(buf, envs.Outcome{P: 1 / float64(len(d.board.starts)), Next: int(cell)})
	}
	return buf
}

// StateIndex implements [envs.StateIndexer].
func (d *Delivery) StateIndex() int { return int(d.state.Pos[0]*d.board.cols + d.state.Pos[1]) }

// Outcomes implements [envs.Model]. In a goal or a sheep nothing happens any more.
func (d *Delivery) Outcomes(s, a int, buf []envs.Outcome) []envs.Outcome {
	for i := range d.board.chances[s][a] {
		o := &d.board.chances[s][a][i]
		reward := make([]float64, deliveryFeatures)
		for j := range reward {
			reward[j] = d.signs[j]*o.phi[j] + 0 // not −0
		}
		buf = append(buf, envs.Outcome{P: o.p, Next: int(o.to), Reward: reward, Terminal: o.ends})
	}
	return buf
}

// Board returns the rows of the board, a character each cell, and the weights with which the reward vector gives the
// scalar reward of the sources.
func (d *Delivery) Board() (rows []string, weights []float64) {
	for j, w := range d.board.weights {
		weights = append(weights, w*d.signs[j]+0)
	}
	return d.board.rowTexts(), weights
}

const deliverySource = "Knox et al., TMLR 2024, arXiv 2206.02231; data of arXiv 2501.06416"

func init() {
	envs.Register(envs.Definition{
		ID:      "delivery",
		Options: deliveryOptions,
		New: func(o envs.Options) (*envs.Environment, error) {
			b, err := parseDelivery(deliveryRows, deliveryUsual)
			if err != nil {
				return nil, err
			}
			return b.environment(o, "Delivery van on the way to a goal, past sheep, roadblocks and mud, with coins to collect", deliverySource), nil
		},
	})
}

// boardFrom returns the board of the options board and weights, or what draw makes of the option seed.
func boardFrom(o envs.Options, draw func(rng *envs.RNG) (*deliveryBoard, error)) (*deliveryBoard, error) {
	text, given := o.String("board"), o.String("weights")
	if text == "" {
		if given != "" {
			return nil, fmt.Errorf("weights are given without a board; give both, or neither to draw them from the seed")
		}
		var rng envs.RNG
		rng.Seed(uint64(o.Int("seed")))
		return draw(&rng)
	}
	weights := deliveryUsual
	if given != "" {
		var err error
		if weights, err = parseWeights(given); err != nil {
			return nil, err
		}
	}
	return parseDelivery(strings.Split(text, "/"), weights)
}

// boardOptions are the options of drawn boards.
var boardOptions = append([]envs.Option{
	{Name: "seed", Default: 0, Min: 0, Max: 1<<31 - 1, Doc: "number of the board that is drawn"},
	{Name: "board", Default: "", Doc: "a board of one's own instead: rows separated by /; . blank, G goal, H house, S sheep, C coin, B roadblock; m, g, w, s, c, b the same on mud"},
	{Name: "weights", Default: "", Doc: "of gas, goal, sheep, coin, roadblock and mud in the scalar reward of the board given, separated by commas; empty: -1,50,-50,1,-1,-2"},
}, deliveryOptions...)
