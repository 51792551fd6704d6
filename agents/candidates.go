package agents

// Candidates are the settings by which an algorithm begins with the policies of another run, in the place of
// fresh ones. Settings embed it; whoever trains hands the policies over in [Problem.Candidates].
type Candidates struct {
	Run    string `key:"candidates" later:"true" range:"any" doc:"directory of a complete run that searched behaviours in the same environment, as output.root seen from the working directory; the policies of its archive that no other dominates take the place of stage 1. {seed} and {environment} stand for those of the run. Empty: none" source:"paretolab"`
	SHA256 string `key:"candidates_sha256" later:"true" range:"any" doc:"hash of that archive, which is part of what a run is; empty: that of the archive which is there when the run is planned" source:"paretolab"`
}

// CandidateRun implements [Begun].
func (c *Candidates) CandidateRun() *Candidates { return c }

// Begun is implemented by algorithms whose settings embed [Candidates].
type Begun interface {
	// CandidateRun returns the settings themselves, not a copy; without a run none are asked for.
	CandidateRun() *Candidates
}
