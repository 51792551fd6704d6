package ppo

import (
	"bytes"
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/paretolab/paretolab/agents"
	"github.com/paretolab/paretolab/envs"
)

// corridor is ten cells; the walker starts in the first and each step left or right costs 1 of the
// time; the last cell pays 10 treasure. Optimal: (10, -9).
type corridor struct {
	S struct {
		Cell int32 `json:"cell"`
	}
}

func (c *corridor) Reset(*envs.RNG) { c.S.Cell = 0 }
func (c *corridor) Step(_ *envs.RNG, a envs.Action, r []float64) bool {
	c.S.Cell = max(0, c.S.Cell+2*a.Discrete[0]-1)
	r[0], r[1] = 0, -1
	if c.S.Cell == 9 {
		r[0] = 10
	}
	return c.S.Cell == 9
}
func (c *corridor) Observe(obs []float64) { obs[0] = float64(c.S.Cell) }
func (c *corridor) State() any            { return &c.S }

func corridorEnv() *envs.Environment {
	return &envs.Environment{
		Spec: envs.Spec{
			ID: "corridor", Horizon: 40, Observation: envs.Box("int32", []float64{0}, []float64{9}), Action: envs.Discrete(2),
			Objectives: []envs.Objective{{Name: "treasure"}, {Name: "time"}},
			Reference:  envs.Reference{Discount: 1, Point: []float64{0, -41}}, DeterministicStart: true, DeterministicStep: true,
		},
		New: func() envs.Env { return &corridor{} },
	}
}

// rolls is a recorder that measures one episode and stops a run after some records.
type rolls struct {
	env     *envs.Environment
	saved   []byte
	records int
	stopAt  int
}

var errStop = errors.New("stopped")

func (r *rolls) Columns(...string) {}
func (r *rolls) Restore() []byte   { return r.saved }
func (r *rolls) Step(int)          {}
func (r *rolls) Record(_ agents.Evaluation, state func() ([]byte, error)) (err error) {
	r.records++
	if r.saved, err = state(); err == nil && r.records == r.stopAt {
		return errStop
	}
	return err
}
func (r *rolls) Evaluate(_ context.Context, p agents.Policy) (agents.Value, error) {
	v := envs.NewVector[float32](r.env, 1, envs.NoReset)
	actor, obs, final := p.NewActor(1), make([]float32, 1), make([]float32, 1)
	reward, act, term, trunc := make([]float64, 2), envs.Actions[float32]{Discrete: make([]int32, 1)}, []bool{false}, []bool{false}
	value := agents.Value{Return: make([]float64, 2), Episodes: 1}
	for v.Reset(nil, nil, obs); !term[0] && !trunc[0]; {
		actor.Act(obs, act)
		v.Step(act, obs, reward, term, trunc, final)
		value.Return[0] += reward[0]
		value.Return[1] += reward[1]
		value.Steps++
	}
	return value, nil
}

func trainCorridor(t *testing.T, s *PPO, rec *rolls) (*agents.PolicySet, error) {
	t.Helper()
	rec.env = corridorEnv()
	return s.Train(context.Background(), &agents.Problem{
		Env: rec.env, Steps: 6000, Seed: 3, Reference: rec.env.Spec.Reference, Pool: agents.NewPool(2),
	}, rec)
}

func corridorSettings() *PPO {
	s := &PPO{EvalEvery: 5, Decay: "linear", Keep: "best", Settings: Defaults()}
	s.Envs, s.Rollout, s.Minibatch, s.Hidden, s.LearningRate, s.Entropy = 4, 32, 32, []int{16}, 3e-3, 0.01
	return s
}

// TestPPOFindsTheOptimum of a corridor, and for the time alone that nothing pays but the end.
func TestPPOFindsTheOptimum(t *testing.T) {
	for _, weights := range [][]float64{nil, {1, 0.1}, {0, 1}} {
		s := corridorSettings()
		s.Weights = weights
		set, err := trainCorridor(t, s, &rolls{})
		if err != nil {
			t.Fatal(err)
		}
		if got := set.Members[0].Value.Return; len(set.Members) != 1 || !slices.Equal(got, []float64{10, -9}) {
			t.Errorf("weights %v: %v, want (10, -9)", weights, got)
		}
	}
}

// TestPPOResumes: a run that was stopped after any record ends with the same policy, bit for bit.
func TestPPOResumes(t *testing.T) {
	whole := &rolls{}
	set, err := trainCorridor(t, corridorSettings(), whole)
	if err != nil {
		t.Fatal(err)
	}
	want, err := set.Members[0].Policy.Encode()
	if err != nil {
		t.Fatal(err)
	}
	for stop := 1; stop < whole.records; stop += 3 {
		rec := &rolls{stopAt: stop}
		if _, err := trainCorridor(t, corridorSettings(), rec); !errors.Is(err, errStop) {
			t.Fatalf("stopped at %d: %v", stop, err)
		}
		again, err := trainCorridor(t, corridorSettings(), rec)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := again.Members[0].Policy.Encode(); err != nil || !bytes.Equal(got, want) || !bytes.Equal(rec.saved, whole.saved) {
			t.Errorf("stopped at %d: another policy or state (%v)", stop, err)
		}
	}
}

// TestPPOChecks what does not fit.
func TestPPOChecks(t *testing.T) {
	for want, change := range map[string]func(*PPO){
		"weights has 3 values for the 2 objectives": func(s *PPO) { s.Weights = []float64{1, 2, 3} },
		"weight 1 is NaN":        func(s *PPO) { s.Weights = []float64{1, math.NaN()} },
		"eval_every is 0":        func(s *PPO) { s.EvalEvery = 0 },
		"too few for one update": func(s *PPO) { s.Rollout = 100_000 },
		"minibatch is 0":         func(s *PPO) { s.Minibatch = 0 },
	} {
		s := corridorSettings()
		change(s)
		if err := s.Check(corridorEnv(), 6000); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}
