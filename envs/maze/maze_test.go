package maze

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/paretolab/paretolab/envs"
	"github.com/paretolab/paretolab/envs/behaviour"
	"github.com/paretolab/paretolab/envs/envtest"
)

func hardMazeEnv(t testing.TB, options map[string]any) *envs.Environment {
	t.Helper()
	e, err := envs.Make("hard-maze-v0", options)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func TestLaws(t *testing.T) {
	envtest.Run(t, hardMazeEnv(t, nil))
	envtest.Run(t, hardMazeEnv(t, map[string]any{"reward": "sum", "effort": true, "time": true, "max_episode_steps": 100}))
}

// Episodes of the original's arithmetic, bit for bit.
func TestGolden(t *testing.T) { envtest.RunGolden(t, "testdata/maze.json") }

func TestRays(t *testing.T) {
	b, err := os.ReadFile("testdata/maze.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct{ Rays [][6]int32 }
	if err := json.Unmarshal(b, &file); err != nil {
		t.Fatal(err)
	}
	f, err := readFloor(hardMaze)
	if err != nil {
		t.Fatal(err)
	}
	if len(file.Rays) != 60 {
		t.Fatalf("%d rays", len(file.Rays))
	}
	for _, r := range file.Rays {
		x, y, hit := f.ray(r[0], r[1], r[2], r[3])
		if !hit {
			x, y = -1, -1
		}
		if x != r[4] || y != r[5] {
			t.Errorf("ray %v ends at %d, %d", r, x, y)
		}
	}
}

// TestReachable: 2061 of the 50 × 50 cells, as the specification counts, and all of one.
func TestReachable(t *testing.T) {
	maze := hardMazeEnv(t, nil).New().(behaviour.Bounded)
	for along, want := range map[int]int{50: 2061, 1: 1} {
		if got := maze.ReachableCells(along); got != want {
			t.Errorf("%d cells of %d × %d, want %d", got, along, along, want)
		}
	}
}

// TestReward: standing at a distance of 10 from the centre of the second disc pays 1 − 10/50, at the
// horizon only.
func TestReward(t *testing.T) {
	s := envs.NewSingle(hardMazeEnv(t, map[string]any{"effort": true}))
	for _, c := range []struct{ steps, want float64 }{{1998, 0}, {1999, 0.8}} {
		state, err := json.Marshal(map[string]any{"x": 110, "y": 200, "theta": 0, "lasers": []int{-1, -1, -1}, "bumpers": []bool{false, false}, "steps": c.steps})
		if err != nil {
			t.Fatal(err)
		}
		if err := s.SetStateJSON(state); err != nil {
			t.Fatal(err)
		}
		tr, err := s.Step([]float64{0, 0})
		if err != nil {
			t.Fatal(err)
		}
		if tr.Reward[0] != 0 || tr.Reward[1] != c.want || tr.Reward[2] != 0 {
			t.Errorf("step %v pays %v, want %v in area 2", c.steps+1, tr.Reward, c.want)
		}
	}
	if err := s.SetStateJSON([]byte(`{"x":3,"y":3,"theta":0,"lasers":[-1,-1,-1],"bumpers":[false,false],"steps":0}`)); err == nil || !strings.Contains(err.Error(), "wall") {
		t.Errorf("a robot in a wall: error %v", err)
	}
}

func TestCorruptMap(t *testing.T) {
	for _, c := range []struct{ name, old, new, say string }{
		{"schema", "hard-maze-v1", "hard-maze-v2", "hard-maze-v1"},
		{"width", `"width": 200`, `"width": 100`, "100 × 200"},
		{"digit", "e0000000000000000000000000000003f80000000000000007", "g0000000000000000000000000000003f80000000000000007", "row 2"},
		{"short row", "e0000000000000000000000000000003f80000000000000007", "e0", "row 2"},
		{"too many rows", `[ 22,`, `[ 222,`, "row 1"},
		{"too few rows", `[ 22,`, `[ 21,`, "199 lines"},
		{"another bit", "000003f8", "000007f8", "5209"},
		{"no JSON", "{", "", "maze"},
	} {
		if _, err := readFloor([]byte(strings.Replace(string(hardMaze), c.old, c.new, 1))); err == nil || !strings.Contains(err.Error(), c.say) || !strings.Contains(err.Error(), "take hard-maze.json as it was") {
			t.Errorf("%s: error %v, want %q", c.name, err, c.say)
		}
	}
}

// TestView: in as many pixels as the map has the walls are grey; the robot is white, its room free.
func TestView(t *testing.T) {
	s := envs.NewSingle(hardMazeEnv(t, nil))
	if _, err := s.Reset(nil); err != nil {
		t.Fatal(err)
	}
	view := make([]float32, pixels*pixels)
	s.Env().(behaviour.Viewer).View(pixels, view)
	walls := 0
	for _, grey := range view {
		if grey == 0.5 {
			walls++
		}
	}
	// The robot's picture may hide a few.
	if walls > 5208 || walls < 5150 || view[0] != 0.5 {
		t.Errorf("%d pixels of walls, corner %v", walls, view[0])
	}
	if robot, room := view[150*pixels+20], view[170*pixels+40]; robot != 1 || room != 0 {
		t.Errorf("robot %v, room %v", robot, room)
	}
}

func BenchmarkHardMaze(b *testing.B) { envtest.Benchmark(b, hardMazeEnv(b, nil), 16) }
