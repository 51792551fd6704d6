package envs_test

import (
	"reflect"
	"testing"

	"github.com/paretolab/paretolab/envs"
)

// TestEveryEnvironmentHasAPicture, at the start and in the middle of an episode: within the limits of
// scenes, the same whenever it is drawn, and redrawn without allocation. An environment that draws
// nothing itself, as the walker, gets a bar for each number of its observation.
func TestEveryEnvironmentHasAPicture(t *testing.T) {
	all := []*envs.Environment{walkerEnv(false)}
	for _, id := range envs.IDs() {
		e, err := envs.Make(id, nil)
		if err != nil {
			t.Fatal(id, err)
		}
		all = append(all, e)
	}
	for _, e := range all {
		id := e.Spec.ID
		s := envs.NewSingle(e)
		seed := uint64(1)
		obs, err := s.Reset(&seed)
		if err != nil {
			t.Fatal(id, err)
		}
		var rng envs.RNG
		rng.Seed(2)
		action := make([]float64, e.Spec.Action.Len())
		var scene envs.Scene
		for step := range 20 {
			envs.DrawScene(s.Env(), &e.Spec, obs, &scene)
			if len(scene.Items) == 0 || len(scene.Items) > envs.MaxItems || len(scene.Text) > envs.MaxLabels {
				t.Errorf("%s, step %d: %d items, %d labels", id, step, len(scene.Items), len(scene.Text))
			}
			if v := scene.View; !(v[0] < v[2] && v[1] < v[3]) {
				t.Errorf("%s, step %d: view %v", id, step, v)
			}
			var again envs.Scene
			envs.DrawScene(s.Env(), &e.Spec, obs, &again)
			if !reflect.DeepEqual(scene.Items, again.Items) || len(scene.Text) != len(again.Text) {
				t.Errorf("%s, step %d: two drawings differ", id, step)
			}
			if n := testing.AllocsPerRun(3, func() { envs.DrawScene(s.Env(), &e.Spec, obs, &scene) }); n != 0 {
				t.Errorf("%s, step %d: %v allocations", id, step, n)
			}
			e.Spec.Action.Sample(&rng, action)
			tr, err := s.Step(action)
			if err != nil {
				t.Fatal(id, err)
			}
			if obs = tr.Observation; tr.Terminated || tr.Truncated {
				break
			}
		}
	}
}
