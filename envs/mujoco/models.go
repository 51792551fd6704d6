package mujoco

import (
	"embed"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/paretolab/paretolab/internal/didyoumean"
)

// compiled holds the models that come with the package. A file is a recording of the original without
// the keys "forward" and "trajectory".
//
//go:embed models/*.json
var compiled embed.FS

var loaded struct {
	sync.Mutex
	models map[string]*Model
}

// Names lists the models that come with the package, in alphabetical order.
func Names() []string {
	files, err := fs.Glob(compiled, "models/*.json")
	if err != nil {
		panic("mujoco: " + err.Error())
	}
	for i, f := range files {
		files[i] = strings.TrimSuffix(path.Base(f), ".json")
	}
	slices.Sort(files)
	return files
}

// Load returns a model that comes with the package, the same at every call. The error of an unknown
// name lists or suggests known ones.
func Load(name string) (*Model, error) {
	loaded.Lock()
	defer loaded.Unlock()
	if m := loaded.models[name]; m != nil {
		return m, nil
	}
	f, err := compiled.Open("models/" + name + ".json")
	if err != nil {
		return nil, fmt.Errorf("mujoco: there is no model %q%s", name, didyoumean.Question(didyoumean.Nearest(name, Names()), "there are "+strings.Join(Names(), ", ")))
	}
	defer f.Close()
	m, err := Parse(f)
	if err != nil {
		panic(fmt.Sprintf("mujoco: embedded model %s: %v", name, err))
	}
	if loaded.models == nil {
		loaded.models = map[string]*Model{}
	}
	loaded.models[name] = m
	return m, nil
}
