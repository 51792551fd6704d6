package plots

import (
	"encoding/csv"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"

	"github.com/paretolab/paretolab/experiments"
)

// dataOf draws a figure and reads its numbers back.
func dataOf(t *testing.T, kind string, runs []*experiments.Run, style Style) (fig *Fig, rows []map[string]string) {
	t.Helper()
	fig, err := Figure(kind, runs, style)
	if err != nil {
		t.Fatal(err)
	}
	table, err := csv.NewReader(strings.NewReader(string(fig.Data()))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range table[1:] {
		row := map[string]string{}
		for i, name := range table[0] {
			row[name] = line[i]
		}
		rows = append(rows, row)
	}
	return fig, rows
}

// frontRun is a complete run with the given values.
func frontRun(label string, seed uint64, objectives []string, values ...[]float64) *experiments.Run {
	var list []experiments.ObjectiveInfo
	for _, name := range objectives {
		list = append(list, experiments.ObjectiveInfo{Name: name})
	}
	r := &experiments.Run{Info: info("known-v0", label, seed, 1, make([]float64, len(objectives)), list...), Result: &experiments.Result{}}
	for i, v := range values {
		r.Archive = append(r.Archive, experiments.ArchiveRow{Policy: string(rune('a' + i)), Selected: v, Value: v, Episodes: 100, NonDominated: true})
	}
	return r
}

// Every kind has an example, and every example a golden image.
func TestEveryKindHasAnExample(t *testing.T) {
	for _, k := range Kinds() {
		if !slices.ContainsFunc(Examples(), func(e Example) bool { return e.Kind == k.Name }) {
			t.Errorf("%s has none", k.Name)
		}
	}
}

// Three unit vectors share the triangle of weights: each is best where its weight is the largest, a third of
// it. A point of 0.6 in two objectives takes the middle of their edge: with w3 = 0, where 0.6 > w1 and 0.6 > w2.
func TestTernary(t *testing.T) {
	unit := []point{{value: []float64{1, 0, 0}}, {value: []float64{0, 1, 0}}, {value: []float64{0, 0, 1}}, {value: []float64{0, 0, 1}}, {value: []float64{0.2, 0.2, 0.2}}}
	m := newTernary(unit)
	if len(m.cells) != 3 {
		t.Fatalf("%d cells, want 3: a copy and a point that no weights prefer have none", len(m.cells))
	}
	for _, c := range m.cells {
		if math.Abs(c.share-1./3) > 1e-12 {
			t.Errorf("%v has %v of the triangle, want a third", c.value, c.share)
		}
	}
	total := 0.0
	for _, c := range newTernary(append(unit, point{value: []float64{0.6, 0.6, 0}})).cells {
		total += c.share
		if c.value[0] == 0.6 {
			var edge []float64 // w2 of its corners on the edge w3 = 0
			for _, w := range c.ring {
				if w.Y < 1e-12 {
					edge = append(edge, w.X)
				}
			}
			slices.Sort(edge)
			if len(edge) < 2 || math.Abs(edge[0]-0.4) > 1e-12 || math.Abs(edge[len(edge)-1]-0.6) > 1e-12 {
				t.Errorf("on the edge it is best at %v, want 0.4 to 0.6", edge)
			}
		}
	}
	if math.Abs(total-1) > 1e-12 {
		t.Errorf("the cells are %v of the triangle", total)
	}
}

// Numbers stand in cells that have room for them.
func TestRoomFor(t *testing.T) {
	square := []vg.Point{{}, {X: 10}, {X: 10, Y: 10}, {Y: 10}}
	if !roomFor(square, 8, 8) || roomFor(square, 12, 4) || math.Abs(float64(centroid(square).X)-5) > 1e-12 {
		t.Errorf("a square of 10 with its centre at %v", centroid(square))
	}
}

// The points (1, 0) and (0, 1) give max(w, 1 - w).
func TestWeightsOfTwoObjectives(t *testing.T) {
	_, rows := dataOf(t, "weights", []*experiments.Run{frontRun("a", 0, []string{"x", "y"}, []float64{1, 0}, []float64{0, 1})}, Style{})
	for _, i := range []int{0, 50, 100, 150, 200} {
		w := float64(i) / weightSteps
		if want := cell(math.Max(w, 1-w)); rows[i]["utility"] != want {
			t.Errorf("at %v: %v, want %v", w, rows[i]["utility"], want)
		}
	}
	if rows[200]["policy"] != "a" || rows[0]["policy"] != "b" {
		t.Errorf("chosen %s and %s", rows[200]["policy"], rows[0]["policy"])
	}
}

// Two of two runs of A attain (1, 1) and none of B: the difference there is 1. One of two runs of B attains
// (2, 0.5), none of A: -1/2 beyond what A attains.
func TestAttainmentDifference(t *testing.T) {
	names := []string{"x", "y"}
	fig, rows := dataOf(t, "eafdiff", []*experiments.Run{
		frontRun("A", 0, names, []float64{1, 1}), frontRun("A", 1, names, []float64{1, 1}),
		frontRun("B", 0, names, []float64{2, 0.5}), frontRun("B", 1, names, []float64{1, 0.5}),
	}, Style{})
	var got []string
	for _, r := range rows {
		got = append(got, r["x_from"]+" "+r["x_to"]+" "+r["y_from"]+" "+r["y_to"]+" "+r["difference"])
	}
	if want := []string{"1 2 -Inf 0.5 -0.5", "-Inf 1 0.5 1 1"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	if !strings.Contains(fig.Caption, "n = 2 and 2 runs") {
		t.Error(fig.Caption)
	}
	for d, want := range map[float64]int{-0.5: 0, 0: 0, 0.2: 1, 0.201: 2, 0.6: 3, 1: 5} {
		if got := differenceLevel(d); got != want {
			t.Errorf("level of %v is %d, want %d", d, got, want)
		}
	}
}

// Of three labels every pair has a figure.
func TestPairsOfLabels(t *testing.T) {
	names := []string{"x", "y"}
	runs := []*experiments.Run{frontRun("a", 0, names, []float64{1, 1}), frontRun("b", 0, names, []float64{2, 0.5}), frontRun("c", 0, names, []float64{0, 3})}
	figs, err := Figures("eafdiff", runs, Style{})
	if err != nil || len(figs) != 3 || figs[1].Name != "known-v0-eafdiff-a-c" {
		t.Errorf("%v %v", figs, err)
	}
}

// A has (2, 2) and (0, 5), B (1, 1) and (3, 0): A dominates half of B, B nothing of A.
func TestDominance(t *testing.T) {
	names := []string{"x", "y"}
	_, rows := dataOf(t, "dominance", []*experiments.Run{
		frontRun("A", 0, names, []float64{2, 2}, []float64{0, 5}), frontRun("B", 0, names, []float64{1, 1}, []float64{3, 0}),
	}, Style{})
	if rows[0]["points_of"] != "A" || rows[0]["share"] != "0" || rows[1]["points_of"] != "B" || rows[1]["share"] != "0.5" {
		t.Errorf("%v", rows)
	}
}

// The ends and a bulge in between: the bulge is the knee. A straight front has none.
func TestKnee(t *testing.T) {
	bulge := []point{{value: []float64{0, 1}}, {value: []float64{0.9, 0.8}}, {value: []float64{1, 0}}, {value: []float64{0.1, 0.1}}}
	if k, ok := knee(bulge); !ok || k.value[0] != 0.9 {
		t.Errorf("%v %v", k, ok)
	}
	straight := []point{{value: []float64{0, 1}}, {value: []float64{0.5, 0.5}}, {value: []float64{1, 0}}}
	if k, ok := knee(straight); ok {
		t.Errorf("%v on a straight line", k)
	}
}

// The archive after each round that changed it stands in the data.
func TestRounds(t *testing.T) {
	fig, rows := dataOf(t, "stages", []*experiments.Run{treasureRun("C-MORL", 0, 2)}, Style{})
	sets := map[string]int{}
	for _, r := range rows {
		sets[r["set"]]++
	}
	if sets["stage1"] != 2 || sets["final"] != 8 || sets["stage2/r1"] <= 2 || sets["stage2/r1"] >= 8 || !strings.Contains(fig.Caption, "rounds of stage 2") {
		t.Errorf("%v: %s", sets, fig.Caption)
	}
}

// Lines are interquartile means where there are three runs, and bands are said to be what they are.
func TestCurvesOfSeeds(t *testing.T) {
	var runs []*experiments.Run
	for s := range uint64(4) {
		runs = append(runs, treasureRun("C-MORL", s, 1))
	}
	fig, _ := dataOf(t, "curves", runs, Style{})
	if !strings.Contains(fig.Caption, "interquartile means") || !strings.Contains(fig.Caption, "95 % bootstrap") {
		t.Error(fig.Caption)
	}
}

// Chosen objectives make figures of those alone.
func TestChosenObjectives(t *testing.T) {
	many := []*experiments.Run{manyRun("minecart-v0", "C-MORL", 1, 3, 20, "ore1", "ore2", "fuel")}
	fig, rows := dataOf(t, "front2d", many, Style{Objectives: []string{"fuel", "ore1"}})
	if _, other := rows[0]["ore2"]; other || rows[0]["fuel"] != cell(many[0].Archive[0].Value[2]) {
		t.Errorf("%s %v", fig.Name, rows[0])
	}
	if _, err := Figure("front2d", many, Style{Objectives: []string{"gold"}}); !errors.Is(err, ErrNotApplicable) || !strings.Contains(err.Error(), "ore1, ore2, fuel") {
		t.Error(err)
	}
	if _, err := Figure("parallel", many, Style{ColorBy: "gold"}); !errors.Is(err, ErrNotApplicable) {
		t.Error(err)
	}
}

// Statistics of the contest as the comparison has them; what cannot be made says why.
func TestFiguresOfStatistics(t *testing.T) {
	contest, c := contestRuns(), contestComparison()
	style := Style{Comparison: c}
	fig, rows := dataOf(t, "cd", contest, style)
	if len(rows) != 4 || rows[0]["label"] != "C-MORL" || rows[0]["mean_rank"] != cell(c.Ranks.MeanRanks[0]) || fig.Name != "all-cd" || !strings.Contains(fig.Caption, "over 6 environments") {
		t.Errorf("%s %v", fig.Name, rows)
	}
	if _, rows = dataOf(t, "intervals", contest, style); len(rows) != 6*4+4 || rows[24]["environment"] != "all 6 environments" || rows[24]["n"] != "30" {
		t.Errorf("%d rows, %v", len(rows), rows[len(rows)-1])
	}
	if _, rows = dataOf(t, "profile", contest, style); len(rows) != 4*101 || rows[0]["share"] != "1" {
		t.Errorf("%d rows, %v", len(rows), rows[0])
	}
	few := contest[:2]
	for kind, want := range map[string]string{"cd": "5 or more environments", "intervals": "at least 3 complete runs", "profile": "at least 3 complete runs", "improvement": "at least 3 complete runs"} {
		if _, err := Figure(kind, few, Style{}); !errors.Is(err, ErrNotApplicable) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s of two runs: %v", kind, err)
		}
	}
	unlike := []*experiments.Run{contest[0], contestRun("arena-1", "PCN", 0, 0.8)}
	unlike[1].Info.Environment.SpecHash = "other"
	if _, err := Figure("intervals", unlike, Style{}); !errors.Is(err, ErrNotApplicable) || !strings.Contains(err.Error(), "the environment itself") {
		t.Errorf("unlike runs: %v", err)
	}
}

// Fresh values that are the selected ones have no noise to show.
func TestNoise(t *testing.T) {
	if _, err := Figure("noise", []*experiments.Run{treasureRun("C-MORL", 0, 0)}, Style{}); !errors.Is(err, ErrNotApplicable) || !strings.Contains(err.Error(), "all the same") {
		t.Error(err)
	}
	_, rows := dataOf(t, "noise", []*experiments.Run{flattered(manyRun("a-v0", "b", 1, 2, 5))}, Style{})
	if len(rows) != 10 || rows[0]["se"] == "0" || rows[0]["selected"] == rows[0]["fresh"] {
		t.Errorf("%d rows, %v", len(rows), rows[0])
	}
}

// A square cut by the line x = 0.25 leaves three quarters.
func TestCutRing(t *testing.T) {
	square := plotter.XYs{{}, {X: 1}, {X: 1, Y: 1}, {Y: 1}}
	if a := ringArea(cutRing(square, func(w plotter.XY) float64 { return w.X - 0.25 })); math.Abs(a-0.75) > 1e-15 {
		t.Errorf("%v", a)
	}
}
