package envs_test

import (
	"fmt"

	"github.com/paretolab/paretolab/envs"
)

// Ferry carries passengers over a river: waiting at the quay fills it, every step costs.
type Ferry struct {
	state struct {
		Aboard int32 `json:"aboard"`
	}
}

func (f *Ferry) Reset(*envs.RNG) { f.state.Aboard = 0 }
func (f *Ferry) Step(_ *envs.RNG, a envs.Action, reward []float64) (terminated bool) {
	reward[0], reward[1] = 0, -1
	if a.Index() == 0 && f.state.Aboard < 5 {
		f.state.Aboard++
	} else if a.Index() == 1 {
		reward[0] = float64(f.state.Aboard)
	}
	return a.Index() == 1
}
func (f *Ferry) Observe(obs []float64) { obs[0] = float64(f.state.Aboard) }
func (f *Ferry) State() any            { return &f.state }

func init() {
	envs.Register(envs.Definition{ID: "ferry-v0", New: func(envs.Options) (*envs.Environment, error) {
		return &envs.Environment{New: func() envs.Env { return &Ferry{} }, Spec: envs.Spec{
			Summary:            "Ferry: passengers against time",
			Observation:        envs.Box("int32", []float64{0}, []float64{5}),
			Action:             envs.Discrete(2, "wait", "leave"),
			Objectives:         []envs.Objective{{Name: "passengers", High: 5}, {Name: "time", Unit: "steps", Low: -1}},
			Horizon:            20,
			Reference:          envs.Reference{Discount: 1, Point: []float64{0, -21}},
			DeterministicStart: true, DeterministicStep: true,
		}}, nil
	}})
}

// A new environment is a struct with four methods and one registration. It then works everywhere
// an id is taken: here stepped by hand, on the command line after importing its package.
func Example() {
	e, err := envs.Make("ferry-v0", nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	s := envs.NewSingle(e)
	obs, _ := s.Reset(nil)
	fmt.Println(obs)
	for _, action := range []float64{0, 0, 1} {
		t, err := s.Step([]float64{action})
		fmt.Println(t.Observation, t.Reward, t.Terminated, t.Truncated, err)
	}
	_, err = s.Step([]float64{0})
	fmt.Println(err)
	// Output:
	// [0]
	// [1] [0 -1] false false <nil>
	// [2] [0 -1] false false <nil>
	// [2] [2 -1] true false <nil>
	// ferry-v0: stepped after the end of the episode; reset it first
}
