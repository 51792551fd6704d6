package cli

import (
	"github.com/spf13/cobra"

	// The families register their environments, the algorithms themselves.
	_ "github.com/paretolab/paretolab/agents/cmorl"
	_ "github.com/paretolab/paretolab/agents/mpmoq"
	_ "github.com/paretolab/paretolab/agents/pcn"
	_ "github.com/paretolab/paretolab/agents/pgmorl"
	_ "github.com/paretolab/paretolab/agents/pql"
	_ "github.com/paretolab/paretolab/agents/qd"
	_ "github.com/paretolab/paretolab/agents/random"
	_ "github.com/paretolab/paretolab/envs/arm"
	_ "github.com/paretolab/paretolab/envs/building"
	_ "github.com/paretolab/paretolab/envs/control"
	_ "github.com/paretolab/paretolab/envs/curling"
	_ "github.com/paretolab/paretolab/envs/grid"
	_ "github.com/paretolab/paretolab/envs/lander"
	_ "github.com/paretolab/paretolab/envs/maze"
	_ "github.com/paretolab/paretolab/envs/robots"
)

// commands lists the command tree in the order of the help text.
func (a *app) commands() []*cobra.Command {
	return []*cobra.Command{
		a.runCommand(), a.resumeCommand(), a.actCommand(), a.compareCommand(), a.plotCommand(), a.reportCommand(), a.exploreCommand(), a.exportCommand(), a.policyCommand(),
		a.envsCommand(), a.agentsCommand(), a.configCommand(), a.paretoCommand(), a.preferenceCommand(), a.elicitCommand(), a.doctorCommand(), a.benchCommand(), a.versionCommand(),
	}
}
