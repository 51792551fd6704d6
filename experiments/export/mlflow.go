package export

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash/crc32"
	"os"
	"path/filepath"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/paretolab/paretolab/experiments"
)

// MLflow writes the layout of a file store (mlflow.org, tracking): a folder per experiment and run with
// meta.yaml, and one file per parameter, metric and tag. `mlflow ui --backend-store-uri DIR` shows it.
func MLflow(runs []*experiments.Run, dir string) ([]string, error) {
	f := folder{dir: dir}
	root, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	known := map[string]bool{}
	for _, r := range runs {
		experiment := fmt.Sprint(1 + crc32.ChecksumIEEE([]byte(r.Info.Experiment))) // a number that depends on the name alone
		if !known[experiment] {
			known[experiment] = true
			meta := map[string]any{"experiment_id": experiment, "name": r.Info.Experiment, "lifecycle_stage": "active",
				"artifact_location": "file://" + filepath.ToSlash(filepath.Join(root, experiment))}
			if err := f.writeYAML(meta, experiment, "meta.yaml"); err != nil {
				return f.files, err
			}
		}
		if err := f.mlflowRun(r, root, experiment); err != nil {
			return f.files, err
		}
	}
	return f.files, nil
}

func (f *folder) writeYAML(v any, name ...string) error {
	b, err := yaml.Marshal(v)
	if err != nil {
		return err
	}
	return f.write(b, name...)
}

// Stages of a run in meta.yaml.
const (
	mlflowRunning  = 1
	mlflowFinished = 3
	mlflowFailed   = 4
)

func (f *folder) mlflowRun(r *experiments.Run, root, experiment string) error {
	sum := sha256.Sum256([]byte(r.Info.Experiment + "\x00" + filepath.Base(r.Dir)))
	id := hex.EncodeToString(sum[:16])
	start := r.Info.Started.UnixMilli()
	meta := map[string]any{
		"run_id": id, "run_uuid": id, "run_name": filepath.Base(r.Dir), "experiment_id": experiment, "user_id": "", "lifecycle_stage": "active",
		"entry_point_name": "", "source_name": "", "source_version": r.Info.Program.Commit, "source_type": 4, "tags": []string{},
		"start_time": start, "end_time": nil, "status": mlflowRunning,
		"artifact_uri": "file://" + filepath.ToSlash(filepath.Join(root, experiment, id, "artifacts")),
	}
	switch {
	case r.Result != nil:
		meta["status"], meta["end_time"] = mlflowFinished, start+int64(1000*r.WallSeconds())
	case r.Failure != nil:
		meta["status"] = mlflowFailed
	}
	if err := f.writeYAML(meta, experiment, id, "meta.yaml"); err != nil {
		return err
	}
	params, err := parameters(r)
	if err != nil {
		return err
	}
	for _, p := range params {
		if err := f.write([]byte(p.value), experiment, id, "params", p.name); err != nil {
			return err
		}
	}
	seconds := map[int]float64{}
	for _, t := range r.Timing {
		seconds[t.Eval] = t.SecondsTotal
	}
	var order []string
	series := map[string]*bytes.Buffer{}
	for i := range r.Metrics {
		x := &r.Metrics[i]
		for _, s := range scalars(r, x) {
			if series[s.tag] == nil {
				order = append(order, s.tag)
				series[s.tag] = &bytes.Buffer{}
			}
			fmt.Fprintf(series[s.tag], "%d %v %d\n", start+int64(1000*seconds[x.Eval]), s.value, x.StepsTrain)
		}
	}
	for _, tag := range order {
		if err := f.write(series[tag].Bytes(), experiment, id, "metrics", filepath.FromSlash(tag)); err != nil {
			return err
		}
	}
	for _, tag := range []struct{ name, value string }{{"mlflow.runName", filepath.Base(r.Dir)}, {"paretolab.item", r.Info.Item}} {
		if err := f.write([]byte(tag.value), experiment, id, "tags", tag.name); err != nil {
			return err
		}
	}
	return os.MkdirAll(filepath.Join(f.dir, experiment, id, "artifacts"), 0o777)
}

// parameter is a setting by its path in the configuration, with slashes in place of dots.
type parameter struct{ name, value string }

// parameters are the settings of the configuration of a run that are single values or lists.
func parameters(r *experiments.Run) ([]parameter, error) {
	var document yaml.Node
	if err := yaml.Unmarshal([]byte(r.Config), &document); err != nil {
		return nil, fmt.Errorf("%s: %w", r.Dir, err)
	}
	var list []parameter
	var walk func(path []string, n *yaml.Node)
	walk = func(path []string, n *yaml.Node) {
		if n.Kind != yaml.MappingNode {
			text := n.Value
			if n.Kind == yaml.SequenceNode {
				var parts []string
				for _, x := range n.Content {
					parts = append(parts, x.Value)
				}
				text = "[" + strings.Join(parts, ", ") + "]"
			}
			list = append(list, parameter{filepath.Join(path...), text})
			return
		}
		for i := 0; i+1 < len(n.Content); i += 2 {
			walk(append(path[:len(path):len(path)], n.Content[i].Value), n.Content[i+1])
		}
	}
	for _, n := range document.Content {
		walk(nil, n)
	}
	return list, nil
}
