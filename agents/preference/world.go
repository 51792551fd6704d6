package preference

import (
	"fmt"
	"math/bits"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"

	"github.com/paretolab/paretolab/agents/exact"
	"github.com/paretolab/paretolab/envs"
	_ "github.com/paretolab/paretolab/envs/grid" // boards
)

// World is the exact model of an environment, in which segments take place.
type World struct {
	*exact.Process
	ID         string
	Objectives []string

	model  envs.Model
	rows   int // of a board, 0 elsewhere
	cols   int
	starts []int
	idle   []bool
}

// board is what environments on boards of cells have, whose states are the cells, row by row, and whose actions are
// up, down, left and right.
type board interface {
	Board() (rows []string, weights []float64)
}

// boardActions are the letters of the actions on a board.
const boardActions = "UDLR"

// NewWorld returns the world of an environment that has a model, for a discount of values in (0, 1].
func NewWorld(e *envs.Environment, gamma float64) (*World, error) {
	p, err := exact.NewProcess(e, gamma)
	if err != nil {
		return nil, err
	}
	w := &World{Process: p, ID: e.Spec.ID, Objectives: e.Spec.ObjectiveNames()}
	w.model, _ = e.Model()
	if b, ok := w.model.(board); ok {
		rows, _ := b.Board()
		w.rows, w.cols = len(rows), len(rows[0])
	}
	for s := range p.States {
		w.idle = append(w.idle, p.Idle(s))
	}
	p.Starts(func(s int, _ float64) { w.starts = append(w.starts, s) })
	slices.Sort(w.starts)
	return w, nil
}

// NewDelivery returns the world of the delivery grid, with raw features, and the weights of its reward.
func NewDelivery(gamma float64) (*World, []float64, error) {
	e, err := envs.Make("delivery", map[string]any{"features": "raw"})
	if err != nil {
		return nil, nil, err
	}
	w, err := NewWorld(e, gamma)
	if err != nil {
		return nil, nil, err
	}
	weights, _ := w.BoardWeights()
	return w, weights, nil
}

// BoardWeights returns the weights of the scalar reward that comes with a board, and false elsewhere.
func (w *World) BoardWeights() ([]float64, bool) {
	b, ok := w.model.(board)
	if !ok {
		return nil, false
	}
	_, weights := b.Board()
	return weights, true
}

// Walk returns the segment of actions taken from a state. What is left of them after the end of the episode is
// waited out. Where chance decides there is no one segment: that is an error, as are states and actions that
// do not exist.
func (w *World) Walk(start int, actions []int32) (Segment, error) {
	return w.walk(start, actions, nil)
}

// walk is [World.Walk], with chance drawn from rng if that is not nil.
func (w *World) walk(start int, actions []int32, rng *rand.Rand) (Segment, error) {
	if start < 0 || start >= w.States {
		return Segment{}, fmt.Errorf("state %d lies outside the %d states of %s", start, w.States, w.ID)
	}
	s := Segment{Features: make([]float64, w.M), Start: int32(start), End: int32(start), Ended: w.idle[start]}
	var buf []envs.Outcome
	for i, a := range actions {
		if s.Ended {
			s.Padding += len(actions) - i
			break
		}
		if a < 0 || int(a) >= w.Actions {
			return Segment{}, fmt.Errorf("step %d: action %d; %s has 0 to %d", i+1, a, w.ID, w.Actions-1)
		}
		buf = slices.DeleteFunc(w.model.Outcomes(int(s.End), int(a), buf[:0]), func(o envs.Outcome) bool { return o.P == 0 })
		if len(buf) > 1 && rng != nil {
			buf[0] = draw(buf, rng)
		} else if len(buf) != 1 {
			return Segment{}, fmt.Errorf("step %d: chance decides where action %d leads from state %d; give features, end and steps of what happened", i+1, a, s.End)
		}
		s.Steps = append(s.Steps, Step{s.End, a})
		for j, x := range buf[0].Reward {
			s.Features[j] += x
		}
		s.End, s.Ended = int32(buf[0].Next), buf[0].Terminal
	}
	return s, nil
}

// draw returns one of several outcomes with its probability.
func draw(outcomes []envs.Outcome, rng *rand.Rand) envs.Outcome {
	u, last := rng.Float64(), len(outcomes)-1
	for _, o := range outcomes[:last] {
		if u -= o.P; u < 0 {
			return o
		}
	}
	return outcomes[last]
}

// Parse reads a segment START:ACTIONS. On a board START is row,column and an action one of the letters U, D, L, R,
// or - for a step waited out after the end; elsewhere START is the number of a state and ACTIONS are numbers, or -, separated
// by dots or blanks.
func (w *World) Parse(text string) (Segment, error) {
	from, moves, ok := strings.Cut(strings.TrimSpace(text), ":")
	if !ok {
		return Segment{}, fmt.Errorf("segment %q has no colon; write START:ACTIONS, as in %s", text, w.example())
	}
	start, err := w.parseStart(from)
	if err != nil {
		return Segment{}, fmt.Errorf("segment %q: %w", text, err)
	}
	var actions []int32
	waited := 0
	if w.cols > 0 {
		for _, c := range moves {
			a := strings.IndexRune(boardActions, c)
			switch {
			case c == '-':
				waited++
			case a < 0:
				return Segment{}, fmt.Errorf("segment %q: action %q; give U, D, L, R, or - after the end", text, c)
			case waited > 0:
				return Segment{}, fmt.Errorf("segment %q: action %q after -, which marks steps after the end", text, c)
			default:
				actions = append(actions, int32(a))
			}
		}
	} else {
		for _, f := range strings.FieldsFunc(moves, func(r rune) bool { return r == '.' || r == ' ' }) {
			if f == "-" {
				waited++
				continue
			}
			if waited > 0 {
				return Segment{}, fmt.Errorf("segment %q: action %s after -, which marks steps after the end", text, f)
			}
			a, err := strconv.ParseInt(f, 10, 32)
			if err != nil {
				return Segment{}, fmt.Errorf("segment %q: action %q is not a number", text, f)
			}
			actions = append(actions, int32(a))
		}
	}
	s, err := w.Walk(start, actions)
	if err != nil {
		return Segment{}, fmt.Errorf("segment %q: %w", text, err)
	}
	if waited > 0 && !s.Ended {
		return Segment{}, fmt.Errorf("segment %q waits before its episode has ended", text)
	}
	s.Padding += waited
	return s, nil
}

func (w *World) example() string {
	if w.cols > 0 {
		return "4,2:ULL"
	}
	return "17:0.3.1"
}

func (w *World) parseStart(text string) (int, error) {
	if w.cols == 0 {
		s, err := strconv.Atoi(text)
		if err != nil {
			return 0, fmt.Errorf("start %q is not the number of a state", text)
		}
		return s, nil
	}
	r, c, ok := strings.Cut(text, ",")
	row, err1 := strconv.Atoi(r)
	col, err2 := strconv.Atoi(c)
	if !ok || err1 != nil || err2 != nil {
		return 0, fmt.Errorf("start %q is not row,column", text)
	}
	if row < 0 || row >= w.rows || col < 0 || col >= w.cols {
		return 0, fmt.Errorf("start (%d, %d) lies outside the board of %d rows and %d columns", row, col, w.rows, w.cols)
	}
	if rows, _ := w.model.(board).Board(); strings.ContainsRune("Hw", rune(rows[row][col])) {
		return 0, fmt.Errorf("start (%d, %d) lies in a house", row, col)
	}
	return row*w.cols + col, nil
}

// Format writes a segment that was walked as [World.Parse] reads it.
func (w *World) Format(s *Segment) string {
	var b strings.Builder
	if w.cols > 0 {
		fmt.Fprintf(&b, "%d,%d:", int(s.Start)/w.cols, int(s.Start)%w.cols)
		for _, t := range s.Steps {
			b.WriteByte(boardActions[t.Action])
		}
		b.WriteString(strings.Repeat("-", s.Padding))
		return b.String()
	}
	fmt.Fprintf(&b, "%d:", s.Start)
	for i, t := range s.Steps {
		if i > 0 {
			b.WriteByte('.')
		}
		fmt.Fprint(&b, t.Action)
	}
	b.WriteString(strings.Repeat(".-", s.Padding))
	return b.String()
}

// maxRejected is how many pairs in a row may be known already before known ones are taken again.
const maxRejected = 2000

// DrawPairs draws n questions: two starts of episodes, each uniformly, and two different sequences of length actions. A
// pair that agrees with one drawn before in starts, ends and features is drawn again, as long as others are
// easily found. Labels are not set. Where chance decides, it is drawn too.
func (w *World) DrawPairs(n, length int, rng *rand.Rand) ([]Pair, error) {
	pairs := make([]Pair, 0, n)
	seen := map[string]bool{}
	actions := [2][]int32{make([]int32, length), make([]int32, length)}
	var key []byte
	for rejected := 0; len(pairs) < n; {
		starts := [2]int{w.starts[rng.IntN(len(w.starts))], w.starts[rng.IntN(len(w.starts))]}
		for {
			for k := range actions {
				for i := range actions[k] {
					actions[k][i] = int32(rng.IntN(w.Actions))
				}
			}
			if !slices.Equal(actions[0], actions[1]) || w.Actions == 1 {
				break
			}
		}
		var p Pair
		var err error
		if p.A, err = w.walk(starts[0], actions[0], rng); err != nil {
			return nil, err
		}
		if p.B, err = w.walk(starts[1], actions[1], rng); err != nil {
			return nil, err
		}
		same := p
		same.A.Steps, same.B.Steps, same.A.Padding, same.B.Padding = nil, nil, 0, 0
		if key = same.appendKey(key[:0]); seen[string(key)] && rejected < maxRejected {
			rejected++
			continue
		}
		if rejected < maxRejected {
			rejected = 0
		}
		seen[string(key)] = true
		pairs = append(pairs, p)
	}
	return pairs, nil
}

// ParsePolicy reads a stochastic policy, one character a state: a hexadecimal digit whose bit a is set where action
// a is taken, all that are set with the same probability, or a dot for a state without decision.
func (w *World) ParsePolicy(text string) ([]float64, error) {
	if len(text) != w.States || w.Actions > 4 {
		return nil, fmt.Errorf("policy of %d characters for %d states with %d actions; give one for each state, which has at most 4 actions", len(text), w.States, w.Actions)
	}
	policy := make([]float64, w.States*w.Actions)
	for s, c := range text {
		set := uint64(1)
		if c != '.' {
			var err error
			if set, err = strconv.ParseUint(string(c), 16, 4); err != nil || set == 0 || set >= 1<<w.Actions {
				return nil, fmt.Errorf("policy: %q for state %d is no hexadecimal digit of actions", c, s)
			}
		}
		for a := range w.Actions {
			if set>>a&1 == 1 {
				policy[s*w.Actions+a] = 1 / float64(bits.OnesCount64(set))
			}
		}
	}
	return policy, nil
}
