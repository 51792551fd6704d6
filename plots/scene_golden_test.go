package plots

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"image"
	"image/draw"
	"image/png"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/paretolab/paretolab/envs"
	_ "github.com/paretolab/paretolab/envs/building"
	_ "github.com/paretolab/paretolab/envs/control"
	_ "github.com/paretolab/paretolab/envs/grid"
	_ "github.com/paretolab/paretolab/envs/lander"
	_ "github.com/paretolab/paretolab/envs/robots"
)

// sceneScripts are the actions that lead from the start, seed 3, to the second state of a golden image:
// action*times, the numbers of an action separated by commas.
var sceneScripts = map[string]string{
	"Acrobot-v1":                    "2*6 0*7 2*6 0*4",
	"CartPole-v1":                   "1*4 0*5 1*2",
	"LunarLander-v3":                "2*12 1*8 2*12 3*10 2*8",
	"LunarLanderContinuous-v3":      "1,0*12 0,-1*8 1,0*12 0.5,0.8*8",
	"MountainCar-v0":                "0*25 2*20",
	"MountainCarContinuous-v0":      "-1*25 0.7*12",
	"Pendulum-v1":                   "2*10 -1.5*10",
	"breakable-bottles-v0":          "0*4 2*2 1*2",
	"building-3d":                   building(14),
	"building-9d":                   building(14),
	"deep-sea-treasure-concave-v0":  "3*3 1*3",
	"deep-sea-treasure-mirrored-v0": "3*3 1*3",
	"deep-sea-treasure-v0":          "3*3 1*4",
	"delivery":                      "1*2 3*2",
	"fishwood-v0":                   "0*50 1*30",
	"four-room-v0":                  "1*3 2*6 1*1 2*4",
	"fruit-tree-v0":                 "0*1 1*2",
	"gridworld":                     "1*2 3*2",
	"loop-grid":                     "0*1 2*1",
	"minecart-deterministic-v0":     "3*2 5*4 4*1 0*3",
	"minecart-v0":                   "3*2 5*4 4*1 0*5 1*4 3*1",
	"mo-ant-2d-v4":                  "0.9,-0.5,-0.4,0.8,0.6,0.9,-0.7,-0.3*12",
	"mo-ant-2obj-v5":                "0.9,-0.5,-0.4,0.8,0.6,0.9,-0.7,-0.3*12",
	"mo-ant-v4":                     "0.9,-0.5,-0.4,0.8,0.6,0.9,-0.7,-0.3*12",
	"mo-ant-v5":                     "0.9,-0.5,-0.4,0.8,0.6,0.9,-0.7,-0.3*12",
	"mo-halfcheetah-v4":             "1,-0.5,0.5,-1,0.6,0.4*7",
	"mo-halfcheetah-v5":             "1,-0.5,0.5,-1,0.6,0.4*7",
	"mo-hopper-2d-v4":               "-0.6,-0.4,0.8*6",
	"mo-hopper-2obj-v5":             "-0.6,-0.4,0.8*6",
	"mo-hopper-v4":                  "-0.6,-0.4,0.8*6",
	"mo-hopper-v5":                  "-0.6,-0.4,0.8*6",
	"mo-humanoid-v4":                "0.3,-0.1,0.2,0.4,0,-0.3,0.2,-0.2,0.1,0.4,-0.3,0.4,0.2,-0.3,-0.4,0.3,0.2*14",
	"mo-humanoid-v5":                "0.3,-0.1,0.2,0.4,0,-0.3,0.2,-0.2,0.1,0.4,-0.3,0.4,0.2,-0.3,-0.4,0.3,0.2*14",
	"mo-reacher-v4":                 "2*8 6*5",
	"mo-reacher-v5":                 "2*8 6*5",
	"mo-swimmer-v4":                 "1,-1*20 -0.5,1*15",
	"mo-swimmer-v5":                 "1,-1*20 -0.5,1*15",
	"mo-walker2d-v4":                "-0.8,-0.3,0.2,0.5,-0.6,0.3*10",
	"mo-walker2d-v5":                "-0.8,-0.3,0.2,0.5,-0.6,0.3*10",
	"mo-lunar-lander-continuous-v3": "1,0*12 0,-1*8 1,0*12 1,0.8*8",
	"mo-lunar-lander-v3":            "2*12 1*8 2*12 3*10 2*8",
	"mo-mountaincar-3d-v0":          "0*25 2*20",
	"mo-mountaincar-timemove-v0":    "0*20 1*10",
	"mo-mountaincar-timespeed-v0":   "0*30",
	"mo-mountaincar-v0":             "0*25 2*27",
	"mo-mountaincarcontinuous-v0":   "-1*25 0.5*12",
	"random-grid":                   "1*2 3*1",
	"random-grid-stochastic":        "3*1 0*1",
	"resource-gathering-v0":         "3*2 0*3 1*1",
	"water-reservoir-v0":            "30*6",
}

// building heats the bottom floor most and the top floor least.
func building(steps int) string {
	var numbers []string
	for zone := range 23 {
		numbers = append(numbers, []string{"0.8", "0.5", "0.3"}[min(zone/8, 2)])
	}
	return strings.Join(numbers, ",") + "*" + strconv.Itoa(steps)
}

// sceneFrames draws an environment as `envs render` does, at the start and after its script.
func sceneFrames(t *testing.T, id string) [2]Frame {
	t.Helper()
	e, err := envs.Make(id, nil)
	if err != nil {
		t.Fatal(err)
	}
	s := envs.NewSingle(e)
	if _, ok := s.Env().(envs.Renderer); !ok {
		t.Errorf("%s has only the automatic view", id)
	}
	seed := uint64(3)
	obs, err := s.Reset(&seed)
	if err != nil {
		t.Fatal(err)
	}
	panel := Panel{Title: id, Lines: []string{"step 0"}, Objectives: e.Spec.ObjectiveNames(), Return: make([]float64, e.Spec.M())}
	var last envs.Action
	frame := func() Frame {
		scene, beside := new(envs.Scene), panel
		beside.Return = slices.Clone(panel.Return)
		envs.DrawScene(s.Env(), &e.Spec, obs, last, scene)
		return Frame{Scene: scene, Panel: &beside}
	}
	frames := [2]Frame{frame()}
	for _, word := range strings.Fields(sceneScripts[id]) {
		text, times, _ := strings.Cut(word, "*")
		n, err := strconv.Atoi(times)
		if err != nil {
			t.Fatal(err)
		}
		last = envs.Action{}
		var action []float64
		for _, number := range strings.Split(text, ",") {
			x, err := strconv.ParseFloat(number, 64)
			if err != nil {
				t.Fatal(err)
			}
			action = append(action, x)
			if e.Spec.Action.Kind == envs.KindDiscrete {
				last.Discrete = append(last.Discrete, int32(x))
			}
		}
		if last.Discrete == nil {
			last.Box = action
		}
		for range n {
			tr, err := s.Step(action)
			if err != nil {
				t.Fatalf("step %d: %v", s.Elapsed(), err)
			}
			obs, panel.Reward = tr.Observation, tr.Reward
			for j, r := range tr.Reward {
				panel.Return[j] += r
			}
		}
	}
	panel.Lines = []string{fmt.Sprintf("step %d", s.Elapsed())}
	frames[1] = frame()
	return frames
}

// Golden images of scenes: size in pixels of each of the two states, which stand side by side.
const (
	goldenSceneWidth  = 440
	goldenSceneHeight = 248
)

// TestSceneGolden draws two states of every environment. The pixels are compared on every processor,
// but for 0.1 % that may differ, since another one may round an edge differently; on amd64, where the
// files were made, also the text of the SVG is the same to the last byte.
func TestSceneGolden(t *testing.T) {
	dir := filepath.Join("testdata", "scenes")
	text, err := os.ReadFile(filepath.Join(dir, "svg.sha256"))
	if err != nil && !*update {
		t.Fatal(err)
	}
	sums := map[string]string{}
	for line := range strings.Lines(string(text)) {
		if f := strings.Fields(line); len(f) == 2 {
			sums[f[1]] = f[0]
		}
	}
	for _, id := range envs.IDs() {
		t.Run(id, func(t *testing.T) {
			if sceneScripts[id] == "" {
				t.Fatal("it has no script in sceneScripts; add one that leads to a telling state")
			}
			both := image.NewRGBA(image.Rect(0, 0, 2*goldenSceneWidth, goldenSceneHeight))
			for k, f := range sceneFrames(t, id) {
				if err := f.Scene.Check(); err != nil {
					t.Error(err)
				}
				draw.Draw(both, both.Bounds().Add(image.Pt(k*goldenSceneWidth, 0)), f.image(goldenSceneWidth, goldenSceneHeight), image.Point{}, draw.Src)
				svg, err := f.SVG(640, 360)
				if err != nil {
					t.Fatal(err)
				}
				name := fmt.Sprintf("%s.%d.svg", id, k)
				hash := sha256.Sum256(svg)
				sum := hex.EncodeToString(hash[:])
				if *update {
					sums[name] = sum
				} else if runtime.GOARCH == "amd64" && sums[name] != sum {
					out := filepath.Join(t.ArtifactDir(), name)
					os.WriteFile(out, svg, 0o666)
					t.Errorf("the SVG of state %d has changed; look at %s (go test -artifacts keeps it)", k, out)
				}
			}
			var got bytes.Buffer
			encoder := png.Encoder{CompressionLevel: png.BestCompression}
			if err := encoder.Encode(&got, both); err != nil {
				t.Fatal(err)
			}
			path := filepath.Join(dir, id+".png")
			if *update {
				if err := os.WriteFile(path, got.Bytes(), 0o666); err != nil {
					t.Fatal(err)
				}
				return
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatalf("%v (make it with `go test ./plots -run TestSceneGolden -update` and look at it)", err)
			}
			if share := differing(t, got.Bytes(), want); share > 0.001 {
				out := filepath.Join(t.ArtifactDir(), id+".png")
				os.WriteFile(out, got.Bytes(), 0o666)
				t.Errorf("%.2f %% of the pixels differ from %s; look at %s (go test -artifacts keeps it)", 100*share, path, out)
			}
		})
	}
	if *update {
		var lines strings.Builder
		for _, name := range slices.Sorted(maps.Keys(sums)) {
			fmt.Fprintf(&lines, "%s  %s\n", sums[name], name)
		}
		if err := os.WriteFile(filepath.Join(dir, "svg.sha256"), []byte(lines.String()), 0o666); err != nil {
			t.Fatal(err)
		}
	}
}
