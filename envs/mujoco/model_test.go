package mujoco

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"
)

// load returns an embedded model.
func load(t testing.TB, name string) *Model {
	t.Helper()
	m, err := Load(name)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// edited returns an embedded model whose file was changed.
func edited(t testing.TB, name string, change func(compiled map[string]any)) (*Model, error) {
	t.Helper()
	content, err := compiled.ReadFile("models/" + name + ".json")
	if err != nil {
		t.Fatal(err)
	}
	var f map[string]any
	if err := json.Unmarshal(content, &f); err != nil {
		t.Fatal(err)
	}
	change(f["compiled"].(map[string]any))
	content, err = json.Marshal(f)
	if err != nil {
		t.Fatal(err)
	}
	return Parse(bytes.NewReader(content))
}

// loose takes limits, damping and collisions from a compiled model.
func loose(c map[string]any) {
	for _, part := range []struct{ table, column string }{
		{"dof", "damping"}, {"joint", "limited"}, {"geom", "contype"}, {"geom", "conaffinity"},
	} {
		column := c[part.table].(map[string]any)[part.column].([]any)
		for i := range column {
			column[i] = 0
		}
	}
}

// TestPairs counts the pairs that can collide: those of the specification of each model.
func TestPairs(t *testing.T) {
	type kinds struct{ planeSphere, planeCapsule, spheres, sphereCapsule, capsules int }
	for name, want := range map[string]kinds{
		"hopper": {planeCapsule: 4, capsules: 3}, "walker2d": {planeCapsule: 7}, "walker2d_v5": {planeCapsule: 7},
		"half_cheetah": {planeCapsule: 8}, "ant": {planeSphere: 1, planeCapsule: 12},
		"humanoid": {5, 12, 10, 47, 52}, "swimmer": {}, "reacher": {}, "mo_reacher": {},
	} {
		m := load(t, name)
		var got kinds
		for _, p := range m.pairs {
			switch [2]GeomType{m.Geoms[p.Geom[0]].Type, m.Geoms[p.Geom[1]].Type} {
			case [2]GeomType{Plane, Sphere}:
				got.planeSphere++
			case [2]GeomType{Plane, Capsule}:
				got.planeCapsule++
			case [2]GeomType{Sphere, Sphere}:
				got.spheres++
			case [2]GeomType{Sphere, Capsule}:
				got.sphereCapsule++
			case [2]GeomType{Capsule, Capsule}:
				got.capsules++
			}
		}
		if got != want {
			t.Errorf("%s: pairs %+v, want %+v", name, got, want)
		}
	}
}

func TestLoadUnknownModel(t *testing.T) {
	if _, err := Load("hoper"); err == nil || !strings.Contains(err.Error(), `did you mean "hopper"`) {
		t.Error(err)
	}
}

// TestParseSaysWhatIsWrong changes one thing of a model at a time.
func TestParseSaysWhatIsWrong(t *testing.T) {
	set := func(part, column string, i int, v any) func(map[string]any) {
		return func(c map[string]any) { c[part].(map[string]any)[column].([]any)[i] = v }
	}
	option := func(name string, v any) func(map[string]any) {
		return func(c map[string]any) { c["option"].(map[string]any)[name] = v }
	}
	for _, c := range []struct {
		name   string
		change func(map[string]any)
		want   string
	}{
		{"integrator", option("integrator", "implicit"), `option.integrator is "implicit"; supported are RK4 and Euler`},
		{"solver", option("solver", "CG"), `option.solver is "CG"`},
		{"cone", option("cone", "elliptic"), `option.cone is "elliptic"; supported is pyramidal`},
		{"timestep", option("timestep", 0), "option.timestep is 0"},
		{"ball joint", set("joint", "type", 3, "ball"), `joint 3 ("thigh_joint"): type is "ball"; supported are free, slide and hinge`},
		{"mesh", set("geom", "type", 1, "mesh"), `geom 1 ("torso_geom"): type is "mesh"`},
		{"cylinder", set("geom", "type", 1, "cylinder"), "collisions of cylinders are not supported"},
		{"moving plane", set("geom", "type", 1, "plane"), "a plane that moves and collides is not supported"},
		{"condim", set("geom", "condim", 2, 4), "condim is 4; supported are 1 and 3"},
		{"priority", set("geom", "priority", 0, 1), "geoms of different priority"},
		{"parent", set("body", "parent", 2, 3), "parents stand before their children"},
		{"parent below", set("body", "parent", 2, -1), "parents stand before their children"},
		{"weld", set("body", "weld", 2, 0), "weld is 0"},
		{"root", set("body", "root", 4, 2), `body 4 ("foot"): root is 2, but its parents say 1`},
		{"mass", set("body", "mass", 1, -1), "mass is -1"},
		{"subtree mass", set("body", "subtreemass", 1, 1), "subtreemass is 1"},
		{"quaternion", set("body", "quat", 1, []any{2, 0, 0, 0}), "is not of length 1"},
		{"axis", set("joint", "axis", 2, []any{0, 0, 0}), "axis [0 0 0] is not of length 1"},
		{"range", set("joint", "range", 3, []any{1, 0}), "the lower end must be below the upper"},
		{"solref", set("joint", "solref", 3, []any{0.02, -1}), "solref is [0.02 -1]"},
		{"address", set("joint", "dofadr", 3, 4), "dofadr 4"},
		{"dof's parent", set("dof", "parent", 3, 1), "dof 3: parent is 1"},
		{"dof's joint", set("dof", "joint", 3, 77), "dof 3: joint is 77"},
		{"tree", set("dof", "tree", 0, 1), "dof 0: tree is 1"},
		{"actuator", set("actuator", "joint", 0, 9), "joint 9 does not exist"},
		{"short vector", set("body", "pos", 1, []any{0, 0}), "a list of 2 numbers stands in place of one of 3"},
		{"null", set("body", "mass", 1, nil), "null stands in place of a number"},
		{"short column", func(c map[string]any) { c["joint"].(map[string]any)["name"] = []any{"a"} }, `joint: a column has 1 entries where "size" says 6`},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := edited(t, "hopper", c.change); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
	massless := func(c map[string]any) {
		b := c["body"].(map[string]any)
		b["mass"].([]any)[3], b["inertia"].([]any)[3] = 0, []any{0, 0, 0}
		for i := range 2 {
			b["subtreemass"].([]any)[i] = b["subtreemass"].([]any)[i].(float64) - load(t, "swimmer").Bodies[3].Mass
		}
		b["subtreemass"].([]any)[3] = 0
		b["subtreemass"].([]any)[2] = load(t, "swimmer").Bodies[2].Mass
		c["dof"].(map[string]any)["armature"].([]any)[4] = 0
	}
	if _, err := edited(t, "swimmer", massless); err == nil || !strings.Contains(err.Error(), "dof 4: nothing resists its motion") {
		t.Errorf("a body without mass: %v", err)
	}
	interleaved := func(c map[string]any) { // the upper arm of the reacher stands alone, its target on the lower arm
		r := load(t, "reacher")
		b, d := c["body"].(map[string]any), c["dof"].(map[string]any)
		b["parent"].([]any)[2], b["parent"].([]any)[4] = 0, 1
		b["root"].([]any)[2], b["root"].([]any)[3], b["root"].([]any)[4] = 2, 2, 1
		b["subtreemass"].([]any)[1] = r.Bodies[1].Mass + r.Bodies[4].SubtreeMass
		d["parent"].([]any)[1], d["parent"].([]any)[2] = -1, 0
		d["tree"].([]any)[1], d["tree"].([]any)[2], d["tree"].([]any)[3] = 1, 0, 0
	}
	if _, err := edited(t, "reacher", interleaved); err == nil || !strings.Contains(err.Error(), "dof 2: it belongs to tree 0, but stands behind tree 1; all of a tree stands together") {
		t.Errorf("interleaved trees: %v", err)
	}
	if _, err := Parse(strings.NewReader("{}")); err == nil || !strings.Contains(err.Error(), `there is no key "compiled"`) {
		t.Error(err)
	}
}

// TestOddNumbers puts an odd number in the place of each number of a model: whatever comes of it is an
// error or a model that can be stepped.
func TestOddNumbers(t *testing.T) {
	var places []func(c map[string]any, v float64)
	var visit func(value any, path []any)
	visit = func(value any, path []any) {
		switch x := value.(type) {
		case map[string]any:
			for _, k := range slices.Sorted(maps.Keys(x)) {
				visit(x[k], append(path[:len(path):len(path)], k))
			}
		case []any:
			for i, v := range x {
				visit(v, append(path[:len(path):len(path)], i))
			}
		case float64:
			places = append(places, func(c map[string]any, v float64) {
				var at any = c
				for _, p := range path[:len(path)-1] {
					if k, ok := p.(string); ok {
						at = at.(map[string]any)[k]
					} else {
						at = at.([]any)[p.(int)]
					}
				}
				if k, ok := path[len(path)-1].(string); ok {
					at.(map[string]any)[k] = v
				} else {
					at.([]any)[path[len(path)-1].(int)] = v
				}
			})
		}
	}
	if _, err := edited(t, "hopper", func(c map[string]any) { visit(c, nil) }); err != nil || len(places) < 400 {
		t.Fatal(len(places), err)
	}
	refused := 0
	odd := []float64{-1, 0, 7, 1e300}
	for i, place := range places {
		m, err := edited(t, "hopper", func(c map[string]any) { place(c, odd[i%len(odd)]) })
		if err != nil {
			refused++
			continue
		}
		s, d := m.NewState(), m.NewData()
		for range 2 {
			m.Step(s, d)
		}
	}
	if refused == 0 {
		t.Error("nothing was refused")
	}
}

// FuzzParse: whatever the file, Parse returns an error or a model that can be stepped.
func FuzzParse(f *testing.F) {
	for _, name := range []string{"hopper", "reacher", "swimmer"} {
		content, err := compiled.ReadFile("models/" + name + ".json")
		if err != nil {
			f.Fatal(err)
		}
		f.Add(content)
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		m, err := Parse(bytes.NewReader(content))
		if err != nil {
			return
		}
		s, d := m.NewState(), m.NewData()
		for range 3 {
			m.Step(s, d)
		}
	})
}
