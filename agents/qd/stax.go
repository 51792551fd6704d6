package qd

import (
	"context"
	"slices"

	"github.com/paretolab/paretolab/agents"
	"github.com/paretolab/paretolab/envs"
)

// STAX is SERENE in a space of behaviours that it learns from views: exploration selects for novelty in
// that space and for surprise, the error of the encoder; emitters improve the rewards that it found.
//
// Source: Paolo, Coninx, Laflaquière and Doncieux, "Discovering and Exploiting Sparse Rewards in a
// Learned Behavior Space", Evolutionary Computation 32(3), 2024, arXiv 2111.01919.
type STAX struct {
	Settings
	NoveltySettings
	ExploitSettings
	LearnedSettings
}

var _ agents.Algorithm = (*STAX)(nil)

// Check implements [agents.Algorithm].
func (s *STAX) Check(e *envs.Environment, steps int) error {
	if err := s.NoveltySettings.check(); err != nil {
		return err
	}
	if err := s.ExploitSettings.check(s.Weights); err != nil {
		return err
	}
	if err := s.LearnedSettings.check(e); err != nil {
		return err
	}
	return s.Settings.check(e, steps, s.Population, "population")
}

// learnedRewarded is the state of STAX.
type learnedRewarded struct {
	Rewarded       *rewarded
	Representation *representation
}

// Train implements [agents.Algorithm].
func (s *STAX) Train(ctx context.Context, p *agents.Problem, rec agents.Recorder) (*agents.PolicySet, error) {
	if err := s.Check(p.Env, p.Steps); err != nil {
		return nil, err
	}
	x, l := &rewarded{Explorer: &explorer{}, settings: &s.ExploitSettings}, &representation{}
	r, resumed, err := start(p, rec, "stax", &s.Settings, &learnedRewarded{x, l}, append(x.columns(p, &s.Settings), "trainings")...)
	if err != nil {
		return nil, err
	}
	x.Explorer.settings, l.settings = &s.NoveltySettings, &s.LearnedSettings
	x.Explorer.learned = true
	r.look(l)
	x.begin(r, resumed)
	if resumed {
		x.encode(l)
	} else {
		if err := l.begin(r); err != nil {
			return nil, err
		}
		if err := x.Explorer.begin(ctx, r); err != nil {
			return nil, err
		}
		x.Spent[0] = r.Evaluations
	}
	for r.more() {
		if x.next(r) {
			err = x.explore(ctx, r, l.survive)
			l.Waited++
		} else {
			err = x.exploit(ctx, r)
		}
		if err != nil {
			return nil, err
		}
		if err := x.count(r); err != nil {
			return nil, err
		}
		// Training after 1, 3, 6, 10, … chunks of exploration.
		if l.Waited > l.Trainings {
			e, leave := x.Explorer, r.clock.enter(partTraining)
			if err := l.train(ctx, e.Archive, e.Population, x.Children, x.members()); err != nil {
				return nil, err
			}
			x.encode(l)
			l.examine(r.Evaluations, slices.Concat(e.Archive, e.Population))
			leave()
		}
		r.extra = append(r.extra, float64(l.Trainings))
		if err := r.report(ctx, individuals(x.Explorer.Archive), func() any { return &learnedRewarded{x.clone(), l.clone()} }); err != nil {
			return nil, err
		}
	}
	return r.result(ctx, x.archives()...)
}

// encode describes all individuals by the present encoder.
func (x *rewarded) encode(l *representation) {
	l.encode(x.Explorer.Population, x.Explorer.Archive, x.Children, x.members())
	for _, set := range [][]*improver{x.Candidates, x.Emitters} {
		for _, e := range set {
			l.encode([]*Individual{e.Ancestor, e.MostNovel}, e.Population, e.Novel)
		}
	}
}

func init() {
	agents.Register(agents.Definition{
		ID: "stax", Summary: "STAX: novelty and surprise in a learned space of behaviours, emitters improve the rewards found",
		Source: "Paolo et al., 2024, arXiv 2111.01919", Revision: 2, Presets: presets,
		New: func(e *envs.Environment, preset string) (agents.Algorithm, int, error) {
			s, steps, err := fromPreset("stax", e, preset)
			return &STAX{s, noveltyDefaults(), exploitDefaults(), learnedDefaults(e)}, steps, err
		},
	})
}
