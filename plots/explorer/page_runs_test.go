package explorer

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	_ "github.com/paretolab/paretolab/agents/qd" // leaves the archive of these tests
	_ "github.com/paretolab/paretolab/envs/maze"
	"github.com/paretolab/paretolab/experiments"
)

// treasures trains on deep-sea treasure and on a fruit tree, once for all tests, and returns the folder of the runs.
func treasures(t *testing.T) string {
	t.Helper()
	startBrowser(t) // skips before anything is trained
	return folder(t, seas)
}

// behaviours lets SERENE search in the square with four boxes, once for all tests, and returns the folder of the run.
func behaviours(t *testing.T) string {
	t.Helper()
	startBrowser(t)
	return folder(t, boxes)
}

var (
	seas = trainedOnce("seas", `
grid:
  environments: [deep-sea-treasure-v0, {id: fruit-tree-v0, options: {depth: 5}}]
  algorithms: [cmorl]
budget: {steps: 150_000}
`)
	boxes = trainedOnce("boxes", `
environment: point-v0
algorithm: {name: serene, settings: {cells: 5}}
budget: {episodes: 1000}
`)
)

// trainedOnce runs a configuration when its folder is first asked for.
func trainedOnce(name, config string) func() (string, error) {
	return sync.OnceValues(func() (string, error) {
		if _, err := trained(); err != nil { // makes the folder that is removed in the end
			return "", err
		}
		dir := filepath.Join(trainedDir, name)
		c, err := experiments.ParseConfig(name+".yaml", []byte("version: 1\nname: "+name+"\nseeds: [0]\n"+config), "yaml", experiments.Overrides{Out: dir})
		if err != nil {
			return "", err
		}
		_, err = c.Run(context.Background())
		return dir, err
	})
}

func folder(t *testing.T, dir func() (string, error)) string {
	t.Helper()
	d, err := dir()
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// on returns the id and the number of policies of the run on an environment.
func (p *tab) on(environment string) (id string, policies int) {
	p.t.Helper()
	var list struct{ Runs []row }
	p.json("/runs", "", &list)
	for _, r := range list.Runs {
		if r.Environment == environment {
			var f struct{ Count int }
			p.json("/runs/"+r.ID+"/front", "", &f)
			return r.ID, f.Count
		}
	}
	p.t.Fatalf("no run on %s among %v", environment, list.Runs)
	return "", 0
}

// program builds the program, once for all tests, and returns its path.
func program(t *testing.T) string {
	t.Helper()
	startBrowser(t)
	return folder(t, built)
}

var built = sync.OnceValues(func() (string, error) {
	if _, err := trained(); err != nil {
		return "", err
	}
	path := filepath.Join(trainedDir, "paretolab.exe") // a name that runs everywhere
	b := exec.Command("go", "build", "-o", path, "github.com/paretolab/paretolab")
	b.Stderr = os.Stderr
	return path, b.Run()
})

// shell runs a command line that the page shows, in a folder, and returns its output.
func shell(t *testing.T, dir, line string) string {
	t.Helper()
	words := strings.Fields(line)
	if words[0] != "paretolab" || strings.ContainsAny(line, `'"`) {
		t.Fatalf("the command is %s", line)
	}
	c := exec.Command(program(t), words[1:]...)
	c.Dir = dir
	var said strings.Builder
	c.Stderr = &said
	out, err := c.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s", line, err, said.String())
	}
	return string(out)
}
