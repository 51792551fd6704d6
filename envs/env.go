package envs

// Env is one copy of an environment: what its author writes. An implementation is a plain struct
// holding its constants and its dynamic state; it allocates nothing in Reset, Step and Observe
// and draws every random number from the generator that it is handed, so that each copy has its
// own stream and results do not depend on how copies are spread over workers.
//
// The time limit is not part of an Env: whoever steps it counts steps ([Spec.Horizon]) and
// reports truncation apart from termination.
type Env interface {
	// Reset puts the environment into the first state of an episode.
	Reset(rng *RNG)
	// Step applies action a, writes the reward vector (one number per objective, all of them)
	// and reports whether the decision process itself ended (goal, death, crash).
	// The action lies in the declared space; behaviour after the end is undefined.
	Step(rng *RNG, a Action, reward []float64) (terminated bool)
	// Observe writes the observation of the present state.
	Observe(obs []float64)
	// State returns a pointer to the complete dynamic state: a struct of fixed-size exported
	// fields (no int, slice, string or pointer) whose JSON keys are those of the golden files, or
	// an array of numbers where these hold a list.
	// The caller may read it, copy it or overwrite what it points to.
	State() any
}

// StateChecker is the optional capability of an Env to recognise a state that cannot occur, so
// that a damaged checkpoint or a wrong recording is refused instead of crashing a step.
type StateChecker interface {
	// CheckState returns nil if the present state is possible, else an error that names the field.
	CheckState() error
}

// StepCounter is the optional capability of an Env whose state holds the number of steps since
// reset, because the state of its original does.
type StepCounter interface{ StepsTaken() int }

// Stepper32 is the optional capability of an Env to step and to observe at once, in float32. Batches
// that feed networks use it: it is faster where steps are cheap or observations are long.
type Stepper32 interface {
	// Step32 does what Step does and writes what Observe then would, rounded to float32.
	Step32(rng *RNG, a Action, reward []float64, obs []float32) (terminated bool)
}

// IndexStepper is the optional capability of an Env with one discrete action to step and to observe in
// one call, in float32. Batches that feed networks use it, where steps are so cheap that calls and
// conversions take most of the time. An Env that embeds one and steps otherwise needs its own StepIndex.
type IndexStepper interface {
	// StepIndex does what Step does with action a and writes what Observe then would, rounded to float32.
	StepIndex(rng *RNG, a int32, reward []float64, obs []float32) (terminated bool)
}

// BoxStepper is what [IndexStepper] is, for a continuous action.
type BoxStepper interface {
	// StepBox does what Step does with action a and writes what Observe then would, rounded to float32.
	StepBox(rng *RNG, a []float32, reward []float64, obs []float32) (terminated bool)
}

// ScratchSharer is the optional capability of an Env with much working memory in which no call leaves
// anything for the next. The copies of a [Vector] share it, since one goroutine steps them.
type ScratchSharer interface {
	// ShareScratch takes over the working memory of another copy of the same environment.
	ShareScratch(with Env)
}

// Action is what an environment copy receives: Discrete holds the index of a discrete space
// (several of a multi-discrete one), Box the vector of a continuous one. The other is nil.
type Action struct {
	Discrete []int32
	Box      []float64
}

// Index returns the index of a discrete action. (A pointer receiver spares a copy in every step.)
func (a *Action) Index() int { return int(a.Discrete[0]) }

// Outcome is one branch of a transition of a [Model].
type Outcome struct {
	P        float64   // probability
	Next     int       // index of the next state
	Reward   []float64 // reward vector; owned by the model, do not modify
	Terminal bool      // the decision process ends here
}

// Model is the optional exact finite model of an environment. With it the true Pareto front can
// be computed (package agents/exact) instead of estimated. States and actions are indices from 0.
// An Env that has a model implements it itself.
type Model interface {
	NumStates() int
	NumActions() int
	// StartState is the state in which episodes begin; a possible one of a [RandomStart].
	StartState() int
	// Outcomes appends the branches of taking action a in state s to buf and returns it.
	// The probabilities sum to 1; deterministic environments have one branch.
	Outcomes(s, a int, buf []Outcome) []Outcome
}

// RandomStart is the optional capability of a [Model] whose episodes begin in one of several states.
type RandomStart interface {
	Model
	// Starts appends the states in which episodes begin, with their probabilities, to buf and returns
	// it. Rewards are nil.
	Starts(buf []Outcome) []Outcome
}

// StateIndexer is the optional capability of a [Model] to tell in which of its states the environment
// is, so that a policy that was computed on the model can act in the environment.
type StateIndexer interface {
	// StateIndex is the index of the present state; undefined after the end of an episode.
	StateIndex() int
}

// Starts returns the states in which episodes of a model begin, with their probabilities.
func Starts(m Model) []Outcome {
	if r, ok := m.(RandomStart); ok {
		return r.Starts(nil)
	}
	return []Outcome{{P: 1, Next: m.StartState()}}
}

// KnownFront is the optional capability of an environment to document an attainable, not necessarily
// complete, front where no exact model gives the whole one: value vectors for a discount and their
// origin, and false for a discount that nothing is documented for.
type KnownFront interface {
	KnownFront(gamma float64) (points [][]float64, source string, ok bool)
}

// FrontPlans is the optional companion of [KnownFront]: the action sequences that attain its
// points, in the same order, so that anybody can replay them.
type FrontPlans interface {
	FrontPlans() [][]int32
}
