package cli

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/paretolab/paretolab/internal/kern"
)

// speed is the measured speed of code that stands on the kernels.
type speed struct {
	measurement         // Value is the median of the samples
	Least       float64 `json:"min"`
	Most        float64 `json:"max"`
	Kernel      string  `json:"kernel"` // path
	// OfPeak is the part of the path's peak rate that was reached, if arithmetic is counted.
	OfPeak float64 `json:"share_of_peak,omitempty"`
	CPU    string  `json:"cpu"`
	Go     string  `json:"go"`

	subject string
}

// newSpeed sums up samples taken with the kernel path in use.
func newSpeed(area, subject, figure, unit string, samples []float64) speed {
	return speed{
		measurement: measurement{area + "/" + subject + "/" + figure, median(samples), unit},
		Least:       slices.Min(samples), Most: slices.Max(samples),
		Kernel: kern.Path(), CPU: processorName(), Go: runtime.Version(), subject: subject,
	}
}

// processorName is what the operating system calls the processor, else its architecture.
func processorName() string {
	if text, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		for line := range strings.Lines(string(text)) {
			if key, name, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(key) == "model name" {
				return strings.TrimSpace(name)
			}
		}
	}
	if name := os.Getenv("PROCESSOR_IDENTIFIER"); name != "" { // Windows
		return name
	}
	return runtime.GOARCH
}

// benchHeader is the line above a table of speeds.
func benchHeader(page *bytes.Buffer) {
	fmt.Fprintf(page, "%s, %s, %s/%s, one core, processor time\n\n", processorName(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
}

// kernelPaths is the flag --kernel: the paths to measure.
type kernelPaths []string

func (p *kernelPaths) register(c *cobra.Command) {
	c.Flags().StringSliceVar((*[]string)(p), "kernel", []string{"auto"}, "kernel paths to measure: auto, generic, avx2, avx512, or all that this machine has")
	completeWords(c, "kernel", "all", "auto", "generic", "avx2", "avx512")
}

// each calls f with every path in use, and goes back to the present one.
func (p kernelPaths) each(f func() error) error {
	defer func(before string) {
		if err := kern.Select(before); err != nil {
			panic("cli: " + err.Error())
		}
	}(kern.Path())
	for _, path := range p {
		if err := kern.Select(path); err != nil {
			return usagef("--kernel: %w; all means every path of this machine", err)
		}
		if err := f(); err != nil {
			return err
		}
	}
	return nil
}

// resolve returns the names of the paths asked for, each once, after checking that they can be had.
func (p kernelPaths) resolve() (kernelPaths, error) {
	if slices.Contains(p, "all") {
		return kern.Paths(), nil
	}
	var names kernelPaths
	err := p.each(func() error {
		if !slices.Contains(names, kern.Path()) { // which is not auto
			names = append(names, kern.Path())
		}
		return nil
	})
	if err == nil && len(names) == 0 {
		return nil, usagef("--kernel names no path: use all, auto, generic, avx2 or avx512")
	}
	return names, err
}

// roundsFlag is how often everything is measured in turn.
func roundsFlag(c *cobra.Command, rounds *int) {
	c.Flags().IntVar(rounds, "count", 5, "samples of everything, taken in turn; the median counts")
}

func checkPositive(flags map[string]int) error {
	for name, n := range flags {
		if n < 1 {
			return usagef("--%s is %d; it is at least 1", name, n)
		}
	}
	return nil
}

// taker takes one sample of a subject.
type taker struct {
	subject string
	take    func()
}

// samples takes rounds of samples: with every path in use, one from each of the takers for that path, so
// that a change of the machine's load meets all alike.
func (a *app) samples(ctx context.Context, paths kernelPaths, rounds int, takers func(path string) []taker) error {
	total := 0
	for _, path := range paths {
		total += rounds * len(takers(path))
	}
	progress := a.measuring(total)
	defer progress.end()
	for range rounds {
		err := paths.each(func() error {
			for _, t := range takers(kern.Path()) {
				if ctx.Err() != nil {
					return a.stopped()
				}
				progress.subject(t.subject)
				t.take()
				progress.measured()
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// peakSample is one measurement of the rate of register-only arithmetic with the path in use, in FLOP/s,
// that takes at least d.
func peakSample(d time.Duration) float64 {
	const rounds = 20_000
	return float64(kern.Peak(rounds)) / callTime(func() { kern.Peak(rounds) }, d)
}

// callTime is the processor time of one call of f, in seconds, from as many calls as take at least d.
func callTime(f func(), d time.Duration) float64 {
	for n := 1; ; n *= 2 {
		start := cpuTime()
		for range n {
			f()
		}
		if spent := cpuTime() - start; spent >= d {
			return spent.Seconds() / float64(n)
		}
	}
}
