package report

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/paretolab/paretolab/plots"
)

// variant is the runs of one label on one environment whose configurations differ in the seed only.
type variant struct {
	first config
	seeds []uint64
}

// name of a variant among those on the same environment.
func (v *variant) name() string {
	return fmt.Sprintf("%s, %s %s", plots.Label(v.first.run), noun(len(v.seeds), "seed"), seedList(v.seeds))
}

// seedLine is where the configurations of a grid differ between seeds.
var seedLine = regexp.MustCompile(`(?m)^\s*seeds?:.*(\n\s*-\s*\d+\s*)*$`)

// variantsOf sorts configurations into variants, in their order.
func variantsOf(configs []config) []*variant {
	var out []*variant
	byKey := map[string]*variant{}
	for _, c := range configs {
		key := c.group + "\x00" + plots.Label(c.run) + "\x00" + seedLine.ReplaceAllString(c.text, "")
		v, ok := byKey[key]
		if !ok {
			v = &variant{first: c}
			byKey[key] = v
			out = append(out, v)
		}
		v.seeds = append(v.seeds, c.run.Info.Seed)
	}
	return out
}

// showDifferences tabulates the settings in which the variants on an environment differ, once for
// environments on which they are alike.
func showDifferences(s *section, groups []plots.Group, configs []config, names names) {
	variants := variantsOf(configs)
	var tables []*table
	var where [][]string
	for _, g := range groups {
		var of []*variant
		for _, v := range variants {
			if v.first.group == g.Name {
				of = append(of, v)
			}
		}
		t := differences(of)
		if len(t.rows) == 0 {
			continue
		}
		i := slices.IndexFunc(tables, func(other *table) bool { return bytes.Equal(other.csv(), t.csv()) })
		if i < 0 {
			i = len(tables)
			tables, where = append(tables, t), append(where, nil)
		}
		where[i] = append(where[i], g.Name)
	}
	for i, t := range tables {
		t.name = names.file(where[i][0], "settings")
		t.caption = strings.Join(where[i], ", ") + ": settings in which the runs differ."
		t.notes = append(t.notes, "Settings that only one algorithm has stand in the configurations under Versions and provenance.")
		s.table(t)
	}
	if len(tables) == 0 {
		s.text("On every environment all runs have the same settings, their seeds apart.")
	}
}

// showSettings prints the configuration of every variant once.
func showSettings(s *section, configs []config) {
	for _, v := range variantsOf(configs) {
		caption := fmt.Sprintf("%s on %s, %s %s: config.yaml of the run, every default filled in", plots.Label(v.first.run), v.first.group, noun(len(v.seeds), "seed"), seedList(v.seeds))
		if len(v.seeds) > 1 {
			caption += fmt.Sprintf(" (shown for seed %d; the others differ in the seed only)", v.first.run.Info.Seed)
		}
		text := strings.ToValidUTF8(v.first.text, "\uFFFD")
		if strings.TrimSpace(text) == "" {
			text = "(the run directory has no configuration)"
		}
		s.code(code{caption: caption + ".", lang: "yaml", text: text, folded: true})
	}
}

// configured is a leaf of the configuration of a run by its path, for instance algorithm.settings.selection.
func configured(config, path string) string {
	leaves := map[string]string{}
	var root yaml.Node
	if yaml.Unmarshal([]byte(config), &root) == nil {
		flatten(leaves, "", &root)
	}
	return leaves[path]
}

// warnOfMixtures names labels whose runs differ in more than the seed: figures and medians put them
// together.
func warnOfMixtures(s *section, configs []config) {
	count := map[string]int{}
	for _, v := range variantsOf(configs) {
		key := plots.Label(v.first.run) + " on " + v.first.group
		if count[key]++; count[key] == 2 {
			s.warn(key + ": the runs of this label differ in their settings (see Algorithms and settings), yet figures and medians put them together. Give them labels of their own in the configuration.")
		}
	}
}

// differences has a row for every setting that is not the same in all variants that have it, seeds and what
// only names an experiment apart.
func differences(variants []*variant) *table {
	t := &table{columns: []column{{"setting", "setting", true}}}
	settings := make([]map[string]string, len(variants))
	var paths []string
	for i, v := range variants {
		t.columns = append(t.columns, column{v.name(), v.name(), true})
		settings[i] = map[string]string{}
		var root yaml.Node
		if yaml.Unmarshal([]byte(v.first.text), &root) == nil {
			flatten(settings[i], "", &root)
		}
		for path := range settings[i] {
			paths = append(paths, path)
		}
	}
	slices.Sort(paths)
	for _, path := range slices.Compact(paths) {
		if top, _, _ := strings.Cut(path, "."); slices.Contains([]string{"seeds", "name", "description"}, top) {
			continue
		}
		row := []value{word(path)}
		for _, of := range settings {
			row = append(row, word(dash(of[path])))
		}
		if len(slices.Compact(slices.Clone(row[1:]))) > 1 && !ownSetting(path, variants, settings) {
			t.add(row...)
		}
	}
	return t
}

// ownSetting reports whether one algorithm alone has a setting, with the same value in all of its variants.
func ownSetting(path string, variants []*variant, settings []map[string]string) bool {
	owner, value := "", ""
	for i, v := range variants {
		x, has := settings[i][path]
		if has && owner == "" {
			owner, value = v.first.run.Info.Algorithm, x
		}
		if has && (v.first.run.Info.Algorithm != owner || x != value) {
			return false
		}
	}
	for i, v := range variants {
		if _, has := settings[i][path]; !has && v.first.run.Info.Algorithm == owner {
			return false
		}
	}
	return true
}

// flatten collects the leaves of a configuration by their path; a list is one leaf.
func flatten(into map[string]string, path string, n *yaml.Node) {
	switch n.Kind {
	case yaml.DocumentNode:
		flatten(into, path, n.Content[0])
	case yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			flatten(into, strings.TrimPrefix(path+"."+n.Content[i].Value, "."), n.Content[i+1])
		}
	case yaml.SequenceNode:
		items := make([]string, len(n.Content))
		for i, item := range n.Content {
			items[i] = item.Value
		}
		into[path] = "[" + strings.Join(items, ", ") + "]"
	default:
		into[path] = n.Value
	}
}
