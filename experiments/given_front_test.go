package experiments

import (
	"context"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// TestGivenFronts: a front from a file is what runs are measured against, is stored with them, and makes
// them other items, as does none at all.
func TestGivenFronts(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "front.csv")
	overwrite(t, file, []byte("rest,note,distance\n2,a,-5\n0,b,10\n0,c,9\n")) // the last is dominated
	config := filepath.Join(dir, "c.yaml")
	load := func(front string) (*Config, error) {
		overwrite(t, config, []byte("version: 1\nname: a\nenvironment: test-walk-v0\nalgorithm: test-climber\nsteps: 360\nevaluation: {discount: 1}\nreference: {front: "+front+"}\n"))
		return LoadConfig(config, Overrides{Out: filepath.Join(dir, "runs-"+strings.TrimSuffix(front, ".csv"))})
	}
	ids := map[string]string{}
	for _, front := range []string{"known", "union", "front.csv"} {
		c, err := load(front)
		if err != nil {
			t.Fatal(err)
		}
		i := mustItems(t, c)[0]
		if other, taken := ids[i.ID]; taken {
			t.Errorf("%s and %s are the same item", front, other)
		}
		ids[i.ID] = front
		out, err := Execute(context.Background(), quietly(1, &testDisk{}), c)
		if err != nil {
			t.Fatal(err)
		}
		run := out[0].Run
		if front != "front.csv" {
			if run.KnownFront != nil || run.Result.Final.HVRatio != nil {
				t.Errorf("%s: measured against %v", front, run.KnownFront)
			}
			continue
		}
		if err := os.Remove(file); err != nil { // a run does not need it any more
			t.Fatal(err)
		}
		if want := [][]float64{{-5, 2}, {10, 0}}; !reflect.DeepEqual(run.KnownFront, want) {
			t.Errorf("measured against %v, want %v", run.KnownFront, want)
		}
		// From (−20, −20): 30 wide and 20 high, and 2 more over the left 15.
		if want := 30.*20 + 15*2; *run.Result.HypervolumeExact != want || *run.Result.Final.HVRatio != run.Result.Final.Hypervolume/want {
			t.Errorf("hypervolume of the front %v, want %v; share %v", *run.Result.HypervolumeExact, want, *run.Result.Final.HVRatio)
		}
		if stored := mustItems(t, mustParse(t, run.Config, Overrides{})); stored[0].ID != i.ID {
			t.Errorf("stored as item %s, run as %s", stored[0].ID, i.ID)
		}
	}
	for text, want := range map[string]string{
		"":                       `reference.front is "other.csv", which is neither known nor union nor a file: no such file or directory`,
		"rest,time\n1,2\n":       `the column "distance" is missing`,
		"rest,distance\n":        "it has no points; environment test-walk-v0 needs the columns distance, rest",
		"rest,distance\n1,far\n": `distance is "far", not a number`,
	} {
		other := filepath.Join(dir, "other.csv")
		if os.Remove(other); text != "" {
			overwrite(t, other, []byte(text))
		}
		if _, err := load("other.csv"); err == nil || !strings.Contains(err.Error(), "c.yaml:7:20: ") || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}
