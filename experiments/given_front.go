package experiments

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/paretolab/paretolab/agents/exact"
	"github.com/paretolab/paretolab/envs"
	"github.com/paretolab/paretolab/pareto"
)

// What reference.front may be beside a file.
const (
	frontKnown = "known"
	frontUnion = "union"
	frontGiven = "given" // in stored configurations, with the points
)

// readReferenceFront reads the file that reference.front names, by path from dir.
func (c *Config) readReferenceFront(dir string, p *problems) {
	r := &c.Reference
	if r.Front == "" || r.Front == frontKnown || r.Front == frontUnion || r.Front == frontGiven {
		return
	}
	at := c.tree.get("reference").part("front").position()
	path := r.Front
	if !filepath.IsAbs(path) {
		path = filepath.Join(dir, path)
	}
	if _, err := os.Stat(path); err != nil {
		p.add(at, "reference.front is %q, which is neither known nor union nor a file: %v", r.Front, reason(err))
		return
	}
	t, err := reader(os.ReadFile).table(path)
	if err != nil {
		p.add(at, "reference.front: %v", err)
		return
	}
	r.file = t
}

// points reads value vectors from the named columns.
func (t *table) points(objectives []string) ([][]float64, error) {
	var out [][]float64
	err := t.each(func(r *tableRow) {
		point := make([]float64, len(objectives))
		for j, name := range objectives {
			point[j] = r.float(name)
		}
		out = append(out, point)
	})
	return out, err
}

// frontOf is the front that an item is measured against.
func (k *knownFronts) frontOf(i *Item, env *envs.Environment) (*knownFront, error) {
	switch i.Front {
	case frontUnion:
		return &knownFront{}, nil
	case frontGiven:
		points, err := pareto.NewFront(i.FrontPoints)
		if err != nil {
			return nil, fmt.Errorf("reference.front of %s: %w", i.Environment.ID, err)
		}
		keep, err := pareto.NonDominated(points)
		if err != nil {
			return nil, fmt.Errorf("reference.front of %s: %w", i.Environment.ID, err)
		}
		f := &knownFront{points: points.Select(keep), method: "given by the configuration"}
		return f, f.measure(i.Reference.Point)
	}
	return k.of(env, i.Fronts())
}

// measure computes the hypervolumes of the front and of what linear weights can reach of it.
func (f *knownFront) measure(reference []float64) error {
	hv, err := pareto.Hypervolume(f.points, reference)
	if err != nil {
		return err
	}
	linear, err := pareto.Hypervolume(exact.LinearLimit(f.points), reference)
	if err != nil {
		return err
	}
	f.hv, f.linear = &hv, &linear
	return nil
}
