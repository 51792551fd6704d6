package grid

import (
	"fmt"

	"github.com/paretolab/paretolab/envs"
)

// Actions of a grid: up, down, left, right as steps in (row, column); row 0 is on top.
var moves = [4][2]int32{{-1, 0}, {+1, 0}, {0, -1}, {0, +1}}

// rock marks the cells of a deep-sea map that cannot be entered. 0 is sea, a positive number the
// value of a treasure.
const rock = -10

const deepSeaHorizon = 100

// deepSeaMap is one immutable sea bed.
type deepSeaMap struct {
	rows, cols int32
	start      [2]int32
	cells      []float64       // row-major
	best       float64         // largest treasure
	landings   [][4]seaLanding // for every cell, where the four moves lead
}

// seaLanding is the cell in which a move ends, and its treasure.
type seaLanding struct {
	pos      [2]int32
	treasure float64
}

func newDeepSeaMap(start [2]int32, rows [][]float64) *deepSeaMap {
	m := &deepSeaMap{rows: int32(len(rows)), cols: int32(len(rows[0])), start: start}
	for _, row := range rows {
		for _, v := range row {
			m.cells = append(m.cells, v)
			m.best = max(m.best, v)
		}
	}
	m.landings = make([][4]seaLanding, len(m.cells))
	for cell := range m.landings {
		for action := range moves {
			to := m.move([2]int32{int32(cell) / m.cols, int32(cell) % m.cols}, action)
			m.landings[cell][action] = seaLanding{to, m.at(to)}
		}
	}
	return m
}

func (m *deepSeaMap) at(pos [2]int32) float64 { return m.cells[pos[0]*m.cols+pos[1]] }

// move returns where a step from pos ends: pos itself if the way is blocked by the border or by
// rock.
func (m *deepSeaMap) move(pos [2]int32, action int) [2]int32 {
	to := [2]int32{pos[0] + moves[action][0], pos[1] + moves[action][1]}
	if to[0] < 0 || to[0] >= m.rows || to[1] < 0 || to[1] >= m.cols || m.at(to) == rock {
		return pos
	}
	return to
}

// DeepSeaTreasure is a submarine that looks for treasure: the deeper, the more valuable and the
// longer the way. The standard two-objective benchmark with a known front.
//
// Actions 0 up, 1 down, 2 left, 3 right; a move off the map or onto rock leaves the position
// unchanged. Reward (treasure, time): the value of the cell where the step ends (0 on open sea)
// and -1. An episode ends on any treasure. Observation (row, column), with option float_state
// float32(row)·0.1, float32(column)·0.1. Nothing is random.
//
// Source: Vamplew, Dazeley, Berry, Issabekov & Dekker, "Empirical evaluation methods for
// multiobjective reinforcement learning algorithms", Machine Learning 84, 2011; maps of
// MO-Gymnasium 1.3.2, the convex one from Yang, Sun & Narasimhan, "A Generalized Algorithm for
// Multi-Objective Reinforcement Learning and Policy Adaptation", NeurIPS 2019.
type DeepSeaTreasure struct {
	sea   *deepSeaMap
	scale [2]float32 // observation per cell; 0: cells themselves
	state deepSeaState
}

type deepSeaState struct {
	Pos [2]int32 `json:"pos"` // row, column
}

var (
	_ envs.Env          = (*DeepSeaTreasure)(nil)
	_ envs.Model        = (*DeepSeaTreasure)(nil)
	_ envs.StateIndexer = (*DeepSeaTreasure)(nil)
	_ envs.StateChecker = (*DeepSeaTreasure)(nil)
)

// Reset implements [envs.Env].
func (d *DeepSeaTreasure) Reset(*envs.RNG) { d.state.Pos = d.sea.start }

// Step implements [envs.Env].
func (d *DeepSeaTreasure) Step(_ *envs.RNG, a envs.Action, reward []float64) bool {
	return d.step(a.Index(), reward)
}

func (d *DeepSeaTreasure) step(action int, reward []float64) bool {
	p := &d.state.Pos
	to := &d.sea.landings[p[0]*d.sea.cols+p[1]][action]
	*p = to.pos
	reward[1] = -1
	reward[0] = to.treasure
	return to.treasure > 0
}

// Observe implements [envs.Env].
func (d *DeepSeaTreasure) Observe(obs []float64) { observeSea(d, obs) }

// StepIndex implements [envs.IndexStepper].
func (d *DeepSeaTreasure) StepIndex(_ *envs.RNG, a int32, reward []float64, obs []float32) bool {
	terminated := d.step(int(a), reward)
	observeSea(d, obs)
	return terminated
}

// observeSea scales in float32 as the original does, whose observations are float32.
func observeSea[T envs.Real](d *DeepSeaTreasure, obs []T) {
	_ = obs[1]
	obs[0], obs[1] = T(float32(d.state.Pos[0])*d.scale[0]), T(float32(d.state.Pos[1])*d.scale[1])
}

// State implements [envs.Env].
func (d *DeepSeaTreasure) State() any { return &d.state }

// CheckState implements [envs.StateChecker].
func (d *DeepSeaTreasure) CheckState() error {
	p, m := d.state.Pos, d.sea
	if p[0] < 0 || p[0] >= m.rows || p[1] < 0 || p[1] >= m.cols {
		return fmt.Errorf("pos %v lies outside the map of %d rows and %d columns", p, m.rows, m.cols)
	}
	if m.at(p) == rock {
		return fmt.Errorf("pos %v is rock", p)
	}
	return nil
}

// NumStates implements [envs.Model]: state row·columns+column is the cell.
func (d *DeepSeaTreasure) NumStates() int { return len(d.sea.cells) }

// NumActions implements [envs.Model].
func (d *DeepSeaTreasure) NumActions() int { return len(moves) }

// StartState implements [envs.Model].
func (d *DeepSeaTreasure) StartState() int {
	return int(d.sea.start[0]*d.sea.cols + d.sea.start[1])
}

// StateIndex implements [envs.StateIndexer].
func (d *DeepSeaTreasure) StateIndex() int {
	return int(d.state.Pos[0]*d.sea.cols + d.state.Pos[1])
}

// Outcomes implements [envs.Model].
func (d *DeepSeaTreasure) Outcomes(s, a int, buf []envs.Outcome) []envs.Outcome {
	to := d.sea.landings[s][a]
	return append(buf, envs.Outcome{
		P: 1, Next: int(to.pos[0]*d.sea.cols + to.pos[1]), Reward: []float64{to.treasure, -1}, Terminal: to.treasure > 0,
	})
}

func init() {
	for _, v := range []struct {
		id, summary string
		sea         *deepSeaMap
	}{
		{"deep-sea-treasure-v0", "Submarine: treasure against time; ten treasures on a (nearly) convex front", convexSea},
		{"deep-sea-treasure-concave-v0", "Submarine: treasure against time; a concave front, of which linear weights find only the ends", concaveSea},
		{"deep-sea-treasure-mirrored-v0", "Submarine: treasure against time; the concave treasures on one side of a mirrored, wider sea", mirroredSea},
	} {
		envs.Register(envs.Definition{
			ID: v.id,
			Options: []envs.Option{
				{Name: "dst_map", Default: "",
					Doc: "map of your own: rows separated by /, numbers by blanks; -10 rock, 0 sea, above 0 a treasure; begins in the first cell"},
				{Name: "float_state", Default: false, Doc: "observe the position as numbers about 0 to 1 instead of cell indices"},
				{Name: "float_scale", Default: "tenth", Values: []string{"tenth", "map"},
					Doc: "with float_state: a tenth per cell as the original (beyond 1 on the mirrored map), or the map's size as 1"},
			},
			New: func(o envs.Options) (*envs.Environment, error) {
				text := o.String("dst_map")
				if text == "" {
					return newDeepSea(v.sea, v.summary, o), nil
				}
				sea, err := readSea(text)
				if err != nil {
					return nil, err
				}
				return newDeepSea(sea, "Submarine: treasure against time, on a map of your own", o), nil
			},
		})
	}
}

func newDeepSea(sea *deepSeaMap, summary string, o envs.Options) *envs.Environment {
	scale := [2]float32{1, 1}
	side := float64(max(sea.rows, sea.cols))
	observation := envs.Box("int32", []float64{0, 0}, []float64{side, side})
	if o.Bool("float_state") {
		scale = [2]float32{0.1, 0.1}
		if o.String("float_scale") == "map" {
			scale = [2]float32{1 / float32(max(sea.rows-1, 1)), 1 / float32(max(sea.cols-1, 1))}
		}
		// The original declares [0, 1] also for the wider mirrored map; the true bound is given here.
		high := []float64{1, 1}
		for i, last := range []int32{sea.rows - 1, sea.cols - 1} {
			high[i] = max(1, float64(float32(last)*scale[i]))
		}
		observation = envs.Box("float32", []float64{0, 0}, high)
	}
	observation.Names = []string{"row", "column"}
	return &envs.Environment{
		Spec: envs.Spec{
			Summary:     summary,
			Source:      "MO-Gymnasium 1.3.2, mo_gymnasium/envs/deep_sea_treasure; Vamplew et al., Machine Learning 84, 2011",
			Observation: observation,
			Action:      envs.Discrete(len(moves), "up", "down", "left", "right"),
			Objectives: []envs.Objective{
				{Name: "treasure", Low: 0, High: sea.best},
				{Name: "time", Unit: "steps", Low: -1, High: -1},
			},
			Horizon: deepSeaHorizon,
			Reference: envs.Reference{
				Discount: 0.99, Point: []float64{0, -25}, Source: "morl-baselines (commit a8acdbb), examples",
			},
			DeterministicStart: true, DeterministicStep: true,
		},
		New: func() envs.Env {
			return &DeepSeaTreasure{sea: sea, scale: scale, state: deepSeaState{Pos: sea.start}}
		},
	}
}

var (
	convexSea   = newDeepSeaMap([2]int32{0, 0}, seaBed(0.7, 8.2, 11.5, 14.0, 15.1, 16.1, 19.6, 20.3, 22.4, 23.7))
	concaveSea  = newDeepSeaMap([2]int32{0, 0}, seaBed(1, 2, 3, 5, 8, 16, 24, 50, 74, 124))
	mirroredSea = newDeepSeaMap([2]int32{0, 10}, mirroredSeaBed())
)

// seaBed is the 11 × 11 map with the ten treasures from the left to the right.
func seaBed(treasures ...float64) [][]float64 {
	return parseSea(treasures, []string{
		"...........",
		"0..........",
		"#1.........",
		"##2........",
		"###345.....",
		"######.....",
		"######.....",
		"######67...",
		"########...",
		"########8..",
		"#########9.",
	})
}

// mirroredSeaBed is 11 × 20: the concave map on the right, and a sea without treasure on the left.
func mirroredSeaBed() [][]float64 {
	return parseSea([]float64{1, 2, 3, 5, 8, 16, 24, 50, 74, 124}, []string{
		"....................",
		"..........0.........",
		".........##1........",
		"........####2.......",
		".......######345....",
		"....############....",
		"....############....",
		"....############67..",
		"..################..",
		"..################8.",
		".##################9",
	})
}

// parseSea reads a drawn map: '.' sea, '#' rock, a digit the treasure of that number.
func parseSea(treasures []float64, drawing []string) [][]float64 {
	rows := make([][]float64, len(drawing))
	for i, line := range drawing {
		for _, c := range line {
			switch c {
			case '.':
				rows[i] = append(rows[i], 0)
			case '#':
				rows[i] = append(rows[i], rock)
			default:
				rows[i] = append(rows[i], treasures[c-'0'])
			}
		}
	}
	return rows
}
