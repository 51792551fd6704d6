package experiments

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/paretolab/paretolab/envs"
)

// described-v0 is described by a text: a # begins a comment, a ~ is a mistake.
func init() {
	envs.Register(envs.Definition{
		ID: "described-v0", Description: "world",
		Options: []envs.Option{{Name: "world", Default: "S.G\n"}, {Name: "one_hot", Default: false}},
		New: func(o envs.Options) (*envs.Environment, error) {
			var wrong envs.DescriptionError
			for i, line := range strings.Split(o.String("world"), "\n") {
				if col := strings.Index(line, "~"); col >= 0 {
					wrong.Problems = append(wrong.Problems, envs.DescriptionProblem{Line: i + 1, Col: col + 1, Message: "a tilde"})
				}
			}
			if wrong.Problems != nil {
				return nil, &wrong
			}
			return envs.Make(chainID, nil)
		},
	})
}

const maze = "# \tA maze\nmap: |\n  S.G\n\n  ...\n"

// describedIn writes a world and a configuration that names it, and loads the latter.
func describedIn(t *testing.T, world, environments string, o Overrides) (*Config, error) {
	t.Helper()
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "worlds"), 0o777); err != nil {
		t.Fatal(err)
	}
	config := fmt.Sprintf("version: 1\nname: own\ngrid:\n  environments: %s\n  algorithms: [%s]\nsteps: 1000\n", environments, searchID)
	for path, text := range map[string]string{"worlds/maze.yaml": world, "own.yaml": config} {
		if err := os.WriteFile(filepath.Join(dir, path), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return LoadConfig(filepath.Join(dir, "own.yaml"), o)
}

// A configuration that names a file holds what the file says, and so does every run of it.
func TestDescriptionsBecomePartOfTheConfiguration(t *testing.T) {
	for _, c := range []struct{ environments, label string }{
		{"[worlds/maze.yaml]", "maze"},
		{"[{id: ./worlds/maze.yaml, label: My maze}]", "My maze"},
		{"[{id: described-v0, options: {world: worlds/maze.yaml}}]", "maze"},
	} {
		config, err := describedIn(t, maze, c.environments, Overrides{Set: []string{"grid.environments.0.options.one_hot=true"}})
		if err != nil {
			t.Fatal(c.environments, err)
		}
		items, err := config.Items()
		if err != nil {
			t.Fatal(err)
		}
		e := items[0].Environment
		if e.ID != "described-v0" || e.Label != c.label || e.Options["world"] != maze || e.Options["one_hot"] != true || e.MaxEpisodeSteps != 50 {
			t.Errorf("%s: environment %+v", c.environments, e)
		}
		// Elsewhere, without the file, what was stored gives the same items.
		for _, stored := range [][]byte{items[0].Config, config.ResolvedYAML()} {
			again, err := ParseConfig(filepath.Join(t.TempDir(), "config.yaml"), stored, "yaml", Overrides{})
			if err != nil {
				t.Fatalf("%v\n%s", err, stored)
			}
			same, err := again.Items()
			if err != nil || len(same) != 1 || same[0].ID != items[0].ID || same[0].Dir != items[0].Dir {
				t.Errorf("%s: stored as\n%s\nit gives %+v, error %v", c.environments, stored, same, err)
			}
		}
		// Another world is another item.
		other, err := describedIn(t, maze+"...", "[{id: worlds/maze.yaml, options: {one_hot: true}}]", Overrides{})
		if err != nil {
			t.Fatal(err)
		}
		if items2, err := other.Items(); err != nil || items2[0].ID == items[0].ID {
			t.Errorf("the item of another world is %v, error %v", items2, err)
		}
	}
}

func TestMistakesInDescriptionsNameTheirFile(t *testing.T) {
	_, err := describedIn(t, strings.Replace(maze, "S.G", "S.~", 1)+"~", "[worlds/maze.yaml]", Overrides{})
	var wrong *ConfigError
	if !errors.As(err, &wrong) || len(wrong.Problems) != 2 {
		t.Fatalf("error %v", err)
	}
	for i, want := range []struct {
		line, col int
		say       string
	}{{3, 5, "a tilde"}, {6, 1, "a tilde"}} {
		p := wrong.Problems[i]
		if filepath.Base(p.File) != "maze.yaml" || p.Line != want.line || p.Col != want.col || !strings.Contains(p.Message, want.say) {
			t.Errorf("%v, want %+v", p, want)
		}
	}
	_, err = describedIn(t, maze, "[worlds/maz.yaml]", Overrides{})
	if !errors.As(err, &wrong) || len(wrong.Problems) != 1 || wrong.Problems[0].Line != 4 || !strings.Contains(err.Error(), "maz.yaml") || !strings.Contains(err.Error(), "paretolab envs template") {
		t.Errorf("error %v", err)
	}
	_, err = describedIn(t, maze, "[{id: described-v0, options: {world: 'ma~'}}]", Overrides{})
	if err == nil || !strings.Contains(err.Error(), "own.yaml:4:") || !strings.Contains(err.Error(), "line 1, column 3: a tilde") {
		t.Errorf("error %v", err)
	}
}
