package experiments

import (
	"path/filepath"
	"reflect"
	"testing"
)

// TestAt: a run as it was after some steps has the rows up to there and the archive recorded last; with all
// steps the indicators are those that training selected by.
func TestAt(t *testing.T) {
	r := complete(t, testJob(filepath.Join(t.TempDir(), "run"), 1, newClimber()), &testDisk{}).Run
	past, err := r.At(150) // evaluations at 60, 120, ... 360 steps
	if err != nil {
		t.Fatal(err)
	}
	if len(past.Metrics) != 2 || len(past.Fronts) != 2 || len(past.Timing) != 2 || len(past.Evaluations) != 6 || past.Result.StepsTrain != 120 {
		t.Errorf("after 150 steps: %+v", past)
	}
	var points [][]float64
	for _, a := range past.Front() {
		points = append(points, a.Value)
	}
	if !reflect.DeepEqual(points, r.Fronts[1].Points) || past.Result.Final.Hypervolume != r.Metrics[1].Hypervolume {
		t.Errorf("the front is %v, want %v", points, r.Fronts[1].Points)
	}
	if len(r.Metrics) != 6 || r.Result.StepsTrain != 360 {
		t.Error("the run itself has changed")
	}
	if end, err := r.At(1000); err != nil || !reflect.DeepEqual(end.Result.Final, r.Result.FinalSelected) {
		t.Errorf("at the end: %v", err)
	}
	if _, err := r.At(59); err == nil {
		t.Error("there is a run before its first evaluation")
	}
}
