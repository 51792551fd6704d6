package qd

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/paretolab/paretolab/envs"
	_ "github.com/paretolab/paretolab/envs/arm"
	_ "github.com/paretolab/paretolab/envs/curling"
	_ "github.com/paretolab/paretolab/envs/maze"
)

func TestControllerGolden(t *testing.T) {
	file := readGolden[struct {
		Sizes                 []int
		Genome, Input, Output []float64
	}](t, "controller.json")
	for _, c := range file.Cases {
		n := Network{Sizes: c.Sizes}
		if n.Genes() != len(c.Genome) {
			t.Fatalf("layers %v: %d genes, want %d", c.Sizes, n.Genes(), len(c.Genome))
		}
		same(t, "output", n.Forward(c.Genome, c.Input, n.scratch()), c.Output, file.tolerance)
	}
}

// TestBiasPerUnit: equal biases are one shared bias.
func TestBiasPerUnit(t *testing.T) {
	shared, each := Network{Sizes: []int{2, 3, 1}}, Network{Sizes: []int{2, 3, 1}, PerUnit: true}
	g := []float64{.1, .2, .3, .4, .5, .6, .7, .8, .9, 1, 1.1}
	h := slices.Concat(g[:6], []float64{.7, .7, .7}, g[7:])
	if shared.Genes() != len(g) || each.Genes() != len(h) {
		t.Fatalf("%d and %d genes", shared.Genes(), each.Genes())
	}
	x := []float64{0.5, -1}
	a, b := shared.Forward(g, x, shared.scratch()), each.Forward(h, x, each.scratch())
	if a[0] != b[0] {
		t.Errorf("%v and %v", a, b)
	}
}

func environment(t testing.TB, id string) *envs.Environment {
	t.Helper()
	e, err := envs.Make(id, nil)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func TestControllerFile(t *testing.T) {
	e := environment(t, "point-v0")
	n := newNetwork(&e.Spec, []int{5, 5}, false)
	genome := make([]float64, n.Genes())
	for i := range genome {
		genome[i] = math.Sqrt(float64(i))
	}
	c, err := NewController(n, genome, &e.Spec)
	if err != nil {
		t.Fatal(err)
	}
	b, err := c.Encode()
	if err != nil {
		t.Fatal(err)
	}
	back, err := DecodeController(b, &e.Spec)
	if err != nil || !slices.Equal(back.Genome, genome) || !slices.Equal(back.Sizes, n.Sizes) {
		t.Errorf("%+v, error %v", back, err)
	}
	obs := []float32{0.5, -0.5}
	act := envs.Actions[float32]{Box: make([]float32, 2)}
	c.NewActor(1).Act(obs, act)
	want := n.Forward(genome, []float64{0.5, -0.5}, n.scratch())
	if act.Box[0] != float32(want[0]) || act.Box[1] != float32(want[1]) {
		t.Errorf("acts %v, want %v", act.Box, want)
	}
	for _, bad := range []struct{ old, new, say string }{
		{"paretolab-controller/1", "other/1", "format"},
		{"[2,5,5,2]", "[2,5,2]", "genome of 48"},
		{"[2,5,5,2]", "[3,5,5,2]", "2 inputs"},
		{"[2,5,5,2]", "[2,0,5,2]", "layers"},
		{"{", "", "policy file"},
	} {
		if _, err := DecodeController([]byte(strings.Replace(string(b), bad.old, bad.new, 1)), &e.Spec); err == nil || !strings.Contains(err.Error(), bad.say) {
			t.Errorf("%s: error %v, want %q", bad.new, err, bad.say)
		}
	}
}
