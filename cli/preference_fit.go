package cli

import (
	"bytes"
	"context"
	"fmt"
	"runtime"
	"sync"

	"github.com/spf13/cobra"

	"github.com/paretolab/paretolab/agents/preference"
)

// groupInfo is what `preference fit --json` prints of a group of people.
type groupInfo struct {
	Group      string                          `json:"group"`
	N          int                             `json:"n"`
	Left       int                             `json:"left"`
	Same       int                             `json:"same"`
	Right      int                             `json:"right"`
	Uniform    float64                         `json:"uniform"`        // cross-entropy of a guess
	Mismatches *int                            `json:"stats_mismatch"` // null if there is nothing to compare
	Fit        map[string]preference.PeopleFit `json:"fit"`
}

func (a *app) preferenceFitCommand() *cobra.Command {
	var data string
	var gamma float64
	var workers int
	c := &cobra.Command{
		Use:   "fit --data FILE",
		Short: "Explain answers of people by models of preference",
		Long: `fit explains what people answered about pairs of segments on the delivery grid: by partial return,
regret, expected return, the change of value, and all three statistics with weights of their own (full3: partial
return, value of the start, value of the end). Each model has one scale, full3 three, fitted by maximum
likelihood, alone and with a share of lapses. It prints the mean cross-entropy in nats per answer (a guess has
0.693147; "same" counts as one half), the same of answers held out (ten folds, answer i in fold i mod 10), and
the agreement with answers other than "same".

FILE is a JSON object with conditions, one for each group, with pairs, a list of texts
"4,2:ULL|8,0:LLR|R" (start row, column and actions of both segments; L first preferred, R second, S same), or
stats, rows of dR, dV_start, dV_end (second less first) and the numbers of answers left, same and right.
Statistics are worked out from pairs where there are any, and compared with stats. Where there are only stats, the
folds take answers in the order of their rows, in each left, same, right.

With --json: an array of {"group":, "n":, "left":, "same":, "right":, "uniform":, "stats_mismatch":, "fit": {MODEL:
{"beta":, "ce":, "cv10":, "lapse_beta":, "lapse":, "lapse_ce":, "lapse_cv10":, "acc_strict":, "grid_min_ce":,
"exact_match3":}}} with MODEL one of partial_return, regret, expected_return, delta_value, full3.`,
		Example: `  paretolab preference fit --data experiments/configs/preference/people.json
  paretolab preference fit --data answers.json --json > fits.json`,
		Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			groups, err := a.readPeople(data, gamma)
			if err != nil {
				return err
			}
			if workers < 1 {
				return usagef("--workers is %d; give at least 1", workers)
			}
			info, err := a.fitPeople(c.Context(), groups, workers)
			if err != nil {
				return err
			}
			return a.printPeople(info)
		},
	}
	f := c.Flags()
	f.StringVar(&data, "data", "", "`FILE` of answers")
	f.Float64Var(&gamma, "gamma", 1, "discount of the values V* of starts and ends")
	f.IntVar(&workers, "workers", runtime.GOMAXPROCS(0), "fits at a time")
	c.MarkFlagFilename("data", "json")
	return c
}

// readPeople reads a file of answers about the delivery grid.
func (a *app) readPeople(data string, gamma float64) ([]preference.People, error) {
	if data == "" {
		return nil, usagef("no answers; give a file with --data")
	}
	in, name, _, err := a.openText(data, "answers", "people.json")
	if err != nil {
		return nil, err
	}
	defer in.Close()
	w, weights, err := preference.NewDelivery(gamma)
	if err != nil {
		return nil, usagef("--gamma: %w", err)
	}
	groups, err := preference.ReadPeople(in, w, weights)
	if err != nil {
		return nil, usagef("%s: %w", name, err)
	}
	return groups, nil
}

// fitPeople fits all models to all groups.
func (a *app) fitPeople(ctx context.Context, groups []preference.People, workers int) ([]groupInfo, error) {
	progress := a.stepping("fits", len(groups)*len(preference.PeopleModels))
	defer progress.end()
	info := make([]groupInfo, len(groups))
	type item struct{ group, model int }
	var items []item
	for i := range groups {
		g := &groups[i]
		info[i] = groupInfo{Group: g.Name, N: len(g.Y), Uniform: preference.CrossEntropy(0, 1), Fit: map[string]preference.PeopleFit{}}
		if g.Recomputed && g.Compared {
			info[i].Mismatches = &g.Mismatches
		}
		for _, y := range g.Y {
			switch y {
			case 0:
				info[i].Left++
			case 1:
				info[i].Right++
			default:
				info[i].Same++
			}
		}
		for m := range preference.PeopleModels {
			items = append(items, item{i, m})
		}
	}
	var lock sync.Mutex
	var wait sync.WaitGroup
	next := 0
	for range workers {
		wait.Go(func() {
			for {
				lock.Lock()
				k := next
				next++
				lock.Unlock()
				if k >= len(items) || ctx.Err() != nil {
					return
				}
				m := preference.PeopleModels[items[k].model]
				fit := groups[items[k].group].Fit(m.Columns)
				lock.Lock()
				info[items[k].group].Fit[m.Name] = fit
				progress.add()
				lock.Unlock()
			}
		})
	}
	wait.Wait()
	if ctx.Err() != nil {
		return nil, a.stopped()
	}
	return info, nil
}

func (a *app) printPeople(info []groupInfo) error {
	var page bytes.Buffer
	for _, g := range info {
		fmt.Fprintf(&page, "%s: %s (%d left, %d same, %d right), a guess has %.6f\n", g.Group, plural(g.N, "answer"), g.Left, g.Same, g.Right, g.Uniform)
		if g.Mismatches != nil && *g.Mismatches > 0 {
			fmt.Fprintf(&page, "%s differ from the stored statistics\n", plural(*g.Mismatches, "answer"))
		}
		fmt.Fprintf(&page, "%-16s  %10s  %10s  %7s  %10s  %s\n", "model", "loss", "held out", "agree", "with lapse", "scale")
		for _, m := range preference.PeopleModels {
			f := g.Fit[m.Name]
			fmt.Fprintf(&page, "%-16s  %10.6f  %10s  %7s  %10.6f  %.6g\n", m.Name, f.Loss, ifKnown("%.6f", f.Validated), ifKnown("%.4f", f.Agreement), f.LapseLoss, f.Beta)
		}
		fmt.Fprintln(&page)
	}
	return a.printAnswer(info, &page)
}

// ifKnown prints a number that may be missing.
func ifKnown(format string, x *float64) string {
	if x == nil {
		return "-"
	}
	return fmt.Sprintf(format, *x)
}
