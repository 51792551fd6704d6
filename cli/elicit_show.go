package cli

import (
	"bytes"
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/paretolab/paretolab/agents/preference/elicit"
)

// recommendationInfo is the --json form of a recommendation, a contract with scripts.
type recommendationInfo struct {
	Source     string   `json:"source"`
	Objectives []string `json:"objectives"`
	Policies   int      `json:"policies"`
	*elicit.Report
	Conflict *elicit.Conflict `json:"conflict,omitempty"`
	Menu     []menuEntry      `json:"menu"`
	Settings elicit.Settings  `json:"settings"`
	Log      string           `json:"log,omitempty"`
}

// menuEntry is a policy of the menu.
type menuEntry struct {
	Item   int       `json:"item"`
	Name   string    `json:"name"`
	Values []float64 `json:"values"`
}

// printRecommendation prints the recommended policy and why.
func (a *app) printRecommendation(e *elicit.Elicitor, from source, o *elicitOptions) error {
	r, items := e.Recommend(), e.Items()
	info := recommendationInfo{Source: from.path, Policies: items.Len(), Report: r, Conflict: e.Conflict(), Menu: []menuEntry{}, Settings: e.Settings(), Log: o.log}
	if o.replay != "" {
		info.Log = o.replay
	}
	for _, objective := range items.Objectives {
		info.Objectives = append(info.Objectives, objective.Name)
	}
	if o.menu > 0 {
		for _, i := range e.Menu(o.menu) {
			info.Menu = append(info.Menu, menuEntry{i, items.Names[i], items.Values.Row(i)})
		}
	}
	var page bytes.Buffer
	fmt.Fprintf(&page, "Recommended of %s after %s: %s\n\n%s\n", plural(items.Len(), "policy"), plural(len(r.Answers), "answer"), r.Name,
		valueTable(items, []int{r.Recommended}, []string{r.Name}))
	writeReasons(&page, e, r)
	if len(info.Menu) > 1 {
		var rows []int
		var names []string
		for _, m := range info.Menu {
			rows, names = append(rows, m.Item), append(names, m.Name)
		}
		fmt.Fprintf(&page, "\nOne of these should please you:\n\n%s", valueTable(items, rows, names))
	}
	if from.isRun {
		fmt.Fprintf(&page, "\nLet it act: paretolab act --run %s --policy %s\n", shellWords([]string{from.path}), shellWords([]string{r.Name}))
	}
	return a.printAnswer(info, &page)
}

// writeReasons says why a policy is recommended.
func writeReasons(page *bytes.Buffer, e *elicit.Elicitor, r *elicit.Report) {
	items := e.Items()
	fmt.Fprintf(page, "It is the best for you with a chance of %s, and within 1 %% of the best with %s.\n", percent(r.Chance[r.Recommended]), percent(r.NearBest))
	if r.Runner >= 0 {
		fmt.Fprintf(page, "Against the runner-up %s: %s; better for you with a chance of %s.\n",
			items.Names[r.Runner], differences(items, r.Recommended, r.Runner), percent(r.Ahead))
	}
	if r.Stop != "" {
		fmt.Fprintf(page, "%s.\n", strings.ToUpper(r.Stop[:1])+r.Stop[1:])
	}
	if c := e.Conflict(); c != nil {
		fmt.Fprintf(page, "%s All of them count, as answers that may be mistaken.\n", c.Sentence)
	}
	if r.Parameters == nil {
		return
	}
	fmt.Fprintf(page, "\nWhat your answers say of the %s of the range of each objective (90 %% lies within the bounds):\n\n", r.Meaning)
	w := tabwriter.NewWriter(page, 0, 0, 3, ' ', 0)
	for _, p := range r.Parameters {
		fmt.Fprintf(w, "   %s\t%.2f\t(%.2f to %.2f)\n", p.Objective, p.Mean, p.Low, p.High)
	}
	w.Flush()
}
