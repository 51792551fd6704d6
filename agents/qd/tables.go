package qd

import (
	"context"
	"encoding/base64"
	"fmt"
	"math"
	"slices"
	"strconv"

	"github.com/paretolab/paretolab/agents"
	"github.com/paretolab/paretolab/envs/behaviour"
)

// archived is an archive at the end of a run, in order of insertion.
type archived struct {
	name    string
	members []*Individual
}

// together returns the members of all archives, each once.
func together(archives []archived) []*Individual {
	var all []*Individual
	seen := map[int]bool{}
	for _, a := range archives {
		for _, x := range a.members {
			if !seen[x.ID] {
				seen[x.ID] = true
				all = append(all, x)
			}
		}
	}
	return all
}

// elites returns the solutions of an archive as individuals. Their episodes are played once more: an archive
// keeps the reward alone.
func (r *search) elites(ctx context.Context, a Archive) ([]*Individual, error) {
	ids := archiveIDs(a)
	all := make([]*Individual, a.Len())
	for i := range all {
		all[i] = &Individual{ID: ids[i], Ancestor: ids[i], Genome: slices.Clone(a.Solution(i)), Born: ids[i] - 1}
	}
	slices.SortFunc(all, func(x, y *Individual) int { return x.ID - y.ID })
	return all, r.evaluator.Evaluate(ctx, all)
}

// archiveIDs are the names of the solutions of an archive.
func archiveIDs(a Archive) []int {
	switch a := a.(type) {
	case *GridArchive:
		return a.IDs
	case *CVTArchive:
		return a.IDs
	case *FrontArchive:
		return a.IDs
	}
	panic(fmt.Sprintf("qd: members of a %T have no names", a))
}

// tables are what a run found out beside its policies:
//
//	space            of every dimension of the ground truth: its bounds, its number of cells, and its name if it has one
//	cells            of every cell that was reached: its place, the exploring individuals and the best reward
//	behaviours       of every archived individual: where it comes from, what it did, how novel it is
//	trainings        of the encoder: errors, and how well distances in its space agree with the ground truth
//	reconstructions  of some trainings: views, and how the encoder draws them, as grey bytes from 0 to 254 in base64
//	distances        of every pair of some archived individuals: in the learned space and in the ground truth
func (r *search) tables(archives []archived) []agents.Table {
	all := together(archives)
	tables := []agents.Table{r.spaceTable(), r.cellTable(archives)}
	if len(all) > 0 {
		tables = append(tables, r.behaviourTable(all, archives))
	}
	if l := r.encoder; l != nil && len(l.Lessons) > 0 {
		tables = append(tables, l.trainingTable(), l.reconstructionTable(), distanceTable(evenly(all, sampledPairs)))
	}
	return tables
}

func (r *search) spaceTable() agents.Table {
	t := agents.Table{Name: "space"}
	t.Add("low", r.grid.Low)
	t.Add("high", r.grid.High)
	t.Add("cells", numbers(len(r.grid.Dims), func(j int) float64 { return float64(r.grid.Dims[j]) }))
	if d, ok := describer(r.problem.Env.New(), &r.problem.Env.Spec).(behaviour.Namer); ok && d.DescriptorNames() != nil {
		t.AddText("name", d.DescriptorNames())
	}
	return t
}

// cellTable lists cells in the order of the grid, the last dimension running fastest.
func (r *search) cellTable(archives []archived) agents.Table {
	held := make([]int, len(r.Visits))
	for _, x := range together(archives) {
		held[r.grid.CellOf(x.Descriptor)]++
	}
	var reached []int
	for cell, best := range r.CellBest {
		if !math.IsInf(best, -1) {
			reached = append(reached, cell)
		}
	}
	t := agents.Table{Name: "cells"}
	stride := len(r.Visits)
	for j, n := range r.grid.Dims {
		stride /= n
		t.Add("cell_"+strconv.Itoa(j), numbers(len(reached), func(i int) float64 { return float64(reached[i] / stride % n) }))
	}
	t.Add("visits", numbers(len(reached), func(i int) float64 { return float64(r.Visits[reached[i]]) }))
	t.Add("archived", numbers(len(reached), func(i int) float64 { return float64(held[reached[i]]) }))
	t.Add("best", numbers(len(reached), func(i int) float64 { return r.CellBest[reached[i]] }))
	return t
}

// behaviourTable has a row for each archived individual. Evaluations are counted from 1. Novelty is the
// mean distance to the nearest others, where the search measures it: in the learned space if there is one.
// Numbers of the learned space have six digits.
func (r *search) behaviourTable(all []*Individual, archives []archived) agents.Table {
	spec := &r.problem.Env.Spec
	t := agents.Table{Name: "behaviours"}
	name := func(id int) string {
		if id == 0 {
			return ""
		}
		return memberID(&Individual{ID: id})
	}
	t.AddText("id", texts(all, func(x *Individual) string { return name(x.ID) }))
	t.AddText("parent", texts(all, func(x *Individual) string { return name(x.Parent) }))
	t.AddText("ancestor", texts(all, func(x *Individual) string { return name(x.Ancestor) }))
	in := map[int]string{}
	for _, a := range archives {
		for _, x := range a.members {
			if before, both := in[x.ID]; both && before != a.name {
				in[x.ID] = "both"
			} else {
				in[x.ID] = a.name
			}
		}
	}
	t.AddText("archive", texts(all, func(x *Individual) string { return in[x.ID] }))
	t.AddText("origin", texts(all, func(x *Individual) string {
		if x.Emitted {
			return "emitter"
		}
		return "exploration"
	}))
	add := func(name string, of func(x *Individual) float64) {
		t.Add(name, numbers(len(all), func(i int) float64 { return of(all[i]) }))
	}
	add("evaluation", func(x *Individual) float64 { return float64(x.Born + 1) })
	add("length", func(x *Individual) float64 { return float64(x.Steps) })
	for j := range r.width() {
		add("x_"+strconv.Itoa(j), func(x *Individual) float64 { return x.Descriptor[j] })
	}
	for j, o := range spec.Objectives {
		add("return_"+o.Name, func(x *Individual) float64 { return x.Return[j] })
	}
	add("reward", func(x *Individual) float64 { return x.Fitness })
	t.AddText("area", texts(all, func(x *Individual) string {
		if x.Area < 0 {
			return ""
		}
		return spec.Objectives[x.Area].Name
	}))
	place := func(x *Individual) []float64 { return x.Descriptor }
	if r.encoder != nil {
		place = func(x *Individual) []float64 { return x.latent }
	}
	novelty := novelties(all, place)
	t.Add("novelty", novelty)
	if r.encoder != nil {
		add("surprise", func(x *Individual) float64 { return x.surprise })
		for j := range all[0].latent {
			add("latent_"+strconv.Itoa(j), func(x *Individual) float64 { return rounded(x.latent[j]) })
		}
	}
	return t
}

// neighbourhood is the number of nearest others that the novelty in tables is measured from, as in the search
// by default.
const neighbourhood = 15

// novelties are those of all individuals among themselves.
func novelties(all []*Individual, place func(*Individual) []float64) []float64 {
	var points []float64
	for _, x := range all {
		points = append(points, place(x)...)
	}
	near := NewNeighbours(points, len(place(all[0])))
	var found []Neighbour
	return numbers(len(all), func(i int) (n float64) {
		n, found = Novelty(near, place(all[i]), neighbourhood, true, found)
		return n
	})
}

func (l *representation) trainingTable() agents.Table {
	t := agents.Table{Name: "trainings"}
	for _, c := range []struct {
		name string
		of   func(x *lesson) float64
	}{
		{"evaluations", func(x *lesson) float64 { return float64(x.Evaluations) }},
		{"views", func(x *lesson) float64 { return float64(x.Views) }},
		{"epochs", func(x *lesson) float64 { return float64(x.Epochs) }},
		{"training_error", func(x *lesson) float64 { return x.Training }},
		{"validation_error", func(x *lesson) float64 { return x.Validation }},
		{"error", func(x *lesson) float64 { return x.Error }},
		{"correlation", func(x *lesson) float64 { return x.Correlation }},
	} {
		t.Add(c.name, numbers(len(l.Lessons), func(i int) float64 { return c.of(&l.Lessons[i]) }))
	}
	return t
}

func (l *representation) reconstructionTable() agents.Table {
	t := agents.Table{Name: "reconstructions"}
	t.Add("training", numbers(len(l.Samples), func(i int) float64 { return float64(l.Samples[i].Training) }))
	t.AddText("id", texts(l.Samples, func(s sample) string { return "i" + strconv.Itoa(s.ID) }))
	t.Add("error", numbers(len(l.Samples), func(i int) float64 { return l.Samples[i].Error }))
	t.AddText("view", texts(l.Samples, func(s sample) string { return base64.StdEncoding.EncodeToString(s.View) }))
	t.AddText("drawn", texts(l.Samples, func(s sample) string { return base64.StdEncoding.EncodeToString(s.Drawn) }))
	return t
}

func distanceTable(all []*Individual) agents.Table {
	learned, truth := pairDistances(all)
	t := agents.Table{Name: "distances"}
	t.Add("learned", learned)
	t.Add("truth", truth)
	return t
}

// rounded has six significant digits.
func rounded(x float64) float64 {
	x, _ = strconv.ParseFloat(strconv.FormatFloat(x, 'g', 6, 64), 64) // of a number: cannot fail
	return x
}

func numbers(n int, of func(i int) float64) []float64 {
	x := make([]float64, n)
	for i := range x {
		x[i] = of(i)
	}
	return x
}

func texts[T any](all []T, of func(T) string) []string {
	t := make([]string, len(all))
	for i, x := range all {
		t[i] = of(x)
	}
	return t
}
