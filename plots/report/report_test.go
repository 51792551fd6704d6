package report

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"encoding/xml"
	"errors"
	"fmt"
	"html"
	"io"
	"io/fs"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/paretolab/paretolab/experiments"
	"github.com/paretolab/paretolab/plots"
)

func ptr(v float64) *float64 { return &v }

func sum(s string) string {
	h := sha256.Sum256([]byte(s))
	return hex.EncodeToString(h[:])
}

// treasure is a made-up run of C-MORL on two objectives; its hypervolume after stage 1 is 700, at
// the end as selected 1100.5 and fresh 1098.25.
func treasure(label string, seed uint64) *experiments.Run {
	env := "deep-sea-treasure-concave-v0"
	config := fmt.Sprintf("version: 1\nenvironment: %s\nalgorithm: {name: cmorl}\nseeds: [%d]\nsteps: 600000\n", env, seed)
	r := &experiments.Run{
		Dir: fmt.Sprintf("/home/somebody/runs/quickstart/%s__%s__s%d", strings.Map(func(r rune) rune {
			if r >= 'a' && r <= 'z' || r == '-' {
				return r
			}
			return -1
		}, strings.ToLower(label)), env, seed),
		Info: experiments.Info{
			Format: experiments.Format, Item: sum(label + fmt.Sprint(seed))[:16], Experiment: "quickstart", Label: label,
			Program:   experiments.Program{Version: "0.1.0", Commit: "abcdef0123456789", Go: "go1.26.1", Kernel: "generic"},
			Algorithm: "cmorl", Preset: "reference", Revision: 3, Seed: seed, Steps: 600000, ConfigSHA256: sum(config),
			Host: "somebodys-machine", Started: time.Date(2025, 5, 1, 12, 0, 0, 0, time.UTC),
			Environment: experiments.EnvironmentInfo{ID: env, Gamma: 0.99, Reference: []float64{0, -25}, Horizon: 100, SpecHash: sum("spec"),
				Objectives: []experiments.ObjectiveInfo{{Name: "treasure", Unit: "value", Sense: "max"}, {Name: "time", Unit: "steps", Sense: "max"}}},
		},
		Config:     config,
		KnownFront: [][]float64{{1, -1}, {60, -10}, {103.5, -17.4}},
	}
	for e := range 6 {
		phase, hv := "stage1", 100+200*float64(min(e, 3))
		if e > 3 {
			phase, hv = "stage2", 700+200.25*float64(e-3)
		}
		points := [][]float64{{1, -1}, {103.5, -17.4}}
		policies := []string{"s1-0", "s1-1"}
		if e == 5 {
			points, policies = append(points, []float64{60, -10}), append(policies, "s2-0")
		}
		r.Metrics = append(r.Metrics, experiments.Metrics{Eval: e, Phase: phase, StepsTrain: 100000 * (e + 1),
			Indicators: experiments.Indicators{Hypervolume: hv, HVRatio: ptr(hv / 1101.38443), EUM: ptr(30 + float64(e)), Sparsity: 100, Cardinality: len(points)}})
		r.Fronts = append(r.Fronts, experiments.FrontSnapshot{Eval: e, StepsTrain: 100000 * (e + 1), Points: points, Policies: policies})
		r.Timing = append(r.Timing, experiments.TimingRow{Eval: e, SecondsTotal: 7.5 * float64(e+1)})
	}
	for i, v := range r.Fronts[5].Points {
		r.Archive = append(r.Archive, experiments.ArchiveRow{Policy: r.Fronts[5].Policies[i], Selected: v, Value: v, StdErr: []float64{0.25, 0},
			Episodes: 100, NonDominated: true, Origin: "stage2/r1/obj0"})
	}
	r.Result = &experiments.Result{Status: "complete", StepsTrain: 600000, StepsEval: 12345, Evaluations: 6, FrontSize: 3,
		Final:            experiments.Indicators{Hypervolume: 1098.25, HVRatio: ptr(1098.25 / 1101.38443), EUM: ptr(35.0625), Sparsity: 321.5, Cardinality: 3},
		FinalSelected:    experiments.Indicators{Hypervolume: 1100.5, HVRatio: ptr(1100.5 / 1101.38443), Sparsity: 321.5, Cardinality: 3},
		Reference:        []float64{0, -25},
		KnownFront:       "exact: every path of the map",
		HypervolumeExact: ptr(1101.38443), HypervolumeLinear: ptr(804.57), Weights: "lattice 100 (101)",
		Files: map[string]string{"front.csv": sum("front" + fmt.Sprint(seed))}}
	return r
}

// cart is a made-up run on three objectives without a known front.
func cart(seed uint64) *experiments.Run {
	r := treasure("C-MORL", seed)
	r.Dir = strings.ReplaceAll(r.Dir, "deep-sea-treasure-concave-v0", "minecart-v0")
	r.Info.Item = sum("cart" + fmt.Sprint(seed))[:16]
	r.Info.Environment = experiments.EnvironmentInfo{ID: "minecart-v0", Gamma: 0.98, Reference: []float64{-1, -1, -200},
		Objectives: []experiments.ObjectiveInfo{{Name: "ore1"}, {Name: "ore2"}, {Name: "fuel"}}}
	r.KnownFront = nil
	for i := range r.Fronts {
		r.Fronts[i].Points = [][]float64{{0.5, 0.1, -3}, {0.1, 0.6, -4}, {0, 0, -0.5}}
		r.Fronts[i].Policies = []string{"a", "b", "c"}
	}
	for i := range r.Archive {
		r.Archive[i].Value = r.Fronts[0].Points[i]
		r.Archive[i].StdErr = []float64{0.01, 0.01, 0.1}
	}
	for i := range r.Metrics {
		r.Metrics[i].HVRatio = nil
	}
	r.Result.Final.HVRatio, r.Result.HypervolumeExact, r.Result.HypervolumeLinear, r.Result.KnownFront = nil, nil, nil, ""
	r.Info.ConfigSHA256 = ""
	r.Config = strings.ReplaceAll(r.Config, "deep-sea-treasure-concave-v0", "minecart-v0")
	return r
}

// unfinished stopped at half of its budget.
func unfinished() *experiments.Run {
	r := treasure("C-MORL", 9)
	r.Result, r.Archive = nil, nil
	r.Failure = &experiments.Failure{Error: "out of <memory>\nmore", Stack: "/home/somebody/x.go:3", Host: "somebodys-machine"}
	r.Metrics, r.Fronts = r.Metrics[:3], r.Fronts[:3]
	return r
}

func fixture() []*experiments.Run {
	return []*experiments.Run{treasure("C-MORL", 0), treasure("C-MORL", 1), treasure("C-MORL", 2), treasure("PPO <lattice> & more", 0), cart(0), unfinished()}
}

// writeAll writes a report with the pictures that its pages show.
func writeAll(t *testing.T, runs []*experiments.Run) (dir string, files map[string]string) {
	t.Helper()
	return write(t, runs, Options{Formats: []string{"svg"}})
}

func write(t *testing.T, runs []*experiments.Run, opt Options) (dir string, files map[string]string) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "report")
	names, err := Write(runs, dir, opt)
	if err != nil {
		t.Fatal(err)
	}
	files = map[string]string{}
	for _, name := range names {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		rel, _ := filepath.Rel(dir, name)
		files[filepath.ToSlash(rel)] = string(b)
	}
	found := 0
	filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			found++
		}
		return nil
	})
	if found != len(files) {
		t.Errorf("%d files lie in the directory, %d were reported", found, len(files))
	}
	return dir, files
}

func TestFiles(t *testing.T) {
	_, files := write(t, fixture(), Options{})
	for _, want := range []string{
		"index.html", "report.md", "reproduce.sh",
		"figures/deep-sea-treasure-concave-v0-front2d.pdf", "figures/deep-sea-treasure-concave-v0-front2d.svg", "figures/deep-sea-treasure-concave-v0-front2d.png",
		"figures/deep-sea-treasure-concave-v0-stages-c-morl.svg", "figures/minecart-v0-matrix.svg", "figures/minecart-v0-parallel.pdf",
		"data/deep-sea-treasure-concave-v0-curves.csv", "data/minecart-v0-matrix.csv",
		"tables/deep-sea-treasure-concave-v0-results.csv", "tables/minecart-v0-results.csv", "tables/deep-sea-treasure-concave-v0-stages.csv",
		"tables/deep-sea-treasure-concave-v0-c-morl-s1-front.csv", "tables/runs.csv", "tables/provenance.csv",
		"configs/c-morl-deep-sea-treasure-concave-v0-s0.yaml",
	} {
		if _, ok := files[want]; !ok && !(strings.HasPrefix(want, "configs/") && len(keysWith(files, "configs/")) == 6) {
			t.Errorf("%s is missing; there are %q", want, keysWith(files, strings.SplitAfter(want, "/")[0]))
		}
	}
	for name, text := range files {
		if strings.HasSuffix(name, ".csv") {
			if _, err := csv.NewReader(strings.NewReader(text)).ReadAll(); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		if strings.Contains(text, "somebody") {
			t.Errorf("%s names a directory or the host of the person who ran it", name)
		}
	}
}

func keysWith(files map[string]string, prefix string) []string {
	var out []string
	for k := range files {
		if strings.HasPrefix(k, prefix) {
			out = append(out, k)
		}
	}
	slices.Sort(out)
	return out
}

func TestContent(t *testing.T) {
	_, files := writeAll(t, fixture())
	for _, page := range []string{"index.html", "report.md"} {
		text := strings.ReplaceAll(html.UnescapeString(files[page]), "\u00A0", " ")
		for _, want := range []string{
			"Report: quickstart", "deep-sea-treasure-concave-v0", "minecart-v0", "treasure [value]", "time [steps]", // escaped in Markdown, see below
			"(0, −25)", "(−1, −1, −200)", "0.99", "exact: every path of the map", "hypervolume 1101.3844", "804.57",
			"1098.25", "0.9972", "35.0625", "321.5", "600,000", "12,345", "45.0 s", "101 weights (lattice 100)", "100 fresh episodes per policy, n = 4.",
			"700", "+400.5", "+57.2 %", // stage table
			"1100.5", "+2.25", "+0.205 %", // optimism
			"exceeds the half-width", // of the interval over three equal seeds, which is 0
			"Incomplete and not in the table: C-MORL seed 9 (300,000 of 600,000 steps).", "Incomplete, and left out of the tables of results: 1 of the runs",
			"incomplete: failed: out of <memory>", "seeds 0–2, 9", "abcdef012345", "go1.26.1", "stage2/r1/obj0", "seeds: [0]", "2025-05-01 12:00:00Z",
			"How to reproduce", "sha256sum",
		} {
			if page == "report.md" {
				want = strings.NewReplacer("[value]", `\[value\]`, "[steps]", `\[steps\]`).Replace(want)
			}
			if !strings.Contains(text, want) {
				t.Errorf("%s lacks %q", page, want)
			}
		}
		if strings.Contains(files[page], "<lattice>") {
			t.Errorf("%s does not escape a label", page)
		}
	}
	if want := "PPO &lt;lattice&gt; &amp; more"; !strings.Contains(files["index.html"], want) || !strings.Contains(files["report.md"], want) {
		t.Errorf("the label is not shown as %q", want)
	}
	if want := "![front2d](figures/deep-sea-treasure-concave-v0-front2d.svg)"; !strings.Contains(files["report.md"], want) {
		t.Errorf("report.md lacks %q", want)
	}
	if want := "label,seed,front_size,hypervolume,hv_ratio,eum,sparsity,steps_train,steps_eval,wall_seconds\nC-MORL,0,3,1098.25,0.9971"; !strings.HasPrefix(files["tables/deep-sea-treasure-concave-v0-results.csv"], want) {
		t.Errorf("the main table begins\n%.200s", files["tables/deep-sea-treasure-concave-v0-results.csv"])
	}
}

// The page is one well-formed file that fetches nothing and runs nothing.
func TestPageStandsAlone(t *testing.T) {
	_, files := writeAll(t, fixture())
	page := files["index.html"]
	if len(page) > 5<<20 {
		t.Errorf("the page has %d bytes, at most 5 MB are promised", len(page))
	}
	d := xml.NewDecoder(strings.NewReader(page))
	d.Strict = false
	d.AutoClose = xml.HTMLAutoClose
	d.Entity = xml.HTMLEntity
	svgs, ids, depth := 0, map[string]bool{}, 0
	var links []string
	for {
		token, err := d.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		switch e := token.(type) {
		case xml.EndElement:
			depth--
		case xml.StartElement:
			depth++
			switch e.Name.Local {
			case "script", "link", "img", "iframe", "object", "embed", "base", "image", "use", "audio", "video", "source":
				t.Errorf("the page holds a <%s>", e.Name.Local)
			case "svg":
				svgs++
			}
			for _, a := range e.Attr {
				switch {
				case a.Name.Local == "id":
					ids["#"+a.Value] = true
				case a.Name.Local == "href":
					links = append(links, a.Value)
				case a.Name.Local == "src" || strings.HasPrefix(a.Name.Local, "on"):
					t.Errorf("<%s> has the attribute %s=%q", e.Name.Local, a.Name.Local, a.Value)
				case strings.Contains(a.Value, "://") || strings.Contains(a.Value, "url("):
					t.Errorf("<%s %s=%q> refers to something outside", e.Name.Local, a.Name.Local, a.Value)
				}
			}
		}
	}
	if depth != 0 {
		t.Errorf("%d elements stay open", depth)
	}
	for _, l := range links {
		if !ids[l] {
			t.Errorf("the link %q leads nowhere in the page", l)
		}
	}
	if strings.Contains(page, "@import") || strings.Contains(page, "url(") || strings.Contains(page, "http://") || strings.Contains(page, "https://") {
		t.Error("the page refers to something outside")
	}
	if want := len(keysWith(files, "data/")); svgs != want {
		t.Errorf("%d figures in the page, want %d", svgs, want)
	}
}

func TestEqualRunsGiveEqualFiles(t *testing.T) {
	_, a := write(t, fixture(), Options{})
	runs := fixture()
	slices.Reverse(runs)
	_, b := write(t, runs, Options{})
	for name := range a {
		if a[name] != b[name] {
			t.Errorf("%s differs", name)
		}
	}
}

// Reports of damaged or empty runs are made, not refused: that is when one needs them.
func TestEdges(t *testing.T) {
	change := func(f func(*experiments.Run)) []*experiments.Run {
		r := treasure("C-MORL", 0)
		f(r)
		return []*experiments.Run{r}
	}
	for name, runs := range map[string][]*experiments.Run{
		"nothing but the identity": change(func(r *experiments.Run) { *r = experiments.Run{Info: r.Info} }),
		"not even that":            {{}},
		"one nil":                  {nil, treasure("C-MORL", 0)},
		"empty archive":            change(func(r *experiments.Run) { r.Archive = []experiments.ArchiveRow{}; r.Result.FrontSize = 0 }),
		"NaN everywhere": change(func(r *experiments.Run) {
			nan := math.NaN()
			r.Result.Final = experiments.Indicators{Hypervolume: nan, HVRatio: &nan, EUM: &nan, Sparsity: math.Inf(1)}
			r.Archive[0].Value = []float64{nan, nan}
			r.Info.Environment.Gamma = nan
		}),
		"short vectors": change(func(r *experiments.Run) { r.Archive[0].Value, r.Archive[1].StdErr = []float64{1}, nil }),
		"config with backticks": change(func(r *experiments.Run) {
			r.Config = "description: |\n  ```\n  </pre><script>alert(1)</script>\n"
		}),
	} {
		t.Run(name, func(t *testing.T) {
			_, files := writeAll(t, runs)
			if strings.Contains(files["index.html"], "<script") || strings.Contains(files["index.html"], "ZgotmplZ") {
				t.Error("the page holds unescaped text")
			}
		})
	}
	for _, c := range []struct {
		runs []*experiments.Run
		want string
	}{
		{[]*experiments.Run{unfinished()}, "No run on deep-sea-treasure-concave-v0 is complete."},
		{change(func(r *experiments.Run) { r.Config += "# later\n" }), "one of them was changed after the run began"},
		{[]*experiments.Run{treasure("C-MORL", 0), treasure("C-MORL", 0)}, "counted twice"},
		{change(func(r *experiments.Run) { r.Result.Reference = []float64{0, -50} }), "are measured from the reference point (0, −50)"},
		{change(func(r *experiments.Run) { r.Result.Notes = []string{"stage 1 still rises steeply for w4"} }), "seed 0: stage 1 still rises steeply for w4"},
	} {
		_, files := writeAll(t, c.runs)
		if !strings.Contains(files["index.html"], c.want) || !strings.Contains(files["report.md"], c.want) {
			t.Errorf("the report lacks the warning %q", c.want)
		}
	}
	if _, err := Write(nil, t.TempDir(), Options{}); !errors.Is(err, ErrNoRuns) {
		t.Errorf("without runs: %v", err)
	}
	file := filepath.Join(t.TempDir(), "file")
	os.WriteFile(file, nil, 0o666)
	if _, err := Write(fixture(), file, Options{}); err == nil || !strings.Contains(err.Error(), file) {
		t.Errorf("writing below a file: %v", err)
	}
}

func TestOptions(t *testing.T) {
	dir := t.TempDir()
	files, err := Write([]*experiments.Run{treasure("C-MORL", 0)}, dir, Options{Title: "A < B", Formats: []string{"png"}, Style: plots.Style{Width: plots.Page}})
	if err != nil {
		t.Fatal(err)
	}
	page, _ := os.ReadFile(files[0])
	if !bytes.Contains(page, []byte("<title>A &lt; B</title>")) {
		t.Error("the title is not the one asked for")
	}
	if filepath.Base(files[0]) != "index.html" {
		t.Errorf("the first file is %s", files[0])
	}
}

// The script is read by a shell, runs every configuration and finds differing fronts.
func TestReproduceScript(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("needs a POSIX shell")
	}
	runs := fixture()
	// The front of seed 1 comes out equal, that of seed 2 different, that of seed 0 not at all.
	dir, _ := writeAll(t, runs)
	program := filepath.Join(dir, "fake")
	os.WriteFile(program, []byte(`#!/bin/sh
echo "called $*" >&2
case "$2" in *s1.yaml|*s2.yaml)
  seed=$(echo "$2" | sed 's/.*__s//; s/.yaml//')
  d="$4/quickstart/c-morl__deep-sea-treasure-concave-v0__s$seed"
  mkdir -p "$d"; printf 'front%s' 1 > "$d/front.csv";;
esac
`), 0o777)
	cmd := exec.Command("sh", filepath.Join(dir, "reproduce.sh"))
	cmd.Dir = t.TempDir()
	cmd.Env = append(os.Environ(), "PARETOLAB="+program)
	out, err := cmd.CombinedOutput()
	if code := cmd.ProcessState.ExitCode(); code != 1 {
		t.Errorf("exit code %d (%v), want 1: fronts are missing and different", code, err)
	}
	for _, want := range []string{
		"/configs/c-morl__deep-sea-treasure-concave-v0__s0.yaml --out reproduced", "equal     c-morl__deep-sea-treasure-concave-v0__s1", "different c-morl__deep-sea-treasure-concave-v0__s2",
		"missing   c-morl__deep-sea-treasure-concave-v0__s0", "no front  c-morl__deep-sea-treasure-concave-v0__s9", "called report reproduced --out reproduced/report",
	} {
		if !strings.Contains(string(out), want) {
			t.Errorf("the script printed\n%s\nwithout %q", out, want)
		}
	}
}

// A report says which settings tell its labels apart, and warns where one label hides a difference.
func TestSettings(t *testing.T) {
	with := func(label string, seed uint64, setting string) *experiments.Run {
		r := treasure(label, seed)
		r.Config = strings.Replace(r.Config, "{name: cmorl}", "{name: cmorl, settings: {beta: "+setting+", hidden: [64, 64]}}", 1)
		return r
	}
	_, files := writeAll(t, []*experiments.Run{with("a", 0, "0.9"), with("a", 1, "0.9"), with("b", 0, "0.5")})
	if got, want := files["tables/deep-sea-treasure-concave-v0-settings.csv"], "setting,\"a, seeds 0, 1\",\"b, seed 0\"\nalgorithm.settings.beta,0.9,0.5\n"; got != want {
		t.Errorf("the table of settings is\n%s\nwant\n%s", got, want)
	}
	const warning = "the runs of this label differ in their settings"
	if strings.Contains(files["report.md"], warning) {
		t.Error("the report warns of labels that differ as they should")
	}
	_, files = writeAll(t, []*experiments.Run{with("a", 0, "0.9"), with("a", 1, "0.5")})
	if !strings.Contains(files["report.md"], warning) || !strings.Contains(files["index.html"], warning) {
		t.Error("the report does not warn of two settings under one label")
	}
}

func TestFindings(t *testing.T) {
	_, files := writeAll(t, fixture())
	for _, want := range []string{
		"- C-MORL on deep-sea-treasure-concave-v0: hypervolume 1098.25 (0.9972 of the exact front’s; linear weights can reach 0.7305), 3 policies on the front; medians of 3 runs.",
		"- C-MORL on minecart-v0: hypervolume 1098.25, 3 policies on the front.",
	} {
		if !strings.Contains(files["report.md"], want+"\n") {
			t.Errorf("report.md lacks %q", want)
		}
	}
}

func TestCancel(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	out := filepath.Join(t.TempDir(), "report")
	if files, err := WriteContext(ctx, fixture(), out, Options{}); !errors.Is(err, context.Canceled) || len(files) != 0 {
		t.Errorf("wrote %q, error %v; want none and the cancellation", files, err)
	}
	if _, err := os.Stat(out); err == nil {
		t.Error("a cancelled report leaves a directory")
	}
}

// Values of a column have equal decimals, as many as the largest can be trusted to, unless that
// would hide the small ones.
func TestAlign(t *testing.T) {
	for _, c := range []struct {
		values []float64
		want   string
	}{
		{[]float64{1101.38443, 934.213, 0}, "1101.384 934.213 0.000"},
		{[]float64{100, 20.5}, "100.0 20.5"},
		{[]float64{-3, 12}, "−3 12"},
		{[]float64{12345678, 1.5}, "12345678 1.5"},
		{[]float64{1e20, 1}, "1.000000e+20 1"},
		{[]float64{math.NaN(), 1.25}, "– 1.25"},
	} {
		tab := table{columns: []column{{"v", "v", false}}}
		for _, v := range c.values {
			tab.add(hypervolume(v))
		}
		tab.finish()
		var got []string
		for _, row := range tab.rows {
			got = append(got, row[0].shown)
		}
		if s := strings.Join(got, " "); s != c.want {
			t.Errorf("%v: %q, want %q", c.values, s, c.want)
		}
	}
}

func TestFileNames(t *testing.T) {
	n := newNames()
	for _, c := range [][2]string{{"C-MORL β", "c-morl"}, {"c-morl", "c-morl-2"}, {"c-morl-2", "c-morl-2-2"}, {"../x", "x"}, {"模型", "unnamed"}, {strings.Repeat("a", 300), strings.Repeat("a", 120)}} {
		if got := n.file(c[0]); got != c[1] {
			t.Errorf("%q becomes %q, want %q", c[0], got, c[1])
		}
	}
}

func TestNumbers(t *testing.T) {
	for _, c := range []struct{ got, want string }{
		{count(0).shown, "0"}, {count(999).shown, "999"}, {count(1000).shown, "1,000"}, {count(-1234567).shown, "−1,234,567"},
		{share(0.99716).shown, "0.9972"}, {optional(nil, share).shown, "–"}, {share(math.NaN()).shown, "–"},
		{signed(2.25).shown, "+2.25"}, {signed(-2.25).shown, "−2.25"}, {signed(0).shown, "0"},
		{percent(1, 8).shown, "+12.5 %"}, {percent(1, 0).shown, "–"}, {percent(0, 5).shown, "0 %"},
		{duration(12.34).shown, "12.3 s"}, {duration(600).shown, "10 min 00 s"}, {duration(7322).shown, "2 h 02 min"}, {duration(0).shown, "–"},
		{seedList([]uint64{4, 0, 1, 2, 7, 8}), "0–2, 4, 7, 8"}, {seedList(nil), ""},
		{plural(1, "run"), "1 run"}, {plural(1200, "run"), "1,200 runs"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
	// 1, 2, 3: mean 2, standard deviation 1, t(2) = 4.303: half-width 4.303/√3 = 2.4843.
	if got := halfWidth([]float64{1, 2, 3}); math.Abs(got-2.48434) > 1e-4 {
		t.Errorf("half-width %v, want 2.4843", got)
	}
	if got := halfWidth([]float64{1, 2}); !math.IsNaN(got) {
		t.Errorf("half-width of two values %v: there is no interval", got)
	}
}

func ExampleWrite() {
	dir, err := os.MkdirTemp("", "report")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	files, err := Write([]*experiments.Run{treasure("C-MORL", 0)}, dir, Options{Formats: []string{"svg"}})
	for _, f := range files[:3] {
		rel, _ := filepath.Rel(dir, f)
		fmt.Println(filepath.ToSlash(rel))
	}
	fmt.Println(err)
	// Output:
	// index.html
	// report.md
	// figures/deep-sea-treasure-concave-v0-curves.svg
	// <nil>
}
