package qd

import (
	"context"

	"github.com/paretolab/paretolab/agents"
	"github.com/paretolab/paretolab/envs"
	"github.com/paretolab/paretolab/pareto"
)

// LocalCompetition is novelty search with local competition (NSLC): it selects for new behaviour and
// for being better than those that behave alike.
//
// Source: Lehman and Stanley, "Evolving a Diversity of Virtual Creatures through Novelty Search and
// Local Competition", 2011, doi 10.1145/2001576.2001606.
type LocalCompetition struct {
	Settings
	NoveltySettings
}

var _ agents.Algorithm = (*LocalCompetition)(nil)

// Check implements [agents.Algorithm].
func (s *LocalCompetition) Check(e *envs.Environment, steps int) error {
	if err := s.NoveltySettings.check(); err != nil {
		return err
	}
	return s.Settings.check(e, steps, s.Population, "population")
}

// Train implements [agents.Algorithm].
func (s *LocalCompetition) Train(ctx context.Context, p *agents.Problem, rec agents.Recorder) (*agents.PolicySet, error) {
	if err := s.Check(p.Env, p.Steps); err != nil {
		return nil, err
	}
	return explore(ctx, p, rec, "nslc", &s.Settings, &s.NoveltySettings, novelAndBetter)
}

// novelAndBetter is the selection of NSGA-II by novelty and by the number of the k nearest with a
// smaller reward. The reference set begins with all, the archive follows.
func novelAndBetter(e *explorer, all []*Individual, novelty []float64, n int) ([]int, []float64, error) {
	reference := append(all[:len(all):len(all)], e.Archive...)
	points := pareto.Front{M: 2}
	var near []Neighbour
	for i, x := range all {
		near = e.near.Nearest(e.behaviour(x), e.settings.Neighbours+1, near)
		beaten := 0
		for _, y := range near[1:] {
			if reference[y.Index].Fitness < x.Fitness {
				beaten++
			}
		}
		points.X = append(points.X, novelty[i], float64(beaten))
	}
	index, err := SelectNSGA2(points, n)
	return index, novelty, err
}

func init() {
	agents.Register(agents.Definition{
		ID: "nslc", Summary: "Novelty search with local competition",
		Source: "Lehman and Stanley, 2011, doi 10.1145/2001576.2001606", Revision: 2, Presets: presets,
		New: func(e *envs.Environment, preset string) (agents.Algorithm, int, error) {
			s, steps, err := fromPreset("nslc", e, preset)
			return &LocalCompetition{s, noveltyDefaults()}, steps, err
		},
	})
}
