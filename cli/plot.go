package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"github.com/spf13/cobra"
	"gonum.org/v1/plot/vg"

	"github.com/paretolab/paretolab/experiments"
	"github.com/paretolab/paretolab/internal/didyoumean"
	"github.com/paretolab/paretolab/plots"
)

// What may stand in place of a kind.
const (
	allKinds = "all"     // every figure that applies
	gallery  = "gallery" // an example of every kind
)

// Widths that a figure may have: narrower, its texts do not fit; wider, no paper is.
const (
	narrowest = 50 * vg.Millimeter
	widest    = 1000 * vg.Millimeter
)

func (a *app) plotCommand() *cobra.Command {
	var out, width, look string
	var steps int
	var style plots.Style
	var formats []string
	var data bool
	var kinds strings.Builder
	for _, k := range plots.Kinds() {
		fmt.Fprintf(&kinds, "  %-11s %s\n", k.Name, k.Doc)
	}
	c := &cobra.Command{
		Use:   "plot KIND DIR...",
		Short: "Draw figures of runs",
		Long: `plot draws figures from run directories: PDF, SVG and PNG in the style of a paper. KIND is

` + kinds.String() + `  all         Every figure that applies.
  gallery     An example of every kind from made-up runs, with a page that shows them; needs no DIR.

Each DIR is a run directory or holds some. Runs on one environment share a figure, seeds of one
label a colour. Nothing is trained or evaluated; equal runs give equal bytes.`,
		Example: `  paretolab plot all runs/quickstart
  paretolab plot front2d runs/quickstart --format pdf --out figures
  paretolab plot curves runs/quickstart --width 174mm --data
  paretolab plot front2d runs/minecart --objectives ore1,fuel
  paretolab plot parallel runs/minecart --color-by fuel --common-scale
  paretolab plot front2d runs/quickstart --steps 200000 --style slide --out slides
  paretolab plot gallery --out gallery`,
		Args: func(c *cobra.Command, args []string) error {
			if len(args) == 1 && args[0] == gallery {
				return nil
			}
			if len(args) < 2 {
				return usagef("plot needs a KIND (%s or %s) and a DIR that holds runs; see `paretolab plot --help`", strings.Join(kindNames(), ", "), allKinds)
			}
			return nil
		},
		ValidArgsFunction: func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			if len(args) > 0 {
				return nil, cobra.ShellCompDirectiveFilterDirs
			}
			var list []string
			for _, k := range plots.Kinds() {
				list = append(list, cobra.CompletionWithDesc(k.Name, k.Doc))
			}
			return append(list, cobra.CompletionWithDesc(gallery, "An example of every kind."), cobra.CompletionWithDesc(allKinds, "Every figure that applies.")), cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(c *cobra.Command, args []string) error {
			kind, dirs := args[0], args[1:]
			wanted := []string{kind}
			switch {
			case kind == allKinds:
				wanted = kindNames()
			case kind == gallery && len(dirs) > 0:
				return usagef("plot gallery draws made-up runs and takes no directory; give the one to write to with --out")
			case kind != gallery && !slices.Contains(kindNames(), kind):
				return usagef("there is no figure %q%s", kind, didyoumean.Question(didyoumean.Nearest(kind, kindNames()), fmt.Sprintf("KIND is one of %s, %s, %s", strings.Join(kindNames(), ", "), allKinds, gallery)))
			}
			for _, f := range formats {
				if !slices.Contains(plots.Formats(), f) {
					return usagef("--format is %q; it is a list of %s", f, strings.Join(plots.Formats(), ", "))
				}
			}
			if kind == gallery {
				return a.drawGallery(c.Context(), cmp.Or(out, gallery), formats)
			}
			var err error
			if style.Slide, err = slideOf(look); err != nil {
				return err
			}
			if style.Width, err = widthOf(width); err != nil {
				return err
			}
			runs, err := a.loadRuns(c.Context(), dirs)
			if err != nil {
				return err
			}
			if c.Flags().Changed("steps") {
				if runs, err = a.runsAt(runs, steps); err != nil {
					return err
				}
			}
			style.Labels = plots.Labels(runs)
			if kind == allKinds {
				style.Comparison, _ = plots.Compared(c.Context(), runs) // without one the figures say why
			}
			if out == "" {
				out = filepath.Join(dirs[0], "figures")
			}
			files, err := drawFigures(c.Context(), wanted, runs, style, out, formats, data)
			if c.Context().Err() != nil {
				return a.stopped()
			}
			if err != nil {
				return writing(out, err)
			}
			return a.printFiles(files)
		},
	}
	flags := c.Flags()
	flags.StringVar(&out, "out", "", "directory of the figures (default: figures in the first DIR)")
	flags.StringSliceVar(&formats, "format", plots.Formats(), "formats, a list")
	flags.IntVar(&steps, "steps", 0, "draw the runs as they were after so many training steps, by the values that training selected by")
	flags.StringVar(&look, "style", "paper", "paper, or slide: everything larger")
	flags.StringVar(&width, "width", "", "width of a figure, for instance 84mm (a column) or 174mm (a page) (default: by kind)")
	flags.StringSliceVar(&style.Objectives, "objectives", nil, "objectives to draw, a list of names (default: all)")
	flags.StringVar(&style.ColorBy, "color-by", "", "objective that colours parallel coordinates, or clusters (default: the first)")
	flags.BoolVar(&style.CommonScale, "common-scale", false, "one scale for all parallel coordinates")
	flags.BoolVar(&data, "data", false, "also write the numbers behind each figure as CSV")
	c.RegisterFlagCompletionFunc("format", cobra.FixedCompletions(plots.Formats(), cobra.ShellCompDirectiveNoFileComp))
	c.RegisterFlagCompletionFunc("width", cobra.FixedCompletions([]string{"84mm", "174mm"}, cobra.ShellCompDirectiveNoFileComp))
	completeWords(c, "style", "paper", "slide")
	c.MarkFlagDirname("out")
	return c
}

// runsAt are the runs as they were after so many training steps, without those that had recorded nothing.
func (a *app) runsAt(runs []*experiments.Run, steps int) ([]*experiments.Run, error) {
	if steps < 1 {
		return nil, usagef("--steps is %d; it is a number of training steps, at least 1", steps)
	}
	var past []*experiments.Run
	for _, r := range runs {
		at, err := r.At(steps)
		if err == nil {
			past = append(past, at)
		} else if !a.quiet {
			fmt.Fprintf(a.err, "note: %v\n", err)
		}
	}
	if len(past) == 0 {
		return nil, withCode(exitNothing, fmt.Errorf("no run has an evaluation up to step %d; give more --steps", steps))
	}
	return past, nil
}

// slideOf reads the style of figures.
func slideOf(style string) (slide bool, err error) {
	if style != "paper" && style != "slide" {
		return false, usagef("--style is %q; it is paper or slide", style)
	}
	return style == "slide", nil
}

// kindNames lists the kinds of figures.
func kindNames() []string {
	var names []string
	for _, k := range plots.Kinds() {
		names = append(names, k.Name)
	}
	return names
}

// widthOf reads a width, 0 for the one that suits each kind.
func widthOf(width string) (vg.Length, error) {
	if width == "" {
		return 0, nil
	}
	w, err := vg.ParseLength(width)
	if err != nil || !(w >= narrowest && w <= widest) {
		return 0, usagef("--width is %q; it is a length from 50mm to 1000mm in mm, cm, in or pt", width)
	}
	return w, nil
}

// drawGallery draws the example of every kind.
func (a *app) drawGallery(ctx context.Context, out string, formats []string) error {
	files, err := plots.WriteGallery(ctx, out, formats...)
	if ctx.Err() != nil {
		return a.stopped()
	}
	if err != nil {
		return writing(out, err)
	}
	return a.printFiles(files)
}

// drawFigures draws every figure of the wanted kinds that applies and returns the files. That none
// applies is an error with the reasons.
func drawFigures(ctx context.Context, wanted []string, runs []*experiments.Run, style plots.Style, out string, formats []string, data bool) ([]string, error) {
	var files []string
	var reasons []error
	for _, kind := range wanted {
		figs, err := plots.Figures(kind, runs, style)
		if errors.Is(err, plots.ErrNotApplicable) {
			reasons = append(reasons, err)
			continue
		}
		if err != nil {
			return files, err
		}
		for _, fig := range figs {
			if err := context.Cause(ctx); err != nil {
				return files, err
			}
			saved, err := fig.Save(out, "", formats...)
			files = append(files, saved...)
			if err != nil {
				return files, err
			}
			if data {
				path, err := fig.SaveData(out, "")
				if err != nil {
					return files, err
				}
				files = append(files, path)
			}
		}
	}
	if len(files) == 0 {
		return nil, withCode(exitNothing, fmt.Errorf("no figure can be drawn:\n%w", errors.Join(reasons...)))
	}
	return files, nil
}

// loadRuns reads the runs in or below dirs. None found is exit code 4, damaged or newer data 5.
func (a *app) loadRuns(ctx context.Context, dirs []string) ([]*experiments.Run, error) {
	for _, dir := range dirs {
		info, err := os.Stat(dir)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil, usagef("there is no directory %s; give a run directory or one that holds some", dir)
		case err != nil:
			return nil, err
		}
		if !info.IsDir() {
			return nil, usagef("%s is a file; give a run directory or one that holds some", dir)
		}
	}
	found, err := experiments.FindRuns(dirs...)
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, withCode(exitNothing, fmt.Errorf("no run in or below %s: a run directory holds a file run.json", strings.Join(dirs, ", ")))
	}
	var runs []*experiments.Run
	incomplete := 0
	for _, dir := range found {
		if ctx.Err() != nil {
			return nil, a.stopped()
		}
		r, err := experiments.LoadRun(dir)
		if errors.Is(err, experiments.ErrCorrupt) || errors.Is(err, experiments.ErrNewerFormat) {
			return nil, withCode(exitData, err)
		}
		if err != nil {
			return nil, err
		}
		if r.Result == nil {
			incomplete++
		} else if err := experiments.VerifyRun(dir); err != nil && !a.quiet {
			fmt.Fprintf(a.err, "note: %v\n", err)
		}
		runs = append(runs, r)
	}
	if incomplete > 0 && !a.quiet {
		fmt.Fprintf(a.err, "%d of %d runs are incomplete; finish them with: paretolab resume %s\n", incomplete, len(runs), strings.Join(dirs, " "))
	}
	return runs, nil
}

// writing says what to do about a directory that could not be written, which --out gave.
func writing(out string, err error) error { return writingTo("--out", out, err) }

// writingTo says what to do about a directory that could not be written, which a flag gave.
func writingTo(flag, out string, err error) error {
	switch {
	case errors.Is(err, syscall.ENOTDIR), errors.Is(err, fs.ErrExist):
		return usagef("%w\n%s is, or lies below, a file; give a directory with %s", err, out, flag)
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return fmt.Errorf("%w\nthe files written before are whole; free some space, or choose another directory with %s", err, flag)
	case isDiskError(err):
		return fmt.Errorf("%w\nchoose a directory that can be written with %s", err, flag)
	}
	return err
}

// printFiles prints the paths of written files, one per line or as JSON.
func (a *app) printFiles(files []string) error {
	if a.json {
		return a.printJSON(map[string][]string{"files": files})
	}
	for _, f := range files {
		if _, err := fmt.Fprintln(a.out, f); err != nil {
			return err
		}
	}
	return nil
}
