package report

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/paretolab/paretolab/experiments"
	"github.com/paretolab/paretolab/plots"
)

// config is the configuration of one run as a file of the report.
type config struct {
	name  string // of the run, unique and safe: [a-z0-9._-]
	text  string
	sha   string // of text
	run   *experiments.Run
	group string
}

// configurations collects the configuration of every run.
func configurations(groups []plots.Group, names names) []config {
	var out []config
	for _, g := range groups {
		for _, r := range g.Runs {
			sum := sha256.Sum256([]byte(r.Config))
			out = append(out, config{
				name:  names.file(runName(r)),
				text:  r.Config,
				sha:   hex.EncodeToString(sum[:]),
				run:   r,
				group: g.Name,
			})
		}
	}
	return out
}

// runName is the name of a run's directory; a report tells no one where it lay.
func runName(r *experiments.Run) string {
	if name := filepath.Base(r.Dir); r.Dir != "" && name != "." && name != string(filepath.Separator) {
		return name
	}
	return fmt.Sprintf("%s__%s__s%d", plots.Label(r), r.Info.Environment.ID, r.Info.Seed)
}

// provenance lists which program made which run.
func provenance(s *section, groups []plots.Group, configs []config, names names) {
	t := &table{name: names.file("provenance"), caption: fmt.Sprintf("Which program made which run (n = %d).", len(configs)), columns: []column{
		{"run", "run", true}, {"item", "item", true}, {"version", "version", true}, {"commit", "commit", true}, {"Go", "go", true}, {"kernels", "kernel", true},
		{"algorithm revision", "revision", false}, {"environment specification", "spec_hash", true}, {"SHA-256 of config.yaml", "config_sha256", true}, {"started", "started", true},
	}}
	var versions []string
	for _, c := range configs {
		i := c.run.Info
		started := ""
		if !i.Started.IsZero() {
			started = i.Started.UTC().Format("2006-01-02 15:04:05Z")
		}
		t.add(word(runName(c.run)), word(i.Item), word(i.Program.Version), hash(i.Program.Commit), word(i.Program.Go), word(i.Program.Kernel),
			count(i.Revision), hash(i.Environment.SpecHash), hash(c.sha), word(started))
		if v := i.Program.Version + " " + i.Program.Commit; !slices.Contains(versions, v) {
			versions = append(versions, v)
		}
		if i.Program.Kernel == experiments.KernelMixed {
			s.warn(runName(c.run) + ": the run was begun with one class of numeric kernels and continued with another; repeating it gives other bits.")
		}
		if i.ConfigSHA256 != "" && i.ConfigSHA256 != c.sha {
			s.warn(fmt.Sprintf("%s: config.yaml has the SHA-256 %s, but run.json recorded %s: one of them was changed after the run began.", runName(c.run), short(c.sha), short(i.ConfigSHA256)))
		}
	}
	if len(versions) > 1 {
		s.warn(fmt.Sprintf("The runs were made by %d versions of the program (%s).", len(versions), strings.Join(versions, "; ")))
	}
	seen := map[string]string{}
	for _, c := range configs {
		if item := c.run.Info.Item; item != "" {
			if other, ok := seen[item]; ok {
				s.warn(fmt.Sprintf("%s and %s are the same item %s: equal settings and seed, counted twice.", other, runName(c.run), item))
			}
			seen[item] = runName(c.run)
		}
	}
	t.stateOnce("version", "commit", "go", "kernel", "revision", "spec_hash")
	s.table(t)
}

// hash shows the beginning of one.
func hash(s string) value { return value{shown: short(s), exact: s} }

// short is the beginning of a hash.
func short(s string) string {
	if len(s) > 12 {
		return s[:12]
	}
	return s
}

// reproduction is what repeats the runs.
type reproduction struct {
	configs []config
	script  string
	fronts  map[string][]byte // that runs were measured against, by file name
}

// reproduce writes the script: every configuration again, then a comparison of the fronts.
func reproduce(configs []config) *reproduction {
	var b strings.Builder
	b.WriteString(`#!/bin/sh
# Repeats the runs of this report and compares their fronts (exit code 1 if one differs):
#
#   sh reproduce.sh [DIR]      # DIR takes the new runs; default: reproduced
#
# Needs paretolab on the PATH, or PARETOLAB set to the program ("go build -o paretolab ." in the
# repository makes it), and sh, find and sha256sum or shasum.
#
`)
	var versions []string
	for _, c := range configs {
		p := c.run.Info.Program
		v := oneLine(fmt.Sprintf("# Made by paretolab %s, commit %s, %s, kernels %s.\n", dash(p.Version), dash(p.Commit), dash(p.Go), dash(p.Kernel))) + "\n"
		if !slices.Contains(versions, v) {
			versions = append(versions, v)
			b.WriteString(v)
		}
	}
	b.WriteString(`# Files are equal bit for bit on the same version and class of kernels.
set -eu
configs=$(dirname "$0")/configs
paretolab=${PARETOLAB:-paretolab}
out=${1:-reproduced}
status=0

again() { # name of the configuration
	"$paretolab" run "$configs/$1.yaml" --out "$out/$1" >/dev/null
}

hash() { if command -v sha256sum >/dev/null; then sha256sum "$1"; else shasum -a 256 "$1"; fi | cut -d ' ' -f 1; }

check() { # name of the configuration, SHA-256 of front.csv
	file=$(find "$out/$1" -name front.csv | head -n 1)
	if [ -z "$file" ]; then
		echo "missing   $1"
		status=1
	elif [ "$(hash "$file")" = "$2" ]; then
		echo "equal     $1"
	else
		echo "different $1"
		status=1
	fi
}

`)
	for _, c := range configs {
		fmt.Fprintf(&b, "# %s, item %s, SHA-256 of the configuration %s\n", oneLine(runName(c.run)), oneLine(dash(c.run.Info.Item)), c.sha)
		if strings.TrimSpace(c.text) == "" {
			b.WriteString("# has no configuration and cannot be repeated\n")
			continue
		}
		fmt.Fprintf(&b, "again %s\n", c.name)
	}
	b.WriteByte('\n')
	for _, c := range configs {
		if c.run.Info.Program.Kernel == experiments.KernelMixed {
			fmt.Fprintf(&b, "echo 'other bits %s (was continued with other kernels)'\n", c.name)
		} else if c.run.Result == nil {
			fmt.Fprintf(&b, "echo 'no front  %s (was incomplete)'\n", c.name)
		} else if sha := c.run.Result.Files["front.csv"]; isHash(sha) {
			fmt.Fprintf(&b, "check %s %s\n", c.name, sha)
		}
	}
	b.WriteString("\"$paretolab\" report \"$out\" --out \"$out/report\" >/dev/null\necho \"report    $out/report/index.html\"\nexit $status\n")
	return &reproduction{configs: configs, script: b.String()}
}

// oneLine keeps a name from ending a comment of the script.
func oneLine(s string) string {
	return strings.Join(strings.Fields(s), " ")
}

func isHash(s string) bool {
	b, err := hex.DecodeString(s)
	return err == nil && len(b) == sha256.Size
}

// howToReproduce shows the script.
func howToReproduce(s *section, r *reproduction) {
	s.text("The directory of this report holds the configuration of every run (configs/) and a script, reproduce.sh, that repeats all of them and compares the fronts with those shown here. Running a stored configuration gives the same item: equal files, bit for bit, on the same version and class of kernels.")
	s.code(code{caption: "reproduce.sh.", lang: "sh", text: r.script, folded: len(r.configs) > 12})
}
