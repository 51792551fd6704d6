package cli

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"image/gif"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/paretolab/paretolab/envs"
)

// TestEnvsRenderEveryEnvironment, at the start of an episode, in every format. Those that the program
// has also have a golden image.
func TestEnvsRenderEveryEnvironment(t *testing.T) {
	dir := t.TempDir()
	for _, id := range envs.IDs() {
		if _, err := os.Stat(filepath.Join("..", "plots", "testdata", "scenes", id+".png")); err != nil && id != "crooked-v0" {
			t.Errorf("no golden image: import its family in the tests of package plots and add a script to sceneScripts: %v", err)
		}
		for _, format := range []string{"png", "svg", "gif"} {
			path := filepath.Join(dir, id+"."+format)
			if code, out, errs := invoke("envs", "render", id, "--step", "1", "--size", "200x120", "-q", "-o", path); code != exitOK || out != "" || errs != "" {
				t.Errorf("%s as %s: exit code %d: %s%s", id, format, code, out, errs)
			}
			b, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			switch format {
			case "png":
				if img, err := png.Decode(bytes.NewReader(b)); err != nil || img.Bounds().Dx() != 200 || img.Bounds().Dy() != 120 {
					t.Errorf("%s: %v", path, err)
				}
			case "svg":
				if !strings.Contains(string(b), ">"+id+"</text>") || !strings.Contains(string(b), ">step 1") {
					t.Errorf("%s lacks the panel:\n%s", path, b)
				}
			}
		}
	}
}

// TestEnvsRenderTime: an animation of n steps lasts n times the environment's step and the pause at its
// end, whatever the number of frames.
func TestEnvsRenderTime(t *testing.T) {
	path := filepath.Join(t.TempDir(), "film.gif")
	for _, c := range []struct {
		id, action string
		steps      int
		flags      string
		seconds    float64
		frames     int
	}{
		{"mo-lunar-lander-v3", "2", 50, "", 50 * 0.02, 26},
		{"mo-lunar-lander-v3", "2", 50, "--every 1", 50 * 0.02, 51},
		{"mo-mountaincar-v0", "0", 30, "", 1, 31},
		{"deep-sea-treasure-v0", "3", 9, "", 9 * 0.2, 10},
		{"deep-sea-treasure-v0", "3", 9, "--fps 2 --every 4", 9 * 0.5, 4},
	} {
		actions := strings.Repeat(c.action+"\n", c.steps)
		args := append([]string{"envs", "render", c.id, "--actions", "-", "-q", "--size", "160x90", "-o", path}, strings.Fields(c.flags)...)
		code, _, errs := pipe(actions, args...)
		if code != exitOK {
			t.Fatalf("%s: exit code %d: %s", c.id, code, errs)
		}
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		film, err := gif.DecodeAll(bytes.NewReader(b))
		if err != nil {
			t.Fatal(err)
		}
		total := 0
		for _, d := range film.Delay {
			total += d
		}
		if math.Abs(float64(total)/100-c.seconds-1) > 0.011 || len(film.Image) != c.frames {
			t.Errorf("%s %s: %d frames of %d/100 s in all, want %d of %v s and one more", c.id, c.flags, len(film.Image), total, c.frames, c.seconds)
		}
	}
}

func TestEnvsRenderFilmStrip(t *testing.T) {
	path := filepath.Join(t.TempDir(), "strip.svg")
	code, _, errs := pipe("3\n3\n1\n1\n", "envs", "render", "deep-sea-treasure-v0", "--actions", "-", "--filmstrip", "--frames", "3", "-o", path)
	b, err := os.ReadFile(path)
	if code != exitOK || err != nil || errs != path+": 4 steps, return (0, −4)\n" {
		t.Fatalf("exit code %d: %q, %v", code, errs, err)
	}
	for _, caption := range []string{">step 0<", ">step 2<", ">return (0, −2)<", ">step 4<"} {
		if !strings.Contains(string(b), caption) {
			t.Errorf("no %q in the film strip", caption)
		}
	}
}

// TestEnvsRenderPolicy: the policy in every row of front.csv yields in its own environment, which is
// deterministic, what the run measured; by its point, its name and a preference it is the same.
func TestEnvsRenderPolicy(t *testing.T) {
	run := trained(t)
	f, err := os.Open(filepath.Join(run, "front.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil || len(rows) < 3 {
		t.Fatalf("%v, %v", rows, err)
	}
	out := filepath.Join(t.TempDir(), "a.svg")
	type result struct {
		Steps      int
		Return     []float64
		Terminated bool
	}
	for n, row := range rows[1:] {
		var byPoint, byName result
		jsonOf(t, &byPoint, "envs", "render", "deep-sea-treasure-v0", "--policy", run, "--point", strconv.Itoa(n+1), "-o", out)
		jsonOf(t, &byName, "envs", "render", "deep-sea-treasure-v0", "--policy", filepath.Join(run, "policies", row[0]+".safetensors"), "-o", out)
		if !slices.Equal(byPoint.Return, byName.Return) || !byPoint.Terminated {
			t.Errorf("point %d: %v, policy %s: %v", n+1, byPoint, row[0], byName)
		}
		// Discounted by 0.99, the last of the steps brings the treasure.
		want := fmt.Sprintf("%.9g", byPoint.Return[0]*math.Pow(0.99, float64(byPoint.Steps-1)))
		if x, err := strconv.ParseFloat(row[1], 64); err != nil || fmt.Sprintf("%.9g", x) != want {
			t.Errorf("point %d yields %s, front.csv says %s", n+1, want, row[1])
		}
		if text, err := os.ReadFile(out); err != nil || !strings.Contains(string(text), ">policy "+row[0]+"<") {
			t.Errorf("the picture does not name policy %s (%v)", row[0], err)
		}
	}
	var fast, drawn, again result
	jsonOf(t, &fast, "envs", "render", "deep-sea-treasure-v0", "--policy", run, "--preference", "0,1", "-o", out)
	if fast.Steps != 1 {
		t.Errorf("the fastest policy takes %d steps", fast.Steps)
	}
	stochastic := []string{"envs", "render", "deep-sea-treasure-v0", "--policy", run, "--point", "1", "--stochastic", "--seed", "4", "-o", out}
	jsonOf(t, &drawn, stochastic...)
	jsonOf(t, &again, stochastic...)
	if drawn.Steps != again.Steps || !slices.Equal(drawn.Return, again.Return) {
		t.Errorf("one seed, two episodes: %v and %v", drawn, again)
	}
	for _, c := range []struct {
		args string
		code int
		want string
	}{
		{"deep-sea-treasure-v0 --policy RUN", exitUsage, "choose one with --point N"},
		{"deep-sea-treasure-v0 --policy RUN --point 0", exitUsage, "no point 0 on the front, which has points 1 to"},
		{"deep-sea-treasure-v0 --policy RUN/policies/nobody", exitUsage, `no policy "nobody"`},
		{"deep-sea-treasure-v0 --policy RUN/policies/nobody --point 1", exitUsage, "is one policy"},
		{"deep-sea-treasure-v0 --policy RUN --preference 1", exitUsage, "1 weights for the 2 objectives"},
		{"deep-sea-treasure-v0 --policy RUN --preference 1,1 --point 1", exitUsage, "either --point or --preference"},
		{"minecart-v0 --policy RUN --point 1", exitUsage, "policies for deep-sea-treasure-v0 cannot act in minecart-v0: its observations have another form"},
		{"four-room-v0 --policy RUN --point 1", exitUsage, "cannot act in four-room-v0"},
		{"deep-sea-treasure-v0 --policy RUN --point 1 --param float_state=true", exitUsage, "its observations have another form"},
		{"deep-sea-treasure-v0 --policy RUN --point 1 --stochastic --deterministic", exitUsage, "either --deterministic or --stochastic"},
		{"deep-sea-treasure-v0 --policy NONE --point 1", exitUsage, "NONE"},
		{"deep-sea-treasure-v0 --policy DIR --point 1", exitNothing, "no run directory"},
	} {
		text := strings.NewReplacer("RUN", run, "DIR", t.TempDir()).Replace(c.args)
		code, _, errs := invoke(append([]string{"envs", "render", "-o", out}, strings.Fields(text)...)...)
		if code != c.code || !strings.Contains(errs, c.want) {
			t.Errorf("render %s: exit code %d: %q, want %d with %q", c.args, code, errs, c.code, c.want)
		}
	}
}

// TestEnvsRenderMistakes: wrong use says what to do and writes no file.
func TestEnvsRenderMistakes(t *testing.T) {
	dir := t.TempDir()
	for _, c := range []struct{ args, actions, want string }{
		{"deep-sea-treasure-v0", "", "-o FILE is missing"},
		{"deep-sea-treasure-v0 -o x.jpg", "", "-o x.jpg: write a .gif, .png or .svg"},
		{"deep-sea-treasure-v0 -o x.png --filmstrip", "", "a film strip is an .svg"},
		{"deep-sea-treasure-v0 -o x.png --size 10x10", "", "--size 10x10"},
		{"deep-sea-treasure-v0 -o x.png --size 640x360pt", "", "--size 640x360pt"},
		{"deep-sea-treasure-v0 -o x.gif --fps 2000", "", "--fps 2000 is outside"},
		{"deep-sea-treasure-v0 -o x.gif --every -1", "", "--every -1"},
		{"deep-sea-treasure-v0 -o x.png --step -1", "", "--step -1"},
		{"deep-sea-treasure-v0 -o x.png --point 1", "", "go with --policy"},
		{"deep-sea-treasure-v0 -o x.png --policy a --actions b", "", "either --actions or --policy"},
		{"deep-sea-tresure-v0 -o x.png", "", `did you mean "deep-sea-treasure-v0"`},
		{"deep-sea-treasure-v0 -o x.png --actions none.txt", "", "none.txt"},
		{"deep-sea-treasure-v0 -o x.png --actions -", "3\n7\n", "standard input:2: action 7"},
		{"deep-sea-treasure-v0 -o x.png --actions -", "3\n\n1,2\n", "standard input:3: action 1,2"},
		{"deep-sea-treasure-v0 -o x.png --actions -", "1\n\n1\n", "standard input:3: the episode ended with step 1"},
		{"deep-sea-treasure-v0 -o x.png --actions - --step 2", "3\n", "--step 2: the episode ended with step 1"},
	} {
		args := strings.Fields(strings.ReplaceAll(c.args, "-o x", "-o "+filepath.Join(dir, "x")))
		code, out, errs := pipe(c.actions, append([]string{"envs", "render"}, args...)...)
		if code != exitUsage || out != "" || !strings.Contains(strings.ReplaceAll(errs, dir+string(filepath.Separator), ""), c.want) {
			t.Errorf("render %s: exit code %d: %q, want %q", c.args, code, errs, c.want)
		}
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("%v, %v are left", left, err)
	}
}

// TestEnvsRenderStep: --step N shows the state after N steps and its reward.
func TestEnvsRenderStep(t *testing.T) {
	out := filepath.Join(t.TempDir(), "a.svg")
	code, text, errs := pipe("3\n3\n1\n1\n", "envs", "render", "deep-sea-treasure-v0", "--actions", "-", "--step", "3", "--json", "-o", out)
	var r struct {
		Files  []string
		Steps  int
		Return []float64
	}
	if err := json.Unmarshal([]byte(text), &r); err != nil || code != exitOK || errs != "" || r.Steps != 3 || !slices.Equal(r.Return, []float64{0, -3}) || r.Files[0] != out {
		t.Fatalf("exit code %d: %s %s, %v", code, text, errs, err)
	}
	svg, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{">step 3 of 100<", ">action down<", ">treasure<", ">−1<", ">−3<"} {
		if !strings.Contains(string(svg), part) {
			t.Errorf("no %s in the picture", part)
		}
	}
	if code, _, _ := pipe("3\n", "envs", "render", "deep-sea-treasure-v0", "--actions", "-", "--bare", "-q", "-o", out); code != exitOK {
		t.Error(code)
	}
	if bare, err := os.ReadFile(out); err != nil || strings.Contains(string(bare), "action") || !strings.Contains(string(bare), ">23.7<") {
		t.Errorf("--bare: %v\n%s", err, bare)
	}
}
