package cli

import (
	"archive/tar"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// pairedSpeed compares a figure of two builds. Ratios are of neighbouring samples, now to before, so that what
// else the machine does meets both alike.
type pairedSpeed struct {
	Name   string  `json:"name"`
	Unit   string  `json:"unit"`
	Before float64 `json:"before"` // medians
	Now    float64 `json:"now"`
	Ratio  float64 `json:"ratio"` // median of the pairs, with the least and the largest
	Least  float64 `json:"ratio_min"`
	Most   float64 `json:"ratio_max"`
}

// benchAgainst measures an area with the build of another revision of this repository and with this program, in
// turn, count times.
func (a *app) benchAgainst(c *cobra.Command, args []string, revision string, count int) error {
	if count < 1 {
		return usagef("--pairs is %d; it is at least 1", count)
	}
	if c.Flags().Changed("cpuprofile") {
		return usagef("--cpuprofile and --against exclude each other; profile the programs one by one")
	}
	scratch, err := os.MkdirTemp("", "paretolab-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(scratch)
	if !a.quiet {
		fmt.Fprintf(a.err, "building %s\n", revision)
	}
	before, err := buildRevision(c.Context(), revision, scratch)
	if err != nil {
		return err
	}
	now, err := os.Executable()
	if err != nil {
		return err
	}
	words := append([]string{"bench", c.Name()}, args...)
	c.Flags().Visit(func(f *pflag.Flag) {
		if f.Name != "against" && f.Name != "pairs" && f.Name != "json" {
			for _, v := range flagWords(f) {
				words = append(words, "--"+f.Name+"="+v)
			}
		}
	})
	found, err := a.measurePairs(c.Context(), before, now, append(words, "--json", "--quiet"), count)
	if err != nil {
		return err
	}
	if a.json {
		return a.printJSON(found)
	}
	b := envsBench{app: a}
	if err := b.table(func(w *tabwriter.Writer) {
		fmt.Fprintf(w, "figure\tunit\t%s\tnow\tratio\tleast\tmost\t\n", revision)
		for _, p := range found {
			fmt.Fprintf(w, "%s\t%s\t%.4g\t%.4g\t%.3f\t%.3f\t%.3f\t\n", p.Name, p.Unit, p.Before, p.Now, p.Ratio, p.Least, p.Most)
		}
	}); err != nil {
		return err
	}
	_, err = fmt.Fprintf(a.out, "\n%s, %s, %s\n", processorName(), runtime.Version(), counted(count, "pair", "pairs"))
	return err
}

// flagWords are the values that set a flag to what it is.
func flagWords(f *pflag.Flag) []string {
	if list, ok := f.Value.(pflag.SliceValue); ok {
		return list.GetSlice()
	}
	return []string{f.Value.String()}
}

// buildRevision builds the program as it is at a revision of the repository that this folder belongs to, and
// returns the path of the binary below scratch.
func buildRevision(ctx context.Context, revision, scratch string) (string, error) {
	git := func(args ...string) ([]byte, error) {
		out, err := exec.CommandContext(ctx, "git", args...).Output()
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			err = errors.New(strings.TrimSpace(string(exit.Stderr)))
		}
		return out, err
	}
	top, err := git("rev-parse", "--show-toplevel")
	if err != nil {
		return "", usagef("--against builds a revision of the repository of paretolab; call it from there: %w", err)
	}
	root := strings.TrimSpace(string(top))
	commit, err := git("rev-parse", "--verify", "--end-of-options", revision+"^{commit}")
	if err != nil {
		return "", usagef("--against: there is no revision %q: %w", revision, err)
	}
	files, err := git("-C", root, "archive", "--format=tar", strings.TrimSpace(string(commit)))
	if err != nil {
		return "", err
	}
	source := filepath.Join(scratch, "source")
	if err := unpack(files, source); err != nil {
		return "", err
	}
	binary := filepath.Join(scratch, "paretolab.exe") // which other systems do not mind
	build := exec.CommandContext(ctx, "go", "build", "-o", binary, ".")
	build.Dir = source
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%s cannot be built: %w\n%s", revision, err, out)
	}
	return binary, nil
}

// unpack writes the files of an archive of git.
func unpack(archive []byte, dir string) error {
	for r := tar.NewReader(bytes.NewReader(archive)); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if h.Typeflag != tar.TypeReg {
			continue
		}
		if !filepath.IsLocal(h.Name) {
			return fmt.Errorf("the archive has a file %q", h.Name)
		}
		path := filepath.Join(dir, filepath.FromSlash(h.Name))
		text, err := io.ReadAll(r)
		if err == nil {
			err = os.MkdirAll(filepath.Dir(path), 0o777)
		}
		if err == nil {
			err = os.WriteFile(path, text, 0o666)
		}
		if err != nil {
			return err
		}
	}
}

// measurePairs runs two programs in turn, each first in every other pair.
func (a *app) measurePairs(ctx context.Context, before, now string, args []string, count int) ([]pairedSpeed, error) {
	programs := [2]string{before, now}
	samples := [2]map[string][]float64{{}, {}}
	var order []measurement // names and units, as the new program prints them
	progress := a.measuring(2 * count)
	defer progress.end()
	for round := range count {
		for i := range 2 {
			k := (i + round) % 2
			progress.subject([]string{"before", "now"}[k])
			found, err := figuresOf(ctx, programs[k], args)
			if err != nil {
				if ctx.Err() != nil {
					return nil, a.stopped()
				}
				return nil, err
			}
			for _, m := range found {
				samples[k][m.Name] = append(samples[k][m.Name], m.Value)
			}
			if k == 1 {
				order = found
			}
			progress.measured()
		}
	}
	pairs := []pairedSpeed{}
	for _, m := range order {
		x, y := samples[0][m.Name], samples[1][m.Name]
		if len(x) != count || len(y) != count {
			continue // what the other does not measure
		}
		var ratios []float64
		for i := range x {
			ratios = append(ratios, y[i]/x[i])
		}
		pairs = append(pairs, pairedSpeed{m.Name, m.Unit, median(x), median(y), median(ratios), slices.Min(ratios), slices.Max(ratios)})
	}
	if len(pairs) == 0 {
		return nil, fmt.Errorf("the two programs have no figure in common")
	}
	return pairs, nil
}

// figuresOf runs a program that prints measurements as JSON.
func figuresOf(ctx context.Context, program string, args []string) ([]measurement, error) {
	c := exec.CommandContext(ctx, program, args...)
	var said bytes.Buffer
	c.Stderr = &said
	out, err := c.Output()
	if err != nil {
		return nil, fmt.Errorf("%s %s: %w\n%s", program, strings.Join(args, " "), err, said.Bytes())
	}
	var found []measurement
	if err := json.Unmarshal(out, &found); err != nil {
		return nil, fmt.Errorf("%s %s: %w", program, strings.Join(args, " "), err)
	}
	return found, nil
}
