package plots

import (
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/paretolab/paretolab/experiments"
)

// The runs below are made up for examples and tests.

func ptr(v float64) *float64 { return &v }

// treasures of the concave map of deep-sea-treasure and the steps to them, discounted by 0.99.
func treasureFront() [][]float64 {
	values := []float64{1, 2, 3, 5, 8, 16, 24, 50, 74, 124}
	steps := []int{1, 3, 5, 7, 8, 9, 13, 14, 17, 19}
	var front [][]float64
	for i, v := range values {
		g := math.Pow(0.99, float64(steps[i]-1))
		front = append(front, []float64{v * g, -(1 - g*0.99) / 0.01})
	}
	return front
}

func info(env, label string, seed uint64, gamma float64, reference []float64, objectives ...experiments.ObjectiveInfo) experiments.Info {
	return experiments.Info{
		Format: experiments.Format, Item: fmt.Sprintf("%016x", seed+1), Experiment: "fixture", Label: label,
		Program:   experiments.Program{Version: "0.1.0", Commit: "0123456", Go: "go1.26", Kernel: "generic"},
		Algorithm: "cmorl", Revision: 1,
		Environment: experiments.EnvironmentInfo{ID: env, Objectives: objectives, Reference: reference, Gamma: gamma, Horizon: 100},
		Seed:        seed, Steps: 600000,
	}
}

// treasureRun is a C-MORL run on two objectives: stage 1 finds the ends of the front, stage 2 the
// rest; miss leaves out that many points.
func treasureRun(label string, seed uint64, miss int) *experiments.Run {
	rng := rand.New(rand.NewPCG(seed, 1))
	exact := treasureFront()
	r := &experiments.Run{
		Dir: fmt.Sprintf("runs/fixture/%s__deep-sea-treasure-concave-v0__s%d", label, seed),
		Info: info("deep-sea-treasure-concave-v0", label, seed, 0.99, []float64{0, -25},
			experiments.ObjectiveInfo{Name: "treasure", Unit: "value", Sense: "max"},
			experiments.ObjectiveInfo{Name: "time", Unit: "steps", Sense: "max"}),
		Config:     "version: 1\nenvironment: deep-sea-treasure-concave-v0\nalgorithm: cmorl\n",
		KnownFront: exact,
	}
	found := map[int]bool{0: true, 9: true}
	order := rng.Perm(8)
	last := 0.0
	for e := range 60 {
		phase := "stage1"
		if e >= 24 {
			phase = fmt.Sprintf("stage2/r%d", (e-24)/6+1)
			if (e-24)%4 == 0 && len(found) < 10-miss && len(order) > 0 {
				found[order[0]+1] = true
				order = order[1:]
			}
		}
		hv := 1101.38443 * (0.35 + 0.35*(1-math.Exp(-float64(e)/6)) + 0.3*float64(len(found)-2)/8)
		hv = math.Min(math.Max(last, hv+rng.Float64()*8), 1101.38443*float64(len(found))/10+600)
		hv = math.Min(hv, 1101.38443)
		last = hv
		var points [][]float64
		var policies []string
		for i := range exact {
			if found[i] {
				points = append(points, exact[i])
				policies = append(policies, fmt.Sprintf("p%d", i))
			}
		}
		steps := (e + 1) * 10000
		r.Metrics = append(r.Metrics, experiments.Metrics{Eval: e, Phase: phase, StepsTrain: steps, StepsEval: steps / 50, Episodes: 10 * e,
			Indicators: experiments.Indicators{Hypervolume: hv, HVRatio: ptr(hv / 1101.38443), EUM: ptr(20 + 12*hv/1101 + rng.Float64()),
				Sparsity: 1800 / float64(len(points)), Cardinality: len(points), IGDPlus: ptr(float64(len(exact)-len(points)) / 2)},
			Best: []float64{103, -1}})
		r.Fronts = append(r.Fronts, experiments.FrontSnapshot{Eval: e, StepsTrain: steps, Points: points, Policies: policies})
		r.Timing = append(r.Timing, experiments.TimingRow{Eval: e, SecondsTotal: float64(e) / 4, SecondsTrain: float64(e) / 5, SecondsEval: float64(e) / 20, StepsPerSecond: 40000})
	}
	for i := range exact {
		parent := "p0"
		if i > 4 {
			parent = "p9"
		}
		r.Evaluations = append(r.Evaluations, experiments.EvaluationRow{Policy: fmt.Sprintf("p%d", i), Parent: parent, Value: exact[i]})
		if found[i] {
			r.Archive = append(r.Archive, experiments.ArchiveRow{Policy: fmt.Sprintf("p%d", i), Selected: exact[i], Value: exact[i],
				StdErr: []float64{0, 0}, Episodes: 1, NonDominated: true, Origin: "stage2/r1/obj0", StepsTrain: 600000})
		}
	}
	final := r.Metrics[59].Indicators
	r.Result = &experiments.Result{Status: "complete", StepsTrain: 600000, StepsEval: 12000, Evaluations: 60, Final: final, FinalSelected: final,
		FrontSize: len(r.Archive), Reference: []float64{0, -25}, KnownFront: "exact: enumeration", HypervolumeExact: ptr(1101.38443),
		HypervolumeLinear: ptr(804.57), Weights: "lattice 100 (101)"}
	return r
}

// manyRun is a run with n points of m objectives on a sphere.
func manyRun(env, label string, seed uint64, m, n int, names ...string) *experiments.Run {
	rng := rand.New(rand.NewPCG(seed, uint64(m)))
	var objectives []experiments.ObjectiveInfo
	for i := range m {
		o := experiments.ObjectiveInfo{Name: fmt.Sprintf("nutrient%d", i+1), Sense: "max"}
		if i < len(names) {
			o.Name = names[i]
		}
		if i == m-1 {
			o.Unit = "J"
		}
		objectives = append(objectives, o)
	}
	reference := make([]float64, m)
	r := &experiments.Run{Dir: fmt.Sprintf("runs/fixture/%s__%s__s%d", label, env, seed),
		Info: info(env, label, seed, 0.98, reference, objectives...), Config: "version: 1\nenvironment: " + env + "\n"}
	var early, late [][]float64
	var policies []string
	for k := range n {
		v := make([]float64, m)
		norm := 0.0
		for i := range v {
			v[i] = math.Abs(rng.NormFloat64())
			norm += v[i] * v[i]
		}
		se := make([]float64, m)
		for i := range v {
			v[i] *= 1 / math.Sqrt(norm)
			if i == m-1 {
				v[i] = -250000 * (1 - v[i])
			}
			se[i] = 0.01 * math.Abs(v[i])
		}
		id := fmt.Sprintf("p%d", k)
		policies = append(policies, id)
		late = append(late, v)
		if k%3 == 0 {
			w := make([]float64, m)
			for i := range v {
				w[i] = v[i] - 0.2*math.Abs(v[i])
			}
			early = append(early, w)
		}
		r.Archive = append(r.Archive, experiments.ArchiveRow{Policy: id, Selected: v, Value: v, StdErr: se, Episodes: 100, NonDominated: true})
	}
	for e, phase := range []string{"stage1", "stage1", "stage2", "stage2"} {
		points := early
		if e == 3 {
			points = late
		}
		r.Metrics = append(r.Metrics, experiments.Metrics{Eval: e, Phase: phase, StepsTrain: (e + 1) * 250000,
			Indicators: experiments.Indicators{Hypervolume: 1e12 * float64(e+1), EUM: ptr(float64(e)), Sparsity: 1 / float64(e+1), Cardinality: len(points)}})
		r.Fronts = append(r.Fronts, experiments.FrontSnapshot{Eval: e, Points: points, Policies: policies[:len(points)]})
		r.Timing = append(r.Timing, experiments.TimingRow{Eval: e, SecondsTotal: float64(10 * e)})
	}
	r.Result = &experiments.Result{Status: "complete", StepsTrain: 1000000, Final: r.Metrics[3].Indicators, FinalSelected: r.Metrics[3].Indicators,
		FrontSize: n, Reference: reference, Weights: "lattice 10 (66)"}
	return r
}

// flattered makes the values by which training selected better than the fresh ones.
func flattered(r *experiments.Run) *experiments.Run {
	rng := rand.New(rand.NewPCG(r.Info.Seed, 9))
	for i := range r.Archive {
		a := &r.Archive[i]
		a.Selected = make([]float64, len(a.Value))
		for j, v := range a.Value {
			a.StdErr[j] = 0.04 * math.Abs(v)
			a.Selected[j] = v + (0.5+rng.NormFloat64())*a.StdErr[j]
		}
	}
	return r
}

// contestRuns are five seeds of four labels on six environments of two objectives, of which the fronts of
// some reach further.
func contestRuns() []*experiments.Run {
	skill := map[string]float64{"C-MORL": 0.95, "PCN": 0.8, "PPO lattice": 0.87, "Pareto Q-learning": 0.9}
	labels := []string{"C-MORL", "PCN", "PPO lattice", "Pareto Q-learning"}
	var runs []*experiments.Run
	for env := range 6 {
		for k, label := range labels {
			for seed := range uint64(5) {
				rng := rand.New(rand.NewPCG(seed, uint64(10*env+k)))
				reach := math.Min(skill[label]+0.06*rng.NormFloat64()-0.02*float64((env+k)%3), 0.999)
				runs = append(runs, contestRun(fmt.Sprintf("arena-%d", env+1), label, seed, reach))
			}
		}
	}
	return runs
}

// contestRun has a quarter of a circle as its front, of a radius below 1.
func contestRun(env, label string, seed uint64, reach float64) *experiments.Run {
	r := &experiments.Run{Dir: fmt.Sprintf("runs/fixture/%s__%s__s%d", label, env, seed),
		Info: info(env, label, seed, 0.99, []float64{0, 0},
			experiments.ObjectiveInfo{Name: "speed", Unit: "m/s", Sense: "max"}, experiments.ObjectiveInfo{Name: "energy", Unit: "J", Sense: "max"})}
	const n = 12
	for i := range n {
		sin, cos := math.Sincos((float64(i) + 0.5) / n * math.Pi / 2)
		v := []float64{reach * cos, reach * sin}
		r.Archive = append(r.Archive, experiments.ArchiveRow{Policy: fmt.Sprintf("p%d", i), Selected: v, Value: v, StdErr: []float64{0, 0}, Episodes: 100, NonDominated: true})
	}
	share := reach * reach
	r.Result = &experiments.Result{Status: "complete", StepsTrain: 600000, FrontSize: n, KnownFront: "exact: quarter of a circle", HypervolumeExact: ptr(0.7), Weights: "lattice 100 (101)",
		Final: experiments.Indicators{Hypervolume: 0.7 * share, HVRatio: ptr(share), Cardinality: n}}
	r.Result.FinalSelected = r.Result.Final
	return r
}
