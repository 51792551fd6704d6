package plots

import (
	"bytes"
	"encoding/csv"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"pgregory.net/rapid"

	"github.com/paretolab/paretolab/experiments"
)

func TestEqualRunsGiveEqualBytes(t *testing.T) {
	encode := func() map[string][]byte {
		out := map[string][]byte{}
		for _, g := range Examples() {
			fig, err := Figure(g.Kind, g.Runs, g.Style)
			if err != nil {
				t.Fatal(err)
			}
			for _, format := range []string{"svg", "pdf"} {
				if out[g.Name+"."+format], err = fig.encode(format); err != nil {
					t.Fatal(err)
				}
			}
			if out[g.Name+".png"], err = fig.png(goldenDPI); err != nil {
				t.Fatal(err)
			}
			out[g.Name+".csv"] = fig.Data()
		}
		return out
	}
	first, second := encode(), encode()
	for name, b := range first {
		if !bytes.Equal(b, second[name]) {
			t.Errorf("%s differs between two runs of the same code", name)
		}
	}
}

func TestOrderOfRunsDoesNotMatter(t *testing.T) {
	runs := []*experiments.Run{treasureRun("b", 1, 0), treasureRun("a", 3, 1), treasureRun("a", 2, 2)}
	reversed := slices.Clone(runs)
	slices.Reverse(reversed)
	for _, kind := range []string{"front2d", "curves"} {
		var svg [2]bytes.Buffer
		for i, rs := range [][]*experiments.Run{runs, reversed} {
			fig, err := Figure(kind, rs, Style{})
			if err != nil {
				t.Fatal(err)
			}
			fig.Encode(&svg[i], "svg")
		}
		if !bytes.Equal(svg[0].Bytes(), svg[1].Bytes()) {
			t.Errorf("%s depends on the order of the runs", kind)
		}
	}
}

// The exact hypervolume of an unfinished run follows from the share that it records; the limit of
// linear weights is drawn only where it differs.
func TestLimits(t *testing.T) {
	unfinished := treasureRun("C-MORL", 0, 0)
	unfinished.Result = nil
	if exact, linear := limits([]*experiments.Run{unfinished}); math.Abs(exact-1101.38443) > 1e-6 || !math.IsNaN(linear) {
		t.Errorf("exact %v, linear %v, want 1101.38443 and unknown", exact, linear)
	}
	convex := treasureRun("C-MORL", 0, 0)
	convex.Result.HypervolumeLinear = convex.Result.HypervolumeExact
	for _, c := range []struct {
		run    *experiments.Run
		legend string
	}{
		{treasureRun("C-MORL", 0, 0), "C-MORL|exact front|limit of linear weights|start of stage 2"},
		{convex, "C-MORL|exact front|start of stage 2"},
	} {
		fig, err := Figure("curves", []*experiments.Run{c.run}, Style{})
		if err != nil {
			t.Fatal(err)
		}
		var texts []string
		for _, b := range record(fig).boxes[:strings.Count(c.legend, "|")+1] {
			texts = append(texts, b.text)
		}
		if got := strings.Join(texts, "|"); got != c.legend {
			t.Errorf("the legend is %q, want %q", got, c.legend)
		}
	}
}

func TestLabelKeepsItsColour(t *testing.T) {
	all := []string{"c", "a", "b"}
	s := Style{Labels: all}
	if got, want := s.look("b", []string{"b"}).color, okabeIto[1]; got != want {
		t.Errorf("label b of a, b, c alone in a figure is drawn in %v, want the second colour %v", got, want)
	}
	if got, want := (Style{}).look("b", []string{"b"}).color, okabeIto[0]; got != want {
		t.Errorf("the only label is drawn in %v, want the first colour %v", got, want)
	}
	seen := map[string]int{}
	for i := range 40 {
		l := lookOf(i)
		key := fmt.Sprint(l.color, l.marker, l.dashes)
		if j, ok := seen[key]; ok {
			t.Errorf("labels %d and %d look the same", j, i)
		}
		seen[key] = i
	}
}

func TestFormats(t *testing.T) {
	fig, err := Figure("front2d", []*experiments.Run{treasureRun("C-MORL", 0, 0)}, Style{})
	if err != nil {
		t.Fatal(err)
	}
	get := func(format string) []byte {
		var b bytes.Buffer
		if err := fig.Encode(&b, format); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	t.Run("pdf", func(t *testing.T) {
		pdf := get("pdf")
		for _, want := range []string{"%PDF-1.", "/FontFile2", "/CreationDate (D:20000101000000", fmt.Sprintf("/MediaBox [0 0 %.2f", float64(Column))} {
			if !bytes.Contains(pdf, []byte(want)) {
				t.Errorf("the PDF lacks %q", want)
			}
		}
		if n := len(pdf); n > 60_000 {
			t.Errorf("the PDF has %d bytes: are whole fonts embedded?", n)
		}
		t.Setenv("SOURCE_DATE_EPOCH", "86400")
		if want := "/CreationDate (D:19700102000000"; !bytes.Contains(get("pdf"), []byte(want)) {
			t.Errorf("with SOURCE_DATE_EPOCH=86400 the PDF lacks %q", want)
		}
	})
	t.Run("svg", func(t *testing.T) {
		svg := string(get("svg"))
		for _, want := range []string{"treasure (value)", "time (steps)", "exact front", "C-MORL", "reference point", "font-family:'Liberation Sans',Arial,Helvetica,sans-serif"} {
			if !strings.Contains(svg, want) {
				t.Errorf("the SVG lacks %q", want)
			}
		}
		d := xml.NewDecoder(strings.NewReader(svg))
		for {
			if _, err := d.Token(); err == io.EOF {
				break
			} else if err != nil {
				t.Fatal(err)
			}
		}
	})
	t.Run("png", func(t *testing.T) {
		b := get("png")
		i := bytes.Index(b, []byte("pHYs"))
		if i < 0 || !bytes.Equal(b[i+4:i+13], []byte{0, 0, 0x2e, 0x23, 0, 0, 0x2e, 0x23, 1}) { // 11811 per metre = 300 per inch
			t.Error("the PNG does not say that it has 300 dpi")
		}
		if got := differing(t, b, b); got != 0 {
			t.Error(got)
		}
	})
	t.Run("unknown", func(t *testing.T) {
		err := fig.Encode(io.Discard, "eps")
		if !errors.Is(err, ErrFormat) || !strings.Contains(err.Error(), "pdf, svg, png") {
			t.Errorf("got %v", err)
		}
	})
}

func TestSave(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "figures")
	fig, err := Figure("front2d", []*experiments.Run{treasureRun("C-MORL", 0, 0)}, Style{})
	if err != nil {
		t.Fatal(err)
	}
	files, err := fig.Save(dir, "")
	if err != nil {
		t.Fatal(err)
	}
	base := filepath.Join(dir, "deep-sea-treasure-concave-v0-front2d")
	if want := []string{base + ".pdf", base + ".svg", base + ".png"}; !slices.Equal(files, want) {
		t.Errorf("wrote %v, want %v", files, want)
	}
	entries, _ := os.ReadDir(dir)
	if len(entries) != 3 {
		t.Errorf("%d files in the directory, want 3: nothing temporary may stay", len(entries))
	}
	if _, err := fig.Save(filepath.Join(base+".pdf", "below-a-file"), ""); err == nil {
		t.Error("saving below a file succeeded")
	}
}

func TestData(t *testing.T) {
	r := treasureRun("C-MORL", 0, 0)
	fig, err := Figure("front2d", []*experiments.Run{r}, Style{})
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(bytes.NewReader(fig.Data())).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if got, want := strings.Join(rows[0], ","), "environment,label,seed,set,policy,treasure,time,se_treasure,se_time"; got != want {
		t.Errorf("header %q, want %q", got, want)
	}
	if got, want := len(rows), 1+10+10; got != want {
		t.Errorf("%d rows, want a header, 10 points found and 10 known: %d", got, want)
	}
}

// What cannot be drawn is an error with a reason, never a crash; what can be drawn is drawn.
func TestEdges(t *testing.T) {
	with := func(r *experiments.Run, change func(*experiments.Run)) []*experiments.Run {
		change(r)
		return []*experiments.Run{r}
	}
	two := func() *experiments.Run { return treasureRun("C-MORL", 0, 0) }
	three := func() *experiments.Run { return manyRun("minecart-v0", "C-MORL", 0, 3, 10) }
	for _, c := range []struct {
		name, kind string
		runs       []*experiments.Run
		reason     string // "" if it is drawn
	}{
		{"no run", "front2d", nil, "there is no run to draw"},
		{"nil run", "front2d", []*experiments.Run{nil}, "there is no run to draw"},
		{"three objectives in front2d", "front2d", with(three(), func(*experiments.Run) {}), `use "matrix" or "parallel"`},
		{"one objective in front2d", "front2d", with(manyRun("one-v0", "PPO", 0, 1, 3), func(*experiments.Run) {}), `use "curves"`},
		{"one objective in curves", "curves", with(manyRun("one-v0", "PPO", 0, 1, 3), func(*experiments.Run) {}), ""},
		{"one objective in stages", "stages", with(manyRun("one-v0", "PPO", 0, 1, 3), func(*experiments.Run) {}), `use "curves"`},
		{"two objectives in matrix", "matrix", with(two(), func(*experiments.Run) {}), `use "front2d"`},
		{"two objectives in parallel", "parallel", with(two(), func(*experiments.Run) {}), "3 or more objectives"},
		{"thirteen objectives in matrix", "matrix", with(manyRun("many-v0", "PPO", 0, 13, 3), func(*experiments.Run) {}), `use "parallel"`},
		{"thirteen objectives in parallel", "parallel", with(manyRun("many-v0", "PPO", 0, 13, 3), func(*experiments.Run) {}), ""},
		{"twelve objectives at column width", "matrix", with(manyRun("many-v0", "PPO", 0, 12, 30), func(*experiments.Run) {}), ""},
		{"no objectives", "curves", with(two(), func(r *experiments.Run) { r.Info.Environment.Objectives = nil }), "names no objectives"},
		{"two environments", "curves", []*experiments.Run{two(), three()}, "2 environments"},
		{"two labels in stages", "stages", []*experiments.Run{treasureRun("a", 0, 0), treasureRun("b", 0, 0)}, "2 labels"},
		{"empty archive", "front2d", with(two(), func(r *experiments.Run) { r.Archive = []experiments.ArchiveRow{} }), "has a point on its front"},
		{"empty archive of three", "matrix", with(three(), func(r *experiments.Run) { r.Archive = []experiments.ArchiveRow{} }), "has a point on its front"},
		{"one empty archive of two", "front2d", []*experiments.Run{two(), with(treasureRun("C-MORL", 1, 0), func(r *experiments.Run) { r.Archive = []experiments.ArchiveRow{} })[0]}, ""},
		{"one point", "front2d", with(two(), func(r *experiments.Run) { r.Archive = r.Archive[:1]; r.KnownFront = nil }), ""},
		{"one point at the origin", "front2d", with(two(), func(r *experiments.Run) {
			r.Archive, r.KnownFront = r.Archive[:1], nil
			r.Archive[0].Value = []float64{0, 0}
		}), ""},
		{"one point of three", "matrix", with(three(), func(r *experiments.Run) { r.Archive = r.Archive[:1] }), ""},
		{"one point in parallel", "parallel", with(three(), func(r *experiments.Run) { r.Archive = r.Archive[:1] }), ""},
		{"identical points", "matrix", with(three(), func(r *experiments.Run) {
			for i := range r.Archive {
				r.Archive[i].Value = []float64{5, 5, 5}
			}
		}), ""},
		{"identical points in parallel", "parallel", with(three(), func(r *experiments.Run) {
			for i := range r.Archive {
				r.Archive[i].Value = []float64{5, 5, 5}
			}
		}), ""},
		{"some values not finite", "front2d", with(two(), func(r *experiments.Run) {
			r.Archive[0].Value = []float64{math.NaN(), 1}
			r.Archive[1].Value = []float64{math.Inf(1), 1}
			r.Archive[2].StdErr = []float64{math.NaN(), math.Inf(1)}
			r.KnownFront[0] = []float64{math.NaN(), math.Inf(-1)}
		}), ""},
		{"no value finite", "front2d", with(two(), func(r *experiments.Run) {
			for i := range r.Archive {
				r.Archive[i].Value = []float64{math.NaN(), math.Inf(1)}
			}
		}), "10 points with values that cannot be drawn"},
		{"largest floats", "front2d", with(two(), func(r *experiments.Run) {
			r.Archive[0].Value = []float64{math.MaxFloat64, -math.MaxFloat64}
			r.Archive[1].Value = []float64{9e299, -9e299}
		}), ""},
		{"reference not finite", "front2d", with(two(), func(r *experiments.Run) { r.Info.Environment.Reference = []float64{math.Inf(-1), math.NaN()} }), ""},
		{"rows of another dimension", "front2d", with(two(), func(r *experiments.Run) { r.Archive[0].Value = []float64{1, 2, 3} }), ""},
		{"indicators not finite", "curves", with(two(), func(r *experiments.Run) {
			for i := range r.Metrics {
				r.Metrics[i].Hypervolume, r.Metrics[i].HVRatio, r.Metrics[i].EUM = math.NaN(), ptr(math.Inf(1)), nil
			}
		}), ""},
		{"no metrics", "curves", with(two(), func(r *experiments.Run) { r.Metrics = nil }), "recorded an evaluation"},
		{"one evaluation", "curves", with(two(), func(r *experiments.Run) { r.Metrics = r.Metrics[:1] }), ""},
		{"evaluation at step 0 only", "curves", with(two(), func(r *experiments.Run) { r.Metrics = r.Metrics[:1]; r.Metrics[0].StepsTrain = 0 }), ""},
		{"incomplete", "front2d", with(two(), func(r *experiments.Run) { r.Result, r.Archive = nil, nil }), ""},
		{"incomplete without an archive", "front2d", with(two(), func(r *experiments.Run) { r.Result, r.Archive, r.Fronts = nil, nil, nil }), "has a point on its front"},
		{"other algorithm in stages", "stages", with(two(), func(r *experiments.Run) {
			for i := range r.Metrics {
				r.Metrics[i].Phase = "train"
			}
		}), "it shows runs of C-MORL"},
		{"still in stage 1", "stages", with(two(), func(r *experiments.Run) { r.Metrics, r.Fronts, r.Result = r.Metrics[:5], r.Fronts[:5], nil }), ""},
		{"thinned archives", "stages", with(two(), func(r *experiments.Run) { r.Fronts = []experiments.FrontSnapshot{r.Fronts[3], r.Fronts[59]} }), ""},
		{"archives begin after stage 1", "stages", with(two(), func(r *experiments.Run) { r.Fronts = r.Fronts[50:] }), "it shows runs of C-MORL"},
		{"empty archives", "stages", with(two(), func(r *experiments.Run) {
			for i := range r.Fronts {
				r.Fronts[i].Points = nil
			}
		}), "are empty"},
		{"200 points", "front2d", with(manyRun("a-v0", "b", 0, 2, 200), func(*experiments.Run) {}), ""},
		{"strange names", "front2d", with(two(), func(r *experiments.Run) {
			r.Info.Label = "<b>γ = ½</b> & \"quoted\"\nnext 😀 模型 \xff \u202e"
			r.Info.Environment.Objectives[0].Name = "</svg><script>"
			r.Info.Environment.Objectives[1].Name = ""
		}), ""},
		{"unknown kind", "front4d", with(two(), func(*experiments.Run) {}), "it is one of curves, budget, front2d, front3d, eafdiff"},
	} {
		t.Run(c.name, func(t *testing.T) {
			fig, err := Figure(c.kind, c.runs, Style{})
			if c.reason != "" {
				if err == nil || !strings.Contains(err.Error(), c.reason) {
					t.Fatalf("the error is %v; it should say %q", err, c.reason)
				}
				if !errors.Is(err, ErrNotApplicable) && !errors.Is(err, ErrKind) {
					t.Errorf("%v is neither ErrNotApplicable nor ErrKind", err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			checkLayout(t, fig)
			if _, err := fig.png(goldenDPI); err != nil {
				t.Error(err)
			}
			for _, format := range []string{"svg", "pdf"} {
				var b bytes.Buffer
				if err := fig.Encode(&b, format); err != nil {
					t.Error(err)
				}
				if format == "svg" && (strings.Contains(b.String(), "NaN") || strings.Contains(b.String(), "Inf") || strings.Contains(b.String(), "<script")) {
					t.Error("the SVG holds NaN, Inf or a tag from a name")
				}
			}
		})
	}
}

func TestFiguresAndWrite(t *testing.T) {
	runs := []*experiments.Run{
		treasureRun("C-MORL", 0, 0), treasureRun("C-MORL slow", 0, 3), manyRun("minecart-v0", "C-MORL", 0, 3, 20, "ore1", "ore2", "fuel"),
	}
	files, err := Write(runs, t.TempDir(), Style{}, "svg")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range files {
		got = append(got, strings.TrimSuffix(filepath.Base(f), ".svg"))
	}
	want := []string{
		"deep-sea-treasure-concave-v0-curves", "minecart-v0-curves",
		"deep-sea-treasure-concave-v0-budget", "minecart-v0-budget",
		"deep-sea-treasure-concave-v0-front2d", "minecart-v0-front3d", "deep-sea-treasure-concave-v0-eafdiff",
		"deep-sea-treasure-concave-v0-stages-c-morl", "deep-sea-treasure-concave-v0-stages-c-morl-slow", "minecart-v0-stages",
		"minecart-v0-matrix", "minecart-v0-parallel", "minecart-v0-correlation",
		"deep-sea-treasure-concave-v0-weights", "minecart-v0-weights", "deep-sea-treasure-concave-v0-dominance",
	}
	if !slices.Equal(got, want) {
		t.Errorf("wrote\n%q, want\n%q", got, want)
	}
	if _, err := Figures("matrix", runs[:2], Style{}); !errors.Is(err, ErrNotApplicable) {
		t.Errorf("matrix of two objectives: %v", err)
	}
	if files, err := Write(nil, t.TempDir(), Style{}); err != nil || files != nil {
		t.Errorf("no runs: %v, %v", files, err)
	}
}

func TestByEnvironment(t *testing.T) {
	a, b := treasureRun("x", 0, 0), treasureRun("x", 1, 0)
	b.Info.Environment.Gamma = 1
	groups := ByEnvironment([]*experiments.Run{b, a})
	if len(groups) != 2 {
		t.Fatalf("%d groups, want 2: values at discounts 0.99 and 1 are not comparable", len(groups))
	}
	if groups[0].Name == groups[1].Name {
		t.Errorf("both groups are called %q", groups[0].Name)
	}
}

// Ten pairs with two reversals, worked by hand: ranks of y are 1,2,4,3,5,6,7,8,10,9, so Σd² = 4 and
// ρ = 1 − 6·4/(10·99) = 0.975757…
func TestSpearman(t *testing.T) {
	y := []float64{0.1, 0.2, 0.4, 0.3, 5, 6, 70, 800, 1e9, 9e8}
	var points []point
	for i, v := range y {
		points = append(points, point{value: []float64{float64(i), v, 7, -float64(i)}})
	}
	for _, c := range []struct {
		i, j int
		want float64
	}{{0, 1, 1 - 24./990}, {0, 0, 1}, {0, 3, -1}, {0, 2, math.NaN()}} {
		if got := spearman(points, c.i, c.j); math.Abs(got-c.want) > 1e-12 || math.IsNaN(got) != math.IsNaN(c.want) {
			t.Errorf("spearman(%d, %d) = %v, want %v", c.i, c.j, got, c.want)
		}
	}
	// Ties: x = 1,1,2 and y = 1,2,3 have ranks 1.5,1.5,3 and 1,2,3: ρ = 1.5/√(1.5·2) = √3/2.
	tied := []point{{value: []float64{1, 1}}, {value: []float64{1, 2}}, {value: []float64{2, 3}}}
	if got, want := spearman(tied, 0, 1), math.Sqrt(3)/2; math.Abs(got-want) > 1e-12 {
		t.Errorf("with ties %v, want %v", got, want)
	}
}

// On the concave map of deep-sea-treasure linear weights find the two ends of the front only; their
// hypervolume from (0, −25) is 804.57.
func TestSupported(t *testing.T) {
	var front plotter.XYs
	for _, v := range treasureFront() {
		front = append(front, plotter.XY{X: v[0], Y: v[1]})
	}
	got := supported(front)
	if want := (plotter.XYs{front[0], front[9]}); !slices.Equal(got, want) {
		t.Fatalf("%v, want %v", got, want)
	}
	if hv := got[0].X*(got[0].Y+25) + (got[1].X-got[0].X)*(got[1].Y+25); math.Abs(hv-804.57) > 0.01 {
		t.Errorf("their hypervolume is %v, want 804.57", hv)
	}
	line := plotter.XYs{{X: 0.1, Y: 0.3}, {X: 0.2, Y: 0.2}, {X: 0.3, Y: 0.1}, {X: 0, Y: 0}}
	if got := supported(line); len(got) != 3 {
		t.Errorf("%v of three points on a line; some weights are indifferent between all", got)
	}
	if got := supported(nil); len(got) != 0 {
		t.Errorf("%v of no points", got)
	}
}

func TestAttainedBy(t *testing.T) {
	sets := []plotter.XYs{{{X: 1, Y: 3}, {X: 3, Y: 1}}, {{X: 2, Y: 2}}, {{X: 1, Y: 1}}}
	for _, c := range []struct {
		k    int
		want plotter.XYs
	}{
		{1, plotter.XYs{{X: 1, Y: 3}, {X: 2, Y: 2}, {X: 3, Y: 1}}},
		{2, plotter.XYs{{X: 1, Y: 2}, {X: 2, Y: 1}}},
		{3, plotter.XYs{{X: 1, Y: 1}}},
		{4, nil},
	} {
		if got := attainedBy(sets, c.k); !slices.Equal(got, c.want) {
			t.Errorf("attained by %d: %v, want %v", c.k, got, c.want)
		}
	}
}

// TestCurvesOfOneObjective: only its return, since sets of one point have nothing else to show.
func TestCurvesOfOneObjective(t *testing.T) {
	fig, err := Figure("curves", []*experiments.Run{manyRun("one-v0", "PPO", 0, 1, 3)}, Style{})
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := fig.Encode(&b, "svg"); err != nil {
		t.Fatal(err)
	}
	if s := b.String(); !strings.Contains(s, "return") || strings.Contains(s, "sparsity") || strings.Contains(s, "hypervolume") {
		t.Error("the figure has other panels than the return")
	}
}

func TestMedianOfCurves(t *testing.T) {
	got := median([]plotter.XYs{
		{{X: 0, Y: 0}, {X: 10, Y: 10}, {X: 20, Y: 20}},
		{{X: 5, Y: 100}, {X: 15, Y: 200}},
		{{X: 0, Y: 1}, {X: 30, Y: 2}},
	})
	want := plotter.XYs{{X: 5, Y: 1}, {X: 10, Y: 10}, {X: 15, Y: 10}}
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestTicks(t *testing.T) {
	for _, c := range []struct {
		lo, hi float64
		want   string
	}{
		{0, 1, "0.0 0.2 0.4 0.6 0.8 1.0"},
		{-25, 0, "−25 −20 −15 −10 −5 0"},
		{-0.3, 0.3, "−0.2 0.0 0.2"},
		{0.9, 1.02, "0.900 0.925 0.950 0.975 1.000"},
		{7, 7, ""},
		{math.NaN(), 1, ""},
	} {
		var got []string
		for _, k := range ticksFor(span{c.lo, c.hi}, scale{factor: 1}, maxTicks, 200, 8, false) {
			got = append(got, k.label)
		}
		if s := strings.Join(got, " "); s != c.want {
			t.Errorf("[%g, %g]: %q, want %q", c.lo, c.hi, s, c.want)
		}
	}
}

// Steps are written as people say them, and the name of the axis stays free of powers.
func TestTicksOfCounts(t *testing.T) {
	for _, c := range []struct {
		most float64
		want string
	}{
		{1, "0 1"},
		{7, "0 2 4 6"},
		{5000, "0 1000 2000 3000 4000 5000"},
		{61440, "0 20k 40k 60k"},
		{612000, "0 200k 400k 600k"},
		{1.02e6, "0 0.2M 0.4M 0.6M 0.8M 1.0M"},
		{4.08e6, "0 1M 2M 3M 4M"},
		{3e9, "0 1G 2G 3G"},
	} {
		a := axis{name: "training steps", span: span{0, c.most}, counts: true}
		var got []string
		for _, k := range a.ticks(230, textSize, false) {
			got = append(got, k.label)
		}
		if s := strings.Join(got, " "); s != c.want {
			t.Errorf("up to %g: %q, want %q", c.most, s, c.want)
		}
		if a.text() != "training steps" {
			t.Errorf("up to %g the axis is called %q", c.most, a.text())
		}
	}
}

func TestPointAt(t *testing.T) {
	path := []vg.Point{{X: 0, Y: 0}, {X: 2, Y: 4}, {X: 2, Y: 8}, {X: 4, Y: 8}}
	for x, y := range map[vg.Length]vg.Length{0: 0, 1: 2, 2: 4, 3: 8, 4: 8} {
		if got := pointAt(path, x); got != (vg.Point{X: x, Y: y}) {
			t.Errorf("at %v: %v, want %v", x, got, y)
		}
	}
}

func TestTicksProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lo := rapid.Float64Range(-1e12, 1e12).Draw(t, "lo")
		s := span{lo, lo + rapid.Float64Range(0, 1e12).Draw(t, "extent")}.padded(0.05)
		ticks := ticksFor(s, scaleOf(s), maxTicks, 180, 8, rapid.Bool().Draw(t, "vertical"))
		if len(ticks) > maxTicks {
			t.Fatalf("%d ticks", len(ticks))
		}
		for i, k := range ticks {
			slack := 1e-6 * (s.hi - s.lo)
			if k.value < s.lo-slack || k.value > s.hi+slack {
				t.Fatalf("tick %v outside of [%v, %v]", k, s.lo, s.hi)
			}
			if i > 0 && k.label == ticks[i-1].label {
				t.Fatalf("two ticks read %q", k.label)
			}
		}
	})
}

func TestNumber(t *testing.T) {
	for _, c := range []struct {
		v      float64
		digits int
		want   string
	}{
		{0, 3, "0"}, {1101.38443, 6, "1101.38"}, {-25, 6, "−25"}, {600000, 3, "600000"}, {0.99, 6, "0.99"}, {1e-7, 3, "1.00e−07"},
		{46034.8017, 7, "46034.8"}, {math.NaN(), 3, "–"}, {math.Inf(-1), 3, "−∞"}, {1.25e20, 3, "1.25e+20"}, {0.99999, 3, "1"},
	} {
		if got := Number(c.v, c.digits); got != c.want {
			t.Errorf("Number(%v, %d) = %q, want %q", c.v, c.digits, got, c.want)
		}
	}
}

func TestSimplifyKeepsCorners(t *testing.T) {
	steps := make(plotter.XYs, 10000)
	for i := range steps {
		steps[i] = plotter.XY{X: float64(i), Y: float64(i / 5000)}
	}
	fig := &Fig{Width: 100}
	p := &panel{x: axis{span: span{0, 10000}}, y: axis{span: span{0, 2}}}
	p.plotters = append(p.plotters, polyline{points: steps, line: exactRule})
	fig.Height, fig.paint = (&grid{width: 100, dataHeight: 50, panels: [][]*panel{{p}}}).build()
	var b bytes.Buffer
	if err := fig.Encode(&b, "svg"); err != nil {
		t.Fatal(err)
	}
	if b.Len() > 8000 {
		t.Errorf("a step of 10,000 evaluations takes %d bytes", b.Len())
	}
}
