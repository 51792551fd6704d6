package cli

import (
	"errors"
	"os"

	"github.com/spf13/cobra"

	"github.com/paretolab/paretolab/agents"
	"github.com/paretolab/paretolab/envs"
	"github.com/paretolab/paretolab/experiments"
	"github.com/paretolab/paretolab/experiments/export"
	"github.com/paretolab/paretolab/internal/atomicfile"
)

func (a *app) policyCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "policy",
		Short: "List the policies of runs, measure or export one",
	}
	c.AddCommand(a.policyListCommand(), a.policyEvalCommand(), a.policyExportCommand())
	return c
}

// policyArgs checks that there are a run and the name of a policy.
func policyArgs(c *cobra.Command, args []string) error {
	if len(args) != 2 {
		return usagef("%s needs RUN, the directory of a finished run, and ID, a name in its front.csv or, of an archived policy, in its behaviours.csv; see `%s --help`", c.CommandPath(), c.CommandPath())
	}
	return nil
}

// member loads the policies of a run and finds one of them.
func member(run, id string) (*experiments.PolicySet, *agents.Member, error) {
	set, err := loadPolicySet(run)
	if err != nil {
		return nil, nil, err
	}
	m, err := set.Member(id)
	return set, m, withCode(exitUsage, err)
}

// loadPolicySet reads the policies of a finished run, with the exit code of what is wrong.
func loadPolicySet(run string) (*experiments.PolicySet, error) {
	set, err := experiments.LoadPolicySet(run)
	switch {
	case err == nil:
		return set, nil
	case errors.Is(err, experiments.ErrNoRuns):
		return nil, withCode(exitNothing, err)
	case isDataError(err):
		return nil, withCode(exitData, err)
	}
	return nil, withCode(exitUsage, err)
}

func (a *app) policyEvalCommand() *cobra.Command {
	var episodes int
	var seed uint64
	var file string
	c := &cobra.Command{
		Use:   "eval RUN ID",
		Short: "Measure a policy of a run again, on fresh episodes",
		Long: `eval lets a policy of a finished run act for some episodes that neither training nor evaluation saw,
and prints their mean returns beside those of the run's front. A search of behaviours keeps every archived
policy: behaviours.csv of the run lists them. With --file the policy acts as an exported file has it.`,
		Example: `  paretolab policy eval runs/minecart/cmorl__minecart-v0__s0 s1.w3.u100 --episodes 1000
  paretolab policy eval runs/minecart/cmorl__minecart-v0__s0 s1.w3.u100 --file digger.safetensors`,
		Args: policyArgs,
		RunE: func(c *cobra.Command, args []string) error {
			if episodes < 1 {
				return usagef("--episodes is %d; give at least 1", episodes)
			}
			set, m, err := member(args[0], args[1])
			if err != nil {
				return err
			}
			if file != "" {
				if m.Policy, err = exportedPolicy(file, m.Policy.Kind(), &set.Env.Spec); err != nil {
					return err
				}
			}
			value, err := set.Measure(c.Context(), m.Policy, episodes, seed)
			if err != nil {
				return a.stopped()
			}
			return a.printAct(args[0], set, m, nil, seed, value)
		},
	}
	c.Flags().IntVar(&episodes, "episodes", 100, "episodes; where all are the same, one is run")
	c.Flags().Uint64Var(&seed, "seed", 0, "seed of the episodes")
	c.Flags().StringVar(&file, "file", "", "`FILE` that policy export wrote of ID as safetensors; it acts in place of the policy in the run")
	return c
}

// exportedPolicy reads a policy of a kind from a file that was exported.
func exportedPolicy(file, kind string, spec *envs.Spec) (agents.Policy, error) {
	b, err := os.ReadFile(file)
	if err != nil {
		return nil, usagef("--file: %w", err)
	}
	p, err := agents.DecodePolicy(kind, b, spec)
	if err != nil {
		return nil, usagef("--file %s is no policy of kind %s as `policy export` writes it for this run with --format safetensors: %w", file, kind, err)
	}
	return p, nil
}

func (a *app) policyExportCommand() *cobra.Command {
	var format, out string
	c := &cobra.Command{
		Use:   "export RUN ID",
		Short: "Write a policy of a run as one file: safetensors or ONNX",
		Long: `export writes a policy of a finished run as one file: safetensors, as in the run directory (some kinds
are JSON), or an ONNX model from observations to the deterministic action.`,
		Example: "  paretolab policy export runs/minecart/cmorl__minecart-v0__s0 s1.w3.u100 --format onnx --out digger.onnx",
		Args:    policyArgs,
		RunE: func(c *cobra.Command, args []string) error {
			if format != "onnx" && format != "safetensors" {
				return usagef("--format is %q; it is safetensors or onnx", format)
			}
			_, m, err := member(args[0], args[1])
			if err != nil {
				return err
			}
			file, extension, err := export.PolicyFile(m, format)
			if err != nil {
				return exportError(out, err)
			}
			if out == "" {
				out = m.ID + extension
			}
			if err := atomicfile.Write(out, file, 0o666); err != nil {
				return exportError(out, err)
			}
			return a.printFiles([]string{out})
		},
	}
	c.Flags().StringVar(&format, "format", "safetensors", "safetensors or onnx")
	c.Flags().StringVar(&out, "out", "", "file to write (default: the policy's name in this folder)")
	return c
}
