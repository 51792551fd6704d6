package report

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/paretolab/paretolab/experiments"
	"github.com/paretolab/paretolab/plots"
)

// solved is the best reward from which on an area counts as solved.
const solved = 0.9

// exploredAtEnd is a column of quality diversity at the end of a run.
func exploredAtEnd(r *experiments.Run, name string) (float64, bool) {
	if len(r.Metrics) == 0 {
		return math.NaN(), false
	}
	v, ok := r.Metrics[len(r.Metrics)-1].Columns[r.Info.Algorithm+"."+name]
	return v, ok
}

// archiveTables tell what searches of behaviours found: coverage and rewards, and each area.
func archiveTables(s *section, g plots.Group, names names) {
	done, _ := complete(g)
	t := &table{name: names.file(g.Name, "archives"), columns: []column{
		{"label", "label", true}, {"n", "n", false}, {"evaluations", "evaluations", false}, {"coverage, median", "coverage_median", false}, {"smallest", "coverage_min", false},
		{"largest", "coverage_max", false}, {"coverage of the archive", "archive_coverage_median", false}, {"uniformity", "uniformity_median", false}, {"QD score", "qd_score_median", false}, {"archived", "archive_median", false},
	}}
	areas := &table{name: names.file(g.Name, "areas"), columns: []column{
		{"label", "label", true}, {"objective", "objective", true}, {"best, median", "best_median", false}, {"smallest", "best_min", false}, {"largest", "best_max", false},
		{"runs with a reward", "rewarded", false}, {"first hit, median evaluation", "first_hit_median", false}, {"solved", "solved", false}, {"share solved, 95 % interval", "solved_share", true},
	}}
	var reachable []string
	for _, label := range plots.Labels(done) {
		columns := map[string][]float64{}
		n := 0
		for _, r := range done {
			if plots.Label(r) != label {
				continue
			}
			if _, ok := exploredAtEnd(r, "coverage"); !ok {
				continue
			}
			n++
			for name := range r.Metrics[len(r.Metrics)-1].Columns {
				name = strings.TrimPrefix(name, r.Info.Algorithm+".")
				v, _ := exploredAtEnd(r, name)
				columns[name] = append(columns[name], v)
			}
		}
		if n == 0 {
			continue
		}
		middle := func(name string) float64 { m, _, _ := summary(columns[name]); return m }
		coverage, low, high := summary(columns["coverage"])
		t.add(word(label), count(n), count(int(middle("evaluations"))), share(coverage), share(low), share(high), share(middle("archive_coverage")), share(middle("uniformity")),
			number(middle("qd_score")), number(middle("archive")))
		if x := columns["reachable_coverage"]; len(x) > 0 {
			reachable = append(reachable, label+" "+fixed(middle("reachable_coverage"), 4))
		}
		for _, o := range g.Environment.Objectives {
			best := columns["best_"+o.Name]
			if len(best) == 0 {
				continue
			}
			m, low, high := summary(best)
			var hits []float64
			for _, at := range columns["first_hit_"+o.Name] {
				if at > 0 {
					hits = append(hits, at)
				}
			}
			k := 0
			for _, v := range best {
				if v >= solved {
					k++
				}
			}
			hit := unknown
			if at, _, _ := summary(hits); len(hits) > 0 {
				hit = count(int(at))
			}
			from, to := wilson(k, n)
			areas.add(word(label), word(o.Name), digits(m, 4), digits(low, 4), digits(high, 4), count(len(hits)), hit, count(k), word(fmt.Sprintf("%s (%s to %s)", fixed(float64(k)/float64(n), 2), fixed(from, 2), fixed(to, 2))))
		}
	}
	if len(t.rows) == 0 {
		return
	}
	t.caption = fmt.Sprintf("%s: what searches of behaviours reached at the end, medians over runs. Coverage is the share of the cells of the ground truth that exploring episodes ended in; uniformity is 1 minus the Jensen-Shannon distance of their distribution from the uniform one; the QD score is the sum of the best rewards of all cells, from 0.", g.Name)
	if len(reachable) > 0 {
		t.notes = append(t.notes, "Coverage as a share of the cells that walls leave in reach, medians: "+strings.Join(reachable, ", ")+".")
	}
	s.table(t)
	partTable(s, g, names)
	if len(areas.rows) > 0 {
		areas.caption = fmt.Sprintf("%s: the best return of each objective in a run, undiscounted. Solved is a return of at least %v; the interval is Wilson's.", g.Name, solved)
		areas.notes = append(areas.notes, "The first hit is the first evaluation with a positive return, among the runs that had one.")
		s.table(areas)
	}
}

// partTable tells where the time of searches went: of every label medians over the runs that kept it.
func partTable(s *section, g plots.Group, names names) {
	done, _ := complete(g)
	var parts []string
	for _, r := range done {
		for _, p := range r.Parts {
			if !slices.Contains(parts, p.Part) {
				parts = append(parts, p.Part)
			}
		}
	}
	if len(parts) == 0 {
		return
	}
	t := &table{name: names.file(g.Name, "parts"), columns: []column{{"label", "label", true}}}
	for _, p := range parts {
		t.columns = append(t.columns, column{p, p + "_seconds", false})
	}
	for _, label := range plots.Labels(done) {
		seconds := map[string][]float64{}
		for _, r := range done {
			if plots.Label(r) == label {
				for _, p := range r.Parts {
					seconds[p.Part] = append(seconds[p.Part], p.Seconds)
				}
			}
		}
		if len(seconds) == 0 {
			continue
		}
		row := []value{word(label)}
		for _, p := range parts {
			if len(seconds[p]) == 0 {
				row = append(row, unknown)
				continue
			}
			m, _, _ := summary(seconds[p])
			row = append(row, duration(m))
		}
		t.add(row...)
	}
	t.caption = fmt.Sprintf("%s: where the time of searches of behaviours went, medians over runs of the time on the clock. Search is what is none of the others: variation, selection and archives.", g.Name)
	t.notes = append(t.notes, "Of a run that was resumed it is the time since then.")
	s.table(t)
}

// wilson is the 95 % score interval of a share of k in n (Wilson, 1927).
func wilson(k, n int) (low, high float64) {
	const z = 1.959963984540054
	p, m := float64(k)/float64(n), float64(n)
	centre := (p + z*z/(2*m)) / (1 + z*z/m)
	half := z / (1 + z*z/m) * math.Sqrt(p*(1-p)/m+z*z/(4*m*m))
	return max(centre-half, 0), min(centre+half, 1)
}
