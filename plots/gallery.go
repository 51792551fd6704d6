package plots

import (
	"context"
	"runtime"
	"sync"

	"github.com/paretolab/paretolab/experiments"
)

// Example is a figure of made-up runs that shows a kind.
type Example struct {
	Name  string
	Kind  string
	Style Style
	Runs  []*experiments.Run
}

// Examples are figures of every kind, on runs whose shapes are those of real ones and whose numbers prove
// nothing.
func Examples() []Example {
	one := []*experiments.Run{treasureRun("C-MORL", 0, 2)}
	var seeds []*experiments.Run
	for s := range uint64(5) {
		seeds = append(seeds, treasureRun("C-MORL", s, int(s)%3), treasureRun("PPO lattice", s, 5+int(s)%2))
	}
	minecart := []*experiments.Run{manyRun("minecart-v0", "C-MORL", 1, 3, 40, "ore1", "ore2", "fuel")}
	two := append(minecart, manyRun("minecart-v0", "PPO lattice", 2, 3, 20, "ore1", "ore2", "fuel"))
	known := manyRun("minecart-v0", "C-MORL", 1, 3, 15, "ore1", "ore2", "fuel")
	for _, a := range manyRun("minecart-v0", "C-MORL", 1, 3, 40, "ore1", "ore2", "fuel").Archive {
		known.KnownFront = append(known.KnownFront, a.Value)
	}
	fruit := []*experiments.Run{manyRun("fruit-tree-v0", "C-MORL", 1, 6, 64, "protein", "carbs", "fats", "vitamins", "minerals", "water")}
	building := []*experiments.Run{manyRun("building-9d", "C-MORL", 1, 9, 200, "comfort_bottom", "comfort_middle", "comfort_top",
		"energy_bottom", "energy_middle", "energy_top", "ramping_bottom", "ramping_middle", "ramping_top")}
	noisy := []*experiments.Run{flattered(manyRun("hopper-2d", "C-MORL", 1, 2, 30, "speed", "height")), flattered(manyRun("hopper-2d", "PPO lattice", 2, 2, 12, "speed", "height"))}
	balanced := []*experiments.Run{manyRun("mining-v0", "C-MORL", 1, 3, 40, "ore1", "ore2", "ore3"), manyRun("mining-v0", "PPO lattice", 2, 3, 12, "ore1", "ore2", "ore3")}
	for _, r := range balanced {
		for _, a := range r.Archive {
			a.Value[2] = 1 + a.Value[2]/250000
		}
	}
	var searches []*experiments.Run
	for s := range uint64(4) {
		searches = append(searches, archiveRun("SERENE", s, 0.55, false), archiveRun("STAX", s, 0.4+0.02*float64(s), true))
	}
	stax := []*experiments.Run{searches[1]}
	contest := contestRuns()
	duel := Style{Comparison: contestComparison()}
	var arena []*experiments.Run // one environment of it
	for _, r := range contest {
		if r.Info.Environment.ID == "arena-2" {
			arena = append(arena, r)
		}
	}
	return []Example{
		{"curves", "curves", Style{}, one},
		{"curves-seeds", "curves", Style{Width: Page}, seeds},
		{"budget", "budget", Style{}, seeds},
		{"front2d", "front2d", Style{}, one},
		{"front2d-seeds", "front2d", Style{}, seeds},
		{"front2d-knee", "front2d", Style{}, arena[:10]},
		{"front3d", "front3d", Style{}, minecart},
		{"front3d-labels", "front3d", Style{}, append(two, known)},
		{"eafdiff", "eafdiff", Style{}, seeds},
		{"stages", "stages", Style{}, one},
		{"stages-matrix", "stages", Style{}, minecart},
		{"matrix", "matrix", Style{}, minecart},
		{"matrix-labels", "matrix", Style{}, two},
		{"matrix-known", "matrix", Style{}, []*experiments.Run{known}},
		{"matrix-9", "matrix", Style{}, building},
		{"parallel", "parallel", Style{}, two},
		{"parallel-known", "parallel", Style{}, []*experiments.Run{known}},
		{"parallel-6", "parallel", Style{ColorBy: "fats"}, fruit},
		{"parallel-groups", "parallel", Style{ColorBy: "clusters", CommonScale: true, Objectives: []string{"protein", "carbs", "fats", "vitamins", "minerals"}}, fruit},
		{"correlation", "correlation", Style{}, building},
		{"weights", "weights", Style{}, seeds},
		{"weights-ternary", "weights", Style{}, balanced[:1]},
		{"weights-labels", "weights", Style{}, balanced},
		{"intervals", "intervals", duel, contest},
		{"profile", "profile", duel, contest},
		{"improvement", "improvement", duel, arena},
		{"dominance", "dominance", Style{}, arena},
		{"cd", "cd", duel, contest},
		{"exploration", "exploration", Style{}, searches},
		{"exploration-column", "exploration", Style{Width: Column}, stax},
		{"shares", "shares", Style{}, stax},
		{"coverage", "coverage", Style{}, stax},
		{"reached", "reached", Style{}, stax},
		{"novelty", "novelty", Style{}, stax},
		{"reconstructions", "reconstructions", Style{}, stax},
		{"distances", "distances", Style{}, stax},
		{"noise", "noise", Style{}, noisy},
		{"noise-3", "noise", Style{Width: Page}, []*experiments.Run{flattered(manyRun("minecart-v0", "C-MORL", 1, 3, 40, "ore1", "ore2", "fuel"))}},
	}
}

// contestComparison compares the runs of the contest, with fewer resamples than figures of real runs.
var contestComparison = sync.OnceValue(func() *experiments.Comparison {
	c, err := experiments.Compare(context.Background(), contestRuns(), experiments.CompareOptions{Resamples: 2000, Workers: runtime.NumCPU()})
	if err != nil {
		panic("plots: the example runs cannot be compared: " + err.Error())
	}
	return c
})
