package arm_test

import (
	"encoding/json"
	"math"
	"os"
	"strings"
	"testing"

	"github.com/paretolab/paretolab/envs"
	_ "github.com/paretolab/paretolab/envs/arm"
	"github.com/paretolab/paretolab/envs/behaviour"
	"github.com/paretolab/paretolab/envs/envtest"
)

func make1(t testing.TB, id string, options map[string]any) *envs.Environment {
	t.Helper()
	e, err := envs.Make(id, options)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func TestLaws(t *testing.T) {
	for _, id := range []string{"point-v0", "redundant-arm-v0"} {
		envtest.Run(t, make1(t, id, nil))
		envtest.Run(t, make1(t, id, map[string]any{"reward": "sum", "effort": true, "time": true}))
	}
	envtest.Run(t, make1(t, "redundant-arm-v0", map[string]any{"reference": true}))
}

// The episodes that were recorded from the definition in another language.
func TestGolden(t *testing.T) { envtest.RunGolden(t, "testdata/arm.json") }

// TestPoint walks to the first box and through it; the second box that it enters pays nothing.
func TestPoint(t *testing.T) {
	e := make1(t, "point-v0", map[string]any{"effort": true, "time": true})
	s := envs.NewSingle(e)
	if _, err := s.Reset(nil); err != nil {
		t.Fatal(err)
	}
	total := make([]float64, e.Spec.M())
	for k := 1; k <= 50; k++ {
		action := []float64{1, 1}
		if k > 16 {
			action = []float64{0, 0}
		}
		tr, err := s.Step(action)
		if err != nil {
			t.Fatal(err)
		}
		for j, r := range tr.Reward {
			total[j] += r
		}
		if tr.Truncated != (k == 50) || tr.Terminated {
			t.Fatalf("step %d: %+v", k, tr)
		}
	}
	// p is 0.75 after step 15 and 0.8, rounded up beyond the box or not, after step 16.
	want := []float64{total[0], 0, 0, 0, -16, -50}
	for j := range want {
		if total[j] != want[j] {
			t.Errorf("objective %s is %v, want %v", e.Spec.Objectives[j].Name, total[j], want[j])
		}
	}
	if total[0] < 1 {
		t.Errorf("the first box pays %v", total[0])
	}
	if err := s.SetStateJSON([]byte(`{"p":[0.78,0.78],"area":3,"steps":4}`)); err != nil {
		t.Fatal(err)
	}
	tr, err := s.Step([]float64{0, 0})
	if err != nil || tr.Reward[0] != 0 {
		t.Errorf("the box entered second pays %v (error %v)", tr.Reward, err)
	}
	for _, bad := range []string{`{"p":[2,0],"area":0,"steps":0}`, `{"p":[0,0],"area":5,"steps":0}`, `{"p":[0,0],"area":0,"steps":-1}`} {
		if err := s.SetStateJSON([]byte(bad)); err == nil {
			t.Errorf("state %s is taken", bad)
		}
	}
}

// zigzag returns angles that put the tip at a distance and in a direction from the base: the segments
// alternate between two headings on both sides of the direction.
func zigzag(distance, direction float64) []float64 {
	aside := math.Acos(distance)
	q := make([]float64, 20)
	for i := range q {
		aside = -aside
		q[i] = 2 * aside
	}
	q[0] = direction - q[1]/2 - math.Pi/2
	return q
}

// TestArmPaysWhereItEnds: at rest at 0.01 from the centre of the second disc it is paid 1 − 0.01/0.05
// at the horizon, but not by the original's rule; after an illegal movement by both.
func TestArmPaysWhereItEnds(t *testing.T) {
	angles := zigzag(math.Hypot(.35, .35)-0.01, math.Pi/4)
	for _, c := range []struct {
		name      string
		reference bool
		last      float64 // speed of the last joint
		illegal   bool
		want      float64
	}{
		{"horizon", false, 0, false, 0.8},
		{"horizon by the original's rule", true, 0, false, 0},
		{"too fast", false, 1.01, true, 0.8},
		{"too fast by the original's rule", true, 1.01, true, 0.8},
	} {
		e := make1(t, "redundant-arm-v0", map[string]any{"reference": c.reference, "max_episode_steps": 1})
		s := envs.NewSingle(e)
		speeds := make([]float64, 20)
		speeds[19] = c.last
		state, err := json.Marshal(map[string]any{"angles": angles, "speeds": speeds, "steps": 0, "ended": false})
		if err != nil {
			t.Fatal(err)
		}
		if err := s.SetStateJSON(state); err != nil {
			t.Fatal(err)
		}
		tr, err := s.Step(make([]float64, 20))
		if err != nil || tr.Terminated != c.illegal {
			t.Fatalf("%s: %+v, error %v", c.name, tr, err)
		}
		for j, want := range []float64{0, c.want, 0} {
			if math.Abs(tr.Reward[j]-want) > 1e-9 {
				t.Errorf("%s: area %d pays %v, want %v", c.name, j+1, tr.Reward[j], want)
			}
		}
	}
	if err := envs.NewSingle(make1(t, "redundant-arm-v0", nil)).SetStateJSON([]byte(`{"angles":[1]}`)); err == nil {
		t.Error("an arm of one joint is taken")
	}
}

// Views of the definition: 1 is arm or wall, row 0 is y = 0, at most 2 pixels may differ.
func TestView(t *testing.T) {
	b, err := os.ReadFile("testdata/view-arm.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Cases []struct {
			Size   int
			Angles []float64
			Rows   []string
		}
	}
	if err := json.Unmarshal(b, &file); err != nil {
		t.Fatal(err)
	}
	s := envs.NewSingle(make1(t, "redundant-arm-v0", nil))
	for i, c := range file.Cases {
		state, err := json.Marshal(map[string]any{"angles": c.Angles, "speeds": make([]float64, 20), "steps": 0, "ended": false})
		if err != nil {
			t.Fatal(err)
		}
		if err := s.SetStateJSON(state); err != nil {
			t.Fatal(err)
		}
		view := make([]float32, c.Size*c.Size)
		s.Env().(behaviour.Viewer).View(c.Size, view)
		differ := 0
		for r, row := range c.Rows {
			for k := range row {
				if (view[r*c.Size+k] == 1) != (row[k] == '1') {
					differ++
				}
			}
		}
		if differ > 2 || len(c.Rows) != c.Size {
			t.Errorf("case %d: %d pixels differ", i, differ)
		}
	}
}

func TestViewOfThePoint(t *testing.T) {
	s := envs.NewSingle(make1(t, "point-v0", nil))
	if err := s.SetStateJSON([]byte(`{"p":[0.5,-0.5],"area":0,"steps":0}`)); err != nil {
		t.Fatal(err)
	}
	view := make([]float32, 32*32)
	s.Env().(behaviour.Viewer).View(32, view)
	area := 0.0
	for i, v := range view {
		if v != 0 {
			area += 4.0 / 1024
			x, y := -1+(float64(i%32)+0.5)/16, -1+(float64(i/32)+0.5)/16
			if math.Hypot(x-0.5, y+0.5) > 0.06 {
				t.Errorf("pixel (%v, %v) is painted", x, y)
			}
		}
	}
	if area == 0 {
		t.Error("nothing is painted")
	}
}

func TestBadOptions(t *testing.T) {
	if _, err := envs.Make("point-v0", map[string]any{"reward": "all"}); err == nil || !strings.Contains(err.Error(), "areas, sum") {
		t.Errorf("error %v", err)
	}
}

func BenchmarkRedundantArm(b *testing.B) { envtest.Benchmark(b, make1(b, "redundant-arm-v0", nil), 16) }
func BenchmarkPoint(b *testing.B)        { envtest.Benchmark(b, make1(b, "point-v0", nil), 16) }
