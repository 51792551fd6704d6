package plots_test

import (
	"fmt"
	"image/color"
	"io"
	"os"
	"path/filepath"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/paretolab/paretolab/experiments"
	"github.com/paretolab/paretolab/plots"
)

// A run as experiments.LoadRun would read it from its directory.
func exampleRun() *experiments.Run {
	r := &experiments.Run{Info: experiments.Info{
		Label: "C-MORL", Algorithm: "cmorl", Seed: 3,
		Environment: experiments.EnvironmentInfo{
			ID: "deep-sea-treasure-v0", Gamma: 0.99, Reference: []float64{0, -25},
			Objectives: []experiments.ObjectiveInfo{{Name: "treasure", Unit: "value", Sense: "max"}, {Name: "time", Unit: "steps", Sense: "max"}},
		},
	}}
	for i, v := range [][]float64{{0.7, -1}, {11.3, -6.8}, {19.8, -17.4}} {
		r.Archive = append(r.Archive, experiments.ArchiveRow{Policy: fmt.Sprint("p", i), Selected: v, Value: v, NonDominated: true})
	}
	return r
}

func ExampleFigure() {
	fig, err := plots.Figure("front2d", []*experiments.Run{exampleRun()}, plots.Style{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%s, %.0f mm wide\n", fig.Name, fig.Width/vg.Millimeter)
	fmt.Print(string(fig.Data()))
	// Output:
	// deep-sea-treasure-v0-front2d, 84 mm wide
	// environment,label,seed,set,policy,treasure,time,se_treasure,se_time
	// deep-sea-treasure-v0,C-MORL,3,front,p0,0.7,-1,,
	// deep-sea-treasure-v0,C-MORL,3,front,p1,11.3,-6.8,,
	// deep-sea-treasure-v0,C-MORL,3,front,p2,19.8,-17.4,,
	// deep-sea-treasure-v0,C-MORL,,knee,p1,11.3,-6.8,,
}

func ExampleFigure_notApplicable() {
	_, err := plots.Figure("matrix", []*experiments.Run{exampleRun()}, plots.Style{})
	fmt.Println(err)
	// Output:
	// plots: figure "matrix" does not apply: it draws 3 or more objectives and deep-sea-treasure-v0 has 2; use "front2d"
}

func ExampleWrite() {
	dir, err := os.MkdirTemp("", "figures")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	files, err := plots.Write([]*experiments.Run{exampleRun()}, dir, plots.Style{}, "svg", "png")
	for _, f := range files {
		fmt.Println(filepath.Base(f))
	}
	fmt.Println(err)
	// Output:
	// deep-sea-treasure-v0-front2d.svg
	// deep-sea-treasure-v0-front2d.png
	// deep-sea-treasure-v0-weights.svg
	// deep-sea-treasure-v0-weights.png
	// <nil>
}

func ExampleKinds() {
	for _, k := range plots.Kinds() {
		fmt.Println(k.Name)
	}
	// Output:
	// curves
	// budget
	// front2d
	// front3d
	// eafdiff
	// stages
	// matrix
	// parallel
	// correlation
	// weights
	// intervals
	// profile
	// improvement
	// dominance
	// cd
	// exploration
	// shares
	// coverage
	// reached
	// novelty
	// reconstructions
	// distances
	// noise
}

// The plotters work in any plot of gonum.
func ExampleStaircase() {
	p := plot.New()
	p.Add(
		plots.Staircase{Points: plotter.XYs{{X: 1, Y: 3}, {X: 2, Y: 2}, {X: 3, Y: 0}}, LineStyle: draw.LineStyle{Color: color.Black, Width: 1}},
		plots.Rule{At: 2.5, Upright: true, LineStyle: draw.LineStyle{Color: color.Gray{128}, Width: 0.5}},
	)
	w, err := p.WriterTo(plots.Column, 60*vg.Millimeter, "svg")
	if err != nil {
		fmt.Println(err)
		return
	}
	n, err := w.WriteTo(io.Discard)
	fmt.Println(n > 0, err)
	// Output: true <nil>
}
