package qd

import (
	"context"
	"math"
	"reflect"
	"strings"
	"testing"

	"github.com/paretolab/paretolab/agents"
	"github.com/paretolab/paretolab/envs"
)

// odd is point-v0 with another description, and with rewards of another size.
type odd struct {
	envs.Env
	low, high, at []float64
	pay           float64
}

func (o *odd) DescriptorBounds() (low, high []float64) { return o.low, o.high }
func (o *odd) Describe(dst []float64)                  { copy(dst, o.at) }
func (o *odd) Step(rng *envs.RNG, a envs.Action, reward []float64) bool {
	end := o.Env.Step(rng, a, reward)
	reward[1] += o.pay
	return end
}

// TestBadEnvironments: what they describe and pay must be finite, and between bounds the smaller of which is first.
func TestBadEnvironments(t *testing.T) {
	unit := []float64{1, 1}
	for name, c := range map[string]struct {
		odd odd
		say string
	}{
		"NaN descriptor":      {odd{low: []float64{-1, -1}, high: unit, at: []float64{0, math.NaN()}}, "describes its behaviour by [0 NaN]; its descriptors must be finite"},
		"infinite descriptor": {odd{low: []float64{-1, -1}, high: unit, at: []float64{math.Inf(1), 0}}, "its descriptors must be finite"},
		"NaN reward":          {odd{low: []float64{-1, -1}, high: unit, at: unit, pay: math.NaN()}, "returns NaN for objective area_2; its rewards must be finite"},
		"bounds reversed":     {odd{low: unit, high: []float64{2, -1}, at: unit}, "from 1 to -1 in dimension 1; its bounds must be finite, the smaller first"},
		"infinite bounds":     {odd{low: unit, high: []float64{2, math.Inf(1)}, at: unit}, "the smaller first"},
	} {
		for _, id := range algorithms() {
			a, p := prepare(t, id, "point-v0", 1, 2, 600, func(a agents.Algorithm) {
				small(a)
				if f := reflect.ValueOf(a).Elem().FieldByName("Latent"); f.IsValid() {
					f.SetInt(2) // of the observation that stands for a view
				}
			})
			made := *p.Env
			made.New = func() envs.Env {
				o := c.odd
				o.Env = p.Env.New()
				return &o
			}
			bad := *p
			bad.Env = &made
			if _, err := a.Train(context.Background(), &bad, &notebook{problem: &bad}); err == nil || !strings.Contains(err.Error(), c.say) {
				t.Errorf("%s, %s: error %v, want %q", name, id, err, c.say)
			}
		}
	}
}

// TestBadGenomes: one of another length is an error of evaluation, not a policy.
func TestBadGenomes(t *testing.T) {
	e := environment(t, "point-v0")
	s := defaults(e, 1)
	v := NewEvaluator(&agents.Problem{Env: e, Pool: agents.NewPool(2)}, &s)
	for _, genes := range []int{0, 47, 49} {
		all := []*Individual{{ID: 7, Genome: make([]float64, genes)}}
		if err := v.Evaluate(context.Background(), all); err == nil || !strings.Contains(err.Error(), "individual 7 has a genome") || !strings.Contains(err.Error(), "has 48, so give as many") {
			t.Errorf("%d genes: error %v", genes, err)
		}
	}
}

// TestSmallBudgets: every algorithm says how many evaluations its first generation takes, and what to do.
func TestSmallBudgets(t *testing.T) {
	for _, id := range algorithms() {
		a, p := prepare(t, id, "point-v0", 1, 1, 1, nil)
		if err := a.Check(p.Env, p.Steps); err == nil || !strings.Contains(err.Error(), "1 evaluations are too few for the first generation") || !strings.Contains(err.Error(), "raise evaluations or lower") {
			t.Errorf("%s: error %v", id, err)
		}
	}
}

// TestEmptyArchives: there is nothing to draw from, no elite and no score; emitters begin from their start.
func TestEmptyArchives(t *testing.T) {
	all := archives(t)
	all["fronts"] = fronts(t, 3, 5)
	for name, a := range all {
		if _, err := Sample(a, NewRandom(1, "sample"), 3); err == nil || !strings.Contains(err.Error(), "empty") || !strings.Contains(err.Error(), "add solutions first") {
			t.Errorf("%s: error %v", name, err)
		}
		if err := a.Reproject(func(_, _ []float64) { t.Errorf("%s: a solution is described", name) }); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if err := a.Add(&Batch{Genes: 2, Width: 2, M: map[string]int{"fronts": 2}[name]}); err != nil || a.Len() != 0 {
			t.Errorf("%s: a batch without solutions: %v, %d members", name, err, a.Len())
		}
		start := []float64{0.25, -0.5}
		x := make([]float64, 2*2)
		(&Gaussian{Batch: 2, Start: start, RNG: NewRandom(1, "e")}).Ask(a, x)
		if x[0] != start[0] || x[3] != start[1] {
			t.Errorf("%s: mutations of %v without noise are %v", name, start, x)
		}
		b := &Batch{Genes: 2, Width: 2, M: map[string]int{"fronts": 2}[name]}
		b.Resize(1)
		if err := a.Add(b); err != nil {
			t.Fatal(err)
		}
		if members, err := Sample(a, NewRandom(1, "sample"), 3); err != nil || len(members) != 3 || members[0]+members[1]+members[2] != 0 {
			t.Errorf("%s: members %v of one, %v", name, members, err)
		}
	}
	if s := archives(t)["grid"].(*GridArchive).Stats(); s.Elites != 0 || s.Coverage != 0 || s.QDScore != 0 || !math.IsNaN(s.Mean) || !math.IsInf(s.Best, -1) {
		t.Errorf("statistics %+v", s)
	}
	a := fronts(t, 3, 5)
	moqd, err1 := a.MOQD()
	global, err2 := a.GlobalFront()
	distinct, hv, err3 := a.Distinct(0.1)
	if moqd != 0 || hv != 0 || len(global)+len(distinct) != 0 || err1 != nil || err2 != nil || err3 != nil {
		t.Errorf("MOQD score %v (%v), front %v (%v), distinct %v (%v)", moqd, err1, global, err2, distinct, err3)
	}
	if n, _ := Novelty(NewNeighbours(nil, 2), []float64{0, 0}, 15, false, nil); n != 0 {
		t.Errorf("novelty %v among none", n)
	}
}

// TestBadBatches: lists that do not belong together are an error, and nothing is added.
func TestBadBatches(t *testing.T) {
	for name, a := range archives(t) {
		for what, cut := range map[string]func(b *Batch){
			"solutions":   func(b *Batch) { b.Solutions = b.Solutions[:3] },
			"descriptors": func(b *Batch) { b.Descriptors = b.Descriptors[:5] },
			"ids":         func(b *Batch) { b.ID = nil },
			"statuses":    func(b *Batch) { b.Status = b.Status[:1] },
		} {
			var b Batch
			random(&b, 3, NewRandom(6, "test"))
			cut(&b)
			if err := a.Add(&b); err == nil || !strings.Contains(err.Error(), "Resize makes room") || a.Len() != 0 {
				t.Errorf("%s, %s cut: error %v, %d members", name, what, err, a.Len())
			}
		}
	}
}
