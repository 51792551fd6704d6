package cli

import (
	_ "embed"
	"strings"

	"github.com/spf13/cobra"

	"github.com/paretolab/paretolab/experiments"
	"github.com/paretolab/paretolab/plots/explorer"
)

//go:embed slurm.sh
var slurmScript string

// topics are what `paretolab help TOPIC` explains beside commands. The topic config is the command.
func topics() []*cobra.Command {
	topic := func(name, short, text string) *cobra.Command {
		return &cobra.Command{Use: name, Short: short, Long: strings.TrimSpace(text)}
	}
	list := []*cobra.Command{
		topic("run-directory", "What a run writes, and how to read it", experiments.RunDirectory),
		topic("preferences", "Weights, and how to choose one policy of a front", preferencesTopic),
		topic("statistics", "Intervals and tests of compare and report", statisticsTopic),
		topic("explorer-api", "The interface of the explorer, for programs", explorer.Interface),
		topic("scale-out", "Cores, batch jobs, several machines", scaleOutTopic+slurmScript),
	}
	var all strings.Builder
	all.WriteString("Topics, each by `paretolab help TOPIC`:\n\n")
	all.WriteString("  config         Configurations: layers, grids, sweeps\n")
	for _, t := range list {
		all.WriteString("  " + t.Name() + strings.Repeat(" ", 15-len(t.Name())) + t.Short + "\n")
	}
	return append(list, topic("topics", "List of these topics", all.String()))
}

const preferencesTopic = `
A front holds policies of which none is better than another in every objective. Which one is right depends
on what somebody wants.

Weights. A preference is a weight per objective, not negative; their sum does not matter. The policy for it
has the largest weighted sum of returns:

  paretolab act --run DIR --preference 0.3,0.7

Weights are in the units of the objectives: with one objective in seconds and one in euros, 1,1 trades a
second for a euro. Weighted sums never choose a policy in a dent of the front; --policy ID does, and
front.csv lists all of them.

Questions. Who cannot name weights can answer which of two policies is better:

  paretolab elicit DIR                        asks, and recommends a policy
  paretolab elicit DIR --simulate 0.3,0.7     lets a made-up user answer
  paretolab elicit DIR --log FILE             keeps the answers; --replay FILE goes through them again

Rewards. From answers about pairs of behaviours a reward can be learned: paretolab preference --help.

Expected utility (eum) in tables is the mean, over a set of weights, of the utility of the best policy
for each; evaluation.weights says which set: a lattice, or weights of least energy.
`

const statisticsTopic = `
compare and report treat a run (algorithm, environment, seed) as one sample. Values are those of the final
evaluation, on fresh seeds, of the policies that training kept.

Scores      IQM, the mean of the middle half of the runs; median; mean; optimality gap. Each with an interval
            by stratified bootstrap over seeds (50 000 resamples, percentiles). Equal --seed, equal interval.
Pairs       Probability that a run of A is better than one of B, A12, difference of IQMs with interval, and the
            exact two-sided Mann-Whitney test, corrected by Holm over all pairs and environments.
Few runs    Under three runs of a variant there are values only, and the exit code is 6. The least p that a
            test can give is 0.10 for 3 against 3 runs, 0.029 for 4, 0.0079 for 5, 0.000011 for 10. Where the
            correction makes it impossible to reach the level, the verdict is "cannot be significant".
Ranks       Over five environments or more: Friedman, Iman-Davenport, Nemenyi's critical difference.
Fronts      Share of points dominated and covered, additive epsilon both ways, attainment surfaces.
Shares      hv_ratio is the share of the hypervolume of the known front, else of the one given by --reference,
            else of the union of all fronts compared, which is written down for later comparisons.
Optimism    Selected values flatter: an archive keeps the best of many noisy measurements. The difference to the
            fresh ones stands in the report, with a warning where it exceeds half of the interval.
Refusals    Runs that differ in discount, reference point, known front, episodes, objectives, weights or returns
            do not mean the same and are not compared; --force does it and says so under the table.

paretolab pareto stats FILE does the same for a table of scores of any origin.
`

const scaleOutTopic = `
One machine. All runs of a call share its workers, one per core unless --workers or resources.workers says
otherwise. The number of workers changes no result. With resources.memory_mb no more runs are under way
than fit into the memory that is free.

Several machines with a common folder. --shard i/n runs part i of n of an experiment, from 0. Parts are dealt
by item ids, longest budgets first; n calls do all, in any order, and each may be repeated. A run directory
has one writer at a time. --max-time stops in time, saves, and ends with exit code 75; the same command
goes on.

A batch script for Slurm (also by paretolab config example --slurm):

`
