package qd

import (
	"bytes"
	"context"
	"encoding/gob"
	"fmt"
	"math"
	"slices"

	"github.com/paretolab/paretolab/agents"
	"github.com/paretolab/paretolab/envs/behaviour"
	"github.com/paretolab/paretolab/pareto"
)

// search is what the algorithms of the package share in a run: the budget, the evaluation of
// individuals, what is measured of them, and the reports.
type search struct {
	id        string
	settings  *Settings
	problem   *agents.Problem
	recorder  agents.Recorder
	sink      func(agents.Episode)
	evaluator *Evaluator
	grid      *GridArchive    // empty: it only knows which cell a descriptor belongs to
	extra     []float64       // the algorithm's own columns
	reachable int             // cells of the ground truth that can be reached; 0: not known
	encoder   *representation // of views; nil: individuals are not looked at
	clock     *stopwatch
	Progress
}

// Progress is what a run has found so far.
type Progress struct {
	Evaluations int
	Steps       int
	IDs         int       // given to individuals
	Explored    int       // evaluations that count as exploration
	Rewarding   int       // individuals with a positive reward
	Visits      []int32   // exploring individuals in each cell of the ground truth
	CellBest    []float64 // best reward of any individual in each cell, −Inf without one
	Best        []float64 // of each objective, −Inf before the first
	FirstHit    []int     // evaluation that first got a positive return of each objective, 0: none yet
	Front       []*Individual
	Reported    int // evaluations at the last report
	// Measured is the front as measured by the recorder at the last report; policies are not saved.
	Measured []agents.Member
}

// start begins or resumes a run. state is a pointer to the algorithm's own state, which is restored;
// resumed reports whether it was. extra are the names of the algorithm's own columns.
func start(p *agents.Problem, rec agents.Recorder, id string, s *Settings, state any, extra ...string) (r *search, resumed bool, err error) {
	r = &search{id: id, settings: s, problem: p, recorder: rec, sink: rec.EpisodeSink(), evaluator: NewEvaluator(p, s), clock: newStopwatch()}
	r.evaluator.Rounded = true
	low, high := describer(p.Env.New(), &p.Env.Spec).DescriptorBounds()
	dims := make([]int, len(low))
	for j := range dims {
		dims[j] = s.Cells
	}
	if r.grid, err = NewGridArchive(r.genes(), dims, low, high, CellOptions{}); err != nil {
		return nil, false, err
	}
	names := []string{"evaluations", "coverage", "uniformity", "qd_score", "rewarding", "archive", "archive_coverage"}
	if b, ok := p.Env.New().(behaviour.Bounded); ok {
		r.reachable = b.ReachableCells(s.Cells)
		names = append(names, "reachable_coverage")
	}
	for _, o := range p.Env.Spec.Objectives {
		names = append(names, "best_"+o.Name)
	}
	for _, o := range p.Env.Spec.Objectives {
		names = append(names, "first_hit_"+o.Name)
	}
	rec.Columns(append(names, extra...)...)
	if b := rec.Restore(); b != nil {
		d := gob.NewDecoder(bytes.NewReader(b))
		if err := d.Decode(&r.Progress); err != nil {
			return nil, false, fmt.Errorf("qd: checkpoint: %w", err)
		}
		if err := d.Decode(state); err != nil {
			return nil, false, fmt.Errorf("qd: checkpoint: %w", err)
		}
		return r, true, r.restorePolicies()
	}
	r.Visits, r.CellBest = make([]int32, len(r.grid.Slot)), make([]float64, len(r.grid.Slot))
	for i := range r.CellBest {
		r.CellBest[i] = math.Inf(-1)
	}
	r.Best, r.FirstHit = make([]float64, p.Env.Spec.M()), make([]int, p.Env.Spec.M())
	for j := range r.Best {
		r.Best[j] = math.Inf(-1)
	}
	return r, false, nil
}

// restorePolicies gives the measured members the policies that are not saved.
func (r *search) restorePolicies() error {
	for i := range r.Measured {
		m := &r.Measured[i]
		k := slices.IndexFunc(r.Front, func(x *Individual) bool { return memberID(x) == m.ID })
		if k < 0 {
			return fmt.Errorf("qd: checkpoint: policy %s is not in the front", m.ID)
		}
		policy, err := NewController(r.evaluator.Network, r.Front[k].Genome, &r.problem.Env.Spec)
		if err != nil {
			return fmt.Errorf("qd: checkpoint: %w", err)
		}
		m.Policy = policy
	}
	return nil
}

// memberID is the id of an individual as a member of a policy set.
func memberID(x *Individual) string { return fmt.Sprintf("i%d", x.ID) }

func (r *search) genes() int { return r.evaluator.Network.Genes() }

// width is the number of numbers of descriptors.
func (r *search) width() int { return len(r.grid.Dims) }

// look has episodes viewed, and individuals described by the encoder.
func (r *search) look(l *representation) {
	r.encoder, l.pixels = l, viewPixels(r.problem.Env, l.settings.ViewSize)
	r.evaluator.Look(l.settings.Views, l.settings.ViewSize, l.settings.ViewBlur)
}

// stream returns a named random stream of the run.
func (r *search) stream(purpose string, index ...int) *Random {
	return NewRandom(r.problem.Seed, "qd."+purpose, index...)
}

// more reports whether budget is left.
func (r *search) more() bool {
	return r.Evaluations < r.settings.Evaluations && r.Steps < r.problem.Steps
}

// random returns n individuals with genes from N(0, 1), clipped to the limit.
func (r *search) random(n int, rng *Random) []*Individual {
	all := make([]*Individual, n)
	for i := range all {
		x := &Individual{Genome: make([]float64, r.genes())}
		for j := range x.Genome {
			x.Genome[j] = r.limit(rng.NormFloat64())
		}
		r.name(x)
		all[i] = x
	}
	return all
}

func (r *search) limit(gene float64) float64 {
	return min(max(gene, -r.settings.GeneLimit), r.settings.GeneLimit)
}

// name gives an individual its id, and the first of a line itself as ancestor.
func (r *search) name(x *Individual) {
	r.IDs++
	x.ID = r.IDs
	if x.Ancestor == 0 {
		x.Ancestor = x.ID
	}
}

// children returns so many children of each parent: noise N(0, sigma²) on every gene, clipped.
func (r *search) children(parents []*Individual, each int, sigma float64, rng *Random) []*Individual {
	all := make([]*Individual, 0, each*len(parents))
	for _, p := range parents {
		for range each {
			x := &Individual{Parent: p.ID, Ancestor: p.Ancestor, Genome: make([]float64, len(p.Genome))}
			for j, g := range p.Genome {
				x.Genome[j] = r.limit(g + sigma*rng.NormFloat64())
			}
			r.name(x)
			all = append(all, x)
		}
	}
	return all
}

// evaluate tries individuals, as many as the budget of evaluations allows, counts them, and returns
// those that were tried. Coverage counts those that explore.
func (r *search) evaluate(ctx context.Context, all []*Individual, explore bool) ([]*Individual, error) {
	all = all[:min(len(all), r.settings.Evaluations-r.Evaluations)]
	leave := r.clock.enter(partEpisodes)
	err := r.evaluator.Evaluate(ctx, all)
	leave()
	if err != nil {
		return nil, err
	}
	if r.encoder != nil {
		leave = r.clock.enter(partEncoding)
		r.encoder.encode(all)
		leave()
	}
	steps := 0
	for _, x := range all {
		x.Born, x.Emitted = r.Evaluations, !explore
		r.Evaluations++
		steps += x.Steps
		r.count(x, explore)
		if r.sink != nil {
			r.sink(agents.Episode{Steps: r.Steps + steps, Length: x.Steps, Return: x.Return, Terminated: x.Terminated})
		}
	}
	r.Steps += steps
	r.recorder.Step(steps)
	return all, nil
}

// count adds an individual to what is measured.
func (r *search) count(x *Individual, explore bool) {
	cell := r.grid.CellOf(x.Descriptor)
	if explore {
		r.Explored++
		r.Visits[cell]++
	}
	r.CellBest[cell] = max(r.CellBest[cell], x.Fitness)
	if x.Fitness > 0 {
		r.Rewarding++
	}
	for j, v := range x.Return {
		r.Best[j] = max(r.Best[j], v)
		if v > 0 && r.FirstHit[j] == 0 {
			r.FirstHit[j] = r.Evaluations
		}
	}
	for _, y := range r.Front {
		if pareto.WeaklyDominates(y.Return, x.Return) {
			return
		}
	}
	r.Front = append(slices.DeleteFunc(slices.Clone(r.Front), func(y *Individual) bool {
		return pareto.Dominates(x.Return, y.Return)
	}), x)
}

// evaluateBatch tries the solutions of a batch as exploring individuals and returns how many the budget
// of evaluations sufficed for.
func (r *search) evaluateBatch(ctx context.Context, b *Batch) (int, error) {
	all := make([]*Individual, b.Len())
	for i := range all {
		all[i] = &Individual{Genome: slices.Clone(b.Solution(i))}
		r.name(all[i])
		b.ID[i] = all[i].ID
	}
	all, err := r.evaluate(ctx, all, true)
	for i, x := range all {
		b.Objective[i] = x.Fitness
		copy(b.Descriptor(i), x.Descriptor)
		copy(b.Values[i*b.M:(i+1)*b.M], x.Return)
	}
	return len(all), err
}

// Coverage is the share of cells of the ground truth that exploring individuals reached.
func (p *Progress) Coverage() float64 {
	filled := 0
	for _, n := range p.Visits {
		if n > 0 {
			filled++
		}
	}
	return float64(filled) / float64(len(p.Visits))
}

// Uniformity is 1 minus the Jensen-Shannon distance (natural logarithm) between the distribution of
// exploring individuals over the cells and the uniform one; 0 before the first individual.
func (p *Progress) Uniformity() float64 {
	if p.Explored == 0 {
		return 0
	}
	divergence, u := 0.0, 1/float64(len(p.Visits))
	for _, n := range p.Visits {
		v := float64(n) / float64(p.Explored)
		mid := (u + v) / 2
		if v > 0 {
			divergence += v * math.Log(v/mid) / 2
		}
		divergence += u * math.Log(u/mid) / 2
	}
	return 1 - math.Sqrt(max(divergence, 0))
}

// described are the members of an archive.
type described interface {
	Len() int
	Descriptor(i int) []float64
}

// individuals are members of an archive in order of insertion.
type individuals []*Individual

func (x individuals) Len() int                   { return len(x) }
func (x individuals) Descriptor(i int) []float64 { return x[i].Descriptor }

// covered is the share of cells of the ground truth that hold members of an archive.
func (r *search) covered(archive described) float64 {
	held := make([]bool, len(r.grid.Slot))
	n := 0
	for i := range archive.Len() {
		if cell := r.grid.CellOf(archive.Descriptor(i)); !held[cell] {
			held[cell] = true
			n++
		}
	}
	return float64(n) / float64(len(held))
}

// QDScore is the sum of the best rewards of all cells.
func (p *Progress) QDScore() float64 {
	sum := 0.0
	for _, f := range p.CellBest {
		if !math.IsInf(f, -1) {
			sum += f
		}
	}
	return sum
}

// clone returns a copy that later evaluations do not change.
func (p *Progress) clone() *Progress {
	c := *p
	c.Visits, c.CellBest = slices.Clone(p.Visits), slices.Clone(p.CellBest)
	c.Best, c.FirstHit = slices.Clone(p.Best), slices.Clone(p.FirstHit)
	c.Measured = slices.Clone(p.Measured)
	for i := range c.Measured {
		c.Measured[i].Policy = nil
	}
	return &c // the front is replaced, never written over
}

// due tells that a report is: so many evaluations have been made since the last, or it is the end.
func (r *search) due() bool {
	return !r.more() || r.Evaluations >= r.Reported+r.settings.ReportEvery
}

// report hands the recorder what has been found, if a report is due. archive is that of the algorithm, nil if it has none; snapshot
// returns a copy of its state that the further run does not change.
func (r *search) report(ctx context.Context, archive described, snapshot func() any) error {
	if !r.due() {
		return nil
	}
	defer r.clock.enter(partMeasurement)()
	r.Reported = r.Evaluations
	fresh, err := r.measure(ctx)
	if err != nil {
		return err
	}
	size, covered := 0, 0.0
	if archive != nil {
		size, covered = archive.Len(), r.covered(archive)
	}
	columns := []float64{float64(r.Evaluations), r.Coverage(), r.Uniformity(), r.QDScore(), float64(r.Rewarding), float64(size), covered}
	if r.reachable > 0 {
		columns = append(columns, r.Coverage()*float64(len(r.Visits))/float64(r.reachable))
	}
	columns = append(columns, r.Best...)
	for _, n := range r.FirstHit {
		columns = append(columns, float64(n))
	}
	columns = append(columns, r.extra...)
	progress, state := r.clone(), snapshot()
	encode := func() ([]byte, error) {
		var b bytes.Buffer
		e := gob.NewEncoder(&b)
		for _, part := range []any{progress, state} {
			if err := e.Encode(part); err != nil {
				return nil, fmt.Errorf("qd: checkpoint: %w", err)
			}
		}
		return b.Bytes(), nil
	}
	return r.recorder.Record(agents.Evaluation{
		Phase: "search", Steps: r.Steps, Policies: fresh, Archive: slices.Clone(r.Measured), Columns: columns, StageEnd: !r.more(),
	}, encode)
}

// measure has the recorder measure the members of the front that it has not seen, and returns them.
func (r *search) measure(ctx context.Context) ([]agents.Member, error) {
	known := map[string]agents.Member{}
	for _, m := range r.Measured {
		known[m.ID] = m
	}
	r.Measured = nil
	var fresh []agents.Member
	for _, x := range r.Front {
		m, ok := known[memberID(x)]
		if !ok {
			policy, err := NewController(r.evaluator.Network, x.Genome, &r.problem.Env.Spec)
			if err != nil {
				return nil, err
			}
			value, err := r.recorder.Evaluate(ctx, policy)
			if err != nil {
				return nil, err
			}
			m = agents.Member{ID: memberID(x), Origin: r.id, Steps: r.Steps, Value: value, Policy: policy}
			if x.Parent > 0 {
				m.Parent = fmt.Sprintf("i%d", x.Parent)
			}
			fresh = append(fresh, m)
		}
		r.Measured = append(r.Measured, m)
	}
	return fresh, nil
}

// result returns the policies of the front, and what was found beside them.
func (r *search) result(ctx context.Context, archives ...archived) (*agents.PolicySet, error) {
	if _, err := r.measure(ctx); err != nil {
		return nil, err
	}
	r.clock.change(r.clock.now)
	set := &agents.PolicySet{Members: r.Measured, Tables: r.tables(archives), Parts: r.clock.parts}
	if all := together(archives); len(all) > 0 {
		set.Repertoire = newRepertoire(r.evaluator.Network, all, &r.problem.Env.Spec)
	}
	return set, nil
}
