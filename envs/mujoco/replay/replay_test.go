package replay

import (
	"path/filepath"
	"testing"
)

// The recordings are of MuJoCo 3.12.1 in double precision.
func TestRecordings(t *testing.T) {
	paths, err := filepath.Glob("testdata/*.json*")
	if err != nil || len(paths) == 0 {
		t.Fatal("no recordings", err)
	}
	for _, path := range paths {
		t.Run(filepath.Base(path), func(t *testing.T) {
			t.Parallel()
			r, err := File(path)
			if err != nil {
				t.Fatal(err)
			}
			for _, reason := range r.Reasons {
				t.Error(reason)
			}
			t.Logf("forward %.2g, state %.2g, qacc %.2g", r.ForwardError, r.StepError, r.QaccError)
			if r.States+r.Trajectories == 0 {
				t.Error("nothing was compared")
			}
		})
	}
}
