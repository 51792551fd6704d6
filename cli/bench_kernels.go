package cli

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/paretolab/paretolab/agents/neural"
	"github.com/paretolab/paretolab/internal/kern"
	"github.com/paretolab/paretolab/internal/kern/kernbench"
)

// kernelSpeed is the speed of a kernel at a shape, with the goal where there is one.
type kernelSpeed struct {
	speed
	Shape string    `json:"shape,omitempty"`
	Goal  *goalInfo `json:"goal,omitempty"`

	kernel string
}

// goalInfo is the --json form of a goal.
type goalInfo struct {
	Bound float64 `json:"bound"`
	Unit  string  `json:"unit"` // of the measurement, or "of peak"
	Met   bool    `json:"met"`
}

func newGoal(g kernbench.Goal, unit kernbench.Unit, figure, share float64) *goalInfo {
	info := &goalInfo{g.Bound, string(unit), g.Met(unit, figure, share)}
	if g.OfPeak {
		info.Unit = "of peak"
	}
	return info
}

// String tells the bound with its direction.
func (g *goalInfo) String() string {
	switch g.Unit {
	case "of peak":
		return fmt.Sprintf("≥ %.0f %%", 100*g.Bound)
	case string(kernbench.Rate):
		return fmt.Sprintf("≥ %v", g.Bound)
	}
	return fmt.Sprintf("≤ %v", g.Bound)
}

func (a *app) benchKernelsCommand() *cobra.Command {
	var paths kernelPaths
	var rounds int
	c := &cobra.Command{
		Use:   "kernels [NAME...]",
		Short: "Rates of the numeric kernels, beside the peak of the processor and the goals",
		Long: `Measure the matrix products, activations, reductions and the optimiser that training consists of,
on one core and by processor time, with the kernel path in use or with those of --kernel. Products and
the passes of a network stand beside the peak, which is measured too: independent fused multiply-adds
that touch registers only. The goal is the project's own, for a core whose vector units are as wide as
the path's registers; many processors execute AVX-512 in two halves, and their peak shows it.

NAME selects the kernels whose name contains it, whatever the case, or whose shape it is. The shape of a
product is rows x columns x length of the sums. With --json: an array of measurements.`,
		Example: `  paretolab bench kernels
  paretolab bench kernels --kernel all --json
  paretolab bench kernels gemm tanh --kernel avx2 --count 10`,
		RunE: func(c *cobra.Command, args []string) error {
			if err := checkPositive(map[string]int{"count": rounds}); err != nil {
				return err
			}
			paths, err := paths.resolve()
			if err != nil {
				return err
			}
			cases := selectCases(args)
			if len(cases) == 0 {
				return withCode(exitNothing, fmt.Errorf("no kernel is called %s; `paretolab bench kernels --count 1` shows all", strings.Join(args, " or ")))
			}
			speeds, err := a.measureKernels(c.Context(), cases, paths, rounds)
			if err != nil {
				return err
			}
			if a.json {
				return a.printJSON(speeds)
			}
			return a.printKernels(speeds)
		},
	}
	paths.register(c)
	roundsFlag(c, &rounds)
	return c
}

// selectCases returns the cases whose kernel contains one of the names, or whose shape is one; all without
// names.
func selectCases(names []string) []kernbench.Case {
	all := append(kernbench.Cases(), networkCases()...)
	if len(names) == 0 {
		return all
	}
	return slices.DeleteFunc(all, func(c kernbench.Case) bool {
		return !slices.ContainsFunc(names, func(name string) bool {
			return strings.Contains(strings.ToLower(c.Kernel), strings.ToLower(name)) || c.Shape == name
		})
	})
}

// networkCases are the passes of the networks of continuous control.
func networkCases() []kernbench.Case {
	var all []kernbench.Case
	for _, batch := range []int{1, 8, 64, 256} {
		m := neural.NewMLP(neural.Tanh, 11, 64, 64, 3)
		p, g := make([]float32, m.Len()), make([]float32, m.Len())
		rng := rand.New(rand.NewPCG(1, 2))
		m.Init(p, 1, 1, rng)
		cache := m.NewCache(batch)
		x := make([]float32, batch*11)
		for i := range x {
			x[i] = float32(rng.NormFloat64())
		}
		for i := range batch {
			cache.DOut[i*m.OutWidth()] = 1
		}
		forward, backward := networkFLOP(m.Sizes)
		shape := fmt.Sprintf("%dx11-64-64-3", batch)
		all = append(all, kernbench.Case{
			Kernel: "network forward", Shape: shape, Unit: kernbench.Rate, FLOP: forward * batch,
			Run: func() { m.Forward(p, x, batch, cache) },
		})
		if batch <= 8 {
			continue
		}
		both := kernbench.Case{
			Kernel: "network forward and backward", Shape: shape, Unit: kernbench.Rate, FLOP: (forward + backward) * batch,
			Run: func() {
				m.Forward(p, x, batch, cache)
				m.Backward(p, g, x, batch, cache)
			},
		}
		if batch == 256 {
			both.Goals = kernbench.Shares(0.60, 0.50)
		}
		all = append(all, both)
	}
	return all
}

// networkFLOP counts the operations of the products for one row, those of padding included and those of
// activations not.
func networkFLOP(sizes []int) (forward, backward int) {
	for i := 1; i < len(sizes); i++ {
		weights := 2 * sizes[i-1] * kern.Pad(sizes[i])
		forward += weights
		backward += weights
		if i > 1 {
			backward += 2 * sizes[i] * kern.Pad(sizes[i-1])
		}
	}
	return forward, backward
}

// kernelSamples are the samples of one case with one path.
type kernelSamples struct {
	figure []float64 // in the unit of the case
	share  []float64 // of the peak, if arithmetic is counted
}

// measureKernels measures the cases with every path. The peak of each path comes first. Before each sample
// of a case with arithmetic the peak is measured again, since the pace of a shared processor changes.
func (a *app) measureKernels(ctx context.Context, cases []kernbench.Case, paths kernelPaths, rounds int) ([]kernelSpeed, error) {
	const atLeast, peakAtLeast = 10 * time.Millisecond, 5 * time.Millisecond
	peaks := map[string][]float64{} // in FLOP/s
	peak := func(d time.Duration) float64 {
		peaks[kern.Path()] = append(peaks[kern.Path()], peakSample(d))
		return peaks[kern.Path()][len(peaks[kern.Path()])-1]
	}
	found := map[string][]kernelSamples{}
	for _, path := range paths {
		found[path] = make([]kernelSamples, len(cases))
	}
	takers := func(path string) []taker {
		all := []taker{{"peak", func() { peak(atLeast) }}}
		for i, c := range cases {
			s := &found[path][i]
			all = append(all, taker{c.Kernel + " " + c.Shape, func() {
				reach := 0.0
				if c.FLOP > 0 {
					reach = peak(peakAtLeast)
				}
				ns := callTime(c.Run, atLeast) * 1e9
				s.figure = append(s.figure, c.Figure(ns))
				if c.FLOP > 0 {
					s.share = append(s.share, float64(c.FLOP)/ns*1e9/reach)
				}
			}})
		}
		return all
	}
	if err := a.samples(ctx, paths, rounds, takers); err != nil {
		return nil, err
	}
	var speeds []kernelSpeed
	err := paths.each(func() error {
		for i, x := range peaks[kern.Path()] {
			peaks[kern.Path()][i] = x / 1e9
		}
		top := kernelSpeed{speed: newSpeed("kernels", "peak", "rate", string(kernbench.Rate), peaks[kern.Path()]), kernel: "peak"}
		top.OfPeak = 1
		speeds = append(speeds, top)
		for i, c := range cases {
			s := found[kern.Path()][i]
			figure := "time"
			if c.Unit == kernbench.Rate {
				figure = "rate"
			}
			k := kernelSpeed{speed: newSpeed("kernels", c.Kernel+" "+c.Shape, figure, string(c.Unit), s.figure), Shape: c.Shape, kernel: c.Kernel}
			if s.share != nil {
				k.OfPeak = median(s.share)
			}
			if g, ok := c.Goals[kern.Path()]; ok {
				k.Goal = newGoal(g, c.Unit, k.Value, k.OfPeak)
			}
			speeds = append(speeds, k)
		}
		return nil
	})
	return speeds, err
}

// printKernels prints a row for each kernel, shape and path; the paths of a shape stand together.
func (a *app) printKernels(speeds []kernelSpeed) error {
	var page bytes.Buffer
	benchHeader(&page)
	w := tabwriter.NewWriter(&page, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "kernel\tshape\tpath\tspeed\tunit\tof peak\tgoal\t")
	goals, met := 0, 0
	for i, first := range speeds {
		if slices.ContainsFunc(speeds[:i], func(s kernelSpeed) bool { return s.Name == first.Name }) {
			continue
		}
		for _, s := range speeds[i:] {
			if s.Name != first.Name {
				continue
			}
			share, goal, verdict := "", "", ""
			if s.OfPeak > 0 {
				share = fmt.Sprintf("%.0f %%", 100*s.OfPeak)
			}
			if s.Goal != nil {
				goal, verdict = s.Goal.String(), "missed"
				goals++
				if s.Goal.Met {
					verdict = "met"
					met++
				}
			}
			fmt.Fprintf(w, "%s\t%s\t%s\t%.4g\t%s\t%s\t%s\t%s\n", s.kernel, s.Shape, s.Kernel, s.Value, s.Unit, share, goal, verdict)
		}
	}
	if err := w.Flush(); err != nil {
		return err
	}
	if goals > 0 {
		fmt.Fprintf(&page, "\n%d of %d goals met\n", met, goals)
	}
	_, err := page.WriteTo(a.out)
	return err
}
