package export

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

// FrontTable is policies of fronts with their values, for people and other programs.
type FrontTable struct {
	Objectives []string
	Rows       []FrontRow
}

// FrontRow is a policy of a [FrontTable]. Run names the run of it, "" where all are of one.
type FrontRow struct {
	Run      string    `json:"run,omitempty"`
	Policy   string    `json:"policy"`
	Value    []float64 `json:"value"`
	StdErr   []float64 `json:"stderr,omitempty"` // nil if unknown
	Episodes int       `json:"episodes,omitempty"`
}

// TableFormats are those that a front table is written in.
func TableFormats() []string { return []string{"csv", "json", "md", "tex"} }

// Encode writes the table. As CSV it is a front.csv, with the run in front where there are several.
func (t *FrontTable) Encode(format string) ([]byte, error) {
	if format == "json" {
		b, err := json.MarshalIndent(struct {
			Objectives []string   `json:"objectives"`
			Policies   []FrontRow `json:"policies"`
		}{t.Objectives, append([]FrontRow{}, t.Rows...)}, "", "  ")
		return append(b, '\n'), err
	}
	head, rows := t.cells()
	var b bytes.Buffer
	switch format {
	case "csv":
		w := csv.NewWriter(&b)
		err := w.WriteAll(append([][]string{head}, rows...))
		return b.Bytes(), err
	case "md":
		line := func(cells []string) {
			for _, c := range cells {
				b.WriteString("| " + strings.NewReplacer("|", `\|`, "\n", " ", "<", "&lt;").Replace(c) + " ")
			}
			b.WriteString("|\n")
		}
		line(head)
		b.WriteString(strings.Repeat("| --- ", len(head)) + "|\n")
		for _, r := range rows {
			line(r)
		}
	case "tex":
		line := func(cells []string, end string) {
			for i, c := range cells {
				if i > 0 {
					b.WriteString(" & ")
				}
				b.WriteString(texSigns.Replace(c))
			}
			b.WriteString(` \\` + end + "\n")
		}
		fmt.Fprintf(&b, "\\begin{tabular}{%s}\n\\toprule\n", "l"+strings.Repeat("r", len(head)-1))
		line(head, "\n\\midrule")
		for _, r := range rows {
			line(r, "")
		}
		b.WriteString("\\bottomrule\n\\end{tabular}\n")
	default:
		return nil, fmt.Errorf("a table of a front has no form %q; there are %s", format, strings.Join(TableFormats(), ", "))
	}
	return b.Bytes(), nil
}

var texSigns = strings.NewReplacer(`\`, `\textbackslash{}`, "&", `\&`, "%", `\%`, "$", `\$`, "#", `\#`, "_", `\_`, "{", `\{`, "}", `\}`, "~", `\textasciitilde{}`, "^", `\textasciicircum{}`)

// cells lays the table out: the run if one is named, policy, objectives, standard errors and episodes, as far as they are known.
func (t *FrontTable) cells() (head []string, rows [][]string) {
	several, known := false, len(t.Rows) > 0
	for _, r := range t.Rows {
		several = several || r.Run != ""
		known = known && r.StdErr != nil
	}
	if several {
		head = append(head, "run")
	}
	head = append(append(head, "policy"), t.Objectives...)
	if known {
		for _, name := range t.Objectives {
			head = append(head, "se_"+name)
		}
		head = append(head, "episodes")
	}
	for _, r := range t.Rows {
		var row []string
		if several {
			row = append(row, r.Run)
		}
		row = append(row, r.Policy)
		numbers := r.Value
		if known {
			numbers = append(numbers[:len(numbers):len(numbers)], r.StdErr...)
		}
		for _, v := range numbers {
			row = append(row, strconv.FormatFloat(v, 'g', -1, 64))
		}
		if known {
			row = append(row, strconv.Itoa(r.Episodes))
		}
		rows = append(rows, row)
	}
	return head, rows
}
