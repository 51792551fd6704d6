package main

import (
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strings"

	"github.com/paretolab/paretolab/experiments"
	"github.com/paretolab/paretolab/experiments/results/internal/page"
)

// race is a task on which C-MORL from scratch and from an archive are compared: by the steps to levels of
// hypervolume.
type race struct {
	environment, title string
	limit              int       // steps up to which they are compared
	shares             bool      // levels are shares of the known front's hypervolume
	levels             []float64 // ascending
}

var races = []race{
	{"deep-sea-treasure-v0", "Deep sea treasure, convex front", 100_000, true, []float64{0.8, 0.9, 0.95, 0.99, 1}},
	{"deep-sea-treasure-concave-v0", "Deep sea treasure, concave front", 100_000, true, []float64{0.5, 0.9, 0.95, 0.99, 1}},
	{"minecart-v0", "Minecart", 400_000, false, []float64{199.5, 300, 400, 500, 600}},
}

const (
	archiveLabel    = "archive"
	candidatesLabel = "from candidates"
	scratchLabel    = "from scratch"
)

func (c *race) file() string { return "candidates-" + c.environment }

// reached tells whether a hypervolume, as a share or in full, is at a level, but for rounding.
func reached(hypervolume, level float64) bool { return hypervolume >= level*(1-1e-9) }

// measure is the hypervolume of a row by which levels are told.
func (c *race) measure(m *experiments.Metrics) float64 {
	if c.shares && m.HVRatio != nil {
		return *m.HVRatio
	}
	return m.Hypervolume
}

// row returns what is kept of a run: the steps of the archive before it, its own up to each level, the archive's
// counted, NaN where it did not reach it within the limit, and the hypervolume at the limit.
func (c *race) row(run *experiments.Run, before int) row {
	x := row{label: run.Info.Label, seed: int(run.Info.Seed), values: []float64{float64(before)}}
	for range c.levels {
		x.values = append(x.values, math.NaN())
	}
	best := math.NaN()
	for i := range run.Metrics {
		m := &run.Metrics[i]
		steps := before + m.StepsTrain
		if steps > c.limit {
			break
		}
		best = c.measure(m)
		for k, level := range c.levels {
			if math.IsNaN(x.values[1+k]) && reached(best, level) {
				x.values[1+k] = float64(steps)
			}
		}
	}
	x.values = append(x.values, best)
	return x
}

func (c *race) columns() []string {
	columns := []string{"steps_of_archive"}
	for _, level := range c.levels {
		columns = append(columns, fmt.Sprintf("steps_to_%v", level))
	}
	return append(columns, "hypervolume")
}

// collectCandidates writes a file per task from the runs of candidates.yaml and candidates-archive.yaml below a
// directory, and the tables into README.md.
func collectCandidates(dir string) error {
	searched := map[string]int{} // steps of the archive of an environment and a seed
	rows := map[string][]row{}
	for _, part := range []string{"candidates-archive", "candidates"} {
		dirs, err := experiments.FindRuns(filepath.Join(dir, part))
		if err != nil {
			return err
		}
		for _, d := range dirs {
			run, err := experiments.LoadRun(d)
			if err != nil {
				return err
			}
			if run.Result == nil {
				return fmt.Errorf("%s is not complete; `paretolab resume %s` finishes it", d, d)
			}
			environment := run.Info.Environment.ID
			i := slices.IndexFunc(races, func(c race) bool { return c.environment == environment })
			if i < 0 {
				continue
			}
			key, before := fmt.Sprint(environment, run.Info.Seed), 0
			switch run.Info.Label {
			case archiveLabel:
				searched[key] = run.Result.StepsTrain
			case candidatesLabel:
				if before = searched[key]; before == 0 {
					return fmt.Errorf("%s: there is no run of the archive that it began with below %s", d, filepath.Join(dir, "candidates-archive"))
				}
			}
			rows[environment] = append(rows[environment], races[i].row(run, before))
		}
	}
	for i := range races {
		c := &races[i]
		r := &results{columns: c.columns(), rows: rows[c.environment]}
		if len(r.rows) == 0 {
			continue
		}
		if err := r.write(c.file()); err != nil {
			return err
		}
	}
	body, err := candidateTables()
	if err != nil {
		return err
	}
	return page.Replace(filepath.Join(folder, "README.md"), "candidates", body)
}

// candidateTables returns the tables of all tasks that have rows, as Markdown.
func candidateTables() (string, error) {
	var b strings.Builder
	for i := range races {
		c := &races[i]
		r, err := readResults(c.file())
		if err != nil {
			return "", err
		}
		if len(r.rows) > 0 {
			if err := c.table(&b, r); err != nil {
				return "", err
			}
		}
	}
	return b.String(), nil
}

// table has a row per label: the median of the steps to each level with the interval of the median, in how many
// runs it is reached, and the hypervolume at the limit. Below it stands, for each level, in how many seeds
// candidates got there with fewer steps.
func (c *race) table(b *strings.Builder, r *results) error {
	fmt.Fprintf(b, "\n### %s (`%s.csv`)\n\n| steps to hypervolume |", c.title, c.file())
	for _, level := range c.levels {
		fmt.Fprintf(b, " %s |", c.show(level))
	}
	fmt.Fprintf(b, " at %s steps |\n|---|%s---|\n", thousands(c.limit), strings.Repeat("---|", len(c.levels)))
	for _, label := range []string{scratchLabel, candidatesLabel, archiveLabel} {
		fmt.Fprintf(b, "| %s |", label)
		for _, level := range c.levels {
			steps := r.stepsTo(label, level)
			n := len(slices.DeleteFunc(slices.Clone(steps), func(v float64) bool { return math.IsInf(v, 1) }))
			low, high, err := medianInterval(steps)
			if err != nil {
				return fmt.Errorf("%s: %s: %w", c.file(), label, err)
			}
			fmt.Fprintf(b, " %s (%s to %s), %d of %d |", inThousands(median(steps)), inThousands(low), inThousands(high), n, len(steps))
		}
		end := r.of(label, "hypervolume")
		low, high, err := medianInterval(end)
		if err != nil {
			return err
		}
		fmt.Fprintf(b, " %s (%s to %s) |\n", c.show(median(end)), c.show(low), c.show(high))
	}
	b.WriteString("| seeds in which candidates take fewer, more |")
	for _, level := range c.levels {
		fewer, more := 0, 0
		scratch, begun := r.stepsTo(scratchLabel, level), r.stepsTo(candidatesLabel, level)
		for k := range min(len(scratch), len(begun)) {
			switch {
			case begun[k] < scratch[k]:
				fewer++
			case begun[k] > scratch[k]:
				more++
			}
		}
		fmt.Fprintf(b, " %d, %d |", fewer, more)
	}
	b.WriteString(" |\n")
	return nil
}

// stepsTo returns the steps to a level by seed, infinite where it was not reached.
func (r *results) stepsTo(label string, level float64) []float64 {
	column := slices.Index(r.columns, fmt.Sprintf("steps_to_%v", level))
	var rows []row
	for _, x := range r.rows {
		if x.label == label {
			rows = append(rows, x)
		}
	}
	slices.SortFunc(rows, func(x, y row) int { return x.seed - y.seed })
	steps := make([]float64, len(rows))
	for i, x := range rows {
		if steps[i] = x.values[column]; math.IsNaN(steps[i]) {
			steps[i] = math.Inf(1)
		}
	}
	return steps
}

// show writes a hypervolume.
func (c *race) show(v float64) string {
	if c.shares {
		return fmt.Sprintf("%.3f", v)
	}
	return fmt.Sprintf("%.1f", v)
}

// inThousands writes steps; never is those that were not enough.
func inThousands(steps float64) string {
	if math.IsInf(steps, 1) {
		return "never"
	}
	return fmt.Sprintf("%.1fk", steps/1000)
}

// thousands writes a number with a blank between them.
func thousands(n int) string { return fmt.Sprintf("%d 000", n/1000) }
