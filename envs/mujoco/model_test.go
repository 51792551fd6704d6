package mujoco

import "testing"

func TestEmbeddedModelsLoad(t *testing.T) {
	for _, name := range Names() {
		m, err := Load(name)
		if err != nil {
			t.Fatal(err)
		}
		if m.Name == "" || m.NewState().Qpos == nil {
			t.Errorf("%s: empty model", name)
		}
	}
}
