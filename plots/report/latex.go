package report

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/paretolab/paretolab/internal/latex"
)

// tex is the table for a paper: booktabs, the best bold, ties underlined. It needs \usepackage{booktabs}.
func (t *table) tex() []byte {
	var b bytes.Buffer
	var format, head strings.Builder
	columns := 0
	for _, c := range t.columns {
		if t.hidden[c.field] {
			continue
		}
		if columns++; columns > 1 {
			head.WriteString(" & ")
		}
		head.WriteString(latex.Escape(c.name))
		if c.text {
			format.WriteByte('l')
		} else {
			format.WriteByte('r')
		}
	}
	notes := ""
	for _, n := range t.notes {
		notes += " " + n
	}
	fmt.Fprintf(&b, "\\begin{table}\n\\centering\n\\caption{%s}\n\\label{tab:%s}\n\\begin{tabular}{%s}\n\\toprule\n%s \\\\\n\\midrule\n",
		latex.Escape(t.caption+notes), t.name, format.String(), head.String())
	for _, row := range t.rows {
		first := true
		for k, v := range row {
			if t.hidden[t.columns[k].field] {
				continue
			}
			if !first {
				b.WriteString(" & ")
			}
			first = false
			switch v.mark {
			case bestMark:
				fmt.Fprintf(&b, "\\textbf{%s}", latex.Escape(v.shown))
			case tieMark:
				fmt.Fprintf(&b, "\\underline{%s}", latex.Escape(v.shown))
			default:
				b.WriteString(latex.Escape(v.shown))
			}
		}
		b.WriteString(" \\\\\n")
	}
	b.WriteString("\\bottomrule\n\\end{tabular}\n\\end{table}\n")
	return b.Bytes()
}
