package grid_test

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/paretolab/paretolab/envs"
	"github.com/paretolab/paretolab/envs/envtest"
)

// Worlds that between them have everything that a world can have.
var worlds = map[string]string{
	"doors and items": `
objectives: [money, time]
map: |
  k.#V
  ..D.
  S.pH
legend:
  k: {item: key}
  D: {needs: key}
  p: {item: purse, reward: {money: 2}}
  V: {item: vault, delivery: [20, 0]}
  H: {terminal: true, reward: {money: 1}}
step: {time: -1}
bump: {time: -0.5}
`,
	"slips and hazards": `
objectives: [safety, gold, time]
slip: 0.2
stay: true
map: |
  S..x
  .##g
  y.gH
legend:
  x: {hazard: {chance: 0.3, reward: {safety: -1}, effect: [drop, restart]}}
  y: {slip: 1, hazard: {chance: 1, reward: {safety: -0.5}}}
  g: {item: gold, reward: {gold: 1}, delivery: {gold: 2}}
  H: {terminal: true, hazard: {chance: 0.5, reward: {gold: 1}}}
step: [0, 0, -1]
`,
	"starts by chance": `
objectives: [a, b]
moves: 8
map: ["S.1", "2#T", "..S"]
legend:
  "1": {teleport: T, exits: [left]}
  "2": {reward: [1, -1], hazard: {chance: 0.25, effect: restart}}
  T: {exits: [up, left, down_left, down], reward: [0, 1]}
max_steps: 20
`,
	"a list, in JSON": "{\n\t\"objectives\": [\"r\"], \"map\": [\"S.H\"],\n\t\"legend\": {\"H\": {\"terminal\": true, \"reward\": 1}}, \"step\": -1}",
	"a single cell":   "objectives: [r]\nmap: [S]\nstep: 1\nmax_steps: 3\n",
}

func TestWorldsKeepTheContract(t *testing.T) {
	for name, text := range worlds {
		for _, oneHot := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, one_hot %v", name, oneHot), func(t *testing.T) {
				e := makeEnv(t, "gridworld", map[string]any{"world": text, "one_hot": oneHot})
				envtest.Run(t, e)
				obs, err := envs.NewSingle(e).Reset(nil)
				if err != nil {
					t.Fatal(err)
				}
				var scene envs.Scene
				env := e.New()
				envs.DrawScene(env, &e.Spec, obs, envs.Action{}, &scene)
				if n := testing.AllocsPerRun(10, func() { envs.DrawScene(env, &e.Spec, obs, envs.Action{}, &scene) }); n != 0 {
					t.Errorf("a picture allocates %v times", n)
				}
			})
		}
	}
}

// play takes actions and returns the rewards, and whether the last step terminated.
func play(t *testing.T, world string, actions ...float64) (rewards [][]float64, s *envs.Single, terminated bool) {
	t.Helper()
	s = envs.NewSingle(makeEnv(t, "gridworld", map[string]any{"world": world}))
	seed := uint64(1)
	if _, err := s.Reset(&seed); err != nil {
		t.Fatal(err)
	}
	for _, a := range actions {
		tr, err := s.Step([]float64{a})
		if err != nil {
			t.Fatal(err)
		}
		rewards, terminated = append(rewards, tr.Reward), tr.Terminated
	}
	return rewards, s, terminated
}

// What a step does, by hand.
func TestStepsInAWorld(t *testing.T) {
	const up, down, left, right = 0, 1, 2, 3
	for _, c := range []struct {
		name       string
		world      string
		actions    []float64
		want       [][]float64
		state      string
		terminated bool
	}{
		{"a wall, a border and a locked door are bumped into", worlds["doors and items"], []float64{left, up, right, right},
			[][]float64{{0, -1.5}, {0, -1}, {0, -1}, {0, -1.5}}, `{"pos":[1,1],"items":0}`, false},
		{"an item pays once, what is delivered at the end", worlds["doors and items"], []float64{up, up, down, right, right, down, up, down, up, right, up, down, down},
			[][]float64{{0, -1}, {0, -1}, {0, -1}, {0, -1}, {0, -1}, {2, -1}, {0, -1}, {0, -1}, {0, -1}, {0, -1}, {0, -1}, {0, -1}, {21, -1}}, `{"pos":[2,3],"items":7}`, true},
		{"a reward counts in every step that ends there", "objectives: [r, b]\nmap: [S1]\nlegend: {1: {reward: {r: 3}}}\nbump: [0, -1]", []float64{right, right, left},
			[][]float64{{3, 0}, {3, -1}, {0, 0}}, `{"pos":[0,0],"items":0}`, false},
		{"a teleport is entered by moves", "objectives: [r]\nmap: [S1#T]\nlegend: {1: {teleport: T}, T: {reward: 2}}", []float64{right, up, left},
			[][]float64{{2}, {2}, {2}}, `{"pos":[0,3],"items":0}`, false},
		{"exits", "objectives: [r]\nmap: [.S.]\nlegend: {S: {start: true, exits: [right]}}\nbump: -1", []float64{left, right, left},
			[][]float64{{-1}, {0}, {0}}, `{"pos":[0,1],"items":0}`, false},
		{"diagonal moves pass between walls, and stay", "objectives: [r]\nmoves: 8\nstay: true\nmap: ['S#', '#.']\nstep: -1\nbump: -1", []float64{7, 8, 4, 5},
			[][]float64{{-1}, {-1}, {-1}, {-2}}, `{"pos":[0,0],"items":0}`, false},
		{"a certain hazard that ends without delivery", "objectives: [r]\nmap: [Sgx]\nlegend: {g: {item: gold, reward: 1, delivery: 9}, x: {reward: 2, hazard: {chance: 1, reward: -5, effect: end}}}", []float64{right, right},
			[][]float64{{1}, {-3}}, `{"pos":[0,2],"items":1}`, true},
		{"a certain hazard that drops and restarts", "objectives: [r]\nmap: [Sgx]\nlegend: {g: {item: gold, reward: 1}, x: {hazard: {chance: 1, effect: [drop, restart]}}}", []float64{right, right, right},
			[][]float64{{1}, {0}, {1}}, `{"pos":[0,1],"items":1}`, false},
		{"an end at the start, whose cell ends only steps", "objectives: [r]\nmap: [H.]\nlegend: {H: {start: true, terminal: true, reward: 1}}", []float64{right, left},
			[][]float64{{0}, {1}}, `{"pos":[0,0],"items":0}`, true},
		{"a certain slip never goes ahead", "objectives: [r]\nslip: 1\nmap: [S.]\nbump: -1", []float64{right, right},
			[][]float64{{-1}, {-1}}, `{"pos":[0,0],"items":0}`, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			rewards, s, terminated := play(t, c.world, c.actions...)
			if !slices.EqualFunc(rewards, c.want, slices.Equal[[]float64]) || terminated != c.terminated {
				t.Errorf("rewards %v, want %v; terminated %v", rewards, c.want, terminated)
			}
			if state, err := s.StateJSON(); err != nil || string(state) != c.state {
				t.Errorf("state %s, want %s", state, c.state)
			}
		})
	}
}

// A slip of a fifth goes to either side in a tenth of all moves: counts within five standard errors.
func TestSlipsGoAside(t *testing.T) {
	e := makeEnv(t, "gridworld", map[string]any{"world": "objectives: [r]\nslip: 0.2\nmap: ['...', '.S.', '...']"})
	counts := map[string]int{}
	repeat(t, e, `{"pos":[1,1],"items":0}`, []float64{3}, func(_ *envs.Single, last envs.Transition) { counts[fmt.Sprint(last.Observation)]++ })
	for where, p := range map[string]float64{"[1 2]": 0.8, "[0 1]": 0.1, "[2 1]": 0.1} {
		if n := float64(counts[where]); math.Abs(n-p*draws) > 5*math.Sqrt(draws*p*(1-p)) {
			t.Errorf("%s: %v of %d, want a share of %v", where, n, draws, p)
		}
	}
	if len(counts) != 3 {
		t.Errorf("ends %v", counts)
	}
}

// Every mistake is reported with its place, in one go.
func TestMalformedWorlds(t *testing.T) {
	head := "objectives: [gold, time]\n"
	small := head + "map: |\n  S.G\nlegend:\n  G: {terminal: true}\n"
	for _, c := range []struct{ name, text, want string }{
		{"empty", "", "line 1, column 1: the description is empty; `paretolab envs template` prints one to begin with"},
		{"no mapping", "- a", "line 1, column 1: a world is a mapping with the keys objectives and map, not a list"},
		{"no YAML", "map: [a", "line 2, column 1: not YAML: did not find expected ',' or ']'"},
		{"two documents", small + "---\na: 1\n", "line 6, column 1: a second document begins here; a file describes one world"},
		{"nothing needed", "summary: x", "line 1, column 1: objectives is missing\nline 1, column 1: map is missing"},
		{"unknown key", small + "stepp: {time: -1}\n", `line 6, column 1: a world has no key "stepp"; did you mean "step"?`},
		{"key twice", small + "slip: 0\nslip: 0.5\n", "line 7, column 1: slip is given twice, first in line 6"},
		{"objective names", "objectives: [Gold, time, time]\nmap: [S]", "line 1, column 14: the objective \"Gold\" is named otherwise than with small letters, digits and underscores, a letter first\nline 1, column 26: the objective \"time\" is there twice"},
		{"no objectives", "objectives: []\nmap: [S]", "line 1, column 13: objectives is a list; it is a list of 1 to 16 names such as [treasure, time]"},
		{"unit", "objectives: [{name: a, unti: s}]\nmap: [S]", `line 1, column 24: an objective has no key "unti"; did you mean "unit"?`},
		{"character in a block", head + "map: |\n    S..\n    .x.\n", "line 4, column 6: map row 2, column 2: the character 'x' means nothing; add it to legend, or use one of # . S"},
		{"character in a list", head + "map:\n- S..\n- \".é€\"\n", "line 4, column 5: map row 2, column 2: the character 'é' means nothing; add it to legend, or use one of # . S\nline 4, column 6: map row 2, column 3: the character '€' means nothing; add it to legend, or use one of # . S"},
		{"space inside", head + "map: |\n  S .\n", "line 3, column 4: map row 1, column 2: the character ' ' means nothing; add it to legend, or use one of # . S"},
		{"ragged", head + "map: |\n  S..\n  ..\n  ....\n", "line 4, column 5: map row 2 has 2 cells, row 1 has 3; fill up with . or #\nline 5, column 6: map row 3 has 4 cells, row 1 has 3; fill up with . or #"},
		{"no rows", head + "map: |\n\nstep: [0, 0]\n", "line 2, column 6: map has no rows"},
		{"folded", head + "map: >\n  S..\n  ...\n", "line 2, column 6: map is \"S.. ...\\n\"; write it as lines below `map: |`, or as a list of texts, one per row"},
		{"too large", head + "map:\n- " + strings.Repeat(".", 129), "line 3, column 3: map has 1 rows and 129 columns; at most 128 of each"},
		{"no start", head + "map: |\n  ...\n", "line 3, column 3: map has no start; put an S where episodes begin, or give a cell of the legend start: true"},
		{"walled in", head + "map: |\n  S.#G\n  ..#.\nlegend:\n  G: {terminal: true}\n", "line 3, column 6: map row 1, column 4: 'G' cannot be reached from a start; open a way to it, or take it off the map"},
		{"key behind its door", head + "map: |\n  S.Dk\nlegend:\n  k: {item: key}\n  D: {needs: key}\n", "line 3, column 6: map row 1, column 4: 'k' cannot be reached from a start; open a way to it, or take it off the map"},
		{"legend", head + "map: |\n  S\nlegend: [G]\n", "line 4, column 9: legend is a list, not a mapping of characters to what they mean, such as G: {terminal: true}"},
		{"two characters", head + "map: |\n  S\nlegend: {GG: {terminal: true}}\n", `line 4, column 10: the key "GG" of legend is not one visible character`},
		{"character twice", head + "map: |\n  S\nlegend:\n  G: {wall: true}\n  G: {start: true}\n", "line 6, column 3: the character 'G' is given twice, first in line 5"},
		{"kind", small + "  g: {termnal: true}\n", `line 6, column 7: the cell 'g' has no key "termnal"; did you mean "terminal"?`},
		{"kind is no mapping", small + "  g: terminal\n", "line 6, column 6: the cell 'g' is a mapping with some of the keys wall, start, terminal, reward, item, delivery, needs, hazard, slip, teleport, exits, not \"terminal\""},
		{"wall and more", small + "  w: {wall: true, reward: [1, 1]}\n", "line 6, column 3: the cell 'w' is a wall and more; nobody enters a wall"},
		{"truth", small + "  w: {wall: 1}\n", "line 6, column 13: wall is 1, not true or false"},
		{"vector too short", small + "step: [1]\n", "line 6, column 7: step has 1 numbers for the 2 objectives gold, time; a mapping such as {gold: 1} names those that are not 0"},
		{"vector of words", small + "step: [1, x]\n", `line 6, column 11: step.time is "x", not a number`},
		{"objective of a vector", small + "step: {tiem: -1}\n", `line 6, column 8: step has no key "tiem"; did you mean "time"?`},
		{"scalar for a vector", small + "step: 1\n", "line 6, column 7: step is 1, not a list of 2 numbers or a mapping such as {gold: 1}"},
		{"infinite", small + "step: [.inf, 0]\n", "line 6, column 8: step.gold is .inf, outside -1000000000000 to 1000000000000"},
		{"not a number", small + "step: [.nan, 0]\n", "line 6, column 8: step.gold is .nan, outside -1000000000000 to 1000000000000"},
		{"base 8", small + "max_steps: 010\n", "line 6, column 12: max_steps is 010, not a number"},
		{"moves", small + "moves: 6\n", "line 6, column 8: moves is 6; it is 4, or 8 with the diagonal ones"},
		{"slip", small + "slip: 1.5\n", "line 6, column 7: slip is 1.5, outside 0 to 1"},
		{"max_steps", small + "max_steps: 0\n", "line 6, column 12: max_steps is 0, outside 1 to 2147483647"},
		{"fraction of a step", small + "max_steps: 2.5\n", "line 6, column 12: max_steps is 2.5, not an integer"},
		{"discount", small + "discount: 0\n", "line 6, column 11: discount is 0; it is above 0 and at most 1"},
		{"hazard without chance", small + "  x: {hazard: {effect: end}}\n", "line 6, column 15: the hazard has no chance; give its probability, above 0 and at most 1"},
		{"effect", small + "  x: {hazard: {chance: 0.5, effect: drp}}\n", `line 6, column 37: effect is "drp"; did you mean "drop"?`},
		{"effect after the end", small + "  x: {hazard: {chance: 0.5, effect: [end, drop]}}\n", "line 6, column 37: effect has end and more; nothing follows the end of an episode"},
		{"hazard of an end", head + "map: [SG]\nlegend:\n  G: {terminal: true, hazard: {chance: 1, effect: drop}}\n", "line 4, column 51: a hazard of a terminal cell has no effect, as the episode ends there anyway; remove effect"},
		{"delivery of nothing", small + "  x: {delivery: [1, 0]}\n", "line 6, column 17: delivery is of an item; name one: {item: gold, delivery: …}"},
		{"item twice", small + "  x: {item: a}\n  y: {item: a}\n", `line 7, column 13: the item "a" is that of 'x', too; give it another name`},
		{"item named row", head + "map: [Sx]\nlegend:\n  x: {item: row}\n", `line 2, column 7: two numbers of the observation would be named "row"; give an item another name`},
		{"needs", small + "  x: {needs: key}\n", `line 6, column 14: needs has "key", of which no item is on the map (there are no items on the map)`},
		{"13 items", head + "map: [Sxxxxxxxxxxxxx]\nlegend: {x: {item: a}}\n", "line 2, column 7: map has 13 items; at most 12"},
		{"teleport", small + "  x: {teleport: G2}\n", `line 6, column 17: teleport is "G2", not the one character of the cell that it leads to`},
		{"teleport to many", small + "  x: {teleport: .}\n  y: {teleport: z}\n", "line 7, column 17: teleport leads to 'z', which is on the map 0 times; it needs to be there once"},
		{"exits", small + "  x: {exits: [rihgt]}\n", `line 6, column 14: exits has "rihgt"; did you mean "right"?`},
		{"several at once", "objectives: [a]\nmap: [Sx]\nlegnd: {}\nslip: 2\n", "line 2, column 8: map row 1, column 2: the character 'x' means nothing; add it to legend, or use one of # . S\n" +
			"line 3, column 1: a world has no key \"legnd\"; did you mean \"legend\"?\nline 4, column 7: slip is 2, outside 0 to 1"},
		{"alias", head + "map: [S]\nstep: &a [0, 0]\nbump: *a\n", "line 4, column 7: bump is the alias *a, not a list of 2 numbers or a mapping such as {gold: 1}"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := envs.Make("gridworld", map[string]any{"world": c.text})
			var wrong *envs.DescriptionError
			if !errors.As(err, &wrong) || wrong.Error() != c.want {
				t.Errorf("error\n%v\nwant\n%s", err, c.want)
			}
		})
	}
}

// The worlds that come with the program load from their files, and a mistake names the file.
func TestWorldFiles(t *testing.T) {
	files, err := filepath.Glob("../../experiments/configs/worlds/*.yaml")
	if err != nil || len(files) < 2 {
		t.Fatal(files, err)
	}
	for _, path := range files {
		e, err := envs.Open("", path, nil)
		if err != nil {
			t.Fatal(err)
		}
		envtest.Run(t, e)
		dir, name := filepath.Split(path)
		if _, err := envs.Open(dir, "gridworld", map[string]any{"world": name}); err != nil {
			t.Error(err)
		}
	}
	path := filepath.Join(t.TempDir(), "w.yaml")
	if err := os.WriteFile(path, []byte("\ufeffobjectives: [a]\r\nmap: |\r\n  Sx\r\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	want := path + ":3:4: map row 1, column 2: the character 'x' means nothing; add it to legend, or use one of # . S"
	if _, err := envs.Open("", path, nil); err == nil || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
	for _, id := range []string{"./none", "none.JSON", filepath.Join(t.TempDir(), "none.yml")} {
		if _, err := envs.Open("", id, nil); err == nil || !strings.HasPrefix(err.Error(), filepath.Clean(id)+": ") || !strings.Contains(err.Error(), "`paretolab envs template` prints one") {
			t.Errorf("%s: error %v", id, err)
		}
	}
	folder := filepath.Join(t.TempDir(), "folder.yaml")
	if err := os.Mkdir(folder, 0o777); err != nil {
		t.Fatal(err)
	}
	if _, err := envs.Open("", folder, nil); err == nil || !strings.HasPrefix(err.Error(), folder+": this is no file;") {
		t.Errorf("a folder: error %v", err)
	}
	if _, err := envs.Open("", path, map[string]any{"world": "x"}); err == nil || !strings.Contains(err.Error(), "give one of them") {
		t.Errorf("described twice: error %v", err)
	}
}

// randomWorld writes a world at random, not always a possible one.
func randomWorld(rng *rand.Rand) string {
	const kinds = "......##SSgkDxytTH"
	var b strings.Builder
	fmt.Fprintf(&b, "objectives: [a, b]\nmoves: %d\nstay: %v\nslip: %v\nstep: [0, -1]\nbump: [-0.5, 0]\nmap:\n", 4+4*rng.IntN(2), rng.IntN(2) == 0, float64(rng.IntN(3))/4)
	rows, cols := 1+rng.IntN(4), 2+rng.IntN(4)
	for range rows {
		b.WriteString("- '")
		for range cols {
			b.WriteByte(kinds[rng.IntN(len(kinds))])
		}
		b.WriteString("'\n")
	}
	b.WriteString(`legend:
  g: {item: gold, reward: [1, 0], delivery: [0, 2]}
  k: {item: key}
  D: {needs: key, reward: [0.25, 0]}
  x: {hazard: {chance: 0.25, reward: [-1, 0], effect: restart}}
  y: {slip: 0.5, hazard: {chance: 0.5, effect: [drop, restart]}}
  t: {teleport: T, exits: [left, up]}
  T: {hazard: {chance: 1, effect: drop}}
  H: {terminal: true, reward: [3, 0]}
`)
	return b.String()
}

// follow compares steps of a world with its exact model: probabilities, rewards, ends, next states.
func follow(t *testing.T, e *envs.Environment, rng *rand.Rand, steps int) {
	t.Helper()
	model, _ := e.Model()
	starts := 0.0
	for _, o := range envs.Starts(model) {
		starts += o.P
	}
	if math.Abs(starts-1) > 1e-12 {
		t.Fatalf("the probabilities of the starts sum to %v", starts)
	}
	env := e.New()
	var random envs.RNG
	random.Seed(rng.Uint64())
	env.Reset(&random)
	items := len(e.Spec.Observation.Names) - 2
	cols := int(e.Spec.Observation.High[1]) + 1
	obs, reward, action := make([]float64, 2+items), make([]float64, e.Spec.M()), []int32{0}
	index := func() int {
		env.Observe(obs)
		held := 0
		for i := range items {
			held |= int(obs[2+i]) << i
		}
		return (int(obs[0])*cols+int(obs[1]))<<items | held
	}
	for range steps {
		s := index()
		action[0] = int32(rng.IntN(model.NumActions()))
		outcomes := model.Outcomes(s, int(action[0]), nil)
		total := 0.0
		for _, o := range outcomes {
			total += o.P
		}
		end := env.Step(&random, envs.Action{Discrete: action}, reward)
		next := index()
		if math.Abs(total-1) > 1e-12 || !slices.ContainsFunc(outcomes, func(o envs.Outcome) bool {
			return o.P > 0 && o.Next == next && o.Terminal == end && slices.Equal(o.Reward, reward)
		}) {
			t.Fatalf("state %d, action %d: reward %v, state %d, terminated %v; the model has %+v", s, action[0], reward, next, end, outcomes)
		}
		if end {
			env.Reset(&random)
		}
	}
}

func TestWorldsAreTheirModels(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 5))
	possible := 0
	for range 800 {
		e, err := envs.Make("gridworld", map[string]any{"world": randomWorld(rng)})
		if err != nil {
			continue
		}
		possible++
		follow(t, e, rng, 100)
	}
	if possible < 50 {
		t.Errorf("only %d worlds were possible", possible)
	}
	for _, text := range worlds {
		follow(t, makeEnv(t, "gridworld", map[string]any{"world": text}), rng, 2000)
	}
}

// Whatever is read, it is refused with places or becomes a world that is its model.
func FuzzWorld(f *testing.F) {
	for _, text := range worlds {
		f.Add(text)
	}
	f.Add(envs.Template())
	f.Add("map: [*a, &a S]\nobjectives: {a: b}\nlegend: {? [x] : 1, !!int S: {}}\nstep: &x [*x]")
	rng := rand.New(rand.NewPCG(1, 2))
	for range 20 {
		f.Add(randomWorld(rng))
	}
	f.Fuzz(func(t *testing.T, text string) {
		e, err := envs.Make("gridworld", map[string]any{"world": text})
		var wrong *envs.DescriptionError
		switch {
		case err == nil:
			follow(t, e, rand.New(rand.NewPCG(3, 4)), 50)
		case !errors.As(err, &wrong) || len(wrong.Problems) == 0:
			t.Errorf("error %v", err)
		}
	})
}

func BenchmarkGridWorlds(b *testing.B) {
	for name, text := range worlds {
		b.Run(name, func(b *testing.B) {
			envtest.Benchmark(b, makeEnv(b, "gridworld", map[string]any{"world": text}), 64)
		})
	}
}
