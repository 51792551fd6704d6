package envtest

import (
	"fmt"
	"path/filepath"
	"testing"

	"github.com/paretolab/paretolab/envs/golden"
)

// RunGolden replays every trajectory file that matches the pattern, each in a subtest, and fails
// where an environment leaves the recording. No matching file is a failure.
func RunGolden(t *testing.T, pattern string) {
	t.Helper()
	files, err := filepath.Glob(pattern)
	if err == nil && len(files) == 0 {
		err = fmt.Errorf("no file matches %s", pattern)
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range files {
		t.Run(filepath.Base(path), func(t *testing.T) {
			f, err := golden.Read(path)
			if err != nil {
				t.Fatal(err)
			}
			r, err := f.Verify()
			if err != nil {
				t.Fatal(err)
			}
			for _, reason := range r.Reasons {
				t.Error(reason)
			}
			t.Logf("%d episodes, %d steps: errors of observations %v, rewards %v, states %v",
				r.Episodes, r.Steps, r.MaxObsError, r.MaxRewardError, r.MaxStateError)
		})
	}
}
