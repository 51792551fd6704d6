package grid

import "github.com/paretolab/paretolab/envs"

func init() {
	envs.Register(envs.Definition{
		ID:      "random-grid",
		Options: boardOptions,
		New: func(o envs.Options) (*envs.Environment, error) {
			b, err := boardFrom(o, randomBoard)
			if err != nil {
				return nil, err
			}
			return b.environment(o, "Delivery on a drawn board: sizes, things and weights of the random problems on which regret was studied", deliverySource), nil
		},
	})
	envs.Register(envs.Definition{
		ID: "loop-grid",
		Options: append([]envs.Option{{Name: "kind", Default: "sheep", Values: []string{"sheep", "plain", "endless"},
			Doc: "of the board that is drawn: with a sheep; without; without, and with a gain for every step, so that it is best never to finish"}}, boardOptions...),
		New: func(o envs.Options) (*envs.Environment, error) {
			b, err := boardFrom(o, func(rng *envs.RNG) (*deliveryBoard, error) { return loopBoard(rng, o.String("kind")) })
			if err != nil {
				return nil, err
			}
			return b.environment(o, "Delivery on a narrow drawn board, where a learned advantage that is taken for a reward leads in circles",
				"Knox et al., AAAI 2024, arXiv 2310.02456, figure 5"), nil
		},
	})
	envs.Register(envs.Definition{
		ID: "random-grid-stochastic",
		Options: append([]envs.Option{{Name: "variant", Default: "risk", Values: []string{"risk", "teleport"},
			Doc: "risk: 5 × 5, a sheep is a win (the coin feature) or a loss by even chance; teleport: a random grid with jumps to a goal, coins that turn into roadblocks and goals that throw back"}}, boardOptions...),
		New: func(o envs.Options) (*envs.Environment, error) {
			add, draw := (*deliveryBoard).addTeleports, randomBoard
			if o.String("variant") == "risk" {
				add, draw = (*deliveryBoard).addRisk, riskBoard
			}
			b, err := boardFrom(o, draw)
			if err != nil {
				return nil, err
			}
			var rng envs.RNG
			rng.Seed(1<<32 + uint64(o.Int("seed"))) // its own stream, also for a board that is given
			add(b, &rng)
			return b.environment(o, "Delivery on a drawn board where chance decides: risky sheep, or teleports, deceptive coins and goals that throw back", deliverySource), nil
		},
	})
}

// randomBoard draws a board by the rules of the random problems of Knox et al.
func randomBoard(rng *envs.RNG) (*deliveryBoard, error) {
	height, width := pick(rng, 3, 6, 10, 15), pick(rng, 5, 6, 10)
	sheep := pick(rng, 0, 0.1, 0.3)
	roadblocks := pick(rng, 0, 0.1, 0.5, 0.8)
	for roadblocks+sheep >= 1 {
		roadblocks = pick(rng, 0, 0.1, 0.5, 0.8)
	}
	coins := pick(rng, 0, 0.1, 0.2)
	for roadblocks+sheep+coins >= 1 {
		coins = pick(rng, 0, 0.1, 0.2)
	}
	cells := float64(height * width)
	d := emptyDrawing(height, width)
	d.scatter(rng, 'S', int(sheep*cells))
	d.scatter(rng, 'B', int(roadblocks*cells))
	d.scatter(rng, 'C', int(coins*cells))
	d.cells[rng.Choice(len(d.cells))] = 'G' // on whatever is there
	weights := [deliveryFeatures]float64{
		-1, pick(rng, 0., 1, 5, 10, 50), pick(rng, -5., -10, -50, -100), 1, pick(rng, -2., -5, -10), pick(rng, -1., -2, -3),
	}
	return parseDelivery(d.rows(), weights)
}

// loopBoard draws a narrow board.
func loopBoard(rng *envs.RNG, kind string) (*deliveryBoard, error) {
	d := emptyDrawing(pick(rng, 3, 5), pick(rng, 1, 2))
	d.scatter(rng, 'G', 1)
	if kind == "sheep" {
		d.scatter(rng, 'S', 1)
	}
	weights := [deliveryFeatures]float64{-1, pick(rng, 0, 1.5, 10), pick(rng, -5., -10)}
	if kind == "endless" {
		weights[gasFeature] = 1
	}
	return parseDelivery(d.rows(), weights)
}

// riskBoard draws the 5 × 5 board on which sheep are lotteries. How much is won is drawn by us; the sources do
// not say.
func riskBoard(rng *envs.RNG) (*deliveryBoard, error) {
	d := emptyDrawing(5, 5)
	d.scatter(rng, 'S', int(pick(rng, 0.05, 0.1, 0.3)*25))
	d.scatter(rng, 'G', 1)
	return parseDelivery(d.rows(), [deliveryFeatures]float64{-1, 50, -50, pick(rng, 50., 100, 200)})
}

// addRisk makes every entry of a sheep a loss or a win of one coin, with probability ½ each.
func (b *deliveryBoard) addRisk(*envs.RNG) {
	for cell := range b.chances {
		for action := range moves {
			o := b.chances[cell][action][0]
			if o.phi[sheepFeature] == 0 {
				continue
			}
			loss, win := o, o
			loss.p, win.p = 0.5, 0.5
			win.phi = [deliveryFeatures]float64{coinFeature: 1}
			b.chances[cell][action] = []deliveryChance{loss, win}
		}
	}
}

// Probabilities of the teleport variant.
const (
	jumpCandidates = 0.75 // share of the actions that may jump
	jumpChance     = 0.1
	trapChance     = 0.05 // a coin is two roadblocks
	throwChance    = 0.01 // a goal throws back
)

// addTeleports adds traps and throws, then jumps to a goal to actions that are not optimal and do not
// become so. A throw leads to the worst cell of the deterministic board.
func (b *deliveryBoard) addTeleports(rng *envs.RNG) {
	worst, goal := b.starts[0], int32(-1)
	v := b.values()
	for _, cell := range b.starts {
		if v[cell] < v[worst] {
			worst = cell
		}
	}
	for cell, c := range b.cells {
		if c.thing == 'G' && goal < 0 {
			goal = int32(cell)
		}
	}
	for cell := range b.chances {
		for action := range moves {
			usual := b.chances[cell][action][0]
			rare := usual
			switch {
			case usual.phi[coinFeature] > 0:
				rare.phi[coinFeature], rare.phi[roadblockFeature] = 0, 2
				rare.p = trapChance
			case usual.phi[goalFeature] > 0:
				rare = deliveryChance{p: throwChance, to: worst, phi: b.cells[worst].entered()}
			default:
				continue
			}
			usual.p = 1 - rare.p
			b.chances[cell][action] = []deliveryChance{usual, rare}
		}
	}
	if goal < 0 {
		return
	}
	v = b.values()
	jump := deliveryChance{p: jumpChance, to: goal, phi: b.cells[goal].entered(), ends: true}
	for _, cell := range b.starts {
		for action := range moves {
			candidate := rng.Float64() < jumpCandidates
			q := b.actionValue(v, cell, action)
			// The values of optimal actions do not change, so that the optimal policy stays as long as this
			// action is still worse.
			after := (1-jumpChance)*q + jumpChance*b.reward(&jump.phi)
			if tolerance := 1e-7 * max(1, -v[cell], v[cell]); !candidate || q > v[cell]-tolerance || after > v[cell]-tolerance {
				continue
			}
			list := []deliveryChance{jump}
			for _, o := range b.chances[cell][action] {
				o.p *= 1 - jumpChance
				list = append(list, o)
			}
			b.chances[cell][action] = list
		}
	}
}

// pick draws one of several values.
func pick[T any](rng *envs.RNG, values ...T) T { return values[rng.Choice(len(values))] }

// boardDrawing is a board in the making.
type boardDrawing struct {
	cells []byte
	width int
}

func emptyDrawing(height, width int) boardDrawing {
	d := boardDrawing{make([]byte, height*width), width}
	for i := range d.cells {
		d.cells[i] = '.'
	}
	return d
}

// scatter puts n things on blank cells, each equally likely, as long as there are any.
func (d boardDrawing) scatter(rng *envs.RNG, thing byte, n int) {
	var free []int
	for i, c := range d.cells {
		if c == '.' {
			free = append(free, i)
		}
	}
	for range min(n, len(free)) {
		k := rng.Choice(len(free))
		d.cells[free[k]] = thing
		free[k] = free[len(free)-1]
		free = free[:len(free)-1]
	}
}

func (d boardDrawing) rows() (rows []string) {
	for i := 0; i < len(d.cells); i += d.width {
		rows = append(rows, string(d.cells[i:i+d.width]))
	}
	return rows
}
