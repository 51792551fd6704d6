package tabular

import (
	"bytes"
	"slices"
	"testing"

	"github.com/paretolab/paretolab/agents"
	"github.com/paretolab/paretolab/envs"
)

func spec() *envs.Spec {
	return &envs.Spec{ID: "walk", Observation: envs.Box("int32", []float64{0, 0}, []float64{9, 9}), Action: envs.Discrete(4), Objectives: make([]envs.Objective, 2)}
}

func act(a agents.Actor, obs ...float32) []int32 {
	out := envs.Actions[float32]{Discrete: make([]int32, len(obs)/2)}
	a.Act(obs, out)
	return out.Discrete
}

func TestStates(t *testing.T) {
	s := NewStates(2)
	for i, obs := range [][]float32{{0, 0}, {1, 0}, {0, 1}} {
		if n := s.Number(obs); n != i {
			t.Errorf("state %v has number %d, want %d", obs, n, i)
		}
	}
	negative := float32(0)
	if s.Number([]float32{1, -negative}) != 1 || s.Find([]float32{5, 5}) != -1 || s.Len() != 3 {
		t.Error("known states are not found again")
	}
	again, err := RestoreStates(2, s.Rows)
	if err != nil || again.Find([]float32{0, 1}) != 2 {
		t.Errorf("restored: %v", err)
	}
	if _, err := RestoreStates(2, []float32{1, 1, 1, 1}); err == nil {
		t.Error("the same observation twice is accepted")
	}
	if _, err := RestoreStates(2, []float32{1}); err == nil {
		t.Error("half an observation is accepted")
	}
}

// TestTableAndPlanThroughTheirFiles act as before.
func TestTableAndPlanThroughTheirFiles(t *testing.T) {
	s := NewStates(2)
	s.Number([]float32{0, 0})
	s.Number([]float32{3, 1})
	// (0,0) is met twice, with different actions; from the second moment two states may follow.
	plan := NewPlan(2, []Moment{
		{[]float32{0, 0}, 1, []int32{1}}, {[]float32{0, 0}, 3, []int32{2, 3}}, {[]float32{5, 5}, 2, nil}, {[]float32{6, 6}, 1, nil},
	}, []int32{0})
	for _, p := range []agents.Policy{NewTable(s, []int32{2, 3}), plan} {
		b, err := p.Encode()
		if err != nil {
			t.Fatal(err)
		}
		q, err := agents.DecodePolicy(p.Kind(), b, spec())
		if err != nil {
			t.Fatal(err)
		}
		if c, err := q.Encode(); err != nil || !bytes.Equal(b, c) {
			t.Errorf("%s: encoded again it differs (%v)", p.Kind(), err)
		}
		for _, p := range []agents.Policy{p, q} {
			a := p.NewActor(2)
			var got []int32
			for _, obs := range [][]float32{{0, 0, 0, 0}, {0, 0, 3, 1}, {6, 6, 0, 0}} {
				got = append(got, act(a, obs...)...)
			}
			a.Reset(1, nil)
			got = append(got, act(a, 1, 1, 0, 0)...)
			want := []int32{2, 2, 2, 3, 0, 2, 0, 2}
			if p.Kind() == "plan" { // episode 0: 1, 3, 1, then lost; episode 1: 1, lost at (3,1); then begins again
				want = []int32{1, 1, 3, 0, 1, 0, 0, 1}
			}
			if !slices.Equal(got, want) {
				t.Errorf("%s: actions %v, want %v", p.Kind(), got, want)
			}
		}
	}
}

// TestDamagedFilesAreErrors, never a panic.
func TestDamagedFilesAreErrors(t *testing.T) {
	plan := NewPlan(2, []Moment{{[]float32{0, 0}, 1, []int32{1}}, {[]float32{1, 0}, 3, nil}}, []int32{0})
	whole, err := plan.Encode()
	if err != nil {
		t.Fatal(err)
	}
	for n := range whole {
		if _, err := agents.DecodePolicy("plan", whole[:n], spec()); err == nil {
			t.Fatalf("%d of %d bytes are accepted", n, len(whole))
		}
	}
	few := spec()
	few.Action = envs.Discrete(2)
	if _, err := agents.DecodePolicy("plan", whole, few); err == nil {
		t.Error("action 3 of 2 is accepted")
	}
	wide := spec()
	wide.Observation = envs.Box("int32", []float64{0}, []float64{9})
	if _, err := agents.DecodePolicy("plan", whole, wide); err == nil {
		t.Error("observations of another width are accepted")
	}
	if _, err := agents.DecodePolicy("table", whole, spec()); err == nil {
		t.Error("a plan is accepted as a table")
	}
	if _, err := agents.DecodePolicy("oracle", whole, spec()); err == nil {
		t.Error("an unknown kind is accepted")
	}
	box := spec()
	box.Action = envs.Box("float32", []float64{0}, []float64{1})
	if _, err := agents.DecodePolicy("plan", whole, box); err == nil {
		t.Error("continuous actions are accepted")
	}
}
