package cli

import "github.com/spf13/cobra"

func (a *app) preferenceCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "preference",
		Short: "Learn rewards from preferences, and compare ways of asking",
		Long: `Learn what somebody wants from answers to the question which of two segments of behaviour is
better. The reward is linear in the objectives of the environment; what is learned are their weights.

  simulate     draws questions about an environment and has a simulated user answer them
  learn        learns weights from a file of answers
  table        compares learners over many boards, by exact planning
  fit          explains answers of people by models of preference
  parts        learns rewards from parts of people's answers
  elicitation  compares ways of asking about a front`,
		Example: `  paretolab preference simulate delivery --pairs 300 > answers.jsonl
  paretolab preference learn delivery --data answers.jsonl
  paretolab preference table --grids experiments/configs/preference/grids.json --pairs 30,300 --learner regret-exact --answers regret
  paretolab preference fit --data experiments/configs/preference/people.json`,
	}
	c.AddCommand(a.preferenceSimulateCommand(), a.preferenceLearnCommand(), a.preferenceTableCommand(), a.preferenceFitCommand(),
		a.preferencePartsCommand(), a.preferenceElicitationCommand())
	return c
}
