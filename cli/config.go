package cli

import (
	"bytes"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/paretolab/paretolab/agents"
	"github.com/paretolab/paretolab/experiments"
)

func (a *app) configCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "config",
		Short: "Check, fill in and explain configurations of experiments",
		Long: `A configuration is a YAML, TOML or JSON file. Its values come in layers, of which later ones win:

  defaults          of the program, and of the algorithm's preset
  include           files that the file names: include: [base.yaml], with paths from its own folder
  the file          itself
  variables         PARETOLAB_ and the path in capitals, with _ for the dots: PARETOLAB_BUDGET_STEPS=1e6
  --set             path=value: --set algorithm.settings.beta=0.95
  other flags       --seeds, --steps, --out, --workers

A single run has environment and algorithm; a grid has grid.environments and grid.algorithms. With a
sweep, settings are searched first, on seeds of their own, and the best ones are run:

  sweep:
    method: random            # or grid, or halving: few seeds and steps first, more for the better ones
    trials: 20
    seeds: 100..102           # none of them a seed of the experiment
    score: {metric: hv_ratio, statistic: iqm}
    space: {learning_rate: {log: [1e-4, 1e-2]}, num_select: {choice: [3, 5, 8]}}`,
	}
	c.AddCommand(a.configValidateCommand(), a.configResolveCommand(), a.configExampleCommand(), a.configExplainCommand(), a.configSchemaCommand())
	return c
}

// validInfo is the --json form of a configuration that is valid.
type validInfo struct {
	File  string   `json:"file"`
	Name  string   `json:"name"`
	Items []string `json:"items"` // run directories, below the folder of the experiment
}

func (a *app) configValidateCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "validate CONFIG...",
		Short: "Check configurations; report everything that is wrong at once",
		Long: `Check configurations as run does, without running anything: keys, types, ranges, and what the
environments and algorithms they name say of options, settings and budgets. Everything that is wrong is
reported at once, with file, line and column, the rule and what may be meant. Exit code 2 if anything is.`,
		Example:           "  paretolab config validate my.yaml\n  paretolab config validate experiments/configs/*.yaml --json",
		Args:              needs("a CONFIG"),
		ValidArgsFunction: completeConfig,
		RunE: func(_ *cobra.Command, args []string) error {
			configs, err := a.loadConfigs(args, experiments.Overrides{Env: os.Environ()})
			if err != nil {
				return err
			}
			var all []validInfo
			var page bytes.Buffer
			for i, config := range configs {
				items, err := config.Items()
				if err != nil {
					return withCode(exitUsage, err)
				}
				info := validInfo{File: args[i], Name: config.Name}
				for _, item := range items {
					info.Items = append(info.Items, item.Dir)
				}
				all = append(all, info)
				fmt.Fprintf(&page, "%s is valid: %s in %s\n", args[i], counted(len(items), "run", "runs"), config.Dir())
			}
			return a.printAnswer(all, &page)
		},
	}
	return c
}

func (a *app) configResolveCommand() *cobra.Command {
	var over experiments.Overrides
	c := &cobra.Command{
		Use:   "resolve CONFIG...",
		Short: "Print the complete configuration of every run",
		Long: `Print what run would store with every run: one configuration each, as YAML documents, with all
layers applied and every default filled in: presets of algorithms, options of environments, evaluation.
Running one of them gives the same result.`,
		Example:           "  paretolab config resolve my.yaml\n  paretolab config resolve my.yaml --seeds 0 --set algorithm.settings.beta=0.8",
		Args:              needs("a CONFIG"),
		ValidArgsFunction: completeConfig,
		RunE: func(_ *cobra.Command, args []string) error {
			over.Env = os.Environ()
			configs, err := a.loadConfigs(args, over)
			if err != nil {
				return err
			}
			var page bytes.Buffer
			resolved := map[string]string{}
			for _, config := range configs {
				items, err := config.Items()
				if err != nil {
					return withCode(exitUsage, err)
				}
				for _, item := range items {
					resolved[config.Name+"/"+item.Dir] = string(item.Config)
					fmt.Fprintf(&page, "---\n# item %s, %s/%s\n%s", item.ID, config.Name, item.Dir, item.Config)
				}
			}
			return a.printAnswer(resolved, &page)
		},
	}
	c.Flags().StringVar(&over.Seeds, "seeds", "", "seeds instead of those of the config: 0..4 or 1,3,8")
	c.Flags().StringArrayVar(&over.Set, "set", nil, "one setting instead of that of the config: path=value; may be repeated")
	return c
}

func (a *app) configExampleCommand() *cobra.Command {
	algorithm, environment, slurm := "cmorl", "deep-sea-treasure-v0", false
	c := &cobra.Command{
		Use:   "example",
		Short: "Print a configuration with everything that can be set",
		Long: `Print a complete, valid configuration of a single run, with the meaning, the range and the default
of every key and of every setting of the algorithm.`,
		Example: "  paretolab config example > my.yaml\n  paretolab config example --algorithm ppo-lattice --env minecart-v0\n  paretolab config example --slurm > batch.sh",
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			if slurm {
				return a.printAnswer(map[string]string{"script": slurmScript}, bytes.NewBufferString(slurmScript))
			}
			text, err := experiments.Example(algorithm, environment)
			if err != nil {
				return withCode(exitUsage, err)
			}
			return a.printAnswer(map[string]string{"config": string(text)}, bytes.NewBuffer(text))
		},
	}
	c.Flags().StringVar(&algorithm, "algorithm", algorithm, "algorithm whose settings are listed")
	c.Flags().StringVar(&environment, "env", environment, "environment it is preset for")
	c.Flags().BoolVar(&slurm, "slurm", false, "print a batch script for Slurm instead, which runs an experiment in parts")
	completeWords(c, "algorithm", agents.IDs()...)
	return c
}

func (a *app) configExplainCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "explain [PATH]",
		Short:   "Explain a key: meaning, range, default, variable",
		Example: "  paretolab config explain\n  paretolab config explain evaluation.episodes",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			text, err := experiments.Explain(strings.Join(args, ""))
			if err != nil {
				return withCode(exitUsage, err)
			}
			return a.printAnswer(map[string]string{"path": strings.Join(args, ""), "text": text}, bytes.NewBufferString(text))
		},
	}
}

func (a *app) configSchemaCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "schema",
		Short: "Print the JSON Schema of configurations, for editors",
		Long: `Print the JSON Schema (2020-12) of configurations. Editors with the YAML language server complete and
check a file that begins with the comment
# yaml-language-server: $schema=paretolab.schema.json`,
		Example: "  paretolab config schema > paretolab.schema.json",
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			b, err := experiments.JSONSchema()
			if err == nil {
				_, err = a.out.Write(b)
			}
			return err
		},
	}
}

// completeConfig completes files of configurations.
func completeConfig(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return []string{"yaml", "yml", "toml", "json"}, cobra.ShellCompDirectiveFilterFileExt
}
