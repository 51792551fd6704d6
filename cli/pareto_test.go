package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

// pipe runs the command line with text on standard input.
func pipe(in string, args ...string) (code int, out, errs string) {
	var o, e bytes.Buffer
	code = Main(args, strings.NewReader(in), &o, &e)
	return code, o.String(), e.String()
}

// writePoints writes a point file and returns its path.
func writePoints(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "points.csv")
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestParetoHypervolume: the same four points, whose hypervolume is 7 by hand, in every form.
func TestParetoHypervolume(t *testing.T) {
	for _, c := range []struct {
		name, in string
		flags    []string
		want     float64
		points   int
	}{
		{"white space", "1 4\n2 2\n\t3  1 \n0 0\n", []string{"--ref", "0,0"}, 7, 4},
		{"commas", "1,4\n2,2\n3, 1\n0,0", []string{"--ref", "0,0"}, 7, 4},
		{"header", "a,b\n1,4\n2,2\n3,1\n0,0\n", []string{"--ref", "0,0"}, 7, 4},
		{"header of words", "a b\n1 4\n2 2\n3 1\n0 0\n", []string{"--ref", "0,0"}, 7, 4},
		{"comments and blank lines", "# points\n\na,b # names\n1,4 # one\n2,2\n3,1\n0,0\n", []string{"--ref", "0,0"}, 7, 4},
		{"byte order mark and carriage returns", "\ufeffa,b\r\n1,4\r\n2,2\r\n3,1\r\n0,0\r\n", []string{"--ref", "0,0"}, 7, 4},
		{"front.csv", "policy,a,b,se_a,se_b,episodes\np1,1,4,9,9,100\n\"p,2\",2,2,9,9,100\np3,3,1,9,9,100\n,0,0,9,9,100\n", []string{"--ref", "0,0"}, 7, 4},
		{"index of a data frame", ",a,b\n0,1,4\n1,2,2\n2,3,1\n3,0,0\n", []string{"--ref", "0,0"}, 7, 4},
		{"an objective that begins like an error", "se_a,b\n1,4\n2,2\n3,1\n0,0\n", []string{"--ref", "0,0"}, 7, 4},
		{"another reference point", "1 4\n2 2\n3 1\n0 0\n", []string{"--ref", "1, 0.5"}, 2, 4},
		{"minimise all", "-1 -4\n-2 -2\n-3 -1\n0 0\n", []string{"--ref", "0,0", "--minimize"}, 7, 4},
		{"minimise one", "1 -4\n2 -2\n3 -1\n0 0\n", []string{"--ref", "0,0", "--minimize=2"}, 7, 4},
		{"minimise a list", "-1 -4\n-2 -2\n-3 -1\n0 0\n", []string{"--ref", "0,0", "--minimize=2,1"}, 7, 4},
		{"costs", "6 1\n4 3\n7 7\n", []string{"--ref", "7,5", "--minimize"}, 8, 3},
		{"one objective", "3\n5\n", []string{"--ref", "1"}, 4, 2},
		{"nothing above the reference", "1 2\n", []string{"--ref", "1,1"}, 0, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, file := range [][]string{nil, {"-"}, {writePoints(t, c.in)}} {
				code, out, errs := pipe(c.in, slices.Concat([]string{"pareto", "hv", "--json"}, c.flags, file)...)
				var got map[string]any
				if err := json.Unmarshal([]byte(out), &got); code != exitOK || err != nil {
					t.Fatalf("exit code %d, %v, %q, %s", code, err, out, errs)
				}
				ref := strings.Trim(strings.ReplaceAll(fmt.Sprint(got["reference_point"]), " ", ","), "[]")
				if got["hypervolume"] != c.want || got["points"] != float64(c.points) || ref != strings.ReplaceAll(c.flags[1], " ", "") {
					t.Errorf("%v: %s", file, out)
				}
			}
		})
	}
	code, out, errs := pipe("1 5\n4 1\n9 9\n", "pareto", "hv", "--minimize", "--ref", "6,6")
	if want := "hypervolume 13 of 3 points for reference point (6, 6)\n"; code != exitOK || out != want || !strings.Contains(errs, "2 of 3") {
		t.Errorf("exit code %d, %q and %q, want %q", code, out, errs, want)
	}
	if _, _, errs := pipe("1 5\n4 1\n9 9\n", "pareto", "hv", "--minimize", "--ref", "6,6", "--quiet"); errs != "" {
		t.Errorf("--quiet says %q", errs)
	}
}

func TestParetoFilter(t *testing.T) {
	const front = "policy,gain,cost,se_gain,se_cost,episodes\n"
	in := front + "a,1,10,0,0,1\nb,2,30,0,0,1 # dear\nc,1,50,0,0,1\nd,1,10,0,0,1\n"
	for _, c := range []struct {
		name  string
		flags []string
		want  string
	}{
		{"maximise", nil, front + "b,2,30,0,0,1\nc,1,50,0,0,1\n"},
		{"minimise the cost", []string{"--minimize=2"}, front + "a,1,10,0,0,1\nb,2,30,0,0,1\n"},
		{"keep duplicates", []string{"--minimize=2", "--keep-duplicates"}, front + "a,1,10,0,0,1\nb,2,30,0,0,1\nd,1,10,0,0,1\n"},
		{"minimise all", []string{"--minimize"}, front + "a,1,10,0,0,1\n"},
	} {
		if code, out, errs := pipe(in, slices.Concat([]string{"pareto", "filter"}, c.flags)...); code != exitOK || errs != "" || out != c.want {
			t.Errorf("%s: exit code %d, %s\n%swant\n%s", c.name, code, errs, out, c.want)
		}
	}
	_, out, _ := pipe(in, "pareto", "filter", "--minimize=2", "--json")
	var got filterInfo
	if err := json.Unmarshal([]byte(out), &got); err != nil {
		t.Fatal(err)
	}
	if text := fmt.Sprint(got); text != "{4 2 [gain cost] [0 1] [[1 10] [2 30]]}" {
		t.Errorf("%s", text)
	}
}

// TestParetoIndicators takes the values of indicators from their definitions, by hand.
func TestParetoIndicators(t *testing.T) {
	reference := writePoints(t, "2 4\n4 2\n3 3\n1 1\n")
	costs := writePoints(t, "-2 -4\n-4 -2\n-3 -3\n")
	distance := (2*math.Sqrt2 + 2) / 3
	for _, c := range []struct {
		name, in string
		flags    []string
		want     map[string]any
	}{
		{"alone", "1 3\n3 1\n3 1\n0 0\n", []string{"--weights", "2"}, map[string]any{
			"points": 4., "cardinality": 2., "ideal": []any{3., 3.}, "nadir": []any{1., 1.}, "reference_point": nil, "hypervolume": nil,
			"sparsity": 8., "weights": "lattice 2 (3)", "expected_utility": 8. / 3, "min_utility": 2., "igd": nil, "hv_ratio": nil,
		}},
		{"against a reference set", "1 3\n3 1\n", []string{"--weights", "2", "--ref", "0,0", "--against", reference}, map[string]any{
			"hypervolume": 5., "hv_ratio": 5. / 13, "max_utility_loss": 1., "gd": math.Sqrt2, "gd_plus": math.Sqrt2, "igd": distance, "igd_plus": distance,
			"epsilon_additive": 2., "epsilon_multiplicative": 3.,
		}},
		{"minimised", "-1 -3\n-3 -1\n", []string{"--minimize", "--weights", "2", "--ref", "0,0", "--against", costs}, map[string]any{
			"hypervolume": 5., "hv_ratio": 5. / 13, "max_utility_loss": 1., "gd": math.Sqrt2, "gd_plus": math.Sqrt2, "igd": distance,
			"epsilon_additive": 2., "epsilon_multiplicative": nil, "ideal": []any{-3., -3.}, "nadir": []any{-1., -1.}, "expected_utility": 8. / 3,
		}},
		{"the others", "1 3\n3 1\n", []string{"--weights", "2", "--ref", "0,0", "--against", reference, "--exponent", "2",
			"--log-scale", "1,1", "--log-delta", "0.5"}, map[string]any{
			"extent": []any{2., 2.}, "relative_hypervolume": 8. / 13, "log_hypervolume": math.Ln2 * (2*math.Log(6) - math.Ln2), "cardinality_ratio": 2. / 3,
			"spacing": 0., "spacing_population": 0., "spread": 0.5, "generalized_spread": 1. / 3, "sparsity_normalized": 2.,
			"utility_5_percent": 2.1, "utility_50_percent": 3., "utility_95_percent": 3., "mean_utility_loss": 1., "max_utility_loss_normalized": 1.,
			"ideal_point": []any{4., 4.}, "r2": 3.5 / 3, "r2_sum": 4. / 3, "r2_exact": 1., "gd": math.Sqrt2, "igd": math.Sqrt(8. / 3),
			"gd_van_veldhuizen": 1., "averaged_hausdorff": math.Sqrt(8. / 3), "coverage": 0., "covered_by": 1., "dominance": 0., "dominated_by": 1.,
		}},
		{"minimised, from an ideal point", "-1 -3\n-3 -1\n", []string{"--minimize", "--weights", "2", "--ideal", "-4,-4"}, map[string]any{
			"ideal_point": []any{-4., -4.}, "r2": 3.5 / 3, "r2_sum": 4. / 3, "r2_exact": 1., "coverage": nil, "spread": nil, "exponent": nil,
		}},
		{"three objectives", "1 3 0\n", []string{"--against", writePoints(t, "1 3 0\n")}, map[string]any{"r2_exact": nil, "spread": nil, "generalized_spread": 0., "igd": 0.}},
		{"costs twice as high", "4 6\n", []string{"--minimize", "--ref", "5,7", "--against", writePoints(t, "2 3\n")}, map[string]any{
			"hypervolume": 1., "hv_ratio": 1. / 12, "epsilon_additive": 3., "epsilon_multiplicative": 2., "gd": math.Sqrt(13), "ideal": []any{4., 6.},
			"weights": "lattice 100 (101)", "sparsity": 0., "expected_utility": -5., "min_utility": -6.,
		}},
		{"a reference set without hypervolume", "1 3\n", []string{"--ref", "9,9", "--quiet", "--against", reference}, map[string]any{"hypervolume": 0., "hv_ratio": nil}},
	} {
		code, out, errs := pipe(c.in, slices.Concat([]string{"pareto", "indicators", "--json"}, c.flags)...)
		var got map[string]any
		if err := json.Unmarshal([]byte(out), &got); code != exitOK || errs != "" || err != nil {
			t.Errorf("%s: exit code %d, %v, %s", c.name, code, err, errs)
			continue
		}
		for key, want := range c.want {
			v, isNumber := got[key].(float64)
			w, _ := want.(float64)
			if _, ok := got[key]; !ok || isNumber && math.Abs(v-w) > 4e-15*math.Abs(w) || !isNumber && fmt.Sprint(got[key]) != fmt.Sprint(want) {
				t.Errorf("%s: %s is %v, want %v", c.name, key, got[key], want)
			}
		}
	}
	code, out, errs := pipe("1 3\n3 1\n", "pareto", "indicators", "--ref", "0,0", "--against", reference)
	if code != exitOK || errs != "" || strings.Count(out, "\n") != 38 || !strings.Contains(out, "for reference point (0, 0)") {
		t.Errorf("exit code %d, %s\n%s", code, errs, out)
	}
}

// TestParetoHypervolumeBounds: where the exact value takes too long there are bounds around it.
func TestParetoHypervolumeBounds(t *testing.T) {
	var rows strings.Builder
	for i := range 60 {
		for j := range 8 {
			fmt.Fprint(&rows, 1+(i*(2*j+7)+j*j)%61, " ")
		}
		fmt.Fprintln(&rows)
	}
	measure := func(flags ...string) (info hypervolumeInfo, errs string) {
		code, out, errs := pipe(rows.String(), slices.Concat([]string{"pareto", "hv", "--json", "--ref", "0,0,0,0,0,0,0,0"}, flags)...)
		if err := json.Unmarshal([]byte(out), &info); code != exitOK || err != nil {
			t.Fatalf("%v: exit code %d, %v, %s", flags, code, err, errs)
		}
		return info, errs
	}
	exact, errs := measure()
	if !exact.Exact || exact.Hypervolume == nil || exact.Lower != *exact.Hypervolume || exact.Upper != exact.Lower || errs != "" {
		t.Fatalf("%+v, %s", exact, errs)
	}
	got, errs := measure("--max-work", "20", "--gap", "0")
	if got.Exact || got.Hypervolume != nil || !(got.Lower < exact.Lower && exact.Lower < got.Upper) || !strings.Contains(errs, "--max-work") {
		t.Errorf("%+v around %v, %s", got, exact.Lower, errs)
	}
}

// TestParetoRefuses: bad input is exit code 2, nothing on standard output, and a message that says
// where and what.
func TestParetoRefuses(t *testing.T) {
	good := writePoints(t, "a,b\n1,2\n")
	for _, c := range []struct {
		name, in string
		args     []string
		want     []string // parts of the message
	}{
		{"ideal point of other objectives", "1 2\n", []string{"indicators", "--ideal", "1"}, []string{"--ideal (1)", "2 objectives"}},
		{"scale of other objectives", "1 2\n", []string{"indicators", "--log-scale", "1,2,3"}, []string{"--log-scale (1, 2, 3)", "2 objectives"}},
		{"scale zero", "1 2\n", []string{"indicators", "--log-scale", "1,0"}, []string{"--log-scale has 0"}},
		{"delta zero", "1 2\n", []string{"indicators", "--log-delta", "0"}, []string{"--log-delta is 0"}},
		{"exponent zero", "1 2\n", []string{"indicators", "--exponent", "0"}, []string{"--exponent is 0"}},
		{"no steps", "1 2\n", []string{"hv", "--ref", "0,0", "--max-work", "0"}, []string{"--max-work is 0"}},
		{"negative gap", "1 2\n", []string{"hv", "--ref", "0,0", "--gap", "-1"}, []string{"--gap is -1"}},
		{"missing file", "", []string{"hv", "no-such-file.csv", "--ref", "0,0"}, []string{"no-such-file.csv", "standard input"}},
		{"directory", "", []string{"hv", t.TempDir(), "--ref", "0,0"}, []string{"is a directory", "front.csv"}},
		{"empty", "", []string{"hv", "--ref", "0,0"}, []string{"standard input: no value vectors"}},
		{"comments only", "# a\n\n", []string{"filter"}, []string{"no value vectors"}},
		{"header only", "a,b\n", []string{"filter"}, []string{"no value vectors"}},
		{"header without objectives", "policy,episodes\np,1\n", []string{"filter"}, []string{"standard input:1", "policy,episodes", "no objective"}},
		{"NaN", "a,b\n1,2\n3,nan\n", []string{"hv", "--ref", "0,0"}, []string{"standard input:3: b is nan", "leave the row out"}},
		{"infinity", "1 2\n-Inf 3\n", []string{"indicators"}, []string{"standard input:2: column 1 is -Inf"}},
		{"beyond float64", "1 2\n1 1e999\n", []string{"indicators"}, []string{"standard input:2: column 2 is 1e999"}},
		{"text", "1 2\n1 x\n", []string{"filter"}, []string{"standard input:2", `column 2 is "x"`}},
		{"text beside a number in the first line", "1 x\n", []string{"filter"}, []string{"standard input:1", `column 2 is "x"`}},
		{"semicolons", "1;2\n3;4\n", []string{"filter"}, []string{"standard input:2", `"3;4"`, "commas"}},
		{"missing value", "1,2\n3,\n", []string{"filter"}, []string{"standard input:2", "column 2 has no value"}},
		{"ragged", "1 2\n\n1 2 3\n", []string{"hv", "--ref", "0,0"}, []string{"standard input:3: 3 columns where line 1 has 2"}},
		{"row shorter than the header", "a,b\n1\n", []string{"filter"}, []string{"standard input:2: 1 column where line 1 has 2"}},
		{"open quotation mark", "a,b\n\"1,2\n", []string{"filter"}, []string{"standard input:2", "quotation"}},
		{"binary", "\x7fELF\x02\x00\x01\n", []string{"hv", "--ref", "0,0"}, []string{"standard input:1: not UTF-8 text"}},
		{"endless line", strings.Repeat("1 ", 1<<20), []string{"filter"}, []string{"standard input:1: longer"}},
		{"no reference point", "a b\n1 2\n", []string{"hv"}, []string{"--ref", "2 objectives (a, b)"}},
		{"short reference point", "1 2\n", []string{"hv", "--ref", "0"}, []string{"--ref (0) has 1 value", "2 objectives"}},
		{"reference point that is text", "1 2\n", []string{"hv", "--ref", "0,x"}, []string{"--ref", `value 2 is "x"`}},
		{"reference point NaN", "1 2\n", []string{"hv", "--ref", "0,NaN"}, []string{"--ref", "value 2 is NaN"}},
		{"minimise what is not there", "1 2\n", []string{"hv", "--ref", "0,0", "--minimize=3"}, []string{"--minimize=3", "2 objectives"}},
		{"minimise zero", "1 2\n", []string{"hv", "--ref", "0,0", "--minimize=0"}, []string{"--minimize", `"0"`}},
		{"minimise without equals sign", "", []string{"hv", good, "--ref", "0,0", "--minimize", "1,2"}, []string{"--minimize=1,3"}},
		{"too many objectives", strings.Repeat("1 ", 17), []string{"hv", "--ref", strings.Repeat("0,", 16) + "0"}, []string{"17 objectives", "16"}},
		{"volume beyond float64", "1e300 1e300\n", []string{"hv", "--ref", "0,0"}, []string{"standard input", "float64"}},
		{"sparsity beyond float64", "-1e300 1\n1e300 0\n", []string{"indicators"}, []string{"sparsity", "float64"}},
		{"reference set of other objectives", "1 2 3\n", []string{"indicators", "--against", good}, []string{good, "2 objectives (a, b)", "3 objectives"}},
		{"reference set in another order", "b,a\n1,2\n", []string{"indicators", "--against", good}, []string{"a, b", "b, a", "order"}},
		{"bad reference set", "1 2\n", []string{"indicators", "--against", writePoints(t, "1,2\n3,y\n")}, []string{"points.csv:2", `"y"`}},
		{"standard input twice", "1 2\n", []string{"indicators", "--against", "-"}, []string{"both standard input"}},
		{"no weights", "1 2\n", []string{"indicators", "--weights=0"}, []string{"--weights is 0"}},
		{"too many weights", "1 2 3\n", []string{"indicators", "--weights=100000"}, []string{"--weights=100000"}},
		{"unknown subcommand", "", []string{"filtre"}, []string{`"filtre"`, "filter"}},
	} {
		code, out, errs := pipe(c.in, append([]string{"pareto"}, c.args...)...)
		if code != exitUsage || out != "" {
			t.Errorf("%s: exit code %d, %q", c.name, code, out)
		}
		for _, part := range c.want {
			if !strings.Contains(errs, part) {
				t.Errorf("%s: %q does not say %q", c.name, errs, part)
			}
		}
	}
}

func TestParetoOutputClosedEarly(t *testing.T) {
	for _, args := range [][]string{{"hv", "--ref", "0,0"}, {"filter"}, {"indicators"}, {"filter", "--json"}} {
		var errs bytes.Buffer
		if code := Main(append([]string{"pareto"}, args...), strings.NewReader("1 2\n"), closedPipe{}, &errs); code != exitOK || errs.Len() > 0 {
			t.Errorf("%v: exit code %d, %s", args, code, errs.String())
		}
	}
}

func TestParetoReadError(t *testing.T) {
	a := &app{in: failingReader{}}
	var coded *exitError
	if _, err := a.readPoints("-"); !errors.As(err, &coded) || coded.code != exitUsage || !strings.Contains(err.Error(), "standard input:1: torn") {
		t.Errorf("%v", err)
	}
}

type failingReader struct{}

func (failingReader) Read([]byte) (int, error) { return 0, errors.New("torn") }

func TestParetoHelp(t *testing.T) {
	var visit func(c *cobra.Command)
	visit = func(c *cobra.Command) {
		if c.Short == "" || c.Long == "" || c.Example == "" {
			t.Errorf("%s lacks a part of its help", c.CommandPath())
		}
		for _, sub := range c.Commands() {
			visit(sub)
		}
	}
	visit(new(app).paretoCommand())
}
