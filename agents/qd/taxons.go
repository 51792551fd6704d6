package qd

import (
	"context"
	"fmt"
	"slices"

	"github.com/paretolab/paretolab/agents"
	"github.com/paretolab/paretolab/envs"
)

// TAXONS is novelty search in a space of behaviours that it learns from views. Each generation it
// selects for novelty in that space or for surprise, the error of the encoder.
//
// Source: Paolo, Laflaquière, Coninx and Doncieux, "Unsupervised Learning and Exploration of Reachable
// Outcome Space", 2020, arXiv 1909.05508.
type TAXONS struct {
	Settings
	NoveltySettings
	LearnedSettings
	TrainEvery int `key:"train_every" range:">=1" doc:"generations between trainings of the encoder" source:"TAXONS code"`
}

var _ agents.Algorithm = (*TAXONS)(nil)

// Check implements [agents.Algorithm].
func (s *TAXONS) Check(e *envs.Environment, steps int) error {
	if s.TrainEvery < 1 {
		return fmt.Errorf("train_every is %d; give at least 1", s.TrainEvery)
	}
	if err := s.NoveltySettings.check(); err != nil {
		return err
	}
	if err := s.LearnedSettings.check(e); err != nil {
		return err
	}
	return s.Settings.check(e, steps, s.Population, "population")
}

// learnedExplorer is the state of TAXONS.
type learnedExplorer struct {
	Explorer       *explorer
	Representation *representation
}

// Train implements [agents.Algorithm].
func (s *TAXONS) Train(ctx context.Context, p *agents.Problem, rec agents.Recorder) (*agents.PolicySet, error) {
	if err := s.Check(p.Env, p.Steps); err != nil {
		return nil, err
	}
	e, l := &explorer{}, &representation{}
	r, resumed, err := start(p, rec, "taxons", &s.Settings, &learnedExplorer{e, l}, "trainings")
	if err != nil {
		return nil, err
	}
	e.settings, e.learned, l.settings = &s.NoveltySettings, true, &s.LearnedSettings
	r.look(l)
	if resumed {
		l.encode(e.Population, e.Archive)
	} else {
		if err := l.begin(r); err != nil {
			return nil, err
		}
		if err := e.begin(ctx, r); err != nil {
			return nil, err
		}
	}
	for r.more() {
		children, err := e.generation(ctx, r, l.survive)
		if err != nil {
			return nil, err
		}
		if l.Waited++; l.Waited == s.TrainEvery {
			leave := r.clock.enter(partTraining)
			if err := l.train(ctx, e.Archive, e.Population, children); err != nil {
				return nil, err
			}
			l.encode(e.Population, e.Archive)
			l.examine(r.Evaluations, slices.Concat(e.Archive, e.Population))
			leave()
		}
		r.extra = append(r.extra[:0], float64(l.Trainings))
		if err := r.report(ctx, individuals(e.Archive), func() any { return &learnedExplorer{e.clone(), l.clone()} }); err != nil {
			return nil, err
		}
	}
	return r.result(ctx, archived{"novelty", e.Archive})
}

func init() {
	agents.Register(agents.Definition{
		ID: "taxons", Summary: "TAXONS: novelty or surprise in a space of behaviours learned from views",
		Source: "Paolo et al., 2020, arXiv 1909.05508", Revision: 2, Presets: presets,
		New: func(e *envs.Environment, preset string) (agents.Algorithm, int, error) {
			s, steps, err := fromPreset("taxons", e, preset)
			learned := learnedDefaults(e)
			learned.Criterion = "draw"
			return &TAXONS{s, noveltyDefaults(), learned, 30}, steps, err
		},
	})
}
