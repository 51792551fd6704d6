package cmorl

import (
	"context"
	"math"
	"strings"
	"testing"

	"github.com/paretolab/paretolab/agents"
	"github.com/paretolab/paretolab/agents/agentstest"
)

func TestLateShare(t *testing.T) {
	for _, c := range []struct {
		name  string
		curve []float64
		want  float64
	}{
		{"steady rise", []float64{0, 1, 2, 3, 4}, 0.25},
		{"steady rise of negative utilities", []float64{-10, -9, -8, -7, -6, -5, -4, -3, -2, -1}, 0.25},
		{"converged", []float64{0, 7, 8, 8, 8}, 0},
		{"late discovery", []float64{0, 0, 0, 0, 8}, 1},
		{"fell back at the end", []float64{0, 7, 8, 9, 8}, 0},
		{"a gain too small to count", []float64{100, 100, 100, 100, 100.5}, 0},
		{"lost and regained", []float64{8, 4, 2, 5, 8}, 0.5},
		{"nothing learned", []float64{3, 3, 3, 3, 3}, 0},
		{"too short", []float64{0, 1, 2, 3}, math.NaN()},
	} {
		if got := lateShare(c.curve); math.Abs(got-c.want) > 1e-12 || math.IsNaN(got) != math.IsNaN(c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

// TestNotesOnStage1: what rises steeply is named with the last improvements of all, an empty archive with the
// steps that are left.
func TestNotesOnStage1(t *testing.T) {
	p, s := makeProblem(t, "fruit-tree-v0", 1000, 1)
	tr := &training{settings: s, problem: p, archive: agents.Archive{Reference: []float64{0, -1}}}
	tr.Steps, tr.Curves = 750, learningCurves{{0, 1, 2, 3, 4}, {0, 4, 4, 4, 4}}
	notes := tr.notesOnStage1()
	if len(notes) != 2 {
		t.Fatalf("notes %q", notes)
	}
	for i, want := range []string{"steeply for w0: of the utility that each policy gained, the last fifth of its measurements brought w0 25 %, w1 0 %", "reference point [0 -1]"} {
		if !strings.Contains(notes[i], want) {
			t.Errorf("note %q lacks %q", notes[i], want)
		}
	}
	if !strings.Contains(notes[1], "250 of 1000 steps are left") {
		t.Errorf("note %q", notes[1])
	}
	tr.Curves[0] = tr.Curves[1]
	tr.archive.Members = []agents.Member{{}}
	if notes := tr.notesOnStage1(); notes != nil {
		t.Errorf("notes %q on a converged stage 1", notes)
	}
}

// TestEmptyArchiveIsReported: with a reference point beyond reach training ends after stage 1 and says why.
func TestEmptyArchiveIsReported(t *testing.T) {
	p, s := makeProblem(t, "deep-sea-treasure-v0", 20_000, 2)
	p.Reference.Point = []float64{1000, 0}
	rec := &agentstest.Memory{Problem: p}
	set, err := s.Train(context.Background(), p, rec)
	if err != nil || len(set.Members) != 0 {
		t.Fatalf("%d policies, %v", len(set.Members), err)
	}
	last := rec.Records[len(rec.Records)-1]
	if last.Phase != "stage1" || len(last.Notes) == 0 || !strings.Contains(last.Notes[len(last.Notes)-1], "stage 2 cannot begin") {
		t.Errorf("ends in %s with notes %q", last.Phase, last.Notes)
	}
}
