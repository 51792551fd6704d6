package experiments

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/paretolab/paretolab/experiments/configs"
)

// Config is an experiment: what is run, with all layers applied and defaults filled in. It is
// either a single run (environment, algorithm) or a grid of them.
type Config struct {
	Version     int    `key:"version" required:"true" doc:"version of this format; this program reads 1"`
	Name        string `key:"name" required:"true" doc:"name of the experiment and of its folder below output.root: a-z, 0-9, '.', '_' and '-'"`
	Description string `key:"description" doc:"what it is for, a sentence for reports"`

	Environment EnvironmentChoice `key:"environment" short:"id" doc:"environment of a single run: its id, or a mapping"`
	Algorithm   AlgorithmChoice   `key:"algorithm" short:"name" doc:"algorithm of a single run: its name, or a mapping"`
	Grid        Grid              `key:"grid" doc:"every environment with every algorithm and seed"`
	Seeds       Seeds             `key:"seeds" alias:"grid.seeds" default:"[0]" doc:"one run each; a list, or an inclusive range such as 0..9"`
	Budget      Budget            `key:"budget" doc:"how long is trained"`

	Sweep Sweep `key:"sweep" doc:"search of settings on seeds of its own, before the experiment is run with the best"`

	Evaluation      Evaluation      `key:"evaluation" doc:"how policies are measured during training"`
	FinalEvaluation FinalEvaluation `key:"final_evaluation" doc:"how the final archive is measured again, on seeds that were never used before"`
	Reference       ReferenceChoice `key:"reference" doc:"what fronts are measured against"`

	Resources Resources `key:"resources" doc:"what the machine gives; changes no result"`
	Output    Output    `key:"output" doc:"what is written, and where; changes no result"`
	Kernel    string    `key:"kernel" range:"auto|generic|avx2|avx512" default:"auto" doc:"numeric kernels; auto takes the fastest that the processor has"`

	Parent Parent `key:"parent" doc:"what resume --steps writes into the configurations of runs that go on from the end of others"`

	// Source is the text that the configuration was read from.
	Source []byte

	tree *node // what the fields were read from, for positions in messages; nil if made by Go code
}

// EnvironmentChoice is an environment with its options.
type EnvironmentChoice struct {
	ID              string         `key:"id" required:"true" doc:"registered id; paretolab envs list prints all; or the path of a file that describes a grid world, from the folder of the configuration"`
	Label           string         `key:"label" doc:"name in tables, figures and folders; the id, or the name of the file without extension, if empty"`
	Options         map[string]any `key:"options" doc:"constructor options; paretolab envs show ID prints them"`
	MaxEpisodeSteps int            `key:"max_episode_steps" range:">=1" unit:"steps" doc:"episodes are truncated after so many steps; the environment's usual number if absent"`
}

// name is what people and other keys call the environment.
func (e *EnvironmentChoice) name() string {
	if e.Label != "" {
		return e.Label
	}
	return e.ID
}

// AlgorithmChoice is an algorithm with its settings.
type AlgorithmChoice struct {
	Name     string         `key:"name" required:"true" doc:"registered name; paretolab agents list prints all"`
	Preset   string         `key:"preset" doc:"named set of defaults; the algorithm's first if absent"`
	Label    string         `key:"label" doc:"name in tables, figures and folders; the algorithm's name, with the preset if it is not the first, if empty"`
	Settings map[string]any `key:"settings" doc:"settings that differ from the preset; paretolab agents show NAME prints them"`
}

// Grid spans runs: environments × algorithms × seeds, in this order, less the exclusions.
type Grid struct {
	Environments []EnvironmentChoice `key:"environments" short:"id" doc:"environments: ids, or mappings as the key environment has"`
	Algorithms   []AlgorithmChoice   `key:"algorithms" short:"name" doc:"algorithms: names, or mappings as the key algorithm has"`
	Exclude      []Exclusion         `key:"exclude" doc:"pairs that are left out"`
}

// Exclusion leaves pairs of a grid out. An empty field stands for all.
type Exclusion struct {
	Environment string `key:"environment" doc:"id or label; all if absent"`
	Algorithm   string `key:"algorithm" doc:"name or label; all if absent"`
}

// Parent is the run whose last state another one went on from; its zero value is none.
type Parent struct {
	Item  string `key:"item" json:"item" doc:"item id of that run"`
	Steps int    `key:"steps" json:"steps" range:">=1" unit:"steps" doc:"training steps that it had made"`
}

// Budget is how long is trained, in one unit: training steps of the environment, summed over its copies,
// of which the steps inside one call with frame skip count once; or what the algorithm counts instead.
type Budget struct {
	Steps          int            `key:"steps" alias:"steps" range:">=1" unit:"steps" doc:"training steps of each run; what the preset recommends if absent"`
	PerEnvironment map[string]int `key:"per_environment" range:">=1" unit:"steps" doc:"training steps by environment (id or label), in place of steps"`
	Episodes       int            `key:"episodes" range:">=1" unit:"episodes" doc:"training episodes of each run, in place of steps, for algorithms that count them: those that search behaviours"`
	Answers        int            `key:"answers" range:">=1" unit:"answers" doc:"answers about preferences of each run, in place of steps, for algorithms that count them"`
}

// Evaluation is how policies are measured during training.
type Evaluation struct {
	Every    int      `key:"every" range:">=1" unit:"steps" doc:"training steps between two measurements, as nearly as the algorithm can; if absent its settings decide, which also win where they are given"`
	Episodes int      `key:"episodes" range:">=1" doc:"episodes per policy; if absent 10, or 1 where start and steps of the environment are deterministic and one is exact"`
	Discount Discount `key:"discount" default:"environment" doc:"discount of value vectors: a number in (0,1], or environment for its usual one"`
	Returns  string   `key:"returns" range:"discounted|undiscounted" default:"discounted" doc:"returns of which fronts and indicators are made; evaluations.csv has both"`
	Policy   string   `key:"policy" range:"deterministic|sampled" default:"deterministic" doc:"how policies act: by the mode of their distribution, or by chance as in training"`
	Weights  Weights  `key:"weights" doc:"weights of expected utility"`
}

// undiscounted reports whether fronts and indicators are made of undiscounted returns.
func (e *Evaluation) undiscounted() bool { return e.Returns == "undiscounted" }

// FinalEvaluation is how the final archive is measured again.
type FinalEvaluation struct {
	Episodes int `key:"episodes" range:">=1" doc:"episodes per policy; if absent 100, or 1 where start and steps of the environment are deterministic"`
}

// ReferenceChoice is what fronts are measured against.
type ReferenceChoice struct {
	Points map[string][]float64 `key:"points" doc:"reference points of hypervolumes by environment (id or label), in place of the usual ones; one number per objective"`
	Front  string               `key:"front" default:"known" doc:"front that runs are measured against. known: the exact or documented one of the environment, where there is one; union: none, so that comparisons take the union of the fronts compared; else a CSV file with a column for every objective, by path from the folder of the configuration"`
	// FrontPoints is what the file held. It stands in stored configurations, whose front is "given".
	FrontPoints [][]float64 `key:"front_points" doc:"with front: given, the points themselves, one list each, as stored configurations have them"`

	file *table // of the front
}

// Resources is what the machine gives to the runs.
type Resources struct {
	Workers        int `key:"workers" range:">=0" default:"0" doc:"tasks that compute at the same time, over all runs; 0 is the number of cores"`
	ThreadsPerItem int `key:"threads_per_item" range:"[1,1]" default:"1" doc:"threads inside one task; this version uses one"`
	MemoryMB       int `key:"memory_mb" range:">=1" unit:"MB" doc:"memory that one run takes: no more of them run at once than fit into what is free; if absent nothing is counted"`
}

// Output says what is written, and where.
type Output struct {
	Root            string        `key:"root" default:"runs" doc:"folder that gets a folder with the name of the experiment"`
	CheckpointEvery time.Duration `key:"checkpoint_every" range:">=0" unit:"s" default:"10s" doc:"least time between two checkpoints; the end of a stage and a stop write one at any time"`
	KeepCheckpoints int           `key:"keep_checkpoints" range:">=1" default:"2" doc:"newest checkpoints that are kept"`
	Policies        string        `key:"policies" range:"archive" default:"archive" doc:"policies that are saved: those of the final archive"`
	Episodes        bool          `key:"episodes" default:"false" doc:"write episodes.csv, one row per training episode"`
}

// maxSeeds bounds the seeds of an experiment.
const maxSeeds = 100_000

// Seeds are the seeds of an experiment, without repetition, in the order given.
type Seeds []uint64

func (Seeds) kind() string { return "list of int >= 0, or a range such as 0..9" }

func (s *Seeds) fromNode(n *node) string {
	list := []*node{n}
	switch {
	case n.kind == listNode:
		list = n.list
	case n.raw != nil && n.kind == textNode:
		list = nil
		for part := range strings.SplitSeq(n.text, ",") {
			list = append(list, &node{kind: textNode, text: strings.TrimSpace(part), raw: n.raw})
		}
	}
	seeds := Seeds{}
	seen := map[uint64]bool{}
	for _, x := range list {
		first, last, ok := x.seedRange()
		switch {
		case !ok && n.kind == listNode:
			return fmt.Sprintf("which contains %s", x.show())
		case !ok:
			return "not a list or a range of seeds"
		case last < first:
			return fmt.Sprintf("but %d is above %d", first, last)
		case last-first >= maxSeeds-uint64(len(seeds)):
			return fmt.Sprintf("more than %d seeds", maxSeeds)
		}
		for i := range last - first + 1 {
			if seen[first+i] {
				return fmt.Sprintf("which has the seed %d twice", first+i)
			}
			seen[first+i] = true
			seeds = append(seeds, first+i)
		}
	}
	if len(seeds) == 0 {
		return "which has no seed"
	}
	*s = seeds
	return ""
}

// seedRange reads a seed or a range of seeds.
func (n *node) seedRange() (first, last uint64, ok bool) {
	if n.kind == textNode {
		from, to, isRange := strings.Cut(n.text, "..")
		first, err := strconv.ParseUint(strings.ReplaceAll(from, "_", ""), 10, 64)
		if err != nil || !isRange {
			return first, first, err == nil && n.raw != nil
		}
		last, err := strconv.ParseUint(strings.ReplaceAll(to, "_", ""), 10, 64)
		return first, last, err == nil
	}
	first, ok = n.unsigned()
	return first, first, ok
}

// toNode writes three or more seeds in a row as a range.
func (s *Seeds) toNode() *node {
	seeds := *s
	n := &node{kind: listNode}
	consecutive := true
	for i, x := range seeds {
		consecutive = consecutive && x == seeds[0]+uint64(i)
		n.list = append(n.list, unsignedNode(x))
	}
	if consecutive && len(seeds) > 2 {
		return textOf(fmt.Sprintf("%d..%d", seeds[0], seeds[len(seeds)-1]))
	}
	return n
}

// Discount is a discount in (0, 1]; 0 stands for the environment's usual one.
type Discount float64

func (Discount) kind() string { return "number in (0,1], or environment" }

func (d *Discount) fromNode(n *node) string {
	if n.kind == textNode && n.text == "environment" {
		*d = 0
		return ""
	}
	x, ok := n.float()
	switch {
	case !ok:
		return "not a number"
	case !(x > 0 && x <= 1):
		return "out of range"
	}
	*d = Discount(x)
	return ""
}

func (d *Discount) toNode() *node {
	if *d == 0 {
		return textOf("environment")
	}
	return numberOf(float64(*d))
}

// Overrides are the layers above the file, in this order: variables, set, the other flags.
type Overrides struct {
	// Env holds NAME=value pairs as os.Environ returns them. PARETOLAB_ with a path in capitals and
	// '_' for '.' sets the value at the path; an empty value counts as none.
	Env []string
	// Set holds path=value pairs; a value is YAML, or text as it stands where text is wanted.
	Set []string
	// Seeds is a list such as "0,1,2" or "0..9,20"; empty: none given.
	Seeds   string
	Steps   *int   // of every environment
	Out     string // folder in place of output.root; empty: none given
	Workers *int
}

// formats are the formats of configurations by file extension.
var formats = map[string]string{".yaml": "yaml", ".yml": "yaml", ".json": "json", ".toml": "toml"}

// LoadConfig reads a configuration from a YAML, TOML or JSON file. The layers, later ones win:
// defaults, the algorithm's preset, the file, variables, --set, other flags.
//
// All that is wrong, also with the environments and algorithms that it names, comes back at once as
// a *[ConfigError].
func LoadConfig(path string, o Overrides) (*Config, error) {
	format := formats[strings.ToLower(filepath.Ext(path))]
	if format == "" {
		return nil, configError(path, nil, "a configuration is a file .yaml, .yml, .json or .toml")
	}
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return nil, configError(path, err, "cannot be read: %v", reason(err))
	case info.IsDir():
		return nil, configError(path, nil, "is a folder, not a file")
	case info.Size() > maxConfigBytes:
		return nil, configError(path, nil, "has %d bytes; a configuration has at most %d", info.Size(), maxConfigBytes)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, configError(path, err, "cannot be read: %v", reason(err))
	}
	return ParseConfig(path, data, format, o)
}

func configError(path string, cause error, format string, args ...any) error {
	return &ConfigError{Problems: []Problem{{File: path, Message: fmt.Sprintf(format, args...)}}, cause: cause}
}

// reason is an error of the operating system without operation and path.
func reason(err error) error {
	if e, ok := err.(*os.PathError); ok {
		return e.Err
	}
	return err
}

// ParseConfig reads a configuration from data in a format: "yaml", "json" or "toml". Messages call
// it by name. Otherwise it is as [LoadConfig].
func ParseConfig(name string, data []byte, format string, o Overrides) (*Config, error) {
	return parseConfig(name, data, format, o, false)
}

// parseConfig is ParseConfig; of a configuration that stands alone it reads no other file.
func parseConfig(name string, data []byte, format string, o Overrides, alone bool) (*Config, error) {
	var p problems
	root := parseNode(name, data, format, &p)
	if root == nil {
		return nil, p.err()
	}
	files := []*node{root}
	if !alone {
		found := len(p.list)
		files = withIncluded(root, filepath.Dir(name), []string{filepath.Clean(name)}, &p)
		if len(p.list) > found { // what is missing may be in what cannot be read
			return nil, p.err()
		}
	}
	c := &Config{Source: data}
	c.read(resolveLayers(files, o, &p), root)
	if !alone {
		c.readDescriptions(filepath.Dir(name), &p)
		c.readReferenceFront(filepath.Dir(name), &p)
	}
	c.expand(&p)
	if err := p.err(); err != nil {
		return nil, err
	}
	return c, nil
}

// Quickstart is the experiment that `paretolab run` runs when it is given none.
func Quickstart(o Overrides) (*Config, error) {
	return ParseConfig("quickstart.yaml", configs.Quickstart, "yaml", o)
}

// Dir is the folder of the experiment.
func (c *Config) Dir() string { return filepath.Join(c.Output.Root, c.Name) }
