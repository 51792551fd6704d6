package experiments

import (
	"time"

	"github.com/paretolab/paretolab/agents"
)

// Format is the version of the run directory. Readers refuse a newer major version.
const Format = "paretolab-run/1"

// Names in a run directory. "Append-only" files grow during training and are cut back to the
// checkpoint on resume; the others are written whole: temporary name, sync, rename.
const (
	fileRun         = "run.json"
	fileConfig      = "config.yaml"
	fileMetrics     = "metrics.csv"     // append-only
	fileEvaluations = "evaluations.csv" // append-only
	fileFronts      = "fronts.jsonl"    // append-only
	fileTiming      = "timing.csv"      // append-only
	fileParts       = "parts.csv"
	fileEpisodes    = "episodes.csv" // append-only, where it is asked for
	fileLog         = "log.jsonl"    // append-only, of all attempts: never cut back
	fileArchive     = "archive.csv"
	fileFront       = "front.csv"
	fileKnownFront  = "known_front.csv"
	fileResult      = "result.json"
	fileFailure     = "failure.json"
	fileLock        = "lock"
	fileIndex       = "index.json" // of dirPolicies
	repertoire      = "repertoire" // in dirPolicies; the extension is that of policy files
	dirPolicies     = "policies"
	dirCheckpoints  = "checkpoints"
)

// Info is run.json: what was run, on what, by which program.
type Info struct {
	Format       string          `json:"format"`
	Item         string          `json:"item"` // identity: equal items give equal deterministic files
	Experiment   string          `json:"experiment"`
	Label        string          `json:"label"` // name of the algorithm variant in tables and figures
	Program      Program         `json:"program"`
	Algorithm    string          `json:"algorithm"`
	Preset       string          `json:"preset"`
	Revision     int             `json:"revision"`
	Environment  EnvironmentInfo `json:"environment"`
	Seed         uint64          `json:"seed"`
	Steps        int             `json:"steps"` // budget
	ConfigSHA256 string          `json:"config_sha256"`
	Streams      string          `json:"streams"` // how random streams are derived from the seed
	Parent       *Parent         `json:"parent"`  // the run that it goes on from, null if it began afresh
	Host         string          `json:"host"`    // information only
	Started      time.Time       `json:"started"` // information only
}

// Program names the build that made a run.
type Program struct {
	Version string `json:"version"`
	Commit  string `json:"commit"`
	Go      string `json:"go"`
	Kernel  string `json:"kernel"` // class of numeric kernels: "simd", "generic" or KernelMixed
}

// KernelMixed is the class of kernels of a run of which a part was computed with each. It has the
// bits of neither, and repeating it gives other ones.
const KernelMixed = "mixed"

// EnvironmentInfo is the part of an environment's specification that a reader of results needs.
type EnvironmentInfo struct {
	ID         string          `json:"id"`
	Label      string          `json:"label,omitempty"` // name in tables and figures, in place of the id
	Options    map[string]any  `json:"options,omitempty"`
	Objectives []ObjectiveInfo `json:"objectives"`
	Reference  []float64       `json:"reference"` // reference point of hypervolumes
	Gamma      float64         `json:"gamma"`     // discount of the values that fronts hold
	Horizon    int             `json:"horizon"`
	SpecHash   string          `json:"spec_hash"`
}

// ObjectiveInfo describes one column of value vectors; all are maximised.
type ObjectiveInfo struct {
	Name  string `json:"name"`
	Unit  string `json:"unit"`
	Sense string `json:"sense"` // "max"
}

// Indicators are the measures of one front. A nil pointer means that it is not known or not
// defined, for instance a share of the exact hypervolume where no exact front is known.
type Indicators struct {
	Hypervolume float64  `json:"hypervolume"`
	HVRatio     *float64 `json:"hv_ratio"` // share of the known front's hypervolume
	EUM         *float64 `json:"eum"`      // expected utility over the evaluation weights
	EUMMin      *float64 `json:"eum_min"`  // smallest utility over the weights
	MUL         *float64 `json:"mul"`      // maximum utility loss against the known front
	IGDPlus     *float64 `json:"igd_plus"`
	EpsAdd      *float64 `json:"eps_add"`
	Sparsity    float64  `json:"sparsity"`
	Cardinality int      `json:"cardinality"`
}

// Result is result.json. Its existence means that the run is complete.
type Result struct {
	Status        string     `json:"status"` // "complete"
	StepsTrain    int        `json:"steps_train"`
	StepsEval     int        `json:"steps_eval"`
	Evaluations   int        `json:"evaluations"`
	Final         Indicators `json:"final"`          // of archive.csv, re-evaluated on fresh seeds
	FinalSelected Indicators `json:"final_selected"` // of the values that training selected by
	FrontSize     int        `json:"front_size"`
	Reference     []float64  `json:"reference_point"`
	// KnownFront says how known_front.csv was obtained ("" if there is none), with its
	// hypervolume and the largest one that linear weights can reach.
	KnownFront        string            `json:"known_front"`
	HypervolumeExact  *float64          `json:"hypervolume_exact"`
	HypervolumeLinear *float64          `json:"hypervolume_linear"`
	Notes             []string          `json:"notes,omitempty"` // of the algorithm, for the reader
	Weights           string            `json:"weights"`         // of expected utility, e.g. "lattice 100 (101)"
	Files             map[string]string `json:"files"`           // SHA-256 of every other deterministic file
	Check             string            `json:"check"`           // SHA-256 of this file with the check empty
}

// Metrics is one row of metrics.csv.
type Metrics struct {
	Eval       int
	Phase      string
	StepsTrain int
	StepsEval  int
	Episodes   int // evaluation episodes so far
	Updates    int
	Indicators
	Best    []float64          // largest value of each objective in the archive
	Columns map[string]float64 // the algorithm's own, e.g. "cmorl.infeasible"
}

// EvaluationRow is one row of evaluations.csv: one measured policy.
type EvaluationRow struct {
	Eval         int
	Policy       string
	Parent       string
	Origin       string
	StepsTrain   int
	Episodes     int
	Length       float64
	Value        []float64 // discounted
	StdErr       []float64
	Undiscounted []float64
	Weight       []float64 // preference trained for; nil if none
	Seed         uint64
}

// ArchiveRow is one row of archive.csv: a member of the final archive, measured again.
type ArchiveRow struct {
	Policy       string
	Selected     []float64 // value by which training selected it
	Value        []float64 // value on fresh seeds
	StdErr       []float64
	Episodes     int
	NonDominated bool // after re-evaluation
	Crowding     float64
	Origin       string
	StepsTrain   int
}

// FrontSnapshot is one line of fronts.jsonl: the archive at one evaluation.
type FrontSnapshot struct {
	Eval       int         `json:"eval"`
	StepsTrain int         `json:"steps_train"`
	Points     [][]float64 `json:"points"`
	Policies   []string    `json:"policies"`
}

// TimingRow is one row of timing.csv, the wall-clock side of metrics.csv.
type TimingRow struct {
	Eval           int
	SecondsTotal   float64
	SecondsTrain   float64
	SecondsEval    float64
	StepsPerSecond float64
	ResidentMB     *float64 // memory of the whole process in megabytes; nil where the system does not say
}

// EpisodeRow is one row of episodes.csv: a training episode.
type EpisodeRow struct {
	Episode    int // in the order of their ends
	EnvIndex   int // copy of the environment, over all that train side by side
	StepsTrain int // of the run at its end, as if all copies went on in step
	Length     int
	Return     []float64 // undiscounted
	Terminated bool      // by the environment, not by its limit of time
}

// Run is a run directory read back. Result is nil while the run is incomplete, and so are
// Archive and what is made from it.
type Run struct {
	Dir         string
	Info        Info
	Config      string // text of config.yaml
	Metrics     []Metrics
	Evaluations []EvaluationRow
	Fronts      []FrontSnapshot
	Timing      []TimingRow
	Parts       []agents.PartTime // where the time of training went, as far as the algorithm tells
	Archive     []ArchiveRow
	KnownFront  [][]float64 // exact or best known front at the run's discount, nil if unknown
	Result      *Result
	Failure     *Failure // how the last attempt failed, nil if it did not

	// Tables are those of the algorithm that have been read or made; [Run.Table] reads the others.
	Tables map[string]*agents.Table
}

// Front returns the rows of the final archive that are non-dominated after re-evaluation.
func (r *Run) Front() []ArchiveRow {
	var front []ArchiveRow
	for _, a := range r.Archive {
		if a.NonDominated {
			front = append(front, a)
		}
	}
	return front
}

// WallSeconds is the time of training and evaluation together, over all attempts.
func (r *Run) WallSeconds() float64 {
	if len(r.Timing) == 0 {
		return 0
	}
	return r.Timing[len(r.Timing)-1].SecondsTotal
}

// EndOfPhase is the last row of metrics.csv in the given phase, nil if there is none.
func (r *Run) EndOfPhase(phase string) *Metrics {
	for i := len(r.Metrics) - 1; i >= 0; i-- {
		if r.Metrics[i].Phase == phase {
			return &r.Metrics[i]
		}
	}
	return nil
}
