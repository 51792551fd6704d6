package cli

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"go.yaml.in/yaml/v3"

	"github.com/paretolab/paretolab/agents/preference"
	"github.com/paretolab/paretolab/internal/atomicfile"
	"github.com/paretolab/paretolab/internal/didyoumean"
	"github.com/paretolab/paretolab/plots"
)

// tableOptions are the flags of `preference table`, and the keys of its configuration.
type tableOptions struct {
	Grids    string   `yaml:"grids"` // relative to the configuration
	Only     []string `yaml:"only"`
	Pairs    []int    `yaml:"pairs"`
	Learners []string `yaml:"learners"`
	Answers  []string `yaml:"answers"`
	Length   int      `yaml:"length"`
	Seed     uint64   `yaml:"seed"`
	Out      string   `yaml:"-"`
	Workers  int      `yaml:"-"`
}

// tableInfo is what `preference table --json` prints.
type tableInfo struct {
	Grids  int                    `json:"grids"`
	Gamma  float64                `json:"gamma"`
	Length int                    `json:"length"`
	Seed   uint64                 `json:"seed"`
	Cells  []preference.TableCell `json:"cells"`
	Files  []string               `json:"files,omitempty"`
}

func (a *app) preferenceTableCommand() *cobra.Command {
	var o tableOptions
	var config string
	var learners strings.Builder
	for _, l := range preference.TableLearners {
		fmt.Fprintf(&learners, "  %-20s %s\n", l.Name, l.Doc)
	}
	c := &cobra.Command{
		Use:   "table (--grids FILE | --config FILE)",
		Short: "Compare learners over many boards",
		Long: `table learns rewards from simulated preferences on every board of a file, plans exactly with what was
learned, and prints in how many cases the policy is near-optimal: its scaled return, 0 for the uniformly
random policy and 1 for the best, lies above 0.9. Beside it stand the share better than random and the mean of
scaled returns clipped to [-1, 1]. Boards whose ids differ but for their number are one family.

FILE is a JSON object with mdps, a list of boards with id, rows (a character a cell) and weights (of gas, goal,
sheep, coin, roadblock, mud), and perhaps gamma (0.999).

--answers says how questions are answered, a list of MODEL-MODE: MODEL is regret or partial-return, MODE is
noiseless or stochastic. MODEL alone means both modes, MODE alone the model that the learner assumes.
--learner is a list of

` + learners.String() + `
A configuration holds the same as the flags: grids, only, pairs, learners, answers, length, seed (YAML). Flags
that are given replace what it says.

With --out, DIR gets fits.csv (every fit with its weights), table.csv, and the figure near-optimal as PDF,
SVG and PNG. When a table is stopped, the same command goes on where it was. Tables do not depend on the
number of workers.

With --json: {"grids":, "gamma":, "length":, "seed":, "cells": [{"family":, "answers":, "learner":, "use":, "pairs":,
"grids":, "near_optimal":, "interval": [low, high], "better_than_random":, "mean_clipped":, "mean_loss":}]}; shares are
of 1, the interval is Wilson's of 95 %. use is plan, for an advantage greedy and as-reward.`,
		Example: `  paretolab preference table --config experiments/configs/preference/regret.yaml --out preference-regret
  paretolab preference table --grids grids.json --pairs 3,10,30 --learner regret-exact,partial-adam --answers noiseless --json
  paretolab preference table --grids grids.json --only 'random-*' --pairs 300 --learner regret-sf --answers regret-stochastic`,
		Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			if config != "" {
				if err := o.readConfig(config, c.Flags().Changed); err != nil {
					return err
				}
			}
			table, digest, err := a.openTable(&o)
			if err != nil {
				return err
			}
			return a.runTable(c.Context(), table, &o, digest)
		},
	}
	f := c.Flags()
	f.StringVar(&config, "config", "", "a `FILE` with the settings of the table")
	f.StringVar(&o.Grids, "grids", "", "`FILE` of boards")
	f.StringSliceVar(&o.Only, "only", nil, "the boards whose ids match one of these `PATTERNS`, such as random-*")
	f.IntSliceVar(&o.Pairs, "pairs", []int{3, 10, 30, 100, 300, 1000, 3000}, "numbers of preferences")
	f.StringSliceVar(&o.Learners, "learner", []string{"regret-exact"}, "names of learners")
	f.StringSliceVar(&o.Answers, "answers", []string{"regret"}, "how questions are answered")
	f.IntVar(&o.Length, "length", 3, "steps of a segment")
	f.Uint64Var(&o.Seed, "seed", 0, "of all chance")
	f.IntVar(&o.Workers, "workers", runtime.GOMAXPROCS(0), "fits at a time")
	f.StringVar(&o.Out, "out", "", "`DIR` for the fits, the table and its figure")
	c.MarkFlagFilename("config", "yaml", "yml")
	c.MarkFlagFilename("grids", "json")
	c.MarkFlagDirname("out")
	return c
}

// noArguments refuses arguments.
func noArguments(c *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usagef("%s takes no argument, not %q; see `%s --help`", c.CommandPath(), args[0], c.CommandPath())
	}
	return nil
}

// readConfig reads a configuration; flags that were given stay.
func (o *tableOptions) readConfig(path string, given func(flag string) bool) error {
	file := *o
	if err := decodeConfig(path, &file); err != nil {
		return err
	}
	file.Grids = beside(path, file.Grids)
	for flag, keep := range map[string]func(){
		"grids": func() { file.Grids = o.Grids }, "only": func() { file.Only = o.Only }, "pairs": func() { file.Pairs = o.Pairs },
		"learner": func() { file.Learners = o.Learners }, "answers": func() { file.Answers = o.Answers },
		"length": func() { file.Length = o.Length }, "seed": func() { file.Seed = o.Seed },
	} {
		if given(flag) {
			keep()
		}
	}
	*o = file
	return nil
}

// decodeConfig reads a configuration into the fields of a structure; keys that it does not have are mistakes.
func decodeConfig(path string, into any) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return usagef("%w", err)
	}
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	decoder.KnownFields(true)
	if err := decoder.Decode(into); err != nil && !errors.Is(err, io.EOF) {
		return usagef("%s: %w", path, err)
	}
	return nil
}

// beside is a file that a configuration names relative to itself.
func beside(config, file string) string {
	if file == "" || filepath.IsAbs(file) {
		return file
	}
	return filepath.Join(filepath.Dir(config), file)
}

// openTable reads the boards and checks the settings. The digest is that of everything that fits depend on.
func (a *app) openTable(o *tableOptions) (*preference.TableConfig, string, error) {
	if o.Grids == "" {
		return nil, "", usagef("no boards; give a file with --grids or a configuration with --config")
	}
	in, name, _, err := a.openText(o.Grids, "boards", "grids.json")
	if err != nil {
		return nil, "", err
	}
	defer in.Close()
	grids, gamma, err := preference.ReadGrids(in)
	if err != nil {
		return nil, "", usagef("%s: %w", name, err)
	}
	if len(o.Only) > 0 {
		var kept []preference.Grid
		for _, g := range grids {
			for _, pattern := range o.Only {
				match, err := path.Match(pattern, g.ID)
				if err != nil {
					return nil, "", usagef("--only %q: %w", pattern, err)
				}
				if match {
					kept = append(kept, g)
					break
				}
			}
		}
		if len(kept) == 0 {
			return nil, "", usagef("no board of %s matches --only %s", name, strings.Join(o.Only, ","))
		}
		grids = kept
	}
	c := &preference.TableConfig{Grids: grids, Gamma: gamma, Pairs: o.Pairs, Length: o.Length, Seed: o.Seed, Workers: o.Workers}
	switch {
	case gamma == 1:
		return nil, "", usagef("%s: gamma is 1; tables need a discount below 1", name)
	case len(o.Pairs) == 0:
		return nil, "", usagef("--pairs is empty; give numbers of preferences")
	case o.Length < 1 || o.Length > 1000:
		return nil, "", usagef("--length is %d; give 1 to 1000", o.Length)
	case o.Workers < 1:
		return nil, "", usagef("--workers is %d; give at least 1", o.Workers)
	}
	for _, n := range o.Pairs {
		if n < 1 || n > 1_000_000 {
			return nil, "", usagef("--pairs has %d; give numbers from 1 to 1000000", n)
		}
	}
	c.Pairs = slices.Compact(slices.Sorted(slices.Values(o.Pairs)))
	for _, l := range o.Learners {
		var names []string
		for _, known := range preference.TableLearners {
			names = append(names, known.Name)
		}
		switch l { // the models by themselves
		case "regret":
			l = "regret-exact"
		case "partial", "partial-return":
			l = "partial-adam"
		}
		if !slices.Contains(names, l) {
			return nil, "", usagef("unknown learner %q%s", l, didyoumean.Question(didyoumean.Nearest(l, names), "there are "+strings.Join(names, ", ")))
		}
		if !slices.Contains(c.Learners, l) {
			c.Learners = append(c.Learners, l)
		}
	}
	if len(c.Learners) == 0 {
		return nil, "", usagef("--learner is empty; see `paretolab preference table --help`")
	}
	if c.Answers, c.Right, err = answerings(o.Answers); err != nil {
		return nil, "", err
	}
	hash := sha256.New()
	fmt.Fprintln(hash, 4, gamma, o.Length, o.Seed) // 4: raised when fits change
	for _, g := range grids {
		fmt.Fprintln(hash, g.ID, g.Rows, g.Weights)
	}
	return c, hex.EncodeToString(hash.Sum(nil)), nil
}

// answerings reads --answers. right says that every learner is asked by the model that it assumes.
func answerings(list []string) (answers []preference.Answering, right bool, err error) {
	models, modes := []string{"regret", "partial-return"}, []string{"noiseless", "stochastic"}
	wrong := 0
	for _, text := range list {
		model, mode := strings.ReplaceAll(text, ":", "-"), ""
		for _, m := range modes {
			if model == m || strings.HasSuffix(model, "-"+m) {
				model, mode = strings.TrimSuffix(strings.TrimSuffix(model, m), "-"), m
			}
		}
		if model == "partial" {
			model = "partial-return"
		}
		if model != "" && !slices.Contains(models, model) {
			return nil, false, usagef("--answers has %q; give MODEL-MODE with MODEL regret or partial-return and MODE noiseless or stochastic, or one of both", text)
		}
		if model != "" {
			wrong++
		}
		for _, m := range models {
			for _, n := range modes {
				x := preference.Answering{Model: m, Mode: n}
				if (model == "" || model == m) && (mode == "" || mode == n) && !slices.Contains(answers, x) {
					answers = append(answers, x)
				}
			}
		}
	}
	switch {
	case len(answers) == 0:
		return nil, false, usagef("--answers is empty; give regret, for example")
	case wrong != 0 && wrong != len(list):
		return nil, false, usagef("--answers mixes modes alone with models; give MODEL-MODE for all")
	}
	return answers, wrong == 0, nil
}

// saveEvery is the number of fits after which they are saved.
const saveEvery = 100

// runTable fits what is not known yet and prints the table.
func (a *app) runTable(ctx context.Context, table *preference.TableConfig, o *tableOptions, digest string) error {
	var fits, others []preference.TableFit // what the table asks for, and what else the directory holds
	if o.Out != "" {
		if err := os.MkdirAll(o.Out, 0o777); err != nil {
			return writing(o.Out, err)
		}
		all, err := readFits(o.Out, digest)
		if err != nil {
			return err
		}
		for _, f := range all {
			if table.Wants(&f) {
				fits = append(fits, f)
			} else {
				others = append(others, f)
			}
		}
	}
	type key struct {
		grid, answers, learner string
		pairs                  int
	}
	known := map[key]bool{}
	for _, f := range fits {
		known[key{f.Grid, f.Answers, f.Learner, f.Pairs}] = true
	}
	progress := a.stepping("fits", table.Work()-len(known))
	defer progress.end()
	var saveErr error
	err := table.Run(ctx, func(grid, answers, learner string, pairs int) bool { return known[key{grid, answers, learner, pairs}] },
		func(done []preference.TableFit) {
			fits = append(fits, done...)
			progress.add()
			if o.Out != "" && progress.done%saveEvery == 0 && saveErr == nil {
				saveErr = saveFits(o.Out, digest, table, fits, others)
			}
		})
	progress.end()
	table.Sort(fits)
	if o.Out != "" {
		if e := saveFits(o.Out, digest, table, fits, others); e != nil {
			return writing(o.Out, e)
		}
	}
	switch {
	case ctx.Err() != nil:
		if o.Out != "" && !a.quiet {
			fmt.Fprintf(a.err, "%s done and saved in %s; the same command goes on from there\n", plural(len(fits), "fit"), o.Out)
		}
		return a.stopped()
	case err != nil:
		return withCode(exitUsage, err)
	}
	info := tableInfo{Grids: len(table.Grids), Gamma: table.Gamma, Length: table.Length, Seed: table.Seed, Cells: preference.Cells(fits)}
	if o.Out != "" {
		if info.Files, err = writeTable(o.Out, info.Cells); err != nil {
			return writing(o.Out, err)
		}
		info.Files = append([]string{filepath.Join(o.Out, "fits.csv")}, info.Files...)
	}
	var page bytes.Buffer
	printTable(&page, info.Cells)
	for _, f := range info.Files {
		fmt.Fprintln(&page, f)
	}
	return a.printAnswer(info, &page)
}

// printTable writes a line for each learner and a column for each number of preferences.
func printTable(page *bytes.Buffer, cells []preference.TableCell) {
	var pairs []int
	for _, c := range cells {
		if !slices.Contains(pairs, c.Pairs) {
			pairs = append(pairs, c.Pairs)
		}
	}
	fmt.Fprintf(page, "%% near-optimal / %% better than random / mean clipped scaled return\n\n%-27s %-30s", "answers", "learner")
	for _, n := range pairs {
		fmt.Fprintf(page, "  %14d", n)
	}
	family := ""
	for i, c := range cells {
		if c.Family != family {
			family = c.Family
			fmt.Fprintf(page, "\n%s, %s", family, plural(c.Grids, "board"))
		}
		if i == 0 || cells[i-1].Learner != c.Learner || cells[i-1].Use != c.Use || cells[i-1].Answers != c.Answers || cells[i-1].Family != c.Family {
			name := c.Learner
			if c.Use != "plan" {
				name += ", " + c.Use
			}
			fmt.Fprintf(page, "\n%-27s %-30s", c.Answers, name)
		}
		text := fmt.Sprintf("%.0f/%.0f/%.2f", 100*c.NearOptimal, 100*c.Better, c.Clipped)
		fmt.Fprintf(page, "  %14s", text)
	}
	fmt.Fprintln(page)
}

// fitColumns are the columns of fits.csv.
var fitColumns = []string{"grid", "answers", "learner", "use", "pairs", "loss", "scaled_return", "mean_max", "weights"}

// saveFits writes the fits in the order of the table, others after them, and what they belong to.
func saveFits(dir, digest string, table *preference.TableConfig, fits, others []preference.TableFit) error {
	sorted := slices.Clone(fits)
	table.Sort(sorted)
	sorted = append(sorted, others...)
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.Write(fitColumns)
	number := func(x float64) string { return strconv.FormatFloat(x, 'g', -1, 64) }
	for _, f := range sorted {
		most := ""
		if f.MeanMax != nil {
			most = number(*f.MeanMax)
		}
		var weights []string
		for _, x := range f.Weights {
			weights = append(weights, number(x))
		}
		w.Write([]string{f.Grid, f.Answers, f.Learner, f.Use, strconv.Itoa(f.Pairs), number(f.Loss), number(f.Scaled), most, strings.Join(weights, " ")})
	}
	w.Flush()
	if err := atomicfile.Write(filepath.Join(dir, "settings.json"), settingsJSON(digest, table), 0o666); err != nil {
		return err
	}
	return atomicfile.Write(filepath.Join(dir, "fits.csv"), b.Bytes(), 0o666)
}

// tableSettings is settings.json: what the fits of a directory belong to.
type tableSettings struct {
	Digest string  `json:"digest"`
	Gamma  float64 `json:"gamma"`
	Length int     `json:"length"`
	Seed   uint64  `json:"seed"`
}

func settingsJSON(digest string, table *preference.TableConfig) []byte {
	b, err := json.MarshalIndent(tableSettings{digest, table.Gamma, table.Length, table.Seed}, "", "  ")
	if err != nil {
		panic(err) // numbers and text
	}
	return append(b, '\n')
}

// readFits reads the fits of a directory.
func readFits(dir, digest string) ([]preference.TableFit, error) {
	b, err := os.ReadFile(filepath.Join(dir, "settings.json"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	var settings tableSettings
	if err != nil || json.Unmarshal(b, &settings) != nil || settings.Digest != digest {
		return nil, usagef("%s holds a table of other boards or settings; choose another directory with --out", dir)
	}
	file := filepath.Join(dir, "fits.csv")
	in, err := os.Open(file)
	if err != nil {
		return nil, usagef("%w; choose another directory with --out", err)
	}
	defer in.Close()
	rows, err := csv.NewReader(in).ReadAll()
	if err != nil || len(rows) == 0 || !slices.Equal(rows[0], fitColumns) {
		return nil, withCode(exitData, fmt.Errorf("%s is damaged; remove it to begin anew", file))
	}
	var fits []preference.TableFit
	for i, r := range rows[1:] {
		f := preference.TableFit{Grid: r[0], Answers: r[1], Learner: r[2], Use: r[3]}
		var fault error
		number := func(s string) float64 {
			x, err := strconv.ParseFloat(s, 64)
			fault = errors.Join(fault, err)
			return x
		}
		f.Pairs = int(number(r[4]))
		f.Loss, f.Scaled = number(r[5]), number(r[6])
		if r[7] != "" {
			most := number(r[7])
			f.MeanMax = &most
		}
		for _, x := range strings.Fields(r[8]) {
			f.Weights = append(f.Weights, number(x))
		}
		if fault != nil {
			return nil, withCode(exitData, fmt.Errorf("%s:%d: %w; remove the file to begin anew", file, i+2, fault))
		}
		fits = append(fits, f)
	}
	return fits, nil
}

// writeTable writes table.csv and the figure.
func writeTable(dir string, cells []preference.TableCell) ([]string, error) {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.Write([]string{"family", "answers", "learner", "use", "pairs", "grids", "near_optimal", "interval_low", "interval_high", "better_than_random", "mean_clipped", "mean_loss", "mean_max"})
	for _, c := range cells {
		number := func(x float64) string { return strconv.FormatFloat(x, 'g', 6, 64) }
		most := ""
		if c.MeanMax != nil {
			most = number(*c.MeanMax)
		}
		w.Write([]string{c.Family, c.Answers, c.Learner, c.Use, strconv.Itoa(c.Pairs), strconv.Itoa(c.Grids), number(c.NearOptimal),
			number(c.Interval[0]), number(c.Interval[1]), number(c.Better), number(c.Clipped), number(c.Loss), most})
	}
	w.Flush()
	files := []string{filepath.Join(dir, "table.csv")}
	if err := atomicfile.Write(files[0], b.Bytes(), 0o666); err != nil {
		return nil, err
	}
	fig, err := plots.Shares(sharesOf(cells), plots.Style{})
	if err != nil {
		return nil, err
	}
	drawn, err := fig.Save(dir, fig.Name)
	return append(files, drawn...), err
}

// sharesOf are the lines of the figure: a panel for each kind of answers, or of boards or people where these are several.
func sharesOf(cells []preference.TableCell) []plots.Share {
	families, answers := map[string]bool{}, map[string]bool{}
	for _, c := range cells {
		families[c.Family], answers[c.Answers] = true, true
	}
	var shares []plots.Share
	for _, c := range cells {
		panel := c.Answers
		switch {
		case len(families) > 1 && len(answers) > 1:
			panel = c.Family + ", " + panel
		case len(families) > 1:
			panel = c.Family
		}
		label := c.Learner
		if c.Use != "plan" {
			label += ", " + c.Use
		}
		shares = append(shares, plots.Share{Panel: panel, Label: label, N: c.Pairs, Value: c.NearOptimal, Low: c.Interval[0], High: c.Interval[1]})
	}
	return shares
}
