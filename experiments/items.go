package experiments

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"reflect"
	"slices"

	"go.yaml.in/yaml/v3"

	"github.com/paretolab/paretolab/agents"
	"github.com/paretolab/paretolab/envs"
)

// Item is one run of an experiment: an algorithm with its settings, an environment and a seed.
type Item struct {
	// ID is the first 16 hexadecimal digits of the SHA-256 of all that the result depends on:
	// neither names and labels nor workers and folders are part of it.
	ID         string
	Experiment string
	Label      string // of the algorithm
	Dir        string // name of the run directory, unique in the experiment

	Environment EnvironmentChoice // with every option and the episode length
	Algorithm   string
	Preset      string
	Settings    agents.Algorithm // decoded and checked; not shared with other items
	SettingsMap map[string]any   // the same by key
	Revision    int

	Seed          uint64
	Steps         int // training budget
	Evaluation    Evaluation
	FinalEpisodes int
	Reference     envs.Reference // discount of evaluation and reference point; see also Fronts
	Parent        Parent         // what it goes on from
	Front         string         // measured against: "known", "union" or "given"
	FrontPoints   [][]float64    // that which is given

	// Config is the configuration of this run alone, as YAML with everything filled in. Its only
	// item is this one. What changes no result is left out.
	Config []byte
}

// NewEnvironment makes the environment of an item.
func (i *Item) NewEnvironment() (*envs.Environment, error) { return i.Environment.make() }

// make configures the environment and sets its horizon.
func (e *EnvironmentChoice) make() (*envs.Environment, error) {
	env, err := envs.Make(e.ID, e.Options)
	if err == nil && e.MaxEpisodeSteps > 0 {
		env.Spec.Horizon = e.MaxEpisodeSteps
	}
	return env, err
}

// Fronts is the reference point of hypervolumes with the discount of the returns that fronts are made of.
func (i *Item) Fronts() envs.Reference {
	r := i.Reference
	if i.Evaluation.undiscounted() {
		r.Discount = 1
	}
	return r
}

// of returns the mean returns of a policy that fronts are made of, with their standard errors.
func (e *Evaluation) of(v *agents.Value) (mean, stdErr []float64) {
	if e.undiscounted() {
		return v.Undiscounted, v.UndiscountedErr
	}
	return v.Return, v.StdErr
}

// Weights returns the weights of expected utility for m objectives, one row each.
func (i *Item) Weights(m int) [][]float64 {
	rows, err := i.Evaluation.Weights.Rows(m)
	if err != nil {
		panic("experiments: weights that were not checked: " + err.Error())
	}
	return rows
}

// WeightsName names the weights with their number, for instance "lattice 100 (101)".
func (i *Item) WeightsName() string {
	return i.Evaluation.Weights.Name(len(i.Reference.Point))
}

// Items expands the configuration: environments, within them algorithms, within them seeds, each in
// the order given, less the exclusions. The error is a *[ConfigError].
func (c *Config) Items() ([]Item, error) {
	var p problems
	combinations := c.expand(&p)
	if err := p.err(); err != nil {
		return nil, err
	}
	items := make([]Item, 0, len(combinations)*len(c.seeds()))
	for _, x := range combinations {
		for _, seed := range c.seeds() {
			i, err := x.with(seed)
			if err != nil {
				return nil, err
			}
			items = append(items, i)
		}
	}
	return items, nil
}

func (c *Config) seeds() Seeds {
	if len(c.Seeds) == 0 {
		return Seeds{0}
	}
	return c.Seeds
}

// combination is an algorithm on an environment: all of an item but the seed.
type combination struct {
	env        *envs.Environment
	definition agents.Definition
	given      map[string]any // settings
	every      int            // evaluation.every
	budget     int            // in the unit of the algorithm, where that is not steps; 0: not given
	item       Item
	config     []byte  // of the item, without seeds
	of         *Config // which it is a part of
	settingsAt *node   // where settings are written
}

// settings makes the settings of the algorithm: those of the preset, those that follow from budget and
// evaluation, and above them what is given, which is written at the node. steps is what the budget takes
// at most, else what the preset recommends.
func (x *combination) settings(at *node, p *problems) (a agents.Algorithm, steps int, err error) {
	if a, steps, err = x.definition.New(x.env, x.item.Preset); err != nil {
		return nil, 0, err
	}
	decodeSettings(a, x.definition.ID, x.given, at, p)
	if x.budget > 0 {
		steps = a.(agents.Budgeted).SetBudget(x.env, x.budget)
	}
	if x.every > 0 {
		a.(agents.Paced).MeasureEvery(x.env, x.every)
	}
	if x.budget > 0 || x.every > 0 {
		decodeSettings(a, x.definition.ID, x.given, at, &problems{}) // what is wrong was said above
	}
	return a, steps, nil
}

// with makes the item of a seed.
func (x *combination) with(seed uint64) (Item, error) {
	i := x.item
	i.Seed = seed
	i.Dir = fmt.Sprintf("%s__s%d", i.Dir, seed)
	var p problems
	settings, _, err := x.settings(nil, &p)
	if err != nil {
		return Item{}, err
	}
	i.Settings = settings
	config := slices.Clip(x.config)
	if candidatesOf(settings) != nil {
		if err := i.fixCandidates(); err != nil {
			p.add(x.settingsAt.part(keyCandidates).position(), "setting %q of algorithm %q: %v", keyCandidates, i.Algorithm, err)
			return Item{}, p.err()
		}
		config = x.of.single(&i)
	}
	i.Config = fmt.Appendf(config, "seeds: [%d]\n", seed)
	i.ID, err = i.identity()
	return i, errors.Join(p.err(), err)
}

// identity hashes what the result depends on.
func (i *Item) identity() (string, error) {
	evaluation := map[string]any{
		"episodes": i.Evaluation.Episodes, "final_episodes": i.FinalEpisodes, "policy": i.Evaluation.Policy,
		"discount": i.Reference.Discount, "weights": map[string]any{"kind": i.Evaluation.Weights.Kind, "n": i.Evaluation.Weights.N},
	}
	if i.Evaluation.undiscounted() {
		evaluation["returns"] = i.Evaluation.Returns
	}
	all := map[string]any{
		"format":    Format,
		"algorithm": i.Algorithm,
		"revision":  i.Revision,
		"environment": map[string]any{
			"id": i.Environment.ID, "options": i.Environment.Options, "max_episode_steps": i.Environment.MaxEpisodeSteps,
		},
		"settings":   i.identifying(),
		"seed":       i.Seed,
		"budget":     map[string]any{"steps": i.Steps},
		"evaluation": evaluation,
		"reference":  i.Reference.Point,
	}
	if i.Parent != (Parent{}) {
		all["parent"] = map[string]any{"item": i.Parent.Item, "steps": i.Parent.Steps}
	}
	if i.Front == frontUnion {
		evaluation["front"] = i.Front
	} else if i.Front == frontGiven {
		evaluation["front"] = i.FrontPoints
	}
	canonical, err := json.Marshal(canonical(all))
	if err != nil {
		return "", fmt.Errorf("item of %s on %s: %w", i.Algorithm, i.Environment.ID, err)
	}
	sum := sha256.Sum256(canonical)
	return hex.EncodeToString(sum[:8]), nil
}

// identifying returns the settings by key, without those that came later than runs of the algorithm and do
// what those runs did.
func (i *Item) identifying() map[string]any {
	m := maps.Clone(i.SettingsMap)
	v := reflect.Indirect(reflect.ValueOf(i.Settings))
	if v.Kind() != reflect.Struct {
		return m
	}
	for _, f := range schemaFields(v.Type()) {
		if f.later && v.FieldByIndex(f.index).IsZero() {
			delete(m, f.key)
		}
	}
	if candidatesOf(i.Settings) != nil {
		delete(m, keyCandidates) // a place; what lies there has a hash
	}
	return m
}

// canonical prepares a value for json.Marshal, which sorts keys and writes numbers in their shortest
// form, but knows no infinity.
func canonical(v any) any {
	switch x := v.(type) {
	case map[string]any:
		m := make(map[string]any, len(x))
		for k, v := range x {
			m[k] = canonical(v)
		}
		return m
	case []any:
		list := make([]any, len(x))
		for i, v := range x {
			list[i] = canonical(v)
		}
		return list
	case float64:
		if math.IsInf(x, 0) || math.IsNaN(x) {
			return fmt.Sprint(x)
		}
	}
	return v
}

// ResolvedYAML is the configuration with all layers applied, as YAML.
func (c *Config) ResolvedYAML() []byte { return yamlOf(encode(reflect.ValueOf(c).Elem())) }

// yamlOf writes a mapping as YAML, lists of plain values on one line.
func yamlOf(n *node) []byte {
	var b bytes.Buffer
	enc := yaml.NewEncoder(&b)
	enc.SetIndent(2)
	if err := errors.Join(enc.Encode(n.yaml()), enc.Close()); err != nil {
		panic(fmt.Sprintf("experiments: YAML of a configuration: %v", err)) // nodes are always valid
	}
	return b.Bytes()
}

func (n *node) yaml() *yaml.Node {
	y := &yaml.Node{Kind: yaml.ScalarNode, Value: n.text}
	switch n.kind {
	case textNode:
		y.Tag = "!!str"
	case listNode:
		y.Kind, y.Style = yaml.SequenceNode, yaml.FlowStyle
		for _, x := range n.list {
			y.Content = append(y.Content, x.yaml())
			if x.kind == mapNode {
				y.Style = 0
			}
		}
	case mapNode:
		y.Kind = yaml.MappingNode
		for _, e := range n.keys {
			y.Content = append(y.Content, textOf(e.key).yaml(), e.value.yaml())
		}
		if len(n.keys) == 0 {
			y.Style = yaml.FlowStyle
		}
	}
	return y
}
