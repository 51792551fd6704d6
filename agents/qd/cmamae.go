package qd

import (
	"context"
	"fmt"
	"math"

	"github.com/paretolab/paretolab/agents"
	"github.com/paretolab/paretolab/envs"
)

// CMAMAE is CMA-ME with an archive whose thresholds rise slowly to the rewards of its cells, so that
// good regions stay worth searching. Searches begin anew only when CMA-ES has come to its end.
//
// Source: Fontaine and Nikolaidis, "Covariance Matrix Adaptation MAP-Annealing", 2023, arXiv 2205.10752.
type CMAMAE struct {
	Settings
	CMASettings
	LearningRate float64 `key:"learning_rate" symbol:"α" range:"(0,1]" doc:"how fast thresholds follow rewards" source:"Fontaine and Nikolaidis"`
	MinThreshold float64 `key:"min_threshold" doc:"reward that has to be exceeded in an empty cell" source:"Fontaine and Nikolaidis: the smallest reward; slightly below it a policy without reward is worth keeping"`
}

var _ agents.Algorithm = (*CMAMAE)(nil)

// Check implements [agents.Algorithm].
func (s *CMAMAE) Check(e *envs.Environment, steps int) error {
	if !(s.LearningRate > 0 && s.LearningRate <= 1) {
		return fmt.Errorf("learning_rate is %v; give a number above 0, at most 1", s.LearningRate)
	}
	if math.IsNaN(s.MinThreshold) || math.IsInf(s.MinThreshold, 0) {
		return fmt.Errorf("min_threshold is %v; give a finite number", s.MinThreshold)
	}
	if err := s.CMASettings.check(); err != nil {
		return err
	}
	return s.Settings.check(e, steps, s.Emitters*s.Batch, "emitters")
}

// Train implements [agents.Algorithm].
func (s *CMAMAE) Train(ctx context.Context, p *agents.Problem, rec agents.Recorder) (*agents.PolicySet, error) {
	if err := s.Check(p.Env, p.Steps); err != nil {
		return nil, err
	}
	return illuminate(ctx, p, rec, "cma-mae", &s.Settings, columns{}, func(r *search) (*Scheduler, error) {
		cells := CellOptions{LearningRate: s.LearningRate, MinThreshold: s.MinThreshold}
		return s.scheduler(r, cells, CMAEmitter{Rank: ByValue, Patient: true})
	})
}

func init() {
	agents.Register(agents.Definition{
		ID: "cma-mae", Summary: "CMA-MAE: CMA-ME with thresholds that rise slowly",
		Source: "Fontaine and Nikolaidis, 2023, arXiv 2205.10752", Revision: 2, Presets: presets,
		New: func(e *envs.Environment, preset string) (agents.Algorithm, int, error) {
			s, steps, err := fromPreset("cma-mae", e, preset)
			return &CMAMAE{s, cmaDefaults(), 0.01, -0.1}, steps, err
		},
	})
}
