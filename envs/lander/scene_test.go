package lander

import (
	"testing"

	"github.com/paretolab/paretolab/envs"
)

// Every environment here has a picture within the limits of scenes, and redrawing it allocates nothing.
func TestScenes(t *testing.T) {
	for _, id := range envs.IDs() {
		e, err := envs.Make(id, nil)
		if err != nil {
			t.Fatal(id, err)
		}
		s := envs.NewSingle(e)
		seed := uint64(1)
		obs, _ := s.Reset(&seed)
		var scene envs.Scene
		envs.DrawScene(s.Env(), &e.Spec, obs, &scene)
		if len(scene.Items) == 0 || len(scene.Items) > envs.MaxItems || len(scene.Text) > envs.MaxLabels {
			t.Errorf("%s: %d items, %d labels", id, len(scene.Items), len(scene.Text))
		}
		if n := testing.AllocsPerRun(10, func() { envs.DrawScene(s.Env(), &e.Spec, obs, &scene) }); n != 0 {
			t.Errorf("%s: %v allocations", id, n)
		}
	}
}
