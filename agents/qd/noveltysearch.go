package qd

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/paretolab/paretolab/agents"
	"github.com/paretolab/paretolab/envs"
	"github.com/paretolab/paretolab/pareto"
)

// NoveltySettings are those of a population that looks for new behaviour.
type NoveltySettings struct {
	Population int     `key:"population" symbol:"M" range:">=1" doc:"size of the population; the first one is random" source:"SERENE code"`
	Neighbours int     `key:"neighbours" symbol:"k" range:">=1" doc:"nearest neighbours that novelty is measured from" source:"SERENE code"`
	Insertions int     `key:"insertions" symbol:"λ" range:">=0" doc:"children that enter the novelty archive in a generation" source:"SERENE code"`
	Insert     string  `key:"insert" range:"random|best" doc:"which children enter: random ones, or the best by what members survive by, the most novel where that is more than one number" source:"SERENE code"`
	Children   int     `key:"children" range:">=1" doc:"children of each member in a generation" source:"SERENE code"`
	Mutation   float64 `key:"mutation" symbol:"σ" range:"(0,inf)" doc:"standard deviation of the noise on every gene of a child" source:"SERENE code"`
}

func noveltyDefaults() NoveltySettings {
	return NoveltySettings{Population: 100, Neighbours: 15, Insertions: 5, Insert: "random", Children: 2, Mutation: 0.05}
}

// check reports settings out of range.
func (s *NoveltySettings) check() error {
	switch {
	case s.Population < 1:
		return fmt.Errorf("population is %d; give at least 1", s.Population)
	case s.Neighbours < 1:
		return fmt.Errorf("neighbours is %d; give at least 1", s.Neighbours)
	case s.Insertions < 0:
		return fmt.Errorf("insertions is %d; give at least 0", s.Insertions)
	case s.Insert != "random" && s.Insert != "best":
		return fmt.Errorf("insert is %q; give random or best", s.Insert)
	case s.Children < 1:
		return fmt.Errorf("children is %d; give at least 1", s.Children)
	case !(s.Mutation > 0) || math.IsInf(s.Mutation, 0):
		return fmt.Errorf("mutation is %v; give a positive number", s.Mutation)
	}
	return nil
}

// explorer is a population that looks for new behaviour, with its novelty archive.
type explorer struct {
	Population []*Individual
	Archive    []*Individual // in order of insertion
	RNG        *Random

	settings *NoveltySettings
	learned  bool // behaviour is what an encoder makes of views, not the ground truth
	near     Neighbours
	points   []float64
}

// behaviour is where an individual is in the space that novelty is measured in.
func (e *explorer) behaviour(x *Individual) []float64 {
	if e.learned {
		return x.latent
	}
	return x.Descriptor
}

// append appends the behaviour of individuals to points.
func (e *explorer) append(points []float64, all []*Individual) []float64 {
	for _, x := range all {
		points = append(points, e.behaviour(x)...)
	}
	return points
}

// clone returns a copy that the further search does not change.
func (e *explorer) clone() *explorer {
	return &explorer{Population: slices.Clone(e.Population), Archive: e.Archive[:len(e.Archive):len(e.Archive)], RNG: e.RNG.clone()}
}

// reference makes the individuals, of which there are some, the set that novelty is measured in.
func (e *explorer) reference(sets ...[]*Individual) {
	e.points = e.points[:0]
	for _, set := range sets {
		e.points = e.append(e.points, set)
	}
	e.near.Reset(e.points, len(e.behaviour(e.Population[0])))
}

// novelty returns the novelty of members of the reference set.
func (e *explorer) novelty(ctx context.Context, r *search, members []*Individual) ([]float64, error) {
	n := make([]float64, len(members))
	const share = 50
	return n, r.problem.Pool.Run(ctx, (len(members)+share-1)/share, func(_ context.Context, task int) error {
		var near []Neighbour
		for i := task * share; i < min((task+1)*share, len(members)); i++ {
			n[i], near = Novelty(&e.near, e.behaviour(members[i]), e.settings.Neighbours, true, near)
		}
		return nil
	})
}

// begin evaluates a random population.
func (e *explorer) begin(ctx context.Context, r *search) (err error) {
	e.RNG = r.stream("explore")
	e.Population, err = r.evaluate(ctx, r.random(e.settings.Population, e.RNG), true)
	return err
}

// selection returns the indices of the n that survive, of a population and its children with their
// novelty in the reference set of e, and by what children are the best to enter the archive.
type selection func(e *explorer, all []*Individual, novelty []float64, n int) (index []int, score []float64, err error)

// generation evaluates the children of all members, measures the novelty of both in the population, the
// children and the archives, archives some children, and selects the next population. It returns the
// children.
func (e *explorer) generation(ctx context.Context, r *search, survive selection, archives ...[]*Individual) ([]*Individual, error) {
	children, err := r.evaluate(ctx, r.children(e.Population, e.settings.Children, e.settings.Mutation, e.RNG), true)
	if err != nil {
		return nil, err
	}
	all := slices.Concat(e.Population, children)
	leave := r.clock.enter(partNovelty)
	e.reference(append([][]*Individual{all, e.Archive}, archives...)...)
	novelty, err := e.novelty(ctx, r, all)
	leave()
	if err != nil {
		return nil, err
	}
	enter := min(e.settings.Insertions, len(children))
	if e.settings.Insert == "random" {
		e.Archive = append(e.Archive, pick(children, e.RNG.Perm(len(children))[:enter])...)
	}
	index, score, err := survive(e, all, novelty, e.settings.Population)
	if err != nil {
		return nil, err
	}
	if e.settings.Insert == "best" {
		e.Archive = append(e.Archive, pick(children, best(score[len(e.Population):], enter))...)
	}
	e.Population = pick(all, index)
	return children, nil
}

// mostNovel is the selection of novelty search.
func mostNovel(_ *explorer, _ []*Individual, novelty []float64, n int) ([]int, []float64, error) {
	return best(novelty, n), novelty, nil
}

// novelAndFit is the selection of NSGA-II by novelty and reward.
func novelAndFit(_ *explorer, all []*Individual, novelty []float64, n int) ([]int, []float64, error) {
	points := pareto.Front{M: 2}
	for i, x := range all {
		points.X = append(points.X, novelty[i], x.Fitness)
	}
	index, err := SelectNSGA2(points, n)
	return index, novelty, err
}

// NoveltySearch selects for new behaviour alone, whatever it is rewarded with.
//
// Source: Lehman and Stanley, "Abandoning Objectives: Evolution through the Search for Novelty Alone",
// 2011, doi 10.1162/EVCO_a_00025, with the constants of SERENE (Paolo et al., 2021, arXiv 2102.03140).
type NoveltySearch struct {
	Settings
	NoveltySettings
}

var _ agents.Algorithm = (*NoveltySearch)(nil)

// Check implements [agents.Algorithm].
func (s *NoveltySearch) Check(e *envs.Environment, steps int) error {
	if err := s.NoveltySettings.check(); err != nil {
		return err
	}
	return s.Settings.check(e, steps, s.Population, "population")
}

// Train implements [agents.Algorithm].
func (s *NoveltySearch) Train(ctx context.Context, p *agents.Problem, rec agents.Recorder) (*agents.PolicySet, error) {
	if err := s.Check(p.Env, p.Steps); err != nil {
		return nil, err
	}
	return explore(ctx, p, rec, "novelty-search", &s.Settings, &s.NoveltySettings, mostNovel)
}

// explore runs generations until the budget is spent.
func explore(ctx context.Context, p *agents.Problem, rec agents.Recorder, id string, s *Settings, n *NoveltySettings, survive selection) (*agents.PolicySet, error) {
	e := &explorer{}
	r, resumed, err := start(p, rec, id, s, e)
	if err != nil {
		return nil, err
	}
	e.settings = n
	if !resumed {
		if err := e.begin(ctx, r); err != nil {
			return nil, err
		}
	}
	for r.more() {
		if _, err := e.generation(ctx, r, survive); err != nil {
			return nil, err
		}
		if err := r.report(ctx, individuals(e.Archive), func() any { return e.clone() }); err != nil {
			return nil, err
		}
	}
	return r.result(ctx, archived{"novelty", e.Archive})
}

func init() {
	agents.Register(agents.Definition{
		ID: "novelty-search", Summary: "Novelty search: behaviour that has not been seen, whatever its reward",
		Source: "Lehman and Stanley, 2011, doi 10.1162/EVCO_a_00025", Revision: 2, Presets: presets,
		New: func(e *envs.Environment, preset string) (agents.Algorithm, int, error) {
			s, steps, err := fromPreset("novelty-search", e, preset)
			return &NoveltySearch{s, noveltyDefaults()}, steps, err
		},
	})
}
