package explorer

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/paretolab/paretolab/experiments"
	"github.com/paretolab/paretolab/pareto"
)

type compareRequest struct {
	Runs              []string `json:"runs"`
	At                moment   `json:"at"`
	Metric            string   `json:"metric"`
	By                string   `json:"by"`
	Confidence        float64  `json:"confidence"`
	Resamples         int      `json:"resamples"`
	Seed              uint64   `json:"seed"`
	Force             bool     `json:"force"`
	IncludeIncomplete bool     `json:"include_incomplete"`
}

// maxResamples bounds the bootstrap of a comparison.
const maxResamples = 50_000

// frontsCompared sets the fronts of runs with the same objectives against each other.
type frontsCompared struct {
	Environment string      `json:"environment"`
	Objectives  []string    `json:"objectives"`
	Runs        []string    `json:"runs"`
	Names       []string    `json:"names"`
	Dominance   [][]float64 `json:"dominance"` // [i][j]: share of the rows of i that j dominates
	Coverage    [][]float64 `json:"coverage"`  // [i][j]: share of the rows of j that i weakly dominates
	Epsilon     [][]float64 `json:"epsilon"`   // [i][j]: what i has to rise by in all objectives to cover j
	Union       [][]bool    `json:"union"`     // of each row of each run, whether no other row dominates it
	UnionSize   int         `json:"union_size"`
}

// compare compares runs by statistics over seeds, and their fronts with each other.
func (s *Server) compare(ctx context.Context, b *compareRequest) (any, error) {
	if len(b.Runs) < 1 || len(b.Runs) > maxRunsAtOnce {
		return nil, badInput(fmt.Sprintf("name 1 to %d", maxRunsAtOnce), "runs has %d entries", len(b.Runs))
	}
	if b.Resamples < 0 || b.Resamples > maxResamples || b.Confidence < 0 || b.Confidence >= 1 {
		return nil, badInput(fmt.Sprintf("resamples are at most %d, confidence is between 0 and 1", maxResamples), "resamples is %d, confidence %v", b.Resamples, b.Confidence)
	}
	var runs []*experiments.Run
	var chosen []*run
	for i, id := range b.Runs {
		if slices.Contains(b.Runs[:i], id) {
			return nil, badInput("name each once", "runs has %q twice", id)
		}
		r, err := s.index.find(id)
		if err != nil {
			return nil, err
		}
		loaded, err := r.files.Load()
		if err != nil {
			return nil, err
		}
		runs, chosen = append(runs, loaded), append(chosen, r)
	}
	answer := map[string]any{"comparison": nil, "few": nil, "refused": nil}
	comparison, err := experiments.Compare(ctx, runs, experiments.CompareOptions{
		By: b.By, Metric: b.Metric, Confidence: b.Confidence, Resamples: b.Resamples, Seed: b.Seed, Force: b.Force, IncludeIncomplete: b.IncludeIncomplete, Workers: 2,
	})
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case errors.Is(err, experiments.ErrFewRuns):
		answer["comparison"], answer["few"] = comparison, err.Error()
	case errors.Is(err, experiments.ErrDifferent) || errors.Is(err, experiments.ErrNoRuns):
		answer["refused"] = err.Error()
	case err != nil:
		return nil, badInput("see `paretolab compare --help`", "%v", err)
	default:
		answer["comparison"] = comparison
	}
	if answer["fronts"], err = s.compareFronts(ctx, chosen, string(b.At)); err != nil {
		return nil, err
	}
	answer["command"] = b.command(chosen)
	return answer, nil
}

// command is the same comparison on the command line.
func (b *compareRequest) command(runs []*run) string {
	words := []string{"paretolab compare"}
	for _, r := range runs {
		words = append(words, shellWord(r.files.Dir()))
	}
	add := func(flag string, given bool, value any) {
		if given {
			words = append(words, fmt.Sprintf("--%s %v", flag, value))
		}
	}
	add("metric", b.Metric != "", b.Metric)
	add("by", b.By != "", b.By)
	add("ci", b.Confidence != 0, b.Confidence)
	add("bootstrap", b.Resamples != 0, b.Resamples)
	add("seed", b.Seed != 0, b.Seed)
	if b.IncludeIncomplete {
		words = append(words, "--include-incomplete")
	}
	if b.Force {
		words = append(words, "--force")
	}
	return strings.Join(words, " ")
}

// compareFronts sets fronts against each other, by environment.
func (s *Server) compareFronts(ctx context.Context, runs []*run, at string) ([]frontsCompared, error) {
	groups := map[string][]*front{}
	var order []string
	for _, r := range runs {
		when := at
		if when == "final" && r.present().Status != statusComplete {
			when = "last"
		}
		f, err := s.index.frontOf(r, when)
		if err != nil {
			return nil, err
		}
		if f.values.Len() == 0 {
			continue
		}
		key := cmp.Or(f.info.Environment.Label, f.info.Environment.ID) + "\x00" + strings.Join(f.names(), "\x00")
		if groups[key] == nil {
			order = append(order, key)
		}
		groups[key] = append(groups[key], f)
	}
	out := []frontsCompared{}
	for _, key := range order {
		x, err := compareGroup(ctx, groups[key])
		if err != nil {
			return nil, err
		}
		x.Environment, _, _ = strings.Cut(key, "\x00")
		out = append(out, *x)
	}
	return out, nil
}

func compareGroup(ctx context.Context, fronts []*front) (*frontsCompared, error) {
	x := &frontsCompared{Objectives: fronts[0].names()}
	opt := pareto.Options{Ctx: ctx, KeepDuplicates: true}
	var sets []pareto.Front
	var all pareto.Front
	for _, f := range fronts {
		row := f.run.present()
		x.Runs, x.Names = append(x.Runs, f.run.id), append(x.Names, row.title())
		var kept []int
		for i, ok := range f.nondominated {
			if ok {
				kept = append(kept, i)
			}
		}
		sets = append(sets, f.values.Select(kept))
		for i := range f.values.Len() {
			all = all.Append(f.values.Row(i))
		}
	}
	if all.Len() > maxFrontPoints {
		return nil, badInput("choose fewer runs", "the fronts have %d points together, at most %d are compared", all.Len(), maxFrontPoints)
	}
	dominates, err := pareto.DominanceMatrix(sets, opt)
	if err != nil {
		return nil, err
	}
	n := len(sets)
	x.Dominance, x.Coverage, x.Epsilon = square(n), square(n), square(n)
	for i := range sets {
		for j := range sets {
			x.Dominance[i][j] = dominates[j][i]
			if x.Coverage[i][j], err = pareto.Coverage(sets[i], sets[j], opt); err != nil {
				return nil, err
			}
			if x.Epsilon[i][j], err = pareto.EpsAdditive(sets[i], sets[j]); err != nil {
				return nil, err
			}
		}
	}
	keep, err := pareto.NonDominated(all, opt)
	if err != nil {
		return nil, err
	}
	x.UnionSize = len(keep)
	from := 0
	for _, f := range fronts {
		flags := make([]bool, f.values.Len())
		for i := range flags {
			_, flags[i] = slices.BinarySearch(keep, from+i)
		}
		from += len(flags)
		x.Union = append(x.Union, flags)
	}
	return x, nil
}

func square(n int) [][]float64 {
	m := make([][]float64, n)
	for i := range m {
		m[i] = make([]float64, n)
	}
	return m
}
