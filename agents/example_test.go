package agents_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"

	"github.com/paretolab/paretolab/agents"
	"github.com/paretolab/paretolab/envs"
	_ "github.com/paretolab/paretolab/envs/grid"
	"github.com/paretolab/paretolab/pareto"
)

// RandomSearch tries random linear policies and keeps those that no other dominates.
type RandomSearch struct {
	Scale float64 `key:"scale" doc:"standard deviation of the weights" range:"(0,inf)"`
}

func (s *RandomSearch) Check(*envs.Environment, int) error { return nil }

func (s *RandomSearch) Train(ctx context.Context, p *agents.Problem, rec agents.Recorder) (*agents.PolicySet, error) {
	recorded, _ := strconv.Atoi(string(rec.Restore())) // trials of an interrupted run: repeated, but not recorded again
	set := &agents.PolicySet{}
	for n, steps := 1, 0; steps < p.Steps; n++ {
		policy := newLinear(&p.Env.Spec, s.Scale, agents.NewRand(p.Seed, "policy", n))
		value, err := rec.Evaluate(ctx, policy)
		if err != nil {
			return nil, err
		}
		steps += value.Steps
		trial := agents.Member{ID: fmt.Sprint("trial-", n), Steps: steps, Value: value, Policy: policy}
		set.Members = keep(set.Members, trial)
		if n <= recorded {
			continue
		}
		rec.Step(value.Steps)
		state := func() ([]byte, error) { return strconv.AppendInt(nil, int64(n), 10), nil }
		found := agents.Evaluation{Phase: "search", Steps: steps, Policies: []agents.Member{trial}, Archive: set.Members}
		if err := rec.Record(found, state); err != nil {
			return nil, err
		}
	}
	return set, nil
}

func init() {
	agents.Register(agents.Definition{
		ID: "random-search", Summary: "Random linear policies", Revision: 1, Presets: []agents.Preset{{Name: "default"}},
		New: func(*envs.Environment, string) (agents.Algorithm, int, error) {
			return &RandomSearch{Scale: 1}, 20_000, nil
		},
	})
}

// keep adds a trial to the archive unless a member is as good, and drops the members it dominates.
func keep(archive []agents.Member, trial agents.Member) []agents.Member {
	for _, m := range archive {
		if pareto.WeaklyDominates(m.Value.Return, trial.Value.Return) {
			return archive
		}
	}
	return append(slices.DeleteFunc(slices.Clone(archive), func(m agents.Member) bool {
		return pareto.Dominates(trial.Value.Return, m.Value.Return)
	}), trial)
}

// linear takes the action a with the largest w[a]·(observation, 1).
type linear [][]float64

func newLinear(spec *envs.Spec, scale float64, source rand.Source) linear {
	rng := rand.New(source)
	w := make(linear, spec.Action.N[0])
	for a := range w {
		for range spec.Observation.Len() + 1 {
			w[a] = append(w[a], scale*rng.NormFloat64())
		}
	}
	return w
}

func (w linear) NewActor(int) agents.Actor { return w } // nothing to remember
func (w linear) Reset(int, *rand.Rand)     {}
func (w linear) Act(obs []float32, act envs.Actions[float32]) {
	n := len(w[0]) - 1 // numbers of an observation
	for i := range act.Discrete {
		scores := make([]float64, len(w))
		for a := range w {
			scores[a] = w[a][n]
			for k, x := range obs[i*n : (i+1)*n] {
				scores[a] += w[a][k] * float64(x)
			}
		}
		act.Discrete[i] = int32(slices.Index(scores, slices.Max(scores)))
	}
}

func (w linear) Kind() string            { return "linear" }
func (w linear) Encode() ([]byte, error) { return fmt.Append(nil, w), nil }

// judge is a recorder that measures policies by one undiscounted episode and counts the records.
// That of package experiments writes them to a run directory.
type judge struct {
	env     *envs.Environment
	records int
}

func (j *judge) Columns(...string)                 {}
func (j *judge) Restore() []byte                   { return nil }
func (j *judge) EpisodeSink() func(agents.Episode) { return nil }
func (j *judge) Step(int)                          {}
func (j *judge) Record(agents.Evaluation, func() ([]byte, error)) error {
	j.records++
	return nil
}

func (j *judge) Evaluate(_ context.Context, p agents.Policy) (agents.Value, error) {
	v, actor := envs.NewVector[float32](j.env, 1, envs.NoReset), p.NewActor(1)
	obs, final, reward := make([]float32, 2), make([]float32, 2), make([]float64, 2)
	act, term, trunc := envs.Actions[float32]{Discrete: make([]int32, 1)}, []bool{false}, []bool{false}
	value := agents.Value{Return: make([]float64, 2), Episodes: 1}
	v.Reset(nil, nil, obs)
	for !term[0] && !trunc[0] {
		actor.Act(obs, act)
		v.Step(act, obs, reward, term, trunc, final)
		value.Return[0] += reward[0]
		value.Return[1] += reward[1]
		value.Steps++
	}
	return value, nil
}

// A new algorithm is a struct of settings with two methods, Check and Train, and one registration.
// It hands what it measures to the recorder; files, figures, resuming and the command line come
// with that.
func Example() {
	env, err := envs.Make("deep-sea-treasure-v0", nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	search, err := agents.Lookup("random-search")
	if err != nil {
		fmt.Println(err)
		return
	}
	algorithm, steps, err := search.New(env, "default")
	if err != nil {
		fmt.Println(err)
		return
	}
	recorder := &judge{env: env}
	problem := &agents.Problem{Env: env, Steps: steps, Seed: 1, Reference: env.Spec.Reference}
	set, err := algorithm.Train(context.Background(), problem, recorder)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(env.Spec.ObjectiveNames(), "of", recorder.records, "policies")
	for _, m := range set.Members {
		fmt.Println(m.ID, m.Value.Return)
	}
	fmt.Println("treasure above all:", set.Members[set.Assign([]float64{1, 0})].ID)
	// Output:
	// [treasure time] of 290 policies
	// trial-2 [0.7 -1]
	// trial-76 [15.1 -8]
	// trial-95 [8.2 -3]
	// trial-115 [14 -7]
	// trial-118 [11.5 -5]
	// treasure above all: trial-76
}
