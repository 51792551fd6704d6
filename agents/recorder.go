package agents

import "context"

// Recorder is the only way out of a learner. Evaluate and Step may be called from any worker;
// the other methods are called by one goroutine at a time, in an order that does not depend on
// the number of workers, so that neither do the files made from them.
type Recorder interface {
	// Columns declares the algorithm's own columns of metrics.csv, prefixed with its id, before
	// the first Record.
	Columns(names ...string)
	// Restore returns the learner state of the newest checkpoint, or nil to start afresh.
	Restore() []byte
	// Step counts n training steps for the progress display.
	Step(n int)
	// Evaluate measures a policy on evaluation episodes whose seeds training never sees and
	// which are the same for every policy of the run.
	Evaluate(ctx context.Context, p Policy) (Value, error)
	// EpisodeSink returns what takes the training episodes that end, nil if nobody wants them. It may be
	// called from any worker; an episode has to be handed over before the evaluation that its steps are
	// part of is recorded.
	EpisodeSink() func(Episode)
	// Record commits one evaluation. state is called if a checkpoint is due and returns all that
	// Restore needs to go on from exactly here.
	Record(e Evaluation, state func() ([]byte, error)) error
}

// Episode is a training episode that has ended.
type Episode struct {
	// Copy of the environment, counted over all tasks that train side by side.
	Copy int
	// Steps is the number of training steps of the run at its end, as if all copies went on in step.
	Steps      int
	Length     int
	Return     []float64 // undiscounted; not written to afterwards
	Terminated bool      // by the environment, not by its limit of time
}

// Evaluation is a moment at which a learner reports value vectors.
type Evaluation struct {
	Phase    string   // e.g. "stage1", "stage2/r3"
	Steps    int      // training steps up to here, summed over all copies and tasks
	Updates  int      // gradient updates up to here, summed over all tasks
	Policies []Member // the policies measured now; Policy may be nil
	Archive  []Member // the non-dominated set so far, of which indicators are computed
	Columns  []float64
	// Notes are what the reader of the result must know, such as that training stopped early: plain
	// sentences for the log, the summary and the report.
	Notes []string
	// StageEnd asks for a checkpoint whatever the time since the last.
	StageEnd bool
}
