package grid

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/paretolab/paretolab/envs"
)

const (
	deliveryFeatures = 6
	deliveryHorizon  = 1000
	deliveryDiscount = 0.999
)

// deliveryNames are the features φ of a step of a delivery board, in order, and deliveryUsual the weights of
// the delivery grid, whose signs also hold where a weight is 0.
var (
	deliveryNames = [deliveryFeatures]string{"gas", "goal", "sheep", "coin", "roadblock", "mud"}
	deliveryUsual = [deliveryFeatures]float64{-1, 50, -50, 1, -1, -2}
)

const (
	gasFeature = iota
	goalFeature
	sheepFeature
	coinFeature
	roadblockFeature
	mudFeature
)

// deliveryCell is what lies in a cell.
type deliveryCell struct {
	thing byte // '.' nothing, G goal, H house, S sheep, C coin, B roadblock
	mud   bool
}

// deliveryCells are the cells by their character on a board.
var deliveryCells = map[rune]deliveryCell{
	'.': {'.', false}, 'G': {'G', false}, 'H': {'H', false}, 'S': {'S', false}, 'C': {'C', false}, 'B': {'B', false},
	'm': {'.', true}, 'g': {'G', true}, 'w': {'H', true}, 's': {'S', true}, 'c': {'C', true}, 'b': {'B', true},
}

func (c deliveryCell) ends() bool    { return c.thing == 'G' || c.thing == 'S' }
func (c deliveryCell) blocked() bool { return c.thing == 'H' }

// ground is φ of a step that ends where it began: gas, or mud in its place.
func (c deliveryCell) ground() (phi [deliveryFeatures]float64) {
	if c.mud {
		phi[mudFeature] = 1
	} else {
		phi[gasFeature] = 1
	}
	return phi
}

// entered is φ of a step into the cell.
func (c deliveryCell) entered() (phi [deliveryFeatures]float64) {
	switch c.thing {
	case 'G':
		phi[goalFeature] = 1
		return phi
	case 'S':
		phi[sheepFeature] = 1
		return phi
	}
	phi = c.ground()
	switch c.thing {
	case 'C':
		phi[coinFeature] = 1
	case 'B':
		phi[roadblockFeature] = 1
	}
	return phi
}

// deliveryBoard is an immutable board with its transitions.
type deliveryBoard struct {
	rows, cols int32
	cells      []deliveryCell // row-major
	weights    [deliveryFeatures]float64
	starts     []int32 // cells that neither end an episode nor are blocked
	// chances are the outcomes of every action in every cell; more than one where chance decides.
	chances [][len(moves)][]deliveryChance
}

// deliveryChance is one outcome of a step.
type deliveryChance struct {
	p    float64
	to   int32 // cell
	phi  [deliveryFeatures]float64
	ends bool
}

// parseDelivery reads a board of equally long rows.
func parseDelivery(rows []string, weights [deliveryFeatures]float64) (*deliveryBoard, error) {
	b := &deliveryBoard{rows: int32(len(rows)), cols: int32(len(rows[0])), weights: weights}
	for i, row := range rows {
		if len(row) != len(rows[0]) {
			return nil, fmt.Errorf("board: row %d has %d cells, row 1 has %d; rows are separated by / and equally long", i+1, len(row), len(rows[0]))
		}
		for col, r := range row {
			c, known := deliveryCells[r]
			if !known {
				return nil, fmt.Errorf("board: row %d, column %d is %q; a cell is . (blank), G (goal), H (house), S (sheep), C (coin), B (roadblock), or m, g, w, s, c, b for the same on mud", i+1, col+1, r)
			}
			b.cells = append(b.cells, c)
		}
	}
	if len(b.cells) == 0 || len(b.cells) > maxBoardCells {
		return nil, fmt.Errorf("board: %d cells; give 1 to %d", len(b.cells), maxBoardCells)
	}
	for cell, c := range b.cells {
		if !c.ends() && !c.blocked() {
			b.starts = append(b.starts, int32(cell))
		}
	}
	if len(b.starts) == 0 {
		return nil, fmt.Errorf("board: no cell to start in; leave one without goal, sheep and house")
	}
	b.connect()
	return b, nil
}

// maxBoardCells bounds the boards that can be given.
const maxBoardCells = 10000

// connect works out where the moves lead.
func (b *deliveryBoard) connect() {
	b.chances = make([][len(moves)][]deliveryChance, len(b.cells))
	for i, c := range b.cells {
		cell := int32(i)
		for action := range moves {
			o := deliveryChance{p: 1, to: cell}
			switch to, ok := b.neighbour(cell, action); {
			case c.ends() || c.blocked(): // nothing happens any more, or ever
				o.ends = true
			case !ok:
				o.phi = c.ground()
			default:
				o.to, o.phi, o.ends = to, b.cells[to].entered(), b.cells[to].ends()
			}
			b.chances[cell][action] = []deliveryChance{o}
		}
	}
}

// neighbour is the cell that a move leads to, and false if it is blocked.
func (b *deliveryBoard) neighbour(cell int32, action int) (int32, bool) {
	row, col := cell/b.cols+moves[action][0], cell%b.cols+moves[action][1]
	if row < 0 || row >= b.rows || col < 0 || col >= b.cols || b.cells[row*b.cols+col].blocked() {
		return cell, false
	}
	return row*b.cols + col, true
}

// reward is w · φ with the board's weights.
func (b *deliveryBoard) reward(phi *[deliveryFeatures]float64) (r float64) {
	for j, w := range b.weights {
		r += float64(w * phi[j])
	}
	return r
}

// values returns V* of every cell under the board's weights and usual discount: value iteration until
// the values stand still to 1e-10.
func (b *deliveryBoard) values() []float64 {
	v := make([]float64, len(b.cells))
	for {
		change := 0.0
		for cell := range v {
			best := math.Inf(-1)
			for action := range moves {
				best = max(best, b.actionValue(v, int32(cell), action))
			}
			change = max(change, math.Abs(best-v[cell]))
			v[cell] = best
		}
		if change < 1e-10 {
			return v
		}
	}
}

// actionValue is Q(s, a) for the values v of the cells.
func (b *deliveryBoard) actionValue(v []float64, cell int32, action int) (q float64) {
	for i := range b.chances[cell][action] {
		o := &b.chances[cell][action][i]
		after := 0.0
		if !o.ends {
			after = deliveryDiscount * v[o.to]
		}
		q += float64(o.p * (b.reward(&o.phi) + after))
	}
	return q
}

// rowTexts returns the board as rows of characters.
func (b *deliveryBoard) rowTexts() []string {
	rows := make([]string, b.rows)
	for i := range rows {
		line := make([]byte, b.cols)
		for col := range line {
			for r, c := range deliveryCells {
				if c == b.cells[i*int(b.cols)+col] {
					line[col] = byte(r)
				}
			}
		}
		rows[i] = string(line)
	}
	return rows
}

// parseWeights reads one number per feature, separated by commas or blanks.
func parseWeights(text string) (w [deliveryFeatures]float64, err error) {
	fields := strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ' ' || r == '/' })
	if len(fields) != deliveryFeatures {
		return w, fmt.Errorf("weights: %d numbers in %q; give one each for %s, separated by commas", len(fields), text, strings.Join(deliveryNames[:], ", "))
	}
	for j, f := range fields {
		x, err := strconv.ParseFloat(f, 64)
		if err != nil || math.IsNaN(x) || math.Abs(x) > 1e6 {
			return w, fmt.Errorf("weights: %q for %s is not a number from -1000000 to 1000000", f, deliveryNames[j])
		}
		w[j] = x
	}
	return w, nil
}

// sign of the objective of feature j: that of its weight, or the usual one where it has none.
func (b *deliveryBoard) sign(j int) float64 {
	w := b.weights[j]
	if w == 0 {
		w = deliveryUsual[j]
	}
	return math.Copysign(1, w)
}

// deliveryOptions are the options that all boards have.
var deliveryOptions = []envs.Option{
	{Name: "features", Default: "signed", Values: []string{"signed", "raw"},
		Doc: "signed: the reward is each feature with the sign of its weight, so that more is better; raw: the features themselves"},
	{Name: "observation", Default: "index", Values: []string{"index", "one-hot"},
		Doc: "index: the number of the cell, row by row; one-hot: a flag for every cell"},
}

// environment configures the environment of a board.
func (b *deliveryBoard) environment(o envs.Options, summary, source string) *envs.Environment {
	start := Delivery{board: b, oneHot: o.String("observation") == "one-hot"}
	for j := range start.signs {
		start.signs[j] = 1
		if o.String("features") == "signed" {
			start.signs[j] = b.sign(j)
		}
	}
	start.state.Pos = b.position(b.starts[0])
	spec := envs.Spec{
		Summary:            summary,
		Source:             source,
		Action:             envs.Discrete(len(moves), "up", "down", "left", "right"),
		Horizon:            deliveryHorizon,
		Reference:          envs.Reference{Discount: deliveryDiscount, Source: "paretolab; below what any policy gains"},
		DeterministicStart: len(b.starts) == 1,
		DeterministicStep:  true,
	}
	if start.oneHot {
		spec.Observation = envs.Box("int32", make([]float64, len(b.cells)), slices.Repeat([]float64{1}, len(b.cells)))
		for cell := range b.cells {
			pos := b.position(int32(cell))
			spec.Observation.Names = append(spec.Observation.Names, fmt.Sprintf("cell_%d_%d", pos[0], pos[1]))
		}
	} else {
		spec.Observation = envs.Box("int32", []float64{0}, []float64{float64(len(b.cells) - 1)})
		spec.Observation.Names = []string{"cell"}
	}
	var most [deliveryFeatures]float64
	most[gasFeature] = 1
	for cell := range b.chances {
		for action := range b.chances[cell] {
			list := b.chances[cell][action]
			spec.DeterministicStep = spec.DeterministicStep && len(list) == 1
			for _, c := range list {
				for j, x := range c.phi {
					most[j] = max(most[j], x)
				}
			}
		}
	}
	for j, name := range deliveryNames {
		most := max(most[j], 1) * start.signs[j]
		objective := envs.Objective{Name: name, Low: min(0, most), High: max(0, most)}
		spec.Objectives = append(spec.Objectives, objective)
		steps := float64(deliveryHorizon)
		if j == goalFeature || j == sheepFeature {
			steps = 1 // either ends the episode
		}
		spec.Reference.Point = append(spec.Reference.Point, steps*objective.Low-1)
	}
	return &envs.Environment{Spec: spec, New: func() envs.Env { fresh := start; return &fresh }}
}

// position is the row and column of a cell.
func (b *deliveryBoard) position(cell int32) [2]int32 { return [2]int32{cell / b.cols, cell % b.cols} }
