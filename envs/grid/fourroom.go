package grid

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/paretolab/paretolab/envs"
)

const (
	fourRoomHorizon = 200
	fourRoomKinds   = 3 // of items, each an objective
)

// Actions of four-room: left, up, right, down as steps in (row, column). (Not the order of the
// other grids.)
var fourRoomMoves = [4][2]int32{{0, -1}, {-1, 0}, {0, +1}, {+1, 0}}

// fourRooms is the original's map: X wall, _ start, G goal, digits the items of objective 0, 1, 2.
var fourRooms = []string{
	"1    2X     G",
	"      X      ",
	"      1      ",
	"             ",
	"      X      ",
	"2    3X      ",
	"XX3 XXXXX 1XX",
	"      X2    3",
	"      X      ",
	"             ",
	"      2      ",
	"      X      ",
	"_     X3    1",
}

// What a step of four-room enters.
const (
	fourRoomEmpty int32 = -1 - iota // also where a step is blocked
	fourRoomGoal
	// From 0 on: the item of that number.
)

// fourRoomMap is one immutable map.
type fourRoomMap struct {
	rows, cols int32
	wall       []bool     // row-major
	starts     [][2]int32 // column by column
	items      [][2]int32 // column by column, the order of the flags
	kinds      []int32    // objective of each item
	what       []int32    // of each cell: empty, goal or the number of an item
	landings   [][len(fourRoomMoves)]fourRoomLanding
	plans      func() [][]int32 // known policies; nil on a map of one's own
}

// fourRoomLanding is the cell in which a move ends, and what it enters there.
type fourRoomLanding struct {
	pos  [2]int32
	what int32
}

// parseFourRoom reads a map of equally long rows.
func parseFourRoom(rows []string) (*fourRoomMap, error) {
	m := &fourRoomMap{rows: int32(len(rows)), cols: int32(len(rows[0]))}
	n := int(m.rows * m.cols)
	m.wall, m.what = make([]bool, n), make([]int32, n)
	goals := 0
	for i, row := range rows {
		if len(row) != len(rows[0]) {
			return nil, fmt.Errorf("maze: row %d has %d cells, row 1 has %d; rows are separated by / and equally long", i+1, len(row), len(rows[0]))
		}
	}
	for col := range m.cols {
		for row := range m.rows {
			pos, cell := [2]int32{row, col}, row*m.cols+col
			m.what[cell] = fourRoomEmpty
			switch c := rows[row][col]; c {
			case 'X':
				m.wall[cell] = true
			case '_':
				m.starts = append(m.starts, pos)
			case 'G':
				m.what[cell] = fourRoomGoal
				goals++
			case '1', '2', '3':
				m.what[cell] = int32(len(m.items))
				m.items = append(m.items, pos)
				m.kinds = append(m.kinds, int32(c-'1'))
			case ' ', '.':
			default:
				return nil, fmt.Errorf("maze: row %d, column %d is %q; a cell is X (wall), _ (start), G (goal), 1, 2 or 3 (item), a blank or a dot", row+1, col+1, c)
			}
		}
	}
	switch {
	case len(m.starts) == 0:
		return nil, fmt.Errorf("maze: no start; mark at least one cell with _")
	case goals != 1:
		return nil, fmt.Errorf("maze: %d goals; mark one cell with G", goals)
	case len(m.items) > maxListed:
		return nil, fmt.Errorf("maze: %d items; at most %d fit", len(m.items), maxListed)
	}
	m.landings = make([][len(fourRoomMoves)]fourRoomLanding, n)
	for cell := range m.landings {
		from := [2]int32{int32(cell) / m.cols, int32(cell) % m.cols}
		for action, step := range fourRoomMoves {
			to := fourRoomLanding{[2]int32{from[0] + step[0], from[1] + step[1]}, fourRoomEmpty}
			if m.free(to.pos) {
				to.what = m.what[m.cell(to.pos)]
			} else {
				to.pos = from
			}
			m.landings[cell][action] = to
		}
	}
	return m, nil
}

func (m *fourRoomMap) cell(pos [2]int32) int32 { return pos[0]*m.cols + pos[1] }

// free says whether pos can be entered.
func (m *fourRoomMap) free(pos [2]int32) bool {
	return pos[0] >= 0 && pos[0] < m.rows && pos[1] >= 0 && pos[1] < m.cols && !m.wall[m.cell(pos)]
}

// FourRoom collects items of three kinds in four rooms on the way to a goal.
//
// Actions 0 left, 1 up, 2 right, 3 down; a move into a wall or off the map changes nothing. Reward
// (item1, item2, item3): 1 of its kind for an item entered for the first time; 1 of each for the goal,
// which ends the episode. Observation (row, column, a flag for every item collected), items
// counted column by column. Only the choice among several starts, on a map of one's own, is random.
//
// Source: Barreto, Dabney, Munos, Hunt, Schaul, Hasselt & Silver, "Successor Features for Transfer
// in Reinforcement Learning", NeurIPS 2017; map of MO-Gymnasium 1.3.2, after Alegre, Bazzan & da
// Silva, "Optimistic Linear Support and Successor Features as a Basis for Optimal Policy Transfer",
// ICML 2022.
type FourRoom struct {
	m     *fourRoomMap
	state fourRoomState
}

type fourRoomState struct {
	Pos       [2]int32 `json:"pos"`       // row, column
	Collected list     `json:"collected"` // a flag for every item
}

var (
	_ envs.Env          = (*FourRoom)(nil)
	_ envs.StateChecker = (*FourRoom)(nil)
	_ envs.KnownFront   = (*FourRoom)(nil)
	_ envs.FrontPlans   = (*FourRoom)(nil)
)

// Reset implements [envs.Env].
func (f *FourRoom) Reset(rng *envs.RNG) {
	start := 0
	if len(f.m.starts) > 1 {
		start = rng.Choice(len(f.m.starts))
	}
	f.state.Pos = f.m.starts[start]
	clear(f.state.Collected[:len(f.m.items)])
}

// Step implements [envs.Env].
func (f *FourRoom) Step(_ *envs.RNG, a envs.Action, reward []float64) bool {
	return f.step(a.Index(), reward)
}

func (f *FourRoom) step(action int, reward []float64) bool {
	s := &f.state
	to := &f.m.landings[s.Pos[0]*f.m.cols+s.Pos[1]][action]
	s.Pos = to.pos
	_ = reward[2]
	reward[0], reward[1], reward[2] = 0, 0, 0
	switch {
	case to.what == fourRoomGoal:
		reward[0], reward[1], reward[2] = 1, 1, 1
		return true
	case to.what >= 0 && s.Collected[to.what] == 0:
		s.Collected[to.what] = 1
		reward[f.m.kinds[to.what]] = 1
	}
	return false
}

// Observe implements [envs.Env].
func (f *FourRoom) Observe(obs []float64) { observeRooms(&f.state, obs) }

// StepIndex implements [envs.IndexStepper].
func (f *FourRoom) StepIndex(_ *envs.RNG, a int32, reward []float64, obs []float32) bool {
	terminated := f.step(int(a), reward)
	observeRooms(&f.state, obs)
	return terminated
}

func observeRooms[T envs.Real](s *fourRoomState, obs []T) {
	obs[0], obs[1] = T(s.Pos[0]), T(s.Pos[1])
	flags := obs[2:]
	for i, v := range s.Collected[:len(flags)] {
		flags[i] = T(v)
	}
}

// State implements [envs.Env].
func (f *FourRoom) State() any { return &f.state }

// CheckState implements [envs.StateChecker].
func (f *FourRoom) CheckState() error {
	if !f.m.free(f.state.Pos) {
		return fmt.Errorf("pos %v lies in a wall or outside the map of %d rows and %d columns", f.state.Pos, f.m.rows, f.m.cols)
	}
	return f.state.Collected.check("collected", len(f.m.items), 1)
}

// fourRoomTours are the orders in which items are collected, a letter each in the order of the
// flags, before the goal is entered. They are the convex coverage sets for discounts 0.9, 0.95, 0.97, 0.98,
// 0.99, 0.995 and 1, by optimistic linear support over exact dynamic programming on the sets of items left.
var fourRoomTours = strings.Fields(`
	abcdefghijkl cbadf cbadfeghilkj cbadfegihjk cbadfegilkhj cbadfegilkjh cbadfejhgilk cbadfejkhgil
	cbadfejkligh cbadfjhgilk cbadfjhgilke cbadfjkl cbadfjkligh cbadfjklighe cbedf cbedfhgilkj
	cbedfjhgilk cbedfjkhgil cbedfjkligh cbefd cbegihkj cbegihkjfd cebadfjkligh cebgihkj cedf cedfjkligh
	cef cefdabgihkj cefdabgilkj cefjkl cefjkligbad cefjkligh cefjklighbad cefjklih cegihkj cegihkjfd
	cegihkjfdab cegilkj cegilkjf cegilkjhbadf cejkhigbadf cejkligbadf cejkligh cejklighbadf cejklih
	ghcbadf ghcbadfeilkj ghcbadfj ghcbedf ghcbedfjk ghcbedfjkli ghfdabce ghfdabceilkj ghfdabcilkj
	ghfdabe ghfdebcilkj ghicbedf ghilkjfdabce ghj ghjfda ghjfdabce ghjfdabceilk ghjfdabcilk ghjfdabe
	ghjklicbadf ghjklicbedf ghkj ghkjfdabce gihcbedf gihcbedfjk gihjk gihkj gihkjecbadf gihkjfdabce
	gihkjfdecba gihkjfecbad gilkj gilkjfda gilkjfdabce gilkjfdabceh gilkjfecbad gilkjfecbadh
	gilkjhcbadef gilkjhcbadfe gilkjhcbefd gilkjhcebadf gilkjhfdabce gilkjhfdecba gilkjhfecbad
`)

// tour returns the moves of a tour: the shortest way from item to item and to the goal.
func (m *fourRoomMap) tour(letters string) (moves []int32) {
	stops := make([]int32, 0, len(letters)+1)
	for _, c := range letters {
		stops = append(stops, m.cell(m.items[c-'a']))
	}
	stops = append(stops, int32(slices.Index(m.what, fourRoomGoal)))
	at := m.cell(m.starts[0])
	for _, stop := range stops {
		left := m.distances(stop)
		for at != stop {
			action := slices.IndexFunc(m.landings[at][:], func(l fourRoomLanding) bool {
				d := left[m.cell(l.pos)]
				return d >= 0 && d < left[at]
			})
			moves = append(moves, int32(action))
			at = m.cell(m.landings[at][action].pos)
		}
	}
	return moves
}

// distances returns the number of steps from every cell to one, −1 if none leads there without
// entering the goal on the way.
func (m *fourRoomMap) distances(to int32) []int32 {
	d := slices.Repeat([]int32{-1}, len(m.what))
	d[to] = 0
	for queue := []int32{to}; len(queue) > 0; queue = queue[1:] {
		from := queue[0]
		for _, l := range m.landings[from] { // ways lead in both directions
			if c := m.cell(l.pos); d[c] < 0 && m.what[c] != fourRoomGoal {
				d[c] = d[from] + 1
				queue = append(queue, c)
			}
		}
	}
	return d
}

// KnownFront implements [envs.KnownFront] for the original's map: the returns of known tours, each
// computed by walking it. For the discounts at which they were found they hold the complete convex
// coverage set; a Pareto front may have more points between. At discount 1 one tour collects everything
// in 98 steps: (5, 5, 5) is the true front.
func (f *FourRoom) KnownFront(gamma float64) (points [][]float64, source string, ok bool) {
	if f.m.plans == nil {
		return nil, "", false
	}
	for _, plan := range f.m.plans() {
		walk := FourRoom{m: f.m}
		walk.Reset(nil)
		total, reward := make([]float64, fourRoomKinds), make([]float64, fourRoomKinds)
		discount := 1.0
		for _, action := range plan {
			walk.Step(nil, envs.Action{Discrete: []int32{action}}, reward)
			for i, r := range reward {
				total[i] += float64(discount * r)
			}
			discount *= gamma
		}
		points = append(points, total)
	}
	return points, "verified attainable set, a lower bound of the true front: tours found by optimistic linear support, each walked", true
}

// FrontPlans implements [envs.FrontPlans]: the tours behind [FourRoom.KnownFront].
func (f *FourRoom) FrontPlans() [][]int32 {
	if f.m.plans == nil {
		return nil
	}
	return f.m.plans()
}

func init() {
	envs.Register(envs.Definition{
		ID: "four-room-v0",
		Options: []envs.Option{
			{Name: "maze", Default: strings.Join(fourRooms, "/"),
				Doc: "rows separated by /; X wall, _ start (several: one by chance), G goal, 1 to 3 items, blank or dot free"},
		},
		New: func(o envs.Options) (*envs.Environment, error) { return newFourRoom(o.String("maze")) },
	})
}

func newFourRoom(maze string) (*envs.Environment, error) {
	m, err := parseFourRoom(strings.Split(maze, "/"))
	if err != nil {
		return nil, err
	}
	if maze == strings.Join(fourRooms, "/") {
		m.plans = sync.OnceValue(func() (plans [][]int32) {
			for _, letters := range fourRoomTours {
				plans = append(plans, m.tour(letters))
			}
			return plans
		})
	}
	start := FourRoom{m: m}
	start.state = fourRoomState{Pos: m.starts[0], Collected: zeros(len(m.items))}
	// The original declares 0 to 13, its number of rows, for every element.
	low, high := make([]float64, 2+len(m.items)), make([]float64, 2+len(m.items))
	names := []string{"row", "column"}
	high[0], high[1] = float64(m.rows-1), float64(m.cols-1)
	for i := range m.items {
		high[2+i] = 1
		names = append(names, fmt.Sprintf("item%d_at_%d_%d", m.kinds[i]+1, m.items[i][0], m.items[i][1]))
	}
	observation := envs.Box("int32", low, high)
	observation.Names = names
	spec := envs.Spec{
		Summary:     "Four rooms with items of three kinds to collect on the way to a goal; trade-offs only under a discount",
		Source:      "MO-Gymnasium 1.3.2, mo_gymnasium/envs/four_room; Alegre et al., ICML 2022",
		Observation: observation,
		Action:      envs.Discrete(len(fourRoomMoves), "left", "up", "right", "down"),
		Horizon:     fourRoomHorizon,
		Reference: envs.Reference{
			Discount: 0.99, Point: []float64{-1, -1, -1}, Source: "paretolab; the literature's code has none",
		},
		DeterministicStart: len(m.starts) == 1,
		DeterministicStep:  true,
	}
	for kind := range fourRoomKinds {
		spec.Objectives = append(spec.Objectives, envs.Objective{Name: fmt.Sprintf("item%d", kind+1), Low: 0, High: 1})
	}
	return &envs.Environment{Spec: spec, New: func() envs.Env { fresh := start; return &fresh }}, nil
}
