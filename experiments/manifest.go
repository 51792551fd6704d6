package experiments

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// Files of an experiment, beside its run directories.
const (
	fileExperiment = "experiment.yaml" // as given
	fileResolved   = "resolved.yaml"   // after all layers
	fileManifest   = "manifest.jsonl"
)

// manifestLine is one item of an experiment. It holds all that is needed to run the item, begun or
// not.
type manifestLine struct {
	Item        string `json:"item"`
	Dir         string `json:"dir"` // below the experiment's directory
	Algorithm   string `json:"algorithm"`
	Environment string `json:"environment"`
	Variant     string `json:"variant"`
	Seed        uint64 `json:"seed"`
	Steps       int    `json:"steps"`
	Config      string `json:"config"` // as config.yaml of the run
}

// readManifest reads the items of an experiment; none if there is no manifest.
func readManifest(dir string) ([]manifestLine, error) {
	path := filepath.Join(dir, fileManifest)
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var out []manifestLine
	line := 0
	for l := range bytes.Lines(wholeLines(text)) {
		line++
		var m manifestLine
		if err := json.Unmarshal(l, &m); err != nil {
			return nil, corrupt(path, line, "%v", err)
		}
		if !filepath.IsLocal(m.Dir) {
			return nil, corrupt(path, line, "dir is %q, not a folder below the manifest", m.Dir)
		}
		out = append(out, m)
	}
	return out, nil
}

// writeExperiment writes the files of an experiment. Items of earlier calls stay in the manifest.
func writeExperiment(d disk, dir string, given, resolved []byte, jobs []*job) error {
	if err := d.MkdirAll(dir); err != nil {
		return diskError("create directory", dir, err)
	}
	l, err := waitForLock(dir)
	if err != nil {
		return err
	}
	defer l.release()
	old, err := readManifest(dir)
	if err != nil {
		return err
	}
	var lines []manifestLine
	place := map[string]int{}
	add := func(m manifestLine) {
		if i, ok := place[m.Dir]; ok {
			lines[i] = m
			return
		}
		place[m.Dir] = len(lines)
		lines = append(lines, m)
	}
	for _, m := range old {
		add(m)
	}
	for _, j := range jobs {
		add(manifestLine{
			Item: j.item.ID, Dir: filepath.Base(j.dir), Algorithm: j.item.Algorithm, Environment: j.item.Environment.ID,
			Variant: j.item.Label, Seed: j.item.Seed, Steps: j.item.Steps, Config: string(j.item.Config),
		})
	}
	var manifest []byte
	for _, m := range lines {
		b, err := json.Marshal(m)
		if err != nil {
			return err
		}
		manifest = append(append(manifest, b...), '\n')
	}
	// The manifest last: with it, the experiment exists.
	for _, f := range []struct {
		name string
		text []byte
	}{{fileExperiment, given}, {fileResolved, resolved}, {fileManifest, manifest}} {
		if err := writeWhole(d, filepath.Join(dir, f.name), f.text); err != nil {
			return err
		}
	}
	return nil
}

// waitForLock takes the lock of an experiment's own files, which nobody holds for long.
func waitForLock(dir string) (*lock, error) {
	for try := 0; ; try++ {
		l, err := acquireLock(dir)
		var held *LockedError
		if err == nil || !errors.As(err, &held) || try == 100 {
			return l, err
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// ConflictError means that a run directory holds another item than the one that is to run there.
type ConflictError struct {
	Dir         string
	There, Want string // items
}

func (e *ConflictError) Error() string {
	return fmt.Sprintf("%s holds a run with other settings (item %s, not %s); choose another --out or name, or start over with --force",
		e.Dir, e.There, e.Want)
}
