// Package export writes runs in the formats of other programs: event files of TensorBoard, long tables
// as CSV and Parquet, the file layout of MLflow, policies as ONNX models and safetensors.
//
// Every function writes below one directory and returns the paths of the files it wrote. Files are
// replaced whole; equal runs give equal files.
package export

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"path/filepath"

	"github.com/paretolab/paretolab/experiments"
	"github.com/paretolab/paretolab/internal/atomicfile"
)

// folder is a directory being filled.
type folder struct {
	dir   string
	files []string
}

// write adds the file of that name below the directory.
func (f *folder) write(data []byte, name ...string) error {
	path := filepath.Join(append([]string{f.dir}, name...)...)
	if err := atomicfile.WriteInto(path, data, 0o666); err != nil {
		return err
	}
	f.files = append(f.files, path)
	return nil
}

// place is where the files of a run go: a folder per experiment, and in it one per run.
func place(r *experiments.Run) string {
	return filepath.Join(r.Info.Experiment, filepath.Base(r.Dir))
}

// CSV writes the long tables of runs, see [experiments.LongTables], one file each.
func CSV(runs []*experiments.Run, dir string) ([]string, error) {
	f := folder{dir: dir}
	for _, t := range experiments.LongTables(runs) {
		var b bytes.Buffer
		w := csv.NewWriter(&b)
		if err := w.Write(t.Header); err != nil {
			return f.files, err
		}
		if err := w.WriteAll(t.Rows); err != nil {
			return f.files, err
		}
		if err := f.write(b.Bytes(), t.Name+".csv"); err != nil {
			return f.files, err
		}
	}
	return f.files, nil
}

// A NotExportableError says that a policy has no form in the format asked for.
type NotExportableError struct {
	Policy, Kind, Format string
}

func (e *NotExportableError) Error() string {
	return fmt.Sprintf("policy %s is of kind %s, which %s cannot hold; --format safetensors copies policies as they are", e.Policy, e.Kind, e.Format)
}
