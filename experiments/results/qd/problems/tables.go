package main

import (
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strings"

	"github.com/paretolab/paretolab/experiments/results/internal/page"
	"github.com/paretolab/paretolab/pareto/stats"
)

// peer are the coverage and the QD score of one run of pyribs 0.8.3, seed 0, that ours are wanted near, or
// at least at.
type peer struct {
	algorithm    string
	genes        int
	coverage, qd float64
	least        bool // ours may be better, but no worse
}

var peers = []peer{
	{"gaussian", 20, .756, 596_355, false},
	{"line", 20, .836, 656_729, false},
	{"cma-me", 20, .774, 605_049, true},
	{"cma-mae", 20, .591, 514_783, true},
	{"gaussian", 100, .342, 286_805, false},
	{"line", 100, .458, 383_716, false},
	{"cma-me", 100, .411, 351_950, true},
	{"cma-mae", 100, .453, 382_121, true},
}

// reached reports whether the medians of coverage and QD score lie within 0.03 and 4 % of the peer's, or at
// least there.
func (p *peer) reached(coverage, qd float64) []bool {
	if p.least {
		return []bool{coverage >= p.coverage, qd >= p.qd}
	}
	return []bool{math.Abs(coverage-p.coverage) <= .03, math.Abs(qd-p.qd) <= .04*p.qd}
}

// writeTables replaces what stands between the markers of README.md by the tables.
func writeTables() error {
	for _, t := range []struct {
		name  string
		table func() (string, error)
	}{{"sphere", sphereTable}, {"rastrigin", rastriginTable}} {
		body, err := t.table()
		if err != nil {
			return err
		}
		if err := page.Replace(filepath.Join(folder, "README.md"), t.name, body); err != nil {
			return err
		}
	}
	return nil
}

// sphereTable compares our runs with the peer's example and with its runs on as many seeds.
func sphereTable() (string, error) {
	ours, err := readRuns("sphere", "sphere")
	if err != nil {
		return "", err
	}
	theirs, err := readRuns("sphere-pyribs", "sphere")
	if err != nil {
		return "", err
	}
	var b strings.Builder
	b.WriteString("| algorithm | genes | evaluations | coverage | pyribs | p | wanted | | QD score | pyribs | p | wanted | | best |\n" +
		"|---|---:|---:|---|---|---:|---|---|---|---|---:|---|---|---:|\n")
	for _, p := range peers {
		our, their := of(ours, &p), of(theirs, &p)
		if len(our) != seeds || len(their) != seeds {
			return "", fmt.Errorf("%d and %d runs of %s with %d genes, want %d", len(our), len(their), p.algorithm, p.genes, seeds)
		}
		wanted := []string{fmt.Sprintf("%.3f ± .03", p.coverage), fmt.Sprintf("%.0f ± 4 %%", p.qd)}
		if p.least {
			wanted = []string{fmt.Sprintf("≥ %.3f", p.coverage), fmt.Sprintf("≥ %.0f", p.qd)}
		}
		reached := p.reached(median(column(our, 0)), median(column(our, 1)))
		fmt.Fprintf(&b, "| %s | %d | %d |", p.algorithm, p.genes, our[0].evaluations)
		for j, format := range []string{"%.3f", "%.0f"} {
			x, y := column(our, j), column(their, j)
			test, err := stats.MannWhitney(x, y)
			if err != nil {
				return "", err
			}
			verdict := "no"
			if reached[j] {
				verdict = "yes"
			}
			fmt.Fprintf(&b, " %s | %s | %.2g | %s | %s |", interval(x, format), interval(y, format), test.P, wanted[j], verdict)
		}
		fmt.Fprintf(&b, " %.2f |\n", median(column(our, 2)))
	}
	return b.String(), nil
}

// rastriginTable compares our runs with those of QDax.
func rastriginTable() (string, error) {
	ours, err := readRuns("rastrigin", "rastrigin")
	if err != nil {
		return "", err
	}
	theirs, err := readRuns("rastrigin-qdax", "rastrigin-qdax")
	if err != nil {
		return "", err
	}
	var b strings.Builder
	b.WriteString("| batch | what | ours | QDax | runs | p |\n|---|---|---|---|---:|---:|\n")
	for _, batch := range []struct{ variant, name string }{{"mutation", "60 mutations, 40 crossovers"}, {"crossover", "crossovers alone"}} {
		p := &peer{algorithm: batch.variant, genes: 100}
		our, their := of(ours, p), of(theirs, p)
		if min(len(our), len(their)) < stats.MinRuns {
			return "", fmt.Errorf("%d and %d runs of %s, want %d at least", len(our), len(their), batch.name, stats.MinRuns)
		}
		for _, c := range []struct {
			column       int
			unit         float64
			name, format string
		}{
			{1, 1e8, "MOQD score / 10⁸", "%.3f"}, {2, 1e7, "global hypervolume / 10⁷", "%.4f"}, {0, 1, "coverage", "%.3f"},
			{3, 1, "members", "%.0f"}, {4, 1, "of the global front", "%.0f"}, {5, 1, "of these distinct", "%.0f"}, {6, 1e7, "hypervolume of the distinct / 10⁷", "%.4f"},
		} {
			x := column(our, c.column)
			for i := range x {
				x[i] /= c.unit
			}
			other, level := "", ""
			if c.column < len(columns["rastrigin-qdax"]) {
				y := column(their, c.column)
				for i := range y {
					y[i] /= c.unit
				}
				test, err := stats.MannWhitney(x, y)
				if err != nil {
					return "", err
				}
				other, level = interval(y, c.format), fmt.Sprintf("%.2g", test.P)
			}
			fmt.Fprintf(&b, "| %s | %s | %s | %s | %d, %d | %s |\n", batch.name, c.name, interval(x, c.format), other, len(our), len(their), level)
		}
	}
	return b.String(), nil
}

// of returns the runs of an algorithm with so many genes.
func of(runs []row, p *peer) []row {
	var found []row
	for _, r := range runs {
		if r.algorithm == p.algorithm && r.genes == p.genes {
			found = append(found, r)
		}
	}
	return found
}

func column(runs []row, j int) []float64 {
	x := make([]float64, len(runs))
	for i := range runs {
		x[i] = runs[i].values[j]
	}
	return x
}

// median is that of the runs, of an even number the mean of the middle two.
func median(x []float64) float64 {
	x = slices.Sorted(slices.Values(x))
	return (x[(len(x)-1)/2] + x[len(x)/2]) / 2
}

// interval writes the median with the second smallest and the second largest value, between which the median of
// all possible runs lies with a probability of 1 − 2·(n + 1)/2ⁿ: 0.979 for 10 runs, whatever the distribution.
func interval(x []float64, format string) string {
	sorted := slices.Sorted(slices.Values(x))
	return fmt.Sprintf(format+" ["+format+", "+format+"]", median(x), sorted[1], sorted[len(x)-2])
}
