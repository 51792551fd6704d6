package report

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"

	"github.com/paretolab/paretolab/experiments"
	"github.com/paretolab/paretolab/plots"
)

// summarise is the text under the title.
func summarise(groups []plots.Group) []string {
	complete, total, seeds := 0, 0, map[uint64]bool{}
	var labels []string
	for _, g := range groups {
		for _, r := range g.Runs {
			total++
			if r.Result != nil {
				complete++
			}
			seeds[r.Info.Seed] = true
			labels = append(labels, plots.Label(r))
		}
	}
	slices.Sort(labels)
	labels = slices.Compact(labels)
	s := fmt.Sprintf("%s on %s, %s.", plural(total, "run"), plural(len(groups), "environment"), plural(len(seeds), "seed"))
	s += " Algorithms: " + strings.Join(labels, ", ") + "."
	if complete < total {
		s += fmt.Sprintf(" Incomplete, and left out of the tables of results: %d of the runs, listed below.", total-complete)
	}
	return []string{s, "All objectives are maximised. Hypervolumes, utilities and value vectors are of discounted returns, measured again on fresh seeds after training unless a table says otherwise."}
}

// findings says in a sentence per environment and label how good the fronts are.
func findings(groups []plots.Group) []string {
	var out []string
	for _, g := range groups {
		done, _ := complete(g)
		for _, label := range plots.Labels(done) {
			out = append(out, finding(g, label, done))
		}
	}
	return out
}

func finding(g plots.Group, label string, done []*experiments.Run) string {
	var hv, ratio, size []float64
	var last *experiments.Result
	for _, r := range done {
		if plots.Label(r) != label {
			continue
		}
		last = r.Result
		hv, size = append(hv, last.Final.Hypervolume), append(size, float64(last.FrontSize))
		if p := last.Final.HVRatio; p != nil {
			ratio = append(ratio, *p)
		}
	}
	policies, _, _ := summary(size)
	s := fmt.Sprintf("%s on %s: hypervolume %s", label, g.Name, medianOf(hv, len(hv), hypervolume).shown)
	if len(ratio) == len(hv) {
		s += fmt.Sprintf(" (%s of the %s’s", medianOf(ratio, len(hv), share).shown, g.KnownName())
		if l, e := last.HypervolumeLinear, last.HypervolumeExact; l != nil && e != nil && *l < 0.9995**e {
			s += fmt.Sprintf("; linear weights can reach %s", fixed(*l / *e, 4))
		}
		s += ")"
	}
	s += fmt.Sprintf(", %s %s on the front", plots.Number(policies, 3), noun(int(math.Ceil(policies)), "policy"))
	if len(hv) > 1 {
		s += fmt.Sprintf("; medians of %d runs", len(hv))
	}
	return s + "."
}

// question states what the experiment asks, in the words of its configuration.
func question(s *section, runs []*experiments.Run) {
	var said []string
	for _, r := range runs {
		if q := strings.TrimSpace(configured(r.Config, "description")); q != "" && !slices.Contains(said, q) {
			said = append(said, q)
		}
	}
	for _, q := range said {
		s.text(sentence(strings.TrimSuffix(q, ".")))
	}
}

// failures lists the runs that have no result.
func failures(s *section, groups []plots.Group, names names) {
	t := &table{name: names.file("failures"), columns: []column{{"environment", "environment", true}, {"label", "label", true}, {"seed", "seed", false},
		{"budget (steps)", "budget", false}, {"steps done", "steps_train", false}, {"what happened", "status", true}}}
	for _, g := range groups {
		for _, r := range g.Runs {
			if r.Result == nil {
				t.add(word(g.Name), word(plots.Label(r)), word(fmt.Sprint(r.Info.Seed)), count(r.Info.Steps), count(stepsDone(r)), word(status(r)))
			}
		}
	}
	if len(t.rows) == 0 {
		s.text(fmt.Sprintf("None: every run is complete (n = %d).", total(groups)))
		return
	}
	t.caption = fmt.Sprintf("Runs without a result, which no table or test counts (%d of %d).", len(t.rows), total(groups))
	s.table(t)
}

// whatWasRun describes environments and lists all runs, complete or not.
func whatWasRun(s *section, groups []plots.Group, names names) {
	for _, g := range groups {
		e := g.Environment
		var objectives []string
		for _, o := range e.Objectives {
			t := o.Name
			if o.Unit != "" && o.Unit != "1" {
				t += " [" + o.Unit + "]"
			}
			if o.Sense != "" && o.Sense != "max" {
				t += " (" + o.Sense + ")"
			}
			objectives = append(objectives, t)
		}
		lines := []string{
			fmt.Sprintf("objectives, all maximised: %s", strings.Join(objectives, ", ")),
			"discount of evaluation: " + plots.Number(e.Gamma, 6),
			"reference point of hypervolumes: " + point(e.Reference),
		}
		if e.Horizon > 0 {
			lines = append(lines, fmt.Sprintf("horizon: %s", plural(e.Horizon, "step")))
		}
		if k := known(g.Runs); k != "" {
			lines = append(lines, k)
		}
		s.text("Environment " + e.ID + options(e.Options) + ":")
		s.list(lines)
	}
	t := &table{name: names.file("runs"), folded: total(groups) > maxResultRows, caption: fmt.Sprintf("All runs (n = %d), complete or not.", total(groups)), columns: []column{
		{"environment", "environment", true}, {"label", "label", true}, {"algorithm", "algorithm", true}, {"preset", "preset", true},
		{"seed", "seed", false}, {"budget (steps)", "budget", false}, {"steps done", "steps_train", false}, {"status", "status", true},
	}}
	for _, g := range groups {
		for _, r := range g.Runs {
			t.add(word(g.Name), word(plots.Label(r)), word(r.Info.Algorithm), word(dash(r.Info.Preset)), word(fmt.Sprint(r.Info.Seed)),
				count(r.Info.Steps), count(stepsDone(r)), word(status(r)))
		}
	}
	s.table(t)
}

// total counts the runs of all groups.
func total(groups []plots.Group) int {
	n := 0
	for _, g := range groups {
		n += len(g.Runs)
	}
	return n
}

// options of an environment, in the order of their names.
func options(o map[string]any) string {
	var keys []string
	for k := range o {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	for i, k := range keys {
		value := fmt.Sprint(o[k])
		if n := strings.Count(value, "\n"); n > 0 {
			value = plural(n, "line") + " of text"
		}
		keys[i] = k + " = " + value
	}
	if len(keys) == 0 {
		return ""
	}
	return " (" + strings.Join(keys, ", ") + ")"
}

// known describes the exact or best known front of a group.
func known(runs []*experiments.Run) string {
	for _, r := range runs {
		if r.Result == nil || r.Result.HypervolumeExact == nil && len(r.KnownFront) == 0 {
			continue
		}
		s := "known front"
		if r.Result.KnownFront != "" {
			s += " (" + r.Result.KnownFront + ")"
		}
		s += ": " + plural(len(r.KnownFront), "point")
		if v := r.Result.HypervolumeExact; v != nil {
			s += ", hypervolume " + plots.Number(*v, 8)
		}
		if v := r.Result.HypervolumeLinear; v != nil {
			s += "; linear weights can reach " + plots.Number(*v, 8)
			if e := r.Result.HypervolumeExact; e != nil && *e > 0 {
				s += ", " + fixed(*v / *e, 4) + " of it"
			}
		}
		return s
	}
	return ""
}

func dash(s string) string {
	if s == "" {
		return "–"
	}
	return s
}

func status(r *experiments.Run) string {
	switch {
	case r.Result == nil && r.Failure != nil:
		first, _, _ := strings.Cut(strings.TrimSpace(r.Failure.Error), "\n")
		return "incomplete: failed: " + first
	case r.Result == nil:
		return "incomplete"
	case r.Result.Status != "":
		return r.Result.Status
	}
	return "complete"
}

func stepsDone(r *experiments.Run) int {
	if r.Result != nil {
		return r.Result.StepsTrain
	}
	if n := len(r.Metrics); n > 0 {
		return r.Metrics[n-1].StepsTrain
	}
	return 0
}

// complete lists the finished runs of a group, and names the others.
func complete(g plots.Group) (done []*experiments.Run, missing string) {
	var left []string
	for _, r := range g.Runs {
		if r.Result != nil {
			done = append(done, r)
		} else {
			left = append(left, fmt.Sprintf("%s seed %d (%s of %s)", plots.Label(r), r.Info.Seed, count(stepsDone(r)).shown, plural(r.Info.Steps, "step")))
		}
	}
	if len(left) > 0 {
		missing = "Incomplete and not in the table: " + strings.Join(left, "; ") + "."
	}
	return done, missing
}

// setting is the part that every caption of results ends with.
func setting(g plots.Group, runs []*experiments.Run) string {
	s := fmt.Sprintf("reference point %s, discount %s", point(g.Environment.Reference), plots.Number(g.Environment.Gamma, 6))
	if e := episodes(runs); e != "" {
		s += ", " + e + " per policy"
	}
	return fmt.Sprintf("%s, n = %d.", s, len(runs))
}

// episodes is the range of evaluation episodes behind the archives of runs.
func episodes(runs []*experiments.Run) string {
	lo, hi := math.MaxInt, 0
	for _, r := range runs {
		for _, a := range r.Archive {
			lo, hi = min(lo, a.Episodes), max(hi, a.Episodes)
		}
	}
	switch {
	case hi == 0:
		return ""
	case lo == hi:
		return plural(hi, "fresh episode")
	}
	return fmt.Sprintf("%d–%d fresh episodes", lo, hi)
}

// weightSet is a set of weights as a run records it: kind and number.
var weightSet = regexp.MustCompile(`^(.+) \((\d+)\)$`)

// weightsOf describes the weight sets behind expected utilities.
func weightsOf(runs []*experiments.Run) string {
	var all []string
	for _, r := range runs {
		w := weightSet.ReplaceAllString(r.Result.Weights, "$2 weights ($1)")
		if w != "" && !slices.Contains(all, w) {
			all = append(all, w)
		}
	}
	return strings.Join(all, "; ")
}

// maxResultRows is the number of single runs above which a page shows them on request.
const maxResultRows = 12

// mainTable is one row per complete run, and per label if that has several.
func mainTable(s *section, g plots.Group, names names) {
	done, missing := complete(g)
	if len(done) == 0 {
		s.warn(fmt.Sprintf("No run on %s is complete. %s", g.Name, missing))
		return
	}
	t := &table{name: names.file(g.Name, "results"), columns: []column{
		{"label", "label", true}, {"seed", "seed", false}, {"front size", "front_size", false}, {"hypervolume", "hypervolume", false},
		{"share of exact", "hv_ratio", false}, {"expected utility", "eum", false}, {"sparsity", "sparsity", false},
		{"training steps", "steps_train", false}, {"evaluation steps", "steps_eval", false}, {"wall time", "wall_seconds", false},
	}}
	t.caption = fmt.Sprintf("%s: the final archives; %s", g.Name, setting(g, done))
	for _, r := range done {
		f := r.Result.Final
		t.add(word(plots.Label(r)), word(fmt.Sprint(r.Info.Seed)), count(r.Result.FrontSize), hypervolume(f.Hypervolume), optional(f.HVRatio, share),
			optional(f.EUM, number), number(f.Sparsity), count(r.Result.StepsTrain), count(r.Result.StepsEval), duration(r.WallSeconds()))
	}
	if w := weightsOf(done); w != "" {
		t.notes = append(t.notes, "Expected utility: the best weighted sum of objectives that the front offers, mean over "+w+".")
	}
	t.notes = append(t.notes, "Sparsity says little alone: read it beside front size and hypervolume.")
	if ref := otherReferences(g, done); ref != "" {
		t.notes = append(t.notes, ref)
	}
	t.folded = len(t.rows) > maxResultRows
	if missing != "" {
		t.notes = append(t.notes, missing)
	}
	s.table(t)
	for _, r := range done {
		for _, note := range r.Result.Notes {
			s.warn(fmt.Sprintf("%s on %s, seed %d: %s", plots.Label(r), g.Name, r.Info.Seed, note))
		}
	}
	overSeeds(s, g, done, names)
}

// otherReferences warns of results measured from another point than the environment's.
func otherReferences(g plots.Group, runs []*experiments.Run) string {
	for _, r := range runs {
		if len(r.Result.Reference) > 0 && !slices.Equal(r.Result.Reference, g.Environment.Reference) {
			return fmt.Sprintf("Hypervolumes of %s seed %d are measured from the reference point %s.", plots.Label(r), r.Info.Seed, point(r.Result.Reference))
		}
	}
	return ""
}

// overSeeds summarises every label that was run with several seeds.
func overSeeds(s *section, g plots.Group, done []*experiments.Run, names names) {
	t := &table{name: names.file(g.Name, "over-seeds"), columns: []column{
		{"label", "label", true}, {"n", "n", false}, {"seeds", "seeds", true}, {"hypervolume, median", "hypervolume_median", false}, {"smallest", "hypervolume_min", false},
		{"largest", "hypervolume_max", false}, {"share of exact, median", "hv_ratio_median", false}, {"expected utility, median", "eum_median", false},
	}}
	t.caption = fmt.Sprintf("%s: over seeds; %s", g.Name, setting(g, done))
	for _, label := range plots.Labels(done) {
		var hv, ratio, eum []float64
		var seeds []uint64
		for _, r := range done {
			if plots.Label(r) != label {
				continue
			}
			seeds = append(seeds, r.Info.Seed)
			hv = append(hv, r.Result.Final.Hypervolume)
			if p := r.Result.Final.HVRatio; p != nil {
				ratio = append(ratio, *p)
			}
			if p := r.Result.Final.EUM; p != nil {
				eum = append(eum, *p)
			}
		}
		if len(seeds) < 2 {
			continue
		}
		median, lo, hi := summary(hv)
		t.add(word(label), count(len(seeds)), word(seedList(seeds)), hypervolume(median), hypervolume(lo), hypervolume(hi), medianOf(ratio, len(seeds), share), medianOf(eum, len(seeds), number))
	}
	if len(t.rows) > 0 {
		s.table(t)
	}
}

// medianOf shows the median if every one of n runs has the value.
func medianOf(v []float64, n int, show func(float64) value) value {
	if len(v) < n {
		return unknown
	}
	median, _, _ := summary(v)
	return show(median)
}

// stageTable compares the archive after stage 1 with the final one, for runs of C-MORL.
func stageTable(s *section, g plots.Group, names names) {
	t := &table{name: names.file(g.Name, "stages"), columns: []column{
		{"label", "label", true}, {"seed", "seed", false}, {"steps of stage 1", "steps_stage1", false}, {"HV after stage 1", "hypervolume_stage1", false},
		{"HV final", "hypervolume_final", false}, {"gain", "gain", false}, {"gain (%)", "gain_ratio", false},
		{"HV exact", "hypervolume_exact", false}, {"HV limit of linear weights", "hypervolume_linear", false},
		{"HV lattice, whole budget", "hypervolume_lattice", false}, {"HV random selection", "hypervolume_random", false},
	}}
	lattice, latticeRuns := rivals(g, func(r *experiments.Run) bool { return r.Info.Algorithm == "ppo-lattice" })
	random, randomRuns := rivals(g, randomSelection)
	var used []*experiments.Run
	linear := false
	for _, r := range g.Runs {
		if r.Result == nil {
			continue
		}
		end := r.EndOfPhase("stage1")
		if end == nil {
			continue
		}
		used = append(used, r)
		linear = linear || r.Result.HypervolumeLinear != nil
		before, after := end.Hypervolume, r.Result.FinalSelected.Hypervolume
		t.add(word(plots.Label(r)), word(fmt.Sprint(r.Info.Seed)), count(end.StepsTrain), hypervolume(before), hypervolume(after), signed(after-before),
			percent(after-before, before), optional(r.Result.HypervolumeExact, hypervolume), optional(r.Result.HypervolumeLinear, hypervolume),
			optional(lattice, hypervolume), optional(random, hypervolume))
	}
	if len(used) == 0 {
		return
	}
	t.caption = fmt.Sprintf("%s: hypervolume after stage 1 (last evaluation of that phase) and at the end, both of the values that training selected by; reference point %s, discount %s, n = %d.",
		g.Name, point(g.Environment.Reference), plots.Number(g.Environment.Gamma, 6), len(used))
	if lattice != nil {
		t.notes = append(t.notes, fmt.Sprintf("Lattice, whole budget: PPO on a lattice of weighted sums for all of the budget, as selected, median of n = %d.", latticeRuns))
	}
	if random != nil {
		t.notes = append(t.notes, fmt.Sprintf("Random selection: C-MORL that extends random policies of the archive in stage 2, as selected, median of n = %d.", randomRuns))
	}
	if linear {
		t.notes = append(t.notes, "The limit of linear weights is the largest hypervolume that policies optimal for some linear weighting can reach; what lies above it is the non-convex part of the front.")
	}
	s.table(t)
}

// randomSelection reports whether a run of C-MORL chooses the policies that stage 2 extends at random.
func randomSelection(r *experiments.Run) bool {
	return r.Info.Algorithm == "cmorl" && configured(r.Config, "algorithm.settings.selection") == "random"
}

// rivals is the median hypervolume, as selected, of the complete runs that are what is asked for, nil if
// there is none.
func rivals(g plots.Group, is func(*experiments.Run) bool) (hv *float64, n int) {
	var all []float64
	for _, r := range g.Runs {
		if r.Result != nil && is(r) {
			all = append(all, r.Result.FinalSelected.Hypervolume)
		}
	}
	if len(all) == 0 {
		return nil, 0
	}
	median, _, _ := summary(all)
	return &median, len(all)
}

// selectionBias is what every reader of fronts must know.
const selectionBias = "An archive that keeps the best of many noisy evaluations reports luck: whichever policy was flattered by its episodes stays. Therefore every member of the final archive was evaluated again on fresh seeds, which selection never saw; the tables and figures of results show those values. Optimism is what the selected values claim beyond them."

// optimismTable compares the values that training selected by with fresh ones.
func optimismTable(s *section, g plots.Group, names names) {
	done, _ := complete(g)
	if len(done) == 0 {
		return
	}
	if len(s.blocks) == 0 {
		s.text(selectionBias)
	}
	t := &table{name: names.file(g.Name, "optimism"), columns: []column{
		{"label", "label", true}, {"seed", "seed", false}, {"HV as selected", "hypervolume_selected", false}, {"HV fresh", "hypervolume_fresh", false},
		{"optimism", "optimism", false}, {"optimism (%)", "optimism_ratio", false}, {"archive", "archive_size", false},
		{"non-dominated after re-evaluation", "nondominated", false}, {"largest standard error", "se_max", false},
	}}
	t.caption = fmt.Sprintf("%s: optimism is the hypervolume of the values that training selected by minus that of fresh evaluations; %s", g.Name, setting(g, done))
	for _, r := range done {
		selected, fresh := r.Result.FinalSelected.Hypervolume, r.Result.Final.Hypervolume
		t.add(word(plots.Label(r)), word(fmt.Sprint(r.Info.Seed)), hypervolume(selected), hypervolume(fresh), signed(selected-fresh), percent(selected-fresh, fresh),
			count(len(r.Archive)), count(len(r.Front())), digits(largestError(r), 3))
	}
	s.table(t)
	for _, label := range plots.Labels(done) {
		var fresh, optimism []float64
		for _, r := range done {
			if plots.Label(r) == label {
				fresh = append(fresh, r.Result.Final.Hypervolume)
				optimism = append(optimism, r.Result.FinalSelected.Hypervolume-r.Result.Final.Hypervolume)
			}
		}
		median, _, _ := summary(optimism)
		if w := halfWidth(fresh); median > w {
			s.warn(fmt.Sprintf("%s on %s: the median optimism of %s exceeds the half-width %s of the 95 %% interval of the mean hypervolume over %d seeds: part of what training reported is luck in its evaluations. Use the fresh values.",
				label, g.Name, plots.Number(median, 4), plots.Number(w, 4), len(fresh)))
		}
	}
}

// largestError is the largest standard error in a run's archive.
func largestError(r *experiments.Run) float64 {
	most := 0.0
	for _, a := range r.Archive {
		for _, e := range a.StdErr {
			if e > most {
				most = e
			}
		}
	}
	return most
}

// maxFrontRows is the number of points of a table that a page shows; the file has all.
const maxFrontRows = 200

// frontTables lists the points of every run's front in the order of its front.csv.
func frontTables(s *section, g plots.Group, names names) {
	for _, r := range g.Runs {
		front := r.Front()
		if len(front) == 0 {
			continue
		}
		slices.SortStableFunc(front, func(a, b experiments.ArchiveRow) int { return slices.Compare(a.Value, b.Value) })
		t := &table{name: names.file(g.Name, plots.Label(r), fmt.Sprintf("s%d", r.Info.Seed), "front"), folded: true,
			columns: []column{{"policy", "policy", true}}}
		for _, o := range g.Environment.Objectives {
			t.columns = append(t.columns, column{o.Name, o.Name, false})
		}
		for _, o := range g.Environment.Objectives {
			t.columns = append(t.columns, column{"± " + o.Name, "se_" + o.Name, false})
		}
		t.columns = append(t.columns, column{"episodes", "episodes", false}, column{"origin", "origin", true})
		for _, a := range front {
			row := []value{word(a.Policy)}
			for i := range g.Environment.Objectives {
				row = append(row, at(a.Value, i))
			}
			for i := range g.Environment.Objectives {
				row = append(row, at(a.StdErr, i))
			}
			t.add(append(row, count(a.Episodes), word(a.Origin))...)
		}
		errors := "± is one standard error"
		if largestError(r) == 0 {
			errors = "all standard errors are 0"
			for _, o := range g.Environment.Objectives {
				t.hide("se_" + o.Name)
			}
		}
		t.caption = fmt.Sprintf("%s, %s, seed %d: front of %s; discount %s, %s, n = 1.",
			g.Name, plots.Label(r), r.Info.Seed, plural(len(front), "point"), plots.Number(g.Environment.Gamma, 6), errors)
		s.table(t)
	}
}

// at is the i-th value of a vector that may be short.
func at(v []float64, i int) value {
	if i >= len(v) {
		return unknown
	}
	return number(v[i])
}
