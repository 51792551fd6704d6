package pgmorl

import (
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/paretolab/paretolab/agents/cmorl"
	"github.com/paretolab/paretolab/pareto"
)

// task is a policy with the preference that it will be trained with.
type task struct {
	individual
	weight []float64 // adds up to 1
}

// candidate is a task and what is predicted of it, measured from the reference point.
type candidate struct {
	task
	predicted []float64
}

// chooseTasks returns up to n tasks. Each in turn is the candidate that makes
// hypervolume - α·sparsity of the front largest, the front being that of the archive and of what is
// predicted of those chosen before.
func chooseTasks(s *Settings, p *population, h history, front pareto.Front, rng *rand.Rand) ([]task, error) {
	if s.Selection == "random" {
		return anyTasks(s, p, rng), nil
	}
	candidates := p.candidates(s, h, rng)
	var w pareto.Workspace
	origin := make([]float64, front.M)
	var tasks []task
	for len(tasks) < s.Tasks && len(candidates) > 0 {
		best, at := math.Inf(-1), -1
		for i, c := range candidates {
			f := pareto.Front{M: front.M, X: append(front.X[:len(front.X):len(front.X)], c.predicted...)}
			hv, err := w.Hypervolume(f, origin)
			if err != nil {
				return nil, fmt.Errorf("pgmorl: predicted front: %w", err)
			}
			keep, err := w.NonDominated(f)
			if err != nil {
				return nil, fmt.Errorf("pgmorl: predicted front: %w", err)
			}
			if gain := hv - s.SparsityWeight*pareto.Sparsity(f.Select(keep)); gain > best {
				best, at = gain, i
			}
		}
		if at < 0 {
			break
		}
		tasks = append(tasks, candidates[at].task)
		front = pareto.Front{M: front.M, X: append(front.X[:len(front.X):len(front.X)], candidates[at].predicted...)}
		candidates = append(candidates[:at:at], candidates[at+1:]...)
	}
	return tasks, nil
}

// candidates are the tasks that the population offers: each policy with preferences within 45 degrees of
// its last one, but none twice.
func (p *population) candidates(s *Settings, h history, rng *rand.Rand) []candidate {
	var all []candidate
	for _, x := range p.members {
		var weights [][]float64
		for _, w := range preferencesAround(h[x.node].Weight, s, rng) {
			if !h.tried(x.node, w) {
				weights = append(weights, w)
			}
			if len(weights) == s.Candidates {
				break
			}
		}
		if len(weights) == 0 {
			continue
		}
		predictor := h.predictor(x.node)
		for _, w := range weights {
			all = append(all, candidate{task{x, w}, predictor.becomes(w)})
		}
	}
	return all
}

// preferencesAround returns preferences near the last one of a policy. Two objectives: equally spaced
// angles from -45 to 45 degrees, those outside the quadrant left out. Three: the last one itself, then
// lattice points of half the warm-up's step within 45 degrees, in random order.
func preferencesAround(last []float64, s *Settings, rng *rand.Rand) [][]float64 {
	var weights [][]float64
	if len(last) == 2 {
		centre := math.Atan2(last[1], last[0])
		for i := range s.Candidates {
			theta := centre + math.Pi/4*(2*float64(i)/float64(s.Candidates-1)-1)
			w := []float64{math.Cos(theta), math.Sin(theta)}
			if w[0] >= -1e-7 && w[1] >= -1e-7 {
				weights = append(weights, preference([]float64{max(w[0], 0), max(w[1], 0)}))
			}
		}
		return weights
	}
	centre := preference(last)
	weights = append(weights, centre)
	grid := cmorl.WeightGrid(len(last), 0, 1, s.WeightDelta/2)
	for _, i := range rng.Perm(len(grid)) {
		if distance(grid[i], centre) >= 1e-3 && angle(grid[i], centre) < math.Pi/4 {
			weights = append(weights, grid[i])
		}
	}
	return weights
}

// anyTasks pairs random policies with random preferences.
func anyTasks(s *Settings, p *population, rng *rand.Rand) []task {
	if len(p.members) == 0 {
		return nil
	}
	var tasks []task
	for range s.Tasks {
		x := p.members[rng.IntN(len(p.members))]
		w := make([]float64, len(p.reference))
		for j := range w {
			w[j] = rng.Float64()
		}
		tasks = append(tasks, task{x, preference(w)})
	}
	return tasks
}
